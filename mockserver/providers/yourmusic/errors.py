"""Prints refusals as the framework behind the document does: a message, or a message with errors by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.message import JSON_TYPE, Reply, Request
from mockserver.providers.yourmusic.wording import explain
from specs import Operation, Problem, open_book

_TOKEN_ENDPOINT = "issueClientToken"  # noqa: S105 - an operation's name
_INVALID = "The given data was invalid."
_BAD_TOKEN = "The authentication token is invalid or has expired."  # noqa: S105 - a sentence
_MALFORMED = {
    "syntax": "The request body is not valid JSON.",
    "depth": "The request body is nested too deeply.",
    "encoding": "The request is not valid UTF-8.",
    "gzip": "The request body is not valid gzip.",
    "fields": "The request has too many fields.",
    "empty": "The request body is empty.",
}
Explain = Callable[[Failure, Request, Operation | None], Reply]


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """Return the document's error answer to a failure."""
    if operation is not None and operation.id == _TOKEN_ENDPOINT and failure.kind in _OAUTH:
        return _OAUTH[failure.kind](failure, request, operation)
    return _KINDS.get(failure.kind, _internal)(failure, request, operation)


def validation_error(errors: dict[str, list[str]]) -> Reply:
    """Return the refusal of named fields (YM-200)."""
    return Reply(422, {"message": _INVALID, "errors": errors}, JSON_TYPE)


def _message(status: int, text: str, **members: Any) -> Reply:
    return Reply(status, {**members, "message": text}, JSON_TYPE)


def _fixed(status: int, text: str) -> Explain:
    return lambda failure, request, operation: _message(status, text)


def _told(status: int) -> Explain:
    """Tell the failure's own detail: it concerns the mock, not the document."""
    return lambda failure, request, operation: _message(status, failure.detail or "Server Error")


def _internal(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    return _message(500, failure.detail or "Server Error")


def _unauthenticated(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    reply = _message(401, "Unauthenticated.")
    reply.headers["WWW-Authenticate"] = "Bearer"
    return reply


def _invalid_auth_token(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    reply = _message(401, _BAD_TOKEN, code="INVALID_AUTH_TOKEN")
    reply.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return reply


def _too_many(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    reply = _message(429, "Too Many Attempts.")
    reply.headers["Retry-After"] = str(max(1, failure.facts.get("retry_after", 1)))
    return reply


def _not_found(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """An id in the path that is no UUID is a refused field, as the specification has it; all else is unknown."""
    formless = [problem for problem in failure.problems if problem.rule == "format"]
    if formless and operation is not None and 422 in operation.promises:
        return validation_error(explain(formless))
    return _message(404, "Not found.")


def _malformed(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """A body that was not sent lacks every required field; a query that cannot be read is a refused one."""
    reason = failure.facts.get("reason", "")
    if failure.facts.get("place") == "body" and reason == "empty":
        missing = _missing(operation)
        if missing:
            return validation_error(explain(missing))
    text = _MALFORMED.get(reason) or failure.detail or "The request cannot be read."
    if failure.facts.get("place") == "query" and operation is not None and 400 not in operation.promises:
        return validation_error({"query": [text]})
    return _message(400, text)


def _missing(operation: Operation | None) -> list[Problem]:
    media = operation.body.get(JSON_TYPE) if operation is not None else None
    if media is None:
        return []
    return open_book("yourmusic").schemas.validator(media.schema).find_problems({}, "body")


def _invalid(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    return validation_error(explain(failure.problems) or {"body": ["The request body is invalid."]})


def _field(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    return validation_error(
        {failure.facts.get("field", "body"): [failure.facts.get("text", failure.detail or _INVALID)]}
    )


# The token endpoint speaks as RFC 6749, section 5.2, has it (YM-003).


def _oauth(status: int, error: str, text: str) -> Reply:
    return Reply(status, {"error": error, "error_description": text}, JSON_TYPE)


def _oauth_invalid(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    if any(problem.rule == "const" for problem in failure.problems):
        return _oauth(400, "unsupported_grant_type", "The grant type must be client_credentials.")
    sentences = next(iter(explain(failure.problems).values()), ["The request is invalid."])
    return _oauth(400, "invalid_request", sentences[0])


def _oauth_malformed(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    text = _MALFORMED.get(failure.facts.get("reason", "")) or failure.detail or "The request cannot be read."
    return _oauth(400, "invalid_request", text)


_OAUTH: dict[str, Explain] = {
    "invalid": _oauth_invalid,
    "malformed": _oauth_malformed,
    "unauthenticated": lambda failure, request, operation: _oauth(
        401, "invalid_client", "Client authentication failed."
    ),
}

_KINDS: dict[str, Explain] = {
    "route_unknown": _fixed(404, "Not found."),
    "method_unknown": _fixed(405, "Method not allowed."),
    "malformed": _malformed,
    "invalid": _invalid,
    "field": _field,
    "too_large": _fixed(413, "The request body is too large."),
    "unsupported_media": _fixed(415, "The content type is not supported."),
    "not_acceptable": _fixed(406, "The requested content type is not available."),
    "unauthenticated": _unauthenticated,
    "invalid_auth_token": _invalid_auth_token,
    "forbidden": _fixed(403, "This action is unauthorized."),
    "not_found": _not_found,
    "illegal_transition": _fixed(409, "The action is not possible in the current state."),
    "idempotency_mismatch": _fixed(409, "The idempotency key was used for another request."),
    "idempotency_key_too_long": _fixed(400, "The idempotency key is too long."),
    "code_refused": _fixed(401, "The verification code is invalid or has expired."),
    "onboarding_token_refused": _fixed(401, "The onboarding token is invalid or has expired."),
    "refresh_token_refused": _fixed(401, "The refresh token is invalid or has expired."),
    "too_many_tries": _too_many,
    "rate_limited": _too_many,
    "unavailable": _fixed(503, "Service Unavailable."),
    "not_offered": _told(501),
    "internal": _internal,
    "bad_preference": _told(400),
    "bad_sandbox": _told(400),
    "unknown_world": _told(404),
}
