"""The reports: one body in, the matching facts added up into a table, a graph, bars or totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.analytics.audience import STORES
from mockserver.providers.gard.analytics.facts import (
    NOTHING,
    TrackFacts,
    Window,
    add,
    breakdown,
    facts_of,
    series,
    total,
)
from mockserver.providers.gard.analytics.scope import (
    fill,
    find_scope,
    read_filters,
    report_window,
    synced_releases,
)
from mockserver.providers.gard.errors import refuse
from mockserver.world import World

CACHED = "X-Gard-Analytics-Cached"
Json = dict[str, Any]
Printer = Callable[[list[TrackFacts], Window], Json]


def report(printer: Printer, *, whole_catalog_only: bool = False) -> OperationFunction:
    """Return the operation that answers with what `printer` makes of the facts asked for."""

    def answer(call: Call, world: World) -> Reply:
        filters, window = read_filters(call.body), report_window(world, call.body)
        if whole_catalog_only and not filters.is_empty:
            raise Failure("whole_catalog_only")
        scope = find_scope(world, call.account, filters)
        if not fill(world, scope):
            # Not raised: the order for the fill has to stay (GARD-189).
            return refuse(Failure("no_data_yet"), call.request, call.operation)
        is_snapshot = not scope.is_narrowed and "from" not in call.body
        facts = facts_of(world, scope.releases)
        return Reply(200, printer(facts, window), headers={CACHED: "true" if is_snapshot else "facts"})

    return answer


def choices(body: Callable[[list[Json]], Json]) -> OperationFunction:
    """Return the operation that answers with the choices of a report, made from the synced releases."""

    def answer(call: Call, world: World) -> Reply:
        return Reply(200, body(synced_releases(world, call.account)), headers={CACHED: "true"})

    return answer


# tables


def table(columns: list[str], rows: list[Json]) -> Json:
    """Return a table of one page (GARD-193, GARD-194)."""
    return {"pages": 1, "page": 0, "columns": columns, "data": rows, "order": {}}


def summary_table(facts: list[TrackFacts], window: Window) -> Json:
    """Return streams per track and country over all stores (GARD-195); the codes are in lower case here (C25)."""
    rows = []
    for one in facts:
        for country, counts in breakdown([one], window, "country"):
            rows.append(
                {
                    "track": one.track["title"],
                    "artist": one.release["artist_name"],
                    "album": one.release["name"],
                    "album_id": one.release["upstream_album_id"],
                    "country": country,
                    "streams": counts.streams,
                    "pay_streams": counts.paid,
                }
            )
    columns = ["cover", "track", "artist", "album", "country", "streams", "pay_streams"]
    return table(columns, _most_first(rows, "streams"))


def spotify_table(facts: list[TrackFacts], window: Window) -> Json:
    """Return streams per track; the ISRC stands without hyphens here (C41)."""
    rows = [
        {"track": one.track["title"], "isrc": one.track["isrc"].replace("-", ""), "streams": counts.streams}
        for one in facts
        if (counts := one.totals(window, "spotify")).streams
    ]
    return table(["track", "isrc", "streams"], _most_first(rows, "streams"))


def apple_music_table(facts: list[TrackFacts], window: Window) -> Json:
    """Return plays per release."""
    plays: dict[str, int] = {}
    names: dict[str, str] = {}
    for one in facts:
        id = one.release["id"]
        names[id] = one.release["name"]
        plays[id] = plays.get(id, 0) + one.totals(window, "applemusic").streams
    rows = [{"album": names[id], "plays": number} for id, number in plays.items() if number]
    return table(["album", "plays"], _most_first(rows, "plays"))


def vk_clips_table(facts: list[TrackFacts], window: Window) -> Json:
    """Return views per track that clips play."""
    rows = [
        {"clip": one.track["title"], "views": counts.streams}
        for one in facts
        if (counts := one.totals(window, "vkclips")).streams
    ]
    return table(["clip", "views"], _most_first(rows, "views"))


def tracks_table(store: str, paid_column: str = "") -> Printer:
    """Return a printer of streams per track in one store, with the paid ones under a name of the store's own."""

    def printer(facts: list[TrackFacts], window: Window) -> Json:
        rows = []
        for one in facts:
            counts = one.totals(window, store)
            if counts.streams:
                paid = {paid_column: counts.paid} if paid_column else {}
                rows.append({"track": one.track["title"], "streams": counts.streams, **paid})
        columns = ["track", "streams", *([paid_column] if paid_column else [])]
        return table(columns, _most_first(rows, "streams"))

    return printer


