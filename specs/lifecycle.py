"""Lifecycles as data: which event, fired by whom, moves a resource from which state to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from specs.load import SpecError, line_at, read_yaml

ACTORS = ("operation", "reviewer", "worker", "timer")
# Members that must be there, and those that may.
_LIFECYCLE_KEYS = ("collection initial states", "field transitions refusals note")
_TRANSITION_KEYS = ("event from to by", "operation after due guard effect emits basis source rule note")
_REFUSAL_KEYS = ("event from status kind", "operation basis source rule note")
Place = tuple[str | int, ...]
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: in any of `sources`, `event` leads to `target` (None: the record is removed)."""

    event: str
    sources: tuple[str, ...]
    target: str | None
    by: str
    operations: tuple[str, ...]
    after: timedelta | None
    due: str | None
    guard: str | None
    effect: str | None
    emits: tuple[str, ...]
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A documented refusal: the event in one of `sources` is answered with this status and failure kind."""

    event: str
    operations: tuple[str, ...]
    sources: tuple[str, ...]
    status: int
    kind: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """One machine: states, rows and refusals of the records of one collection."""

    name: str
    collection: str
    field: str
    initial: str
    states: dict[str, str]
    transitions: tuple[Transition, ...]
    refusals: tuple[Refusal, ...]

    def find(self, state: str, event: str) -> Transition | None:
        """Return the row of an event in a state, or None where it is illegal."""
        return next((row for row in self.transitions if row.event == event and state in row.sources), None)

    def legal_events(self, state: str) -> list[str]:
        """Return the events that a state allows, in table order."""
        return list(dict.fromkeys(row.event for row in self.transitions if state in row.sources))

    def events(self) -> set[str]:
        """Return every event that the table names."""
        return {row.event for row in self.transitions}

    def refusal(self, state: str, event: str) -> Refusal | None:
        """Return the documented refusal of an event in a state."""
        return next((row for row in self.refusals if row.event == event and state in row.sources), None)


def parse_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration of weeks, days, hours, minutes and seconds; `ValueError` otherwise."""
    found = _DURATION.fullmatch(text)
    if not found or text in ("P", "PT") or text.endswith("T"):
        raise ValueError(f"{text!r} is no ISO 8601 duration such as PT10M or P2D")
    weeks, days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    try:
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise ValueError(f"{text!r} is longer than any clock can count") from None


def parse_lifecycles(raw: dict[str, Any], file: Path) -> dict[str, Lifecycle]:
    """Build the machines of a parsed lifecycles file, refusing unknown members and states, and rows that clash."""
    return {name: _Reader(file, name).lifecycle(entry) for name, entry in raw["lifecycles"].items()}


def read_lifecycles(file: Path) -> dict[str, Any]:
    """Return the raw content of a lifecycles file; a provider without one has no machines."""
    if not file.exists():
        return {"lifecycles": {}}
    raw = read_yaml(file)
    if not isinstance(raw, dict) or not isinstance(raw.get("lifecycles"), dict) or len(raw) > 1:
        raise SpecError(file, 1, "a lifecycles file is a mapping with the one member `lifecycles`")
    parse_lifecycles(raw, file)
    return raw


