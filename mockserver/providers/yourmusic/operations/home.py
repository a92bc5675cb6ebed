"""The composed home page."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.addresses import public_base
from mockserver.providers.yourmusic.home import compose
from mockserver.providers.yourmusic.people import TENANTS
from mockserver.world import World


def get_home_page(call: Call, world: World) -> Reply:
    """Answer the page of the user's tenant, or of the one that a guest names (YM-091, YM-092)."""
    user_id = call.caller.facts.get("user_id")
    slug = call.account if user_id else (call.headers.get("X-Tenant") or "").strip()
    if not slug:
        raise Failure("field", field="X-Tenant", text="The X-Tenant header is required for guests.")
    tenant = world.require(TENANTS, slug)
    return Reply(200, compose(world, tenant, user_id, public_base(call.request)))


OPERATIONS: dict[str, OperationFunction] = {"getHomePage": get_home_page}
