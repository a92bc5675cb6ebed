"""Handing releases over to another account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.finding import owned, transfer_of
from mockserver.providers.tonegrid.lists import numbered, page_size
from mockserver.world import World

_LIFE = timedelta(hours=72)
TRANSFERS = "transfers"


def create_transfer(call: Call, world: World) -> Reply:
    """Offer releases, or the whole catalog, to another account for 72 hours (L978-1003)."""
    sender = world.require("tenants", call.account)
    receiver = world.get("tenants", call.body["to_account_uuid"])
    if receiver is None:
        raise Failure("not_found", what="accounts")
    if receiver["id"] == sender["id"]:
        raise wrong_fields(to_account_uuid="The to_account_uuid must be another account than your own.")
    transfer: Record = {
        "id": world.uuid("transfer"),
        "number": world.next_number("transfer"),
        "tenant": sender["id"],
        "receiver": receiver["id"],
        "from_account": sender["email"],
        "to_account": receiver["email"],
        "message": call.body.get("message"),
        "releases": _chosen(call, world),
        "expires_at": instant(world.now + _LIFE),
        "created_at": instant(world.now),
    }
    stored = world.begin("transfer", transfer)
    _write_to(world, receiver["email"], "A catalog transfer waits for you", transfer)
    return Reply(201, {"transfer": {**_print(stored), "to_account_uuid": receiver["id"]}})


def _chosen(call: Call, world: World) -> list[str]:
    if "releases" not in call.body:
        return [release["id"] for release in world.slice_by("releases", "tenant", call.account)]
    found = [owned(world, call.account, "releases", id) for id in dict.fromkeys(call.body["releases"])]
    return [release["id"] for release in found]


def _write_to(world: World, to: str, subject: str, transfer: Record) -> None:
    text = f"{len(transfer['releases'])} release(s) from {transfer['from_account']}. {transfer['message'] or ''}"
    world.send_message(to, "email", subject, text.strip(), transfer=transfer["id"])


def _print(transfer: Record) -> dict[str, Any]:
    return {
        "uuid": transfer["id"],
        "status": transfer["status"],
        "from_account": transfer["from_account"],
        "release_count": len(transfer["releases"]),
        "expires_at": shown(transfer["expires_at"]),
        "created_at": shown(transfer["created_at"]),
    }


def list_transfers(call: Call, world: World) -> Reply:
    """List what was sent and received, the newest first."""
    found: list[Record] = []
    if call.query.get("direction") != "received":
        found += world.slice_by(TRANSFERS, "tenant", call.account)
    if call.query.get("direction") != "sent":
        found += world.slice_by(TRANSFERS, "receiver", call.account)
    if "status" in call.query:
        found = [transfer for transfer in found if transfer["status"] == call.query["status"]]
    found.sort(key=lambda transfer: int(transfer["number"]), reverse=True)
    start = (call.query["page"] - 1) * page_size(call)
    return Reply(200, numbered(call, found[start : start + page_size(call)], _print, len(found)))


def get_transfer(call: Call, world: World) -> Reply:
    """Show a transfer with its releases, to either party."""
    transfer = transfer_of(call, world)
    releases = [release for id in transfer["releases"] if (release := world.get("releases", id)) is not None]
    detail = {
        **_print(transfer),
        "to_account": transfer["to_account"],
        "to_account_uuid": transfer["receiver"],
        "message": transfer["message"],
        "releases": [{"uuid": one["id"], "title": one["title"], "type": one["type"]} for one in releases],
    }
    return Reply(200, {"transfer": detail})


def accept_transfer(call: Call, world: World) -> Reply:
    """Take the releases over."""
    transfer = transfer_of(call, world)
    world.fire("transfer", transfer["id"], "accept", account=call.account, verb="accept")
    count = len(transfer["releases"])
    return Reply(200, {"message": f"Transfer accepted. {count} release(s) transferred to your account."})


def decline_transfer(call: Call, world: World) -> Reply:
    """Refuse the releases for good; the sender is told."""
    transfer = transfer_of(call, world)
    world.fire("transfer", transfer["id"], "decline", account=call.account, verb="decline")
    _write_to(world, transfer["from_account"], "Your catalog transfer was declined", transfer)
    return Reply(200, {"message": "Transfer declined."})


OPERATIONS = {
    "createTransfer": create_transfer,
    "listTransfers": list_transfers,
    "getTransfer": get_transfer,
    "acceptTransfer": accept_transfer,
    "declineTransfer": decline_transfer,
}
