"""Search, read and browse artists, and list their releases."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.paging import PageNumbers
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.catalogue.finding import found_page, wish_of
from mockserver.providers.yourmusic.catalogue.lookup import find_item
from mockserver.providers.yourmusic.catalogue.search import browse, search
from mockserver.providers.yourmusic.catalogue.views import Views
from mockserver.world import World

_WRAPPER = {"status": "ok", "version": "1.2"}


def search_artists(call: Call, world: World) -> Reply:
    """Answer one page of artists whose names contain the terms (YM-175)."""
    total, hits = search(world, "artists", wish_of(call), call.query["page"], call.query["pageSize"])
    views = Views(call, world)
    return Reply(200, found_page(call, total, [views.artist_hit(hit) for hit in hits]))


def get_artist(call: Call, world: World) -> Reply:
    """Answer the artist in the aggregator's wrapper (YM-161)."""
    return Reply(200, {**_WRAPPER, "artist": Views(call, world).artist(call.found)})


def list_artist_releases(call: Call, world: World) -> Reply:
    """Answer one page of the artist's releases in their short form, the newest first (YM-168)."""
    releases = [
        release
        for id in call.found["release_ids"]
        if (release := find_item(world, "releases", id)) is not None and _is_wanted(release, call.query)
    ]
    releases.sort(key=lambda release: (release["released_on"], release["id"]), reverse=True)
    page = PageNumbers(call.query["page"], call.query["pageSize"], len(releases))
    views = Views(call, world)
    shown = [one for release in page.cut(releases) if (one := views.artist_release(release)) is not None]
    return Reply(200, {**_WRAPPER, "releases": {**_counters(page), "releases": shown}})


def browse_artists(call: Call, world: World) -> Reply:
    """Answer one page of the artists under a letter, by their sort names (YM-156)."""
    number, size = call.query["page"], call.query["pageSize"]
    total, artists = browse(world, call.query["letter"], number, size)
    views = Views(call, world)
    page = PageNumbers(number, size, total)
    return Reply(200, {**_WRAPPER, "artists": {**_counters(page), "artist": [views.artist(one) for one in artists]}})


def _is_wanted(release: Record, query: dict[str, Any]) -> bool:
    use, kind = query.get("usageTypes"), query.get("type")
    return (use is None or use in release["uses"]) and (kind is None or release["type"] == kind)


def _counters(page: PageNumbers) -> dict[str, int]:
    return {"page": page.number, "pageSize": page.size, "totalItems": page.total}


OPERATIONS: dict[str, OperationFunction] = {
    "searchArtists": search_artists,
    "getArtist": get_artist,
    "listArtistReleases": list_artist_releases,
    "browseArtists": browse_artists,
}
