"""Opens one provider's promise as a whole, quickly: parsed once, then kept by content hash."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from specs.grammar import find_mistakes
from specs.lifecycle import Lifecycle, parse_lifecycles, read_lifecycles
from specs.load import SpecError, bundle
from specs.operation import Operation, find_operations
from specs.overlay import read_overlay
from specs.route import Routes
from specs.rule import Rule, parse_rules, read_rules
from specs.schema import Schemas
from specs.soundness import find_unsound

PROVIDERS = ("gard", "tonegrid", "yourmusic", "products", "og_records")
HOME = Path(__file__).parent
_MOST_KEPT = 64
_FORMAT = "1"


class Book:
    """One provider's document, operations, routes, validators, lifecycles and rules; parts are built at first use.

    Overlays are laid over the document in their order; lifecycles and rules are what they are without them.
    """

    def __init__(self, provider: str, folder: Path, overlays: tuple[Path, ...] = ()) -> None:
        self.provider = provider
        self.folder = folder
        self._kept = _kept(provider, folder, overlays)

    @property
    def document(self) -> dict[str, Any]:
        """Return the bundled OpenAPI document, overlays applied; do not change it."""
        document: dict[str, Any] = self._kept["document"]
        return document

    @property
    def title(self) -> str:
        """Return the API's title."""
        return str(self.document["info"]["title"])

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the document's own host names, which a request may use instead of the prefix."""
        return tuple(self.document.get("x-hosts", ()))

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Return the operations by id, in document order."""
        return {operation.id: operation for operation in find_operations(self.document)}

    @cached_property
    def webhooks(self) -> dict[str, Operation]:
        """Return the promised outgoing webhooks by their name in the document."""
        return {operation.path: operation for operation in find_operations(self.document, "webhooks")}

    @cached_property
    def routes(self) -> Routes:
        """Return the path finder."""
        return Routes(self.operations.values())

    @cached_property
    def schemas(self) -> Schemas:
        """Return the compiled validators."""
        return Schemas(self.provider, self.document)

    @cached_property
    def lifecycles(self) -> dict[str, Lifecycle]:
        """Return the machines by name."""
        return parse_lifecycles(self._kept["lifecycles"], self.folder / "lifecycles.yaml")

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Return the requirement catalogue by rule id."""
        rules = parse_rules(self._kept["rules"], self.folder / "rules.yaml")
        return {rule.id: rule for rule in rules}


def open_book(provider: str, folder: Path | None = None, overlays: tuple[Path, ...] = ()) -> Book:
    """Open the promise of a provider (or of a folder laid out like one); `SpecError` where a file is broken."""
    return _open(provider, folder, overlays)


@lru_cache(maxsize=16)
def _open(provider: str, folder: Path | None, overlays: tuple[Path, ...]) -> Book:
    return Book(provider, folder or HOME / provider, overlays)


def _kept(provider: str, folder: Path, overlays: tuple[Path, ...]) -> dict[str, Any]:
    files = sorted(folder.rglob("*.yaml"))
    digest = hashlib.blake2b(_FORMAT.encode(), digest_size=16)
    for code in ("load.py", "grammar.py", "soundness.py", "lifecycle.py", "rule.py", "overlay.py"):
        digest.update((HOME / code).read_bytes())
    for file in files:
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    for file in overlays:
        digest.update(b"\0overlay\0" + _content(file))
    name = f"{provider}-{digest.hexdigest()}.json"
    if overlays:
        return _cached(name, lambda: _overlaid(_kept(provider, folder, ()), overlays))
    return _cached(name, lambda: _build(folder))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SpecError(file, None, error.strerror or str(error)) from None


def _build(folder: Path) -> dict[str, Any]:
    return {
        "document": bundle(folder / "openapi.yaml", find_unsound),
        "lifecycles": read_lifecycles(folder / "lifecycles.yaml"),
        "rules": read_rules(folder / "rules.yaml"),
    }


def _overlaid(base: dict[str, Any], overlays: tuple[Path, ...]) -> dict[str, Any]:
    document = base["document"]
    for file in overlays:
        document = read_overlay(file).apply(document, find_mistakes, find_unsound)
    return {**base, "document": document}


def _cached(name: str, build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return a built value from the user's cache folder, or build it and try to keep it there."""
    try:
        file = Path.home() / ".cache" / "soundcheck" / name
    except RuntimeError:  # an account without a home
        return build()
    try:
        kept = json.loads(file.read_bytes())
        if isinstance(kept, dict) and kept.keys() == {"document", "lifecycles", "rules"}:
            return kept
    except (OSError, ValueError):
        pass  # not kept yet, or damaged
    built = build()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(built), "utf-8")
        part.replace(file)
        kept_files = sorted(file.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
        for old in kept_files[:-_MOST_KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # a read-only home costs parsing time at each start, nothing else
    return built
