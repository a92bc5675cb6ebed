"""The nameplate of the control API, which is read, validated and documented like any provider."""

from __future__ import annotations

from mockserver.control.errors import refuse
from mockserver.control.operations import OPERATIONS
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import NOBODY, Caller, Request
from mockserver.provider import Provider
from mockserver.world import World
from specs import Operation

NAME = "control"


def _nobody(request: Request, world: World, operation: Operation) -> Caller:
    return NOBODY  # who may call is decided before the operation is known


def _nothing(world: World, recipe: Record) -> None:
    """The control API has no records of its own."""


def _no_wish(world: World, wish: Record) -> Record:
    raise Failure("invalid_wish", "The control API has no credentials but the server's token.")


DESK = Provider(
    name=NAME,
    operations=OPERATIONS,
    identify=_nobody,
    refuse=refuse,
    seed=_nothing,
    mint=_no_wish,
    unknown_query_status=422,
)
