"""Subscriptions to signed events and their delivery log."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog, events, subscriptions
from mockserver.providers.tonegrid.finding import webhook_of
from mockserver.providers.tonegrid.lists import Whole, listed
from mockserver.world import World


def list_webhook_event_types(call: Call, world: World) -> Reply:
    """List every event and some patterns (L1066-1093)."""
    data = {"events": list(events.catalogue()), "wildcards": events.WILDCARDS}
    return Reply(200, {"success": True, "data": data})


def create_webhook(call: Call, world: World) -> Reply:
    """Subscribe; the only answer that shows the secret (L1094-1116)."""
    events.check_patterns(call.body["events"])
    subscriptions.check_room(world, call.account)
    hook = subscriptions.make_webhook(world, call.account, call.body)
    shown = subscriptions.print_webhook(hook)
    text = "Webhook created. Store the secret now — it will not be shown again."
    return Reply(201, {"success": True, "message": text, "data": {**shown, "secret": hook["secret"]}})


def update_webhook(call: Call, world: World) -> Reply:
    """Change the members that are sent; a previous secret adds a second signature (C-35)."""
    hook = webhook_of(call, world)
    if "events" in call.body:
        events.check_patterns(call.body["events"])
    if call.body.get("is_active") and not hook["is_active"]:
        subscriptions.check_room(world, call.account)
    names = ("name", "url", "events", "description", "is_active", "previous_secret")
    hook |= {name: call.body[name] for name in names if name in call.body}
    catalog.touch(world, events.WEBHOOKS, hook)
    subscriptions.renew_waiting(world, hook)
    data = subscriptions.print_webhook(hook)
    return Reply(200, {"success": True, "message": "Webhook updated.", "data": data})


def rotate_webhook_secret(call: Call, world: World) -> Reply:
    """Replace the secret; the old one is dead at once (L1115)."""
    hook = {**webhook_of(call, world), "secret": subscriptions.new_secret(world), "previous_secret": None}
    catalog.touch(world, events.WEBHOOKS, hook)
    subscriptions.renew_waiting(world, hook)
    data = {"uuid": hook["id"], "secret": hook["secret"], "secret_prefix": subscriptions.secret_prefix(hook)}
    text = "Secret rotated. Store the new secret now — it will not be shown again."
    return Reply(200, {"success": True, "message": text, "data": data})


def test_webhook(call: Call, world: World) -> Reply:
    """Queue webhook.test, if the subscription wants it by name or by the lone star (L1112)."""
    hook = webhook_of(call, world)
    data: dict[str, Any] = {"event": events.TEST, "event_id": None, "queued": False}
    if hook["is_active"] and (events.TEST in hook["events"] or "*" in hook["events"]):
        event_id = events.new_event_id(world)
        events.queue(world, hook, events.TEST, event_id, {"webhook_id": hook["id"], "message": "This is a test."})
        data |= {"event_id": event_id, "queued": True}
    text = "Test event queued." if data["queued"] else "The subscription does not want webhook.test."
    return Reply(202, {"success": True, "message": text, "data": data})


def list_webhook_deliveries(call: Call, world: World) -> Reply:
    """List every attempt to deliver something to a subscription, the newest first."""
    source = Whole(subscriptions.attempts_of(world, webhook_of(call, world)))
    return listed(call, source, subscriptions.print_attempt)


OPERATIONS = {
    "listWebhookEventTypes": list_webhook_event_types,
    "createWebhook": create_webhook,
    "updateWebhook": update_webhook,
    "rotateWebhookSecret": rotate_webhook_secret,
    "testWebhook": test_webhook,
    "listWebhookDeliveries": list_webhook_deliveries,
}
