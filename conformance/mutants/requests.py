"""Operators that edit a request before the target sees it: the target then ignores what it should have minded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from conformance import pointer as places_of
from conformance.mutants.message import Call, Reply, places
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond


@operator("forget-query")
@dataclass
class ForgetQuery(Operator):
    """A query parameter is not looked at."""

    name: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Take it away."""
        call.set_asked(self.name, None)
        return None


@operator("set-query")
@dataclass
class SetQuery(Operator):
    """A query parameter is read as another value, where it was sent (`always`: also where it was not)."""

    name: str
    value: str
    always: bool = False

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Set it."""
        if self.always or call.asked(self.name):
            call.set_asked(self.name, self.value)
        return None


@operator("forget-header")
@dataclass
class ForgetHeader(Operator):
    """A request header is not looked at."""

    name: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Take it away."""
        call.set_header(self.name, None)
        return None


@operator("set-header")
@dataclass
class SetHeader(Operator):
    """A request header is read as another value."""

    name: str
    value: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Set it."""
        call.set_header(self.name, self.value)
        return None


@operator("forget-member")
@dataclass
class ForgetMember(Operator):
    """A member of a JSON request is not looked at."""

    pointer: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Take it away."""
        body = call.json
        for place in reversed(places(body, self.pointer) if body is not MISSING else []):
            body = places_of.without(body, place)
            call.json = body
        return None


@operator("set-member")
@dataclass
class SetMember(Operator):
    """A member of a JSON request is read as another value, where it was sent (`always`: also where it was not)."""

    pointer: str
    value: Any
    always: bool = False

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Set it."""
        body = call.json
        if body is MISSING:
            return None
        if self.always and isinstance(body, dict):
            call.json = places_of.replaced(body, self.pointer, self.value)
            return None
        for place in places(body, self.pointer):
            body = places_of.replaced(body, place, self.value)
            call.json = body
        return None


@operator("rewrite")
@dataclass
class Rewrite(Operator):
    """The text of a request body is read as another one, multipart and XML too; `find` is a regular expression."""

    find: str
    by: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Replace it byte by byte."""
        call.body = re.sub(self.find.encode("latin-1"), self.by.encode("latin-1"), call.body, flags=re.DOTALL)
        return None


@operator("cure")
@dataclass
class Cure(Operator):
    """A value that must be refused is accepted.

    Where the target refuses a request, it is sent again with the member set to `value` (null takes it away); `echo` is
    the place in the answer where the value that was sent is written back.
    """

    pointer: str
    value: Any = None
    status: list[int] = field(default_factory=lambda: [400, 409, 422])
    echo: str = ""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Send the better request and claim that it was the one that was sent."""
        sent = call.json
        if reply.status not in self.status or sent is MISSING:
            return
        bad = places_of.read(sent, self.pointer)
        better = call.copy()
        has_value = self.value is not None
        better.json = (
            places_of.replaced(sent, self.pointer, self.value) if has_value else places_of.without(sent, self.pointer)
        )
        cured = beyond.forward(better)
        if cured.is_good:
            reply.become(cured)
            if self.echo and bad is not MISSING:
                reply.json = places_of.replaced(reply.json, self.echo, bad)


@operator("cure-query")
@dataclass
class CureQuery(Operator):
    """A query that must be refused is accepted: it is sent again with the parameter set to `value` or without it."""

    name: str
    value: str | None = None
    status: list[int] = field(default_factory=lambda: [400, 422])

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Send the better request."""
        if reply.status in self.status and call.asked(self.name):
            better = call.copy()
            better.set_asked(self.name, self.value)
            cured = beyond.forward(better)
            if cured.is_good:
                reply.become(cured)


