"""The records behind the mocked APIs: counted, read, written as they are kept."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.control.errors import invalid
from mockserver.control.holdings import find_collections, require_collection
from mockserver.control.house import House
from mockserver.control.tolerance import tolerating
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import Provider
from mockserver.world import World


def get_state(call: Call, house: House) -> Reply:
    """Count a provider's records by collection."""
    flat = house.flat(call.path["provider"])
    world = house.enter(call.request.sandbox, flat.name)
    sizes = house.store.sizes(world.space)
    return Reply(200, {name: sizes.get(name, 0) for name in find_collections(house, world, flat)})


def list_state_records(call: Call, house: House) -> Reply:
    """List a collection in the order of creation."""
    _, world, collection = _place(call, house)
    return Reply(200, world.slice(collection, int(call.query["offset"]), int(call.query["limit"])))


def get_state_record(call: Call, house: House) -> Reply:
    """Read one record."""
    _, world, collection = _place(call, house)
    return Reply(200, _require(world, collection, call.path["id"]))


def put_state_record(call: Call, house: House) -> Reply:
    """Replace a record, or create it."""
    flat, world, collection = _place(call, house)
    record = _of_address(call)
    _check_state(flat, collection, record)
    with house.change(world), tolerating("This record"):
        world.put(collection, record)
    return Reply(200, record)


def patch_state_record(call: Call, house: House) -> Reply:
    """Let the members that are sent replace those that are kept."""
    flat, world, collection = _place(call, house)
    changes = _of_address(call)
    with house.change(world), tolerating("This change"):
        record = {**_require(world, collection, call.path["id"]), **changes}
        _check_state(flat, collection, record)
        world.put(collection, record)
    return Reply(200, record)


def delete_state_record(call: Call, house: House) -> Reply:
    """Remove one record and nothing that refers to it."""
    _, world, collection = _place(call, house)
    with house.change(world), tolerating("This record"):
        _require(world, collection, call.path["id"])
        world.delete(collection, call.path["id"])
    return Reply(204)


def _place(call: Call, house: House) -> tuple[Provider, World, str]:
    flat = house.flat(call.path["provider"])
    world = house.enter(call.request.sandbox, flat.name)
    collection = call.path["collection"]
    require_collection(house, world, flat, collection)
    return flat, world, collection


def _require(world: World, collection: str, id: str) -> Record:
    record = world.get(collection, id)
    if record is None:
        raise Failure("not_found", f"There is no {id[:80]!r} in {collection}.")
    return record


def _of_address(call: Call) -> Record:
    """Return the body under the id of the address; one that names another id inside is `invalid`."""
    id = call.path["id"]
    given = call.body.get("id", id)
    number = int(given) if isinstance(given, float) else given  # 1.0 is the integer 1 in JSON
    if str(number) != id:
        raise invalid("/id", f"The address says {id[:80]!r}, the body {number!r}.", got=given, expected=id)
    return {**call.body, "id": id}


def _check_state(flat: Provider, collection: str, record: Record) -> None:
    """Refuse a state that the collection's machine does not know: no event could ever lead out of it."""
    for machine in flat.book.lifecycles.values():
        if machine.collection != collection:
            continue
        state = record.get(machine.field)
        if not isinstance(state, str) or state not in machine.states:
            known = list(machine.states)
            text = f"{machine.field} must be a state of the machine {machine.name}: {', '.join(known)}."
            raise invalid(f"/{machine.field}", text, got=state, expected=known)


OPERATIONS = {
    "getState": get_state,
    "listStateRecords": list_state_records,
    "getStateRecord": get_state_record,
    "putStateRecord": put_state_record,
    "patchStateRecord": patch_state_record,
    "deleteStateRecord": delete_state_record,
}
