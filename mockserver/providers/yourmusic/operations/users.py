"""List, create, read and change the users of a tenant."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.message import Reply
from mockserver.paging import PageNumbers
from mockserver.provider import OperationFunction
from mockserver.providers.yourmusic.pages import PER_PAGE, page_document
from mockserver.providers.yourmusic.people import (
    USERS,
    change_user,
    check_address_is_free,
    create_user,
    print_user,
)
from mockserver.world import World

_EDITABLE = ("first_name", "last_name", "email", "date_of_birth")


def list_users(call: Call, world: World) -> Reply:
    """Answer one page of the tenant's users, in the order of their creation (YM-020, YM-029)."""
    page = PageNumbers(call.query["page"], PER_PAGE, world.count_by(USERS, "tenant", call.account))
    found = world.slice_by(USERS, "tenant", call.account, page.start, page.size)
    return Reply(200, page_document(call, page, [print_user(user) for user in found]))


def create_user_of_tenant(call: Call, world: World) -> Reply:
    """Create a user whose address is new to the tenant (YM-023, YM-024)."""
    check_address_is_free(world, call.account, call.body["email"])
    return Reply(201, print_user(create_user(world, call.account, call.body)))


def get_user(call: Call, world: World) -> Reply:
    """Answer the user that the path names."""
    return Reply(200, print_user(call.found))


def update_user(call: Call, world: World) -> Reply:
    """Change what is sent, the address too (YM-026, YM-027)."""
    values = {name: call.body[name] for name in _EDITABLE if name in call.body}
    if "email" in values:
        check_address_is_free(world, call.account, values["email"], owner=call.found["id"])
    return Reply(200, print_user(change_user(world, call.found, values)))


OPERATIONS: dict[str, OperationFunction] = {
    "listUsers": list_users,
    "createUser": create_user_of_tenant,
    "getUser": get_user,
    "updateUser": update_user,
}
