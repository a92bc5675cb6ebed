"""YM-161 to YM-173 and YM-176: the catalogue's wrappers, its several views of a thing, and how they agree."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.catalogue import ITEMS, ask, items, term
from conformance.checks.yourmusic.searching import WORDS
from conformance.judge import NotTested
from conformance.pointer import MISSING

_WRAPPERS = {
    "getArtist": ("artist", "status", "version"),
    "listArtistReleases": ("releases", "status", "version"),
    "browseArtists": ("artists", "status", "version"),
    "getRelease": ("release",),
    "getTrack": ("track",),
    "listReleaseTracks": ("page", "pageSize", "totalItems", "tracks"),
    "getReleasesBatch": ("items",),
    "getTracksBatch": ("items",),
}
_ALL_WRAPPERS = frozenset(name for names in _WRAPPERS.values() for name in names) | {"data"}
_INNER = {
    "listArtistReleases": ("/releases", ("page", "pageSize", "releases", "totalItems")),
    "browseArtists": ("/artists", ("artist", "page", "pageSize", "totalItems")),
    "getReleasesBatch": ("/items", ("errors", "releases")),
    "getTracksBatch": ("/items", ("errors", "tracks")),
}
_NO_ID = "999999999"
_MOST_PAGES = 12


def wrapper(case: Case, operation: str) -> None:
    """The answer has its wrapper's members and not another's, and the array stands where the document prints it."""
    answer = ask(case, operation)
    judge.status(answer, 200)
    judge.equal("what the body lacks", [], people.lacking(answer.json, _WRAPPERS[operation]), answer)
    foreign = sorted(_ALL_WRAPPERS.intersection(answer.json) - {*_WRAPPERS[operation]})
    judge.equal("the members of other wrappers", [], foreign, answer)
    if operation in _INNER:
        place, members = _INNER[operation]
        judge.equal(f"what {place} lacks", [], people.lacking(answer.at(place), members), answer)
        judge.that(items(answer), "the array is empty", answer, expected="something that exists")
    if operation in ITEMS:
        judge.that(isinstance(answer.at(ITEMS[operation]), list), f"{ITEMS[operation]} is no array", answer)


def total_counts_all(case: Case, operation: str) -> None:
    """totalItems counts what all pages show together, not what one of them does."""
    place = _INNER[operation][0]
    answer = ask(case, operation)
    total, size = answer.at(f"{place}/totalItems"), answer.at(f"{place}/pageSize")
    judge.that(type(total) is type(size) is int, "totalItems and pageSize are no integers", answer)
    seen = {item["id"] for item in items(answer)}
    for number in range(2, _MOST_PAGES + 1):
        if len(items(answer)) < size:
            break
        answer = ask(case, operation, page=number)
        more = {item["id"] for item in items(answer)} - seen
        if answer.status != 200 or not more:
            break  # there is no such page, or the server does not know pages here
        judge.equal("totalItems of a later page", total, answer.at(f"{place}/totalItems"), answer)
        seen |= more
    judge.that(len(seen) <= total, "more is shown than counted", answer, expected=len(seen), received=total)
    if answer.status == 200 and len(items(answer)) < size:
        judge.equal("totalItems after all pages", len(seen), total, answer)


_BATCHES = {"getReleasesBatch": ("releaseids", "releases"), "getTracksBatch": ("trackids", "tracks")}


def _batch(case: Case, operation: str, ids: list[str], **query: Any) -> Answer:
    name = _BATCHES[operation][0]
    return case.call(operation, query={name: ",".join(ids), **query}, principal=people.reader(case))


def batch_answers_all(case: Case, operation: str) -> None:
    """A batch of several ids answers each of them, as a single read does."""
    ids = case.fact(_BATCHES[operation][1], at_least=3)[:3]
    answer = _batch(case, operation, ids)
    judge.status(answer, 200)
    judge.equal("the ids answered", sorted(map(int, ids)), sorted(item["id"] for item in items(answer)), answer)
    judge.equal("the errors", [], answer.at("/items/errors"), answer)
    one = "release" if operation == "getReleasesBatch" else "track"
    for item in items(answer):
        path = {f"{one}_id": str(item["id"])}
        single = case.call(f"get{one.title()}", path=path, principal=people.reader(case))
        judge.equal(f"the {one} as read alone", single.at(f"/{one}"), item, answer)


def batch_needs_ids(case: Case, operation: str) -> None:
    """The parameter is all lower case; without it, or in another spelling, a batch is refused."""
    name, kind = _BATCHES[operation]
    ids = ",".join(case.fact(kind)[:1])
    for query in ({}, {name.replace("ids", "Ids"): ids}):
        answer = case.call(operation, query=query, principal=people.reader(case))
        judge.that(400 <= answer.status < 500, "a batch without ids is not refused", answer, received=answer.status)


def batch_keeps_the_order_asked(case: Case, operation: str) -> None:
    """A batch answers in the order asked for."""
    ids = case.fact(_BATCHES[operation][1], at_least=3)[:3]
    for wanted in (ids, list(reversed(ids))):
        answer = _batch(case, operation, wanted)
        judge.equal("the ids in order", list(map(int, wanted)), [item["id"] for item in items(answer)], answer)


def batch_errors_on_demand(case: Case, operation: str) -> None:
    """An unknown id is an error with showErrors=true, left out silently otherwise, and 200 both times."""
    good = case.fact(_BATCHES[operation][1])[0]
    for query, errors in (({"showErrors": True}, 1), ({"showErrors": False}, 0), ({}, 0)):
        answer = _batch(case, operation, [good, _NO_ID], **query)
        judge.status(answer, 200)
        judge.equal("the ids answered", [int(good)], [item["id"] for item in items(answer)], answer)
        judge.equal("the number of errors", errors, len(answer.items("/items/errors")), answer)


_SINGLE = {
    "getArtist": ("artist_id", "artist", "searchArtists"),
    "getRelease": ("release_id", "release", "searchReleases"),
    "getTrack": ("track_id", "track", "searchTracks"),
}


def ids_are_integers(case: Case, operation: str) -> None:
    """An id is an integer in search results and bodies, and its decimal text leads to the thing."""
    parameter, member, search = _SINGLE[operation]
    found = ask(case, search)
    judge.that(items(found), "the search finds nothing", found, expected="at least one result")
    for item in items(found)[:3]:
        judge.that(type(item["id"]) is int, "an id is no integer", found, received=item["id"])
        answer = case.call(operation, path={parameter: str(item["id"])}, principal=people.reader(case))
        judge.status(answer, 200)
        judge.equal(f"the id of the {member}", item["id"], answer.at(f"/{member}/id"), answer)


def year_types(case: Case) -> None:
    """year is a text in an artist's list and an integer of the same value everywhere else."""
    listed = ask(case, "listArtistReleases")
    for item in items(listed):
        year = item["year"]
        judge.that(isinstance(year, str) and year.isdecimal(), "year is no text of digits", listed, received=year)
    first = items(listed)[0]
    read = case.call("getRelease", path={"release_id": str(first["id"])}, principal=people.reader(case))
    judge.equal("year of the release", int(first["year"]), read.at("/release/year"), read)
    found = ask(case, "searchReleases")
    for item in items(found):
        judge.that(type(item["year"]) is int, "year is no integer in a search", found, received=item["year"])


