"""What every report asks of a result: what is broken, and which exchange shows it."""

from __future__ import annotations

import importlib.metadata
from typing import Any

BROKEN = ("fail", "warn", "error")
UNTESTED = ("not tested", "not applicable")


def broken_items(requirement: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the items of a requirement that found something, accepted ones included."""
    return [item for item in requirement["items"] if item["verdict"] in BROKEN]


def faulty_exchange(item: dict[str, Any]) -> dict[str, Any] | None:
    """Return the exchange that shows an item's fault: the one it names, or the last one.

    An item that could not be carried out has none; its exchanges are those before the trouble.
    """
    if item["verdict"] == "error":
        return None
    exchanges: list[dict[str, Any]] = item["exchanges"]
    shown = [exchange for exchange in exchanges if exchange["number"] == item["at_fault"]] or exchanges
    return shown[-1] if shown else None


def standing(requirement: dict[str, Any]) -> str:
    """Return how binding a requirement is, and why: documented, or a reading of ours."""
    return f"{requirement['level']}, {requirement['basis']}"


def suite_version() -> str:
    """Return the version of the suite that judged, `0` where it runs from files that nobody installed."""
    try:
        return importlib.metadata.version("soundcheck")
    except importlib.metadata.PackageNotFoundError:
        return "0"
