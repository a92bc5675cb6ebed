"""GARD-076, GARD-103 to GARD-108 and GARD-228: what is charged, when, and that no call shows the balance."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.printed import PITCH_PRICE, PRICES, TRACK_COUNTS
from conformance.contract import Contract
from conformance.judge import NotTested
from conformance.media import pictures
from conformance.multipart import File

_BALANCE = 173_951


def type_has_its_price(case: Case, kind: str) -> None:
    """Each album type costs its price, once."""
    with case.own_sandbox(world="empty") as inside:
        desk.set_credits(inside, 2000)
        judge.status(desk.attempt(inside, album_type=kind, **desk.tracks(TRACK_COUNTS[kind][0])), 200)
        judge.equal("the balance", 2000 - PRICES[kind], desk.credits(inside))


def refusal_is_free(case: Case) -> None:
    """A refused submission charges nothing."""
    before = desk.credits(case)
    for changes in ({"genre_id": "nope"}, {"cover": None}, {"album_type": "EP"}):
        answer = desk.attempt(case, **changes)
        case.given(answer, 400, 404, 413, 415, 422)
        judge.equal("the balance after the refusal", before, desk.credits(case))


def price_must_be_there(case: Case, kind: str) -> None:
    """One credit less than the price is 402 and makes nothing; the exact price is enough."""
    with case.own_sandbox(world="empty") as inside:
        tracks = desk.tracks(TRACK_COUNTS[kind][0])
        desk.set_credits(inside, PRICES[kind] - 1)
        answer = desk.attempt(inside, album_type=kind, **tracks)
        judge.status(answer, 402)
        judge.equal("the balance after 402", PRICES[kind] - 1, desk.credits(inside))
        judge.equal("the submissions after 402", [], desk.submissions(inside).at("/submissions"))
        judge.equal("the releases after 402", [], inside.call("listReleases").json)
        desk.set_credits(inside, PRICES[kind])
        judge.status(desk.attempt(inside, album_type=kind, **tracks), 200)
        judge.equal("the balance", 0, desk.credits(inside))


def pitch_has_its_price(case: Case) -> None:
    """A pitch costs 50; one credit less is 402 and makes none."""
    with case.own_sandbox(world="empty") as inside:
        sent = desk.submit(inside)
        desk.set_credits(inside, PITCH_PRICE - 1)
        judge.status(inside.call("createPitch", json=samples.pitch_form(sent.number)), 402)
        judge.equal("the balance after 402", PITCH_PRICE - 1, desk.credits(inside))
        judge.equal("the pitches after 402", [], inside.call("listPitches").at("/pitches"))
        desk.set_credits(inside, PITCH_PRICE)
        judge.status(inside.call("createPitch", json=samples.pitch_form(sent.number)), 200)
        judge.equal("the balance", 0, desk.credits(inside))


def refused_pitch_is_free(case: Case) -> None:
    """A pitch that is refused charges nothing."""
    sent = desk.submit(case)
    before = desk.credits(case)
    payload = {"pitch_platforms": ["nope"]}
    answer = case.call("createPitch", json=samples.pitch_form(sent.number, payload_json=payload))
    case.given(answer, 400, 422)
    judge.equal("the balance after the refusal", before, desk.credits(case))


def faults_come_before_money(case: Case) -> None:
    """A broken form is 422 also where the credits are missing."""
    with case.own_sandbox(world="empty") as inside:
        desk.set_credits(inside, 0)
        cover = File("cover.jpg", pictures.jpeg(1500, 1400), "image/jpeg")
        judge.status(desk.attempt(inside, cover=cover), 422)
        judge.status(desk.attempt(inside), 402)


def _numbers(value: Any) -> set[int]:
    if isinstance(value, dict):
        return set().union(*(_numbers(inner) for inner in value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*(_numbers(inner) for inner in value)) if value else set()
    return {value} if type(value) is int else set()


def balance_shows_nowhere(case: Case, operation: str) -> None:
    """No answer shows the balance of credits, under whatever name."""
    if case.session.target.control is None:
        answer = samples.act(case, operation)
        text = answer.content.decode("utf-8", "replace").lower()
        judge.that('"credits"' not in text and '"balance' not in text, "the answer speaks of credits", answer)
        return
    before = desk.credits(case)
    try:
        # A balance that no other number of the answer is likely to equal.
        desk.set_credits(case, _BALANCE)
        answer = samples.act(case, operation)
        judge.status(answer, 200)
        judge.that(_BALANCE not in _numbers(answer.json), "the answer shows the balance", answer, received=_BALANCE)
    finally:
        desk.set_credits(case, before)


def _reads(contract: Contract) -> list[str]:
    return [operation.id for operation in contract.operations.values() if operation.method == "GET"]


def isrc_is_assigned(case: Case) -> None:
    """A track without an ISRC has one after the approval, different for each track."""
    sent = desk.bring(case, "sent_to_stores", album_type="EP", **desk.tracks(2))
    answer = case.given(desk.status(case, sent.release), 200)
    isrcs = [track.get("isrc") for track in answer.items("/tracks")]
    judge.that(all(isinstance(isrc, str) for isrc in isrcs), "an ISRC is missing", answer, received=isrcs)
    judge.equal("the number of different ISRCs", 2, len(set(isrcs)), answer)


def repeated_submission_is_a_second_one(case: Case) -> None:
    """The same form sent twice makes two submissions and is charged twice."""
    values = desk.fields(case)
    before = desk.credits(case)
    first, second = case.given(desk.send(case, values), 200), desk.send(case, values)
    judge.status(second, 200)
    for name in ("id", "moderation_request_id"):
        judge.that(first.at(f"/{name}") != second.at(f"/{name}"), f"both have one {name}", second)
    judge.equal("the charge", 2 * PRICES["Single"], before - desk.credits(case))


def no_limit_is_met(case: Case) -> None:
    """Many calls in a row are all served, none of them after a wait that the server asked for."""
    for _ in range(30):
        for operation in ("listPlatformGroups", "listReleases", "listPitches"):
            answer = case.call(operation)
            if answer.status == 503:
                raise NotTested("the service is not there")
            judge.status(answer, 200)
    kept_waiting = sum(exchange.status == 429 for exchange in case.exchanges)
    judge.equal("the number of calls that were answered with 429 first", 0, kept_waiting)


CHECKS = (
    check("GARD-076", isrc_is_assigned),
    check("GARD-103", type_has_its_price, each=tuple(PRICES)),
    check("GARD-104", refusal_is_free),
    check("GARD-105", price_must_be_there, each=tuple(PRICES)),
    check("GARD-106", pitch_has_its_price),
    check("GARD-106", refused_pitch_is_free),
    check("GARD-107", faults_come_before_money),
    check("GARD-108", balance_shows_nowhere, each=_reads),
    check("GARD-228", repeated_submission_is_a_second_one),
    check("GARD-228", no_limit_is_met, needs=()),
)
