"""The only place of the suite that knows real time and draws the name of a run."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def now() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the suite's one clock


def ticks() -> float:
    """Return seconds on a clock that only moves forward, for durations."""
    return time.perf_counter()


def rest(seconds: float) -> None:
    """Wait, where a target asks for patience (Retry-After, a declared rate)."""
    time.sleep(seconds)  # noqa: TID251 - the suite's one pause


def run_name() -> str:
    """Return a short name that no other run on this machine has: microseconds and process number in base 36."""
    return in_base36(int(now().timestamp() * 1_000_000)) + in_base36(os.getpid() % 1296).rjust(2, "0")


def in_base36(number: int) -> str:
    """Return a non-negative number in base 36."""
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
        if number == 0:
            return text