def list_has_the_short_release(case: Case) -> None:
    """An artist's list shows releases without the legal lines and the use blocks, which a single read has."""
    listed = ask(case, "listArtistReleases")
    judge.that(items(listed), "the list is empty", listed)
    for item in items(listed):
        extra = [name for name in ("cline", "pline", "download", "subscriptionStreaming") if name in item]
        judge.equal("the members that a short release does not have", [], extra, listed)
    first = items(listed)[0]
    read = case.call("getRelease", path={"release_id": str(first["id"])}, principal=people.reader(case)).at("/release")
    judge.equal("the legal lines that a release has", ["cline", "pline"], [n for n in ("cline", "pline") if n in read])
    differing = [name for name in first if name != "year" and not judge.same(first[name], read.get(name, MISSING))]
    judge.equal("the members that differ from a single read", [], differing, listed)


def track_result_is_a_full_track(case: Case) -> None:
    """A track in a search is the track as read alone, without a score."""
    found = ask(case, "searchTracks")
    judge.that(items(found), "the search finds nothing", found)
    for item in items(found)[:3]:
        read = case.call("getTrack", path={"track_id": str(item["id"])}, principal=people.reader(case))
        judge.equal("the members", sorted(read.at("/track")), sorted(item), found)
        judge.equal("the track", read.at("/track"), item, found)
        judge.that("score" not in item, "a track result carries a score", found)


