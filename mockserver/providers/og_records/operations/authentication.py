"""The authorization code flow, and API keys with their rotation."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.og_records import identity, keys, oauth
from mockserver.providers.og_records.consent import consent_page
from mockserver.providers.og_records.errors import oauth_error
from mockserver.providers.og_records.records import print_key
from mockserver.world import World
from specs import open_book

_GRANTS = {
    "authorization_code": ("code", oauth.redeem_code),
    "refresh_token": ("refresh_token", oauth.refresh),
}
_BASIC = {"WWW-Authenticate": 'Basic realm="og-records"'}


def authorize(call: Call, world: World) -> Reply:
    """Redirect with a code, or show the consent page first where the client needs one (OG-010)."""
    return _ask(call, world, call.query, None)


def decide_consent(call: Call, world: World) -> Reply:
    """Take a person's answer; without one this is `authorize` by another method, as RFC 6749 allows."""
    return _ask(call, world, call.body, call.body.get("decision"))


def _ask(call: Call, world: World, asked: Record, decision: str | None) -> Reply:
    client = oauth.require_client(world, asked)
    fault = oauth.find_fault(client, asked)
    if fault is None and decision == "deny":
        fault = ("access_denied", "The account's owner refused.")
    if fault is not None:
        return _back(asked, error=fault[0], error_description=fault[1])
    if decision is None and client["needs_consent"]:
        return _page(call, world, client, asked)
    return _back(asked, code=oauth.issue_code(world, client, asked))


def _back(asked: Record, **told: str) -> Reply:
    """Return to the client's address with what is told and its own state."""
    if "state" in asked:
        told["state"] = asked["state"]
    parts = urlsplit(asked["redirect_uri"])
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *told.items()])
    return Reply(302, headers={"Location": urlunsplit(parts._replace(query=query)), "Cache-Control": "no-store"})


def _page(call: Call, world: World, client: Record, asked: Record) -> Reply:
    flows = open_book("og_records").document["components"]["securitySchemes"]["oauth2"]["flows"]
    texts: dict[str, str] = flows["authorizationCode"]["scopes"]
    scopes = {scope: texts[scope] for scope in oauth.asked_scopes(client, asked)}
    account = (world.get("accounts", client["account"]) or {"name": client["account"]})["name"]
    page = consent_page(client, account, asked, scopes, f"{call.base_url}/oauth/authorize")
    headers = {"Cache-Control": "no-store", "X-Frame-Options": "DENY"}  # nobody is to click a page he does not see
    return Reply(200, page, "text/html; charset=utf-8", headers)


def issue_token(call: Call, world: World) -> Reply:
    """Exchange a code or a refresh token for tokens (OG-010 to OG-012). What a reuse ends stays ended."""
    form: Record = call.body
    client = oauth.authenticated_client(world, call.request, form)
    if client is None:
        return oauth_error(401, "invalid_client", "The client is unknown or its secret is wrong.", **_BASIC)
    if identity.is_production(call.request) and client["plan"] == "sandbox":
        return oauth_error(400, "unauthorized_client", "A sandbox client cannot be used in production.")
    grant = _GRANTS.get(form["grant_type"])
    if grant is None:
        return oauth_error(400, "unsupported_grant_type", f"Valid: {', '.join(_GRANTS)}.")
    member, exchange = grant
    if not form.get(member):
        return oauth_error(400, "invalid_request", f"{member} is missing.")
    try:
        tokens = exchange(world, client, form)
    except oauth.GrantRefused as refused:
        return oauth_error(400, refused.error, refused.description)
    return Reply(200, tokens, headers={"Cache-Control": "no-store"})


def list_api_keys(call: Call, world: World) -> Reply:
    """Answer the account's keys without their values (OG-016)."""
    now = instant(world.now)
    return Reply(200, {"data": [print_key(key, now) for key in keys.keys_of(world, call.account)]})


def rotate_api_key(call: Call, world: World) -> Reply:
    """Give a key a new value that works at once (OG-017); whoever does so must hold all of its scopes."""
    missing = [scope for scope in call.found["scopes"] if scope not in call.caller.scopes]
    if missing:
        facts = identity.lacking(missing, "This credential lacks of the key's scopes")
        raise Failure("forbidden", **facts)
    fresh = keys.rotate(world, world.require("credentials", call.found["id"]))
    shown = {"id": fresh["id"], "key": fresh["value"], "scopes": fresh["scopes"]}
    return Reply(200, {**shown, "previous_key_valid_until": fresh["previous_key_valid_until"]})


OPERATIONS: dict[str, OperationFunction] = {
    "authorize": authorize,
    "decideConsent": decide_consent,
    "issueToken": issue_token,
    "listApiKeys": list_api_keys,
    "rotateApiKey": rotate_api_key,
}
