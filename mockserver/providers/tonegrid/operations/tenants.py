"""The hierarchy of tenants below the caller."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import sessions, tenancy
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.money import ledger
from mockserver.world import World


def create_client_tenant(call: Call, world: World) -> Reply:
    """Create a tenant below the caller, of a role that the caller's role may create (L1303)."""
    parent = world.require(tenancy.TENANTS, call.account)
    role, slug = call.body["tenant_role"], call.body["slug"]
    if role not in tenancy.MAY_CREATE[parent["tenant_role"]]:
        raise Failure("role_refused", role=role)
    if tenancy.find_by_slug(world, slug) is not None:
        raise Failure("slug_taken")
    domain = call.body.get("custom_domain")
    domain = domain.strip().lower() if domain else None
    if domain and world.count_by(tenancy.TENANTS, "custom_domain", domain):
        raise wrong_fields(custom_domain="The custom_domain has already been taken.")
    tenant = tenancy.make_tenant(world, call.body["name"], slug, role, parent=parent["id"], domain=domain)
    return Reply(201, {"success": True, "message": "Tenant created.", "data": tenancy.print_tenant(tenant)})


def impersonate_tenant(call: Call, world: World) -> Reply:
    """Return a token that acts as a descendant (L1304-1305)."""
    child = tenancy.require_descendant(world, call.account, call.path["uuid"])
    parent = world.require(tenancy.TENANTS, call.account)
    actor = str(call.caller.facts.get("actor") or parent["email"])
    return Reply(200, {"success": True, "data": sessions.impersonation(world, parent, child, actor)})


def get_tenant_usage(call: Call, world: World) -> Reply:
    """Show what a descendant, with all below it, holds and has earned (L1306)."""
    child = tenancy.require_descendant(world, call.account, call.path["uuid"])
    family = tenancy.family(world, child["id"])
    found = ledger.lifetime(world, family)
    counts = {
        f"{name}_count": sum(world.count_by(name, "tenant", tenant) for tenant in family)
        for name in ("releases", "tracks", "artists")
    }
    data = {**counts, "lifetime_streams": found.streams, "lifetime_revenue_usd_minor": found.usd}
    return Reply(200, {"success": True, "data": data})


OPERATIONS = {
    "createClientTenant": create_client_tenant,
    "impersonateTenant": impersonate_tenant,
    "getTenantUsage": get_tenant_usage,
}
