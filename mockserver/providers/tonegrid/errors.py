"""Prints refusals as the document does: `{success: false, error, errors?}`, the text being the precise reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from mockserver.providers.tonegrid.fieldtexts import explain
from mockserver.providers.tonegrid.shapes import status_showing
from specs import Operation

Telling = Callable[[Failure, Operation | None], tuple[int, dict[str, Any]]]

ENDPOINT = "Endpoint not found."

_NOT_FOUND = {
    "path": ENDPOINT,
    "releases": "Release not found.",
    "tracks": "Track not found.",
    "artists": "Artist not found.",
    "tenants": "Tenant not found.",
    "accounts": "Account not found.",
    "statements": "Statement not found.",
    "transfers": "Transfer not found.",
    "webhooks": "Webhook not found.",
    "jobs": "Ingestion job not found.",
    "api_keys": "API key not found.",
}
_UNAUTHENTICATED = {
    "missing": "Authentication token is missing.",
    "token": "Invalid or expired token. Please log in again.",
    "key": "Invalid, expired, or revoked API key.",
    "client": "Invalid client credentials.",
    "login": "Invalid email or password.",
}
_TOO_LARGE = {
    "ingestBulk": "Bulk batch limited to 200 releases.",
    "uploadAnimatedArtwork": "Animated artwork must be ≤50 MB.",
}
_MALFORMED = {
    "gzip": "Malformed gzip body.",
    "multipart": "Malformed multipart body.",
    "empty": "Request body is missing.",
}

# kind -> status, text (with places for the failure's facts), code for machines
_TABLE: dict[str, tuple[int, str, str | None]] = {
    "route_unknown": (404, ENDPOINT, None),
    "method_unknown": (404, ENDPOINT, None),
    "unsupported_media": (400, "Unsupported content type.", None),
    "not_acceptable": (400, "Only application/json can be answered.", None),
    "rate_limited": (429, "Too many requests.", "rate_limit.exceeded"),
    "idempotency_mismatch": (
        422,
        "Idempotency-Key reused with a different request body.",
        "idempotency.key_mismatch",
    ),
    "idempotency_key_too_long": (400, "Idempotency-Key must be ≤255 chars.", None),
    "unavailable": (503, "Service temporarily unavailable.", None),
    "bad_cursor": (400, "Malformed query parameter: cursor.", None),
    # 403
    "scope_missing": (403, "Missing required scope: {scope}.", None),
    "network_refused": (403, "API key is not allowed from this address.", None),
    "not_receiver": (403, "Only the receiving account can {verb} this transfer.", None),
    "not_descendant": (403, "Not a descendant of your tenant.", None),
    "role_refused": (403, "Your tenant role cannot create a '{role}' tenant.", None),
    # 404
    "dsp_unknown": (404, "DSP '{slug}' not found or inactive.", None),
    # 409
    "not_submittable": (409, "Only draft or rejected releases can be submitted.", None),
    "not_approvable": (409, "Only pending releases can be approved.", None),
    "not_deletable": (409, "Only draft or rejected releases can be deleted.", None),
    "not_updatable": (409, "Only draft or pending releases can be updated.", None),
    "track_not_updatable": (409, "Tracks can only be updated while the release is in draft.", None),
    "track_not_deletable": (409, "Tracks can only be deleted while the release is in draft.", None),
    "not_distributable": (409, "Only approved releases can be distributed.", "release.not_approved"),
    "not_approved": (409, "Release is not approved.", "release.not_approved"),
    "not_live": (409, "Release has no live delivery to update.", None),
    "not_yet_distributed": (409, "Release has not been distributed.", None),
    "not_distributed": (409, "Release is not distributed.", None),
    "dsp_blocked": (409, "Delivery to {name} is blocked via per-DSP override (is_blocked=true).", None),
    "transfer_not_acceptable": (409, "Only pending transfers can be accepted.", None),
    "transfer_not_declinable": (409, "Only pending transfers can be declined.", None),
    "webhook_limit": (409, "Webhook subscription limit (25) reached.", None),
    "period_exists": (409, "Period code already exists.", None),
    "statement_not_draft": (409, "Only draft statements can be approved.", None),
    "slug_taken": (409, "Tenant slug already exists.", None),
    # 413
    "bulk_too_large": (413, _TOO_LARGE["ingestBulk"], None),
    "artwork_too_large": (413, _TOO_LARGE["uploadAnimatedArtwork"], None),
    # 422
    "no_track": (422, "Please add at least one track before submitting.", None),
    "no_store": (422, "Please select at least one store before submitting.", None),
    "no_date": (422, "Please set a release date before submitting.", None),
    "dsp_not_attached": (422, "DSP '{slug}' is not attached to this release.", None),
    "no_dsps": (422, "No DSPs attached to this release.", None),
    "balance_too_low": (422, "Insufficient available balance.", None),
    "not_ern": (422, "File is not a recognisable DDEX ERN NewReleaseMessage.", None),
    "csv_header": (422, "CSV header must include `title` and `track_title`.", None),
    "shares_wrong": (422, "Composer shares must total 100 (got {total}).", None),
    # what concerns the mock itself
    "not_offered": (501, "This operation is not offered yet.", None),
}


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """Return the document's error answer to a failure."""
    status, body = _TELLINGS.get(failure.kind, _by_table)(failure, operation)
    reply = Reply(status, {"success": False, **body})
    if status == 429:
        reply.headers["Retry-After"] = str(failure.facts.get("retry_after", 60))
    elif status == 503:
        reply.headers["Retry-After"] = str(failure.facts.get("retry_after", 1))
    return reply


