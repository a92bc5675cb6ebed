"""Operators that act on webhooks between sender and receiver; `only` is a regular expression that picks parcels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conformance import pointer as places_of
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator, operator
from conformance.pointer import MISSING


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
    """The sender is told another status than the receiver gave: it does not try again, or tries for nothing."""

    status: int = 200

    def receipt(self, parcel: Call, reply: Reply) -> None:
        """Tell another status."""
        if self.fits(parcel):
            reply.status = self.status
