"""Checkout sessions, their payment page, and the subscription that a payment starts."""

from __future__ import annotations

import pytest

from mockserver.providers.yourmusic.checkout.redirects import ALLOWED, DEFAULTS, is_allowed

from .conftest import Room, RoomMaker

SUCCESS, CANCEL = "https://app.yourmusic.example/subscribed", "https://shop.acme-records.example/plans?x=1"


def order(room: Room, token: str = "other-user", **more: str) -> str:
    answer = room.post("/subscriptions/checkout", {"product_slug": "basic", **more}, token)
    assert answer.status_code == 200, answer.text
    return str(answer.json["checkout_url"])


def pay(room: Room, url: str, **fields: str) -> object:
    return room.open(url, "POST", data={"action": "pay", **fields})


def test_a_checkout_answers_the_address_of_a_page(room: Room) -> None:
    """YM-080, YM-083"""
    url = order(room)

    page = room.open(url)

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "9.99 EUR" in page.text
    assert '<form method="post">' in page.text


def test_the_page_belongs_to_the_sandbox_of_its_order(room: Room) -> None:
    """A browser sends no header that names the sandbox: the address does."""
    assert order(room).startswith(f"http://localhost/~{room.name}/yourmusic/checkout/cs_")


def test_opening_a_checkout_changes_nothing(room: Room) -> None:
    """YM-Q11"""
    before = room.get("/profile", "other-user").json

    room.open(order(room))

    assert room.get("/profile", "other-user").json == before


def test_a_payment_starts_the_subscription(room: Room) -> None:
    """YM-Q11, YM-082"""
    answer = pay(room, order(room))

    profile = room.get("/profile", "other-user").json
    assert (answer.status_code, answer.headers["Location"]) == (303, DEFAULTS["success_url"])
    assert (profile["status"], profile["subscription_ends_at"]) == ("SUBSCRIBED", "2026-04-09T12:00:00Z")
    assert (profile["pm_type"], profile["pm_last_four"]) == ("visa", "4242")


@pytest.mark.parametrize(
    ("number", "kind", "last"),
    [
        ("5555 5555 5555 4444", "mastercard", "4444"),
        ("378282246310005", "amex", "0005"),
        ("6011111111111117", "card", "1117"),
    ],
)
def test_the_card_shows_in_the_profile(room: Room, number: str, kind: str, last: str) -> None:
    pay(room, order(room), card=number)

    profile = room.get("/profile", "other-user").json

    assert (profile["pm_type"], profile["pm_last_four"]) == (kind, last)


@pytest.mark.parametrize("number", ["4000000000000002", "4242424242424241", "none"])
def test_a_card_that_cannot_pay_leaves_the_page_open(room: Room, number: str) -> None:
    url = order(room)

    refused = pay(room, url, card=number)
    paid = pay(room, url)

    assert (refused.status_code, paid.status_code) == (402, 303)
    assert 'role="alert"' in refused.text


def test_cancelling_leads_back_and_starts_nothing(room: Room) -> None:
    """YM-082"""
    url = order(room, cancel_url=CANCEL)

    answer = room.open(url, "POST", data={"action": "cancel"})

    assert (answer.status_code, answer.headers["Location"]) == (303, CANCEL)
    assert room.get("/profile", "other-user").json["status"] == "UNSUBSCRIBED"
    assert pay(room, url).status_code == 409


def test_own_redirects_are_used_each_for_itself(room: Room) -> None:
    """YM-081, YM-082"""
    paid = pay(room, order(room, success_url=SUCCESS))
    cancelled = room.open(order(room, success_url=SUCCESS), "POST", data={"action": "cancel"})

    assert paid.headers["Location"] == SUCCESS
    assert cancelled.headers["Location"] == DEFAULTS["cancel_url"]


@pytest.mark.parametrize("field", ["success_url", "cancel_url"])
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/back",
        "https://app.yourmusic.example.evil.example/",
        "https://app.yourmusic.example@evil.example/",
        "https://evil.example/https://app.yourmusic.example/",
        "https://evil.example\\@app.yourmusic.example/",
        "http://app.yourmusic.example/",
        "https://app.yourmusic.example:8443/",
        "https://a.b.acme-records.example/",
        "javascript://app.yourmusic.example/%0aalert(1)",
    ],
)
def test_redirects_to_elsewhere_are_refused(room: Room, field: str, url: str) -> None:
    """YM-081"""
    answer = room.post("/subscriptions/checkout", {"product_slug": "basic", field: url}, "other-user")

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert not room.records("checkout_sessions")


@pytest.mark.parametrize(
    "url",
    ["https://app.yourmusic.example/a/b?c=d#e", "https://app.yourmusic.example", "https://shop.acme-records.example/",
     "http://localhost:3000/back", "http://localhost/back", "http://127.0.0.1:8080/"],
)  # fmt: skip
def test_redirects_that_match_a_pattern_are_taken(url: str) -> None:
    """YM-081"""
    assert is_allowed(url)


