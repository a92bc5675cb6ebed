"""GARD-029 to GARD-042: the five public stages, alike wherever they show."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, hooks, machines
from conformance.checks.gard.printed import STAGES
from conformance.judge import NotTested
from conformance.properties import staffing

_READS = ("listSubmissions", "listReleases", "getRelease", "getReleaseStatus", "syncRelease", "getPanelScope")
_LISTS = {"listSubmissions": "/submissions", "listReleases": "", "getPanelScope": "/releases"}
_TEXTS = {
    "submitted": ("Release submitted",),
    "under_review": ("Under moderation review", "In review"),
    "sent_to_stores": ("Sent to stores",),
}
_INTERNAL = re.compile(r"\b(draft|processing|onedit|moderation_status_\d)\b", re.IGNORECASE)
_WAYS = (("start_review", "approve", "go_live"), ("start_review", "reject"))


def shown(case: Case, sent: desk.Sent, operation: str) -> tuple[dict[str, Any], Answer]:
    """Return what one of the six reads shows of a submission or its release."""
    if operation not in _LISTS:
        answer = case.call(operation, path=sent.path)
        judge.status(answer, 200)
        return answer.json, answer
    query = {"search": sent.name, "limit": 50} if operation == "listReleases" else {}
    answer = case.call(operation, query=query)
    judge.status(answer, 200)
    rows = [row for row in answer.items(_LISTS[operation]) if row.get("id") in (sent.id, sent.release)]
    judge.that(rows, f"{operation} does not show it", answer, expected=sent.release, received=answer.json)
    return rows[0], answer


def stage_is_one_of_five(case: Case, operation: str) -> None:
    """Every stage shown is one of the five public values."""
    refs = case.fact("exhibits", 1)
    if operation in _LISTS:
        answer = case.given(case.call(operation), 200)
        found = [row.get("status") for row in answer.items(_LISTS[operation])]
    else:
        answer = case.given(case.call(operation, path={"release_ref": refs[0]}), 200)
        found = [answer.at("/status")]
    judge.that(found, "nothing is shown", answer)
    for value in found:
        judge.among("status", STAGES, value, answer)


def stage_shows_alike_everywhere(case: Case, way: tuple[str, ...]) -> None:
    """At each stage six reads and the event show one status and one message."""
    with hooks.line(case) as here:
        for event in ("", *way):
            if event:
                here.fire(event)
            views = {operation: shown(here.case, here.sent, operation) for operation in _READS}
            first = views["getReleaseStatus"][0]
            for operation, (view, answer) in views.items():
                for member in ("status", "message"):
                    judge.equal(f"{member} in {operation}", first[member], view.get(member), answer)
            if event:
                last = [told for told in here.events() if told["event"] == "moderation_status"][-1]
                judge.equal("workflow_status of the event", first["status"], last["workflow_status"])
                judge.equal("message of the event", first["message"], last["message"])


def internal_words_stay_inside(case: Case, stage: str) -> None:
    """No read shows an internal state, at no stage."""
    _speaks_publicly(case, desk.bring(case, stage))


def internal_words_stay_inside_after_revoke(case: Case) -> None:
    """After a revoke under review the reads still show a public stage."""
    sent = desk.bring(case, "under_review")
    case.given(case.call("revokeRelease", path=sent.path), 200)
    _speaks_publicly(case, sent)


def _speaks_publicly(case: Case, sent: desk.Sent) -> None:
    for operation in _READS:
        view, answer = shown(case, sent, operation)
        judge.among("status", STAGES, view.get("status"), answer)
        text = str(view.get("message"))
        judge.that(not _INTERNAL.search(text), "message tells an internal state", answer, received=text)


def message_is_for_people(case: Case, stage: str) -> None:
    """Each stage has a text for people; those that the document shows are used."""
    sent = desk.bring(case, stage)
    view, answer = shown(case, sent, "getReleaseStatus")
    text = view.get("message")
    judge.that(isinstance(text, str) and text.strip(), "there is no message", answer, received=text)
    if stage in _TEXTS:
        judge.among("message", _TEXTS[stage], text, answer)


def new_submission_is_submitted(case: Case) -> None:
    """A new submission is submitted, in the receipt and in the list."""
    sent = desk.submit(case)
    judge.equal("status", "submitted", sent.receipt.at("/status"), sent.receipt)
    view, answer = shown(case, sent, "listSubmissions")
    judge.equal("status in the list", "submitted", view.get("status"), answer)


def review_begins_at_the_platform(case: Case) -> None:
    """When review begins the stage is under_review, with one event."""
    with hooks.line(case) as here:
        here.fire("start_review")
        judge.equal("the stage", "under_review", desk.stage_of(here.case, here.sent.release))
        judge.equal("the events", [("moderation_status", "under_review")], here.stages())


def approval_sends_to_stores(case: Case) -> None:
    """After approval the stage is sent_to_stores everywhere, and a decision tells it."""
    with hooks.line(case) as here:
        here.fire("start_review", "approve")
        judge.equal("the stage", "sent_to_stores", desk.stage_of(here.case, here.sent.release))
        judge.equal("the stage in the list", "sent_to_stores", machines.submission_stage(here.case, here.sent.id))
        told = [event for event in here.events() if event["event"] == "moderation_decision"]
        judge.equal("the decisions", ["approved"], [event["status"] for event in told])


def rejection_needs_edits(case: Case) -> None:
    """After a rejection the stage is rejected everywhere, and a decision tells it."""
    with hooks.line(case) as here:
        here.fire("start_review", "reject")
        judge.equal("the stage", "rejected", desk.stage_of(here.case, here.sent.release))
        judge.equal("the stage in the list", "rejected", machines.submission_stage(here.case, here.sent.id))
        told = [event for event in here.events() if event["event"] == "moderation_decision"]
        judge.equal("the number of decisions", 1, len(told))


def release_day_makes_it_live(case: Case) -> None:
    """A day before its release day a release in the stores is not live, late on that day it is, with one event."""
    with hooks.line(case, release_date=desk.day(5)) as here:
        here.fire("start_review", "approve")
        # No zone is stated: before 09:00 UTC it is still the day before everywhere, late in the evening the day itself.
        for days, hour, stage in ((4, time(9), "sent_to_stores"), (5, time(23, 30), "live")):
            then = datetime.combine(date.fromisoformat(desk.day(days)), hour, UTC)
            now = datetime.fromisoformat(here.case.control.get("/clock")["now"])
            here.case.control.advance(f"PT{int((then - now).total_seconds())}S")
            judge.equal(f"the stage on {then:%Y-%m-%d %H:%M}", stage, desk.stage_of(here.case, here.sent.release))
        lives = [stage for stage in here.stages() if stage == ("moderation_status", "live")]
        judge.equal("the number of events at live", 1, len(lives))


def there_is_no_edit(case: Case, method: str) -> None:
    """No call edits or resubmits a submission: a rejected one is sent anew."""
    mdr = case.fact("exhibits", 3)[2]
    for tail in ("", mdr):
        url = f"/api/v1/music-distributor/moderation/{tail}"
        answer = case.send(method, url, body=b"{}", headers={"Content-Type": "application/json"})
        judge.status(answer, 404, 405)


def rejected_one_is_sent_anew(case: Case) -> None:
    """After a rejection the same release is sent again as a second submission, which is paid for."""
    with case.own_sandbox(world="empty") as inside:
        sent = desk.bring(inside, "rejected")
        before = desk.credits(inside)
        again = desk.submit(inside)
        judge.that(again.id != sent.id, "the second submission has the first one's id")
        judge.equal("the balance", before - 500, desk.credits(inside))
        judge.equal("the first one's stage", "rejected", machines.submission_stage(inside, sent.id))


def approval_links_the_row(case: Case) -> None:
    """Approval links the submission to its catalog row: its mdr_ id and its release_id lead there."""
    sent = desk.bring(case, "under_review")
    judge.status(desk.status(case, sent.id), 404)
    desk.fire(case, sent, "approve")
    answer = desk.status(case, sent.id)
    judge.status(answer, 200)
    row = desk.row_of(case, sent.id) or {}
    judge.equal("release_id in the list", answer.at("/id"), row.get("release_id"), answer)


def sync_answers_like_status(case: Case) -> None:
    """POST …/sync answers the body of GET …/status."""
    ref = {"release_ref": case.fact("exhibits")[0]}
    read = case.call("getReleaseStatus", path=ref)
    sync = case.call("syncRelease", path=ref)
    judge.status(sync, 200)
    judge.equal("the members", sorted(read.json), sorted(sync.json), sync)
    for name in sorted(set(read.json) - {"last_synced_at"}):
        judge.equal(name, read.json[name], sync.json[name], sync)


def sync_moves_its_instant(case: Case) -> None:
    """A sync moves last_synced_at forward, and the next read shows it."""
    with case.own_sandbox(world="empty") as inside:
        sent = desk.submit(inside)
        before = inside.call("syncRelease", path=sent.path).at("/last_synced_at")
        inside.control.advance("PT1H")
        sync = inside.call("syncRelease", path=sent.path)
        judge.that(sync.at("/last_synced_at") > before, "last_synced_at does not grow", sync, expected=f"> {before}")


def notes_travel_with_the_event(case: Case) -> None:
    """The notes of a rejection travel as moderator_notes; of the reads only comment may hold them."""
    notes = "The cover names another artist."
    with hooks.line(case) as here:
        here.fire("start_review")
        here.fire("reject", moderator_notes=notes)
        told = [event["moderator_notes"] for event in here.events() if event["event"] == "moderation_decision"]
        judge.equal("moderator_notes", [notes], told)
        for operation in ("getReleaseStatus", "getRelease", "listReleases"):
            view, answer = shown(here.case, here.sent, operation)
            judge.equal("comment", notes, view.get("comment"), answer)
            judge.that("moderator_notes" not in view, "a read shows moderator_notes", answer)


def _is(*events: str) -> Any:
    return lambda turn: turn.event in events


def notes_need_an_event(case: Case) -> None:
    """Without notes moderator_notes is null."""
    with hooks.line(case) as here:
        here.fire("start_review", "approve")
        told = [event for event in here.events() if event["event"] == "moderation_decision"]
        if not told:
            raise NotTested("no decision was told")
        judge.equal("moderator_notes", None, told[0]["moderator_notes"])


CHECKS = (
    check("GARD-029", stage_is_one_of_five, each=_READS),
    check("GARD-030", stage_shows_alike_everywhere, each=_WAYS),
    check("GARD-031", internal_words_stay_inside, each=STAGES),
    check("GARD-031", internal_words_stay_inside_after_revoke),
    check("GARD-032", message_is_for_people, each=("submitted",), needs=("media", "destructive")),
    check(
        "GARD-032",
        message_is_for_people,
        each=STAGES[1:],
        needs=("control",),
        name="later_message_is_for_people",
    ),
    check("GARD-033", new_submission_is_submitted),
    check("GARD-034", review_begins_at_the_platform),
    staffing.staff_moves("GARD-034", machines.REVIEWED, _is("start_review")),
    staffing.staff_cannot("GARD-034", machines.REVIEWED, _is("start_review")),
    check("GARD-035", approval_sends_to_stores),
    staffing.staff_moves("GARD-035", machines.REVIEWED, _is("approve")),
    staffing.staff_cannot("GARD-035", machines.REVIEWED, _is("approve")),
    check("GARD-036", rejection_needs_edits),
    staffing.staff_moves("GARD-036", machines.REVIEWED, _is("reject")),
    staffing.staff_cannot("GARD-036", machines.REVIEWED, _is("reject")),
    check("GARD-037", release_day_makes_it_live),
    staffing.staff_moves("GARD-037", machines.REVIEWED, _is("go_live")),
    staffing.staff_cannot("GARD-037", machines.REVIEWED, _is("go_live")),
    check("GARD-038", there_is_no_edit, each=("PUT", "PATCH")),
    check("GARD-038", rejected_one_is_sent_anew, needs=("control", "destructive")),
    check("GARD-039", approval_links_the_row),
    check("GARD-040", sync_answers_like_status),
    check("GARD-041", sync_moves_its_instant),
    check("GARD-042", notes_travel_with_the_event),
    check("GARD-042", notes_need_an_event),
)
