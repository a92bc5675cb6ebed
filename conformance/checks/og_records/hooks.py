"""A receiver of the suite's own, with a registered endpoint, in a sandbox where nothing else sends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.checks.og_records import wares
from conformance.properties.webhooks import Catcher, hex_hmac, receiving
from conformance.receiver import Received

EVENTS = ("release.status_changed", "track.qc_status_changed", "payout.status_changed")


@dataclass(frozen=True)
class Line:
    """A receiver and the secret of the endpoint that leads to it."""

    case: Case
    receiver: Catcher
    secret: str

    def parcels(self) -> list[Received]:
        """Return what has come in, after everything that is due has been carried."""
        self.case.control.post("/deliveries/run")
        return self.receiver.received

    def events(self) -> list[dict[str, Any]]:
        """Return the bodies of what has come in."""
        return [body_of(parcel) for parcel in self.parcels()]

    def told(self) -> list[Any]:
        """Return what the bodies tell of the changes."""
        return [event.get("data") for event in self.events()]


@contextmanager
def listening(
    case: Case, *events: str, statuses: Sequence[int] = (), world: str = "empty", principal: str = "full"
) -> Iterator[Line]:
    """Open a receiver for some events (all where none is named) in a sandbox whose clock stands still."""
    with case.own_sandbox(world=world) as inside, receiving(inside, *statuses) as receiver:
        yield register(inside, receiver, events, principal)


def register(case: Case, receiver: Catcher, events: Sequence[str] = (), principal: str = "full") -> Line:
    """Register a receiver's address as a precondition."""
    body: dict[str, Any] = {"url": receiver.url, **({"events": list(events)} if events else {})}
    answer = wares.made(case, "createWebhookEndpoint", body, principal)
    return Line(case, receiver, str(answer.at("/secret")))


def body_of(parcel: Received) -> dict[str, Any]:
    """Return a delivery's body; one that is no JSON object is no delivery of an event."""
    try:
        found = json.loads(parcel.body)
    except ValueError:
        found = None
    judge.that(isinstance(found, dict), "the body is no JSON object", received=parcel.body.decode("utf-8", "replace"))
    return dict(found)


def one(line: Line) -> Received:
    """Return the one thing that has come in."""
    found = line.parcels()
    judge.equal("the number of deliveries", 1, len(found))
    return found[0]


def signature_of(parcel: Received) -> tuple[int, str]:
    """Return time and code of a delivery's signature."""
    text = parcel.headers.get("x-og-signature", "")
    members = dict(part.split("=", 1) for part in text.split(",") if "=" in part)
    fits = members.get("t", "").isdigit() and "v1" in members
    judge.that(fits, "X-OG-Signature has another form", expected="t=...,v1=...", received=text)
    return int(members["t"]), members["v1"]


def is_signed(parcel: Received, secret: str) -> bool:
    """Say whether a delivery is signed with a secret over its very bytes."""
    stamp, code = signature_of(parcel)
    return hex_hmac(secret, f"{stamp}.".encode() + parcel.body) == code
