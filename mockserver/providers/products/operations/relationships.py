"""Reads what a product is linked to: whole resources behind `related`, bare identifiers behind `self`."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.paging import PageNumbers
from mockserver.provider import OperationFunction
from mockserver.providers.products.listing import page_document
from mockserver.providers.products.records import JSONAPI, RELATIONS, Relation, find_related, print_related
from mockserver.world import World


def _related(relation: Relation) -> OperationFunction:
    def read(call: Call, world: World) -> Reply:
        fields = {name[7:-1]: wanted for name, wanted in call.query.items() if name.startswith("fields[")}
        asked = f"?{call.request.query}" if call.request.query else ""
        own = f"{call.base_url}{call.request.path}{asked}"
        if relation.is_many:
            page = _page(call, world, relation)
            found = world.slice_by(relation.collection, "product_id", call.found["id"], page.start, page.size)
            return Reply(
                200, page_document(call, page, [print_related(one, relation, fields) for one in found], self=own)
            )
        found = find_related(world, call.found, relation)
        data = print_related(found[0], relation, fields) if found else None
        return Reply(200, {"data": data, "jsonapi": JSONAPI, "links": {"self": own}})

    return read


def _linkage(relation: Relation) -> OperationFunction:
    def read(call: Call, world: World) -> Reply:
        address = f"{call.base_url}/api/v1/products/{call.found['id']}"
        links = {"related": f"{address}/{relation.name}", "self": f"{address}/relationships/{relation.name}"}
        if relation.is_many:
            page = _page(call, world, relation)
            found = world.slice_by(relation.collection, "product_id", call.found["id"], page.start, page.size)
            identifiers: list[Any] = [{"type": relation.type, "id": one["id"]} for one in found]
            return Reply(200, page_document(call, page, identifiers, **links))
        one = find_related(world, call.found, relation)
        data = {"type": relation.type, "id": one[0]["id"]} if one else None
        return Reply(200, {"data": data, "jsonapi": JSONAPI, "links": links})

    return read


def _page(call: Call, world: World, relation: Relation) -> PageNumbers:
    total = world.count_by(relation.collection, "product_id", call.found["id"])
    return PageNumbers(call.query["page[number]"], call.query["page[size]"], total)


def _name(relation: Relation) -> str:
    return "".join(word.capitalize() for word in relation.name.split("-"))


OPERATIONS: dict[str, OperationFunction] = {
    **{f"getProduct{_name(relation)}": _related(relation) for relation in RELATIONS.values()},
    **{f"getProduct{_name(relation)}Relationship": _linkage(relation) for relation in RELATIONS.values()},
}
