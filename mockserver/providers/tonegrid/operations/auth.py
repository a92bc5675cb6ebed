"""Tokens of clients and users, and the creation of accounts."""

from __future__ import annotations

from mockserver.auth.credentials import find_by_value, is_alive
from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import identity, sessions, tenancy
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.world import World


def issue_access_token(call: Call, world: World) -> Reply:
    """Exchange client credentials for tokens (L157-179)."""
    client = find_by_value(world, call.body["client_id"])
    if client is None or client["kind"] != "client" or not is_alive(world, client):
        raise Failure("unauthenticated", reason="client")
    if client["client_secret"] != call.body["client_secret"]:
        raise Failure("unauthenticated", reason="client")
    if world.require(tenancy.TENANTS, client["account"])["status"] != "active":
        raise Failure("unauthenticated", reason="client")
    scopes = client["scopes"]
    if call.body.get("scope", "").strip():
        asked = list(dict.fromkeys(call.body["scope"].split()))
        beyond = [scope for scope in asked if scope not in scopes]
        if beyond:
            raise wrong_fields(scope=f"The scope is not granted to this client: {', '.join(beyond)}.")
        scopes = asked
    if not scopes:
        raise wrong_fields(scope="This client has no scopes.")
    return Reply(200, sessions.issue_pair(world, client["account"], client["client_id"], scopes))


def refresh_access_token(call: Call, world: World) -> Reply:
    """Use up a refresh token (L180-198)."""
    return Reply(200, sessions.refresh_pair(world, call.body["refresh_token"]))


def revoke_token(call: Call, world: World) -> Reply:
    """Let a token open nothing from now on (L199-209)."""
    sessions.revoke(world, call.body["token"])
    return Reply(200, {"message": "Token revoked successfully."})


def login(call: Call, world: World) -> Reply:
    """Sign a user in at a tenant."""
    tenant = tenancy.find_by_slug(world, call.body["tenant_slug"])
    if tenant is None:
        raise Failure("not_found", what=tenancy.TENANTS)
    user = identity.find_user(world, tenant["id"], call.body["email"])
    if user is None or user["password"] != call.body["password"] or tenant["status"] != "active":
        raise Failure("unauthenticated", reason="login")
    return Reply(200, sessions.issue_pair(world, tenant["id"], user["email"], list(sessions.SCOPES)))


def signup(call: Call, world: World) -> Reply:
    """Create a tenant with its first user, signed in at once."""
    name, email = call.body["tenant_name"], call.body["email"]
    slug = tenancy.free_slug(world, name)
    tenant = tenancy.make_tenant(world, name, slug, "client", email=email)
    user = identity.make_user(world, tenant, email, call.body["password"])
    pair = sessions.issue_pair(world, tenant["id"], email, list(sessions.SCOPES))
    data = {
        "user": {"uuid": user["id"], "email": email},
        "tenant": {"uuid": tenant["id"], "name": name, "slug": slug},
        "access_token": pair["access_token"],
        "refresh_token": pair["refresh_token"],
    }
    return Reply(201, {"success": True, "message": "Account created.", "data": data})


OPERATIONS = {
    "issueAccessToken": issue_access_token,
    "refreshAccessToken": refresh_access_token,
    "revokeToken": revoke_token,
    "login": login,
    "signup": signup,
}
