"""Cuts lists into pages by number, by offset or by cursor; each flat prints the figures as its document does."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """A page by number (from 1): `start` is the offset of its first item; `first_shown`/`last_shown` count from 1."""

    number: int
    size: int
    total: int

    @property
    def start(self) -> int:
        """Return the offset of the page's first item."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """Return the number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.size))

    @property
    def shown(self) -> int:
        """Return how many items the page holds."""
        return max(0, min(self.size, self.total - self.start))

    @property
    def has_next(self) -> bool:
        """Say whether a page follows."""
        return self.number < self.last

    @property
    def has_previous(self) -> bool:
        """Say whether a page that holds something lies before."""
        return 1 < self.number <= self.last + 1

    def cut(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return the page's items of a whole list."""
        return items[self.start : self.start + self.size]


class BadCursor(ValueError):
    """A cursor that this list did not give out."""


def write_cursor(position: dict[str, Any]) -> str:
    """Return an opaque cursor for a position: base64 of compact JSON, as `{"id":12345}`."""
    text = json.dumps(position, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> dict[str, Any]:
    """Return the position of a cursor; padding is optional, both base64 alphabets are read; `BadCursor` otherwise."""
    padded = cursor.replace("+", "-").replace("/", "_").rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        position = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, UnicodeError, RecursionError):
        raise BadCursor(f"{cursor[:40]!r} is no cursor of this list") from None
    if not isinstance(position, dict):
        raise BadCursor(f"{cursor[:40]!r} is no cursor of this list")
    return position


@dataclass(frozen=True, slots=True)
class Offset:
    """A page by offset and limit of a list of `total` items."""

    offset: int
    limit: int
    total: int

    @property
    def has_more(self) -> bool:
        """Say whether items follow."""
        return self.offset + self.limit < self.total

    def cut(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return the slice's items of a whole list."""
        return items[self.offset : self.offset + self.limit]
