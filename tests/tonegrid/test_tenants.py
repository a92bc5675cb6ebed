"""The hierarchy of tenants, acting for a child, the audit log; transfers between accounts."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

ROLES = ("platform", "enterprise", "client", "artist")
MAY = {
    "platform": set(ROLES),
    "full": {"client", "artist"},
    "client-tenant": {"artist"},
    "artist-tenant": set(),
}


@pytest.mark.parametrize("key", MAY)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_creates_what_stands_below_it(room: Any, key: str, role: str) -> None:
    """TG-233, TG-234: the whole matrix."""
    answer = room.post("/tenants/clients", {"name": "New", "slug": "new-one", "tenant_role": role}, key)

    if role in MAY[key]:
        data = answer.json["data"]
        assert (answer.status_code, data["tenant_role"], data["parent_uuid"]) == (201, role, room.account(key))
    else:
        text = f"Your tenant role cannot create a '{role}' tenant."
        assert (answer.status_code, answer.json["error"]) == (403, text)


def test_slugs_and_domains_are_taken_once(room: Any) -> None:
    """TG-235."""
    body = {"name": "New", "slug": "new-one", "tenant_role": "client", "custom_domain": "New.example"}

    first = room.post("/tenants/clients", body)
    slug = room.post("/tenants/clients", body)
    domain = room.post("/tenants/clients", {**body, "slug": "other", "custom_domain": "new.example"})
    empty = room.post("/tenants/clients", {})

    assert first.json["data"]["custom_domain"] == "new.example"
    assert (slug.status_code, slug.json["error"]) == (409, "Tenant slug already exists.")
    assert list(domain.json["errors"]) == ["custom_domain"]
    assert set(empty.json["errors"]) == {"name", "slug", "tenant_role"}


def test_only_descendants_can_be_acted_for(room: Any) -> None:
    """TG-236: children and grandchildren, no siblings, parents, oneself, strangers."""

    def codes(account: str) -> tuple[int, int]:
        path = f"/tenants/clients/{account}"
        return room.post(f"{path}/impersonate").status_code, room.get(f"{path}/usage").status_code

    own = {name: codes(room.account(name)) for name in ("client-tenant", "artist-tenant")}
    others = {name: codes(room.account(name)) for name in ("second-account", "platform", "full")}
    answer = room.get(f"/tenants/clients/{room.account('second-account')}/usage")

    assert set(own.values()) == {(200, 200)}
    assert set(others.values()) == {(403, 403)}
    assert answer.json["error"] == "Not a descendant of your tenant."
    assert room.get("/tenants/clients/nobody/usage").json["error"] == "Tenant not found."


def test_an_impersonation_token_acts_in_the_child_and_is_logged(room: Any) -> None:
    """TG-237: claims, effect, one line per call in both logs, an end after an hour."""
    child = room.account("client-tenant")
    token = room.post(f"/tenants/clients/{child}/impersonate").json["data"]["access_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))

    release = room.create(token)
    room.get("/releases", token)

    assert (claims["acting_as"], claims["on_behalf_of"], claims["tenant"]) == (True, room.account("full"), child)
    assert room.get(f"/releases/{release}", "client-tenant").status_code == 200
    assert room.get(f"/releases/{release}").status_code == 404
    logs = {key: room.get("/audit-log", key).json["data"] for key in ("client-tenant", "full")}
    for entries in logs.values():
        acted = [entry["action_type"] for entry in entries if entry["acting_as"]]
        assert acted == ["call.listReleases", "release.create"]
    room.advance(hours=1)
    assert room.get("/releases", token).status_code == 401


def test_usage_counts_what_the_child_holds(room: Any) -> None:
    """TG-238: counts rise with what is created, also below the child."""
    path = f"/tenants/clients/{room.account('client-tenant')}/usage"
    before = room.get(path).json["data"]

    release = room.create("client-tenant")
    room.add_track(release, "client-tenant")
    room.post("/artists", {"name": "x"}, "artist-tenant")
    after = room.get(path).json["data"]

    assert [after[f"{name}_count"] - before[f"{name}_count"] for name in ("releases", "tracks", "artists")] == [1, 1, 1]
    assert before["lifetime_streams"] > 0
    assert (
        before["lifetime_revenue_usd_minor"]
        == room.get("/finance/balance", "client-tenant").json["data"]["lifetime_gross_usd_minor"]
    )


def test_privileged_actions_are_logged_and_filtered(room: Any) -> None:
    """TG-240: by actor and action; only one's own."""
    release = room.approved()

    entries = room.get("/audit-log", action_type="release.approve").json["data"]
    by_actor = room.get("/audit-log", actor="api-key:full").json["meta"]["total"]

    assert [(entry["target"], entry["actor"]) for entry in entries] == [(release, "api-key:full")]
    assert by_actor >= 4
    assert room.get("/audit-log", actor="nobody").json["data"] == []
    assert room.get("/audit-log", "second-account").json["data"] == []


# transfers


def offer(room: Any, *releases: str, key: str = "full", to: str = "second-account", **more: Any) -> dict[str, Any]:
    body = {"to_account_uuid": room.account(to), **({"releases": list(releases)} if releases else {}), **more}
    answer = room.post("/transfers", body, key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json["transfer"])


