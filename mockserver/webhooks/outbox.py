"""Deliveries that wait, are under way, or are done; queued in the same transaction as the change they tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import instant, parse_instant
from mockserver.core.ground import Ground, Record

OUTBOX = "outbox"
PENDING, DELIVERED, EXHAUSTED = "pending", "delivered", "exhausted"
SAME, BAD_SIGNATURE, STALE_TIMESTAMP, DUPLICATE = "same", "bad-signature", "stale-timestamp", "duplicate"
_STALE = timedelta(days=1)  # far beyond any tolerance that receivers allow


@dataclass(frozen=True, slots=True)
class WebhookPlan:
    """A provider's habit: waits after each failed attempt (one attempt more than waits, unless `attempts` says
    otherwise), the time an attempt may take, the headers (signature included) of an attempt, and what the flat
    writes into its own records after one."""

    delays: tuple[timedelta, ...]
    headers: Callable[[Record, datetime, int], dict[str, str]]
    timeout_seconds: float = 10.0
    attempts: int | None = None
    after_attempt: Callable[[Any, Record], None] | None = None

    @property
    def most_attempts(self) -> int:
        """Return after how many failed attempts a delivery is given up."""
        return self.attempts or len(self.delays) + 1


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt: a status, or an error where no answer came."""

    status: int | None
    error: str | None
    headers: dict[str, str]
    answer: str | None = None  # the receiver's body, as far as it was read
    duration_ms: int | None = None  # of real time

    @property
    def is_success(self) -> bool:
        """Say whether the receiver took it: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


def queue(world: Ground, event: str, url: str, body: str, secret: str, **facts: Any) -> Record:
    """Put a delivery of exact body text into the outbox, due at once; returns its record."""
    record = {
        "id": world.uuid(f"delivery:{world.provider}"),  # no two providers of a sandbox give one id
        "event": event,
        "url": url,
        "body": body,
        "secret": secret,
        "state": PENDING,
        "created_at": instant(world.now),
        "next_attempt_at": instant(world.now),
        "attempts": [],
        **facts,
    }
    world.put(OUTBOX, record)
    return record


def find_due(world: Ground, until: datetime) -> Iterator[Record]:
    """Yield pending deliveries whose next attempt is due, the earliest first."""
    limit = instant(until)
    due = [entry for entry in world.slice_by(OUTBOX, "state", PENDING) if entry["next_attempt_at"] <= limit]
    yield from sorted(due, key=lambda entry: str(entry["next_attempt_at"]))


def next_attempt(world: Ground) -> datetime | None:
    """Return when the next pending delivery is due, or None."""
    waiting = [entry["next_attempt_at"] for entry in world.slice_by(OUTBOX, "state", PENDING)]
    return parse_instant(min(waiting)) if waiting else None


def headers_of(plan: WebhookPlan, delivery: Record, at: datetime, variant: str = SAME) -> dict[str, str]:
    """Return the headers of an attempt at an instant, signature included.

    A bad signature is a true one over other bytes, so that it is wrong in every scheme and well-formed in all of them.
    """
    signed = {**delivery, "body": delivery["body"] + " "} if variant == BAD_SIGNATURE else delivery
    when = at - _STALE if variant == STALE_TIMESTAMP else at
    number = len(delivery["attempts"]) + 1
    usual = {"Content-Type": "application/json", "User-Agent": "Soundcheck-Webhooks"}
    return {**usual, **plan.headers(signed, when, number)}


def claim(world: Ground, plan: WebhookPlan, delivery: Record) -> None:
    """Put a delivery's next attempt off while it is under way, so that no other process carries it too."""
    delivery["next_attempt_at"] = instant(world.now + timedelta(seconds=plan.timeout_seconds + 5))
    world.put(OUTBOX, delivery)


def record_redelivery(
    world: Ground, plan: WebhookPlan, delivery: Record, at: datetime, attempt: Attempt, variant: str
) -> Record:
    """Write what came of an attempt out of turn: the retry table is untouched, only an unspoilt one can settle."""
    entry = {"at": instant(at), "status": attempt.status, "error": attempt.error, "variant": variant}
    delivery["attempts"].append(entry)
    _keep_answer(delivery, attempt)
    is_true = variant in (SAME, DUPLICATE)
    if is_true and attempt.is_success:
        delivery["state"], delivery["next_attempt_at"] = DELIVERED, None
    world.put(OUTBOX, delivery)
    if is_true and plan.after_attempt is not None:
        plan.after_attempt(world, delivery)
    return delivery


def record_attempt(world: Ground, plan: WebhookPlan, delivery: Record, at: datetime, attempt: Attempt) -> Record:
    """Write what came of an attempt and when the next one is due."""
    delivery["attempts"].append({"at": instant(at), "status": attempt.status, "error": attempt.error})
    _keep_answer(delivery, attempt)
    failed = sum(1 for entry in delivery["attempts"] if "variant" not in entry and not _took(entry["status"]))
    if attempt.is_success:
        delivery["state"], delivery["next_attempt_at"] = DELIVERED, None
    elif failed >= plan.most_attempts:
        delivery["state"], delivery["next_attempt_at"] = EXHAUSTED, None
    else:
        delivery["next_attempt_at"] = instant(at + plan.delays[min(failed, len(plan.delays)) - 1])
    world.put(OUTBOX, delivery)
    if plan.after_attempt is not None:
        plan.after_attempt(world, delivery)
    return delivery


def _keep_answer(delivery: Record, attempt: Attempt) -> None:
    """Keep what was sent last and, in the order of the attempts, what came back and how long it took."""
    delivery["headers"] = attempt.headers
    delivery.setdefault("answers", []).append({"body": attempt.answer, "duration_ms": attempt.duration_ms})


def _took(status: int | None) -> bool:
    return status is not None and 200 <= status < 300
