"""Finds what a path names before the body is read: unknown comes before malformed, not-yours comes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.catalogue.lookup import require_item, track_of_stream
from mockserver.providers.yourmusic.people import USERS
from mockserver.providers.yourmusic.playlists import ENTRIES, PLAYLISTS, is_visible
from mockserver.world import World


def bind(call: Call, world: World) -> None:
    """Set `call.found` to the record that the path names; `not_found` or `forbidden` otherwise."""
    for name, find in _FINDERS.items():
        if name in call.path:
            call.found = find(call, world)
            return


def user_of(call: Call, world: World) -> Record:
    """Return the calling user."""
    return world.require(USERS, call.caller.facts["user_id"])


def _tenant_user(call: Call, world: World) -> Record:
    """A user of another tenant is as unknown as none (YM-029)."""
    user = world.get(USERS, call.path["user_id"].lower())
    if user is None or user["tenant"] != call.account:
        raise Failure("not_found", what="users", id=call.path["user_id"])
    return user


def _playlist(call: Call, world: World) -> Record:
    """A playlist that may be read may be changed by its owner alone (YM-120, YM-133)."""
    playlist = world.get(PLAYLISTS, call.path["playlist_id"].lower())
    user_id = call.caller.facts["user_id"]
    if playlist is None or not is_visible(playlist, user_id, call.account):
        raise Failure("not_found", what="playlists", id=call.path["playlist_id"])
    if call.operation.method != "GET" and playlist["user_id"] != user_id:
        raise Failure("forbidden", f"Playlist {playlist['id']} belongs to another user.")
    if "playlistTrackId" in call.path:
        _require_entry(world, playlist, call.path["playlistTrackId"].lower())
    return playlist


def _require_entry(world: World, playlist: Record, id: str) -> None:
    entry = world.get(ENTRIES, id)
    if entry is None or entry["playlist_id"] != playlist["id"]:
        raise Failure("not_found", what="playlist entries", id=id)


def _stream(call: Call, world: World) -> Record:
    track = track_of_stream(world, call.path["stream_id"])
    if track is None:
        raise Failure("not_found", what="streams", id=call.path["stream_id"])
    return track


_FINDERS: dict[str, Callable[[Call, World], Any]] = {
    "user_id": _tenant_user,
    "playlist_id": _playlist,
    "artist_id": lambda call, world: require_item(world, "artists", call.path["artist_id"]),
    "release_id": lambda call, world: require_item(world, "releases", call.path["release_id"]),
    "track_id": lambda call, world: require_item(world, "tracks", call.path["track_id"]),
    "stream_id": _stream,
}
