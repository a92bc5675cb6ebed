"""Audit log and API keys."""

from __future__ import annotations

import ipaddress
from typing import Any

from mockserver.auth.credentials import CREDENTIALS
from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import audit
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.finding import api_key_of
from mockserver.providers.tonegrid.lists import Whole, listed
from mockserver.world import World

_SHOWN_OF_KEY = 12


def list_audit_log(call: Call, world: World) -> Reply:
    """List what was done in the tenant, by actor and action."""
    wanted = {name: call.query[name] for name in ("actor", "action_type") if call.query.get(name)}
    found = audit.entries_of(world, call.account)
    fitting = [entry for entry in found if all(entry[name] == value for name, value in wanted.items())]
    return listed(call, Whole(fitting), audit.print_entry)


def update_api_key(call: Call, world: World) -> Reply:
    """Set from which networks a key works (L1364)."""
    key = api_key_of(call, world)
    if "ip_allowlist" in call.body:
        networks = call.body["ip_allowlist"] or []
        for place, network in enumerate(networks):
            _check_network(network, f"ip_allowlist.{place}")
        key["ip_allowlist"] = networks
        world.put(CREDENTIALS, key)
    return Reply(200, {"success": True, "message": "API key updated.", "data": _print_key(key)})


def _check_network(text: str, field: str) -> None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise wrong_fields(**{field: f"The {field} must be a network in CIDR notation."}) from None


def _print_key(key: Record) -> dict[str, Any]:
    return {
        "id": key["id"],
        "name": key["name"],
        "key_prefix": key["value"][:_SHOWN_OF_KEY],
        "scopes": key["scopes"],
        "ip_allowlist": key["ip_allowlist"],
        "expires_at": shown(key["expires_at"]),
        "revoked_at": shown(key["revoked_at"]),
        "created_at": shown(key["created_at"]),
    }


OPERATIONS = {"listAuditLog": list_audit_log, "updateApiKey": update_api_key}
