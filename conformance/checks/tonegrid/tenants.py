"""TG-233 to TG-238: parents, children, and acting for them."""

from __future__ import annotations

import base64
import json
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import samples, tokens, wares
from conformance.judge import NotTested

_ROLES = ("platform", "enterprise", "client", "artist")
_MAY = {
    "platform": ("platform", "enterprise", "client", "artist"),
    "enterprise": ("client", "artist"),
    "client": ("artist",),
    "artist": (),
}
# Who stands for each role among the credentials of the target.
_WHO = {"platform": "platform", "enterprise": "full", "client": "client-tenant", "artist": "artist-tenant"}
_STRANGER = "Not a descendant of your tenant."


def body(case: Case, role: str = "client", **members: Any) -> dict[str, Any]:
    """Return a valid body of POST /tenants/clients."""
    slug = f"conformance-{case.ledger.digits(12)}"
    return {"name": case.ledger.name("tenant"), "slug": slug, "tenant_role": role, **members}


def impersonate(case: Case, tenant: str, principal: str | None = "full", **options: Any) -> Answer:
    """Send POST /tenants/clients/{uuid}/impersonate; the token is hidden in reports from now on."""
    answer = case.call("impersonateTenant", path={"uuid": tenant}, principal=principal, **options)
    tokens.remember(case, answer)
    return answer


def _acting(case: Case, tenant: str) -> dict[str, Any]:
    """Return what a call needs to be made as a child of the caller."""
    token = wares.identity(case.given(impersonate(case, tenant), 200), "/data/access_token")
    return {"headers": tokens.bearer(token), "principal": None}


def _usage(case: Case, tenant: str, principal: str = "full") -> Answer:
    return case.call("getTenantUsage", path={"uuid": tenant}, principal=principal)


def hierarchy_reaches_down(case: Case) -> None:
    """A platform makes an enterprise, that a client, that an artist, and an artist nobody; each knows its parent."""
    if "platform" not in case.session.client.wire.credentials:
        raise NotTested("no credentials of a platform are known")
    who: dict[str, Any] = {"principal": "platform"}
    parent = None
    for role in ("enterprise", "client", "artist"):
        answer = case.call("createClientTenant", json=body(case, role), **who)
        judge.status(answer, 201)
        judge.equal("tenant_role", role, answer.at("/data/tenant_role"), answer)
        if parent is not None:
            judge.equal("parent_uuid", parent, answer.at("/data/parent_uuid"), answer)
        parent = wares.identity(answer, "/data/uuid")
        # The platform reaches every generation below it, not only its own children.
        acting = case.given(impersonate(case, parent, "platform"), 200)
        who = {"headers": tokens.bearer(wares.identity(acting, "/data/access_token")), "principal": None}
    wares.refused(case.call("createClientTenant", json=body(case, "artist"), **who), 403)


def role_decides(case: Case, pair: tuple[str, str]) -> None:
    """A platform creates any kind of tenant, an enterprise clients and artists, a client artists, an artist none."""
    creator, role = pair
    if _WHO[creator] not in case.session.client.wire.credentials:
        raise NotTested(f"no credentials of a tenant with the role {creator} are known")
    answer = case.call("createClientTenant", json=body(case, role), principal=_WHO[creator])
    if role in _MAY[creator]:
        judge.status(answer, 201)
        judge.equal("tenant_role", role, answer.at("/data/tenant_role"), answer)
    else:
        wares.refused(answer, 403)


def tenant_is_created(case: Case) -> None:
    """Name, slug and role are kept; a domain may come with them or not."""
    for members in ({}, {"custom_domain": f"c{case.ledger.digits(10)}.example"}):
        sent = body(case, **members)
        answer = case.call("createClientTenant", json=sent)
        judge.status(answer, 201)
        for name, value in sent.items():
            judge.equal(name, value, answer.at(f"/data/{name}"), answer)


