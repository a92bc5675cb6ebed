"""Prints refusals as laravel-json-api does: JSON:API error objects with status, title, detail and source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from mockserver.providers.products.records import JSONAPI
from mockserver.providers.products.refusals import explain_body, explain_query
from specs import Operation

MEDIA_TYPE = "application/vnd.api+json"
Error = dict[str, Any]

_NOT_ACCEPTABLE = (
    "The requested resource is capable of generating only content not acceptable according to the Accept headers"
    " sent in the request."
)
_UNSUPPORTED = "The request entity has a media type which the server or resource does not support."
# What PHP says of a body that is no JSON, with its own error codes.
_JSON_ERRORS = {
    "syntax": ("Syntax error", "4"),
    "depth": ("Maximum stack depth exceeded", "1"),
    "encoding": ("Malformed UTF-8 characters, possibly incorrectly encoded", "5"),
    "empty": ("Expecting JSON to decode.", None),
}


def error(status: int, title: str, detail: str = "", *, code: str | None = None, **source: str) -> Error:
    """Return one error object in the library's member order; empty members are left out."""
    whole = {"code": code, "detail": detail, "source": source, "status": str(status), "title": title}
    return {name: value for name, value in whole.items() if value}


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """Return the document's error answer to a failure."""
    explain = _KINDS.get(failure.kind, _internal)
    errors = explain(failure, request)
    statuses = {entry["status"] for entry in errors}
    # The library's rule for several statuses at once.
    status = int(statuses.pop()) if len(statuses) == 1 else 500 if any(s >= "500" for s in statuses) else 400
    return Reply(status, {"jsonapi": JSONAPI, "errors": errors}, MEDIA_TYPE)


def _route_unknown(failure: Failure, request: Request) -> list[Error]:
    return [error(404, "Not Found", f"The route {request.path.lstrip('/')} could not be found.")]


def _method_unknown(failure: Failure, request: Request) -> list[Error]:
    allowed = failure.headers["Allow"]
    route = request.path.lstrip("/")
    text = f"The {request.method} method is not supported for route {route}. Supported methods: {allowed}."
    return [error(405, "Method Not Allowed", text)]


def _not_found(failure: Failure, request: Request) -> list[Error]:
    pointer = failure.facts.get("pointer")
    if pointer:
        return [error(404, "Not Found", "The related resource does not exist.", pointer=pointer)]
    return [error(404, "Not Found")]


def _malformed(failure: Failure, request: Request) -> list[Error]:
    if failure.facts["place"] == "query":
        return [error(400, "Invalid Query Parameter", failure.detail, parameter="query")]
    text, code = _JSON_ERRORS.get(failure.facts["reason"], (failure.detail, None))
    return [error(400, "Invalid JSON", text, code=code)]


def _invalid(failure: Failure, request: Request) -> list[Error]:
    body = [problem for problem in failure.problems if problem.place == "body"]
    if body:
        return explain_body(body)
    return explain_query([problem for problem in failure.problems if problem.place == "query"])


def _attribute(failure: Failure, request: Request) -> list[Error]:
    pointer = f"/data/attributes/{failure.facts['attribute']}"
    return [error(422, "Unprocessable Entity", failure.detail, pointer=pointer)]


def _internal(failure: Failure, request: Request) -> list[Error]:
    return [error(500, "Internal Server Error", failure.detail)]


def _told(status: int, title: str) -> Callable[[Failure, Request], list[Error]]:
    return lambda failure, request: [error(status, title, failure.detail)]


def _fixed(status: int, title: str, detail: str = "") -> Callable[[Failure, Request], list[Error]]:
    return lambda failure, request: [error(status, title, detail)]


_KINDS: dict[str, Callable[[Failure, Request], list[Error]]] = {
    "route_unknown": _route_unknown,
    "method_unknown": _method_unknown,
    "not_found": _not_found,
    "malformed": _malformed,
    "invalid": _invalid,
    "bad_attribute": _attribute,
    "unauthenticated": _fixed(401, "Unauthorized", "Unauthenticated."),
    "not_acceptable": _fixed(406, "Not Acceptable", _NOT_ACCEPTABLE),
    "unsupported_media": _fixed(415, "Unsupported Media Type", _UNSUPPORTED),
    "too_large": _fixed(413, "Payload Too Large"),
    "not_deletable": _fixed(422, "Not Deletable", "An active product cannot be deleted."),
    "wrong_id": lambda failure, request: [
        error(
            409,
            "Not Supported",
            f"Resource id {failure.facts['id']} is not supported by this endpoint.",
            pointer="/data/id",
        )
    ],
    # What this API has no rule for can only come from a tester's hand; it is answered with the usual status.
    "forbidden": _told(403, "Forbidden"),
    "illegal_transition": _told(422, "Unprocessable Entity"),
    "rate_limited": _told(429, "Too Many Requests"),
    "unavailable": _told(503, "Service Unavailable"),
    "not_offered": _told(501, "Not Implemented"),
    "idempotency_mismatch": _told(422, "Unprocessable Entity"),
    "idempotency_key_too_long": _told(400, "Bad Request"),
    "bad_preference": _told(400, "Bad Request"),
    "bad_sandbox": _told(400, "Bad Request"),
    "unknown_world": _told(400, "Bad Request"),
}
