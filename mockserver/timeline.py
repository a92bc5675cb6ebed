"""Lets time pass: what is due happens in order, each at its own instant of the sandbox's clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from mockserver.clock import clock_at, instant, now_of
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.news import News
from mockserver.sandbox import Sandboxes, space_of
from mockserver.webhooks import outbox
from mockserver.webhooks.courier import Courier
from mockserver.workflow import timers

Effect = dict[str, Any]
_MOST_STEPS = 100_000


class Timeline:
    """Runs timers and carries deliveries of one sandbox after the other; two threads never carry the same one."""

    def __init__(self, sandboxes: Sandboxes, courier: Courier, news: News) -> None:
        self.news = news
        self._sandboxes = sandboxes
        self._courier = courier
        self._carrying: dict[str, threading.RLock] = {}
        self._guard = threading.Lock()

    def catch_up(self, meta: Record, provider: str, now: datetime) -> list[Effect]:
        """Let a provider's timers due by `now` fire, in a transaction of their own."""
        agenda = self._sandboxes.store.get(space_of(meta["name"], provider), timers.AGENDA, "next")
        if agenda is None:  # nothing is planned, as at most requests
            return []
        world = self._sandboxes.world(meta, provider, now)
        due = timers.next_due(world)
        if due is None or due > now:
            return []
        with self._sandboxes.store.transaction(world.space):
            timers.run_due(world, world.bindings, now)
        self.news.spread(world)
        return world.notes

    def advance(self, name: str, target: datetime) -> list[Effect]:
        """Move a sandbox's clock forward, visiting every due instant of every provider in order."""
        effects: list[Effect] = []
        with self._lock(name):
            for _ in range(_MOST_STEPS):
                meta = self._sandboxes.meta(name)
                due = self._next_due(meta)
                if due is None or due > target:
                    break
                now = max(due, now_of(meta["clock"]))
                self._set(meta, now)
                effects += self._step(meta, _standing(now))
            self._set(self._sandboxes.meta(name), target)
        self.news.wake(name)
        return effects

    def run_now(self, name: str) -> list[Effect]:
        """Let everything due at the sandbox's present instant happen, deliveries included, paused or not."""
        with self._lock(name):
            meta = self._sandboxes.meta(name)
            effects = self._step(meta, lambda: now_of(meta["clock"]), forced=True)
        self.news.wake(name)
        return effects

    def carry(self, name: str) -> float | None:
        """Let what is due happen in a sandbox whose clock runs; return in how many seconds more is due, or None.

        Whoever holds the sandbox at this moment does the same and wakes us afterwards.
        """
        lock = self._lock(name)
        if not lock.acquire(blocking=False):
            return None
        try:
            meta = self._running(name)
            if meta is None:
                return None
            clock = meta["clock"]
            self._step(meta, lambda: now_of(clock))
            meta = self._running(name)
            due = None if meta is None else self._next_due(meta)
            return None if meta is None or due is None else max(0.0, (due - now_of(meta["clock"])).total_seconds())
        finally:
            lock.release()

    def redeliver(self, name: str, provider: str, id: str, variant: str) -> list[Effect]:
        """Send one delivery again at once, whatever its state: signed anew, spoilt, or as two identical copies."""
        plan = self._sandboxes.flats[provider].webhooks
        if plan is None:
            raise Failure("not_found", f"{provider} sends no webhooks.")
        effects: list[Effect] = []
        with self._lock(name):
            meta = self._sandboxes.meta(name)
            now = now_of(meta["clock"])
            delivery = self._sandboxes.world(meta, provider, now).require(outbox.OUTBOX, id)
            headers = outbox.headers_of(plan, delivery, now, variant)
            for _ in range(2 if variant == outbox.DUPLICATE else 1):
                attempt = self._courier.carry(plan, delivery, headers)
                world = self._sandboxes.world(meta, provider, now)
                with self._sandboxes.store.transaction(world.space):
                    current = world.require(outbox.OUTBOX, id)
                    outbox.record_redelivery(world, plan, current, now, attempt, variant)
                self.news.spread(world)
                effects += [_told(provider, current, now, attempt), *world.notes]
        self.news.wake(name)
        return effects

    def forget(self, name: str) -> None:
        """Forget a sandbox that was dropped."""
        with self._guard:
            self._carrying.pop(name, None)

    # one step

    def _running(self, name: str) -> Record | None:
        meta = self._sandboxes.peek(name)
        return meta if meta is not None and meta["clock"]["mode"] == "running" else None

    def _step(self, meta: Record, clock: Callable[[], datetime], forced: bool = False) -> list[Effect]:
        effects: list[Effect] = []
        for provider in meta["providers"]:
            effects += self.catch_up(meta, provider, clock())
            if forced or not meta["paused"]:
                effects += self._carry_due(meta, provider, clock)
        return sorted(effects, key=lambda effect: str(effect["at"]))

    def _carry_due(self, meta: Record, provider: str, clock: Callable[[], datetime]) -> list[Effect]:
        plan = self._sandboxes.flats[provider].webhooks
        if plan is None:
            return []
        effects: list[Effect] = []
        start = clock()
        for delivery in outbox.find_due(self._sandboxes.world(meta, provider, start), start):
            now = clock()
            if self._sandboxes.store.shared and not self._claim(meta, provider, delivery, now):
                continue
            attempt = self._courier.carry(plan, delivery, outbox.headers_of(plan, delivery, now))
            world = self._sandboxes.world(meta, provider, now)
            with self._sandboxes.store.transaction(world.space):
                current = world.get(outbox.OUTBOX, delivery["id"])
                if current is None or current["state"] != outbox.PENDING:
                    continue  # the sandbox was started over, or the delivery was settled, while it was under way
                outbox.record_attempt(world, plan, current, now, attempt)
            self.news.spread(world)
            effects += [_told(provider, current, now, attempt), *world.notes]
        return effects

    def _claim(self, meta: Record, provider: str, delivery: Record, now: datetime) -> bool:
        """Take a delivery that another process may be looking at too; say whether it was still to be had."""
        plan = self._sandboxes.flats[provider].webhooks
        world = self._sandboxes.world(meta, provider, now)
        with self._sandboxes.store.transaction(world.space):
            current = world.get(outbox.OUTBOX, delivery["id"])
            unchanged = ("state", "next_attempt_at")
            if plan is None or current is None or any(current[name] != delivery[name] for name in unchanged):
                return False
            outbox.claim(world, plan, current)
        return True

    def _next_due(self, meta: Record) -> datetime | None:
        found: list[datetime] = []
        for provider in meta["providers"]:
            world = self._sandboxes.world(meta, provider)
            found += [due for due in (timers.next_due(world),) if due is not None]
            if not meta["paused"] and self._sandboxes.flats[provider].webhooks is not None:
                found += [due for due in (outbox.next_attempt(world),) if due is not None]
        return min(found, default=None)

    def _set(self, meta: Record, now: datetime) -> None:
        self._sandboxes.change(meta["name"], clock=clock_at(meta["clock"]["mode"], now))

    def _lock(self, name: str) -> threading.RLock:
        with self._guard:
            return self._carrying.setdefault(name, threading.RLock())


def _standing(at: datetime) -> Callable[[], datetime]:
    return lambda: at


def _told(provider: str, delivery: Record, at: datetime, attempt: outbox.Attempt) -> Effect:
    outcome = f"HTTP {attempt.status}" if attempt.status is not None else str(attempt.error)
    return {
        "at": instant(at),
        "kind": "delivery",
        "provider": provider,
        "resource": delivery["event"],
        "id": delivery["id"],
        "detail": f"{delivery['url']}: {outcome}; {delivery['state']}",
    }
