"""The seed worlds: full of data that hangs together, the same for the same seed, and quick to make."""

from __future__ import annotations

from collections import Counter
from typing import Any

from stdnum import ean, isrc

from mockserver.store import snapshot


def test_the_demo_world_has_products_in_every_state_with_all_that_belongs_to_them(full_shop: Any) -> None:
    """PR-Q01"""
    world = full_shop.box.world
    products = list(world.find("products"))

    states = Counter(one["status"] for one in products)
    assert set(states) == {"draft", "active", "archived"}
    assert min(states.values()) >= 10
    assert {one["label_id"] for one in products} == {"1", "5", "7", "9"}
    for one in products:
        assert world.require("labels", one["label_id"])["company_id"] == one["company_id"]
        assert world.get("languages", one["language_id"])
        assert one["product_type_id"] is None or world.get("product_types", one["product_type_id"])
        assert one["created_at"] <= one["updated_at"] <= full_shop.box.meta["born"]
        assert (one["cover_file"] is None) is (one["status"] == "draft")
        assert ean.is_valid(one["upc_code"])
    assert all(isrc.is_valid(track["isrc"]) for track in list(world.find("tracks"))[:50])
    assert any(one["has_send_tasks"] for one in products)
    assert len({one["upc_code"] for one in products}) == len(products)


def test_the_empty_world_has_what_a_product_must_be_linked_to(shop: Any) -> None:
    """PR-Q01"""
    world = shop.box.world

    assert world.count("products") == 0
    assert {one["id"] for one in world.find("labels")} >= {"1", "5"}
    assert world.count("languages") >= 2
    assert world.count("product_types") == 3
    assert [one["name"] for one in world.find("credentials")] == ["full", "second-account", "expired"]


def test_the_same_seed_gives_the_same_world_and_another_another(house: Any, make_box: Any) -> None:
    def content(seed: int) -> dict[str, Any]:
        box = make_box(house, "products", seed=seed)
        return dict(snapshot.read(house.store, box.world.space))

    first, again, other = content(11), content(11), content(12)

    assert first == again
    assert first["products"] != other["products"]
    assert first["credentials"] != other["credentials"]


def test_answers_are_the_same_bytes_for_the_same_seed(house: Any, make_box: Any) -> None:
    """All but the sandbox's own name."""

    def story(seed: int) -> list[tuple[int, bytes, list[tuple[str, str]]]]:
        box = make_box(house, "products", seed=seed)
        document = {
            "data": {
                "type": "products",
                "attributes": {
                    "name": "n", "upc-code": "8088111222333", "copyright-line": "c", "production-line": "p",
                    "production-year": 1, "status": "draft", "artist": ["a"],
                },
                "relationships": {
                    "label": {"data": {"type": "labels", "id": "1"}},
                    "language": {"data": {"type": "languages", "id": "1"}},
                },
            }
        }  # fmt: skip
        replies = [
            box.ask("GET", "/api/v1/products?include=label,tracks&page[size]=50"),
            box.send("POST", "/api/v1/products", document),
            box.send("POST", "/api/v1/products", {}),
            box.ask("DELETE", "/api/v1/products/1"),
            box.ask("GET", "/api/v1/nowhere"),
        ]
        return [
            (one.status_code, one.data, [pair for pair in one.headers.items() if pair[0] != "X-Sandbox"])
            for one in replies
        ]

    assert story(11) == story(11)
    assert story(11) != story(12)


def test_a_sandbox_of_a_known_world_is_made_in_a_moment(house: Any, make_box: Any) -> None:
    """Under five milliseconds each on an idle machine; here only that it is no rebuild."""
    from mockserver.clock import monotonic_seconds

    make_box(house, "products").world.count("products")
    start = monotonic_seconds()
    boxes = [make_box(house, "products") for _ in range(20)]
    assert all(box.world.count("products") == 312 for box in boxes)

    assert monotonic_seconds() - start < 1