_RESULT = ("subtitle", "upc", "availableFor", "packages")
_RELEASE = ("version", "barcode")
_PACKAGE = ("id", "name", "price", "formats")
_PRICES = ("sevendigitalPrice", "recommendedRetailPrice")


def release_has_two_vocabularies(case: Case) -> None:
    """A search result and a release name the same things differently, down to packages and prices."""
    found = ask(case, "searchReleases")
    result = next((item for item in items(found) if item.get("packages")), None)
    if result is None:
        raise NotTested("no release found has packages")
    read = case.call("getRelease", path={"release_id": str(result["id"])}, principal=people.reader(case))
    release = read.at("/release")
    judge.equal("what a result lacks", [], people.lacking(result, _RESULT), found)
    judge.equal("a release's names in a result", [], [name for name in _RELEASE if name in result], found)
    judge.equal("what a release lacks", [], people.lacking(release, _RELEASE), read)
    foreign = [name for name in (*_RESULT, "score") if name in release]
    judge.equal("a result's names in a release", [], foreign, read)
    judge.equal("upc and barcode", release["barcode"], result["upc"], found)
    judge.equal("subtitle and version", release["version"], result["subtitle"], found)
    _compare_packages(result["packages"], release["download"]["packages"], found)


def _compare_packages(shown: list[dict[str, Any]], full: list[dict[str, Any]], answer: Answer) -> None:
    judge.equal("the number of packages", len(full), len(shown), answer)
    for short, long in zip(shown, full, strict=True):
        judge.equal("what a result's package lacks", [], people.lacking(short, _PACKAGE), answer)
        judge.equal("what a result's price lacks", [], people.lacking(short["price"], ("currencyCode", "rrp")), answer)
        foreign = [name for name in ("description", *_PRICES) if name in {**short, **short["price"]}]
        judge.equal("a release's names in a result's package", [], foreign, answer)
        judge.equal("name and description", long["description"], short["name"], answer)
        judge.equal(
            "what a release's price lacks", [], people.lacking(long["price"], ("currencyCode", *_PRICES)), answer
        )
        foreign = [name for name in ("name", "rrp") if name in {**long, **long["price"]}]
        judge.equal("a result's names in a release's package", [], foreign, answer)
        judge.equal("the two retail prices", long["price"]["recommendedRetailPrice"], short["price"]["rrp"], answer)
        names = [
            [entry.get(name) for entry in each["formats"]] for name, each in (("name", short), ("description", long))
        ]
        judge.equal("the formats", names[1], names[0], answer)


def prices_are_texts(case: Case, operation: str) -> None:
    """Every price is a text, wherever one stands."""
    answer = ask(case, operation)
    found = list(_prices(answer.json))
    if not found:
        raise NotTested("nothing that was answered has a price")
    for name, value in found:
        judge.that(isinstance(value, str), f"{name} is no text", answer, expected="a text", received=value)


def _prices(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, list):
        return [pair for item in value for pair in _prices(item)]
    if not isinstance(value, dict):
        return []
    price = value.get("price")
    own = [(name, price[name]) for name in ("rrp", *_PRICES) if name in price] if isinstance(price, dict) else []
    return own + [pair for item in value.values() for pair in _prices(item)]


def image_size_changes_images(case: Case, operation: str) -> None:
    """Two sizes give two addresses of the image, and the same size the same one."""
    place = "/release/image" if operation == "getRelease" else "/track/cover_art"
    small, large, again = (ask(case, operation, imageSize=size).at(place) for size in (100, 800, 100))
    judge.that(isinstance(small, str) and small, "there is no image", received=small)
    judge.that(small != large, "two sizes have one address", received=(small, large))
    judge.equal("the address of the same size", small, again)


_USES = {"stream": "subscriptionStreaming", "download": "download"}
_PARENTS = {"listArtistReleases": ("artist_id", "artists"), "listReleaseTracks": ("release_id", "releases")}
_MOST_PARENTS = 8


def use_keeps_what_is_open(case: Case, operation: str) -> None:
    """usageTypes leaves those things in a list that are open for the use, and no others."""
    parent, uses = _list_of_several_uses(case, operation)
    for use in _USES:
        answer = _listed(case, operation, parent, usageTypes=use)
        judge.status(answer, 200)
        wanted = sorted(id for id, known in uses.items() if use in known)
        judge.equal(f"the items open for {use}", wanted, sorted(item["id"] for item in items(answer)), answer)


