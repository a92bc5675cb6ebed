"""Events of other companies' systems: proved, taken once, followed."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest

from mockserver.core.failure import Failure

HOOKS = ["stripe", "wise", "dsp-sync", "mailgun", "whapi"]
# The typical event of each sender moves something on a busy desk, save for Stripe's, which has to be told.
MOVING = {
    "stripe": {
        "type": "customer.subscription.updated",
        "data": {"object": {"status": "active", "metadata": {"account": "nordwind", "plan": "business"}}},
    }
}


def _code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def _message(desk: Any, hook: str, **wish: Any) -> Any:
    return desk.app.flats["og_records"].inbound[hook](desk.world, {"payload": MOVING.get(hook), **wish})


def _effects(desk: Any) -> dict[str, Any]:
    """All that an event could change."""
    names = ("releases", "payouts", "invitations", "persons", "whatsapp_messages", "outbox", "addresses")
    plans = {one["id"]: one.get("plan") for one in desk.records("credentials")}
    return {"plans": plans, **{name: desk.records(name) for name in names}}


@pytest.fixture
def busy(manual: Any) -> Any:
    """A desk where each sender's typical event has something to move, and a receiver is registered."""
    manual.endpoint()
    manual.submitted()
    manual.post("/api/v1/payouts/request", {"amount": "10"})
    manual.post("/api/v1/persons", {"name": "A", "email": "new@example.com", "invite": True})
    return manual


# proof


@pytest.mark.parametrize("hook", HOOKS)
def test_a_proved_event_is_taken_without_any_credential(busy: Any, hook: str) -> None:
    """OG-001, OG-120, OG-123, OG-126"""
    before = _effects(busy)

    answer = busy.send(hook, MOVING.get(hook))

    assert (answer.status_code, answer.json) == (200, {"received": True})
    assert _effects(busy) != before


@pytest.mark.parametrize("hook", HOOKS)
def test_a_wrong_proof_is_refused_and_has_no_effect(busy: Any, hook: str) -> None:
    """OG-120, OG-127"""
    before = _effects(busy)

    answer = busy.send(hook, MOVING.get(hook), variant="bad-signature")

    assert _code(answer) == (400, "signature_invalid")
    assert _effects(busy) == before


@pytest.mark.parametrize("hook", HOOKS)
def test_an_event_without_proof_is_told_so_whatever_its_body_is(busy: Any, hook: str) -> None:
    """OG-120, OG-127: an API key is no proof either (OG-123)."""
    body = {} if hook != "mailgun" else {"event-data": {"event": "failed", "recipient": "new@example.com"}}

    answers = [busy.post(f"/webhooks/{hook}", body, key=key) for key in (None, "full")]

    assert [_code(answer) for answer in answers] == [(400, "signature_missing")] * 2


@pytest.mark.parametrize("hook", ["stripe", "wise", "dsp-sync"])
def test_an_altered_body_is_refused(busy: Any, hook: str) -> None:
    """OG-120"""
    message = _message(busy, hook)

    answer = busy.send_message(message, body=message["body"] + " ")

    assert _code(answer) == (400, "signature_invalid")


@pytest.mark.parametrize("hook", ["stripe", "dsp-sync", "mailgun"])
def test_an_old_timestamp_is_refused_though_rightly_signed(busy: Any, hook: str) -> None:
    """OG-121"""
    before = _effects(busy)

    answer = busy.send(hook, MOVING.get(hook), variant="stale")

    assert _code(answer) == (400, "timestamp_stale")
    assert _effects(busy) == before


@pytest.mark.parametrize("hook", ["stripe", "dsp-sync", "mailgun"])
@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 400)])
def test_a_proof_is_good_for_300_seconds(busy: Any, hook: str, seconds: int, status: int) -> None:
    """OG-121"""
    message = _message(busy, hook)

    busy.advance(seconds=seconds)

    assert busy.send_message(message).status_code == status


@pytest.mark.parametrize("hook", HOOKS)
def test_an_event_sent_again_is_taken_and_has_no_second_effect(busy: Any, hook: str) -> None:
    """OG-122, OG-121"""
    busy.send(hook, MOVING.get(hook))
    after_one = _effects(busy)

    again = busy.send(hook, variant="replay")

    assert (again.status_code, again.json) == (200, {"received": True})
    assert _effects(busy) == after_one


@pytest.mark.parametrize("hook", HOOKS)
def test_an_event_is_remembered_as_long_as_the_world(busy: Any, hook: str) -> None:
    """OG-122: long after the window the same event, signed anew, is still known."""
    message = _message(busy, hook)
    busy.send_message(message)
    busy.advance(days=40)
    before = _effects(busy)

    if hook in ("stripe", "dsp-sync"):
        answer = busy.send(hook, payload=message["body"])
    elif hook == "mailgun":
        token = orjson.loads(message["body"])["signature"]["token"]
        answer = busy.send(hook, payload={"signature": {"token": token}})
    else:
        answer = busy.send_message(message)

    assert answer.status_code == 200
    assert _effects(busy) == before


