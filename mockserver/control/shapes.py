"""What the house's own records look like, so that a snapshot from elsewhere cannot smuggle in what would break it."""

from __future__ import annotations

from typing import Any

from mockserver.auth.credentials import CREDENTIALS, KINDS, VALUES
from mockserver.auth.tokens import REVOKED
from mockserver.control.holdings import COUNTERS
from mockserver.traffic.idempotency import MEMORY
from mockserver.traffic.limits import WINDOWS
from mockserver.webhooks.outbox import DELIVERED, EXHAUSTED, OUTBOX, PENDING
from mockserver.workflow.timers import AGENDA, TIMERS
from mockserver.world import INBOX

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0, "maximum": 2**53}
_OBJECT: Schema = {"type": "object"}
_NULL: Schema = {"type": "null"}
# As clock.instant prints it: these texts are compared as texts.
_INSTANT: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]\.[0-9]{6}Z$",
}
_PERHAPS_INSTANT: Schema = {"anyOf": [_INSTANT, _NULL]}
_STATUS: Schema = {"type": ["integer", "null"], "minimum": 100, "maximum": 599}


def _list_of(**members: Schema) -> Schema:
    record = {"type": "object", "required": ["id", *members], "properties": {"id": _TEXT, **members}}
    return {"type": "array", "items": record}


_ATTEMPT: Schema = {
    "type": "object",
    "required": ["at", "status", "error"],
    "properties": {"at": _INSTANT, "status": _STATUS, "error": {"type": ["string", "null"]}},
}
SHAPES: dict[str, Schema] = {
    COUNTERS: {"type": "object", "additionalProperties": _WHOLE},
    AGENDA: _list_of(due=_INSTANT),
    TIMERS: _list_of(due=_INSTANT, kind={"enum": ["transition", "task"]}, data=_OBJECT),
    WINDOWS: _list_of(start=_WHOLE, used=_WHOLE),
    REVOKED: _list_of(),
    VALUES: _list_of(credential=_TEXT),
    INBOX: _list_of(to=_TEXT, channel=_TEXT, text=_TEXT, at=_INSTANT),
    MEMORY: _list_of(
        fingerprint=_TEXT,
        until=_INSTANT,
        status={"type": "integer", "minimum": 100, "maximum": 599},
        headers={"type": "object", "additionalProperties": _TEXT},
        media_type=_TEXT,
        payload={"type": "string", "pattern": "^[A-Za-z0-9+/]*={0,2}$"},
    ),
    OUTBOX: _list_of(
        event=_TEXT,
        url=_TEXT,
        body=_TEXT,
        secret=_TEXT,
        state={"enum": [PENDING, DELIVERED, EXHAUSTED]},
        created_at=_INSTANT,
        next_attempt_at=_PERHAPS_INSTANT,
        attempts={"type": "array", "items": _ATTEMPT},
    ),
    CREDENTIALS: _list_of(
        name={"type": "string", "minLength": 1},
        kind={"enum": list(KINDS)},
        header=_TEXT,
        value=_TEXT,
        scopes={"type": "array", "items": _TEXT},
        account=_TEXT,
        expires_at=_PERHAPS_INSTANT,
        revoked_at=_PERHAPS_INSTANT,
        note=_TEXT,
    ),
}
