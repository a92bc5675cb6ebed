"""The sandbox's clock: read, set, moved on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mockserver.call import Call
from mockserver.clock import clock_at, now_of
from mockserver.control.errors import invalid
from mockserver.control.house import House
from mockserver.control.instants import later_by, read_instant, shown, tell
from mockserver.core.ground import Record
from mockserver.core.message import Reply


def get_clock(call: Call, house: House) -> Reply:
    """Tell the time."""
    return Reply(200, _told(house.sandboxes.meta(call.request.sandbox)))


def set_clock(call: Call, house: House) -> Reply:
    """Move on to an instant, with all that happens until then, and let the clock stand or run."""
    name = call.request.sandbox
    meta = house.sandboxes.meta(name)
    if "now" in call.body:
        target = _forward(read_instant(call.body["now"], "/now"), now_of(meta["clock"]), "/now")
        house.timeline.advance(name, target)
        meta = house.sandboxes.meta(name)
    mode = call.body.get("mode")
    if mode is not None and mode != meta["clock"]["mode"]:
        meta = house.sandboxes.change(name, clock=clock_at(mode, now_of(meta["clock"])))
        house.clockwork.wake(name)
    return Reply(200, _told(meta))


def advance_clock(call: Call, house: House) -> Reply:
    """Move on by a duration or to an instant; tell what happened on the way."""
    name = call.request.sandbox
    now = now_of(house.sandboxes.meta(name)["clock"])
    if "by" in call.body:
        target = later_by(now, call.body["by"], "/by")
    else:
        target = _forward(read_instant(call.body["to"], "/to"), now, "/to")
    effects = house.timeline.advance(name, target)
    after = now_of(house.sandboxes.meta(name)["clock"])
    return Reply(200, {"now": shown(after), "effects": tell(effects)})


def _forward(target: datetime, now: datetime, pointer: str) -> datetime:
    if target < now:
        text = f"The clock only moves forward; it is {shown(now)} already. To go back, start the sandbox over."
        raise invalid(pointer, text, got=shown(target), expected=f"{shown(now)} or later")
    return target


def _told(meta: Record) -> dict[str, Any]:
    return {"now": shown(now_of(meta["clock"])), "mode": meta["clock"]["mode"]}


OPERATIONS = {
    "getClock": get_clock,
    "setClock": set_clock,
    "advanceClock": advance_clock,
}
