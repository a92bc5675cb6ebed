"""Operators that edit an answer on the wire: its status, headers and body."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance import pointer as places_of
from conformance.mutants.message import Call, Reply, places
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond

_FIRST = 1


def change(reply: Reply, pattern: str, new: Callable[[Any], Any]) -> None:
    """Replace every value that a pattern means in a JSON answer; `new` may return MISSING to take it away."""
    body = reply.json
    if body is MISSING:
        return
    for place in reversed(places(body, pattern)):
        value = new(places_of.read(body, place))
        body = places_of.without(body, place) if value is MISSING else places_of.replaced(body, place, value)
    reply.json = body


@operator("drop")
@dataclass
class Drop(Operator):
    """A member is missing."""

    pointer: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Take the member away."""
        change(reply, self.pointer, lambda value: MISSING)


@operator("put")
@dataclass
class Put(Operator):
    """A member has another value, or is there though it should not be: the last name may be new."""

    pointer: str
    value: Any

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Set the member in every object that the rest of the pointer means."""
        parent, _, name = self.pointer.rpartition("/")
        body = reply.json
        if body is MISSING:
            return
        if name in ("*", "-"):
            change(reply, self.pointer, lambda value: self.value)
            return
        for place in places(body, parent):
            node = places_of.read(body, place)
            if isinstance(node, dict) or (isinstance(node, list) and name.isdigit()):
                body = places_of.replaced(body, f"{place}/{name}", self.value)
        reply.json = body


@operator("retype")
@dataclass
class Retype(Operator):
    """A number or truth value is written as text, a text that holds a number as a number."""

    pointer: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the value in another type."""
        change(reply, self.pointer, _retyped)


def _retyped(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else [value]
    return str(value)


@operator("recase")
@dataclass
class Recase(Operator):
    """A text has its capitals and small letters exchanged."""

    pointer: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Exchange the letters."""
        change(reply, self.pointer, lambda value: value.swapcase() if isinstance(value, str) else value)


@operator("copy")
@dataclass
class Copy(Operator):
    """A member says what another one says; with `both` they are exchanged. `within` is the object of the two."""

    source: str
    to: str
    within: str = ""
    both: bool = False

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Copy or exchange."""

        def copied(value: Any) -> Any:
            source, to = places_of.read(value, self.source), places_of.read(value, self.to)
            if source is MISSING or (self.both and to is MISSING):
                return value
            value = places_of.replaced(value, self.to, source)
            return places_of.replaced(value, self.source, to) if self.both else value

        change(reply, self.within, copied)


@operator("shorten")
@dataclass
class Shorten(Operator):
    """An array lacks its last element (`end: first` its first)."""

    pointer: str
    end: str = "last"

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Take the element away."""
        cut = slice(_FIRST, None) if self.end == "first" else slice(None, -1)
        change(reply, self.pointer, lambda value: value[cut] if isinstance(value, list) else value)


@operator("repeat")
@dataclass
class Repeat(Operator):
    """An array has its last element twice."""

    pointer: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Add it again."""
        change(reply, self.pointer, lambda value: [*value, *value[-1:]] if isinstance(value, list) else value)


@operator("reverse")
@dataclass
class Reverse(Operator):
    """An array stands in reverse order."""

    pointer: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Turn it round."""
        change(reply, self.pointer, lambda value: value[::-1] if isinstance(value, list) else value)


@operator("shift")
@dataclass
class Shift(Operator):
    """A number, or a text that holds one, is off by some amount; its form is kept."""

    pointer: str
    by: float

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Add the amount."""
        change(reply, self.pointer, self._shifted)

    def _shifted(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return value
        if isinstance(value, str):
            if not re.fullmatch(r"-?\d+(\.\d+)?", value):
                return value
            return str(Decimal(value) + Decimal(str(self.by)))
        return type(value)(value + self.by) if isinstance(value, int) and self.by % 1 == 0 else value + self.by


@operator("count")
@dataclass
class Count(Operator):
    """A total counts what is on the page."""

    pointer: str
    items: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the length of the page."""
        listed = places_of.read(reply.json, self.items)
        if isinstance(listed, list):
            change(reply, self.pointer, lambda value: len(listed))


@operator("shift-time")
@dataclass
class ShiftTime(Operator):
    """A timestamp is off by some seconds; its form is kept."""

    pointer: str
    seconds: float

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Move the instant."""
        change(reply, self.pointer, self._moved)

    def _moved(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return int(value + self.seconds)
        try:
            moved = datetime.fromisoformat(value) + timedelta(seconds=self.seconds)
        except (TypeError, ValueError):
            return value
        digits = re.search(r"\.(\d+)", value)
        text = moved.isoformat(timespec="microseconds" if digits else "seconds")
        if digits:
            text = re.sub(r"\.\d+", lambda found: found.group()[: len(digits.group())], text)
        return (text[:10] if len(value) == 10 else text).replace("+00:00", "Z" if value.endswith("Z") else "+00:00")


@operator("text")
@dataclass
class Text(Operator):
    """A body of any kind has a text replaced; `find` is a regular expression."""

    find: str
    by: str

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Replace it, where the body is text; JSON is printed compactly first, so that one pattern fits all servers."""
        if reply.json is not MISSING:
            reply.json = reply.json
        try:
            reply.body = re.sub(self.find, self.by, reply.body.decode()).encode()
        except UnicodeDecodeError:
            return


@operator("truncate")
@dataclass
class Truncate(Operator):
    """A body ends some bytes too early."""

    bytes: int = 1

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Cut it."""
        reply.body = reply.body[: -self.bytes]


@operator("recode")
@dataclass
class Recode(Operator):
    """UTF-8 was read as Latin-1 and written as UTF-8 again."""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the letters wrongly; plain ASCII stays as it is."""
        body = reply.json
        if body is not MISSING:
            reply.json = body
            reply.body = reply.body.decode().encode().decode("latin-1").encode()


@operator("header")
@dataclass
class Header(Operator):
    """A header is missing (`value: null`) or says something else."""

    name: str
    value: str | None = None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Set it or take it away."""
        reply.set_header(self.name, self.value)


@operator("status")
@dataclass
class Status(Operator):
    """An answer has another status; `body` is `keep`, `none`, `null` or `example` (the document's, of that status)."""

    to: int
    body: str = "keep"

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Set the status and the body that goes with it."""
        reply.status = self.to
        if self.body == "none":
            reply.body = b""
            reply.set_header("Content-Type", None)
        elif self.body == "null":
            reply.json = None
        elif self.body == "example":
            reply.become(beyond.example(call.operation, self.to))


@operator("body")
@dataclass
class Body(Operator):
    """An answer has another body altogether."""

    json: Any

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Put it in."""
        reply.json = self.json
