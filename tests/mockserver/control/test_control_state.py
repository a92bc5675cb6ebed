"""Records as they are kept: counted, read, replaced, merged, removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

PARCEL = {"code": "PX-99", "to": "Bea", "account": "1", "status": "packed", "callback_url": None}


def test_collections_are_counted_and_the_house_keeps_its_own_to_itself(tester: Any) -> None:
    tester.order()
    tester.do("POST", "inbound/parcels/stork")

    assert tester.get("state/parcels") == {"parcels": 13, "stork_news": 1}


@pytest.mark.parametrize(
    "name", ["counters", "credentials", "credential_values", "outbox", "inbox", "timers", "agenda", "rate_windows",
             "idempotency", "revoked_tokens", "base", "@parcels/account=1", "nowhere"]
)  # fmt: skip
def test_other_collections_are_not_found(tester: Any, name: str) -> None:
    tester.order()

    answer = tester.control("GET", f"state/parcels/{quote(name, safe='')}")

    assert answer.status_code == 404


def test_an_unknown_provider_is_not_found_and_the_others_are_named(tester: Any) -> None:
    answer = tester.control("GET", "state/spotless")

    assert answer.status_code == 404
    assert "parcels, products" in answer.json["detail"]


def test_records_come_in_order_of_creation_piece_by_piece(tester: Any) -> None:
    whole = tester.get("state/parcels/parcels")
    piece = tester.get("state/parcels/parcels?limit=3&offset=2")

    assert [record["id"] for record in whole] == [str(number) for number in range(1, 13)]
    assert piece == whole[2:5]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "limit=10001", "limit=99999999999999999999"])
def test_a_piece_that_cannot_be_is_unprocessable(tester: Any, query: str) -> None:
    assert tester.control("GET", f"state/parcels/parcels?{query}").status_code == 422


def test_a_record_is_read_by_its_id(tester: Any) -> None:
    record = tester.get("state/parcels/parcels/2")

    assert record == {
        "id": "2",
        "code": "PX-2",
        "to": "Box 1",
        "account": "1",
        "callback_url": None,
        "status": "ordered",
    }
    assert tester.control("GET", "state/parcels/parcels/77").status_code == 404


def test_put_creates_and_replaces_and_the_api_shows_it(tester: Any) -> None:
    key = tester.key()
    tester.do("PUT", "limits", {"enabled": False})

    made = tester.do("PUT", "state/parcels/parcels/99", PARCEL)
    shown = tester.ask("GET", "/parcels/parcels", headers=key).json
    tester.do("PUT", "state/parcels/parcels/99", {**PARCEL, "id": "99", "to": "Cy", "account": "2"})
    after = tester.ask("GET", "/parcels/parcels", headers=key).json

    assert made == {**PARCEL, "id": "99"}
    assert {"code": "PX-99", "to": "Bea", "status": "packed"} in shown
    assert "PX-99" not in [parcel["code"] for parcel in after]
    assert tester.get("state/parcels/parcels/99")["to"] == "Cy"


def test_patch_merges(tester: Any) -> None:
    before = tester.get("state/parcels/parcels/2")

    after = tester.do("PATCH", "state/parcels/parcels/2", {"to": "Dee", "note": None})

    assert after == {**before, "to": "Dee", "note": None}
    assert tester.get("state/parcels/parcels/2") == after
    assert tester.control("PATCH", "state/parcels/parcels/77", {"to": "x"}).status_code == 404


def test_delete_removes_the_record_from_every_list(tester: Any) -> None:
    tester.do("DELETE", "state/parcels/parcels/2")
    shown = tester.ask("GET", "/parcels/parcels", headers=tester.key()).json

    assert "PX-2" not in [parcel["code"] for parcel in shown]
    assert tester.control("DELETE", "state/parcels/parcels/2").status_code == 404


def test_a_collection_of_the_empty_world_can_be_filled(enter: Callable[..., Any]) -> None:
    tester = enter(world="empty")

    tester.do("PUT", "state/parcels/parcels/1", PARCEL)

    assert tester.get("state/parcels") == {"parcels": 1}


def test_a_collection_that_was_emptied_can_be_filled_again(tester: Any) -> None:
    labels = tester.get("state/products/labels")
    for label in labels:
        tester.do("DELETE", f"state/products/labels/{label['id']}")

    emptied = tester.get("state/products")["labels"]
    tester.do("PUT", "state/products/labels/1", labels[0])

    assert emptied == 0
    assert tester.get("state/products")["labels"] == 1


@pytest.mark.parametrize("id", ["a b", "ünï", "a.b", "%", "?", "1" * 300, "id=1&x", "'; --", "\u2028", "a/b", "a//b/"])
def test_an_id_is_any_text(tester: Any, id: str) -> None:
    address = f"state/parcels/parcels/{quote(id, safe='')}"

    tester.do("PUT", address, PARCEL)

    assert tester.get(address)["id"] == id
    assert tester.do("DELETE", address) is None


def test_the_id_inside_must_be_that_of_the_address(tester: Any) -> None:
    wrong = tester.control("PUT", "state/parcels/parcels/1", {**PARCEL, "id": "2"})
    number = tester.do("PATCH", "state/parcels/parcels/1", {"id": 1})

    assert wrong.status_code == 422
    assert wrong.json["errors"][0]["pointer"] == "/id"
    assert number["id"] == "1"


@pytest.mark.parametrize("state", ["flying", None, 5, ["packed"], {}])
def test_a_state_that_the_machine_does_not_know_is_refused(tester: Any, state: Any) -> None:
    put = tester.control("PUT", "state/parcels/parcels/1", {**PARCEL, "status": state})
    patch = tester.control("PATCH", "state/parcels/parcels/1", {"status": state})

    assert (put.status_code, patch.status_code) == (422, 422)
    assert "ordered, packed, released, held, lost" in put.json["detail"]
    assert tester.get("state/parcels/parcels/1")["status"] == "ordered"


@pytest.mark.parametrize("body", [[], "x", 1, None, {"to": "\ud800"}])
def test_a_record_is_an_object(tester: Any, body: Any) -> None:
    answer = tester.control("PUT", "state/parcels/parcels/1", body)

    assert answer.status_code == 422


def test_a_tester_sets_a_figure_and_it_counts(tester: Any) -> None:
    tester.do("PATCH", "state/products/products/1", {"has_send_tasks": True})

    assert tester.get("state/products/products/1")["has_send_tasks"] is True
