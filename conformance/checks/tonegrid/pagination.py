"""TG-047 to TG-056: lists in pages, by offset and by cursor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import samples, wares
from conformance.pointer import MISSING
from conformance.properties.paging import Cursors, Listing, PageNumbers, visits_everything_once, walk

_LINK = re.compile(r'<([^>]+)>; *rel="next"')
_META_LISTS = (
    *("listTracks", "listIngestionJobs", "listWebhookDeliveries", "listAuditLog", "listFinancePeriods"),
    *("listSalesReports", "listTenantStatements", "listPayeeStatements", "listPayouts"),
)
_OFFSETS = PageNumbers("page", "per_page", "/meta/last_page")
_CURSORS = Cursors("cursor", "per_page", "/meta/next_cursor")


_MOST_TRANSFERS = 50


@dataclass(frozen=True)
class _Totals:
    """Pages of the lists that tell a total and no last page."""

    def first(self, size: int) -> dict[str, Any]:
        return {"page": 1, "per_page": size}

    def following(self, query: Any, answer: Answer) -> dict[str, Any] | None:
        total = answer.at("/total")
        judge.that(isinstance(total, int), "/total is no integer", answer, expected="an integer", received=total)
        more = int(query["page"]) * int(query["per_page"]) < total
        return {**query, "page": int(query["page"]) + 1} if more else None


JOBS = {
    "offset": Listing("listIngestionJobs", _OFFSETS, identity="/uuid", total="/meta/total"),
    "cursor": Listing("listIngestionJobs", _CURSORS, identity="/uuid"),
}
_WHOLE = {
    "releases": Listing("listReleases", _Totals(), identity="/uuid", total="/total"),
    "tracks-by-page": Listing("listTracks", _OFFSETS, identity="/uuid", total="/meta/total"),
    "tracks-by-cursor": Listing("listTracks", _CURSORS, identity="/uuid"),
}


def bare_list_has_its_shape(case: Case, operation: str) -> None:
    """The older lists answer data, total, page and per_page, and start on page 1; releases with 20 items."""
    answer = case.call(operation)
    judge.status(answer, 200)
    judge.equal("page", 1, answer.at("/page"), answer)
    if operation == "listReleases":
        judge.equal("per_page", 20, answer.at("/per_page"), answer)
    for name, kind in (("data", list), ("total", int), ("per_page", int)):
        shown = answer.at(f"/{name}")
        judge.that(isinstance(shown, kind), f"{name} is missing", answer, received=shown)


def page_size_is_honoured(case: Case, size: int) -> None:
    """per_page up to 100 is taken as it is, and no page is longer."""
    answer = case.call("listReleases", query={"per_page": size, "page": 2})
    judge.status(answer, 200)
    judge.equal("per_page", size, answer.at("/per_page"), answer)
    judge.equal("page", 2, answer.at("/page"), answer)
    judge.that(len(answer.items("/data")) <= size, "the page is too long", answer, expected=size)


def offset_page_tells_where_it_is(case: Case, operation: str) -> None:
    """An offset page tells mode, total, per_page, current_page and last_page, which agree."""
    path = samples.sample(case, operation)
    answer = case.call(operation, path=path, query={"page": 1, "per_page": 2})
    judge.status(answer, 200)
    meta = answer.at("/meta")
    judge.equal("mode", "offset", answer.at("/meta/mode"), answer)
    judge.equal("per_page", 2, answer.at("/meta/per_page"), answer)
    judge.equal("current_page", 1, answer.at("/meta/current_page"), answer)
    total, last = answer.at("/meta/total"), answer.at("/meta/last_page")
    judge.that(isinstance(total, int), "total is no integer", answer, received=meta)
    # With nothing to show, the last page may be counted as the first or as none.
    allowed = (0, 1) if total == 0 else (-(-total // 2),)
    judge.among("last_page", allowed, last, answer)
    judge.equal("the number of items", min(2, total), len(answer.items("/data")), answer)


def _jobs(case: Case, count: int) -> list[str]:
    """Hand in a batch, which makes one job per release, and return the jobs' UUIDs."""
    bodies = [{"title": case.ledger.name("paged"), "tracks": [{"title": "Opening"}]} for _ in range(count)]
    case.given(case.call("ingestBulk", json=bodies), 202, 200)
    answer = case.given(case.call("listIngestionJobs", query={"page": 1, "per_page": 100}), 200)
    found = [str(entry.get("uuid")) for entry in answer.items("/data")]
    if len(found) < count:
        raise judge.NotTested("could not be set up: the batch made fewer jobs than releases")
    return found[:count]


