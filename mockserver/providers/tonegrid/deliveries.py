"""Delivery rows, one per release and DSP: prepared, submitted, updated, taken down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import instant, midnight, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.tonegrid import chain, dsps
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.finding import deliveries_of
from mockserver.world import World

UNDER_WAY = ("submitted", "accepted", "update_submitted", "takedown_submitted")
GONE = ("takedown_submitted", "taken_down")


class Queue:
    """Which DSPs were addressed and which passed over, as the API shows it (L904-919)."""

    def __init__(self) -> None:
        self.queued: list[dict[str, str]] = []
        self.skipped: list[dict[str, str]] = []

    def add(self, dsp: Record, state: str) -> None:
        self.queued.append({"dsp": dsps.hyphened(dsp), "state": state})

    def skip(self, dsp: Record, reason: str) -> None:
        self.skipped.append({"dsp": dsps.hyphened(dsp), "reason": reason})

    def as_json(self) -> dict[str, Any]:
        return {"queued": self.queued, "skipped": self.skipped}


def row_record(world: World, release: Record, dsp: str, **more: Any) -> Record:
    """Return a new row's record, not yet stored."""
    now = instant(world.now)
    return {
        "id": f"del-{world.uuid('delivery_row')}",
        "number": world.next_number("delivery_row"),
        "tenant": release["tenant"],
        "release": release["id"],
        "dsp": dsp,
        "dsp_release_id": None,
        "live_url": None,
        "submitted_at": None,
        "live_at": None,
        "error_message": None,
        "scheduled_for": None,
        "message_type": None,
        "ends_at": None,
        "created_at": now,
        "updated_at": now,
        **more,
    }


def prepare(world: World, release: Record) -> None:
    """Make the rows that a release lacks for its attached DSPs (L721)."""
    present = {row["dsp"] for row in deliveries_of(world, release["id"])}
    for dsp in release["dsps"]:
        if dsp not in present:
            world.begin("delivery", row_record(world, release, dsp))


def attach(world: World, release: Record, found: list[Record]) -> None:
    """Attach DSPs; a release that was approved already gets their rows at once."""
    release["dsps"] = list(dict.fromkeys([*release["dsps"], *(dsp["id"] for dsp in found)]))
    world.put("releases", release)
    if release["status"] in ("approved", "live"):
        prepare(world, release)


def replace(world: World, release: Record, found: list[Record]) -> None:
    """Attach these DSPs and no others.

    A row of another one goes when nothing was sent yet. One that was sent stays, as does what it brought into the
    store: that is for a takedown or a purge to remove.
    """
    release["dsps"] = []
    attach(world, release, found)
    for row in deliveries_of(world, release["id"]):
        if row["status"] == "pending" and row["dsp"] not in release["dsps"]:
            world.delete("deliveries", row["id"])


def addressed(world: World, release: Record) -> list[str]:
    """Return the DSPs that a takedown may concern: what is attached, and what has a row from when it was."""
    return list(dict.fromkeys([*release["dsps"], *(row["dsp"] for row in deliveries_of(world, release["id"]))]))


def require_addressed(world: World, release: Record, slug: str) -> Record:
    """Return an active DSP that a takedown may concern; 404 or 422 otherwise (L42, L44)."""
    found = dsps.require(world, slug)
    if found["id"] not in addressed(world, release):
        raise Failure("dsp_not_attached", slug=slug)
    return found


def row_of(world: World, release: Record, dsp: Record) -> Record:
    """Return the row of a DSP, made where it is not there yet."""
    rows = {row["dsp"]: row for row in deliveries_of(world, release["id"])}
    return rows.get(dsp["id"]) or world.begin("delivery", row_record(world, release, dsp["id"]))


def submit(world: World, release: Record, dsp: Record, queue: Queue) -> None:
    """Queue what a DSP needs next: a first message, or an update where the release is live (C-25)."""
    if chain.effective(release, dsp["id"]).is_blocked:
        queue.skip(dsp, "is_blocked")
        return
    row = row_of(world, release, dsp)
    if row["status"] in UNDER_WAY:
        queue.skip(dsp, "in_progress")
    elif row["status"] == "taken_down":
        queue.skip(dsp, "taken_down")
    else:
        event = "request_update" if row["status"] == "live" else "submit"
        queue.add(dsp, str(world.fire("delivery", row["id"], event).target))


def update(world: World, release: Record, dsp: Record, queue: Queue) -> None:
    """Queue an update of what is live at a DSP (L921)."""
    row = row_of(world, release, dsp)
    if chain.effective(release, dsp["id"]).is_blocked:
        queue.skip(dsp, "is_blocked")
    elif row["status"] == "live":
        queue.add(dsp, str(world.fire("delivery", row["id"], "request_update").target))
    else:
        queue.skip(dsp, "in_progress" if row["status"] in UNDER_WAY else "not_live")


def take_down(world: World, release: Record, dsp: Record, message_type: str, queue: Queue) -> None:
    """Queue a takedown, by a message whose deal ends or by a purge."""
    row = row_of(world, release, dsp)
    if row["status"] in GONE:
        queue.skip(dsp, "taken_down" if row["status"] == "taken_down" else "in_progress")
        return
    fired = world.fire("delivery", row["id"], "request_takedown", message_type=message_type)
    queue.add(dsp, str(fired.target))


def schedule(world: World, release: Record, dsp: Record, day: str | None) -> datetime | None:
    """Submit a row now or on a day to come; None where the DSP has been addressed already."""
    row = row_of(world, release, dsp)
    if row["status"] not in ("pending", "rejected", "error"):
        return None
    start = parse_instant(f"{day}T00:00:00Z") if day else world.now
    if start <= world.now:
        world.fire("delivery", row["id"], "submit")
        return world.now
    if row["status"] != "pending":
        raise Failure("illegal_transition", "A refused delivery cannot be scheduled.", legal_events=["submit"])
    row["scheduled_for"] = instant(start)
    world.put("deliveries", row)
    moment = {"machine": "delivery", "id": row["id"], "event": "submit_on_schedule", "state": "pending"}
    world.schedule(start, "transition", moment)
    return start


def removal_due(world: World) -> datetime:
    """Return until when a takedown should be done: the midnight two days on, as in the sample (L697)."""
    return midnight(world.now) + timedelta(days=2)


def print_row(world: World, row: Record) -> dict[str, Any]:
    """Return a row as GET ddex/deliveries shows it (L957-975)."""
    dsp = dsps.known(world, row["dsp"])
    return {
        "uuid": row["id"],
        "dsp": dsps.hyphened(dsp),
        "dsp_name": dsp["name"],
        "status": row["status"],
        "dsp_release_id": row["dsp_release_id"],
        "live_url": row["live_url"],
        "submitted_at": shown(row["submitted_at"]),
        "live_at": shown(row["live_at"]),
        "error_message": row["error_message"],
        "updated_at": shown(row["updated_at"]),
    }
