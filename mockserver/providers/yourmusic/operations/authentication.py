"""Client tokens of a tenant's back office, and the device tokens that it issues for its users."""

from __future__ import annotations

from mockserver.auth.credentials import is_alive
from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.minting import CLIENTS
from mockserver.providers.yourmusic.tokens import CLIENT_LIFE, DEVICE_LIFE, issue_signed
from mockserver.world import World


def issue_client_token(call: Call, world: World) -> Reply:
    """Trade a client's id and secret for a token that names its tenant (YM-004)."""
    entry = world.get(CLIENTS, call.body["client_id"])
    client = world.get("credentials", entry["credential"]) if entry else None
    if client is None or client["client_secret"] != call.body["client_secret"] or not is_alive(world, client):
        raise Failure("unauthenticated", "Unknown client or wrong secret.")
    owner = {"client_id": client["client_id"], "tenant": client["account"]}
    text, _ = issue_signed(world, "client_token", owner, **owner)
    body = {"access_token": text, "token_type": "Bearer", "expires_in": int(CLIENT_LIFE.total_seconds())}
    return Reply(200, body, headers={"Cache-Control": "no-store"})


def issue_user_device_token(call: Call, world: World) -> Reply:
    """Issue a token for a user on one device (YM-012, YM-013)."""
    user, device_id = call.found, call.body["deviceId"]
    claims = {"sub": user["id"], "tenant": user["tenant"], "deviceId": device_id}
    text, _ = issue_signed(world, "device_token", claims, user_id=user["id"], device_id=device_id)
    return Reply(200, {"token_type": "Bearer", "expires_in": int(DEVICE_LIFE.total_seconds()), "token": text})


OPERATIONS: dict[str, OperationFunction] = {
    "issueClientToken": issue_client_token,
    "issueUserDeviceToken": issue_user_device_token,
}
