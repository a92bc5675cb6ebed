"""The rival's vocabulary: its names, its refusals, and the query parameters of a request."""

from __future__ import annotations

from typing import Any

from rival_defects import Defects
from werkzeug.wrappers import Request

JSONAPI = "application/vnd.api+json"
TOKENS = {"full": "rival-token-one", "second-account": "rival-token-two", "expired": "rival-token-old"}
TEXTS = ("name", "upc-code", "copyright-line", "production-line")
LOOSE_TEXTS = ("subtitle", "mastered-by", "label-internal-reference")
LISTS = ("composer producer featuring remixer author lyricist performer arranger orchestra director").split()
DATES = ("release-date", "original-release-date")
REQUIRED = (*TEXTS, "production-year", "status", "artist")
SERVER_SIDE = ("cover-url", "front-cover-md5", "createdAt", "updatedAt")
OPTIONAL = ("is-compilation", *LOOSE_TEXTS, *LISTS, *DATES, "custom-data")
TO_ONE = {"company": "companies", "label": "labels", "product-type": "product-types", "language": "languages"}
TO_MANY = {"offers": "offers", "tracks": "tracks", "rights": "rights"}
RELATED = {"labels": ("1", "5"), "languages": ("1", "2"), "product-types": ("1", "2", "3"), "companies": ("1", "2")}
FILTERS = ("name", "status", "id", "label-id", "upc-code", "created-at-gte", "created-at-lte", "has-send-tasks")
STATES = ("draft", "active", "archived")
SORTS = ("name", "release-date", "createdAt", "updatedAt")


class Refused(Exception):
    """An answer of 400 and above, with its error objects."""

    def __init__(self, status: int, title: str, *problems: tuple[str, dict[str, str]], **headers: str) -> None:
        super().__init__(title)
        self.status, self.headers = status, headers
        entries = problems or (("", {}),)
        self.errors: list[dict[str, Any]] = []
        for detail, source in entries:
            entry: dict[str, Any] = {"detail": detail, "source": source, "status": str(status), "title": title}
            self.errors.append({key: value for key, value in entry.items() if value})


class Query:
    """The query parameters of one request, refused where they are unknown or out of bounds."""

    def __init__(self, request: Request, defects: Defects) -> None:
        self.filters: dict[str, str] = {}
        self.number, self.size = 1, 20
        self.sort: list[str] = []
        self.include: list[str] = []
        self.fields: list[str] | None = None
        self.asked = [(key, value) for key, value in request.args.items(multi=True) if not key.startswith("page[")]
        for key, value in request.args.items(multi=True):
            family, _, name = key.rstrip("]").partition("[")
            self.take(family, name, value, defects)

    def take(self, family: str, name: str, value: str, defects: Defects) -> None:
        parts = [part for part in value.split(",") if part]
        if family == "filter":
            free = defects.has("V04-status-filter-not-checked")
            self.demand(name in FILTERS and (name != "status" or value in STATES or free), family, name)
            self.demand(name not in ("id", "label-id") or value.isdigit(), family, name)
            self.filters[name] = value
        elif family == "page" and name in ("number", "size"):
            most = 10**30 if name == "number" or defects.has("P08-page-size-without-limit") else 100
            self.demand(value.isdigit() and 1 <= int(value) <= most, "page", name, f"page[{name}]")
            setattr(self, name, int(value))
        elif family == "sort":
            self.demand(all(part.lstrip("-") in SORTS for part in parts), family, value)
            self.sort = parts
        elif family == "include":
            self.demand(all(part in TO_ONE | TO_MANY for part in parts), family, value)
            self.include = parts
        elif family == "fields" and name in ("products", *TO_ONE.values(), *TO_MANY.values()):
            known = (*REQUIRED, *OPTIONAL, *SERVER_SIDE, *TO_ONE, *TO_MANY)
            if name == "products":
                self.demand(all(part in known for part in parts), family, value)
                self.fields = parts
        else:
            self.demand(False, family, name)

    @staticmethod
    def demand(holds: bool, family: str, name: str, parameter: str | None = None) -> None:
        if not holds:
            detail = f"{family} parameter {name} is not allowed."
            raise Refused(400, "Invalid Query Parameter", (detail, {"parameter": parameter or family or "(empty)"}))
