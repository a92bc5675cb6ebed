"""OAuth2 authorization code flow: clients, codes, and families of tokens that end together."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import Any

from mockserver.auth.credentials import mint
from mockserver.auth.headers import basic_of
from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Caller, Request
from mockserver.world import World

CODE_LIVES, ACCESS_LIVES = timedelta(minutes=10), timedelta(hours=1)
REDIRECT_URIS = [
    "http://127.0.0.1:8765/callback",
    "http://localhost:8765/callback",
    "https://app.example.com/callback",
]
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class GrantRefused(Exception):
    """A code or token that buys nothing; the text is RFC 6749's error code."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error, self.description = error, description


# clients


def make_client(
    world: World,
    account: str,
    scopes: list[str],
    plan: str,
    *,
    name: str = "",
    client_id: str = "",
    note: str = "",
    needs_consent: bool = False,
    redirect_uris: list[str] | None = None,
) -> Record:
    """Register a client with a secret; the person who consents is its account."""
    client_id = client_id or f"og-client-{world.next_number('client')}"
    return mint(
        world,
        kind="client",
        id=client_id,
        value="",
        account=account,
        name=name,
        scopes=scopes,
        note=note,
        plan=plan,
        client_id=client_id,
        client_secret=f"og_cs_{world.token('client secret', 40)}",
        redirect_uris=redirect_uris or REDIRECT_URIS,
        needs_consent=needs_consent,
    )


def find_client(world: World, client_id: str) -> Record | None:
    """Return a registered client, or None."""
    record = world.get("credentials", client_id)
    return record if record is not None and record["kind"] == "client" else None


def require_client(world: World, asked: Record) -> Record:
    """Return the client of an authorization request; without a right client and redirect_uri nobody is redirected."""
    client = find_client(world, asked["client_id"])
    if client is None:
        fault = {"code": "unknown", "field": "client_id", "message": "Use a registered client."}
        raise Failure("unknown_client", "No client has this id.", details=[fault])
    if asked["redirect_uri"] not in client["redirect_uris"]:
        text = "This redirect_uri is not registered for the client."
        fault = {"code": "unknown", "field": "redirect_uri", "message": "Use one of the registered addresses."}
        raise Failure("invalid_redirect_uri", text, details=[fault])
    return client


def authenticated_client(world: World, request: Request, form: Record) -> Record | None:
    """Return the client that shows its secret, by HTTP Basic or in the form, or None."""
    shown = basic_of(request)
    client_id, secret = shown or (form.get("client_id", ""), form.get("client_secret", ""))
    if shown and form.get("client_id", client_id) != client_id:
        return None
    client = find_client(world, client_id)
    if client is None or not hmac.compare_digest(_digest(secret), _digest(client["client_secret"])):
        return None
    return client


# codes


def find_fault(client: Record, asked: Record) -> tuple[str, str] | None:
    """Return the error and its description that a wrong authorization request is redirected with, or None."""
    if asked["response_type"] != "code":
        return "unsupported_response_type", "Only code is supported."
    unknown = [scope for scope in asked.get("scope", "").split() if scope not in client["scopes"]]
    if unknown:
        return "invalid_scope", f"The client cannot have {' '.join(unknown)}."
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    if method != "S256":
        return "invalid_request", "code_challenge_method has to be S256."
    if challenge is None or not _CHALLENGE.fullmatch(challenge):
        return "invalid_request", "code_challenge is no base64url SHA-256."
    return None


def asked_scopes(client: Record, asked: Record) -> list[str]:
    """Return the scopes of a request in the client's order; all of the client's where none is named."""
    named = asked.get("scope", "").split()
    return [scope for scope in client["scopes"] if not named or scope in named]


def issue_code(world: World, client: Record, asked: Record) -> str:
    """Return a code that works once, for ten minutes, with this client and redirect_uri (OG-011)."""
    code = f"og_ac_{world.token('code', 32)}"
    record = {
        "id": _kept_id(code),
        "client_id": client["client_id"],
        "account": client["account"],
        "redirect_uri": asked["redirect_uri"],
        "scopes": asked_scopes(client, asked),
        "challenge": asked.get("code_challenge"),
        "expires_at": instant(world.now + CODE_LIVES),
        "family": None,
    }
    world.put("authorization_codes", record)
    return code