@operator("lend")
@dataclass
class Lend(Operator):
    """A caller who must be kept out is let in with a credential that worked for somebody else.

    `to` are principals by name, also with a star, `none` (no credential) or `unknown` (one that never worked). `of` is
    a principal by name whose credential is lent first.
    """

    to: list[str]
    status: list[int] = field(default_factory=lambda: [401, 403, 404])
    of: str = ""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Try other credentials until one is let in."""
        if reply.status not in self.status or not any(fnmatchcase(call.who, name) for name in self.to):
            return
        first = [tuple(beyond.principals[self.of].items())] if self.of in beyond.principals else []
        for credential in (*first, *beyond.credentials(call)):
            lent = call.copy()
            for name, value in credential:
                lent.set_header(name, value)
            tried = beyond.forward(lent)
            if tried.status not in self.status:
                reply.become(tried)
                return


@operator("cure-header")
@dataclass
class CureHeader(Operator):
    """A header that must be refused is accepted: the request is sent again with `value` in its place or without it."""

    name: str
    value: str | None = None
    status: list[int] = field(default_factory=lambda: [400, 409, 415, 422])

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Send the better request."""
        if reply.status in self.status and call.header(self.name) is not None:
            better = call.copy()
            better.set_header(self.name, self.value)
            cured = beyond.forward(better)
            if cured.is_good:
                reply.become(cured)


@operator("pretend")
@dataclass
class Pretend(Operator):
    """A member is left out, or read as `value`, and said to be taken in; `echo` is its place in the answer."""

    pointer: str
    echo: str
    value: Any = None
    sent: Any = field(default=MISSING, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Take the member away, or set it."""
        body = call.json
        self.sent = places_of.read(body, self.pointer)
        if self.sent is not MISSING:
            has_value = self.value is not None
            call.json = (
                places_of.replaced(body, self.pointer, self.value)
                if has_value
                else places_of.without(body, self.pointer)
            )
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Say that it was taken in."""
        if reply.is_good and self.sent is not MISSING:
            reply.json = places_of.replaced(reply.json, self.echo, self.sent)


@operator("claim")
@dataclass
class Claim(Operator):
    """A JSON Web Token in an answer claims something else (null: lacks the claim), and is as good as before.

    The fault must name the operations that take the token as well, or all.
    """

    pointer: str
    name: str
    value: Any = None
    real: dict[str, str] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Let the target see the token that it made."""
        for name, value in call.headers:
            for edited, token in self.real.items():
                if edited in value:
                    call.set_header(name, value.replace(edited, token))
        return None

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Edit the claims."""
        token = places_of.read(reply.json, self.pointer)
        if not isinstance(token, str) or token.count(".") != 2:
            return
        head, claims, signature = token.split(".")
        read = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        read = {**read, self.name: self.value} if self.value is not None else places_of.without(read, f"/{self.name}")
        edited = base64.urlsafe_b64encode(json.dumps(read).encode()).decode().rstrip("=")
        self.real[f"{head}.{edited}.{signature}"] = token
        reply.json = places_of.replaced(reply.json, self.pointer, f"{head}.{edited}.{signature}")


@operator("keep-key")
@dataclass
class KeepKey(Operator):
    """An idempotency key is remembered for ever, also where it should mean nothing: the first answer comes again.

    Another body under the same key gets `status`, where one is given. `mark` is a header that replays carry.
    """

    header: str
    status: int = 0
    mark: str = ""
    first: dict[Hashable, tuple[bytes, Reply]] = field(default_factory=dict, init=False)

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Answer from memory."""
        known = self.first.get((call.header("X-Sandbox"), call.who, call.header(self.header)))
        if known is None:
            return None
        if self.status and known[0] != call.body:
            return beyond.example(call.operation, self.status)
        again = Reply(list(known[1].headers), known[1].body, known[1].status)
        if self.mark:
            again.set_header(self.mark, "true")
        return again

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Remember."""
        if reply.is_good and call.header(self.header) is not None:
            key = (call.header("X-Sandbox"), call.who, call.header(self.header))
            self.first.setdefault(key, (call.body, Reply(list(reply.headers), reply.body, reply.status)))


@operator("act-as")
@dataclass
class ActAs(Operator):
    """A call is carried out for another principal (`of`, by name) than the one who made it."""

    of: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Put the other's credential in place."""
        for name, value in beyond.principals.get(self.of, {}).items():
            call.set_header(name, value)
        return None


@operator("merge")
@dataclass
class Merge(Operator):
    """A map that is sent is laid over the one that is there instead of replacing it.

    `pointer` is its place in the request and `at` that in the answer of the operation `read`.
    """

    pointer: str
    read: str
    at: str

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Add what was there."""
        sent = places_of.read(call.json, self.pointer)
        there = places_of.read(beyond.fetch("GET", beyond.path_of(self.read, call.values), call).json, self.at)
        if isinstance(sent, dict) and isinstance(there, dict):
            call.json = places_of.replaced(call.json, self.pointer, {**there, **sent})
        return None
