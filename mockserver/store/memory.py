"""The default store: dictionaries, copied on the first write after a fork."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
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

    def save_whole(self, collection: str) -> None:
        """Remember a collection as it was before the transaction, order included."""
        saved = self.saved.get(collection)
        if isinstance(saved, dict):
            return
        before = self.collections.get(collection, _NOTHING).copy()
        for id, text in reversed(saved or []):
            if text is None:
                before.pop(id, None)
            else:
                before[id] = text
        self.saved[collection] = before

    def replace(self, collections: dict[str, dict[str, str]]) -> None:
        """Hold other collections, shared with whoever else holds them."""
        if self.depth:
            for collection in {*self.collections, *collections}:
                self.save_whole(collection)
        self.collections = collections
        self.owned = set()


class _Transaction:
    """Holds the space's lock; undoes what was written where the block fails."""

    __slots__ = ("_hold", "space")

    def __init__(self, hold: Callable[[], _Space]) -> None:
        self._hold = hold

    def __enter__(self) -> None:
        self.space = self._hold()
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
        held = space.writable(collection)
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

    def _hold(self, name: str) -> _Space:
        """Return a space with its lock taken; one that was dropped while we waited is looked up anew."""
        while True:
            space = self._space(name)
            space.lock.acquire()
            if self._spaces.get(name) is space:
                return space
            space.lock.release()

    def put(self, space: str, collection: str, id: str, text: str) -> None:
        """Write the text, new or over the old one."""
        place = self._hold(space)
        try:
            held = place.writable(collection)
            if place.depth:
                saved = place.saved.setdefault(collection, [])
                if isinstance(saved, list):
                    saved.append((id, held.get(id)))
            held[id] = text
        finally:
            place.lock.release()

    def delete(self, space: str, collection: str, id: str) -> bool:
        """Remove the text; say whether it was there."""
        place = self._hold(space)
        try:
            if id not in place.collections.get(collection, _NOTHING):
                return False
            held = place.writable(collection)
            if place.depth:
                place.save_whole(collection)
            del held[id]
            return True
        finally:
            place.lock.release()

    def count(self, space: str, collection: str) -> int:
        """Return how many texts a collection holds."""
        held = self._spaces.get(space)
        return len(held.collections.get(collection, _NOTHING)) if held is not None else 0

    def sizes(self, space: str) -> dict[str, int]:
        """Return how many texts each collection holds, of those that hold something."""
        place = self._spaces.get(space)
        if place is None:
            return {}
        with place.lock:
            return {name: len(texts) for name, texts in place.collections.items() if texts}

    def collections(self, space: str) -> list[str]:
        """Return the names of the collections that hold something, sorted."""
        held = self._spaces.get(space)
        # a copy is made in one go; another thread may add a collection meanwhile
        return sorted(name for name, texts in held.collections.copy().items() if texts) if held is not None else []

    def spaces(self, prefix: str = "") -> list[str]:
        """Return the names of the spaces that hold something, sorted."""
        with self._lock:
            names = [name for name in self._spaces if name.startswith(prefix)]
        return sorted(name for name in names if self.collections(name))

    def transaction(self, space: str) -> AbstractContextManager[None]:
        """All or nothing for one space."""
        return _Transaction(lambda: self._hold(space))

    def fork(self, source: str, target: str) -> None:
        """Let `target` hold what `source` holds now; both copy a collection before they next write to it."""
        origin = self._hold(source)
        try:
            shared = origin.collections.copy()
            origin.owned.clear()
        finally:
            origin.lock.release()
        copy = self._hold(target)
        try:
            copy.replace(shared)
        finally:
            copy.lock.release()

    def drop(self, space: str) -> None:
        """Forget a space, after whoever is at work in it."""
        if space not in self._spaces:
            return
        place = self._hold(space)
        try:
            place.replace({})
            if not place.depth:  # a transaction may want everything back
                with self._lock:
                    self._spaces.pop(space, None)
        finally:
            place.lock.release()

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
            if offset >= len(held):
                return []
            return list(islice(items, offset, None if limit is None else min(offset + limit, len(held))))