def redeem_code(world: World, client: Record, form: Record) -> Record:
    """Return fresh tokens for a code. One that comes a second time ends what the first time brought."""
    record = world.get("authorization_codes", _kept_id(form["code"]))
    if record is None or record["client_id"] != client["client_id"]:
        raise GrantRefused("invalid_grant", "The code is unknown.")
    if record["family"] is not None:
        _end_family(world, record["family"])
        raise GrantRefused("invalid_grant", "The code is used.")
    if parse_instant(record["expires_at"]) <= world.now:
        raise GrantRefused("invalid_grant", "The code has expired.")
    if form.get("redirect_uri") != record["redirect_uri"]:
        raise GrantRefused("invalid_grant", "The redirect_uri is not the one of the request for the code.")
    _check_verifier(record["challenge"], form.get("code_verifier"))
    family = {
        "id": world.uuid("token family"),
        "client_id": client["client_id"],
        "account": record["account"],
        "scopes": record["scopes"],
        "ended_at": None,
    }
    world.put("token_families", family)
    world.put("authorization_codes", {**record, "family": family["id"]})
    return _issue_tokens(world, family, record["scopes"])


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    """Hold a verifier to its challenge; one that nobody asked for hints at a swapped code and is refused as well."""
    if challenge is None and verifier is None:
        return
    if challenge is None or verifier is None or not _VERIFIER.fullmatch(verifier):
        raise GrantRefused("invalid_grant", "code_verifier and code_challenge do not belong together.")
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if not hmac.compare_digest(made, challenge):
        raise GrantRefused("invalid_grant", "The code_verifier is wrong.")


# tokens


def refresh(world: World, client: Record, form: Record) -> Record:
    """Return fresh tokens for a refresh token; an old one that comes again ends its whole family (OG-012)."""
    record = world.get("refresh_tokens", _kept_id(form["refresh_token"]))
    family = world.get("token_families", record["family"]) if record else None
    if record is None or family is None or family["client_id"] != client["client_id"]:
        raise GrantRefused("invalid_grant", "The refresh token is unknown.")
    if family["ended_at"] is not None:
        raise GrantRefused("invalid_grant", "The refresh token is revoked.")
    if record["used_at"] is not None:
        _end_family(world, family["id"])
        raise GrantRefused("invalid_grant", "The refresh token is used; all tokens of its family are revoked.")
    named = form.get("scope", "").split()
    if any(scope not in family["scopes"] for scope in named):
        raise GrantRefused("invalid_scope", "A refresh cannot widen the scopes.")
    world.put("refresh_tokens", {**record, "used_at": instant(world.now)})
    return _issue_tokens(world, family, [scope for scope in family["scopes"] if not named or scope in named])


def _issue_tokens(world: World, family: Record, scopes: list[str]) -> Record:
    access, fresh = f"og_at_{world.token('access token', 32)}", f"og_rt_{world.token('refresh token', 32)}"
    expires_at = instant(world.now + ACCESS_LIVES)
    kept = {"family": family["id"], "scopes": scopes, "expires_at": expires_at}
    world.put("access_tokens", {"id": _kept_id(access), **kept})
    world.put("refresh_tokens", {"id": _kept_id(fresh), "family": family["id"], "used_at": None})
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIVES.total_seconds()),
        "refresh_token": fresh,
        "scope": " ".join(scopes),
    }


def _end_family(world: World, id: str) -> None:
    family = world.require("token_families", id)
    if family["ended_at"] is None:
        world.put("token_families", {**family, "ended_at": instant(world.now)})


def caller_of_token(world: World, value: str) -> Caller | None:
    """Return who calls with an access token that lives, in a family that was not ended; None otherwise."""
    record = world.get("access_tokens", _kept_id(value))
    family = world.get("token_families", record["family"]) if record else None
    if record is None or family is None or family["ended_at"] is not None or _is_over(record, world.now):
        return None
    client = find_client(world, family["client_id"])
    if client is None:
        return None
    facts: dict[str, Any] = {
        "plan": client["plan"],
        "counted": f"client:{client['client_id']}:{family['account']}",
    }
    return Caller(client["name"], "bearer", family["account"], frozenset(record["scopes"]), facts)


def _is_over(record: Record, now: datetime) -> bool:
    return parse_instant(record["expires_at"]) <= now


def _digest(text: str) -> bytes:
    """Return what secrets are compared by: they may be of any length and hold any character."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _kept_id(value: str) -> str:
    """Return the id that a code or token is kept under; its value itself is nowhere to be read."""
    return _digest(value).hex()[:32]
