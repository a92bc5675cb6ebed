"""GARD-043 to GARD-053: how a release leaves the catalog, stage by stage."""

from __future__ import annotations

from collections.abc import Callable

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, machines
from conformance.checks.gard.printed import STAGES
from conformance.properties import lifecycle
from conformance.properties.lifecycle import Move

_REMOVALS = ("deleteRelease", "revokeRelease")


def _text(answer: Answer) -> str:
    return answer.content.decode("utf-8", "replace").lower()


def _is_gone(case: Case, sent: desk.Sent) -> None:
    judge.that(not desk.is_listed(case, sent), "the catalog still lists the release", received=sent.release)
    for ref in (sent.release, sent.row):
        judge.status(desk.status(case, ref), 404)
        judge.status(case.call("getRelease", path={"release_ref": ref}), 404)


def cancel_removes_the_row(case: Case) -> None:
    """DELETE at submitted takes the release out of the catalog."""
    sent, other = desk.submit(case), desk.submit(case)
    answer = case.call("deleteRelease", path=sent.path)
    judge.status(answer, 200)
    _is_gone(case, sent)
    judge.equal("the stage of another release", "submitted", desk.stage_of(case, other.release))


def revoke_withdraws_from_review(case: Case) -> None:
    """Revoke under review answers revoked, keeps the row, and shows a public stage."""
    sent = desk.bring(case, "under_review")
    answer = case.call("revokeRelease", path=sent.path)
    judge.status(answer, 200)
    judge.equal("status", "revoked", answer.at("/status"), answer)
    judge.equal("release_id", sent.row, answer.at("/release_id"), answer)
    judge.that("upstream_album_id" in answer.json, "upstream_album_id is missing", answer)
    again = desk.status(case, sent.release)
    judge.status(again, 200)
    judge.among("the stage afterwards", STAGES, again.at("/status"), again)
    judge.that(again.at("/status") != "under_review", "the release is still under review", again)
    judge.that(desk.is_listed(case, sent), "the catalog no longer lists the release", received=sent.release)


def revoke_deletes_elsewhere(case: Case, stage: str) -> None:
    """Revoke at a stage that is neither under_review nor live removes the row and answers deleted."""
    sent = desk.bring(case, stage)
    answer = case.call("revokeRelease", path=sent.path)
    judge.status(answer, 200)
    judge.equal("status", "deleted", answer.at("/status"), answer)
    judge.equal("release_id", sent.row, answer.at("/release_id"), answer)
    judge.that("upstream_album_id" in answer.json, "upstream_album_id is missing", answer)
    _is_gone(case, sent)


def revoke_of_live_points_to_takedown(case: Case) -> None:
    """Revoke of a live release is 400, names delete-requests and changes nothing."""
    sent = desk.bring(case, "live")
    answer = case.call("revokeRelease", path=sent.path)
    judge.status(answer, 400)
    judge.that("delete-requests" in _text(answer), "delete-requests is not named", answer, received=answer.json)
    judge.equal("the stage", "live", desk.stage_of(case, sent.release))


def cancel_points_to_the_right_call(case: Case, pair: tuple[str, str]) -> None:
    """DELETE at a stage that another call serves is 400 and names that call."""
    stage, name = pair
    sent = desk.bring(case, stage)
    answer = case.call("deleteRelease", path=sent.path)
    judge.status(answer, 400)
    judge.that(name in _text(answer), f"{name} is not named", answer, received=answer.json)
    judge.equal("the stage", stage, desk.stage_of(case, sent.release))


def takedown_needs_live(case: Case, stage: str) -> None:
    """A takedown at another stage than live is 400 and tells the stage and the call that serves."""
    sent = desk.bring(case, stage)
    answer = case.call("createDeleteRequest", json={"release_id": sent.release})
    judge.status(answer, 400)
    judge.that(stage in _text(answer), "the stage is not told", answer, expected=stage, received=answer.json)
    named = "revoke" in _text(answer) or "delete /" in _text(answer)
    judge.that(named, "neither revoke nor DELETE is named", answer, received=answer.json)
    listed = case.call("listDeleteRequests")
    rows = [row for row in listed.items("/requests") if row.get("release_id") == sent.release]
    judge.equal("the takedowns that it made", [], rows, listed)


def live_test_is_that_of_the_release(case: Case, stage: str) -> None:
    """A takedown is accepted exactly when the release shows live."""
    sent = desk.bring(case, stage)
    shown = case.given(case.call("getRelease", path=sent.path), 200)
    answer = case.call("createDeleteRequest", json={"release_id": sent.release})
    judge.status(answer, 200 if shown.at("/status") == "live" else 400)


