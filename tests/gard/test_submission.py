"""Submitting a release: the form, its codes and counts, what it costs, what is answered."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

PEOPLE = [
    {"name": "Jane Q. Composer", "role": "composer"},
    {"name": "Jane Q. Composer", "role": "songwriter"},
]


def _fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert answer.json["code"] == 422
    return [entry["field"] for entry in answer.json["detail"]]


def test_a_submission_is_taken_with_a_receipt(desk: Any) -> None:
    """GARD-005, GARD-026, GARD-033, GARD-074"""
    answer = desk.submit()

    number, id = answer.json["moderation_request_id"], answer.json["id"]
    assert answer.json == {
        "code": 200,
        "msg": "Release submitted",
        "moderation_request_id": number,
        "id": id,
        "release_id": None,
        "status": "submitted",
        "release_name": "My Single",
        "has_cover": True,
        "audio_count": 1,
        "has_video": False,
        "has_booklet": False,
    }
    row = desk.get("/moderation/").json["submissions"][0]
    assert (row["moderation_request_id"], row["id"], row["status"]) == (number, id, "submitted")
    assert isinstance(row["release_id"], int)
    assert row["created_at"] == "2026-05-31T12:00:00Z"


@pytest.mark.parametrize(
    ("left_out", "blamed"),
    [
        ("release_name", "release_name"),
        ("artist_name", "artist_name"),
        ("release_date", "release_date"),
        ("genre_id", "genre_id"),
        ("artist_roles", "artist_roles"),
        ("cover", "cover"),
        ("audio_files", "audio_files"),
    ],
)
def test_a_required_field_left_out_is_named_and_nothing_is_charged(desk: Any, left_out: str, blamed: str) -> None:
    """GARD-054, GARD-055, GARD-090, GARD-104"""
    before = desk.account["credits"]

    answer = desk.submit(**{left_out: None})

    assert blamed in _fields(answer)
    assert desk.account["credits"] == before
    assert desk.get("/moderation/").json["submissions"] == []


@pytest.mark.parametrize(
    "name", ["release_date", "sales_start_date", "preorder_date", "tiktok_startsale_date", "youtubered_upload_date"]
)
@pytest.mark.parametrize("text", ["21.04.2026", "2026-02-30", "2026-4-1", "2026-04-21T00:00:00Z"])
def test_a_date_in_another_form_is_refused(desk: Any, name: str, text: str) -> None:
    """GARD-056"""
    assert name in _fields(desk.submit(**{name: text}))


@pytest.mark.parametrize(("kind", "tracks", "price"), [("Single", 1, 500), ("EP", 2, 700), ("Compilation", 7, 850)])
def test_the_price_follows_the_album_type(desk: Any, kind: str, tracks: int, price: int) -> None:
    """GARD-057, GARD-103"""
    before = desk.account["credits"]

    case = desk.submitted(tracks, album_type=kind)

    assert desk.account["credits"] == before - price
    assert case.get("/status").json["album_type"] == kind


def test_without_an_album_type_it_is_a_single_of_500_credits(desk: Any) -> None:
    """GARD-057"""
    before = desk.account["credits"]

    case = desk.submitted()

    assert (desk.account["credits"], case.get().json["type"]) == (before - 500, "Single")


@pytest.mark.parametrize(
    ("kind", "tracks", "fits"),
    [
        ("Single", 1, True), ("Single", 2, False), ("EP", 1, False), ("EP", 2, True), ("EP", 6, True), ("EP", 7, False),
        ("Album", 6, False), ("Album", 7, True), ("Album", 30, True), ("Album", 31, False), ("Compilation", 31, False),
    ],
)  # fmt: skip
def test_the_number_of_tracks_must_fit_the_album_type(desk: Any, kind: str, tracks: int, fits: bool) -> None:
    """GARD-058"""
    answer = desk.submit(tracks, album_type=kind)

    assert answer.status_code == (200 if fits else 422)


@pytest.mark.parametrize("kind", ["Mini-Album", "single", "LP", ""])
def test_other_album_types_are_refused(desk: Any, kind: str) -> None:
    """GARD-057, C34"""
    assert "album_type" in _fields(desk.submit(album_type=kind))


def test_tracks_meta_has_one_entry_per_file_in_their_order(desk: Any) -> None:
    """GARD-059, GARD-080, GARD-123"""
    metas = [{"name": "First"}, {"name": "Second"}, {"name": "Third"}]

    case = desk.submitted(3, album_type="EP", tracks_meta=metas)

    rows = case.get("/tracks").json["tracks"]
    assert [(row["position"], row["title"]) for row in rows] == [(1, "First"), (2, "Second"), (3, "Third")]


@pytest.mark.parametrize("entries", [0, 1, 3])
def test_another_number_of_entries_than_files_is_refused(desk: Any, entries: int) -> None:
    """GARD-059, GARD-099"""
    answer = desk.submit(2, album_type="EP", tracks_meta=[{"name": "T"}] * entries)

    assert "tracks_meta" in _fields(answer)


def test_without_tracks_meta_tracks_are_named_after_their_files(desk: Any) -> None:
    """C17"""
    case = desk.submitted(2, album_type="EP")

    assert [track["title"] for track in case.tracks] == ["track1", "track2"]


def test_every_key_of_a_track_is_taken(desk: Any) -> None:
    """GARD-060, C41"""
    meta = {
        "name": "Intro", "version": "Live", "isrc": "qzes52600001", "track_po_code": "P1", "author_rights": 100,
        "related_rights": "50", "explicit_content": True, "is_cover": "false", "is_remix": False,
        "is_instrumental": "yes", "is_focus_track": True, "is_live": "1", "is_drugs": False, "preview_start": 30,
        "meta_lang": "en", "lyrics": "La la", "persons": PEOPLE,
    }  # fmt: skip

    case = desk.submitted(tracks_meta=[meta])

    assert case.get("/status").json["tracks"] == [
        {"track_id": None, "position": 1, "title": "Intro", "isrc": "QZ-ES5-26-00001"}
    ]
    assert case.get("/status").json["tracks_isrc"] == ["QZ-ES5-26-00001"]


@pytest.mark.parametrize("isrc", ["QZ-ES5-26-00001", "QZES52600001"])
def test_an_isrc_is_taken_with_and_without_hyphens(desk: Any, isrc: str) -> None:
    """C41"""
    case = desk.submitted(tracks_meta=[{"name": "A", "isrc": isrc}])

    assert case.tracks[0]["isrc"] == "QZ-ES5-26-00001"


def test_a_malformed_isrc_is_refused(desk: Any) -> None:
    """GARD-060"""
    assert "tracks_meta[0].isrc" in _fields(desk.submit(tracks_meta=[{"isrc": "QZ-1"}]))


@pytest.mark.parametrize("missing", ["composer", "songwriter"])
def test_album_credits_need_a_composer_and_a_songwriter(desk: Any, missing: str) -> None:
    """GARD-061"""
    answer = desk.submit(artist_roles=[entry for entry in PEOPLE if entry["role"] != missing])

    assert "artist_roles" in _fields(answer)
    assert missing in json.dumps(answer.json["detail"])


def test_one_person_may_be_composer_and_songwriter_without_an_order(desk: Any) -> None:
    """GARD-061, GARD-063"""
    assert desk.submit(artist_roles=PEOPLE).status_code == 200


@pytest.mark.parametrize("name", ["Madonna", "  Madonna  ", "Cher "])
def test_composers_need_a_given_and_a_family_name(desk: Any, name: str) -> None:
    """GARD-062"""
    people = [{"name": name, "role": "composer"}, PEOPLE[1]]

    answer = desk.submit(artist_roles=people)

    assert "artist_roles" in _fields(answer)
    assert "given name and family name" in answer.text


def test_an_artist_may_have_one_name(desk: Any) -> None:
    """GARD-062"""
    assert desk.submit(artist_roles=[*PEOPLE, {"name": "Madonna", "role": "artist"}]).status_code == 200


@pytest.mark.parametrize("missing", ["composer", "songwriter"])
def test_track_credits_need_both_roles_when_sent(desk: Any, missing: str) -> None:
    """GARD-064, C19"""
    persons = [entry for entry in PEOPLE if entry["role"] != missing]

    assert "tracks_meta[0].persons" in _fields(desk.submit(tracks_meta=[{"name": "A", "persons": persons}]))


def test_track_credits_left_out_are_those_of_the_album(desk: Any) -> None:
    """GARD-064, GARD-136, C19"""
    case = desk.submitted(tracks_meta=[{"name": "A"}])

    links = case.get("/track-persons").json["track_persons"]
    assert [link["role"] for link in links] == ["artist", "composer", "songwriter"]


def test_a_label_has_at_most_200_characters(desk: Any) -> None:
    """GARD-065"""
    assert desk.submit(label="x" * 200).status_code == 200
    assert "label" in _fields(desk.submit(label="x" * 201))


@pytest.mark.parametrize("upc", ["123456789012345", "12345678901a", "1234-5678"])
def test_a_upc_is_at_most_14_digits(desk: Any, upc: str) -> None:
    """GARD-066"""
    assert "upc" in _fields(desk.submit(upc=upc))


@pytest.mark.parametrize(("upc", "shown"), [("12345678901234", "12345678901234"), ("", None), (None, None)])
def test_a_upc_is_shown_as_sent_or_assigned_on_approval(desk: Any, upc: str | None, shown: str | None) -> None:
    """GARD-066"""
    case = desk.submitted(upc=upc)

    assert case.get().json["upc"] == shown
    case.fire("approve")
    assert case.get().json["upc"] == shown or (shown is None and case.get().json["upc"].isdigit())


@pytest.mark.parametrize("share", ["101", "-1", "abc", "100.5"])
def test_copyright_is_a_percentage(desk: Any, share: str) -> None:
    """GARD-067"""
    assert "copyright" in _fields(desk.submit(copyright=share))


@pytest.mark.parametrize("share", ["0", "100", "33.3", None])
def test_copyright_from_0_to_100_is_taken_and_100_by_default(desk: Any, share: str | None) -> None:
    """GARD-067, GARD-081"""
    case = desk.submitted(copyright=share)

    assert case.get().json["metadata"]["copyright"] == (share or "100")


@pytest.mark.parametrize("value", [[], None, ["spotify", "apple_music"], [1], ["1", "spotify"]])
def test_platforms_are_codes_or_legacy_numbers_and_may_be_empty(desk: Any, value: Any) -> None:
    """GARD-068, GARD-071"""
    assert desk.submit(platforms=value).status_code == 200


def test_a_legacy_number_names_the_same_store(desk: Any) -> None:
    """GARD-071, GARD-113"""
    case = desk.submitted(platforms=[1])

    assert case.get().json["metadata"]["platforms"] == ["spotify"]


@pytest.mark.parametrize("value", [[], ["ru", "us"], ["cis"], ["US"], [1]])
def test_countries_are_codes_or_legacy_numbers_and_empty_is_worldwide(desk: Any, value: Any) -> None:
    """GARD-069, GARD-071, GARD-116"""
    assert desk.submit(countries=value).status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "blamed"),
    [
        ("platforms", ["spotify", "nope"], "platforms[1]"),
        ("platforms", [99999], "platforms[0]"),
        ("countries", ["CW"], "countries[0]"),
        ("genre_id", "nope", "genre_id"),
        ("genre_id", "4711", "genre_id"),
        ("sub_genre_id", "grunge", "sub_genre_id"),
        ("meta_lang", "klingon", "meta_lang"),
        ("tracks_meta", [{"name": "A", "meta_lang": "klingon"}], "tracks_meta[0].meta_lang"),
    ],
)
def test_unknown_codes_are_refused_and_nothing_is_charged(desk: Any, name: str, value: Any, blamed: str) -> None:
    """GARD-070, GARD-072, GARD-073, GARD-116"""
    before = desk.account["credits"]

    assert blamed in _fields(desk.submit(**{name: value}))
    assert desk.account["credits"] == before


def test_genres_are_taken_by_code_and_by_number(desk: Any) -> None:
    """GARD-071, GARD-072, GARD-117, GARD-131"""
    by_code = desk.submitted(genre_id="electronic", sub_genre_id="ambient")
    by_number = desk.submitted(genre_id="17")

    assert by_code.get().json["genre_name"] == "Electronic"
    assert by_code.get().json["metadata"]["sub_genre"] == "ambient"
    assert by_number.get().json["genre_name"] == "Electronic"


@pytest.mark.parametrize("language", ["en", "English", "english", "EN"])
def test_a_language_is_a_code_a_name_or_a_slug(desk: Any, language: str) -> None:
    """GARD-073"""
    case = desk.submitted(meta_lang=language)

    assert case.get().json["metadata"]["meta_lang"] == "en"


@pytest.mark.parametrize(
    ("text", "means"),
    [("true", True), ("1", True), ("yes", True), ("on", True), ("YES", True), ("false", False), ("0", False),
     ("off", False), ("perhaps", False)],
)  # fmt: skip
def test_flags_are_texts(desk: Any, text: str, means: bool) -> None:
    """GARD-079, C40"""
    case = desk.submitted(is_mixtape=text)

    assert case.get().json["metadata"]["is_mixtape"] is means


def test_flags_have_their_defaults(desk: Any) -> None:
    """GARD-075"""
    facts = desk.submitted().get().json["metadata"]

    assert facts["itunes_cleared_for_stream"] is True
    names = ("itunes_not_cleared_for_sale", "is_single_maxi", "is_mixtape", "is_audio_book", "tiktok_ev",
             "is_low_itunes_track_price", "itunes_has_mfit")  # fmt: skip
    assert [facts[name] for name in names] == [False] * 7


@pytest.mark.parametrize("name", ["platforms", "countries", "artist_roles", "tracks_meta"])
@pytest.mark.parametrize("text", ["spotify", "[{", "", "{'a': 1}"])
def test_lists_must_be_json_text(desk: Any, name: str, text: str) -> None:
    """GARD-077, GARD-078"""
    assert name in _fields(desk.submit(**{name: text}))


def test_a_list_field_that_is_no_list_is_refused(desk: Any) -> None:
    """GARD-077"""
    assert "platforms" in _fields(desk.submit(platforms={"a": 1}))


def test_a_json_body_is_refused(desk: Any) -> None:
    """GARD-004"""
    answer = desk.post("/moderation/", {"release_name": "My Single"})

    assert (answer.status_code, answer.json["code"]) == (422, 422)


def test_a_form_that_cannot_be_read_is_refused(desk: Any) -> None:
    answer = desk.ask("POST", "/moderation/", data=b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 422


def test_lists_may_come_as_parts_with_a_file_name(desk: Any) -> None:
    """GARD-077"""
    blob = FileStorage(io.BytesIO(json.dumps(PEOPLE).encode()), filename="blob", content_type="application/json")

    assert desk.submit(artist_roles=blob).status_code == 200


def test_a_cover_sent_as_text_is_refused(desk: Any) -> None:
    assert "cover" in _fields(desk.submit(cover="not a file"))


def test_too_few_credits_are_402_and_nothing_is_written(desk: Any) -> None:
    """GARD-105"""
    desk.set_account(credits=499)

    answer = desk.submit()

    assert (answer.status_code, answer.json["code"]) == (402, 402)
    assert "500" in answer.json["detail"]
    assert desk.get("/moderation/").json["submissions"] == []
    assert desk.get("/releases/all").json == []
    assert desk.account["credits"] == 499


def test_exactly_enough_credits_leave_nothing(desk: Any) -> None:
    """GARD-105"""
    desk.set_account(credits=500)

    assert desk.submit().status_code == 200
    assert desk.account["credits"] == 0


def test_a_broken_form_wins_over_an_empty_balance(desk: Any) -> None:
    """GARD-107"""
    desk.set_account(credits=0)

    assert desk.submit(upc="x").status_code == 422


def test_two_keys_of_an_account_draw_on_one_balance(desk: Any) -> None:
    """GARD-015"""
    desk.set_account(credits=1000)

    desk.submitted()
    desk.as_("full-second-key").submitted()

    assert desk.account["credits"] == 0
    assert desk.submit().status_code == 402
    assert desk.as_("second-account").submit().status_code == 200


def test_the_same_submission_twice_is_two_submissions_and_two_charges(desk: Any) -> None:
    """GARD-228"""
    before = desk.account["credits"]

    first, second = desk.submitted(), desk.submitted()

    assert first.mdr != second.mdr
    assert desk.account["credits"] == before - 1000


def test_ids_have_their_prefixes(desk: Any) -> None:
    """GARD-016, GARD-024"""
    case = desk.at("sent_to_stores")

    status = case.get("/status").json
    assert status["submission_id"].startswith("mdr_")
    assert status["public_id"].startswith("rel_")
    assert status["tracks"][0]["track_id"].startswith("track_")
    assert status["moderation_request_id"] == case.request


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://your-app.example/hooks/gard?x=1", 200),
        ("http://127.0.0.1:8099/any/path", 200),
        ("http://localhost/hook", 200),
        ("http://[::1]:8099/hook", 200),
        ("http://your-app.example/hook", 422),
        ("http://10.0.0.8/hook", 422),
        ("https://169.254.169.254/latest", 422),
        ("ftp://your-app.example/hook", 422),
        ("not a url", 422),
    ],
)
def test_a_callback_is_https_or_plain_http_to_this_machine(desk: Any, url: str, status: int) -> None:
    """GARD-207, GARD-208"""
    assert desk.submit(callback_url=url).status_code == status


def test_strict_identifiers_refuse_a_wrong_check_digit(build_desk: Any) -> None:
    """GARD-066"""
    strict = build_desk(strict_identifiers="true")

    wrong, right = strict.submit(upc="886447833821"), strict.submit(upc="036000291452")

    assert (wrong.status_code, right.status_code) == (422, 200)
