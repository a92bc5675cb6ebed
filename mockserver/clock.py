"""The only place that knows the time; each sandbox has a clock of its own that runs or stands still."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a sandbox may be set to: worlds reach some years back from their first day, and due dates some years ahead.
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
MODES = ("running", "frozen")


def real_now() -> datetime:
    """Return this machine's time in UTC."""
    return datetime.now(UTC)


def monotonic_seconds() -> float:
    """Return seconds on a clock that never jumps, for waits and measurements."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Let this thread rest: only ordered delays and long polls do."""
    time.sleep(seconds)


def now_of(clock: dict[str, Any]) -> datetime:
    """Return the time that a sandbox's clock shows. `clock` is {mode, shift} (microseconds) or {mode, at}."""
    if clock["mode"] == "running":
        shift = clock["shift"]
        now = datetime.now(UTC)
        return now + timedelta(microseconds=shift) if shift else now
    return parse_instant(clock["at"])


def clock_at(mode: str, now: datetime) -> dict[str, Any]:
    """Return a clock of a mode that shows `now` at this moment."""
    if mode == "running":
        return {"mode": mode, "shift": (now - real_now()) // timedelta(microseconds=1)}
    return {"mode": mode, "at": instant(now)}


def running_clock() -> dict[str, Any]:
    """Return a clock that shows the real time."""
    return {"mode": "running", "shift": 0}


def instant(at: datetime) -> str:
    """Print an instant as RFC 3339 in UTC with six fractional digits."""
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def short(text: str) -> str:
    """Return a printed instant without a fraction that says nothing: 2026-01-15T09:00:00Z."""
    return text.replace(".000000Z", "Z")


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 instant (an offset is required); `ValueError` otherwise."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write 2026-01-31T12:00:00Z")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999") from None


def midnight(at: datetime) -> datetime:
    """Return the start of an instant's day in UTC."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
