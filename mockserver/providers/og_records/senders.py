"""The foreign senders of inbound webhooks: how each one proves that an event is its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Request
from mockserver.webhooks import signing
from mockserver.webhooks.signing import Refusal, Verdict
from mockserver.world import World

_REFUSALS = {
    Refusal.MISSING: ("signature_missing", "The event carries no proof of its origin."),
    Refusal.MALFORMED: ("signature_invalid", "The signature does not have the form of its scheme."),
    Refusal.WRONG: ("signature_invalid", "The signature does not belong to this event."),
    Refusal.STALE: ("timestamp_stale", "The timestamp is more than 300 seconds old."),
}
Verify = Callable[[World, Request, bytes, str], Verdict]


@dataclass(frozen=True, slots=True)
class Sender:
    """One hook: its name in the path, the operation behind it, its proof and the headers that the proof needs."""

    hook: str
    operation: str
    verify: Verify
    headers: tuple[str, ...] = ()


def check(call: Call, world: World) -> None:
    """Refuse an event that is not proved to be its sender's (OG-120, OG-127), whatever its body is.

    The bytes are judged as they came: a signature covers what was sent, not what it means.
    """
    sender = BY_OPERATION[call.operation.id]
    raw = call.request.body.read(call.operation.max_bytes or 1 << 20)
    verdict = sender.verify(world, call.request, raw, secret_of(world, sender.hook))
    if verdict.refusal is not None:
        kind, text = _REFUSALS[verdict.refusal]
        raise Failure(kind, text, hook=sender.hook, refusal=verdict.refusal.value)


def secret_of(world: World, hook: str) -> str:
    """Return what a hook's sender signs with: a shared secret, or Wise's private key."""
    return str(world.require("credentials", credential_id(hook))["value"])


def credential_id(hook: str) -> str:
    """Return the id of the credential that holds a hook's secret."""
    return f"webhook-{hook}"


@lru_cache(maxsize=1)
def wise_private_key() -> str:
    """Return the key that plays Wise's in every sandbox."""
    return files("fixtures").joinpath("keys", "wise-sandbox-rsa.pem").read_text("ascii")


@lru_cache(maxsize=8)
def public_key_of(private_key: str) -> str:
    """Return the public half of a private key, as PEM."""
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def _stripe(world: World, request: Request, raw: bytes, secret: str) -> Verdict:
    return signing.verify_timestamped(secret, raw, request.header("stripe-signature"), world.now)


def _wise(world: World, request: Request, raw: bytes, secret: str) -> Verdict:
    return signing.verify_rsa_sha256(public_key_of(secret), raw, request.header("x-signature-sha256"))


def _dsp_sync(world: World, request: Request, raw: bytes, secret: str) -> Verdict:
    """The scheme of our own webhooks; X-OG-Timestamp may repeat the signature's `t`, but not contradict it."""
    header, repeated = request.header("x-og-signature"), request.header("x-og-timestamp")
    verdict = signing.verify_timestamped(secret, raw, header, world.now)
    if verdict and repeated is not None and f"t={repeated.strip()}" not in (header or "").split(","):
        return Verdict(Refusal.WRONG)
    return verdict


def _mailgun(world: World, request: Request, raw: bytes, secret: str) -> Verdict:
    """The proof stands in the body, which therefore has to be read first; another media type is refused as such."""
    if request.media_type != "application/json":
        return signing.ACCEPTED
    try:
        body: Any = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Failure("malformed", f"The body is not valid JSON: {error.msg}.", place="body", reason="syntax") from None
    proof = body.get("signature") if isinstance(body, dict) else None
    if not isinstance(proof, dict):
        return Verdict(Refusal.MISSING)
    values = [proof.get(name) for name in ("timestamp", "token", "signature")]
    if not all(isinstance(value, str) for value in values):
        return Verdict(Refusal.MISSING if None in values else Refusal.MALFORMED)
    timestamp, token, signature = map(str, values)
    return signing.verify_mailgun(secret, timestamp, token, signature, world.now)


def _whapi(world: World, request: Request, raw: bytes, secret: str) -> Verdict:
    return signing.verify_shared_secret(secret, request.header("x-webhook-secret"))


SENDERS = {
    sender.hook: sender
    for sender in (
        Sender("stripe", "receiveStripeWebhook", _stripe, ("stripe-signature",)),
        Sender("wise", "receiveWiseWebhook", _wise, ("x-signature-sha256", "x-delivery-id", "x-test-notification")),
        Sender("dsp-sync", "receiveDspSyncWebhook", _dsp_sync, ("x-og-signature", "x-og-timestamp")),
        Sender("mailgun", "receiveMailgunWebhook", _mailgun),
        Sender("whapi", "receiveWhapiWebhook", _whapi, ("x-webhook-secret",)),
    )
}
BY_OPERATION = {sender.operation: sender for sender in SENDERS.values()}


def is_new(world: World, hook: str, id: str, **facts: Any) -> bool:
    """Say whether an event was never taken before, and remember it as taken (OG-122)."""
    key = f"{hook}:{id}"
    if world.get("inbound_events", key) is not None:
        return False
    world.put("inbound_events", {"id": key, "hook": hook, "at": instant(world.now), **facts})
    return True


def keep_accepted(world: World, call: Call) -> None:
    """Keep the last accepted message of a hook, byte for byte, for whoever wants to send it again."""
    sender = BY_OPERATION[call.operation.id]
    request = call.request
    headers = {name: value for name in ("content-type", *sender.headers) if (value := request.header(name)) is not None}
    try:
        body = (request.body.seen or b"").decode()
    except UnicodeDecodeError:
        return  # compressed on its way: it cannot be told as text
    world.put("inbound_messages", {"id": sender.hook, "headers": headers, "body": body})


def last_accepted(world: World, hook: str) -> Record:
    """Return the message that `keep_accepted` kept; `nothing_to_replay` where there is none."""
    kept = world.get("inbound_messages", hook)
    if kept is None:
        raise Failure("nothing_to_replay", f"The hook {hook} has accepted no message in this sandbox.", hook=hook)
    return kept
