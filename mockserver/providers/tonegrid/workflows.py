"""Binds the names in lifecycles.yaml to checks, effects, due instants and webhooks."""

from __future__ import annotations

from functools import partial
from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.tonegrid import dsps, effects, events, rules
from mockserver.providers.tonegrid.catalog import release_data
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.ingestion import jobs
from mockserver.providers.tonegrid.money import posting, statements
from mockserver.providers.tonegrid.money.ledger import dollars
from mockserver.workflow.machine import Bindings, Fired
from mockserver.world import World


def _tell_submission(world: World, fired: Fired, data: Record) -> None:
    events.notify(world, fired.record["tenant"], "release.submitted", release_data(fired.record))


def _tell_delivery(stage: str, world: World, fired: Fired, data: Record) -> None:
    """Tell what happened at a DSP; the event's name carries the slug in one word (TG-150)."""
    row = fired.record
    told: dict[str, Any] = {
        "release_id": row["release"],
        "dsp": row["dsp"],
        "dsp_name": dsps.known(world, row["dsp"])["name"],
        "delivery_id": row["id"],
        "status": row["status"],
        "dsp_release_id": row["dsp_release_id"],
        "live_url": row["live_url"],
        "live_at": shown(row["live_at"]),
        "error_message": row["error_message"],
    }
    if stage in ("updated", "update_submitted"):
        told["thread_continuation"] = True
    if stage in ("taken_down", "takedown_submitted"):
        told["message_type"] = row["message_type"]
    events.notify(world, row["tenant"], f"release.dsp.{row['dsp']}.{stage}", told)


def _tell_statement(world: World, fired: Fired, data: Record) -> None:
    """Tell that a month's royalty statement is final; other periods have none (L559)."""
    statement = fired.record
    if statement["royalty_id"] is not None:
        told = {
            "statement_id": statement["royalty_id"],
            "period": statement["period"],
            "total_usd": dollars(statement["gross_minor"]),
        }
        events.notify(world, statement["tenant"], "royalty_statement.ready", told)


BINDINGS = Bindings(
    guards={
        "submit_gates": rules.submit_gates,
        "is_waiting_for_review": rules.is_waiting_for_review,
        "schedule_has_come": effects.schedule_has_come,
        "audio_matches": rules.audio_matches,
        "audio_differs": rules.audio_differs,
        "caller_is_receiver": rules.caller_is_receiver,
        "bundle_is_sound": rules.bundle_is_sound,
        "bundle_is_unsound": rules.bundle_is_unsound,
    },
    effects={
        "enter_review": effects.enter_review,
        "enter_qc_inspection": effects.enter_qc_inspection,
        "prepare_deliveries": effects.prepare_deliveries,
        "record_rejection": effects.record_rejection,
        "delete_tracks": effects.delete_tracks,
        "stamp_submission": effects.stamp_submission,
        "stamp_update": effects.stamp_update,
        "record_audio_mismatch": effects.record_audio_mismatch,
        "publish_in_store": effects.publish_in_store,
        "record_error": effects.record_error,
        "remember_message_type": effects.remember_message_type,
        "remove_from_store": effects.remove_from_store,
        "keep_audio": effects.keep_audio,
        "record_measurements": effects.record_measurements,
        "move_releases": effects.move_releases,
        "find_problems": jobs.find_problems,
        "record_problems": jobs.record_problems,
        "record_failure": jobs.record_failure,
        "create_releases": jobs.create_releases,
        "record_artwork_measurements": effects.record_artwork_measurements,
        "draw_statements": statements.draw_statements,
        "finalize_statement": statements.finalize_statement,
        "stamp_sent": statements.stamp_sent,
        "stamp_succeeded": statements.stamp_succeeded,
        "stamp_failed": statements.stamp_failed,
        "give_back": statements.give_back,
    },
    dues={"scheduled_day": effects.scheduled_day, "transfer_deadline": effects.transfer_deadline},
    emitters={
        "release.submitted": _tell_submission,
        **{f"release.dsp.<slug>.{stage}": partial(_tell_delivery, stage) for stage in events.STAGES},
        "ingestion.accepted": jobs.tell,
        "ingestion.rejected": jobs.tell,
        "royalty_statement.ready": _tell_statement,
    },
    tasks={posting.TASK: posting.post_sales},
)


def locate(world: World, machine: str, id: str) -> str | None:
    """Return the record that a machine moves by any id that the API shows."""
    lifecycle = world.book.lifecycles[machine]
    if world.get(lifecycle.collection, id) is not None:
        return id
    if machine == "finance_period":
        return next((one["id"] for one in world.find(lifecycle.collection) if one["code"] == id), None)
    if machine == "finance_statement":
        return next((one["id"] for one in world.find(lifecycle.collection) if one["royalty_id"] == id), None)
    return None
