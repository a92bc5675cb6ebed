"""Streams and revenue by release, country and DSP: sums over the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import dsps, places, tenancy
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.finding import owned
from mockserver.providers.tonegrid.money import ledger
from mockserver.providers.tonegrid.money.ledger import Entry, Sum, dollars
from mockserver.providers.tonegrid.money.views import title_of
from mockserver.world import World

_DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Range:
    """First and last day of a report, both included."""

    first: date
    last: date

    def as_json(self) -> dict[str, str]:
        return {"from": self.first.isoformat(), "to": self.last.isoformat()}


def range_of(call: Call, world: World) -> Range:
    """Return the asked for days: without them, the last thirty up to today (L463)."""
    today = world.now.date()
    last = date.fromisoformat(call.query["to"]) if "to" in call.query else today
    first = date.fromisoformat(call.query["from"]) if "from" in call.query else today - timedelta(days=_DEFAULT_DAYS)
    if first > last:
        raise wrong_fields(to="The to must be a date after or equal to from.")
    return Range(first, last)


def _sums(call: Call, world: World, span: Range, key: Callable[[Entry], Any], release: str | None = None) -> Any:
    found = ledger.entries(world, tenancy.family(world, call.account), span.first, span.last)
    if release is not None:
        found = (entry for entry in found if entry.release == release)
    return ledger.ranked(ledger.grouped(found, key))


def get_analytics_summary(call: Call, world: World) -> Reply:
    """Return totals and what leads (L455-482)."""
    span = range_of(call, world)
    releases = _sums(call, world, span, lambda entry: entry.release)
    stores = _sums(call, world, span, lambda entry: entry.line.dsp)
    countries = _sums(call, world, span, lambda entry: entry.line.country)
    streams = sum(found.streams for _, found in releases)
    return Reply(
        200,
        {
            **span.as_json(),
            "total_streams": streams,
            "total_revenue_usd": dollars(sum(found.usd for _, found in releases)),
            "top_release": _top_release(world, releases) if streams else None,
            "top_dsp": dsps.known(world, stores[0][0])["name"] if streams else None,
            "top_territory": countries[0][0] if streams else None,
        },
    )


def _top_release(world: World, releases: list[tuple[str, Sum]]) -> dict[str, Any]:
    id, found = releases[0]
    return {"uuid": id, "title": title_of(world, "releases", id, {}), "streams": found.streams}


def get_analytics_by_release(call: Call, world: World) -> Reply:
    """Return streams by release, most first."""
    span = range_of(call, world)
    titles: dict[str, str] = {}
    data = [
        {"release_uuid": id, "title": title_of(world, "releases", id, titles), "streams": found.streams}
        for id, found in _sums(call, world, span, lambda entry: entry.release)
    ]
    return Reply(200, {**span.as_json(), "data": data})


def get_analytics_by_territory(call: Call, world: World) -> Reply:
    """Return streams by country, most first, of one release or of all."""
    release = call.query.get("release_uuid")
    if release is not None:
        owned(world, call.account, "releases", release)
    span = range_of(call, world)
    data = [
        {"territory": code, "country_name": places.name_of(code), "streams": found.streams}
        for code, found in _sums(call, world, span, lambda entry: entry.line.country, release)
    ]
    return Reply(200, {"data": data})


def get_analytics_by_dsp(call: Call, world: World) -> Reply:
    """Return streams by DSP, most first."""
    span = range_of(call, world)
    data = [
        {"dsp": dsps.known(world, id)["name"], "streams": found.streams}
        for id, found in _sums(call, world, span, lambda entry: entry.line.dsp)
    ]
    return Reply(200, {"data": data})


OPERATIONS = {
    "getAnalyticsSummary": get_analytics_summary,
    "getAnalyticsByRelease": get_analytics_by_release,
    "getAnalyticsByTerritory": get_analytics_by_territory,
    "getAnalyticsByDsp": get_analytics_by_dsp,
}
