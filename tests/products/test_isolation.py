"""Two companies in one sandbox: what is one's is as unknown to the other as nothing."""

from __future__ import annotations

from typing import Any

import pytest

from specs import open_book

BOTH = ("full", "second-account")


@pytest.fixture
def theirs(shop: Any) -> dict[str, Any]:
    """A product of the second company."""
    reply = shop.post(shop.document(label=("labels", "9"), name="Theirs"), token="second-account")
    assert reply.status_code == 201
    return dict(reply.json["data"])


ABOUT_ONE = sorted(one.id for one in open_book("products").operations.values() if "{id}" in one.path)


@pytest.mark.parametrize("operation", ABOUT_ONE)
def test_no_operation_reaches_another_companys_product(shop: Any, theirs: dict[str, Any], operation: str) -> None:
    """PR-Q07, PR-091: one token stands for one company; over all operations."""
    known = open_book("products").operations[operation]
    path = known.path.replace("{id}", theirs["id"])

    document = shop.change(theirs["id"], name="Mine") if known.method == "PATCH" else None
    replies = {
        token: shop.box.send(known.method, path, document, token=token)
        if document
        else shop.box.ask(known.method, path, token=token)
        for token in BOTH
    }

    missing = shop.box.ask(known.method, known.path.replace("{id}", "404"))
    assert replies["full"].status_code == 404
    assert replies["full"].data == missing.data
    assert replies["second-account"].status_code < 300


def test_lists_and_filters_show_ones_own_alone(shop: Any, theirs: dict[str, Any]) -> None:
    """PR-Q07, PR-021, PR-028"""
    mine = shop.create(name="Mine")

    assert shop.ids() == [mine["id"]]
    assert shop.ids(f"?filter[id]={theirs['id']}") == []
    assert shop.ids("?filter[name]=theirs") == []
    assert shop.get().json["meta"]["page"]["total"] == 1


def test_ones_labels_are_ones_own(shop: Any, theirs: dict[str, Any]) -> None:
    """PR-047, PR-Q07"""
    for label, token in (("9", "full"), ("1", "second-account")):
        reply = shop.post(shop.document(label=("labels", label)), token=token)

        assert reply.status_code == 404
    mine = shop.create()
    assert shop.patch(mine["id"], label=("labels", "9")).status_code == 404


def test_demo_companies_do_not_overlap(full_shop: Any) -> None:
    """PR-Q07"""
    seen: dict[str, set[str]] = {token: set() for token in BOTH}
    for token in BOTH:
        for number in (1, 2, 3):
            reply = full_shop.get(f"?page[size]=100&page[number]={number}", token=token)
            seen[token] |= {one["id"] for one in reply.json["data"]}

    assert (len(seen["full"]), len(seen["second-account"])) == (300, 12)
    assert not seen["full"] & seen["second-account"]
