"""The account's API keys and the secrets that sign its webhooks."""

from __future__ import annotations

from mockserver.auth.credentials import CREDENTIALS, is_alive
from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.world import World

_SHOWN_CHARACTERS = 9


def list_api_keys(call: Call, world: World) -> Reply:
    """List the living keys of the account by id and first characters."""
    own = world.slice_by(CREDENTIALS, "account", call.account)
    rows = [
        {"id": record["id"], "prefix": record["value"][:_SHOWN_CHARACTERS]}
        for record in own
        if record["kind"] == "api_key" and is_alive(world, record)
    ]
    return Reply(200, {"keys": rows})


def get_webhook_signing_secret(call: Call, world: World) -> Reply:
    """Return the secret of one key of the account (GARD-211)."""
    record = world.get(CREDENTIALS, call.path["id"])
    if record is None or record["account"] != call.account or record["kind"] != "api_key":
        raise Failure("not_found", f"There is no key {call.path['id'][:80]} in your account.", msg="Key not found")
    return Reply(200, {"id": record["id"], "webhook_signing_secret": record["webhook_signing_secret"]})


OPERATIONS: dict[str, OperationFunction] = {
    "listApiKeys": list_api_keys,
    "getWebhookSigningSecret": get_webhook_signing_secret,
}
