"""The catalog, and the ways a release leaves it."""

from __future__ import annotations

import base64
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.records import (
    CLIPS,
    COVERS,
    RELEASES,
    TRACKS,
    find_track,
    newest_first,
    submission_of,
    tracks_of,
)
from mockserver.providers.gard.refusals import problem
from mockserver.providers.gard.views import print_links, print_release, print_row, print_status, print_tracks
from mockserver.world import World

_SEARCHED = ("name", "artist_name", "label", "upc")


def list_releases(call: Call, world: World) -> Reply:
    """List the catalog, the newest first; `search` looks into name, artist, label and UPC (GARD-118 to GARD-120)."""
    offset, limit = call.query["offset"], call.query["limit"]
    text = call.query.get("search", "").strip().lower()
    if not text:
        found = newest_first(world, RELEASES, call.account, offset, limit)
    else:
        every = newest_first(world, RELEASES, call.account)
        found = [record for record in every if _matches(record, text)][offset : offset + limit]
    return Reply(200, [print_row(world, record) for record in found])


def _matches(record: Record, text: str) -> bool:
    return any(text in (record[member] or "").lower() for member in _SEARCHED)


def get_release(call: Call, world: World) -> Reply:
    """Return one release with metadata and tracks."""
    return Reply(200, print_release(world, call.found))


def get_release_status(call: Call, world: World) -> Reply:
    """Return the stage of a release."""
    return Reply(200, print_status(world, call.found))


def list_release_tracks(call: Call, world: World) -> Reply:
    """Return the tracks of a release."""
    return Reply(200, {"tracks": print_tracks(world, call.found)})


def sync_release(call: Call, world: World) -> Reply:
    """Answer like the status call, last_synced_at moved forward (GARD-040, GARD-041)."""
    call.found["last_synced_at"] = instant(world.now)
    world.put(RELEASES, call.found)
    return Reply(200, print_status(world, call.found))


def get_release_cover(call: Call, world: World) -> Reply:
    """Return the bytes that were uploaded; a made-up cover is drawn, the same each time (GARD-125, GARD-126)."""
    record = world.get(COVERS, call.found["id"])
    if record is None or not call.found["has_cover"]:
        raise Failure("not_found", "The release has no cover.", msg="Cover not found")
    if record["data"] is not None:
        return Reply(200, base64.b64decode(record["data"]), record["media_type"])
    return Reply(200, _drawn(world, call.found["id"]), "image/jpeg")


def _drawn(world: World, id: str) -> bytes:
    from mockserver.media.pictures import jpeg

    chance = world.chance("cover", id)
    return jpeg(1400, 1400, (chance.number(0, 255), chance.number(0, 255), chance.number(0, 255)))


def list_release_video_clips(call: Call, world: World) -> Reply:
    """List the clips of the release as a whole (GARD-128)."""
    return _clips(world, call.found, of_tracks=False)


def list_track_video_clips(call: Call, world: World) -> Reply:
    """List the clips of single tracks (GARD-128)."""
    return _clips(world, call.found, of_tracks=True)


def _clips(world: World, release: Record, *, of_tracks: bool) -> Reply:
    rows = [
        {"id": clip["number"], "title": clip["title"], "url": clip["url"], "track_id": clip["track"]}
        for clip in world.slice_by(CLIPS, "release", release["id"])
        if (clip["track"] is not None) == of_tracks
    ]
    return Reply(200, {"code": 200, "clips": rows})


def sort_release_tracks(call: Call, world: World) -> Reply:
    """Put the tracks into another order; every track must be named once (GARD-129, GARD-130)."""
    refs: list[Any] = call.body["track_ids"]
    wanted = [find_track(world, call.found["id"], ref) for ref in refs]
    numbers = [track["number"] for track in wanted if track is not None]
    if None in wanted or sorted(numbers) != sorted(track["number"] for track in tracks_of(world, call.found["id"])):
        text = "Must name every track of the release, each once."
        raise Failure("invalid", problems=[problem("track_ids", text)])
    for place, track in enumerate(wanted):
        if track is not None:
            track["position"] = place + 1
            world.put(TRACKS, track)
    return Reply(200, {"code": 200, "msg": "order updated"})


def get_release_platform_links(call: Call, world: World) -> Reply:
    """Return the store pages of a release (GARD-127)."""
    release = call.found
    stage = submission_of(world, release)["status"]
    facts = {"id": release["number"], "public_id": release["id"], "name": release["name"], "upc": release["upc"]}
    return Reply(200, {**facts, "platforms": print_links(world, release, stage)})


def delete_release(call: Call, world: World) -> Reply:
    """Cancel a submitted or rejected release (GARD-043, GARD-047)."""
    world.fire("submission", call.found["submission"], "cancel")
    return Reply(200, _left(call.found, "deleted"))


def revoke_release(call: Call, world: World) -> Reply:
    """Withdraw a release under review, or take the row of another one out of the catalog (GARD-044 to GARD-046)."""
    fired = world.fire("submission", call.found["submission"], "revoke")
    return Reply(200, _left(call.found, "revoked" if fired.source == "under_review" else "deleted"))


def _left(release: Record, status: str) -> dict[str, Any]:
    return {"status": status, "release_id": release["number"], "upstream_album_id": release["upstream_album_id"]}


OPERATIONS: dict[str, OperationFunction] = {
    "listReleases": list_releases,
    "getRelease": get_release,
    "deleteRelease": delete_release,
    "getReleaseStatus": get_release_status,
    "listReleaseTracks": list_release_tracks,
    "syncRelease": sync_release,
    "getReleaseCover": get_release_cover,
    "listReleaseVideoClips": list_release_video_clips,
    "listTrackVideoClips": list_track_video_clips,
    "sortReleaseTracks": sort_release_tracks,
    "getReleasePlatformLinks": get_release_platform_links,
    "revokeRelease": revoke_release,
}
