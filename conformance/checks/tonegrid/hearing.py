"""What a release makes the provider say: the events that it sends while something happens, from the control API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.checks.tonegrid import wares


@dataclass(frozen=True)
class Heard:
    """The events that one subscription got; nobody listens at its address, the queue itself is read."""

    case: Case
    url: str

    def all(self) -> list[dict[str, Any]]:
        """Return the bodies of all events, in the order in which they were queued."""
        rows = self.case.control.get("/deliveries", provider="tonegrid")
        mine = [row for row in rows if row.get("url") == self.url]
        return [json.loads(row["body"]) for row in sorted(mine, key=lambda row: str(row["created_at"]))]

    def names(self, release: str | None = None) -> list[str]:
        """Return the names of all events, or of those about one release."""
        return [str(body.get("event")) for body in self.all() if release in (None, _of(body).get("release_id"))]

    def data(self, event: str) -> list[dict[str, Any]]:
        """Return the data of all events of a name."""
        return [_of(body) for body in self.all() if body.get("event") == event]

    def expect(self, *names: str, release: str | None = None) -> None:
        """Judge that exactly these events were sent, each once, whatever their order."""
        judge.equal("the events that were sent", sorted(names), sorted(self.names(release)))

    def once(self, event: str) -> dict[str, Any]:
        """Judge that an event was sent once, and return its data."""
        found = self.data(event)
        judge.equal(f"how often {event} was sent", 1, len(found))
        return found[0]


def _of(body: dict[str, Any]) -> dict[str, Any]:
    data = body.get("data")
    return data if isinstance(data, dict) else {}


@contextmanager
def listening(case: Case, *events: str) -> Iterator[Heard]:
    """Subscribe to events for the time of a block; afterwards the subscription is switched off again."""
    url = f"{wares.NOWHERE}/{case.ledger.digits(9)}"
    uuid = wares.identity(wares.create_webhook(case, *events, url=url), "/data/uuid")
    try:
        yield Heard(case, url)
    finally:
        # Only 25 may be active at a time.
        case.call("updateWebhook", path={"uuid": uuid}, json={"is_active": False})
