"""Answers that a client asks for: any documented status, any named example, and nothing that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from specs import open_book


def prefer(toy: Any, wish: str, path: str = "/things", method: str = "GET", **parts: Any) -> Any:
    headers = {"Prefer": wish, **parts.pop("headers", {})}
    return toy.ask(method, path, token=None, headers=headers, **parts)


def test_any_documented_status_can_be_asked_for(toy: Any) -> None:
    for operation in toy.world.book.operations.values():
        path = operation.path
        for parameter in operation.in_place("path"):
            path = path.replace(f"{{{parameter.name}}}", "1")
        for status in operation.promises:
            assert prefer(toy, f"code={status}", path, operation.method).status_code == status


def test_promised_headers_come_along(toy: Any) -> None:
    assert prefer(toy, "code=429").headers["Retry-After"] == "0"


def test_a_named_example_can_be_asked_for(toy: Any) -> None:
    assert prefer(toy, "example=one").json["items"][0]["name"] == "First"
    assert prefer(toy, 'code=200; example="none"').json["items"] == []


def test_the_first_example_is_given_where_none_is_named(toy: Any) -> None:
    assert prefer(toy, "code=200").json == {"items": [], "query": {}, "headers": {}}


@pytest.mark.parametrize(
    ("wish", "named"),
    [
        ("code=418", "documented: 200, 400, 401, 422, 429, 503"),
        ("code=²", "documented: 200"),
        ("code=2000", "documented: 200"),
        ("code=two", "documented: 200"),
        ("example=three", "there are: none, one"),
        ("code=400, example=one", "there are: none"),
        ("code=200, example=three", "there are: none, one"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(toy: Any, wish: str, named: str) -> None:
    reply = prefer(toy, wish)

    assert (reply.status_code, reply.json["error"]) == (400, "bad_preference")
    assert named in reply.json["detail"]


@pytest.mark.parametrize("wish", ["return=minimal", "respond-async, wait=5", "", "status-code=404"])
def test_other_preferences_are_none_of_ours(toy: Any, wish: str) -> None:
    assert prefer(toy, wish).status_code == 401


def test_nothing_is_carried_out_for_an_answer_asked_for(toy: Any) -> None:
    reply = toy.send("POST", "/things", {"name": "a"}, headers={"Prefer": "code=201"})

    assert reply.status_code == 201
    assert toy.world.count("things") == 0


def test_an_answer_asked_for_is_in_the_journal(toy: Any) -> None:
    prefer(toy, "code=422")

    assert [(entry["operation"], entry["status"]) for entry in toy.journal] == [("listThings", 422)]


def test_an_unknown_path_cannot_be_preferred(toy: Any) -> None:
    assert prefer(toy, "code=200", "/nowhere").status_code == 404


def test_every_documented_answer_of_products_can_be_asked_for(products: Any) -> None:
    for operation in open_book("products").operations.values():
        path = operation.path.replace("{id}", "1").replace("{file}", f"{'0' * 36}.jpg")
        for status in operation.promises:
            assert prefer(products, f"code={status}", path, operation.method).status_code == status
