"""Lets what is live earn: each midnight the day before is posted to the ledger."""

from __future__ import annotations

from datetime import date, timedelta

from mockserver.clock import instant, midnight
from mockserver.core.ground import Record
from mockserver.fakes import Chance
from mockserver.providers.tonegrid import chain
from mockserver.providers.tonegrid.finding import deliveries_of, tracks_of
from mockserver.providers.tonegrid.money import ledger, periods
from mockserver.providers.tonegrid.money.ledger import Line
from mockserver.world import World

TASK, _AGENDA = "post_sales", "sales_agenda"
_RUNNING = ("live", "update_submitted", "takedown_submitted")
# Country, its share of a hundred listeners, the currency its DSPs report in, and US dollars for one unit of it as a
# fraction. The rates stand still and divide every amount, so that gross times rate is the dollar amount to the cent.
_MARKETS = (
    ("NG", 30, "NGN", 1, 1600),
    ("US", 20, "USD", 1, 1),
    ("GB", 14, "GBP", 5, 4),
    ("GH", 10, "GHS", 1, 16),
    ("ZA", 8, "ZAR", 1, 20),
    ("DE", 7, "EUR", 11, 10),
    ("KE", 6, "KES", 1, 128),
    ("FR", 5, "EUR", 11, 10),
)
_LISTENERS = tuple(market for market in _MARKETS for _ in range(market[1]))
_CENTS_PER_1000_STREAMS = 400
_DOWNLOAD_CENTS = 99


def start(world: World) -> None:
    """Begin to post where nothing was live before; one task a day serves the whole world."""
    if world.get(_AGENDA, "next") is None:
        _plan_next(world)


def hold(world: World) -> None:
    """Plan nothing until `resume`."""
    world.put(_AGENDA, {"id": "next", "due": None})


def resume(world: World, *, is_needed: bool) -> None:
    """Plan the next midnight where something is live."""
    world.delete(_AGENDA, "next")
    if is_needed:
        _plan_next(world)


def _plan_next(world: World) -> None:
    due = midnight(world.now) + timedelta(days=1)
    world.put(_AGENDA, {"id": "next", "due": instant(due)})
    world.later(due, TASK)


def post_sales(world: World, data: Record) -> None:
    """Post yesterday for every release that is live somewhere, then wait for the next midnight."""
    day = (world.now - timedelta(days=1)).date()
    rows = [row for row in world.find("deliveries") if row["status"] in _RUNNING]
    for id in dict.fromkeys(row["release"] for row in rows):
        release = world.get("releases", id)
        if release is not None:
            post_day(world, release, day)
    if rows:
        _plan_next(world)
    else:
        world.delete(_AGENDA, "next")


def post_day(world: World, release: Record, day: date) -> None:
    """Post one release's day."""
    rows = [row for row in deliveries_of(world, release["id"]) if row["status"] in _RUNNING]
    post_lines(world, release, rows, tracks_of(world, release["id"]), day)


def post_lines(world: World, release: Record, rows: list[Record], tracks: list[Record], day: date) -> None:
    """Post what some rows earned with some tracks on a day; nothing before a row went live."""
    chance = world.chance("sales", release["id"], day.isoformat())
    lines: dict[tuple[str, str, str], Line] = {}
    is_plain = release["config"] is None and not release["overrides"]
    for row in rows:
        if row["live_at"] and row["live_at"][:10] <= day.isoformat() and tracks:
            found = None if is_plain else chain.effective(release, row["dsp"])
            for line in _lines(chance, found, row["dsp"], tracks):
                lines.setdefault((line.track, line.dsp, line.country), line)
    if lines:
        ledger.post(world, release, day, list(lines.values()))
        periods.ensure_month(world, release["tenant"], day)


def _lines(chance: Chance, found: chain.Effective | None, dsp: str, tracks: list[Record]) -> list[Line]:
    """Return two lines of a DSP; each is one draw, as a demo world has thousands of them."""
    lines = []
    for _ in range(2):
        rest, listener = divmod(chance.number(0, 10**9 - 1), len(_LISTENERS))
        country, share, currency, rate, unit = _LISTENERS[listener]
        if found is not None and not chain.reaches(found, country):
            continue
        rest, place = divmod(rest, len(tracks))
        rest, downloads = divmod(rest, 3)
        streams = share * (40 + rest % 121)
        cents = streams * _CENTS_PER_1000_STREAMS // 1000 + downloads * _DOWNLOAD_CENTS
        cents -= cents % rate
        gross, track = cents * unit // rate, tracks[place]
        lines.append(
            Line(track["id"], track["isrc"], dsp, country, streams, downloads, currency, gross, rate / unit, cents)
        )
    return lines
