"""Who may not come in: every protected operation against no token, a garbage token and an expired one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import Check, check
from conformance.contract import Contract
from conformance.properties.readback import unchanged
from specs import Operation

_GARBAGE = "conformance-no-such-token"


@dataclass(frozen=True)
class Gate:
    """What a provider declares of its protected operations.

    `sample` gives values of path parameters, of a thing made for the purpose where the operation writes. `body` gives a
    valid body. `read` reads the thing that a write would change, so that a refused write is seen to change nothing;
    `place` is where it shows it.
    """

    sample: Callable[[Case, str], Mapping[str, Any]]
    body: Callable[[Case, str, Mapping[str, Any]], Any]
    read: Callable[[Case, Mapping[str, Any]], Answer]
    statuses: tuple[int, ...] = (401,)
    judge: Callable[[Answer], None] | None = None
    place: str = "/data"


@dataclass(frozen=True)
class Attempt:
    """One operation called by somebody who should not get in."""

    operation: Operation
    intruder: str

    @property
    def label(self) -> str:
        """Return the attempt's name in item ids."""
        return f"{self.operation.id}-{self.intruder}"


def matrix(rule: str, gate: Gate, expired: bool = True) -> list[Check]:
    """Return the checks of the whole matrix for one rule."""

    def refused(case: Case, attempt: Attempt) -> None:
        """Whoever has no valid token is refused, and nothing changes."""
        _refused(case, attempt, gate)

    rows = [
        check(rule, refused, each=_attempts("no-token"), name="no_token_is_refused"),
        check(rule, refused, each=_attempts("garbage"), name="garbage_token_is_refused"),
    ]
    if expired:
        needs = ("expired",)
        rows.append(
            check(
                rule, refused, each=_attempts("expired"), needs=needs, required=False, name="expired_token_is_refused"
            )
        )
    return rows


def _attempts(intruder: str) -> Callable[[Contract], Iterable[Attempt]]:
    def each(contract: Contract) -> list[Attempt]:
        return [Attempt(operation, intruder) for operation in contract.operations.values() if not operation.is_open]

    return each


def _refused(case: Case, attempt: Attempt, gate: Gate) -> None:
    operation = attempt.operation
    path = gate.sample(case, operation.id)
    body = gate.body(case, operation.id, path) if operation.body else None
    if operation.method == "GET" or not path:
        answer = _attempt(case, attempt, path, body)
    else:
        with unchanged(lambda: gate.read(case, path), gate.place):
            answer = _attempt(case, attempt, path, body)
    judge.status(answer, *gate.statuses)
    if gate.judge is not None:
        gate.judge(answer)


def _attempt(case: Case, attempt: Attempt, path: Mapping[str, Any], body: Any) -> Answer:
    headers = case.contract.credential_headers(_GARBAGE) if attempt.intruder == "garbage" else {}
    principal = "expired" if attempt.intruder == "expired" else None
    return case.call(attempt.operation.id, path=path, json=body, headers=headers, principal=principal)
