"""Every operation and every documented status of it, met for real, without a broken promise."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest

from mockserver.media.pictures import png
from specs import open_book

JSON_API = "application/vnd.api+json"
RELATIONS = ("company", "label", "product-type", "language", "offers", "tracks", "rights")


def provoke(shop: Any) -> None:
    """Ask for every documented status of every operation once."""
    shop.create()
    reads = ["", "/1", *(f"/1/{name}" for name in RELATIONS), *(f"/1/relationships/{name}" for name in RELATIONS)]
    for path in reads:
        shop.get(path)
        shop.get(f"{path}?foo=1")
        shop.get(path, token=None)
        shop.get(path, headers={"Accept": "text/html"})
        if path:
            shop.get(path.replace("/1", "/404", 1))
    for method, path, document in (
        ("POST", "/api/v1/products", shop.document()), ("PATCH", "/api/v1/products/1", shop.change("1", name="New")),
    ):  # fmt: skip
        shop.box.send(method, path, document)
        shop.box.send(method, path, {})
        shop.box.send(method, path, document, token=None)
        shop.box.send(method, path, document, headers={"Accept": "text/html"})
        shop.box.send(method, path, {"data": {**document["data"], "type": "labels"}})
        shop.box.send(method, path, document, content_type="application/json")
        shop.box.ask(method, path, content_type=JSON_API, environ_overrides={"CONTENT_LENGTH": "99999999"})
        nothing = {"label": {"data": {"type": "labels", "id": "404"}}}
        shop.box.send(method, path, {"data": {**document["data"], "relationships": {
            **document["data"]["relationships"], **nothing}}})  # fmt: skip
        shop.box.send(method, path, {"data": {**document["data"], "attributes": {"name": ""}}})
    shop.post(shop.document(id="7"))
    shop.delete("1", token=None)
    shop.delete("1", headers={"Accept": "text/html"})
    shop.delete("404")
    shop.update("1", status="active")
    shop.delete("1")
    shop.update("1", status="draft")
    shop.delete("1")
    shop.box.ask("GET", f"/storage/covers/{'0' * 36}.jpg", token=None)


def test_every_documented_answer_is_met_and_nothing_else(shop: Any) -> None:
    """PR-001 and every status of the document; the sandbox's violations are looked through afterwards."""
    provoke(shop)
    uri = f"data:image/png;base64,{base64.b64encode(png(20, 20, (1, 2, 3))).decode()}"
    url = shop.create(front_cover=uri)["attributes"]["cover-url"]
    shop.box.ask("GET", url.removeprefix("http://localhost/products"), token=None)

    seen = {(operation, status) for _, operation, status, _ in shop.box.house.recipe.journal.seen(shop.box.name)}

    promised = {
        (operation.id, status)
        for operation in open_book("products").operations.values()
        for status in operation.promises
    }
    assert promised - seen == set()
    assert seen - promised == set()


def test_every_transition_of_the_lifecycle_is_met(shop: Any) -> None:
    """PR-082, PR-092: and the one documented refusal."""
    happened = set()
    for source in ("draft", "active", "archived"):
        for target in ("draft", "active", "archived", "deleted"):
            id = shop.create()["id"]
            shop.update(id, status=source)
            reply = shop.delete(id) if target == "deleted" else shop.patch(id, status=target)
            events = [event for event in shop.box.journal[0]["events"] if event["kind"] == "transition"]
            happened |= {(source, event["detail"].split(":")[0]) for event in events}
            assert (reply.status_code == 422) is ((source, target) == ("active", "deleted"))

    machine = open_book("products").lifecycles["product"]
    assert happened == {(state, row.event) for row in machine.transitions for state in row.sources}


def test_every_rule_is_named_by_a_test() -> None:
    """The rules that a test proves stand in its docstring."""
    named: set[str] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        named |= set(re.findall(r"PR-[0-9]{3}", file.read_text("utf-8")))

    rules = set(open_book("products").rules)
    assert len(rules) == 82
    assert rules - named == set()


@pytest.mark.parametrize("operation", sorted(open_book("products").operations))
def test_no_query_or_header_brings_an_operation_down(full_shop: Any, operation: str) -> None:
    """PR-035: odd requests of every kind end in an answer that the document knows."""
    known = open_book("products").operations[operation]
    cover = next(full_shop.box.world.find("covers"))["id"]
    path = known.path.replace("{id}", "1").replace("{file}", cover)
    for query in (
        "",
        "?%00",
        "?a[]=1&a[b]=2",
        "?page[size]=9e9",
        "?include=%ff",
        "?" + "&".join(["x=1"] * 1500),
        "?sort[]=1",
    ):
        for headers in (
            {},
            {"Accept": "\x00"},
            {"X-Forwarded-Host": "evil"},
            {"If-None-Match": "*"},
            {"Range": "bytes=0-1"},
        ):
            reply = full_shop.box.ask(known.method, f"{path}{query}", headers=headers)

            assert reply.status_code in known.promises, (query, headers, reply.text)
