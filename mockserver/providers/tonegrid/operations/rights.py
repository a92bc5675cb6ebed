"""The rights envelope of a release."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog
from mockserver.providers.tonegrid.finding import release_of
from mockserver.world import World

NAMES = (
    "streaming", "download", "ugc", "sync", "p_line", "c_line", "copyright_year", "mech_license_held",
    "mech_license_provider", "iswc", "ipi_name_number", "pro_affiliation", "sample_clearance_status", "ai_disclosure",
)  # fmt: skip


def set_release_rights(call: Call, world: World) -> Reply:
    """Set the members that are sent, in any state of the release (L1201-1207)."""
    release = release_of(call, world)
    release["rights"] = {**release["rights"], **{name: call.body[name] for name in NAMES if name in call.body}}
    catalog.touch(world, "releases", release)
    return Reply(200, {"success": True, "message": "Rights updated.", "data": {"rights": release["rights"]}})


OPERATIONS = {"setReleaseRights": set_release_rights}
