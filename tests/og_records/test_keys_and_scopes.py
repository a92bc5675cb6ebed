"""API keys: who is let in, with which scopes, and what a rotation leaves alive."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.core.failure import Failure
from specs import open_book

OPERATIONS = {
    operation.id: operation
    for operation in open_book("og_records").operations.values()
    if operation.path.startswith("/api/v1/") and not operation.is_open
}
WITH_SCOPES = {id: operation for id, operation in OPERATIONS.items() if operation.scopes}
PRODUCTION = {"Host": "api.og-records.com"}


def _path(operation: Any) -> str:
    filled = operation.path.replace("{step}", "basics")
    for name in ("{id}", "{releaseId}", "{keyId}"):
        filled = filled.replace(name, "11111111-2222-4333-8444-555555555555")
    return str(filled)


def _keys(desk: Any, **rest: Any) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in desk.get("/api/v1/api-keys", **rest).json["data"]}


@pytest.mark.parametrize("id", list(OPERATIONS))
@pytest.mark.parametrize("credential", [None, "og_key_made_up", "expired"])
def test_every_call_needs_a_known_credential(desk: Any, id: str, credential: str | None) -> None:
    """OG-022, OG-015"""
    answer = desk.call(OPERATIONS[id].method, _path(OPERATIONS[id]), key=credential)

    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["X-RateLimit-Limit"] == "60"


@pytest.mark.parametrize("id", list(WITH_SCOPES))
def test_a_missing_scope_is_named(desk: Any, id: str) -> None:
    """OG-014, OG-015"""
    operation = WITH_SCOPES[id]
    others = [scope for scope in open_book("og_records").document["components"]["schemas"]["Scope"]["enum"]]
    key = desk.mint(kind="api_key", account="nordwind", scopes=[one for one in others if one not in operation.scopes])

    answer = desk.call(operation.method, _path(operation), key=key["value"])

    scope = next(iter(operation.scopes))
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "insufficient_scope")
    assert answer.json["error"]["details"] == [{"code": "missing_scope", "field": "scope", "message": scope}]
    assert scope in answer.json["error"]["message"]


@pytest.mark.parametrize("id", list(WITH_SCOPES))
def test_the_one_scope_of_a_call_is_enough(desk: Any, id: str) -> None:
    """OG-013, OG-014: past the door there is no 401 and no 403."""
    operation = WITH_SCOPES[id]
    key = desk.mint(kind="api_key", account="nordwind", scopes=list(operation.scopes))

    answer = desk.call(operation.method, _path(operation), key=key["value"])

    assert answer.status_code in (200, 201, 400, 404, 422)


def test_a_key_for_earnings_reads_earnings_and_nothing_else(desk: Any) -> None:
    """OG-014"""
    key = desk.mint(kind="api_key", account="nordwind", scopes=["earnings:read"])["value"]

    earnings = desk.get("/api/v1/earnings", key=key)
    release = desk.post("/api/v1/releases", {"title": "A", "artist_name": "B", "release_type": "ep"}, key=key)

    assert (earnings.status_code, release.status_code) == (200, 403)


def test_a_key_is_taken_as_a_bearer_token_too(desk: Any) -> None:
    """OG-013"""
    value = desk.credential("full")["value"]

    answer = desk.get("/api/v1/earnings", key=None, headers={"Authorization": f"bearer {value}"})

    assert answer.status_code == 200


def test_secrets_of_other_kinds_open_nothing(desk: Any) -> None:
    secrets = (desk.credential("client")["client_secret"], desk.credential("webhook-stripe")["value"])

    assert [desk.get("/api/v1/earnings", key=secret).status_code for secret in secrets] == [401, 401]


def test_each_integration_has_a_key_of_its_own(desk: Any) -> None:
    """OG-016"""
    keys = _keys(desk)

    assert {key["plan"] for key in keys.values()} == {"sandbox", "free", "business"}
    assert len({key["id"] for key in keys.values()}) == len(keys) == 5
    assert "og_key_" not in desk.get("/api/v1/api-keys").text


def test_minted_keys_show_in_the_list_of_their_account(desk: Any) -> None:
    """OG-016"""
    key = desk.mint(kind="api_key", account="nordwind", plan="free", scopes=["splits:read"])

    shown = next(one for one in _keys(desk).values() if one["id"] == key["id"])

    assert (shown["plan"], shown["scopes"]) == ("free", ["splits:read"])
    assert key["id"] not in {one["id"] for one in _keys(desk, key="second-account").values()}


def test_rotating_one_key_leaves_the_others_alone(desk: Any) -> None:
    """OG-016, OG-017, OG-020"""
    old = desk.credential("free")

    answer = desk.post(f"/api/v1/api-keys/{old['id']}/rotate")

    assert answer.status_code == 200
    assert answer.json["id"] == old["id"]
    assert answer.json["key"] != old["value"]
    assert answer.json["scopes"] == old["scopes"]
    assert answer.json["previous_key_valid_until"] == "2026-03-22T12:00:00.000000Z"
    for key in (answer.json["key"], old["value"], "full"):
        assert desk.get("/api/v1/earnings", key=key).status_code == 200
    assert _keys(desk)["catalogue sync"]["previous_key_valid_until"] is None
    assert _keys(desk)["fan app"]["plan"] == "free"
    assert desk.credential("free")["value"] == answer.json["key"]


def test_an_old_key_lives_seven_days_more(desk: Any) -> None:
    """OG-018, OG-019"""
    old = desk.credential("full")
    new = desk.post(f"/api/v1/api-keys/{old['id']}/rotate").json["key"]
    states = []

    for span in (timedelta(days=6, hours=23), timedelta(minutes=59, seconds=59), timedelta(seconds=1)):
        desk.advance(seconds=span.total_seconds())
        states.append([desk.get("/api/v1/earnings", key=key).status_code for key in (old["value"], new)])

    assert states == [[200, 200], [200, 200], [401, 200]]
    assert _keys(desk)["catalogue sync"]["previous_key_valid_until"] is None


def test_a_second_rotation_leaves_three_keys_working(desk: Any) -> None:
    """OG-021"""
    first = desk.credential("full")
    second = desk.post(f"/api/v1/api-keys/{first['id']}/rotate").json["key"]
    desk.advance(days=3)
    third = desk.post(f"/api/v1/api-keys/{first['id']}/rotate").json["key"]
    states = []

    for days in (3, 1, 3):
        desk.advance(days=days)
        keys = (first["value"], second, third)
        states.append([desk.get("/api/v1/earnings", key=key).status_code for key in keys])

    assert states == [[200, 200, 200], [401, 200, 200], [401, 401, 200]]


def test_a_key_that_ends_earlier_gains_no_days_by_a_rotation(desk: Any) -> None:
    """OG-018"""
    key = desk.mint(kind="api_key", account="nordwind", expires_at="2026-03-16T12:00:00Z")

    answer = desk.post(f"/api/v1/api-keys/{key['id']}/rotate")
    desk.advance(days=1)

    assert answer.json["previous_key_valid_until"] == "2026-03-16T12:00:00.000000Z"
    assert desk.get("/api/v1/earnings", key=key["value"]).status_code == 401
    assert desk.get("/api/v1/earnings", key=answer.json["key"]).status_code == 200


def test_a_narrow_key_cannot_turn_itself_into_a_wide_one(desk: Any) -> None:
    key = desk.mint(kind="api_key", account="nordwind", scopes=["earnings:read", "payouts:read"])["value"]
    full = desk.credential("full")

    answer = desk.post(f"/api/v1/api-keys/{full['id']}/rotate", key=key)

    assert (answer.status_code, answer.json["error"]["code"]) == (403, "insufficient_scope")
    assert "payouts:write" in {one["message"] for one in answer.json["error"]["details"]}
    assert desk.credential("full")["value"] == full["value"]


@pytest.mark.parametrize("id", ["nope", "webhook-stripe", "og-sandbox-client", "foreign", "replaced"])
def test_what_is_no_key_of_the_account_cannot_be_rotated(desk: Any, id: str) -> None:
    """OG-069"""
    if id == "foreign":
        id = desk.credential("second-account")["id"]
    if id == "replaced":
        key = desk.credential("free")
        desk.post(f"/api/v1/api-keys/{key['id']}/rotate")
        id = desk.credential("free-before-1")["id"]

    answer = desk.post(f"/api/v1/api-keys/{id}/rotate")

    assert (answer.status_code, answer.json["error"]["message"]) == (404, "No API key has this id.")


def test_a_sandbox_key_is_refused_in_production(desk: Any) -> None:
    """OG-049"""
    sandbox = desk.get("/api/v1/earnings", headers=PRODUCTION)
    production = desk.get("/api/v1/earnings", key="business", headers=PRODUCTION)
    unknown = desk.get("/api/v1/earnings", key=None, headers=PRODUCTION)

    assert (sandbox.status_code, sandbox.json["error"]["code"]) == (403, "production_gated")
    assert (production.status_code, unknown.status_code) == (200, 401)


def test_sandbox_and_production_answer_alike(make_desk: Any) -> None:
    """OG-045: one story in both modes, answer by answer."""
    stories = []
    for key, headers in (("full", {}), ("business", PRODUCTION)):
        desk = make_desk()
        told = [desk.post("/api/v1/releases", {"title": ""}, key=key, headers=headers)]
        body = {"title": "A", "artist_name": "B", "release_type": "ep"}
        told.append(desk.post("/api/v1/releases", body, key=key, headers=headers))
        path = f"/api/v1/releases/{told[-1].json['id']}"
        told += [desk.get(path, key=key, headers=headers), desk.post(f"{path}/submit", key=key, headers=headers)]
        told.append(desk.get("/api/v1/earnings?limit=3", key=key, headers=headers))
        stories.append([(answer.status_code, answer.json) for answer in told])

    assert stories[0] == stories[1]


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "tenant"},
        {"kind": "api_key", "plan": "gold"},
        {"kind": "api_key", "scopes": ["all"]},
        {"kind": "api_key", "account": "nobody"},
    ],
)
def test_an_impossible_credential_is_not_minted(desk: Any, wish: dict[str, Any]) -> None:
    with pytest.raises(Failure) as refused:
        desk.mint(**wish)

    assert refused.value.kind == "invalid_wish"
    assert "valid" in refused.value.detail or "there are" in refused.value.detail


def test_a_minted_token_works_until_it_expires(desk: Any) -> None:
    token = desk.mint(kind="bearer", account="nordwind", scopes=["earnings:read"], expires_at="2026-03-15T12:30:00Z")
    headers = {"Authorization": f"Bearer {token['value']}"}
    before = desk.get("/api/v1/earnings", key=None, headers=headers)

    desk.advance(minutes=30)

    assert (before.status_code, token["header"]) == (200, "Authorization")
    assert desk.get("/api/v1/earnings", key=None, headers=headers).status_code == 401


def test_a_credential_for_nobody_gets_an_account_of_its_own(desk: Any) -> None:
    key = desk.mint(kind="api_key", plan="business")

    assert desk.get("/api/v1/earnings", key=key["value"]).json["data"] == []
    assert desk.post("/api/v1/payouts/request", key=key["value"]).json["error"]["code"] == "kyc_required"


@pytest.mark.parametrize("path", ["/api/v1/nope", "/api/v1/webhooks/stripe", "/releases", "/api/v1/smartlinks"])
def test_unknown_paths_and_methods_are_told_apart(desk: Any, path: str) -> None:
    """OG-001"""
    answer = desk.get(path)

    known = path == "/api/v1/smartlinks"
    assert answer.status_code == (405 if known else 404)
    assert answer.json["error"]["code"] == ("method_not_allowed" if known else "not_found")
