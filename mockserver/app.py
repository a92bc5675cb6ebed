"""Builds everything; the only module that knows every room."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mockserver import census
from mockserver.journal import Journal
from mockserver.pipeline.answer import Recipe
from mockserver.provider import Provider
from mockserver.sandbox import DEFAULT, Sandboxes
from mockserver.settings import BadSetting, Settings
from mockserver.store.contract import Store
from mockserver.store.memory import MemoryStore
from mockserver.timeline import Timeline
from mockserver.violations import Violations
from mockserver.web.gateway import Gateway, WsgiApp
from mockserver.webhooks.courier import Courier

# Which module holds which provider's nameplate; a flat is in the house when it stands here.
FLATS = {
    "products": "mockserver.providers.products",
}


@dataclass(frozen=True, slots=True)
class App:
    """A built server: the WSGI callable, and the rooms that its owner may need."""

    wsgi: WsgiApp
    settings: Settings
    store: Store
    flats: Mapping[str, Provider]
    sandboxes: Sandboxes
    timeline: Timeline
    recipe: Recipe
    counts: list[census.Count]

    def start(self) -> None:
        """Let time pass by itself where a sandbox's clock runs; call it in the process that serves."""

    def close(self) -> None:
        """Stop what runs by itself and close the store."""
        self.store.close()


def build(settings: Settings) -> App:
    """Open the store, load the flats, take the census, prepare the default world, hang the doors."""
    flats = load_flats(settings.providers)
    counts = census.take(flats.values())
    store = open_store(settings)
    sandboxes = Sandboxes(store, settings, flats)
    timeline = Timeline(sandboxes, Courier(settings.webhook_targets))
    journal = Journal(settings.journal_size)
    violations = Violations(store)
    recipe = Recipe(flats, sandboxes, timeline, journal, violations, settings.max_body)
    hosts = {host: flat.name for flat in flats.values() for host in flat.book.hosts}
    gateway = Gateway(recipe, hosts, _not_found)
    sandboxes.meta(DEFAULT)
    return App(gateway, settings, store, flats, sandboxes, timeline, recipe, counts)


def _not_found(environ, start_response):  # type: ignore[no-untyped-def]
    start_response("404 Not Found", [])
    return []


def load_flats(names: Iterable[str]) -> dict[str, Provider]:
    """Return the nameplates of the named providers, or of all that are built."""
    chosen = tuple(names) or tuple(FLATS)
    missing = [name for name in chosen if name not in FLATS]
    if missing:
        raise BadSetting(f"{', '.join(missing)}: specified but not built yet; built: {', '.join(FLATS)}")
    return {name: importlib.import_module(FLATS[name]).PROVIDER for name in chosen}


def open_store(settings: Settings) -> Store:
    """Return the store that the settings name."""
    kind, _, place = settings.store.partition(":")
    if kind == "sqlite":
        from mockserver.store.sqlite import SqliteStore

        return SqliteStore(place)
    return MemoryStore()
