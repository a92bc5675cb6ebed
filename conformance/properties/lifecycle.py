"""Every state against every event of a lifecycle: legal ones work and are read back, illegal ones change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import Check, check
from conformance.contract import Contract
from conformance.control import ControlRefusal


@dataclass(frozen=True)
class Machine:
    """How a provider's lifecycle is driven from outside.

    `make` brings a fresh resource into a state and returns its id; `fire` sends the operation behind an event; `state`
    reads the present state, None where the resource is gone. `skip` leaves pairs out that the table does not speak of.
    `undocumented` are the statuses for an illegal pair that lifecycles.yaml has no refusal for.
    """

    name: str
    make: Callable[[Case, str], str]
    fire: Callable[[Case, str, Move], Answer]
    state: Callable[[Case, str], str | None]
    skip: Callable[[str, str], bool] = lambda state, event: False
    undocumented: tuple[int, ...] = (400, 403, 409, 422)
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """One pair of the matrix. `target` is None where the resource is removed; `statuses` are those of a refusal."""

    state: str
    event: str
    operation: str
    target: str | None
    statuses: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """Return the pair's name in item ids."""
        return f"{self.state}-{self.event}"


def find_moves(contract: Contract, machine: Machine, legal: bool) -> list[Move]:
    """Return the legal or the illegal pairs of the events that an operation fires."""
    lifecycle = contract.lifecycles[machine.name]
    rows = {row.event: row for row in lifecycle.transitions if row.by == "operation" and row.operations}
    moves = []
    for event, any_row in rows.items():
        if machine.events and event not in machine.events:
            continue
        for state in lifecycle.states:
            row, refusal = lifecycle.find(state, event), lifecycle.refusal(state, event)
            if legal and row is not None:
                moves.append(Move(state, event, any_row.operations[0], row.target))
            elif not legal and row is None and not machine.skip(state, event):
                statuses = (refusal.status,) if refusal else machine.undocumented
                moves.append(Move(state, event, any_row.operations[0], any_row.target, statuses))
    return moves


def legal_moves(
    rule: str, machine: Machine, only: Callable[[Move], bool] = lambda move: True, needs: Iterable[str] | None = None
) -> Check:
    """Return the check that each legal pair works and is read back."""

    def moves(case: Case, move: Move) -> None:
        """A legal event leads to its state, and the state is there when read again."""
        id = machine.make(case, move.state)
        answer = machine.fire(case, id, move)
        accepted = f"{move.event} of a resource in state {move.state} is refused"
        judge.that(answer.is_success, accepted, answer, expected="2xx", received=answer.status)
        judge.status(answer, case.contract.operations[move.operation].success_status())
        judge.equal(f"the state after {move.event}", move.target, machine.state(case, id))

    return check(rule, moves, each=_moves(machine, True, only), needs=needs, name=f"legal_{machine.name}_event_works")


def illegal_moves(
    rule: str,
    machine: Machine,
    only: Callable[[Move], bool] = lambda move: True,
    exact: bool = True,
    needs: Iterable[str] | None = None,
) -> Check:
    """Return the check that each illegal pair is refused and changes nothing; `exact` demands the documented status."""

    def stays(case: Case, move: Move) -> None:
        """An illegal event is refused and the state stays."""
        id = machine.make(case, move.state)
        answer = machine.fire(case, id, move)
        accepted = f"{move.event} of a resource in state {move.state} is not refused"
        judge.that(400 <= answer.status < 500, accepted, answer, expected=move.statuses, received=answer.status)
        if exact:
            judge.status(answer, *move.statuses)
        judge.equal(f"the state after the refused {move.event}", move.state, machine.state(case, id))

    title = f"illegal_{machine.name}_event_is_refused" if exact else f"illegal_{machine.name}_event_changes_nothing"
    return check(rule, stays, each=_moves(machine, False, only), needs=needs, name=title)


def _moves(machine: Machine, legal: bool, only: Callable[[Move], bool]) -> Callable[[Contract], list[Move]]:
    return lambda contract: [move for move in find_moves(contract, machine, legal) if only(move)]


def fire(case: Case, machine: str, id: str, event: str) -> None:
    """Fire an event of a worker or a timer by the control API, as a precondition."""
    case.control.fire(case.contract.provider, machine, id, event)


def find_steered(contract: Contract, name: str, legal: bool) -> list[Move]:
    """Return the legal or the illegal pairs of the events that workers and timers fire."""
    lifecycle = contract.lifecycles[name]
    events = {row.event: row.target for row in lifecycle.transitions if row.by != "operation"}
    moves = []
    for event, target in events.items():
        for state in lifecycle.states:
            row = lifecycle.find(state, event)
            if (row is not None) == legal:
                moves.append(Move(state, event, "", row.target if row is not None else target))
    return moves


def steered_moves(
    rule: str, name: str, make: Callable[[Case, str], str], state: Callable[[Case, str], str | None]
) -> list[Check]:
    """Return the checks of what workers and timers do, fired by the control API: legal events work, others are refused.

    They are optional: no client can fire these events, so a target without a control API owes nothing here.
    """

    def works(case: Case, move: Move) -> None:
        """A legal event of a worker or timer leads to its state."""
        id = make(case, move.state)
        judge.equal(f"the state before {move.event}", move.state, state(case, id))
        fire(case, name, id, move.event)
        judge.equal(f"the state after {move.event}", move.target, state(case, id))

    def refused(case: Case, move: Move) -> None:
        """An illegal event of a worker or timer is refused and the state stays."""
        id = make(case, move.state)
        try:
            fire(case, name, id, move.event)
        except ControlRefusal as refusal:
            judge.equal(f"the status of the illegal {move.event}", 409, refusal.status)
        else:
            judge.that(False, f"{move.event} of a resource in state {move.state} is not refused")
        judge.equal(f"the state after the refused {move.event}", move.state, state(case, id))

    def rows(legal: bool) -> Callable[[Contract], list[Move]]:
        return lambda contract: find_steered(contract, name, legal)

    return [
        check(rule, works, each=rows(True), needs=("control",), required=False, name=f"steered_{name}_event_works"),
        check(rule, refused, each=rows(False), needs=("control",), required=False, name=f"steered_{name}_is_refused"),
    ]
