"""Royalty splits, payees and invitations."""

from __future__ import annotations

from typing import Any

import pytest

UNKNOWN = "11111111-2222-4333-8444-555555555555"


def _person(desk: Any, name: str = "Payee", **rest: Any) -> str:
    answer = desk.post("/api/v1/persons", {"name": name, **rest})
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def _shares(desk: Any, *percentages: float) -> list[dict[str, Any]]:
    return [{"person_id": _person(desk), "percentage": one} for one in percentages]


def test_a_split_is_for_a_track_or_for_a_release(desk: Any) -> None:
    """OG-085"""
    release = desk.release()
    track = desk.track(release["id"])
    shares = _shares(desk, 60, 40)
    shares[0]["role"] = "songwriter"

    of_track = desk.post("/api/v1/splits", {"track_id": track["id"], "shares": shares})
    of_release = desk.post("/api/v1/splits", {"release_id": release["id"], "shares": shares})

    assert (of_track.status_code, of_release.status_code) == (201, 201)
    assert (of_track.json["release_id"], of_track.json["track_id"]) == (None, track["id"])
    assert (of_release.json["release_id"], of_release.json["track_id"]) == (release["id"], None)
    assert of_track.json["shares"] == [
        {**shares[0], "role": "songwriter"},
        {**shares[1], "role": "payee"},
    ]


@pytest.mark.parametrize("targets", [(), ("release_id", "track_id")])
def test_a_split_without_or_with_two_targets_is_refused(desk: Any, targets: tuple[str, ...]) -> None:
    """OG-085"""
    release = desk.release()
    ids = {"release_id": release["id"], "track_id": desk.track(release["id"])["id"]}
    body = {name: ids[name] for name in targets}

    answer = desk.post("/api/v1/splits", {**body, "shares": _shares(desk, 100)})

    assert answer.status_code == 422
    assert {one["code"] for one in answer.json["error"]["details"]} == {"one_target"}


def test_only_active_splits_are_listed_oldest_first(desk: Any) -> None:
    """OG-086"""
    release = desk.release()
    track = desk.track(release["id"])
    path, shares = "/api/v1/splits", _shares(desk, 100)
    old = desk.post(path, {"release_id": release["id"], "shares": shares}).json
    of_track = desk.post(path, {"track_id": track["id"], "shares": shares}).json
    new = desk.post(path, {"release_id": release["id"], "shares": _shares(desk, 50, 50)}).json

    listed = desk.get(f"/api/v1/releases/{release['id']}/splits").json["data"]

    assert listed == [of_track, new]
    assert next(one for one in desk.records("splits") if one["id"] == old["id"])["status"] == "superseded"


@pytest.mark.parametrize(
    "percentages", [(60, 40), (33.34, 33.33, 33.33), (0.1, 0.2, 99.7), (100,), (99.999, 0.001), (12.5,) * 8]
)
def test_shares_that_add_up_to_100_are_taken(desk: Any, percentages: tuple[float, ...]) -> None:
    """OG-087"""
    release = desk.release()

    answer = desk.post("/api/v1/splits", {"release_id": release["id"], "shares": _shares(desk, *percentages)})

    assert answer.status_code == 201
    assert [share["percentage"] for share in answer.json["shares"]] == list(percentages)


@pytest.mark.parametrize(
    ("percentages", "total"), [((60, 30), "90"), ((33.33,) * 3, "99.99"), ((60, 40.01), "100.01"), ((1,), "1")]
)
def test_shares_that_do_not_add_up_to_100_are_refused(
    desk: Any, percentages: tuple[float, ...], total: str
) -> None:
    """OG-087"""
    release = desk.release()

    answer = desk.post("/api/v1/splits", {"release_id": release["id"], "shares": _shares(desk, *percentages)})

    assert answer.status_code == 422
    assert answer.json["error"]["details"] == [{"code": "shares_not_100", "field": "shares", "message": total}]
    assert desk.get(f"/api/v1/releases/{release['id']}/splits").json["data"] == []


@pytest.mark.parametrize("percentage", [0, -10, 100.5, "60"])
def test_a_share_has_to_be_a_positive_number(desk: Any, percentage: Any) -> None:
    """OG-087"""
    release = desk.release()
    shares = _shares(desk, percentage, 100)

    answer = desk.post("/api/v1/splits", {"release_id": release["id"], "shares": shares})

    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["field"] == "shares[0].percentage"


