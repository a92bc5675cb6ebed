"""Seeded faults and harmless variants as data: one YAML catalogue per provider, one of variants for all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from conformance import pointer as places_of
from conformance.contract import Contract
from conformance.mutants import (  # noqa: F401 - they name their operators
    answers,
    contents,
    forms,
    harmless,
    hooks,
    inside,
    memory,
    refusals,
    requests,
)
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator, make
from conformance.pointer import MISSING
from specs.load import SpecError, read_yaml

FOLDER = Path(__file__).parent / "catalogue"
KINDS = (
    *("status", "body", "headers", "validation", "auth", "scope", "accounts", "storage", "transitions"),
    *("side effects", "idempotency", "paging", "webhooks", "time", "limits", "money", "media", "inbound"),
)
HARMLESS = "harmless"
_MEMBERS = {"id", "kind", "says", "at", "status", "when", "do", "expect", "but"}
_WHEN = {"method", "query", "member", "header", "who", "path", "text"}


@dataclass(frozen=True)
class When:
    """What a call must look like. A value of `*` means that it is there, None that it is not, else a whole match."""

    method: tuple[str, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    member: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    who: tuple[str, ...] = ()
    path: str = ""
    text: str = ""

    def fits(self, call: Call) -> bool:
        """Say whether a call is meant."""
        if (self.method and call.method not in self.method) or (self.who and call.who not in self.who):
            return False
        if self.path and not re.search(self.path, call.path):
            return False
        if self.text and not re.search(self.text.encode("latin-1"), call.body, re.DOTALL):
            return False
        if not all(_is(next(iter(call.asked(name)), MISSING), wanted) for name, wanted in self.query.items()):
            return False
        if not all(_is(_or_missing(call.header(name)), wanted) for name, wanted in self.header.items()):
            return False
        return not self.member or all(
            _is(places_of.read(call.json, name), wanted) for name, wanted in self.member.items()
        )


def _or_missing(value: str | None) -> Any:
    return MISSING if value is None else value


def _is(value: Any, wanted: Any) -> bool:
    if wanted is None:
        return value is MISSING
    if wanted == "*":
        return value is not MISSING
    if isinstance(wanted, str) and wanted.startswith("~"):
        return value is not MISSING and re.search(wanted[1:], str(value)) is not None
    return bool(value == wanted) and value is not MISSING


@dataclass(frozen=True)
class Fault:
    """One fault or one harmless variant.

    `at` are operationIds (`*` all of the provider's, `control.ID` one of the control API's), `status` the statuses of
    the answers that are edited (none means every one), `do` the operators with their options, `expect` the
    requirements of which one at least has to turn red. `but` in a catalogue names providers whose document forbids what
    is harmless elsewhere.
    """

    id: str
    provider: str
    kind: str
    says: str
    at: tuple[str, ...]
    do: tuple[tuple[str, Mapping[str, Any]], ...]
    expect: tuple[str, ...] = ()
    status: tuple[Any, ...] = ()
    when: When = field(default_factory=When)

    @property
    def is_harmless(self) -> bool:
        """Say whether nothing may turn red."""
        return self.kind == HARMLESS

    @property
    def is_about_webhooks(self) -> bool:
        """Say whether webhooks have to pass through the door."""
        return any(name.startswith("hook-") for name, _ in self.do)

    def operators(self) -> list[Operator]:
        """Return fresh operators, which remember nothing yet."""
        return [make(name, dict(options)) for name, options in self.do]

    def means(self, call: Call) -> bool:
        """Say whether a request is meant."""
        if call.operation not in self.at and not ("*" in self.at and call.operation.partition(".")[0] != "control"):
            return False
        return self.when.fits(call)

    def means_answer(self, reply: Reply) -> bool:
        """Say whether an answer to a request that is meant is meant as well."""
        return not self.status or any(_covers(entry, reply.status) for entry in self.status)


def _covers(entry: Any, status: int) -> bool:
    return str(status)[0] == entry[0] if isinstance(entry, str) and entry.endswith("xx") else bool(entry == status)


class BadCatalogue(Exception):
    """A catalogue that cannot be used; the text names file, fault and what is wrong."""


@cache
def faults_of(provider: str) -> tuple[Fault, ...]:
    """Return a provider's faults and the harmless variants that hold for it, those for all providers included."""
    found = [_read(provider, raw) for raw in _entries(FOLDER / f"{provider}.yaml")]
    everywhere = _entries(FOLDER / "everywhere.yaml")
    found += [_read(provider, raw) for raw in everywhere if provider not in _listed(raw.get("but", []))]
    ids = [fault.id for fault in found]
    double = sorted({id for id in ids if ids.count(id) > 1})
    if double:
        raise BadCatalogue(f"{provider}: ids stand twice: {', '.join(double)}")
    return tuple(found)


def check(faults: Iterable[Fault], contract: Contract) -> None:
    """Raise `BadCatalogue` where a fault names an operation or a requirement that does not exist."""
    for fault in faults:
        unknown = [
            id for id in fault.at if id != "*" and not id.startswith("control.") and id not in contract.operations
        ]
        unknown += [id for id in fault.expect if id not in contract.rules]
        if unknown:
            raise BadCatalogue(f"{fault.provider}, {fault.id}: the document knows no {', '.join(unknown)}")


def _entries(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    try:
        raw = read_yaml(file)
    except SpecError as error:
        raise BadCatalogue(str(error)) from None
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        raise BadCatalogue(f"{file}: a catalogue is a list of faults")
    return raw


def _read(provider: str, raw: dict[str, Any]) -> Fault:
    name = f"{provider}, {raw.get('id', 'a fault without id')}"
    unknown = sorted(set(raw) - _MEMBERS) + sorted(set(raw.get("when", {})) - _WHEN)
    if unknown:
        raise BadCatalogue(f"{name}: unknown members {unknown}")
    if raw.get("kind") not in (*KINDS, HARMLESS):
        raise BadCatalogue(f"{name}: kind {raw.get('kind')!r}; valid: {', '.join((*KINDS, HARMLESS))}")
    if bool(raw.get("expect")) == (raw["kind"] == HARMLESS) or not raw.get("do") or not raw.get("says"):
        raise BadCatalogue(f"{name}: it needs `says`, `do`, and `expect` unless it is harmless")
    steps = [step for entry in _listed(raw["do"]) for step in entry.items()]
    when: dict[str, Any] = dict(raw.get("when", {}))
    when |= {key: tuple(_listed(when[key])) for key in ("method", "who") if key in when}
    fault = Fault(
        id=raw["id"],
        provider=provider,
        kind=raw["kind"],
        says=raw["says"],
        at=tuple(_listed(raw.get("at", "*"))),
        do=tuple((operator, options or {}) for operator, options in steps),
        expect=tuple(_listed(raw.get("expect", []))),
        status=tuple(_listed(raw.get("status", []))),
        when=When(**when),
    )
    try:
        fault.operators()
    except ValueError as error:
        raise BadCatalogue(f"{name}: {error}") from None
    return fault


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
