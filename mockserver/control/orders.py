"""Reads the faults that a tester orders: what no schema can judge about them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockserver.control.errors import invalid
from mockserver.core.ground import Record
from mockserver.provider import Provider

# The connection's own business, which no answer may meddle with (RFC 9110, 7.6.1).
_HOP_BY_HOP = frozenset("connection keep-alive proxy-connection te trailer transfer-encoding upgrade".split())


def read_order(order: Record, flats: Mapping[str, Provider], at: str = "") -> Record:
    """Return match, effect, phase, times and probability of an order; `invalid` names the pointer of what is wrong."""
    match = dict(order.get("match", {}))
    _check_names(match, flats, at)
    if "path" in match:
        try:
            re.compile(match["path"])
        except (re.error, RecursionError, OverflowError) as error:
            text = f"{match['path'][:80]!r} is no regular expression: {error}"
            raise invalid(f"{at}/match/path", text, got=match["path"][:80]) from None
    effect = dict(order["effect"])
    for name in effect.get("headers", {}):
        if name.lower() in _HOP_BY_HOP:
            raise invalid(f"{at}/effect/headers/{name}", f"{name} governs the connection and cannot be ordered.")
    for name in ("status", "delay_ms", "truncate"):
        if name in effect:
            effect[name] = int(effect[name])  # 503.0 is the integer 503 in JSON
    times = order.get("times")
    return {
        "match": match,
        "effect": effect,
        "phase": order.get("phase", "before"),
        "times": None if times is None else int(times),
        "ttl_seconds": order.get("ttl_seconds"),
        "probability": order.get("probability"),
    }


def _check_names(match: Record, flats: Mapping[str, Provider], at: str) -> None:
    """Refuse a provider or an operation that does not exist: such a fault would wait in vain."""
    provider, operation = match.get("provider"), match.get("operation")
    if provider is not None and provider not in flats:
        known = ", ".join(flats)
        raise invalid(f"{at}/match/provider", f"There is no provider {provider[:80]!r}; there are: {known}.")
    asked = [flats[provider]] if provider is not None else list(flats.values())
    if operation is not None and not any(operation in flat.operations for flat in asked):
        names = " or ".join(flat.name for flat in asked)
        raise invalid(f"{at}/match/operation", f"{names} has no operation {operation[:80]!r}.")
