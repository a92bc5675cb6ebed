"""Products as the checks make, read and change them."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.judge import NotTested
from conformance.pointer import MISSING, without

REQUIRED_ATTRIBUTES = (
    *("name", "upc-code", "copyright-line", "production-line"),
    *("production-year", "status", "artist"),
)
REQUIRED_RELATIONSHIPS = ("label", "language")
TEXTS = ("subtitle", "mastered-by", "label-internal-reference")
NAMES = (
    *("composer", "producer", "featuring", "remixer", "author"),
    *("lyricist", "performer", "arranger", "orchestra", "director"),
)
ATTRIBUTES = frozenset(
    (
        *REQUIRED_ATTRIBUTES,
        *("is-compilation", "cover-url", "release-date", "original-release-date", "front-cover-md5"),
        *TEXTS,
        *NAMES,
        *("custom-data", "createdAt", "updatedAt"),
    )
)
TO_ONE = {"company": "companies", "label": "labels", "product-type": "product-types", "language": "languages"}
TO_MANY = {"offers": "offers", "tracks": "tracks", "rights": "rights"}
RELATED = {**TO_ONE, **TO_MANY}
STATES = ("draft", "active", "archived")
NO_ID = "999999999"

# The smallest grey JPEG that decodes; PNGs of any colour are made below.
_JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////"
    "////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI"
    "AQEAAD8AP//Z"
)


def jpeg() -> bytes:
    """Return a JPEG of one pixel."""
    return base64.b64decode(_JPEG)


def png(red: int, green: int, blue: int) -> bytes:
    """Return a PNG of one pixel in a colour, so that two of them differ."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes((0, red, green, blue)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def data_uri(image: bytes) -> str:
    """Return an image as the base64 data URI that front-cover takes."""
    kind = "png" if image.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


def new_upc(case: Case) -> str:
    """Return a UPC of 13 digits with a right check digit, new to this target as far as can be."""
    stem = "99" + case.ledger.digits(10)
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(stem))
    return stem + str(-total % 10)


def body(case: Case, attributes: Mapping[str, Any] | None = None, /, **relationships: Any) -> dict[str, Any]:
    """Return a valid create document with the required members and more; relationships by keyword, `_` for `-`."""
    required = {
        "name": case.ledger.name("product"),
        "upc-code": new_upc(case),
        "copyright-line": "© 2023 Records Music",
        "production-line": "℗ 2023 Records Music",
        "production-year": 2023,
        "status": "draft",
        "artist": ["Artist name"],
    }
    links = {
        "label": linkage("labels", case.fact("labels")[0]),
        "language": linkage("languages", case.fact("languages")[0]),
    }
    return {
        "data": {
            "type": "products",
            "attributes": {**required, **(attributes or {})},
            "relationships": {**links, **_dashed(relationships)},
        }
    }