def offset_walk_is_whole(case: Case, size: int) -> None:
    """An offset walk shows every job once, on full pages but the last, and its figures are right."""
    with case.own_sandbox(world="empty") as inside:
        mine = _jobs(inside, 7)
        found = visits_everything_once(inside, JOBS["offset"], size, mine)
        for number, page in enumerate(found.pages, 1):
            judge.equal("current_page", number, page.at("/meta/current_page"), page)
            judge.equal("last_page", -(-7 // size), page.at("/meta/last_page"), page)


def _next_link(answer: Answer) -> str | None:
    found = _LINK.search(answer.header("Link") or "")
    return found[1] if found else None


def cursor_page_tells_how_to_go_on(case: Case) -> None:
    """A cursor page tells mode, per_page, next_cursor and has_more, and the same cursor stands in Link."""
    with case.own_sandbox(world="empty") as inside:
        _jobs(inside, 7)
        cursor = inside.given(inside.call("listIngestionJobs", query={"per_page": 3}), 200).at("/meta/next_cursor")
        judge.that(isinstance(cursor, str) and cursor, "the first answer has no next_cursor", received=cursor)
        answer = inside.call("listIngestionJobs", query={"per_page": 3, "cursor": cursor})
        judge.status(answer, 200)
        judge.equal("mode", "cursor", answer.at("/meta/mode"), answer)
        judge.equal("per_page", 3, answer.at("/meta/per_page"), answer)
        judge.equal("has_more", True, answer.at("/meta/has_more"), answer)
        further = answer.at("/meta/next_cursor")
        judge.that(isinstance(further, str) and further != cursor, "next_cursor does not move on", answer)
        link = _next_link(answer)
        judge.that(link, "there is no Link to the next page", answer, received=answer.header("Link"))
        asked = parse_qs(urlsplit(str(link)).query)
        judge.equal("the cursor in Link", [further], asked.get("cursor"), answer)
        judge.equal("per_page in Link", ["3"], asked.get("per_page"), answer)


def links_lead_through_the_list(case: Case) -> None:
    """Following Link from page to page shows the same items as following next_cursor."""
    with case.own_sandbox(world="empty") as inside:
        mine = _jobs(inside, 5)
        answer = inside.given(inside.call("listIngestionJobs", query={"per_page": 2}), 200)
        seen = [entry.get("uuid") for entry in answer.items("/data")]
        for _ in range(5):
            link = _next_link(answer)
            if link is None:
                break
            answer = inside.call("listIngestionJobs", query=_query(link))
            judge.status(answer, 200)
            seen += [entry.get("uuid") for entry in answer.items("/data")]
        judge.equal("the items on the way", sorted(mine), sorted(map(str, seen)), answer)


def _query(link: str) -> dict[str, str]:
    # The document prints links to the production host; what counts is what they ask for.
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def walk_ends(case: Case, count: int) -> None:
    """On the last page has_more is false, and neither a cursor nor a Link leads on; before it both do."""
    with case.own_sandbox(world="empty") as inside:
        mine = _jobs(inside, count)
        pages = visits_everything_once(inside, JOBS["cursor"], 2, mine).pages
        judge.equal("the number of pages", -(-count // 2), len(pages), pages[-1])
        for page in pages[1:-1]:
            judge.equal("has_more", True, page.at("/meta/has_more"), page)
            judge.that(_next_link(page), "a page before the last has no Link", page)
        last = pages[-1]
        judge.equal("has_more", False, last.at("/meta/has_more"), last)
        judge.among("next_cursor", (None, MISSING), last.at("/meta/next_cursor"), last)
        judge.equal("the next page in Link", None, _next_link(last), last)


def default_size_is_fifty(case: Case, operation: str) -> None:
    """Without per_page a page has up to 50 items."""
    answer = case.call(operation, path=samples.sample(case, operation))
    judge.status(answer, 200)
    judge.equal("per_page", 50, answer.at("/meta/per_page"), answer)


def size_is_taken(case: Case, wish: tuple[str, int]) -> None:
    """A page size within the caps is taken as it is."""
    operation, size = wish
    answer = case.call(operation, query={"page": 1, "per_page": size})
    judge.status(answer, 200)
    judge.equal("per_page", size, answer.at("/meta/per_page"), answer)


def size_below_one_is_not_taken(case: Case, size: int) -> None:
    """A page size below 1 is refused or set right, never taken."""
    answer = case.call("listIngestionJobs", query={"page": 1, "per_page": size})
    if answer.status == 200:
        shown = answer.at("/meta/per_page")
        judge.that(isinstance(shown, int) and 1 <= shown <= 100, "per_page is out of range", answer, received=shown)
    else:
        judge.status(answer, 400, 422)


def larger_sizes_are_clamped(case: Case, wish: tuple[str, str, int]) -> None:
    """A page size above the cap is clamped, not refused."""
    operation, place, cap = wish
    answer = case.call(operation, query={"page": 1, "per_page": 1000})
    judge.status(answer, 200)
    judge.equal("per_page", cap, answer.at(place), answer)


def cursor_lives_on(case: Case) -> None:
    """A cursor still leads on after a year."""
    with case.own_sandbox(world="empty") as inside:
        mine = _jobs(inside, 4)
        first = inside.given(inside.call("listIngestionJobs", query={"per_page": 2}), 200)
        inside.control.advance("P365D")
        query = {"per_page": 2, "cursor": first.at("/meta/next_cursor")}
        answer = inside.call("listIngestionJobs", query=query)
        judge.status(answer, 200)
        seen = [str(entry.get("uuid")) for page in (first, answer) for entry in page.items("/data")]
        judge.equal("the items of both pages", sorted(mine), sorted(seen), answer)


def inserts_do_not_shift(case: Case) -> None:
    """A row that comes in between two pages shifts nothing: no item is seen twice and none is lost."""
    with case.own_sandbox(world="empty") as inside:
        mine = _jobs(inside, 5)
        answer = inside.given(inside.call("listIngestionJobs", query={"per_page": 2}), 200)
        seen = [str(entry.get("uuid")) for entry in answer.items("/data")]
        while isinstance(answer.at("/meta/next_cursor"), str) and len(seen) < 20:
            _jobs(inside, 1)
            query = {"per_page": 2, "cursor": answer.at("/meta/next_cursor")}
            answer = inside.call("listIngestionJobs", query=query)
            judge.status(answer, 200)
            seen += [str(entry.get("uuid")) for entry in answer.items("/data")]
        doubled = sorted({uuid for uuid in seen if seen.count(uuid) > 1})
        judge.equal("the items seen twice", [], doubled, answer)
        judge.equal("the items lost", [], sorted(set(mine) - set(seen)), answer)


def deleted_row_is_skipped(case: Case) -> None:
    """A row that goes between two pages is skipped, and the cursor that stood on it still leads on."""
    with case.own_sandbox(world="empty") as inside:
        release = wares.make_release(inside)
        mine = [wares.make_track(inside, release, position=number) for number in range(1, 6)]
        first = inside.given(inside.call("listTracks", query={"per_page": 2}), 200)
        seen = [str(entry.get("uuid")) for entry in first.items("/data")]
        judge.equal("the number of items on the first page", 2, len(seen), first)
        inside.given(inside.call("deleteTrack", path={"uuid": seen[-1]}), 200, 204)
        gone = next(track for track in mine if track not in seen)  # of five, two were seen
        inside.given(inside.call("deleteTrack", path={"uuid": gone}), 200, 204)
        answer = inside.call("listTracks", query={"per_page": 100, "cursor": first.at("/meta/next_cursor")})
        judge.status(answer, 200)
        rest = sorted(set(mine) - set(seen) - {gone})
        judge.equal("the rest of the walk", rest, sorted(str(row.get("uuid")) for row in answer.items("/data")), answer)


def cursor_is_enough(case: Case) -> None:
    """A cursor is used as it came, and the rows behind it are older than those before it."""
    with case.own_sandbox(world="empty") as inside:
        for _ in range(4):
            _jobs(inside, 1)
            inside.control.advance("PT1M")
        first = inside.given(inside.call("listIngestionJobs", query={"per_page": 2}), 200)
        query = {"per_page": 2, "cursor": first.at("/meta/next_cursor")}
        second = inside.call("listIngestionJobs", query=query)
        judge.status(second, 200)
        dates = [str(entry.get("created_at")) for page in (first, second) for entry in page.items("/data")]
        judge.equal("the instants of creation", sorted(dates, reverse=True), dates, second)
        again = inside.call("listIngestionJobs", query=query)
        judge.equal("the same page asked for again", second.at("/data"), again.at("/data"), again)


def listing_is_whole(case: Case, name: str) -> None:
    """All pages together show everything that was made, once."""
    listing = _WHOLE[name]
    with case.own_sandbox(world="empty") as inside:
        releases = [wares.make_release(inside) for _ in range(5)]
        mine = releases
        if listing.operation == "listTracks":
            mine = [wares.make_track(inside, release) for release in releases]
        visits_everything_once(inside, listing, 2, mine)


def transfers_are_listed_whole(case: Case) -> None:
    """All pages of the transfers together show everything that was offered, once."""
    with case.own_sandbox(world="empty") as inside:
        # The document names no parameter for the size of these pages.
        size = inside.given(inside.call("listTransfers"), 200).at("/per_page")
        if not isinstance(size, int) or size > _MOST_TRANSFERS:
            raise judge.NotTested(f"could not be set up: a page of transfers holds {size}")
        mine = [samples.transfer(inside) for _ in range(size + 1)]
        pages = [inside.call("listTransfers", query={"page": number}) for number in (1, 2)]
        found = [[entry.get("uuid") for entry in page.items("/data")] for page in pages]
        judge.equal("the lengths of the pages", [size, 1], [len(page) for page in found], pages[1])
        judge.equal("the transfers", sorted(mine), sorted(map(str, found[0] + found[1])), pages[1])
        for page in pages:
            judge.equal("total", size + 1, page.at("/total"), page)


def both_modes_agree(case: Case, operation: str) -> None:
    """Page by page and cursor by cursor a list shows the same items in the same order."""
    with case.own_sandbox() as inside:
        path = samples.sample(inside, operation)
        for _ in range(5):
            if operation == "listWebhookDeliveries":
                inside.given(inside.call("testWebhook", path=path), 202, 200)
            elif operation == "listAuditLog":
                wares.make_artist(inside)
        total = inside.given(inside.call(operation, path=path, query={"page": 1}), 200).at("/meta/total")
        size = max(2, int(total) // 5 + 1)
        found = []
        for style in (_OFFSETS, _CURSORS):
            listing = Listing(operation, style, identity="", path=path)
            found.append(walk(inside, listing, size).ids)
        judge.equal("the number of items by page", total, len(found[0]))
        judge.equal("the items by cursor", found[0], found[1])


def broken_cursor_is_400(case: Case, cursor: str) -> None:
    """A cursor that the server did not make is refused."""
    wares.refused(case.call("listIngestionJobs", query={"cursor": cursor}), 400)


_WITHIN = (("listIngestionJobs", 1), ("listIngestionJobs", 100), ("listSalesReports", 500))
_CLAMPED = (
    ("listReleases", "/per_page", 100),
    ("listIngestionJobs", "/meta/per_page", 100),
    ("listSalesReports", "/meta/per_page", 500),
)
CHECKS = (
    check("TG-047", bare_list_has_its_shape, each=("listReleases", "listTransfers")),
    check("TG-047", page_size_is_honoured, each=(1, 7, 100)),
    check("TG-048", offset_page_tells_where_it_is, each=_META_LISTS),
    check("TG-048", offset_walk_is_whole, each=(2, 3, 7), needs=("control",)),
    check("TG-049", cursor_page_tells_how_to_go_on, needs=("control",)),
    check("TG-049", links_lead_through_the_list, needs=("control",)),
    check("TG-050", walk_ends, each=(4, 5), needs=("control",)),
    check("TG-051", default_size_is_fifty, each=_META_LISTS),
    check("TG-051", size_is_taken, each=_WITHIN),
    check("TG-051", size_below_one_is_not_taken, each=(0, -1)),
    check("TG-052", larger_sizes_are_clamped, each=_CLAMPED),
    check("TG-053", cursor_lives_on),
    check("TG-053", inserts_do_not_shift),
    check("TG-053", deleted_row_is_skipped),
    check("TG-054", cursor_is_enough, needs=("control",)),
    check("TG-055", listing_is_whole, each=("releases", "tracks-by-page", "tracks-by-cursor"), needs=("control",)),
    check("TG-055", transfers_are_listed_whole, needs=("control", "second-account")),
    check("TG-055", both_modes_agree, each=_META_LISTS, needs=("control",)),
    check("TG-056", broken_cursor_is_400, each=("conformance", "!!", "eyJpZCI6")),
)
