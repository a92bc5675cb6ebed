"""DDEX ERN 4.3: previews, validation, delivery, update."""

from __future__ import annotations

import hashlib
from typing import Any

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import chain, deliveries, dsps
from mockserver.providers.tonegrid.ddex.material import Material, gather
from mockserver.providers.tonegrid.ddex.message import write_new_release
from mockserver.providers.tonegrid.ddex.validation import validate
from mockserver.providers.tonegrid.deliveries import Queue
from mockserver.providers.tonegrid.finding import deliveries_of, release_of
from mockserver.providers.tonegrid.rules import require_state
from mockserver.world import World


def material_of(call: Call, world: World) -> Material:
    """Return what the message for the path's release and DSP is made of; 404 or 422 otherwise."""
    release = release_of(call, world)
    dsp = dsps.require_attached(world, release, call.path["dsp_slug"])
    return gather(world, release, dsp, call.request.id)


def envelope(material: Material, message: bytes) -> dict[str, Any]:
    """Return a message in its JSON envelope (L877-884)."""
    return {
        "release_id": material.release["id"],
        "dsp": dsps.print_name(material.dsp),
        "ern_version": "4.3",
        "choreography": "ERN-Direct",
        "xml": message.decode(),
        "sha256": hashlib.sha256(message).hexdigest(),
        "size_bytes": len(message),
    }


def as_file(material: Material, message: bytes, infix: str = "") -> Reply:
    """Return a message as a file named after release and DSP (L877)."""
    name = f"{material.release['id']}-{infix}{dsps.hyphened(material.dsp)}.xml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Reply(200, message, "application/xml", headers)


def require_dsps(release: Record) -> None:
    """Refuse what addresses every DSP of a release that has none, whatever its state (L43)."""
    if not release["dsps"]:
        raise Failure("no_dsps")


def preview_ddex_message(call: Call, world: World) -> Reply:
    """Show the NewReleaseMessage for a DSP."""
    material = material_of(call, world)
    return Reply(200, {"success": True, "data": envelope(material, write_new_release(material))})


def download_ddex_message(call: Call, world: World) -> Reply:
    """Return the NewReleaseMessage for a DSP as a file."""
    material = material_of(call, world)
    return as_file(material, write_new_release(material))


def validate_ddex_message(call: Call, world: World) -> Reply:
    """Show the NewReleaseMessage with a report on it (L885)."""
    material = material_of(call, world)
    message = write_new_release(material)
    data = {**envelope(material, message), "validation": validate(world, message, material)}
    return Reply(200, {"success": True, "data": data})


def deliver_release(call: Call, world: World) -> Reply:
    """Queue delivery to every attached DSP but the blocked ones (L904-919)."""
    release = release_of(call, world)
    require_dsps(release)
    require_state(world, release, "deliver")
    queue = Queue()
    for id in release["dsps"]:
        deliveries.submit(world, release, dsps.known(world, id), queue)
    return _queued(queue)


def _queued(queue: Queue) -> Reply:
    text = f"{len(queue.queued)} DSP(s) queued for direct DDEX delivery."
    return Reply(202, {"success": True, "message": text, "data": queue.as_json()})


def deliver_release_to_dsp(call: Call, world: World) -> Reply:
    """Queue delivery to one DSP."""
    release = release_of(call, world)
    dsp = dsps.require_attached(world, release, call.path["dsp_slug"])
    if chain.effective(release, dsp["id"]).is_blocked:
        raise Failure("dsp_blocked", name=dsp["name"])
    require_state(world, release, "deliver")
    queue = Queue()
    deliveries.submit(world, release, dsp, queue)
    return _queued(queue)


def redeliver_release(call: Call, world: World) -> Reply:
    """Push changed metadata to every DSP where the release is live, on the same thread (L921-922)."""
    release = release_of(call, world)
    require_dsps(release)
    require_state(world, release, "redeliver")
    queue = Queue()
    for id in release["dsps"]:
        deliveries.update(world, release, dsps.known(world, id), queue)
    text = f"{len(queue.queued)} DSP(s) queued for DDEX update."
    return Reply(202, {"success": True, "message": text, "data": queue.as_json()})


def list_ddex_deliveries(call: Call, world: World) -> Reply:
    """Show every delivery row of a release (L957-975)."""
    release = release_of(call, world)
    rows = [deliveries.print_row(world, row) for row in deliveries_of(world, release["id"])]
    return Reply(200, {"success": True, "data": {"release_id": release["id"], "deliveries": rows}})


OPERATIONS = {
    "previewDdexMessage": preview_ddex_message,
    "downloadDdexMessage": download_ddex_message,
    "validateDdexMessage": validate_ddex_message,
    "deliverRelease": deliver_release,
    "deliverReleaseToDsp": deliver_release_to_dsp,
    "redeliverRelease": redeliver_release,
    "listDdexDeliveries": list_ddex_deliveries,
}
