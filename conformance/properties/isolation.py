"""Two accounts side by side: what belongs to one does not exist for the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import Check, check
from conformance.properties.readback import unchanged

STRANGER = "second-account"


@dataclass(frozen=True)
class Property:
    """A thing of the first account: how it is made, read (at `place`), and what an unknown one is answered."""

    make: Callable[[Case], Mapping[str, Any]]
    read: Callable[[Case, Mapping[str, Any]], Answer]
    body: Callable[[Case, str, Mapping[str, Any]], Any]
    unknown: Mapping[str, Any]
    statuses: tuple[int, ...] = (404,)
    place: str = "/data"


def stranger_finds_nothing(rule: str, operations: tuple[str, ...], thing: Property) -> Check:
    """Return the check that a stranger's call is answered exactly as one for a thing that does not exist."""

    def finds_nothing(case: Case, operation: str) -> None:
        """A thing of another account does not exist for this one, and stays as it was."""
        hidden(case, operation, thing)

    return check(rule, finds_nothing, each=operations, needs=(STRANGER,), required=False, name="stranger_finds_nothing")


def hidden(case: Case, operation: str, thing: Property) -> None:
    """Judge that a stranger's call on a thing is refused as for none at all, and that the thing stays as it was."""
    path = thing.make(case)
    body = thing.body(case, operation, path) if case.contract.operations[operation].body else None
    nobody = thing.body(case, operation, thing.unknown) if body is not None else None
    with unchanged(lambda: thing.read(case, path), thing.place):
        answer = case.call(operation, path=path, json=body, principal=STRANGER)
    judge.status(answer, *thing.statuses)
    # Two different refusals would tell a stranger which ids exist.
    none = case.call(operation, path=thing.unknown, json=nobody, principal=STRANGER)
    judge.equal("the status for a foreign thing and for none at all", none.status, answer.status, answer)


def stranger_lists_nothing(
    rule: str,
    make: Callable[[Case], Any],
    found_by: Callable[[Case, Any, str], tuple[list[Any], Answer]],
    name: str = "stranger_lists_nothing",
) -> Check:
    """Return the check that a list of one account does not show things of the other."""

    def unlisted(case: Case) -> None:
        """A list shows nothing of another account."""
        thing = make(case)
        mine, answer = found_by(case, thing, "full")
        judge.that(thing in mine, "the owner's list does not show the thing", answer, expected=thing, received=mine)
        theirs, answer = found_by(case, thing, STRANGER)
        judge.that(thing not in theirs, "a stranger's list shows the thing", answer, expected=[], received=theirs)

    return check(rule, unlisted, needs=(STRANGER,), required=False, name=name)
