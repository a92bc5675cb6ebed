"""Releases, tracks, stores, artists and subscriptions as the checks make, move and read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance import judge
from conformance.answer import Answer, Members
from conformance.case import Case
from conformance.judge import NotTested
from conformance.media import sounds
from conformance.multipart import File, Form
from conformance.pointer import MISSING

RELEASE_STATES = ("draft", "pending", "approved", "live", "taken_down", "rejected")
NO_ID = "00000000-0000-4000-8000-000000000000"
DSPS = ("spotify", "apple-music")
# A port that nobody listens on: subscriptions of checks that want no parcel, or a refused one.
NOWHERE = "http://127.0.0.1:9/conformance"


def release_body(case: Case, **members: Any) -> dict[str, Any]:
    """Return a valid body of POST /releases with the four required members; members by keyword replace or add."""
    required = {
        "title": case.ledger.name("release"),
        "type": "single",
        "release_date": "2031-05-01",
        "genre": "Afrobeats",
    }
    return {**required, **members}


def create_release(case: Case, body: Any, principal: str = "full", **options: Any) -> Answer:
    """Send POST /releases; what comes to life is noted for removal."""
    answer = case.call("createRelease", json=body, principal=principal, **options)
    uuid = answer.at("/release/uuid")
    if answer.is_success and isinstance(uuid, str) and principal == "full":
        case.ledger.add(f"releases/{uuid}")
    return answer


def make_release(case: Case, principal: str = "full", **members: Any) -> str:
    """Make a bare draft (no track, no store) as a precondition and return its UUID."""
    return identity(case.given(create_release(case, release_body(case, **members), principal), 201), "/release/uuid")


def track_body(case: Case, **members: Any) -> dict[str, Any]:
    """Return a valid body of POST /releases/{uuid}/tracks."""
    return {"title": case.ledger.name("track"), "position": 1, "explicit": False, **members}


def make_track(case: Case, release: str, principal: str = "full", **members: Any) -> str:
    """Add a track to a release as a precondition and return its id."""
    body = track_body(case, **members)
    answer = case.call("createTrack", path={"uuid": release}, json=body, principal=principal)
    return identity(case.given(answer, 201), "/track/uuid")


def attach(case: Case, release: str, *dsps: str, principal: str = "full") -> Answer:
    """Attach stores as a precondition."""
    body = {"dsps": list(dsps or DSPS)}
    return case.given(case.call("attachReleaseDsps", path={"uuid": release}, json=body, principal=principal), 200, 201)


def make_complete(case: Case, *dsps: str, principal: str = "full", **members: Any) -> str:
    """Make a draft that can be submitted: one track and stores (Spotify and Apple Music unless told otherwise)."""
    release = make_release(case, principal, **members)
    make_track(case, release, principal)
    attach(case, release, *dsps, principal=principal)
    return release


def make_artist(case: Case, principal: str = "full", **members: Any) -> str:
    """Make an artist as a precondition and return its id."""
    body = {"name": case.ledger.name("artist"), **members}
    return identity(case.given(case.call("createArtist", json=body, principal=principal), 201), "/artist/uuid")


def wav(case: Case) -> bytes:
    """Return a WAV of the floor that the document names (24-bit, 44.1 kHz, stereo), unlike any other of this run."""
    mark = int(case.ledger.digits(6)).to_bytes(3, "little")
    return sounds.pcm(seconds=0.1, rate=44100, bits=24, channels=2, mark=mark)


def upload(case: Case, track: str, audio: File, field: str = "audio", principal: str = "full") -> Answer:
    """Send a file to a track."""
    return case.call("uploadTrackAudio", path={"uuid": track}, json=Form(((field, audio),)), principal=principal)


def give_audio(case: Case, track: str, content: bytes | None = None) -> bytes:
    """Upload a WAV and let the worker process it; needs the control API. Returns the bytes that were sent."""
    sent = wav(case) if content is None else content
    case.given(upload(case, track, File("master.wav", sent, "audio/wav")), 202, 200)
    case.control.fire("tonegrid", "track", track, "finish")
    return sent


def make_with_audio(case: Case, *dsps: str, **members: Any) -> tuple[str, str]:
    """Make a draft with stores and one track whose audio is processed: the UUIDs of release and track."""
    release = make_release(case, **members)
    track = make_track(case, release)
    give_audio(case, track)
    attach(case, release, *dsps)
    return release, track


def submit(case: Case, release: str, principal: str = "full") -> Answer:
    """Submit as a precondition."""
    return case.given(case.call("submitRelease", path={"uuid": release}, principal=principal), 200, 202)


def approve(case: Case, release: str) -> None:
    """Approve a pending release as a precondition."""
    case.given(case.call("approveRelease", path={"uuid": release}), 200)


def make_approved(case: Case, *dsps: str, **members: Any) -> str:
    """Make a release and bring it through review: one pending delivery per store."""
    release = make_complete(case, *dsps, **members)
    submit(case, release)
    approve(case, release)
    return release


def deliver(case: Case, release: str) -> Answer:
    """Hand an approved release to all its stores as a precondition."""
    return case.given(case.call("deliverRelease", path={"uuid": release}), 202, 200)


def rows(case: Case, release: str, principal: str = "full") -> dict[str, dict[str, Any]]:
    """Return the delivery rows of a release by DSP, in the spelling of the DDEX section."""
    answer = case.given(case.call("listDdexDeliveries", path={"uuid": release}, principal=principal), 200)
    return Members((str(row.get("dsp")), row) for row in answer.items("/data/deliveries") if isinstance(row, dict))


def work(case: Case, release: str, *events: str, dsp: str | None = None) -> None:
    """Let the worker do what it does to every delivery row of a release (or of one DSP), event by event."""
    for slug, row in rows(case, release).items():
        if dsp is None or slug == dsp:
            for event in events:
                case.control.fire("tonegrid", "delivery", str(row.get("uuid")), event)


def make_live(case: Case, *dsps: str, **members: Any) -> str:
    """Make a release that is live in all its stores; needs the control API."""
    release = make_approved(case, *dsps, **members)
    deliver(case, release)
    work(case, release, "accept", "go_live")
    return release


def make_in(case: Case, state: str, *dsps: str) -> str:
    """Make a release and bring it into a state of its lifecycle; past `approved` it needs the control API."""
    if state in ("draft", "pending", "rejected"):
        release = make_complete(case, *dsps)
        if state != "draft":
            submit(case, release)
        if state == "rejected":
            reject(case, release)
        return release
    if state == "approved":
        return make_approved(case, *dsps)
    release = make_live(case, *dsps)
    if state == "taken_down":
        case.given(case.call("takedownRelease", path={"uuid": release}, json={}), 202, 200)
        work(case, release, "finish_takedown")
    return release


def reject(case: Case, release: str, reason: str = "The cover is blurred.") -> None:
    """Let a reviewer send a pending release back."""
    case.control.fire("tonegrid", "release", release, "reject", {"reason": reason})


def read(case: Case, release: str, principal: str = "full") -> Answer:
    """Send GET /releases/{uuid}."""
    return case.call("getRelease", path={"uuid": release}, principal=principal)


def read_track(case: Case, track: str, principal: str = "full") -> Answer:
    """Send GET /tracks/{uuid}."""
    return case.call("getTrack", path={"uuid": track}, principal=principal)


def status_of(case: Case, release: str) -> str | None:
    """Return a release's status as read anew, None where it is gone."""
    answer = read(case, release)
    return None if answer.status == 404 else str(answer.at("/release/status"))