def _listed(case: Case, operation: str, parent: str, **query: Any) -> Answer:
    if operation == "searchReleases":
        return ask(case, operation, q=parent, pageSize=50, **query)
    name = _PARENTS[operation][0]
    more = {"pageSize": 50} if operation == "listArtistReleases" else {}
    return case.call(operation, path={name: parent}, query={**more, **query}, principal=people.reader(case))


def _list_of_several_uses(case: Case, operation: str) -> tuple[str, dict[Any, frozenset[str]]]:
    """Return the artist, release or word of a list in which the use makes a difference, and each item's uses."""
    is_search = operation == "searchReleases"
    parents = (*WORDS, term(case, operation)) if is_search else case.fact(_PARENTS[operation][1])[:_MOST_PARENTS]
    for parent in parents:
        answer = case.given(_listed(case, operation, parent), 200)
        if is_search and answer.at("/estimatedTotalItems") != len(items(answer)):
            continue  # what is left out would make room for things of the next page
        uses = {item["id"]: _uses(case, item) for item in items(answer)}
        if any(known != frozenset(_USES) for known in uses.values()):
            return parent, uses
    raise NotTested("no list was found in which something is open for one use only")


def _uses(case: Case, item: dict[str, Any]) -> frozenset[str]:
    if "availableFor" in item:
        return frozenset(item["availableFor"]) & frozenset(_USES)
    if "cline" not in item and "stream_id" not in item:
        path = {"release_id": str(item["id"])}
        item = case.call("getRelease", path=path, principal=people.reader(case)).at("/release")
    return frozenset(use for use, block in _USES.items() if block in item)


def views_agree(case: Case) -> None:
    """A track's release and artist are readable under their ids, and a release lists as many tracks as it counts."""
    reader = people.reader(case)
    track = ask(case, "getTrack").at("/track")
    release = case.call("getRelease", path={"release_id": str(track["release"]["id"])}, principal=reader)
    judge.status(release, 200)
    judge.equal("the release of the track", release.at("/release/title"), track["release"]["title"], release)
    artist = case.call("getArtist", path={"artist_id": str(track["artist"]["id"])}, principal=reader)
    judge.status(artist, 200)
    judge.equal("the artist of the track", artist.at("/artist"), track["artist"], artist)
    listed = case.call("listReleaseTracks", path={"release_id": str(track["release"]["id"])}, principal=reader)
    judge.equal("totalItems", release.at("/release/trackCount"), listed.at("/totalItems"), listed)
    judge.equal("the number of tracks listed", release.at("/release/trackCount"), len(items(listed)), listed)
    judge.that(track["id"] in [item["id"] for item in items(listed)], "the track is not on its release", listed)
    judge.equal("trackNumber", track["number"], track["trackNumber"])
    total = sum(item["duration"] for item in items(listed))
    judge.equal("the release's duration", total, release.at("/release/duration"), release)


CHECKS = (
    check("YM-161", wrapper, each=("getArtist", "listArtistReleases", "browseArtists")),
    check("YM-161", total_counts_all, each=("listArtistReleases", "browseArtists")),
    check("YM-162", wrapper, each=("getRelease", "getTrack", "listReleaseTracks")),
    check("YM-163", wrapper, each=tuple(_BATCHES)),
    check("YM-163", batch_answers_all, each=tuple(_BATCHES)),
    check("YM-163", batch_needs_ids, each=tuple(_BATCHES)),
    check("YM-164", batch_errors_on_demand, each=tuple(_BATCHES)),
    check("YM-164", batch_keeps_the_order_asked, each=tuple(_BATCHES)),
    check("YM-165", ids_are_integers, each=tuple(_SINGLE)),
    check("YM-167", year_types),
    check("YM-168", list_has_the_short_release),
    check("YM-169", track_result_is_a_full_track),
    check("YM-170", release_has_two_vocabularies),
    check("YM-171", prices_are_texts, each=("searchReleases", "getRelease", "getTrack")),
    check("YM-172", image_size_changes_images, each=("getRelease", "getTrack")),
    check("YM-173", use_keeps_what_is_open, each=("listArtistReleases", "searchReleases", "listReleaseTracks")),
    check("YM-176", views_agree),
)
