"""Credentials: the ready-made ones, and more of them."""

from __future__ import annotations

from typing import Any

from mockserver.auth.credentials import CREDENTIALS
from mockserver.call import Call
from mockserver.clock import instant, parse_instant, short
from mockserver.control.errors import invalid
from mockserver.control.house import House
from mockserver.control.tolerance import tolerating
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.exports import shown_value
from mockserver.provider import Provider

_SHOWN = ("name", "kind", "header", "value", "scopes", "account", "note")
_HIDDEN = ("revoked_at",)


def list_credentials(call: Call, house: House) -> Reply:
    """List a provider's credentials in the order in which they were made."""
    flat = house.flat(call.path["provider"])
    world = house.enter(call.request.sandbox, flat.name)
    return Reply(200, [show(record, flat) for record in world.find(CREDENTIALS)])


def mint_credential(call: Call, house: House) -> Reply:
    """Make one more; whatever the provider refuses about the wish is 422."""
    flat = house.flat(call.path["provider"])
    wish = dict(call.body)
    if "expires_at" in wish:
        try:
            wish["expires_at"] = instant(parse_instant(wish["expires_at"]))
        except ValueError as error:
            raise invalid("/expires_at", str(error), got=wish["expires_at"]) from None
    world = house.enter(call.request.sandbox, flat.name)
    try:
        with house.change(world), tolerating("this wish"):
            record = flat.mint(world, wish)
    except Failure as failure:
        text = failure.detail or failure.kind
        raise Failure("invalid_wish", text, problems=failure.problems) from None
    return Reply(201, show(record, flat))


def show(record: Record, flat: Provider) -> dict[str, Any]:
    """Return a credential as it is to be sent: the whole value of its header, None for what it has not."""
    has_scopes = bool(record["scopes"]) or any(operation.scopes for operation in flat.book.operations.values())
    known = {
        "name": record["name"],
        "kind": record["kind"],
        "header": record["header"] or None,
        "value": shown_value(record) or None,
        "scopes": list(record["scopes"]) if has_scopes else None,
        "account": record["account"] or None,
        "note": record["note"] or None,
    }
    rest = {name: value for name, value in record.items() if name not in _SHOWN + _HIDDEN}
    rest["expires_at"] = short(record["expires_at"]) if record["expires_at"] else None
    return {**known, **rest}


OPERATIONS = {
    "listCredentials": list_credentials,
    "mintCredential": mint_credential,
}
