"""Deleting: drafts and archived products go for good, active ones stay."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_a_draft_or_archived_product_goes_for_good(shop: Any, status: str) -> None:
    """PR-092"""
    shop.create()
    shop.update("1", status=status)

    reply = shop.delete("1")

    assert (reply.status_code, reply.data) == (204, b"")
    assert "Content-Type" not in reply.headers
    assert shop.get("/1").status_code == 404
    assert shop.ids() == []
    assert shop.get().json["meta"]["page"]["total"] == 0


def test_an_active_product_stays(shop: Any, errors: Any) -> None:
    """PR-093, PR-094"""
    shop.create()
    active = shop.update("1", status="active")

    reply = shop.delete("1")

    assert reply.status_code == 422
    assert errors(reply) == [("422", "Not Deletable", "An active product cannot be deleted.", None)]
    assert shop.read("1") == active


def test_an_unknown_id_and_a_second_delete_are_404(shop: Any, errors: Any) -> None:
    """PR-095"""
    shop.create()
    shop.delete("1")

    for id in ("1", "999999", "abc"):
        reply = shop.delete(id)

        assert (reply.status_code, errors(reply)) == (404, [("404", "Not Found", None, None)])


def test_once_archived_an_active_product_can_go(shop: Any) -> None:
    """PR-096"""
    shop.create()
    shop.update("1", status="active")
    shop.update("1", status="archived")

    assert shop.delete("1").status_code == 204


def test_its_id_is_not_given_again(shop: Any) -> None:
    """PR-053, PR-092"""
    shop.create()
    shop.delete("1")

    assert shop.create()["id"] == "2"


def test_what_belonged_to_it_goes_with_it(full_shop: Any) -> None:
    """PR-092: tracks, offers, rights and the cover of a product of the demo world."""
    world = full_shop.box.world
    product = next(one for one in world.find("products") if one["status"] == "archived" and one["company_id"] == "1")
    collections = ("tracks", "offers", "rights")
    before = {name: world.count(name) for name in collections}
    own = {name: world.count_by(name, "product_id", product["id"]) for name in collections}
    assert all(own.values())
    assert world.get("covers", product["cover_file"])

    full_shop.delete(product["id"])

    world = full_shop.box.world
    assert {name: world.count(name) for name in collections} == {name: before[name] - own[name] for name in collections}
    assert all(world.count_by(name, "product_id", product["id"]) == 0 for name in collections)
    assert world.get("covers", product["cover_file"]) is None
    assert full_shop.get("?filter[id]=" + product["id"]).json["data"] == []
