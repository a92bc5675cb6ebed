"""Search and read tracks, one or many."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.catalogue.finding import found_page, read_batch, wish_of
from mockserver.providers.yourmusic.catalogue.search import search
from mockserver.providers.yourmusic.catalogue.views import Views
from mockserver.world import World


def search_tracks(call: Call, world: World) -> Reply:
    """Answer one page of whole tracks, the best match first and without a score (YM-169)."""
    total, hits = search(world, "tracks", wish_of(call), call.query["page"], call.query["pageSize"])
    views = Views(call, world)
    results = [shown for hit in hits if (shown := views.track(hit.record)) is not None]
    return Reply(200, found_page(call, total, results))


def get_track(call: Call, world: World) -> Reply:
    """Answer the track; usageTypes leaves out the blocks of the other use (YM-Q14)."""
    shown = Views(call, world, call.query.get("usageTypes")).track(call.found)
    if shown is None:
        raise Failure("not_found", "The track's artist or release is gone.", what="tracks")
    return Reply(200, {"track": shown})


def get_tracks_batch(call: Call, world: World) -> Reply:
    """Answer the tracks of a comma list, and the errors where they are asked for (YM-163)."""
    views = Views(call, world)
    tracks, errors = read_batch(call, world, "tracks", call.query["trackids"], views.track)
    return Reply(200, {"items": {"tracks": tracks, "errors": errors}})


OPERATIONS: dict[str, OperationFunction] = {
    "searchTracks": search_tracks,
    "getTrack": get_track,
    "getTracksBatch": get_tracks_batch,
}
