"""The caller's own profile."""

from __future__ import annotations

import pytest

from .conftest import Room


def test_a_device_token_reads_the_profile_of_its_user(room: Room) -> None:
    """YM-070"""
    token = room.device_token(room.user_id())

    answer = room.get("/profile", token)

    assert answer.json["id"] == room.user_id()
    assert answer.json == room.get(f"/users/{room.user_id()}", "full").json


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_the_profile_takes_user_tokens_alone(room: Room, method: str) -> None:
    """YM-070, YM-073, YM-201"""
    answers = [room.ask(method, "/profile", token) for token in (None, "full", "garbage", "expired-user")]

    assert [answer.status_code for answer in answers] == [401, 403, 401, 401]
    assert answers[0].json == {"message": "Unauthenticated."}
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert answers[2].json["code"] == answers[3].json["code"] == "INVALID_AUTH_TOKEN"


def test_an_update_is_partial_and_seen_by_administration(room: Room) -> None:
    """YM-071, YM-072"""
    before = room.get("/profile").json
    room.advance(seconds=5)

    changed = room.patch("/profile", {"first_name": "Adaeze"}).json

    assert changed == {**before, "first_name": "Adaeze", "updated_at": "2026-03-10T12:00:05Z"}
    assert room.get(f"/users/{room.user_id()}", "full").json == changed


def test_the_address_cannot_be_changed_here(room: Room) -> None:
    """YM-071"""
    answer = room.patch("/profile", {"email": "other@example.com", "status": "SUBSCRIBED"})

    assert (answer.status_code, answer.json["email"]) == (200, "ada@example.com")


def test_a_malformed_date_is_refused(room: Room) -> None:
    """YM-200"""
    answer = room.patch("/profile", {"date_of_birth": "soon"})

    assert answer.json["errors"] == {"date_of_birth": ["The date of birth is not a valid date."]}


def test_the_token_of_a_removed_user_opens_nothing(room: Room) -> None:
    token = room.device_token(room.user_id("other-user"))

    room.remove("users", room.user_id("other-user"))

    assert room.get("/profile", token).status_code == 401
