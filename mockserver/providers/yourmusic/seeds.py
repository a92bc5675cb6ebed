"""Fills a new world of yourmusic: tenants, users with what they own and hear, the catalogue, credentials."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.catalogue.edits import plant
from mockserver.providers.yourmusic.catalogue.making import FIRST_TRACK, Size
from mockserver.providers.yourmusic.checkout.page import PRODUCTS
from mockserver.providers.yourmusic.checkout.subscriptions import PERIOD, begin_subscription
from mockserver.providers.yourmusic.listening import note_position
from mockserver.providers.yourmusic.minting import create_tenant, lifeless, mint_client, mint_tenant, mint_user
from mockserver.providers.yourmusic.people import TENANTS, user_at
from mockserver.providers.yourmusic.playlists import PLAYLISTS, append_entry, create_playlist
from mockserver.world import World


def seed(world: World, recipe: Record) -> None:
    """Build what a world's recipe (fixtures/yourmusic/worlds) asks for; figures come from seed and day alone."""
    for entry in recipe["tenants"]:
        create_tenant(world, entry["slug"], entry["name"])
    for entry in recipe["products"]:
        world.put(PRODUCTS, _product(entry))
    figures = recipe.get("catalogue") or {"artists": 0}
    plant(world, Size(**figures))
    for entry in recipe["users"]:
        _seed_user(world, entry)
    for entry in recipe["credentials"]:
        _CREDENTIALS[entry["kind"]](world, entry)
    for entry in recipe.get("playlists") or ():
        _seed_playlist(world, entry)
    for entry in recipe.get("listening") or ():
        _seed_listening(world, entry)


def _product(entry: Record) -> Record:
    return {"id": entry["slug"], **{name: entry[name] for name in ("name", "price_minor", "currency")}}


def _seed_user(world: World, entry: Record) -> None:
    chance = world.chance("user", entry["email"])
    created = world.now - timedelta(days=chance.number(31, 400), seconds=chance.number(0, 86_399))
    user: Record = {
        "id": world.uuid("user"),
        "tenant": entry["tenant"],
        **{name: str(entry[name]) for name in ("first_name", "last_name", "email", "date_of_birth")},
        "status": "SUBSCRIBED" if entry.get("is_subscribed") else "UNSUBSCRIBED",
        "subscription_ends_at": None,
        "pm_type": None,
        "pm_last_four": None,
        "created_at": instant(created),
        "updated_at": instant(created),
    }
    if entry.get("is_subscribed"):
        since = world.now - timedelta(days=chance.number(1, 20), seconds=chance.number(0, 86_399))
        until = since + PERIOD
        user |= {
            "subscription_ends_at": instant(until),
            "pm_type": chance.pick(("visa", "mastercard")),
            "pm_last_four": chance.digits(4),
            "updated_at": instant(since),
        }
        world.begin("user", user)
        begin_subscription(world, user, "basic", since, until)
    else:
        world.begin("user", user)


def _seed_playlist(world: World, entry: Record) -> None:
    user = _user(world, entry)
    chance = world.chance("playlist", entry["name"], user["id"])
    playlist = create_playlist(world, user, entry["name"], bool(entry.get("is_public", False)))
    made = user["created_at"]
    playlist["created_at"] = playlist["updated_at"] = made
    world.put(PLAYLISTS, playlist)
    for _ in range(entry["tracks"]):
        append_entry(world, playlist, _any_track(world, chance.number(0, world.count("tracks") - 1)))
    if entry.get("is_featured"):
        tenant = world.require(TENANTS, user["tenant"])
        tenant["featured_playlist_ids"].append(playlist["id"])
        tenant["home_revision"] += 1
        world.put(TENANTS, tenant)


def _seed_listening(world: World, entry: Record) -> None:
    user = _user(world, entry)
    chance = world.chance("listening", user["id"])
    for _ in range(entry["tracks"]):
        track = world.require("tracks", _any_track(world, chance.number(0, world.count("tracks") - 1)))
        note_position(world, user["id"], track, chance.number(1, track["duration_seconds"] // 6 - 1) * 6)


def _any_track(world: World, place: int) -> str:
    return str(FIRST_TRACK + place)


def _user(world: World, entry: Record) -> Record:
    user = user_at(world, entry["tenant"], entry["email"])
    if user is None:
        raise ValueError(f"the world's recipe names no user {entry['email']} of {entry['tenant']}")
    return user


def _seed_client(world: World, entry: Record) -> None:
    end = lifeless(world) if entry.get("is_expired") else None
    mint_client(world, entry["tenant"], entry["name"], entry["note"], end)


def _seed_user_token(world: World, entry: Record) -> None:
    end = lifeless(world) if entry.get("is_expired") else None
    mint_user(world, _user(world, entry), entry["name"], entry["note"], end)


def _seed_tenant(world: World, entry: Record) -> None:
    mint_tenant(world, entry["tenant"], entry["name"], entry["note"])


_CREDENTIALS: dict[str, Callable[[World, Record], None]] = {
    "client": _seed_client,
    "user": _seed_user_token,
    "tenant": _seed_tenant,
}
