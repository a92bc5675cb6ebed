"""The senders' own libraries judge our signatures, and we judge theirs."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
import stripe
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from mailgun.security import SecurityGuard

EVENT = {"id": "evt_outside", "object": "event", "type": "invoice.paid", "data": {"object": {"object": "invoice"}}}


def _play(desk: Any, hook: str, payload: Any = None) -> Any:
    return desk.app.flats["og_records"].inbound[hook](desk.world, {"payload": payload})


def _signed(secret: str, body: str, at: int) -> str:
    return f"t={at},v1={stripe.WebhookSignature._compute_signature(f'{at}.{body}', secret)}"


@pytest.fixture
def now(desk: Any) -> int:
    return int(desk.now.timestamp())


def _accepts(monkeypatch: pytest.MonkeyPatch, now: int, body: str, header: str, secret: str) -> bool:
    """What Stripe's own verifier says, on the sandbox's clock."""
    monkeypatch.setattr("time.time", lambda: now)
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret, tolerance=300))
    except stripe.SignatureVerificationError:
        return False
    finally:
        monkeypatch.undo()


def test_stripes_library_accepts_our_stripe_events(desk: Any, now: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """OG-120, OG-121"""
    message, secret = _play(desk, "stripe"), desk.credential("webhook-stripe")["value"]
    header, body = message["headers"]["stripe-signature"], message["body"]

    assert _accepts(monkeypatch, now, body, header, secret)
    assert not _accepts(monkeypatch, now, body + " ", header, secret)
    assert not _accepts(monkeypatch, now, body, header, "whsec_other")
    assert not _accepts(monkeypatch, now + 301, body, header, secret)


def test_stripes_library_builds_the_event_that_we_sent(desk: Any, now: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """OG-120"""
    message = _play(desk, "stripe", EVENT)
    monkeypatch.setattr("time.time", lambda: now)

    event = stripe.Webhook.construct_event(
        message["body"], message["headers"]["stripe-signature"], desk.credential("webhook-stripe")["value"]
    )

    assert (event.id, event.type) == ("evt_outside", "invoice.paid")


def test_we_accept_what_stripes_library_signs(desk: Any, now: int) -> None:
    """OG-120, OG-121"""
    secret, body = desk.credential("webhook-stripe")["value"], orjson.dumps(EVENT).decode()
    message = {**_play(desk, "stripe"), "body": body}
    headers = {
        "right": _signed(secret, body, now),
        "rotated": _signed("whsec_new", body, now) + ",v1=" + _signed(secret, body, now).partition("v1=")[2],
        "other scheme": _signed(secret, body, now).replace("v1=", "v0="),
        "other secret": _signed("whsec_new", body, now),
        "other body": _signed(secret, body + " ", now),
        "old": _signed(secret, body, now - 301),
    }

    answers = {
        name: desk.send_message(message, headers={"content-type": "application/json", "stripe-signature": header})
        for name, header in headers.items()
    }

    assert {name: answer.status_code for name, answer in answers.items()} == {
        "right": 200, "rotated": 200, "other scheme": 400, "other secret": 400, "other body": 400, "old": 400,
    }  # fmt: skip


def test_stripes_library_verifies_our_own_webhooks(
    manual: Any, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OG-141, OG-142: the scheme is Stripe's, so any verifier of it will do."""
    endpoint = manual.endpoint(receiver.url, events=["release.status_changed"])
    manual.submitted()
    manual.advance(seconds=0)

    [(headers, body)] = receiver.received

    header = next(value for name, value in headers.items() if name.lower() == "x-og-signature")
    now = int(manual.now.timestamp())
    assert _accepts(monkeypatch, now, body.decode(), header, endpoint["secret"])
    assert not _accepts(monkeypatch, now, body.decode() + " ", header, endpoint["secret"])
    assert not _accepts(monkeypatch, now + 301, body.decode(), header, endpoint["secret"])


def test_we_accept_dsp_events_that_stripes_library_signs(manual: Any) -> None:
    """OG-124, OG-127"""
    release_id, _ = manual.submitted()
    body = orjson.dumps({"event_id": "d1", "release_id": release_id, "dsp": "tidal", "status": "live"}).decode()
    secret, now = manual.credential("webhook-dsp-sync")["value"], int(manual.now.timestamp())
    message = {**_play(manual, "dsp-sync"), "body": body}

    answers = [
        manual.send_message(message, headers={"content-type": "application/json", "x-og-signature": header})
        for header in (_signed("other", body, now), _signed(secret, body, now))
    ]

    assert [answer.status_code for answer in answers] == [400, 200]
    assert manual.get(f"/api/v1/releases/{release_id}").json["status"] == "distributed"


def _mailgun_accepts(monkeypatch: pytest.MonkeyPatch, now: int, key: str, proof: dict[str, str]) -> bool:
    """What Mailgun's own verifier says, on the sandbox's clock."""
    monkeypatch.setattr("time.time", lambda: now)
    values = (proof["token"], proof["timestamp"], proof["signature"])
    try:
        return bool(SecurityGuard.verify_webhook(key, *values, max_age_seconds=300))
    finally:
        monkeypatch.undo()


def test_mailguns_library_accepts_our_mailgun_events(desk: Any, now: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """OG-125, OG-127"""
    proof = orjson.loads(_play(desk, "mailgun")["body"])["signature"]
    key = desk.credential("webhook-mailgun")["value"]

    assert len(proof["token"]) == 50
    assert _mailgun_accepts(monkeypatch, now, key, proof)
    assert not _mailgun_accepts(monkeypatch, now, "other", proof)
    assert not _mailgun_accepts(monkeypatch, now, key, {**proof, "token": proof["token"][:-1] + "x"})
    assert not _mailgun_accepts(monkeypatch, now, key, {**proof, "signature": "0" * 64})


def test_wises_public_key_verifies_our_wise_events(desk: Any) -> None:
    """OG-101, OG-127"""
    message = _play(desk, "wise")
    key: Any = load_pem_public_key(desk.credential("webhook-wise")["public_key"].encode())
    signature = base64.b64decode(message["headers"]["x-signature-sha256"])

    key.verify(signature, message["body"].encode(), PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(signature, message["body"].encode() + b" ", PKCS1v15(), SHA256())


def test_we_accept_what_wises_private_key_signs(manual: Any) -> None:
    """OG-101, OG-127"""
    payout = manual.post("/api/v1/payouts/request", {"amount": "5"}).json
    change = {"resource": {"id": int(payout["provider_reference"])}, "current_state": "outgoing_payment_sent"}
    body = orjson.dumps({"event_type": "transfers#state-change", "data": change}).decode()
    key: Any = load_pem_private_key(manual.credential("webhook-wise")["value"].encode(), password=None)
    headers = {"content-type": "application/json", "x-delivery-id": "d-1"}
    statuses = []

    for signed in (body + " ", body):
        signature = base64.b64encode(key.sign(signed.encode(), PKCS1v15(), SHA256())).decode()
        message = {"method": "POST", "path": "/webhooks/wise", "headers": {**headers, "x-signature-sha256": signature}}
        answer = manual.send_message({**message, "body": body})
        statuses.append((answer.status_code, manual.get("/api/v1/payouts?limit=1").json["data"][0]["status"]))

    assert statuses == [(400, "requested"), (200, "paid")]
