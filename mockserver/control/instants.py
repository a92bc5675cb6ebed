"""Reads the instants and durations that a tester sends, prints those that are answered."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import EARLIEST, LATEST, instant, parse_instant, short
from mockserver.control.errors import invalid

_DURATION = re.compile(
    r"P(?:(\d{1,9})W|(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12}(?:\.\d{1,6})?)S)?)?)"
)
_RANGE = f"{EARLIEST.year} to {LATEST.year - 1}"


def shown(at: datetime) -> str:
    """Print an instant as the control API does."""
    return short(instant(at))


def read_instant(text: str, pointer: str) -> datetime:
    """Return an instant that a clock can show; `invalid` names the pointer of one that none can."""
    try:
        at = parse_instant(text)
    except ValueError as error:
        raise invalid(pointer, f"{text!r} is no instant: {error}", got=text) from None
    if not EARLIEST <= at < LATEST:
        raise invalid(pointer, f"{text!r} lies outside the years {_RANGE}.", got=text, expected=_RANGE)
    return at


def later_by(now: datetime, text: str, pointer: str) -> datetime:
    """Return the instant that is a duration (ISO 8601) after another one; years and months follow the calendar."""
    found = _DURATION.fullmatch(text)
    if found is None or text in ("P", "PT") or text.endswith("T"):
        raise invalid(pointer, f"{text!r} is no duration; write PT72H, P3D, P1M or PT90S.", got=text)
    weeks, years, months, days, hours, minutes = (int(part or 0) for part in found.groups()[:6])
    seconds = float(found.group(7) or 0)
    try:
        at = _add_months(now, years * 12 + months)
        at += timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except (OverflowError, ValueError):
        at = LATEST
    if at >= LATEST:
        raise invalid(pointer, f"{text!r} leads beyond the year {LATEST.year - 1}.", got=text)
    return at


def _add_months(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1] if year < LATEST.year else 28
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def print_duration(length: timedelta) -> str:
    """Print a duration of a lifecycle: PT10M, P2D, P1DT12H."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if number)
    days = f"{length.days}D" if length.days else ""
    if clock:
        return f"P{days}T{clock}"
    return f"P{days}" if days else "PT0S"


def tell(effects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what happened as the control API prints it."""
    return [{**effect, "at": short(effect["at"])} for effect in effects]
