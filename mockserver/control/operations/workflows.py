"""Lifecycles, shown as the server acts by them, and their events, fired at a tester's word."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.control.house import House
from mockserver.control.instants import print_duration, tell
from mockserver.control.tolerance import tolerating
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import Provider
from mockserver.workflow.diagram import draw
from mockserver.workflow.machine import Fired, fire
from mockserver.world import World
from specs import Lifecycle, Transition


def get_workflows(call: Call, house: House) -> Reply:
    """Show a provider's machines, as data or as Mermaid diagrams, all or one."""
    flat = house.flat(call.path["provider"])
    machines = list(flat.book.lifecycles.values())
    if "resource" in call.query:
        machines = [_machine(flat, call.query["resource"])]
    if call.query["as"] == "json":
        return Reply(200, {"machines": [_show(machine) for machine in machines]})
    diagrams = [f"%% {machine.name}\n{draw(machine)}" for machine in machines]
    return Reply(200, "\n".join(diagrams) or f"%% {flat.name} has no machines\n", "text/plain; charset=utf-8")


def fire_transition(call: Call, house: House) -> Reply:
    """Let an event happen to a resource, whoever normally fires it."""
    order = call.body
    flat = house.flat(order["provider"])
    machine = _machine(flat, order["resource"])
    world = house.enter(call.request.sandbox, flat.name)
    id = _locate(flat, world, machine, _id_text(order["id"]))
    with house.change(world):
        fired = _fire(world, machine, id, order["event"], order.get("data", {}))
    return Reply(200, {"from": fired.source, "to": fired.target, "effects": tell(world.notes)})


def _machine(flat: Provider, name: str) -> Lifecycle:
    machine = flat.book.lifecycles.get(name)
    if machine is None:
        known = ", ".join(flat.book.lifecycles) or "none"
        raise Failure("not_found", f"{flat.name} has no machine {name[:80]!r}; there are: {known}.")
    return machine


def _id_text(id: Any) -> str:
    return str(int(id)) if isinstance(id, float) else str(id)  # 1.0 is the integer 1 in JSON


def _locate(flat: Provider, world: World, machine: Lifecycle, id: str) -> str:
    """Return the record's own id for any id by which the API shows it."""
    with tolerating("This id"):
        found = flat.locate(world, machine.name, id) if flat.locate else None
    if found is None and world.get(machine.collection, id) is not None:
        found = id
    if found is None:
        raise Failure("not_found", f"There is no {machine.name} {id[:80]!r}.")
    return found


def _fire(world: World, machine: Lifecycle, id: str, event: str, data: dict[str, Any]) -> Fired:
    """Fire; whatever refuses becomes the conflict that names state and legal events."""
    record = world.get(machine.collection, id) or {}
    state = record.get(machine.field)
    try:
        with tolerating("This event's data"):
            return fire(world, world.bindings, machine.name, id, event, data)
    except Failure as failure:
        if failure.kind in ("not_found", "invalid"):
            raise
        legal = machine.legal_events(str(state))
        text = failure.detail or f"{event} is refused: {failure.kind}."
        raise Failure("illegal_transition", text, state=str(state), legal_events=legal, event=event) from None


def _show(machine: Lifecycle) -> dict[str, Any]:
    return {
        "resource": machine.name,
        "initial": machine.initial,
        "states": list(machine.states),
        "transitions": [_show_row(row) for row in machine.transitions],
        "collection": machine.collection,
        "descriptions": dict(machine.states),
    }


def _show_row(row: Transition) -> dict[str, Any]:
    optional: dict[str, Any] = {
        "after": print_duration(row.after) if row.after is not None else None,
        "due": row.due,
        "emits": list(row.emits),
        "operations": list(row.operations),
        "basis": row.basis,
        "source": row.source,
    }
    told = {name: value for name, value in optional.items() if value}
    return {"event": row.event, "from": list(row.sources), "to": row.target, "by": row.by, **told}


OPERATIONS = {
    "getWorkflows": get_workflows,
    "fireTransition": fire_transition,
}
