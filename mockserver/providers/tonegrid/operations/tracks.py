"""Tracks of releases and their audio."""

from __future__ import annotations

import hashlib
from typing import BinaryIO, cast

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.core.message import Reply, Upload
from mockserver.media.audio import inspect_audio
from mockserver.media.facts import AudioFacts, MediaUnreadable
from mockserver.providers.tonegrid import catalog
from mockserver.providers.tonegrid.fieldtexts import required, wrong_fields
from mockserver.providers.tonegrid.finding import release_of, track_of, tracks_of
from mockserver.providers.tonegrid.lists import Indexed, Source, Whole, listed
from mockserver.providers.tonegrid.records import print_track, print_track_detail
from mockserver.providers.tonegrid.rules import require_state
from mockserver.world import World


def list_release_tracks(call: Call, world: World) -> Reply:
    """List a release's tracks by position."""
    tracks = tracks_of(world, release_of(call, world)["id"])
    return Reply(200, {"tracks": [print_track(track) for track in tracks]})


def list_tracks(call: Call, world: World) -> Reply:
    """List all tracks of a tenant, the newest first."""
    source: Source = Indexed(world, "tracks", "tenant", call.account)
    if world.require("tenants", call.account)["has_received"]:
        source = Whole(world.slice_by("tracks", "tenant", call.account))
    return listed(call, source, print_track)


def create_track(call: Call, world: World) -> Reply:
    """Add a track to a release."""
    track = catalog.make_track(world, release_of(call, world), call.body)
    return Reply(201, {"track": print_track(track)})


def get_track(call: Call, world: World) -> Reply:
    """Show a track with its audio and credits."""
    return Reply(200, {"track": print_track_detail(world, track_of(call, world))})


def update_track(call: Call, world: World) -> Reply:
    """Change the members that are sent, while the release is a draft."""
    track = track_of(call, world)
    require_state(world, world.require("releases", track["release"]), "update_track")
    members = (*catalog.TRACK_MEMBERS, "isrc")
    track |= {name: call.body[name] for name in members if name in call.body}
    catalog.touch(world, "tracks", track)
    return Reply(200, {"track": print_track(track)})


def delete_track(call: Call, world: World) -> Reply:
    """Remove a track, while the release is a draft."""
    track = track_of(call, world)
    require_state(world, world.require("releases", track["release"]), "delete_track")
    world.delete("tracks", track["id"])
    return Reply(200, {"message": "Track deleted."})


def upload_track_audio(call: Call, world: World) -> Reply:
    """Take audio in; it is measured now and shown when the transcoding is done."""
    track = track_of(call, world)
    uploads = call.files.get("audio")
    if not uploads:
        raise wrong_fields(audio=required("audio"))
    world.fire("track", track["id"], "upload", audio=_measure(uploads[-1]))
    return Reply(202, {"message": "Audio upload received. Processing started.", "audio_status": "processing"})


def _measure(upload: Upload) -> Record:
    """Return what a WAV or FLAC file is; any other file is a wrong field (L406)."""
    try:
        facts = inspect_audio(cast(BinaryIO, upload.file))
    except MediaUnreadable:
        raise wrong_fields(audio="The audio must be a WAV or FLAC file.") from None
    if facts.format not in ("WAV", "FLAC"):
        raise wrong_fields(audio="The audio must be a WAV or FLAC file.")
    if not facts.complete:
        raise wrong_fields(audio="The audio ends before its own header says.")
    return _as_record(facts, _md5(upload))


def _as_record(facts: AudioFacts, md5: str) -> Record:
    return {
        "format": facts.format,
        "codec": facts.codec,
        "bits": facts.bits_per_sample,
        "rate": facts.sample_rate_hz,
        "channels": facts.channels,
        "seconds": facts.duration_seconds,
        "size": facts.size_bytes,
        "md5": md5,
    }


def _md5(upload: Upload) -> str:
    sum_ = hashlib.md5(usedforsecurity=False)
    for piece in upload.pieces():
        sum_.update(piece)
    return sum_.hexdigest()


OPERATIONS = {
    "listReleaseTracks": list_release_tracks,
    "listTracks": list_tracks,
    "createTrack": create_track,
    "getTrack": get_track,
    "updateTrack": update_track,
    "deleteTrack": delete_track,
    "uploadTrackAudio": upload_track_audio,
}
