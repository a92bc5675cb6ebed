"""Webhooks that others send to a provider: signed, spoilt, late or repeated, and sent through the front door."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.control.house import House
from mockserver.control.tolerance import tolerating
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Body, Reply, Request
from mockserver.provider import Provider
from mockserver.world import World

# The last message that a hook accepted, by hook: what a replay repeats.
_ACCEPTED = "@inbound"


def send_inbound(call: Call, house: House) -> Reply:
    """Play the foreign sender: build one message, send it, tell what was sent and what was answered."""
    flat = house.flat(call.path["provider"])
    hook = call.path["hook"]
    if hook not in flat.inbound:
        known = ", ".join(flat.inbound) or "none"
        raise Failure("not_found", f"{flat.name} has no inbound hook {hook[:80]!r}; there are: {known}.")
    world = house.enter(call.request.sandbox, flat.name)
    sent = _message(flat, hook, call.body or {}, house, world)
    answer = house.ask(_request(call, house, flat, sent))
    if answer is not None and 200 <= answer.status < 300:
        with house.change(world):
            world.put(_ACCEPTED, {"id": hook, **sent})
    answered = None if answer is None else {"status": answer.status, "body": _text(answer.payload)}
    return Reply(200, {"sent": sent, "answered": answered})


def _message(flat: Provider, hook: str, order: Record, house: House, world: World) -> Record:
    """Return method, path, headers and body to send. A builder answers None for what is a repetition of the last."""
    wish = {"payload": order.get("payload"), "variant": order.get("variant", "valid")}
    try:
        with house.change(world), tolerating("This payload"):
            built = flat.inbound[hook](world, wish)
    except Failure as failure:
        kind = failure.kind if failure.kind == "nothing_to_replay" else "invalid"
        raise Failure(kind, failure.detail or failure.kind, problems=failure.problems) from None
    if built is not None:
        body = built["body"]
        headers = {name: str(value) for name, value in built["headers"].items()}
        return {**built, "headers": headers, "body": body if isinstance(body, str) else _text(body)}
    known = world.get(_ACCEPTED, hook)
    if known is None:
        text = f"The hook {hook} has accepted no message in this sandbox yet, so there is none to repeat."
        raise Failure("nothing_to_replay", text)
    return {name: value for name, value in known.items() if name != "id"}


def _request(call: Call, house: House, flat: Provider, sent: Record) -> Request:
    path, _, query = sent["path"].partition("?")
    data = sent["body"].encode("utf-8", "surrogatepass")
    return Request(
        id=house.sandboxes.next_request_id(call.request.sandbox),
        method=sent["method"],
        path=path,
        query=query,
        headers={name.lower(): value for name, value in sent["headers"].items()},
        body=Body(None, len(data), data),
        client=call.request.client,
        sandbox=call.request.sandbox,
        provider=flat.name,
        base_url=f"{call.base_url}/{flat.name}",
    )


def _text(data: Any) -> str:
    return bytes(data).decode("utf-8", "replace")


OPERATIONS = {
    "sendInbound": send_inbound,
}
