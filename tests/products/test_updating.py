"""Updating: only what is sent changes, and the status may go anywhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest


@pytest.fixture
def made(shop: Any) -> dict[str, Any]:
    """A product with everything set."""
    return dict(
        shop.create(
            subtitle="Deluxe", composer=["C"], release_date="2023-10-01", mastered_by="M", is_compilation=True,
            custom_data=[{"a": 1}], product_type=("product-types", "1"),
        )
    )  # fmt: skip


def test_what_is_not_sent_stays(shop: Any, made: dict[str, Any]) -> None:
    """PR-080"""
    updated = shop.update(made["id"], name="New")

    assert updated["attributes"] == {**made["attributes"], "name": "New"}
    assert shop.read(made["id"]) == updated
    assert shop.get(f"/{made['id']}/product-type").json["data"]["id"] == "1"


def test_an_update_of_nothing_changes_nothing(shop: Any, made: dict[str, Any]) -> None:
    """PR-080"""
    for body in ({}, {"attributes": {}}, {"relationships": {}}):
        reply = shop.patch(made["id"], document={"data": {"type": "products", "id": made["id"], **body}})

        assert reply.json["data"] == made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "New"), ("upc-code", "123456789012"), ("copyright-line", "©"), ("production-line", "℗"),
        ("production-year", 1999), ("artist", ["X", "Y"]), ("is-compilation", False), ("subtitle", "S"),
        ("mastered-by", "M"), ("label-internal-reference", "L"), ("composer", ["A"]), ("producer", ["A"]),
        ("featuring", ["A"]), ("remixer", ["A"]), ("author", ["A"]), ("lyricist", ["A"]), ("performer", ["A"]),
        ("arranger", ["A"]), ("orchestra", ["A"]), ("director", ["A"]), ("custom-data", [1, None]),
    ],
)  # fmt: skip
def test_every_attribute_of_create_can_be_changed(shop: Any, made: dict[str, Any], name: str, value: Any) -> None:
    """PR-081"""
    shop.update(made["id"], **{name: value})

    assert shop.read(made["id"])["attributes"][name] == value


@pytest.mark.parametrize("path", list(permutations(["draft", "active", "archived"])))
def test_any_state_may_follow_any_other(shop: Any, made: dict[str, Any], path: tuple[str, ...]) -> None:
    """PR-082, PR-083, PR-Q06"""
    for status in (*path, *path[:1]):
        assert shop.update(made["id"], status=status)["attributes"]["status"] == status
        assert shop.read(made["id"])["attributes"]["status"] == status


@pytest.mark.parametrize("status", ["draft", "active", "archived"])
def test_the_state_that_it_already_has_is_no_event(shop: Any, made: dict[str, Any], status: str) -> None:
    """PR-082"""
    shop.update(made["id"], status=status)

    shop.update(made["id"], status=status)

    assert [entry["kind"] for entry in shop.box.journal[0]["events"]] == []


@pytest.mark.parametrize("status", ["live", "", None, "ACTIVE", 1, ["active"]])
def test_another_status_is_refused(shop: Any, errors: Any, made: dict[str, Any], status: Any) -> None:
    """PR-082"""
    reply = shop.patch(made["id"], status=status)

    assert reply.status_code == 422
    assert [source for *_, source in errors(reply)] == [{"pointer": "/data/attributes/status"}]
    assert shop.read(made["id"]) == made


def test_the_update_moves_its_own_instant_alone(shop: Any, made: dict[str, Any]) -> None:
    """PR-084"""
    shop.box.advance(shop.box.now + timedelta(hours=1))

    attributes = shop.update(made["id"], name="New")["attributes"]

    assert attributes["createdAt"] == made["attributes"]["createdAt"]
    assert attributes["updatedAt"] == "2026-03-01T11:00:00.000000Z"


def test_the_body_must_speak_of_the_address(shop: Any, errors: Any, made: dict[str, Any]) -> None:
    """PR-085"""
    other, typed = shop.change("77", name="New"), shop.change(made["id"], name="New")
    typed["data"]["type"] = "labels"

    text = "Resource id 77 is not supported by this endpoint."
    assert errors(shop.patch(made["id"], document=other)) == [("409", "Not Supported", text, {"pointer": "/data/id"})]
    text = "Resource type labels is not supported by this endpoint."
    assert errors(shop.patch(made["id"], document=typed)) == [("409", "Not Supported", text, {"pointer": "/data/type"})]
    assert shop.patch(made["id"], document=other).status_code == 409
    assert shop.read(made["id"]) == made


def test_an_unknown_id_is_404_before_the_body_is_looked_at(shop: Any, errors: Any) -> None:
    """PR-086"""
    for document in (shop.change("999999", name="New"), {}, "nonsense"):
        reply = shop.patch("999999", document=document)

        assert (reply.status_code, errors(reply)) == (404, [("404", "Not Found", None, None)])


@pytest.mark.parametrize("name", ["name", "upc-code", "copyright-line", "production-line", "production-year", "artist"])
def test_a_required_attribute_cannot_be_emptied(shop: Any, errors: Any, made: dict[str, Any], name: str) -> None:
    """PR-087"""
    for empty in (None, [] if name == "artist" else ""):
        reply = shop.patch(made["id"], **{name: empty})

        assert reply.status_code == 422
        assert [source for *_, source in errors(reply)] == [{"pointer": f"/data/attributes/{name}"}]
    assert shop.read(made["id"]) == made


@pytest.mark.parametrize("name", ["subtitle", "mastered-by", "composer", "release-date", "custom-data"])
def test_an_optional_attribute_is_cleared_by_null(shop: Any, made: dict[str, Any], name: str) -> None:
    """PR-087"""
    assert made["attributes"][name] is not None

    assert shop.update(made["id"], **{name: None})["attributes"][name] is None


def test_null_makes_it_no_compilation(shop: Any, made: dict[str, Any]) -> None:
    """PR-087"""
    assert shop.update(made["id"], is_compilation=None)["attributes"]["is-compilation"] is False


def test_label_language_and_type_can_be_changed(shop: Any, made: dict[str, Any]) -> None:
    """PR-088"""
    shop.update(made["id"], label=("labels", "1"), language=("languages", "2"), product_type=("product-types", "2"))

    found = [shop.get(f"/{made['id']}/{name}").json["data"]["id"] for name in ("label", "language", "product-type")]
    assert found == ["1", "2", "2"]
    shop.update(made["id"], product_type=None)
    assert shop.get(f"/{made['id']}/product-type").json["data"] is None


def test_a_refused_update_changes_nothing(shop: Any, made: dict[str, Any]) -> None:
    """PR-088: neither the good part of a body nor anything else."""
    for changes in (
        {"name": "New", "label": ("labels", "999999")},
        {"name": "New", "release_date": "2016-12-31T23:59:60Z"},
        {"name": "New", "status": "live"},
        {"name": "New", "front_cover": "data:image/png;base64,AAAA"},
    ):
        assert shop.patch(made["id"], **changes).status_code in (404, 422)
    assert shop.read(made["id"]) == made


def test_what_only_the_server_sets_is_ignored(shop: Any, made: dict[str, Any]) -> None:
    """PR-076"""
    updated = shop.update(
        made["id"], name="New", cover_url="https://x/", front_cover_md5="a", createdAt="x", updatedAt=3
    )

    assert updated["attributes"] == {**made["attributes"], "name": "New"}


def test_no_change_is_lost_between_clients_at_the_same_time(shop: Any, made: dict[str, Any]) -> None:
    """PR-080: what one does not send stays, also when another is just changing it."""
    names = ["subtitle", "mastered-by", "label-internal-reference", "copyright-line", "production-line", "name"]

    with ThreadPoolExecutor(6) as pool:
        replies = list(
            pool.map(lambda name: [shop.patch(made["id"], **{name: f"{name} {n}"}) for n in range(8)], names)
        )

    assert {reply.status_code for found in replies for reply in found} == {200}
    attributes = shop.read(made["id"])["attributes"]
    assert {name: attributes[name] for name in names} == {name: f"{name} 7" for name in names}
