"""Sign in by a one-time code: send, verify, complete onboarding, prolong and end the session."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.codes import send_code, try_code
from mockserver.providers.yourmusic.errors import refuse
from mockserver.providers.yourmusic.people import USERS, create_user, require_tenant, user_at
from mockserver.providers.yourmusic.sessions import SESSIONS, hand_out_tokens, open_session
from mockserver.providers.yourmusic.tokens import ONBOARDING_LIFE, find_opaque, issue_opaque
from mockserver.world import World

_SENT = "If that email address is valid, a verification code has been sent."
_DEFAULT_LOCALE = "en"


def send_otp(call: Call, world: World) -> Reply:
    """Send a code and say nothing about the address (YM-040)."""
    tenant = require_tenant(world, call.body["tenant"])
    send_code(world, tenant, call.body["email"], call.body.get("locale", _DEFAULT_LOCALE))
    return Reply(200, {"message": _SENT})


def authenticate_otp(call: Call, world: World) -> Reply:
    """Spend a code: a session for a user of the tenant, an onboarding token for anybody else (YM-052, YM-053)."""
    body = call.body
    tenant = require_tenant(world, body["tenant"])["id"]
    refusal = try_code(world, tenant, body["email"], body["code"])
    if refusal is not None:
        world.note("refused", "one_time_code", body["email"], refusal.kind)
        return refuse(refusal, call.request, call.operation)  # not raised: the try must stay counted
    user = user_at(world, tenant, body["email"])
    if user is not None:
        return Reply(200, open_session(world, user, body["device_id"]))
    text, _ = issue_opaque(world, "onboarding_token", tenant=tenant, email=body["email"], device_id=body["device_id"])
    expires_in = int(ONBOARDING_LIFE.total_seconds())
    return Reply(200, {"onboarding_token": text, "onboarding_required": True, "expires_in": expires_in})


def complete_onboarding(call: Call, world: World) -> Reply:
    """Spend an onboarding token; a user who has come to exist meanwhile stays as it is (YM-056, YM-059)."""
    token = find_opaque(world, "onboarding_token", call.body["onboarding_token"])
    if token is None:
        raise Failure("onboarding_token_refused", "There is no such onboarding token.")
    world.fire("onboarding_token", token["id"], "spend")
    user = user_at(world, token["tenant"], token["email"])
    if user is None:
        user = create_user(world, token["tenant"], {**call.body, "email": token["email"]})
    return Reply(200, open_session(world, user, token["device_id"]))


def refresh_session(call: Call, world: World) -> Reply:
    """Trade a refresh token for new tokens; it is refused from then on, the newest one is not (YM-061)."""
    token = find_opaque(world, "refresh_token", call.body["refresh_token"])
    if token is None:
        raise Failure("refresh_token_refused", "There is no such refresh token.")
    world.fire("refresh_token", token["id"], "rotate")
    session, user = world.get(SESSIONS, token["session_id"]), world.get(USERS, token["user_id"])
    if session is None or user is None:
        raise Failure("refresh_token_refused", "The session or its user is gone.")
    return Reply(200, hand_out_tokens(world, session, user))


def logout(call: Call, world: World) -> Reply:
    """End the session of a token that is good; any other is answered alike (YM-064)."""
    token: Record | None = find_opaque(world, "refresh_token", call.body["refresh_token"])
    if token is not None and token["status"] == "active":
        world.fire("refresh_token", token["id"], "revoke")
    return Reply(204)


OPERATIONS: dict[str, OperationFunction] = {
    "sendOtp": send_otp,
    "authenticateOtp": authenticate_otp,
    "completeOnboarding": complete_onboarding,
    "refreshSession": refresh_session,
    "logout": logout,
}
