"""Fills a new world: accounts, credentials to paste, and a catalogue where the recipe asks for one."""

from __future__ import annotations

from datetime import timedelta

from mockserver.auth.credentials import mint
from mockserver.core.ground import Record
from mockserver.fakes import Fakes
from mockserver.providers.og_records import keys, ledger, oauth, senders
from mockserver.providers.og_records.catalogue import Catalogue
from mockserver.providers.og_records.identity import all_scopes
from mockserver.providers.og_records.rules import SETTINGS
from mockserver.world import World


def seed(world: World, recipe: Record) -> None:
    """Build what a world's recipe (fixtures/og_records/worlds) asks for; figures come from seed and day alone."""
    today = world.now
    for account in recipe["accounts"]:
        world.put("accounts", dict(account))
    world.put(SETTINGS, {"id": "submit", **recipe["settings"]})
    for entry in recipe["credentials"]:
        _seed_credential(world, entry)
    for hook, entry in recipe["webhook_secrets"].items():
        _seed_secret(world, hook, entry)
    fakes = Fakes(world.seed)
    for account, wish in (recipe.get("catalogues") or {}).items():
        Catalogue(world, fakes, account, wish, today).build()
    world.now = today
    ledger.schedule_closing(world)


def _seed_credential(world: World, entry: Record) -> None:
    scopes = all_scopes() if entry["scopes"] == "all" else list(entry["scopes"])
    told = {"name": entry["name"], "note": entry["note"]}
    if entry["kind"] == "client":
        oauth.make_client(
            world, entry["account"], scopes, entry["plan"], client_id=entry["client_id"],
            needs_consent=entry["needs_consent"], **told,
        )  # fmt: skip
        return
    expires_at = world.now - timedelta(days=1) if entry.get("expired") else None
    keys.make_key(
        world, entry["account"], scopes, entry["plan"], integration=entry["integration"], expires_at=expires_at, **told
    )


def _seed_secret(world: World, hook: str, entry: Record) -> None:
    facts: Record = {"hook": hook, "path": f"/webhooks/{hook}"}
    if hook == "wise":
        value = senders.wise_private_key()
        facts["public_key"] = senders.public_key_of(value)
    else:
        value = f"{entry['prefix']}{world.token(f'secret of {hook}', 32)}"
    mint(
        world,
        kind="webhook_secret",
        id=senders.credential_id(hook),
        name=senders.credential_id(hook),
        value=value,
        account="",
        header=entry.get("header", ""),
        note=entry["note"],
        **facts,
    )
