"""OG-140: every change that lifecycles.yaml has an event for is told once, whoever causes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import hooks, machines, wares
from conformance.checks.og_records.hooks import EVENTS
from conformance.contract import Contract
from conformance.properties.lifecycle import Machine, Move

Tell = Callable[[Case, str, Move], dict[str, str]]


@dataclass(frozen=True)
class Change:
    """A legal move of a machine that has an event; `is_called` says that an operation causes it."""

    machine: str
    move: Move
    is_called: bool

    @property
    def label(self) -> str:
        """Return the change's name in item ids."""
        return f"{self.machine}-{self.move.label}"


def _of_release(case: Case, id: str, move: Move) -> dict[str, str]:
    return {"release_id": id, "old_status": move.state, "new_status": str(move.target)}


def _of_payout(case: Case, id: str, move: Move) -> dict[str, str]:
    return {"payout_id": id, "old_status": move.state, "new_status": str(move.target)}


def _of_track(case: Case, id: str, move: Move) -> dict[str, str]:
    answer = wares.checks_of(case, id)
    return {"track_id": id, **{name: str(answer.at(f"/{name}/status")) for name in ("audio_qc", "cover_qc")}}


def _of_cover(case: Case, id: str, move: Move) -> dict[str, str]:
    return _of_track(case, str(wares.read(case, id).at("/tracks/0/id")), move)


_MACHINES: dict[str, tuple[Machine, str, Tell]] = {
    "release": (machines.RELEASE, EVENTS[0], _of_release),
    "audio_qc": (machines.AUDIO, EVENTS[1], _of_track),
    "cover_qc": (machines.COVER, EVENTS[1], _of_cover),
    "payout": (machines.PAYOUT, EVENTS[2], _of_payout),
}


def find_changes(contract: Contract) -> list[Change]:
    """Return every pair of state and event that is told. That a damaged file fails by itself is another check's."""
    changes = []
    for name in _MACHINES:
        for row in contract.lifecycles[name].transitions:
            if row.emits and row.event != "find_damage":
                operation = next(iter(row.operations), "")
                moves = [Move(state, row.event, operation, row.target) for state in row.sources]
                changes += [Change(name, move, bool(operation)) for move in moves]
    return changes


def change_is_told_once(case: Case, change: Change) -> None:
    """A change of status, by a call, by staff or by another company, is told once, as it was and as it is now."""
    machine, event, tell = _MACHINES[change.machine]
    with hooks.listening(case, event, world="demo" if change.machine == "payout" else "empty") as line:
        inside = line.case
        id = machine.make(inside, change.move.state)
        before = len(line.parcels())
        if change.is_called:
            inside.given(machine.fire(inside, id, change.move), 200, 201)
        else:
            wares.fire(inside, change.machine, id, change.move.event)
        judge.equal("what the webhooks tell", [tell(inside, id, change.move)], line.told()[before:])


CHECKS = (
    check("OG-140", change_is_told_once, each=find_changes, needs=("webhooks", "control", "inbound"), required=False),
)
