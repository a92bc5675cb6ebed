"""Tenants: who stands below whom, who may create what, which one a header means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import count

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.world import World

TENANTS = "tenants"
# Which roles a tenant's role may create (L1303, TG-234).
MAY_CREATE = {
    "platform": ("platform", "enterprise", "client", "artist"),
    "enterprise": ("client", "artist"),
    "client": ("artist",),
    "artist": (),
}


def make_tenant(
    world: World,
    name: str,
    slug: str,
    role: str,
    *,
    parent: str | None = None,
    email: str = "",
    domain: str | None = None,
) -> Record:
    """Store a new tenant; `email` is the account's address, which transfers show."""
    record = {
        "id": world.uuid("tenant"),
        "name": name,
        "slug": slug,
        "tenant_role": role,
        "custom_domain": domain,
        "parent": parent,
        "email": email or f"{slug}@example.com",
        "status": "active",
        "has_received": False,
        "is_test_delivery": False,
        "sobo_party_dpid": None,
        "sobo_party_name": None,
        "created_at": instant(world.now),
    }
    world.put(TENANTS, record)
    return record


def find_by_slug(world: World, slug: str) -> Record | None:
    """Return the tenant with a slug."""
    return next(iter(world.slice_by(TENANTS, "slug", slug, 0, 1)), None)


def free_slug(world: World, name: str) -> str:
    """Return a slug for a tenant's name that no other tenant has."""
    return first_free(plain_slug(name) or "tenant", lambda slug: find_by_slug(world, slug) is None)


def plain_slug(name: str) -> str:
    """Return a name in lower-case ASCII letters, digits and hyphens; empty where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def first_free(base: str, is_free: Callable[[str], bool]) -> str:
    """Return a slug that is free: the base, or the base with the lowest number from 2 on."""
    return next(slug for number in count(1) if is_free(slug := base if number == 1 else f"{base}-{number}"))


def check_domain(world: World, domain: str | None, tenant: str | None) -> None:
    """Refuse an X-Tenant-Domain that leads to no tenant, or to another one than the caller's (L30)."""
    if domain is None:
        return
    found = next(iter(world.slice_by(TENANTS, "custom_domain", domain.strip().lower(), 0, 1)), None)
    if found is None or (tenant is not None and found["id"] != tenant):
        raise Failure("not_found", what=TENANTS)


def descendants(world: World, tenant: str) -> Iterator[Record]:
    """Yield every tenant below one, children before grandchildren."""
    layer = [tenant]
    while layer:
        children = [child for id in layer for child in world.slice_by(TENANTS, "parent", id)]
        yield from children
        layer = [child["id"] for child in children]


def family(world: World, tenant: str) -> list[str]:
    """Return a tenant and all below it: what its accounting covers (L1346)."""
    return [tenant, *(child["id"] for child in descendants(world, tenant))]


def require_descendant(world: World, tenant: str, id: str) -> Record:
    """Return a tenant that stands below another; 404 for an unknown one, 403 for any other (L53)."""
    found = world.get(TENANTS, id)
    if found is None:
        raise Failure("not_found", what=TENANTS)
    above = found["parent"]
    while above is not None:
        if above == tenant:
            return found
        above = world.require(TENANTS, above)["parent"]
    raise Failure("not_descendant")


def print_tenant(tenant: Record) -> Record:
    """Return a tenant as the API shows it."""
    return {
        "uuid": tenant["id"],
        "name": tenant["name"],
        "slug": tenant["slug"],
        "tenant_role": tenant["tenant_role"],
        "custom_domain": tenant["custom_domain"],
        "parent_uuid": tenant["parent"],
        "created_at": tenant["created_at"],
    }
