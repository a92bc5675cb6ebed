"""GARD-016 to GARD-028: the ids of submissions, releases and tracks, and where each of them may stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.printed import STAGES
from conformance.judge import NotTested
from conformance.pointer import MISSING
from conformance.properties.readback import unchanged

_READS = ("getRelease", "getReleaseStatus", "syncRelease", "getReleaseCover")
_SHAPES = {"mdr": r"^mdr_[A-Za-z0-9]+$", "rel": r"^rel_[A-Za-z0-9]+$", "track": r"^track_[A-Za-z0-9]+$"}
# Where each read shows ids: list (None: the answer itself), member, kind.
_IDS: dict[str, list[tuple[str | None, str, str]]] = {
    "listSubmissions": [("/submissions", "id", "mdr")],
    "listReleases": [("", "id", "rel"), ("", "public_id", "rel")],
    "getRelease": [(None, "public_id", "rel"), ("/tracks", "track_id", "track")],
    "getReleaseStatus": [
        (None, "public_id", "rel"),
        (None, "submission_id", "mdr"),
        ("/tracks", "track_id", "track"),
    ],
    "listReleaseTracks": [("/tracks", "track_id", "track")],
    "getPanelScope": [("/releases", "id", "rel"), ("/releases", "public_id", "rel")],
}


def ids_are_prefixed(case: Case, operation: str) -> None:
    """Public ids are a prefix and letters and digits: mdr_ submissions, rel_ releases, track_ tracks."""
    ref = (case.fact("live") if operation not in ("listSubmissions",) else case.fact("exhibits"))[0]
    takes_ref = "{release_ref}" in case.contract.operations[operation].path
    answer = case.given(case.call(operation, path={"release_ref": ref} if takes_ref else None), 200)
    for place, member, kind in _IDS[operation]:
        rows = [answer.json] if place is None else answer.items(place)
        judge.that(rows, f"there is nothing at {place}", answer)
        for row in rows:
            _prefixed(row.get(member), kind, answer)


def ids_of_the_batch_are_prefixed(case: Case) -> None:
    """The batch shows releases and tracks by their public ids."""
    answer = case.given(case.call("queryReleaseAnalytics", json={"releases": case.fact("live")[:1]}), 200)
    _prefixed(answer.at("/releases/0/release/public_id"), "rel", answer)
    for track in answer.items("/releases/0/tracks"):
        _prefixed(track.get("track_id"), "track", answer)


def keys_are_prefixed(case: Case) -> None:
    """API keys begin with gard_."""
    answer = case.given(case.call("listApiKeys"), 200)
    if not answer.items("/keys"):
        raise NotTested("the list has no key to look at")
    for entry in answer.items("/keys"):
        judge.that(str(entry.get("prefix")).startswith("gard_"), "a key has another prefix", answer, received=entry)


def _prefixed(value: Any, kind: str, answer: Answer) -> None:
    good = isinstance(value, str) and re.search(_SHAPES[kind], value)
    judge.that(good, "an id has another form", answer, expected=_SHAPES[kind], received=value)


def _without_sync(answer: Answer) -> Any:
    body = answer.json
    return {key: value for key, value in body.items() if key != "last_synced_at"} if isinstance(body, dict) else body


def three_refs_name_one_release(case: Case, operation: str) -> None:
    """After approval the number, the rel_ id and the mdr_ id give the same answer."""
    sent = desk.bring(case, "sent_to_stores")
    first: Answer | None = None
    for ref in (sent.release, sent.row, sent.id):
        answer = case.call(operation, path={"release_ref": ref})
        judge.status(answer, 200)
        if operation == "getReleaseCover":
            judge.that(answer.content == (first or answer).content, "the bytes differ", answer)
        else:
            judge.equal(
                "the answer to another reference",
                _without_sync(first or answer),
                _without_sync(answer),
                answer,
            )
        first = first or answer


def other_paths_take_numbers_too(case: Case, operation: str) -> None:
    """The other paths of a release take its number as they take its rel_ id."""
    exhibit = case.fact("exhibits")
    by_name = case.call(operation, path={"release_ref": exhibit[0]})
    by_number = case.call(operation, path={"release_ref": exhibit[1]})
    judge.status(by_number, 200)
    judge.equal("the answer by number", by_name.json, by_number.json, by_number)


def removal_takes_numbers_too(case: Case, operation: str) -> None:
    """Cancel and revoke take the number of the release."""
    sent = desk.submit(case)
    judge.status(case.call(operation, path={"release_ref": sent.row}), 200)
    judge.equal("the stage of the removed release", None, desk.stage_of(case, sent.release))


def mdr_leads_nowhere_before_approval(case: Case, operation: str) -> None:
    """Before approval an mdr_ id names no release: 404, and nothing changes."""
    exhibit = case.fact("exhibits", 3)
    path = {"release_ref": exhibit[2]}
    has_body = bool(case.contract.operations[operation].body)
    content = samples.body(case, operation, samples.sample(case, operation)) if has_body else None
    with unchanged(lambda: desk.status(case, exhibit[0]), ""):
        judge.status(case.call(operation, path=path, json=content), 404)


def mdr_resolves_with_approval(case: Case) -> None:
    """The mdr_ id is 404 while submitted and under review, and names the release from the approval on."""
    sent = desk.submit(case)
    judge.status(desk.status(case, sent.id), 404)
    desk.fire(case, sent, "start_review")
    judge.status(desk.status(case, sent.id), 404)
    desk.fire(case, sent, "approve")
    answer = desk.status(case, sent.id)
    judge.status(answer, 200)
    judge.equal("status", "sent_to_stores", answer.at("/status"), answer)
    judge.equal("public_id", sent.release, answer.at("/public_id"), answer)


def rejected_mdr_never_resolves(case: Case) -> None:
    """A rejected submission has no release by its mdr_ id; the rel_ id shows it as rejected."""
    sent = desk.bring(case, "rejected")
    judge.status(desk.status(case, sent.id), 404)
    judge.equal("the stage by the rel_ id", "rejected", desk.stage_of(case, sent.release))


def refs_work_at_every_stage(case: Case, stage: str) -> None:
    """The rel_ id and the number work at every stage."""
    sent = desk.bring(case, stage)
    for ref in (sent.release, sent.row):
        for operation in ("getReleaseStatus", "getRelease"):
            answer = case.call(operation, path={"release_ref": ref})
            judge.status(answer, 200)
            judge.equal("status", stage, answer.at("/status"), answer)


def number_is_one_value(case: Case) -> None:
    """The release_id of the list is the id of the single answers."""
    row = _row(case)
    for operation in ("getRelease", "getReleaseStatus"):
        answer = case.call(operation, path={"release_ref": row["public_id"]})
        judge.status(answer, 200)
        judge.equal("id", row["release_id"], answer.at("/id"), answer)


def _row(case: Case) -> dict[str, Any]:
    ref = case.fact("exhibits")[0]
    return next((row for row in samples.catalog(case) if row["public_id"] == ref), samples.catalog(case)[0])


def id_is_the_public_one_in_lists(case: Case) -> None:
    """In the catalog list and the panel id is the rel_ text, equal to public_id."""
    case.fact("exhibits")
    for operation, place in (("listReleases", ""), ("getPanelScope", "/releases")):
        answer = case.given(case.call(operation), 200)
        for row in answer.items(place):
            judge.equal("id", row.get("public_id"), row.get("id"), answer)
            judge.that(str(row.get("id")).startswith("rel_"), "id is no rel_ text", answer, received=row.get("id"))


def id_is_the_number_in_single_answers(case: Case, operation: str) -> None:
    """In the answers about one release id is the number."""
    answer = samples.act(case, operation)
    judge.status(answer, 200)
    judge.that(type(answer.at("/id")) is int, "id is no number", answer, received=answer.at("/id"))


def two_names_of_one_submission(case: Case) -> None:
    """moderation_request_id and the mdr_ id name one submission wherever they stand."""
    sent = desk.submit(case)
    row = desk.row_of(case, sent.id)
    judge.that(row is not None, "the submission is not listed under its mdr_ id")
    judge.equal("moderation_request_id in the list", sent.number, (row or {}).get("moderation_request_id"))
    for operation in ("getReleaseStatus", "syncRelease"):
        answer = case.call(operation, path=sent.path)
        judge.status(answer, 200)
        judge.equal("moderation_request_id", sent.number, answer.at("/moderation_request_id"), answer)
        judge.equal("submission_id", sent.id, answer.at("/submission_id"), answer)


def takedowns_speak_of_rel_ids(case: Case) -> None:
    """A takedown takes and shows the rel_ id in release_id; a number is refused."""
    sent = desk.bring(case, "live")
    by_number = case.call("createDeleteRequest", json={"release_id": sent.row})
    judge.that(400 <= by_number.status < 500, "a number is not refused", by_number, received=by_number.status)
    answer = case.call("createDeleteRequest", json={"release_id": sent.release})
    judge.status(answer, 200)
    listed = case.call("listDeleteRequests")
    rows = [row for row in listed.items("/requests") if row.get("id") == answer.at("/id")]
    judge.equal("release_id of the request", [sent.release], [row.get("release_id") for row in rows], listed)


def number_is_told_later(case: Case) -> None:
    """release_id is null in the receipt and a number in the list afterwards."""
    sent = desk.submit(case)
    judge.equal("release_id", None, sent.receipt.at("/release_id"), sent.receipt)
    row = desk.row_of(case, sent.id) or {}
    judge.equal("release_id in the list", sent.row, row.get("release_id"))


_BAD_REFS = ("rel_nope", "99999999", "abc")


def unknown_ref_is_not_found(case: Case, operation: str) -> None:
    """An unknown or malformed reference is 404."""
    has_body = bool(case.contract.operations[operation].body)
    content = samples.body(case, operation, samples.sample(case, operation)) if has_body else None
    for ref in _BAD_REFS:
        judge.status(case.call(operation, path={"release_ref": ref}, json=content), 404)


_TRACKS: dict[str, Callable[[Answer], list[Any]]] = {
    "getReleaseStatus": lambda answer: answer.items("/tracks"),
    "getRelease": lambda answer: answer.items("/tracks"),
    "listReleaseTracks": lambda answer: answer.items("/tracks"),
}


def track_ids_come_with_delivery(case: Case) -> None:
    """A track has no id or a track_ id before delivery, and a track_ id afterwards."""
    sent = desk.submit(case)
    for stage in ("submitted", "sent_to_stores"):
        desk.advance(case, sent, stage)
        for operation, read in _TRACKS.items():
            answer = case.call(operation, path=sent.path)
            judge.status(answer, 200)
            found = [track.get("track_id", MISSING) for track in read(answer)]
            judge.equal("the number of tracks", 1, len(found), answer)
            for value in found:
                if value is not None or stage == "sent_to_stores":
                    _prefixed(value, "track", answer)


_OTHER_READS = (
    *("listReleaseTracks", "listReleaseVideoClips", "listTrackVideoClips", "listReleasePersons"),
    *("listTrackPersons", "getReleasePlatformLinks"),
)

CHECKS = (
    check("GARD-016", ids_are_prefixed, each=tuple(_IDS)),
    check("GARD-016", ids_of_the_batch_are_prefixed),
    check("GARD-016", keys_are_prefixed),
    check("GARD-017", three_refs_name_one_release, each=_READS),
    check("GARD-018", other_paths_take_numbers_too, each=_OTHER_READS),
    check("GARD-018", removal_takes_numbers_too, each=("deleteRelease", "revokeRelease")),
    check("GARD-019", mdr_leads_nowhere_before_approval, each=samples.referring),
    check("GARD-019", mdr_resolves_with_approval),
    check("GARD-020", rejected_mdr_never_resolves),
    check("GARD-021", refs_work_at_every_stage, each=("submitted",)),
    check(
        "GARD-021",
        refs_work_at_every_stage,
        each=STAGES[1:],
        needs=("control", "destructive"),
        name="refs_work_at_later_stages",
    ),
    check("GARD-022", number_is_one_value),
    check("GARD-023", id_is_the_public_one_in_lists),
    check(
        "GARD-023",
        id_is_the_number_in_single_answers,
        each=("getRelease", "getReleaseStatus", "syncRelease", "getReleasePlatformLinks"),
    ),
    check("GARD-024", two_names_of_one_submission, needs=("media", "destructive")),
    check("GARD-025", takedowns_speak_of_rel_ids),
    check("GARD-026", number_is_told_later),
    check("GARD-027", unknown_ref_is_not_found, each=samples.referring),
    check("GARD-028", track_ids_come_with_delivery),
)
