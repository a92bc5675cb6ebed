"""What is to happen at an instant of the sandbox's clock, and the letting happen in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import Any

from mockserver.clock import instant, parse_instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.workflow.machine import TIMERS as TIMERS
from mockserver.workflow.machine import Bindings, fire, stay_of

AGENDA = "agenda"
_MOST_AT_ONCE = 100_000  # a table whose timers breed timers for the same instant must not hang the server


def schedule(world: Any, due: datetime, kind: str, data: Record) -> None:
    """Write a timer of kind `transition` or `task` and remember the earliest due instant of all."""
    number = world.next_number("timer")
    at = instant(due)
    timer = {"id": f"{number:08d}", "due": at, "kind": kind, "data": data}
    if kind == "transition":
        timer["of"] = stay_of(data["machine"], data["id"])
    world.put(TIMERS, timer)
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
    waiting = [entry for entry in map(_entry, world.find(TIMERS)) if entry[0] <= until]
    heapify(waiting)
    while waiting and fired < _MOST_AT_ONCE:
        due, id = heappop(waiting)
        timer = world.get(TIMERS, id)
        if timer is None:
            continue  # one before it took it away
        seen = len(world.changes)
        world.delete(TIMERS, id)
        world.now = due
        _happen(world, bindings, timer)
        fired += 1
        for new in _planned(world, seen):
            if new[0] <= until:
                heappush(waiting, new)
    _update_agenda(world)
    return fired


def _entry(timer: Record) -> tuple[datetime, str]:
    return parse_instant(timer["due"]), str(timer["id"])


def _planned(world: Any, seen: int) -> Iterator[tuple[datetime, str]]:
    """Yield the timers that were written since the world had seen so many changes."""
    for verb, collection, id in world.changes[seen:]:
        timer = world.get(TIMERS, id) if (verb, collection) == ("put", TIMERS) else None
        if timer is not None:
            yield _entry(timer)


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
