"""Subscriptions to events and the log of what was delivered to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.tonegrid.events import MOST_ACTIVE, PLAN, WEBHOOKS, attempt_id, shown
from mockserver.webhooks.outbox import EXHAUSTED, OUTBOX, PENDING
from mockserver.world import World

_SHOWN_OF_SECRET = 15


def new_secret(world: World) -> str:
    """Return a secret that is shown once."""
    return f"tgwhsec_{world.token('webhook_secret', 40)}"


def make_webhook(world: World, tenant: str, body: Record, **more: Any) -> Record:
    """Store a new active subscription."""
    now = instant(world.now)
    record = {
        "id": world.uuid("webhook"),
        "tenant": tenant,
        "name": body["name"],
        "url": body["url"],
        "events": body["events"],
        "description": body.get("description"),
        "secret": new_secret(world),
        "previous_secret": None,
        "is_active": True,
        "created_at": now,
        "updated_at": now,
        **more,
    }
    world.put(WEBHOOKS, record)
    return record


def check_room(world: World, tenant: str) -> None:
    """Refuse a 26th active subscription (L45)."""
    active = sum(1 for hook in world.slice_by(WEBHOOKS, "tenant", tenant) if hook["is_active"])
    if active >= MOST_ACTIVE:
        raise Failure("webhook_limit")


def renew_waiting(world: World, hook: Record) -> None:
    """Let what waits for a subscription go by its present address and secrets, or not at all when it is inactive."""
    for delivery in world.slice_by(OUTBOX, "webhook", hook["id"]):
        if delivery["state"] != PENDING:
            continue
        delivery |= {"url": hook["url"], "secret": hook["secret"], "previous_secret": hook["previous_secret"]}
        if not hook["is_active"]:
            delivery |= {"state": EXHAUSTED, "next_attempt_at": None}
        world.put(OUTBOX, delivery)


def print_webhook(hook: Record) -> dict[str, Any]:
    """Return a subscription without its secret."""
    return {
        "uuid": hook["id"],
        "name": hook["name"],
        "url": hook["url"],
        "secret_prefix": secret_prefix(hook),
        "events": hook["events"],
        "description": hook["description"],
        "is_active": hook["is_active"],
        "created_at": shown(hook["created_at"]),
        "updated_at": shown(hook["updated_at"]),
    }


def secret_prefix(hook: Record) -> str:
    """Return the beginning of the secret, by which people tell secrets apart."""
    return str(hook["secret"])[:_SHOWN_OF_SECRET]


def attempts_of(world: World, hook: Record) -> list[Record]:
    """Return one entry per attempt, made or to be made, of every event for a subscription (TG-183)."""
    found = []
    for delivery in world.slice_by(OUTBOX, "webhook", hook["id"]):
        found += _attempts(delivery)
    return found


def _attempts(delivery: Record) -> list[Record]:
    entries = []
    scheduled = parse_instant(delivery["created_at"])
    answers = delivery.get("answers", [])
    for number, attempt in enumerate(delivery["attempts"], 1):
        answer = answers[number - 1] if number <= len(answers) else {"body": None, "duration_ms": None}
        is_last = number == len(delivery["attempts"])
        took = attempt["status"] is not None and 200 <= attempt["status"] < 300
        dead = is_last and delivery["state"] == EXHAUSTED
        entries.append(
            {
                **_entry(delivery, number, scheduled, "succeeded" if took else "dead" if dead else "failed"),
                "response_code": attempt["status"],
                "response_body": answer["body"],
                "error_message": attempt["error"],
                "duration_ms": answer["duration_ms"],
            }
        )
        if number <= len(PLAN.delays):
            scheduled = parse_instant(attempt["at"]) + PLAN.delays[number - 1]
    if delivery["next_attempt_at"] is not None:
        entries.append(_entry(delivery, len(entries) + 1, parse_instant(delivery["next_attempt_at"]), "queued"))
    return entries


def _entry(delivery: Record, number: int, scheduled: datetime, status: str) -> Record:
    return {
        "number": delivery["number"] * 100 + number,  # no delivery has a hundred attempts
        "uuid": attempt_id(delivery, number),
        "event": delivery["event"],
        "event_id": delivery["event_id"],
        "attempt": number,
        "status": status,
        "response_code": None,
        "response_body": None,
        "error_message": None,
        "duration_ms": None,
        "retry_count": number - 1,
        "scheduled_at": shown(instant(scheduled)),
    }


def print_attempt(entry: Record) -> dict[str, Any]:
    """Return an entry of the delivery log."""
    return {name: value for name, value in entry.items() if name != "number"}
