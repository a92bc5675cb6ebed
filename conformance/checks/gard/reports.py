"""GARD-193 to GARD-206: tables, graphs, bars, totals and choices, report by report."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard.filters import (
    DAILY,
    ONLY_WHOLE,
    in_our_order,
    last_day,
    points_of,
    refused,
    report,
    total,
    two_artists,
)
from conformance.judge import NotTested

_STREAMS = ("all_streams",)
_LINES: dict[str, tuple[str, ...]] = {
    "querySpotifyGraph": ("all_streams", "all_paidstreams", "all_lyrics", "all_canvas", "all_uniq"),
    "queryAppleMusicGraph": ("all_plays",),
    "queryAppleMusicGraphTotal": ("all_plays",),
    "queryYandexGraph": ("all_streams", "all_paidstreams"),
    "querySummaryGraphMain": ("all_streams", "all_paidstreams"),
    "querySummaryGraphTotal": _STREAMS,
    "querySummaryGraphCountry": _STREAMS,
    "querySummaryGraphOs": _STREAMS,
    "querySummaryGraphDeviceType": _STREAMS,
    "querySummaryGraphAge": _STREAMS,
    "querySummaryGraphGender": _STREAMS,
    "queryVkClipsGraph": _STREAMS,
    "queryUmaVkGraph": _STREAMS,
    "queryMtsGraph": _STREAMS,
    "queryZvooqGraph": _STREAMS,
}
_BUCKETS = ("querySummaryGraphCountry", "querySummaryGraphOs", "querySummaryGraphDeviceType", *ONLY_WHOLE)
_COLUMNS = {
    "querySummaryTable": ["cover", "track", "artist", "album", "country", "streams", "pay_streams"],
    "querySpotifyTable": ["track", "isrc", "streams"],
    "queryAppleMusicTable": ["album", "plays"],
    "queryVkClipsTable": ["clip", "views"],
    "queryYandexTable": ["track", "streams", "royalty_streams"],
    "queryUmaVkTable": ["track", "streams"],
    "queryMtsTable": ["track", "streams"],
    "queryZvooqTable": ["track", "streams"],
}
_TABLE = ["columns", "data", "order", "page", "pages"]
_CHOICES = {
    "getSummaryFilters": ("code", "date_ranges", "metrics", "albums"),
    "getSpotifyFilters": ("filters", "dimensions", "metrics"),
    "getAppleMusicFilters": ("filters", "dimensions", "metrics"),
    "getVkClipsFilters": ("filters", "metrics"),
}
_SHORT = ("yandex", "umavk", "mts", "zvooq")


def table_is_whole(case: Case, operation: str) -> None:
    """A table answers pages, page, columns, data and order."""
    answer = report(case, operation)
    judge.members("the table", _TABLE, answer.json, answer)
    for member, kind in (("pages", int), ("page", int), ("columns", list), ("data", list), ("order", dict)):
        judge.that(
            isinstance(answer.at(f"/{member}"), kind), f"{member} has another type", answer, received=answer.json
        )


def pages_count_from_zero(case: Case, operation: str) -> None:
    """The first page is 0 and lies within the number of pages."""
    answer = report(case, operation)
    judge.equal("page", 0, answer.at("/page"), answer)
    if answer.items("/data"):
        judge.that(
            answer.at("/pages") >= 1, "pages is too small", answer, expected=">= 1", received=answer.at("/pages")
        )


def album_of_a_row_is_a_filter(case: Case) -> None:
    """album_id of a row of the summary table, taken as a filter, leaves the rows of that album."""
    whole = report(case, "querySummaryTable")
    albums = {row.get("album_id"): row.get("album") for row in whole.items("/data")}
    if len(albums) < 2:
        raise NotTested(f"needs two albums in the summary table, it has {len(albums)}")
    for number, title in list(albums.items())[:4]:
        judge.that(type(number) is int, "album_id is no integer", whole, received=number)
        narrowed = report(case, "querySummaryTable", filters={"album_ids": [number]})
        expected = [row for row in whole.items("/data") if row["album_id"] == number]
        judge.equal(f"the rows of {title}", in_our_order(expected), in_our_order(narrowed.at("/data")), narrowed)


def single_day_is_one_point(case: Case, operation: str) -> None:
    """from and to of one day give one point of that day."""
    day = last_day(case).isoformat()
    points_of(case, operation, report(case, operation))
    answer = report(case, operation, filters={}, **{"from": day, "to": day})
    judge.equal("the points", [day], [point.get("name") for point in answer.items("/data")], answer)


def point_has_each_line(case: Case, operation: str) -> None:
    """A graph answers lines and data; each point has its name and a number for each line."""
    answer = report(case, operation)
    judge.members("the graph", ["data", "lines"], answer.json, answer)
    points, lines = points_of(case, operation, answer), answer.items("/lines")
    for point in points:
        judge.members("a point", ["name", *lines], point, answer)
        for line in lines:
            judge.that(type(point[line]) is int and point[line] >= 0, "a value is no count", answer, received=point)
        if operation not in _BUCKETS:
            _is_day(point["name"], answer)
    names = [point["name"] for point in points]
    judge.equal("the number of different names", len(set(names)), len(names), answer)


def _is_day(text: Any, answer: Answer) -> None:
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError):
        raise judge.Broken("a point's name is no day", expected="YYYY-MM-DD", received=text, answer=answer) from None


def buckets_add_up(case: Case) -> None:
    """The buckets of the summary count the same streams in other ways."""
    whole = _sum(report(case, "querySummaryGraphMain"))
    if not whole:
        raise NotTested("nothing was heard in the default window")
    for operation in ("querySummaryGraphTotal", *_BUCKETS):
        answer = report(case, operation)
        judge.equal(f"the sum of {operation}", whole, _sum(answer), answer)


def _sum(answer: Answer) -> int:
    return sum(int(point["all_streams"]) for point in answer.items("/data"))


def lines_are_those_of_the_path(case: Case, operation: str) -> None:
    """Each graph has the printed lines."""
    answer = report(case, operation)
    judge.equal("lines", list(_LINES[operation]), answer.at("/lines"), answer)


def bars_have_label_and_value(case: Case, operation: str) -> None:
    """A bar report answers bars of label and value."""
    answer = report(case, operation)
    judge.members("the answer", ["bars"], answer.json, answer)
    judge.that(answer.items("/bars"), "there are no bars", answer)
    for bar in answer.items("/bars"):
        judge.members("a bar", ["label", "value"], bar, answer)


def views_stand_alone(case: Case) -> None:
    """The total of VK Clips is {totals: {views}}, the sum of its table."""
    answer = report(case, "queryVkClipsGraphTotal")
    judge.members("the answer", ["totals"], answer.json, answer)
    judge.equal("the members of a graph", [], sorted({"lines", "data"} & set(answer.json)), answer)
    judge.members("totals", ["views"], answer.at("/totals"), answer)
    judge.that(type(answer.at("/totals/views")) is int, "views is no integer", answer)
    table = report(case, "queryVkClipsTable")
    views = sum(int(row["views"]) for row in table.items("/data"))
    judge.equal("the views of the table", answer.at("/totals/views"), views, table)


def stats_list_every_store(case: Case) -> None:
    """Stats are rows of store and streams; a store without streams is listed with 0."""
    answer = report(case, "querySummaryStats")
    judge.members("the answer", ["data", "lines"], answer.json, answer)
    judge.equal("lines", ["streams"], answer.at("/lines"), answer)
    for row in answer.items("/data"):
        judge.members("a row", ["name", "streams"], row, answer)
    stores = {row["name"] for row in answer.items("/data")}
    judge.that({"spotify", "yandex", "umavk"} <= stores, "stores are missing", answer, received=sorted(stores))
    quiet = report(case, "querySummaryStats", filters={}, **{"from": "2001-01-01", "to": "2001-01-31"})
    expected = {name: 0 for name in stores}
    judge.equal(
        "the stores of a silent month", expected, {r["name"]: r["streams"] for r in quiet.items("/data")}, quiet
    )


def age_and_gender_are_whole(case: Case, operation: str) -> None:
    """Age and gender are for the whole catalog: any filter is refused."""
    report(case, operation)
    live = case.fact("live")[0]
    refused(case, operation, {"filters": {"release_public_ids": [live]}}, 400, 422)
    first, _ = two_artists(case)
    refused(case, operation, {"filters": {"artist_names": [first.artist]}}, 400, 422)
    refused(case, operation, {"gard_release_public_id": live}, 400, 422)


def choices_are_as_printed(case: Case, operation: str) -> None:
    """The choices of a report have the printed members."""
    answer = case.call(operation)
    judge.status(answer, 200)
    judge.members("the answer", _CHOICES[operation], answer.json, answer)
    if operation != "getSummaryFilters":
        judge.that(isinstance(answer.at("/filters/date_range"), list), "filters.date_range is no list", answer)


def short_stores_have_two_reports(case: Case, store: str) -> None:
    """Yandex, Uma VK, MTS and Zvooq have a table and a graph, and no choices, bar or total."""
    base = f"/api/v1/music-distributor/analytics/{store}"
    headers = {"Content-Type": "application/json"}
    for tail in ("table", "graph"):
        judge.status(case.send("POST", f"{base}/{tail}", body=b'{"filters":{}}', headers=headers), 200)
    judge.status(case.send("GET", f"{base}/filters"), 404)
    for tail in ("bar", "graph/total"):
        answer = case.send("POST", f"{base}/{tail}", body=b'{"filters":{}}', headers=headers)
        judge.status(answer, 404)


def any_range_adds_up(case: Case) -> None:
    """Two ranges that split a third add up to it, wherever the cut is."""
    last = last_day(case)
    for days, cut in ((10, 3), (45, 20), (2, 1), (100, 99)):
        first = last - timedelta(days=days - 1)
        middle = first + timedelta(days=cut - 1)
        whole = total(case, filters={}, **_range(first, last))
        parts = [_range(first, middle), _range(middle + timedelta(days=1), last)]
        judge.equal(f"the sum of {cut} and {days - cut} days", whole, sum(total(case, filters={}, **p) for p in parts))


def _range(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def half_a_range_is_refused(case: Case) -> None:
    """A range that ends before it begins, or a broken day, is refused."""
    for body in ({"from": "2026-05-10", "to": "2026-05-01"}, {"from": "10.05.2026", "to": "2026-05-12"}):
        answer = case.call("querySummaryStats", json={"filters": {}, **body})
        judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def columns_are_those_of_the_store(case: Case, operation: str) -> None:
    """Each table has its printed columns, and rows that speak of them."""
    answer = report(case, operation)
    judge.equal("columns", _COLUMNS[operation], answer.at("/columns"), answer)
    for row in answer.items("/data"):
        known = set(_COLUMNS[operation]) - {"cover"}
        judge.that(known <= set(row), "a row lacks a column", answer, expected=sorted(known), received=row)


CHECKS = (
    check("GARD-193", table_is_whole, each=tuple(_COLUMNS)),
    check("GARD-194", pages_count_from_zero, each=tuple(_COLUMNS)),
    check("GARD-195", album_of_a_row_is_a_filter),
    check("GARD-196", single_day_is_one_point, each=DAILY),
    check("GARD-197", point_has_each_line, each=tuple(_LINES)),
    check("GARD-197", buckets_add_up, required=False),
    check("GARD-198", lines_are_those_of_the_path, each=tuple(_LINES)),
    check("GARD-199", bars_have_label_and_value, each=("querySpotifyBar", "queryAppleMusicBar")),
    check("GARD-200", views_stand_alone),
    check("GARD-201", stats_list_every_store),
    check("GARD-202", age_and_gender_are_whole, each=ONLY_WHOLE),
    check("GARD-203", choices_are_as_printed, each=tuple(_CHOICES)),
    check("GARD-204", short_stores_have_two_reports, each=_SHORT),
    check("GARD-205", any_range_adds_up),
    check("GARD-205", half_a_range_is_refused),
    check("GARD-206", columns_are_those_of_the_store, each=tuple(_COLUMNS)),
)
