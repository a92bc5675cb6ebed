"""The rooms of a built server, as the control API's operations see them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from mockserver.clock import now_of
from mockserver.clockwork import Clockwork
from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from mockserver.journal import Journal
from mockserver.provider import Provider
from mockserver.sandbox import DEFAULT, Sandboxes
from mockserver.settings import Settings
from mockserver.store.contract import Store
from mockserver.timeline import Timeline
from mockserver.violations import Violations
from mockserver.world import World


@dataclass(frozen=True, slots=True)
class House:
    """Everything that a tester may look at or move. `ask` sends a request to a provider; None is a lost answer."""

    version: str
    settings: Settings
    store: Store
    flats: Mapping[str, Provider]
    sandboxes: Sandboxes
    timeline: Timeline
    clockwork: Clockwork
    journal: Journal
    violations: Violations
    ask: Callable[[Request], Reply | None]
    preparing: threading.Lock = field(default_factory=threading.Lock)

    def flat(self, name: str) -> Provider:
        """Return a provider that is served; `not_found` names those that are."""
        flat = self.flats.get(name)
        if flat is None:
            raise Failure("not_found", f"There is no provider {name!r}; there are: {', '.join(self.flats)}.")
        return flat

    def enter(self, sandbox: str, provider: str) -> World:
        """Return a provider's world in a sandbox at this instant, after what should have happened by now."""
        self.flat(provider)
        meta = self.sandboxes.open(sandbox, provider)
        now = now_of(meta["clock"])
        self.timeline.catch_up(meta, provider, now)
        return self.sandboxes.world(meta, provider, now)

    def visited(self, sandbox: str) -> list[World]:
        """Return the worlds of the providers that have been used in a sandbox, at this instant."""
        meta = self.sandboxes.meta(sandbox)
        now = now_of(meta["clock"])
        for provider in meta["providers"]:
            self.timeline.catch_up(meta, provider, now)
        return [self.sandboxes.world(meta, provider, now) for provider in meta["providers"] if provider in self.flats]

    @contextmanager
    def change(self, world: World) -> Iterator[None]:
        """Change a world: all of the block or nothing of it."""
        with self.store.transaction(world.space):
            yield
        if world.changes:
            self.timeline.news.spread(world)

    def forget(self, sandbox: str) -> None:
        """Forget what is known of a sandbox outside of the store."""
        self.clockwork.forget(sandbox)
        self.timeline.forget(sandbox)
        self.journal.forget(sandbox)

    def prepare(self) -> bool:
        """Build the default worlds where that was not done yet; say whether they stand (not: somebody is at it)."""
        if not self.preparing.acquire(blocking=False):
            return False
        try:
            for provider in self.flats:
                self.sandboxes.open(DEFAULT, provider)
        finally:
            self.preparing.release()
        return True
