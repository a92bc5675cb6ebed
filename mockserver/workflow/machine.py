"""Moves records from state to state as the lifecycle tables say; nothing else changes a status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from specs import Lifecycle, Transition

# The rooms above hand in their own world; the machine asks of it what core.ground.Ground promises.
Guard = Callable[[Any, Record, Record], None]
Effect = Callable[[Any, Record, Record], None]
Due = Callable[[Any, Record], datetime | None]
Emitter = Callable[[Any, "Fired", Record], None]
Task = Callable[[Any, Record], None]

TIMERS = "timers"
_DEEPEST_CHAIN = 50  # a loop of immediate transitions in a table ends loudly instead of never


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a flat binds to the names in its lifecycles: checks, effects, due instants, webhook builders, tasks."""

    guards: Mapping[str, Guard] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    dues: Mapping[str, Due] = field(default_factory=dict)
    emitters: Mapping[str, Emitter] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fired:
    """A transition that happened; `target` None means that the record is gone."""

    machine: str
    id: str
    event: str
    source: str
    target: str | None
    record: Record


def begin(world: Any, bindings: Bindings, machine: str, record: Record) -> Record:
    """Store a new record in its machine's initial state and let its own future begin; returns the stored record."""
    lifecycle: Lifecycle = world.book.lifecycles[machine]
    record.setdefault(lifecycle.field, lifecycle.initial)
    world.put(lifecycle.collection, record)
    _arrive(world, bindings, lifecycle, record, 0)
    return world.get(lifecycle.collection, record["id"]) or record


def fire(world: Any, bindings: Bindings, machine: str, id: str, event: str, data: Record, depth: int = 0) -> Fired:
    """Let an event happen to a record. Raises `not_found`, the documented refusal, or `illegal_transition`."""
    lifecycle: Lifecycle = world.book.lifecycles[machine]
    record = world.get(lifecycle.collection, id)
    if record is None:
        raise Failure("not_found", f"There is no {machine} {id}.", what=machine, id=id)
    state = record[lifecycle.field]
    row = lifecycle.find(state, event)
    if row is None:
        raise refuse(lifecycle, record, event)
    if row.guard:
        bindings.guards[row.guard](world, record, data)
    _cancel(world, machine, id)
    if row.target is not None:
        record[lifecycle.field] = row.target
    if row.effect:
        bindings.effects[row.effect](world, record, data)
    if row.target is None:
        world.delete(lifecycle.collection, id)
    else:
        world.put(lifecycle.collection, record)
    step = {"event": event, "from": state, "to": row.target}
    world.note("transition", machine, id, f"{event}: {state} -> {row.target or 'removed'}", **step)
    fired = Fired(machine, id, event, state, row.target, record)
    for name in row.emits:
        bindings.emitters[name](world, fired, data)
    if row.target is not None:
        _arrive(world, bindings, lifecycle, record, depth)
    return fired


def refuse(lifecycle: Lifecycle, record: Record, event: str) -> Failure:
    """Return the failure of an event that the record's state does not allow."""
    state = record[lifecycle.field]
    known = lifecycle.refusal(state, event)
    legal = lifecycle.legal_events(state)
    return Failure(
        known.kind if known else "illegal_transition",
        f"{event} is not possible for a {lifecycle.name} that is {state}; possible: {', '.join(legal) or 'nothing'}.",
        machine=lifecycle.name,
        id=record["id"],
        state=state,
        event=event,
        legal_events=legal,
        status=known.status if known else None,
    )


def stay_of(machine: str, id: str) -> str:
    """Return how timers name the stay of a record in a state of a machine."""
    return f"{machine}/{id}"


def _cancel(world: Any, machine: str, id: str) -> None:
    """Take away what was planned for the stay that ends: the next stay in that state has a time of its own."""
    for timer in world.slice_by(TIMERS, "of", stay_of(machine, id)):
        world.delete(TIMERS, timer["id"])


def _arrive(world: Any, bindings: Bindings, lifecycle: Lifecycle, record: Record, depth: int) -> None:
    """Schedule, or at once fire, what happens by itself in the state that a record has just reached."""
    state = record[lifecycle.field]
    for row in lifecycle.transitions:
        if state not in row.sources or (row.after is None and row.due is None):
            continue
        if row.by != "timer" and world.progression == "manual":
            continue
        if row.by != "timer" and world.progression == "immediate":
            if depth >= _DEEPEST_CHAIN:
                raise RuntimeError(f"{lifecycle.name}: immediate transitions never end (at {state}, {row.event})")
            if _fire_at_once(world, bindings, lifecycle, record, row.event, depth + 1):
                return  # the record has left this state
            continue
        due = _due(world, bindings, row, record)
        if due is not None:
            moment = {"machine": lifecycle.name, "id": record["id"], "event": row.event, "state": state}
            world.schedule(due, "transition", moment)


def _fire_at_once(world: Any, bindings: Bindings, lifecycle: Lifecycle, record: Record, event: str, depth: int) -> bool:
    """Fire an immediate transition; a guard's refusal leaves the record where it is, as it would on the clock."""
    try:
        fire(world, bindings, lifecycle.name, record["id"], event, {}, depth)
    except Failure as refusal:
        world.note("refused", lifecycle.name, record["id"], f"{event}: {refusal}")
        return False
    return True


def _due(world: Any, bindings: Bindings, row: Transition, record: Record) -> datetime | None:
    if row.due is not None:
        return bindings.dues[row.due](world, record)
    try:
        return world.now + row.after  # type: ignore[no-any-return]
    except OverflowError:
        return None  # beyond the last year that a clock can show
