"""Client tokens and device tokens: how they are got, what they open, when they die."""

from __future__ import annotations

import base64
import json

import pytest

from specs import open_book

from .conftest import DEVICE, UNKNOWN_UUID, Room, RoomMaker

OTHER_DEVICE = "a9b66a51-3cb6-4e66-bb94-675e83380fe5"


def wish(room: Room, **changes: object) -> dict[str, object]:
    client = room.credential("full")
    return {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        **changes,
    }


def test_json_and_form_are_answered_alike(empty: Room) -> None:
    """YM-001, YM-004"""
    by_json = empty.post("/oauth/token", wish(empty), None)
    by_form = empty.ask("POST", "/oauth/token", None, data=wish(empty))

    assert (by_json.status_code, by_form.status_code) == (200, 200)
    assert set(by_json.json) == set(by_form.json) == {"access_token", "token_type", "expires_in"}
    assert (by_json.json["token_type"], by_json.json["expires_in"]) == ("Bearer", 3600)


@pytest.mark.parametrize("missing", ["grant_type", "client_id", "client_secret"])
def test_a_missing_field_is_an_invalid_request(empty: Room, missing: str) -> None:
    """YM-002, YM-003"""
    body = wish(empty)
    del body[missing]

    answer = empty.post("/oauth/token", body, None)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")
    assert "access_token" not in answer.json


def test_another_grant_type_is_unsupported(empty: Room) -> None:
    """YM-002, YM-003"""
    answer = empty.post("/oauth/token", wish(empty, grant_type="password"), None)

    assert (answer.status_code, answer.json["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("changes", [{"client_secret": "wrong"}, {"client_id": "nobody"}])
def test_a_wrong_client_is_refused(empty: Room, changes: dict[str, str]) -> None:
    """YM-003"""
    answer = empty.post("/oauth/token", wish(empty, **changes), None)

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert answer.json["error_description"]


def test_an_expired_client_gets_no_token(empty: Room) -> None:
    client = empty.credential("expired")

    answer = empty.post(
        "/oauth/token", wish(empty, client_id=client["client_id"], client_secret=client["client_secret"]), None
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"{", "application/json"), (b"", "application/json"), (b"\xff", "application/x-www-form-urlencoded")],
)
def test_an_unreadable_token_request_is_told_as_oauth_has_it(empty: Room, data: bytes, kind: str) -> None:
    """YM-003"""
    answer = empty.ask("POST", "/oauth/token", None, data=data, content_type=kind)

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


def test_a_client_token_works_until_its_hour_is_over(empty: Room) -> None:
    """YM-005"""
    token = empty.client_token()

    empty.advance(seconds=3599)
    before = empty.get("/users", token)
    empty.advance(seconds=2)
    after = empty.get("/users", token)

    assert before.status_code == 200
    assert (after.status_code, after.json["code"]) == (401, "INVALID_AUTH_TOKEN")


def test_a_device_token_has_its_own_shape(empty: Room) -> None:
    """YM-012"""
    answer = empty.post(f"/users/{empty.user_id()}/udt", {"deviceId": DEVICE}, "full")

    assert answer.status_code == 200
    assert set(answer.json) == {"token_type", "expires_in", "token"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)


def test_only_a_client_token_issues_device_tokens(empty: Room) -> None:
    """YM-010"""
    path, body = f"/users/{empty.user_id()}/udt", {"deviceId": DEVICE}
    own = empty.device_token(empty.user_id())

    nobody = empty.post(path, body, None)
    user = empty.post(path, body, own)

    assert (nobody.status_code, user.status_code) == (401, 403)


@pytest.mark.parametrize("body", [{}, {"deviceId": "phone"}, {"device_id": DEVICE}, {"deviceId": None}])
def test_a_device_token_needs_the_id_of_a_device(empty: Room, body: dict[str, object]) -> None:
    """YM-011"""
    answer = empty.post(f"/users/{empty.user_id()}/udt", body, "full")

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["deviceId"]


def test_a_user_id_that_is_no_uuid_is_refused(empty: Room) -> None:
    """YM-011"""
    answer = empty.post("/users/42/udt", {"deviceId": DEVICE}, "full")

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["user_id"])


def test_device_tokens_belong_to_their_devices(empty: Room) -> None:
    """YM-013"""
    tokens = [empty.device_token(empty.user_id(), device) for device in (DEVICE, OTHER_DEVICE)]

    claims = [json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")) for token in tokens]

    assert [claim["deviceId"] for claim in claims] == [DEVICE, OTHER_DEVICE]
    assert [record["device_id"] for record in empty.records("device_tokens")] == [DEVICE, OTHER_DEVICE]


def test_a_device_token_lives_for_600_seconds(empty: Room) -> None:
    """YM-014"""
    token = empty.device_token(empty.user_id())

    empty.advance(seconds=599)
    before = empty.get("/profile", token)
    empty.advance(seconds=2)
    after = empty.get("/profile", token)

    assert (before.status_code, after.status_code) == (200, 401)


def test_a_device_token_that_begins_inside_a_second_lives_as_long(make_room: RoomMaker) -> None:
    """YM-014: the token's claims count whole seconds, its life does not."""
    room = make_room(world="empty", now="2026-03-10T12:00:00.900Z")
    token = room.device_token(room.user_id())

    room.advance(seconds=599.9)

    assert room.get("/profile", token).status_code == 200


def test_device_tokens_of_unknown_users_are_not_issued(empty: Room) -> None:
    """YM-015, YM-029"""
    unknown = empty.post(f"/users/{UNKNOWN_UUID}/udt", {"deviceId": DEVICE}, "full")
    foreign = empty.post(f"/users/{empty.user_id('second-account-user')}/udt", {"deviceId": DEVICE}, "full")

    assert (unknown.status_code, foreign.status_code) == (404, 404)


def test_a_token_of_another_sandbox_opens_nothing(empty: Room, make_room: RoomMaker) -> None:
    token = empty.device_token(empty.user_id())
    other = make_room(world="empty")

    answer = other.get("/profile", token)

    assert answer.status_code == 401


def test_a_forged_token_opens_nothing(empty: Room) -> None:
    head, claims, signature = empty.device_token(empty.user_id()).split(".")
    forged = json.loads(base64.urlsafe_b64decode(claims + "==")) | {"sub": empty.user_id("other-user")}
    coded = base64.urlsafe_b64encode(json.dumps(forged).encode()).decode().rstrip("=")

    answer = empty.get("/profile", f"{head}.{coded}.{signature}")

    assert (answer.status_code, answer.json["code"]) == (401, "INVALID_AUTH_TOKEN")


def test_the_operation_that_is_printed_twice_is_one() -> None:
    """YM-016"""
    named = [operation for operation in open_book("yourmusic").operations.values() if operation.path.endswith("/udt")]

    assert [(operation.id, operation.tag) for operation in named] == [("issueUserDeviceToken", "authentication")]
