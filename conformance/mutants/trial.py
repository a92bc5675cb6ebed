"""One trial: the suite looks at the target through a door with one fault in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from conformance import clock
from conformance.capabilities import probed
from conformance.check import Item
from conformance.checks import find_suite
from conformance.config import DEFAULT_SERVER, Settings
from conformance.contract import open_contract
from conformance.control import ControlRefusal
from conformance.doctor import examine, trouble
from conformance.failure import TransportError, Untestable
from conformance.judge import NotTested
from conformance.mutants.door import Door, open_door
from conformance.mutants.fault import Fault
from conformance.outcome import Finding
from conformance.promise import Promises
from conformance.session import Session
from conformance.target import find_target
from conformance.verdict import Verdict

RED = (Verdict.FAIL, Verdict.WARN)
_MOST_TOLD = 5


@dataclass
class Trial:
    """What became of one fault or variant. `red` are the requirements that turned red, `named` says that the expected
    one is among them; `errors` are items that could not be carried out, `hits` how often the fault acted."""

    fault: str
    provider: str
    kind: str
    says: str
    expect: list[str]
    red: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    untestable: str = ""
    hits: int = 0
    seconds: float = 0.0
    calls: int = 0
    anchor: list[str] | None = None

    @property
    def is_killed(self) -> bool:
        """Say whether the suite saw that something is wrong."""
        return bool(self.red)

    @property
    def is_named(self) -> bool:
        """Say whether the suite saw what is wrong."""
        return bool(set(self.red) & set(self.expect))

    def as_json(self) -> dict[str, Any]:
        """Return the trial as a JSON object."""
        return {**asdict(self), "killed": self.is_killed, "named": self.is_named}


class Bench:
    """What the trials of one provider share: the promise, the suite's items, and what is red without any fault."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.contract = open_contract(settings.provider, settings.overlay_file)
        self.suite = find_suite(settings.provider)
        self.items = self.suite.items(self.contract)
        self.promises = Promises(self.contract.document, self.contract.operations)
        self.url = (settings.base_url or f"{DEFAULT_SERVER}/{settings.provider}").rstrip("/")

    def try_fault(self, fault: Fault, known_red: Iterable[str] = (), *, whole: bool = False) -> Trial:
        """Run the suite with a fault: what it should turn red first, then the rest, until the fault has been named.

        A harmless variant is shown to all items, and so is every fault with `whole`.
        """
        trial = Trial(fault.id, fault.provider, fault.kind, fault.says, list(fault.expect))
        first = [item for item in self.items if item.rule in fault.expect]
        rest = [item for item in self.items if item.rule not in fault.expect]
        began = clock.ticks()
        with open_door(self.url, self.contract, fault) as door:
            try:
                with self.session(door) as session:
                    self._perform(session, [*first, *rest], trial, set(known_red), whole or fault.is_harmless)
                    trial.calls = len(session.client.recorded)
            except (Untestable, TransportError, ControlRefusal, NotTested) as reason:
                trial.untestable = str(reason)[:300]
            trial.hits = door.hits
            if door.trouble:
                trial.errors.append(door.trouble)
        trial.seconds = round(clock.ticks() - began, 2)
        return trial

    def _perform(self, session: Session, items: list[Item], trial: Trial, known: set[str], whole: bool) -> None:
        for item in items:
            outcome = session.perform(item)
            for finding in (outcome.own, *outcome.others):
                _take(trial, finding, known)
            if (trial.is_named and not whole) or session.lost:
                trial.untestable = session.lost[:300]
                return

    def look(self, order: int | None = None, *, behind_door: bool = False) -> tuple[dict[str, str], float]:
        """Run every item without a fault, shuffled by a number; the verdict per item and finding, and the seconds."""
        items = self.items if order is None else sorted(self.items, key=lambda item: _drawn(order, item.id))
        began = clock.ticks()
        verdicts: dict[str, str] = {}
        with open_door(self.url, self.contract, None) as door, self.session(door if behind_door else None) as session:
            for item in items:
                outcome = session.perform(item)
                verdicts[outcome.own.item] = outcome.own.verdict.value
                verdicts.update({finding.item: finding.verdict.value for finding in outcome.others})
        return verdicts, clock.ticks() - began

    @contextmanager
    def session(self, door: Door | None) -> Iterator[Session]:
        """Open a session that has been let in, through a door or straight at the target."""
        url = door.url + urlsplit(self.url).path if door else self.url
        target = find_target(replace(self.settings, base_url=url), self.contract)
        if door:
            door.beyond.principals = target.credentials
        session = Session(self.contract, self.suite, target, self.promises)
        try:
            bad = trouble(examine(session))
            if bad is not None:
                raise Untestable(f"{bad.name}: {bad.detail}")
            for capability in probed(session):
                session.capabilities[capability.name] = capability
            yield session
        finally:
            session.close()


def _take(trial: Trial, finding: Finding, known: set[str]) -> None:
    if finding.verdict is Verdict.ERROR:
        trial.errors.append(f"{finding.item}: {finding.text[:300]}")
    elif finding.verdict in RED and finding.item not in known:
        if finding.rule not in trial.red:
            trial.red.append(finding.rule)
        if len(trial.shown) < _MOST_TOLD:
            trial.shown.append(f"{finding.item}: {finding.text[:200]}")


def _drawn(order: int, id: str) -> bytes:
    return hashlib.blake2b(f"{order}/{id}".encode(), digest_size=8).digest()
