"""Open a checkout session for a subscription product."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.addresses import checkout_url, public_base
from mockserver.providers.yourmusic.checkout.page import PRODUCTS
from mockserver.providers.yourmusic.checkout.redirects import redirect_of
from mockserver.world import World

_ID_LENGTH = 24


def create_checkout_session(call: Call, world: World) -> Reply:
    """Answer the address of a payment page; nothing changes before somebody pays there (YM-083)."""
    product = call.body["product_slug"]
    if world.get(PRODUCTS, product) is None:
        raise Failure("field", field="product_slug", text="The selected product slug is invalid.")
    record = {
        "id": f"cs_{world.token('checkout session', _ID_LENGTH)}",
        "user_id": call.caller.facts["user_id"],
        "product_slug": product,
        "success_url": redirect_of(call.body, "success_url"),
        "cancel_url": redirect_of(call.body, "cancel_url"),
        "created_at": instant(world.now),
    }
    world.begin("checkout_session", record)
    return Reply(200, {"checkout_url": checkout_url(public_base(call.request), record["id"])})


OPERATIONS: dict[str, OperationFunction] = {"createCheckoutSession": create_checkout_session}
