"""What a client writes comes back: every writable field, one at a time and all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.pointer import join


@dataclass(frozen=True)
class Field:
    """A writable field: what is sent, and what must be shown (the same, unless said otherwise)."""

    name: str
    sent: Any
    shown: Any = ...

    @property
    def label(self) -> str:
        """Return the field's name in item ids."""
        return self.name

    @property
    def expected(self) -> Any:
        """Return the value that an answer must show."""
        return self.sent if self.shown is ... else self.shown


def shows(answer: Answer, fields: Mapping[str, Field] | list[Field], place: str) -> None:
    """Judge that an answer shows each field at a place, value by value."""
    for field in fields.values() if isinstance(fields, Mapping) else fields:
        judge.equal(f"{place}/{field.name}", field.expected, answer.at(place + join(field.name)), answer)


def changed_only(before: Any, after: Any, fields: list[Field], free: tuple[str, ...], answer: Answer) -> None:
    """Judge that between two objects only the fields sent have changed; `free` members may move by themselves."""
    sent = {field.name for field in fields}
    for name in sorted({*before, *after} - sent - set(free)):
        judge.equal(f"{name}, which was not sent,", before.get(name), after.get(name), answer)
