"""What leaves a provider: webhooks with their attempts, mails and messages."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.clock import now_of, short
from mockserver.control.house import House
from mockserver.control.instants import shown, tell
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.webhooks.outbox import OUTBOX, PENDING, headers_of
from mockserver.world import INBOX, World

_SHOWN = frozenset(
    "id provider event url state headers body created_at next_attempt_at attempts answers secret".split()
)


def list_deliveries(call: Call, house: House) -> Reply:
    """List the webhooks of a sandbox in the order in which they were queued."""
    event, state, provider = (call.query.get(name) for name in ("event", "state", "provider"))
    found = [
        (world, record)
        for world in house.visited(call.request.sandbox)
        if provider in (None, world.provider)
        for record in world.find(OUTBOX)
        if event in (None, record["event"]) and state in (None, record["state"])
    ]
    found.sort(key=lambda pair: str(pair[1]["created_at"]))
    return Reply(200, [show(house, world, record) for world, record in found])


def get_delivery(call: Call, house: House) -> Reply:
    """Show one webhook."""
    return Reply(200, show(house, *_find(house, call)))


def redeliver(call: Call, house: House) -> Reply:
    """Send one webhook again at once, true or spoilt."""
    world, record = _find(house, call)
    variant = (call.body or {}).get("variant", "same")
    house.timeline.redeliver(call.request.sandbox, world.provider, record["id"], variant)
    return Reply(200, show(house, *_find(house, call)))


def run_deliveries(call: Call, house: House) -> Reply:
    """Let everything happen that is due now."""
    name = call.request.sandbox
    effects = house.timeline.run_now(name)
    return Reply(200, {"now": shown(now_of(house.sandboxes.meta(name)["clock"])), "effects": tell(effects)})


def set_delivery_policy(call: Call, house: House) -> Reply:
    """Hold webhooks back, or let them go."""
    name = call.request.sandbox
    meta = house.sandboxes.change(name, paused=call.body["paused"])
    house.clockwork.wake(name)
    return Reply(200, {"paused": meta["paused"]})


def get_inbox(call: Call, house: House) -> Reply:
    """Show the mails and messages that a provider would have sent, the newest first."""
    world = house.enter(call.request.sandbox, call.path["provider"])
    to = call.query.get("to")
    found = [record for record in world.slice(INBOX, 0, world.count(INBOX), reverse=True) if to in (None, record["to"])]
    return Reply(200, [{**record, "at": short(record["at"])} for record in found])


def show(house: House, world: World, record: Record) -> dict[str, Any]:
    """Return a delivery without its secret; before the first attempt with the headers that it would carry now."""
    plan = house.flats[world.provider].webhooks
    headers = record.get("headers")
    if headers is None:
        headers = headers_of(plan, record, world.now) if plan is not None and record["state"] == PENDING else {}
    due = record["next_attempt_at"]
    return {
        "id": record["id"],
        "provider": world.provider,
        "event": record["event"],
        "url": record["url"],
        "state": record["state"],
        "headers": {name: str(value) for name, value in headers.items()},
        "body": record["body"],
        "created_at": short(record["created_at"]),
        "next_attempt_at": short(due) if due else None,
        "attempts": _attempts(record),
        **{name: value for name, value in record.items() if name not in _SHOWN},
    }


def _attempts(record: Record) -> list[dict[str, Any]]:
    """Return the attempts with what was answered. How long it took is real time, the one thing that never repeats."""
    answers = record.get("answers", [])
    bodies = [answer["body"] for answer in answers] + [None] * (len(record["attempts"]) - len(answers))
    pairs = zip(record["attempts"], bodies, strict=False)
    return [{**attempt, "at": short(attempt["at"]), "answer": body} for attempt, body in pairs]


def _find(house: House, call: Call) -> tuple[World, Record]:
    id = call.path["id"]
    for world in house.visited(call.request.sandbox):
        record = world.get(OUTBOX, id)
        if record is not None:
            return world, record
    raise Failure("not_found", f"There is no delivery {id[:80]!r} in this sandbox.")


OPERATIONS = {
    "listDeliveries": list_deliveries,
    "getDelivery": get_delivery,
    "redeliver": redeliver,
    "runDeliveries": run_deliveries,
    "setDeliveryPolicy": set_delivery_policy,
    "getInbox": get_inbox,
}
