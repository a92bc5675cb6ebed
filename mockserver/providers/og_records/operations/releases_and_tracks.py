"""The release wizard, submission, tracks and their checks."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.og_records.audio import read_audio
from mockserver.providers.og_records.explain import STEP_NUMBERS, entry, find_step_problems, refuse_field
from mockserver.providers.og_records.records import (
    print_detail,
    print_qc_status,
    print_release,
    print_track,
    tracks_of,
)
from mockserver.providers.og_records.rules import require_release, require_track
from mockserver.world import World

_UNSET = "genre language cover_url cover_upload_id copyright_line production_line label explicit upc".split()


def create_release(call: Call, world: World) -> Reply:
    """Make a draft, which is wizard step 1 (OG-060)."""
    release = world.begin("release", new_release(world, call.account, call.body))
    return Reply(201, print_release(release))


def new_release(world: World, account: str, basics: Record) -> Record:
    """Return the record of a release of which nothing but its basics is known."""
    now = instant(world.now)
    return {
        "id": world.uuid("release"),
        "account": account,
        "title": basics["title"],
        "artist_name": basics["artist_name"],
        "release_type": basics["release_type"],
        "release_date": basics.get("release_date"),
        **dict.fromkeys(_UNSET),
        "dsps": [],
        "territories": [],
        "has_track_list": False,
        "cover_qc": "pending",
        "cover_issues": [],
        "cover_checked_at": None,
        "dsp_statuses": {},
        "distributed_at": None,
        "created_at": now,
        "updated_at": now,
    }


def get_release(call: Call, world: World) -> Reply:
    """Answer a release with its tracks and checks (OG-061)."""
    return Reply(200, print_detail(world, call.found))


def update_release_step(call: Call, world: World) -> Reply:
    """Change the fields of one step and nothing else (OG-062), in any order and again (OG-064)."""
    step = STEP_NUMBERS.get(call.path["step"], call.path["step"])
    problems = find_step_problems(step, call.body)
    if problems:  # the body fits another step
        raise Failure("invalid", problems[0].text, problems=problems)
    release = world.fire("release", call.found["id"], "edit").record
    if step == "tracks":
        _order_tracks(world, release, call.body["track_ids"])
    elif step == "artwork":
        release["cover_url"], release["cover_upload_id"] = call.body.get("cover_url"), call.body.get("cover_upload_id")
    else:
        release.update(call.body)
    world.put("releases", release)
    if step == "artwork":
        release = world.fire("cover_qc", release["id"], "set_cover").record
    return Reply(200, print_release(world.require("releases", release["id"])))


def _order_tracks(world: World, release: Record, ids: list[str]) -> None:
    """Number the tracks as they are listed; those left out follow in the order they had."""
    tracks = {track["id"]: track for track in tracks_of(world, release["id"])}
    strange = [place for place, id in enumerate(ids) if id not in tracks]
    if strange:
        faults = [entry("unknown_track", "The release has no such track.", f"track_ids[{place}]") for place in strange]
        raise Failure("refused_field", "A listed track is not of this release.", details=faults)
    rest = [id for id in tracks if id not in ids]
    for number, id in enumerate([*ids, *rest], start=1):
        world.put("tracks", {**tracks[id], "track_number": number})
    release["has_track_list"] = True


def submit_release(call: Call, world: World) -> Reply:
    """Hand a release in for distribution (OG-065)."""
    release = world.fire("release", call.found["id"], "submit").record
    return Reply(200, print_release(world.require("releases", release["id"])))


def create_track(call: Call, world: World) -> Reply:
    """Make a track from its metadata, from its audio file, or bring the file of a track that exists (OG-075)."""
    body: dict[str, Any] = call.body
    uploads = call.files.get("audio_file", [])
    if "track_id" in body:
        track = _existing_track(call, world, body)
    else:
        release = require_release(world, body["release_id"], call.account)
        world.fire("release", release["id"], "edit")
        track = world.begin("audio_qc", new_track(world, release, body))
    if uploads:
        world.fire("audio_qc", track["id"], "upload", file=read_audio(world, uploads[-1]))
    return Reply(201, print_track(world.require("tracks", track["id"])))


def _existing_track(call: Call, world: World, body: Record) -> Record:
    track = require_track(world, body["track_id"], call.account)
    if not call.files.get("audio_file"):
        raise refuse_field("required", "audio_file", "A track that exists is named to bring its file.")
    if body.get("release_id", track["release_id"]) != track["release_id"]:
        raise refuse_field("wrong_release", "release_id", "The track is not of this release.")
    for name in ("title", "track_number", "isrc"):
        if name in body:
            raise refuse_field("not_with_track_id", name, "A track that exists keeps its own.")
    world.fire("release", track["release_id"], "edit")
    return track


def new_track(world: World, release: Record, metadata: Record) -> Record:
    """Return the record of a track without a file; a place that is taken is refused."""
    taken = {track["track_number"] for track in world.slice_by("tracks", "release_id", release["id"])}
    number = metadata.get("track_number", max(taken, default=0) + 1)
    if number in taken:
        raise refuse_field("taken", "track_number", f"The release has a track {number}.")
    return {
        "id": world.uuid("track"),
        "account": release["account"],
        "release_id": release["id"],
        "title": metadata["title"],
        "track_number": number,
        "isrc": metadata.get("isrc"),
        "duration_ms": None,
        "audio_file": None,
        "audio_issues": [],
        "audio_checked_at": None,
        "audio_check_ends_at": None,
        "created_at": instant(world.now),
    }


def get_track_qc_status(call: Call, world: World) -> Reply:
    """Answer both checks of a track (OG-076), as the release tells them too (OG-078)."""
    return Reply(200, print_qc_status(call.found, world.require("releases", call.found["release_id"])))


OPERATIONS: dict[str, OperationFunction] = {
    "createRelease": create_release,
    "getRelease": get_release,
    "updateReleaseStep": update_release_step,
    "submitRelease": submit_release,
    "createTrack": create_track,
    "getTrackQcStatus": get_track_qc_status,
}
