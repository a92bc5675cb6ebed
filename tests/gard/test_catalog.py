"""The catalog list, tracks, clips, people, panel and code lists."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_list_is_bare_newest_first_and_paged(desk: Any) -> None:
    """GARD-003, GARD-006, GARD-118, GARD-119, GARD-121"""
    cases = [desk.submitted(release_name=f"Release {n}") for n in range(4)]

    whole = desk.get("/releases/all").json
    page = desk.get("/releases/all", limit=2, offset=1).json

    assert [row["id"] for row in whole] == [case.rel for case in reversed(cases)]
    assert page == whole[1:3]
    assert desk.get("/releases/all", offset=99).json == []


def test_the_list_has_50_rows_by_default(desk: Any) -> None:
    """GARD-119"""
    for _ in range(51):
        desk.submitted(cover=None, audio_files=None, cover_url="https://e.example/c.jpg",
                       audio_files_urls=["https://e.example/a.wav"])  # fmt: skip

    assert len(desk.get("/releases/all").json) == 50
    assert len(desk.get("/releases/all", limit=100).json) == 51


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": "x"}, {"offset": -1}, {"limit": "1.5"}])
def test_a_bad_page_is_422(desk: Any, query: dict[str, Any]) -> None:
    answer = desk.get("/releases/all", **query)

    assert answer.status_code == 422
    assert answer.json["detail"][0]["field"] in query


@pytest.mark.parametrize("text", ["summer", "SUMMER", "mirror", "indie lab", "12345", " summer "])
def test_search_looks_into_name_artist_label_and_upc(desk: Any, text: str) -> None:
    """GARD-120"""
    hit = desk.submitted(release_name="Late Summer", artist_name="Mirrors", label="Indie Label", upc="123456789012")
    desk.submitted(release_name="Other")

    assert [row["id"] for row in desk.get("/releases/all", search=text).json] == [hit.rel]
    assert desk.get("/releases/all", search="nonsense").json == []


def test_a_body_on_a_get_has_no_effect(desk: Any) -> None:
    """GARD-003"""
    desk.submitted()

    assert len(desk.ask("GET", "/releases/all", json={"search": "nonsense"}).json) == 1


def test_the_literal_paths_win_over_the_ref(desk: Any) -> None:
    """GARD-007"""
    assert desk.get("/releases/all").json == []
    assert "results" in desk.get("/releases/persons/search", query="x").json


def test_collection_paths_end_in_a_slash(desk: Any) -> None:
    """GARD-002"""
    for path in ("/moderation", "/delete-requests", "/pitch"):
        assert desk.get(path + "/").status_code == 200
        assert desk.get(path).status_code == 404
    assert desk.get("/releases/all/").status_code == 404


def test_instants_are_printed_as_each_place_prints_them(desk: Any) -> None:
    """GARD-008, C36"""
    desk.submitted()

    row = desk.get("/releases/all").json[0]
    assert row["created_at"] == row["last_synced_at"] == "2026-05-31T12:00:00"
    assert desk.get("/panel/activity-log").json["events"][0]["created_at"] == "2026-05-31T12:00:00Z"


def test_rows_carry_label_genre_and_type(desk: Any) -> None:
    """GARD-131"""
    case = desk.submitted(label="Indie", genre_id="hip_hop_rap")

    row, status = desk.get("/releases/all").json[0], case.get("/status").json
    assert (row["label"], row["genre_name"], row["type"]) == ("Indie", "Hip Hop/Rap", "Single")
    assert (status["genre_name"], status["album_type"]) == ("Hip Hop/Rap", "Single")


# tracks and clips


def test_tracks_are_the_same_in_three_places(desk: Any) -> None:
    """GARD-123, GARD-124"""
    case = desk.at("sent_to_stores", tracks=2, album_type="EP")

    rows = case.get("/tracks").json["tracks"]

    assert rows == case.get().json["tracks"] == case.get("/status").json["tracks"]
    assert set(rows[0]) == {"track_id", "position", "title", "isrc"}


@pytest.mark.parametrize("kind", ["number", "track_id"])
def test_tracks_are_put_into_another_order(desk: Any, kind: str) -> None:
    """GARD-129, C35"""
    case = desk.at("sent_to_stores", tracks=3, album_type="EP", tracks_meta=[{"name": n} for n in "ABC"])
    first, second, third = (track[kind] for track in case.tracks)

    answer = desk.post(f"/releases/{case.rel}/sort-tracks", {"track_ids": [third, first, second]})

    assert answer.json == {"code": 200, "msg": "order updated"}
    rows = case.get("/status").json["tracks"]
    assert [(row["title"], row["position"]) for row in rows] == [("C", 1), ("A", 2), ("B", 3)]


@pytest.mark.parametrize("change", ["short", "foreign", "unknown", "twice", "mixed twice", "empty", "text"])
def test_a_list_that_is_no_permutation_is_refused(desk: Any, change: str) -> None:
    """GARD-130"""
    case = desk.at("sent_to_stores", tracks=2, album_type="EP")
    foreign = desk.at("sent_to_stores").tracks[0]["number"]
    one, two = (track["number"] for track in case.tracks)
    lists: dict[str, list[Any]] = {
        "short": [one], "foreign": [one, foreign], "unknown": [one, 999], "twice": [one, one],
        "mixed twice": [one, case.tracks[0]["track_id"]], "empty": [], "text": [str(one), str(two)],
    }  # fmt: skip

    answer = desk.post(f"/releases/{case.rel}/sort-tracks", {"track_ids": lists[change]})

    assert answer.status_code == 422
    assert [track["number"] for track in case.tracks] == [one, two]


def test_clips_of_the_release_and_of_tracks_stand_apart(demo_desk: Any) -> None:
    """GARD-128"""
    album = demo_desk.get("/releases/rel_ExampleId123/video-clips").json
    tracks = demo_desk.get("/releases/rel_ExampleId123/track-video-clips").json

    assert [clip["track_id"] for clip in album["clips"]] == [None]
    assert all(isinstance(clip["track_id"], int) for clip in tracks["clips"])
    assert set(album["clips"][0]) == {"id", "title", "url", "track_id"}


def test_a_video_becomes_a_clip_and_without_one_there_is_none(desk: Any, part: Any, film: Any) -> None:
    """GARD-128"""
    filmed, plain = desk.submitted(video=part(film(), "v.mp4")), desk.submitted()

    assert len(filmed.get("/video-clips").json["clips"]) == 1
    assert plain.get("/video-clips").json == plain.get("/track-video-clips").json == {"code": 200, "clips": []}


# people


def test_a_person_is_created_found_and_credited(desk: Any) -> None:
    """GARD-133, GARD-134, GARD-135, GARD-137"""
    case = desk.submitted()
    person = desk.post("/releases/persons", {"content_name": "New Artist"}).json["person"]

    found = desk.get("/releases/persons/search", query="new art").json["results"]
    body = {"person_id": person["id"], "order": 3, "role": "featured_artist"}
    link = desk.post(f"/releases/{case.rel}/persons", body).json["link"]

    assert found == [{**person, "match_score": found[0]["match_score"]}]
    assert 0 < found[0]["match_score"] <= 1
    assert link == {"release_id": case.number, **body}
    assert {**body, "name": "New Artist"} in case.get("/persons").json["persons"]


def test_the_likest_name_comes_first_and_slips_are_forgiven(desk: Any) -> None:
    """GARD-133"""
    for name in ("Anna Lindberg", "Anna", "Joanna Marsh"):
        desk.post("/releases/persons", {"content_name": name})

    exact = [one["content_name"] for one in desk.get("/releases/persons/search", query="anna").json["results"]]
    slip = [one["content_name"] for one in desk.get("/releases/persons/search", query="Ana Lindberg").json["results"]]

    assert exact == ["Anna", "Joanna Marsh", "Anna Lindberg"]
    assert slip == ["Anna Lindberg"]


@pytest.mark.parametrize("query", [{}, {"query": ""}])
def test_a_search_without_a_query_is_422(desk: Any, query: dict[str, str]) -> None:
    """GARD-133"""
    assert desk.get("/releases/persons/search", **query).status_code == 422


@pytest.mark.parametrize("body", [{}, {"content_name": ""}, {"content_name": "  "}, {"content_name": 7}, []])
def test_a_person_needs_a_name(desk: Any, body: Any) -> None:
    """GARD-134"""
    assert desk.post("/releases/persons", body).status_code == 422


def test_the_credits_of_a_submission_are_those_of_its_release(desk: Any) -> None:
    """GARD-135, GARD-136"""
    case = desk.submitted()

    album, tracks = case.get("/persons").json["persons"], case.get("/track-persons").json["track_persons"]

    assert [(one["name"], one["role"], one["order"]) for one in album] == [
        ("Stage Name", "artist", 1), ("Jane Q. Composer", "composer", 1), ("Jane Q. Composer", "songwriter", 1)
    ]  # fmt: skip
    assert len({one["person_id"] for one in album}) == 2
    assert {one["track_id"] for one in tracks} == {case.tracks[0]["number"]}


@pytest.mark.parametrize("kind", ["number", "track_id"])
def test_a_person_is_credited_on_a_track(desk: Any, kind: str) -> None:
    """GARD-136, C35"""
    case = desk.at("sent_to_stores")
    person = desk.post("/releases/persons", {"content_name": "Guest"}).json["person"]["id"]
    track = case.tracks[0]

    body = {"track_id": track[kind], "person_id": person, "role": "featured_artist"}
    link = desk.post(f"/releases/{case.rel}/track-persons", body).json["link"]

    assert link == {"track_id": track["number"], "person_id": person, "role": "featured_artist", "order": 1}
    assert link in case.get("/track-persons").json["track_persons"]


@pytest.mark.parametrize("role", ["artist", "composer", "songwriter", "featured_artist", "remixer"])
def test_roles_are_open(desk: Any, role: str) -> None:
    """GARD-137"""
    case = desk.submitted()
    person = case.get("/persons").json["persons"][0]["person_id"]

    assert desk.post(f"/releases/{case.rel}/persons", {"person_id": person, "role": role}).status_code == 200


def test_unknown_people_and_tracks_are_404(desk: Any) -> None:
    """GARD-135, GARD-136"""
    case, other = desk.submitted(), desk.submitted()
    person = case.get("/persons").json["persons"][0]["person_id"]

    bodies = [
        ("persons", {"person_id": 9999, "role": "artist"}),
        ("track-persons", {"track_id": case.tracks[0]["number"], "person_id": 9999, "role": "artist"}),
        ("track-persons", {"track_id": other.tracks[0]["number"], "person_id": person, "role": "artist"}),
        ("track-persons", {"track_id": "track_nope", "person_id": person, "role": "artist"}),
    ]
    assert [desk.post(f"/releases/{case.rel}/{path}", body).status_code for path, body in bodies] == [404] * 4


@pytest.mark.parametrize("path", ["persons", "track-persons"])
@pytest.mark.parametrize("body", [{}, {"person_id": "x", "role": "artist"}, {"person_id": 1, "role": ""}])
def test_a_broken_credit_is_422_and_an_unknown_release_404(desk: Any, path: str, body: Any) -> None:
    """GARD-135, GARD-136"""
    case = desk.submitted()

    assert desk.post(f"/releases/{case.rel}/{path}", body).status_code == 422
    assert desk.post(f"/releases/rel_nope/{path}", body).status_code == 404


# panel


def test_the_scope_holds_artists_once_and_all_releases(desk: Any) -> None:
    """GARD-143"""
    for artist in ("Mirrors", "Echo", "Mirrors"):
        desk.submitted(artist_name=artist)

    scope = desk.get("/panel/scope").json

    assert scope["artists"] == ["Echo", "Mirrors"]
    assert len(scope["releases"]) == 3
    assert set(scope["releases"][0]) == {
        "id", "public_id", "release_id", "name", "artist_name", "status", "message", "upc", "release_date"
    }  # fmt: skip


def test_the_log_is_filtered_paged_and_counted(desk: Any) -> None:
    """GARD-144"""
    first, second = desk.submitted(artist_name="Mirrors"), desk.submitted(artist_name="Echo")
    first.fire("start_review")

    log = desk.get("/panel/activity-log").json
    assert [(one["action"], one["entity_id"]) for one in log["events"]] == [
        ("review", first.rel), ("submit", second.rel), ("submit", first.rel)
    ]  # fmt: skip
    assert (log["total"], log["events"][0]["entity_type"]) == (3, "release")
    page = desk.get("/panel/activity-log", limit=1, offset=1).json
    assert (page["events"], page["total"]) == (log["events"][1:2], 3)
    assert desk.get("/panel/activity-log", artist="mirrors").json["total"] == 2
    assert desk.get("/panel/activity-log", action="submit").json["total"] == 2
    assert desk.get("/panel/activity-log", artist="Echo", action="review").json["total"] == 0


def test_the_log_tells_of_every_step(desk: Any) -> None:
    """GARD-144"""
    case = desk.at("live")
    desk.post("/delete-requests/", {"release_id": case.rel})
    other = desk.submitted()
    desk.pitch(other.request)
    desk.ask("DELETE", f"/releases/{other.rel}")

    actions = [one["action"] for one in reversed(desk.get("/panel/activity-log").json["events"])]

    assert actions == ["submit", "review", "approve", "live", "delete_request", "submit", "pitch", "cancel"]


def test_the_csv_has_a_row_per_release(demo_desk: Any) -> None:
    """GARD-145"""
    answer = demo_desk.get("/panel/reports/streaming.csv")

    lines = answer.text.splitlines()
    assert answer.content_type.startswith("text/csv")
    assert lines[0] == "upc,title,streams"
    assert len(lines) == 1 + len(demo_desk.get("/releases/all").json)
    row = next(line for line in lines if line.startswith("5060000000001,"))
    assert row.split(",")[1] == "Sunset Stories"
    assert int(row.split(",")[2]) > 1000


def test_an_empty_catalog_exports_nothing(desk: Any) -> None:
    """GARD-146"""
    answer = desk.get("/panel/reports/streaming.csv")

    assert (answer.status_code, answer.json["msg"]) == (400, "Nothing to export")


def test_titles_with_commas_stay_one_cell(desk: Any) -> None:
    """GARD-145"""
    import csv

    desk.submitted(release_name='Rain, "Again"')

    rows = list(csv.reader(desk.get("/panel/reports/streaming.csv").text.splitlines()))

    assert rows[1] == ["", 'Rain, "Again"', "0"]


# code lists


def test_the_lists_are_the_printed_ones(desk: Any) -> None:
    """GARD-109, GARD-110, GARD-111, GARD-112, GARD-116, GARD-117"""
    data = desk.get("/catalog/reference-data").json

    counts = [len(data[name]) for name in ("platforms", "countries", "languages", "genres_root")]
    assert counts == [55, 248, 65, 46]
    assert len(data["subgenres_by_parent_code"]) == 46
    assert len(data["subgenres_by_parent_code"]["alternative"]) == 25
    assert {"code": "ambient", "name": "Ambient"} in data["subgenres_by_parent_code"]["electronic"]
    assert {"code": "bass", "name": "Bass"} in data["subgenres_by_parent_code"]["electronic"]
    codes = {row["code"] for row in data["countries"]}
    assert {"cis", "an", "xk"} <= codes
    assert not {"bl", "cw", "mf", "sx"} & codes
    assert set(data["live_supplement"]) == {"platform_groups", "lines", "price_categories"}
    assert desk.get("/catalog/reference-data").json == data


def test_every_code_is_taken(desk: Any) -> None:
    """GARD-115"""
    data = desk.get("/catalog/reference-data").json
    platforms = [row["code"] for row in data["platforms"]]
    countries = [row["code"] for row in data["countries"]]

    assert desk.submit(platforms=platforms, countries=countries).status_code == 200
    from mockserver.providers.gard.reference import reference

    for root in data["genres_root"]:
        assert reference().genres.find(root["code"])
    for language in data["languages"]:
        assert reference().language(language["code"])
        assert reference().language(language["name"])


def test_stores_have_numbers_and_spotify_is_1(desk: Any) -> None:
    """GARD-113"""
    rows = desk.get("/catalog/platforms").json

    assert rows[0] == {"id": 1, "name": "Spotify", "platform_name": "Spotify"}
    assert sorted(row["id"] for row in rows) == list(range(1, 56))


def test_groups_are_a_bare_list(desk: Any) -> None:
    """GARD-114"""
    assert isinstance(desk.get("/catalog/platform-groups").json, list)


def test_whole_numbers_may_be_written_with_a_point(desk: Any) -> None:
    """JSON Schema's integers are numbers without a fraction, however they are written."""
    case = desk.submitted(platforms="[1.0]")
    person = case.get("/persons").json["persons"][0]["person_id"]
    track = case.tracks[0]["number"]

    link = desk.ask(
        "POST",
        f"/releases/{case.rel}/track-persons",
        data=f'{{"track_id": {track}.0, "person_id": {person}.0, "role": "artist", "order": 2.0}}',
        content_type="application/json",
    )
    money = desk.ask(
        "POST",
        "/payout/withdrawals/request",
        data='{"amount_cents": 1e3, "currency": "USD"}',
        content_type="application/json",
    )

    assert case.get().json["metadata"]["platforms"] == ["spotify"]
    assert link.json["link"] == {"track_id": track, "person_id": person, "role": "artist", "order": 2}
    assert money.status_code == 200
    assert desk.get("/payout/withdrawals").json["withdrawals"][0]["amount_cents"] == 1000


def test_an_account_that_a_tester_cut_down_still_serves(desk: Any) -> None:
    desk.write("accounts", {"id": desk.key["account"], "credits": 500})

    assert desk.submit().status_code == 200
    assert desk.get("/payout/settings").json["method"] is None
    assert desk.post("/payout/withdrawals/request", {"amount_cents": 100, "currency": "USD"}).status_code == 400
