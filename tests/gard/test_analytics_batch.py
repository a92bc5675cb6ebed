"""Analytics of releases and tracks in one answer: refs, windows, toggles, and sums that agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

EP = "rel_ExampleId123"
MEMBERS = {
    "platforms": "by_platform", "countries": "by_country", "devices": "by_device", "os": "by_os", "age": "by_age",
    "gender": "by_gender",
}  # fmt: skip
EVERYTHING = dict.fromkeys([*MEMBERS, "tracks", "timeseries"], True)


def _query(desk: Any, refs: Any, **more: Any) -> Any:
    return desk.post("/analytics/releases", {"releases": refs, **more})


def _row(desk: Any, ref: str = EP, **more: Any) -> dict[str, Any]:
    answer = _query(desk, [ref], **more)
    assert answer.status_code == 200, answer.text
    row: dict[str, Any] = answer.json["releases"][0]
    return row


def _sum(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    listed = list(rows)
    return {name: sum(row[name] for row in listed) for name in ("streams", "pay_streams")}


def test_every_breakdown_adds_up_to_the_totals(demo_desk: Any) -> None:
    """GARD-174, GARD-175, C24"""
    row = _row(demo_desk, include=EVERYTHING, period={"preset": "last_90d"})

    totals = row["totals"]
    assert totals["streams"] > 1000
    for member in [*MEMBERS.values(), "timeseries", "tracks"]:
        assert _sum(row[member]) == totals, member
    for track in row["tracks"]:
        own = {name: track[name] for name in totals}
        assert _sum(track["by_platform"]) == _sum(track["by_country"]) == own
    for member in ("by_platform", "by_country"):
        for entry in row[member]:
            of_tracks = [one for track in row["tracks"] for one in track[member] if one["name"] == entry["name"]]
            assert _sum(of_tracks) == {name: entry[name] for name in totals}


def test_a_row_has_the_documented_members(demo_desk: Any) -> None:
    """GARD-165, GARD-174, GARD-176, C25"""
    row = _row(demo_desk)

    assert set(row) == {"ref", "found", "release", "totals", "by_platform", "by_country", "tracks"}
    assert row["release"] == {
        "public_id": EP, "name": "Sunset Stories", "artist": "Aurora Nightingale", "upc": "5060000000001"
    }  # fmt: skip
    assert row["tracks"][0]["track_id"] == "track_ExampleTrackA"
    assert row["tracks"][0]["isrc"].count("-") == 3
    assert {"VKontakte", "Spotify", "Yandex Music"} <= {entry["name"] for entry in row["by_platform"]}
    assert "Russia" in {entry["name"] for entry in row["by_country"]}


@pytest.mark.parametrize("member", ["by_platform", "by_country"])
def test_breakdowns_have_most_streams_first(demo_desk: Any, member: str) -> None:
    """GARD-177"""
    streams = [entry["streams"] for entry in _row(demo_desk)[member]]

    assert streams == sorted(streams, reverse=True)
    assert all(streams)


def test_two_windows_that_split_a_third_add_up_to_it(demo_desk: Any) -> None:
    """GARD-169, GARD-205"""

    def custom(start: str, end: str) -> dict[str, Any]:
        period = {"preset": "custom", "from": start, "to": end}
        return _row(demo_desk, period=period, include=EVERYTHING)

    whole, left, right = (custom(*days) for days in (("2026-04-01", "2026-05-20"), ("2026-04-01", "2026-04-17"),
                                                     ("2026-04-18", "2026-05-20")))  # fmt: skip

    assert _sum([left["totals"], right["totals"]]) == whole["totals"]
    for member in MEMBERS.values():
        for entry in whole[member]:
            pieces = [one for half in (left, right) for one in half[member] if one["name"] == entry["name"]]
            assert _sum(pieces) == {name: entry[name] for name in ("streams", "pay_streams")}


@pytest.mark.parametrize(
    ("preset", "first"),
    [("last_1d", "2026-05-29"), ("last_7d", "2026-05-23"), ("last_28d", "2026-05-02"), ("last_30d", "2026-04-30"),
     ("last_90d", "2026-03-01")],
)  # fmt: skip
def test_a_preset_ends_on_the_last_ingested_day(demo_desk: Any, preset: str, first: str) -> None:
    """GARD-167, GARD-168"""
    answer = _query(demo_desk, [EP], period={"preset": preset})

    assert answer.json["period"] == {"preset": preset, "from": first, "to": "2026-05-29"}


@pytest.mark.parametrize("more", [{}, {"period": {}}])
def test_the_default_is_28_days(demo_desk: Any, more: dict[str, Any]) -> None:
    """GARD-167, C27"""
    expected = {"preset": "last_28d", "from": "2026-05-02", "to": "2026-05-29"}

    assert _query(demo_desk, [EP], **more).json["period"] == expected


def test_a_night_moves_the_window_by_a_day(demo_desk: Any) -> None:
    """GARD-170"""
    days = []
    for instant in ("2026-05-31T23:59:59Z", "2026-06-01T00:00:00Z"):
        demo_desk.advance(instant)
        days.append(_query(demo_desk, [EP], period={"preset": "last_1d"}).json["period"]["to"])

    assert days == ["2026-05-29", "2026-05-30"]


@pytest.mark.parametrize(
    "period",
    [
        {"preset": "custom"}, {"preset": "custom", "from": "2026-05-01"}, {"preset": "custom", "to": "2026-05-01"},
        {"preset": "custom", "from": "2026-05-02", "to": "2026-05-01"}, {"preset": "today"}, {"preset": "last_2d"},
        {"preset": "custom", "from": "01.05.2026", "to": "2026-05-02"}, {"preset": "custom", "from": "0001-01-01",
        "to": "2026-05-01"}, {"preset": "custom", "from": "0000-01-01", "to": "0000-01-02"},
    ],
)  # fmt: skip
def test_a_bad_period_is_422(demo_desk: Any, period: dict[str, str]) -> None:
    """GARD-167, GARD-169"""
    answer = _query(demo_desk, [EP], period=period)

    assert answer.status_code == 422
    assert all(entry["field"].startswith("period") for entry in answer.json["detail"])


def test_a_custom_window_of_one_day_is_that_day_of_the_series(demo_desk: Any) -> None:
    """GARD-169"""
    series = _row(demo_desk, include={"timeseries": True})["timeseries"]
    day = series[10]

    one = _row(demo_desk, period={"preset": "custom", "from": day["date"], "to": day["date"]})

    assert len(series) == 28
    assert one["totals"] == {"streams": day["streams"], "pay_streams": day["pay_streams"]}


def test_days_that_are_not_ingested_have_no_streams(demo_desk: Any) -> None:
    """GARD-168"""
    row = _row(demo_desk, period={"preset": "custom", "from": "2026-05-30", "to": "2026-06-30"})

    assert row["totals"] == {"streams": 0, "pay_streams": 0}


@pytest.mark.parametrize("toggle", MEMBERS)
def test_a_toggle_governs_its_breakdown(demo_desk: Any, toggle: str) -> None:
    """GARD-171, GARD-173"""
    on, off = (_query(demo_desk, [EP], include={toggle: wish}).json for wish in (True, False))

    assert (on["include"][toggle], off["include"][toggle]) == (True, False)
    member = MEMBERS[toggle]
    assert member in on["releases"][0]
    assert member not in off["releases"][0]
    of_tracks = toggle in ("platforms", "countries")
    assert all((member in track) == of_tracks for track in on["releases"][0]["tracks"])
    assert all(member not in track for track in off["releases"][0]["tracks"])


def test_the_defaults_are_echoed_and_tracks_are_always_there(demo_desk: Any) -> None:
    """GARD-171, GARD-172, C22"""
    answer = _query(demo_desk, [EP], include={"tracks": False}).json

    assert answer["include"] == {
        "platforms": True, "countries": True, "tracks": True, "devices": False, "os": False, "age": False,
        "gender": False, "timeseries": False,
    }  # fmt: skip
    assert len(answer["releases"][0]["tracks"]) == 3


def test_refs_are_looked_at_one_by_one_in_their_order(demo_desk: Any) -> None:
    """GARD-013, GARD-163, GARD-164, GARD-178"""
    foreign = demo_desk.as_("second-account").get("/releases/all").json[0]["id"]
    refs = ["rel_nope", EP, foreign, "mdr_nope", "20001", "x"]

    answer = _query(demo_desk, refs).json

    assert [row["ref"] for row in answer["releases"]] == refs
    assert [row["found"] for row in answer["releases"]] == [False, True, False, False, False, False]
    assert (answer["requested"], answer["found"]) == (6, 1)
    assert answer["releases"][0] == {"ref": "rel_nope", "found": False, "error": "not_found_or_forbidden"}


def test_equal_refs_are_merged_and_different_ones_are_not(demo_desk: Any) -> None:
    """GARD-162, GARD-165, GARD-166"""
    submission = demo_desk.get(f"/releases/{EP}/status").json["submission_id"]

    answer = _query(demo_desk, [EP, submission, EP]).json

    assert answer["requested"] == 2
    by_rel, by_mdr = answer["releases"]
    assert (by_rel["ref"], by_mdr["ref"]) == (EP, submission)
    assert {**by_rel, "ref": ""} == {**by_mdr, "ref": ""}


@pytest.mark.parametrize(("count", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
def test_there_are_1_to_100_refs(demo_desk: Any, count: int, status: int) -> None:
    """GARD-161"""
    assert _query(demo_desk, [f"rel_{n}" for n in range(count)]).status_code == status


@pytest.mark.parametrize(
    "body", [{}, {"releases": EP}, {"releases": [7]}, {"releases": [EP], "include": {"os": "yes"}}, []]
)
def test_a_broken_query_is_422(demo_desk: Any, body: Any) -> None:
    """GARD-161"""
    assert demo_desk.post("/analytics/releases", body).status_code == 422


@pytest.mark.parametrize("stage", ["submitted", "under_review", "sent_to_stores", "rejected"])
def test_a_release_before_live_is_found_with_zeros(desk: Any, stage: str) -> None:
    """GARD-163"""
    case = desk.at(stage)

    by_rel, by_mdr = _query(desk, [case.rel, case.mdr]).json["releases"]

    assert by_rel["totals"] == {"streams": 0, "pay_streams": 0}
    assert by_rel["by_platform"] == []
    assert len(by_rel["tracks"]) == 1
    assert by_mdr["found"] is (stage == "sent_to_stores")


def test_a_release_earns_streams_from_the_day_after_it_went_live(desk: Any) -> None:
    """GARD-168"""
    case = desk.at("sent_to_stores", release_date="2026-06-03")
    desk.advance("2026-06-10T12:00:00Z")

    period = {"preset": "custom", "from": "2026-06-01", "to": "2026-06-10"}
    days = _row(desk, case.rel, period=period, include={"timeseries": True})["timeseries"]

    heard = {day["date"]: day["streams"] for day in days}
    assert heard["2026-06-03"] == 0
    assert all(heard[f"2026-06-{day:02d}"] > 0 for day in range(4, 9))
    assert max(heard) == "2026-06-08"


def test_a_takedown_ends_the_streams(demo_desk: Any) -> None:
    """GARD-142"""
    taken = demo_desk.get("/delete-requests/").json["requests"][0]

    period = {"preset": "custom", "from": "2026-05-01", "to": "2026-05-29"}
    days = _row(demo_desk, taken["release_id"], period=period, include={"timeseries": True})["timeseries"]

    heard = {day["date"]: day["streams"] for day in days}
    assert heard["2026-05-11"] > 0
    assert all(heard[f"2026-05-{day}"] == 0 for day in range(12, 30))


def test_streams_keep_to_the_chosen_stores_and_territories(demo_desk: Any) -> None:
    """GARD-174"""
    release = next(
        row["id"] for row in demo_desk.get("/releases/all").json
        if row["artist_name"] == "Kitezh" and row["genre_name"] == "Hip Hop/Rap"
    )  # fmt: skip

    row = _row(demo_desk, release)

    assert {entry["name"] for entry in row["by_platform"]} <= {"VKontakte", "Yandex Music", "Zvuk"}
    assert {entry["name"] for entry in row["by_country"]} <= {"Russia", "Belarus", "Kazakhstan"}
    assert row["totals"]["streams"] > 0


@pytest.mark.parametrize("kind", ["rel", "mdr"])
def test_the_single_form_is_the_batch_row_with_its_window(demo_desk: Any, kind: str) -> None:
    """GARD-180"""
    ref = EP if kind == "rel" else demo_desk.get(f"/releases/{EP}/status").json["submission_id"]

    single = demo_desk.get(f"/analytics/release/{ref}", preset="last_7d").json

    batch = _query(demo_desk, [ref], period={"preset": "last_7d"}).json
    assert single == {"period": batch["period"], **batch["releases"][0]}


def test_the_track_form_is_the_batch_row_of_the_track(demo_desk: Any) -> None:
    """GARD-180"""
    window = {"preset": "custom", "from": "2026-05-01", "to": "2026-05-02"}

    single = demo_desk.get("/analytics/track/track_ExampleTrackB", **window).json

    batch = _query(demo_desk, [EP], period=window).json
    assert single == {"period": batch["period"], **batch["releases"][0]["tracks"][1]}


@pytest.mark.parametrize(
    "path",
    ["release/rel_nope", "release/mdr_nope", "release/20001", "track/track_nope", "track/1", "track/rel_ExampleId123"],
)
def test_an_unknown_single_is_404(demo_desk: Any, path: str) -> None:
    """GARD-013, GARD-180"""
    assert demo_desk.get(f"/analytics/{path}").status_code == 404


@pytest.mark.parametrize(
    "query", [{"preset": "custom"}, {"preset": "today"}, {"preset": "custom", "from": "x", "to": "y"}]
)
@pytest.mark.parametrize("path", ["release/rel_ExampleId123", "track/track_ExampleTrackA"])
def test_a_bad_window_of_a_single_is_422(demo_desk: Any, path: str, query: dict[str, str]) -> None:
    """GARD-169, GARD-180"""
    answer = demo_desk.get(f"/analytics/{path}", **query)

    assert answer.status_code == 422
    assert answer.json["detail"][0]["field"] in ("from", "to", "preset")


def test_the_same_seed_and_day_give_the_same_numbers_and_another_seed_others(make_desk: Any) -> None:
    first, second, other = make_desk(), make_desk(), make_desk(seed=8)

    rows = [_row(one, include=EVERYTHING) for one in (first, second, other)]

    assert rows[0] == rows[1]
    assert rows[0]["totals"] != rows[2]["totals"]


def test_what_was_heard_does_not_change_as_time_goes_on(make_desk: Any) -> None:
    """GARD-205"""
    desk = make_desk()
    period = {"preset": "custom", "from": "2026-03-01", "to": "2026-05-20"}
    before = _row(desk, period=period, include=EVERYTHING)

    desk.advance("2027-05-31T12:00:00Z")

    assert _row(desk, period=period, include=EVERYTHING) == before