@pytest.mark.parametrize("hook", HOOKS)
def test_there_is_nothing_to_replay_before_the_first_event(manual: Any, hook: str) -> None:
    manual.send(hook, variant="bad-signature")

    with pytest.raises(Failure) as refused:
        manual.send(hook, variant="replay")

    assert refused.value.kind == "nothing_to_replay"


def test_stale_is_replay_where_the_scheme_has_no_timestamp(busy: Any) -> None:
    first = _message(busy, "wise")
    busy.send_message(first)

    again = _message(busy, "wise", variant="stale")

    assert (again["headers"], again["body"]) == (first["headers"], first["body"])


def test_an_unknown_variant_is_refused(manual: Any) -> None:
    with pytest.raises(Failure, match="bad-signature"):
        manual.send("stripe", variant="loud")


@pytest.mark.parametrize(
    ("hook", "payload"),
    [
        ("stripe", {"type": "foo.bar"}),
        ("stripe", {"type": "customer.subscription.updated", "data": {"object": {"metadata": None}}}),
        ("wise", {"event_type": "balances#credit"}),
        ("wise", {"data": {"current_state": "a_new_word"}}),
        ("wise", {"data": {"resource": {"id": 1}}}),
        ("dsp-sync", {"status": "sideways", "release_id": "unknown"}),
        ("dsp-sync", {"release_id": "unknown"}),
        ("mailgun", {"event-data": {"event": "opened"}}),
        ("mailgun", {"event-data": {"recipient": "stranger@example.com"}}),
        ("whapi", {"event": {"type": "statuses"}}),
    ],
)
def test_what_has_no_meaning_here_is_taken_and_ignored(busy: Any, hook: str, payload: dict[str, Any]) -> None:
    """OG-128"""
    before = _effects(busy)

    answer = busy.send(hook, payload)

    assert answer.status_code == 200
    assert _effects(busy) == before


@pytest.mark.parametrize("hook", HOOKS)
def test_a_proved_event_of_another_media_type_is_refused(busy: Any, hook: str) -> None:
    message = _message(busy, hook)

    answer = busy.send_message(message, headers={**message["headers"], "content-type": "text/plain"})

    assert _code(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("hook", HOOKS)
def test_an_event_beyond_a_mebibyte_is_refused(busy: Any, hook: str) -> None:
    answer = busy.post(f"/webhooks/{hook}", key=None, data=b" " * 1_048_577, content_type="application/json")

    assert _code(answer) == (413, "payload_too_large")


@pytest.mark.parametrize(
    ("hook", "body"),
    [("stripe", "{"), ("stripe", "{}"), ("wise", "[]"), ("dsp-sync", '{"event_id": "1"}'), ("whapi", "{}")],
)
def test_a_proved_event_that_cannot_be_read_is_refused(busy: Any, hook: str, body: str) -> None:
    answer = busy.send(hook, payload=body)

    assert answer.status_code == 400
    assert answer.json["error"]["code"] in ("malformed_body", "validation_failed")


# Stripe


def _plans(desk: Any, account: str = "nordwind") -> dict[str, str]:
    keys = [one for one in desk.records("credentials") if one["kind"] == "api_key" and one["account"] == account]
    return {one["name"]: one["plan"] for one in keys}


def _subscription(type: str, status: str = "active", **metadata: Any) -> dict[str, Any]:
    return {"type": f"customer.subscription.{type}", "data": {"object": {"status": status, "metadata": metadata}}}


def test_a_subscription_moves_production_keys_and_never_sandbox_keys(manual: Any) -> None:
    """OG-120: what it changes is our reading."""
    manual.post(f"/api/v1/api-keys/{manual.credential('free')['id']}/rotate")

    manual.send("stripe", _subscription("updated", account="nordwind", plan="business"))
    up = _plans(manual)
    limit = manual.get("/api/v1/earnings", key="free").headers["X-RateLimit-Limit"]
    manual.send("stripe", _subscription("deleted", status="canceled", account="nordwind"))
    down = _plans(manual)

    assert (up["free"], up["free-before-1"], up["business"], up["full"]) == ("business",) * 3 + ("sandbox",)
    assert limit == "600"
    assert (down["free"], down["business"], down["full"]) == ("free", "free", "sandbox")


@pytest.mark.parametrize(
    "payload",
    [
        _subscription("created", status="incomplete", account="nordwind", plan="business"),
        _subscription("updated", account="nordwind", plan="gold"),
        _subscription("updated", account="nobody", plan="free"),
        _subscription("updated", account=7, plan="free"),
        _subscription("paused", account="nordwind", plan="free"),
    ],
)
def test_other_subscriptions_move_nothing(manual: Any, payload: dict[str, Any]) -> None:
    """OG-128"""
    before = _plans(manual)

    assert manual.send("stripe", payload).status_code == 200
    assert _plans(manual) == before


# Wise


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["processing"], ["processing"]),
        (["funds_converted"], ["processing"]),
        (["outgoing_payment_sent"], ["paid"]),
        (["processing", "outgoing_payment_sent"], ["processing", "paid"]),
        (["cancelled"], ["cancelled"]),
        (["processing", "cancelled"], ["processing", "cancelled"]),
        (["funds_refunded"], ["failed"]),
        (["outgoing_payment_sent", "bounced_back"], ["paid", "failed"]),
        (["outgoing_payment_sent", "charged_back"], ["paid", "failed"]),
        (["outgoing_payment_sent", "processing", "cancelled"], ["paid", "paid", "paid"]),
        (["cancelled", "outgoing_payment_sent", "funds_refunded"], ["cancelled"] * 3),
    ],
)
def test_a_payout_follows_its_transfer(manual: Any, states: list[str], expected: list[str]) -> None:
    """OG-101"""
    manual.endpoint()
    payout = manual.post("/api/v1/payouts/request", {"amount": "10"}).json
    seen = []

    for state in states:
        data = {"resource": {"id": int(payout["provider_reference"])}, "current_state": state}
        assert manual.send("wise", {"data": data}).status_code == 200
        seen.append(manual.get("/api/v1/payouts?limit=1").json["data"][0]["status"])

    changes = ["requested", *expected]
    told = [(one["old_status"], one["new_status"]) for one in manual.told("payout.status_changed")]
    assert seen == expected
    assert told == [pair for pair in zip(changes, expected, strict=False) if pair[0] != pair[1]]


