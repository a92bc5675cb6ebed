"""Every operation, asked well and badly: what it answers is promised, whatever is sent."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from mockserver.core.failure import MOCK_KINDS, SHARED_KINDS, Failure
from mockserver.core.message import Body, Request
from mockserver.providers.yourmusic.errors import refuse
from specs import Operation, open_book

from .conftest import DEVICE, TENANT, UNKNOWN_UUID, Room, RoomMaker

BOOK = open_book("yourmusic")
OPERATIONS = [pytest.param(operation, id=operation.id) for operation in BOOK.operations.values()]
WITH_BODY = [pytest.param(operation, id=operation.id) for operation in BOOK.operations.values() if operation.body]
GUARDED = [pytest.param(operation, id=operation.id) for operation in BOOK.operations.values() if not operation.is_open]


def token_for(operation: Operation) -> str | None:
    schemes = {name for choice in operation.security for name in choice}
    if "userToken" in schemes:
        return "user"
    return "full" if schemes else None


def address(room: Room, operation: Operation) -> str:
    playlist = room.records("playlists")[0]["id"]
    values = {
        "user_id": room.user_id(),
        "playlist_id": playlist,
        "playlistTrackId": room.world.slice_by("playlist_tracks", "playlist_id", playlist)[0]["id"],
        "artist_id": "1001",
        "release_id": "20001",
        "track_id": "300001",
        "stream_id": room.world.require("tracks", "300001")["stream_id"],
        "segment": "segment0.ts",
    }
    path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], operation.path)
    needed = {"q": "a", "letter": "a", "keyword": "a", "releaseids": "20001", "trackids": "300001"}
    query = [f"{p.name}={needed[p.name]}" for p in operation.in_place("query") if p.required]
    return path + ("?" + "&".join(query) if query else "")


def good_body(room: Room, operation: Operation) -> dict[str, Any]:
    client = room.credential("full")
    person = {"first_name": "Jane", "last_name": "Doe", "date_of_birth": "1990-01-15"}
    bodies: dict[str, dict[str, Any]] = {
        "issueClientToken": {
            "grant_type": "client_credentials", "client_id": client["client_id"],
            "client_secret": client["client_secret"],
        },
        "issueUserDeviceToken": {"deviceId": DEVICE},
        "createUser": {**person, "email": "jane@example.com"},
        "updateUser": person,
        "sendOtp": {"tenant": TENANT, "email": "jane@example.com"},
        "updateProfile": person,
        "createCheckoutSession": {"product_slug": "basic"},
        "createPlaylist": {"playlist_name": "Mine"},
        "updatePlaylist": {"public": True},
        "addPlaylistTrack": {"track_id": "300001"},
        "replacePlaylistTracks": {"tracks": [{"track_id": "300001", "order": 1}]},
        "reorderPlaylistTrack": {"order": 2},
        "logout": {"refresh_token": "any"},
    }  # fmt: skip
    if operation.id == "authenticateOtp":
        code = room.code_for("ada@example.com")
        return {"tenant": TENANT, "email": "ada@example.com", "code": code, "device_id": DEVICE}
    if operation.id == "completeOnboarding":
        return {"onboarding_token": room.sign_in("new@example.com")["onboarding_token"], **person}
    if operation.id == "refreshSession":
        return {"refresh_token": room.sign_in("ada@example.com")["refresh_token"]}
    return bodies[operation.id]


@pytest.mark.parametrize("kind", sorted(SHARED_KINDS | MOCK_KINDS | {"something new"}))
def test_every_refusal_can_be_printed(kind: str) -> None:
    request = Request("1", "GET", "/users", "", {}, Body(None, 0), "", "default", "yourmusic", "http://localhost")

    for operation in (None, *BOOK.operations.values()):
        reply = refuse(Failure(kind), request, operation)
        assert reply.status >= 400
        assert reply.body.get("message") or reply.body.get("error")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_answers_a_good_call(room: Room, operation: Operation) -> None:
    headers = {"X-Tenant": TENANT} if operation.id == "getHomePage" else {}
    body = {"json": good_body(room, operation)} if operation.body else {}

    answer = room.ask(operation.method, address(room, operation), token_for(operation), headers=headers, **body)

    assert answer.status_code == operation.success_status(), answer.text


def test_every_documented_answer_can_be_asked_for(room: Room) -> None:
    """Prefer: code=... gives any answer that the specification promises."""
    for operation in BOOK.operations.values():
        for status in operation.promises:
            answer = room.ask(
                operation.method, address(room, operation), token_for(operation), headers={"Prefer": f"code={status}"}
            )
            assert answer.status_code == status, operation.id


@pytest.mark.parametrize("operation", GUARDED)
def test_every_guarded_operation_refuses_nobody_and_anybody(room: Room, operation: Operation) -> None:
    """YM-201"""
    answers = [
        room.ask(operation.method, address(room, operation), token) for token in (None, "garbage", "a.b.c", "tenant")
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.mimetype for answer in answers} == {"application/json"}
    assert "code" not in answers[0].json
    assert {answer.json["code"] for answer in answers[1:]} == {"INVALID_AUTH_TOKEN"}


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 200 + b"]" * 200, "application/json", 400),
        (b'"\xff"', "application/json", 400),
        (b"{}", "text/plain", 415),
        (b" " * (1_048_576 + 1), "application/json", 413),
    ],
    ids=["broken", "deep", "encoding", "type", "size"],
)
def test_every_body_is_read_with_care(room: Room, operation: Operation, data: bytes, kind: str, status: int) -> None:
    answer = room.ask(operation.method, address(room, operation), token_for(operation), data=data, content_type=kind)

    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.parametrize("body", [[], "text", 7, None, {"x": 1}])
def test_every_body_of_another_shape_is_answered(room: Room, operation: Operation, body: object) -> None:
    """YM-200"""
    answer = room.ask(
        operation.method, address(room, operation), token_for(operation), data=json.dumps(body),
        content_type="application/json",
    )  # fmt: skip

    is_change = operation.id in ("updateUser", "updateProfile", "updatePlaylist")
    allowed = {200} if is_change and body == {"x": 1} else {400} if operation.id == "issueClientToken" else {422}
    assert answer.status_code in allowed, answer.text
    if answer.status_code == 422:
        assert answer.json["message"] == "The given data was invalid."
        assert all(sentences for sentences in answer.json["errors"].values())


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_that_is_not_sent_lacks_its_fields(room: Room, operation: Operation) -> None:
    """YM-200, YM-065"""
    answer = room.ask(operation.method, address(room, operation), token_for(operation), data=b"")

    is_change = operation.id in ("updateUser", "updateProfile", "updatePlaylist")
    assert answer.status_code == (400 if is_change or operation.id == "issueClientToken" else 422)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_query_that_cannot_be_read_is_refused(room: Room, operation: Operation) -> None:
    path = address(room, operation)
    body = {"json": good_body(room, operation)} if operation.body else {}

    answer = room.ask(operation.method, f"{path}{'&' if '?' in path else '?'}x=%ff", token_for(operation), **body)

    assert answer.status_code in (400, 422) or answer.status_code == operation.success_status()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/users", 405),
        ("DELETE", f"/playlists/{UNKNOWN_UUID}", 405),
        ("GET", "/", 404),
    ],
)
def test_unknown_routes_and_methods_are_told(room: Room, method: str, path: str, status: int) -> None:
    """YM-Q09: nothing can be deleted."""
    answer = room.ask(method, path)

    assert (answer.status_code, set(answer.json)) == (status, {"message"})
    assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("name", ["playlist_id", "playlistTrackId", "user_id", "stream_id"])
def test_ids_that_are_no_uuids_are_named(room: Room, name: str) -> None:
    operation = next(
        operation for operation in BOOK.operations.values() if any(p.name == name for p in operation.in_place("path"))
    )
    good = address(room, operation)
    parts = operation.path.split("/")
    bad = "/".join("x" if part == f"{{{name}}}" else value for part, value in zip(parts, good.split("/"), strict=True))

    answer = room.ask(operation.method, bad, token_for(operation))

    assert (answer.status_code, list(answer.json["errors"])) == (422, [name])
    assert answer.json["errors"][name][0].endswith("must be a valid UUID.")


def test_instants_and_days_have_one_form(make_room: RoomMaker) -> None:
    """YM-202"""
    room = make_room(now="2026-03-10T12:34:56.789Z")
    room.patch("/profile", {"first_name": "A"})
    texts = [
        room.get(path).text for path in ("/profile", "/playlists", "/playlists/search?keyword=a", "/tracks/300001")
    ]

    for text in texts:
        for found in re.findall(r'"\d{4}-[^"]*"', text):
            assert re.fullmatch(r'"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?"', found), found
