"""Looks at this machine: what the server needs, and what would be nice to have."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mockserver.settings import Settings

_NEEDED = ("flask", "granian", "waitress", "jsonschema_rs", "orjson", "yaml", "faker", "PIL", "lxml", "joserfc")


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: fine or not, what was seen, and what to do."""

    is_fine: bool
    what: str
    advice: str = ""

    def line(self) -> str:
        """Return the finding for people."""
        mark = "ok  " if self.is_fine else "FAIL"
        return f"{mark} {self.what}" + (f" - {self.advice}" if self.advice else "")


def examine(settings: Settings) -> list[Finding]:
    """Return every finding; the server can run where all are fine."""
    looks: list[Callable[[Settings], Finding]] = [_python, _libraries, _specs, _worlds, _port, _cache, _store]
    return [look(settings) for look in looks] + [_node()]


def _python(settings: Settings) -> Finding:
    return Finding(sys.version_info >= (3, 11), f"Python {platform.python_version()}", "")


def _libraries(settings: Settings) -> Finding:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return Finding(False, f"libraries missing: {', '.join(missing)}", "install the package again: pip install .")
    return Finding(True, f"libraries: granian {importlib.metadata.version('granian')} and {len(_NEEDED) - 1} more")


def _specs(settings: Settings) -> Finding:
    from mockserver import census
    from mockserver.app import load_flats
    from specs import SpecError

    try:
        counts = census.take(load_flats(settings.providers, settings.overlays).values())
    except (SpecError, census.CensusFailed) as error:
        return Finding(False, str(error), "a spec file or a flat is broken")
    return Finding(True, "specs: " + ", ".join(count.line() for count in counts))


def _worlds(settings: Settings) -> Finding:
    from mockserver.app import load_flats
    from mockserver.core.failure import Failure
    from mockserver.worlds import read_world

    try:
        for flat in load_flats(settings.providers, settings.overlays):
            read_world(settings, flat, settings.world)
    except Failure as failure:
        return Finding(False, failure.detail, "choose another --world")
    return Finding(True, f"world {settings.world}")


def _port(settings: Settings) -> Finding:
    from mockserver.web.serving import PortTaken, free_port

    try:
        free_port(settings.host, settings.port)
    except PortTaken as error:
        return Finding(False, str(error))
    return Finding(True, f"{settings.host}:{settings.port} is free")


def _cache(settings: Settings) -> Finding:
    try:
        place = Path.home() / ".cache" / "soundcheck"
        place.mkdir(parents=True, exist_ok=True)
    except RuntimeError:
        return Finding(True, "this account has no home for a spec cache", "each start parses the specs anew")
    except OSError as error:
        return Finding(True, f"{place} cannot be written ({error.strerror})", "each start parses the specs anew")
    return Finding(True, f"spec cache {place}")


def _store(settings: Settings) -> Finding:
    from mockserver.app import open_store

    try:
        open_store(settings).close()
    except Exception as error:  # whatever a database says, the doctor repeats it
        return Finding(False, f"store {settings.store}: {error}", "choose another --store")
    return Finding(True, f"store {settings.store}")


def _node() -> Finding:
    found = shutil.which("npx")
    if found:
        return Finding(True, f"node: {found} (for redocly lint and respect)")
    return Finding(True, "node is not here", "only redocly lint, respect and the Prism benchmark need it")
