"""States of a sandbox: taken, listed, read, put back, restored."""

from __future__ import annotations

from typing import Any

from mockserver.call import Call
from mockserver.control import snapshots
from mockserver.control.house import House
from mockserver.control.operations.sandboxes import show
from mockserver.control.scrutiny import scrutinise
from mockserver.core.ground import Record
from mockserver.core.message import Reply


def list_snapshots(call: Call, house: House) -> Reply:
    """List the snapshots of a sandbox by name."""
    return Reply(200, [_entry(head) for head in snapshots.find(house.store, call.request.sandbox)])


def take_snapshot(call: Call, house: House) -> Reply:
    """Keep the sandbox's state under a name."""
    return Reply(201, _entry(snapshots.take(house, call.request.sandbox, call.body["name"])))


def get_snapshot(call: Call, house: House) -> Reply:
    """Read a snapshot as a document."""
    return Reply(200, snapshots.write_out(house, call.request.sandbox, call.path["name"]))


def put_snapshot(call: Call, house: House) -> Reply:
    """Keep a document that was read before, here or elsewhere."""
    document = call.body
    scrutinise(document, house)
    return Reply(200, _entry(snapshots.put_in(house, call.request.sandbox, call.path["name"], document)))


def delete_snapshot(call: Call, house: House) -> Reply:
    """Forget a snapshot."""
    snapshots.require(house.store, call.request.sandbox, call.path["name"])
    snapshots.drop(house.store, call.request.sandbox, call.path["name"])
    return Reply(204)


def restore_snapshot(call: Call, house: House) -> Reply:
    """Let the sandbox be as it was."""
    return Reply(200, show(snapshots.restore(house, call.request.sandbox, call.path["name"]), house))


def _entry(head: Record) -> dict[str, Any]:
    return {"name": head["id"], "taken_at": head["taken_at"]}


OPERATIONS = {
    "listSnapshots": list_snapshots,
    "takeSnapshot": take_snapshot,
    "getSnapshot": get_snapshot,
    "putSnapshot": put_snapshot,
    "deleteSnapshot": delete_snapshot,
    "restoreSnapshot": restore_snapshot,
}
