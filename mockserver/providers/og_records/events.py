"""Outgoing webhooks: who is told of a status change, in which words, signed how, tried how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.providers.og_records.records import tracks_of
from mockserver.webhooks.outbox import EXHAUSTED, WebhookPlan
from mockserver.webhooks.signing import timestamped
from mockserver.workflow.machine import Fired
from mockserver.world import World

RELEASE, TRACK_QC, PAYOUT = "release.status_changed", "track.qc_status_changed", "payout.status_changed"
TYPES = (RELEASE, TRACK_QC, PAYOUT)


def tell_release(world: World, fired: Fired, data: Record) -> None:
    """Tell that a release has changed its status (OG-140)."""
    change = {"release_id": fired.id, "old_status": fired.source, "new_status": fired.target}
    _tell(world, fired.record["account"], RELEASE, change)


def tell_check(world: World, fired: Fired, data: Record) -> None:
    """Tell both statuses as they are after the change; a cover's change concerns every track of its release."""
    if fired.machine == "audio_qc":
        release = world.require("releases", fired.record["release_id"])
        tracks = [fired.record]
    else:
        release, tracks = fired.record, tracks_of(world, fired.id)
    for track in tracks:
        states = {"track_id": track["id"], "audio_qc": track["audio_qc"], "cover_qc": release["cover_qc"]}
        _tell(world, release["account"], TRACK_QC, states)


def tell_payout(world: World, fired: Fired, data: Record) -> None:
    """Tell that a payout has changed its status."""
    change = {"payout_id": fired.id, "old_status": fired.source, "new_status": fired.target}
    _tell(world, fired.record["account"], PAYOUT, change)


def _tell(world: World, account: str, type: str, data: Record) -> None:
    """Queue one event for every endpoint of the account that asked for its kind."""
    wanted = [one for one in world.slice_by("webhook_endpoints", "account", account) if type in one["events"]]
    if not wanted:
        return
    event = {"id": f"evt_{world.hex('event', 16)}", "type": type, "created_at": instant(world.now), "data": data}
    body = orjson.dumps(event).decode()
    for endpoint in wanted:
        world.queue(type, endpoint["url"], body, endpoint["secret"], event_id=event["id"], endpoint_id=endpoint["id"])


def _headers(delivery: Record, at: datetime, attempt_no: int) -> dict[str, str]:
    """Sign one try: its own timestamp, the same event id and body every time (OG-141, OG-142, OG-144)."""
    signature = timestamped(delivery["secret"], delivery["body"].encode(), at)
    return {
        "X-OG-Event-Id": delivery["event_id"],
        "X-OG-Timestamp": str(int(at.timestamp())),
        "X-OG-Signature": signature,
    }


def _after_attempt(world: Any, delivery: Record) -> None:
    """Count at the endpoint what was given up after the last try (OG-145)."""
    endpoint = world.get("webhook_endpoints", delivery["endpoint_id"])
    if endpoint is None or delivery["state"] != EXHAUSTED:
        return
    endpoint["given_up"] += 1
    world.put("webhook_endpoints", endpoint)
    text = f"{delivery['event']} {delivery['event_id']} given up after {len(delivery['attempts'])} tries"
    world.note("exhausted", "webhook_endpoint", endpoint["id"], text)


PLAN = WebhookPlan(
    delays=tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16)),
    headers=_headers,
    after_attempt=_after_attempt,
)
EMITTERS = {RELEASE: tell_release, TRACK_QC: tell_check, PAYOUT: tell_payout}
