"""Prints refusals in the one envelope of gard: code, msg, detail, and hint or stage where the document has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.message import JSON_TYPE, Reply, Request
from mockserver.providers.gard.refusals import explain
from specs import Operation

RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    msg: str
    detail: str = ""  # where the failure brings none


_KINDS = {
    "route_unknown": _Kind(404, "Not found"),
    "method_unknown": _Kind(405, "Method not allowed"),
    "malformed": _Kind(422, "The request cannot be read"),
    "unsupported_media": _Kind(422, "The body has the wrong content type"),
    "not_acceptable": _Kind(422, "The requested content type is not offered"),
    "too_large": _Kind(413, "Request body too large"),
    "unauthenticated": _Kind(
        401, "Missing or unknown API key", "Send a key that begins with gard_ in the header X-API-Key."
    ),
    "forbidden": _Kind(401, "The API key may not do this"),
    "not_found": _Kind(404, "Not found"),
    "illegal_transition": _Kind(400, "Not possible at this stage"),
    "wrong_stage": _Kind(400, "Not possible at this stage"),
    "not_live": _Kind(400, "The release is not live"),
    "already_live": _Kind(400, "The release is already live", "A pitch is taken until the release is live."),
    "taken_down": _Kind(400, "The release has left the stores", "A takedown of this release is completed."),
    "out_of_credits": _Kind(402, "Not enough credits"),
    "nothing_to_export": _Kind(400, "Nothing to export", "There are no releases in your catalog."),
    "over_balance": _Kind(400, "Not enough balance"),
    "unknown_filter": _Kind(400, "Unknown id in the filters"),
    "nothing_synced": _Kind(400, "No synced releases", "None of your releases has reached the distributor yet."),
    "whole_catalog_only": _Kind(
        400,
        "This report is for the whole catalog only",
        "Age and gender cannot be narrowed by release, album or artist.",
    ),
    "no_data_yet": _Kind(503, "No data yet", "The report is being filled; ask again in 30 seconds."),
    "rate_limited": _Kind(429, "Too many requests"),
    "idempotency_mismatch": _Kind(422, "The key was used for another request"),
    "idempotency_key_too_long": _Kind(422, "The key is too long"),
    "unavailable": _Kind(503, "Not available"),
    "not_offered": _Kind(501, "Not offered"),
    "internal": _Kind(500, "Internal error"),
    "bad_preference": _Kind(400, "There is no such answer"),
    "bad_sandbox": _Kind(400, "There is no such sandbox"),
    "unknown_world": _Kind(404, "There is no such world"),
}
_LIVE_HINT = "POST /api/v1/music-distributor/delete-requests/"
_REVOKE_HINT = "POST /api/v1/music-distributor/releases/{release_ref}/revoke"
_CANCEL_HINT = "DELETE /api/v1/music-distributor/releases/{release_ref}"
_TAKEDOWNS_HINT = "GET /api/v1/music-distributor/delete-requests/"


def refuse(failure: Failure, request: Request, operation: Operation | None) -> Reply:
    """Return the error answer to a failure."""
    if failure.kind == "invalid":
        fields = explain(failure.problems)
        first = fields[0]
        return _reply(422, f"{first['field']}: {first['problem']}"[:500], fields)
    kind = _KINDS.get(failure.kind, _KINDS["internal"])
    detail = failure.detail if failure.detail != failure.kind else ""
    reply = _reply(kind.status, failure.facts.get("msg") or kind.msg, detail or kind.detail or kind.msg)
    reply.body.update(_STAGES.get(failure.kind, _nothing)(failure))
    if kind.status == 503:
        reply.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return reply


def _reply(status: int, msg: str, detail: Any) -> Reply:
    return Reply(status, {"code": status, "msg": msg, "detail": detail}, JSON_TYPE)


def _nothing(failure: Failure) -> dict[str, str]:
    return {}


def _wrong_stage(failure: Failure) -> dict[str, str]:
    """Name the endpoint that serves at the release's stage (GARD-046, GARD-047)."""
    stage = str(failure.facts["state"])
    return {
        "msg": f"The release is {stage.replace('_', ' ')}",
        "detail": f"A release that is {stage} leaves the catalog another way; see hint.",
        "hint": _LIVE_HINT if stage == "live" else _REVOKE_HINT,
        "status": stage,
    }


def _not_live(failure: Failure) -> dict[str, str]:
    """Name the current stage and the endpoint that serves before live (GARD-048)."""
    stage = str(failure.facts["state"])
    return {
        "detail": f"The release is {stage}; a takedown needs a live release.",
        "hint": _CANCEL_HINT if stage in ("submitted", "rejected") else _REVOKE_HINT,
        "status": stage,
    }


def _already_live(failure: Failure) -> dict[str, str]:
    return {"detail": _KINDS["already_live"].detail, "status": "live"}


def _taken_down(failure: Failure) -> dict[str, str]:
    return {"hint": _TAKEDOWNS_HINT, "status": "live"}


_STAGES = {
    "wrong_stage": _wrong_stage,
    "not_live": _not_live,
    "already_live": _already_live,
    "taken_down": _taken_down,
}
