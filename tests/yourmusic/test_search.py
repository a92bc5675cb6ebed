"""Searches of the catalogue: what fits, in which order, page by page, filtered; and browsing by letter."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.providers.yourmusic.catalogue.folding import folded, sort_name
from mockserver.providers.yourmusic.catalogue.making import Size, make
from mockserver.providers.yourmusic.catalogue.matching import ARTIST_WORTH, TITLE_WORTH, Column, grade
from mockserver.providers.yourmusic.catalogue.shelves import Catalogue

from .conftest import Room

KINDS = ["artists", "releases", "tracks"]


def results(room: Room, kind: str, q: str, **query: Any) -> list[dict[str, Any]]:
    answer = room.get(f"/{kind}/search", q=q, **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json["results"])


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Adébáyọ̀", "adebayo"), ("Léonie & the Migrants", "leonie the migrants"), ("Straße", "strasse"),
        ("Jørgensen", "jorgensen"), ("Łódź", "lodz"), ("Işık", "isik"), ("Don't Stop", "dont stop"), ("  ", ""),
    ],
)  # fmt: skip
def test_texts_are_compared_without_case_accents_and_punctuation(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_sort_names_are_plain_and_end_in_the_article() -> None:
    assert (sort_name("The Crimson Pelicans"), sort_name("Élodie Øe")) == ("Crimson Pelicans, The", "Elodie Oe")


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_answers_four_members(room: Room, kind: str) -> None:
    """YM-159"""
    answer = room.get(f"/{kind}/search", q="the").json

    assert list(answer) == ["estimatedTotalItems", "page", "expectedPageSize", "results"]
    assert (answer["page"], answer["expectedPageSize"]) == (1, 10)
    assert answer["estimatedTotalItems"] >= len(answer["results"]) > 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "  "}])
def test_search_terms_are_needed(room: Room, kind: str, query: dict[str, str]) -> None:
    """YM-150"""
    answer = room.get(f"/{kind}/search", **query)

    assert (answer.status_code, answer.json["errors"]) == (422, {"q": ["The q field is required."]})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("query", "field"),
    [({"page": 0}, "page"), ({"page": "x"}, "page"), ({"pageSize": 9}, "pageSize"), ({"pageSize": 51}, "pageSize")],
)
def test_pages_have_limits(room: Room, kind: str, query: dict[str, Any], field: str) -> None:
    """YM-151, YM-152"""
    answer = room.get(f"/{kind}/search", q="the", **query)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_the_sentence_about_a_page_size_is_the_specifications(room: Room) -> None:
    answer = room.get("/artists/search", q="the", pageSize=9)

    assert answer.json["errors"] == {"pageSize": ["The page size must be at least 10."]}


@pytest.mark.parametrize("kind", KINDS)
def test_pages_follow_one_another_without_overlap(room: Room, kind: str) -> None:
    """YM-152, YM-160"""
    pages = [room.get(f"/{kind}/search", q="the", page=number, pageSize=25).json for number in (1, 2)]

    ids = [[one["id"] for one in page["results"]] for page in pages]
    assert [(page["page"], page["expectedPageSize"]) for page in pages] == [(1, 25), (2, 25)]
    assert [len(page) for page in ids] == [25, 25]
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.parametrize("kind", KINDS)
def test_all_pages_together_hold_the_estimated_number(room: Room, kind: str) -> None:
    """YM-160"""
    total = room.get(f"/{kind}/search", q="harbour").json["estimatedTotalItems"]

    found = [one["id"] for page in range(1, total // 10 + 2) for one in results(room, kind, "harbour", page=page)]

    assert len(found) == len(set(found)) == total
    assert results(room, kind, "harbour", page=total + 1) == []


def test_a_part_of_an_artists_name_finds_the_artist(room: Room) -> None:
    """YM-175"""
    name = room.get("/artists/1021").json["artist"]["name"]

    for part in (name, name.upper(), name[1:-1], folded(name)):
        assert 1021 in [
            one["id"] for page in (1, 2, 3) for one in results(room, "artists", part, page=page, pageSize=50)
        ]


def test_the_very_name_comes_first(room: Room) -> None:
    """YM-175"""
    for id in range(1001, 1031):
        name = room.get(f"/artists/{id}").json["artist"]["name"]
        first = results(room, "artists", name)[0]
        assert folded(first["name"]) == folded(name)


@pytest.mark.parametrize("kind", KINDS)
def test_accents_need_not_be_typed(room: Room, kind: str) -> None:
    """YM-175"""
    assert results(room, kind, "léonie") == results(room, kind, "LEONIE") == results(room, kind, "leonie") != []


@pytest.mark.parametrize("kind", ["artists", "releases"])
@pytest.mark.parametrize("q", ["the", "ar", "silver", "an", "o"])
def test_scores_do_not_rise(room: Room, kind: str, q: str) -> None:
    """YM-175"""
    scores = [one["score"] for page in (1, 2, 3) for one in results(room, kind, q, page=page, pageSize=50)]

    assert scores == sorted(scores, reverse=True)
    assert scores


@pytest.mark.parametrize("kind", ["releases", "tracks"])
@pytest.mark.parametrize("q", ["harbour", "lov", "the", "nuit"])
def test_title_or_artist_contains_the_terms(room: Room, kind: str, q: str) -> None:
    """YM-175"""
    found = results(room, kind, q, pageSize=50)

    assert found
    assert all(q in folded(one["title"]) or q in folded(one["artist"]["name"]) for one in found)


def test_title_and_artist_together_find_a_track(room: Room) -> None:
    track = room.get("/tracks/300040").json["track"]

    found = results(room, "tracks", f"{track['artist']['name']} {track['title']}")

    assert track["id"] in [one["id"] for one in found]


def test_a_version_is_found_with_its_title(room: Room) -> None:
    record = next(record for record in room.records("tracks") if record["version"])

    found = results(room, "tracks", f"{record['title']} {record['version']}", artistId=record["artist_id"])

    assert int(record["id"]) in [one["id"] for one in found]


@pytest.mark.parametrize("q", ["zzzqqq", "!!!", "🎵"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_fits(room: Room, kind: str, q: str) -> None:
    answer = room.get(f"/{kind}/search", q=q)

    assert (answer.status_code, answer.json["estimatedTotalItems"], answer.json["results"]) == (200, 0, [])


@pytest.mark.parametrize("kind", ["releases", "tracks"])
def test_explicit_items_can_be_left_out(room: Room, kind: str) -> None:
    """YM-157"""
    pages = range(1, 5)
    everything = [one for page in pages for one in results(room, kind, "a", pageSize=50, page=page)]
    clean = [
        one for page in pages for one in results(room, kind, "a", pageSize=50, page=page, excludeExplicitContent="true")
    ]

    assert any(one["explicitContent"] for one in everything)
    assert len(clean) == 200
    assert not any(one["explicitContent"] for one in clean)


@pytest.mark.parametrize("kind", ["releases", "tracks"])
def test_a_search_can_keep_to_one_artist(room: Room, kind: str) -> None:
    """YM-158"""
    artist = results(room, "artists", "the")[0]

    found = results(room, kind, "the", artistId=artist["id"])

    assert {one["artist"]["id"] for one in found} == {artist["id"]}
    assert results(room, kind, "the", artistId="nobody") == []


@pytest.mark.parametrize(("use", "block"), [("download", "download"), ("stream", "subscriptionStreaming")])
def test_a_search_can_keep_to_one_use(room: Room, use: str, block: str) -> None:
    """YM-154, YM-173"""
    total = room.get("/tracks/search", q="the").json["estimatedTotalItems"]

    tracks = room.get("/tracks/search", q="the", usageTypes=use, pageSize=50).json
    releases = results(room, "releases", "the", usageTypes=use, pageSize=50)

    assert 0 < tracks["estimatedTotalItems"] < total
    assert all(block in track for track in tracks["results"])
    assert all(use in release["availableFor"] for release in releases)


@pytest.mark.parametrize("kind", ["releases", "tracks"])
@pytest.mark.parametrize(
    "query", [{"usageTypes": "rent"}, {"usageTypes": "download,stream"}, {"excludeExplicitContent": "maybe"}]
)
def test_filters_have_their_values(room: Room, kind: str, query: dict[str, str]) -> None:
    """YM-154"""
    answer = room.get(f"/{kind}/search", q="the", **query)

    assert (answer.status_code, list(answer.json["errors"])) == (422, list(query))


@pytest.mark.parametrize("letter", ["A", "a", "Pa", "é"])
def test_browsing_lists_artists_under_a_letter_in_order(room: Room, letter: str) -> None:
    """YM-156"""
    answer = room.get("/artists/browse", letter=letter, pageSize=50).json["artists"]

    names = [folded(artist["sortName"]) for artist in answer["artist"]]
    assert names == sorted(names)
    assert names
    assert all(name.startswith(folded(letter)) for name in names)
    assert set(answer) == {"page", "pageSize", "totalItems", "artist"}


def test_browsing_every_letter_finds_every_artist(room: Room) -> None:
    """YM-156"""
    totals = [
        room.get("/artists/browse", letter=letter).json["artists"]["totalItems"]
        for letter in "abcdefghijklmnopqrstuvwxyz"
    ]

    assert sum(totals) == room.world.count("artists")


def test_pages_of_a_letter_follow_one_another(room: Room) -> None:
    pages = [room.get("/artists/browse", letter="a", page=page).json["artists"] for page in (1, 2)]

    ids = [[artist["id"] for artist in page["artist"]] for page in pages]
    assert [len(page) for page in ids] == [10, 10]
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.parametrize(("letter", "status"), [(None, 422), ("", 422), ("&", 200), ("7", 200)])
def test_a_letter_is_needed(room: Room, letter: str | None, status: int) -> None:
    """YM-156"""
    answer = room.get("/artists/browse", **({} if letter is None else {"letter": letter}))

    assert answer.status_code == status


def test_the_shelves_find_what_looking_at_every_text_would_find() -> None:
    """The index and the plain definition of a match agree, grade by grade."""
    records = make(3, Size(120))
    texts = [folded(record["title"]) for record in records.tracks]
    column = Column(texts)
    terms = {word[a:b] for text in texts[::9] for word in text.split() for a, b in ((0, 3), (1, 4), (0, 9))}
    phrases = {text[1:-1] for text in texts[::11]} | set(texts[::13]) | {"in the", "n the", "of t"}

    for wanted in sorted((terms | phrases) - {""}):
        if wanted.strip() != wanted:
            continue
        expected: list[set[int]] = [set(), set(), set(), set()]
        for number, text in enumerate(texts):
            how = grade(text, wanted)
            if how is not None:
                expected[how].add(number)
        assert column.find(wanted) == expected, wanted


def test_a_ranking_is_by_worth_and_then_by_popularity() -> None:
    """YM-175"""
    records = make(3, Size(120))
    shelf = Catalogue(records).shelves["tracks"]
    by_id = {record["id"]: record for record in records.tracks}
    names = {record["id"]: record["name"] for record in records.artists}

    ranking = shelf.ranked("an", None, False, None, True)

    expected = []
    for id, record in by_id.items():
        worths = []
        for text, worth in ((record["title"], TITLE_WORTH), (names[record["artist_id"]], ARTIST_WORTH)):
            how = grade(folded(text), "an")
            if how is not None:
                worths.append(worth[how])
        if worths:
            expected.append((-max(worths), -record["popularity"], int(id)))
    assert [int(shelf.ids[number]) for number in ranking.numbers] == [entry[2] for entry in sorted(expected)]
    assert ranking.worths == [-entry[0] for entry in sorted(expected)]
