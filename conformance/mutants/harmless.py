"""Operators that change what no document fixes: a suite that turns red under one of them raises a false alarm."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance import clock
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond

_INSTANT = re.compile(r'("\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?)Z"')
_UUID = re.compile(r"\b([0-9a-f])([0-9a-f])([0-9a-f]{6}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b")


@operator("reorder")
@dataclass
class Reorder(Operator):
    """The members of every JSON object stand in another order."""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Turn the members round."""
        if reply.json is not MISSING:
            reply.json = _turned(reply.json)


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _turned(item) for name, item in reversed(value.items())}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@operator("reprint")
@dataclass
class Reprint(Operator):
    """JSON is printed in another way: `indent`, or letters as escapes."""

    indent: int | None = None
    ascii: bool = False

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Print it again."""
        body = reply.json
        if body is not MISSING:
            reply.body = json.dumps(body, indent=self.indent, ensure_ascii=self.ascii).encode()


@operator("offset")
@dataclass
class Offset(Operator):
    """Instants end in +00:00 instead of Z."""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write the offset."""
        if reply.json is not MISSING:
            reply.body = _INSTANT.sub(r'\1+00:00"', reply.body.decode()).encode()


@operator("slow")
@dataclass
class Slow(Operator):
    """Every answer takes longer."""

    milliseconds: int = 20

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Wait."""
        clock.rest(self.milliseconds / 1000)


@operator("extra")
@dataclass
class Extra(Operator):
    """An object that the document leaves open has a member more."""

    name: str = "x_more"

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Add it to the outermost object, where the answer's schema allows that."""
        body = reply.json
        if isinstance(body, dict) and beyond.is_open(call, reply):
            reply.json = {**body, self.name: True}


@operator("other-ids")
@dataclass
class OtherIds(Operator):
    """Every UUID is another one, the same one each time: two digits are exchanged on the way out and on the way in."""

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Turn them back."""
        call.path, call.query = _exchanged(call.path), _exchanged(call.query)
        call.body = _exchanged(call.body.decode("latin-1")).encode("latin-1")
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Turn them."""
        reply.body = _exchanged(reply.body.decode("latin-1")).encode("latin-1")
        reply.headers = [(name, _exchanged(value)) for name, value in reply.headers]


def _exchanged(text: str) -> str:
    return _UUID.sub(r"\2\1\3", text)


@operator("busy")
@dataclass
class Busy(Operator):
    """Somebody else works in the same account: with every so many reads something foreign is made first."""

    method: str
    path: str
    json: Any
    every: int = 5
    seen: int = field(default=0, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Make something."""
        self.seen += 1
        if self.seen % self.every == 0:
            made = json.loads(json.dumps(self.json).replace("{n}", str(self.seen)))
            beyond.fetch(self.method, beyond.base + self.path, call, made)
        return None


@operator("gzip")
@dataclass
class Gzip(Operator):
    """Answers are compressed, where the caller takes that."""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Compress the body."""
        if "gzip" in (call.header("Accept-Encoding") or "") and reply.body and not reply.header("Content-Encoding"):
            reply.body = gzip.compress(reply.body)
            reply.set_header("Content-Encoding", "gzip")


@operator("small-headers")
@dataclass
class SmallHeaders(Operator):
    """Header names are written in small letters."""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Write them so."""
        reply.headers = [(name.lower(), value) for name, value in reply.headers]


@operator("charset")
@dataclass
class Charset(Operator):
    """JSON's media type names its character set."""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Add the parameter."""
        stated = reply.header("Content-Type") or ""
        if stated.endswith("json"):
            reply.set_header("Content-Type", f"{stated}; charset=utf-8")
