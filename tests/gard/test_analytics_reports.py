"""The reports: every table, graph, bar and total counts the same facts; filters, windows, missing numbers."""

from __future__ import annotations

from typing import Any

import pytest

TABLES = {
    "summary/table": ["cover", "track", "artist", "album", "country", "streams", "pay_streams"],
    "spotify/table": ["track", "isrc", "streams"],
    "applemusic/table": ["album", "plays"],
    "vkclips/table": ["clip", "views"],
    "yandex/table": ["track", "streams", "royalty_streams"],
    "umavk/table": ["track", "streams"],
    "mts/table": ["track", "streams"],
    "zvooq/table": ["track", "streams"],
}
GRAPHS = {
    "summary/graph/main": ["all_streams", "all_paidstreams"],
    "summary/graph/total": ["all_streams"],
    "summary/graph/country": ["all_streams"],
    "summary/graph/os": ["all_streams"],
    "summary/graph/device_type": ["all_streams"],
    "summary/graph/age": ["all_streams"],
    "summary/graph/gender": ["all_streams"],
    "spotify/graph": ["all_streams", "all_paidstreams", "all_lyrics", "all_canvas", "all_uniq"],
    "applemusic/graph": ["all_plays"],
    "applemusic/graph/total": ["all_plays"],
    "vkclips/graph": ["all_streams"],
    "yandex/graph": ["all_streams", "all_paidstreams"],
    "umavk/graph": ["all_streams"],
    "mts/graph": ["all_streams"],
    "zvooq/graph": ["all_streams"],
}
OTHERS = ["spotify/bar", "applemusic/bar", "vkclips/graph/total", "summary/stats"]
REPORTS = [*TABLES, *GRAPHS, *OTHERS]
NARROWED = [path for path in REPORTS if path not in ("summary/graph/age", "summary/graph/gender")]
WINDOWS: list[dict[str, str]] = [
    {},
    {"from": "2026-04-01", "to": "2026-04-30"},
    {"from": "2025-01-01", "to": "2026-05-29"},
]
FILTERS: list[dict[str, Any]] = [
    {},
    {"release_public_ids": ["rel_ExampleId123"]},
    {"artist_names": ["kitezh"]},
    {"release_public_ids": ["rel_ExampleId123"], "artist_names": ["Stage Name"]},
]
CACHED = "X-Gard-Analytics-Cached"


def _ask(desk: Any, path: str, filters: Any = None, **more: Any) -> Any:
    answer = desk.report(path, filters, **more)
    assert answer.status_code == 200, answer.text
    return answer.json


def _points(desk: Any, path: str, line: str = "all_streams", filters: Any = None, **more: Any) -> int:
    return sum(point[line] for point in _ask(desk, path, filters, **more)["data"])


def _rows(desk: Any, path: str, member: str = "streams", filters: Any = None, **more: Any) -> int:
    return sum(row[member] for row in _ask(desk, path, filters, **more)["data"])


@pytest.mark.parametrize("window", WINDOWS, ids=["default", "april", "all"])
@pytest.mark.parametrize("filters", FILTERS, ids=["whole", "release", "artist", "union"])
def test_all_reports_agree(demo_desk: Any, window: dict[str, str], filters: dict[str, Any]) -> None:
    """GARD-175, GARD-183, GARD-191, GARD-201, GARD-205"""

    def graph(path: str, line: str = "all_streams") -> int:
        return _points(demo_desk, path, line, filters, **window)

    def rows(path: str, member: str = "streams") -> int:
        return _rows(demo_desk, path, member, filters, **window)

    stats = {row["name"]: row["streams"] for row in _ask(demo_desk, "summary/stats", filters, **window)["data"]}
    bars = _ask(demo_desk, "spotify/bar", filters, **window)["bars"]
    views = _ask(demo_desk, "vkclips/graph/total", filters, **window)["totals"]["views"]
    worldwide = _ask(demo_desk, "applemusic/bar", filters, **window)["bars"][0]["value"]

    total = graph("summary/graph/main")
    assert total > 1000
    assert total == sum(stats.values()) == graph("summary/graph/total") == rows("summary/table")
    assert total == graph("summary/graph/country") == graph("summary/graph/os") == graph("summary/graph/device_type")
    assert graph("summary/graph/main", "all_paidstreams") == rows("summary/table", "pay_streams")
    assert stats["spotify"] == graph("spotify/graph") == rows("spotify/table") == sum(bar["value"] for bar in bars)
    assert stats["applemusic"] == graph("applemusic/graph", "all_plays") == rows("applemusic/table", "plays")
    assert stats["applemusic"] == graph("applemusic/graph/total", "all_plays") == worldwide
    assert stats["vkclips"] == graph("vkclips/graph") == rows("vkclips/table", "views") == views
    for store in ("yandex", "umavk", "mts", "zvooq"):
        assert stats[store] == graph(f"{store}/graph") == rows(f"{store}/table")
    assert graph("yandex/graph", "all_paidstreams") == rows("yandex/table", "royalty_streams")
    if not filters:
        assert total == graph("summary/graph/age") == graph("summary/graph/gender")


