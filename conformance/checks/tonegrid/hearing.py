"""What a release makes the provider say: the events that reach a subscriber while something happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.checks.tonegrid import wares
from conformance.properties.webhooks import Catcher, receiving
from conformance.receiver import Received


@dataclass(frozen=True)
class Heard:
    """The events that reached one subscription."""

    case: Case
    receiver: Catcher

    def parcels(self) -> list[Received]:
        """Let what is due be carried and return everything that came in so far."""
        self.case.control.post("/deliveries/run")
        return self.receiver.received

    def all(self) -> list[dict[str, Any]]:
        """Return the bodies of all events, in the order in which they came in."""
        return [body_of(parcel) for parcel in self.parcels()]

    def headers(self, name: str) -> list[str]:
        """Return a header of all parcels, in the order in which they came in."""
        return [parcel.headers.get(name.lower(), "") for parcel in self.parcels()]

    def names(self, release: str | None = None) -> list[str]:
        """Return the names of all events, or of those about one release."""
        return [str(body.get("event")) for body in self.all() if release in (None, data_of(body).get("release_id"))]

    def data(self, event: str) -> list[dict[str, Any]]:
        """Return the data of all events of a name."""
        return [data_of(body) for body in self.all() if body.get("event") == event]

    def expect(self, *names: str, release: str | None = None) -> None:
        """Judge that exactly these events were sent, each once, whatever their order."""
        judge.equal("the events that were sent", sorted(names), sorted(self.names(release)))

    def once(self, event: str) -> dict[str, Any]:
        """Judge that an event was sent once, and return its data."""
        found = self.data(event)
        judge.equal(f"how often {event} was sent", 1, len(found))
        return found[0]


def body_of(parcel: Received) -> dict[str, Any]:
    """Read the body of a parcel; one that is no JSON object is a fault of the sender."""
    try:
        body = json.loads(parcel.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        text = parcel.body.decode("utf-8", "replace")
        raise judge.Broken("a webhook is no JSON object", expected="an object", received=text, answer=None)
    return body


def data_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a webhook tells beside its name; nothing where that is no object."""
    data = body.get("data")
    return data if isinstance(data, dict) else {}


@contextmanager
def listening(case: Case, *events: str) -> Iterator[Heard]:
    """Subscribe to events for the time of a block; afterwards the subscription is switched off again."""
    with receiving(case) as receiver:
        uuid = wares.identity(wares.create_webhook(case, *events, url=receiver.url), "/data/uuid")
        try:
            yield Heard(case, receiver)
        finally:
            # Only 25 may be active at a time.
            case.call("updateWebhook", path={"uuid": uuid}, json={"is_active": False})
