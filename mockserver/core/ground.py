"""What the rooms below a world may ask of it: records, numbers, the time, nothing of a provider's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol

from specs import Book

Record = dict[str, Any]


class Ground(Protocol):
    """One provider's records in one sandbox at one instant, inside one transaction."""

    now: datetime
    seed: int
    provider: str
    sandbox: str
    progression: str
    has_limits: bool

    @property
    def book(self) -> Book:
        """Return the provider's promise."""

    def get(self, collection: str, id: str) -> Record | None:
        """Return a record, or None."""

    def look(self, collection: str, id: str) -> Record | None:
        """Return a record to read and never to change, or None."""

    def put(self, collection: str, record: Record) -> None:
        """Write a record under its `id`."""

    def delete(self, collection: str, id: str) -> bool:
        """Remove a record; say whether it was there."""

    def find(self, collection: str, where: Callable[[Record], bool] | None = None) -> Iterator[Record]:
        """Yield records in order of first writing."""

    def count(self, collection: str) -> int:
        """Return how many records a collection holds."""

    def slice_by(
        self, collection: str, member: str, value: Any, offset: int = 0, limit: int | None = None, reverse: bool = False
    ) -> list[Record]:
        """Return a piece of the records with this value of an indexed member."""

    def next_number(self, kind: str) -> int:
        """Return the next number of a sequence, from 1."""

    def uuid(self, kind: str) -> str:
        """Return the next UUID of a kind: a function of seed, kind and sequence."""

    def schedule(self, due: datetime, kind: str, data: Record) -> None:
        """Let something happen at an instant of the sandbox's clock."""

    def note(self, kind: str, resource: str, id: str, detail: str, **facts: Any) -> None:
        """Tell the journal, the coverage and the clock's effects what happened."""
