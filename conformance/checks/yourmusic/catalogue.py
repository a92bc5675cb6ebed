"""YM-150 to YM-156 and YM-166, YM-174: what the catalogue's operations take, and from whom."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.refusing import refused
from conformance.judge import NotTested

SEARCHES = ("searchArtists", "searchReleases", "searchTracks")
PAGED = (*SEARCHES, "listArtistReleases")
_WITH_USES = (
    *("listArtistReleases", "searchReleases", "getRelease", "listReleaseTracks"),
    *("getReleasesBatch", "searchTracks", "getTrack", "getTracksBatch"),
)
_WITH_IMAGES = (
    *("listArtistReleases", "getRelease", "listReleaseTracks"),
    *("getReleasesBatch", "getTrack", "getTracksBatch"),
)
SIZES = (33, 50, 100, 180, 182, 200, 350, 500, 800)
# Where the things of an answer stand.
ITEMS = {
    **dict.fromkeys(SEARCHES, "/results"),
    "listArtistReleases": "/releases/releases",
    "browseArtists": "/artists/artist",
    "listReleaseTracks": "/tracks",
    "getReleasesBatch": "/items/releases",
    "getTracksBatch": "/items/tracks",
}
_NO_ID = "999999999"


def term(case: Case, operation: str) -> str:
    """Return search terms that something of the catalogue has: the name or title of a known thing."""
    reader = people.reader(case)
    if operation == "searchArtists":
        answer = case.call("getArtist", path={"artist_id": case.fact("artists")[0]}, principal=reader)
        return str(answer.at("/artist/name"))
    if operation == "searchReleases":
        answer = case.call("getRelease", path={"release_id": case.fact("releases")[0]}, principal=reader)
        return str(answer.at("/release/title"))
    answer = case.call("getTrack", path={"track_id": case.fact("tracks")[0]}, principal=reader)
    return str(answer.at("/track/title"))


def ask(case: Case, operation: str, principal: str | None = "", **query: Any) -> Answer:
    """Send a catalogue operation about known things, with more in the query; an empty principal is a user."""
    path: dict[str, str] = {}
    needed: dict[str, str] = {}
    if operation in ("getArtist", "listArtistReleases"):
        path["artist_id"] = case.fact("artists")[0]
    elif operation in ("getRelease", "listReleaseTracks"):
        path["release_id"] = case.fact("releases")[0]
    elif operation == "getTrack":
        path["track_id"] = case.fact("tracks")[0]
    elif operation == "getReleasesBatch":
        needed["releaseids"] = ",".join(case.fact("releases")[:2])
    elif operation == "getTracksBatch":
        needed["trackids"] = ",".join(case.fact("tracks")[:2])
    elif operation == "browseArtists":
        needed["letter"] = "a"
    elif "q" not in query:
        needed["q"] = term(case, operation)
    caller = people.reader(case) if principal == "" else principal
    return case.call(operation, path=path, query={**needed, **query}, principal=caller)


def items(answer: Answer) -> list[dict[str, Any]]:
    """Return the things that an answer lists."""
    found = answer.items(ITEMS[str(answer.exchange.operation)])
    return [entry for entry in found if isinstance(entry, dict)]


def terms_are_required(case: Case, operation: str) -> None:
    """A search without q is refused; with q it is answered."""
    answer = case.call(operation, principal=people.reader(case))
    refused(answer, "q")
    judge.status(ask(case, operation), 200)


def page_is_positive(case: Case, operation: str) -> None:
    """page is an integer of at least 1."""
    for value in (0, -1, "x", "1.5"):
        refused(ask(case, operation, page=value), "page")
    judge.status(ask(case, operation, page=1), 200)


def page_size_has_limits(case: Case, operation: str) -> None:
    """pageSize is 10 to 50, and no page is longer."""
    for value in (9, 51, 0, "x"):
        refused(ask(case, operation, pageSize=value), "pageSize")
    for value in (10, 50):
        answer = ask(case, operation, pageSize=value)
        judge.status(answer, 200)
        count = len(items(answer))
        judge.that(count <= value, "a page is longer than asked for", answer, expected=value, received=count)


def image_size_is_listed(case: Case, operation: str) -> None:
    """imageSize takes the nine listed sizes and no other."""
    for value in (64, 351, 0, "large"):
        refused(ask(case, operation, imageSize=value), "imageSize")
    for value in SIZES:
        judge.status(ask(case, operation, imageSize=value), 200)


def use_is_listed(case: Case, operation: str) -> None:
    """usageTypes takes download or stream, one value, and no other."""
    refused(ask(case, operation, usageTypes="rent"), "usageTypes")
    for value in ("download", "stream"):
        judge.status(ask(case, operation, usageTypes=value), 200)


_TYPES = ("album", "single", "video")


def type_is_listed(case: Case, operation: str) -> None:
    """type takes album, single or video and no other."""
    refused(ask(case, operation, type="ep"), "type")
    for value in _TYPES:
        judge.status(ask(case, operation, type=value), 200)


def type_selects(case: Case, operation: str) -> None:
    """type leaves exactly the releases of that type."""
    ids = ",".join(case.fact("releases")[:50])
    more = {"pageSize": 50} if operation == "listArtistReleases" else {"releaseids": ids}
    everything = ask(case, operation, **more)
    for value in _TYPES:
        answer = ask(case, operation, type=value, **more)
        judge.status(answer, 200)
        wanted = sorted(item["id"] for item in items(everything) if item.get("type") == value)
        judge.equal(f"the releases of type {value}", wanted, sorted(item["id"] for item in items(answer)), answer)


def letter_is_required(case: Case) -> None:
    """Browsing without a letter is refused."""
    refused(case.call("browseArtists", principal=people.reader(case)), "letter")


def letter_selects(case: Case, letter: str) -> None:
    """Browsing by a letter answers artists that sort under it, in any case of the letter."""
    answer = ask(case, "browseArtists", letter=letter)
    judge.status(answer, 200)
    for artist in items(answer):
        name = str(artist.get("sortName"))
        judge.that(name[:1].lower() == letter.lower(), f"{name!r} does not sort under {letter}", answer, received=name)
    other = ask(case, "browseArtists", letter=letter.swapcase())
    judge.equal("the artists under the letter in the other case", answer.at("/artists"), other.at("/artists"), other)
    if not items(answer):
        raise NotTested(f"there are no artists under {letter}")


_UNKNOWN = {
    "getArtist": "artist_id",
    "listArtistReleases": "artist_id",
    "getRelease": "release_id",
    "listReleaseTracks": "release_id",
    "getTrack": "track_id",
}


def unknown_is_404(case: Case, operation: str) -> None:
    """An unknown artist, release or track is 404."""
    judge.status(case.call(operation, path={_UNKNOWN[operation]: _NO_ID}, principal=people.reader(case)), 404)


_CATALOGUE = ("getArtist", "getRelease", "getTrack", "browseArtists", *PAGED, "getReleasesBatch", "getTracksBatch")


def any_bearer_reads(case: Case, operation: str) -> None:
    """The catalogue is read with a user's token and with a client's alike, and not without one."""
    mine, clients = ask(case, operation), ask(case, operation, principal="full")
    judge.status(mine, 200)
    judge.status(clients, 200)
    judge.equal("what a client reads", mine.json, clients.json, clients)
    judge.status(ask(case, operation, principal=None), 401)


CHECKS = (
    check("YM-150", terms_are_required, each=SEARCHES),
    check("YM-151", page_is_positive, each=PAGED),
    check("YM-152", page_size_has_limits, each=PAGED),
    check("YM-153", image_size_is_listed, each=_WITH_IMAGES),
    check("YM-154", use_is_listed, each=_WITH_USES),
    check("YM-155", type_is_listed, each=("listArtistReleases", "getReleasesBatch")),
    check("YM-155", type_selects, each=("listArtistReleases", "getReleasesBatch")),
    check("YM-156", letter_is_required),
    check("YM-156", letter_selects, each=("A", "m"), required=False),
    check("YM-166", unknown_is_404, each=tuple(_UNKNOWN)),
    check("YM-174", any_bearer_reads, each=_CATALOGUE),
)
