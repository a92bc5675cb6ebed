"""Lifecycles as data: which event, fired by whom, moves a resource from which state to which."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from specs.load import SpecError, line_of_text, read_yaml

ACTORS = ("operation", "reviewer", "worker", "timer")
_LIFECYCLE_KEYS = {"collection", "field", "initial", "states", "transitions", "refusals", "note"}
_TRANSITION_KEYS = {
    *"event from to by operation after due guard effect emits basis source rule note".split(),
}
_REFUSAL_KEYS = {*"event operation from status kind basis source rule note".split()}
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
    """Build the machines of a parsed lifecycles file, refusing unknown members and states."""
    return {name: _Reader(file, name).lifecycle(entry) for name, entry in raw["lifecycles"].items()}


def read_lifecycles(file: Path) -> dict[str, Any]:
    """Return the raw content of a lifecycles file; a provider without one has no machines."""
    if not file.exists():
        return {"lifecycles": {}}
    raw = read_yaml(file)
    if not isinstance(raw, dict) or not isinstance(raw.get("lifecycles"), dict):
        raise SpecError(file, 1, "a lifecycles file is a mapping with the one member `lifecycles`")
    parse_lifecycles(raw, file)
    return raw


@dataclass(frozen=True, slots=True)
class _Reader:
    file: Path
    name: str

    def fail(self, text: str, near: str) -> SpecError:
        return SpecError(self.file, line_of_text(self.file, near), f"{self.name}: {text}")

    def lifecycle(self, raw: dict[str, Any]) -> Lifecycle:
        self.known(raw, _LIFECYCLE_KEYS)
        states = dict(raw["states"])
        if raw["initial"] not in states:
            raise self.fail(f"initial state {raw['initial']!r} is not among its states", str(raw["initial"]))
        return Lifecycle(
            name=self.name,
            collection=raw["collection"],
            field=raw.get("field", "status"),
            initial=raw["initial"],
            states=states,
            transitions=tuple(self.transition(row, states) for row in raw.get("transitions", [])),
            refusals=tuple(self.refusal(row, states) for row in raw.get("refusals") or []),
        )

    def known(self, raw: dict[str, Any], keys: Iterable[str]) -> None:
        for key in raw:
            if key not in keys:
                raise self.fail(f"unknown member {key!r}; known here: {', '.join(sorted(keys))}", key)

    def sources(self, raw: dict[str, Any], states: dict[str, str]) -> tuple[str, ...]:
        given = raw.get("from") or []
        sources = tuple([given] if isinstance(given, str) else given)
        for state in sources:
            if state not in states:
                raise self.fail(f"event {raw.get('event')!r} leaves unknown state {state!r}", state)
        return sources

    def transition(self, raw: dict[str, Any], states: dict[str, str]) -> Transition:
        self.known(raw, _TRANSITION_KEYS)
        target = raw.get("to")
        if target is not None and target not in states:
            raise self.fail(f"event {raw['event']!r} leads to unknown state {target!r}", str(target))
        if raw["by"] not in ACTORS:
            raise self.fail(f"event {raw['event']!r} is by {raw['by']!r}; valid: {', '.join(ACTORS)}", raw["event"])
        try:
            after = parse_duration(raw["after"]) if "after" in raw else None
        except ValueError as error:
            raise self.fail(str(error), raw["after"]) from None
        return Transition(
            event=raw["event"],
            sources=self.sources(raw, states),
            target=target,
            by=raw["by"],
            operations=_listed(raw.get("operation")),
            after=after,
            due=raw.get("due"),
            guard=raw.get("guard"),
            effect=raw.get("effect"),
            emits=_listed(raw.get("emits")),
            basis=raw.get("basis", ""),
            source=str(raw.get("source", "")),
        )

    def refusal(self, raw: dict[str, Any], states: dict[str, str]) -> Refusal:
        self.known(raw, _REFUSAL_KEYS)
        return Refusal(
            event=raw["event"],
            operations=_listed(raw.get("operation")),
            sources=self.sources(raw, states),
            status=int(raw["status"]),
            kind=raw["kind"],
            basis=raw.get("basis", ""),
            source=str(raw.get("source", "")),
        )


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
