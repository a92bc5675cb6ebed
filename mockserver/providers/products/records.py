"""Products and what they are linked to, as records inside and as JSON:API resources outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from mockserver.core.ground import Record
from mockserver.world import World

JSONAPI = {"version": "1.0"}
TEXTS = ("subtitle", "mastered-by", "label-internal-reference")
CONTRIBUTORS = (
    "composer", "producer", "featuring", "remixer", "author", "lyricist", "performer", "arranger", "orchestra",
    "director",
)  # fmt: skip
DATES = ("release-date", "original-release-date")
READ_ONLY = ("cover-url", "front-cover-md5", "createdAt", "updatedAt")
# Wire name -> stored name of what is stored as it is sent.
PLAIN = {
    name: name.replace("-", "_")
    for name in (
        "name", "is-compilation", "upc-code", "copyright-line", "production-line", "production-year", "artist",
        *TEXTS, *CONTRIBUTORS, "custom-data",
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship: its type's name outside, its collection inside, the member that holds a to-one's id."""

    name: str
    type: str
    collection: str
    member: str | None
    extra: tuple[str, ...] = ()

    @property
    def is_many(self) -> bool:
        """Say whether the relationship leads to several resources."""
        return self.member is None


RELATIONS = {
    relation.name: relation
    for relation in (
        Relation("company", "companies", "companies", "company_id"),
        Relation("label", "labels", "labels", "label_id"),
        Relation("product-type", "product-types", "product_types", "product_type_id"),
        Relation("language", "languages", "languages", "language_id", ("code",)),
        Relation("offers", "offers", "offers", None),
        Relation("tracks", "tracks", "tracks", None, ("isrc",)),
        Relation("rights", "rights", "rights", None),
    )
}


def print_attributes(record: Record, base_url: str) -> dict[str, Any]:
    """Return the 28 attributes in the documented order (PR-011)."""
    cover = record["cover_file"]
    return {
        "name": record["name"],
        "is-compilation": record["is_compilation"],
        "upc-code": record["upc_code"],
        "copyright-line": record["copyright_line"],
        "production-line": record["production_line"],
        "production-year": record["production_year"],
        "status": record["status"],
        "cover-url": f"{base_url}/storage/covers/{cover}" if cover else None,
        "release-date": record["release_date"],
        "original-release-date": record["original_release_date"],
        "mastered-by": record["mastered_by"],
        "label-internal-reference": record["label_internal_reference"],
        "subtitle": record["subtitle"],
        "front-cover-md5": record["front_cover_md5"],
        "artist": record["artist"],
        "composer": record["composer"],
        "producer": record["producer"],
        "featuring": record["featuring"],
        "remixer": record["remixer"],
        "author": record["author"],
        "lyricist": record["lyricist"],
        "performer": record["performer"],
        "arranger": record["arranger"],
        "orchestra": record["orchestra"],
        "director": record["director"],
        "custom-data": record["custom_data"],
        "createdAt": record["created_at"],
        "updatedAt": record["updated_at"],
    }


def print_product(record: Record, base_url: str, view: View) -> dict[str, Any]:
    """Return a product as a resource object: attributes, links of seven relationships, its own link (PR-014)."""
    address = f"{base_url}/api/v1/products/{record['id']}"
    relationships: dict[str, Any] = {
        name: {"links": {"related": f"{address}/{name}", "self": f"{address}/relationships/{name}"}}
        for name in RELATIONS
    }
    for name in view.include:
        relationships[name]["data"] = view.linkage(record, RELATIONS[name])
    resource: dict[str, Any] = {
        "type": "products",
        "id": record["id"],
        "attributes": print_attributes(record, base_url),
        "relationships": relationships,
        "links": {"self": address},
    }
    wanted = view.fields.get("products")
    if wanted is not None:
        for part in ("attributes", "relationships"):
            resource[part] = {name: value for name, value in resource[part].items() if name in wanted}
            if not resource[part]:
                del resource[part]
    return resource


@lru_cache(maxsize=1024)
def print_whole(text: str, base_url: str) -> dict[str, Any]:
    """Return a stored product's resource object, made once per text; it is shared and must not be changed."""
    return print_product(orjson.loads(text), base_url, _WHOLE)


def print_related(record: Record, relation: Relation, fields: dict[str, list[str]]) -> dict[str, Any]:
    """Return a company, label, type, language, offer, track or right as a resource object."""
    wanted = fields.get(relation.type)
    attributes = {
        name: record[name]
        for name in ("name", *relation.extra)
        if record.get(name) is not None and (wanted is None or name in wanted)
    }
    return {"type": relation.type, "id": record["id"], "attributes": attributes}


def find_related(world: World, record: Record, relation: Relation) -> list[Record]:
    """Return what a product is linked to, one or none for a to-one relationship."""
    if relation.member is None:
        return world.slice_by(relation.collection, "product_id", record["id"])
    id = record[relation.member]
    found = world.get(relation.collection, id) if id is not None else None
    return [found] if found else []


class View:
    """What a call asks to see: sparse fieldsets and included resources (inferred from JSON:API)."""

    __slots__ = ("_seen", "_world", "fields", "include")

    def __init__(self, world: World | None, query: dict[str, Any]) -> None:
        self._world: Any = world  # None only where nothing is included
        self.include: list[str] = list(dict.fromkeys(query.get("include", ())))
        self.fields: dict[str, list[str]] = {
            name[7:-1]: wanted for name, wanted in query.items() if name.startswith("fields[")
        }
        self._seen: dict[tuple[str, str], dict[str, Any]] = {}

    def linkage(self, record: Record, relation: Relation) -> Any:
        """Return the identifiers behind an included relationship and keep the resources for `included`."""
        identifiers = []
        for found in find_related(self._world, record, relation):
            resource = print_related(found, relation, self.fields)
            self._seen.setdefault((resource["type"], resource["id"]), resource)
            identifiers.append({"type": resource["type"], "id": resource["id"]})
        if relation.is_many:
            return identifiers
        return identifiers[0] if identifiers else None

    def included(self) -> list[dict[str, Any]]:
        """Return every included resource once."""
        return list(self._seen.values())


_WHOLE = View(None, {})
