"""Plays the foreign senders: builds inbound webhooks, rightly signed, spoilt, too old or sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.og_records.senders import SENDERS, last_accepted, secret_of
from mockserver.webhooks import signing
from mockserver.world import World

VARIANTS = ("valid", "bad-signature", "stale", "replay")
_TOO_OLD = timedelta(minutes=10)
_CHANNEL_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
Message = tuple[dict[str, str], str]
Build = Callable[[World, Any, datetime, bool], Message]


def player(hook: str) -> Callable[[World, Record], Record]:
    """Return what builds the messages of one hook from {payload, variant}."""
    build, has_timestamp = _BUILDERS[hook]

    def play(world: World, wish: Record) -> Record:
        variant = wish.get("variant") or "valid"
        if variant not in VARIANTS:
            raise Failure("invalid_wish", f"There is no variant {variant!r}; valid: {', '.join(VARIANTS)}.")
        if variant == "replay" or (variant == "stale" and not has_timestamp):
            kept = last_accepted(world, hook)
            headers, body = kept["headers"], kept["body"]
        else:
            at = world.now - _TOO_OLD if variant == "stale" else world.now
            headers, body = build(world, wish.get("payload"), at, variant == "bad-signature")
            headers = {"content-type": "application/json", **headers}
        return {"method": "POST", "path": f"/webhooks/{hook}", "headers": dict(headers), "body": body}

    return play


def merged(typical: Any, payload: Any) -> Any:
    """Return a typical message with the members of a payload in place, member by member."""
    if not isinstance(payload, dict) or not isinstance(typical, dict):
        return payload
    return {**typical, **{name: merged(typical.get(name), value) for name, value in payload.items()}}


def _text(typical: Record, payload: Any) -> str:
    """Return the body: a payload that is text is the whole of it."""
    if isinstance(payload, str):
        return payload
    return orjson.dumps(merged(typical, payload or {})).decode()


def _spoilt(signature: str) -> str:
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")


def _stripe(world: World, payload: Any, at: datetime, is_spoilt: bool) -> Message:
    """The typical event is one without a meaning here: a plan is moved only by whoever asks for that."""
    typical = {
        "id": f"evt_{world.hex('stripe event', 24)}",
        "object": "event",
        "type": "invoice.paid",
        "created": int(at.timestamp()),
        "livemode": False,
        "data": {"object": {"id": f"in_{world.hex('stripe object', 24)}", "object": "invoice", "status": "paid"}},
    }
    body = _text(typical, payload)
    signature = signing.timestamped(secret_of(world, "stripe"), body.encode(), at)
    return {"stripe-signature": _spoilt(signature) if is_spoilt else signature}, body


def _wise(world: World, payload: Any, at: datetime, is_spoilt: bool) -> Message:
    waiting = [one for one in world.find("payouts") if one["status"] in ("requested", "processing")]
    transfer = int(waiting[-1]["provider_reference"]) if waiting else 1
    typical = {
        "event_type": "transfers#state-change",
        "schema_version": "2.0.0",
        "subscription_id": world.uuid("wise subscription"),
        "sent_at": instant(at),
        "data": {
            "resource": {"type": "transfer", "id": transfer},
            "current_state": "outgoing_payment_sent",
            "previous_state": "processing",
            "occurred_at": instant(at),
        },
    }
    body = _text(typical, payload)
    signed = body.encode() + b" " if is_spoilt else body.encode()
    signature = signing.rsa_sha256(secret_of(world, "wise"), signed)
    return {"x-signature-sha256": signature, "x-delivery-id": world.uuid("wise delivery")}, body


def _dsp_sync(world: World, payload: Any, at: datetime, is_spoilt: bool) -> Message:
    waiting = [one["id"] for one in world.find("releases") if one["status"] in ("submitted", "approved")]
    typical = {
        "event_id": f"dsp-{world.hex('dsp event', 12)}",
        "release_id": waiting[-1] if waiting else "unknown",
        "dsp": "spotify",
        "status": "live",
    }
    body = _text(typical, payload)
    signature = signing.timestamped(secret_of(world, "dsp-sync"), body.encode(), at)
    headers = {
        "x-og-signature": _spoilt(signature) if is_spoilt else signature,
        "x-og-timestamp": str(int(at.timestamp())),
    }
    return headers, body


def _mailgun(world: World, payload: Any, at: datetime, is_spoilt: bool) -> Message:
    if isinstance(payload, str):
        return {}, payload  # the proof would have to stand inside
    sent = [one["email"] for one in world.find("invitations") if one["status"] == "sent"]
    typical = {
        "signature": {"timestamp": str(int(at.timestamp())), "token": world.hex("mailgun token", 50), "signature": ""},
        "event-data": {
            "id": world.hex("mailgun event", 22),
            "event": "failed",
            "severity": "permanent",
            "recipient": sent[-1] if sent else "nobody@example.com",
            "timestamp": at.timestamp(),
        },
    }
    message = merged(typical, payload or {})
    proof = message["signature"]
    if isinstance(proof, dict) and proof.get("signature") == "":
        secret = secret_of(world, "mailgun")
        signature = signing.mailgun(secret, str(proof.get("timestamp")), str(proof.get("token")))
        proof["signature"] = _spoilt(signature) if is_spoilt else signature
    return {}, orjson.dumps(message).decode()


def _whapi(world: World, payload: Any, at: datetime, is_spoilt: bool) -> Message:
    typical = {
        "messages": [
            {
                "id": f"wamid-{world.hex('whatsapp message', 16)}",
                "from": "491700000001",
                "timestamp": int(at.timestamp()),
                "type": "text",
                "text": {"body": "When is my release out?"},
            }
        ],
        "event": {"type": "messages", "event": "post"},
        "channel_id": _channel(world),
    }
    secret = secret_of(world, "whapi")
    return {"x-webhook-secret": _spoilt(secret) if is_spoilt else secret}, _text(typical, payload)


def _channel(world: World) -> str:
    """Return the id of the gateway's channel: one telephone number has one, so a sandbox always tells the same."""
    chance = world.chance("whatsapp channel")
    return "MANTIS-" + "".join(chance.pick(_CHANNEL_LETTERS) for _ in range(5))


# Builder of each hook, and whether its scheme signs a timestamp.
_BUILDERS: dict[str, tuple[Build, bool]] = {
    "stripe": (_stripe, True),
    "wise": (_wise, False),
    "dsp-sync": (_dsp_sync, True),
    "mailgun": (_mailgun, True),
    "whapi": (_whapi, False),
}
INBOUND = {hook: player(hook) for hook in SENDERS}
