"""Lifecycles shown, and their events fired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_machines_are_shown_as_the_server_acts_by_them(tester: Any) -> None:
    machines = tester.get("workflows/parcels")["machines"]

    assert [machine["resource"] for machine in machines] == ["parcel"]
    assert machines[0]["initial"] == "ordered"
    assert machines[0]["states"] == ["ordered", "packed", "released", "held", "lost"]
    rows = {row["event"]: row for row in machines[0]["transitions"]}
    assert rows["pack"]["after"] == "PT1H"
    assert rows["pack"]["emits"] == ["parcel.moved"]
    assert rows["lose"]["by"] == "timer"
    assert rows["lose"]["after"] == "P30D"
    assert rows["cancel"]["to"] is None
    assert "after" not in rows["hold"]


def test_machines_are_drawn(tester: Any) -> None:
    answer = tester.control("GET", "workflows/parcels?as=mermaid&resource=parcel")

    assert answer.mimetype == "text/plain"
    assert "stateDiagram-v2" in answer.text
    assert "ordered --> packed: pack (worker)" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("spotless", 404), ("parcels?as=svg", 422), ("parcels?resource=letter", 404), ("parcels?resource=parcel", 200)],
)
def test_what_cannot_be_shown_is_refused(tester: Any, path: str, status: int) -> None:
    assert tester.control("GET", f"workflows/{path}").status_code == status


def test_any_event_of_the_machine_can_be_fired(tester: Any) -> None:
    code = tester.order()["code"]

    packed = tester.fire(code, "pack")
    cancelled = tester.fire(code, "cancel")

    assert packed.json["from"] == "ordered"
    assert packed.json["to"] == "packed"
    assert packed.json["effects"] == [
        {
            "at": "2026-01-15T09:00:00Z",
            "kind": "transition",
            "provider": "parcels",
            "resource": "parcel",
            "id": "13",
            "detail": "pack: ordered -> packed",
            "event": "pack",
            "from": "ordered",
            "to": "packed",
        }
    ]
    assert cancelled.json["to"] is None
    assert tester.control("GET", "state/parcels/parcels/13").status_code == 404


@pytest.mark.parametrize("id", ["PX-1", "1", 1, 1.0])
def test_the_resource_goes_by_any_id_that_the_api_shows(tester: Any, id: Any) -> None:
    assert tester.fire(id, "pack").status_code == 200


def test_an_illegal_event_names_state_and_legal_events(tester: Any) -> None:
    answer = tester.fire(1, "release")

    assert answer.status_code == 409
    assert answer.json["state"] == "ordered"
    assert answer.json["legal_events"] == ["pack", "cancel"]
    assert answer.json["title"] == "Conflict"


def test_a_refusal_of_the_document_is_a_conflict_too(tester: Any) -> None:
    tester.fire(1, "pack")
    tester.fire(1, "release")

    answer = tester.fire(1, "cancel")

    assert answer.status_code == 409
    assert answer.json["state"] == "released"
    assert answer.json["legal_events"] == ["lose"]


def test_an_event_that_the_machine_does_not_have_is_a_conflict(tester: Any) -> None:
    assert tester.fire(1, "explode").json["legal_events"] == ["pack", "cancel"]


def test_a_guard_that_says_no_leaves_the_resource_where_it_is(tester: Any) -> None:
    tester.fire(1, "pack")

    answer = tester.fire(1, "hold", reason="  ")

    assert answer.status_code == 409
    assert answer.json["detail"] == "A parcel is held for a reason."
    assert answer.json["state"] == "packed"
    assert tester.get("state/parcels/parcels/1")["status"] == "packed"


def test_data_reaches_the_effect(tester: Any) -> None:
    tester.fire(1, "pack")
    data = {"reason": "Honey", "id": "unharmful", "machine": "x", "event": "y", "world": "z"}
    order = {"provider": "parcels", "resource": "parcel", "id": 1, "event": "hold", "data": data}
    tester.do("POST", "transitions", order)

    assert tester.get("state/parcels/parcels/1")["reason"] == "Honey"


@pytest.mark.parametrize("data", [{}, {"reason": 5}, {"reason": None}])
def test_data_that_the_provider_cannot_use_is_unprocessable(tester: Any, data: dict[str, Any]) -> None:
    tester.fire(1, "pack")

    answer = tester.fire(1, "hold", **data)

    assert answer.status_code == 422
    assert tester.get("state/parcels/parcels/1")["status"] == "packed"


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"provider": "spotless"}, 404),
        ({"resource": "letter"}, 404),
        ({"id": "PX-77"}, 404),
        ({"id": True}, 422),
        ({"event": ""}, 422),
        ({"data": []}, 422),
        ({"note": "x"}, 422),
    ],
)
def test_orders_that_name_nothing_are_refused(tester: Any, order: dict[str, Any], status: int) -> None:
    whole = {"provider": "parcels", "resource": "parcel", "id": 1, "event": "pack", **order}

    assert tester.control("POST", "transitions", whole).status_code == status


def test_a_provider_without_ids_of_its_own_form_is_located_by_the_records_id(tester: Any) -> None:
    order = {"provider": "products", "resource": "product", "id": 1, "event": "archive"}

    assert tester.control("POST", "transitions", order).json["to"] == "archived"


def test_what_reviewers_do_by_themselves_follows_a_fired_event(enter: Callable[..., Any]) -> None:
    tester = enter(progression="immediate", world="empty")

    tester.order()

    assert tester.get("state/parcels/parcels/1")["status"] == "released"
