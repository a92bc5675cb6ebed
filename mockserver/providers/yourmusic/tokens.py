"""The tokens of the API: signed ones that speak for a tenant or a user, opaque ones that are good for one exchange."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mockserver.auth.tokens import TokenRefused, check, issue
from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.world import World

CLIENT_LIFE = timedelta(hours=1)
DEVICE_LIFE = timedelta(seconds=600)
ACCESS_LIFE = timedelta(seconds=3600)
REFRESH_LIFE = timedelta(seconds=2_592_000)
ONBOARDING_LIFE = timedelta(minutes=15)

# Machine of each kind of signed token, its collection, how long it lives. The lifecycles tell the same lives.
SIGNED = {
    "client_token": ("client_tokens", CLIENT_LIFE),
    "device_token": ("device_tokens", DEVICE_LIFE),
    "access_token": ("access_tokens", ACCESS_LIFE),
}
OPAQUE = {
    "refresh_token": ("refresh_tokens", REFRESH_LIFE),
    "onboarding_token": ("onboarding_tokens", ONBOARDING_LIFE),
}
_SECRET_LENGTH = 40


def issue_signed(world: World, machine: str, claims: Record, **facts: Any) -> tuple[str, Record]:
    """Begin a signed token and return its text and record; its claims show whose it is, on which device (YM-013)."""
    _, life = SIGNED[machine]
    issued = issue(world, {"use": machine, **claims}, life + timedelta(seconds=1))  # the claims count whole seconds
    record = {
        "id": issued.claims["jti"],
        "issued_at": instant(world.now),
        "expires_at": instant(world.now + life),
        **facts,
    }
    return issued.text, world.begin(machine, record)


def read_signed(world: World, text: str) -> tuple[str, Record] | None:
    """Return the machine and record of a living signed token, or None."""
    try:
        claims = check(world, text)
    except TokenRefused:
        return None
    machine = claims.get("use")
    if machine not in SIGNED:
        return None
    record = world.get(SIGNED[machine][0], claims["jti"])
    return (machine, record) if record is not None and record["status"] == "active" else None


def issue_opaque(world: World, machine: str, **facts: Any) -> tuple[str, Record]:
    """Begin an opaque token and return its text, which begins with its id, and its record."""
    _, life = OPAQUE[machine]
    id = world.uuid(machine)
    text = id.replace("-", "") + world.token(machine, _SECRET_LENGTH)
    record = {
        "id": id,
        "value": text,
        "issued_at": instant(world.now),
        "expires_at": instant(world.now + life),
        **facts,
    }
    return text, world.begin(machine, record)


def find_opaque(world: World, machine: str, text: str) -> Record | None:
    """Return the record of an opaque token, whatever its state, or None."""
    head = text[:32]
    id = f"{head[:8]}-{head[8:12]}-{head[12:16]}-{head[16:20]}-{head[20:]}"
    record = world.get(OPAQUE[machine][0], id)
    return record if record is not None and record["value"] == text else None


def token_id(world: World, machine: str, text: str) -> str | None:
    """Return the id of a token's record by its id or its text, or None."""
    collection = (SIGNED | OPAQUE)[machine][0]
    if world.get(collection, text) is not None:
        return text
    if machine in OPAQUE:
        record = find_opaque(world, machine, text)
        return record["id"] if record else None
    try:
        return str(check(world, text)["jti"])
    except (TokenRefused, KeyError):
        return None
