"""What every call is held to before its body is read."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.providers.gard.records import require_release
from mockserver.world import World


def bind(call: Call, world: World) -> None:
    """Find the release of the path: 404 comes before anything that is wrong with a body."""
    if "release_ref" in call.path:
        call.found = require_release(world, call.account, call.path["release_ref"])