def member_is_needed(case: Case, name: str) -> None:
    """Without name, slug or role there is no tenant."""
    wares.invalid(case.call("createClientTenant", json=wares.patched(body(case), name)), name)


def other_roles_are_refused(case: Case, role: str) -> None:
    """Nothing but the four roles is a role."""
    wares.invalid(case.call("createClientTenant", json=body(case, role)), "tenant_role")


def strangers_are_refused(case: Case, call: str) -> None:
    """Whoever is not above a tenant can neither act as it nor see its usage."""
    child = str(samples.make_tenant(case, "client").at("/data/uuid"))
    foreign = str(samples.make_tenant(case, "client", "second-account").at("/data/uuid"))
    attempts = (
        (child, "second-account"),
        (foreign, "full"),
        (str(case.account("second-account")["account"]), "full"),
    )
    for tenant, principal in attempts:
        answer = case.call(call, path={"uuid": tenant}, principal=principal)
        wares.refused(answer, 403, _STRANGER)


def parent_is_no_descendant(case: Case, call: str) -> None:
    """A child reaches neither its parent nor its sibling."""
    child, sibling = (str(samples.make_tenant(case, "client").at("/data/uuid")) for _ in range(2))
    who = _acting(case, child)
    for tenant in (str(case.account("full")["account"]), sibling):
        wares.refused(case.call(call, path={"uuid": tenant}, **who), 403, _STRANGER)


def _claims(answer: Answer) -> dict[str, Any]:
    try:
        part = str(answer.at("/data/access_token")).split(".")[1]
        read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        raise judge.Broken(
            "the token is no JSON Web Token", expected="a JWT", received=answer.at("/data/access_token"), answer=answer
        ) from None
    return read if isinstance(read, dict) else {}


def token_says_for_whom(case: Case) -> None:
    """The token is a Bearer token whose claims say that the parent acts for the child."""
    child = str(samples.make_tenant(case, "client").at("/data/uuid"))
    answer = impersonate(case, child)
    judge.status(answer, 200)
    judge.equal("token_type", "Bearer", answer.at("/data/token_type"), answer)
    claims = _claims(answer)
    judge.equal("acting_as", True, claims.get("acting_as"), answer)
    judge.equal("on_behalf_of", case.account("full")["account"], claims.get("on_behalf_of"), answer)


def token_is_short_lived(case: Case) -> None:
    """The token lives no longer than an hour, and then it is worth nothing."""
    with case.own_sandbox(world="empty") as inside:
        child = str(samples.make_tenant(inside, "client").at("/data/uuid"))
        answer = impersonate(inside, child)
        judge.status(answer, 200)
        seconds = answer.at("/data/expires_in")
        judge.that(isinstance(seconds, int) and 0 < seconds <= 3600, "expires_in is no short time", answer)
        token = str(answer.at("/data/access_token"))
        inside.control.advance(f"PT{seconds - 1}S")
        judge.status(tokens.works(inside, token), 200)
        inside.control.advance("PT2S")
        wares.refused(tokens.works(inside, token), 401)


def token_acts_as_the_child(case: Case) -> None:
    """What is made with the token belongs to the child; the parent's releases are not seen with it."""
    mine = wares.make_release(case)
    child = str(samples.make_tenant(case, "client").at("/data/uuid"))
    who = _acting(case, child)
    judge.status(case.call("getRelease", path={"uuid": mine}, **who), 404)
    made = case.call("createRelease", json=wares.release_body(case), **who)
    judge.status(made, 201)
    release = wares.identity(made, "/release/uuid")
    listed = case.call("listReleases", **who)
    shown = [entry.get("uuid") for entry in listed.items("/data")]
    judge.that(release in shown, "the child's list does not show its release", listed, expected=release, received=shown)
    judge.that(mine not in shown, "the child's list shows the parent's release", listed, received=mine)
    # Another token of the same child sees it: it is the tenant's, not the token's.
    judge.status(case.call("getRelease", path={"uuid": release}, **_acting(case, child)), 200)
    usage = _usage(case, child)
    count = usage.at("/data/releases_count")
    judge.that(isinstance(count, int) and count >= 1, "the child's usage does not count it", usage, received=count)


