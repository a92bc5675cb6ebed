"""Builds everything; the only module that knows every room."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockserver import __version__, census
from mockserver.clockwork import Clockwork
from mockserver.control.desk import DESK
from mockserver.control.house import House
from mockserver.core.message import Reply, Request
from mockserver.journal import Journal
from mockserver.news import News
from mockserver.pipeline.answer import LostAnswer, Recipe
from mockserver.pipeline.govern import Govern
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
    "gard": "mockserver.providers.gard",
    "og_records": "mockserver.providers.og_records",
    "products": "mockserver.providers.products",
    "tonegrid": "mockserver.providers.tonegrid",
    "yourmusic": "mockserver.providers.yourmusic",
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
    clockwork: Clockwork
    house: House
    govern: Govern

    def start(self) -> None:
        """Let time pass by itself where a sandbox's clock runs; call it in the process that serves."""
        self.clockwork.start()

    def close(self) -> None:
        """Stop what runs by itself and close the store."""
        self.clockwork.stop()
        self.store.close()


def build(settings: Settings, flats: Mapping[str, Provider] | None = None) -> App:
    """Open the store, load the flats, take the census, prepare the default world, hang the doors.

    `flats` are nameplates to serve in place of those that the settings name.
    """
    flats = load_flats(settings.providers, settings.overlays) if flats is None else flats
    counts = census.take(flats.values())
    store = open_store(settings)
    sandboxes = Sandboxes(store, settings, flats)
    journal = Journal(settings.journal_size)
    violations = Violations(store)
    news = News(flats, journal, violations)
    timeline = Timeline(sandboxes, Courier(settings.webhook_targets), news)
    clockwork = Clockwork(sandboxes, timeline)
    news.wake = clockwork.wake
    recipe = Recipe(flats, sandboxes, timeline, journal, violations, settings.max_body)
    ask = _asking(recipe)
    house = House(__version__, settings, store, flats, sandboxes, timeline, clockwork, journal, violations, ask)
    govern = Govern(DESK, house, settings, violations)
    hosts = {host: flat.name for flat in flats.values() for host in flat.book.hosts}
    gateway = Gateway(recipe, hosts, _Rooms(house, govern))
    sandboxes.meta(DEFAULT)
    return App(gateway, settings, store, flats, sandboxes, timeline, recipe, counts, clockwork, house, govern)


def _asking(recipe: Recipe) -> Callable[[Request], Reply | None]:
    """Return how the control API sends a request to a provider; an answer lost on order is None."""

    def ask(request: Request) -> Reply | None:
        try:
            return recipe.answer(request)
        except LostAnswer:
            return None

    return ask


class _Rooms:
    """Flask's rooms, built when somebody first enters one of them: importing Flask takes a tenth of a second."""

    def __init__(self, house: House, govern: Govern) -> None:
        self._house, self._govern = house, govern
        self._lock = threading.Lock()
        self._rooms: WsgiApp | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._rooms is None:
            with self._lock:
                if self._rooms is None:
                    from mockserver.web.rooms import open_rooms

                    self._rooms = open_rooms(self._house, self._govern)
        return self._rooms(environ, start_response)


def load_flats(names: Iterable[str], overlays: Mapping[str, tuple[Path, ...]] | None = None) -> dict[str, Provider]:
    """Return the nameplates of the named providers, or of all that are built, under the overlays of each."""
    chosen = tuple(names) or tuple(FLATS)
    missing = [name for name in chosen if name not in FLATS]
    if missing:
        raise BadSetting(f"{', '.join(missing)}: specified but not built yet; built: {', '.join(FLATS)}")
    plates: dict[str, Provider] = {name: importlib.import_module(FLATS[name]).PROVIDER for name in chosen}
    laid = overlays or {}
    return {name: plate.under(laid[name]) if name in laid else plate for name, plate in plates.items()}


def open_store(settings: Settings) -> Store:
    """Return the store that the settings name."""
    kind, _, place = settings.store.partition(":")
    if kind == "sqlite":
        from mockserver.store.sqlite import SqliteStore

        return SqliteStore(place)
    return MemoryStore()
