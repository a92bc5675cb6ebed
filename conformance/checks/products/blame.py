"""Which requirement is broken when an answer breaks the document, or when generation finds a fault."""

from __future__ import annotations

from conformance.checks.products.wares import NAMES
from conformance.exchange import Breach, Exchange

_OPERATION = {
    "listProducts": "PR-020",
    "getProduct": "PR-010",
    "createProduct": "PR-041",
    "updateProduct": "PR-080",
    "deleteProduct": "PR-092",
    "getCoverFile": "PR-106",
}
_ATTRIBUTE = {
    **dict.fromkeys(("createdAt", "updatedAt", "release-date", "original-release-date"), "PR-013"),
    **dict.fromkeys(("is-compilation", "production-year", "artist", *NAMES), "PR-018"),
    "upc-code": "PR-019",
    "cover-url": "PR-071",
    "front-cover-md5": "PR-072",
}
_ERRORS = {400: "PR-035", 401: "PR-002", 403: "PR-050", 409: "PR-050", 415: "PR-004", 422: "PR-042"}


def of_operation(operation: str | None) -> str:
    """Return the requirement that an operation as a whole stands for."""
    found = _OPERATION.get(operation or "")
    if found is not None:
        return found
    return "PR-101" if operation and operation.endswith("Relationship") else "PR-100"


def of_breach(breach: Breach, exchange: Exchange) -> str:
    """Return the requirement that a breach of the document breaks."""
    if breach.kind == "media type":
        return "PR-005"
    if breach.kind in ("status", "header"):
        return of_operation(exchange.operation)
    if breach.pointer.startswith("/jsonapi") or breach.text.startswith("'jsonapi'"):
        return "PR-006"
    if exchange.status >= 400:
        return "PR-042" if exchange.status == 422 and exchange.operation != "deleteProduct" else "PR-007"
    return _of_document(breach, exchange)


def _of_document(breach: Breach, exchange: Exchange) -> str:
    tokens = [token for token in breach.pointer.split("/")[1:] if not token.isdigit()]
    if tokens[:2] == ["data", "attributes"]:
        return _ATTRIBUTE.get(tokens[2], "PR-011") if len(tokens) > 2 else "PR-011"
    if tokens[:2] == ["data", "relationships"]:
        if len(tokens) > 2:
            return "PR-014"
        return "PR-015" if exchange.operation in ("listProducts", "getProduct") else "PR-016"
    if tokens[:1] == ["meta"]:
        return "PR-021"
    if "links" in tokens:
        return "PR-022" if exchange.operation == "listProducts" and tokens[0] == "links" else "PR-017"
    if tokens[:1] == ["data"] and exchange.operation in _OPERATION:
        return "PR-010"
    return of_operation(exchange.operation)


def of_fuzzing(check: str, operation: str, status: int | None) -> str:
    """Return the requirement that a failure of generated input breaks."""
    if check == "ignored_auth":
        return "PR-002"
    if check == "content_type_conformance":
        return "PR-005"
    if check in ("unsupported_method", "allow_header_conformance"):
        return "PR-007"
    if check == "response_schema_conformance" and status is not None and status >= 400:
        return "PR-042" if status == 422 and operation != "deleteProduct" else "PR-007"
    return of_operation(operation)
