"""Playlists: search, list, create, read, change, and the order of their tracks."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.paging import PageNumbers
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic import home
from mockserver.providers.yourmusic.pages import PER_PAGE, page_document
from mockserver.providers.yourmusic.playlists import (
    PLAYLISTS,
    append_entry,
    create_playlist,
    entries_of,
    find_by_keyword,
    move_entry,
    print_entry,
    print_playlist,
    replace_entries,
)
from mockserver.providers.yourmusic.rules import user_of
from mockserver.world import World


def search_playlists(call: Call, world: World) -> Reply:
    """Answer one page of the caller's own and the tenant's public playlists that match (YM-111)."""
    keyword = call.query["keyword"]
    if not keyword.strip():
        raise Failure("field", field="keyword", text="The keyword field is required.")
    found = find_by_keyword(world, call.caller.facts["user_id"], call.account, keyword)
    page = PageNumbers(call.query["page"], PER_PAGE, len(found))
    return Reply(200, page_document(call, page, [print_playlist(world, one) for one in page.cut(found)]))


def list_playlists(call: Call, world: World) -> Reply:
    """Answer the caller's own playlists alone, without an envelope (YM-115, YM-116)."""
    found = world.slice_by(PLAYLISTS, "user_id", call.caller.facts["user_id"])
    return Reply(200, [print_playlist(world, playlist) for playlist in found])


def create_own_playlist(call: Call, world: World) -> Reply:
    """Create a playlist of the caller, private unless said otherwise (YM-117)."""
    is_public = bool(call.body.get("public", False))
    playlist = create_playlist(world, user_of(call, world), call.body["playlist_name"], is_public)
    if is_public:
        home.touch(world, call.account)
    return Reply(201, print_playlist(world, playlist))


def get_playlist(call: Call, world: World) -> Reply:
    """Answer a playlist, with its entries where they are asked for (YM-119)."""
    shown = print_playlist(world, call.found)
    if call.query.get("with") == "tracks":
        shown["tracks"] = [print_entry(entry) for entry in entries_of(world, call.found["id"])]
    return Reply(200, shown)


def update_playlist(call: Call, world: World) -> Reply:
    """Change what is sent (YM-121)."""
    playlist = call.found
    was_public = playlist["public"]
    playlist.update({name: call.body[name] for name in ("playlist_name", "public") if name in call.body})
    playlist["updated_at"] = instant(world.now)
    world.put(PLAYLISTS, playlist)
    if was_public or playlist["public"]:
        home.touch(world, call.account)
    return Reply(200, print_playlist(world, playlist))


def list_playlist_tracks(call: Call, world: World) -> Reply:
    """Answer the entries in order."""
    return Reply(200, [print_entry(entry) for entry in entries_of(world, call.found["id"])])


def add_playlist_track(call: Call, world: World) -> Reply:
    """Append a track and answer the one new entry (YM-124)."""
    return Reply(201, print_entry(append_entry(world, call.found, call.body["track_id"])))


def replace_playlist_tracks(call: Call, world: World) -> Reply:
    """Let the playlist hold exactly what is sent (YM-126)."""
    entries = replace_entries(world, call.found, call.body["tracks"])
    return Reply(200, [print_entry(entry) for entry in entries])


def reorder_playlist_track(call: Call, world: World) -> Reply:
    """Move one entry and answer it (YM-130)."""
    entry = move_entry(world, call.found["id"], call.path["playlistTrackId"].lower(), call.body["order"])
    return Reply(200, print_entry(entry))


OPERATIONS: dict[str, OperationFunction] = {
    "searchPlaylists": search_playlists,
    "listPlaylists": list_playlists,
    "createPlaylist": create_own_playlist,
    "getPlaylist": get_playlist,
    "updatePlaylist": update_playlist,
    "listPlaylistTracks": list_playlist_tracks,
    "addPlaylistTrack": add_playlist_track,
    "replacePlaylistTracks": replace_playlist_tracks,
    "reorderPlaylistTrack": reorder_playlist_track,
}
