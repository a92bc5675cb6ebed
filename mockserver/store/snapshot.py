"""State as versioned JSON that a person can read and git can compare."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.store.contract import Store

FORMAT, VERSION = "soundcheck-snapshot", 1


class SnapshotBroken(Exception):
    """A snapshot that cannot be restored; the text says why."""


def take(store: Store, spaces: dict[str, str]) -> dict[str, Any]:
    """Return the content of named spaces: {name: {collection: [[id, record], ...]}} in order of first writing."""
    return {
        name: {
            collection: [[id, orjson.loads(text)] for id, text in store.list(space, collection)]
            for collection in store.collections(space)
        }
        for name, space in spaces.items()
    }


def check(content: Any) -> None:
    """Refuse what `take` cannot have written, before anything is touched."""
    if not isinstance(content, dict):
        raise SnapshotBroken("a snapshot's content is an object: space -> collection -> [[id, record], ...]")
    for space, collections in content.items():
        if not isinstance(collections, dict):
            raise SnapshotBroken(f"{space}: expected an object of collections")
        for collection, rows in collections.items():
            if not isinstance(rows, list):
                raise SnapshotBroken(f"{space}/{collection}: expected a list of [id, record] pairs")
            for index, row in enumerate(rows):
                if not (isinstance(row, list) and len(row) == 2 and isinstance(row[0], str)):
                    raise SnapshotBroken(f"{space}/{collection}/{index}: expected a pair of id (text) and record")


def restore(store: Store, space: str, collections: dict[str, Any]) -> None:
    """Let a space hold exactly what the snapshot says; the content was checked before."""
    with store.transaction(space):
        for collection in store.collections(space):
            for id, _ in store.list(space, collection):
                store.delete(space, collection, id)
        for collection, rows in collections.items():
            for id, record in rows:
                store.put(space, collection, id, orjson.dumps(record).decode())
