"""Tokens: pairs of an access token and a refresh token, refreshed once, revoked at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mockserver.auth import tokens
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.world import World

REFRESH = "refresh_tokens"
LIFE = timedelta(hours=1)
SCOPES = ("releases:read", "releases:write", "analytics:read")


def issue_pair(world: World, tenant: str, subject: str, scopes: list[str]) -> dict[str, Any]:
    """Return a fresh access token of one hour with its refresh token, as POST /auth/token prints them."""
    issued = tokens.issue(world, {"sub": subject, "tenant": tenant, "scope": " ".join(scopes)}, LIFE)
    refresh = "def50200" + world.hex("refresh_token", 56)
    entry = {
        "id": refresh,
        "tenant": tenant,
        "subject": subject,
        "scopes": scopes,
        "state": "fresh",
        "created_at": instant(world.now),
    }
    world.put(REFRESH, entry)
    return {
        "access_token": issued.text,
        "token_type": "Bearer",
        "expires_in": int(LIFE.total_seconds()),
        "refresh_token": refresh,
        "scope": " ".join(scopes),
    }


def refresh_pair(world: World, refresh: str) -> dict[str, Any]:
    """Use a refresh token up and return new tokens, without their scopes (L195)."""
    entry = world.get(REFRESH, refresh)
    if entry is None or entry["state"] != "fresh":
        raise Failure("unauthenticated", reason="token")
    world.put(REFRESH, {**entry, "state": "used"})
    pair = issue_pair(world, entry["tenant"], entry["subject"], entry["scopes"])
    del pair["scope"]
    return pair


def revoke(world: World, text: str) -> None:
    """Let a token of either kind open nothing from now on; an unknown one is nothing to do."""
    entry = world.get(REFRESH, text)
    if entry is not None:
        world.put(REFRESH, {**entry, "state": "revoked"})
        return
    try:
        tokens.revoke(world, tokens.check(world, text))
    except tokens.TokenRefused:
        return


def impersonation(world: World, parent: Record, child: Record, actor: str) -> dict[str, Any]:
    """Return a token that acts as a child tenant on behalf of its parent (L1305)."""
    claims = {
        "sub": actor,
        "tenant": child["id"],
        "scope": " ".join(SCOPES),
        "acting_as": True,
        "on_behalf_of": parent["id"],
    }
    issued = tokens.issue(world, claims, LIFE)
    return {"access_token": issued.text, "token_type": "Bearer", "expires_in": int(LIFE.total_seconds())}
