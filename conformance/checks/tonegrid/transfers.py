"""TG-159 to TG-168: handing releases over to another account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.properties.readback import unchanged

RECEIVER = "second-account"
_ANSWERS = {"accepted": "acceptTransfer", "declined": "declineTransfer"}


def offer(case: Case, *releases: str, **members: Any) -> Answer:
    """Send POST /transfers to the second account; without releases it offers the whole catalog."""
    body: dict[str, Any] = {"to_account_uuid": case.fact("receivers")[0], **members}
    if releases:
        body["releases"] = list(releases)
    return case.call("createTransfer", json=body)


def make(case: Case, *releases: str) -> str:
    """Offer releases as a precondition and return the transfer's UUID."""
    return wares.identity(case.given(offer(case, *releases), 201), "/transfer/uuid")


def read(case: Case, transfer: str, principal: str = "full") -> Answer:
    """Send GET /transfers/{uuid}."""
    return case.call("getTransfer", path={"uuid": transfer}, principal=principal)


def answered(case: Case, transfer: str, status: str, principal: str = RECEIVER) -> Answer:
    """Accept or decline."""
    return case.call(_ANSWERS[status], path={"uuid": transfer}, principal=principal)


def _status(case: Case, transfer: str) -> Any:
    return read(case, transfer).at("/transfer/status")


def _instant(answer: Answer, name: str) -> datetime:
    return datetime.fromisoformat(str(answer.at(f"/transfer/{name}")).replace("Z", "+00:00"))


def offer_stands_for_three_days(case: Case) -> None:
    """A new transfer is pending and expires 72 hours after its creation."""
    answer = offer(case, wares.make_release(case), message="Please accept.")
    judge.status(answer, 201)
    again = read(case, str(answer.at("/transfer/uuid")))
    judge.status(again, 200)
    for shown in (answer, again):
        judge.equal("status", "pending", shown.at("/transfer/status"), shown)
        hours = (_instant(shown, "expires_at") - _instant(shown, "created_at")).total_seconds() / 3600
        judge.equal("hours until it expires", 72.0, hours, shown)
    judge.equal("message", "Please accept.", again.at("/transfer/message"), again)


def offer_expires(case: Case) -> None:
    """Until its 72 hours are over a transfer can be accepted; afterwards it is expired, and nothing moves."""
    with case.own_sandbox(world="empty") as inside:
        early, late = wares.make_release(inside), wares.make_release(inside)
        first, second = make(inside, early), make(inside, late)
        inside.control.advance("PT71H59M59S")
        judge.status(answered(inside, first, "accepted"), 200)
        inside.control.advance("PT2S")
        judge.equal("status", "expired", _status(inside, second))
        for status in _ANSWERS:
            wares.refused(answered(inside, second, status), 409)
        judge.equal("status", "expired", _status(inside, second))
        judge.status(wares.read(inside, late), 200)
        judge.status(wares.read(inside, late, RECEIVER), 404)


def whole_catalog_is_offered(case: Case) -> None:
    """Without a list of releases the transfer holds all of them."""
    with case.own_sandbox(world="empty") as inside:
        mine = [wares.make_release(inside) for _ in range(3)]
        answer = offer(inside)
        judge.status(answer, 201)
        judge.equal("release_count", 3, answer.at("/transfer/release_count"), answer)
        again = read(inside, str(answer.at("/transfer/uuid")))
        shown = sorted(str(entry.get("uuid")) for entry in again.items("/transfer/releases"))
        judge.equal("the releases", sorted(mine), shown, again)
        judge.status(answered(inside, str(answer.at("/transfer/uuid")), "accepted"), 200)
        left = inside.call("listReleases")
        judge.equal("the sender's releases", 0, left.at("/total"), left)


def receiver_is_needed(case: Case, account: Any) -> None:
    """Without a receiving account there is no transfer."""
    body = {"releases": [wares.make_release(case)]}
    if account is not None:
        body["to_account_uuid"] = account
    wares.invalid(case.call("createTransfer", json=body), "to_account_uuid")


def accepting_moves_everything(case: Case) -> None:
    """Accepting hands every release of the transfer over at once: gone for the sender, there for the receiver."""
    moving, staying = [wares.make_complete(case), wares.make_release(case)], wares.make_release(case)
    transfer = make(case, *moving)
    for release in moving:
        judge.status(wares.read(case, release, RECEIVER), 404)
    judge.status(answered(case, transfer, "accepted"), 200)
    for release in moving:
        case.ledger.forget(f"releases/{release}")
        wares.refused(wares.read(case, release), 404, "Release not found.")
        judge.status(wares.read(case, release, RECEIVER), 200)
    tracks = case.call("listReleaseTracks", path={"uuid": moving[0]}, principal=RECEIVER)
    judge.equal("the number of tracks that came along", 1, len(tracks.items("/tracks")), tracks)
    judge.status(wares.read(case, staying), 200)
    judge.equal("status", "accepted", read(case, transfer, RECEIVER).at("/transfer/status"))


def sender_cannot_answer(case: Case, status: str) -> None:
    """The sender can neither accept nor decline its own offer."""
    release = wares.make_release(case)
    transfer = make(case, release)
    with unchanged(lambda: read(case, transfer), "/transfer", "the transfer"):
        wares.refused(answered(case, transfer, status, "full"), 403)
    judge.status(wares.read(case, release), 200)


