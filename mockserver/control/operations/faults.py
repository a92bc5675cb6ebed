"""Trouble made to order: faults added, listed, withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant, now_of, parse_instant, short
from mockserver.control.house import House
from mockserver.control.orders import read_order
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply


def list_faults(call: Call, house: House) -> Reply:
    """List the faults that are still in force."""
    meta = house.sandboxes.meta(call.request.sandbox)
    now = now_of(meta["clock"])
    return Reply(200, [_show(order) for order in meta["faults"] if _is_alive(order, now)])


def add_fault(call: Call, house: House) -> Reply:
    """Put a fault in force."""
    order = read_order(call.body, house.flats)
    with house.sandboxes.edit(call.request.sandbox) as meta:
        now = now_of(meta["clock"])
        number = meta["fault_number"] = meta["fault_number"] + 1
        seconds = order["ttl_seconds"]
        until = None if seconds is None else instant(now + timedelta(seconds=seconds))
        order = {"id": f"flt_{number}", **order, "until": until, "used": 0, "seen": 0}
        meta["faults"] = [*(known for known in meta["faults"] if _is_alive(known, now)), order]
    return Reply(201, _show(order))


def clear_faults(call: Call, house: House) -> Reply:
    """Withdraw all faults of a sandbox."""
    house.sandboxes.change(call.request.sandbox, faults=[])
    return Reply(204)


def delete_fault(call: Call, house: House) -> Reply:
    """Withdraw one fault."""
    id = call.path["id"]
    with house.sandboxes.edit(call.request.sandbox) as meta:
        left = [order for order in meta["faults"] if order["id"] != id]
        if len(left) == len(meta["faults"]):
            raise Failure("not_found", f"There is no fault {id[:80]!r} in this sandbox.")
        meta["faults"] = left
    return Reply(204)


def _is_alive(order: Record, now: datetime) -> bool:
    if order["times"] is not None and order["used"] >= order["times"]:
        return False
    return order["until"] is None or parse_instant(order["until"]) > now


def _show(order: Record) -> dict[str, Any]:
    left = None if order["times"] is None else order["times"] - order["used"]
    until = short(order["until"]) if order["until"] else None
    told = {**order, "times": left, "until": until}
    return {name: value for name, value in told.items() if name != "seen"}


OPERATIONS = {
    "listFaults": list_faults,
    "addFault": add_fault,
    "clearFaults": clear_faults,
    "deleteFault": delete_fault,
}
