"""Lets time pass: what is due happens in order, each at its own instant of the sandbox's clock."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from mockserver.clock import clock_at, instant, now_of
from mockserver.core.ground import Record
from mockserver.provider import Provider
from mockserver.sandbox import Sandboxes, space_of
from mockserver.webhooks import outbox
from mockserver.webhooks.courier import Courier
from mockserver.workflow import timers

Effect = dict[str, Any]
_MOST_STEPS = 100_000


class Timeline:
    """Runs timers and carries deliveries of one sandbox after the other; two threads never carry the same one."""

    def __init__(self, sandboxes: Sandboxes, courier: Courier) -> None:
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
                effects += self._step(name, now)
            self._set(self._sandboxes.meta(name), target)
        return effects

    def run_now(self, name: str) -> list[Effect]:
        """Let everything due at the sandbox's present instant happen, deliveries included."""
        with self._lock(name):
            return self._step(name, now_of(self._sandboxes.meta(name)["clock"]), forced=True)

    def carry(self, name: str) -> list[Effect]:
        """Carry what is due in a sandbox whose clock runs; a frozen or paused one is left alone."""
        meta = self._sandboxes.meta(name)
        if meta["paused"] or meta["clock"]["mode"] != "running":
            return []
        with self._lock(name):
            return self._step(name, now_of(meta["clock"]))

    def redeliver(self, meta: Record, provider: str, id: str, variant: str) -> list[Effect]:
        """Send one delivery again at once, whatever its state; `variant` may spoil it. The retry table is untouched."""
        flat = self._sandboxes.flats[provider]
        now = now_of(meta["clock"])
        with self._lock(meta["name"]):
            world = self._sandboxes.world(meta, provider, now)
            delivery = world.require(outbox.OUTBOX, id)
            return [self._send_again(world, flat, delivery, now, variant)]

    # one step

    def _step(self, name: str, now: datetime, forced: bool = False) -> list[Effect]:
        effects: list[Effect] = []
        meta = self._sandboxes.meta(name)
        for provider in meta["providers"]:
            effects += self.catch_up(meta, provider, now)
            if forced or not meta["paused"]:
                effects += self._carry_due(meta, provider, now)
        return sorted(effects, key=lambda effect: effect["at"])

    def _carry_due(self, meta: Record, provider: str, now: datetime) -> list[Effect]:
        flat = self._sandboxes.flats[provider]
        if flat.webhooks is None:
            return []
        effects: list[Effect] = []
        for delivery in list(outbox.find_due(self._sandboxes.world(meta, provider, now), now)):
            attempt = self._courier.carry(flat.webhooks, delivery, now)
            world = self._sandboxes.world(meta, provider, now)
            with self._sandboxes.store.transaction(world.space):
                current = world.get(outbox.OUTBOX, delivery["id"])
                if current is None or current["state"] != outbox.PENDING:
                    continue  # the sandbox was started over, or the delivery was settled, while it was under way
                done = outbox.record_attempt(world, flat.webhooks, current, now, attempt)
            effects.append(_told(provider, done, now, attempt))
            effects += world.notes
        return effects

    def _send_again(self, world: Any, flat: Provider, delivery: Record, now: datetime, variant: str) -> Effect:
        plan = flat.webhooks
        if plan is None:
            raise RuntimeError(f"{flat.name} sends no webhooks")
        spoilt = spoil(plan.headers(delivery, now, len(delivery["attempts"]) + 1), variant)
        at = delivery["attempts"][-1]["at"] if variant == "duplicate" and delivery["attempts"] else instant(now)
        if variant == "duplicate" and delivery.get("headers"):
            spoilt = {k: v for k, v in delivery["headers"].items() if k not in ("Content-Type", "User-Agent")}
        if variant == "stale-timestamp":
            from datetime import timedelta

            spoilt = plan.headers(delivery, now - timedelta(days=1), len(delivery["attempts"]) + 1)
        attempt = self._courier.carry(plan, delivery, now, spoilt)
        with self._sandboxes.store.transaction(world.space):
            current = world.require(outbox.OUTBOX, delivery["id"])
            entry = {"at": instant(now), "status": attempt.status, "error": attempt.error, "variant": variant}
            current["attempts"].append(entry)
            world.put(outbox.OUTBOX, current)
        return {**_told(flat.name, current, now, attempt), "at": at if variant == "duplicate" else instant(now)}

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


def spoil(headers: dict[str, str], variant: str) -> dict[str, str]:
    """Return headers whose signature is wrong where `variant` asks for it."""
    if variant != "bad-signature":
        return headers
    spoilt = {}
    for name, value in headers.items():
        last = value[-1:] or "0"
        wrong = "0" if last != "0" else "1"
        spoilt[name] = value[:-1] + wrong if "signature" in name.lower() else value
    return spoilt


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
