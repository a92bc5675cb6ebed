"""An answer as a check reads it: status, headers, JSON members by pointer."""

from __future__ import annotations

import json
from typing import Any

from conformance import pointer
from conformance.exchange import Exchange


class MemberMissing(KeyError):
    """A check reads a member, by its name, that the answer's object does not have."""

    def __init__(self, name: str, members: list[str]) -> None:
        super().__init__(name)
        self.name = name
        self.members = members


class Members(dict[str, Any]):
    """A JSON object of an answer; reading a member that it lacks says which it has."""

    def __missing__(self, name: str) -> Any:
        raise MemberMissing(name, sorted(self))


class Answer:
    """Wraps a recorded exchange. Reading a member of a body that is no JSON gives MISSING, never an exception."""

    __slots__ = ("_parsed", "exchange")

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._parsed: Any = _UNREAD

    @property
    def status(self) -> int:
        """Return the status code."""
        return self.exchange.status

    @property
    def label(self) -> str:
        """Return method and operation for sentences: `POST createProduct`."""
        return f"{self.exchange.method} {self.exchange.operation or self.exchange.url}"

    @property
    def json(self) -> Any:
        """Return the body as a JSON value, or MISSING where it is none."""
        if self._parsed is _UNREAD:
            try:
                self._parsed = json.loads(self.exchange.body, object_hook=Members)
            except ValueError:
                self._parsed = pointer.MISSING
        return self._parsed

    @property
    def content(self) -> bytes:
        """Return the body's bytes."""
        return self.exchange.body

    @property
    def is_success(self) -> bool:
        """Say whether the status is 2xx."""
        return 200 <= self.status < 300

    def header(self, name: str) -> str | None:
        """Return a header, or None."""
        return self.exchange.header(name)

    def at(self, place: str) -> Any:
        """Return the value at a JSON pointer of the body, or MISSING."""
        return pointer.read(self.json, place)

    def items(self, place: str) -> list[Any]:
        """Return the array at a JSON pointer of the body, an empty list where there is none."""
        found = self.at(place)
        return found if isinstance(found, list) else []


_UNREAD = object()
