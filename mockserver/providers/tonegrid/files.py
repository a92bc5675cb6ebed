"""Pictures and films that were uploaded, and the page that serves them beside the contract."""

from __future__ import annotations

import base64

from mockserver.core.message import Reply, Request, Upload
from mockserver.media.pictures import jpeg
from mockserver.world import World

FILES = "files"
_MOST_KEPT = 20 * 1024 * 1024  # a larger film is measured, but only its facts are kept; covers are never larger
_SEEDED = "artwork/seed-"  # covers of the seed world are drawn when somebody asks for them
_SEEDED_PIXELS = 600


def keep(world: World, path: str, media_type: str, upload: Upload) -> None:
    """Keep a file under its path below /cdn."""
    if upload.size <= _MOST_KEPT:
        content = base64.b64encode(upload.read(_MOST_KEPT)).decode()
        world.put(FILES, {"id": path, "media_type": media_type, "data": content})


def serve_file(request: Request, world: World) -> Reply:
    """Answer a request for a file by the address that the API shows."""
    path = request.path.removeprefix("/cdn/")
    record = world.get(FILES, path)
    if record is not None:
        return Reply(200, base64.b64decode(record["data"]), record["media_type"])
    if path.startswith(_SEEDED):
        chance = world.chance("cover", path)
        colour = (chance.number(30, 225), chance.number(30, 225), chance.number(30, 225))
        return Reply(200, jpeg(_SEEDED_PIXELS, _SEEDED_PIXELS, colour), "image/jpeg")
    return Reply(404, {"success": False, "error": "File not found."})
