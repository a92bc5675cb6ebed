"""Who is calling gard: an API key, its account, and the secret that signs the webhooks of its submissions."""

from __future__ import annotations

from datetime import datetime, timedelta

from mockserver.auth.credentials import caller_of, find_by_value, is_alive, mint
from mockserver.auth.headers import api_key_of
from mockserver.clock import parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Caller, Request
from mockserver.providers.gard.records import ACCOUNTS, new_account
from mockserver.world import World
from specs import Operation

HEADER = "X-API-Key"
PREFIX = "gard_"
KEY_LENGTH, SECRET_LENGTH = 40, 48


def identify(request: Request, world: World, operation: Operation) -> Caller:
    """Return the caller of a known, living key; `unauthenticated` otherwise (GARD-009, GARD-010)."""
    value = api_key_of(request, HEADER)
    record = find_by_value(world, value) if value and value.startswith(PREFIX) else None
    if record is None or record["kind"] != "api_key" or not is_alive(world, record):
        raise Failure("unauthenticated")
    return caller_of(record)


def mint_credential(world: World, wish: Record) -> Record:
    """Mint a key; an account that does not exist yet is opened for it, with what a new account has."""
    if wish["kind"] != "api_key":
        raise Failure("invalid_wish", f"gard has no credentials of kind {wish['kind']!r}; valid: api_key.")
    account = wish.get("account") or _first_account(world)
    if world.get(ACCOUNTS, account) is None:
        world.put(ACCOUNTS, new_account(account))
    expires = wish.get("expires_at")
    return mint_key(world, account, expires_at=parse_instant(expires) if expires else None)


def mint_key(
    world: World,
    account: str,
    name: str = "",
    note: str = "",
    expires_at: datetime | None = None,
    *,
    lifeless: bool = False,
) -> Record:
    """Mint a key with an id and a signing secret of its own; a lifeless one has expired a day ago."""
    number = world.next_number("key")
    return mint(
        world,
        id=f"key_{number}",
        kind="api_key",
        value=PREFIX + world.token("api_key", KEY_LENGTH),
        account=account,
        name=name,
        header=HEADER,
        note=note,
        expires_at=world.now - timedelta(days=1) if lifeless else expires_at,
        webhook_signing_secret="whsec_" + world.hex("webhook_secret", SECRET_LENGTH),
    )


def _first_account(world: World) -> str:
    first = world.slice(ACCOUNTS, 0, 1)
    return str(first[0]["id"]) if first else "first-account"
