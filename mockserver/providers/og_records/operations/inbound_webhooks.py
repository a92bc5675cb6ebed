"""Takes the events of other companies' systems; each has one effect, however often it comes."""

from __future__ import annotations

import hashlib
from typing import Any

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.og_records.keys import move_production_keys
from mockserver.providers.og_records.plans import PRODUCTION
from mockserver.providers.og_records.senders import is_new, keep_accepted
from mockserver.world import World

_SUBSCRIBED = ("customer.subscription.created", "customer.subscription.updated")
_UNSUBSCRIBED = "customer.subscription.deleted"
_WISE_EVENTS = {
    "processing": "wise_processing",
    "funds_converted": "wise_processing",
    "outgoing_payment_sent": "wise_sent",
    "cancelled": "wise_cancelled",
    "funds_refunded": "wise_returned",
    "bounced_back": "wise_returned",
    "charged_back": "wise_returned",
}
_DSP_EVENTS = {
    "delivered": "dsp_delivered",
    "live": "dsp_live",
    "rejected": "dsp_rejected",
    "taken_down": "dsp_taken_down",
}
_MAILGUN_EVENTS = {"failed": "bounce", "complained": "complain"}


def receive_stripe_webhook(call: Call, world: World) -> Reply:
    """Keep a Stripe event; one about a subscription moves its account's production keys (OG-120 to OG-122)."""
    event = call.body
    if is_new(world, "stripe", event["id"], type=event["type"]):
        _follow_subscription(world, event)
    return _taken(call, world)


def _follow_subscription(world: World, event: Record) -> None:
    subscription = event["data"]["object"]
    wish = subscription.get("metadata")
    account = wish.get("account") if isinstance(wish, dict) else None
    if not isinstance(account, str) or world.get("accounts", account) is None:
        return
    plan: Any = None
    if event["type"] in _SUBSCRIBED and subscription.get("status") == "active":
        plan = wish.get("plan")
    elif event["type"] == _UNSUBSCRIBED:
        plan = "free"
    if plan in PRODUCTION:
        moved = move_production_keys(world, account, plan)
        world.note("plan", "account", account, f"{plan}; {moved} production keys moved")


def receive_wise_webhook(call: Call, world: World) -> Reply:
    """Let the payout that a transfer belongs to follow its state (OG-101)."""
    event, headers = call.body, call.headers
    raw = call.request.body.seen or b""
    delivery = headers.get("X-Delivery-Id") or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    is_test = str(headers.get("X-Test-Notification", "")).lower() == "true"
    is_first = not is_test and is_new(world, "wise", delivery, type=event["event_type"])
    if is_first and event["event_type"] == "transfers#state-change":
        _follow_transfer(world, event["data"])
    return _taken(call, world)


def _follow_transfer(world: World, change: Record) -> None:
    reference, wanted = str(change["resource"]["id"]), _WISE_EVENTS.get(change["current_state"])
    for payout in world.slice_by("payouts", "provider_reference", reference):
        if wanted and is_possible(world, "payout", payout, wanted):
            world.fire("payout", payout["id"], wanted)


def receive_dsp_sync_webhook(call: Call, world: World) -> Reply:
    """Let a release follow what a DSP says of it (OG-124)."""
    event = call.body
    if is_new(world, "dsp-sync", event["event_id"], type=event["status"]):
        release = world.get("releases", event["release_id"])
        if release is not None:
            _follow_dsp(world, release, event)
    return _taken(call, world)


def _follow_dsp(world: World, release: Record, event: Record) -> None:
    release["dsp_statuses"] = {**release.get("dsp_statuses", {}), event["dsp"]: event["status"]}
    world.put("releases", release)
    wanted = _DSP_EVENTS.get(event["status"])
    if wanted and is_possible(world, "release", release, wanted):
        world.fire("release", release["id"], wanted)


def receive_mailgun_webhook(call: Call, world: World) -> Reply:
    """Mark the invitations to an address that bounced or complained (OG-125)."""
    proof, event = call.body["signature"], call.body["event-data"]
    if is_new(world, "mailgun", proof["token"], type=event["event"]):
        wanted = _MAILGUN_EVENTS.get(event["event"])
        if wanted == "bounce" and event.get("severity") == "temporary":
            wanted = None
        for invitation in world.slice_by("invitations", "email_key", event["recipient"].casefold()):
            if wanted and is_possible(world, "invitation", invitation, wanted):
                world.fire("invitation", invitation["id"], wanted, reason=event["event"])
    return _taken(call, world)


def receive_whapi_webhook(call: Call, world: World) -> Reply:
    """Keep each inbound message once, by its id (OG-126)."""
    body = call.body
    if body.get("event", {}).get("type", "messages") == "messages":
        for message in body.get("messages", []):
            if is_new(world, "whapi", message["id"], type="messages"):
                text = message.get("text", {}).get("body")
                kept = {"id": message["id"], "from": message["from"], "text": text, "channel": body.get("channel_id")}
                world.put("whatsapp_messages", kept)
    return _taken(call, world)


def is_possible(world: World, machine: str, record: Record, event: str) -> bool:
    """Say whether a record can follow an event; what comes too late or twice is acknowledged without effect."""
    lifecycle = world.book.lifecycles[machine]
    return lifecycle.find(record[lifecycle.field], event) is not None


def _taken(call: Call, world: World) -> Reply:
    keep_accepted(world, call)
    return Reply(200, {"received": True})


OPERATIONS: dict[str, OperationFunction] = {
    "receiveStripeWebhook": receive_stripe_webhook,
    "receiveWiseWebhook": receive_wise_webhook,
    "receiveDspSyncWebhook": receive_dsp_sync_webhook,
    "receiveMailgunWebhook": receive_mailgun_webhook,
    "receiveWhapiWebhook": receive_whapi_webhook,
}
