"""Analytics of many releases, one release or one track in one answer."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.analytics.batch import (
    DEFAULT_INCLUDE,
    find_by_ref,
    print_row,
    print_track,
    read_include,
)
from mockserver.providers.gard.analytics.facts import Window, facts_of
from mockserver.providers.gard.analytics.reports import CACHED
from mockserver.providers.gard.analytics.scope import read_period
from mockserver.providers.gard.records import RELEASES, TRACKS, first_by
from mockserver.world import World

_FACTS = {CACHED: "facts"}


def query_release_analytics(call: Call, world: World) -> Reply:
    """Return a row for each different ref, found or not, in the order asked for (GARD-161 to GARD-178)."""
    preset, window = read_period(world, call.body.get("period", {}), "body")
    include = read_include(call.body.get("include", {}))
    refs = list(dict.fromkeys(call.body["releases"]))
    rows = [_row(world, call.account, ref, window, include) for ref in refs]
    body = {
        "period": _period(preset, window),
        "include": include,
        "requested": len(refs),
        "found": sum(1 for row in rows if row["found"]),
        "releases": rows,
    }
    return Reply(200, body, headers=dict(_FACTS))


def _row(world: World, account: str, ref: str, window: Window, include: dict[str, Any]) -> dict[str, Any]:
    release = find_by_ref(world, account, ref)
    if release is None:
        return {"ref": ref, "found": False, "error": "not_found_or_forbidden"}
    return print_row(world, release, ref, window, include)


def get_release_analytics(call: Call, world: World) -> Reply:
    """Return the batch row of one release with the default breakdowns (GARD-180)."""
    ref = call.path["ref"]
    release = find_by_ref(world, call.account, ref)
    if release is None:
        raise Failure("not_found", f"There is no release {ref[:80]} in your catalog.", msg="Release not found")
    preset, window = read_period(world, call.query, "query")
    row = print_row(world, release, ref, window, DEFAULT_INCLUDE)
    return Reply(200, {"period": _period(preset, window), **row}, headers=dict(_FACTS))


def get_track_analytics(call: Call, world: World) -> Reply:
    """Return the batch row of one track with the default breakdowns (GARD-180)."""
    ref = call.path["track_ref"]
    track = first_by(world, TRACKS, "track_id", ref) if ref.startswith("track_") else None
    if track is None or track["account"] != call.account:
        raise Failure("not_found", f"There is no track {ref[:80]} in your catalog.", msg="Track not found")
    preset, window = read_period(world, call.query, "query")
    facts = facts_of(world, [world.require(RELEASES, track["release"])])
    own = next(one for one in facts if one.track["id"] == track["id"])
    row = print_track(own, window, DEFAULT_INCLUDE)
    return Reply(200, {"period": _period(preset, window), **row}, headers=dict(_FACTS))


def _period(preset: str, window: Window) -> dict[str, str]:
    return {"preset": preset, "from": window.first.isoformat(), "to": window.last.isoformat()}


OPERATIONS: dict[str, OperationFunction] = {
    "queryReleaseAnalytics": query_release_analytics,
    "getReleaseAnalytics": get_release_analytics,
    "getTrackAnalytics": get_track_analytics,
}