def test_the_defaults_are_among_what_is_allowed() -> None:
    """YM-082"""
    assert ALLOWED
    assert all(is_allowed(url) for url in DEFAULTS.values())


def test_patterns_and_defaults_can_be_looked_up(room: Room) -> None:
    """YM-081: /_control/info shows them."""
    about = room.app.flats["yourmusic"].about

    assert about["allowed_redirect_patterns"] == list(ALLOWED)
    assert about["default_success_url"] == DEFAULTS["success_url"]
    assert about["default_cancel_url"] == DEFAULTS["cancel_url"]


@pytest.mark.parametrize("body", [{}, {"product_slug": None}, {"product_slug": "nope"}])
def test_a_known_product_is_needed(room: Room, body: dict[str, object]) -> None:
    """YM-080, YM-084"""
    answer = room.post("/subscriptions/checkout", body)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["product_slug"])


def test_a_checkout_takes_user_tokens_alone(room: Room) -> None:
    """YM-085"""
    body = {"product_slug": "basic"}

    assert room.post("/subscriptions/checkout", body, None).status_code == 401
    assert room.post("/subscriptions/checkout", body, "full").status_code == 403


def test_a_checkout_is_paid_once(room: Room) -> None:
    url = order(room)
    pay(room, url)

    again = pay(room, url)

    assert again.status_code == 409
    assert "is paid" in room.open(url).text
    assert room.get("/profile", "other-user").json["subscription_ends_at"] == "2026-04-09T12:00:00Z"


def test_a_checkout_expires_after_a_day(room: Room) -> None:
    url = order(room)

    room.advance(days=1)

    assert pay(room, url).status_code == 409
    assert "has expired" in room.open(url).text


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("POST", 404)])
def test_an_unknown_checkout_is_a_page_that_says_so(room: Room, method: str, status: int) -> None:
    answer = room.open(f"/~{room.name}/yourmusic/checkout/cs_nope", method)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")


def test_a_form_with_another_choice_is_shown_again(room: Room) -> None:
    answer = room.open(order(room), "POST", data={"action": "steal"})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "data", "place"),
    [
        ("", {}, "success_url"),
        ("", {"pay": "1"}, "success_url"),
        ("", {"cancel": ""}, "cancel_url"),
        ("/pay", {}, "success_url"),
        ("/cancel", {}, "cancel_url"),
    ],
)
def test_a_test_may_say_its_choice_in_any_usual_way(room: Room, path: str, data: dict[str, str], place: str) -> None:
    answer = room.open(order(room) + path, "POST", data=data)

    assert (answer.status_code, answer.headers["Location"]) == (303, DEFAULTS[place])


def test_a_page_takes_no_other_method(room: Room) -> None:
    answer = room.open(order(room), "DELETE")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_a_subscription_ends_after_thirty_days(room: Room) -> None:
    """YM-Q10, YM-Q11"""
    pay(room, order(room))

    room.advance(days=29, hours=23)
    before = room.get("/profile", "other-user").json
    room.advance(hours=1)
    after = room.get("/profile", "other-user").json

    assert (before["status"], after["status"]) == ("SUBSCRIBED", "UNSUBSCRIBED")
    assert after["subscription_ends_at"] == "2026-04-09T12:00:00Z"
    assert after["pm_last_four"] == "4242"


def test_a_second_payment_adds_a_period_and_puts_off_the_end(room: Room) -> None:
    """YM-Q11"""
    pay(room, order(room))
    room.advance(days=10)

    pay(room, order(room), card="5555555555554444")
    renewed = room.get("/profile", "other-user").json
    room.advance(days=25)
    still = room.get("/profile", "other-user").json
    room.advance(days=25)
    over = room.get("/profile", "other-user").json

    assert (renewed["subscription_ends_at"], renewed["pm_type"]) == ("2026-05-09T12:00:00Z", "mastercard")
    assert (still["status"], over["status"]) == ("SUBSCRIBED", "UNSUBSCRIBED")


def test_somebody_who_lapsed_can_subscribe_again(room: Room) -> None:
    pay(room, order(room))
    room.advance(days=31)

    pay(room, order(room))

    profile = room.get("/profile", "other-user").json
    assert (profile["status"], profile["subscription_ends_at"]) == ("SUBSCRIBED", "2026-05-10T12:00:00Z")
    assert [record["status"] for record in room.records("subscriptions")].count("ended") >= 1


def test_a_seeded_subscription_ends_by_itself(room: Room) -> None:
    """The demo world's subscribed users have subscriptions that run."""
    ends = room.get("/profile").json["subscription_ends_at"]

    room.advance_to(ends)

    assert room.get("/profile").json["status"] == "UNSUBSCRIBED"


def test_a_payment_is_shown_in_the_empty_world_too(make_room: RoomMaker) -> None:
    room = make_room(world="empty")

    assert pay(room, order(room, "user")).status_code == 303
    assert room.get("/profile").json["status"] == "SUBSCRIBED"
