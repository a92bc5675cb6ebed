"""OG-120 to OG-128: events that foreign senders bring, each with a proof of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import hooks, machines, signing, wares
from conformance.checks.og_records.refusing import refused
from conformance.checks.og_records.signing import HOOKS, Message, sign
from conformance.judge import NotTested
from conformance.properties import lifecycle

OTHERS = ("wise", "dsp-sync", "mailgun", "whapi")
_UNKNOWN = "conformance.unknown"
_UPDATED, _DELETED = "customer.subscription.updated", "customer.subscription.deleted"


def plan_of(case: Case, name: str = "free") -> str:
    """Return the plan that the list of keys shows for a principal's key."""
    id = case.account(name).get("key_id")
    answer = case.given(case.call("listApiKeys"), 200)
    found = [entry.get("plan") for entry in answer.items("/data") if entry.get("id") == id]
    if not found:
        raise NotTested(f"the list of keys does not show the key of {name!r}")
    return str(found[0])


def plan_event(case: Case, type: str, plan: str) -> dict[str, Any]:
    """Return a Stripe event about the plan of the first account."""
    return signing.stripe_event(case, type, account=str(case.account("full")["account"]), plan=plan)


@contextmanager
def without_effect(case: Case) -> Iterator[None]:
    """Judge that the block changes nothing that the control API counts, no plan, and sends nothing."""
    before = _seen(case)
    yield
    judge.equal("what is there afterwards", before, _seen(case))


def _seen(case: Case) -> dict[str, Any]:
    counts = case.control.get("/state/og_records")
    return {"counts": counts, "plan": plan_of(case), "deliveries": len(case.control.get("/deliveries"))}


def signed_event_is_taken(case: Case) -> None:
    """A rightly signed Stripe event is taken, and one about a subscription moves the account's plan."""
    with case.own_sandbox(world="empty") as inside:
        judge.equal("the plan before", "free", plan_of(inside))
        answer = sign(inside, "stripe", plan_event(inside, _UPDATED, "business")).send(inside)
        judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)
        judge.equal("the plan", "business", plan_of(inside))
        judge.equal("the plan of a sandbox key", "sandbox", plan_of(inside, "full"))


def several_signatures_may_stand(case: Case) -> None:
    """Of several v1 signatures any may fit, as while a secret is rolled."""
    message = sign(case, "stripe", signing.stripe_event(case))
    header = message.headers["Stripe-Signature"].replace(",v1=", f",v1={'0' * 64},v1=") + ",v0=none"
    answer = replace(message, headers={"Stripe-Signature": header}).send(case)
    judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)


def spoil(case: Case, hook: str, event: dict[str, Any], fault: str) -> Message:
    """Return an event with a fault in its proof of origin."""
    if fault == "wrong-secret":
        return signing.wrong_secret(case, hook, event)
    message = sign(case, hook, event)
    return message.unsigned() if fault == "unsigned" else message.altered()


def bad_signature_is_refused(case: Case, fault: str) -> None:
    """An altered body, a wrong secret and no signature are refused and have no effect."""
    with case.own_sandbox(world="empty") as inside:
        message = spoil(inside, "stripe", plan_event(inside, _UPDATED, "business"), fault)
        with without_effect(inside):
            refused(message.send(inside))


def other_scheme_is_refused(case: Case) -> None:
    """A signature under another scheme than v1 is none, even where its digits fit."""
    message = sign(case, "stripe", signing.stripe_event(case))
    header = message.headers["Stripe-Signature"].replace("v1=", "v0=")
    refused(replace(message, headers={"Stripe-Signature": header}).send(case))


def bare_header_is_refused(case: Case, header: str) -> None:
    """A signature header that is none is refused."""
    message = sign(case, "stripe", signing.stripe_event(case))
    refused(replace(message, headers={"Stripe-Signature": header}).send(case))


def old_event_is_refused(case: Case, age: int) -> None:
    """A rightly signed event that is older than five minutes is refused and has no effect."""
    with case.own_sandbox(world="empty") as inside:
        message = sign(inside, "stripe", plan_event(inside, _UPDATED, "business"), age=age)
        with without_effect(inside):
            refused(message.send(inside))


