"""What answers look like where an overlay may promise something else than the document: the promise is asked."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.world import World
from specs import Operation

_JSON = "application/json"


def fitting(call: Call, world: World, *bodies: dict[str, Any]) -> dict[str, Any]:
    """Return the first of several ways to print a success that the operation promises, the first where none is."""
    media = call.operation.promises[call.operation.success_status()].content[_JSON]
    fits = world.book.schemas.validator(media.schema).holds
    return next((body for body in bodies if fits(body)), bodies[0])


def knows(world: World, schema: str, member: str) -> bool:
    """Say whether a named schema of the document has a member."""
    return member in world.book.document["components"]["schemas"][schema]["properties"]


def status_showing(operation: Operation | None, error: str) -> int | None:
    """Return the status at which an operation's promise shows an error text, None where it shows it nowhere."""
    for status, promise in operation.promises.items() if operation else ():
        shown = promise.content[_JSON].examples.values() if status >= 400 and _JSON in promise.content else ()
        if any(example.get("error") == error for example in shown):
            return status
    return None
