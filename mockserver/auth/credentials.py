"""Credentials of a provider in a sandbox: minted, found by their value, expired on the sandbox's clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from mockserver.clock import instant, parse_instant
from mockserver.core.ground import Ground, Record
from mockserver.core.message import Caller

CREDENTIALS, VALUES = "credentials", "credential_values"
_LONGEST = 8192
KINDS = ("api_key", "bearer", "client", "user", "webhook_secret", "tenant")


def mint(
    world: Ground,
    *,
    kind: str,
    value: str,
    account: str,
    name: str = "",
    header: str = "",
    scopes: Iterable[str] = (),
    expires_at: datetime | None = None,
    note: str = "",
    **facts: Any,
) -> Record:
    """Store a credential and make it findable by its value; returns its record."""
    number = world.next_number("credential")
    record = {
        "id": facts.pop("id", None) or f"cred_{number}",
        "name": name or f"minted-{number}",
        "kind": kind,
        "header": header,
        "value": value,
        "scopes": sorted(scopes),
        "account": account,
        "expires_at": instant(expires_at) if expires_at else None,
        "revoked_at": None,
        "note": note,
        **facts,
    }
    world.put(CREDENTIALS, record)
    if value:
        if len(value) > _LONGEST:
            raise ValueError(f"a credential has at most {_LONGEST} characters")
        world.put(VALUES, {"id": _index(value), "credential": record["id"]})
    return record


def find_by_value(world: Ground, value: str) -> Record | None:
    """Return the credential with this value, whatever its state, or None."""
    if len(value) > _LONGEST:
        return None
    entry = world.look(VALUES, _index(value))
    record = world.look(CREDENTIALS, entry["credential"]) if entry else None
    return dict(record) if record else None


def is_alive(world: Ground, record: Record) -> bool:
    """Say whether a credential is neither expired nor revoked at this instant."""
    expires, revoked = record["expires_at"], record["revoked_at"]
    if expires and parse_instant(expires) <= world.now:
        return False
    return not (revoked and parse_instant(revoked) <= world.now)


def caller_of(record: Record) -> Caller:
    """Return who calls with a credential."""
    return Caller(record["name"], record["kind"], record["account"], frozenset(record["scopes"]), record)


@lru_cache(maxsize=4096)
def _index(value: str) -> str:
    # The value may be long or hold anything; its digest is a tidy key.
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
