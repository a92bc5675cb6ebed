"""Finds single items of the catalogue by the ids that paths and parameters carry."""

from __future__ import annotations

import re
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.world import World

_DECIMAL = re.compile(r"[1-9][0-9]{0,17}")
# What a record must have to be shown. A tester may write less; what is half written is not there yet.
_TRADED = {
    "id",
    "title",
    "version",
    "type",
    "artist_id",
    "popularity",
    "is_explicit",
    "uses",
    "price_minor",
    "currency",
}
_MEMBERS: dict[str, set[str]] = {
    "artists": {"id", "name", "sort_name", "slug", "bio", "popularity", "release_ids"},
    "releases": _TRADED
    | {"barcode", "released_on", "label_id", "licensor_id", "slug", "duration_seconds", "track_ids"},
    "tracks": _TRADED | {"stream_id", "payload", "release_id", "disc", "number", "duration_seconds", "isrc"},
}


def whole(kind: str, record: Record | None) -> Record | None:
    """Return a record where everything that is shown of it is there, or None."""
    return record if record is not None and _MEMBERS[kind] <= record.keys() else None


def find_item(world: World, kind: str, id: Any) -> Record | None:
    """Return an item by the decimal text of its id, or None."""
    return whole(kind, world.get(kind, id)) if isinstance(id, str) and _DECIMAL.fullmatch(id) else None


def require_item(world: World, kind: str, id: str) -> Record:
    """Return an item; `not_found` where there is none (YM-166)."""
    record = find_item(world, kind, id)
    if record is None:
        raise Failure("not_found", f"There is no {kind.removesuffix('s')} {id!r}.", what=kind, id=id)
    return record


def track_of_stream(world: World, stream_id: str) -> Record | None:
    """Return the track that a stream id belongs to, or None."""
    entry = world.get("streams", stream_id.lower())
    return find_item(world, "tracks", entry["track_id"]) if entry else None