def test_reports_and_batch_agree(demo_desk: Any) -> None:
    """GARD-175, GARD-176, GARD-180, C25"""
    window = {"from": "2026-05-02", "to": "2026-05-29"}
    ids = [row["id"] for row in demo_desk.get("/releases/all").json]

    include = dict.fromkeys(("platforms", "countries", "devices", "os", "age", "gender"), True)
    rows = demo_desk.post("/analytics/releases", {"releases": ids, "include": include}).json["releases"]

    def summed(member: str) -> dict[str, int]:
        sums: dict[str, int] = {}
        for row in rows:
            for entry in row[member]:
                sums[entry["name"]] = sums.get(entry["name"], 0) + entry["streams"]
        return sums

    def points(path: str) -> dict[str, int]:
        return {one["name"]: one["all_streams"] for one in _ask(demo_desk, path, None, **window)["data"]}

    assert sum(row["totals"]["streams"] for row in rows) == _points(demo_desk, "summary/graph/main", **window)
    assert summed("by_device") == points("summary/graph/device_type")
    assert summed("by_os") == points("summary/graph/os")
    assert summed("by_age") == points("summary/graph/age")
    assert summed("by_gender") == points("summary/graph/gender")
    assert sorted(summed("by_country").values()) == sorted(points("summary/graph/country").values())
    assert summed("by_country")["Russia"] == points("summary/graph/country")["RU"]
    stats = {row["name"]: row["streams"] for row in _ask(demo_desk, "summary/stats", None, **window)["data"]}
    by_platform = summed("by_platform")
    assert by_platform["VKontakte"] == stats["umavk"]
    assert by_platform["Spotify"] == stats["spotify"]
    assert sum(by_platform.values()) == sum(stats.values())


def test_the_csv_agrees_with_the_reports(demo_desk: Any) -> None:
    """GARD-145"""
    lines = demo_desk.get("/panel/reports/streaming.csv").text.splitlines()[1:]

    exported = sum(int(line.rpartition(",")[2]) for line in lines)

    assert exported == _points(demo_desk, "summary/graph/total", **{"from": "2020-01-01", "to": "2026-05-31"})


# shapes


@pytest.mark.parametrize("path", TABLES)
def test_a_table_has_its_columns_and_one_page(demo_desk: Any, path: str) -> None:
    """GARD-193, GARD-194, GARD-206"""
    table = _ask(demo_desk, path)

    assert (table["columns"], table["pages"], table["page"], table["order"]) == (TABLES[path], 1, 0, {})
    assert table["data"]


@pytest.mark.parametrize("path", GRAPHS)
def test_every_point_has_every_line(demo_desk: Any, path: str) -> None:
    """GARD-197, GARD-198"""
    graph = _ask(demo_desk, path)

    assert graph["lines"] == GRAPHS[path]
    assert all(set(point) == {"name", *GRAPHS[path]} for point in graph["data"])
    assert graph["data"]


def test_bars_totals_and_stats_have_shapes_of_their_own(demo_desk: Any) -> None:
    """GARD-199, GARD-200, GARD-201, C37"""
    assert {bar["label"] for bar in _ask(demo_desk, "spotify/bar")["bars"]} >= {"US", "GB", "DE"}
    assert [bar["label"] for bar in _ask(demo_desk, "applemusic/bar")["bars"]] == ["Worldwide"]
    assert set(_ask(demo_desk, "vkclips/graph/total")) == {"totals"}
    stats = _ask(demo_desk, "summary/stats")
    assert stats["lines"] == ["streams"]
    names = [row["name"] for row in stats["data"]]
    assert names[:7] == ["spotify", "applemusic", "vkclips", "yandex", "umavk", "mts", "zvooq"]


def test_a_store_without_streams_is_listed_with_zero(desk: Any) -> None:
    """GARD-201"""
    desk.at("live", platforms=["vk_music"])
    desk.advance("2026-06-10T12:00:00Z")

    stats = {row["name"]: row["streams"] for row in _ask(desk, "summary/stats")["data"]}

    assert stats["spotify"] == 0 < stats["umavk"]


def test_the_default_window_has_31_days(demo_desk: Any) -> None:
    """GARD-184, GARD-196, C27"""
    days = [point["name"] for point in _ask(demo_desk, "summary/graph/main")["data"]]

    assert (days[0], days[-1], len(days)) == ("2026-04-29", "2026-05-29", 31)


