"""Binds the lifecycles of gard: what staff, stores and clients may do to a submission, and what follows from it."""

from __future__ import annotations

from datetime import datetime

from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.gard import records
from mockserver.providers.gard.delivery import give_out_ids
from mockserver.providers.gard.events import DECISION, STATUS, send_decision, send_status
from mockserver.workflow.machine import Bindings
from mockserver.world import World


def not_withdrawn(world: World, submission: Record, data: Record) -> None:
    """Keep staff away from what its author has cancelled or withdrawn."""
    if submission["is_withdrawn"]:
        raise _out_of_review(world, submission)


def in_catalog(world: World, submission: Record, data: Record) -> None:
    """Refuse what needs the catalog row, once that is gone."""
    if submission["is_removed"]:
        raise _out_of_review(world, submission)


def _out_of_review(world: World, submission: Record) -> Failure:
    stage = submission["status"]
    legal = [] if submission["is_removed"] else ["cancel", "revoke", "pitch"]
    text = f"The author has {'cancelled' if submission['is_removed'] else 'withdrawn'} this submission."
    return Failure("illegal_transition", text, machine="submission", state=stage, legal_events=legal, status=None)


def not_taken_down(world: World, submission: Record, data: Record) -> None:
    """Refuse another takedown of a release that has left the stores (GARD-142)."""
    release = world.get(records.RELEASES, submission["release_id"])
    if release is None or release["left_on"] is not None:
        raise Failure("taken_down", state=submission["status"])


def release_day(world: World, submission: Record) -> datetime:
    """Return when the stores open: the start of the release day, or now where that has passed (GARD-037)."""
    return max(world.now, parse_instant(f"{submission['release_date']}T00:00:00Z"))


def enter_review(world: World, submission: Record, data: Record) -> None:
    """Note that staff have begun."""
    _log(world, submission, "review")


def link_release(world: World, submission: Record, data: Record) -> None:
    """Link an approved submission to its row and give out what is still missing: UPC, ISRCs, track ids (GARD-039)."""
    release = world.require(records.RELEASES, submission["release_id"])
    submission["is_linked"] = True
    submission["moderator_notes"] = release["comment"] = _notes(data)
    release["last_synced_at"] = instant(world.now)
    give_out_ids(world, release, world.now.year)
    world.put(records.RELEASES, release)
    _log(world, submission, "approve")


def keep_notes(world: World, submission: Record, data: Record) -> None:
    """Keep the reason of a rejection, which the row shows as comment (GARD-042)."""
    submission["moderator_notes"] = _notes(data)
    release = world.require(records.RELEASES, submission["release_id"])
    release["comment"] = _notes(data)
    world.put(records.RELEASES, release)
    _log(world, submission, "reject")


def open_stores(world: World, submission: Record, data: Record) -> None:
    """Note the day from which on a release is listened to."""
    release = world.require(records.RELEASES, submission["release_id"])
    release["live_on"] = instant(world.now)[:10]
    release["last_synced_at"] = instant(world.now)
    world.put(records.RELEASES, release)
    _log(world, submission, "live")


def remove_release(world: World, submission: Record, data: Record) -> None:
    """Take the row and all that hangs on it out of the catalog; the submission stays as history (GARD-052)."""
    id = submission["release_id"]
    submission["is_withdrawn"] = submission["is_removed"] = True
    submission["is_linked"] = False
    for collection in (records.TRACKS, records.CLIPS, records.RELEASE_PERSONS, records.TRACK_PERSONS):
        for record in world.slice_by(collection, "release", id):
            world.delete(collection, record["id"])
    world.delete(records.COVERS, id)
    world.delete(records.RELEASES, id)
    _log(world, submission, "cancel")


def withdraw_release(world: World, submission: Record, data: Record) -> None:
    """Take a release out of the review; its row stays, publicly as submitted (C33)."""
    submission["is_withdrawn"] = True
    _log(world, submission, "revoke")


def take_down_release(world: World, request: Record, data: Record) -> None:
    """Let a release leave the stores; it stays readable and its stage live (GARD-142)."""
    release = world.get(records.RELEASES, request["release_id"])
    if release is not None and release["left_on"] is None:
        release["left_on"] = instant(world.now)[:10]
        world.put(records.RELEASES, release)


def note_review(world: World, pitch: Record, data: Record) -> None:
    """Note when staff dealt with a pitch, and what they wrote (GARD-153)."""
    pitch["updated_at"] = instant(world.now)
    notes = data.get("reviewer_notes")
    pitch["reviewer_notes"] = str(notes) if notes is not None else pitch["reviewer_notes"]


def _notes(data: Record) -> str | None:
    notes = data.get("moderator_notes")
    return str(notes) if notes is not None else None


def _log(world: World, submission: Record, action: str) -> None:
    records.log(world, submission["account"], action, "release", submission["release_id"], submission["artist_name"])


BINDINGS = Bindings(
    guards={"not_withdrawn": not_withdrawn, "in_catalog": in_catalog, "not_taken_down": not_taken_down},
    effects={
        "enter_review": enter_review,
        "link_release": link_release,
        "keep_notes": keep_notes,
        "open_stores": open_stores,
        "remove_release": remove_release,
        "withdraw_release": withdraw_release,
        "take_down_release": take_down_release,
        "note_review": note_review,
    },
    dues={"release_day": release_day},
    emitters={STATUS: send_status, DECISION: send_decision},
)


def locate(world: World, machine: str, id: str) -> str | None:
    """Return the record id of a machine's resource by any id that the API shows for it."""
    if machine != "submission" or world.get(records.SUBMISSIONS, id) is not None:
        return id
    if id.isascii() and id.isdigit() and len(id) < 19:
        submission = records.first_by(world, records.SUBMISSIONS, "number", int(id))
        release = records.first_by(world, records.RELEASES, "number", int(id))
    else:
        submission, release = None, world.get(records.RELEASES, id)
    if submission is not None:
        return str(submission["id"])
    return str(release["submission"]) if release is not None else None
