"""Playlists: who may see and change them, and the order of what they hold."""

from __future__ import annotations

from typing import Any

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.catalogue.folding import folded
from mockserver.providers.yourmusic.catalogue.lookup import find_item
from mockserver.providers.yourmusic.people import TENANTS, seconds
from mockserver.world import World

PLAYLISTS, ENTRIES = "playlists", "playlist_tracks"


def create_playlist(world: World, user: Record, name: str, is_public: bool) -> Record:
    """Store a new playlist of a user (YM-117)."""
    now = instant(world.now)
    record = {
        "id": world.uuid("playlist"),
        "tenant": user["tenant"],
        "user_id": user["id"],
        "playlist_name": name,
        "public": is_public,
        "created_at": now,
        "updated_at": now,
    }
    world.put(PLAYLISTS, record)
    return record


def is_visible(playlist: Record, user_id: str, tenant: str) -> bool:
    """Say whether a user may read a playlist: an own one, or a public one of the tenant (YM-112, YM-133)."""
    return bool(playlist["user_id"] == user_id or (playlist["public"] and playlist["tenant"] == tenant))


def find_by_keyword(world: World, user_id: str, tenant: str, keyword: str) -> list[Record]:
    """Return what a user may read and whose name contains a keyword, in any case (YM-111, YM-113)."""
    wanted = folded(keyword) or keyword.strip().casefold()
    return [
        playlist
        for playlist in world.slice_by(PLAYLISTS, "tenant", tenant)
        if is_visible(playlist, user_id, tenant) and _is_named(playlist, wanted)
    ]


def _is_named(playlist: Record, wanted: str) -> bool:
    name = playlist["playlist_name"]
    return wanted in folded(name) or wanted in name.casefold()


def entries_of(world: World, playlist_id: str) -> list[Record]:
    """Return the entries of a playlist by ascending order (YM-123)."""
    return sorted(world.slice_by(ENTRIES, "playlist_id", playlist_id), key=lambda entry: int(entry["order"]))


def append_entry(world: World, playlist: Record, track_id: str) -> Record:
    """Put a track at the end of a playlist; it may stand there already (YM-124, YM-134)."""
    _require_track(world, track_id, "track_id")
    last = max((entry["order"] for entry in entries_of(world, playlist["id"])), default=0)
    return _put_entry(world, playlist, track_id, last + 1)


def replace_entries(world: World, playlist: Record, wanted: list[dict[str, Any]]) -> list[Record]:
    """Let a playlist hold exactly the given tracks, by their order values, else as they were sent (YM-126, YM-128)."""
    for place, entry in enumerate(wanted):
        _require_track(world, entry["track_id"], f"tracks.{place}.track_id")
    for entry in entries_of(world, playlist["id"]):
        world.delete(ENTRIES, entry["id"])
    return [
        _put_entry(world, playlist, entry["track_id"], order) for order, entry in enumerate(in_order(wanted), start=1)
    ]


def in_order(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the given tracks by their order values; one without a value follows the one that it was sent after."""
    ranked: list[tuple[int, dict[str, Any]]] = []
    latest = 0
    for entry in wanted:
        latest = entry["order"] if entry.get("order") is not None else latest
        ranked.append((latest, entry))
    return [entry for _, entry in sorted(ranked, key=lambda pair: pair[0])]


def move_entry(world: World, playlist_id: str, entry_id: str, position: int) -> Record:
    """Move one entry; the others keep their relative order, beyond the end means the end (YM-130, YM-132)."""
    entries = entries_of(world, playlist_id)
    moved = next(entry for entry in entries if entry["id"] == entry_id)
    others = [entry for entry in entries if entry["id"] != entry_id]
    others.insert(min(position, len(entries)) - 1, moved)
    for order, entry in enumerate(others, start=1):
        if entry["order"] != order:
            entry["order"], entry["updated_at"] = order, instant(world.now)
            world.put(ENTRIES, entry)
    return moved


def _put_entry(world: World, playlist: Record, track_id: str, order: int) -> Record:
    now = instant(world.now)
    record = {
        "id": world.uuid("playlist entry"),
        "playlist_id": playlist["id"],
        "track_id": track_id,
        "order": order,
        "created_at": now,
        "updated_at": now,
    }
    world.put(ENTRIES, record)
    return record


def _require_track(world: World, track_id: str, field: str) -> None:
    if find_item(world, "tracks", track_id) is None:
        raise Failure("field", field=field, text=f"The selected {field.replace('_', ' ')} is invalid.")


def print_playlist(world: World, playlist: Record) -> dict[str, Any]:
    """Return a playlist as the document shows it (YM-110)."""
    tenant = world.require(TENANTS, playlist["tenant"])
    return {
        "id": playlist["id"],
        "tenant_id": tenant["tenant_id"],
        "user_id": playlist["user_id"],
        "playlist_name": playlist["playlist_name"],
        "public": playlist["public"],
        "created_at": seconds(playlist["created_at"]),
        "updated_at": seconds(playlist["updated_at"]),
    }


def print_entry(entry: Record) -> dict[str, Any]:
    """Return an entry as the document shows it (YM-122)."""
    return {
        "id": entry["id"],
        "playlist_id": entry["playlist_id"],
        "track_id": entry["track_id"],
        "order": entry["order"],
        "created_at": seconds(entry["created_at"]),
        "updated_at": seconds(entry["updated_at"]),
    }
