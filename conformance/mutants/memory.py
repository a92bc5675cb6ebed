"""Operators that remember what passed, forge answers, or call the target behind the caller's back."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance import pointer as places_of
from conformance.mutants.answers import change
from conformance.mutants.message import Call, Reply, json_reply, places
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond

_NOBODYS_ID = "00000000-0000-4000-8000-000000000000"


def _where(call: Call) -> str:
    return call.header("X-Sandbox") or ""


def _forged(call: Call, beyond: Beyond, status: int, body: Any) -> Reply:
    return beyond.example(call.operation, status) if body == "example" else json_reply(status, body)


@operator("forge")
@dataclass
class Forge(Operator):
    """The target is not asked: a status is answered with its example or `body`; `after` calls are spared.

    With `every` only each call of that number is answered so.
    """

    status: int
    body: Any = "example"
    after: int = 0
    every: int = 1
    seen: int = field(default=0, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Answer in the target's place."""
        self.seen += 1
        is_meant = self.seen > self.after and self.seen % self.every == 0
        return _forged(call, beyond, self.status, self.body) if is_meant else None


@operator("accept")
@dataclass
class Accept(Operator):
    """What the target refused is said to be done: `body` is `example` (the document's), `last` or a JSON value.

    `last` is the last good answer of the same operation, where there was one.
    """

    to: int = 0
    body: Any = "last"
    status: list[int] = field(default_factory=lambda: [400, 409, 422])
    last: dict[Hashable, Reply] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Turn a refusal into a success."""
        if reply.is_good:
            self.last[call.operation] = Reply(list(reply.headers), reply.body, reply.status)
        elif reply.status in self.status:
            known = self.last.get(call.operation)
            if self.body == "last" and known is not None:
                reply.become(known)
            else:
                status = self.to or beyond.success_status(call.operation)
                reply.become(_forged(call, beyond, status, "example" if self.body == "last" else self.body))


@operator("unsaved")
@dataclass
class Unsaved(Operator):
    """A write is answered, but reading shows what was there before; `read` is the reading operation."""

    read: str
    before: dict[Hashable, Reply] = field(default_factory=dict, init=False)
    shown: dict[Hashable, Reply] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Look at what is there before the write."""
        path = beyond.path_of(self.read, call.values)
        found = beyond.fetch("GET", path, call)
        if found.is_good:
            self.before[_where(call), path] = found
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """From now on show that."""
        key = (_where(call), beyond.path_of(self.read, call.values))
        if reply.is_good and key in self.before:
            self.shown.setdefault(key, self.before[key])

    def witness(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Answer a read with what was there before the write."""
        known = self.shown.get((_where(call), call.path)) if call.method == "GET" else None
        if known is not None and reply.status != 304:
            reply.become(known)


@operator("vanish")
@dataclass
class Vanish(Operator):
    """What was made is not there: calls that name its id (found at `pointer`) are answered as for an unknown one."""

    pointer: str
    unknown: str = _NOBODYS_ID
    gone: set[tuple[str, str]] = field(default_factory=set, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Remember the id."""
        id = places_of.read(reply.json, self.pointer)
        if reply.is_good and id is not MISSING:
            self.gone.add((_where(call), str(id)))

    def witness(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Ask for another id instead."""
        for value in call.values.values():
            if (_where(call), value) in self.gone:
                other = call.copy()
                other.path = other.path.replace(value, self.unknown)
                reply.become(beyond.forward(other))
                return


@operator("stale")
@dataclass
class Stale(Operator):
    """A read answers for ever what it answered first; `by: operation` does so whatever the address."""

    by: str = "address"
    first: dict[Hashable, Reply] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Show the first answer again."""
        if reply.is_good:
            key = (_where(call), call.who, call.operation, call.address if self.by == "address" else "")
            reply.become(self.first.setdefault(key, Reply(list(reply.headers), reply.body, reply.status)))


@operator("sticky")
@dataclass
class Sticky(Operator):
    """A member never changes: it says what it said first at that path (`by: operation`: anywhere)."""

    pointer: str = ""
    header: str = ""
    by: str = "path"
    first: dict[Hashable, Any] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the first value."""
        key = (_where(call), call.operation) if self.by == "operation" else (_where(call), call.path)
        if self.header and reply.header(self.header) is not None:
            reply.set_header(self.header, self.first.setdefault(key, reply.header(self.header)))
        if self.pointer and places_of.read(reply.json, self.pointer) is not MISSING:
            value = self.first.setdefault(key, places_of.read(reply.json, self.pointer))
            change(reply, self.pointer, lambda _: value)


@operator("aftermath")
@dataclass
class Aftermath(Operator):
    """A refused call changes something all the same: another call is made in its place.

    `path` and `json` may hold the path's own values in braces. `who` (a principal that the suite knows, or `anyone`
    who may) makes it.
    """

    method: str
    path: str
    json: Any = MISSING
    body: str = ""
    who: str = "full"

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Make the other call; its answer is nobody's business."""
        sent = call.json if self.body == "sent" else self.json
        if sent is not MISSING and sent is self.json:
            sent = json.loads(_filled(json.dumps(sent), call.values))
        path = beyond.base + _filled(self.path, call.values)
        if self.who == "anyone":
            beyond.fetch_by_anyone(self.method, path, call, sent)
        else:
            beyond.fetch(self.method, path, call, sent, self.who)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@operator("twice")
@dataclass
class Twice(Operator):
    """What was asked for once is done twice. `without` names a header that is left out the second time."""

    without: str = ""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Send it again."""
        again = call.copy()
        if self.without:
            again.set_header(self.without, None)
        beyond.forward(again)


@operator("replay")
@dataclass
class Replay(Operator):
    """A repeated idempotency key gets another answer than the first: another `status`, or a member `put` in.

    With `shared` the answer of one account is given to every other one that uses the same key.
    """

    header: str
    status: int = 0
    put: dict[str, Any] = field(default_factory=dict)
    drop_header: str = ""
    shared: bool = False
    first: dict[Hashable, tuple[str, Reply]] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Give one account's answer to another one."""
        known = self.first.get(self._key(call))
        if self.shared and known is not None and known[0] != call.who:
            return Reply(list(known[1].headers), known[1].body, known[1].status)
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Edit the second answer."""
        key = self._key(call)
        if call.header(self.header) is None or not reply.is_good:
            return
        if key not in self.first:
            self.first[key] = (call.who, Reply(list(reply.headers), reply.body, reply.status))
            return
        reply.status = self.status or reply.status
        if self.drop_header:
            reply.set_header(self.drop_header, None)
        for place, value in self.put.items():
            reply.json = places_of.replaced(reply.json, place, value)

    def _key(self, call: Call) -> Hashable:
        return _where(call), call.operation, call.header(self.header)


@operator("border")
@dataclass
class Border(Operator):
    """At the border of two pages an item is lost (`how: skip`) or shown again (`how: repeat`).

    `page` is the query parameter by which later pages are asked for.
    """

    items: str
    page: str
    how: str = "skip"
    last: dict[Hashable, Any] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Cut the first item of a later page, or put the last one of the page before in front."""
        listed = places_of.read(reply.json, self.items)
        if not isinstance(listed, list) or not listed:
            return
        key = (_where(call), call.who, call.path)
        is_later = any(value not in ("", "0", "1") for value in call.asked(self.page))
        if is_later and self.how == "skip":
            change(reply, self.items, lambda items: items[1:])
        elif is_later and key in self.last:
            change(reply, self.items, lambda items: [self.last[key], *items])
        self.last[key] = listed[-1]


@operator("endless")
@dataclass
class Endless(Operator):
    """The next page is always this one: `pointer` gets this page's own address, or the value of `query`."""

    pointer: str
    query: str = ""
    first: str = ""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Point at this page."""
        value = next(iter(call.asked(self.query)), self.first) if self.query else beyond.origin(call) + call.address
        if reply.json is not MISSING:
            reply.json = places_of.replaced(reply.json, self.pointer, value)


@operator("leak")
@dataclass
class Leak(Operator):
    """A list holds what belongs to others: the items that other accounts see at the same address."""

    items: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Add the others' items."""
        listed = places_of.read(reply.json, self.items)
        if not isinstance(listed, list):
            return
        mine = {_text(item) for item in listed}
        for credential in beyond.credentials(call):
            other = call.copy()
            for name, value in credential:
                other.set_header(name, value)
            seen = places_of.read(beyond.forward(other).json, self.items)
            foreign = [item for item in seen if _text(item) not in mine] if isinstance(seen, list) else []
            if foreign:
                reply.json = places_of.replaced(reply.json, self.items, [*listed, *foreign])
                return


def _text(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


@operator("other")
@dataclass
class Other(Operator):
    """A member is taken from the answer before, of the same operation: another resource's value."""

    pointer: str
    last: dict[Hashable, Any] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the value of the one before."""
        key = (_where(call), call.operation)
        mine = places_of.read(reply.json, self.pointer)
        if mine is MISSING:
            return
        if key in self.last:
            for place in places(reply.json, self.pointer):
                reply.json = places_of.replaced(reply.json, place, self.last[key])
        self.last[key] = mine


@operator("drift")
@dataclass
class Drift(Operator):
    """A cursor counts places instead of naming an item: what is added meanwhile shifts the rest of the walk.

    `page` is the parameter of the same list's other way of paging, `next` the place of the next cursor.
    """

    items: str
    cursor: str
    page: str
    next: str
    pages: dict[Hashable, int] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Show what stands at those places now."""
        number = self.pages.get((_where(call), *call.asked(self.cursor)), 1)
        following = places_of.read(reply.json, self.next)
        if isinstance(following, str):
            self.pages[_where(call), following] = number + 1
        if number > 1:
            other = call.copy()
            other.set_asked(self.cursor, None)
            other.set_asked(self.page, str(number))
            seen = places_of.read(beyond.forward(other).json, self.items)
            if isinstance(seen, list):
                reply.json = places_of.replaced(reply.json, self.items, seen)


@operator("once")
@dataclass
class Once(Operator):
    """What is asked for again, byte for byte, is not done again: it gets the first answer."""

    first: dict[Hashable, Reply] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Answer from memory."""
        known = self.first.get((_where(call), call.who, call.address, call.body))
        return known and Reply(list(known.headers), known.body, known.status)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Remember."""
        if reply.is_good:
            key = (_where(call), call.who, call.address, call.body)
            self.first.setdefault(key, Reply(list(reply.headers), reply.body, reply.status))
