"""Sessions: both branches of authenticate, onboarding, refresh, logout."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import DEVICE, OTHER_TENANT, TENANT, Room

SESSION = {"token_type", "access_token", "expires_in", "refresh_token", "refresh_expires_in", "user"}
SESSION_USER = {"id", "tenant_id", "email", "first_name", "last_name", "status", "date_of_birth"}
NAMES = {"first_name": "Jane", "last_name": "Doe", "date_of_birth": "1990-01-15"}
KNOWN, NEW = "ada@example.com", "jane@example.com"


def refresh(room: Room, token: str) -> Any:
    return room.post("/auth/refresh", {"refresh_token": token}, None)


def complete(room: Room, token: str, **changes: Any) -> Any:
    return room.post("/auth/onboarding/complete", {"onboarding_token": token, **NAMES, **changes}, None)


def test_a_known_address_gets_a_session(room: Room) -> None:
    """YM-052, YM-054"""
    session = room.sign_in(KNOWN)

    assert set(session) == SESSION
    assert (session["token_type"], session["expires_in"], session["refresh_expires_in"]) == ("Bearer", 3600, 2592000)
    assert set(session["user"]) == SESSION_USER
    assert session["user"]["id"] == room.user_id()
    assert len(session["refresh_token"]) <= 512


def test_the_same_address_is_another_user_in_another_tenant(room: Room) -> None:
    """YM-048, YM-052"""
    here, there = room.sign_in(KNOWN, TENANT), room.sign_in(KNOWN, OTHER_TENANT)

    assert here["user"]["id"] != there["user"]["id"]
    assert here["user"]["tenant_id"] != there["user"]["tenant_id"]


def test_a_session_opens_what_a_device_token_opens(room: Room) -> None:
    """YM-074, YM-054"""
    session = room.sign_in(KNOWN)

    profile = room.get("/profile", session["access_token"])

    assert profile.status_code == 200
    assert profile.json["id"] == session["user"]["id"]
    assert set(profile.json) != set(session["user"])


def test_an_unknown_address_gets_an_onboarding_token_alone(room: Room) -> None:
    """YM-053"""
    answer = room.sign_in(NEW)

    assert answer["onboarding_required"] is True
    assert set(answer) == {"onboarding_token", "onboarding_required", "expires_in"}


@pytest.mark.parametrize("body", [{}, {"deviceId": DEVICE}, {"device_id": "phone"}])
def test_authentication_needs_a_device(room: Room, body: dict[str, str]) -> None:
    """YM-051"""
    answer = room.post("/auth/otp/authenticate", {"tenant": TENANT, "email": KNOWN, "code": "12345", **body}, None)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["device_id"])


def test_onboarding_creates_the_user_of_the_token(room: Room) -> None:
    """YM-056, YM-058"""
    token = room.sign_in(NEW)["onboarding_token"]

    session = complete(room, token).json
    profile = room.get("/profile", session["access_token"]).json

    assert set(session) == SESSION
    assert {name: profile[name] for name in NAMES} == NAMES
    assert profile["email"] == session["user"]["email"] == NEW
    assert [record["device_id"] for record in room.records("sessions")] == [DEVICE]
    assert room.get(f"/users/{session['user']['id']}", "full").status_code == 200


def test_an_onboarding_token_is_spent_by_its_first_success(room: Room) -> None:
    """YM-055"""
    token = room.sign_in(NEW)["onboarding_token"]
    users = room.world.count("users")

    malformed = complete(room, token, date_of_birth="15-01-1990")
    first, second = complete(room, token), complete(room, token)

    assert [answer.status_code for answer in (malformed, first, second)] == [422, 200, 401]
    assert second.json == {"message": "The onboarding token is invalid or has expired."}
    assert room.world.count("users") == users + 1


def test_a_user_who_exists_meanwhile_is_reused_as_it_is(room: Room) -> None:
    """YM-056, YM-059"""
    token = room.sign_in(NEW)["onboarding_token"]
    created = room.post("/users", {**NAMES, "first_name": "Janet", "email": NEW}, "full").json
    users = room.world.count("users")

    session = complete(room, token).json

    assert session["user"]["id"] == created["id"]
    assert session["user"]["first_name"] == "Janet"
    assert room.world.count("users") == users


@pytest.mark.parametrize("missing", ["onboarding_token", *NAMES])
def test_onboarding_needs_every_field(room: Room, missing: str) -> None:
    """YM-057"""
    body = {"onboarding_token": "t", **NAMES}
    del body[missing]

    answer = room.post("/auth/onboarding/complete", body, None)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [missing])


@pytest.mark.parametrize("changes", [{"first_name": "x" * 256}, {"last_name": "x" * 256}, {"date_of_birth": "1990"}])
def test_onboarding_refuses_malformed_values(room: Room, changes: dict[str, str]) -> None:
    """YM-057"""
    answer = complete(room, "t", **changes)

    assert (answer.status_code, list(answer.json["errors"])) == (422, list(changes))


def test_names_of_255_characters_are_taken(room: Room) -> None:
    """YM-057"""
    token = room.sign_in(NEW)["onboarding_token"]

    assert complete(room, token, first_name="x" * 255).status_code == 200


def test_an_onboarding_token_expires_after_fifteen_minutes(room: Room) -> None:
    token = room.sign_in(NEW)["onboarding_token"]

    room.advance(minutes=15)

    assert complete(room, token).status_code == 401


def test_a_made_up_onboarding_token_is_refused(room: Room) -> None:
    assert complete(room, "plain-token").status_code == 401


def test_refreshing_gives_two_new_tokens(room: Room) -> None:
    """YM-060"""
    old = room.sign_in(KNOWN)

    new = refresh(room, old["refresh_token"]).json

    assert set(new) == SESSION
    assert new["user"] == old["user"]
    assert new["access_token"] != old["access_token"]
    assert new["refresh_token"] != old["refresh_token"]
    assert room.get("/profile", new["access_token"]).status_code == 200


def test_a_used_refresh_token_is_refused_and_the_newest_one_works(room: Room) -> None:
    """YM-061"""
    first = room.sign_in(KNOWN)["refresh_token"]
    second = refresh(room, first).json["refresh_token"]

    reused = refresh(room, first)
    third = refresh(room, second)

    assert (reused.status_code, third.status_code) == (401, 200)
    assert reused.json == {"message": "The refresh token is invalid or has expired."}


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
def test_a_refresh_token_has_at_most_512_characters(room: Room, path: str) -> None:
    """YM-062"""
    too_long = room.post(path, {"refresh_token": "x" * 513}, None)
    missing = room.post(path, {}, None)
    longest = room.post(path, {"refresh_token": "x" * 512}, None)

    assert (too_long.status_code, missing.status_code) == (422, 422)
    assert longest.status_code != 422


def test_logout_ends_the_session(room: Room) -> None:
    """YM-063, YM-066"""
    old = room.sign_in(KNOWN)
    new = refresh(room, old["refresh_token"]).json

    room.post("/auth/logout", {"refresh_token": new["refresh_token"]}, None)

    assert refresh(room, new["refresh_token"]).status_code == 401
    assert [room.get("/profile", one["access_token"]).status_code for one in (old, new)] == [401, 401]


def test_logout_leaves_other_sessions_alone(room: Room) -> None:
    first = room.sign_in(KNOWN)
    room.advance(minutes=1)
    second = room.sign_in(KNOWN)

    room.post("/auth/logout", {"refresh_token": first["refresh_token"]}, None)

    assert room.get("/profile", second["access_token"]).status_code == 200


def test_logout_is_safe_with_any_token(room: Room) -> None:
    """YM-064"""
    token = room.sign_in(KNOWN)["refresh_token"]

    answers = [room.post("/auth/logout", {"refresh_token": text}, None) for text in (token, token, "random")]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 3


def test_logout_with_a_rotated_token_ends_nothing(room: Room) -> None:
    old = room.sign_in(KNOWN)
    new = refresh(room, old["refresh_token"]).json

    answer = room.post("/auth/logout", {"refresh_token": old["refresh_token"]}, None)

    assert answer.status_code == 204
    assert room.get("/profile", new["access_token"]).status_code == 200


@pytest.mark.parametrize("parts", [{"json": {}}, {"data": b"", "content_type": "application/json"}])
def test_logout_without_a_token_is_answered_as_the_document_prints_it(room: Room, parts: dict[str, Any]) -> None:
    """YM-065"""
    answer = room.ask("POST", "/auth/logout", None, **parts)

    assert answer.status_code == 422
    assert answer.json == {
        "message": "The given data was invalid.",
        "errors": {"refresh_token": ["The refresh token field is required."]},
    }


def test_a_refresh_token_dies_after_thirty_days(room: Room) -> None:
    """YM-068"""
    first = room.sign_in(KNOWN)["refresh_token"]
    room.advance(days=29, hours=23)
    second = refresh(room, first)
    room.advance(days=30, seconds=1)
    late = refresh(room, second.json["refresh_token"])

    assert (second.status_code, late.status_code) == (200, 401)


def test_an_access_token_dies_after_an_hour_and_refresh_still_works(room: Room) -> None:
    """YM-069"""
    session = room.sign_in(KNOWN)

    room.advance(seconds=3599)
    before = room.get("/profile", session["access_token"])
    room.advance(seconds=2)
    after = room.get("/profile", session["access_token"])

    assert (before.status_code, after.status_code) == (200, 401)
    assert refresh(room, session["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["/auth/otp/send", "/auth/otp/authenticate", "/auth/onboarding/complete", "/auth/refresh", "/auth/logout"]
)
def test_the_way_into_a_session_needs_no_token(room: Room, path: str) -> None:
    """YM-067"""
    without = room.post(path, {}, None)
    with_bad = room.post(path, {}, "garbage")

    assert (without.status_code, with_bad.status_code) == (422, 422)