def webhook_body(case: Case, *events: str, url: str = NOWHERE) -> dict[str, Any]:
    """Return a valid body of POST /webhooks."""
    return {"name": case.ledger.name("hook"), "url": url, "events": list(events or ("*",))}


def create_webhook(case: Case, *events: str, url: str = NOWHERE) -> Answer:
    """Subscribe as a precondition; noted for removal, which means switching it off."""
    answer = case.given(case.call("createWebhook", json=webhook_body(case, *events, url=url)), 201)
    case.ledger.add(f"webhooks/{identity(answer, '/data/uuid')}")
    return answer


def identity(answer: Answer, place: str) -> str:
    """Return an id of an answer that is a precondition."""
    found = answer.at(place)
    if not isinstance(found, str):
        raise NotTested(f"could not be set up: the answer to {answer.label} has no {place}")
    return found


def refused(answer: Answer, status: int, error: str | None = None) -> None:
    """Judge a refusal: status, `success` false, and the exact error string, where the document names one."""
    judge.status(answer, status)
    judge.equal("success", False, answer.at("/success"), answer)
    shown = answer.at("/error")
    judge.that(isinstance(shown, str) and shown, "error is no text", answer, expected="a text", received=shown)
    if error is not None:
        judge.equal("error", error, shown, answer)


def invalid(answer: Answer, *fields: str) -> None:
    """Judge a validation failure: 422, `Validation failed`, and a list of messages for each of these fields."""
    refused(answer, 422, "Validation failed")
    errors = answer.at("/errors")
    judge.that(isinstance(errors, dict), "errors is no map", answer, expected="an object", received=errors)
    for field in fields:
        messages = errors.get(field, MISSING)
        texts = isinstance(messages, list) and messages and all(isinstance(text, str) for text in messages)
        judge.that(texts, f"errors has no messages for {field}", answer, expected=[field], received=errors)


def is_refused(answer: Answer) -> None:
    """Judge that a call is refused as the client's fault, with whatever status."""
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def undo(case: Case, id: str) -> None:
    """Remove a release or switch a subscription off; a release that has left review cannot be deleted."""
    kind, _, uuid = id.partition("/")
    if kind == "webhooks":
        case.given(case.call("updateWebhook", path={"uuid": uuid}, json={"is_active": False}), 200, 404)
    else:
        case.given(case.call("deleteRelease", path={"uuid": uuid}), 200, 204, 404)


def sweep(case: Case) -> None:
    """Remove drafts that an earlier run of the suite left behind, known by their titles, at least an hour old."""
    answer = case.call("listReleases", query={"status": "draft", "per_page": 100})
    for entry in answer.items("/data"):
        parts = str(entry.get("title", "")).split(" ")
        if len(parts) > 1 and parts[0] == case.ledger.MARK and case.ledger.is_old(parts[1]):
            undo(case, f"releases/{entry.get('uuid')}")


def patched(body: Mapping[str, Any], *without: str, **members: Any) -> dict[str, Any]:
    """Return a body without some members and with others."""
    return {name: value for name, value in {**body, **members}.items() if name not in without}
