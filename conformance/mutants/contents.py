"""Operators that edit what stands inside an answer: sums, texts in members and headers, echoes of the request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance import pointer as places_of
from conformance.mutants.answers import change
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond


@operator("page-sum")
@dataclass
class PageSum(Operator):
    """A total adds up what is on the page: the member `of` of every item."""

    pointer: str
    items: str
    of: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the sum of the page."""
        listed = places_of.read(reply.json, self.items)
        if isinstance(listed, list):
            change(reply, self.pointer, lambda value: sum(places_of.read(item, self.of) for item in listed))


@operator("inner")
@dataclass
class Inner(Operator):
    """A document inside an answer has a text replaced, and all that is said about it is right.

    `place` has the pointers of its `text`, `sha256` and number of `bytes` in a JSON answer; another answer is such a
    document itself. `find` is a regular expression, in which a point means every letter.
    """

    find: str
    by: str
    place: dict[str, str]

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Replace it and say the right things about the new text."""
        body = reply.json
        if body is MISSING:
            reply.body = self._edited(reply.body.decode()).encode()
            return
        text = places_of.read(body, self.place["text"])
        if isinstance(text, str):
            raw = self._edited(text).encode()
            told = {"text": raw.decode(), "sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
            for name, pointer in self.place.items():
                body = places_of.replaced(body, pointer, told[name])
            reply.json = body

    def _edited(self, text: str) -> str:
        return re.sub(self.find, self.by, text, flags=re.DOTALL)


@operator("header-text")
@dataclass
class HeaderText(Operator):
    """A header has a text replaced; `find` is a regular expression."""

    name: str
    find: str
    by: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Replace it."""
        value = reply.header(self.name)
        if value is not None:
            reply.set_header(self.name, re.sub(self.find, self.by, value))


@operator("reflect")
@dataclass
class Reflect(Operator):
    """A member of the answer says what a member of the request said."""

    source: str
    to: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write what was sent."""
        sent = places_of.read(call.json, self.source)
        if sent is not MISSING:
            change(reply, self.to, lambda value: sent)


@operator("omit")
@dataclass
class Omit(Operator):
    """A list lacks the items whose member `of` says `value`, or one of several values."""

    items: str
    of: str
    value: Any

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Leave them out."""
        unwanted = self.value if isinstance(self.value, list) else [self.value]
        change(
            reply, self.items, lambda items: [item for item in items if places_of.read(item, self.of) not in unwanted]
        )


@operator("cursor-counts")
@dataclass
class CursorCounts(Operator):
    """A cursor counts how many items came before instead of naming one: what is added meanwhile shifts the walk.

    It is for lists without another way of paging, as long as `most` items are the whole of them.
    """

    items: str
    cursor: str
    next: str
    limit: str
    most: int = 100
    before: dict[Hashable, int] = field(default_factory=dict, init=False)

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Show what stands at those places now."""
        where = call.header("X-Sandbox")
        listed, following = places_of.read(reply.json, self.items), places_of.read(reply.json, self.next)
        start = self.before.get((where, *call.asked(self.cursor)), 0)
        if not isinstance(listed, list):
            return
        if isinstance(following, str):
            self.before[where, following] = start + len(listed)
        if start:
            whole = call.copy()
            whole.set_asked(self.cursor, None)
            whole.set_asked(self.limit, str(self.most))
            seen = places_of.read(beyond.forward(whole).json, self.items)
            if isinstance(seen, list):
                reply.json = places_of.replaced(reply.json, self.items, seen[start : start + len(listed)])
