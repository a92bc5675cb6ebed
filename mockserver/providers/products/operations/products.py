"""List, read, create, change and delete products."""

from __future__ import annotations

import base64
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.products.listing import find_page, page_document, plain_page
from mockserver.providers.products.records import (
    CONTRIBUTORS,
    DATES,
    JSONAPI,
    PLAIN,
    TEXTS,
    View,
    print_product,
    print_whole,
)
from mockserver.providers.products.rules import check_upc, linked_ids, normal_date, read_cover
from mockserver.providers.products.workflows import EVENTS
from mockserver.world import World


def list_products(call: Call, world: World) -> Reply:
    """Answer one page of the company's products: filters hold all at once (PR-034), by id upwards (PR-Q09)."""
    plain = plain_page(call, world)
    if plain is not None:
        texts, page = plain
        return Reply(200, page_document(call, page, [print_whole(text, call.base_url) for text in texts]))
    records, page = find_page(call, world)
    view = View(world, call.query)
    document = page_document(call, page, [print_product(record, call.base_url, view) for record in records])
    if "include" in call.query:
        document["included"] = view.included()
    return Reply(200, document)


def get_product(call: Call, world: World) -> Reply:
    """Answer the product that the path names."""
    return Reply(200, _document(call, world, call.found))


def create_product(call: Call, world: World) -> Reply:
    """Create a draft (PR-041); the company is the caller's (PR-049)."""
    data = call.body["data"]
    attributes = data["attributes"]
    linked = linked_ids(world, call.account, data["relationships"])
    now = instant(world.now)
    record: Record = {
        "id": str(world.next_number("product")),
        "company_id": call.account,
        "label_id": None,
        "language_id": None,
        "product_type_id": None,
        "status": attributes["status"],
        **dict.fromkeys((name.replace("-", "_") for name in (*TEXTS, *CONTRIBUTORS, *DATES)), None),
        "is_compilation": False,
        "custom_data": None,
        "cover_file": None,
        "front_cover_md5": None,
        "has_send_tasks": False,
        "created_at": now,
        "updated_at": now,
        **linked,
    }
    _write_attributes(world, record, attributes)
    record = world.begin("product", record)
    document = _document(call, world, record)
    return Reply(201, document, headers={"Location": f"{call.base_url}/api/v1/products/{record['id']}"})


def update_product(call: Call, world: World) -> Reply:
    """Change what is sent and nothing else (PR-080); a new status is an event of the lifecycle (PR-082)."""
    record, data = call.found, call.body["data"]
    if data["id"] != record["id"]:
        raise Failure("wrong_id", id=data["id"])
    attributes = data.get("attributes", {})
    record.update(linked_ids(world, call.account, data.get("relationships", {})))
    _write_attributes(world, record, attributes)
    record["updated_at"] = instant(world.now)
    world.put("products", record)
    wanted = attributes.get("status", record["status"])
    if wanted != record["status"]:
        record = world.fire("product", record["id"], EVENTS[wanted]).record
    return Reply(200, _document(call, world, record))


def delete_product(call: Call, world: World) -> Reply:
    """Remove a product for good; an active one is refused by its lifecycle (PR-093)."""
    record = world.fire("product", call.found["id"], "delete").record
    if record["cover_file"]:
        world.delete("covers", record["cover_file"])
    for collection in ("tracks", "offers", "rights"):
        for related in world.slice_by(collection, "product_id", record["id"]):
            world.delete(collection, related["id"])
    return Reply(204)


def _write_attributes(world: World, record: Record, attributes: dict[str, Any]) -> None:
    """Write the sent attributes into a record; those that only the server sets are ignored (PR-076)."""
    for name, value in attributes.items():
        if name in PLAIN:
            record[PLAIN[name]] = value
        elif name in DATES:
            record[name.replace("-", "_")] = normal_date(value, name)
    if record["is_compilation"] is None:
        record["is_compilation"] = False
    if "upc-code" in attributes:
        check_upc(world, attributes["upc-code"])
    if "front-cover" in attributes:
        _replace_cover(world, record, attributes["front-cover"])


def _replace_cover(world: World, record: Record, uri: str | None) -> None:
    """Store a new cover under a new address (PR-074), or take the cover away."""
    cover = read_cover(uri) if uri is not None else None
    if record["cover_file"]:
        world.delete("covers", record["cover_file"])
    record["cover_file"] = record["front_cover_md5"] = None
    if cover is not None:
        file = f"{world.uuid('cover')}.{cover.extension}"
        data = base64.b64encode(cover.data).decode()
        world.put("covers", {"id": file, "media_type": cover.media_type, "data": data, "md5": cover.md5})
        record["cover_file"], record["front_cover_md5"] = file, cover.md5


def _document(call: Call, world: World, record: Record) -> dict[str, Any]:
    """Return a product's document; its self link repeats what a sparse fieldset or include asked for."""
    view = View(world, call.query)
    resource = print_product(record, call.base_url, view)
    asked = f"?{call.request.query}" if call.request.query else ""
    document: dict[str, Any] = {
        "data": resource,
        "jsonapi": JSONAPI,
        "links": {"self": f"{call.base_url}/api/v1/products/{record['id']}{asked}"},
    }
    if "include" in call.query:
        document["included"] = view.included()
    return document


OPERATIONS: dict[str, OperationFunction] = {
    "listProducts": list_products,
    "getProduct": get_product,
    "createProduct": create_product,
    "updateProduct": update_product,
    "deleteProduct": delete_product,
}
