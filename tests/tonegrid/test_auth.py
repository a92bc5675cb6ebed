"""Who may call: API keys, tokens of clients and users, cookies, domains."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

BAD_TOKEN = "Invalid or expired token. Please log in again."
BAD_KEY = "Invalid, expired, or revoked API key."


def tokens(room: Any, name: str = "client", **more: Any) -> Any:
    client = room.credential(name)
    secret = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    return room.post("/auth/token", {"grant_type": "client_credentials", **secret, **more}, None)


@pytest.mark.parametrize("name", ["expired", "revoked", "suspended", "tgk_nope"])
def test_a_key_that_is_not_alive_opens_nothing(room: Any, name: str) -> None:
    """TG-016."""
    answer = room.get("/releases", name)

    assert answer.status_code == 401
    assert answer.json["error"] == BAD_KEY


def test_client_credentials_buy_a_token_of_one_hour(room: Any) -> None:
    """TG-018, TG-022, TG-023, TG-041: RS256, Bearer, 3600 seconds, the asked for scopes only."""
    answer = tokens(room, scope="releases:read analytics:read")
    token = answer.json["access_token"]

    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 3600)
    assert answer.json["scope"] == "releases:read analytics:read"
    assert room.get("/releases", token).status_code == 200
    assert room.post("/artists", {"name": "x"}, token).status_code == 403
    room.advance(seconds=3601)
    late = room.get("/releases", token)
    assert (late.status_code, late.json["error"]) == (401, BAD_TOKEN)


def test_the_token_endpoint_refuses_what_it_must(room: Any) -> None:
    """TG-018."""
    client = room.credential("client")
    good = {"grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": "wrong"}

    wrong = room.post("/auth/token", good, None)
    for field in good:
        missing = room.post("/auth/token", {key: value for key, value in good.items() if key != field}, None)
        assert missing.json["errors"] == {field: [f"The {field} field is required."]}
    grant = room.post("/auth/token", {**good, "grant_type": "password"}, None)
    beyond = tokens(room, "read-only-client", scope="releases:write")

    assert (wrong.status_code, wrong.json["error"]) == (401, "Invalid client credentials.")
    assert grant.status_code == beyond.status_code == 422
    assert "scope" in beyond.json["errors"]


def test_a_refresh_token_works_once(room: Any) -> None:
    """TG-019, TG-020: a new pair without scope; the used one is refused and the newest goes on."""
    first = tokens(room).json
    body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}

    second = room.post("/auth/token/refresh", body, None).json
    again = room.post("/auth/token/refresh", body, None)

    assert "scope" not in second
    assert second["refresh_token"] != first["refresh_token"]
    assert (again.status_code, again.json["error"]) == (401, BAD_TOKEN)
    assert room.get("/releases", second["access_token"]).status_code == 200
    newest = {**body, "refresh_token": second["refresh_token"]}
    assert room.post("/auth/token/refresh", newest, None).status_code == 200


def test_a_revoked_token_is_dead_at_once(room: Any) -> None:
    """TG-021: access and refresh token alike; an unknown one is answered the same."""
    pair = tokens(room).json

    for token in (pair["access_token"], pair["refresh_token"], "unknown"):
        answer = room.post("/auth/token/revoke", {"token": token})
        assert answer.json == {"message": "Token revoked successfully."}

    assert room.get("/releases", pair["access_token"]).json["error"] == BAD_TOKEN
    body = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    assert room.post("/auth/token/refresh", body, None).status_code == 401


def test_tampered_and_foreign_tokens_are_refused(room: Any, bare: Any) -> None:
    """TG-011, TG-015: another sandbox's token is another environment's."""
    token = tokens(room).json["access_token"]
    head, claims, signature = token.split(".")
    padded = json.loads(base64.urlsafe_b64decode(claims + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**padded, "tenant": "x"}).encode()).decode().rstrip("=")

    answers = [room.get("/releases", text) for text in (f"{head}.{other}.{signature}", "eyJ.x.y")]
    answers.append(bare.get("/releases", token))

    assert {(answer.status_code, answer.json["error"]) for answer in answers} == {(401, BAD_TOKEN)}


def test_a_user_signs_in_at_a_tenant(room: Any) -> None:
    """TG-024, TG-025, TG-031."""
    good = {"email": "label@example.com", "password": "correct-horse", "tenant_slug": "demo-label"}

    signed_in = room.post("/auth/login", good, None)
    unknown = room.post("/auth/login", {**good, "tenant_slug": "nope"}, None)
    wrong = room.post("/auth/login", {**good, "password": "x"}, None)
    invalid = room.post("/auth/login", {"email": "x", "password": "y"}, None)

    assert room.get("/releases", signed_in.json["access_token"]).status_code == 200
    assert (unknown.status_code, unknown.json["error"]) == (404, "Tenant not found.")
    assert (wrong.status_code, wrong.json["error"]) == (401, "Invalid email or password.")
    assert invalid.json["errors"] == {
        "email": ["The email must be a valid email address."],
        "tenant_slug": ["The tenant_slug field is required."],
    }


def test_signing_up_makes_a_tenant_of_its_own(room: Any) -> None:
    """L1351: the first step of the sandbox's recipe."""
    body = {"email": "new@example.com", "password": "secret", "tenant_name": "Demo Label"}

    data = room.post("/auth/signup", body, None).json["data"]

    assert data["tenant"]["slug"] == "demo-label-2"
    assert room.get("/releases", data["access_token"]).json["total"] == 0
    login = {"email": "new@example.com", "password": "secret", "tenant_slug": "demo-label-2"}
    assert room.post("/auth/login", login, None).status_code == 200


