"""The composed home page of guests and users."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .conftest import OTHER_TENANT, TENANT, Room

ITEM = {"id", "type", "name", "artwork_url", "track_id", "stream_url", "metadata"}
MODULE = {"id", "type", "layout", "name_key", "name_params", "actions", "content_source"}


def guest(room: Room, tenant: str | None = TENANT) -> Any:
    return room.ask("GET", "/home", None, headers={"X-Tenant": tenant} if tenant is not None else {})


def modules(page: Any) -> dict[str, Any]:
    return {module["id"]: module for module in page.json["modules"]}


def names(page: Any, module: str = "featured-playlists") -> list[str]:
    return [item["name"] for item in modules(page)[module].get("items", [])]


def test_guests_and_users_get_a_page(room: Room) -> None:
    """YM-090, YM-099"""
    as_guest, as_user = guest(room), room.get("/home")

    assert (as_guest.status_code, as_user.status_code) == (200, 200)
    assert list(modules(as_guest)) == list(modules(as_user)) == ["featured-playlists", "continue-listening"]


@pytest.mark.parametrize("tenant", [None, "", "  "])
def test_a_guest_must_name_a_tenant(room: Room, tenant: str | None) -> None:
    """YM-091"""
    answer = guest(room, tenant)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["X-Tenant"])


def test_a_guest_of_an_unknown_tenant_finds_nothing(room: Room) -> None:
    assert guest(room, "nope").status_code == 404


@pytest.mark.parametrize("tenant", [OTHER_TENANT, "nonsense"])
def test_the_header_is_ignored_for_users(room: Room, tenant: str) -> None:
    """YM-092"""
    with_header = room.ask("GET", "/home", headers={"X-Tenant": tenant})

    assert with_header.json == room.get("/home").json
    assert names(with_header) == names(guest(room, TENANT))


@pytest.mark.parametrize("authorization", ["Bearer garbage", "Bearer a.b.c", "Basic dXNlcjpwYXNz", "Bearer"])
def test_a_bad_token_is_not_taken_for_a_guest(room: Room, authorization: str) -> None:
    """YM-093"""
    headers = {"X-Tenant": TENANT, "Authorization": authorization}

    answer = room.ask("GET", "/home", None, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (401, "INVALID_AUTH_TOKEN")


@pytest.mark.parametrize("token", ["expired-user", "full"])
def test_an_expired_token_and_one_without_a_user_are_bad(room: Room, token: str) -> None:
    """YM-093"""
    answer = room.ask("GET", "/home", token, headers={"X-Tenant": TENANT})

    assert (answer.status_code, answer.json["code"]) == (401, "INVALID_AUTH_TOKEN")


def test_a_device_token_that_ran_out_is_bad(room: Room) -> None:
    """YM-093, YM-014"""
    token = room.device_token(room.user_id())
    room.advance(seconds=601)

    assert room.get("/home", token).status_code == 401


def test_the_page_says_what_it_is(room: Room) -> None:
    """YM-094, YM-095"""
    page = guest(room).json["page"]

    assert set(page) == {"id", "schema_version", "revision", "generated_at"}
    assert (page["id"], page["schema_version"]) == ("home", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", page["generated_at"])


def test_every_module_has_its_members(room: Room) -> None:
    """YM-096, YM-098"""
    found = modules(room.get("/home"))

    for module in found.values():
        assert set(module) - {"items"} == MODULE
        assert re.fullmatch(r"home\.[a-z_]+", module["name_key"])
        assert set(module["content_source"]) == {"strategy", "strategy_version", "execution_mode"}
        assert module["content_source"]["strategy_version"] == "1"
    featured = found["featured-playlists"]
    assert (featured["type"], featured["layout"]) == ("playlist_carousel", "horizontal_scroll")
    assert featured["content_source"]["strategy"] == "editorial_manual"
    listening = found["continue-listening"]
    assert (listening["type"], listening["layout"]) == ("continue_listening", "list")


def test_items_lead_to_what_they_name(room: Room) -> None:
    """YM-097"""
    items = [item for module in room.get("/home").json["modules"] for item in module["items"]]

    for item in items:
        assert set(item) == ITEM
        track = room.get(f"/tracks/{item['track_id']}").json["track"]
        assert item["stream_url"].endswith(f"/stream/{track['stream_id']}/manifest.m3u8")
        assert room.open(item["artwork_url"]).mimetype == "image/jpeg"


def test_the_tenants_public_playlists_are_featured_its_own_choice_first(room: Room) -> None:
    """YM-097"""
    assert names(guest(room, TENANT)) == ["Summer Hits", "Chill Vibes", "Café du matin", "Night Drive"]
    assert names(guest(room, OTHER_TENANT)) == ["Northern Lights"]


def test_a_playlist_without_tracks_has_nothing_to_play(room: Room) -> None:
    """YM-097"""
    id = room.playlist("Bare", public=True)

    item = next(item for item in modules(guest(room))["featured-playlists"]["items"] if item["id"] == id)

    assert (item["artwork_url"], item["track_id"], item["stream_url"]) == (None, None, None)


def test_a_playlist_that_is_withdrawn_leaves_the_page(room: Room) -> None:
    before = guest(room).json
    featured = modules(guest(room))["featured-playlists"]["items"][0]

    room.patch(f"/playlists/{featured['id']}", {"public": False})

    assert featured["name"] not in names(guest(room))
    assert guest(room).json["page"]["revision"] > before["page"]["revision"]


def test_a_guest_has_nothing_to_continue(room: Room) -> None:
    """YM-096"""
    assert "items" not in modules(guest(room))["continue-listening"]


def test_what_a_user_began_is_offered_the_latest_first(room: Room) -> None:
    """YM-096"""
    tracks = room.get("/tracks/search", q="the").json["results"][:2]
    for track in tracks:
        room.get(f"/stream/{track['stream_id']}/manifest.m3u8", "other-user")
    room.get(f"/stream/{tracks[0]['stream_id']}/segment1.ts", "other-user")

    items = modules(room.get("/home", "other-user"))["continue-listening"]["items"]

    assert [item["track_id"] for item in items] == [str(track["id"]) for track in tracks]
    assert [item["metadata"]["position_seconds"] for item in items] == [12, 0]
    assert items[0]["name"] == tracks[0]["title"]


def test_what_a_user_heard_to_the_end_is_not_offered_again(room: Room) -> None:
    track = room.get("/tracks/search", q="the").json["results"][0]
    stream = f"/stream/{track['stream_id']}"
    last = -(-track["duration"] // 6) - 1

    room.get(f"{stream}/segment0.ts", "other-user")
    begun = modules(room.get("/home", "other-user"))["continue-listening"]
    room.get(f"{stream}/segment{last}.ts", "other-user")
    finished = modules(room.get("/home", "other-user"))["continue-listening"]

    assert len(begun["items"]) == 1
    assert "items" not in finished


def test_coming_back_to_a_track_keeps_the_place(room: Room) -> None:
    track = room.get("/tracks/search", q="the").json["results"][0]
    stream = f"/stream/{track['stream_id']}"
    room.get(f"{stream}/segment4.ts", "other-user")

    room.get(f"{stream}/manifest.m3u8", "other-user")

    item = modules(room.get("/home", "other-user"))["continue-listening"]["items"][0]
    assert item["metadata"]["position_seconds"] == 30


def test_what_one_user_hears_is_not_offered_to_another(room: Room) -> None:
    track = room.get("/tracks/search", q="the").json["results"][0]
    before = room.get("/home").json["modules"]

    room.get(f"/stream/{track['stream_id']}/manifest.m3u8", "other-user")

    assert room.get("/home").json["modules"] == before


def test_an_empty_world_has_a_page_without_items(empty: Room) -> None:
    """YM-096"""
    assert all("items" not in module for module in guest(empty).json["modules"])
