"""Credentials ready to use, and more of them."""

from __future__ import annotations

from typing import Any

import pytest


def test_the_ready_made_ones_can_be_sent_as_they_stand(tester: Any) -> None:
    entries = {entry["name"]: entry for entry in tester.get("credentials/parcels")}

    answers = {
        name: tester.ask("GET", "/parcels/parcels", headers={entry["header"]: entry["value"]}).status_code
        for name, entry in entries.items()
        if entry["header"]
    }

    assert answers == {"full": 200, "second-account": 200, "expired": 401, "no-scope": 403}
    assert entries["full"]["account"] != entries["second-account"]["account"]
    assert entries["no-scope"]["scopes"] == []
    assert entries["expired"]["expires_at"] < "2026-01-15"
    assert entries["stork"] == {
        "name": "stork",
        "kind": "webhook_secret",
        "header": None,
        "value": "stork-secret",
        "scopes": [],
        "account": "1",
        "note": None,
        "id": "cred_5",
        "expires_at": None,
    }


def test_a_provider_without_scopes_says_so(tester: Any) -> None:
    assert {entry["scopes"] for entry in tester.get("credentials/products")} == {None}


def test_one_more_is_minted_and_works(tester: Any) -> None:
    wish = {"kind": "bearer", "scopes": ["parcels:read"], "account": "2", "expires_at": "2026-01-15T12:00:00+02:00"}

    answer = tester.control("POST", "credentials/parcels", wish)
    key = {answer.json["header"]: answer.json["value"]}
    before = tester.ask("GET", "/parcels/parcels", headers=key).status_code
    tester.do("POST", "clock/advance", {"by": "PT1H"})
    after = tester.ask("GET", "/parcels/parcels", headers=key).status_code

    assert answer.status_code == 201
    assert answer.json["expires_at"] == "2026-01-15T10:00:00Z"
    assert answer.json["account"] == "2"
    assert (before, after) == (200, 401)
    assert answer.json["name"] in [entry["name"] for entry in tester.get("credentials/parcels")]


def test_a_client_carries_its_id_and_secret(tester: Any) -> None:
    made = tester.do("POST", "credentials/parcels", {"kind": "client"})

    assert made["client_secret"] == "hush"
    assert made["value"] is None


@pytest.mark.parametrize(
    ("provider", "wish", "status"),
    [
        ("parcels", {"kind": "tenant"}, 422),
        ("parcels", {"kind": "song"}, 422),
        ("parcels", {}, 422),
        ("parcels", {"kind": "bearer", "scopes": "all"}, 422),
        ("parcels", {"kind": "bearer", "expires_at": "later"}, 422),
        ("parcels", {"kind": "bearer", "expires_at": "2026-06-30T23:59:60Z"}, 422),
        ("parcels", {"kind": "bearer", "colour": "red"}, 422),
        ("products", {"kind": "bearer", "account": "77"}, 422),
        ("spotless", {"kind": "bearer"}, 404),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused(
    tester: Any, provider: str, wish: dict[str, Any], status: int
) -> None:
    answer = tester.control("POST", f"credentials/{provider}", wish)

    assert answer.status_code == status
    assert answer.json["detail"]
    assert tester.control("GET", "credentials/spotless").status_code == 404
