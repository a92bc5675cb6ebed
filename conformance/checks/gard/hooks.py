"""GARD-207 to GARD-223: signed events of a submission, caught by a receiver of the suite's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.printed import STAGES
from conformance.judge import NotTested
from conformance.properties.webhooks import Catcher, hex_hmac, receiving
from conformance.receiver import Received

_STATUS_KEYS = {
    *("event", "moderation_request_id", "submission_id", "workflow_status"),
    *("message", "release_name", "artist_name", "release_id"),
}
_DECISION_KEYS = {
    *("event", "moderation_request_id", "submission_id", "status", "workflow_status"),
    *("workflow_message", "release_name", "upstream_album_id", "release_id", "moderator_notes"),
}


@dataclass(frozen=True)
class Line:
    """A submission whose events come to a receiver."""

    case: Case
    receiver: Catcher
    sent: desk.Sent
    at: str = "/hook"

    def requests(self) -> list[Received]:
        """Return the requests of this submission, after everything that is due has been carried."""
        self.case.control.post("/deliveries/run")
        due = [entry for entry in self.case.control.get("/deliveries", provider="gard") if entry["url"] == self.url]
        made = sum(attempt["status"] is not None for entry in due for attempt in entry["attempts"])
        got = self.receiver.wait_for(made, 5)
        return [request for request in got if request.path == self.at]

    @property
    def url(self) -> str:
        """Return the callback URL."""
        return self.receiver.origin + self.at

    def events(self) -> list[dict[str, Any]]:
        """Return the payloads of this submission in the order of their arrival."""
        return [json.loads(request.body) for request in self.requests()]

    def stages(self) -> list[tuple[str, str]]:
        """Return (event, workflow_status) of all that came."""
        return [(event["event"], event["workflow_status"]) for event in self.events()]

    def fire(self, *events: str, **data: Any) -> None:
        """Let staff act."""
        for event in events:
            desk.fire(self.case, self.sent, event, **data)


@contextmanager
def line(case: Case, *statuses: int, principal: str = "full", **changes: Any) -> Iterator[Line]:
    """Give a submission with a receiver, in a sandbox of its own where nothing else sends."""
    with case.own_sandbox(world="empty") as inside, receiving(inside, *statuses) as receiver:
        sent = desk.submit(inside, principal, callback_url=receiver.url, **changes)
        yield Line(inside, receiver, sent)


def callback_belongs_to_its_submission(case: Case) -> None:
    """Each submission's events go to its own callback_url, and one without any sends nothing."""
    with line(case) as here:
        other = desk.submit(here.case, callback_url=f"{here.receiver.origin}/other?x=1")
        silent = desk.submit(here.case)
        for sent in (here.sent, other, silent):
            desk.fire(here.case, sent, "start_review")
        here.case.control.post("/deliveries/run")
        got = {(request.path, json.loads(request.body)["submission_id"]) for request in here.receiver.wait_for(2)}
        expected = {("/hook", here.sent.id), ("/other?x=1", other.id)}
        judge.equal("where the events went", sorted(expected), sorted(got))


def callback_is_https(case: Case, url: str) -> None:
    """A callback_url that is not an HTTPS address is refused."""
    name = case.ledger.name("callback")
    answer = desk.attempt(case, release_name=name, callback_url=url)
    judge.that(400 <= answer.status < 500, f"{url} is not refused", answer, expected="4xx", received=answer.status)


def https_callback_is_taken(case: Case) -> None:
    """An HTTPS callback_url with any path is taken."""
    url = "https://hooks.example.com/any/path/at-all?token=1"
    judge.status(desk.attempt(case, callback_url=url), 200)


def delivery_is_a_json_post(case: Case) -> None:
    """A delivery is a POST of application/json; charset=utf-8."""
    with line(case, 200) as here:
        here.fire("start_review")
        request = _one(here)
        judge.equal("the method", "POST", request.method)
        kind = request.headers.get("content-type", "").lower().replace(" ", "")
        judge.equal("the Content-Type", "application/json;charset=utf-8", kind)