def third_party_cannot_accept(case: Case) -> None:
    """An account that is neither sender nor receiver can do nothing with a transfer."""
    if "platform" not in case.session.client.wire.credentials:
        raise judge.NotTested("no credentials of a third account are known")
    release = wares.make_release(case)
    transfer = make(case, release)
    answer = answered(case, transfer, "accepted", "platform")
    judge.that(answer.status in (403, 404), "it is not refused", answer, expected="403 or 404", received=answer.status)
    judge.equal("status", "pending", _status(case, transfer))
    judge.status(wares.read(case, release), 200)


def acceptance_counts(case: Case, count: int) -> None:
    """The message of an acceptance tells how many releases came over, and so did the transfer."""
    releases = [wares.make_release(case) for _ in range(count)]
    created = case.given(offer(case, *releases), 201)
    judge.equal("release_count", count, created.at("/transfer/release_count"), created)
    answer = answered(case, str(created.at("/transfer/uuid")), "accepted")
    judge.status(answer, 200)
    for release in releases:
        case.ledger.forget(f"releases/{release}")
    expected = f"Transfer accepted. {count} release(s) transferred to your account."
    judge.equal("message", expected, answer.at("/message"), answer)


def decline_is_final(case: Case) -> None:
    """A declined transfer stays declined, and nothing moves."""
    release = wares.make_release(case)
    transfer = make(case, release)
    answer = answered(case, transfer, "declined")
    judge.status(answer, 200)
    judge.equal("message", "Transfer declined.", answer.at("/message"), answer)
    for status in _ANSWERS:
        wares.refused(answered(case, transfer, status), 409)
    judge.equal("status", "declined", _status(case, transfer))
    judge.status(wares.read(case, release), 200)
    judge.status(wares.read(case, release, RECEIVER), 404)


def acceptance_is_final(case: Case) -> None:
    """An accepted transfer can be neither accepted nor declined again."""
    transfer = make(case, wares.make_release(case))
    case.given(answered(case, transfer, "accepted"), 200)
    for status in _ANSWERS:
        wares.refused(answered(case, transfer, status), 409)


def _listed(case: Case, principal: str, **query: Any) -> tuple[set[str], Answer]:
    answer = case.call("listTransfers", query={**query, "per_page": 100}, principal=principal)
    judge.status(answer, 200)
    return {str(entry.get("uuid")) for entry in answer.items("/data")}, answer


def direction_filters(case: Case) -> None:
    """A transfer is sent for one account and received for the other, and both see it without a filter."""
    transfer = make(case, wares.make_release(case))
    for principal, direction in (("full", "sent"), (RECEIVER, "received")):
        other = "received" if direction == "sent" else "sent"
        for query, visible in (({}, True), ({"direction": direction}, True), ({"direction": other}, False)):
            found, answer = _listed(case, principal, **query)
            judge.equal(f"whether {principal} sees it with {query}", visible, transfer in found, answer)


def status_filters(case: Case) -> None:
    """The four states filter the list."""
    with case.own_sandbox(world="empty") as inside:
        made = {"expired": make(inside, wares.make_release(inside))}
        inside.control.advance("P4D")
        for status in _ANSWERS:
            made[status] = make(inside, wares.make_release(inside))
            inside.given(answered(inside, made[status], status), 200)
        made["pending"] = make(inside, wares.make_release(inside))
        for status, transfer in made.items():
            found, answer = _listed(inside, "full", status=status)
            judge.equal(f"the transfers that are {status}", [transfer], sorted(found), answer)


def other_filters_are_refused(case: Case, query: tuple[str, str]) -> None:
    """A direction or a status that does not exist is refused."""
    wares.is_refused(case.call("listTransfers", query=dict([query])))


def foreign_release_cannot_be_offered(case: Case) -> None:
    """A release of another account cannot be offered, not even among own ones."""
    foreign = wares.make_release(case, RECEIVER)
    for releases in ((foreign,), (wares.make_release(case), foreign), (wares.NO_ID,)):
        wares.refused(offer(case, *releases), 404, "Release not found.")
    judge.status(wares.read(case, foreign, RECEIVER), 200)


def deliveries_stay_live(case: Case) -> None:
    """What was live for the sender is live for the receiver, with the store's own id and address."""
    release = wares.make_live(case, "spotify")
    before = wares.rows(case, release)["spotify"]
    transfer = make(case, release)
    case.given(answered(case, transfer, "accepted"), 200)
    after = wares.rows(case, release, RECEIVER)["spotify"]
    judge.equal("status", "live", after.get("status"))
    for name in ("dsp_release_id", "live_url", "live_at"):
        judge.equal(name, before.get(name), after.get(name))
    judge.equal("the release's status", "live", wares.read(case, release, RECEIVER).at("/release/status"))
    judge.status(case.call("listDdexDeliveries", path={"uuid": release}), 404)


CHECKS = (
    check("TG-159", offer_stands_for_three_days, needs=(RECEIVER,)),
    check("TG-159", offer_expires),
    check("TG-160", whole_catalog_is_offered, needs=(RECEIVER, "control")),
    check("TG-161", receiver_is_needed, each=(None, "", "nobody", 1)),
    check("TG-162", accepting_moves_everything),
    check("TG-162", sender_cannot_answer, each=("accepted",)),
    check("TG-162", third_party_cannot_accept, required=False),
    check("TG-163", acceptance_counts, each=(1, 3)),
    check("TG-164", decline_is_final),
    check("TG-164", acceptance_is_final),
    check("TG-165", direction_filters),
    check("TG-165", status_filters, needs=(RECEIVER, "clock")),
    check("TG-165", other_filters_are_refused, each=(("direction", "sideways"), ("status", "lost"))),
    check("TG-166", foreign_release_cannot_be_offered),
    check("TG-168", deliveries_stay_live),
)
