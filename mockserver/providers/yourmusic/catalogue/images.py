"""Pictures of artists, releases and playlists: a disc on a ground of a colour of its own, in nine sizes."""

from __future__ import annotations

import re
from functools import lru_cache

from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from mockserver.fakes import Chance
from mockserver.providers.yourmusic.addresses import IMAGE_SIZES
from mockserver.world import World

_NAME = re.compile(r"/images/(artists|releases|playlists)/([0-9a-z-]{1,40})_([0-9]{2,3})\.jpg")


def show_image(request: Request, world: World) -> Reply:
    """Answer the picture that an address of the API names; `not_found` for anything else."""
    if request.method not in ("GET", "HEAD"):
        raise Failure("method_unknown", headers={"Allow": "GET, HEAD"}, allowed=["GET", "HEAD"])
    found = _NAME.fullmatch(request.path)
    if found is None or int(found[3]) not in IMAGE_SIZES or world.get(found[1], found[2]) is None:
        raise Failure("not_found", f"There is no picture at {request.path}.", what="images")
    picture = _picture(world.seed, found[1], found[2], int(found[3]))
    return Reply(200, picture, "image/jpeg", {"Cache-Control": "public, max-age=86400"})


@lru_cache(maxsize=128)
def _picture(seed: int, kind: str, id: str, size: int) -> bytes:
    from mockserver.media.pictures import jpeg

    chance = Chance(seed, "picture", kind, id)
    return jpeg(size, size, (chance.number(0, 255), chance.number(0, 255), chance.number(0, 255)), dpi=None)
