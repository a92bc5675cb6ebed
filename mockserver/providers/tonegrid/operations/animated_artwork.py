"""Moving covers."""

from __future__ import annotations

from typing import BinaryIO, cast

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.media.facts import MediaUnreadable
from mockserver.providers.tonegrid import files
from mockserver.providers.tonegrid.fieldtexts import required, wrong_fields
from mockserver.providers.tonegrid.films import inspect_film
from mockserver.providers.tonegrid.finding import release_of
from mockserver.providers.tonegrid.records import print_animated
from mockserver.world import World

MOST_BYTES = 50 * 1024 * 1024
_ENDINGS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm", "image/gif": "gif"}


def upload_animated_artwork(call: Call, world: World) -> Reply:
    """Take a moving cover in, in place of an earlier one of its type (L1208-1215)."""
    release = release_of(call, world)
    uploads = call.files.get("asset")
    if not uploads:
        raise wrong_fields(asset=required("asset"))
    upload = uploads[-1]
    if upload.size > MOST_BYTES:
        raise Failure("artwork_too_large")
    try:
        facts = inspect_film(cast(BinaryIO, upload.file))
    except MediaUnreadable as refusal:
        raise wrong_fields(asset=f"The asset must be an MP4, MOV, WebM or GIF file: {refusal.reason}.") from None
    kind = call.path["asset_type"]
    for old in world.slice_by("animated_artworks", "release", release["id"]):
        if old["asset_type"] == kind and old["status"] != "replaced":
            world.fire("animated_artwork", old["id"], "replace")
    artwork = _artwork(world, release, kind, facts, upload.size)
    files.keep(world, f"animated/{artwork['file']}", facts["content_type"], upload)
    stored = world.begin("animated_artwork", artwork)
    data = print_animated(stored, call.base_url)
    return Reply(201, {"success": True, "message": "Animated artwork uploaded.", "data": data})


def _artwork(world: World, release: Record, kind: str, facts: Record, size: int) -> Record:
    """Return a new asset's record; what was measured shows when the validation worker has been there."""
    now = instant(world.now)
    return {
        "id": world.uuid("animated_artwork"),
        "number": world.next_number("animated_artwork"),
        "tenant": release["tenant"],
        "release": release["id"],
        "asset_type": kind,
        "file": f"{world.hex('animated', 16)}.{_ENDINGS[facts['content_type']]}",
        "content_type": facts["content_type"],
        "size_bytes": size,
        "measured": {name: facts[name] for name in ("width", "height", "duration_seconds", "codec")},
        "width": None,
        "height": None,
        "duration_seconds": None,
        "codec": None,
        "error_message": None,
        "created_at": now,
        "updated_at": now,
    }


OPERATIONS = {"uploadAnimatedArtwork": upload_animated_artwork}
