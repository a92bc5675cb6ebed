"""Events that no client fires: staff, workers and timers move a resource by the control API, and the API shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from conformance import judge
from conformance.case import Case
from conformance.check import Check, check
from conformance.contract import Contract
from conformance.control import ControlRefusal

_BY_OTHERS = ("reviewer", "worker", "timer")


@dataclass(frozen=True)
class Staffed:
    """A lifecycle as staff drive it: `make` brings a fresh resource into a state, `state` reads it from the API."""

    name: str
    make: Callable[[Case, str], str]
    state: Callable[[Case, str], str | None]


@dataclass(frozen=True)
class Turn:
    """One pair of state and staff event; `target` is None where the event does not belong to the state."""

    state: str
    event: str
    target: str | None

    @property
    def label(self) -> str:
        """Return the pair's name in item ids."""
        return f"{self.state}-{self.event}"


def find_turns(contract: Contract, machine: Staffed, legal: bool) -> list[Turn]:
    """Return the legal or the illegal pairs of the events that staff, workers and timers fire."""
    lifecycle = contract.lifecycles[machine.name]
    events = dict.fromkeys(row.event for row in lifecycle.transitions if row.by in _BY_OTHERS)
    turns = []
    for event in events:
        for state in lifecycle.states:
            row = lifecycle.find(state, event)
            if (row is not None) == legal:
                turns.append(Turn(state, event, row.target if row else None))
    return turns


def staff_moves(
    rule: str,
    machine: Staffed,
    only: Callable[[Turn], bool] = lambda turn: True,
    needs: Iterable[str] = ("control", "destructive"),
) -> Check:
    """Return the check that the API shows the new state after each legal staff event."""

    def moves(case: Case, turn: Turn) -> None:
        """What staff decide shows in the API."""
        id = machine.make(case, turn.state)
        case.control.fire(case.contract.provider, machine.name, id, turn.event)
        judge.equal(f"the state after {turn.event}", turn.target, machine.state(case, id))

    return check(rule, moves, each=_turns(machine, True, only), needs=needs, name=f"{machine.name}_moves_with_staff")


def staff_cannot(
    rule: str,
    machine: Staffed,
    only: Callable[[Turn], bool] = lambda turn: True,
    needs: Iterable[str] = ("control", "destructive"),
) -> Check:
    """Return the check that an event which does not belong to a state leaves it as it was."""

    def stays(case: Case, turn: Turn) -> None:
        """A decision that does not belong to the state changes nothing."""
        id = machine.make(case, turn.state)
        # Whether the control API refuses or ignores it is its own affair; the resource must stay.
        with suppress(ControlRefusal):
            case.control.fire(case.contract.provider, machine.name, id, turn.event)
        judge.equal(f"the state after {turn.event}", turn.state, machine.state(case, id))

    return check(
        rule,
        stays,
        each=_turns(machine, False, only),
        needs=needs,
        name=f"{machine.name}_stays_without_cause",
    )


def _turns(machine: Staffed, legal: bool, only: Callable[[Turn], bool]) -> Callable[[Contract], list[Turn]]:
    return lambda contract: [turn for turn in find_turns(contract, machine, legal) if only(turn)]
