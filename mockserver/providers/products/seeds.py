"""Fills a new world of products: companies with their catalogue, tokens to paste."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from typing import Any

from mockserver.clock import instant, midnight
from mockserver.core.ground import Record
from mockserver.fakes import Chance, Fakes
from mockserver.providers.products.identity import mint_token
from mockserver.providers.products.records import CONTRIBUTORS
from mockserver.world import World

Choices = dict[str, list[Any]]


def seed(world: World, recipe: Record) -> None:
    """Build what a world's recipe (fixtures/products/worlds) asks for; figures come from seed and day alone."""
    for collection in ("companies", "labels", "languages", "product_types"):
        for entry in recipe[collection]:
            world.put(collection, {key: str(value) for key, value in entry.items()})
    for entry in recipe["credentials"]:
        mint_token(
            world, str(entry["company"]), entry["name"], entry["note"], lifeless=bool(entry.get("expired", False))
        )
    fakes = Fakes(world.seed)
    choices: Choices = {
        "covers": _pictures(recipe.get("cover_pictures", [])),
        "labels": list(world.find("labels")),
        "languages": [entry["id"] for entry in world.find("languages")],
        "product_types": [entry["id"] for entry in world.find("product_types")],
    }
    for company, figures in (recipe.get("products") or {}).items():
        for number in range(figures["count"]):
            _seed_product(world, fakes, world.chance("product", company, number), str(company), choices)


def _pictures(names: list[str]) -> list[tuple[str, str]]:
    """Return shipped pictures as (base64, md5); many products share few of them, each under an address of its own."""
    folder = files("fixtures") / "products" / "media"
    made = [(folder / name).read_bytes() for name in names]
    return [(base64.b64encode(data).decode(), hashlib.md5(data, usedforsecurity=False).hexdigest()) for data in made]


def _seed_product(world: World, fakes: Fakes, chance: Chance, company: str, choices: Choices) -> None:
    label = chance.pick([record for record in choices["labels"] if record["company_id"] == company])
    covers = choices["covers"]
    number = world.next_number("product")
    status = chance.weighted({"active": 6, "draft": 3, "archived": 1})
    created = world.now - timedelta(days=chance.number(1, 900), seconds=chance.number(0, 86_399))
    released = midnight(created + timedelta(days=chance.number(14, 60)))
    artist = fakes.artist()
    title = fakes.title()
    record: Record = {
        "id": str(number),
        "company_id": company,
        "label_id": label["id"],
        "language_id": chance.pick(choices["languages"]),
        "product_type_id": _maybe(chance, 80, lambda: chance.pick(choices["product_types"])),
        "name": title,
        "is_compilation": chance.happens(0.05),
        "upc_code": fakes.ean(),
        "copyright_line": f"© {created.year} {label['name']}",
        "production_line": f"℗ {created.year} {label['name']}",
        "production_year": created.year,
        "status": status,
        "artist": [artist, fakes.artist()] if chance.happens(0.15) else [artist],
        **{name: _maybe(chance, 15, lambda: [fakes.artist()]) for name in CONTRIBUTORS},
        "subtitle": _maybe(chance, 10, fakes.version),
        "mastered_by": _maybe(chance, 30, fakes.artist),
        "label_internal_reference": _maybe(chance, 30, lambda: f"CAT-{number:04d}"),
        "custom_data": None,
        "release_date": instant(released) if status != "draft" else None,
        "original_release_date": None,
        "cover_file": None,
        "front_cover_md5": None,
        "has_send_tasks": status == "active" and chance.happens(0.5),
        "created_at": instant(created),
        "updated_at": instant(min(created + timedelta(hours=chance.number(0, 200)), world.now)),
    }
    if status != "draft" and covers:
        data, md5 = covers[number % len(covers)]
        file = f"{world.uuid('cover')}.jpg"
        world.put("covers", {"id": file, "media_type": "image/jpeg", "data": data, "md5": md5})
        record["cover_file"], record["front_cover_md5"] = file, md5
    world.begin("product", record)
    if status != "draft":
        _seed_related(world, fakes, chance, record)


def _seed_related(world: World, fakes: Fakes, chance: Chance, product: Record) -> None:
    for _ in range(chance.number(1, 12)):
        id = str(world.next_number("track"))
        world.put("tracks", {"id": id, "product_id": product["id"], "name": fakes.title(), "isrc": fakes.isrc()})
    for name in ("Download", "Subscription streaming")[: chance.number(1, 2)]:
        world.put("offers", {"id": str(world.next_number("offer")), "product_id": product["id"], "name": name})
    right = {"id": str(world.next_number("right")), "product_id": product["id"], "name": "Worldwide, exclusive"}
    world.put("rights", right)


def _maybe(chance: Chance, percent: int, make: Callable[[], Any]) -> Any:
    return make() if chance.number(1, 100) <= percent else None
