"""TG-068 to TG-074: submitting and deleting, the gates before it, and releases that do not exist."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import samples, wares
from conformance.contract import Contract
from conformance.properties import lifecycle
from conformance.properties.lifecycle import Machine, Move
from conformance.properties.readback import unchanged

NOT_SUBMITTABLE = "Only draft or rejected releases can be submitted."
NOT_DELETABLE = "Only draft or rejected releases can be deleted."
GATES = {
    "track": "Please add at least one track before submitting.",
    "store": "Please select at least one store before submitting.",
    "date": "Please set a release date before submitting.",
}


def submit_in_words(case: Case) -> None:
    """Submitting answers with the documented words, and the release is pending."""
    release = wares.make_complete(case)
    answer = case.call("submitRelease", path={"uuid": release})
    judge.status(answer, 200, 202)
    judge.equal("message", "Release submitted for review.", answer.at("/message"), answer)
    judge.equal("status", "pending", answer.at("/status"), answer)
    judge.equal("the status when read", "pending", wares.status_of(case, release))


def second_submit_is_refused(case: Case) -> None:
    """A pending release cannot be submitted again."""
    release = wares.make_in(case, "pending")
    wares.refused(case.call("submitRelease", path={"uuid": release}), 409, NOT_SUBMITTABLE)
    judge.equal("status", "pending", wares.status_of(case, release))


def gate_holds(case: Case, gate: str) -> None:
    """With one thing missing a submission is refused for it, and the release stays a draft."""
    release = wares.make_release(case)
    if gate != "track":
        wares.make_track(case, release)
    if gate != "store":
        wares.attach(case, release)
    if gate == "date":
        case.given(case.call("updateRelease", path={"uuid": release}, json={"release_date": None}), 200)
    wares.refused(case.call("submitRelease", path={"uuid": release}), 422, GATES[gate])
    judge.equal("status", "draft", wares.status_of(case, release))


def gate_opens(case: Case) -> None:
    """Once what was missing is there, the same release can be submitted."""
    release = wares.make_release(case)
    path = {"uuid": release}
    wares.refused(case.call("submitRelease", path=path), 422)
    wares.make_track(case, release)
    wares.refused(case.call("submitRelease", path=path), 422, GATES["store"])
    wares.attach(case, release)
    judge.status(case.call("submitRelease", path=path), 200, 202)


def emptied_release_is_held(case: Case) -> None:
    """A release whose only track was deleted is held like one that never had any."""
    release = wares.make_release(case)
    track = wares.make_track(case, release)
    wares.attach(case, release)
    case.given(case.call("deleteTrack", path={"uuid": track}), 200, 204)
    wares.refused(case.call("submitRelease", path={"uuid": release}), 422, GATES["track"])


def deleted_release_is_gone(case: Case, state: str) -> None:
    """A deleted draft or rejected release is gone, and so are its tracks."""
    release = wares.make_in(case, state)
    track = wares.make_track(case, release) if state == "draft" else ""
    answer = case.call("deleteRelease", path={"uuid": release})
    judge.status(answer, 200)
    judge.equal("message", "Release deleted.", answer.at("/message"), answer)
    wares.refused(wares.read(case, release), 404, "Release not found.")
    if track:
        judge.status(wares.read_track(case, track), 404)
    wares.refused(case.call("deleteRelease", path={"uuid": release}), 404, "Release not found.")


def delete_is_refused_in(case: Case, state: str) -> None:
    """A release that is with the reviewers or past them is not deleted."""
    release = wares.make_in(case, state, "spotify")
    with unchanged(lambda: wares.read(case, release), "/release"):
        wares.refused(case.call("deleteRelease", path={"uuid": release}), 409, NOT_DELETABLE)


def inspected_release_is_not_deleted(case: Case) -> None:
    """A release under inspection is not deleted either."""
    release = wares.make_in(case, "pending")
    case.control.fire("tonegrid", "release", release, "start_inspection")
    wares.refused(case.call("deleteRelease", path={"uuid": release}), 409, NOT_DELETABLE)


def takedown_does_not_allow_deletion_before_its_end(case: Case) -> None:
    """A live release is taken down, not deleted, also while the takedown is on its way."""
    release = wares.make_live(case, "spotify")
    wares.refused(case.call("deleteRelease", path={"uuid": release}), 409, NOT_DELETABLE)
    case.given(case.call("takedownRelease", path={"uuid": release}, json={}), 202, 200)
    wares.refused(case.call("deleteRelease", path={"uuid": release}), 409, NOT_DELETABLE)


def unknown_release_is_404(case: Case, operation: str) -> None:
    """Whatever is asked of an unknown release is 404 with the words `Release not found.` in it."""
    path = {**samples.shared(case, operation), "uuid": wares.NO_ID}
    body = samples.body(case, operation, path) if case.contract.operations[operation].body else None
    wares.refused(case.call(operation, path=path, json=body), 404, "Release not found.")


def _of_releases(contract: Contract) -> list[str]:
    starts = ("/releases/{uuid}", "/supply-chain/releases/{uuid}")
    # Which of two unknown things is complained of first, the release or the file, is nobody's promise.
    unclear = ("uploadReleaseArtwork", "uploadAnimatedArtwork")
    return [
        operation.id
        for operation in contract.operations.values()
        if operation.path.startswith(starts) and operation.id not in unclear
    ]


def _fire(case: Case, id: str, move: Move) -> Answer:
    answer = case.call(move.operation, path={"uuid": id})
    if 400 <= answer.status < 500:
        expected = NOT_SUBMITTABLE if move.event == "submit" else NOT_DELETABLE
        judge.equal("error", expected, answer.at("/error"), answer)
    return answer


RELEASE = Machine("release", wares.make_in, _fire, wares.status_of, events=("submit", "delete"))


def _is(event: str, *states: str) -> Any:
    return lambda move: move.event == event and (not states or move.state in states)


CHECKS = (
    check("TG-068", second_submit_is_refused),
    lifecycle.legal_moves("TG-068", RELEASE, _is("submit", "draft")),
    lifecycle.legal_moves("TG-068", RELEASE, _is("submit", "rejected"), needs=("control",)),
    lifecycle.illegal_moves("TG-068", RELEASE, _is("submit"), needs=("control",)),
    check("TG-069", gate_holds, each=tuple(GATES)),
    check("TG-069", gate_opens),
    check("TG-069", emptied_release_is_held),
    check("TG-070", submit_in_words),
    check("TG-072", deleted_release_is_gone, each=("draft",)),
    check("TG-072", deleted_release_is_gone, each=("rejected",), needs=("control",)),
    check("TG-072", delete_is_refused_in, each=("pending",)),
    check("TG-072", inspected_release_is_not_deleted, needs=("control",)),
    check("TG-073", delete_is_refused_in, each=("approved", "live", "taken_down")),
    check("TG-073", takedown_does_not_allow_deletion_before_its_end),
    check("TG-074", unknown_release_is_404, each=_of_releases),
)