def _most_first(rows: list[Json], member: str) -> list[Json]:
    return sorted(rows, key=lambda row: -int(row[member]))


# graphs


def graph(lines: list[str], points: list[Json]) -> Json:
    """Return a graph: every point has a name and a value for each line (GARD-197)."""
    return {"lines": lines, "data": points}


def by_day(store: str | None, line: str = "all_streams", paid_line: str = "") -> Printer:
    """Return a printer of a store's daily series, or of all stores together."""
    lines = [line, *([paid_line] if paid_line else [])]

    def printer(facts: list[TrackFacts], window: Window) -> Json:
        points = [
            {"name": day.isoformat(), line: counts.streams, **({paid_line: counts.paid} if paid_line else {})}
            for day, counts in series(facts, window, store)
        ]
        return graph(lines, points)

    return printer


def spotify_by_day(facts: list[TrackFacts], window: Window) -> Json:
    """Return Spotify's daily series with its five lines (GARD-198)."""
    extra = {"all_lyrics": "lyrics", "all_canvas": "canvas", "all_uniq": "unique"}
    points = []
    for day, counts in series(facts, window, "spotify"):
        only = Window(day, day)
        points.append(
            {
                "name": day.isoformat(),
                "all_streams": counts.streams,
                "all_paidstreams": counts.paid,
                **{line: _count(facts, only, "spotify", by) for line, by in extra.items()},
            }
        )
    return graph(["all_streams", "all_paidstreams", *extra], points)


def _count(facts: list[TrackFacts], window: Window, store: str, by: str) -> int:
    return add(one.tally(window, store, by).get(True, NOTHING) for one in facts).streams


def in_total(store: str | None, line: str = "all_streams") -> Printer:
    """Return a printer of one point that holds the window's sum, named after its last day."""

    def printer(facts: list[TrackFacts], window: Window) -> Json:
        streams = total(facts, window, store).streams
        return graph([line], [{"name": window.last.isoformat(), line: streams}])

    return printer


def by_bucket(by: str, *, upper: bool = False) -> Printer:
    """Return a printer of one point per country, system, device type, age group or gender, over all stores."""

    def printer(facts: list[TrackFacts], window: Window) -> Json:
        points = [
            {"name": name.upper() if upper else name, "all_streams": counts.streams}
            for name, counts in breakdown(facts, window, by)
        ]
        return graph(["all_streams"], points)

    return printer


# bars and totals


def spotify_bars(facts: list[TrackFacts], window: Window) -> Json:
    """Return Spotify's streams per country (GARD-199)."""
    found = breakdown(facts, window, "country", "spotify")
    return {"bars": [{"label": name.upper(), "value": counts.streams} for name, counts in found]}


def apple_music_bars(facts: list[TrackFacts], window: Window) -> Json:
    """Return Apple Music's plays as one bar."""
    return {"bars": [{"label": "Worldwide", "value": total(facts, window, "applemusic").streams}]}


def clip_views(facts: list[TrackFacts], window: Window) -> Json:
    """Return the views of clips, in the one shape that no other total has (GARD-200)."""
    return {"totals": {"views": total(facts, window, "vkclips").streams}}


def store_totals(facts: list[TrackFacts], window: Window) -> Json:
    """Return the streams of every store of the daily report, zero or not (GARD-201)."""
    rows = [{"name": store.key, "streams": total(facts, window, store.key).streams} for store in STORES]
    return {"data": rows, "lines": ["streams"]}
