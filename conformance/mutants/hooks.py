"""Operators that act on webhooks between sender and receiver; `only` is a regular expression that picks parcels."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from conformance import pointer as places_of
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond

_TIME = re.compile(r"\b\d{10,13}\b")


@dataclass
class Hook(Operator):
    """Of the parcels whose headers and body the pattern fits, `spare` are let through first."""

    only: str = ""
    spare: int = 0
    seen: int = field(default=0, init=False)

    def fits(self, parcel: Call) -> bool:
        """Say whether this parcel is meant."""
        told = "\n".join(f"{name}: {value}" for name, value in parcel.headers) + "\n" + parcel.body.decode("latin-1")
        if not re.search(self.only, told):
            return False
        self.seen += 1
        return self.seen > self.spare


@operator("hook-lose")
@dataclass
class HookLose(Hook):
    """A webhook never arrives; the sender is told that it did."""

    def parcels(self, parcel: Call) -> list[Call]:
        """Let nothing through."""
        return [] if self.fits(parcel) else [parcel]


@operator("hook-twice")
@dataclass
class HookTwice(Hook):
    """A webhook arrives twice; with `fresh` (a regular expression) the second one's id is another."""

    fresh: str = ""
    by: str = ""

    def parcels(self, parcel: Call) -> list[Call]:
        """Send it again."""
        if not self.fits(parcel):
            return [parcel]
        again = parcel.copy()
        if self.fresh:
            again.body = re.sub(self.fresh.encode(), self.by.encode(), again.body)
            again.headers = [(name, re.sub(self.fresh, self.by, value)) for name, value in again.headers]
        return [parcel, again]


@operator("hook-header")
@dataclass
class HookHeader(Hook):
    """A header of a webhook is missing, says something else, or has `find` replaced by `by`."""

    name: str = ""
    value: str | None = None
    find: str = ""
    by: str = ""

    def parcels(self, parcel: Call) -> list[Call]:
        """Edit the header."""
        if self.fits(parcel):
            old = parcel.header(self.name)
            parcel.set_header(self.name, re.sub(self.find, self.by, old or "") if self.find else self.value)
        return [parcel]


@operator("hook-text")
@dataclass
class HookText(Hook):
    """The body of a webhook has a text replaced after it was signed."""

    find: str = ""
    by: str = ""

    def parcels(self, parcel: Call) -> list[Call]:
        """Edit the body."""
        if self.fits(parcel):
            parcel.body = re.sub(self.find, self.by, parcel.body.decode()).encode()
        return [parcel]


@operator("hook-drop")
@dataclass
class HookDrop(Hook):
    """A webhook lacks a member, or has another value in it where `value` is given."""

    pointer: str = ""
    value: object = None

    def parcels(self, parcel: Call) -> list[Call]:
        """Edit the body."""
        body = parcel.json
        if body is not MISSING and self.fits(parcel):
            kept = places_of.without(body, self.pointer)
            parcel.json = kept if self.value is None else places_of.replaced(body, self.pointer, self.value)
        return [parcel]


@operator("hook-answer")
@dataclass
class HookAnswer(Hook):
    """The sender is told another status than the receiver gave (one of `given`, where that is said).

    It then does not try again, or tries for nothing.
    """

    status: int = 200
    given: list[int] = field(default_factory=list)

    def receipt(self, parcel: Call, reply: Reply) -> None:
        """Tell another status."""
        if self.fits(parcel) and (not self.given or reply.status in self.given):
            reply.status = self.status


@operator("hook-signed")
@dataclass
class HookSigned(Hook):
    """The body of a webhook has a text replaced, or a member, before it is signed: the signature is right.

    `told` is the place where answers tell the secret. Of a signature in hexadecimal digits the form is found out: it
    is an HMAC-SHA256 of the body alone, or of the time in a header, a point and the body. `{n}` in `by` counts.
    """

    told: str = "/data/secret"
    pointer: str = ""
    value: object = None
    find: str = ""
    by: str = ""
    secrets: list[str] = field(default_factory=list, init=False)

    def witness(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Learn the secrets."""
        secret = places_of.read(reply.json, self.told)
        if isinstance(secret, str) and secret not in self.secrets:
            self.secrets.append(secret)

    def parcels(self, parcel: Call) -> list[Call]:
        """Edit the body and sign it again."""
        if self.fits(parcel):
            old = parcel.body
            if self.find:
                parcel.body = re.sub(self.find, self.by.replace("{n}", str(self.seen)), old.decode()).encode()
            elif parcel.json is not MISSING:
                kept = places_of.without(parcel.json, self.pointer)
                parcel.json = kept if self.value is None else places_of.replaced(kept, self.pointer, self.value)
            parcel.headers = [(name, self._signed(value, old, parcel)) for name, value in parcel.headers]
        return [parcel]

    def _signed(self, value: str, old: bytes, parcel: Call) -> str:
        times = {time.encode() + b"." for _, text in parcel.headers for time in _TIME.findall(text)} | {b""}
        for secret in self.secrets:
            for time in times:
                was, now = (hmac.new(secret.encode(), time + body, sha256).hexdigest() for body in (old, parcel.body))
                value = value.replace(was, now)
        return value


@operator("hook-same")
@dataclass
class HookSame(Hook):
    """A webhook that is sent again, known by the header `key`, has the headers `names` of the first time."""

    key: str = ""
    names: list[str] = field(default_factory=list)
    first: dict[tuple[str, str | None, str], str] = field(default_factory=dict, init=False)

    def parcels(self, parcel: Call) -> list[Call]:
        """Write what they said first."""
        for name in self.names if self.fits(parcel) else ():
            known = (parcel.path, parcel.header(self.key), name)
            parcel.set_header(name, self.first.setdefault(known, parcel.header(name) or ""))
        return [parcel]
