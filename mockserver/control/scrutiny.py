"""Looks through a snapshot from elsewhere before anything is touched, and names what could not be restored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from mockserver.control.holdings import is_own
from mockserver.control.house import House
from mockserver.control.instants import read_instant
from mockserver.control.orders import read_order
from mockserver.control.shapes import SHAPES
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.provider import Provider
from mockserver.store.snapshot import Rows
from mockserver.worlds import world_names
from specs import Problem, open_book

_MOST = 100


def scrutinise(document: Record, house: House) -> None:
    """Refuse (`invalid`) a document that could not be restored; every problem carries its pointer."""
    problems = _refused(read_instant, document["taken_at"], "/taken_at")
    problems += [*_in_sandbox(document["sandbox"], house), *_in_providers(document["providers"], house)]
    if problems:
        raise Failure("invalid", problems[0].text, problems=problems[:_MOST])


def _in_sandbox(sandbox: Record, house: House) -> Iterator[Problem]:
    clock = sandbox.get("clock", {})
    for pointer, text in (("/sandbox/clock/now", clock.get("now")), ("/sandbox/born", sandbox.get("born"))):
        if text is not None:
            yield from _refused(read_instant, text, pointer)
    world = sandbox.get("world")
    for flat in house.flats:
        known = world_names(house.settings, flat)
        if world is not None and world not in known:
            text = f"there is no world {world[:80]!r} for {flat}; there are: {', '.join(known)}"
            yield _problem("/sandbox/world", text, world)
    for index, order in enumerate(sandbox.get("faults", [])):
        at = f"/sandbox/faults/{index}"
        yield from _refused(read_order, order, house.flats, at)
        if order.get("until") is not None:
            yield from _refused(read_instant, order["until"], f"{at}/until")


def _refused(read: Callable[..., object], *arguments: object) -> list[Problem]:
    try:
        read(*arguments)
    except Failure as failure:
        return failure.problems
    return []


def _in_providers(providers: Record, house: House) -> Iterator[Problem]:
    for provider, content in providers.items():
        at = f"/providers/{_escape(provider)}"
        flat = house.flats.get(provider)
        if flat is None:
            yield _problem(at, f"{provider[:80]} is not served here; there are: {', '.join(house.flats)}", provider)
            continue
        for collection, rows in content.items():
            yield from _in_collection(f"{at}/{_escape(collection)}", flat, collection, rows)


def _in_collection(at: str, flat: Provider, collection: str, rows: Rows) -> Iterator[Problem]:
    shape = SHAPES.get(collection)
    if shape is not None:
        found = open_book("control").schemas.validator(shape).find_problems(rows, "body")
        yield from (Problem("body", at + one.pointer, one.rule, one.expected, one.got, one.text) for one in found)
        if found:
            return
    if isinstance(rows, list):
        twice = [id for id, count in Counter(row["id"] for row in rows).items() if count > 1]
        yield from (_problem(at, f"the id {id[:80]!r} stands twice", id) for id in twice)
    elif not is_own(collection):
        yield _problem(at, "expected a list of records, each with its id", None)
        return
    if collection == "timers":
        for index, row in enumerate(rows):
            yield from _in_timer(f"{at}/{index}/data", flat, row)  # type: ignore[arg-type]
    else:
        yield from _in_states(at, flat, collection, rows)


def _in_states(at: str, flat: Provider, collection: str, rows: Rows) -> Iterator[Problem]:
    for machine in flat.book.lifecycles.values():
        if machine.collection != collection:
            continue
        for index, row in enumerate(rows):
            state = row.get(machine.field) if isinstance(row, dict) else None
            if not isinstance(state, str) or state not in machine.states:
                text = f"{machine.field} must be a state of {machine.name}: {', '.join(machine.states)}"
                yield _problem(f"{at}/{index}/{machine.field}", text, state)


def _in_timer(at: str, flat: Provider, row: Record) -> Iterator[Problem]:
    data = row["data"]
    if row["kind"] == "task":
        if data.get("task") not in flat.bindings.tasks:
            yield _problem(f"{at}/task", f"{flat.name} has no such task", data.get("task"))
        return
    machine = flat.book.lifecycles.get(str(data.get("machine")))
    if machine is None:
        yield _problem(f"{at}/machine", f"{flat.name} has no such machine", data.get("machine"))
    elif data.get("event") not in machine.events() or data.get("state") not in machine.states:
        yield _problem(at, f"{machine.name} has no such event or state", data)
    elif not isinstance(data.get("id"), str):
        yield _problem(f"{at}/id", "expected the id of a record", data.get("id"))


def _escape(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def _problem(pointer: str, text: str, got: object) -> Problem:
    return Problem("body", pointer, "value", None, got, text)
