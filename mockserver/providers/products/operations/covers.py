"""Serves the stored cover images."""

from __future__ import annotations

import base64

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.world import World


def get_cover_file(call: Call, world: World) -> Reply:
    """Answer the bytes that `cover-url` names; their MD5 is `front-cover-md5` (PR-106)."""
    cover = world.require("covers", call.path["file"])
    return Reply(200, base64.b64decode(cover["data"]), cover["media_type"])


OPERATIONS: dict[str, OperationFunction] = {"getCoverFile": get_cover_file}