def test_one_day_is_one_point(demo_desk: Any) -> None:
    """GARD-196"""
    graph = _ask(demo_desk, "spotify/graph", None, **{"from": "2026-05-05", "to": "2026-05-05"})

    assert [point["name"] for point in graph["data"]] == ["2026-05-05"]


def test_days_to_come_have_no_points(demo_desk: Any) -> None:
    """GARD-168"""
    graph = _ask(demo_desk, "summary/graph/main", None, **{"from": "2026-05-28", "to": "2026-06-20"})

    assert [point["name"] for point in graph["data"]] == ["2026-05-28", "2026-05-29"]


def test_countries_are_lower_case_in_the_table_and_upper_case_in_the_graph(demo_desk: Any) -> None:
    """C25, GARD-195"""
    table = {row["country"] for row in _ask(demo_desk, "summary/table")["data"]}
    graph = {point["name"] for point in _ask(demo_desk, "summary/graph/country")["data"]}

    assert {code.upper() for code in table} == graph
    assert "ru" in table


def test_the_spotify_table_prints_isrcs_without_hyphens(demo_desk: Any) -> None:
    """C41"""
    assert all("-" not in row["isrc"] for row in _ask(demo_desk, "spotify/table")["data"])


@pytest.mark.parametrize(
    ("store", "keys"),
    [
        ("summary", {"code", "date_ranges", "metrics", "albums"}),
        ("spotify", {"filters", "dimensions", "metrics"}),
        ("applemusic", {"filters", "dimensions", "metrics"}),
        ("vkclips", {"filters", "metrics"}),
    ],
)
def test_choices_have_their_keys(demo_desk: Any, store: str, keys: set[str]) -> None:
    """GARD-192, GARD-203"""
    answer = demo_desk.get(f"/analytics/{store}/filters")

    assert set(answer.json) == keys
    assert answer.headers[CACHED] == "true"


@pytest.mark.parametrize(
    "path", ["yandex/filters", "umavk/filters", "mts/bar", "zvooq/graph/total", "summary", "deezer/table"]
)
def test_other_reports_do_not_exist(demo_desk: Any, path: str) -> None:
    """GARD-181, GARD-204"""
    assert demo_desk.get(f"/analytics/{path}").status_code == 404


# filters


def test_filters_narrow_as_a_union(demo_desk: Any) -> None:
    """GARD-183"""

    def albums(filters: dict[str, Any]) -> set[str]:
        return {row["album"] for row in _ask(demo_desk, "summary/table", filters)["data"]}

    release, artist = albums({"release_public_ids": ["rel_ExampleId123"]}), albums({"artist_names": ["KITEZH"]})
    both = albums({"release_public_ids": ["rel_ExampleId123"], "artist_names": ["Kitezh"]})

    assert release == {"Sunset Stories"}
    assert both == release | artist
    assert len(artist) == 2


def test_an_album_id_of_a_row_is_a_filter(demo_desk: Any) -> None:
    """GARD-195, C38"""
    row = _ask(demo_desk, "summary/table")["data"][0]

    narrowed = _ask(demo_desk, "summary/table", {"album_ids": [row["album_id"]]})["data"]

    assert {one["album"] for one in narrowed} == {row["album"]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"gard_release_public_id": "rel_ExampleId123"}, {"release_public_ids": ["rel_ExampleId123"]}),
        ({"gard_artist_names": ["Kitezh"]}, {"artist_names": ["Kitezh"]}),
    ],
)
def test_the_old_spellings_still_serve(demo_desk: Any, old: dict[str, Any], new: dict[str, Any]) -> None:
    """GARD-185"""
    answer = demo_desk.post("/analytics/summary/table", old)

    assert answer.json == _ask(demo_desk, "summary/table", new)
    assert demo_desk.post("/analytics/summary/table", {"filters": {}, **old}).json == answer.json


def test_the_old_spelling_of_album_ids_still_serves(demo_desk: Any) -> None:
    """GARD-185"""
    number = _ask(demo_desk, "summary/table")["data"][0]["album_id"]

    answer = demo_desk.post("/analytics/summary/table", {"gard_analytics_album_ids": [number]})

    assert {row["album_id"] for row in answer.json["data"]} == {number}


@pytest.mark.parametrize("path", NARROWED)
@pytest.mark.parametrize(
    "filters",
    [{"release_public_ids": ["rel_nope"]}, {"album_ids": [1]}, {"artist_names": ["Nobody"]},
     {"release_public_ids": ["rel_ExampleId123", "rel_nope"]}],
    ids=["release", "album", "artist", "mixed"],
)  # fmt: skip
def test_an_unknown_id_is_400(demo_desk: Any, path: str, filters: dict[str, Any]) -> None:
    """GARD-186, C28"""
    answer = demo_desk.report(path, filters)

    assert (answer.status_code, answer.json["msg"]) == (400, "Unknown id in the filters")


