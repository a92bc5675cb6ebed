"""The content of a space as JSON that a person can read and git can compare."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.store.contract import Store

FORMAT, VERSION = "soundcheck-snapshot", 1
# A list of records where each holds its own id, an object of values by id where they do not; in order of first writing.
Rows = list[dict[str, Any]] | dict[str, Any]


def read(store: Store, space: str) -> dict[str, Rows]:
    """Return what a space holds, by collection."""
    return {collection: _rows(store, space, collection) for collection in store.collections(space)}


def _rows(store: Store, space: str, collection: str) -> Rows:
    rows = {id: orjson.loads(text) for id, text in store.list(space, collection)}
    if all(isinstance(value, dict) and value.get("id") == id for id, value in rows.items()):
        return list(rows.values())
    return rows


def write(store: Store, space: str, content: dict[str, Rows]) -> None:
    """Let a space hold exactly this content, which was checked before."""
    store.drop(space)
    with store.transaction(space):
        for collection, rows in content.items():
            pairs = [(row["id"], row) for row in rows] if isinstance(rows, list) else list(rows.items())
            for id, value in pairs:
                store.put(space, collection, id, orjson.dumps(value).decode())
