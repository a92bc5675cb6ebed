"""What a store promises: texts by space, collection and id, in the order of their first writing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class StoreUnusable(Exception):
    """What a store should be kept in cannot be opened; the text names the place and says why."""


class Store(Protocol):
    """Few verbs, no domain word. A space is what one transaction covers; transactions on one space are serial.

    Texts come back in the order of their first `put`; a later `put` of the same id keeps its place. A transaction
    that ends with an exception leaves nothing behind, and so do a fork into its space or a drop of it. A transaction
    inside another of the same space joins it; one of another space fails on its own, and may go with the outer one.
    """

    shared: bool  # more than one process may see it

    def get(self, space: str, collection: str, id: str) -> str | None:
        """Return the text, or None."""

    def put(self, space: str, collection: str, id: str, text: str) -> None:
        """Write the text, new or over the old one."""

    def delete(self, space: str, collection: str, id: str) -> bool:
        """Remove the text; say whether it was there."""

    def count(self, space: str, collection: str) -> int:
        """Return how many texts a collection holds."""

    def sizes(self, space: str) -> dict[str, int]:
        """Return how many texts each collection holds, of those that hold something."""

    def collections(self, space: str) -> list[str]:
        """Return the names of the collections that hold something, sorted."""

    def spaces(self, prefix: str = "") -> list[str]:
        """Return the names of the spaces that hold something, sorted."""

    def transaction(self, space: str) -> AbstractContextManager[None]:
        """All or nothing for one space."""

    def fork(self, source: str, target: str) -> None:
        """Let `target` hold what `source` holds now, whatever it held before; later writes do not meet."""

    def drop(self, space: str) -> None:
        """Forget a space."""

    def close(self) -> None:
        """Let go of files and connections."""

    # last in the class: below it, `list` would no longer mean the type

    def list(
        self, space: str, collection: str, offset: int = 0, limit: int | None = None, reverse: bool = False
    ) -> list[tuple[str, str]]:
        """Return (id, text) pairs in order of first writing, or backwards."""
