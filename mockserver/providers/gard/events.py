"""The webhooks of a submission: payloads, signature, and when a failed delivery is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson

from mockserver.auth.credentials import CREDENTIALS
from mockserver.core.ground import Record
from mockserver.providers.gard.records import RELEASES, SUBMISSIONS
from mockserver.providers.gard.views import MESSAGES, print_tracks
from mockserver.webhooks.outbox import WebhookPlan
from mockserver.webhooks.signing import sha256_prefixed
from mockserver.workflow.machine import Fired
from mockserver.world import World

STATUS, DECISION = "moderation_status", "moderation_decision"
EVENTS = {STATUS: STATUS, DECISION: DECISION}
SIGNATURE_HEADER = "X-Gard-Signature"
_WITH_CATALOG = ("sent_to_stores", "live")


def sign(delivery: Record, at: datetime, attempt_no: int) -> dict[str, str]:
    """Return the headers of an attempt: the signature covers the bytes that are sent (GARD-209, GARD-210)."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        SIGNATURE_HEADER: sha256_prefixed(delivery["secret"], delivery["body"].encode()),
    }


# Retries are best effort (C31); these waits are the server's own.
PLAN = WebhookPlan(
    delays=(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)), headers=sign, timeout_seconds=10.0
)


def send_status(world: World, fired: Fired, data: Record) -> None:
    """Tell a stage once: one that was told last is not told again (GARD-214, GARD-215)."""
    submission = fired.record
    stage = submission["status"]
    if submission["announced"] == stage:
        return
    submission["announced"] = stage
    world.put(SUBMISSIONS, submission)
    _queue(
        world,
        submission,
        {
            "event": STATUS,
            "moderation_request_id": submission["number"],
            "submission_id": submission["id"],
            "workflow_status": stage,
            "message": MESSAGES[stage],
            "release_name": submission["release_name"],
            "artist_name": submission["artist_name"],
            "release_id": submission["release_number"],
        },
    )


def send_decision(world: World, fired: Fired, data: Record) -> None:
    """Tell that staff has approved or rejected (GARD-216, GARD-217)."""
    submission = fired.record
    stage = submission["status"]
    release = world.get(RELEASES, submission["release_id"])
    _queue(
        world,
        submission,
        {
            "event": DECISION,
            "moderation_request_id": submission["number"],
            "submission_id": submission["id"],
            "status": "rejected" if stage == "rejected" else "approved",
            "workflow_status": stage,
            "workflow_message": MESSAGES[stage],
            "release_name": submission["release_name"],
            "upstream_album_id": release["upstream_album_id"] if release else None,
            "release_id": submission["release_number"],
            "moderator_notes": submission["moderator_notes"],
        },
    )


def _queue(world: World, submission: Record, payload: Record) -> None:
    if not submission["callback_url"]:
        return
    release = world.get(RELEASES, submission["release_id"])
    if release is not None and submission["status"] in _WITH_CATALOG:
        payload["catalog"] = {"upc": release["upc"], "tracks": print_tracks(world, release)}
    key = world.get(CREDENTIALS, submission["key_id"])
    secret = key["webhook_signing_secret"] if key else ""
    world.queue(payload["event"], submission["callback_url"], orjson.dumps(payload).decode(), secret)