def late_event_is_taken(case: Case) -> None:
    """An event that took four minutes is still taken."""
    with case.own_sandbox(world="empty") as inside:
        answer = sign(inside, "stripe", plan_event(inside, _UPDATED, "business"), age=240).send(inside)
        judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)


def replayed_event_has_no_second_effect(case: Case, signed_anew: bool) -> None:
    """An event that comes again, byte for byte or signed anew, does nothing a second time."""
    with case.own_sandbox(world="empty") as inside:
        event = plan_event(inside, _UPDATED, "business")
        message = sign(inside, "stripe", event)
        judge.status(message.send(inside), 200)
        judge.status(sign(inside, "stripe", plan_event(inside, _DELETED, "business")).send(inside), 200)
        judge.equal("the plan after the end of the subscription", "free", plan_of(inside))
        if signed_anew:
            inside.control.advance("PT1H")
            message = sign(inside, "stripe", event)
        with without_effect(inside):
            message.send(inside)
        judge.equal("the plan after the replay", "free", plan_of(inside))


def replay_outside_the_window_is_refused(case: Case) -> None:
    """The very bytes of an accepted event are refused when they come again later."""
    with case.own_sandbox(world="empty") as inside:
        message = sign(inside, "stripe", signing.stripe_event(inside))
        judge.status(message.send(inside), 200)
        inside.control.advance("PT6M")
        with without_effect(inside):
            refused(message.send(inside))


def event_with_effect(case: Case, hook: str) -> tuple[dict[str, Any], str]:
    """Return an event of a sender that changes something, and the name of what it changes."""
    if hook == "stripe":
        return plan_event(case, _UPDATED, "business"), ""
    if hook == "wise":
        answer = wares.payout(case)
        return signing.wise_event(answer.at("/provider_reference"), "outgoing_payment_sent"), wares.id_of(answer)
    if hook == "dsp-sync":
        id = wares.bring(case, "submitted")
        return signing.dsp_event(case, id, "live"), id
    if hook == "mailgun":
        address = machines.invitation_in(case, "sent")
        return signing.mail_event(address, "complained"), address
    return signing.chat_event(case), ""


def repeated_event_is_acknowledged(case: Case, hook: str) -> None:
    """The same event sent twice is acknowledged twice; records and webhooks are as after one."""
    with hooks.listening(case, world="demo") as line:
        inside = line.case
        message = sign(inside, hook, event_with_effect(inside, hook)[0])
        first = message.send(inside)
        judge.that(first.is_success, "the event is refused", first, expected="2xx", received=first.status)
        told = len(line.parcels())
        with without_effect(inside):
            second = message.send(inside)
        judge.that(second.is_success, "the same again is refused", second, expected="2xx", received=second.status)
        judge.equal("the webhooks sent", told, len(line.parcels()))


def repeated_rejection_is_not_carried_out(case: Case) -> None:
    """A rejection that comes again after the release was handed in anew changes nothing."""
    id = wares.bring(case, "submitted")
    message = sign(case, "dsp-sync", signing.dsp_event(case, id, "rejected"))
    judge.status(message.send(case), 200)
    judge.equal("the status", "rejected", wares.status_of(case, id))
    case.given(wares.submit(case, id), 200)
    judge.status(message.send(case), 200)
    judge.equal("the status after the replay", "submitted", wares.status_of(case, id))


def known_delivery_moves_nothing_else(case: Case) -> None:
    """A delivery id of Wise's that is known has no second effect, not even on another payout."""
    first, second = (wares.payout(case) for _ in range(2))
    message = sign(case, "wise", signing.wise_event(first.at("/provider_reference"), "processing"))
    judge.status(message.send(case), 200)
    other = sign(case, "wise", signing.wise_event(second.at("/provider_reference"), "processing"))
    id = message.headers["X-Delivery-Id"]
    judge.status(replace(other, headers={**other.headers, "X-Delivery-Id": id}).send(case), 200)
    judge.equal("the first payout", "processing", machines.payout_state(case, wares.id_of(first)))
    judge.equal("the second payout", "requested", machines.payout_state(case, wares.id_of(second)))


