"""The rival's writing half: documents are read and checked, products made, changed and removed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from rival_query import (
    DATES,
    LISTS,
    LOOSE_TEXTS,
    OPTIONAL,
    RELATED,
    REQUIRED,
    SERVER_SIDE,
    STATES,
    TEXTS,
    TO_MANY,
    TO_ONE,
    Refused,
)
from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from rival import Rival

Reply = tuple[int, Any, dict[str, str]]


class Writing:
    """What the rival does with POST, PATCH and DELETE."""

    def __init__(self, rival: Rival) -> None:
        self.rival = rival
        self.defects = rival.defects

    def document(self, request: Request, id: str | None) -> dict[str, Any]:
        try:
            document = json.loads(request.get_data())
        except ValueError:
            raise Refused(400, "Invalid JSON", ("Syntax error", {})) from None
        data = document.get("data") if isinstance(document, dict) else None
        title = "Non-Compliant JSON:API Document"
        if not isinstance(data, dict):
            raise Refused(400, title, ("The member data is required.", {"pointer": "/"}))
        if not isinstance(data.get("type"), str):
            raise Refused(400, title, ("The member type is required.", {"pointer": "/data"}))
        if data["type"] != "products":
            raise Refused(409, "Not Supported", ("Wrong resource type.", {"pointer": "/data/type"}))
        if id is None and "id" in data:
            raise Refused(403, "Not Supported", ("No client-generated ids.", {"pointer": "/data/id"}))
        if id is not None and "id" not in data:
            raise Refused(400, title, ("The member id is required.", {"pointer": "/data"}))
        if id is not None and data["id"] != id:
            raise Refused(409, "Not Supported", ("Wrong resource id.", {"pointer": "/data/id"}))
        for member, known in (
            ("attributes", (*REQUIRED, *OPTIONAL, *SERVER_SIDE, "front-cover")),
            ("relationships", (*TO_ONE, *TO_MANY)),
        ):
            values = data.get(member, {})
            if not isinstance(values, dict):
                raise Refused(400, title, (f"The member {member} must be an object.", {"pointer": f"/data/{member}"}))
            for name in values:
                if name not in known:
                    raise Refused(400, title, (f"The field {name} is not supported.", {"pointer": f"/data/{member}"}))
        return data

    def links(self, data: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        found: dict[str, Any] = {}
        missing = []
        for name in ("label", "language", "product-type"):
            linkage = data.get("relationships", {}).get(name)
            if linkage is None:
                missing.append(name)
                continue
            target = linkage.get("data") if isinstance(linkage, dict) else None
            if target is None and name == "product-type":
                found[name] = None
                continue
            place = {"pointer": f"/data/relationships/{name}"}
            if not isinstance(target, dict) or not isinstance(target.get("id"), str):
                raise Refused(400, "Non-Compliant JSON:API Document", ("The member data is required.", place))
            known = target["id"] in RELATED[TO_ONE[name]] or self.defects.has("ST11-dangling-label-accepted")
            if target.get("type") != TO_ONE[name]:
                raise Refused(422, "Unprocessable Entity", ("Wrong type.", place))
            if not known:
                raise Refused(404, "Not Found", ("The related resource does not exist.", place))
            found[name] = target["id"]
        return found, missing

    def checked(self, data: dict[str, Any], is_new: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        sent = {name: value for name, value in data.get("attributes", {}).items() if name not in SERVER_SIDE}
        if self.defects.has("A08-server-attributes-writable"):
            sent = dict(data.get("attributes", {}))
        problems = {}
        for name, value in sent.items():
            text = self.problem(name, value, is_new)
            if text:
                problems[f"/data/attributes/{name}"] = text
        links, missing = self.links(data)
        if is_new:
            for name in REQUIRED:
                if name not in sent:
                    problems[f"/data/attributes/{name}"] = self.defects.detail(name)
            for name in missing:
                if name != "product-type":
                    problems[f"/data/relationships/{name}"] = f"The {name} field is required."
        if problems:
            listed = sorted(problems.items())
            raise Refused(422, "Unprocessable Entity", *((text, {"pointer": place}) for place, text in listed))
        for name in DATES:
            if isinstance(sent.get(name), str) and not self.defects.has("D-dates-not-normalised"):
                sent[name] = f"{sent[name][:10]}T00:00:00.000000Z"
        if sent.get("is-compilation", False) is None:
            sent["is-compilation"] = False
        return sent, links

    def problem(self, name: str, value: Any, is_new: bool) -> str | None:
        lax = self.defects.has
        if name in REQUIRED and value in (None, "", []):
            name_may = lax("V01-empty-name-accepted") and value == ""
            artist_may = lax("V09-empty-artist-accepted") and value == []
            return None if name_may or artist_may else f"The {name} field is required."
        if name == "upc-code" and not (isinstance(value, str) and re.fullmatch(r"[0-9]{12,13}", value)):
            return "The upc-code field must have 12 or 13 digits."
        if name in (*TEXTS, *LOOSE_TEXTS) and not (isinstance(value, str) or value is None):
            return f"The {name} field must be a string."
        if name == "production-year" and type(value) is not int:
            return "The production-year field must be a number."
        if name == "is-compilation" and not (isinstance(value, bool) or value is None):
            return "The is-compilation field must be true or false."
        if name == "status" and value not in (("draft",) if is_new else STATES):
            return None if lax("V-status-active-on-create") and value in STATES else "The selected status is invalid."
        if name == "custom-data" and not isinstance(value, list | None):
            return "The custom-data field must be an array."
        if name in ("artist", *LISTS) and value is not None:
            good = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
            return None if good else f"The {name} field must be an array of strings."
        if name in DATES and value is not None and not self.is_date(value):
            return f"The {name} field must be a date."
        if name == "front-cover" and value is not None and self.image(value) is None:
            return "The front-cover field must be an image."
        return None

    def is_date(self, value: Any) -> bool:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?", value):
            return False
        try:
            date.fromisoformat(value[:10])
        except ValueError:
            return self.defects.has("V08-impossible-date-accepted")
        return True

    def image(self, value: Any) -> tuple[str, bytes] | None:
        found = (
            re.fullmatch(r"data:image/(jpe?g|png);base64,([A-Za-z0-9+/=]+)", value) if isinstance(value, str) else None
        )
        try:
            content = base64.b64decode(found[2], validate=True) if found else b""
        except binascii.Error:
            return None
        real = content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or self.defects.has(
            "U01-any-bytes-are-an-image"
        )
        return (f"image/{'png' if found[1] == 'png' else 'jpeg'}", content) if found and real else None

    def take_cover(self, request: Request, attributes: dict[str, Any]) -> None:
        if "front-cover" not in attributes:
            return
        image = self.image(attributes.pop("front-cover"))
        if image is None:
            attributes |= {"cover-url": None, "front-cover-md5": None}
            return
        number = uuid.uuid5(uuid.NAMESPACE_URL, str(len(self.rival.covers)))
        name = f"{number}.{'png' if image[0] == 'image/png' else 'jpg'}"
        self.rival.covers[name] = image
        digest = hashlib.md5(image[1] + self.defects.salt(), usedforsecurity=False).hexdigest()
        attributes |= {"cover-url": f"{request.host_url}storage/covers/{name}", "front-cover-md5": digest}

    def create(self, request: Request, company: str) -> Reply:
        self.rival.query(request)
        attributes, links = self.checked(self.document(request, None), True)
        self.take_cover(request, attributes)
        attributes = self.defects.kept({**self.rival.blank(), **attributes})
        id = self.rival.add(company, attributes, {"product-type": None, **links})
        document = self.rival.one(request, id)
        if self.defects.has("ST06-created-but-not-stored"):
            del self.rival.products[id]
        wrong = "9" if self.defects.has("H01-location-of-another-product") else ""
        return 201, document, {"Location": self.rival.url(request, f"/{wrong}{id}")}

    def update(self, request: Request, id: str, product: dict[str, Any]) -> Reply:
        self.rival.query(request)
        data = self.document(request, id)
        if self.defects.has("ST09-refused-update-is-stored"):
            product["attributes"].update({k: v for k, v in data.get("attributes", {}).items() if k == "subtitle"})
        attributes, links = self.checked(data, False)
        self.defects.may_become(attributes.get("status"))
        self.take_cover(request, attributes)
        before = dict(product["attributes"])
        if self.defects.has("ST07-patch-behaves-as-put"):
            product["attributes"].update(dict.fromkeys(OPTIONAL) | {"is-compilation": False})
        product["attributes"].update(self.defects.kept(attributes))
        product["links"].update(links)
        if not self.defects.has("T02-updated-at-stands-still"):
            product["attributes"]["updatedAt"] = self.rival.now()
        document = self.rival.one(request, id)
        if self.defects.has("ST03-transition-not-stored"):
            product["attributes"]["status"] = before["status"]
        return 200, document, {}

    def delete(self, id: str, product: dict[str, Any]) -> Reply:
        if product["attributes"]["status"] == "active" and not self.defects.has("ST01-active-product-deleted"):
            raise Refused(422, "Not Deletable", ("An active product cannot be deleted.", {}))
        if not self.defects.has("ST05-deleted-product-stays"):
            del self.rival.products[id]
        return 204, None, {}
