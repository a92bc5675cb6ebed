"""TG-140 to TG-151: delivery rows from approval to the stores, with the events of each step."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ern, wares
from conformance.checks.tonegrid.hearing import listening
from conformance.contract import Contract
from conformance.pointer import MISSING
from conformance.properties.lifecycle import Machine, Move, find_moves
from conformance.properties.readback import unchanged

UNKNOWN = "DSP 'nope' not found or inactive."
_BLOCKED = "Delivery to {} is blocked via per-DSP override (is_blocked=true)."
_WAY = {
    "pending": (),
    "submitted": ("submit",),
    "accepted": ("submit", "accept"),
    "live": ("submit", "accept", "go_live"),
    "rejected": ("submit", "reject"),
    "error": ("submit", "fail"),
}


def block(case: Case, release: str, dsp: str) -> None:
    """Block a DSP for a release as a precondition."""
    path = {"uuid": release, "dsp_slug": dsp}
    case.given(case.call("setReleaseDspOverride", path=path, json={"is_blocked": True}), 200)


def deliver_to(case: Case, release: str, dsp: str) -> Answer:
    """Send a delivery to one DSP."""
    return case.call("deliverReleaseToDsp", path={"uuid": release, "dsp_slug": dsp})


def states(case: Case, release: str) -> dict[str, Any]:
    """Return the status of each row by DSP."""
    return {dsp: row.get("status") for dsp, row in wares.rows(case, release).items()}


def approval_makes_rows(case: Case) -> None:
    """Approving a release makes one pending row per attached DSP, and none before."""
    release = wares.make_complete(case, "spotify", "apple-music", "tidal")
    wares.submit(case, release)
    judge.equal("the rows before the approval", {}, states(case, release))
    wares.approve(case, release)
    expected = {"spotify": "pending", "apple-music": "pending", "tidal": "pending"}
    judge.equal("the rows", expected, states(case, release))
    for dsp, row in wares.rows(case, release).items():
        for name in ("dsp_release_id", "live_url", "submitted_at", "live_at", "error_message"):
            judge.equal(f"{name} of {dsp}", None, row.get(name, ...))


def blocked_dsps_are_skipped(case: Case) -> None:
    """Of four DSPs with one blocked, three are queued as submitted, one is skipped, and the message counts three."""
    release = wares.make_approved(case, "spotify", "apple-music", "tidal", "youtube-music")
    block(case, release, "youtube-music")
    answer = case.call("deliverRelease", path={"uuid": release})
    judge.status(answer, 202)
    judge.equal("message", "3 DSP(s) queued for direct DDEX delivery.", answer.at("/message"), answer)
    queued = {entry.get("dsp"): entry.get("state") for entry in answer.items("/data/queued")}
    judge.equal("queued", dict.fromkeys(("spotify", "apple-music", "tidal"), "submitted"), queued, answer)
    skipped = [{"dsp": "youtube-music", "reason": "is_blocked"}]
    judge.equal("skipped", skipped, answer.at("/data/skipped"), answer)
    judge.equal("the blocked row", "pending", states(case, release).get("youtube-music"))
    judge.equal("a queued row", "submitted", states(case, release).get("tidal"))


def each_queued_dsp_is_announced(case: Case) -> None:
    """Each queued DSP fires its submitted event once; a blocked one fires nothing."""
    with listening(case, "release.dsp.*.*") as heard:
        release = wares.make_approved(case, "spotify", "tidal", "deezer")
        block(case, release, "deezer")
        wares.deliver(case, release)
        heard.expect("release.dsp.spotify.submitted", "release.dsp.tidal.submitted", release=release)


def single_delivery_is_announced(case: Case) -> None:
    """A delivery to one DSP fires its event alone."""
    with listening(case, "release.dsp.*.*") as heard:
        release = wares.make_approved(case, "spotify", "tidal")
        judge.status(deliver_to(case, release, "tidal"), 202)
        heard.expect("release.dsp.tidal.submitted", release=release)
        judge.equal("the other row", "pending", states(case, release).get("spotify"))


def no_dsps_are_refused(case: Case) -> None:
    """Without an attached DSP there is nothing to deliver: 422 with its own words."""
    release = wares.make_release(case)
    wares.refused(case.call("deliverRelease", path={"uuid": release}), 422, "No DSPs attached to this release.")


def blocked_dsp_is_refused(case: Case) -> None:
    """A single delivery to a blocked DSP is 409, names it, and changes nothing."""
    release = wares.make_approved(case, "spotify")
    block(case, release, "spotify")
    answer = deliver_to(case, release, "spotify")
    wares.refused(answer, 409)
    judge.among("error", [_BLOCKED.format(name) for name in ("Spotify", "spotify")], answer.at("/error"), answer)
    judge.equal("the row", "pending", states(case, release).get("spotify"))


def other_dsps_are_refused(case: Case) -> None:
    """A single delivery to a DSP that is not attached is 422, to one that does not exist 404."""
    release = wares.make_approved(case, "spotify")
    wares.refused(deliver_to(case, release, "tidal"), 422, "DSP 'tidal' is not attached to this release.")
    wares.refused(deliver_to(case, release, "nope"), 404, UNKNOWN)
    judge.equal("the rows", {"spotify": "pending"}, states(case, release))


def worker_goes_step_by_step(case: Case) -> None:
    """submitted becomes accepted and then live; each step is told once, and each state is read back."""
    with listening(case, "release.dsp.spotify.*") as heard:
        release = wares.make_approved(case, "spotify")
        wares.deliver(case, release)
        told = ["release.dsp.spotify.submitted"]
        heard.expect(*told, release=release)
        for event, state in (("accept", "accepted"), ("go_live", "live")):
            wares.work(case, release, event)
            told.append(f"release.dsp.spotify.{state}")
            judge.equal(f"the row after {event}", state, states(case, release).get("spotify"))
            heard.expect(*told, release=release)
            # What it tells beside the release is not documented, but it must not contradict what is read.
            judge.among("data.status", (state, MISSING), heard.once(told[-1]).get("status", MISSING))


def worker_keeps_time(case: Case) -> None:
    """By itself, with time, the worker brings a submitted release into all its stores, and the release is live."""
    with case.own_sandbox(progression="timed") as inside:
        release = wares.make_approved(inside, "spotify", "tidal", release_date="2020-01-01")
        wares.deliver(inside, release)
        judge.equal("the rows at once", {"spotify": "submitted", "tidal": "submitted"}, states(inside, release))
        inside.control.advance("P2D")
        judge.equal("the rows later", {"spotify": "live", "tidal": "live"}, states(inside, release))
        judge.equal("the status of the release", "live", wares.status_of(inside, release))
        for row in wares.rows(inside, release).values():
            later = str(row.get("live_at")) > str(row.get("submitted_at"))
            judge.that(later, "live_at is not the instant of going live", received=row)


def live_row_knows_its_place(case: Case) -> None:
    """A live row has live_at, dsp_release_id and live_url, which an accepted one has not."""
    release = wares.make_approved(case, "spotify")
    wares.deliver(case, release)
    wares.work(case, release, "accept")
    names = ("live_at", "dsp_release_id", "live_url")
    for name in names:
        judge.equal(f"{name} before it is live", None, wares.rows(case, release)["spotify"].get(name, ...))
    wares.work(case, release, "go_live")
    row = wares.rows(case, release)["spotify"]
    for name in names:
        judge.that(isinstance(row.get(name), str) and row.get(name), f"{name} of a live row is empty", received=row)
    judge.that(str(row.get("live_url")).startswith("http"), "live_url is no address", received=row.get("live_url"))
    in_order = str(row.get("live_at")) >= str(row.get("submitted_at"))
    judge.that(in_order, "it was live before it was submitted", received=row)


def failed_row_says_why(case: Case, event: str) -> None:
    """A rejected row, or one in error, has an error_message and fires rejected or failed."""
    state, stage = {"reject": ("rejected", "rejected"), "fail": ("error", "failed")}[event]
    with listening(case, "release.dsp.*.*") as heard:
        release = wares.make_approved(case, "spotify", "tidal")
        wares.deliver(case, release)
        wares.work(case, release, event, dsp="spotify")
        row = wares.rows(case, release)["spotify"]
        judge.equal("the row", state, row.get("status"))
        told = row.get("error_message")
        judge.that(isinstance(told, str) and told, "error_message is empty", expected="a text", received=told)
        judge.equal("error_message of the other", None, wares.rows(case, release)["tidal"].get("error_message", ...))
        heard.once(f"release.dsp.spotify.{stage}")


def redelivery_updates_live_rows(case: Case) -> None:
    """Redelivery makes live rows update_submitted and says so; then they are live again and the thread goes on."""
    with listening(case, "release.dsp.spotify.*") as heard:
        release = wares.make_live(case, "spotify")
        answer = case.call("redeliverRelease", path={"uuid": release})
        judge.status(answer, 202, 200)
        judge.equal("the row", "update_submitted", states(case, release).get("spotify"))
        heard.once("release.dsp.spotify.update_submitted")
        judge.equal("updated, too early", [], heard.data("release.dsp.spotify.updated"))
        wares.work(case, release, "finish_update")
        judge.equal("the row after the update", "live", states(case, release).get("spotify"))
        data = heard.once("release.dsp.spotify.updated")
        judge.equal("thread_continuation", True, data.get("thread_continuation"))


def redelivery_needs_a_live_release(case: Case) -> None:
    """What is not live anywhere cannot be redelivered, and stays as it is."""
    release = wares.make_approved(case, "spotify")
    with unchanged(lambda: case.call("listDdexDeliveries", path={"uuid": release})):
        wares.is_refused(case.call("redeliverRelease", path={"uuid": release}))


def redelivery_keeps_the_thread(case: Case) -> None:
    """The message after a redelivery has the MessageThreadId of the first delivery, and another MessageId."""
    release = wares.make_live(case, "spotify")
    before = ern.preview(case, release)
    case.given(case.call("redeliverRelease", path={"uuid": release}), 202, 200)
    after = ern.preview(case, release)
    thread, id = "MessageHeader/MessageThreadId", "MessageHeader/MessageId"
    ern.is_text(after, thread, ern.text(before, thread))
    judge.that(ern.text(after, id) != ern.text(before, id), "the MessageId is the same", received=ern.text(after, id))


def slugs_of_events_are_one_word(case: Case) -> None:
    """Events name a DSP in one word: release.dsp.applemusic.accepted."""
    with listening(case, "release.dsp.applemusic.*") as heard:
        release = wares.make_live(case, "apple-music")
        names = [f"release.dsp.applemusic.{stage}" for stage in ("submitted", "accepted", "live")]
        heard.expect(*names, release=release)
        judge.equal("the names in the headers", sorted(names), sorted(heard.headers("X-ToneGrid-Event")))
        for name in names:
            judge.equal(f"data.dsp of {name}", "applemusic", heard.once(name).get("dsp"))


def catalogue_of_events_is_in_one_word(case: Case) -> None:
    """The catalogue of events has the six stages of Apple Music in this spelling."""
    answer = case.call("listWebhookEventTypes")
    judge.status(answer, 200)
    known = answer.items("/data/events")
    for stage in ("submitted", "accepted", "rejected", "live", "taken_down", "failed"):
        name = f"release.dsp.applemusic.{stage}"
        judge.that(name in known, f"{name} is not in the catalogue", answer, expected=name)


def delivery_answers_with_hyphens(case: Case) -> None:
    """The answers of ddex/deliver and ddex/deliveries name Apple Music apple-music."""
    release = wares.make_approved(case, "apple_music", "youtubemusic")
    answer = case.call("deliverRelease", path={"uuid": release})
    judge.status(answer, 202)
    names = sorted(str(entry.get("dsp")) for entry in answer.items("/data/queued"))
    judge.equal("the slugs", ["apple-music", "youtube-music"], names, answer)
    judge.equal("the rows", ["apple-music", "youtube-music"], sorted(wares.rows(case, release)))


def _make(case: Case, state: str) -> str:
    """Bring a release with one DSP to the point where its row is in a state; the release's UUID."""
    if state in ("update_submitted", "takedown_submitted", "taken_down"):
        release = wares.make_live(case, "spotify")
        operation = "redeliverRelease" if state == "update_submitted" else "purgeRelease"
        case.given(case.call(operation, path={"uuid": release}), 202, 200)
        if state == "taken_down":
            wares.work(case, release, "finish_takedown")
        return release
    release = wares.make_approved(case, "spotify")
    for event in _WAY[state]:
        if event == "submit":
            wares.deliver(case, release)
        else:
            wares.work(case, release, event)
    return release