def _by_table(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    known = _TABLE.get(failure.kind)
    if known is None:
        return 500, {"error": failure.detail if failure.kind == "internal" else "Internal server error."}
    status, text, code = known
    body = {"error": text.format_map(failure.facts)}
    return status, body if code is None else {**body, "error_code": code}


def _mismatch(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    """Refuse a key with another body by the status that the document in force shows it under (C-05)."""
    status, body = _by_table(failure, operation)
    return status_showing(operation, body["error"]) or status, body


def _invalid(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    body = [problem for problem in failure.problems if problem.place == "body"]
    if body:
        return 422, {"error": "Validation failed", "errors": explain(body)}
    names = dict.fromkeys(problem.pointer.split("/")[1] for problem in failure.problems if problem.pointer)
    return 400, {"error": f"Malformed query parameter: {', '.join(names)}."}


def _fields(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    return 422, {"error": failure.facts.get("error", "Validation failed"), "errors": failure.facts["errors"]}


def _malformed(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    if failure.facts.get("place") == "query":
        return 400, {"error": "Malformed query string."}
    return 400, {"error": _MALFORMED.get(str(failure.facts.get("reason")), "Malformed JSON body.")}


def _too_large(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    return 413, {"error": _TOO_LARGE.get(operation.id if operation else "", "Payload too large.")}


def _not_found(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    return 404, {"error": _NOT_FOUND.get(str(failure.facts.get("what")), ENDPOINT)}


def _unauthenticated(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    return 401, {"error": _UNAUTHENTICATED[str(failure.facts.get("reason", "token"))]}


def _mock(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    return 404 if failure.kind == "unknown_world" else 400, {"error": failure.detail}


def _illegal(failure: Failure, operation: Operation | None) -> tuple[int, dict[str, Any]]:
    return 409, {"error": failure.detail}


_TELLINGS: dict[str, Telling] = {
    "invalid": _invalid,
    "fields": _fields,
    "malformed": _malformed,
    "too_large": _too_large,
    "not_found": _not_found,
    "unauthenticated": _unauthenticated,
    "illegal_transition": _illegal,
    "idempotency_mismatch": _mismatch,
    "bad_preference": _mock,
    "bad_sandbox": _mock,
    "unknown_world": _mock,
}