@dataclass(frozen=True, slots=True)
class _Reader:
    file: Path
    name: str

    def fail(self, text: str, *place: str | int) -> SpecError:
        return SpecError(self.file, line_at(self.file, "lifecycles", self.name, *place), f"{self.name}: {text}")

    def lifecycle(self, raw: Any) -> Lifecycle:
        self.known(raw, _LIFECYCLE_KEYS)
        if not isinstance(raw["states"], dict):
            raise self.fail("states are a mapping of name to meaning", "states")
        states = dict(raw["states"])
        if raw["initial"] not in states:
            raise self.fail(f"initial state {raw['initial']!r} is not among its states", "initial")
        lifecycle = Lifecycle(
            name=self.name,
            collection=raw["collection"],
            field=raw.get("field", "status"),
            initial=raw["initial"],
            states=states,
            transitions=tuple(
                self.transition(row, states, ("transitions", index)) for index, row in self.rows(raw, "transitions")
            ),
            refusals=tuple(self.refusal(row, states, ("refusals", index)) for index, row in self.rows(raw, "refusals")),
        )
        self.check_rows(lifecycle)
        return lifecycle

    def known(self, raw: Any, keys: tuple[str, str], *place: str | int) -> None:
        if not isinstance(raw, dict):
            raise self.fail("expected a mapping", *place)
        needed, optional = (part.split() for part in keys)
        for key in raw:
            if key not in needed and key not in optional:
                text = f"unknown member {key!r}; known here: {', '.join(sorted([*needed, *optional]))}"
                raise self.fail(text, *place, key)
        for key in needed:
            if key not in raw:
                raise self.fail(f"{key} is missing", *place)

    def rows(self, raw: dict[str, Any], member: str) -> list[tuple[int, Any]]:
        rows = raw.get(member) or []
        if not isinstance(rows, list):
            raise self.fail(f"{member} are a list of rows", member)
        return list(enumerate(rows))

    def sources(self, raw: dict[str, Any], states: dict[str, str], place: Place) -> tuple[str, ...]:
        sources = _listed(raw["from"])
        if not sources:
            raise self.fail(f"event {raw['event']!r} leaves no state", *place, "from")
        for state in sources:
            if state not in states:
                raise self.fail(f"event {raw['event']!r} leaves unknown state {state!r}", *place, "from")
        return sources

    def transition(self, raw: Any, states: dict[str, str], place: Place) -> Transition:
        self.known(raw, _TRANSITION_KEYS, *place)
        event, target, by = raw["event"], raw["to"], raw["by"]
        if target is not None and target not in states:
            raise self.fail(f"event {event!r} leads to unknown state {target!r}", *place, "to")
        if by not in ACTORS:
            raise self.fail(f"event {event!r} is by {by!r}; valid: {', '.join(ACTORS)}", *place, "by")
        if by == "operation" and not raw.get("operation"):
            raise self.fail(f"event {event!r} is by operation but names none", *place)
        if by == "timer" and "after" not in raw and "due" not in raw:
            raise self.fail(f"event {event!r} is by timer but says neither after nor due", *place)
        try:
            after = parse_duration(str(raw["after"])) if "after" in raw else None
        except ValueError as error:
            raise self.fail(str(error), *place, "after") from None
        return Transition(
            event=event,
            sources=self.sources(raw, states, place),
            target=target,
            by=by,
            operations=_listed(raw.get("operation")),
            after=after,
            due=raw.get("due"),
            guard=raw.get("guard"),
            effect=raw.get("effect"),
            emits=_listed(raw.get("emits")),
            basis=raw.get("basis", ""),
            source=str(raw.get("source", "")),
        )

    def refusal(self, raw: Any, states: dict[str, str], place: Place) -> Refusal:
        self.known(raw, _REFUSAL_KEYS, *place)
        status = raw["status"]
        if not isinstance(status, int) or not 400 <= status <= 599:
            text = f"the refusal of {raw['event']!r} has status {status!r}; valid: 400 to 599"
            raise self.fail(text, *place, "status")
        return Refusal(
            event=raw["event"],
            operations=_listed(raw.get("operation")),
            sources=self.sources(raw, states, place),
            status=status,
            kind=raw["kind"],
            basis=raw.get("basis", ""),
            source=str(raw.get("source", "")),
        )

    def check_rows(self, lifecycle: Lifecycle) -> None:
        """Refuse a table that says two things of one event in one state."""
        said: set[tuple[str, str]] = set()
        rows: list[tuple[str, int, Transition | Refusal]] = [
            *(("transitions", index, row) for index, row in enumerate(lifecycle.transitions)),
            *(("refusals", index, row) for index, row in enumerate(lifecycle.refusals)),
        ]
        for member, index, row in rows:
            for state in row.sources:
                if (row.event, state) in said:
                    raise self.fail(f"event {row.event!r} in state {state!r} stands twice", member, index)
                said.add((row.event, state))


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
