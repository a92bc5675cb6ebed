"""A shop: one company's products in a fresh sandbox, asked by its short verbs."""

from __future__ import annotations

import json
from typing import Any

import pytest

ATTRIBUTES = {
    "name": "Product title",
    "upc-code": "8088111222333",
    "copyright-line": "© 2023 Records Music",
    "production-line": "℗ 2023 Records Music",
    "production-year": 2023,
    "status": "draft",
    "artist": ["Artist name"],
}
LINKS = {"label": ("labels", "5"), "language": ("languages", "1")}


class Shop:
    """Products of a sandbox as a client of one company sees them."""

    def __init__(self, box: Any) -> None:
        self.box = box
        self.base = "http://localhost/products/api/v1/products"

    def document(self, *without: str, id: str | None = None, **changes: Any) -> dict[str, Any]:
        """Return the body of a valid create, less some fields and with others changed (dashes written as _)."""
        attributes = {name: value for name, value in ATTRIBUTES.items() if name not in without}
        linked = {name: value for name, value in LINKS.items() if name not in without}
        for name, value in changes.items():
            if name in ("label", "language", "product_type"):
                linked[name.replace("_", "-")] = value
            else:
                attributes[name.replace("_", "-")] = value
        relationships = {
            name: {"data": None if value is None else {"type": value[0], "id": value[1]}}
            for name, value in linked.items()
        }
        data: dict[str, Any] = {"type": "products", "attributes": attributes, "relationships": relationships}
        if id is not None:
            data["id"] = id
        return {"data": data}

    def change(self, id: str, **changes: Any) -> dict[str, Any]:
        """Return the body of an update of these fields alone."""
        return self.document(*ATTRIBUTES, *LINKS, id=id, **changes)

    def post(self, document: Any, query: str = "", **parts: Any) -> Any:
        return self.box.send("POST", f"/api/v1/products{query}", document, **parts)

    def patch(self, id: str, query: str = "", document: Any = None, **changes: Any) -> Any:
        body = self.change(id, **changes) if document is None else document
        return self.box.send("PATCH", f"/api/v1/products/{id}{query}", body)

    def create(self, **changes: Any) -> dict[str, Any]:
        """Create a product and return its resource."""
        reply = self.post(self.document(**changes))
        assert reply.status_code == 201, reply.text
        return dict(reply.json["data"])

    def update(self, id: str, **changes: Any) -> dict[str, Any]:
        """Update a product and return its resource."""
        reply = self.patch(id, **changes)
        assert reply.status_code == 200, reply.text
        return dict(reply.json["data"])

    def get(self, path: str = "", **parts: Any) -> Any:
        return self.box.ask("GET", f"/api/v1/products{path}", **parts)

    def read(self, id: str) -> dict[str, Any]:
        """Read a product's resource."""
        reply = self.get(f"/{id}")
        assert reply.status_code == 200, reply.text
        return dict(reply.json["data"])

    def delete(self, id: str, **parts: Any) -> Any:
        return self.box.ask("DELETE", f"/api/v1/products/{id}", **parts)

    def ids(self, query: str = "") -> list[str]:
        """Return the ids of a list."""
        reply = self.get(query)
        assert reply.status_code == 200, reply.text
        return [one["id"] for one in reply.json["data"]]


def told(reply: Any) -> list[tuple[Any, ...]]:
    """Return (status, title, detail, source) of every error of a JSON:API error document."""
    document = json.loads(reply.data)
    assert reply.mimetype == "application/vnd.api+json"
    assert set(document) == {"jsonapi", "errors"}
    assert document["jsonapi"] == {"version": "1.0"}
    return [(e["status"], e["title"], e.get("detail"), e.get("source")) for e in document["errors"]]


@pytest.fixture
def shop(products: Any) -> Shop:
    """An empty shop with labels 1 and 5, two languages and three product types."""
    return Shop(products)


@pytest.fixture
def full_shop(demo: Any) -> Shop:
    """The demo world's shop of three hundred products."""
    return Shop(demo)


@pytest.fixture
def errors() -> Any:
    """Read error documents."""
    return told