def _fire(case: Case, release: str, move: Move) -> Answer:
    if move.event == "request_update":
        return case.call("redeliverRelease", path={"uuid": release})
    operation = "deliverReleaseToDsp" if move.event == "submit" else "purgeReleaseFromDsp"
    return case.call(operation, path={"uuid": release, "dsp_slug": "spotify"})


ROW = Machine("delivery", _make, _fire, lambda case, release: str(states(case, release).get("spotify")))


def moves_of(event: str, *left_out: str) -> Any:
    """Return what gives the legal pairs of an event but for some states."""

    def moves(contract: Contract) -> list[Move]:
        found = find_moves(contract, ROW, legal=True)
        return [move for move in found if move.event == event and move.state not in left_out]

    return moves


def legal_event_moves_the_row(case: Case, move: Move) -> None:
    """A row goes to its next state from every state that allows it."""
    release = ROW.make(case, move.state)
    answer = ROW.fire(case, release, move)
    judge.status(answer, 202, 200)
    judge.equal(f"the row after {move.event} in {move.state}", move.target, ROW.state(case, release))


def taken_down_stays_taken_down(case: Case, operation: str) -> None:
    """A row that was taken down is not delivered, updated or taken down again."""
    release = _make(case, "taken_down")
    path = {"uuid": release, "dsp_slug": "spotify"} if "Dsp" in operation else {"uuid": release}
    answer = case.call(operation, path=path)
    judge.that(answer.status != 202 or not answer.items("/data/queued"), "something was queued", answer, received=202)
    judge.equal("the row", "taken_down", states(case, release).get("spotify"))


CHECKS = (
    check("TG-140", approval_makes_rows, needs=()),
    check("TG-141", blocked_dsps_are_skipped, needs=()),
    check("TG-141", legal_event_moves_the_row, each=moves_of("submit"), name="submit_works", needs=("control",)),
    check("TG-142", each_queued_dsp_is_announced),
    check("TG-142", single_delivery_is_announced),
    check("TG-143", no_dsps_are_refused),
    check("TG-144", blocked_dsp_is_refused, needs=()),
    check("TG-144", other_dsps_are_refused, needs=()),
    check("TG-145", worker_goes_step_by_step),
    check("TG-145", worker_keeps_time, required=False),
    check("TG-146", live_row_knows_its_place),
    check("TG-147", failed_row_says_why, each=("reject", "fail")),
    check("TG-148", redelivery_updates_live_rows),
    check("TG-148", redelivery_needs_a_live_release, needs=(), required=False),
    check("TG-149", redelivery_keeps_the_thread),
    check("TG-150", slugs_of_events_are_one_word, needs=("control", "webhooks")),
    check("TG-150", catalogue_of_events_is_in_one_word, needs=()),
    check("TG-151", delivery_answers_with_hyphens, needs=()),
)