def _one(here: Line) -> Received:
    got = here.requests()
    judge.that(got, "nothing was delivered", expected="at least one request", received=0)
    return got[0]


def signed(body: bytes, secret: str) -> str:
    """Return the signature that a body must carry."""
    return f"sha256={hex_hmac(secret, body)}"


def secret_of(case: Case, principal: str) -> str:
    """Return the signing secret of a principal's key, as the API tells it."""
    id = case.account(principal).get("id")
    if id is None:
        raise NotTested(f"the id of the key of {principal!r} is not known")
    answer = case.given(case.call("getWebhookSigningSecret", path={"id": id}, principal=principal), 200)
    return str(answer.at("/webhook_signing_secret"))


def signature_fits_the_bytes(case: Case) -> None:
    """X-Gard-Signature is sha256= and the HMAC of the exact bytes, in every delivery."""
    with line(case, release_name=f"{case.ledger.name()} Ærø — «ж»") as here:
        here.fire("start_review", "approve", "go_live")
        secret, got = secret_of(here.case, "full"), here.requests()
        judge.that(len(got) >= 4, "events are missing", expected="4 or more", received=len(got))
        for request in got:
            judge.equal("X-Gard-Signature", signed(request.body, secret), request.headers.get("x-gard-signature"))


def secret_is_that_of_the_key(case: Case) -> None:
    """The key that submitted signs; a second key of the account has another secret and signs its own."""
    with line(case) as here:
        other = desk.submit(here.case, "full-second-key", callback_url=f"{here.receiver.origin}/second")
        desk.fire(here.case, other, "start_review")
        here.fire("start_review")
        here.case.control.post("/deliveries/run")
        secrets = {"/hook": secret_of(here.case, "full"), "/second": secret_of(here.case, "full-second-key")}
        judge.that(len(set(secrets.values())) == 2, "both keys have the same secret")
        got = here.receiver.wait_for(2)
        judge.equal("the paths called", sorted(secrets), sorted(request.path for request in got))
        for request in got:
            expected = signed(request.body, secrets[request.path])
            judge.equal(f"the signature at {request.path}", expected, request.headers.get("x-gard-signature"))


def key_is_found_among_the_keys(case: Case) -> None:
    """The id that the secret is asked for by stands in the list of keys, and the secret does not."""
    answer = case.given(case.call("listApiKeys"), 200)
    if not answer.items("/keys"):
        raise NotTested("the list has no key to look at")
    for entry in answer.items("/keys"):
        secret = case.call("getWebhookSigningSecret", path={"id": entry["id"]})
        judge.status(secret, 200)
        text = secret.at("/webhook_signing_secret")
        judge.that(isinstance(text, str) and text, "there is no secret", secret)
        judge.that(text not in answer.content.decode(), "the list of keys shows a secret", answer)


def acknowledged_event_is_not_repeated(case: Case) -> None:
    """An event that was answered with 2xx does not come again."""
    with line(case, 204) as here:
        here.fire("start_review")
        _one(here)
        here.case.control.advance("P2D")
        judge.equal("the number of requests after two days", 1, len(here.requests()))


def refused_event_is_the_same_again(case: Case) -> None:
    """Where an event that was not acknowledged comes again, it is the same event, rightly signed; then it rests."""
    with line(case, 500) as here:
        here.fire("start_review")
        first = _one(here)
        here.receiver.answer_with(200)
        here.case.control.advance("P2D")
        got, secret = here.requests(), secret_of(here.case, "full")
        for request in got[1:]:
            judge.equal("the payload", json.loads(first.body), json.loads(request.body))
            judge.equal("the signature", signed(request.body, secret), request.headers.get("x-gard-signature"))
        judge.that(len(got) <= 2, "an acknowledged event comes again", expected="at most 2", received=len(got))
        judge.equal("the stage", "under_review", desk.stage_of(here.case, here.sent.release))


