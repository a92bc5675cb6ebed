"""Sandboxes: one name owns everything that changes; created at first use, started over, snapshotted, dropped."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from mockserver.clock import clock_at, instant, midnight, now_of, parse_instant, real_now, running_clock
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.fakes import uuid_for
from mockserver.provider import Provider
from mockserver.settings import Settings
from mockserver.stock import Stock
from mockserver.store.contract import Store
from mockserver.webhooks.outbox import OUTBOX
from mockserver.workflow.machine import TIMERS
from mockserver.world import World
from mockserver.worlds import read_world

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
DEFAULT = "default"
_META = ("sandbox", "meta")
_MOST_BASES = 60  # untouched worlds kept to fork from; each is a few megabytes and a few tenths of a second


class Sandboxes:
    """Finds and makes sandboxes. A sandbox's facts are one small record; each provider has a space beside it."""

    def __init__(self, store: Store, settings: Settings, flats: Mapping[str, Provider]) -> None:
        self.store = store
        self.settings = settings
        self.flats = flats
        self._lock = threading.RLock()
        self._numbers: dict[str, dict[str, Iterator[int]]] = {}
        self._bases: dict[str, None] = {}
        self._stock = Stock(_cache_folder() if settings.keep_worlds else None)
        self._parsed: dict[str, tuple[str, Record]] = {}
        self._indexes = {
            name: {**flat.indexes, OUTBOX: ("state", *flat.indexes.get(OUTBOX, ())), TIMERS: ("of",)}
            for name, flat in flats.items()
        }

    # the record of a sandbox

    def meta(self, name: str) -> Record:
        """Return a sandbox's record, making the sandbox from the default world at first use."""
        text = self.store.get(name, *_META)
        if text is not None:
            return orjson.loads(text)  # type: ignore[no-any-return]
        return self.start_over(name, {}, only_if_missing=True)

    def look(self, name: str) -> Record:
        """Return a sandbox's record to read and not to change; every request does, so it is parsed once per text."""
        text = self.store.get(name, *_META)
        if text is None:
            return self.meta(name)
        known = self._parsed.get(name)
        if known is not None and known[0] is text:
            return known[1]
        meta: Record = orjson.loads(text)
        self._parsed[name] = (text, meta)
        return meta

    def peek(self, name: str) -> Record | None:
        """Return a sandbox's record, or None where the sandbox has not come to life."""
        text = self.store.get(name, *_META)
        return None if text is None else orjson.loads(text)

    def write(self, meta: Record) -> None:
        """Store a sandbox's record."""
        self.store.put(meta["name"], *_META, orjson.dumps(meta).decode())

    def change(self, name: str, **values: Any) -> Record:
        """Change members of a sandbox's record under its lock; returns the record."""
        with self.edit(name) as meta:
            meta.update(values)
        return meta

    @contextmanager
    def edit(self, name: str) -> Iterator[Record]:
        """Yield a sandbox's record for changes that nobody else's may slip between; it is stored at the end."""
        with self._lock, self.store.transaction(name):
            meta = self.meta(name)
            yield meta
            self.write(meta)

    def hold(self) -> AbstractContextManager[Any]:
        """Keep sandboxes from being made, filled or dropped for the length of a block."""
        return self._lock

    def indexes_of(self, provider: str) -> Mapping[str, Sequence[str]]:
        """Return by which members a provider's records, and the house's beside them, are indexed."""
        return self._indexes[provider]

    def exists(self, name: str) -> bool:
        """Say whether a sandbox was made."""
        return self.store.get(name, *_META) is not None

    def names(self) -> list[str]:
        """Return the names of all sandboxes."""
        spaces = self.store.spaces()
        return [space for space in spaces if NAME.fullmatch(space) and self.exists(space)]

    def next_request_id(self, name: str, kind: str = "request") -> str:
        """Return the id of a sandbox's next request: a function of its seed and of how many of a kind came before."""
        if not NAME.fullmatch(name):
            name = DEFAULT
        if self.store.shared:
            with self.store.transaction(name):
                number = int(self.store.get(name, "counters", kind) or 0) + 1
                self.store.put(name, "counters", kind, str(number))
        else:
            # setdefault and next are atomic, so two threads never get one number
            number = next(self._numbers.setdefault(name, {}).setdefault(kind, count(1)))
        seed = self.look(name)["seed"] if self.exists(name) else self.settings.seed
        return uuid_for(seed, kind, number)

    # making, dropping

    def start_over(self, name: str, options: Record, only_if_missing: bool = False) -> Record:
        """Create a sandbox, or throw away what it held. `options` are the members of the control API's body."""
        check_name(name)
        now = parse_instant(options["now"]) if "now" in options else real_now()
        mode = options.get("clock") or ("frozen" if "now" in options else "running")
        meta = {
            "id": "meta",
            "name": name,
            "world": options.get("world", self.settings.world),
            "seed": options.get("seed", self.settings.seed),
            "progression": options.get("progression", self.settings.progression),
            "limits": options.get("limits", self.settings.limits),
            "clock": running_clock() if mode == "running" and "now" not in options else clock_at(mode, now),
            "born": instant(now),
            "providers": [],
            "faults": [],
            "fault_number": 0,
            "paused": False,
        }
        for flat in self.flats.values():
            read_world(self.settings, flat.name, meta["world"])  # an unknown world is refused before anything is lost
        with self._lock:
            if only_if_missing and self.exists(name):
                return self.meta(name)
            self.drop(name)
            self.write(meta)
        return meta

    def drop(self, name: str) -> None:
        """Forget a sandbox and everything in it."""
        with self._lock:
            for flat in self.flats:
                self.store.drop(space_of(name, flat))
            self.store.drop(name)
            self._numbers.pop(name, None)
            self._parsed.pop(name, None)

    # providers in a sandbox

    def open(self, name: str, provider: str) -> Record:
        """Return a sandbox's record, to read and not to change, the provider's world in place."""
        meta = self.look(name)
        return meta if provider in meta["providers"] else self._move_in(name, provider)

    def _move_in(self, name: str, provider: str) -> Record:
        with self._lock, self.store.transaction(name) if self.store.shared else nullcontext():
            meta = self.meta(name)
            if provider in meta["providers"]:
                return meta
            self.store.fork(self._base(provider, meta), space_of(name, provider))
            with self.edit(name) as meta:
                meta["providers"] = [*meta["providers"], provider]
            return meta

    def base_of(self, name: str, provider: str) -> str:
        """Return the space that holds the untouched world that a sandbox began with."""
        with self._lock:
            return self._base(provider, self.meta(name))

    def _base(self, provider: str, meta: Record) -> str:
        """Return the space that holds the untouched world, building it at first use."""
        day = midnight(parse_instant(meta["born"]))
        key = f"{meta['world']}/{meta['seed']}/{meta['progression']}/{day.date().isoformat()}"
        base = f"@{provider}/{key}"
        if self.store.get(base, "base", "ready") is None:
            self.store.drop(base)
            recipe = read_world(self.settings, provider, meta["world"])
            if not self._stock.take(self.store, base, provider, recipe, key):
                flat = self.flats[provider]
                world = self._world({**meta, "name": ""}, flat, base, day)  # it is nobody's: many will begin with it
                with self.store.transaction(base):
                    flat.seed(world, recipe)
                self._stock.put(self.store, base, provider, recipe, key)
            self.store.put(base, "base", "ready", "true")
        self._keep(base)
        return base

    def _keep(self, base: str) -> None:
        """Let go of the world that was asked for longest ago; sandboxes that began with it have what they need."""
        self._bases.pop(base, None)
        self._bases[base] = None
        if len(self._bases) > _MOST_BASES:
            oldest = next(iter(self._bases))
            del self._bases[oldest]
            self.store.drop(oldest)

    def world(self, meta: Record, provider: str, now: datetime | None = None) -> World:
        """Return a provider's world in a sandbox at an instant; the caller opens the transaction."""
        return self._world(meta, self.flats[provider], space_of(meta["name"], provider), now or now_of(meta["clock"]))

    def _world(self, meta: Record, flat: Provider, space: str, now: datetime) -> World:
        return World(
            self.store,
            flat.book,
            flat.bindings,
            space=space,
            sandbox=meta["name"],
            now=now,
            seed=meta["seed"],
            progression=meta["progression"],
            has_limits=meta["limits"],
            facts={
                "strict_identifiers": self.settings.strict_identifiers,
                "media_sources": self.settings.media_sources,
                "ddex_schemas": self.settings.ddex_schemas,
            },
            indexes=self._indexes[flat.name],
            watches=flat.watches,
        )


def _cache_folder() -> Path | None:
    try:
        return Path.home() / ".cache" / "soundcheck" / "worlds"
    except RuntimeError:  # an account without a home
        return None


def space_of(name: str, provider: str) -> str:
    """Return the store space of a provider in a sandbox."""
    return f"{name}/{provider}"


def check_name(name: str) -> None:
    """Refuse a sandbox name that a URL could not carry."""
    if not NAME.fullmatch(name):
        text = f"{name[:80]!r} is no sandbox name; valid: lower-case letters, digits, _ and -, at most 63, e.g. qa1"
        raise Failure("bad_sandbox", text)
