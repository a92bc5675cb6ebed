"""API keys: one per integration, with scopes and a plan; rotation leaves the old value seven more days."""

from __future__ import annotations

from datetime import datetime, timedelta

from mockserver.auth.credentials import mint
from mockserver.clock import instant, parse_instant
from mockserver.core.ground import Record
from mockserver.world import World

GRACE = timedelta(days=7)
HEADER = "X-API-Key"
_LENGTH = 32


def make_key(
    world: World,
    account: str,
    scopes: list[str],
    plan: str,
    *,
    name: str = "",
    integration: str = "",
    note: str = "",
    expires_at: datetime | None = None,
) -> Record:
    """Make a key of its own for an integration (OG-016)."""
    key_id = f"key_{world.next_number('api key'):04d}"
    return mint(
        world,
        kind="api_key",
        id=key_id,
        key_id=key_id,
        value=_new_value(world),
        account=account,
        name=name,
        header=HEADER,
        scopes=scopes,
        expires_at=expires_at,
        note=note,
        plan=plan,
        integration=integration or f"integration {key_id}",
        created_at=instant(world.now),
        rotations=0,
        previous_key_valid_until=None,
    )


def rotate(world: World, key: Record) -> Record:
    """Give a key a new value at once; the old one, and those before it, live on for their own seven days.

    OG-017, OG-018, OG-021. The new value keeps the key's id, scopes, plan and rate window (OG-020).
    """
    until = world.now + GRACE
    if key["expires_at"]:
        until = min(until, parse_instant(key["expires_at"]))
    number = key["rotations"] + 1
    _mint_again(world, key, f"{key['id']}-before-{number}", key["value"], f"{key['name']}-before-{number}", until)
    valid_until = instant(max(until, world.now))
    fresh = {**key, "rotations": number, "previous_key_valid_until": valid_until}
    return _mint_again(world, fresh, key["id"], _new_value(world), key["name"], None)


def _mint_again(world: World, key: Record, id: str, value: str, name: str, expires_at: datetime | None) -> Record:
    kept = ("key_id", "plan", "integration", "created_at", "rotations", "previous_key_valid_until")
    return mint(
        world,
        kind="api_key",
        id=id,
        value=value,
        account=key["account"],
        name=name,
        header=HEADER,
        scopes=key["scopes"],
        expires_at=expires_at,
        note=key["note"] if id == key["id"] else f"The value of {key['name']} before a rotation.",
        **{member: key[member] for member in kept},
    )


def keys_of(world: World, account: str) -> list[Record]:
    """Return an account's keys, oldest first, without the values that rotations have replaced."""
    found = world.slice_by("credentials", "account", account)
    return [record for record in found if record["kind"] == "api_key" and record["key_id"] == record["id"]]


def move_production_keys(world: World, account: str, plan: str) -> int:
    """Move an account's production keys to another plan, replaced values included; return how many keys moved."""
    moved = 0
    for record in world.slice_by("credentials", "account", account):
        if record["kind"] == "api_key" and record["plan"] not in ("sandbox", plan):
            world.put("credentials", {**record, "plan": plan})
            moved += record["key_id"] == record["id"]
    return moved


def _new_value(world: World) -> str:
    return f"og_key_{world.token('api key', _LENGTH)}"
