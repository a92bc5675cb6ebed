"""Tenants and their users: found by slug, by address, by id; printed in the document's two shapes."""

from __future__ import annotations

from typing import Any

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.world import World

TENANTS, USERS, ADDRESSES = "tenants", "users", "addresses"
_USER_MEMBERS = (
    "id", "first_name", "last_name", "email", "date_of_birth", "status", "subscription_ends_at", "pm_type",
    "pm_last_four", "created_at", "updated_at",
)  # fmt: skip
_INSTANTS = ("subscription_ends_at", "created_at", "updated_at")


def require_tenant(world: World, slug: str) -> Record:
    """Return a tenant that a body names; an unknown slug is a refused field (YM-Q16)."""
    tenant = world.get(TENANTS, slug)
    if tenant is None:
        raise Failure("field", field="tenant", text="The selected tenant is invalid.")
    return tenant


def address_key(tenant: str, email: str) -> str:
    """Return the key of an address in a tenant; addresses differ in more than case."""
    return f"{tenant}:{email.strip().casefold()}"


def user_at(world: World, tenant: str, email: str) -> Record | None:
    """Return the user of a tenant with an address, or None."""
    entry = world.get(ADDRESSES, address_key(tenant, email))
    return world.get(USERS, entry["user_id"]) if entry else None


def watch_user(world: World, old: Record | None, new: Record | None) -> None:
    """Keep the addresses of a tenant leading to their users."""
    before = address_key(old["tenant"], old["email"]) if old else None
    after = address_key(new["tenant"], new["email"]) if new else None
    if before == after:
        return
    if before is not None:
        world.delete(ADDRESSES, before)
    if new is not None and after is not None:
        world.put(ADDRESSES, {"id": after, "user_id": new["id"]})


def create_user(world: World, tenant: str, values: Record) -> Record:
    """Begin a user without a subscription (YM-023)."""
    now = instant(world.now)
    return world.begin(
        "user",
        {
            "id": world.uuid("user"),
            "tenant": tenant,
            "first_name": values["first_name"],
            "last_name": values["last_name"],
            "email": values["email"],
            "date_of_birth": values["date_of_birth"],
            "subscription_ends_at": None,
            "pm_type": None,
            "pm_last_four": None,
            "created_at": now,
            "updated_at": now,
        },
    )


def check_address_is_free(world: World, tenant: str, email: str, owner: str = "") -> None:
    """Refuse an address that another user of the tenant has (YM-024)."""
    user = user_at(world, tenant, email)
    if user is not None and user["id"] != owner:
        raise Failure("field", field="email", text="The email has already been taken.")


def change_user(world: World, user: Record, values: Record) -> Record:
    """Write what was sent, and when (YM-026)."""
    user.update(values)
    user["updated_at"] = instant(world.now)
    world.put(USERS, user)
    return user


def seconds(at: str | None) -> str | None:
    """Print a stored instant without fractions, as the document's samples are."""
    return f"{at[:19]}Z" if at else None


def print_user(user: Record) -> dict[str, Any]:
    """Return a user with the eleven members of user administration (YM-021)."""
    return {name: seconds(user[name]) if name in _INSTANTS else user[name] for name in _USER_MEMBERS}


def print_session_user(world: World, user: Record) -> dict[str, Any]:
    """Return a user with the seven members that a session shows (YM-054)."""
    tenant = world.require(TENANTS, user["tenant"])
    return {
        "id": user["id"],
        "tenant_id": tenant["tenant_id"],
        "email": user["email"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "status": user["status"],
        "date_of_birth": user["date_of_birth"],
    }