def test_message_changes_nothing(case: Case) -> None:
    """What Wise sends to try a subscription out is acknowledged and changes nothing."""
    answer = wares.payout(case)
    message = sign(case, "wise", signing.wise_event(answer.at("/provider_reference"), "outgoing_payment_sent"))
    trial = replace(message, headers={**message.headers, "X-Test-Notification": "true"})
    judge.status(trial.send(case), 200)
    judge.equal("the payout", "requested", machines.payout_state(case, wares.id_of(answer)))


def proof_is_enough(case: Case, hook: str) -> None:
    """An event with its sender's proof needs no credential of the API, and a bad one does no harm."""
    for headers in ({}, {"X-API-Key": "conformance-no-such-key"}):
        message = sign(case, hook, plain_event(case, hook))
        answer = replace(message, headers={**message.headers, **headers}).send(case)
        judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)


def key_is_no_proof(case: Case, hook: str) -> None:
    """A key of the API does not stand in for the sender's proof."""
    refused(sign(case, hook, plain_event(case, hook)).unsigned().send(case, principal="full"))


def plain_event(case: Case, hook: str) -> dict[str, Any]:
    """Return an event of a sender that changes nothing."""
    if hook == "stripe":
        return signing.stripe_event(case)
    if hook == "wise":
        return signing.wise_event("999999999999", "processing")
    if hook == "dsp-sync":
        return signing.dsp_event(case, wares.NO_ID, "live")
    return signing.mail_event(wares.address(case), "delivered") if hook == "mailgun" else signing.chat_event(case)


def dsp_event_is_followed(case: Case) -> None:
    """ "live" for a release that was handed in shows in the release, and one webhook tells of it."""
    with hooks.listening(case, "release.status_changed") as line:
        id = wares.bring(line.case, "submitted")
        told = len(line.parcels())
        answer = sign(line.case, "dsp-sync", signing.dsp_event(line.case, id, "live")).send(line.case)
        judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)
        judge.equal("the status", "distributed", wares.status_of(line.case, id))
        data = {"release_id": id, "old_status": "submitted", "new_status": "distributed"}
        judge.equal("what the webhooks tell", [data], line.told()[told:])


def dsp_event_that_does_not_fit_changes_nothing(case: Case, move: lifecycle.Move) -> None:
    """A service's word that the release cannot follow is acknowledged and changes nothing."""
    id = wares.bring(case, move.state)
    event = signing.dsp_event(case, id, machines.DSP_STATUS[move.event])
    judge.status(sign(case, "dsp-sync", event).send(case), 200)
    judge.equal("the status", move.state, wares.status_of(case, id))


def bounce_ends_the_invitation(case: Case, kind: tuple[str, str]) -> None:
    """A bounce or complaint makes the invitation to its address undeliverable, and no other."""
    event, severity = kind
    address, other = machines.invitation_in(case, "sent"), machines.invitation_in(case, "sent")
    more = {"severity": severity} if severity else {}
    answer = sign(case, "mailgun", signing.mail_event(address, event, **more)).send(case)
    judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)
    expected = "sent" if severity == "temporary" else "undeliverable"
    judge.equal("the invitation", expected, machines.invitation_state(case, address))
    judge.equal("another invitation", "sent", machines.invitation_state(case, other))


def message_is_taken(case: Case) -> None:
    """An inbound WhatsApp message is taken."""
    for text in ("When is my release out?", "¿Cuándo? 🎧"):
        answer = sign(case, "whapi", signing.chat_event(case, text)).send(case)
        judge.that(answer.is_success, "the message is refused", answer, expected="2xx", received=answer.status)


def unproved_event_is_refused(case: Case, wanted: tuple[str, str]) -> None:
    """An event without proof, with a wrong one or for another body is refused and has no effect."""
    hook, fault = wanted
    with case.own_sandbox() as inside:
        event, _ = event_with_effect(inside, hook)
        message = spoil(inside, hook, event, fault)
        with without_effect(inside):
            refused(message.send(inside))


def old_proof_is_refused(case: Case, hook: str) -> None:
    """Where the proof has a time, one of an hour ago is refused and has no effect."""
    with case.own_sandbox() as inside:
        event, _ = event_with_effect(inside, hook)
        message = sign(inside, hook, event, age=3600)
        with without_effect(inside):
            refused(message.send(inside))


