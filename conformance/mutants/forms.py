"""Operators that edit requests by their fields: the parts of a multipart form, and days wherever they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from conformance import pointer as places_of
from conformance.media import pictures, sounds
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator, operator

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond

_TYPES = {"jpeg": "image/jpeg", "wav": "audio/wav"}


@dataclass(frozen=True)
class Part:
    """A part of a form: its name, its headers as they stand, and its bytes."""

    name: str
    head: bytes
    content: bytes


def _boundary(call: Call) -> bytes:
    found = re.search(r'^multipart/form-data;.*boundary="?([^";]+)', call.header("Content-Type") or "", re.IGNORECASE)
    return b"--" + found[1].encode() if found else b""


def parts(call: Call) -> list[Part]:
    """Return the parts of a form, none of another body."""
    boundary, found = _boundary(call), []
    for piece in call.body.split(boundary)[1:-1] if boundary else ():
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        found.append(Part(name[1].decode() if name else "", head, content.removesuffix(b"\r\n")))
    return found


def write_parts(call: Call, form: list[Part]) -> None:
    """Make a form of these parts the body of a request that was a form."""
    boundary = _boundary(call)
    built = [b"%s\r\n%s\r\n\r\n%s\r\n" % (boundary, part.head, part.content) for part in form]
    call.body = b"".join((*built, boundary + b"--\r\n"))


def _text(name: str, value: str) -> Part:
    return Part(name, f'Content-Disposition: form-data; name="{name}"'.encode(), value.encode())


def _file(name: str, kind: str) -> Part:
    head = f'Content-Disposition: form-data; name="{name}"; filename="good.{kind}"\r\nContent-Type: {_TYPES[kind]}'
    return Part(name, head.encode(), pictures.jpeg() if kind == "jpeg" else sounds.wav())


@operator("set-part")
@dataclass
class SetPart(Operator):
    """A field of a form is read as another text, or not looked at (`value: null`), where it was sent."""

    name: str
    value: str | None = None

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Set it or take it away."""
        form = parts(call)
        if any(part.name == self.name for part in form):
            kept = [part for part in form if part.name != self.name]
            write_parts(call, kept if self.value is None else [*kept, _text(self.name, self.value)])
        return None


@operator("cure-part")
@dataclass
class CurePart(Operator):
    """A form that must be refused is accepted: it is sent again with one field better.

    The field is set to `value`, taken away (null), or becomes a good `file`: `jpeg` or `wav`.
    """

    name: str
    value: str | None = None
    file: str = ""
    status: list[int] = field(default_factory=lambda: [400, 404, 413, 422])

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Send the better form."""
        form = parts(call)
        if reply.status not in self.status or not form:
            return
        given = [_file(self.name, self.file)] if self.file else []
        given += [_text(self.name, self.value)] if self.value is not None else []
        better = call.copy()
        write_parts(better, [*(part for part in form if part.name != self.name), *given])
        cured = beyond.forward(better)
        if cured.is_good:
            reply.become(cured)


@operator("shift-day")
@dataclass
class ShiftDay(Operator):
    """A day that was asked for is read as another one: of a JSON `pointer`, a `query` parameter or a form's `part`."""

    days: int
    pointer: str = ""
    query: str = ""
    part: str = ""

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Move the day."""
        for asked in call.asked(self.query) if self.query else ():
            call.set_asked(self.query, self._moved(asked))
        sent = places_of.read(call.json, self.pointer) if self.pointer else None
        if isinstance(sent, str):
            call.json = places_of.replaced(call.json, self.pointer, self._moved(sent))
        form = parts(call) if self.part else []
        if form:
            moved = [
                Part(part.name, part.head, self._moved(part.content.decode()).encode())
                if part.name == self.part
                else part
                for part in form
            ]
            write_parts(call, moved)
        return None

    def _moved(self, text: str) -> str:
        try:
            return (date.fromisoformat(text) + timedelta(days=self.days)).isoformat()
        except ValueError:
            return text
