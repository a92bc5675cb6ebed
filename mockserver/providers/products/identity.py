"""Who is calling products: a bearer token, one per company."""

from __future__ import annotations

from datetime import timedelta

from mockserver.auth.credentials import caller_of, find_by_value, is_alive, mint
from mockserver.auth.headers import bearer_of
from mockserver.clock import parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import NOBODY, Caller, Request
from mockserver.world import World
from specs import Operation

TOKEN_LENGTH = 40


def identify(request: Request, world: World, operation: Operation) -> Caller:
    """Return the caller of a known, living token; `unauthenticated` otherwise (PR-002)."""
    if operation.is_open:
        return NOBODY
    token = bearer_of(request)
    record = find_by_value(world, token) if token else None
    if record is None or record["kind"] != "bearer" or not is_alive(world, record):
        raise Failure("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    return caller_of(record)


def mint_credential(world: World, wish: Record) -> Record:
    """Mint a token of a company; `invalid_wish` names the companies there are."""
    if wish["kind"] != "bearer":
        raise Failure("invalid_wish", f"products has no credentials of kind {wish['kind']!r}; valid: bearer.")
    account = wish.get("account", "1")
    if world.get("companies", account) is None:
        known = ", ".join(record["id"] for record in world.find("companies"))
        raise Failure("invalid_wish", f"There is no company {account!r}; there are: {known}.")
    expires = wish.get("expires_at")
    return mint_token(world, account, expires_at=expires)


def mint_token(
    world: World, account: str, name: str = "", note: str = "", expires_at: str | None = None, lifeless: bool = False
) -> Record:
    """Mint a token; a lifeless one has expired a day ago."""
    end = parse_instant(expires_at) if expires_at else world.now - timedelta(days=1) if lifeless else None
    value = world.token("bearer", TOKEN_LENGTH)
    return mint(
        world, kind="bearer", value=value, account=account, name=name, header="Authorization", note=note, expires_at=end
    )
