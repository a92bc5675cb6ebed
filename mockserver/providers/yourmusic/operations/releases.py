"""Search and read releases, one or many, and list their tracks."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.paging import PageNumbers
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.catalogue.finding import found_page, read_batch, wish_of
from mockserver.providers.yourmusic.catalogue.lookup import find_item
from mockserver.providers.yourmusic.catalogue.search import search
from mockserver.providers.yourmusic.catalogue.views import Views
from mockserver.world import World


def search_releases(call: Call, world: World) -> Reply:
    """Answer one page of releases, best score first (YM-175)."""
    total, hits = search(world, "releases", wish_of(call), call.query["page"], call.query["pageSize"])
    views = Views(call, world)
    results = [shown for hit in hits if (shown := views.release_hit(hit)) is not None]
    return Reply(200, found_page(call, total, results))


def get_release(call: Call, world: World) -> Reply:
    """Answer the release; usageTypes leaves out the block of the other use (YM-Q14)."""
    shown = Views(call, world, call.query.get("usageTypes")).release(call.found)
    if shown is None:
        raise Failure("not_found", "The release's artist is gone.", what="releases")
    return Reply(200, {"release": shown})


def list_release_tracks(call: Call, world: World) -> Reply:
    """Answer the tracks by disc and number (YM-162, YM-176)."""
    use = call.query.get("usageTypes")
    tracks = [
        track
        for id in call.found["track_ids"]
        if (track := find_item(world, "tracks", id)) is not None and (use is None or use in track["uses"])
    ]
    tracks.sort(key=lambda track: (track["disc"], track["number"], int(track["id"])))
    page = PageNumbers(call.query["page"], call.query["pageSize"], len(tracks))
    views = Views(call, world)
    shown = [one for track in page.cut(tracks) if (one := views.track(track)) is not None]
    return Reply(200, {"page": page.number, "pageSize": page.size, "totalItems": page.total, "tracks": shown})


def get_releases_batch(call: Call, world: World) -> Reply:
    """Answer the releases of a comma list, and the errors where they are asked for (YM-163)."""
    views = Views(call, world)
    releases, errors = read_batch(call, world, "releases", call.query["releaseids"], views.release)
    return Reply(200, {"items": {"releases": releases, "errors": errors}})


OPERATIONS: dict[str, OperationFunction] = {
    "searchReleases": search_releases,
    "getRelease": get_release,
    "listReleaseTracks": list_release_tracks,
    "getReleasesBatch": get_releases_batch,
}
