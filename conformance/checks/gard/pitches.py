"""GARD-147 to GARD-155: pitches to the stores' editors, before a release is live."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, machines, samples
from conformance.checks.gard.printed import PITCH_PLATFORMS, STAGES
from conformance.media import pictures
from conformance.multipart import File
from conformance.properties import lifecycle, staffing


def pitch(case: Case, number: Any, **changes: Any) -> Answer:
    """Send a pitch for a submission."""
    return case.call("createPitch", json=samples.pitch_form(number, **changes))


def row_of(case: Case, id: Any) -> dict[str, Any]:
    """Return the listed row of a pitch."""
    answer = case.call("listPitches")
    judge.status(answer, 200)
    rows = [row for row in answer.items("/pitches") if row.get("id") == id]
    judge.equal("the number of rows of the pitch", 1, len(rows), answer)
    return dict(rows[0])


def pitch_is_received(case: Case) -> None:
    """A pitch is answered received with a number, and listed with its submission and stores."""
    sent = desk.submit(case)
    photo = File("artist.jpg", pictures.jpeg(64, 64), "image/jpeg")
    answer = pitch(case, sent.number, artist_photo=photo)
    judge.status(answer, 200)
    judge.equal("status", "received", answer.at("/status"), answer)
    judge.that(type(answer.at("/id")) is int, "id is no number", answer, received=answer.at("/id"))
    row = row_of(case, answer.at("/id"))
    judge.equal("moderation_request_id", sent.number, row.get("moderation_request_id"))
    judge.equal("pitch_platforms", ["spotify"], row.get("pitch_platforms"))


def both_fields_are_needed(case: Case, field: str) -> None:
    """Without submission or payload a pitch is refused."""
    number = case.fact("exhibits", 4)[3]
    changes = {field: None}
    answer = case.call("createPitch", json=samples.pitch_form(number, **changes))
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def every_stage_before_live(case: Case) -> None:
    """One submission is pitched while submitted, under review and sent to stores, and no more once live."""
    sent = desk.submit(case)
    judge.status(pitch(case, sent.number), 200)
    for event in ("start_review", "approve"):
        desk.fire(case, sent, event)
        judge.status(pitch(case, sent.number), 200)
    desk.fire(case, sent, "go_live")
    before = desk.credits(case)
    judge.status(pitch(case, sent.number), 400)
    judge.equal("the balance after the refusal", before, desk.credits(case))
    listed = case.call("listPitches")
    rows = [row for row in listed.items("/pitches") if row.get("moderation_request_id") == sent.number]
    judge.equal("the number of pitches", 3, len(rows), listed)


def store_is_known(case: Case, store: str) -> None:
    """Each of the six stores is taken and shown."""
    sent = desk.submit(case)
    answer = pitch(case, sent.number, payload_json={"pitch_platforms": [store]})
    judge.status(answer, 200)
    judge.equal("pitch_platforms", [store], row_of(case, answer.at("/id")).get("pitch_platforms"))


def other_store_is_refused(case: Case, store: str) -> None:
    """Another store, a catalog code included, is refused, also among good ones."""
    number = case.fact("exhibits", 4)[3]
    for stores in ([store], ["spotify", store]):
        answer = pitch(case, number, payload_json={"pitch_platforms": stores})
        judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def stage_is_that_of_the_list(case: Case, stage: str) -> None:
    """A pitch is refused exactly when the list of submissions shows live."""
    sent = desk.bring(case, stage)
    row = desk.row_of(case, sent.id) or {}
    judge.status(pitch(case, sent.number), 400 if row.get("status") == "live" else 200)


def photo_is_optional(case: Case) -> None:
    """A pitch without a photo is taken."""
    judge.status(pitch(case, desk.submit(case).number), 200)


def pitches_stand_in_an_object(case: Case) -> None:
    """Pitches are listed as {code, msg, pitches}."""
    answer = case.call("listPitches")
    judge.status(answer, 200)
    judge.equal("code", 200, answer.at("/code"), answer)
    judge.that(isinstance(answer.at("/msg"), str), "there is no msg", answer)
    judge.that(isinstance(answer.at("/pitches"), list), "pitches is no list", answer, received=answer.json)


def staff_leave_their_mark(case: Case) -> None:
    """Notes are null and updated_at is created_at until staff act; then both change."""
    with case.own_sandbox(world="empty") as inside:
        sent = desk.submit(inside)
        id = inside.given(pitch(inside, sent.number), 200).at("/id")
        before = row_of(inside, id)
        judge.equal("reviewer_notes", None, before.get("reviewer_notes"))
        inside.control.advance("PT30M")
        judge.equal("the row while nobody acts", before, row_of(inside, id))
        notes = {"reviewer_notes": "Added to one list."}
        desk.steer(inside, "pitch", id, "start")
        desk.steer(inside, "pitch", id, "complete", notes)
        after = row_of(inside, id)
        judge.equal("reviewer_notes", notes["reviewer_notes"], after.get("reviewer_notes"))
        judge.equal("created_at", before["created_at"], after["created_at"])
        grown = after["updated_at"] > before["updated_at"]
        judge.that(
            grown, "updated_at does not grow", expected=f"> {before['updated_at']}", received=after["updated_at"]
        )


def received_is_listed_as_pending(case: Case) -> None:
    """A pitch that was received is listed as pending."""
    id = case.given(pitch(case, desk.submit(case).number), 200).at("/id")
    judge.equal("status", "pending", row_of(case, id).get("status"))


def unknown_submission_is_free(case: Case) -> None:
    """A pitch for an unknown submission is 404 and charges nothing."""
    before = desk.credits(case)
    judge.status(pitch(case, 99999999), 404)
    judge.equal("the balance", before, desk.credits(case))


def _is_pitch(move: lifecycle.Move) -> bool:
    return move.event == "pitch"


_STAFFED = ("control", "destructive")

CHECKS = (
    check("GARD-147", pitch_is_received),
    check("GARD-147", both_fields_are_needed, each=("moderation_request_id", "payload_json")),
    check("GARD-148", every_stage_before_live),
    lifecycle.legal_moves("GARD-148", machines.SUBMISSION, _is_pitch, needs=_STAFFED),
    lifecycle.illegal_moves("GARD-148", machines.SUBMISSION, _is_pitch, needs=_STAFFED),
    check("GARD-149", store_is_known, each=PITCH_PLATFORMS),
    check("GARD-149", other_store_is_refused, each=("zvuk_wink_music", "deezer", "")),
    check("GARD-150", stage_is_that_of_the_list, each=STAGES),
    check("GARD-151", photo_is_optional),
    check("GARD-152", pitches_stand_in_an_object, needs=()),
    staffing.staff_moves("GARD-152", machines.PITCH),
    staffing.staff_cannot("GARD-152", machines.PITCH),
    check("GARD-153", staff_leave_their_mark),
    check("GARD-154", received_is_listed_as_pending),
    check("GARD-155", unknown_submission_is_free),
)