def two_times_are_refused(case: Case) -> None:
    """X-OG-Timestamp may repeat the time of the signature; another time is refused."""
    for apart in (0, 1, -3600):
        message = sign(case, "dsp-sync", plain_event(case, "dsp-sync"))
        stamp = int(message.headers["X-OG-Signature"].partition(",")[0].removeprefix("t=")) + apart
        answer = replace(message, headers={**message.headers, "X-OG-Timestamp": str(stamp)}).send(case)
        if apart:
            refused(answer)
        else:
            judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)


def unknown_event_is_acknowledged(case: Case, hook: str) -> None:
    """A signed event of an unknown kind is acknowledged, and nothing changes."""
    release = wares.bring(case, "submitted")
    event: dict[str, dict[str, Any]] = {
        "stripe": signing.stripe_event(case, _UNKNOWN),
        "wise": {"event_type": "conformance#unknown", "data": {"amount": 12.5}},
        "dsp-sync": signing.dsp_event(case, release, _UNKNOWN),
        "mailgun": signing.mail_event(wares.address(case), _UNKNOWN),
        "whapi": {"event": {"type": _UNKNOWN, "event": "post"}, "channel_id": "CONFORMANCE"},
    }
    plan = plan_of(case)
    answer: Answer = sign(case, hook, event[hook]).send(case)
    judge.that(answer.is_success, "the event is refused", answer, expected="2xx", received=answer.status)
    judge.equal("the release", "submitted", wares.status_of(case, release))
    judge.equal("the plan", plan, plan_of(case))


def _by_service(move: lifecycle.Move) -> bool:
    return move.event in machines.DSP_STATUS


_FAULTS = ("altered", "wrong-secret", "unsigned")
_CONTROLLED = ("inbound", "control", "clock")
CHECKS = (
    check("OG-120", signed_event_is_taken),
    check("OG-120", several_signatures_may_stand),
    check("OG-120", bad_signature_is_refused, each=_FAULTS),
    check("OG-120", bare_header_is_refused, each=("", "t=1", "v1=00", "garbage", "t=now,v1=00")),
    check("OG-120", other_scheme_is_refused),
    check("OG-121", old_event_is_refused, each=(301, 3600, 86400)),
    check("OG-121", late_event_is_taken),
    check("OG-121", replayed_event_has_no_second_effect, each=(False, True)),
    check("OG-121", replay_outside_the_window_is_refused),
    check("OG-122", repeated_event_is_acknowledged, each=tuple(HOOKS)),
    check("OG-122", repeated_rejection_is_not_carried_out),
    check("OG-122", known_delivery_moves_nothing_else),
    check("OG-123", proof_is_enough, each=tuple(HOOKS)),
    check("OG-123", key_is_no_proof, each=tuple(HOOKS)),
    check("OG-124", dsp_event_is_followed),
    lifecycle.legal_moves("OG-124", machines.RELEASE, _by_service),
    check(
        "OG-125",
        bounce_ends_the_invitation,
        each=(("failed", "permanent"), ("complained", ""), ("failed", "temporary")),
    ),
    lifecycle.legal_moves("OG-125", machines.INVITATION),
    check("OG-126", message_is_taken),
    check(
        "OG-127",
        unproved_event_is_refused,
        each=tuple((hook, fault) for hook in OTHERS for fault in _FAULTS if (hook, fault) != ("whapi", "altered")),
        needs=_CONTROLLED,
    ),
    check("OG-127", old_proof_is_refused, each=("dsp-sync", "mailgun"), needs=_CONTROLLED, required=False),
    check("OG-127", two_times_are_refused, needs=("inbound", "control"), required=False),
    check("OG-128", test_message_changes_nothing),
    check("OG-128", unknown_event_is_acknowledged, each=tuple(HOOKS), needs=_CONTROLLED),
    check(
        "OG-128",
        dsp_event_that_does_not_fit_changes_nothing,
        each=lambda contract: [
            move for move in lifecycle.find_moves(contract, machines.RELEASE, False) if _by_service(move)
        ],
        needs=_CONTROLLED,
    ),
)
