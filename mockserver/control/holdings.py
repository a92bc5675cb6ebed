"""Tells a provider's own records from what the house keeps beside them."""

from __future__ import annotations

from mockserver.auth.credentials import CREDENTIALS, VALUES
from mockserver.auth.tokens import REVOKED
from mockserver.control.house import House
from mockserver.core.failure import Failure
from mockserver.provider import Provider
from mockserver.traffic.idempotency import MEMORY
from mockserver.traffic.limits import WINDOWS
from mockserver.webhooks.outbox import OUTBOX
from mockserver.workflow.timers import AGENDA, TIMERS
from mockserver.world import INBOX, World

COUNTERS, BASE = "counters", "base"
_OWN = frozenset((AGENDA, BASE, COUNTERS, CREDENTIALS, INBOX, MEMORY, OUTBOX, REVOKED, TIMERS, VALUES, WINDOWS))


def is_own(collection: str) -> bool:
    """Say whether the house keeps this collection for itself: indexes (`@...`), timers, the outbox and the like."""
    return collection.startswith("@") or collection in _OWN


def find_collections(house: House, world: World, flat: Provider) -> list[str]:
    """Return the provider's collections: those that hold something or did at first, and those the flat speaks of."""
    known = {machine.collection for machine in flat.book.lifecycles.values()} | set(flat.indexes)
    known |= set(house.store.collections(world.space))
    known |= set(house.store.collections(house.sandboxes.base_of(world.sandbox, flat.name)))
    return sorted(name for name in known if not is_own(name))


def require_collection(house: House, world: World, flat: Provider, name: str) -> None:
    """Refuse (`not_found`) a collection that the provider does not have; the text names those that it has."""
    known = find_collections(house, world, flat)
    if name not in known:
        raise Failure("not_found", f"{flat.name} has no collection {name[:80]!r}; there are: {', '.join(known)}.")
