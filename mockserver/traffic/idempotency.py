"""Same key, same answer: remembers finished answers for a while on the sandbox's clock."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Ground
from mockserver.core.message import Reply, Request

MEMORY = "idempotency"


@dataclass(frozen=True, slots=True)
class IdempotencyPlan:
    """A provider's habit: the header, its longest value, how long an answer is kept, what marks a replay."""

    header: str
    longest: int
    keep: timedelta
    replay_headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Memo:
    """Where the answer to this request will be remembered."""

    id: str
    fingerprint: str


def memo_of(plan: IdempotencyPlan, request: Request, owner: str, content: Callable[[], bytes]) -> Memo | None:
    """Return the memo of a request that carries a key, or None; `idempotency_key_too_long` beyond the cap.

    `content` gives the bytes that tell one body from another.
    """
    key = request.header(plan.header.lower())
    if not key:
        return None
    if len(key) > plan.longest:
        raise Failure("idempotency_key_too_long", longest=plan.longest)
    scope = hashlib.sha256(f"{owner}\0{key}".encode()).hexdigest()
    target = f"{request.method} {request.path}?{request.query}\0"
    seen = hashlib.sha256(target.encode("utf-8", "surrogatepass") + content()).hexdigest()
    return Memo(scope, seen)


def recall(world: Ground, plan: IdempotencyPlan, memo: Memo) -> Reply | None:
    """Return the remembered answer; `idempotency_mismatch` where the key came with another request."""
    known = world.get(MEMORY, memo.id)
    if known is None or parse_instant(known["until"]) <= world.now:
        return None
    if known["fingerprint"] != memo.fingerprint:
        raise Failure("idempotency_mismatch")
    headers = {**known["headers"], **plan.replay_headers}
    payload = base64.b64decode(known["payload"])
    return Reply(known["status"], payload, known["media_type"], headers, payload)


def remember(world: Ground, plan: IdempotencyPlan, memo: Memo, reply: Reply) -> None:
    """Keep a finished answer, byte for byte."""
    world.put(
        MEMORY,
        {
            "id": memo.id,
            "fingerprint": memo.fingerprint,
            "until": instant(world.now + plan.keep),
            "status": reply.status,
            "headers": reply.headers,
            "media_type": reply.media_type,
            "payload": base64.b64encode(reply.payload).decode(),
        },
    )
