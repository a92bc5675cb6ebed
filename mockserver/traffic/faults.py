"""Faults that a tester orders: which request, what happens instead, before or after it is carried out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mockserver.clock import parse_instant
from mockserver.core.ground import Record
from mockserver.core.message import Request
from mockserver.fakes import Chance


@dataclass(frozen=True, slots=True)
class Fault:
    """An order that matched a request."""

    id: str
    phase: str
    effect: Record

    @property
    def delay_seconds(self) -> float:
        """Return how long the answer waits."""
        return float(self.effect.get("delay_ms", 0)) / 1000

    @property
    def replaces_answer(self) -> bool:
        """Say whether there is another answer, or none, so that the real one need not come about."""
        return bool(self.effect.get("drop")) or "status" in self.effect or "body" in self.effect


def choose(orders: list[Record], request: Request, operation: str, now: datetime, seed: int) -> Fault | None:
    """Return the first order that matches, and count its use in place; the caller stores the orders afterwards."""
    for order in orders:
        if not _is_alive(order, now) or not _matches(order["match"], request, operation):
            continue
        order["seen"] = order.get("seen", 0) + 1
        if not _is_hit(order, seed):
            continue
        order["used"] = order.get("used", 0) + 1
        return Fault(order["id"], order.get("phase", "before"), order["effect"])
    return None


def _is_alive(order: Record, now: datetime) -> bool:
    if order.get("times") is not None and order.get("used", 0) >= order["times"]:
        return False
    until = order.get("until")
    return until is None or parse_instant(until) > now


def _matches(match: Record, request: Request, operation: str) -> bool:
    if match.get("provider") not in (None, request.provider):
        return False
    if match.get("operation") not in (None, operation):
        return False
    if (match.get("method") or request.method).upper() != request.method:
        return False
    path = match.get("path")
    return path is None or re.search(path, request.path) is not None


def _is_hit(order: Record, seed: int) -> bool:
    share: Any = order.get("probability")
    if share is None or share >= 1:
        return True
    return bool(Chance(seed, "fault", order["id"], order["seen"]).number(0, 999_999) < share * 1_000_000)
