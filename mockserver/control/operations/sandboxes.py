"""Sandboxes: listed, begun, removed; their limits."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.clock import instant, now_of
from mockserver.control.errors import invalid
from mockserver.control.holdings import is_own
from mockserver.control.house import House
from mockserver.control.instants import read_instant, shown
from mockserver.control.snapshots import drop_all
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.sandbox import space_of
from mockserver.worlds import world_names


def list_sandboxes(call: Call, house: House) -> Reply:
    """List the sandboxes that have come to life, by name."""
    metas = [house.sandboxes.peek(name) for name in house.sandboxes.names()]
    return Reply(200, [show(meta, house) for meta in metas if meta is not None])


def put_sandbox(call: Call, house: House) -> Reply:
    """Create a sandbox, or start it over."""
    name = call.path["name"]
    existed = house.sandboxes.exists(name)
    return Reply(200 if existed else 201, _start_over(name, call.body or {}, house))


def delete_sandbox(call: Call, house: House) -> Reply:
    """Remove a sandbox with everything in it, its snapshots too."""
    name = call.path["name"]
    if not house.sandboxes.exists(name):
        raise Failure("not_found", f"There is no sandbox {name!r}.")
    house.sandboxes.drop(name)
    house.forget(name)
    drop_all(house.store, name)
    return Reply(204)


def reset_sandbox(call: Call, house: House) -> Reply:
    """Start the sandbox that is called over."""
    return Reply(200, _start_over(call.request.sandbox, call.body or {}, house))


def set_limits(call: Call, house: House) -> Reply:
    """Switch rate limits and other throttles of a sandbox on or off."""
    meta = house.sandboxes.change(call.request.sandbox, limits=call.body["enabled"])
    return Reply(200, {"enabled": meta["limits"]})


def show(meta: Record, house: House) -> dict[str, Any]:
    """Return a sandbox with its settings; its size counts the records of the providers that were used in it."""
    return {
        "name": meta["name"],
        "size": sum(_size(house, meta["name"], provider) for provider in meta["providers"]),
        "now": shown(now_of(meta["clock"])),
        "world": meta["world"],
        "seed": meta["seed"],
        "clock": meta["clock"]["mode"],
        "progression": meta["progression"],
        "limits": meta["limits"],
    }


def _size(house: House, name: str, provider: str) -> int:
    sizes = house.store.sizes(space_of(name, provider))
    return sum(size for collection, size in sizes.items() if not is_own(collection))


def _start_over(name: str, body: Record, house: House) -> dict[str, Any]:
    options = dict(body)
    if "now" in options:
        options["now"] = instant(read_instant(options["now"], "/now"))
    if "seed" in options:
        options["seed"] = int(options["seed"])  # 7.0 is the integer 7 in JSON
    if "world" in options:
        _check_world(options["world"], house)
    meta = house.sandboxes.start_over(name, options)
    house.forget(name)
    return show(meta, house)


def _check_world(world: str, house: House) -> None:
    for flat in house.flats:
        known = world_names(house.settings, flat)
        if world not in known:
            text = f"There is no world {world[:80]!r} for {flat}; there are: {', '.join(known)}."
            raise invalid("/world", text, got=world, expected=known)


OPERATIONS = {
    "listSandboxes": list_sandboxes,
    "putSandbox": put_sandbox,
    "deleteSandbox": delete_sandbox,
    "resetSandbox": reset_sandbox,
    "setLimits": set_limits,
}
