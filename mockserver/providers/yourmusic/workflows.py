"""Binds the lifecycles: what a payment, a renewal, an end and a logout do, and which record an id names."""

from __future__ import annotations

from mockserver.providers.yourmusic import sessions
from mockserver.providers.yourmusic.checkout import subscriptions
from mockserver.providers.yourmusic.codes import SENDS
from mockserver.providers.yourmusic.people import ADDRESSES
from mockserver.providers.yourmusic.tokens import OPAQUE, SIGNED, token_id
from mockserver.workflow.machine import Bindings
from mockserver.world import World

BINDINGS = Bindings(
    effects={
        "record_subscription": subscriptions.record_subscription,
        "record_lapse": subscriptions.record_lapse,
        "extend_period": subscriptions.extend_period,
        "lapse_user": subscriptions.lapse_user,
        "start_subscription": subscriptions.start_subscription,
        "end_session": sessions.end_session,
    },
    dues={"period_end": subscriptions.period_end},
)


def locate(world: World, machine: str, id: str) -> str | None:
    """Return the id of a machine's record by anything that names it outside.

    Tokens are named by their text too, users and the last code sent to an address by `tenant:address` or, where one
    tenant alone knows it, the address; a subscription by its user, a checkout session by its address.
    """
    if machine in SIGNED or machine in OPAQUE:
        return token_id(world, machine, id)
    if world.get(world.book.lifecycles[machine].collection, id) is not None:
        return id
    if machine == "user":
        return _by_address(world, ADDRESSES, id, "user_id")
    if machine == "one_time_code":
        return _by_address(world, SENDS, id, "code_id")
    if machine == "subscription":
        running = subscriptions.running_subscription(world, id)
        return running["id"] if running else None
    if machine == "checkout_session":
        last = id.rstrip("/").rpartition("/")[2]
        return last if world.get("checkout_sessions", last) is not None else None
    return None


def _by_address(world: World, collection: str, id: str, member: str) -> str | None:
    wanted = id.strip().casefold()
    found = [entry for entry in world.find(collection) if entry["id"] == wanted or entry["id"].endswith(f":{wanted}")]
    return str(found[-1][member]) if found else None
