"""The default store: dictionaries, copied on the first write after a fork."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import islice
from types import TracebackType

_NOTHING: dict[str, str] = {}


class _Space:
    """One space. A collection that is not `owned` belongs to a fork's other side too and is copied before writing."""

    __slots__ = ("collections", "depth", "lock", "owned", "saved")

    def __init__(self) -> None:
        self.collections: dict[str, dict[str, str]] = {}
        self.owned: set[str] = set()
        self.lock = threading.RLock()
        self.depth = 0
        # What a transaction must put back: per collection an undo list, or the whole old dictionary.
        self.saved: dict[str, list[tuple[str, str | None]] | dict[str, str]] = {}

    def writable(self, collection: str) -> dict[str, str]:
        held = self.collections.get(collection)
        if held is None:
            held = self.collections[collection] = {}
            self.owned.add(collection)
        elif collection not in self.owned:
            held = self.collections[collection] = held.copy()
            self.owned.add(collection)
        return held


class _Transaction:
    """Holds the space's lock; undoes what was written where the block fails."""

    __slots__ = ("space",)

    def __init__(self, space: _Space) -> None:
        self.space = space

    def __enter__(self) -> None:
        self.space.lock.acquire()
        self.space.depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        space = self.space
        try:
            space.depth -= 1
            if space.depth == 0 and space.saved:
                if kind is not None:
                    _undo(space)
                space.saved = {}
        finally:
            space.lock.release()


def _undo(space: _Space) -> None:
    for collection, saved in space.saved.items():
        if isinstance(saved, dict):  # a deletion happened: order can only be restored as a whole
            space.collections[collection] = saved
            space.owned.add(collection)
            continue
        held = space.collections[collection]
        for id, text in reversed(saved):
            if text is None:
                held.pop(id, None)
            else:
                held[id] = text


class MemoryStore:
    """Keeps everything in this process; a fork shares its source's dictionaries until one side writes."""

    shared = False

    def __init__(self) -> None:
        self._spaces: dict[str, _Space] = {}
        self._lock = threading.Lock()

    def _space(self, name: str) -> _Space:
        space = self._spaces.get(name)
        if space is None:
            with self._lock:
                space = self._spaces.setdefault(name, _Space())
        return space

    def get(self, space: str, collection: str, id: str) -> str | None:
        """Return the text, or None."""
        held = self._spaces.get(space)
        return held.collections.get(collection, _NOTHING).get(id) if held is not None else None

    def put(self, space: str, collection: str, id: str, text: str) -> None:
        """Write the text, new or over the old one."""
        place = self._space(space)
        with place.lock:
            held = place.writable(collection)
            if place.depth:
                saved = place.saved.setdefault(collection, [])
                if isinstance(saved, list):
                    saved.append((id, held.get(id)))
            held[id] = text

    def delete(self, space: str, collection: str, id: str) -> bool:
        """Remove the text; say whether it was there."""
        place = self._space(space)
        with place.lock:
            if id not in place.collections.get(collection, _NOTHING):
                return False
            held = place.writable(collection)
            if place.depth:
                self._save_whole(place, collection, held)
            del held[id]
            return True

    @staticmethod
    def _save_whole(place: _Space, collection: str, held: dict[str, str]) -> None:
        saved = place.saved.get(collection)
        if isinstance(saved, dict):
            return
        before = held.copy()
        for id, text in reversed(saved or []):
            if text is None:
                before.pop(id, None)
            else:
                before[id] = text
        place.saved[collection] = before

    def count(self, space: str, collection: str) -> int:
        """Return how many texts a collection holds."""
        held = self._spaces.get(space)
        return len(held.collections.get(collection, _NOTHING)) if held is not None else 0

    def collections(self, space: str) -> list[str]:
        """Return the names of the collections that hold something, sorted."""
        held = self._spaces.get(space)
        return sorted(name for name, texts in held.collections.items() if texts) if held is not None else []

    def spaces(self, prefix: str = "") -> list[str]:
        """Return the names of the spaces that hold something, sorted."""
        with self._lock:
            held = list(self._spaces.items())
        return sorted(name for name, space in held if name.startswith(prefix) and any(space.collections.values()))

    def transaction(self, space: str) -> AbstractContextManager[None]:
        """All or nothing for one space."""
        return _Transaction(self._space(space))

    def fork(self, source: str, target: str) -> None:
        """Let `target` hold what `source` holds now; both copy a collection before they next write to it."""
        origin, copy = self._space(source), self._space(target)
        with origin.lock:
            shared = dict(origin.collections)
            origin.owned.clear()
        with copy.lock:
            if copy.depth:
                raise RuntimeError(f"space {target!r} is in a transaction and cannot be replaced")
            copy.collections = shared
            copy.owned = set()

    def drop(self, space: str) -> None:
        """Forget a space. Its lock object stays with whoever waits for it."""
        with self._lock:
            place = self._spaces.pop(space, None)
        if place is not None:
            with place.lock:
                place.collections = {}
                place.owned = set()

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._spaces.clear()

    # last in the class: below it, `list` would no longer mean the type

    def list(
        self, space: str, collection: str, offset: int = 0, limit: int | None = None, reverse: bool = False
    ) -> list[tuple[str, str]]:
        """Return (id, text) pairs in order of first writing, or backwards."""
        place = self._spaces.get(space)
        if place is None:
            return []
        with place.lock:
            held = place.collections.get(collection, _NOTHING)
            items: Iterator[tuple[str, str]] = iter(reversed(held.items())) if reverse else iter(held.items())
            return list(islice(items, offset, None if limit is None else offset + limit))