def test_submission_ids_and_foreign_ids_are_unknown(demo_desk: Any) -> None:
    """GARD-013, GARD-187, GARD-188"""
    submission = demo_desk.get("/releases/rel_ExampleId123/status").json["submission_id"]
    foreign = demo_desk.as_("second-account").get("/releases/all").json[0]["id"]

    for id in (submission, foreign):
        assert demo_desk.report("summary/stats", {"release_public_ids": [id]}).status_code == 400
    assert demo_desk.report("summary/stats", {"artist_names": ["Mara Lindqvist"]}).status_code == 400


@pytest.mark.parametrize("path", ["summary/graph/age", "summary/graph/gender"])
@pytest.mark.parametrize("filters", FILTERS[1:])
def test_age_and_gender_cannot_be_narrowed(demo_desk: Any, path: str, filters: dict[str, Any]) -> None:
    """GARD-202, C23"""
    assert demo_desk.report(path, filters).status_code == 400


@pytest.mark.parametrize("path", REPORTS)
@pytest.mark.parametrize(
    "body",
    [{}, {"filters": []}, {"filters": {"album_ids": ["x"]}}, {"filters": {}, "from": "2026-05-01"},
     {"filters": {}, "from": "2026-05-02", "to": "2026-05-01"}, {"filters": {}, "from": "x", "to": "y"}, []],
)  # fmt: skip
def test_a_broken_query_is_422(demo_desk: Any, path: str, body: Any) -> None:
    """GARD-184"""
    assert demo_desk.post(f"/analytics/{path}", body).status_code == 422


@pytest.mark.parametrize("path", REPORTS)
def test_the_whole_catalog_needs_no_more_than_empty_filters(demo_desk: Any, path: str) -> None:
    """GARD-181, GARD-182, GARD-192"""
    whole = demo_desk.report(path)
    ranged = demo_desk.report(path, None, **{"from": "2026-04-01", "to": "2026-04-30"})

    assert (whole.headers[CACHED], ranged.headers[CACHED]) == ("true", "facts")


@pytest.mark.parametrize("path", NARROWED)
def test_narrowed_reports_are_added_up_from_facts(demo_desk: Any, path: str) -> None:
    """GARD-192"""
    assert demo_desk.report(path, {"artist_names": ["Kitezh"]}).headers[CACHED] == "facts"


@pytest.mark.parametrize("path", ["release/rel_ExampleId123", "track/track_ExampleTrackA"])
def test_singles_say_where_their_numbers_come_from(demo_desk: Any, path: str) -> None:
    """GARD-192"""
    assert demo_desk.get(f"/analytics/{path}").headers[CACHED] == "facts"
    assert demo_desk.post("/analytics/releases", {"releases": ["x"]}).headers[CACHED] == "facts"


# numbers that are not there


@pytest.mark.parametrize("path", REPORTS)
def test_without_a_synced_release_it_is_400(desk: Any, path: str) -> None:
    """GARD-190, C39"""
    desk.submitted()

    answer = desk.report(path)

    assert (answer.status_code, answer.json["msg"]) == (400, "No synced releases")


@pytest.mark.parametrize("store", ["summary", "spotify", "applemusic", "vkclips"])
def test_without_a_synced_release_there_are_no_choices(desk: Any, store: str) -> None:
    """GARD-190"""
    assert desk.get(f"/analytics/{store}/filters").status_code == 400
    desk.at("sent_to_stores")
    assert desk.get(f"/analytics/{store}/filters").status_code == 200


@pytest.mark.parametrize("path", REPORTS)
def test_numbers_not_there_yet_are_503_and_the_next_call_has_them(desk: Any, path: str) -> None:
    """GARD-189, GARD-227"""
    desk.at("live")

    first, second = desk.report(path), desk.report(path)

    assert (first.status_code, first.headers["Retry-After"], first.json["code"]) == (503, "30", 503)
    assert second.status_code == 200
    assert CACHED in second.headers


def test_a_new_release_is_filled_by_itself_beside_older_ones(demo_desk: Any) -> None:
    """GARD-189"""
    case = demo_desk.at("sent_to_stores")
    narrow = {"release_public_ids": [case.rel]}

    assert demo_desk.report("summary/stats").status_code == 200
    assert demo_desk.report("summary/stats", narrow).status_code == 503
    assert demo_desk.report("spotify/graph", narrow).status_code == 200


def test_a_nightly_ingest_needs_no_order(desk: Any) -> None:
    """GARD-170, GARD-189"""
    desk.at("live")

    desk.advance("2026-06-04T00:00:00Z")

    assert desk.report("summary/graph/main").status_code == 200
