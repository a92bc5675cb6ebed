"""What is to happen at an instant of the sandbox's clock, and the letting happen in order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.workflow.machine import Bindings, fire

TIMERS, AGENDA = "timers", "agenda"
_MOST_AT_ONCE = 100_000  # a table whose timers breed timers for the same instant must not hang the server


def schedule(world: Any, due: datetime, kind: str, data: Record) -> None:
    """Write a timer of kind `transition` or `task` and remember the earliest due instant of all."""
    number = world.next_number("timer")
    at = instant(due)
    world.put(TIMERS, {"id": f"{number:08d}", "due": at, "kind": kind, "data": data})
    known = world.get(AGENDA, "next")
    if known is None or at < known["due"]:
        world.put(AGENDA, {"id": "next", "due": at})


def next_due(world: Any) -> datetime | None:
    """Return the earliest due instant, or None."""
    known = world.get(AGENDA, "next")
    return parse_instant(known["due"]) if known else None


def run_due(world: Any, bindings: Bindings, until: datetime) -> int:
    """Let everything due up to `until` happen in order, each at its own instant; return how many timers fired.

    `world.now` is left at the last instant that something happened; the caller sets it on.
    """
    fired = 0
    while fired < _MOST_AT_ONCE:
        timer = min(
            (entry for entry in world.find(TIMERS) if parse_instant(entry["due"]) <= until),
            key=lambda entry: (entry["due"], entry["id"]),
            default=None,
        )
        if timer is None:
            break
        world.delete(TIMERS, timer["id"])
        world.now = parse_instant(timer["due"])
        _happen(world, bindings, timer)
        fired += 1
    _update_agenda(world)
    return fired


def _happen(world: Any, bindings: Bindings, timer: Record) -> None:
    data = timer["data"]
    try:
        if timer["kind"] == "task":
            bindings.tasks[data["task"]](world, data)
            return
        lifecycle = world.book.lifecycles[data["machine"]]
        record = world.get(lifecycle.collection, data["id"])
        if record is not None and record[lifecycle.field] == data["state"]:
            fire(world, bindings, data["machine"], data["id"], data["event"], {})
    except Failure as refusal:  # a guard said no: the record stays where it is
        world.note("refused", data.get("machine", timer["kind"]), data.get("id", ""), str(refusal))


def _update_agenda(world: Any) -> None:
    earliest = min((entry["due"] for entry in world.find(TIMERS)), default=None)
    if earliest is None:
        world.delete(AGENDA, "next")
    else:
        world.put(AGENDA, {"id": "next", "due": earliest})
