"""Who is calling: a tenant's back office by a client token, a user by the token of a device or a session."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

from mockserver.auth.credentials import caller_of, find_by_value, is_alive
from mockserver.auth.headers import bearer_of
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import NOBODY, Caller, Request
from mockserver.providers.yourmusic.people import USERS
from mockserver.providers.yourmusic.tokens import read_signed
from mockserver.traffic.limits import LimitPlan
from mockserver.world import World
from specs import Operation

CLIENT, USER = "client", "user"
_SCHEME_OF = {CLIENT: "clientCredentials", USER: "userToken"}
SENDS_PER_IP = 20


def identify(request: Request, world: World, operation: Operation) -> Caller:
    """Return the caller of a living token of the kind that the operation takes.

    Raises `unauthenticated` for no token, `invalid_auth_token` for one that opens nothing, `forbidden` for one of the
    wrong kind. Home takes guests, and a token that names no user is as bad there as none that we know (YM-093).
    """
    schemes = {scheme for choice in operation.security for scheme in choice}
    if not schemes:
        return NOBODY
    token = bearer_of(request) or (token_in_address(request) if "streamToken" in schemes else None)
    if token is None:
        if operation.is_open and not (request.header("authorization") or "").strip():
            return NOBODY
        raise Failure("invalid_auth_token" if operation.is_open else "unauthenticated")
    caller = caller_with(world, token)
    if caller is None:
        raise Failure("invalid_auth_token")
    if _SCHEME_OF[caller.kind] not in schemes:
        raise Failure("invalid_auth_token" if operation.is_open else "forbidden")
    return caller


def token_in_address(request: Request) -> str | None:
    """Return the token of `?token=`, for players that cannot send headers."""
    found = parse_qs(request.query).get("token")
    return found[-1].strip() or None if found else None


def caller_with(world: World, token: str) -> Caller | None:
    """Return who holds a token, or None where it opens nothing."""
    if "." in token:
        signed = read_signed(world, token)
        return _caller_of_signed(world, *signed) if signed else None
    record = find_by_value(world, token)
    if record is None or record["kind"] not in _SCHEME_OF or not is_alive(world, record):
        return None
    if record["kind"] == USER:
        return _user(world, record["id"], record["name"])
    return caller_of(record)


def _caller_of_signed(world: World, machine: str, record: Record) -> Caller | None:
    if machine == "client_token":
        return Caller(record["client_id"], CLIENT, record["tenant"])
    return _user(world, record["user_id"], f"{machine} {record['id']}")


def _user(world: World, id: str, name: str) -> Caller | None:
    user = world.get(USERS, id)
    return None if user is None else Caller(name, USER, user["tenant"], facts={"user_id": id})


def limits(request: Request, caller: Caller, operation: Operation, world: World) -> LimitPlan | None:
    """Count the sends of one-time codes per calling address (YM-042)."""
    if operation.rate_limit != "one_time_codes":
        return None
    return LimitPlan(f"one_time_codes {request.client}", SENDS_PER_IP, timedelta(hours=1))
