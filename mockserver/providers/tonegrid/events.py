"""What subscribers are told: the catalogue of events, patterns, and the queueing of signed bodies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.fakes import uuid_for
from mockserver.providers.tonegrid import dsps
from mockserver.webhooks.outbox import WebhookPlan
from mockserver.webhooks.signing import timestamped
from mockserver.world import World

WEBHOOKS = "webhooks"
MOST_ACTIVE = 25
STAGES = (
    "submitted", "accepted", "rejected", "live", "taken_down", "failed", "update_submitted", "updated",
    "takedown_submitted",
)  # fmt: skip
TEST = "webhook.test"
_BEFORE = ("release.created", "release.submitted")
_AFTER = ("ingestion.received", "ingestion.accepted", "ingestion.rejected", "royalty_statement.ready", TEST)
WILDCARDS = {
    "*": "Subscribe to every event.",
    "release.dsp.*.live": "Every DSP go-live event.",
    "release.dsp.spotify.*": "Every Spotify lifecycle event.",
    "ingestion.*": "Every inbound ingestion event.",
}

# The names of events and of the webhooks in the spec that promise their bodies.
NAMES = {
    "release.created": "releaseCreated",
    "release.submitted": "releaseSubmitted",
    "release.dsp.*.submitted": "releaseDspSubmitted",
    "release.dsp.*.accepted": "releaseDspAccepted",
    "release.dsp.*.live": "releaseDspLive",
    "release.dsp.*.rejected": "releaseDspRejected",
    "release.dsp.*.failed": "releaseDspFailed",
    "release.dsp.*.update_submitted": "releaseDspUpdateSubmitted",
    "release.dsp.*.updated": "releaseDspUpdated",
    "release.dsp.*.takedown_submitted": "releaseDspTakedownSubmitted",
    "release.dsp.*.taken_down": "releaseDspTakenDown",
    "ingestion.received": "ingestionReceived",
    "ingestion.accepted": "ingestionAccepted",
    "ingestion.rejected": "ingestionRejected",
    "royalty_statement.ready": "royaltyStatementReady",
    TEST: "webhookTest",
}


@lru_cache(maxsize=1)
def catalogue() -> tuple[str, ...]:
    """Return every event there is: those of the pipeline for each DSP and stage (L1067)."""
    pipeline = (f"release.dsp.{dsp['id']}.{stage}" for dsp in dsps.catalogue() if dsp["is_active"] for stage in STAGES)
    return (*_BEFORE, *pipeline, *_AFTER)


def matches(pattern: str, event: str) -> bool:
    """Say whether a pattern means an event: a lone star means all, any other star exactly one segment (TG-172)."""
    if pattern == "*":
        return True
    wanted, found = pattern.split("."), event.split(".")
    return len(wanted) == len(found) and all(one in ("*", other) for one, other in zip(wanted, found, strict=True))


@lru_cache(maxsize=4096)
def _is_known(pattern: str) -> bool:
    return pattern == "*" or any(matches(pattern, event) for event in catalogue())


def check_patterns(patterns: Iterable[str]) -> None:
    """Refuse patterns that match nothing in the catalogue (L46)."""
    unknown = [pattern for pattern in dict.fromkeys(patterns) if not _is_known(pattern)]
    if unknown:
        texts = [f"Unknown event pattern: {pattern}" for pattern in unknown]
        raise Failure("fields", error=f"Unknown event pattern(s): {', '.join(unknown)}.", errors={"events": texts})


def notify(world: World, tenant: str, event: str, data: dict[str, Any]) -> None:
    """Queue an event for every active subscription of a tenant that wants it."""
    event_id = None
    for hook in world.slice_by(WEBHOOKS, "tenant", tenant):
        if hook["is_active"] and any(matches(pattern, event) for pattern in hook["events"]):
            event_id = event_id or new_event_id(world)
            queue(world, hook, event, event_id, data)


def new_event_id(world: World) -> str:
    """Return an id for what happened; it stays the same over subscribers and retries."""
    return f"evt_{world.hex('event', 24)}"


def queue(world: World, hook: Record, event: str, event_id: str, data: dict[str, Any]) -> Record:
    """Queue one event for one subscription."""
    body = {"event_id": event_id, "event": event, "created_at": shown(instant(world.now)), "data": data}
    return world.queue(
        event, hook["url"], orjson.dumps(body).decode(), hook["secret"],
        webhook=hook["id"], previous_secret=hook["previous_secret"], event_id=event_id,
        number=world.next_number("webhook_delivery"),
    )  # fmt: skip


def shown(at: str | None) -> Any:
    """Return a stored instant as the API prints it, in whole seconds."""
    return None if at is None else at[:19] + "Z"


def attempt_id(delivery: Record, attempt: int) -> str:
    """Return the id of one attempt, as X-ToneGrid-Delivery-Id carries it."""
    return uuid_for(0, f"attempt of {delivery['id']}", attempt)


def headers(delivery: Record, at: datetime, attempt: int) -> dict[str, str]:
    """Return the headers of an attempt, signed anew with its own instant (L1057-1061)."""
    body = delivery["body"].encode()
    return {
        "X-ToneGrid-Signature": timestamped(delivery["secret"], body, at, delivery.get("previous_secret")),
        "X-ToneGrid-Event": delivery["event"],
        "X-ToneGrid-Delivery-Id": attempt_id(delivery, attempt),
    }


# The eighth failed attempt ends it, so the last of the documented waits is never used (L1065, C-33).
PLAN = WebhookPlan(
    delays=tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 8 * 60, 24 * 60, 48 * 60)),
    headers=headers,
    timeout_seconds=10.0,
    attempts=8,
)
