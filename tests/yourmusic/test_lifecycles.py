"""Every transition of every machine, fired as a tester fires it, and every event that a state refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.core.failure import Failure
from specs import open_book

from .conftest import DEVICE, TENANT, Room

BOOK = open_book("yourmusic")
Maker = Callable[[Room], str]


def user(room: Room) -> str:
    body = {"first_name": "A", "last_name": "B", "email": "new@example.com", "date_of_birth": "2000-01-01"}
    return str(room.post("/users", body, "full").json["id"])


def subscription(room: Room) -> str:
    room.open(checkout(room), "POST", data={"action": "pay"})
    return str(room.records("subscriptions")[-1]["id"])


def checkout(room: Room) -> str:
    return str(room.post("/subscriptions/checkout", {"product_slug": "basic"}, "other-user").json["checkout_url"])


def code(room: Room) -> str:
    room.code_for("ada@example.com")
    return f"{TENANT}:ada@example.com"


def onboarding(room: Room) -> str:
    return str(room.sign_in("new@example.com")["onboarding_token"])


MAKERS: dict[str, Maker] = {
    "user": user,
    "subscription": subscription,
    "checkout_session": checkout,
    "one_time_code": code,
    "onboarding_token": onboarding,
    "refresh_token": lambda room: str(room.sign_in("ada@example.com")["refresh_token"]),
    "access_token": lambda room: str(room.sign_in("ada@example.com")["access_token"]),
    "device_token": lambda room: room.device_token(room.user_id()),
    "client_token": lambda room: room.client_token(),
}
ROWS = [
    pytest.param(machine.name, source, row.event, row.target, id=f"{machine.name}-{source}-{row.event}")
    for machine in BOOK.lifecycles.values()
    for row in machine.transitions
    for source in row.sources
]
ILLEGAL = [
    pytest.param(machine.name, state, event, id=f"{machine.name}-{state}-{event}")
    for machine in BOOK.lifecycles.values()
    for state in machine.states
    for event in sorted(machine.events())
    if machine.find(state, event) is None
]
# How a fresh resource comes into a state that is not its first.
WAYS = {
    "SUBSCRIBED": ["subscribe"], "ended": ["end"], "paid": ["pay"], "cancelled": ["cancel"], "expired": ["expire"],
    "used": ["verify"], "superseded": ["supersede"], "locked": ["lock"], "spent": ["spend"], "rotated": ["rotate"],
    "revoked": ["revoke"],
}  # fmt: skip


def brought_to(room: Room, machine: str, state: str) -> str:
    id = MAKERS[machine](room)
    for event in WAYS.get(state, []):
        room.fire(machine, id, event)
    return id


@pytest.mark.parametrize(("machine", "source", "event", "target"), ROWS)
def test_every_transition_can_be_fired(room: Room, machine: str, source: str, event: str, target: str) -> None:
    id = brought_to(room, machine, source)

    fired = room.fire(machine, id, event)

    assert (fired.source, fired.target) == (source, target)


@pytest.mark.parametrize(("machine", "state", "event"), ILLEGAL)
def test_every_other_event_is_refused(room: Room, machine: str, state: str, event: str) -> None:
    id = brought_to(room, machine, state)
    lifecycle = BOOK.lifecycles[machine]
    known = lifecycle.refusal(state, event)

    with pytest.raises(Failure) as refused:
        room.fire(machine, id, event)

    assert refused.value.kind == (known.kind if known else "illegal_transition")
    assert refused.value.facts["legal_events"] == lifecycle.legal_events(state)


TIMED = [
    pytest.param(machine.name, row.after, row.target, id=f"{machine.name}-{row.event}")
    for machine in BOOK.lifecycles.values()
    for row in machine.transitions
    if row.by == "timer" and row.after is not None
]


@pytest.mark.parametrize(("machine", "after", "target"), TIMED)
def test_what_has_a_time_ends_at_it(room: Room, machine: str, after: Any, target: str) -> None:
    MAKERS[machine](room)
    collection = BOOK.lifecycles[machine].collection

    room.advance(seconds=after.total_seconds() - 1)
    before = room.records(collection)[-1]["status"]
    room.advance(seconds=1)
    at_its_end = room.records(collection)[-1]["status"]

    assert (before, at_its_end) == ("active" if machine != "checkout_session" else "open", target)


def test_lives_in_code_and_lifecycles_are_the_same() -> None:
    from mockserver.providers.yourmusic.codes import LIFE
    from mockserver.providers.yourmusic.tokens import OPAQUE, SIGNED

    lives = {name: life for name, (_, life) in (SIGNED | OPAQUE).items()} | {"one_time_code": LIFE}

    for name, life in lives.items():
        row = next(row for row in BOOK.lifecycles[name].transitions if row.event == "expire")
        assert row.after == life


@pytest.mark.parametrize("machine", ["device_token", "access_token"])
def test_a_token_that_a_tester_expires_opens_nothing(room: Room, machine: str) -> None:
    """YM-014, YM-069"""
    token = MAKERS[machine](room)
    assert room.get("/profile", token).status_code == 200

    room.fire(machine, token, "expire")

    assert room.get("/profile", token).status_code == 401


def test_a_tester_can_start_and_end_a_subscription(room: Room) -> None:
    """YM-Q10, YM-Q11"""
    id = room.user_id("other-user")

    room.fire("user", "loic@example.com", "subscribe", pm_type="paypal", pm_last_four="0000")
    begun = room.get("/profile", "other-user").json
    room.fire("subscription", id, "end")
    ended = room.get("/profile", "other-user").json

    assert (begun["status"], begun["pm_type"], begun["subscription_ends_at"]) == (
        "SUBSCRIBED", "paypal", "2026-04-09T12:00:00Z",
    )  # fmt: skip
    assert (ended["status"], ended["subscription_ends_at"]) == ("UNSUBSCRIBED", "2026-03-10T12:00:00Z")


def test_a_tester_can_renew_and_lapse(room: Room) -> None:
    ends = room.get("/profile").json["subscription_ends_at"]

    room.fire("subscription", room.user_id(), "renew")
    renewed = room.get("/profile").json
    room.fire("user", room.user_id(), "lapse")
    lapsed = room.get("/profile").json

    assert renewed["subscription_ends_at"] > ends
    assert (lapsed["status"], lapsed["subscription_ends_at"]) == ("UNSUBSCRIBED", "2026-03-10T12:00:00Z")


@pytest.mark.parametrize(
    ("machine", "id"),
    [("user", "nobody@example.com"), ("one_time_code", "nobody"), ("subscription", "x"), ("checkout_session", "x/y"),
     ("refresh_token", "x"), ("access_token", "a.b.c"), ("device_token", DEVICE)],
)  # fmt: skip
def test_an_id_that_names_nothing_is_not_located(room: Room, machine: str, id: str) -> None:
    locate = room.app.flats["yourmusic"].locate

    assert locate is not None
    assert locate(room.world, machine, id) is None
