"""Counts requests per fixed window on the sandbox's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mockserver.clock import EPOCH
from mockserver.core.ground import Ground

WINDOWS = "rate_windows"


@dataclass(frozen=True, slots=True)
class LimitPlan:
    """At most `limit` requests per `window`, counted by `key`; beyond `limit` up to `burst` are served all the same."""

    key: str
    limit: int
    window: timedelta = timedelta(minutes=1)
    burst: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Where a caller stands: `reset` is the epoch second at which the window ends."""

    limit: int
    remaining: int
    reset: int
    retry_after: int
    is_exceeded: bool
    is_over_limit: bool

    def headers(self) -> dict[str, str]:
        """Return the three usual headers."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


def count(world: Ground, plan: LimitPlan) -> Window:
    """Count one request; a request beyond the limit (or burst) is not counted further."""
    seconds = int(plan.window.total_seconds())
    at = int((world.now - EPOCH).total_seconds())
    start = at - at % seconds
    known = world.get(WINDOWS, plan.key)
    used = known["used"] if known is not None and known["start"] == start else 0
    most = plan.burst or plan.limit
    exceeded = used >= most
    if not exceeded:
        used += 1
        world.put(WINDOWS, {"id": plan.key, "start": start, "used": used})
    return Window(
        limit=plan.limit,
        remaining=max(0, plan.limit - used),
        reset=start + seconds,
        retry_after=start + seconds - at,
        is_exceeded=exceeded,
        is_over_limit=used > plan.limit or exceeded,
    )
