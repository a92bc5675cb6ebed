"""The deliberate defects of the rival, and which requirement each of them must turn red."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Request, Response

# defect -> (the requirements of which one at least must go red, an expression for -k that selects enough to see it)
EXPECTED: dict[str, tuple[str, ...]] = {
    "R01-required-attribute-missing": ("PR-011",),
    "R03-year-as-text": ("PR-018",),
    "R04-artist-null": ("PR-018",),
    "R05-status-in-capitals": ("PR-041", "PR-011"),
    "R06-attribute-too-many": ("PR-011",),
    "R07-timestamp-without-microseconds": ("PR-013",),
    "R08-lines-swapped": ("PR-041",),
    "R10-last-name-lost": ("PR-081",),
    "R11-json-called-html": ("PR-005",),
    "R12-read-cut-by-one-byte": ("PR-010",),
    "R13-errors-are-no-jsonapi": ("PR-007",),
    "R14-pointers-are-wrong": ("PR-040",),
    "R16-letters-recoded": ("PR-052",),
    "S01-create-answers-200": ("PR-041",),
    "S02-missing-product-is-200-null": ("PR-091",),
    "S03-invalid-is-400": ("PR-040",),
    "S04-invalid-is-500": ("PR-040",),
    "S05-conflict-is-422": ("PR-050",),
    "S07-unauthorized-is-403": ("PR-002",),
    "S08-wrong-method-is-404": ("PR-007",),
    "S09-second-delete-is-500": ("PR-095",),
    "ST01-active-product-deleted": ("PR-093",),
    "ST02-activation-refused": ("PR-082",),
    "ST03-transition-not-stored": ("PR-082",),
    "ST05-deleted-product-stays": ("PR-092",),
    "ST06-created-but-not-stored": ("PR-041",),
    "ST07-patch-behaves-as-put": ("PR-080",),
    "ST08-update-ignores-a-field": ("PR-081",),
    "ST09-refused-update-is-stored": ("PR-081",),
    "ST11-dangling-label-accepted": ("PR-047",),
    "A01-one-operation-needs-no-token": ("PR-002",),
    "A02-any-token-accepted": ("PR-002",),
    "A03-expired-token-accepted": ("PR-002",),
    "A05-foreign-product-readable": ("PR-091",),
    "A06-list-leaks-other-accounts": ("PR-020",),
    "A08-server-attributes-writable": ("PR-076",),
    "P01-page-border-skips-one": ("PR-021",),
    "P02-page-border-repeats-one": ("PR-021",),
    "P03-page-size-ignored": ("PR-021",),
    "P05-total-counts-the-page": ("PR-021",),
    "P06-status-filter-ignored": ("PR-027",),
    "P06-name-filter-ignored": ("PR-026",),
    "P06-label-filter-ignored": ("PR-029",),
    "P06-send-tasks-filter-ignored": ("PR-033",),
    "P08-page-size-without-limit": ("PR-035",),
    "P-sort-ignored": ("PR-035",),
    "V01-empty-name-accepted": ("PR-042",),
    "V04-status-filter-not-checked": ("PR-035",),
    "V06-content-type-not-checked": ("PR-004",),
    "V08-impossible-date-accepted": ("PR-062",),
    "V09-empty-artist-accepted": ("PR-042",),
    "V-status-active-on-create": ("PR-045",),
    "V-leading-zeros-lost": ("PR-019",),
    "T02-updated-at-stands-still": ("PR-084",),
    "T03-local-time-labelled-z": ("PR-013",),
    "H01-location-of-another-product": ("PR-105",),
    "H02-allow-missing": ("PR-007",),
    "U01-any-bytes-are-an-image": ("PR-075",),
    "C-hash-of-other-bytes": ("PR-072",),
    "C-cover-cannot-be-fetched": ("PR-106",),
    "D-dates-not-normalised": ("PR-060",),
    "L-links-name-another-host": ("PR-105",),
    "L-relationships-carry-data": ("PR-014",),
    "M-missing-field-worded-otherwise": ("PR-043",),
    "M-no-version": ("PR-006",),
}
_IGNORED = {
    "P06-status-filter-ignored": "status",
    "P06-name-filter-ignored": "name",
    "P06-label-filter-ignored": "label-id",
    "P06-send-tasks-filter-ignored": "has-send-tasks",
}


class Defects:
    """The switched-on defects, asked at the places where they act."""

    def __init__(self, names: tuple[str, ...]) -> None:
        unknown = set(names) - set(EXPECTED)
        if unknown:
            raise ValueError(f"unknown defects {sorted(unknown)}")
        self.names = frozenset(names)

    def has(self, name: str) -> bool:
        """Say whether a defect is switched on."""
        assert name in EXPECTED, name
        return name in self.names

    def ignores(self, filter: str) -> bool:
        """Say whether a filter has no effect."""
        return any(_IGNORED.get(name) == filter for name in self.names)

    def start(self, start: int, number: int) -> int:
        """Return where a page begins."""
        shift = 1 if self.has("P01-page-border-skips-one") else -1 if self.has("P02-page-border-repeats-one") else 0
        return start + shift if number > 1 else start

    def total(self, total: int, shown: int) -> int:
        """Return the total that the list tells."""
        return shown if self.has("P05-total-counts-the-page") else total

    def detail(self, name: str) -> str:
        """Return the text for a missing attribute."""
        return f"{name} missing" if self.has("M-missing-field-worded-otherwise") else f"The {name} field is required."

    def salt(self) -> bytes:
        """Return what is hashed besides a cover's bytes."""
        return b"!" if self.has("C-hash-of-other-bytes") else b""

    def may_become(self, status: Any) -> None:
        """Refuse a status that may follow any other."""
        if status == "active" and self.has("ST02-activation-refused"):
            from rival_query import Refused

            raise Refused(422, "Unprocessable Entity", ("Not now.", {"pointer": "/data/attributes/status"}))

    def kept(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """Return what a write stores of the attributes."""
        built = dict(attributes)
        if self.has("ST08-update-ignores-a-field"):
            built.pop("producer", None)
            built.setdefault("producer", None)
        if self.has("R10-last-name-lost"):
            built = {
                name: value[:-1] if isinstance(value, list) and len(value) > 1 else value
                for name, value in built.items()
            }
        if self.has("V-leading-zeros-lost") and "upc-code" in built:
            built["upc-code"] = built["upc-code"].lstrip("0")
        if self.has("R16-letters-recoded"):
            built = {
                name: value.encode().decode("latin-1") if isinstance(value, str) else value
                for name, value in built.items()
            }
        return built

    def edit(
        self, request: Request, status: int, document: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Return an answer with the faults of status, members and headers."""
        data = document.get("data")
        for resource in data if isinstance(data, list) else [data]:
            if isinstance(resource, dict) and resource.get("type") == "products" and "attributes" in resource:
                self._edit_resource(resource, request.method)
        if "errors" in document:
            status, document = self._edit_errors(request, status, document)
        if self.has("M-no-version"):
            document.pop("jsonapi", None)
        if self.has("S01-create-answers-200") and status == 201:
            status = 200
        if self.has("H02-allow-missing"):
            headers = {name: value for name, value in headers.items() if name != "Allow"}
        return status, document, headers

    def _edit_resource(self, resource: dict[str, Any], method: str) -> None:
        attributes = resource["attributes"] = dict(resource["attributes"])
        if self.has("R01-required-attribute-missing"):
            attributes.pop("subtitle", None)
        if self.has("R03-year-as-text"):
            attributes["production-year"] = str(attributes.get("production-year"))
        if self.has("R04-artist-null"):
            attributes["artist"] = None
        if self.has("R05-status-in-capitals"):
            attributes["status"] = str(attributes.get("status")).upper()
        if self.has("R06-attribute-too-many"):
            attributes["internal-note"] = "x"
        if self.has("R07-timestamp-without-microseconds"):
            attributes["updatedAt"] = str(attributes.get("updatedAt"))[:19] + "Z"
        if self.has("R08-lines-swapped"):
            one, two = attributes.get("copyright-line"), attributes.get("production-line")
            attributes["copyright-line"], attributes["production-line"] = two, one
        if self.has("L-relationships-carry-data") and method == "GET":
            for relationship in resource.get("relationships", {}).values():
                relationship.setdefault("data", None)

    def _edit_errors(self, request: Request, status: int, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        errors = document["errors"]
        if self.has("R13-errors-are-no-jsonapi") and status in (404, 405):
            return status, {"message": errors[0]["title"]}
        if self.has("R14-pointers-are-wrong"):
            for error in errors:
                if "pointer" in error.get("source", {}):
                    error["source"] = {"pointer": "/data"}
        if self.has("S02-missing-product-is-200-null") and status == 404 and request.method == "GET":
            return 200, {"jsonapi": document["jsonapi"], "data": None}
        changes = {
            ("S03-invalid-is-400", 422): 400,
            ("S04-invalid-is-500", 422): 500,
            ("S05-conflict-is-422", 409): 422,
            ("S07-unauthorized-is-403", 401): 403,
            ("S08-wrong-method-is-404", 405): 404,
        }
        for (name, from_status), to_status in changes.items():
            if self.has(name) and status == from_status:
                for error in errors:
                    error["status"] = str(to_status)
                return to_status, document
        if self.has("S09-second-delete-is-500") and request.method == "DELETE" and status == 404:
            return 500, document
        return status, document

    def rewrite(self, request: Request, response: Response) -> Response:
        """Return an answer with the faults of bytes and media type."""
        if self.has("R11-json-called-html") and request.method == "GET" and response.status_code == 200:
            response.content_type = "text/html; charset=utf-8"
        whole = response.get_data()
        data = _parsed(whole).get("data")
        is_read = request.method == "GET" and isinstance(data, dict) and data.get("type") == "products"
        if self.has("R12-read-cut-by-one-byte") and is_read:
            response.set_data(whole[:-1])
        return response


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