def status_event_tells_each_stage(case: Case) -> None:
    """Each transition sends one moderation_status with the printed members."""
    with line(case, artist_name="Stage Name Ø") as here:
        here.fire("start_review", "approve", "go_live")
        events = [event for event in here.events() if event["event"] == "moderation_status"]
        stages = [event["workflow_status"] for event in events]
        judge.equal("the stages announced", ["under_review", "sent_to_stores", "live"], stages)
        for event in events:
            judge.equal("the members", sorted(_STATUS_KEYS), sorted(set(event) - {"catalog"}))
            _names_the_submission(here, event)
            judge.equal("artist_name", "Stage Name Ø", event["artist_name"])
            judge.that(isinstance(event["message"], str) and event["message"], "there is no message", received=event)


def _names_the_submission(here: Line, event: dict[str, Any]) -> None:
    judge.equal("moderation_request_id", here.sent.number, event["moderation_request_id"])
    judge.equal("submission_id", here.sent.id, event["submission_id"])
    judge.equal("release_name", here.sent.name, event["release_name"])
    judge.equal("release_id", here.sent.row, event["release_id"])


def stage_is_announced_once(case: Case) -> None:
    """Reading and syncing at a stage announces nothing again."""
    with line(case) as here:
        here.fire("start_review")
        before = here.stages()
        judge.equal("the events", [("moderation_status", "under_review")], before)
        for _ in range(10):
            judge.status(here.case.call("syncRelease", path=here.sent.path), 200)
        desk.status(here.case, here.sent.release)
        judge.equal("the events after ten syncs", before, here.stages())


def decision_is_told(case: Case) -> None:
    """An approval sends moderation_decision with the printed members, approved and sent_to_stores."""
    with line(case) as here:
        here.fire("start_review")
        here.fire("approve", moderator_notes="Well done — ünd weiter")
        event = _decision(here)
        judge.equal("the members", sorted(_DECISION_KEYS), sorted(set(event) - {"catalog"}))
        _names_the_submission(here, event)
        judge.equal("status", "approved", event["status"])
        judge.equal("workflow_status", "sent_to_stores", event["workflow_status"])
        judge.equal("workflow_message", "Sent to stores", event["workflow_message"])
        judge.equal("moderator_notes", "Well done — ünd weiter", event["moderator_notes"])


def _decision(here: Line) -> dict[str, Any]:
    found = [event for event in here.events() if event["event"] == "moderation_decision"]
    judge.equal("the number of decisions told", 1, len(found))
    return found[0]


def rejection_carries_its_notes(case: Case) -> None:
    """A rejection says rejected twice and carries the notes."""
    with line(case) as here:
        here.fire("start_review")
        here.fire("reject", moderator_notes="The cover names another artist.")
        event = _decision(here)
        judge.equal("status", "rejected", event["status"])
        judge.equal("workflow_status", "rejected", event["workflow_status"])
        judge.equal("moderator_notes", "The cover names another artist.", event["moderator_notes"])


def rejection_is_decided_in_the_event(case: Case) -> None:
    """A rejection is told by a moderation_decision with the printed members too."""
    with line(case) as here:
        here.fire("start_review")
        here.fire("reject")
        event = _decision(here)
        judge.equal("the members", sorted(_DECISION_KEYS), sorted(set(event) - {"catalog"}))
        _names_the_submission(here, event)


def approval_sends_both_events(case: Case) -> None:
    """An approval sends one decision and one status event."""
    with line(case) as here:
        here.fire("start_review")
        before = len(here.events())
        here.fire("approve")
        new = sorted(here.stages()[before:])
        expected = [("moderation_decision", "sent_to_stores"), ("moderation_status", "sent_to_stores")]
        judge.equal("the events of the approval", expected, new)


