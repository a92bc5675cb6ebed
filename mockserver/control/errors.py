"""Prints the control API's refusals as problem documents (RFC 9457)."""

from __future__ import annotations

from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from specs import Operation, Problem

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_STATUSES = {
    "unauthenticated": 401,
    "forbidden": 403,
    "route_unknown": 404,
    "not_found": 404,
    "method_unknown": 405,
    "timed_out": 408,
    "illegal_transition": 409,
    "nothing_to_replay": 409,
    "too_large": 413,
    "unsupported_media": 415,
    "malformed": 422,
    "invalid": 422,
    "bad_sandbox": 422,
    "unknown_world": 422,
    "invalid_wish": 422,
    "not_ready": 503,
}
# What a refusal may tell beside its text.
_FACTS = ("state", "legal_events", "event", "allowed", "limit")
_MOST_NAMED = 3
_LONGEST = 400


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """Return the problem document of a failure."""
    status = _STATUSES.get(failure.kind, 500)
    title = _TITLES[status]
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": _detail(failure) or f"{title}.",
        **{name: failure.facts[name] for name in _FACTS if failure.facts.get(name) is not None},
    }
    if failure.problems:
        body["errors"] = [_error(problem) for problem in failure.problems]
    return Reply(status, body, MEDIA_TYPE)


def invalid(pointer: str, text: str, *, place: str = "body", got: Any = None, expected: Any = None) -> Failure:
    """Return the failure of one value that no schema can judge."""
    return Failure("invalid", text, problems=[Problem(place, pointer, "value", expected, got, text)])


def _detail(failure: Failure) -> str:
    if failure.kind != "invalid" or not failure.problems:
        return failure.detail
    first = failure.problems[:_MOST_NAMED]
    told = "; ".join(f"{problem.place} {problem.pointer or '/'}: {_short(problem.text)}" for problem in first)
    more = len(failure.problems) - _MOST_NAMED
    return f"{told}; and {more} more" if more > 0 else told


def _error(problem: Problem) -> dict[str, Any]:
    told = {name: value for name, value in problem.as_json().items() if value is not None}
    return {**told, "detail": _short(problem.text)}


def _short(text: str) -> str:
    """Return a text that does not repeat a whole snapshot: validators quote what they refuse."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