def test_when_the_money_was_sent_is_kept_when_it_comes_back(manual: Any) -> None:
    payout = manual.post("/api/v1/payouts/request", {"amount": "10"}).json
    for state in ("outgoing_payment_sent", "bounced_back"):
        manual.send("wise", {"data": {"resource": {"id": int(payout["provider_reference"])}, "current_state": state}})
        manual.advance(days=1)

    shown = manual.get("/api/v1/payouts?limit=1").json["data"][0]

    assert (shown["status"], shown["paid_at"]) == ("failed", "2026-03-15T12:00:00.000000Z")


def test_a_test_notification_of_wise_changes_nothing(busy: Any) -> None:
    message = _message(busy, "wise")
    before = _effects(busy)

    answer = busy.send_message(message, headers={**message["headers"], "x-test-notification": "true"})

    assert answer.status_code == 200
    assert _effects(busy) == before


def test_wise_without_a_delivery_id_is_known_by_its_body(busy: Any) -> None:
    """OG-122"""
    message = _message(busy, "wise")
    headers = {name: value for name, value in message["headers"].items() if name != "x-delivery-id"}
    busy.send_message(message, headers=headers)
    once = _effects(busy)

    assert busy.send_message(message, headers=headers).status_code == 200
    assert _effects(busy) == once


# DSP sync


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["delivered"], ["approved"]),
        (["live"], ["distributed"]),
        (["delivered", "live"], ["approved", "distributed"]),
        (["rejected"], ["rejected"]),
        (["delivered", "rejected"], ["approved", "rejected"]),
        (["live", "taken_down"], ["distributed", "taken_down"]),
        (["live", "rejected", "delivered"], ["distributed"] * 3),
        (["taken_down"], ["submitted"]),
    ],
)
def test_a_release_follows_what_a_dsp_says(manual: Any, statuses: list[str], expected: list[str]) -> None:
    """OG-124"""
    manual.endpoint(events=["release.status_changed"])
    release_id, _ = manual.submitted()
    seen = []

    for status in statuses:
        assert manual.send("dsp-sync", {"release_id": release_id, "status": status}).status_code == 200
        seen.append(manual.get(f"/api/v1/releases/{release_id}").json["status"])

    changes = ["submitted", *expected]
    told = [(one["old_status"], one["new_status"]) for one in manual.told("release.status_changed")[1:]]
    assert seen == expected
    assert told == [pair for pair in zip(changes, expected, strict=False) if pair[0] != pair[1]]


def test_a_release_that_a_dsp_brings_out_has_its_codes(manual: Any) -> None:
    """OG-124"""
    release_id, _ = manual.submitted()

    manual.send("dsp-sync", {"release_id": release_id, "status": "live"})

    assert manual.get(f"/api/v1/releases/{release_id}").json["upc"] is not None


