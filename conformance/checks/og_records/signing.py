"""Plays the five foreign senders: builds their messages and signs them as each of them does."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.properties.webhooks import hex_hmac

HOOKS = {
    "stripe": "receiveStripeWebhook",
    "wise": "receiveWiseWebhook",
    "dsp-sync": "receiveDspSyncWebhook",
    "mailgun": "receiveMailgunWebhook",
    "whapi": "receiveWhapiWebhook",
}
# ASN.1 of "a SHA-256 digest follows", as PKCS#1 v1.5 puts it before the digest.
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


@dataclass(frozen=True)
class Message:
    """One message of a foreign sender, ready to be sent."""

    hook: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, case: Case, principal: str | None = None) -> Answer:
        """Send it, without any credential of the API."""
        sent: dict[str, str | None] = {"Content-Type": "application/json", **self.headers}
        return case.call(HOOKS[self.hook], body=self.body, headers=sent, principal=principal)

    def unsigned(self) -> Message:
        """Return the message without its proof of origin."""
        if self.hook != "mailgun":
            return replace(self, headers={})
        document = json.loads(self.body)
        del document["signature"]
        return replace(self, body=json.dumps(document).encode())

    def altered(self) -> Message:
        """Return the message with another byte in it, its proof kept."""
        if self.hook != "mailgun":
            return replace(self, body=self.body + b" ")
        document = json.loads(self.body)
        document["signature"]["token"] += "0"
        return replace(self, body=json.dumps(document).encode())


def secret_of(case: Case, hook: str) -> str:
    """Return the secret that a foreign sender signs with."""
    return str(case.account(f"webhook-{hook}")["value"])


def now(case: Case) -> int:
    """Return the target's present in Unix seconds."""
    return int(datetime.fromisoformat(case.control.get("/clock")["now"]).timestamp())


def sign(case: Case, hook: str, event: dict[str, Any], *, secret: str = "", age: int = 0) -> Message:
    """Return an event as its sender signs it; with another secret, or as it was some seconds ago."""
    secret, stamp = secret or secret_of(case, hook), now(case) - age
    body = json.dumps(event).encode()
    if hook == "stripe":
        return Message(hook, body, {"Stripe-Signature": stamped(secret, stamp, body)})
    if hook == "dsp-sync":
        return Message(hook, body, {"X-OG-Signature": stamped(secret, stamp, body)})
    if hook == "mailgun":
        return Message(hook, json.dumps({"signature": _mailgun(case, secret, stamp), **event}).encode())
    if hook == "wise":
        delivery = f"conformance-{case.ledger.digits(12)}"
        return Message(hook, body, {"X-Signature-SHA256": _rsa(secret, body), "X-Delivery-Id": delivery})
    return Message(hook, body, {"X-Webhook-Secret": secret})


def stamped(secret: str, stamp: int, body: bytes) -> str:
    """Return Stripe's kind of signature: the time, and the HMAC over time and body."""
    return f"t={stamp},v1={hex_hmac(secret, f'{stamp}.'.encode() + body)}"


def _mailgun(case: Case, secret: str, stamp: int) -> dict[str, str]:
    token = hashlib.sha256(case.ledger.name("token").encode()).hexdigest()[:50]
    return {"timestamp": str(stamp), "token": token, "signature": hex_hmac(secret, f"{stamp}{token}".encode())}


def wrong_secret(case: Case, hook: str, event: dict[str, Any]) -> Message:
    """Return an event signed by somebody who does not know the secret."""
    if hook != "wise":
        return sign(case, hook, event, secret="conformance-another-secret")  # noqa: S106 - wrong on purpose
    message = sign(case, hook, event)
    proof = bytearray(base64.b64decode(message.headers["X-Signature-SHA256"]))
    proof[-1] ^= 1
    return replace(message, headers={**message.headers, "X-Signature-SHA256": base64.b64encode(proof).decode()})


def _rsa(pem: str, body: bytes) -> str:
    """Sign with RSA PKCS#1 v1.5 and SHA-256, written out: an opinion that owes nothing to anybody's library."""
    modulus, p, q, dp, dq, inverse = _private_numbers(pem)
    size = (modulus.bit_length() + 7) // 8
    tail = _SHA256 + hashlib.sha256(body).digest()
    block = b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail
    # Modulo each prime and put together again (RFC 8017, 5.1.2): four times faster than modulo their product.
    number = int.from_bytes(block, "big")
    low = pow(number, dq, q)
    signature = low + (pow(number, dp, p) - low) * inverse % p * q
    return base64.b64encode(signature.to_bytes(size, "big")).decode()


def _private_numbers(pem: str) -> tuple[int, ...]:
    """Return modulus, primes, their exponents and coefficient of a PKCS#8 key: the sequence inside its last member."""
    lines = [line for line in pem.strip().splitlines() if not line.startswith("-----")]
    outer = _members(_members(base64.b64decode("".join(lines)))[0])
    inner = _members(_members(outer[2])[0])
    return tuple(int.from_bytes(inner[place], "big") for place in (1, 4, 5, 6, 7, 8))


def _members(der: bytes) -> list[bytes]:
    """Return the contents of the values that stand one after the other in some DER."""
    found, place = [], 0
    while place < len(der):
        length, start = der[place + 1], place + 2
        if length & 0x80:
            count = length & 0x7F
            length, start = int.from_bytes(der[start : start + count], "big"), start + count
        found.append(der[start : start + length])
        place = start + length
    return found


def stripe_event(case: Case, type: str = "invoice.paid", **metadata: str) -> dict[str, Any]:
    """Return a Stripe event with an id of its own; metadata is that of a subscription."""
    thing = {"id": "sub_conformance", "object": "subscription", "status": "active", "metadata": metadata}
    return {"id": f"evt_{case.ledger.digits(16)}", "type": type, "created": now(case), "data": {"object": thing}}


def wise_event(reference: Any, state: str) -> dict[str, Any]:
    """Return Wise's word that a transfer has another state."""
    data = {"resource": {"id": int(reference), "type": "transfer"}, "current_state": state, "previous_state": None}
    return {"event_type": "transfers#state-change", "data": data}


def dsp_event(case: Case, release_id: str, status: str, dsp: str = "spotify") -> dict[str, Any]:
    """Return the sub-distributor's word about a release at one service."""
    return {"event_id": f"dsp-{case.ledger.digits(12)}", "release_id": release_id, "dsp": dsp, "status": status}


def mail_event(recipient: str, event: str, **more: str) -> dict[str, Any]:
    """Return Mailgun's word about a mail to an address."""
    return {"event-data": {"event": event, "recipient": recipient, **more}}


def chat_event(case: Case, text: str = "When is my release out?") -> dict[str, Any]:
    """Return an inbound WhatsApp message."""
    message = {"id": f"wamid-{case.ledger.digits(12)}", "from": "491700000001", "text": {"body": text}}
    return {"messages": [message], "event": {"type": "messages", "event": "post"}, "channel_id": "CONFORMANCE"}
