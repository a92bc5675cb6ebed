"""Spreads what a commit brought: coverage is counted, webhooks are held against their promise, sleepers are woken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

import orjson

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.core.message import JSON_TYPE
from mockserver.journal import Journal
from mockserver.provider import Provider
from mockserver.violations import Violations
from mockserver.webhooks.outbox import OUTBOX
from mockserver.workflow.timers import TIMERS
from mockserver.world import World
from specs import Operation, Problem


class News:
    """Told of every world whose transaction was committed with changes, whoever made them."""

    def __init__(self, flats: Mapping[str, Provider], journal: Journal, violations: Violations) -> None:
        self._flats = flats
        self._journal = journal
        self._violations = violations
        # Who lets time pass by itself wants to know that something may be due in a sandbox.
        self.wake: Callable[[str], None] = lambda sandbox: None

    def spread(self, world: World) -> None:
        """Tell of a committed world."""
        if world.notes:
            self._journal.count(world.sandbox, world.notes)
        for id in world.deliveries:
            delivery = world.get(OUTBOX, id)
            if delivery is not None:
                self._hold(world, delivery)
        if world.deliveries or any(collection == TIMERS for _, collection, _ in world.changes):
            self.wake(world.sandbox)

    def _hold(self, world: World, delivery: Record) -> None:
        """Hold a queued webhook against the promise of its event; it goes out all the same, but not unnoticed."""
        flat = self._flats[world.provider]
        event = delivery["event"]
        promise = find_promise(flat, event)
        if promise is None:
            text = f"{event} is no webhook of the document; there are: {', '.join(flat.book.webhooks) or 'none'}"
            problems = [Problem("webhook", "", "unknown", list(flat.book.webhooks), event, text)]
        else:
            problems = _find_broken(flat, promise, delivery["body"])
        if problems:
            at = instant(world.now)
            self._violations.add(world.sandbox, world.provider, event, "webhook", problems, at)


def find_promise(flat: Provider, event: str) -> Operation | None:
    """Return the webhook of the spec that an event is told by, or None."""
    webhooks = flat.book.webhooks
    for pattern, name in flat.events.items():
        if fnmatchcase(event, pattern):
            return webhooks.get(name)
    if event in webhooks:
        return webhooks[event]
    named = (hook for hook in webhooks.values() if fnmatchcase(event, str(hook.extensions.get("x-event", ""))))
    return next(named, None)


def _find_broken(flat: Provider, promise: Operation, body: str) -> list[Problem]:
    media = promise.body.get(JSON_TYPE)
    if media is None or not media.schema:
        return []
    validator = flat.book.schemas.validator(media.schema)
    value = orjson.loads(body)
    return [] if validator.holds(value) else validator.find_problems(value, "webhook")