def test_a_person_stands_in_a_split_once(desk: Any) -> None:
    """OG-088"""
    release, person = desk.release(), _person(desk)
    shares = [{"person_id": person, "percentage": 50}] * 2

    answer = desk.post("/api/v1/splits", {"release_id": release["id"], "shares": shares})

    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["code"] == "duplicate_person"
    assert answer.json["error"]["details"][0]["field"] == "shares[1].person_id"


@pytest.mark.parametrize("what", ["person", "release", "track", "foreign person", "foreign release"])
def test_a_split_needs_persons_and_a_target_that_exist(desk: Any, what: str) -> None:
    """OG-069, OG-088"""
    release = desk.release()
    body: dict[str, Any] = {"release_id": release["id"], "shares": _shares(desk, 100)}
    if what == "person":
        body["shares"] = [{"person_id": UNKNOWN, "percentage": 100}]
    elif what == "foreign person":
        foreign = next(one for one in desk.records("persons") if one["account"] == "hafenkante")
        body["shares"] = [{"person_id": foreign["id"], "percentage": 100}]
    elif what == "track":
        body = {"track_id": UNKNOWN, "shares": body["shares"]}
    else:
        foreign = next(one for one in desk.records("releases") if one["account"] == "hafenkante")
        body["release_id"] = UNKNOWN if what == "release" else foreign["id"]

    answer = desk.post("/api/v1/splits", body)

    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


def test_a_payee_is_created_without_an_address(desk: Any) -> None:
    """OG-089"""
    answer = desk.post("/api/v1/persons", {"name": "Payee"})

    assert answer.status_code == 201
    assert (answer.json["status"], answer.json["email"]) == ("active", None)


def test_a_payee_is_invited_by_mail(desk: Any) -> None:
    """OG-089"""
    answer = desk.post("/api/v1/persons", {"name": "Payee", "email": "new@example.com", "invite": True})

    mail = desk.records("inbox")[-1]
    assert (answer.status_code, answer.json["status"]) == (201, "invited")
    assert (mail["to"], mail["channel"], mail["person_id"]) == ("new@example.com", "email", answer.json["id"])
    assert "Nordwind Musik" in mail["subject"]


def test_an_address_alone_invites_nobody(desk: Any) -> None:
    before = len(desk.records("inbox"))

    answer = desk.post("/api/v1/persons", {"name": "Payee", "email": "new@example.com"})

    assert (answer.json["status"], len(desk.records("inbox"))) == ("active", before)


@pytest.mark.parametrize("body", [{"name": "A", "invite": True}, {"name": "A", "invite": True, "email": "nobody"}])
def test_an_invitation_needs_an_address(desk: Any, body: dict[str, Any]) -> None:
    """OG-090"""
    answer = desk.post("/api/v1/persons", body)

    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["field"] == "email"


def test_an_invited_person_can_already_stand_in_a_split(desk: Any) -> None:
    """OG-091"""
    release = desk.release()
    person = _person(desk, email="new@example.com", invite=True)

    shares = [{"person_id": person, "percentage": 100}]
    answer = desk.post("/api/v1/splits", {"release_id": release["id"], "shares": shares})

    assert answer.status_code == 201


def test_an_invitation_is_accepted_after_a_day(desk: Any) -> None:
    person = _person(desk, email="new@example.com", invite=True)

    desk.advance(hours=24)

    assert desk.world.require("persons", person)["status"] == "active"
    assert next(one for one in desk.records("invitations") if one["person_id"] == person)["status"] == "accepted"


@pytest.mark.parametrize("email", ["taken@example.com", "Taken@Example.COM"])
def test_an_address_belongs_to_one_payee_of_an_account(desk: Any, email: str) -> None:
    _person(desk, email="taken@example.com")

    again = desk.post("/api/v1/persons", {"name": "B", "email": email})
    elsewhere = desk.post("/api/v1/persons", {"name": "B", "email": email}, key="second-account")

    assert (again.status_code, again.json["error"]["code"]) == (409, "email_taken")
    assert elsewhere.status_code == 201
