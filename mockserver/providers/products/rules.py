"""What a schema cannot say of products: ownership, linkage, covers, content negotiation."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from dataclasses import dataclass
from functools import lru_cache

from mockserver.call import Call
from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.fakes.identifiers import is_valid_gtin
from mockserver.providers.products.records import RELATIONS
from mockserver.world import World

MEDIA_TYPE = "application/vnd.api+json"
_EXTENSIONS = {"JPEG": ("jpg", "image/jpeg"), "PNG": ("png", "image/png")}


@dataclass(frozen=True, slots=True)
class Cover:
    """A decoded cover image."""

    data: bytes
    extension: str
    media_type: str
    md5: str


def bind(call: Call, world: World) -> None:
    """Find the product of the path (404 before the body is read) and hold the media types to JSON:API 1.0."""
    if call.operation.is_open:
        return
    if "id" in call.path:
        call.found = require_product(world, call)
    if not accepts_json_api(call.request.header("accept")):
        raise Failure("not_acceptable")
    content_type = call.request.header("content-type") or ""
    if call.operation.body and ";" in content_type and call.request.media_type == MEDIA_TYPE:
        raise Failure("unsupported_media")  # JSON:API 1.0: no media type parameters


def require_product(world: World, call: Call) -> Record:
    """Return the product of the path; one of another company is as unknown as none (PR-Q07)."""
    record = world.get("products", str(call.path["id"]))
    if record is None or record["company_id"] != call.account:
        raise Failure("not_found", what="products", id=str(call.path["id"]))
    return record


@lru_cache(maxsize=256)
def accepts_json_api(accept: str | None) -> bool:
    """Say whether an Accept header leaves JSON:API in: one entry without parameters, or a wildcard."""
    if accept is None or not accept.strip():
        return True
    for entry in accept.split(","):
        name, *parameters = (part.strip().lower() for part in entry.split(";"))
        weight = next((part for part in parameters if part.startswith("q=")), "q=1")
        if weight.rstrip("0.") == "q=":
            continue
        plain = all(part.startswith("q=") for part in parameters)
        if name in ("*/*", "application/*") or (name == MEDIA_TYPE and plain):
            return True
    return False


def linked_ids(world: World, account: str, relationships: Record) -> dict[str, str | None]:
    """Return the stored members of the to-one relationships that a body sets; each must exist (PR-047)."""
    members: dict[str, str | None] = {}
    for name in ("label", "language", "product-type"):
        if name not in relationships:
            continue
        relation = RELATIONS[name]
        linkage = relationships[name]["data"]
        id = linkage["id"] if linkage else None
        if id is not None:
            found = world.get(relation.collection, id)
            if found is None or found.get("company_id", account) != account:
                raise Failure("not_found", pointer=f"/data/relationships/{name}")
        members[str(relation.member)] = id
    return members


def normal_date(text: str | None, attribute: str) -> str | None:
    """Return a date as the document prints it: microseconds, midnight for a plain day (PR-060)."""
    if text is None:
        return None
    try:
        return instant(parse_instant(text if len(text) > 10 else f"{text}T00:00:00Z"))
    except ValueError:
        text = f"The {attribute} field must be a valid date."
        raise Failure("bad_attribute", text, attribute=attribute) from None


def check_upc(world: World, upc: str) -> None:
    """Refuse a wrong check digit where the setting asks for it."""
    if world.facts.get("strict_identifiers") and not is_valid_gtin(upc):
        raise Failure("bad_attribute", "The upc-code field format is invalid.", attribute="upc-code")


def read_cover(uri: str) -> Cover:
    """Return the image of a data URI; bytes that are no whole JPEG or PNG are refused (PR-075)."""
    from mockserver.media.cover import inspect_cover
    from mockserver.media.facts import MediaUnreadable

    kind, _, coded = uri.partition(",")
    try:
        data = base64.b64decode(coded, validate=True)
        facts = inspect_cover(io.BytesIO(data))
    except (binascii.Error, MediaUnreadable):
        raise _no_image() from None
    if facts.format not in _EXTENSIONS:
        raise _no_image()
    extension, media_type = _EXTENSIONS[facts.format]
    if media_type != kind.removeprefix("data:").partition(";")[0].replace("image/jpg", "image/jpeg"):
        raise _no_image()
    return Cover(data, extension, media_type, hashlib.md5(data, usedforsecurity=False).hexdigest())


def _no_image() -> Failure:
    return Failure("bad_attribute", "The front-cover field must be an image.", attribute="front-cover")