@pytest.mark.parametrize(("stamp", "status"), [("same", 200), ("absent", 200), ("1", 400), ("soon", 400), ("-1", 400)])
def test_the_repeated_timestamp_has_to_be_the_signatures(busy: Any, stamp: str, status: int) -> None:
    message = _message(busy, "dsp-sync")
    headers = dict(message["headers"])
    if stamp == "absent":
        del headers["x-og-timestamp"]
    elif stamp != "same":
        headers["x-og-timestamp"] = stamp

    assert busy.send_message(message, headers=headers).status_code == status


# Mailgun


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "failed", "severity": "permanent"}, "undeliverable"),
        ({"event": "failed", "severity": None}, "undeliverable"),
        ({"event": "complained"}, "undeliverable"),
        ({"event": "failed", "severity": "temporary"}, "sent"),
        ({"event": "complained", "recipient": "NEW@example.com"}, "undeliverable"),
    ],
)
def test_a_bounce_or_complaint_marks_the_invitation(busy: Any, event: dict[str, Any], expected: str) -> None:
    """OG-125"""
    payload = {"recipient": "new@example.com", **event}
    if payload.get("severity", "") is None:
        del payload["severity"]

    answer = busy.send("mailgun", {"event-data": payload})

    invitation = next(one for one in busy.records("invitations") if one["email"] == "new@example.com")
    person = busy.world.require("persons", invitation["person_id"])
    assert answer.status_code == 200
    assert invitation["status"] == expected
    assert person["status"] == "invited"


def test_an_accepted_invitation_can_still_bounce(busy: Any) -> None:
    """OG-125"""
    busy.fire("invitation", "new@example.com", "accept")

    busy.send("mailgun", {"event-data": {"recipient": "new@example.com"}})

    invitation = next(one for one in busy.records("invitations") if one["email"] == "new@example.com")
    assert (invitation["status"], invitation["reason"]) == ("undeliverable", "failed")
    assert busy.records("addresses")[0]["id"] == "new@example.com"


@pytest.mark.parametrize("data", [{}, {"event": "failed"}, {"recipient": "a@example.com"}, "text"])
def test_mailgun_is_told_to_stop_sending_what_can_never_be_used(busy: Any, data: Any) -> None:
    message = _message(busy, "mailgun")
    body = {**orjson.loads(message["body"]), "event-data": data}

    answer = busy.send_message(message, body=orjson.dumps(body).decode())

    assert _code(answer) == (406, "event_unusable")


@pytest.mark.parametrize(
    ("proof", "code"),
    [
        ({"timestamp": None}, "signature_missing"),
        ({"timestamp": 1773576000}, "signature_invalid"),
        ({"token": "other"}, "signature_invalid"),
        ({"signature": "0" * 64}, "signature_invalid"),
        (None, "signature_missing"),
    ],
)
def test_mailguns_proof_has_to_be_whole(busy: Any, proof: Any, code: str) -> None:
    """OG-127"""
    message = _message(busy, "mailgun")
    body = orjson.loads(message["body"])
    body["signature"] = {**body["signature"], **proof} if proof is not None else None
    if proof and None in proof.values():
        del body["signature"]["timestamp"]

    answer = busy.send_message(message, body=orjson.dumps(body).decode())

    assert _code(answer) == (400, code)


def test_mailgun_sends_json(busy: Any) -> None:
    answers = [
        busy.post("/webhooks/mailgun", key=None, data=b"{", content_type="application/json"),
        busy.post("/webhooks/mailgun", key=None, data=b'"text"', content_type="application/json"),
    ]

    assert [_code(answer) for answer in answers] == [(400, "malformed_body"), (400, "signature_missing")]


# Whapi


def test_each_message_is_kept_once(manual: Any) -> None:
    """OG-126, OG-122"""
    one, two = ({"id": id, "from": "491700000001", "text": {"body": id}} for id in ("m1", "m2"))
    picture = {"id": "m3", "from": "491700000001"}

    for messages in ([one], [one, two, picture], [two]):
        assert manual.send("whapi", {"messages": messages}).status_code == 200

    kept = {message["id"]: message["text"] for message in manual.records("whatsapp_messages")}
    assert kept == {"m1": "m1", "m2": "m2", "m3": None}


def test_the_gateway_plays_one_channel(manual: Any) -> None:
    """A channel stands for one telephone number: two messages of a sandbox name the same one."""
    for id in ("m1", "m2"):
        message = {"id": id, "from": "491700000001", "text": {"body": id}}
        assert manual.send("whapi", {"messages": [message]}).status_code == 200

    channels = {message["channel"] for message in manual.records("whatsapp_messages")}
    assert len(channels) == 1
    assert re.fullmatch("MANTIS-[A-HJ-NP-Z2-9]{5}", channels.pop())
