"""Playlists: who sees and changes them, search, and what they hold."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import UNKNOWN_UUID, Room

MEMBERS = {"id", "tenant_id", "user_id", "playlist_name", "public", "created_at", "updated_at"}
ENTRY = {"id", "playlist_id", "track_id", "order", "created_at", "updated_at"}
TRACKS = ["300001", "300002", "300003", "300004"]


def filled(room: Room, tracks: list[str] | None = None, **more: Any) -> tuple[str, list[str]]:
    """Return a playlist and the ids of its entries."""
    id = room.playlist(**more)
    entries = [room.post(f"/playlists/{id}/tracks", {"track_id": track}).json["id"] for track in tracks or TRACKS]
    return id, entries


def listed(room: Room, playlist: str, token: str = "user") -> list[dict[str, Any]]:
    return list(room.get(f"/playlists/{playlist}/tracks", token).json)


def test_a_playlist_belongs_to_who_creates_it_and_is_private(room: Room) -> None:
    """YM-110, YM-117, YM-202"""
    answer = room.post("/playlists", {"playlist_name": "Mine"})

    assert answer.status_code == 201
    assert set(answer.json) == MEMBERS
    assert (answer.json["user_id"], answer.json["public"]) == (room.user_id(), False)
    assert answer.json["created_at"] == "2026-03-10T12:00:00Z"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "playlist_name"),
        ({"playlist_name": ""}, "playlist_name"),
        ({"playlist_name": "x", "public": "yes"}, "public"),
    ],
)
def test_a_malformed_playlist_is_refused(room: Room, body: dict[str, object], field: str) -> None:
    """YM-117, YM-200"""
    answer = room.post("/playlists", body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_the_list_is_a_bare_array_of_own_playlists(room: Room) -> None:
    """YM-110, YM-115, YM-116"""
    mine = room.get("/playlists").json
    others = room.get("/playlists", "other-user").json

    assert isinstance(mine, list)
    assert {playlist["user_id"] for playlist in mine} == {room.user_id()}
    assert "Café du matin" in {playlist["playlist_name"] for playlist in others}
    assert "Café du matin" not in {playlist["playlist_name"] for playlist in mine}


def test_search_finds_own_and_public_ones_of_the_tenant(room: Room) -> None:
    """YM-111, YM-112"""
    room.playlist("Rock A")
    room.playlist("Rock P", public=True)

    def found(token: str) -> set[str]:
        return {one["playlist_name"] for one in room.get("/playlists/search", token, keyword="Rock").json["data"]}

    assert found("user") == {"Rock A", "Rock P"}
    assert found("other-user") == {"Rock P"}
    assert found("second-account-user") == set()


@pytest.mark.parametrize("keyword", ["rock", "ROCK", "y roc", "ock l"])
def test_search_matches_anywhere_in_any_case(room: Room, keyword: str) -> None:
    """YM-113"""
    id = room.playlist("My Rock list")

    assert id in [one["id"] for one in room.get("/playlists/search", keyword=keyword).json["data"]]


def test_search_is_paged_with_its_keyword_kept(room: Room) -> None:
    """YM-114"""
    for number in range(17):
        room.playlist(f"Ten & more {number}")

    first = room.get("/playlists/search", keyword="& more").json
    second = room.get("/playlists/search", keyword="& more", page=2).json

    assert set(first) == {"data", "links", "meta"}
    assert set(first["links"]) == {"first", "last", "prev", "next"}
    assert set(first["meta"]) == {"current_page", "from", "last_page", "path", "per_page", "to", "total"}
    assert (len(first["data"]), len(second["data"]), first["meta"]["total"]) == (15, 2, 17)
    assert room.open(first["links"]["next"], headers={
        "X-Sandbox": room.name, "Authorization": f"Bearer {room.tokens['user']}",
    }).json == second  # fmt: skip


@pytest.mark.parametrize("query", [{}, {"keyword": ""}, {"keyword": "  "}])
def test_search_needs_a_keyword(room: Room, query: dict[str, str]) -> None:
    """YM-111"""
    answer = room.get("/playlists/search", **query)

    assert answer.json["errors"] == {"keyword": ["The keyword field is required."]}


def test_tracks_are_added_to_the_answer_on_request(room: Room) -> None:
    """YM-118, YM-119"""
    id, _ = filled(room)

    plain, full = room.get(f"/playlists/{id}").json, room.get(f"/playlists/{id}", **{"with": "tracks"}).json
    other = room.get(f"/playlists/{id}", **{"with": "owner"})

    assert "tracks" not in plain
    assert full == {**plain, "tracks": listed(room, id)}
    assert (other.status_code, other.json["errors"]) == (422, {"with": ["The selected with is invalid."]})


def test_an_update_changes_what_is_sent_alone(room: Room) -> None:
    """YM-121"""
    id = room.playlist("Mine")
    room.advance(seconds=1)

    changed = room.patch(f"/playlists/{id}", {"public": True}).json

    assert (changed["playlist_name"], changed["public"]) == ("Mine", True)
    assert changed["updated_at"] == "2026-03-10T12:00:01Z"
    assert room.get(f"/playlists/{id}", "other-user").json == changed


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"playlist_name": "Taken"}),
        ("POST", "/tracks", {"track_id": "300001"}),
        ("PUT", "/tracks", {"tracks": []}),
        ("PATCH", "/tracks/{entry}", {"order": 1}),
    ],
)
def test_only_the_owner_changes_a_playlist(room: Room, method: str, path: str, body: dict[str, Any]) -> None:
    """YM-120, YM-133"""
    public, entries = filled(room, public=True)
    before = room.get(f"/playlists/{public}", **{"with": "tracks"}).json
    private, hidden = filled(room)

    refused = room.ask(method, f"/playlists/{public}{path.format(entry=entries[1])}", "other-user", json=body)
    unknown = room.ask(method, f"/playlists/{private}{path.format(entry=hidden[1])}", "other-user", json=body)

    assert (refused.status_code, refused.json) == (403, {"message": "This action is unauthorized."})
    assert unknown.status_code == 404
    assert room.get(f"/playlists/{public}", **{"with": "tracks"}).json == before


def test_public_playlists_are_read_inside_the_tenant(room: Room) -> None:
    """YM-133"""
    public, _ = filled(room, public=True)
    private, _ = filled(room)

    def statuses(token: str, id: str) -> list[int]:
        return [room.get(f"/playlists/{id}{path}", token).status_code for path in ("", "/tracks")]

    assert statuses("other-user", public) == [200, 200]
    assert statuses("other-user", private) == [404, 404]
    assert statuses("second-account-user", public) == [404, 404]


def test_entries_are_link_rows_in_order(room: Room) -> None:
    """YM-122, YM-123, YM-131"""
    id, entries = filled(room)

    rows = listed(room, id)

    assert all(set(row) == ENTRY and row["playlist_id"] == id for row in rows)
    assert [row["id"] for row in rows] == entries
    assert [row["track_id"] for row in rows] == TRACKS
    assert [row["order"] for row in rows] == [1, 2, 3, 4]


def test_a_track_may_stand_in_a_playlist_twice(room: Room) -> None:
    """YM-124, YM-134"""
    id, entries = filled(room, ["300001", "300001"])

    assert len(set(entries)) == 2
    assert [row["order"] for row in listed(room, id)] == [1, 2]


@pytest.mark.parametrize("body", [{}, {"track_id": 300001}, {"track_id": "999999999"}, {"track_id": "x"}])
def test_a_known_track_is_needed_to_add(room: Room, body: dict[str, object]) -> None:
    """YM-125, YM-200"""
    answer = room.post(f"/playlists/{room.playlist()}/tracks", body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["track_id"])


def test_replacing_leaves_exactly_what_is_sent(room: Room) -> None:
    """YM-126, YM-128"""
    id, entries = filled(room)
    wanted = [{"track_id": "300007", "order": 2}, {"track_id": "300006", "order": 1}]

    answer = room.put(f"/playlists/{id}/tracks", {"tracks": wanted})

    assert answer.json == listed(room, id)
    assert [(row["track_id"], row["order"]) for row in answer.json] == [("300006", 1), ("300007", 2)]
    assert not {row["id"] for row in answer.json} & set(entries)


def test_replacing_by_nothing_empties_a_playlist(room: Room) -> None:
    """YM-128"""
    id, _ = filled(room)

    answer = room.put(f"/playlists/{id}/tracks", {"tracks": []})

    assert (answer.status_code, answer.json, listed(room, id)) == (200, [], [])


def test_order_values_rank_and_positions_are_counted_anew(room: Room) -> None:
    """YM-128, YM-131"""
    id = room.playlist()
    wanted = [
        {"track_id": "300001", "order": 70}, {"track_id": "300002"}, {"track_id": "300003", "order": 5},
        {"track_id": "300004", "order": 5},
    ]  # fmt: skip

    rows = room.put(f"/playlists/{id}/tracks", {"tracks": wanted}).json

    assert [row["track_id"] for row in rows] == ["300003", "300004", "300001", "300002"]
    assert [row["order"] for row in rows] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "tracks"),
        ({"tracks": "x"}, "tracks"),
        ({"tracks": [{"order": 1}]}, "tracks.0.track_id"),
        ({"tracks": [{"track_id": "300001"}, {"track_id": "nope"}]}, "tracks.1.track_id"),
        ({"tracks": [{"track_id": "300001", "order": "first"}]}, "tracks.0.order"),
    ],
)
def test_a_malformed_set_is_refused_and_changes_nothing(room: Room, body: dict[str, object], field: str) -> None:
    """YM-127, YM-200"""
    id, _ = filled(room)
    before = listed(room, id)

    answer = room.put(f"/playlists/{id}/tracks", body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert listed(room, id) == before


@pytest.mark.parametrize(
    ("moved", "order", "expected"), [(3, 2, "adbc"), (0, 3, "bcad"), (1, 1, "bacd"), (2, 99, "abdc"), (1, 2, "abcd")]
)
def test_moving_an_entry_shifts_the_others(room: Room, moved: int, order: int, expected: str) -> None:
    """YM-130, YM-131, YM-132"""
    id, entries = filled(room)

    answer = room.patch(f"/playlists/{id}/tracks/{entries[moved]}", {"order": order})

    rows = listed(room, id)
    assert "".join("abcd"[entries.index(row["id"])] for row in rows) == expected
    assert [row["order"] for row in rows] == [1, 2, 3, 4]
    assert answer.json == next(row for row in rows if row["id"] == entries[moved])


@pytest.mark.parametrize("body", [{"order": 0}, {"order": -1}, {"order": "x"}, {}, {"order": 1.5}])
def test_a_position_is_a_number_from_one(room: Room, body: dict[str, object]) -> None:
    """YM-129, YM-200"""
    id, entries = filled(room)

    answer = room.patch(f"/playlists/{id}/tracks/{entries[0]}", body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["order"])


def test_entries_of_other_playlists_cannot_be_moved_here(room: Room) -> None:
    one, _ = filled(room)
    _, others = filled(room)

    foreign = room.patch(f"/playlists/{one}/tracks/{others[0]}", {"order": 1})
    unknown = room.patch(f"/playlists/{one}/tracks/{UNKNOWN_UUID}", {"order": 1})
    malformed = room.patch(f"/playlists/{one}/tracks/7", {"order": 1})

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert (malformed.status_code, list(malformed.json["errors"])) == (422, ["playlistTrackId"])


@pytest.mark.parametrize("token", [None, "full"])
@pytest.mark.parametrize("path", ["/playlists", "/playlists/search?keyword=x", f"/playlists/{UNKNOWN_UUID}"])
def test_playlists_take_user_tokens_alone(room: Room, token: str | None, path: str) -> None:
    """YM-201"""
    answer = room.ask("GET", path, token)

    assert answer.status_code == (401 if token is None else 403)
    assert answer.mimetype == "application/json"


def test_a_client_neither_creates_a_playlist_nor_reads_one(room: Room) -> None:
    """YM-133"""
    id = room.playlist(public=True)

    created = room.post("/playlists", {"playlist_name": "x"}, "full")
    read = room.get(f"/playlists/{id}/tracks", "full")

    assert (created.status_code, read.status_code) == (403, 403)
