"""The rows of the batch answer: totals, breakdowns and tracks of one release in a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.gard.analytics.audience import STORE_NAMES, Counts, country_name
from mockserver.providers.gard.analytics.facts import TrackFacts, Window, breakdown, facts_of, series, total
from mockserver.providers.gard.records import find_release
from mockserver.world import World

Json = dict[str, Any]
DEFAULT_INCLUDE = {
    "platforms": True,
    "countries": True,
    "tracks": True,
    "devices": False,
    "os": False,
    "age": False,
    "gender": False,
    "timeseries": False,
}
# Toggle -> member of the answer, property of the facts, display name.
_BREAKDOWNS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "platforms": ("by_platform", "store", lambda key: STORE_NAMES[key]),
    "countries": ("by_country", "country", country_name),
    "devices": ("by_device", "device", str),
    "os": ("by_os", "os", str),
    "age": ("by_age", "age", str),
    "gender": ("by_gender", "gender", str),
}
_OF_TRACKS = ("platforms", "countries")


def read_include(include: Json) -> Json:
    """Return the effective toggles: defaults in place, tracks always on (GARD-171, GARD-172)."""
    known = {name: include.get(name, default) for name, default in DEFAULT_INCLUDE.items()}
    return {**known, "tracks": True}


def find_by_ref(world: World, account: str, ref: str) -> Record | None:
    """Return the account's release of a rel_ id or a linked mdr_ id; numbers are no refs here."""
    return find_release(world, account, ref) if ref.startswith(("rel_", "mdr_")) else None


def print_row(world: World, release: Record, ref: str, window: Window, include: Json) -> Json:
    """Return the row of a found release (GARD-165, GARD-174, GARD-175)."""
    facts = facts_of(world, [release])
    row: Json = {
        "ref": ref,
        "found": True,
        "release": {
            "public_id": release["id"],
            "name": release["name"],
            "artist": release["artist_name"],
            "upc": release["upc"],
        },
        "totals": _counts(total(facts, window)),
    }
    for toggle, (member, _, _) in _BREAKDOWNS.items():
        if include[toggle]:
            row[member] = _breakdown(facts, window, toggle)
    if include["timeseries"]:
        row["timeseries"] = [{"date": day.isoformat(), **_counts(one)} for day, one in series(facts, window)]
    row["tracks"] = [print_track(one, window, include) for one in facts]
    return row


def print_track(facts: TrackFacts, window: Window, include: Json) -> Json:
    """Return the row of one track."""
    track = facts.track
    return {
        "track_id": track["track_id"],
        "isrc": track["isrc"],
        "title": track["title"],
        **_counts(facts.totals(window)),
        **{_BREAKDOWNS[name][0]: _breakdown([facts], window, name) for name in _OF_TRACKS if include[name]},
    }


def _breakdown(facts: list[TrackFacts], window: Window, toggle: str) -> list[Json]:
    _, by, shown = _BREAKDOWNS[toggle]
    return [{"name": shown(value), **_counts(counts)} for value, counts in breakdown(facts, window, by)]


def _counts(counts: Counts) -> Json:
    return {"streams": counts.streams, "pay_streams": counts.paid}
