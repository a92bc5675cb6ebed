"""Rate plans: how many requests a credential has, and the headers that tell so."""

from __future__ import annotations

from datetime import timedelta

from mockserver.clock import EPOCH, pause
from mockserver.core.message import Caller, Reply, Request
from mockserver.traffic.limits import WINDOWS, LimitPlan, Window
from mockserver.world import World
from specs import Operation, open_book

PLANS = ("sandbox", "free", "business")
PRODUCTION = ("free", "business")
_MINUTE = timedelta(minutes=1)
_LIMITS = {"sandbox": 60, "free": 120, "business": 600}
_BURSTS = {"free": 240}
_HELD_BACK_SECONDS = 0.01  # how slow a soft throttle is, the document does not say


def limits(request: Request, caller: Caller, operation: Operation, world: World) -> LimitPlan | None:
    """Return the window of a call under /api/v1; a request of the burst is held back for a moment (OG-032)."""
    if operation.rate_limit is None:
        return None
    if operation.rate_limit == "address":
        return of_address(request)
    plan = of_caller(request, caller)
    if plan.burst is not None and _used(world, plan) >= plan.limit:
        pause(_HELD_BACK_SECONDS)
    return plan


def of_caller(request: Request, caller: Caller) -> LimitPlan:
    """Return a credential's window: sandbox ones count per address too, as the document has it for them alone."""
    plan = caller.facts["plan"]
    key = f"{caller.facts['counted']}@{request.client}" if plan == "sandbox" else caller.facts["counted"]
    return LimitPlan(key, _LIMITS[plan], _MINUTE, _BURSTS.get(plan))


def of_address(request: Request) -> LimitPlan:
    """Return the window of everybody at an address who shows no known credential (OG-038)."""
    return LimitPlan(f"address:{request.client}", _LIMITS["sandbox"], _MINUTE)


def finish(request: Request, reply: Reply, window: Window | None) -> None:
    """Add the headers of L90: Retry-After in whole seconds on 429, 0 on every other answer (OG-034, OG-035, OG-039).

    Unknown routes belong to nobody and are not counted. Where limits are switched off the headers show the
    sandbox's figures, as if nothing had been used.
    """
    if not request.path.startswith("/api/v1/") or (window is None and _is_unknown(request)):
        return
    limit = window.limit if window else _LIMITS["sandbox"]
    remaining = window.remaining if window else limit
    wait = window.retry_after if window and window.is_exceeded else 0
    reply.headers.setdefault("X-RateLimit-Limit", str(limit))
    reply.headers.setdefault("X-RateLimit-Remaining", str(remaining))
    reply.headers.setdefault("Retry-After", str(wait))


def _used(world: World, plan: LimitPlan) -> int:
    known = world.get(WINDOWS, plan.key) if world.has_limits else None
    at = int((world.now - EPOCH).total_seconds())
    return int(known["used"]) if known and known["start"] == at - at % 60 else 0


def _is_unknown(request: Request) -> bool:
    match = open_book(request.provider).routes.match(request.path)
    return match is None or request.method not in {*match.methods, "HEAD"}
