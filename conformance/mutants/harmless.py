"""Operators that change what no document fixes: a suite that turns red under one of them raises a false alarm."""

from __future__ import annotations

import gzip
import hashlib
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
_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+")
_OPAQUE = re.compile(r"\bopaque_[0-9a-f]{64}\b")
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


@operator("swap-letters")
@dataclass
class SwapLetters(Operator):
    """Ids that a pattern finds are other ones, the same ones each time: capitals and small letters are exchanged.

    What the pattern's first group holds, such as a prefix, stays.
    """

    find: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Turn them back."""
        call.path, call.query = self._swapped(call.path), self._swapped(call.query)
        call.body = self._swapped(call.body.decode("latin-1")).encode("latin-1")
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Turn them."""
        reply.body = self._swapped(reply.body.decode("latin-1")).encode("latin-1")

    def _swapped(self, text: str) -> str:
        return re.sub(self.find, lambda found: found[1] + found[0][len(found[1]) :].swapcase(), text)


@operator("opaque")
@dataclass
class Opaque(Operator):
    """Tokens show nothing: in place of a JSON Web Token callers get a text that stands for it."""

    real: dict[str, str] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Let the target see the token that it made."""
        call.headers = [(name, _OPAQUE.sub(self._made, value)) for name, value in call.headers]
        call.query = _OPAQUE.sub(self._made, call.query)
        call.body = _OPAQUE.sub(self._made, call.body.decode("latin-1")).encode("latin-1")
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Put the text in its place."""
        reply.body = _TOKEN.sub(self._shown, reply.body.decode("latin-1")).encode("latin-1")

    def _made(self, found: re.Match[str]) -> str:
        return self.real.get(found[0], found[0])

    def _shown(self, found: re.Match[str]) -> str:
        text = f"opaque_{hashlib.sha256(found[0].encode()).hexdigest()}"
        self.real[text] = found[0]
        return text


@operator("respell")
@dataclass
class Respell(Operator):
    """A text that is only handed on is spelled in another way outwards, and is spelled back on its way in.

    All four are regular expressions or what stands in place of them: `find` and `by` outwards, `back` and `again`
    inwards. Address, headers and body are looked at.
    """

    find: str
    by: str
    back: str
    again: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Spell it back."""
        call.path, call.query = (re.sub(self.back, self.again, text) for text in (call.path, call.query))
        call.headers = [(name, re.sub(self.back, self.again, value)) for name, value in call.headers]
        call.body = re.sub(self.back, self.again, call.body.decode("latin-1")).encode("latin-1")
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Spell it in another way."""
        reply.body = re.sub(self.find, self.by, reply.body.decode("latin-1")).encode("latin-1")
        reply.headers = [(name, re.sub(self.find, self.by, value)) for name, value in reply.headers]
