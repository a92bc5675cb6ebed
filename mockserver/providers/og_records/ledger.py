"""The ledger: what tracks earn month by month, who gets which part, what is left to pay out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from mockserver.clock import midnight, parse_instant
from mockserver.core.ground import Record
from mockserver.providers.og_records.money import CURRENCY, apportion, exact
from mockserver.world import World

# Of a hundred streams so many run at a service, and a stream brings so many millionths of a euro.
_AUDIENCE = {"spotify": 52, "apple_music": 18, "youtube_music": 14, "amazon_music": 8, "deezer": 5, "tidal": 3}
_RATES = {
    "spotify": 3_150, "apple_music": 6_420, "youtube_music": 1_870, "amazon_music": 4_060, "deezer": 5_330,
    "tidal": 9_280,
}  # fmt: skip
_OTHER_AUDIENCE, _OTHER_RATE = 2, 2_000
_MILLIONTHS_PER_CENT = 10_000
BALANCES = "balances"
_RETURNED = ("failed", "cancelled")


def period_of(at: datetime | date) -> str:
    """Return the month of an instant, `2026-03`."""
    return f"{at.year:04d}-{at.month:02d}"


def first_of_next(at: datetime) -> datetime:
    """Return the instant at which the next month begins."""
    return midnight(at).replace(year=at.year + at.month // 12, month=at.month % 12 + 1, day=1)


def schedule_closing(world: World) -> None:
    """Let the current month be closed as soon as it is over."""
    world.later(first_of_next(world.now), "close_month", period=period_of(world.now))


def close_month(world: World, data: Record) -> None:
    """Book what every release that is out has earned in the month that has ended, then wait for the next one."""
    for release in world.slice_by("releases", "status", "distributed"):
        for track in world.slice_by("tracks", "release_id", release["id"]):
            book(world, release, track, data["period"])
    world.note("closing", "earnings", data["period"], "booked for all releases that are out")
    schedule_closing(world)


def book(world: World, release: Record, track: Record, period: str) -> None:
    """Book one track's month: a row for each service, every cent of it in somebody's part (OG-095)."""
    days, of_days = _days_out(release, period)
    chance = world.chance("earnings", track["id"], period)
    units = chance.number(900, 24_000) * days // of_days
    dsps = release["dsps"]
    if not units or not dsps:
        return
    by_dsp = apportion(units, [_AUDIENCE.get(dsp, _OTHER_AUDIENCE) for dsp in dsps])
    worth = [count * _RATES.get(dsp, _OTHER_RATE) for dsp, count in zip(dsps, by_dsp, strict=True)]
    amounts = apportion(sum(worth) // _MILLIONTHS_PER_CENT, worth)
    shares = _active_shares(world, release, track)
    for dsp, count, amount in zip(dsps, by_dsp, amounts, strict=True):
        if count:
            world.put("earnings", _row(release, track, period, dsp, count, amount, shares))


def _row(
    release: Record, track: Record, period: str, dsp: str, units: int, amount: int, shares: list[Record]
) -> Record:
    return {
        "id": f"{track['id']}:{period}:{dsp}",
        "account": release["account"],
        "release_id": release["id"],
        "track_id": track["id"],
        "period": period,
        "dsp": dsp,
        "units": units,
        "amount": amount,
        "currency": CURRENCY,
        "parts": divide(amount, shares),
        "account_period": f"{release['account']}/{period}",
        "release_period": f"{release['id']}/{period}",
        "track_period": f"{track['id']}/{period}",
    }


def divide(amount: int, shares: list[Record]) -> list[Record]:
    """Return each payee's part of an amount; together they are the amount. Without a split the account keeps it."""
    if not shares:
        return [{"person_id": None, "amount": amount}]
    parts = apportion(amount, [exact(share["percentage"]) for share in shares])
    return [
        {"person_id": share["person_id"], "amount": part} for share, part in zip(shares, parts, strict=True)
    ]


def _active_shares(world: World, release: Record, track: Record) -> list[Record]:
    """Return the shares that hold for a track: its own split's, else its release's."""
    for target in (track["id"], release["id"]):
        found = world.slice_by("splits", "active_target", target, limit=1)
        if found:
            return list(found[0]["shares"])
    return []


def _days_out(release: Record, period: str) -> tuple[int, int]:
    """Return on how many of a month's days the release was out, and the month's days."""
    year, month = int(period[:4]), int(period[5:])
    of_days = monthrange(year, month)[1]
    start = datetime(year, month, 1, tzinfo=UTC)
    since = release.get("distributed_at")
    out_since = max(parse_instant(since), start) if since else start
    if out_since >= first_of_next(start):
        return 0, of_days
    return of_days - (out_since - start).days, of_days


# What is derived from rows and payouts, kept up to date by every write to them, whoever writes.


def watch_earnings(world: World, old: Record | None, new: Record | None) -> None:
    """Keep what an account has earned, and in which months, in step with its rows."""
    for row, sign in ((old, -1), (new, 1)):
        if row is not None:
            figures = _figures(world, row["account"])
            figures["earned"] += sign * row["amount"]
            rows = figures["rows"].get(row["period"], 0) + sign
            figures["rows"][row["period"]] = rows
            if not rows:
                del figures["rows"][row["period"]]
            world.put(BALANCES, figures)


def watch_payouts(world: World, old: Record | None, new: Record | None) -> None:
    """Keep what is paid or on its way in step with the payouts; failed and cancelled ones give their amount back."""
    for payout, sign in ((old, -1), (new, 1)):
        if payout is not None and payout["status"] not in _RETURNED:
            figures = _figures(world, payout["account"])
            figures["taken"] += sign * payout["amount"]
            world.put(BALANCES, figures)


def _figures(world: World, account: str) -> Record:
    return world.get(BALANCES, account) or {"id": account, "earned": 0, "taken": 0, "rows": {}}


def periods_of(world: World, account: str) -> list[str]:
    """Return the months in which an account has earned something, newest first."""
    return sorted(_figures(world, account)["rows"], reverse=True)


def balance_of(world: World, account: str) -> int:
    """Return the cents that an account may have paid out: all it has earned less what is paid or on its way."""
    figures = _figures(world, account)
    return int(figures["earned"] - figures["taken"])


def find_rows(world: World, account: str, query: Record, after: tuple[Any, ...] | None) -> Iterator[Record]:
    """Yield the rows that a query asks for in their order, behind a position; reads no month before its turn."""
    for period in periods_of(world, account):
        if query.get("period", period) != period or (after is not None and period > after[0]):
            continue
        rows = [row for row in _rows_of_month(world, account, query, period) if row["account"] == account]
        rows.sort(key=lambda row: position_of(row)[1:])
        for row in rows:
            if after is None or period < after[0] or position_of(row)[1:] > after[1:]:
                yield row


def _rows_of_month(world: World, account: str, query: Record, period: str) -> list[Record]:
    if "track_id" in query:
        rows = world.slice_by("earnings", "track_period", f"{query['track_id']}/{period}")
        return [row for row in rows if query.get("release_id", row["release_id"]) == row["release_id"]]
    if "release_id" in query:
        return world.slice_by("earnings", "release_period", f"{query['release_id']}/{period}")
    return world.slice_by("earnings", "account_period", f"{account}/{period}")


def position_of(row: Record) -> tuple[str, str, str, str]:
    """Return where a row stands: by period, newest first, then release, track and service."""
    return row["period"], row["release_id"], row["track_id"], row["dsp"]
