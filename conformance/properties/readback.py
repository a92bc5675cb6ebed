"""Reading back: what was written is there afterwards, and what was refused has changed nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from conformance import judge, pointer
from conformance.answer import Answer

Read = Callable[[], Answer]


@contextmanager
def unchanged(read: Read, place: str = "/data", what: str = "the resource") -> Iterator[Answer]:
    """Judge that what `read` shows at a place is the same before and after the block; gives the answer from before."""
    before = read()
    yield before
    after = read()
    judge.equal(f"the status of reading {what} after the refusal", before.status, after.status, after)
    judge.equal(f"{what} after the refusal", before.at(place), after.at(place), after)


def stored(written: Answer, read: Answer, place: str) -> None:
    """Judge that a read shows at a place exactly what the write answered there, naming the members that differ."""
    judge.status(read, 200)
    told, kept = written.at(place), read.at(place)
    if isinstance(told, dict) and isinstance(kept, dict):
        for name in sorted({*told, *kept}):
            answered, shown = told.get(name, pointer.MISSING), kept.get(name, pointer.MISSING)
            judge.equal(f"{place}/{name} when read back", answered, shown, read)
    judge.equal(f"{place} when read back", told, kept, read)


def differences(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """Return the members of two objects that differ, with both values."""
    names = {*(before or {}), *(after or {})}
    pairs = {name: (before.get(name, pointer.MISSING), after.get(name, pointer.MISSING)) for name in sorted(names)}
    return {name: pair for name, pair in pairs.items() if not judge.same(*pair)}
