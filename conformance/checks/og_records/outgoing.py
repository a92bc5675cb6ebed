"""OG-140 to OG-148: what is sent to the customer's receivers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import jsonschema_rs

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import hooks, signing, wares
from conformance.checks.og_records.hooks import EVENTS, Line
from conformance.contract import Contract
from conformance.properties.webhooks import receiving
from conformance.receiver import Received

Change = Callable[[Case], str]


def _submitted(case: Case) -> str:
    id = wares.ready(case)
    case.given(wares.submit(case, id), 200)
    return id


def _uploaded(case: Case) -> str:
    return wares.uploaded(case, wares.release(case))


def _started(case: Case) -> str:
    id = wares.id_of(wares.payout(case))
    wares.fire(case, "payout", id, "start")
    return id


# One change of a status for each kind of event, and what must be told of it.
CHANGES: dict[str, tuple[Change, Callable[[str], dict[str, str]]]] = {
    EVENTS[0]: (_submitted, lambda id: {"release_id": id, "old_status": "draft", "new_status": "submitted"}),
    EVENTS[1]: (_uploaded, lambda id: {"track_id": id, "audio_qc": "processing", "cover_qc": "pending"}),
    EVENTS[2]: (_started, lambda id: {"payout_id": id, "old_status": "requested", "new_status": "processing"}),
}


def change_is_told(case: Case, event: str) -> None:
    """A change of status sends one webhook that says what changed, in the documented form."""
    make, tell = CHANGES[event]
    with hooks.listening(case, event, world="demo") as line:
        id = make(line.case)
        parcel = hooks.one(line)
        told = hooks.body_of(parcel)
        judge.equal("the method", "POST", parcel.method)
        judge.equal("type", event, told.get("type"))
        judge.equal("data", tell(id), told.get("data"))
        apart = abs(_seconds(told.get("created_at")) - signing.now(line.case))
        judge.that(apart <= 5, "created_at is not the present", expected="0 s", received=told.get("created_at"))
        _fits(case.contract, event, told)


def _seconds(text: Any) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        raise judge.Broken("created_at is no instant", expected="RFC 3339", received=text, answer=None) from None


def _fits(contract: Contract, event: str, told: Any) -> None:
    """Judge a delivery's body against the schema that the document has for it."""
    schema = contract.document["webhooks"][event]["post"]["requestBody"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": contract.document["components"]}
    faults = [error.message for error in jsonschema_rs.Draft202012Validator(whole).iter_errors(told)]
    judge.equal("how the body breaks the document", [], faults)


def every_step_is_told(case: Case) -> None:
    """Each change on a release's way is told once, in order, with the status before and after."""
    with hooks.listening(case, EVENTS[0]) as line:
        id = _submitted(line.case)
        for event in ("approve", "distribute", "take_down"):
            wares.fire(line.case, "release", id, event)
        told = [(data.get("old_status"), data.get("new_status")) for data in line.told()]
        states = ["draft", "submitted", "approved", "distributed", "taken_down"]
        judge.equal("the changes told", list(pairwise(states)), told)


def cover_is_told_for_each_track(case: Case) -> None:
    """A cover's change is told once for each track of its release."""
    with hooks.listening(case, EVENTS[1]) as line:
        release = wares.release(line.case)
        tracks = [wares.track(line.case, release) for _ in range(2)]
        line.case.given(wares.patch(line.case, release, "artwork", {"cover_url": wares.COVER}), 200)
        told = sorted(str(data.get("track_id")) for data in line.told())
        judge.equal("the tracks told of", sorted(tracks), told)


def endpoint_gets_what_it_asked_for(case: Case) -> None:
    """An endpoint gets the kinds of event that it asked for; one that named none gets all."""
    with hooks.listening(case, EVENTS[2]) as line, receiving(line.case) as all_of_them:
        hooks.register(line.case, all_of_them)
        _uploaded(line.case)
        judge.equal("what the endpoint for payouts gets", [], line.events())
        judge.equal("how much the endpoint for all gets", 1, len(all_of_them.received))


def stranger_is_not_told(case: Case) -> None:
    """An endpoint of another account hears nothing."""
    with hooks.listening(case, principal="second-account") as line:
        _uploaded(line.case)
        judge.equal("what the stranger gets", [], line.events())


def delivery_is_signed(case: Case, event: str) -> None:
    """The HMAC over time and raw body with the endpoint's secret is the signature; another secret gives another."""
    make, _ = CHANGES[event]
    with hooks.listening(case, event, world="demo") as line:
        make(line.case)
        parcel = hooks.one(line)
        judge.that(hooks.is_signed(parcel, line.secret), "the signature does not fit the bytes")
        judge.that(not hooks.is_signed(parcel, line.secret + "x"), "any secret fits")
        kind = parcel.headers.get("content-type", "")
        judge.that(kind.startswith("application/json"), "it is not sent as JSON", received=kind)


def endpoints_have_secrets_of_their_own(case: Case) -> None:
    """Two endpoints have two secrets, and each delivery is signed with that of its endpoint."""
    with hooks.listening(case) as line, receiving(line.case) as second:
        other = hooks.register(line.case, second)
        judge.that(line.secret != other.secret, "both endpoints have the same secret")
        _uploaded(line.case)
        here, there = hooks.one(line), hooks.one(other)
        judge.that(hooks.is_signed(here, line.secret), "the first signature does not fit")
        judge.that(hooks.is_signed(there, other.secret), "the second signature does not fit")
        judge.that(not hooks.is_signed(there, line.secret), "the first secret fits the second endpoint")


def replay_can_be_told(case: Case) -> None:
    """Each delivery has the present time under its signature and an id of its event, so that an old one is told."""
    with hooks.listening(case, EVENTS[1]) as line:
        for _ in range(2):
            _uploaded(line.case)
        parcels = line.parcels()
        judge.equal("the number of deliveries", 2, len(parcels))
        for parcel in parcels:
            stamp, _ = hooks.signature_of(parcel)
            apart = abs(stamp - signing.now(line.case))
            judge.that(apart <= 5, "the time in the signature is not the present", expected="0 s", received=apart)
            judge.equal("X-OG-Timestamp", str(stamp), parcel.headers.get("x-og-timestamp"))
            judge.equal("X-OG-Event-Id", hooks.body_of(parcel).get("id"), parcel.headers.get("x-og-event-id"))
        ids = {_event_id(parcel) for parcel in parcels}
        judge.equal("the number of event ids", 2, len(ids))


def _event_id(parcel: Received) -> str:
    return parcel.headers.get("x-og-event-id", "")


def _stamps(line: Line) -> list[int]:
    return [hooks.signature_of(parcel)[0] for parcel in line.parcels()]


def failure_is_tried_again(case: Case) -> None:
    """After three failures the fourth try succeeds and is the last; the pauses grow exponentially."""
    with hooks.listening(case, EVENTS[1], statuses=(500, 500, 500, 200)) as line:
        _uploaded(line.case)
        judge.equal("the tries at first", 1, len(line.parcels()))
        line.case.control.advance("P1D")
        stamps = _stamps(line)
        judge.equal("the tries", 4, len(stamps))
        pauses = [after - before for before, after in pairwise(stamps)]
        grows = all(later >= 1.5 * sooner > 0 for sooner, later in pairwise(pauses))
        judge.that(grows, "the pauses do not grow exponentially", expected="each half as long again", received=pauses)
        line.case.control.advance("P7D")
        judge.equal("the tries a week later", 4, len(line.parcels()))


def retry_is_the_same_event(case: Case) -> None:
    """A retry has the same event id and body, and a time and a signature of its own."""
    with hooks.listening(case, EVENTS[1], statuses=(500, 200)) as line:
        _uploaded(line.case)
        line.case.control.advance("PT1H")
        parcels = line.parcels()
        judge.equal("the tries", 2, len(parcels))
        first, second = parcels
        judge.equal("the event id", _event_id(first), _event_id(second))
        judge.that(first.body == second.body, "the body is another", received=second.body.decode())
        judge.that(hooks.signature_of(first)[0] < hooks.signature_of(second)[0], "the time is not fresh")
        judge.that(hooks.is_signed(second, line.secret), "the retry's signature does not fit")


def only_success_ends_it(case: Case, status: int) -> None:
    """Any 2xx is the last try; every other answer is tried again."""
    with hooks.listening(case, EVENTS[1], statuses=(status, 200)) as line:
        _uploaded(line.case)
        line.case.control.advance("PT1H")
        expected = 1 if 200 <= status < 300 else 2
        judge.equal(f"the tries after a {status}", expected, len(line.parcels()))


def tries_are_limited(case: Case) -> None:
    """A receiver that never takes it is left in peace after six tries."""
    with hooks.listening(case, EVENTS[1], statuses=(500,)) as line:
        _uploaded(line.case)
        line.case.control.advance("P2D")
        judge.equal("the tries after two days", 6, len(line.parcels()))
        line.case.control.advance("P30D")
        judge.equal("the tries after a month", 6, len(line.parcels()))
        states = {entry["state"] for entry in line.case.control.get("/deliveries", provider="og_records")}
        judge.equal("the state of the delivery", ["exhausted"], sorted(states))


def unchanged_status_is_silent(case: Case) -> None:
    """Creating, reading, steps without a status, refused calls and a second cover on the way tell nothing."""
    with hooks.listening(case, world="demo") as line:
        inside = line.case
        id = wares.release(inside)
        track = wares.track(inside, id)
        wares.patch(inside, id, "rights", wares.RIGHTS)
        wares.patch(inside, id, "distribution", wares.DISTRIBUTION)
        wares.submit(inside, id)
        wares.payout(inside)
        judge.equal("what was told", [], line.events())
        wares.patch(inside, id, "artwork", {"cover_url": wares.COVER})
        judge.equal("how often a cover was told of", 1, len(line.parcels()))
        wares.patch(inside, id, "artwork", {"cover_upload_id": "upload-0009"})
        judge.equal("how often after another cover in the same check", 1, len(line.parcels()))
        wares.upload(inside, track_id=track)
        wares.upload(inside, track_id=track)
        judge.equal("how often after two files in one check", 2, len(line.parcels()))


def secret_is_shown_once(case: Case) -> None:
    """Registering an endpoint gives a secret that no other answer shows."""
    body = {"url": "https://hooks.example.com/conformance", "events": [EVENTS[2]]}
    answer = case.call("createWebhookEndpoint", json=body)
    judge.status(answer, 201)
    secret = answer.at("/secret")
    judge.that(isinstance(secret, str) and secret, "there is no secret", answer, received=secret)
    for name, value in body.items():
        judge.equal(name, value, answer.at(f"/{name}"), answer)
    again = case.call("createWebhookEndpoint", json=body)
    judge.that(again.at("/secret") != secret, "a second endpoint has the same secret", again)
    for other in (again, case.call("listApiKeys")):
        judge.that(str(secret) not in other.content.decode(), "the secret is shown again", other)


def wrong_endpoint_is_refused(case: Case, body: tuple[str, Any]) -> None:
    """An address that is none, a private one over plain http, and unknown events are refused."""
    name, value = body
    whole = {"url": "https://hooks.example.com/conformance", "events": [EVENTS[0]], name: value}
    answer = case.call("createWebhookEndpoint", json=whole)
    judge.status(answer, 422)


_WRONG: tuple[tuple[str, Any], ...] = (
    ("url", "no address"),
    ("url", "ftp://hooks.example.com/"),
    ("url", "http://hooks.example.com/"),
    ("events", ["release.deleted"]),
    ("events", []),
)
CHECKS = (
    check("OG-140", change_is_told, each=EVENTS),
    check("OG-140", every_step_is_told),
    check("OG-140", cover_is_told_for_each_track),
    check("OG-140", endpoint_gets_what_it_asked_for),
    check("OG-140", stranger_is_not_told, needs=("webhooks", "second-account"), required=False),
    check("OG-141", delivery_is_signed, each=EVENTS),
    check("OG-141", endpoints_have_secrets_of_their_own),
    check("OG-142", replay_can_be_told),
    check("OG-143", failure_is_tried_again),
    check("OG-144", retry_is_the_same_event),
    check("OG-145", only_success_ends_it, each=(200, 201, 202, 204, 302, 400, 404, 410, 503)),
    check("OG-145", tries_are_limited),
    check("OG-146", unchanged_status_is_silent),
    check("OG-148", secret_is_shown_once),
    check("OG-148", wrong_endpoint_is_refused, each=_WRONG),
)
