"""The daily facts of tracks in a window: every report and every batch row adds these up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mockserver.core.ground import Record
from mockserver.providers.gard.analytics.audience import ROUND, VARIANTS, Audience, Counts, audience
from mockserver.providers.gard.analytics.streams import heard_until
from mockserver.providers.gard.records import tracks_of
from mockserver.world import World

NOTHING = Counts(0, 0)
_DAY = timedelta(days=1)
_EARLIEST = date(2, 1, 1)  # a calendar has no day before its first


@dataclass(frozen=True, slots=True)
class Window:
    """Days that are counted, both ends inside; empty where `last` lies before `first`."""

    first: date
    last: date

    def days(self) -> list[date]:
        """Return each day of the window."""
        return [self.first + _DAY * place for place in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """One track of a release with its streams, known up to the last ingested day."""

    track: Record
    release: Record
    seed: int
    first: date | None  # day of the first streams; None before the release is live
    last: date  # day of the last ones that are known
    newest: date  # last ingested day of all
    listeners: Audience

    def tally(self, window: Window, store: str | None = None, by: str | None = None) -> dict[object, Counts]:
        """Return the counts of a window per value of a property, of one store or of all."""
        eve = max(window.first, _EARLIEST) - _DAY
        return self.listeners.tally(self._number(eve), self._number(window.last), store, by)

    def totals(self, window: Window, store: str | None = None) -> Counts:
        """Return the counts of a window."""
        return self.tally(window, store).get("", NOTHING)

    def _number(self, day: date) -> int:
        """Return the number of the stream that follows the last one of a day."""
        number: int = self.track["number"]
        start = number * 379 % ROUND  # tracks of one release begin at different listeners
        if self.first is None:
            return start
        last = min(day, self.last)
        return start + heard_until(self.seed, number, int(self.track["popularity"]), self.first, last)


def last_ingested_day(world: World) -> date:
    """Return the latest day whose facts are there: the day before yesterday, in UTC (GARD-168, GARD-170)."""
    return world.now.date() - 2 * _DAY


def facts_of(world: World, releases: Iterable[Record]) -> list[TrackFacts]:
    """Return the facts of all tracks of releases; facts begin on the day after a release went live."""
    newest = last_ingested_day(world)
    found = []
    for release in releases:
        first = date.fromisoformat(release["live_on"]) + _DAY if release["live_on"] else None
        last = min(newest, date.fromisoformat(release["left_on"])) if release["left_on"] else newest
        variant = world.chance("audience of", release["artist_name"]).number(0, VARIANTS - 1)
        listeners = audience(world.seed, variant, tuple(release["platforms"]), tuple(release["countries"]))
        found += [
            TrackFacts(track, release, world.seed, first, last, newest, listeners)
            for track in tracks_of(world, release["id"])
        ]
    return found


def total(facts: Iterable[TrackFacts], window: Window, store: str | None = None) -> Counts:
    """Return the counts of all tracks together."""
    return add(one.totals(window, store) for one in facts)


def add(counts: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    streams = paid = 0
    for one in counts:
        streams += one.streams
        paid += one.paid
    return Counts(streams, paid)


def breakdown(
    facts: Iterable[TrackFacts], window: Window, by: str, store: str | None = None
) -> list[tuple[str, Counts]]:
    """Return the counts per value of a property, most streams first."""
    sums: dict[str, Counts] = {}
    for one in facts:
        for value, counts in one.tally(window, store, by).items():
            name = str(value)
            sums[name] = add((sums.get(name, NOTHING), counts))
    return sorted(sums.items(), key=lambda pair: (-pair[1].streams, pair[0]))


def series(facts: list[TrackFacts], window: Window, store: str | None = None) -> list[tuple[date, Counts]]:
    """Return the counts of each day of a window up to the last ingested one; later days have no facts yet."""
    if not facts:
        return []
    newest = max(one.newest for one in facts)
    oldest = min((one.first for one in facts if one.first), default=newest + _DAY)
    days = Window(window.first, min(window.last, newest)).days()
    return [(day, total(facts, Window(day, day), store) if day >= oldest else NOTHING) for day in days]
