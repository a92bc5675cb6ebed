"""Who is calling tonegrid: an API key, a token of a client, of a user, or of a parent that acts as its child."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie

from mockserver.auth import tokens
from mockserver.auth.credentials import CREDENTIALS, find_by_value, is_alive, mint
from mockserver.auth.headers import bearer_of
from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import NOBODY, Caller, Request
from mockserver.providers.tonegrid import tenancy, traffic
from mockserver.providers.tonegrid.sessions import LIFE, SCOPES
from mockserver.world import World
from specs import Operation

COOKIE = "tonegrid_token"  # the document knows of a cookie (L27) but not of its name
PREFIX = "tgk_"


def identify(request: Request, world: World, operation: Operation) -> Caller:
    """Return the caller; 401 without a usable credential, 403 outside its networks or scopes, 404 for the domain."""
    traffic.remember_idle(request, world, operation)
    domain = request.header("x-tenant-domain")
    if operation.is_open:
        tenancy.check_domain(world, domain, None)
        return NOBODY
    token = bearer_of(request) or _cookie_of(request)
    if token is None:
        raise Failure("unauthenticated", reason="missing")
    caller = _by_key(request, world, token) if token.startswith(PREFIX) else _by_token(world, token)
    tenancy.check_domain(world, domain, caller.account)
    for scope in sorted(operation.scopes):
        if scope not in caller.scopes:
            raise Failure("scope_missing", scope=scope)
    return caller


def _cookie_of(request: Request) -> str | None:
    try:
        found = SimpleCookie(request.header("cookie") or "").get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None and found.value else None


def _by_key(request: Request, world: World, value: str) -> Caller:
    record = find_by_value(world, value)
    if record is None or record["kind"] != "api_key" or not is_alive(world, record):
        raise Failure("unauthenticated", reason="key")
    if not _is_active(world, record["account"]):
        raise Failure("unauthenticated", reason="key")
    if record["ip_allowlist"] and not _is_inside(request.client, record["ip_allowlist"]):
        raise Failure("network_refused")
    facts = {"token": record["id"], "actor": f"api-key:{record['name']}"}
    return Caller(record["name"], "api_key", record["account"], frozenset(record["scopes"]), facts)


def _by_token(world: World, text: str) -> Caller:
    try:
        claims = tokens.check(world, text)
    except tokens.TokenRefused as refusal:
        raise Failure("unauthenticated", refusal.reason, reason="token") from None
    if not _is_active(world, claims["tenant"]):
        raise Failure("unauthenticated", reason="token")
    facts = {
        "token": claims["jti"],
        "actor": claims["sub"],
        "acting_as": claims.get("acting_as"),
        "on_behalf_of": claims.get("on_behalf_of"),
    }
    return Caller(claims["sub"], "bearer", claims["tenant"], frozenset(claims["scope"].split()), facts)


def _is_active(world: World, tenant: str) -> bool:
    record = world.get(tenancy.TENANTS, tenant)
    return record is not None and record["status"] == "active"


def _is_inside(client: str, networks: list[str]) -> bool:
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return False
    for text in networks:
        network = ipaddress.ip_network(text, strict=False)
        if address.version == network.version and address in network:
            return True
    return False


def mint_credential(world: World, wish: Record) -> Record:
    """Mint an API key, a client, or an access token for the control API; `invalid_wish` names what is possible."""
    account = wish.get("account") or _first_account(world)
    tenant = world.get(tenancy.TENANTS, account) or tenancy.find_by_slug(world, account)
    if tenant is None:
        slugs = ", ".join(record["slug"] for record in world.find(tenancy.TENANTS))
        raise Failure("invalid_wish", f"There is no tenant {account!r}; there are: {slugs}.")
    scopes = list(SCOPES) if wish.get("scopes") is None else list(wish["scopes"])
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise Failure("invalid_wish", f"Unknown scopes {', '.join(unknown)}; valid: {', '.join(SCOPES)}.")
    expires = parse_instant(wish["expires_at"]) if wish.get("expires_at") else None
    match wish["kind"]:
        case "api_key":
            return mint_key(world, tenant["id"], scopes=scopes, expires_at=wish.get("expires_at"))
        case "client":
            return mint_client(world, tenant["id"], scopes=scopes)
        case "bearer":
            claims = {"sub": tenant["email"], "tenant": tenant["id"], "scope": " ".join(scopes)}
            issued = tokens.issue(world, claims, (expires - world.now) if expires else LIFE)
            return mint(
                world, kind="bearer", value=issued.text, account=tenant["id"], header="Authorization",
                scopes=scopes, expires_at=issued.expires_at,
            )  # fmt: skip
    text = f"tonegrid has no credentials of kind {wish['kind']!r}; valid: api_key, bearer, client."
    raise Failure("invalid_wish", text)


def _first_account(world: World) -> str:
    full = next((record for record in world.find(CREDENTIALS) if record["name"] == "full"), None)
    return str(full["account"]) if full else next(world.find(tenancy.TENANTS))["id"]


def mint_key(
    world: World,
    tenant: str,
    *,
    name: str = "",
    note: str = "",
    scopes: list[str] | None = None,
    expires_at: str | None = None,
    is_expired: bool = False,
    is_revoked: bool = False,
) -> Record:
    """Mint an API key of a tenant; an expired or revoked one has been so for a day."""
    yesterday = world.now - timedelta(days=1)
    end = parse_instant(expires_at) if expires_at else yesterday if is_expired else None
    value = PREFIX + world.token("api_key", 40)
    record = mint(
        world, kind="api_key", value=value, account=tenant, name=name, header="Authorization",
        scopes=list(SCOPES) if scopes is None else scopes, expires_at=end, note=note,
        id=world.uuid("api_key"), ip_allowlist=[], created_at=instant(world.now),
    )  # fmt: skip
    if is_revoked:
        record["revoked_at"] = instant(yesterday)
        world.put(CREDENTIALS, record)
    return record


def mint_client(
    world: World, tenant: str, *, name: str = "", note: str = "", scopes: list[str] | None = None
) -> Record:
    """Mint an OAuth client of a tenant."""
    client_id = f"tgc_{world.token('client_id', 20)}"
    return mint(
        world, kind="client", value=client_id, account=tenant, name=name, note=note,
        scopes=list(SCOPES) if scopes is None else scopes,
        client_id=client_id, client_secret=f"tgs_{world.token('client_secret', 40)}",
    )  # fmt: skip


def make_user(world: World, tenant: Record, email: str, password: str) -> Record:
    """Store a user of a tenant."""
    record = {"id": world.uuid("user"), "tenant": tenant["id"], "email": email, "password": password}
    world.put("users", record)
    return record


def find_user(world: World, tenant: str, email: str) -> Record | None:
    """Return a tenant's user by address."""
    wanted = email.casefold()
    users = world.slice_by("users", "tenant", tenant)
    return next((user for user in users if user["email"].casefold() == wanted), None)


def seed_user(world: World, tenant: Record, name: str, email: str, password: str, note: str) -> Record:
    """Store a user and show it among the credentials."""
    user = make_user(world, tenant, email, password)
    return mint(
        world, kind="user", value="", account=tenant["id"], name=name, note=note, scopes=SCOPES,
        user=user["id"], email=email, password=password, tenant_slug=tenant["slug"],
    )  # fmt: skip
