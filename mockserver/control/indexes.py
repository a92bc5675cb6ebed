"""Derives the indexes of records in a snapshot: what follows from them need not be written, and must not be wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.store.snapshot import Rows
from mockserver.world import index_name

Content = dict[str, Rows]
Indexes = Mapping[str, Sequence[str]]


def prune(content: Content, indexes: Indexes) -> Content:
    """Return the content without the indexes that its records give in the very same order."""
    derived = _derive(content, indexes)
    return {name: rows for name, rows in content.items() if name not in derived or _ids(rows) != derived[name]}


def mend(content: Content, indexes: Indexes) -> Content:
    """Return the content with an index for every indexed value; a given one is kept where it holds the right ids."""
    derived = _derive(content, indexes)
    whole = {name: rows for name, rows in content.items() if not _is_index(name, indexes)}
    for name, ids in derived.items():
        given = _ids(content.get(name, {}))
        whole[name] = dict.fromkeys(given if set(given) == set(ids) else ids, 1)
    return whole


def _derive(content: Content, indexes: Indexes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for collection, members in indexes.items():
        rows = content.get(collection, [])
        for row in rows if isinstance(rows, list) else []:
            for member in members:
                value = row.get(member)
                if value is not None:
                    found.setdefault(index_name(collection, member, value), []).append(str(row["id"]))
    return found


def _is_index(name: str, indexes: Indexes) -> bool:
    return any(name.startswith(f"@{collection}/") for collection in indexes)


def _ids(rows: Rows) -> list[str]:
    return [str(row["id"]) for row in rows] if isinstance(rows, list) else list(rows)
