"""User administration: a tenant's users, listed, created, read and changed."""

from __future__ import annotations

import pytest

from .conftest import UNKNOWN_UUID, Room

MEMBERS = {
    "id", "first_name", "last_name", "email", "date_of_birth", "status", "subscription_ends_at", "pm_type",
    "pm_last_four", "created_at", "updated_at",
}  # fmt: skip
NEW = {"first_name": "Zoë", "last_name": "Ríos", "email": "zoe@example.com", "date_of_birth": "1995-05-05"}


def create(room: Room, **changes: object) -> dict[str, object]:
    answer = room.post("/users", {**NEW, **changes}, "full")
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def test_a_new_user_has_no_subscription_yet(room: Room) -> None:
    """YM-021, YM-022, YM-023, YM-030, YM-202"""
    user = create(room)

    assert set(user) == MEMBERS
    assert {name: user[name] for name in NEW} == NEW
    assert user["created_at"] == user["updated_at"] == "2026-03-10T12:00:00Z"
    assert (user["subscription_ends_at"], user["pm_type"], user["pm_last_four"]) == (None, None, None)
    assert user["status"] == "UNSUBSCRIBED"


def test_a_created_user_is_read_and_listed_as_it_was_answered(room: Room) -> None:
    """YM-021, YM-025"""
    user = create(room)

    read = room.get(f"/users/{user['id']}", "full").json
    listed = room.get("/users", "full").json["data"]

    assert read == user
    assert listed[-1] == user


@pytest.mark.parametrize("missing", list(NEW))
def test_every_field_is_needed(room: Room, missing: str) -> None:
    """YM-022, YM-200"""
    body = {name: value for name, value in NEW.items() if name != missing}

    answer = room.post("/users", body, "full")

    assert answer.status_code == 422
    words = missing.replace("_", " ")
    assert answer.json == {
        "message": "The given data was invalid.",
        "errors": {missing: [f"The {words} field is required."]},
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "nobody"}, "The email must be a valid email address."),
        ({"date_of_birth": "15-01-1990"}, "The date of birth is not a valid date."),
        ({"first_name": 7}, "The first name must be a string."),
        ({"last_name": ""}, "The last name field is required."),
        ({"last_name": None}, "The last name field is required."),
    ],
)
def test_a_malformed_value_is_told_in_words(room: Room, changes: dict[str, object], sentence: str) -> None:
    """YM-022, YM-200"""
    answer = room.post("/users", {**NEW, **changes}, "full")

    assert (answer.status_code, answer.json["errors"]) == (422, {next(iter(changes)): [sentence]})


def test_an_address_is_unique_inside_its_tenant(room: Room) -> None:
    """YM-024"""
    create(room)

    again = room.post("/users", {**NEW, "email": "ZOE@example.com"}, "full")
    elsewhere = room.post("/users", NEW, "second-account")

    assert (again.status_code, list(again.json["errors"])) == (422, ["email"])
    assert elsewhere.status_code == 201


def test_an_address_cannot_be_changed_to_somebody_elses(room: Room) -> None:
    """YM-024"""
    user = create(room)

    taken = room.patch(f"/users/{user['id']}", {"email": "ada@example.com"}, "full")
    own = room.patch(f"/users/{user['id']}", {"email": "Zoe@example.com"}, "full")

    assert (taken.status_code, list(taken.json["errors"])) == (422, ["email"])
    assert (own.status_code, own.json["email"]) == (200, "Zoe@example.com")


def test_an_update_changes_what_is_sent_alone(room: Room) -> None:
    """YM-026"""
    user = create(room)
    room.advance(minutes=5)

    changed = room.patch(f"/users/{user['id']}", {"first_name": "Zora", "status": "SUBSCRIBED"}, "full").json

    assert changed == {**user, "first_name": "Zora", "updated_at": "2026-03-10T12:05:00Z"}
    assert room.get(f"/users/{user['id']}", "full").json == changed


def test_a_changed_address_signs_in_and_the_former_one_does_not(room: Room) -> None:
    """YM-027"""
    user = create(room)
    room.patch(f"/users/{user['id']}", {"email": "new@example.com"}, "full")

    session, onboarding = room.sign_in("new@example.com"), room.sign_in("zoe@example.com")

    assert session["user"]["id"] == user["id"]
    assert "onboarding_token" in onboarding


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/users"), ("POST", "/users"), ("GET", "/users/{id}"), ("PATCH", "/users/{id}")],
)
def test_user_administration_takes_client_tokens_alone(room: Room, method: str, path: str) -> None:
    """YM-028, YM-201"""
    path = path.format(id=room.user_id())

    nobody = room.ask(method, path, None)
    user = room.ask(method, path, "user")

    assert (nobody.status_code, nobody.json) == (401, {"message": "Unauthenticated."})
    assert (user.status_code, user.mimetype) == (403, "application/json")


def test_tenants_do_not_see_one_another(room: Room) -> None:
    """YM-029"""
    own = {user["id"] for user in room.get("/users", "full").json["data"]}
    others = {user["id"] for user in room.get("/users", "second-account").json["data"]}
    foreign = next(iter(others))

    read = room.get(f"/users/{foreign}", "full")
    changed = room.patch(f"/users/{foreign}", {"first_name": "Eve"}, "full")

    assert own
    assert others
    assert not own & others
    assert (read.status_code, changed.status_code) == (404, 404)


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_an_unknown_user_is_not_found(room: Room, method: str) -> None:
    """YM-031"""
    answer = room.ask(method, f"/users/{UNKNOWN_UUID}", "full", json={} if method == "PATCH" else None)

    assert (answer.status_code, answer.json) == (404, {"message": "Not found."})


def test_a_list_of_users_is_paged_by_fifteen(empty: Room) -> None:
    """YM-020"""
    for number in range(20):
        create(empty, email=f"u{number}@example.com")

    first = empty.get("/users", "full").json
    second = empty.get("/users", "full", page=2).json
    beyond = empty.get("/users", "full", page=9).json

    assert set(first) == {"data", "links", "meta"}
    assert (len(first["data"]), len(second["data"]), len(beyond["data"])) == (15, 7, 0)
    assert first["meta"] == {
        "current_page": 1, "from": 1, "last_page": 2, "path": "http://localhost/yourmusic/users", "per_page": 15,
        "to": 15, "total": 22,
    }  # fmt: skip
    assert first["links"]["next"] == "http://localhost/yourmusic/users?page=2"
    assert (second["links"]["prev"], second["links"]["next"]) == ("http://localhost/yourmusic/users?page=1", None)
    assert (beyond["meta"]["from"], beyond["meta"]["to"]) == (None, None)
    assert not {user["id"] for user in first["data"]} & {user["id"] for user in second["data"]}


@pytest.mark.parametrize("page", ["0", "x"])
def test_a_page_is_a_positive_number(room: Room, page: str) -> None:
    answer = room.get("/users", "full", page=page)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["page"])
