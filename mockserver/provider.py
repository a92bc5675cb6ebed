"""The nameplate of a flat: everything that the house asks of a provider, on one screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Caller, Reply, Request
from mockserver.traffic.idempotency import IdempotencyPlan
from mockserver.traffic.limits import LimitPlan, Window
from mockserver.webhooks.outbox import WebhookPlan
from mockserver.workflow.machine import Bindings
from mockserver.world import Watch, World
from specs import Book, Operation, open_book

# The second argument is the provider's world; the control API's operations take the whole house instead.
OperationFunction = Callable[[Call, Any], Reply]
PageFunction = Callable[[Request, World], Reply]


def not_offered(call: Call, world: World) -> Reply:
    """Stand in a flat's OPERATIONS table for an operation that is not offered yet: it answers 501."""
    raise Failure("not_offered", f"{call.operation.id} is not offered yet.")


@dataclass(frozen=True, slots=True)
class Provider:
    """One flat.

    `identify` says who calls (or raises `unauthenticated` / `forbidden`); `refuse` prints a failure in the document's
    own shape; `seed` fills a new world; `mint` makes a credential for the control API. Optional: `bind` looks at path
    values before the body is read (404 before 422); `limits` names the windows that a call is counted in; `finish`
    adds what every answer carries; `indexes` names record members that lists are read by; `locate` finds a machine's
    record by any id that the API shows; `inbound` builds the signed webhooks that others would send to the provider;
    `watches` are told of every write to a collection, so that what is derived from records keeps up with them;
    `pages` serve what lies beside the contract (payment pages, pictures), by the first segment of the path; `about`
    is what /_control/info tells of the provider besides; `beyond` are operations that the document does not promise,
    but an overlay may.
    """

    name: str
    operations: Mapping[str, OperationFunction]
    identify: Callable[[Request, World, Operation], Caller]
    refuse: Callable[[Failure, Request, Operation | None], Reply]
    seed: Callable[[World, Record], None]
    mint: Callable[[World, Record], Record]
    media_type: str = "application/json"
    bindings: Bindings = field(default_factory=Bindings)
    bind: Callable[[Call, World], None] | None = None
    limits: Callable[[Request, Caller, Operation, World], LimitPlan | None] | None = None
    finish: Callable[[Request, Reply, Window | None], None] | None = None
    locate: Callable[[World, str, str], str | None] | None = None
    idempotency: IdempotencyPlan | None = None
    webhooks: WebhookPlan | None = None
    events: Mapping[str, str] = field(default_factory=dict)
    inbound: Mapping[str, Callable[[World, Record], Any]] = field(default_factory=dict)
    base_paths: Sequence[str] = ("",)
    # the status that an unknown query parameter is refused with, on operations that promise it; 0: it is ignored
    unknown_query_status: int = 0
    indexes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    watches: Mapping[str, Watch] = field(default_factory=dict)
    pages: Mapping[str, PageFunction] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    beyond: Mapping[str, OperationFunction] = field(default_factory=dict)
    overlays: tuple[Path, ...] = ()
    # environment variable without the provider's prefix -> (credential kind, member), e.g. TOKEN -> (bearer, value)
    exports: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """Return the promise of this provider, its overlays laid over the document."""
        return open_book(self.name, overlays=self.overlays)

    def under(self, overlays: tuple[Path, ...]) -> Provider:
        """Return the nameplate of the same flat that keeps the overlaid promise and offers no more than that."""
        known = {**self.operations, **self.beyond}
        promised = open_book(self.name, overlays=overlays).operations
        return replace(self, overlays=overlays, operations={id: known[id] for id in promised if id in known})
