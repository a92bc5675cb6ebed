"""Operators about refusals: kept back, given to the wrong caller, or given where none is due."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance import pointer as places_of
from conformance.mutants.message import Call, Reply, json_reply, places
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond


def _where(call: Call) -> str:
    return call.header("X-Sandbox") or ""


@operator("overlook")
@dataclass
class Overlook(Operator):
    """A refusal that says `told` is not made: the answer is the document's example of success, or `body`.

    Its other headers stay as they were.
    """

    told: str = ""
    to: int = 0
    body: Any = "example"

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Turn it into a success."""
        if reply.status >= 400 and re.search(self.told, reply.body.decode("latin-1")):
            status = self.to or beyond.success_status(call.operation)
            is_example = self.body == "example"
            good = beyond.example(call.operation, status) if is_example else json_reply(status, self.body)
            kept = [pair for pair in reply.headers if pair[0].lower() != "content-type"]
            reply.become(good)
            reply.headers += kept


@operator("spread")
@dataclass
class Spread(Operator):
    """A refusal that one caller has earned is given to all others, as long as it would be given to that one."""

    status: int = 429
    earned: dict[str, tuple[Hashable, Reply]] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Refuse whoever is not the one who earned it."""
        who, refusal = self.earned.get(_where(call), (None, Reply()))
        if who is None or who == self._own(call):
            return None
        return Reply(list(refusal.headers), refusal.body, refusal.status)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Remember who earned it."""
        if reply.status == self.status:
            self.earned[_where(call)] = (self._own(call), Reply(list(reply.headers), reply.body, reply.status))
        elif reply.is_good:
            self.earned.pop(_where(call), None)

    def _own(self, call: Call) -> Hashable:
        return call.header("X-API-Key") or call.header("Authorization") or "nobody"


@operator("second")
@dataclass
class Second(Operator):
    """What was taken once is refused with `status` and `body` when it comes again, byte for byte."""

    status: int
    body: Any
    seen: set[tuple[str, bytes]] = field(default_factory=set, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Refuse the second one."""
        key = (_where(call), call.body)
        if reply.is_good and key in self.seen:
            reply.become(json_reply(self.status, self.body))
        elif reply.is_good:
            self.seen.add(key)


@operator("harden")
@dataclass
class Harden(Operator):
    """What is still served at a limit is refused: a header with this value refuses all answers but `spare` of them."""

    header: str
    value: str
    status: int = 429
    spare: int = 1
    seen: dict[Hashable, int] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Refuse in place of the answer; its other headers stay."""
        if not reply.is_good or reply.header(self.header) != self.value:
            return
        key = (_where(call), tuple(pair for pair in call.headers if pair[0].lower() in ("x-api-key", "authorization")))
        self.seen[key] = self.seen.get(key, 0) + 1
        if self.seen[key] > self.spare:
            kept = [pair for pair in reply.headers if pair[0].lower() not in ("content-type", "retry-after")]
            reply.become(beyond.example(call.operation, self.status))
            reply.headers += [*kept, ("Retry-After", "30")]


@operator("lenient-sum")
@dataclass
class LenientSum(Operator):
    """Numbers that have to add up to `total` may miss it by `within`; what was sent is written back."""

    items: str
    member: str
    total: float
    within: float
    sent: dict[int, list[Any]] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Let the last number make up for what is missing."""
        items = places_of.read(call.json, self.items)
        numbers = [places_of.read(item, f"/{self.member}") for item in items] if isinstance(items, list) else []
        if not numbers or not all(isinstance(number, int | float) for number in numbers):
            return None
        missing = Decimal(str(self.total)) - sum((Decimal(str(number)) for number in numbers), Decimal())
        if 0 < abs(missing) <= Decimal(str(self.within)):
            self.sent[id(call)] = numbers
            last = float(Decimal(str(numbers[-1])) + missing)
            call.json = places_of.replaced(call.json, f"{self.items}/{len(numbers) - 1}/{self.member}", last)
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write back what was sent."""
        for place, number in enumerate(self.sent.pop(id(call), ())):
            if reply.is_good:
                reply.json = places_of.replaced(reply.json, f"{self.items}/{place}/{self.member}", number)


@operator("reuse")
@dataclass
class Reuse(Operator):
    """What works once works for ever: a refused call gets the good answer to one that had the same values at `by`."""

    by: list[str]
    status: list[int] = field(default_factory=lambda: [401, 409, 410, 422])
    good: dict[Hashable, Reply] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Remember a good answer, and give it again."""
        key = (_where(call), *(str(places_of.read(call.json, place)) for place in self.by))
        if reply.is_good:
            self.good[key] = Reply(list(reply.headers), reply.body, reply.status)
        elif reply.status in self.status and key in self.good:
            reply.become(self.good[key])


@operator("spare")
@dataclass
class Spare(Operator):
    """Only those are refused whom the target knows: for others the answer is the document's example of success.

    `value` is the request's member that names somebody, `known` the place where answers have shown such names.
    """

    value: str
    known: str
    status: list[int] = field(default_factory=lambda: [429])
    names: set[tuple[str, str]] = field(default_factory=set, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Let a stranger through."""
        if reply.status in self.status and (_where(call), str(places_of.read(call.json, self.value))) not in self.names:
            reply.become(beyond.example(call.operation, beyond.success_status(call.operation)))

    def witness(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Remember whom the target knows."""
        if reply.is_good:
            found = places(reply.json, self.known) if reply.json is not MISSING else ()
            self.names |= {(_where(call), str(places_of.read(reply.json, place))) for place in found}
