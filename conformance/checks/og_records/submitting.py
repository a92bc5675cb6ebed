"""OG-065 to OG-068: handing a release in, what it needs, and that it is locked afterwards."""

from __future__ import annotations

from dataclasses import replace

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import machines, wares
from conformance.checks.og_records.refusing import named_fields, refused
from conformance.checks.og_records.releases import FIELDS, edits
from conformance.properties import echo, lifecycle
from conformance.properties.echo import Field
from conformance.properties.readback import unchanged
from conformance.properties.staffing import staff_cannot, staff_moves


def submit_hands_in(case: Case) -> None:
    """A complete release is handed in: its status changes, is read back, and nothing else does."""
    id = wares.ready(case)
    before = wares.read(case, id)
    answer = wares.submit(case, id)
    judge.status(answer, 200)
    judge.that(answer.at("/status") != "draft", "the status is still draft", answer)
    after = wares.read(case, id)
    judge.equal("the status when read back", answer.at("/status"), after.at("/status"), after)
    echo.changed_only(before.json, after.json, [Field("status", ...)], ("updated_at",), after)


def incomplete_release_stays_a_draft(case: Case) -> None:
    """A fresh draft is not handed in: the refusal lists what is missing, and it stays a draft."""
    id = wares.release(case)
    with unchanged(lambda: wares.read(case, id), ""):
        answer = wares.submit(case, id)
    refused(answer, 422)
    named = named_fields(answer)
    missing = [step for step in wares.STEPS[1:] if step not in named]
    judge.equal("the missing steps that the refusal does not name", [], missing, answer)


def missing_step_is_named(case: Case, step: str) -> None:
    """A release that lacks one step is refused, and the refusal names it and no other."""
    id, track_id = wares.complete(case, leave=(step,))
    wares.fire(case, "audio_qc", track_id, "pass")
    if step != "artwork":
        wares.fire(case, "cover_qc", id, "pass")
    with unchanged(lambda: wares.read(case, id), ""):
        answer = wares.submit(case, id)
    refused(answer, 422)
    named = [name for name in named_fields(answer) if name in wares.STEPS]
    judge.equal("the steps named", [step], named, answer)


def checks_gate_the_submission(case: Case, gate: tuple[str, str]) -> None:
    """While a check is running or has failed, a release is not handed in."""
    machine, event = gate
    id, track_id = wares.complete(case)
    other, thing, mine = ("cover_qc", id, track_id) if machine == "audio_qc" else ("audio_qc", track_id, id)
    wares.fire(case, other, thing, "pass")
    if event:
        wares.fire(case, machine, mine, event)
    with unchanged(lambda: wares.read(case, id), ""):
        answer = wares.submit(case, id)
    refused(answer, 422)
    judge.that(machine in named_fields(answer), f"the refusal does not name {machine}", answer)


def corrected_release_can_be_handed_in(case: Case) -> None:
    """After a failed cover a new one that passes lets the release be handed in."""
    id, track_id = wares.complete(case)
    wares.fire(case, "audio_qc", track_id, "pass")
    wares.fire(case, "cover_qc", id, "fail")
    refused(wares.submit(case, id), 422)
    judge.status(wares.patch(case, id, "artwork", {"cover_upload_id": "upload-0002"}), 200)
    wares.fire(case, "cover_qc", id, "pass")
    judge.status(wares.submit(case, id), 200)


def rejected_release_is_corrected(case: Case) -> None:
    """A rejected release takes steps, tracks and files, and is handed in again once the checks have passed."""
    id = wares.bring(case, "rejected")
    judge.status(wares.patch(case, id, "rights", FIELDS["rights"]), 200)
    first = str(wares.read(case, id).at("/tracks/0/id"))
    added = case.call("createTrack", json={"release_id": id, "title": "One more"})
    judge.status(added, 201)
    for track_id in (first, wares.id_of(added)):
        judge.status(wares.upload(case, track_id=track_id), 201)
        wares.fire(case, "audio_qc", track_id, "pass")
    judge.status(wares.submit(case, id), 200)
    judge.equal("the status", "submitted", wares.status_of(case, id))


def locked_release_stays(case: Case, state: str) -> None:
    """A release that was handed in is neither edited by any step nor submitted again, and nothing of it changes."""
    id = wares.bring(case, state)
    track_id = str(wares.read(case, id).at("/tracks/0/id"))
    with unchanged(lambda: wares.read(case, id), ""):
        for step, body in {**FIELDS, "tracks": {"track_ids": [track_id]}}.items():
            refused(wares.patch(case, id, step, body), 409)
        refused(wares.submit(case, id), 409)


def locked_release_takes_no_tracks(case: Case, state: str) -> None:
    """A release that was handed in takes no new tracks and no files."""
    id = wares.bring(case, state)
    track_id = str(wares.read(case, id).at("/tracks/0/id"))
    with unchanged(lambda: wares.read(case, id), ""):
        refused(case.call("createTrack", json={"release_id": id, "title": "One more"}), 409)
        refused(wares.upload(case, release_id=id, title="One more"), 409)
        refused(wares.upload(case, track_id=track_id), 409)


def _submits(move: lifecycle.Move) -> bool:
    return move.event == "submit"


_LOCKED = ("submitted", "approved", "distributed", "taken_down")
CHECKS = (
    check("OG-065", submit_hands_in),
    lifecycle.legal_moves("OG-065", machines.RELEASE, _submits),
    check("OG-065", rejected_release_is_corrected, required=False),
    check("OG-066", incomplete_release_stays_a_draft),
    check("OG-066", missing_step_is_named, each=wares.STEPS[1:], needs=("control",), required=False),
    check(
        "OG-067",
        checks_gate_the_submission,
        each=(("audio_qc", ""), ("audio_qc", "fail"), ("cover_qc", ""), ("cover_qc", "fail")),
    ),
    check("OG-067", corrected_release_can_be_handed_in),
    lifecycle.illegal_moves("OG-068", machines.RELEASE, lambda move: edits(move) or _submits(move)),
    check("OG-068", locked_release_stays, each=_LOCKED),
    check("OG-068", locked_release_takes_no_tracks, each=_LOCKED),
    replace(staff_moves("OG-048", machines.STAFFED_RELEASE), required=False),
    replace(staff_cannot("OG-048", machines.STAFFED_RELEASE), required=False),
)
