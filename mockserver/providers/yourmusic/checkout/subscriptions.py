"""What a payment starts: a subscription that runs for its period, is renewed, and ends."""

from __future__ import annotations

from datetime import datetime, timedelta

from mockserver.clock import instant, parse_instant
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.checkout.cards import USUAL_CARD, read_card
from mockserver.providers.yourmusic.people import USERS
from mockserver.world import World

SUBSCRIPTIONS = "subscriptions"
PERIOD = timedelta(days=30)


def running_subscription(world: World, user_id: str) -> Record | None:
    """Return the subscription of a user that has not ended, or None."""
    found = world.slice_by(SUBSCRIPTIONS, "user_id", user_id, reverse=True)
    return next((record for record in found if record["status"] == "active"), None)


def start_subscription(world: World, checkout: Record, data: Record) -> None:
    """Let a paid checkout subscribe its user, or add a period to a subscription that runs."""
    card = read_card(USUAL_CARD)
    paid_with = {
        "pm_type": str(data.get("pm_type", card.type)),
        "pm_last_four": str(data.get("pm_last_four", card.last_four)),
        "product_slug": checkout["product_slug"],
    }
    user = world.require(USERS, checkout["user_id"])
    running = running_subscription(world, user["id"])
    if running is not None:
        world.fire("subscription", running["id"], "renew", **paid_with)
    elif user["status"] == "UNSUBSCRIBED":
        world.fire("user", user["id"], "subscribe", **paid_with)
    else:  # a tester wrote the status by hand
        record_subscription(world, user, paid_with)
        world.put(USERS, user)


def record_subscription(world: World, user: Record, data: Record) -> None:
    """Begin a period and write its end and the payment method into the user (YM-Q11)."""
    card = read_card(USUAL_CARD)
    ends_at = instant(world.now + PERIOD)
    user["subscription_ends_at"] = ends_at
    user["pm_type"] = str(data.get("pm_type", card.type))
    user["pm_last_four"] = str(data.get("pm_last_four", card.last_four))
    user["updated_at"] = instant(world.now)
    begin_subscription(world, user, data.get("product_slug", "basic"), world.now, world.now + PERIOD)


def begin_subscription(world: World, user: Record, product: str, since: datetime, until: datetime) -> Record:
    """Begin a subscription that ends by itself."""
    return world.begin(
        "subscription",
        {
            "id": world.uuid("subscription"),
            "user_id": user["id"],
            "product_slug": product,
            "started_at": instant(since),
            "ends_at": instant(until),
        },
    )


def extend_period(world: World, subscription: Record, data: Record) -> None:
    """Add a period to the one that is paid for; the machine plans the end anew."""
    subscription["ends_at"] = instant(parse_instant(subscription["ends_at"]) + PERIOD)
    user = world.get(USERS, subscription["user_id"])
    if user is not None:
        user["subscription_ends_at"] = subscription["ends_at"]
        for member in ("pm_type", "pm_last_four"):
            if member in data:
                user[member] = str(data[member])
        user["updated_at"] = instant(world.now)
        world.put(USERS, user)


def period_end(world: World, subscription: Record) -> datetime:
    """Return when a subscription ends by itself."""
    return parse_instant(subscription["ends_at"])


def lapse_user(world: World, subscription: Record, data: Record) -> None:
    """Let the user of an ended subscription be without one."""
    subscription["ends_at"] = min(subscription["ends_at"], instant(world.now))
    user = world.get(USERS, subscription["user_id"])
    if user is not None and user["status"] == "SUBSCRIBED":
        world.fire("user", user["id"], "lapse")


def record_lapse(world: World, user: Record, data: Record) -> None:
    """Let the end of a subscription lie in the past, also where it came before its time (YM-Q10)."""
    now = instant(world.now)
    user["subscription_ends_at"] = min(user["subscription_ends_at"] or now, now)
    user["updated_at"] = now
