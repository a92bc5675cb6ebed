"""What the dashboard shows: scope, activity log, CSV report."""

from __future__ import annotations

import csv
import io
from datetime import date

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.analytics.facts import Window, facts_of, last_ingested_day, total
from mockserver.providers.gard.records import EVENTS, RELEASES, newest_first
from mockserver.providers.gard.views import print_panel_row, utc
from mockserver.world import World

_EVER = date(2, 1, 1)


def get_panel_scope(call: Call, world: World) -> Reply:
    """Return the artists, each once, and the releases of the account (GARD-143)."""
    releases = newest_first(world, RELEASES, call.account)
    artists = sorted({release["artist_name"] for release in releases})
    return Reply(200, {"artists": artists, "releases": [print_panel_row(world, release) for release in releases]})


def list_activity_log(call: Call, world: World) -> Reply:
    """Return a page of events, the newest first; `total` counts before paging (GARD-144)."""
    artist, action = call.query.get("artist"), call.query.get("action")
    events = [event for event in newest_first(world, EVENTS, call.account) if _matches(event, artist, action)]
    offset, limit = call.query["offset"], call.query["limit"]
    rows = [
        {
            "id": int(event["id"]),
            "action": event["action"],
            "entity_type": event["entity_type"],
            "entity_id": event["entity_id"],
            "created_at": utc(event["created_at"]),
        }
        for event in events[offset : offset + limit]
    ]
    return Reply(200, {"code": 200, "events": rows, "total": len(events)})


def _matches(event: Record, artist: str | None, action: str | None) -> bool:
    if artist and event["artist"].casefold() != artist.strip().casefold():
        return False
    return not action or bool(event["action"] == action)


def export_streaming_report(call: Call, world: World) -> Reply:
    """Return all streams of each release up to the last ingested day (GARD-145, GARD-146)."""
    releases = newest_first(world, RELEASES, call.account)
    if not releases:
        raise Failure("nothing_to_export")
    window = Window(_EVER, last_ingested_day(world))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("upc", "title", "streams"))
    for release in releases:
        streams = total(facts_of(world, [release]), window).streams
        writer.writerow((release["upc"] or "", release["name"], streams))
    return Reply(200, text.getvalue().encode(), "text/csv; charset=utf-8")


OPERATIONS: dict[str, OperationFunction] = {
    "getPanelScope": get_panel_scope,
    "listActivityLog": list_activity_log,
    "exportStreamingReport": export_streaming_report,
}
