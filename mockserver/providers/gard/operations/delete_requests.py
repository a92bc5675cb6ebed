"""Takedowns of live releases, handled by staff."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.records import DELETE_REQUESTS, RELEASES, log, newest_first
from mockserver.providers.gard.views import utc
from mockserver.world import World


def create_delete_request(call: Call, world: World) -> Reply:
    """Queue a takedown of a release that is live; nothing else changes yet (GARD-048, GARD-138, GARD-139)."""
    id = call.body["release_id"]
    release = world.get(RELEASES, id)  # the rel_ id only (C08)
    if release is None or release["account"] != call.account:
        raise Failure("not_found", f"There is no release {id[:80]} in your catalog.", msg="Release not found")
    world.fire("submission", release["submission"], "request_takedown")
    number = world.next_number("delete_request")
    record = {
        "id": str(number),
        "number": number,
        "account": call.account,
        "release_id": id,
        "reason": call.body.get("reason"),
        **{name: call.body.get(name) for name in ("release_name", "artist_name", "upc", "isrc")},
        "created_at": instant(world.now),
    }
    log(world, call.account, "delete_request", "release", id, release["artist_name"])
    world.begin("delete_request", record)
    return Reply(200, {"code": 200, "id": number, "status": "pending"})


def list_delete_requests(call: Call, world: World) -> Reply:
    """List the account's takedowns of every status, the newest first (GARD-140, GARD-141)."""
    rows = [
        {
            "id": record["number"],
            "release_id": record["release_id"],
            "status": record["status"],
            "reason": record["reason"],
            "created_at": utc(record["created_at"]),
        }
        for record in newest_first(world, DELETE_REQUESTS, call.account)
    ]
    return Reply(200, {"code": 200, "requests": rows})


OPERATIONS: dict[str, OperationFunction] = {
    "createDeleteRequest": create_delete_request,
    "listDeleteRequests": list_delete_requests,
}
