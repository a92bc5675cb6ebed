"""GARD-138 to GARD-142: takedowns, which staff handle by hand."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, machines
from conformance.checks.gard.printed import STAGES
from conformance.properties import staffing

_FULL = {
    "release_name": "Name as shown",
    "artist_name": "Stage Name",
    "upc": "886447833821",
    "isrc": "QZ-ES5-26-00001",
    "reason": "Rights — Ærø",
}


def ask(case: Case, sent: desk.Sent, **members: Any) -> Answer:
    """Ask for a takedown."""
    return case.call("createDeleteRequest", json={"release_id": sent.release, **members})


def request_is_pending(case: Case) -> None:
    """A takedown is answered pending with a number, with all members or with the id alone."""
    for members in (_FULL, {}):
        answer = ask(case, desk.bring(case, "live"), **members)
        judge.status(answer, 200)
        judge.equal("status", "pending", answer.at("/status"), answer)
        judge.that(type(answer.at("/id")) is int, "id is no number", answer, received=answer.at("/id"))


def release_is_named(case: Case) -> None:
    """Without release_id a takedown is refused, for an unknown one it is not found."""
    refusal = case.call("createDeleteRequest", json={"reason": "A test."})
    judge.that(400 <= refusal.status < 500, "it is not refused", refusal, received=refusal.status)
    judge.status(case.call("createDeleteRequest", json={"release_id": "rel_nope"}), 404)


def nothing_changes_at_once(case: Case) -> None:
    """Right after the request the release is live, listed and linked as before."""
    sent = desk.bring(case, "live")
    links = case.call("getReleasePlatformLinks", path=sent.path).json
    before = desk.status(case, sent.release).json
    case.given(ask(case, sent), 200)
    after = desk.status(case, sent.release)
    judge.equal("the release", before, after.json, after)
    again = case.call("getReleasePlatformLinks", path=sent.path)
    judge.equal("the links", links, again.json, again)


def request_is_listed(case: Case, reason: str | None) -> None:
    """The request is listed as pending, with its reason."""
    sent = desk.bring(case, "live")
    answer = case.given(ask(case, sent, **({} if reason is None else {"reason": reason})), 200)
    listed = case.call("listDeleteRequests")
    judge.status(listed, 200)
    rows = [row for row in listed.items("/requests") if row.get("id") == answer.at("/id")]
    judge.equal("the number of rows", 1, len(rows), listed)
    expected = {"id": answer.at("/id"), "release_id": sent.release, "status": "pending", "reason": reason}
    shown = {name: rows[0].get(name) for name in expected}
    judge.equal("the row", expected, shown, listed)


def rejected_request_changes_nothing(case: Case) -> None:
    """A request that staff turn down leaves the release live and linked."""
    sent = desk.bring(case, "live")
    links = case.call("getReleasePlatformLinks", path=sent.path).json
    answer = case.given(ask(case, sent), 200)
    desk.steer(case, "delete_request", answer.at("/id"), "reject")
    judge.equal("the stage", "live", desk.stage_of(case, sent.release))
    again = case.call("getReleasePlatformLinks", path=sent.path)
    judge.equal("the links", links, again.json, again)


def completed_request_empties_the_stores(case: Case) -> None:
    """After a completed takedown the links are gone, the stage is public, and a second request is refused."""
    sent = desk.bring(case, "live")
    answer = case.given(ask(case, sent), 200)
    desk.steer(case, "delete_request", answer.at("/id"), "complete")
    links = case.call("getReleasePlatformLinks", path=sent.path)
    judge.equal("the links", [], links.at("/platforms"), links)
    judge.among("the stage", STAGES, desk.stage_of(case, sent.release))
    again = ask(case, sent)
    judge.that(400 <= again.status < 500, "a second request is not refused", again, received=again.status)


CHECKS = (
    check("GARD-138", request_is_pending),
    check("GARD-138", release_is_named, needs=("destructive",)),
    check("GARD-139", nothing_changes_at_once),
    check("GARD-140", request_is_listed, each=("Rights — Ærø", None)),
    staffing.staff_moves("GARD-141", machines.TAKEDOWN),
    staffing.staff_cannot("GARD-141", machines.TAKEDOWN),
    check("GARD-142", rejected_request_changes_nothing),
    check("GARD-142", completed_request_empties_the_stores),
)
