"""The ledger as royalties, analytics and sales reports show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.tonegrid import dsps
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.money import ledger
from mockserver.providers.tonegrid.money.ledger import Entry, dollars
from mockserver.providers.tonegrid.money.statements import entries_of_days
from mockserver.world import World

Titles = dict[str, str]


def title_of(world: World, collection: str, id: str, known: Titles) -> str:
    """Return the title of a release or track, looked up once."""
    if id not in known:
        record = world.get(collection, id)
        known[id] = str(record["title"]) if record else ""
    return known[id]


def royalty_summary(statement: Record) -> dict[str, Any]:
    """Return a monthly statement as GET /royalties/statements lists it; its total is what was earned, the gross."""
    return {
        "id": statement["royalty_id"],
        "period": statement["period"],
        "total_usd": dollars(statement["gross_minor"]),
        "status": "finalized" if statement["state"] == "approved" else "pending",
        "created_at": shown(statement["created_at"]),
    }


def royalty_breakdown(world: World, statement: Record) -> list[dict[str, Any]]:
    """Return a statement's lines by release and DSP; their amounts add up to its total."""
    found = entries_of_days(world, statement["tenant"], statement["days"])
    sums = ledger.grouped(found, lambda entry: (entry.release, entry.line.dsp))
    titles: Titles = {}
    return [
        {
            "release_title": title_of(world, "releases", release, titles),
            "dsp": dsps.known(world, dsp)["name"],
            "streams": found.streams,
            "revenue_usd": dollars(found.usd),
        }
        for (release, dsp), found in ledger.ranked(sums)
    ]


def sales_rows(world: World, found: Iterable[Entry]) -> list[Record]:
    """Return one row per month, DSP, release, track and country, numbered from the oldest (L1224)."""
    rows: dict[tuple[str, ...], Record] = {}
    for entry in found:
        line = entry.line
        key = (entry.month, entry.release, line.track, line.dsp, line.country)
        row = rows.get(key)
        if row is None:
            row = rows[key] = _empty_row(entry)
        row["streams"] += line.streams
        row["downloads"] += line.downloads
        row["gross_revenue_minor"] += line.gross
        row["gross_usd_minor"] += line.usd
    ordered = [rows[key] for key in sorted(rows)]
    for number, row in enumerate(ordered, 1):
        row["number"] = number
    return ordered


def _empty_row(entry: Entry) -> Record:
    return {
        "period": entry.month,
        "dsp": entry.line.dsp,
        "release_id": entry.release,
        "track_id": entry.line.track,
        "isrc": entry.line.isrc,
        "country": entry.line.country,
        "streams": 0,
        "downloads": 0,
        "currency": entry.line.currency,
        "gross_revenue_minor": 0,
        "fx_rate": entry.line.fx_rate,
        "gross_usd_minor": 0,
    }


def print_sales_row(world: World, row: Record, releases: Titles, tracks: Titles) -> dict[str, Any]:
    """Return a row with its titles."""
    shown_row = {name: value for name, value in row.items() if name != "number"}
    return {
        **shown_row,
        "release_title": title_of(world, "releases", row["release_id"], releases),
        "track_title": title_of(world, "tracks", row["track_id"], tracks),
    }
