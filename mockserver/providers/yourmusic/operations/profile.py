"""Read and change the caller's own profile."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.people import change_user, print_user
from mockserver.providers.yourmusic.rules import user_of
from mockserver.world import World

_EDITABLE = ("first_name", "last_name", "date_of_birth")


def get_profile(call: Call, world: World) -> Reply:
    """Answer the calling user as user administration shows it (YM-070)."""
    return Reply(200, print_user(user_of(call, world)))


def update_profile(call: Call, world: World) -> Reply:
    """Change the names and the date of birth; anything else that is sent is ignored (YM-071)."""
    values = {name: call.body[name] for name in _EDITABLE if name in call.body}
    return Reply(200, print_user(change_user(world, user_of(call, world), values)))


OPERATIONS: dict[str, OperationFunction] = {"getProfile": get_profile, "updateProfile": update_profile}
