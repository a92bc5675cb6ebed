"""Registers the receivers of outgoing webhooks."""

from __future__ import annotations

import ipaddress

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.og_records.events import TYPES
from mockserver.providers.og_records.explain import refuse_field
from mockserver.webhooks.targets import TargetRefused, check_url, network_of
from mockserver.world import World

_SECRET_LENGTH = 40


def create_webhook_endpoint(call: Call, world: World) -> Reply:
    """Register an address; its secret is shown this once (OG-148)."""
    url = call.body["url"]
    _check_address(url)
    endpoint = {
        "id": f"whe_{world.next_number('webhook endpoint'):04d}",
        "account": call.account,
        "url": url,
        "events": call.body.get("events") or list(TYPES),
        "secret": f"og_whsec_{world.token('webhook secret', _SECRET_LENGTH)}",
        "given_up": 0,
        "created_at": instant(world.now),
    }
    world.put("webhook_endpoints", endpoint)
    return Reply(201, {name: endpoint[name] for name in ("id", "url", "events", "secret")})


def _check_address(url: str) -> None:
    """Demand https, or plain http to this machine; addresses that nothing may be sent to are refused at once."""
    try:
        scheme, host, _, _ = check_url(url)
    except TargetRefused:
        raise refuse_field("wrong_format", "url", "This is no address that can be called.") from None
    network = _network(host)
    if network == "never":
        raise refuse_field("not_allowed", "url", "Nothing is sent to this address.")
    if scheme == "http" and network != "loopback":
        raise refuse_field("https_required", "url", "Use https; plain http is for the loopback address only.")


def _network(host: str) -> str | None:
    """Return the network of a host that is a number or localhost, None for a name."""
    if host.lower() == "localhost":
        return "loopback"
    try:
        return network_of(ipaddress.ip_address(host))
    except ValueError:
        return None


OPERATIONS: dict[str, OperationFunction] = {"createWebhookEndpoint": create_webhook_endpoint}
