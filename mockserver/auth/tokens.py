"""Issues and checks RS256 tokens whose life follows the sandbox's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mockserver.clock import EPOCH
from mockserver.core.ground import Ground, Record

REVOKED = "revoked_tokens"


class TokenRefused(Exception):
    """A token that does not open anything; `reason` is signature, expired, revoked, wrong-sandbox or malformed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh token with its claims."""

    text: str
    claims: Record
    expires_at: datetime


@lru_cache(maxsize=1)
def _key() -> Any:
    # One well-known key for every sandbox: a mock protects nothing, and a fixed key keeps the bytes the same.
    from joserfc.jwk import RSAKey

    return RSAKey.import_key(files("fixtures").joinpath("keys", "sandbox-rs256.pem").read_text("ascii"))


def public_keys() -> Record:
    """Return the JWK set that verifies every token of this server."""
    key = _key()
    return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "RS256", "kid": key.thumbprint()}]}


def issue(world: Ground, claims: Record, life: timedelta) -> Issued:
    """Sign a token: `claims` plus iss, iat, exp, jti; `sandbox` binds it to the sandbox that issued it.

    A token of a seed has no sandbox: every sandbox that begins with that world knows it.
    """
    from joserfc import jwt

    start = int((world.now - EPOCH).total_seconds())
    full = {
        "iss": f"soundcheck/{world.provider}",
        "sandbox": world.sandbox,
        "iat": start,
        "exp": start + int(life.total_seconds()),
        "jti": world.uuid("token"),
        **claims,
    }
    key = _key()
    text = jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.thumbprint()}, full, key)
    return Issued(text, full, EPOCH + timedelta(seconds=full["exp"]))


@lru_cache(maxsize=4096)
def _signed_claims(text: str) -> Record:
    """Verify signature and form; what a signed text says never changes, so the answer may be kept."""
    from joserfc import jwt
    from joserfc.errors import BadSignatureError, JoseError

    try:
        return dict(jwt.decode(text, _key(), algorithms=["RS256"]).claims)
    except BadSignatureError:
        raise TokenRefused("signature") from None
    except (JoseError, ValueError, KeyError, TypeError):
        raise TokenRefused("malformed") from None


def check(world: Ground, text: str) -> Record:
    """Return the claims of a token that is ours, alive at this instant and not revoked; `TokenRefused` otherwise."""
    if text.count(".") != 2:
        raise TokenRefused("malformed")
    claims = _signed_claims(text)
    if claims.get("iss") != f"soundcheck/{world.provider}" or claims.get("sandbox") not in ("", world.sandbox):
        raise TokenRefused("wrong-sandbox")
    end, id = claims.get("exp"), claims.get("jti")
    if not isinstance(end, int | float) or not isinstance(id, str):
        raise TokenRefused("malformed")  # the key is no secret: anybody may sign anything with it
    if end <= (world.now - EPOCH).total_seconds():
        raise TokenRefused("expired")
    if world.get(REVOKED, id) is not None:
        raise TokenRefused("revoked")
    return dict(claims)


def revoke(world: Ground, claims: Record) -> None:
    """Let a token open nothing from now on."""
    world.put(REVOKED, {"id": claims["jti"], "exp": claims["exp"]})