def _dashed(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", "-"): value for name, value in members.items()}


def linkage(type: str, id: str | None) -> dict[str, Any]:
    """Return a to-one relationship object."""
    return {"data": None if id is None else {"type": type, "id": id}}


def change(id: str, attributes: Mapping[str, Any] | None = None, /, **relationships: Any) -> dict[str, Any]:
    """Return an update document; relationships by keyword, `_` standing for `-`."""
    data: dict[str, Any] = {"type": "products", "id": id}
    if attributes is not None:
        data["attributes"] = dict(attributes)
    if relationships:
        data["relationships"] = _dashed(relationships)
    return {"data": data}


def create(case: Case, document: Mapping[str, Any], principal: str = "full") -> Answer:
    """Send a create; what comes to life is noted for removal."""
    answer = case.call("createProduct", json=document, principal=principal)
    id = answer.at("/data/id")
    if answer.is_success and isinstance(id, str):
        case.ledger.add(id)
    return answer


def made(case: Case, attributes: Mapping[str, Any] | None = None, /, **relationships: Any) -> Answer:
    """Return the answer of a create that is a precondition; not tested where it fails."""
    answer = case.given(create(case, body(case, attributes, **relationships)), 201, 200)
    if not isinstance(answer.at("/data/id"), str):
        raise NotTested("could not be set up: the answer to createProduct has no id")
    return answer


def make(case: Case, attributes: Mapping[str, Any] | None = None, /, **relationships: Any) -> str:
    """Make a product as a precondition and return its id."""
    return str(made(case, attributes, **relationships).at("/data/id"))


def make_in(case: Case, state: str) -> str:
    """Make a product and bring it into a state; not tested where a read does not find it there."""
    id = make(case)
    if state != "draft":
        case.given(update(case, id, {"status": state}), 200)
    found = status_of(case, id)
    if found != state:
        raise NotTested(f"could not be set up: a product that was to be {state} is {found}")
    return id


def several(case: Case, *named: Mapping[str, Any]) -> list[str]:
    """Make a product of each set of attributes, as a precondition; their ids, which differ."""
    made = [make(case, attributes) for attributes in named]
    differ(*made)
    return made


def differ(*made: str) -> None:
    """End the check as not tested where creates gave out an id twice: one thing tells nothing about two."""
    if len(set(made)) < len(made):
        raise NotTested(f"could not be set up: {len(made)} creates gave out the ids {', '.join(sorted(set(made)))}")


def any_product(case: Case) -> str:
    """Return the id of some product: a new one, or in a read-only run the first that the list shows."""
    if not case.is_read_only:
        return make(case)
    found = case.given(case.call("listProducts"), 200).at("/data/0/id")
    if found is MISSING:
        raise NotTested("a read-only run needs at least one product on the target")
    return str(found)


def read(case: Case, id: str, principal: str = "full") -> Answer:
    """Send a read."""
    return case.call("getProduct", path={"id": id}, principal=principal)


def update(case: Case, id: str, attributes: Mapping[str, Any] | None = None, /, **relationships: Any) -> Answer:
    """Send an update."""
    return case.call("updateProduct", path={"id": id}, json=change(id, attributes, **relationships))


def delete(case: Case, id: str) -> Answer:
    """Send a delete."""
    answer = case.call("deleteProduct", path={"id": id})
    if answer.is_success:
        case.ledger.forget(id)
    return answer


def listed(case: Case, principal: str = "full", **filters: Any) -> Answer:
    """Send a list with filters by keyword, `_` standing for `-`."""
    query = {f"filter[{name.replace('_', '-')}]": value for name, value in filters.items()}
    return case.call("listProducts", query=query, principal=principal)


def ids(answer: Answer) -> list[str]:
    """Return the ids of a list document."""
    return [str(entry.get("id")) for entry in answer.items("/data") if isinstance(entry, dict)]


def status_of(case: Case, id: str) -> str | None:
    """Return a product's status as read anew, None where it is gone."""
    answer = read(case, id)
    return None if answer.status == 404 else str(answer.at("/data/attributes/status"))


def undo(case: Case, id: str) -> None:
    """Remove a product; an active one is archived first."""
    if case.call("deleteProduct", path={"id": id}).status not in (204, 404):
        update(case, id, {"status": "archived"})
        case.given(case.call("deleteProduct", path={"id": id}), 204, 404)


def sweep(case: Case) -> None:
    """Remove products that an earlier run of the suite left behind, known by their names, at least an hour old."""
    answer = listed(case, name=f"{case.ledger.MARK} ")
    for entry in answer.items("/data"):
        name = str(entry.get("attributes", {}).get("name", ""))
        if name.startswith(f"{case.ledger.MARK} ") and case.ledger.is_old(name.split(" ")[1]):
            undo(case, str(entry.get("id")))


def without_members(document: Mapping[str, Any], *places: str) -> Any:
    """Return a document without the members at some pointers."""
    built: Any = document
    for place in places:
        built = without(built, place)
    return built
