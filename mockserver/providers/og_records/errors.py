"""Prints refusals: one JSON form with a stable code, RFC 6749's form at /oauth/token."""

from __future__ import annotations

from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply, Request
from mockserver.providers.og_records.explain import explain
from specs import Operation

# Failure kind -> status and code (OG-003). The codes are those of the spec's schema Error.
_KINDS: dict[str, tuple[int, str]] = {
    "route_unknown": (404, "not_found"),
    "method_unknown": (405, "method_not_allowed"),
    "not_found": (404, "not_found"),
    "malformed": (400, "malformed_body"),
    "invalid": (422, "validation_failed"),
    "refused_field": (422, "validation_failed"),
    "too_large": (413, "payload_too_large"),
    "unsupported_media": (415, "unsupported_media_type"),
    "not_acceptable": (406, "unsupported_media_type"),
    "unsupported_audio": (415, "unsupported_audio_format"),
    "unauthenticated": (401, "unauthorized"),
    "forbidden": (403, "insufficient_scope"),
    "kyc_required": (403, "kyc_required"),
    "production_gated": (403, "production_gated"),
    "release_locked": (409, "release_locked"),
    "illegal_transition": (409, "release_locked"),
    "release_incomplete": (422, "release_incomplete"),
    "email_taken": (409, "email_taken"),
    "slug_taken": (409, "slug_taken"),
    "rate_limited": (429, "rate_limit_exceeded"),
    "signature_missing": (400, "signature_missing"),
    "signature_invalid": (400, "signature_invalid"),
    "timestamp_stale": (400, "timestamp_stale"),
    "unknown_client": (400, "unknown_client"),
    "invalid_redirect_uri": (400, "invalid_redirect_uri"),
    "idempotency_mismatch": (422, "validation_failed"),
    "idempotency_key_too_long": (422, "validation_failed"),
    "unavailable": (503, "internal_error"),
    "not_offered": (501, "internal_error"),
    "bad_preference": (400, "validation_failed"),
    "bad_sandbox": (400, "validation_failed"),
    "unknown_world": (404, "not_found"),
    "invalid_wish": (422, "validation_failed"),
    "nothing_to_replay": (409, "not_found"),
    "check_undecided": (409, "release_locked"),
}
_INTERNAL = (500, "internal_error")


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """Return the error answer to a failure."""
    status, code = _KINDS.get(failure.kind, _INTERNAL)
    if operation is not None and operation.id == "issueToken":
        return oauth_error(400 if status == 422 else status, "invalid_request", _message(failure, []))
    if failure.kind == "invalid":
        status, code = _invalid(request, operation)
    details = explain(failure, request, operation)
    return error(status, code, _message(failure, details), details)


def error(status: int, code: str, message: str, details: list[Record]) -> Reply:
    """Return an answer in the one form of every refusal outside /oauth/token."""
    return Reply(status, {"error": {"code": code, "message": message, "details": details}})


def oauth_error(status: int, error: str, description: str = "", **headers: str) -> Reply:
    """Return a refusal in the form of RFC 6749, section 5.2."""
    body: dict[str, Any] = {"error": error}
    if description:
        body["error_description"] = description
    return Reply(status, body, headers={"Cache-Control": "no-store", **headers})


def _invalid(request: Request, operation: Operation | None) -> tuple[int, str]:
    """A schema is broken: 422 under /api/v1, 400 elsewhere; 406 tells Mailgun to send the event no more."""
    if operation is not None and operation.id == "receiveMailgunWebhook":
        return 406, "event_unusable"
    return (422 if request.path.startswith("/api/v1/") else 400), "validation_failed"


def _message(failure: Failure, details: list[Record]) -> str:
    if failure.kind == "invalid":
        count = max(1, len(details))
        return f"The request has {count} invalid field{'' if count == 1 else 's'}."
    if failure.kind == "rate_limited":
        window = failure.facts.get("window")
        return f"The limit of {window.limit} requests per minute is passed." if window else "Too many requests."
    return failure.detail or failure.kind.replace("_", " ").capitalize() + "."