def test_a_domain_must_lead_to_the_callers_tenant(room: Any) -> None:
    """TG-024."""
    calls = {
        domain: room.ask("GET", "/releases", headers={"X-Tenant-Domain": domain})
        for domain in ("nope.example", "catalog.second-label.example", "Catalog.Demo-Label.example")
    }
    login = room.ask("POST", "/auth/token/refresh", None, json={}, headers={"X-Tenant-Domain": "nope.example"})

    assert [answer.status_code for answer in calls.values()] == [404, 404, 200]
    assert calls["nope.example"].json["error"] == login.json["error"] == "Tenant not found."


def test_the_cookie_is_as_good_as_the_header(room: Any) -> None:
    """TG-017."""
    key = room.values["full"]

    assert room.ask("GET", "/releases", None, headers={"Cookie": f"tonegrid_token={key}"}).status_code == 200
    assert room.ask("GET", "/releases", None, headers={"Cookie": "other=1"}).status_code == 401
    assert room.ask("GET", "/releases", None, headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_a_key_works_from_its_networks_only(room: Any) -> None:
    """TG-026: CIDR, several ranges; none means everywhere."""
    path = f"/api-keys/{room.credential('full')['id']}"

    inside = room.put(path, {"ip_allowlist": ["10.0.0.0/8", "127.0.0.0/8", "::1/128"]})
    wrong = room.put(path, {"ip_allowlist": ["10.0.0.0/64"]})
    room.put(path, {"ip_allowlist": ["10.0.0.0/8"]})
    outside = room.get("/releases")

    assert inside.json["data"]["ip_allowlist"] == ["10.0.0.0/8", "127.0.0.0/8", "::1/128"]
    assert wrong.status_code == 422
    assert (outside.status_code, outside.json["error"]) == (403, "API key is not allowed from this address.")
    login = {"email": "label@example.com", "password": "correct-horse", "tenant_slug": "demo-label"}
    token = room.post("/auth/login", login, None)
    assert room.put(path, {"ip_allowlist": None}, token.json["access_token"]).status_code == 200
    assert room.get("/releases").status_code == 200


def test_the_control_api_mints_what_it_is_asked_for(room: Any) -> None:
    """Keys, clients and tokens of any tenant, with any scopes and end."""
    world = room.world()
    flat = room.app.flats["tonegrid"]
    with room.app.sandboxes.store.transaction(world.space):
        key = flat.mint(world, {"kind": "api_key", "scopes": ["releases:read"], "account": "second-label"})
        token = flat.mint(world, {"kind": "bearer", "expires_at": "2026-11-28T12:05:00Z"})
        client = flat.mint(world, {"kind": "client"})

    assert room.get("/releases", key["value"]).status_code == 200
    assert room.post("/artists", {"name": "x"}, key["value"]).status_code == 403
    assert room.get("/releases", token["value"]).status_code == 200
    assert client["client_secret"]
    room.advance(minutes=5)
    assert room.get("/releases", token["value"]).status_code == 401