def catalog_block_fits_the_release(case: Case) -> None:
    """A catalog block comes with sent_to_stores and live at most, and shows the release's UPC, tracks and ISRCs."""
    with line(case) as here:
        here.fire("start_review", "approve", "go_live")
        shown = desk.status(here.case, here.sent.release)
        for event in here.events():
            block = event.get("catalog")
            if block is None:
                continue
            judge.among("the stage of a catalog block", ("sent_to_stores", "live"), event["workflow_status"])
            judge.equal("upc", shown.at("/upc"), block.get("upc"), shown)
            isrcs = [track.get("isrc") for track in block.get("tracks", [])]
            judge.equal("the ISRCs", [track.get("isrc") for track in shown.items("/tracks")], isrcs, shown)


def payload_holds_no_more(case: Case) -> None:
    """Payloads hold the printed members and the catalog block, no event id, attempt or time."""
    with line(case) as here:
        here.fire("start_review", "approve", "go_live")
        for event in here.events():
            known = _STATUS_KEYS if event["event"] == "moderation_status" else _DECISION_KEYS
            judge.equal("further members", [], sorted(set(event) - known - {"catalog"}))


def event_equals_the_list(case: Case, way: tuple[str, ...]) -> None:
    """workflow_status of the latest event is the stage that the list of submissions shows."""
    with line(case) as here:
        for event in way:
            here.fire(event)
            row = desk.row_of(here.case, here.sent.id) or {}
            last = here.events()[-1]
            judge.among("workflow_status", STAGES, last["workflow_status"])
            judge.equal("workflow_status", row.get("status"), last["workflow_status"])


def submission_itself_is_silent(case: Case) -> None:
    """The submission announces nothing: the first event is under_review."""
    with line(case) as here:
        judge.equal("the events after the submission", [], here.stages())
        here.fire("start_review")
        judge.equal("the events", [("moderation_status", "under_review")], here.stages())


def other_requests_are_silent(case: Case) -> None:
    """Pitches, takedowns and withdrawals send no events."""
    with line(case) as here:
        here.case.given(here.case.call("createPitch", json=samples.pitch_form(here.sent.number)), 200)
        here.fire("start_review", "approve", "go_live")
        before = here.stages()
        takedown = here.case.given(
            here.case.call("createDeleteRequest", json={"release_id": here.sent.release, "reason": "A test."}),
            200,
        )
        here.case.given(samples.act(here.case, "requestWithdrawal"), 200)
        desk.steer(here.case, "delete_request", takedown.at("/id"), "complete")
        judge.equal("the events afterwards", before, here.stages())


CHECKS = (
    check("GARD-207", callback_belongs_to_its_submission),
    check(
        "GARD-208",
        callback_is_https,
        each=("http://hooks.example.com/x", "ftp://hooks.example.com/x", "no address"),
    ),
    check("GARD-208", https_callback_is_taken, needs=("media", "destructive")),
    check("GARD-209", delivery_is_a_json_post),
    check("GARD-210", signature_fits_the_bytes),
    check("GARD-211", secret_is_that_of_the_key),
    check("GARD-211", key_is_found_among_the_keys, needs=()),
    check("GARD-213", acknowledged_event_is_not_repeated),
    check("GARD-213", refused_event_is_the_same_again),
    check("GARD-214", status_event_tells_each_stage),
    check("GARD-215", stage_is_announced_once),
    check("GARD-216", decision_is_told),
    check("GARD-216", rejection_is_decided_in_the_event),
    check("GARD-217", rejection_carries_its_notes),
    check("GARD-218", approval_sends_both_events),
    check("GARD-219", catalog_block_fits_the_release),
    check("GARD-220", payload_holds_no_more),
    check(
        "GARD-221",
        event_equals_the_list,
        each=(("start_review", "approve", "go_live"), ("start_review", "reject")),
    ),
    check("GARD-222", submission_itself_is_silent),
    check("GARD-223", other_requests_are_silent),
)
