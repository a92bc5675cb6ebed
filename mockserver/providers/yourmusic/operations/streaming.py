"""HLS manifests and the media that they name; who fetches them listens."""

from __future__ import annotations

from mockserver.auth.headers import bearer_of
from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.identity import token_in_address
from mockserver.providers.yourmusic.listening import note_position, note_start
from mockserver.providers.yourmusic.streaming.manifest import MEDIA_TYPE, SEGMENT_TYPE, write_manifest
from mockserver.providers.yourmusic.streaming.segments import SEGMENT_SECONDS, segment
from mockserver.world import World

_MOST_DIGITS = 6  # of a segment's number


def get_stream_manifest(call: Call, world: World) -> Reply:
    """Answer the manifest; the caller has begun to listen (YM-190, YM-191)."""
    note_start(world, call.caller.facts["user_id"], call.found)
    token = None if bearer_of(call.request) else token_in_address(call.request)
    text = write_manifest(call.found["duration_seconds"], token)
    return Reply(200, text, MEDIA_TYPE, {"Cache-Control": "no-cache"})


def get_stream_segment(call: Call, world: World) -> Reply:
    """Answer the bytes of a segment; the caller has come to its end (YM-196)."""
    digits = call.path["segment"].removeprefix("segment").removesuffix(".ts")
    number = int(digits) if len(digits) <= _MOST_DIGITS else -1
    data = segment(number, call.found["duration_seconds"]) if number >= 0 else None
    if data is None:
        raise Failure("not_found", f"The stream has no {call.path['segment'][:40]}.", what="segments")
    note_position(world, call.caller.facts["user_id"], call.found, (number + 1) * SEGMENT_SECONDS)
    return Reply(200, data, SEGMENT_TYPE, {"Cache-Control": "private, max-age=3600"})


OPERATIONS: dict[str, OperationFunction] = {
    "getStreamManifest": get_stream_manifest,
    "getStreamSegment": get_stream_segment,
}
