"""The ledger: what was streamed and earned, by day, release, track, DSP and country. Every figure is a sum over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from mockserver.core.ground import Record
from mockserver.world import World

DAYS = "sales_days"


class Line(NamedTuple):
    """One line; amounts in minor units, `gross` in the DSP's currency, `usd` in cents."""

    track: str
    isrc: str
    dsp: str
    country: str
    streams: int
    downloads: int
    currency: str
    gross: int
    fx_rate: float
    usd: int


_STREAMS, _DOWNLOADS, _USD = (Line._fields.index(name) for name in ("streams", "downloads", "usd"))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with the day and the release it stands under."""

    day: str
    release: str
    line: Line

    @property
    def month(self) -> str:
        """Return the month of the day, as period codes spell it."""
        return self.day[:7]


@dataclass(slots=True)
class Sum:
    """What some lines come to."""

    streams: int = 0
    downloads: int = 0
    usd: int = 0

    def add(self, line: Line) -> None:
        """Count a line in."""
        self.streams += line.streams
        self.downloads += line.downloads
        self.usd += line.usd


def post(world: World, release: Record, day: date, lines: list[Line]) -> None:
    """Write a release's lines of one day, once and for all."""
    text = day.isoformat()
    world.put(
        DAYS,
        {
            "id": f"{release['id']}/{text}",
            "tenant": release["tenant"],
            "release": release["id"],
            "day": text,
            "tenant_month": f"{release['tenant']}/{text[:7]}",
            "lines": [list(line) for line in lines],
        },
    )


def entries(world: World, tenants: Iterable[str], first: date, last: date) -> Iterator[Entry]:
    """Yield what some tenants' releases earned from the first to the last day, both included."""
    low, high = first.isoformat(), last.isoformat()
    for tenant in tenants:
        for month in months(first, last):
            for record in world.slice_by(DAYS, "tenant_month", f"{tenant}/{month}"):
                if low <= record["day"] <= high:
                    yield from _unpacked(record)


def all_entries(world: World, tenants: Iterable[str]) -> Iterator[Entry]:
    """Yield everything that some tenants' releases ever earned."""
    for tenant in tenants:
        for record in world.slice_by(DAYS, "tenant", tenant):
            yield from _unpacked(record)


def _unpacked(record: Record) -> Iterator[Entry]:
    for line in record["lines"]:
        yield Entry(record["day"], record["release"], Line(*line))


def total(found: Iterable[Entry]) -> Sum:
    """Return what entries come to."""
    whole = Sum()
    for entry in found:
        whole.add(entry.line)
    return whole


def lifetime(world: World, tenants: Iterable[str]) -> Sum:
    """Return what some tenants' releases ever earned, without unpacking line by line."""
    whole = Sum()
    for tenant in tenants:
        for record in world.slice_by(DAYS, "tenant", tenant):
            for line in record["lines"]:
                whole.streams += line[_STREAMS]
                whole.downloads += line[_DOWNLOADS]
                whole.usd += line[_USD]
    return whole


def grouped(found: Iterable[Entry], key: Callable[[Entry], Any]) -> dict[Any, Sum]:
    """Return what entries come to by some key."""
    sums: dict[Any, Sum] = {}
    for entry in found:
        sums.setdefault(key(entry), Sum()).add(entry.line)
    return sums


def ranked(sums: dict[Any, Sum]) -> list[tuple[Any, Sum]]:
    """Return groups by streams, most first; equals by their key."""
    return sorted(sums.items(), key=lambda pair: (-pair[1].streams, pair[0]))


def months(first: date, last: date) -> Iterator[str]:
    """Yield the months of a range as YYYY-MM."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days of a range, both ends included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def dollars(minor: int) -> str:
    """Print cents as US dollars with two places."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"
