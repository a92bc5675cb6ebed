"""Who is calling: an API key or an access token, with scopes and a plan."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from mockserver.auth.credentials import find_by_value, is_alive, mint
from mockserver.auth.headers import api_key_of, bearer_of
from mockserver.clock import parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import NOBODY, Caller, Request
from mockserver.providers.og_records import oauth, plans
from mockserver.providers.og_records.keys import HEADER, make_key
from mockserver.traffic.limits import LimitPlan, count
from mockserver.world import World
from specs import Operation, open_book

PRODUCTION_HOST = "api.og-records.com"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="og-records"'}


def identify(request: Request, world: World, operation: Operation) -> Caller:
    """Return the caller of a known, living credential that has the operation's scopes (OG-013 to OG-015, OG-022)."""
    if operation.is_open:
        return NOBODY
    caller = _caller(request, world)
    if caller is None:
        text = "Send an API key or an access token that is known and has not expired."
        raise _refusal(world, plans.of_address(request), "unauthenticated", text, headers=_CHALLENGE)
    plan = plans.of_caller(request, caller)
    if is_production(request) and caller.facts["plan"] == "sandbox":
        text = "A sandbox credential cannot be used in production."
        raise _refusal(world, plan, "production_gated", text)
    missing = [scope for scope in all_scopes() if scope in operation.scopes - caller.scopes]
    if missing:
        raise _refusal(world, plan, "forbidden", **lacking(missing))
    return caller


def is_production(request: Request) -> bool:
    """Say whether a request went to the host that is closed to the sandbox (OG-049)."""
    return urlsplit(request.base_url).hostname == PRODUCTION_HOST


def lacking(scopes: list[str], of: str = "This credential lacks the scope") -> dict[str, Any]:
    """Return detail and facts of a refusal for want of scopes; the body names them."""
    details = [{"code": "missing_scope", "field": "scope", "message": scope} for scope in scopes]
    plural = "s" if len(scopes) > 1 else ""
    return {"detail": f"{of}{plural} {', '.join(scopes)}.", "details": details}


def all_scopes() -> list[str]:
    """Return every scope there is, in the document's order."""
    scopes: list[str] = open_book("og_records").document["components"]["schemas"]["Scope"]["enum"]
    return scopes


def _caller(request: Request, world: World) -> Caller | None:
    """Return who shows a living key or token; a key in Authorization is taken too."""
    value = api_key_of(request, HEADER) or bearer_of(request)
    if value is None:
        return None
    record = find_by_value(world, value)
    if record is None:
        return oauth.caller_of_token(world, value)
    if record["kind"] not in ("api_key", "bearer") or not is_alive(world, record):
        return None
    counted = f"key:{record['key_id']}" if record["kind"] == "api_key" else f"token:{record['id']}"
    facts = {"plan": record["plan"], "counted": counted}
    return Caller(record["name"], record["kind"], record["account"], frozenset(record["scopes"]), facts)


def _refusal(world: World, plan: LimitPlan, kind: str, detail: str = "", **facts: Any) -> Failure:
    """Return a refusal that has been counted, as it carries the headers of L90 too; the limit comes first."""
    window = count(world, plan) if world.has_limits else None
    if window is not None and window.is_exceeded:
        return Failure("rate_limited", retry_after=window.retry_after, window=window)
    return Failure(kind, detail, window=window, **facts)


# credentials for testers


def mint_credential(world: World, wish: Record) -> Record:
    """Make a credential of kind api_key, bearer or client; `invalid_wish` says what is possible."""
    kind, plan = wish["kind"], wish.get("plan") or "sandbox"
    if kind not in ("api_key", "bearer", "client"):
        raise Failure("invalid_wish", f"og_records mints no {kind!r}; valid: api_key, bearer, client.")
    if plan not in plans.PLANS:
        raise Failure("invalid_wish", f"There is no plan {plan!r}; valid: {', '.join(plans.PLANS)}.")
    scopes = wish["scopes"] if wish.get("scopes") is not None else all_scopes()
    unknown = [scope for scope in scopes if scope not in all_scopes()]
    if unknown:
        raise Failure("invalid_wish", f"There is no scope {unknown[0]!r}; valid: {', '.join(all_scopes())}.")
    account = _account(world, wish.get("account"))
    expires_at = parse_instant(wish["expires_at"]) if wish.get("expires_at") else None
    if kind == "api_key":
        return make_key(world, account, scopes, plan, expires_at=expires_at)
    if kind == "client":
        return oauth.make_client(world, account, scopes, plan, redirect_uris=wish.get("redirect_uris"))
    return mint(
        world,
        kind="bearer",
        value=f"og_at_{world.token('access token', 32)}",
        account=account,
        header="Authorization",
        scopes=scopes,
        expires_at=expires_at,
        plan=plan,
    )


def _account(world: World, id: str | None) -> str:
    """Return an account that exists, or a new one where none is named; a new one has passed no KYC."""
    if id is None:
        id = f"account-{world.next_number('account')}"
        world.put("accounts", {"id": id, "name": f"Account {id.rpartition('-')[2]}", "kyc_verified": False})
    elif world.get("accounts", id) is None:
        known = ", ".join(record["id"] for record in world.find("accounts"))
        raise Failure("invalid_wish", f"There is no account {id!r}; there are: {known}.")
    return id
