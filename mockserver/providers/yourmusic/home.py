"""Composes the home page: what the tenant features, and what a user has not heard to the end."""

from __future__ import annotations

from typing import Any

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.addresses import image_url, manifest_url
from mockserver.providers.yourmusic.catalogue.lookup import find_item
from mockserver.providers.yourmusic.listening import unfinished
from mockserver.providers.yourmusic.people import TENANTS
from mockserver.providers.yourmusic.playlists import PLAYLISTS, entries_of
from mockserver.world import World

_MOST_PLAYLISTS = 12
_AT_ONCE = 50
_SCHEMA_VERSION = 1


def compose(world: World, tenant: Record, user_id: str | None, base: str) -> dict[str, Any]:
    """Return the page of a tenant for a guest (no user id) or a user; both have one shape (YM-099)."""
    listens = unfinished(world, user_id) if user_id is not None else []
    tracks = [item for listen in listens if (item := _track_item(world, listen, base)) is not None]
    featured = [_playlist_item(world, playlist, base) for playlist in _featured(world, tenant)]
    return {
        "page": {
            "id": "home",
            "schema_version": _SCHEMA_VERSION,
            "revision": tenant["home_revision"],
            "generated_at": instant(world.now),
        },
        "modules": [
            _module("featured-playlists", "playlist_carousel", "horizontal_scroll", "editorial_manual", featured),
            _module("continue-listening", "continue_listening", "list", "continue_listening", tracks),
        ],
    }


def touch(world: World, tenant_slug: str) -> None:
    """Count one more revision of a tenant's page: what it features has changed."""
    tenant = world.require(TENANTS, tenant_slug)
    tenant["home_revision"] += 1
    world.put(TENANTS, tenant)


def _module(id: str, kind: str, layout: str, strategy: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    module: dict[str, Any] = {
        "id": id,
        "type": kind,
        "layout": layout,
        "name_key": f"home.{id.replace('-', '_')}",
        "name_params": None,
        "actions": {"see_all": None},
        "content_source": {"strategy": strategy, "strategy_version": "1", "execution_mode": None},
    }
    if items:
        module["items"] = items
    return module


def _featured(world: World, tenant: Record) -> list[Record]:
    """Return the tenant's own choice, then its other public playlists, the newest first."""
    chosen = [world.get(PLAYLISTS, id) for id in tenant["featured_playlist_ids"]]
    found = {playlist["id"]: playlist for playlist in chosen if playlist is not None and playlist["public"]}
    offset, total = 0, world.count_by(PLAYLISTS, "tenant", tenant["id"])
    while len(found) < _MOST_PLAYLISTS and offset < total:
        for playlist in world.slice_by(PLAYLISTS, "tenant", tenant["id"], offset, _AT_ONCE, reverse=True):
            if playlist["public"]:
                found.setdefault(playlist["id"], playlist)
        offset += _AT_ONCE
    return list(found.values())[:_MOST_PLAYLISTS]


def _playlist_item(world: World, playlist: Record, base: str) -> dict[str, Any]:
    entries = entries_of(world, playlist["id"])
    first = find_item(world, "tracks", entries[0]["track_id"]) if entries else None
    return {
        "id": playlist["id"],
        "type": "playlist",
        "name": playlist["playlist_name"],
        "artwork_url": image_url(base, "playlists", playlist["id"], None) if first else None,
        "track_id": first["id"] if first else None,
        "stream_url": manifest_url(base, first["stream_id"]) if first else None,
        "metadata": {"track_count": len(entries)},
    }


def _track_item(world: World, listen: Record, base: str) -> dict[str, Any] | None:
    track = find_item(world, "tracks", listen["track_id"])
    if track is None:
        return None
    artist = find_item(world, "artists", track["artist_id"]) or {}
    return {
        "id": track["stream_id"],
        "type": "track",
        "name": track["title"],
        "artwork_url": image_url(base, "releases", track["release_id"], None),
        "track_id": track["id"],
        "stream_url": manifest_url(base, track["stream_id"]),
        "metadata": {
            "artist_name": artist.get("name"),
            "position_seconds": listen["position_seconds"],
            "duration_seconds": track["duration_seconds"],
            "listened_at": listen["listened_at"],
        },
    }
