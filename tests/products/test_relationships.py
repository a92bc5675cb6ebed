"""What a product is linked to: whole resources, bare identifiers, nothing that can be written."""

from __future__ import annotations

from typing import Any

import pytest

TO_ONE = {"company": "companies", "label": "labels", "product-type": "product-types", "language": "languages"}
TO_MANY = {"offers": "offers", "tracks": "tracks", "rights": "rights"}


@pytest.fixture
def released(full_shop: Any) -> dict[str, Any]:
    """A product of the demo world that has everything."""
    for one in full_shop.get("?filter[status]=active&page[size]=100").json["data"]:
        if full_shop.get(f"/{one['id']}/product-type").json["data"]:
            return dict(one)
    raise AssertionError("the demo world has no such product")


def follow(shop: Any, url: str) -> Any:
    return shop.get(url.removeprefix(shop.base))


@pytest.mark.parametrize(("name", "type"), TO_ONE.items())
def test_a_to_one_link_leads_to_its_resource_and_its_identifier(
    full_shop: Any, released: dict[str, Any], name: str, type: str
) -> None:
    """PR-100, PR-101, PR-Q02"""
    links = released["relationships"][name]["links"]

    related, bare = follow(full_shop, links["related"]), follow(full_shop, links["self"])

    assert related.json["data"]["type"] == type
    assert related.json["data"]["attributes"]["name"]
    assert related.json["links"] == {"self": links["related"]}
    assert bare.json["data"] == {"type": type, "id": related.json["data"]["id"]}
    assert bare.json["links"] == links


@pytest.mark.parametrize(("name", "type"), TO_MANY.items())
def test_a_to_many_link_leads_to_its_resources_and_their_identifiers(
    full_shop: Any, released: dict[str, Any], name: str, type: str
) -> None:
    """PR-100, PR-101"""
    links = released["relationships"][name]["links"]

    related, bare = follow(full_shop, links["related"]), follow(full_shop, links["self"])

    assert related.json["data"]
    assert {one["type"] for one in related.json["data"]} == {type}
    assert all(one["attributes"]["name"] for one in related.json["data"])
    assert bare.json["data"] == [{"type": type, "id": one["id"]} for one in related.json["data"]]
    assert bare.json["links"]["related"] == links["related"]
    assert bare.json["links"]["self"] == links["self"]
    assert related.json["links"]["self"] == links["related"]
    assert related.json["meta"]["page"]["total"] == len(related.json["data"])


def test_label_and_language_are_those_that_were_sent(shop: Any) -> None:
    """PR-102"""
    shop.create(label=("labels", "1"), language=("languages", "2"))

    assert shop.get("/1/label").json["data"] == {"type": "labels", "id": "1", "attributes": {"name": "Records Music"}}
    assert shop.get("/1/relationships/label").json["data"] == {"type": "labels", "id": "1"}
    assert shop.get("/1/language").json["data"] == {
        "type": "languages", "id": "2", "attributes": {"name": "German", "code": "de"},
    }  # fmt: skip
    assert shop.get("/1/relationships/language").json["data"] == {"type": "languages", "id": "2"}


@pytest.mark.parametrize("name", TO_MANY)
def test_a_new_product_has_no_offers_tracks_and_rights(shop: Any, name: str) -> None:
    """PR-103"""
    shop.create()

    for path in (f"/1/{name}", f"/1/relationships/{name}"):
        document = shop.get(path).json
        assert document["data"] == []
        assert document["meta"]["page"]["total"] == 0


def test_unknown_relationships_are_404(shop: Any, errors: Any) -> None:
    """PR-104"""
    shop.create()

    for path in ("/1/foo", "/1/relationships/foo", "/1/relationships", "/1/label/", "/1/label/name"):
        reply = shop.get(path)

        assert reply.status_code == 404
        assert errors(reply)[0][:2] == ("404", "Not Found")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
@pytest.mark.parametrize("path", ["/1/label", "/1/relationships/label", "/1/relationships/tracks"])
def test_relationships_are_read_only(shop: Any, errors: Any, method: str, path: str) -> None:
    """PR-Q08"""
    shop.create()

    reply = shop.box.send(method, f"/api/v1/products{path}", {"data": {"type": "labels", "id": "1"}})

    assert (reply.status_code, errors(reply)[0][1]) == (405, "Method Not Allowed")
    assert reply.headers["Allow"] == "GET, HEAD"


def test_long_relationships_come_in_pages(full_shop: Any) -> None:
    """PR-100: paged like the list, see NOTES.md."""
    world = full_shop.box.world
    for number in range(25):
        world.put("tracks", {"id": str(90_000 + number), "product_id": "1", "name": f"T{number}", "isrc": "X"})
    total = world.count_by("tracks", "product_id", "1")

    for path in ("/1/tracks", "/1/relationships/tracks"):
        first = full_shop.get(path).json
        assert len(first["data"]) == 20
        assert first["meta"]["page"] == {
            "currentPage": 1, "from": 1, "lastPage": 2, "perPage": 20, "to": 20, "total": total,
        }  # fmt: skip
        second = follow(full_shop, first["links"]["next"]).json
        assert len(second["data"]) == total - 20
        assert full_shop.get(f"{path}?page[number]=9").json["data"] == []
        assert full_shop.get(f"{path}?page[size]=101").status_code == 400


def test_related_resources_have_fieldsets_too(full_shop: Any) -> None:
    """PR-100: with the query in the document's own link."""
    document = full_shop.get("/1/label?fields[labels]=").json

    assert document["data"]["attributes"] == {}
    assert document["links"]["self"] == f"{full_shop.base}/1/label?fields[labels]="
    assert full_shop.get("/1/label?fields[labels]=foo").status_code == 400
    assert full_shop.get("/1/label?include=company").status_code == 400


def test_what_a_tester_puts_into_the_store_is_seen_by_reads(full_shop: Any) -> None:
    """PR-100, PR-Q03: a PUT of the control API writes records just so."""
    world = full_shop.box.world
    label = world.require("labels", world.require("products", "1")["label_id"])
    world.put("labels", {**label, "name": "Renamed"})
    record = world.require("products", "1")
    world.put("products", {**record, "name": "Put", "company_id": "2", "status": "archived"})

    assert full_shop.get("/1").status_code == 404
    theirs = full_shop.get("/1", token="second-account").json["data"]
    assert (theirs["attributes"]["name"], theirs["attributes"]["status"]) == ("Put", "archived")
    assert full_shop.get().json["meta"]["page"]["total"] == 299
    assert full_shop.get(token="second-account").json["meta"]["page"]["total"] == 13
    assert full_shop.get("/1/label", token="second-account").json["data"]["attributes"]["name"] == "Renamed"
