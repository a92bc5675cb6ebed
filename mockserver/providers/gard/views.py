"""A release as the API prints it: row, whole, status, links; and its tracks, stages and instants."""

from __future__ import annotations

from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.gard.records import submission_of, tracks_of
from mockserver.world import World

Json = dict[str, Any]

# One text per stage everywhere, webhooks included (C15).
MESSAGES = {
    "submitted": "Release submitted",
    "under_review": "Under moderation review",
    "sent_to_stores": "Sent to stores",
    "live": "Live",
    "rejected": "Needs edits",
}
# The stores that link to a release, each with the catalog code that sends a release there (C21: names differ).
_STORES = (
    ("Wink", "zvuk_wink_music", "https://music.wink.ru/release/"),
    ("Yandex Music", "yandex_music", "https://music.yandex.ru/album/"),
    ("Spotify", "spotify", "https://open.spotify.com/album/"),
    ("MTS", "mts_ringbacktone", "https://music.mts.ru/album/"),
    ("VK Music", "vk_music", "https://music.vk.com/link/"),
    ("Zvuk", "zvuk_wink_music", "https://zvuk.com/release/"),
)


def utc(text: str) -> str:
    """Print a stored instant with whole seconds and Z (C36)."""
    return text[:19] + "Z"


def naive(text: str) -> str:
    """Print a stored instant with whole seconds and no offset, as release rows do (C36)."""
    return text[:19]


def print_tracks(world: World, release: Record) -> list[Json]:
    """Return the track rows of a release (GARD-123)."""
    return [
        {"track_id": track["track_id"], "position": track["position"], "title": track["title"], "isrc": track["isrc"]}
        for track in tracks_of(world, release["id"])
    ]


def print_links(world: World, release: Record, stage: str) -> list[Json]:
    """Return the store pages of a live release; none before, and none after a takedown (GARD-127, GARD-142)."""
    if stage != "live" or release["left_on"] is not None:
        return []
    sold_at = release["platforms"]
    return [
        {"platform_name": name, "link": address + world.chance("link", name, release["id"]).token(11)}
        for name, code, address in _STORES
        if not sold_at or code in sold_at
    ]


def _facts(world: World, release: Record, stage: str) -> Json:
    return {
        "public_id": release["id"],
        "name": release["name"],
        "status": stage,
        "message": MESSAGES[stage],
        "upc": release["upc"],
        "artist_name": release["artist_name"],
        "label": release["label"],
        "genre_name": release["genre_name"],
        "sale_platforms": print_links(world, release, stage),
        "has_cover": release["has_cover"],
        "comment": release["comment"],
        "release_date": release["release_date"],
        "last_synced_at": naive(release["last_synced_at"]),
    }


def print_row(world: World, release: Record) -> Json:
    """Return the row of the catalog list, where id is the rel_ id (C07)."""
    stage = submission_of(world, release)["status"]
    return {
        "id": release["id"],
        "release_id": release["number"],
        "type": release["type"],
        **_facts(world, release, stage),
        "created_at": naive(release["created_at"]),
    }


def print_release(world: World, release: Record) -> Json:
    """Return one release with metadata and tracks, where id is the number (C07)."""
    stage = submission_of(world, release)["status"]
    return {
        "id": release["number"],
        "type": release["type"],
        **_facts(world, release, stage),
        "metadata": release["metadata"],
        "tracks": print_tracks(world, release),
    }


def print_status(world: World, release: Record) -> Json:
    """Return the stage of a release with its submission and tracks (GARD-122, GARD-124)."""
    submission = submission_of(world, release)
    tracks = print_tracks(world, release)
    return {
        "id": release["number"],
        **_facts(world, release, submission["status"]),
        "album_type": release["type"],
        "moderation_request_id": submission["number"],
        "submission_id": submission["id"],
        "tracks": tracks,
        "tracks_isrc": [track["isrc"] for track in tracks if track["isrc"] is not None],
    }


def print_panel_row(world: World, release: Record) -> Json:
    """Return the row of the dashboard's scope (GARD-143)."""
    stage = submission_of(world, release)["status"]
    facts = _facts(world, release, stage)
    kept = ("public_id", "name", "artist_name", "status", "message", "upc", "release_date")
    return {"id": release["id"], "release_id": release["number"], **{name: facts[name] for name in kept}}


def print_submission(submission: Record) -> Json:
    """Return the row of one submission; its release's number stays known after the row has left the catalog."""
    return {
        "moderation_request_id": submission["number"],
        "id": submission["id"],
        "release_id": submission["release_number"],
        "status": submission["status"],
        "message": MESSAGES[submission["status"]],
        "release_name": submission["release_name"],
        "artist_name": submission["artist_name"],
        "created_at": utc(submission["created_at"]),
    }