def revoked_means_under_review(case: Case, stage: str) -> None:
    """Revoke answers revoked exactly when the release shows under_review."""
    sent = desk.bring(case, stage)
    shown = case.given(desk.status(case, sent.release), 200)
    answer = case.call("revokeRelease", path=sent.path)
    judge.equal(
        "whether it was revoked",
        shown.at("/status") == "under_review",
        answer.at("/status") == "revoked",
        answer,
    )


def second_revoke_is_no_withdrawal(case: Case) -> None:
    """After a revoke the release is no longer under review, so a second one deletes the row."""
    sent = desk.bring(case, "under_review")
    case.given(case.call("revokeRelease", path=sent.path), 200)
    answer = case.call("revokeRelease", path=sent.path)
    judge.status(answer, 200)
    judge.equal("status", "deleted", answer.at("/status"), answer)


def nothing_is_paid_back(case: Case, pair: tuple[str, str]) -> None:
    """Neither cancel nor revoke, rejection or takedown gives credits back."""
    stage, operation = pair
    with case.own_sandbox(world="empty") as inside:
        sent = desk.bring(inside, stage)
        before = desk.credits(inside)
        if operation == "createDeleteRequest":
            answer = inside.given(inside.call(operation, json={"release_id": sent.release}), 200)
            desk.steer(inside, "delete_request", answer.at("/id"), "complete")
        elif operation:
            inside.given(inside.call(operation, path=sent.path), 200)
        judge.equal("the balance", before, desk.credits(inside))


def submission_stays_as_history(case: Case, operation: str) -> None:
    """The submission stays listed after its release is gone, at a public stage."""
    sent = desk.submit(case)
    case.given(case.call(operation, path=sent.path), 200)
    row = desk.row_of(case, sent.id)
    judge.that(row is not None, "the submission is no longer listed", received=sent.id)
    judge.among("status", STAGES, (row or {}).get("status"))


def second_removal_is_not_found(case: Case, operation: str) -> None:
    """Removing a removed release again is 404, by either call."""
    sent = desk.submit(case)
    case.given(case.call(operation, path=sent.path), 200)
    for again in _REMOVALS:
        judge.status(case.call(again, path=sent.path), 404)


def _is(event: str) -> Callable[[Move], bool]:
    return lambda move: move.event == event


_STAFFED = ("control", "destructive")
_PLACES = (
    *(("submitted", "deleteRelease"), ("submitted", "revokeRelease"), ("under_review", "revokeRelease")),
    *(("rejected", ""), ("live", "createDeleteRequest")),
)

CHECKS = (
    check("GARD-043", cancel_removes_the_row),
    check("GARD-044", revoke_withdraws_from_review),
    check("GARD-044", second_revoke_is_no_withdrawal),
    check("GARD-045", revoke_deletes_elsewhere, each=("submitted",), needs=("destructive",)),
    check(
        "GARD-045",
        revoke_deletes_elsewhere,
        each=("sent_to_stores", "rejected"),
        needs=_STAFFED,
        name="revoke_deletes_after_the_decision",
    ),
    check("GARD-046", revoke_of_live_points_to_takedown),
    lifecycle.illegal_moves("GARD-046", machines.SUBMISSION, _is("revoke"), needs=_STAFFED),
    check(
        "GARD-047",
        cancel_points_to_the_right_call,
        each=(("under_review", "revoke"), ("live", "delete-requests")),
    ),
    lifecycle.illegal_moves("GARD-047", machines.SUBMISSION, _is("cancel"), needs=_STAFFED),
    check("GARD-048", takedown_needs_live, each=tuple(stage for stage in STAGES if stage != "live")),
    lifecycle.legal_moves("GARD-048", machines.SUBMISSION, _is("request_takedown"), needs=_STAFFED),
    lifecycle.illegal_moves("GARD-048", machines.SUBMISSION, _is("request_takedown"), needs=_STAFFED),
    check("GARD-049", live_test_is_that_of_the_release, each=STAGES),
    check("GARD-050", revoked_means_under_review, each=STAGES),
    check("GARD-051", nothing_is_paid_back, each=_PLACES),
    check("GARD-052", submission_stays_as_history, each=_REMOVALS),
    lifecycle.legal_moves("GARD-052", machines.SUBMISSION, _is("cancel"), needs=_STAFFED),
    lifecycle.legal_moves("GARD-052", machines.SUBMISSION, _is("revoke"), needs=_STAFFED),
    check("GARD-053", second_removal_is_not_found, each=_REMOVALS),
)
