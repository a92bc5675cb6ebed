"""Rate limits by category, and the headers that every answer carries."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta

from mockserver.clock import EPOCH, real_now
from mockserver.core.message import Caller, Reply, Request
from mockserver.traffic.idempotency import IdempotencyPlan
from mockserver.traffic.limits import LimitPlan, Window
from mockserver.world import World
from specs import Operation

# Requests per minute and access token (L122-125).
LIMITS = {"general": 120, "audio_upload": 10, "distribution": 30, "analytics": 60}

IDEMPOTENCY = IdempotencyPlan("Idempotency-Key", 255, timedelta(hours=24), {"X-ToneGrid-Idempotent-Replay": "true"})

# The uncounted window of the request that this thread is answering: refusals before the counting, and sandboxes
# without limits, carry the three headers too, and `finish` knows no clock.
_IDLE: ContextVar[tuple[str, Window] | None] = ContextVar("tonegrid_idle_window", default=None)


def remember_idle(request: Request, world: World, operation: Operation) -> None:
    """Note what the headers say while a request is not counted."""
    _IDLE.set((request.id, _idle(world.now, LIMITS[operation.rate_limit or "general"])))


def limits(request: Request, caller: Caller, operation: Operation, world: World) -> LimitPlan:
    """Return the window that a call is counted in: per token, or per address where no token is needed."""
    category = operation.rate_limit or "general"
    who = caller.facts.get("token") or f"address:{request.client}"
    return LimitPlan(f"{category}:{who}", LIMITS[category])


def finish(request: Request, reply: Reply, window: Window | None) -> None:
    """Add the sandbox's mark and the three rate limit headers (L126, L132)."""
    if window is None:
        noted = _IDLE.get()
        fits = noted is not None and noted[0] == request.id
        window = noted[1] if noted is not None and fits else _idle(real_now(), LIMITS["general"])
    reply.headers["X-Tonegrid-Env"] = "api-sandbox"
    reply.headers["X-Request-Id"] = request.id
    reply.headers.update(window.headers())


def _idle(now: datetime, limit: int) -> Window:
    second = int((now - EPOCH).total_seconds())
    rest = 60 - second % 60
    return Window(limit, limit, second + rest, rest, False, False)
