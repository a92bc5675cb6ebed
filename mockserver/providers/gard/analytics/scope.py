"""What an analytics call asks for: which releases, which window, and whether their numbers are there yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.gard.analytics.facts import Window, last_ingested_day
from mockserver.providers.gard.records import RELEASES, SUBMISSIONS
from mockserver.world import World
from specs import Problem

REPORT_DAYS = 31
PRESET_DAYS = {"last_1d": 1, "last_7d": 7, "last_28d": 28, "last_30d": 30, "last_90d": 90}
DEFAULT_PRESET = "last_28d"
_LONGEST_WINDOW_DAYS = 36_600  # a century of daily points is more than any store can have


@dataclass(frozen=True, slots=True)
class Scope:
    """The releases that a report counts; `is_narrowed` where filters name them."""

    releases: list[Record]
    is_narrowed: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of a report, the old top-level spellings merged in (GARD-183, GARD-185)."""

    public_ids: tuple[str, ...]
    album_ids: tuple[int, ...]
    artists: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is named, which means the whole catalog (GARD-182)."""
        return not (self.public_ids or self.album_ids or self.artists)


def read_filters(body: dict[str, Any]) -> Filters:
    """Return the filters of a report's body."""
    new = body.get("filters", {})
    old = [body["gard_release_public_id"]] if "gard_release_public_id" in body else []
    return Filters(
        (*new.get("release_public_ids", ()), *old),
        (*new.get("album_ids", ()), *body.get("gard_analytics_album_ids", ())),
        (*new.get("artist_names", ()), *body.get("gard_artist_names", ())),
    )


def synced_releases(world: World, account: str) -> list[Record]:
    """Return the account's releases that the distributor knows; `nothing_synced` without any (GARD-190)."""
    linked = {record["release_id"] for record in world.slice_by(SUBMISSIONS, "account", account) if record["is_linked"]}
    found = [record for record in world.slice_by(RELEASES, "account", account) if record["id"] in linked]
    if not found:
        raise Failure("nothing_synced")
    return found


def find_scope(world: World, account: str, filters: Filters) -> Scope:
    """Return the union that filters name among the synced releases; `unknown_filter` for what none has (GARD-186)."""
    synced = synced_releases(world, account)
    if filters.is_empty:
        return Scope(synced, is_narrowed=False)
    chosen: dict[str, Record] = {}
    for id in filters.public_ids:
        chosen |= _only([one for one in synced if one["id"] == id], id, "a synced release")
    for number in filters.album_ids:
        chosen |= _only([one for one in synced if one["upstream_album_id"] == number], str(number), "an album")
    for name in filters.artists:
        wanted = name.strip().casefold()
        hits = [one for one in synced if one["artist_name"].strip().casefold() == wanted]
        chosen |= _only(hits, name, "an artist")
    return Scope(list(chosen.values()), is_narrowed=True)


def _only(hits: list[Record], name: str, what: str) -> dict[str, Record]:
    if not hits:
        raise Failure("unknown_filter", f"{name[:80]} is not {what} of your catalog.")
    return {one["id"]: one for one in hits}


def fill(world: World, scope: Scope) -> bool:
    """Say whether there are numbers for a scope; where there are none, order them, so that the next call has them
    (GARD-189). Numbers that came with a night's ingest are there without an order."""
    newest = last_ingested_day(world).isoformat()
    if any(one["is_filled"] or (one["live_on"] and one["live_on"] < newest) for one in scope.releases):
        return True
    for release in scope.releases:
        release["is_filled"] = True
        world.put(RELEASES, release)
    return False


def report_window(world: World, body: dict[str, Any]) -> Window:
    """Return the window of a report: from and to, or the 31 days that end on the last ingested one (GARD-184)."""
    if "from" in body:
        return _window(body["from"], body["to"], "body", "/to")
    return preset_window(world, REPORT_DAYS)


def preset_window(world: World, days: int) -> Window:
    """Return the window of so many days that ends on the last ingested day (GARD-168)."""
    last = last_ingested_day(world)
    return Window(last - timedelta(days=days - 1), last)


def read_period(world: World, period: dict[str, Any], place: str) -> tuple[str, Window]:
    """Return preset and window of a batch call; `place` is body or query (GARD-167, GARD-169)."""
    preset = period.get("preset", DEFAULT_PRESET)
    if preset != "custom":
        return preset, preset_window(world, PRESET_DAYS[preset])
    inside = "/period" if place == "body" else ""
    for name in ("from", "to"):
        if name not in period:
            text = "The preset custom needs from and to."
            raise Failure("invalid", problems=[Problem(place, f"{inside}/{name}", "rule", None, None, text)])
    return preset, _window(period["from"], period["to"], place, f"{inside}/to")


def _window(start: str, end: str, place: str, pointer: str) -> Window:
    try:
        window = Window(date.fromisoformat(start), date.fromisoformat(end))
    except ValueError:  # the year 0, which a pattern lets pass
        raise _bad_window(place, pointer, end, "from and to must be days of the calendar.") from None
    if window.last < window.first:
        raise _bad_window(place, pointer, end, "Must not lie before from.")
    if (window.last - window.first).days > _LONGEST_WINDOW_DAYS:
        raise _bad_window(place, pointer, end, "The window is longer than a century.")
    return window


def _bad_window(place: str, pointer: str, got: str, text: str) -> Failure:
    return Failure("invalid", problems=[Problem(place, pointer, "rule", None, got, text)])
