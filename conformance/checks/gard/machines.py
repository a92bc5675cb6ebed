"""The four lifecycles as the checks drive them: submission, takedown, pitch, withdrawal."""

from __future__ import annotations

from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.gard import desk, samples
from conformance.judge import NotTested
from conformance.properties.lifecycle import Machine, Move
from conformance.properties.staffing import Staffed


def _make(case: Case, state: str) -> str:
    sent = desk.bring(case, state)
    return f"{sent.id} {sent.release} {sent.number}"


def _fire(case: Case, id: str, move: Move) -> Answer:
    _, release, number = id.split(" ")
    path = {"release_ref": release}
    if move.operation == "createDeleteRequest":
        return case.call(move.operation, json={"release_id": release, "reason": "A test."})
    if move.operation == "createPitch":
        return case.call(move.operation, json=samples.pitch_form(number))
    return case.call(move.operation, path=path)


def submission_stage(case: Case, id: str) -> str | None:
    """Return the stage of a submission as the list shows it; the release may have left the catalog."""
    row = desk.row_of(case, id.split(" ")[0])
    return None if row is None else str(row.get("status"))


SUBMISSION = Machine(name="submission", make=_make, fire=_fire, state=submission_stage)


def _reviewed(case: Case, state: str) -> str:
    return _known(case, REVIEWED, desk.bring(case, state).id)


REVIEWED = Staffed(name="submission", make=_reviewed, state=submission_stage)


def _found(answer: Answer, place: str, id: str) -> str | None:
    for row in answer.items(place):
        if str(row.get("id")) == id:
            return str(row.get("status"))
    return None


def _takedown(case: Case, state: str) -> str:
    answer = case.given(samples.take_down(case), 200)
    id = _known(case, TAKEDOWN, answer.at("/id"))
    _follow(case, "delete_request", id, {"pending": (), "completed": ("complete",), "rejected": ("reject",)}[state])
    return id


def _pitch(case: Case, state: str) -> str:
    sent = desk.submit(case)
    answer = case.given(case.call("createPitch", json=samples.pitch_form(sent.number)), 200)
    way = {
        "pending": (),
        "in_progress": ("start",),
        "completed": ("start", "complete"),
        "rejected": ("reject",),
    }
    id = _known(case, PITCH, answer.at("/id"))
    _follow(case, "pitch", id, way[state])
    return id


def _withdrawal(case: Case, state: str) -> str:
    answer = case.given(samples.act(case, "requestWithdrawal"), 200)
    id = _known(case, WITHDRAWAL, answer.at("/withdrawal_id"))
    _follow(case, "withdrawal", id, {"pending": (), "completed": ("complete",)}[state])
    return id


def _known(case: Case, machine: Staffed, id: Any) -> str:
    if machine.state(case, str(id)) is None:
        raise NotTested(f"could not be set up: no list names the new {machine.name} {id}")
    return str(id)


def _follow(case: Case, machine: str, id: str, events: tuple[str, ...]) -> None:
    for event in events:
        desk.steer(case, machine, id, event)


def _state_in(operation: str, place: str, case: Case, id: str) -> str | None:
    return _found(case.given(case.call(operation), 200), place, id)


TAKEDOWN = Staffed("delete_request", _takedown, lambda case, id: _state_in("listDeleteRequests", "/requests", case, id))
PITCH = Staffed("pitch", _pitch, lambda case, id: _state_in("listPitches", "/pitches", case, id))
WITHDRAWAL = Staffed("withdrawal", _withdrawal, lambda case, id: _state_in("listWithdrawals", "/withdrawals", case, id))