def test_an_accepted_transfer_moves_everything(room: Any) -> None:
    """TG-162, TG-163, TG-168: at once, with its tracks and live deliveries, which stay live."""
    release = room.live("spotify", artist_name="Davido")
    made = offer(room, release, message="Artist moving to new label.")

    foreign = room.post(f"/transfers/{made['uuid']}/accept")
    answer = room.post(f"/transfers/{made['uuid']}/accept", key="second-account")

    assert (foreign.status_code, foreign.json["error"]) == (403, "Only the receiving account can accept this transfer.")
    assert answer.json == {"message": "Transfer accepted. 1 release(s) transferred to your account."}
    assert room.get(f"/releases/{release}").json["error"] == "Release not found."
    moved = room.get(f"/releases/{release}", "second-account").json["release"]
    assert (moved["status"], moved["artist_name"]) == ("live", "Davido")
    assert room.get(f"/tracks/{moved['tracks'][0]['uuid']}", "second-account").status_code == 200
    assert room.states(release, "second-account") == {"spotify": "live"}


def test_a_received_release_keeps_its_place_in_the_list(room: Any) -> None:
    """TG-065: by creation, not by arrival."""
    old = room.create()
    room.advance(seconds=10)
    new = room.create("second-account")
    made = offer(room, old)

    room.post(f"/transfers/{made['uuid']}/accept", key="second-account")

    ids = [one["uuid"] for one in room.get("/releases", "second-account").json["data"]]
    assert ids.index(new) < ids.index(old)
    assert room.get("/tracks", "second-account").status_code == 200


def test_a_transfer_expires_after_72_hours(room: Any) -> None:
    """TG-159."""
    made = offer(room, room.create())

    room.advance(hours=72)

    assert made["expires_at"] == "2026-12-01T12:00:00Z"
    assert room.get(f"/transfers/{made['uuid']}").json["transfer"]["status"] == "expired"
    for verb, text in (("accept", "accepted"), ("decline", "declined")):
        answer = room.post(f"/transfers/{made['uuid']}/{verb}", key="second-account")
        assert (answer.status_code, answer.json["error"]) == (409, f"Only pending transfers can be {text}.")


def test_a_decline_is_final(room: Any) -> None:
    """TG-164, TG-167: both parties find a message in their inbox."""
    release = room.create()
    made = offer(room, release)

    foreign = room.post(f"/transfers/{made['uuid']}/decline")
    answer = room.post(f"/transfers/{made['uuid']}/decline", key="second-account")
    late = room.post(f"/transfers/{made['uuid']}/accept", key="second-account")

    assert (foreign.status_code, answer.json, late.status_code) == (403, {"message": "Transfer declined."}, 409)
    assert room.get(f"/releases/{release}").status_code == 200
    assert [mail["to"] for mail in room.find("inbox")] == ["newlabel@example.com", "label@example.com"]


def test_the_whole_catalog_can_be_offered(room: Any) -> None:
    """TG-160."""
    total = room.get("/releases").json["total"]

    made = offer(room)
    detail = room.get(f"/transfers/{made['uuid']}", "second-account").json["transfer"]
    room.post(f"/transfers/{made['uuid']}/accept", key="second-account")

    assert made["release_count"] == len(detail["releases"]) == total
    assert (detail["from_account"], detail["to_account"]) == ("label@example.com", "newlabel@example.com")
    assert room.get("/releases").json["total"] == 0


def test_offers_name_own_releases_and_known_accounts(room: Any) -> None:
    """TG-161, TG-166."""
    foreign = room.create("second-account")
    to = room.account("second-account")

    missing = room.post("/transfers", {})
    unknown = room.post("/transfers", {"to_account_uuid": "00000000-0000-4000-8000-000000000000"})
    other = room.post("/transfers", {"to_account_uuid": to, "releases": [foreign]})
    self_ = room.post("/transfers", {"to_account_uuid": room.account("full")})

    assert list(missing.json["errors"]) == ["to_account_uuid"]
    assert (unknown.status_code, unknown.json["error"]) == (404, "Account not found.")
    assert (other.status_code, other.json["error"]) == (404, "Release not found.")
    assert self_.status_code == 422


def test_transfers_are_listed_by_direction_and_state(room: Any) -> None:
    """TG-165, TG-047: third parties see none."""
    sent = offer(room, room.create())
    received = offer(room, room.create("second-account"), key="second-account", to="full")
    room.post(f"/transfers/{received['uuid']}/decline")

    def ids(**query: str) -> list[str]:
        return [one["uuid"] for one in room.get("/transfers", **query).json["data"]]

    assert ids() == [received["uuid"], sent["uuid"]]
    assert (ids(direction="sent"), ids(direction="received")) == ([sent["uuid"]], [received["uuid"]])
    assert (ids(status="declined"), ids(status="accepted")) == ([received["uuid"]], [])
    assert room.get("/transfers").json["per_page"] == 20
    assert room.get("/transfers", "platform").json["data"] == []
    assert room.get(f"/transfers/{sent['uuid']}", "platform").status_code == 404
