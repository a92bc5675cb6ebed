"""GARD-001 to GARD-008, GARD-225, GARD-226: addresses, media types, envelopes, instants, error bodies."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.taking import require_open_desk
from conformance.contract import Contract
from conformance.judge import NotTested
from conformance.media import pictures
from conformance.multipart import File
from conformance.pointer import MISSING

_MUSIC = "/api/v1/music-distributor"
_COLLECTIONS = {
    "listSubmissions": "moderation",
    "listDeleteRequests": "delete-requests",
    "listPitches": "pitch",
}
_FORMS = ("createSubmission", "createPitch")
_ARRAYS = ("listReleases", "listPlatforms", "listPlatformGroups")
# Answers with `code`, and the members that stand beside it.
_CODED = {
    "createSubmission": ("msg", "id"),
    "createPitch": ("id", "status"),
    "createDeleteRequest": ("id", "status"),
    "listSubmissions": ("msg", "submissions"),
    "listPitches": ("msg", "pitches"),
    "listDeleteRequests": ("requests",),
    "searchPersons": ("results",),
    "createPerson": ("person",),
    "listReleaseVideoClips": ("clips",),
    "listTrackVideoClips": ("clips",),
    "listReleasePersons": ("persons",),
    "addReleasePerson": ("link",),
    "listTrackPersons": ("track_persons",),
    "addTrackPerson": ("link",),
    "sortReleaseTracks": ("msg",),
    "listActivityLog": ("events", "total"),
    "getPayoutSettings": ("method", "details"),
    "updatePayoutSettings": ("msg",),
    "listWithdrawals": ("withdrawals",),
    "requestWithdrawal": ("withdrawal_id", "status"),
    "getSummaryFilters": ("date_ranges", "metrics", "albums"),
}
_BYTES = {"getReleaseCover": "image/", "exportStreamingReport": "text/csv"}
# The document names these calls and prints no answer of theirs.
_UNPRINTED = (
    *("deleteRelease", "listReleaseTracks", "listApiKeys", "getWebhookSigningSecret"),
    *("getReleaseAnalytics", "getTrackAnalytics"),
)
_BY_STAFF = ("createDeleteRequest",)


def both_prefixes_answer(case: Case) -> None:
    """Music calls stand under /api/v1/music-distributor, the signing secret under /api/v1/keys."""
    judge.status(case.send("GET", f"{_MUSIC}/catalog/reference-data"), 200)
    key = case.fact("keys")[0]
    judge.status(case.send("GET", f"/api/v1/keys/{key}/webhook-signing-secret"), 200)
    wrong = case.send("GET", f"{_MUSIC}/keys/{key}/webhook-signing-secret")
    judge.equal("the status of the secret's path under the other prefix", 404, wrong.status, wrong)


def collection_is_read_at_its_slash(case: Case, operation: str) -> None:
    """The three collections answer at the path with the slash, without a redirect."""
    judge.status(case.send("GET", f"{_MUSIC}/{_COLLECTIONS[operation]}/"), 200)


def collection_takes_posts_at_its_slash(case: Case, operation: str) -> None:
    """A POST to a collection is answered at the path with the slash, without a redirect that drops the body."""
    answer = samples.act(case, operation)
    judge.that(answer.exchange.url.endswith("/"), "the path does not end in a slash", answer)
    judge.status(answer, 200)


def query_counts_and_body_does_not(case: Case) -> None:
    """A GET takes its parameters from the query; the same keys in a body have no effect."""
    rows = len(samples.catalog(case))
    if rows < 2:
        if case.is_read_only:
            raise NotTested("needs two releases in the catalog")
        desk.submit(case)
    one = case.call("listReleases", query={"limit": 1})
    judge.status(one, 200)
    judge.equal("the number of rows with limit=1 in the query", 1, len(one.items("")), one)
    content, headers = json.dumps({"limit": 1, "search": "no such"}).encode(), {"Content-Type": "application/json"}
    plain, ignored = desk.beside(
        lambda: case.given(case.call("listReleases"), 200),
        lambda: case.call("listReleases", body=content, headers=headers),
    )
    judge.status(ignored, 200)
    judge.equal("the list asked for with a body", plain.json, ignored.json, ignored)


def json_is_no_form(case: Case, operation: str) -> None:
    """Submissions and pitches are multipart forms; the same fields as JSON are refused and make nothing."""
    name = case.ledger.name("as JSON")
    if operation == "createSubmission":
        values: Any = {**desk.fields(case, release_name=name), **desk.by_url()}
        values = {key: value for key, value in values.items() if value is not None}
    else:
        values = {"moderation_request_id": int(case.fact("exhibits", 4)[3]), "payload_json": {}}
    headers = {"Content-Type": "application/json"}
    answer = case.call(operation, body=json.dumps(values).encode(), headers=headers)
    judge.that(400 <= answer.status < 500, "JSON is not refused", answer, expected="4xx", received=answer.status)
    if operation == "createSubmission":
        judge.equal("the submissions that it made", [], desk.named(case, name))
        require_open_desk(case)


def form_is_no_json(case: Case, operation: str) -> None:
    """Every other call with a body takes JSON; the same members as a form are refused."""
    values = samples.body(case, operation, samples.sample(case, operation))
    path = samples.sample(case, operation)
    answer = case.call(operation, path=path, json=desk.form(values))
    judge.that(400 <= answer.status < 500, "a form is not refused", answer, expected="4xx", received=answer.status)


def _json_operations(contract: Contract) -> list[str]:
    return [op.id for op in contract.operations.values() if op.body and op.id not in _FORMS]


def creation_is_200(case: Case, operation: str) -> None:
    """What makes something answers 200, and says so in its code."""
    answer = samples.act(case, operation)
    judge.status(answer, 200)
    judge.equal("code", 200, answer.at("/code"), answer)


def envelope_is_as_printed(case: Case, operation: str) -> None:
    """Each answer has the envelope that the document prints: a bare array, a bare object, or code and members."""
    answer = samples.act(case, operation)
    judge.status(answer, 200)
    if operation in _BYTES:
        kind = answer.exchange.media_type
        judge.that(kind.startswith(_BYTES[operation]), "the media type is another", answer, received=kind)
    elif operation in _ARRAYS:
        judge.that(isinstance(answer.json, list), "the answer is no bare array", answer, received=answer.json)
    else:
        _object(answer, operation)


def _object(answer: Answer, operation: str) -> None:
    judge.that(isinstance(answer.json, dict), "the answer is no object", answer, received=answer.json)
    if operation in _CODED:
        judge.equal("code", 200, answer.at("/code"), answer)
        for member in _CODED[operation]:
            judge.that(answer.at(f"/{member}") is not MISSING, f"{member} is missing", answer, received=answer.json)
    elif operation not in _UNPRINTED:
        judge.that(answer.at("/code") is MISSING, "a bare object carries a code", answer, received=answer.at("/code"))


def _without_staff(contract: Contract) -> list[str]:
    return [name for name in contract.operations if name not in _BY_STAFF]


def literal_segment_wins(case: Case) -> None:
    """/releases/all, /releases/persons and /releases/persons/search are no releases of these names."""
    answer = case.call("listReleases")
    judge.that(isinstance(answer.json, list), "/releases/all is no list", answer, received=answer.json)
    judge.that(isinstance(case.call("searchPersons", query={"query": "a"}).at("/results"), list), "no results")


def _made_pitch(case: Case) -> Answer:
    case.given(samples.act(case, "createPitch"), 200)
    return case.call("listPitches")


def _made_withdrawal(case: Case) -> Answer:
    case.given(samples.act(case, "requestWithdrawal"), 200)
    return case.call("listWithdrawals")


def _made_takedown(case: Case) -> Answer:
    if not case.call("listDeleteRequests").items("/requests"):
        case.given(samples.take_down(case), 200)
    return case.call("listDeleteRequests")


# Where instants stand: the answer, the list in it, the members, and whether they end in Z.
_INSTANTS: dict[str, tuple[Callable[[Case], Answer], str | None, tuple[str, ...], bool]] = {
    "listReleases": (lambda case: case.call("listReleases"), "", ("last_synced_at", "created_at"), False),
    "getRelease": (lambda case: samples.act(case, "getRelease"), None, ("last_synced_at",), False),
    "getReleaseStatus": (
        lambda case: samples.act(case, "getReleaseStatus"),
        None,
        ("last_synced_at",),
        False,
    ),
    "syncRelease": (lambda case: samples.act(case, "syncRelease"), None, ("last_synced_at",), False),
    "listSubmissions": (lambda case: case.call("listSubmissions"), "/submissions", ("created_at",), True),
    "listDeleteRequests": (_made_takedown, "/requests", ("created_at",), True),
    "listPitches": (_made_pitch, "/pitches", ("created_at", "updated_at"), True),
    "listActivityLog": (lambda case: case.call("listActivityLog"), "/events", ("created_at",), True),
    "listWithdrawals": (_made_withdrawal, "/withdrawals", ("created_at",), True),
}


def instants_carry_z_or_nothing(case: Case, operation: str) -> None:
    """Instants of releases carry no offset; those of submissions, requests, pitches, events and payouts end in Z."""
    case.fact("exhibits")
    read, place, members, is_utc = _INSTANTS[operation]
    answer = read(case)
    judge.status(answer, 200)
    rows = [answer.json] if place is None else answer.items(place)
    if not rows:
        raise NotTested("the list is empty")
    for row in rows:
        for member in members:
            text = str(row.get(member))
            good = len(text) >= 19 and text[10:11] == "T" and (text.endswith("Z") == is_utc) and "+" not in text
            expected = "…Z" if is_utc else "without an offset"
            judge.that(good, f"{member} is written another way", answer, expected=expected, received=text)


def refusal_is_worded(case: Case) -> None:
    """A broken cover is 422 with a message that names it; a wrong stage names the call that serves, or the stage."""
    bad = desk.attempt(case, cover=File("cover.jpg", pictures.jpeg(1500, 1400), "image/jpeg"))
    judge.status(bad, 422)
    judge.that("cover" in _text(bad), "the message does not name the cover", bad, received=bad.json)
    sent = desk.bring(case, "under_review")
    cancel = case.call("deleteRelease", path=sent.path)
    judge.status(cancel, 400)
    judge.that("revoke" in _text(cancel), "the refusal does not name revoke", cancel, received=cancel.json)
    takedown = case.call("createDeleteRequest", json={"release_id": sent.release})
    judge.status(takedown, 400)
    judge.that("under_review" in _text(takedown), "the refusal does not tell the stage", takedown)


def _text(answer: Answer) -> str:
    return answer.content.decode("utf-8", "replace").lower()


_REFUSALS: dict[str, Callable[[Case], Answer]] = {
    "unknown release": lambda case: desk.status(case, samples.NO_REF),
    "unknown address": lambda case: case.send("GET", f"{_MUSIC}/no-such-place"),
    "wrong method": lambda case: case.send("DELETE", f"{_MUSIC}/catalog/platforms"),
    "no key": lambda case: case.call("listReleases", principal=None),
    "bad parameter": lambda case: case.call("listReleases", query={"limit": "many"}),
    "bad body": lambda case: case.call("createPerson", json={}),
    "broken JSON": lambda case: case.call("createPerson", body=b"{", headers={"Content-Type": "application/json"}),
    "missing field": lambda case: desk.attempt(case, genre_id=None),
}


def error_body_is_uniform(case: Case, refusal: str) -> None:
    """A refusal is {code, msg, detail}, code repeating the status."""
    answer = _REFUSALS[refusal](case)
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)
    judge.equal("code", answer.status, answer.at("/code"), answer)
    judge.that(isinstance(answer.at("/msg"), str) and answer.at("/msg"), "there is no msg", answer)
    judge.that(answer.at("/detail"), "there is no detail", answer, received=answer.json)


CHECKS = (
    check("GARD-001", both_prefixes_answer),
    check("GARD-002", collection_is_read_at_its_slash, each=tuple(_COLLECTIONS)),
    check("GARD-002", collection_takes_posts_at_its_slash, each=_FORMS, needs=("media", "destructive")),
    check(
        "GARD-002",
        collection_takes_posts_at_its_slash,
        each=_BY_STAFF,
        needs=("control", "destructive"),
        name="takedowns_are_taken_at_their_slash",
    ),
    check("GARD-003", query_counts_and_body_does_not),
    check("GARD-004", json_is_no_form, each=_FORMS, needs=("destructive",)),
    check("GARD-004", form_is_no_json, each=_json_operations, needs=("destructive",)),
    check(
        "GARD-005",
        creation_is_200,
        each=("createSubmission", "createDeleteRequest", "createPitch", "requestWithdrawal", "createPerson"),
    ),
    check("GARD-006", envelope_is_as_printed, each=_without_staff),
    check("GARD-006", envelope_is_as_printed, each=_BY_STAFF, needs=("control",), name="envelope_of_takedowns"),
    check("GARD-007", literal_segment_wins),
    check("GARD-008", instants_carry_z_or_nothing, each=tuple(_INSTANTS)),
    check("GARD-225", refusal_is_worded),
    check("GARD-226", error_body_is_uniform, each=tuple(_REFUSALS)),
)