def every_call_is_logged(case: Case) -> None:
    """Each call made with the token is in the audit log, marked as made for another."""
    child = str(samples.make_tenant(case, "client").at("/data/uuid"))
    who = _acting(case, child)

    def logged() -> list[dict[str, Any]]:
        both = (case.call("listAuditLog", query={"per_page": 100}, **seer) for seer in (who, {"principal": "full"}))
        found = {str(entry.get("uuid")): entry for answer in both for entry in answer.items("/data")}
        return [entry for entry in found.values() if entry.get("acting_as") is True]

    before = len(logged())
    release = wares.identity(
        case.given(case.call("createRelease", json=wares.release_body(case), **who), 201), "/release/uuid"
    )
    case.given(case.call("getRelease", path={"uuid": release}, **who), 200)
    after = logged()
    told = len(after) >= before + 2
    judge.that(told, "two calls made less than two entries", expected=before + 2, received=len(after))
    parent = case.account("full")["account"]
    strays = [entry for entry in after if entry.get("on_behalf_of") != parent]
    judge.equal("the entries without the parent", [], strays)


def usage_counts(case: Case) -> None:
    """The usage of a new child is nothing, and counts what the child makes."""
    names = ("releases_count", "tracks_count", "artists_count", "lifetime_streams", "lifetime_revenue_usd_minor")
    child = str(samples.make_tenant(case, "client").at("/data/uuid"))
    answer = _usage(case, child)
    judge.status(answer, 200)
    judge.equal("the usage of a new tenant", [0] * 5, [answer.at(f"/data/{name}") for name in names], answer)
    who = _acting(case, child)
    made = case.given(case.call("createRelease", json=wares.release_body(case), **who), 201)
    path = {"uuid": wares.identity(made, "/release/uuid")}
    for position in (1, 2):
        track = wares.track_body(case, position=position)
        case.given(case.call("createTrack", path=path, json=track, **who), 201)
    for _ in range(3):
        case.given(case.call("createArtist", json={"name": case.ledger.name("artist")}, **who), 201)
    answer = _usage(case, child)
    judge.equal("the usage", [1, 2, 3, 0, 0], [answer.at(f"/data/{name}") for name in names], answer)


def usage_of_a_living_child(case: Case) -> None:
    """Lifetime streams and revenue of a child that sells are whole numbers."""
    if "client-tenant" not in case.session.client.wire.credentials:
        raise NotTested("no child tenant of the target is known")
    answer = _usage(case, str(case.account("client-tenant")["account"]))
    judge.status(answer, 200)
    for name in ("lifetime_streams", "lifetime_revenue_usd_minor"):
        value = answer.at(f"/data/{name}")
        judge.that(isinstance(value, int) and not isinstance(value, bool), f"{name} is no integer", answer)


_CALLS = ("impersonateTenant", "getTenantUsage")
CHECKS = (
    check("TG-233", hierarchy_reaches_down),
    check("TG-234", role_decides, each=tuple((creator, role) for creator in _ROLES for role in _ROLES)),
    check("TG-235", tenant_is_created),
    check("TG-235", member_is_needed, each=("name", "slug", "tenant_role")),
    check("TG-235", other_roles_are_refused, each=("label", "Client", "")),
    check("TG-236", strangers_are_refused, each=_CALLS),
    check("TG-236", parent_is_no_descendant, each=_CALLS),
    check("TG-237", token_says_for_whom),
    check("TG-237", token_is_short_lived, needs=("clock",)),
    check("TG-237", token_acts_as_the_child),
    check("TG-237", every_call_is_logged),
    check("TG-238", usage_counts),
    check("TG-238", usage_of_a_living_child, required=False),
)
