"""Hard takedown by PurgeReleaseMessage."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import deliveries, dsps
from mockserver.providers.tonegrid.ddex.message import write_purge
from mockserver.providers.tonegrid.ddex.validation import validate
from mockserver.providers.tonegrid.deliveries import Queue
from mockserver.providers.tonegrid.finding import release_of
from mockserver.providers.tonegrid.operations.ddex import as_file, envelope, material_of, require_dsps
from mockserver.providers.tonegrid.rules import require_state
from mockserver.world import World

_MESSAGE = "PurgeReleaseMessage"


def preview_purge_message(call: Call, world: World) -> Reply:
    """Show the PurgeReleaseMessage for a DSP."""
    material = material_of(call, world)
    return Reply(200, {"success": True, "data": envelope(material, write_purge(material))})


def download_purge_message(call: Call, world: World) -> Reply:
    """Return the PurgeReleaseMessage for a DSP as a file."""
    material = material_of(call, world)
    return as_file(material, write_purge(material), "purge-")


def validate_purge_message(call: Call, world: World) -> Reply:
    """Show the PurgeReleaseMessage with a report on it."""
    material = material_of(call, world)
    message = write_purge(material)
    data = {**envelope(material, message), "validation": validate(world, message)}
    return Reply(200, {"success": True, "data": data})


def purge_release(call: Call, world: World) -> Reply:
    """Purge a release from every attached DSP (L955)."""
    release = release_of(call, world)
    require_dsps(release)
    require_state(world, release, "purge")
    queue = Queue()
    for id in deliveries.addressed(world, release):
        deliveries.take_down(world, release, dsps.known(world, id), _MESSAGE, queue)
    return _queued(queue)


def purge_release_from_dsp(call: Call, world: World) -> Reply:
    """Purge a release from one DSP; the others keep it."""
    release = release_of(call, world)
    dsp = deliveries.require_addressed(world, release, call.path["dsp_slug"])
    require_state(world, release, "purge")
    queue = Queue()
    deliveries.take_down(world, release, dsp, _MESSAGE, queue)
    return _queued(queue)


def _queued(queue: Queue) -> Reply:
    text = f"{len(queue.queued)} DSP(s) queued for purge."
    return Reply(202, {"success": True, "message": text, "data": queue.as_json()})


OPERATIONS = {
    "previewPurgeMessage": preview_purge_message,
    "downloadPurgeMessage": download_purge_message,
    "validatePurgeMessage": validate_purge_message,
    "purgeRelease": purge_release,
    "purgeReleaseFromDsp": purge_release_from_dsp,
}
