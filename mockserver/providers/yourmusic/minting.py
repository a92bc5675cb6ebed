"""Makes credentials: for seeds and for the control API."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from mockserver.auth.credentials import mint
from mockserver.clock import parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.identity import CLIENT, USER
from mockserver.providers.yourmusic.people import TENANTS, create_user
from mockserver.world import World

CLIENTS = "clients"
TENANT = "tenant"
_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TOKEN_LENGTH = 40


def mint_credential(world: World, wish: Record) -> Record:
    """Mint what the control API asks for; an account that is not there yet becomes a new tenant."""
    kind = wish["kind"]
    if kind not in (CLIENT, USER, TENANT):
        text = f"yourmusic has no credentials of kind {kind!r}; valid: {CLIENT}, {USER}, {TENANT}."
        raise Failure("invalid_wish", text)
    account = str(wish.get("account") or next(record["id"] for record in world.find(TENANTS)))
    if not _SLUG.fullmatch(account):
        raise Failure("invalid_wish", f"{account!r} is no tenant slug; valid: a-z, 0-9 and -, such as acme-records.")
    if world.get(TENANTS, account) is None:
        create_tenant(world, account, account.replace("-", " ").title())
    end = parse_instant(wish["expires_at"]) if wish.get("expires_at") else None
    if kind == CLIENT:
        return mint_client(world, account, expires_at=end)
    if kind == TENANT:
        return mint_tenant(world, account)
    number = world.next_number("minted user")
    values = {
        "first_name": "Minted",
        "last_name": f"User {number}",
        "email": f"minted.{number}@example.com",
        "date_of_birth": "1990-01-15",
    }
    return mint_user(world, create_user(world, account, values), expires_at=end)


def create_tenant(world: World, slug: str, name: str) -> Record:
    """Store a tenant; its UUID is what users and playlists show, its slug what people write."""
    record = {
        "id": slug,
        "tenant_id": world.uuid("tenant"),
        "name": name,
        "featured_playlist_ids": [],
        "home_revision": 1,
    }
    world.put(TENANTS, record)
    return record


def lifeless(world: World) -> datetime:
    """Return an instant before the world began, for credentials that are expired from the start."""
    return world.now - timedelta(days=1)


def mint_client(
    world: World, tenant: str, name: str = "", note: str = "", expires_at: datetime | None = None
) -> Record:
    """Mint an OAuth client; its value is a client token for the impatient, good as long as the client is."""
    client_id = f"client_{world.token('client id', 16)}"
    record = mint(
        world,
        kind=CLIENT,
        value=world.token("client credential", _TOKEN_LENGTH),
        account=tenant,
        name=name,
        header="Authorization",
        note=note,
        expires_at=expires_at,
        client_id=client_id,
        client_secret=world.token("client secret", _TOKEN_LENGTH),
    )
    world.put(CLIENTS, {"id": client_id, "credential": record["id"]})
    return record


def mint_user(world: World, user: Record, name: str = "", note: str = "", expires_at: datetime | None = None) -> Record:
    """Mint a user token that lives until it is told otherwise, for tests that are not about tokens."""
    return mint(
        world,
        kind=USER,
        value=world.token("user credential", _TOKEN_LENGTH),
        account=user["tenant"],
        name=name,
        header="Authorization",
        note=note,
        expires_at=expires_at,
        id=user["id"],
        email=user["email"],
    )


def mint_tenant(world: World, slug: str, name: str = "", note: str = "") -> Record:
    """Name a tenant among the credentials: its slug is what guests send and codes are sent for."""
    tenant = world.require(TENANTS, slug)
    return mint(
        world, kind=TENANT, value=slug, account=slug, name=name, header="X-Tenant", note=note,
        tenant_id=tenant["tenant_id"],
    )  # fmt: skip
