"""Judging that a form is taken, or refused without a trace: the two sentences of most rules about submissions."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.gard import desk
from conformance.judge import NotTested


def taken(case: Case, **changes: Any) -> Answer:
    """Judge that a submission with some changes is taken."""
    answer = desk.attempt(case, **changes)
    judge.status(answer, 200)
    return answer


def refused(case: Case, *statuses: int, **changes: Any) -> Answer:
    """Judge that a changed submission is refused, charges nothing and leaves neither submission nor release."""
    name = changes.get("release_name") or case.ledger.name("refused")
    values = desk.fields(case, **{"release_name": name, **changes})
    has_control = case.session.target.control is not None
    before = desk.credits(case) if has_control else None
    answer = desk.send(case, values)
    if statuses:
        judge.status(answer, *statuses)
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)
    if has_control:
        judge.equal("the balance after the refusal", before, desk.credits(case))
    found = case.call("listReleases", query={"search": name, "limit": 5})
    rows = [row for row in found.items("") if isinstance(row, dict) and row.get("name") == name]
    judge.equal("the releases that the refusal left", [], rows, found)
    require_open_desk(case)
    return answer


def require_open_desk(case: Case) -> None:
    """End the check as not tested where a valid submission is refused as well: then a refusal tells nothing."""
    known = case.session.kept
    if "open desk" not in known:
        known["open desk"] = desk.attempt(case).status
    if known["open desk"] != 200:
        raise NotTested(f"a refusal tells nothing: a valid submission is answered with {known['open desk']} too")


def shown(case: Case, **changes: Any) -> Answer:
    """Return the status of the release that a submission with some changes makes."""
    sent = desk.submit(case, **changes)
    return case.given(desk.status(case, sent.release), 200)
