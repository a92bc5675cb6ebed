"""GARD-181 to GARD-192: what all reports share: the whole catalog, filters, windows, missing numbers, the header."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.contract import Contract
from conformance.judge import NotTested
from conformance.pointer import MISSING

WHOLE: dict[str, Any] = {"filters": {}}
ONLY_WHOLE = ("querySummaryGraphAge", "querySummaryGraphGender")
DAILY = (
    *("querySpotifyGraph", "querySummaryGraphMain", "queryAppleMusicGraph", "queryVkClipsGraph"),
    *("queryYandexGraph", "queryUmaVkGraph", "queryMtsGraph", "queryZvooqGraph"),
)
_HEADER = "X-Gard-Analytics-Cached"


def report(case: Case, operation: str, principal: str = "full", **body: Any) -> Answer:
    """Send a report that should be answered."""
    answer = case.call(operation, json=body or WHOLE, principal=principal)
    judge.status(answer, 200)
    return answer


def numbers(answer: Answer) -> Any:
    """Return what a report says, its rows in an order of our own: the document states none."""
    return in_our_order(answer.json)


def in_our_order(value: Any) -> Any:
    """Return a value with all lists in it sorted by their items' text."""
    if isinstance(value, dict):
        return {name: in_our_order(part) for name, part in value.items()}
    if isinstance(value, list):
        return sorted((in_our_order(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def refused(case: Case, operation: str, body: Any, *statuses: int) -> None:
    """Judge that a report is refused."""
    judge.status(case.call(operation, json=body), *(statuses or (400,)))


def narrowing(contract: Contract) -> list[str]:
    """Return the reports that can be narrowed."""
    return [name for name in samples.reports(contract) if name not in ONLY_WHOLE]


def last_day(case: Case) -> date:
    """Return the last day of the default window, as a daily graph shows it."""
    points = report(case, "querySummaryGraphMain").items("/data")
    if not points:
        raise NotTested("the daily graph has no points")
    return date.fromisoformat(max(str(point["name"]) for point in points))


def points_of(case: Case, operation: str, answer: Answer) -> list[Any]:
    """Return the points of a graph of the default window, which has some unless nothing was heard there."""
    points = answer.items("/data")
    if not points and not _is_heard(case, operation):
        raise NotTested("nothing was heard in the default window, or no other report tells")
    judge.that(points, "the graph has no points, though another report tells of streams", answer)
    return points


def _is_heard(case: Case, operation: str) -> bool:
    """Say whether another report tells of streams or views in the default window, of the same store if it has one."""
    if operation == "queryVkClipsGraph":
        return report(case, "queryVkClipsGraphTotal").at("/totals/views") not in (0, MISSING)
    rows = {row["name"]: row["streams"] for row in report(case, "querySummaryStats").items("/data")}
    store = operation.removeprefix("query").partition("Graph")[0].lower()
    return bool(sum(rows.values()) if store == "summary" else rows.get(store, 0))


def total(case: Case, **body: Any) -> int:
    """Return the streams over all stores."""
    answer = report(case, "querySummaryStats", **body)
    return sum(int(row["streams"]) for row in answer.items("/data"))


@dataclass(frozen=True)
class Heard:
    """A live release with streams in the default window: its rel_ id, its artist, its album number."""

    release: str
    artist: str
    album: int


def discover(case: Case) -> list[str]:
    """Find live releases of two artists with streams; six texts, as facts are."""
    found: dict[str, list[str]] = {}
    for row in samples.catalog(case):
        artist, ref = str(row["artist_name"]), str(row["public_id"])
        if ref in case.fact("live") and artist.lower() not in found:
            table = report(case, "querySummaryTable", filters={"release_public_ids": [ref]})
            albums = [entry["album_id"] for entry in table.items("/data") if isinstance(entry.get("album_id"), int)]
            if albums and total(case, filters={"release_public_ids": [ref]}):
                found[artist.lower()] = [ref, artist, str(albums[0])]
        if len(found) == 2:
            break
    return [text for texts in found.values() for text in texts]


def two_artists(case: Case) -> tuple[Heard, Heard]:
    """Return two live releases of different artists, both with streams in the default window."""
    facts = case.fact("heard", 6)
    first, second = (Heard(facts[place], facts[place + 1], int(facts[place + 2])) for place in (0, 3))
    return first, second


def report_has_its_own_path(case: Case, operation: str) -> None:
    """Each slice has an address of its own that answers."""
    if case.contract.operations[operation].method == "GET":
        judge.status(case.call(operation), 200)
    else:
        report(case, operation)


def empty_filters_are_the_catalog(case: Case, operation: str) -> None:
    """{"filters": {}} is enough; empty lists widen to the same."""
    whole = report(case, operation)
    empty: dict[str, Any] = {"release_public_ids": [], "album_ids": [], "artist_names": []}
    answer = report(case, operation, filters=empty)
    judge.equal("the answer to empty lists", numbers(whole), numbers(answer), answer)


def filters_narrow(case: Case, operation: str) -> None:
    """A report takes releases, albums and artists (in any case) as filters."""
    first, _ = two_artists(case)
    by_release = report(case, operation, filters={"release_public_ids": [first.release]})
    by_album = report(case, operation, filters={"album_ids": [first.album]})
    judge.equal("the answer by album", numbers(by_release), numbers(by_album), by_album)
    exact = report(case, operation, filters={"artist_names": [first.artist]})
    answer = report(case, operation, filters={"artist_names": [first.artist.swapcase()]})
    judge.equal("the answer for the name in another case", numbers(exact), numbers(answer), answer)


def several_filters_are_a_union(case: Case) -> None:
    """A release and another artist together count both, a release and its own artist the artist only."""
    first, second = two_artists(case)
    one = {"release_public_ids": [first.release]}
    other = {"artist_names": [second.artist]}
    both = total(case, filters={**one, **other})
    judge.equal("the sum of both", total(case, filters=one) + total(case, filters=other), both)
    own = {"artist_names": [first.artist]}
    judge.equal("a release within its artist", total(case, filters=own), total(case, filters={**one, **own}))
    albums = {"album_ids": [second.album]}
    union = {"release_public_ids": [first.release, second.release]}
    judge.equal("a release and an album", total(case, filters=union), total(case, filters={**one, **albums}))
    judge.equal("two releases", total(case, filters=one) + total(case, filters=albums), total(case, filters=union))


def several_values_are_a_union(case: Case, operation: str) -> None:
    """Two albums count like their two releases, and two artists in either order alike; so do the old keys."""
    first, second = two_artists(case)
    by_release = report(case, operation, filters={"release_public_ids": [first.release, second.release]})
    two = [first.album, second.album]
    by_album = report(case, operation, filters={"album_ids": two})
    judge.equal("the answer for two albums", numbers(by_release), numbers(by_album), by_album)
    old = report(case, operation, gard_analytics_album_ids=two)
    judge.equal("the answer for two albums by the old key", numbers(by_release), numbers(old), old)
    names = [first.artist, second.artist]
    by_artist, turned = (report(case, operation, filters={"artist_names": order}) for order in (names, names[::-1]))
    judge.equal("the answer for two artists the other way round", numbers(by_artist), numbers(turned), turned)
    old = report(case, operation, gard_artist_names=names)
    judge.equal("the answer for two artists by the old key", numbers(by_artist), numbers(old), old)


def two_artists_add_up(case: Case) -> None:
    """Two artists have the streams of both."""
    names = [heard.artist for heard in two_artists(case)]
    single = [total(case, filters={"artist_names": [name]}) for name in names]
    judge.equal("the streams of both", sum(single), total(case, filters={"artist_names": names}))


def rows_are_those_of_the_filter(case: Case) -> None:
    """The summary table holds rows of the artists that were asked for, and of both where two were."""
    first, second = two_artists(case)
    for rows in ([first], [first, second]):
        answer = report(case, "querySummaryTable", filters={"release_public_ids": [row.release for row in rows]})
        shown = sorted({str(row.get("artist")) for row in answer.items("/data")})
        judge.equal("the artists shown", sorted(row.artist for row in rows), shown, answer)


def month_by_default(case: Case, operation: str) -> None:
    """Without dates the window has 31 days: the same as those days named."""
    answer = report(case, operation)
    days = [date.fromisoformat(str(point["name"])) for point in points_of(case, operation, answer)]
    judge.that(len(days) <= 31, "the graph has more points", answer, expected="at most 31", received=len(days))
    judge.that(
        (max(days) - min(days)).days <= 30, "the window is longer", answer, received=[str(min(days)), str(max(days))]
    )
    first = (max(days) - timedelta(days=30)).isoformat()
    named = report(case, operation, filters={}, **{"from": first, "to": max(days).isoformat()})
    judge.equal("the points of the 31 days", numbers(answer), numbers(named), named)
    if len(set(days)) < 2:
        raise NotTested("the graph has one point, which shows no window")


def old_keys_still_work(case: Case, operation: str) -> None:
    """The three old keys answer like the filters that replaced them."""
    first, _ = two_artists(case)
    for old, new in (
        ({"gard_release_public_id": first.release}, {"release_public_ids": [first.release]}),
        ({"gard_analytics_album_ids": [first.album]}, {"album_ids": [first.album]}),
        ({"gard_artist_names": [first.artist]}, {"artist_names": [first.artist]}),
    ):
        expected = report(case, operation, filters=new)
        answer = report(case, operation, **old)
        judge.equal(f"the answer for {next(iter(old))}", numbers(expected), numbers(answer), answer)


def unknown_id_is_refused(case: Case, operation: str) -> None:
    """An unknown id, also beside a good one, is 400: nothing is widened or left out."""
    live = case.fact("live")[0]
    refused(case, operation, {"filters": {"release_public_ids": [samples.NO_REF]}})
    refused(case, operation, {"filters": {"release_public_ids": [live, samples.NO_REF]}})
    refused(case, operation, {"filters": {"album_ids": [99999999]}})
    refused(case, operation, {"filters": {"artist_names": ["No Such Artist At All"]}})
    refused(case, operation, {"gard_release_public_id": samples.NO_REF})


def submission_ids_are_unknown(case: Case, operation: str) -> None:
    """The mdr_ id of a live release counts as unknown: 400."""
    mdr = desk.status(case, case.fact("live")[0]).at("/submission_id")
    refused(case, operation, {"filters": {"release_public_ids": [mdr]}})
    refused(case, operation, {"filters": {"release_public_ids": ["mdr_x"]}})


def foreign_release_is_unknown(case: Case, operation: str) -> None:
    """A release of another account counts as unknown: 400."""
    body = {"filters": {"release_public_ids": case.fact("live")[:1]}}
    judge.status(case.call(operation, json=body, principal="second-account"), 400)


def missing_numbers_are_filled(case: Case, operation: str) -> None:
    """For a fresh release the first call is 503 with Retry-After: 30, the next one after that time is answered."""
    with case.own_sandbox(world="empty") as inside:
        desk.bring(inside, "live")
        answer = inside.call(operation, json=WHOLE)
        judge.status(answer, 503)
        judge.header(answer, "Retry-After", "30")
        inside.control.advance("PT30S")
        judge.status(inside.call(operation, json=WHOLE), 200)


def retry_after_is_told(case: Case, operation: str) -> None:
    """Every 503 of a report carries Retry-After: 30, for a narrowed scope too."""
    with case.own_sandbox(world="empty") as inside:
        sent = desk.bring(inside, "live")
        answer = inside.call(operation, json={"filters": {"release_public_ids": [sent.release]}})
        if answer.status == 200:
            raise NotTested("the numbers were there at once")
        judge.status(answer, 503)
        judge.header(answer, "Retry-After", "30")


def nothing_synced_is_400(case: Case, operation: str) -> None:
    """An account without a release that the distributor knows gets 400."""
    with case.own_sandbox(world="empty") as inside:
        for _ in range(2):
            is_read = case.contract.operations[operation].method == "GET"
            judge.status(inside.call(operation, json=None if is_read else WHOLE), 400)
            desk.submit(inside)  # one that has not been approved changes nothing


def catalogs_differ(case: Case, operation: str) -> None:
    """Two accounts see different numbers."""
    mine = case.call(operation, json=WHOLE)
    theirs = case.call(operation, json=WHOLE, principal="second-account")
    if theirs.status in (400, 503):
        raise NotTested(f"the second account has no numbers: {theirs.status}")
    judge.status(theirs, 200)
    is_same = judge.same(numbers(mine), numbers(theirs))
    judge.that(not is_same, "both accounts see the same", theirs, received=theirs.json)


def choices_are_ones_own(case: Case) -> None:
    """The albums among the choices of the summary are those of the account."""
    mine, theirs = case.call("getSummaryFilters"), case.call("getSummaryFilters", principal="second-account")
    judge.status(theirs, 200)
    ids = [{row.get("catalog_album_id") for row in answer.items("/albums")} for answer in (mine, theirs)]
    judge.equal("the albums that both see", [], sorted(ids[0] & ids[1]), theirs)
    if not ids[0]:
        raise NotTested("the account has no albums that another could see")


def header_tells_the_source(case: Case, operation: str) -> None:
    """X-Gard-Analytics-Cached is true or facts on every answer."""
    answer = samples.act(case, operation)
    judge.status(answer, 200)
    judge.among(f"header {_HEADER}", ("true", "facts"), answer.header(_HEADER), answer)


def albums_are_summed_from_facts(case: Case, operation: str) -> None:
    """A report that is narrowed to albums is aggregated per album: facts."""
    first, _ = two_artists(case)
    answer = report(case, operation, filters={"album_ids": [first.album]})
    judge.header(answer, _HEADER, "facts")


def _served(contract: Contract) -> list[str]:
    return [*samples.filter_reads(contract), *samples.reports(contract)]


CHECKS = (
    check("GARD-181", report_has_its_own_path, each=_served),
    check("GARD-182", empty_filters_are_the_catalog, each=samples.reports),
    check("GARD-183", filters_narrow, each=narrowing),
    check("GARD-183", several_filters_are_a_union),
    check("GARD-183", several_values_are_a_union, each=narrowing),
    check("GARD-183", two_artists_add_up),
    check("GARD-183", rows_are_those_of_the_filter),
    check("GARD-184", month_by_default, each=DAILY),
    check("GARD-185", old_keys_still_work, each=narrowing),
    check("GARD-186", unknown_id_is_refused, each=samples.reports),
    check("GARD-187", submission_ids_are_unknown, each=samples.reports),
    check("GARD-188", foreign_release_is_unknown, each=samples.reports),
    check("GARD-189", missing_numbers_are_filled, each=samples.reports),
    check("GARD-190", nothing_synced_is_400, each=_served),
    check("GARD-191", catalogs_differ, each=samples.reports, required=False),
    check("GARD-191", catalogs_differ, each=("querySummaryStats",), name="catalogs_differ_in_total"),
    check("GARD-191", choices_are_ones_own),
    check("GARD-192", header_tells_the_source, each=samples.analytics),
    check("GARD-192", albums_are_summed_from_facts, each=narrowing),
    check("GARD-227", retry_after_is_told, each=narrowing),
)
