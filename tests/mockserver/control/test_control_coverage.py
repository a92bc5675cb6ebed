"""What has been seen of the promise in a sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _count(rows: list[dict[str, Any]], **members: Any) -> list[int]:
    return [row["count"] for row in rows if members.items() <= row.items()]


def test_every_promised_answer_is_listed_with_how_often_it_was_seen(tester: Any) -> None:
    tester.order()
    tester.order()
    tester.ask("GET", "/parcels/parcels")
    tester.ask("DELETE", "/parcels/parcels/PX-1", headers=tester.key())

    rows = tester.get("coverage")["operations"]

    assert _count(rows, operation="orderParcel", status=201, media_type="application/json") == [2]
    assert _count(rows, operation="listParcels", status=401) == [1]
    assert _count(rows, operation="listParcels", status=200) == [0]
    assert _count(rows, operation="cancelParcel", status=204, media_type=None) == [1]
    assert {row["provider"] for row in rows} == {"parcels", "products"}
    assert all(row["promised"] for row in rows)


def test_an_answer_that_nobody_promised_is_told_too(tester: Any) -> None:
    tester.do("POST", "faults", {"effect": {"status": 418, "body": {}}})
    tester.ask("GET", "/parcels/parcels")

    rows = tester.get("coverage")["operations"]

    assert _count(rows, operation="listParcels", status=418, promised=False) == [1]


def test_transitions_and_webhooks_are_counted_whoever_fires_them(enter: Callable[..., Any], sink: Any) -> None:
    tester = enter(progression="timed", world="empty")
    code = tester.order(callback_url=sink.url)["code"]
    tester.fire(code, "pack")
    tester.do("POST", "clock/advance", {"by": "P40D"})
    tester.ask("DELETE", f"/parcels/parcels/{tester.order()['code']}", headers=tester.key())

    coverage = tester.get("coverage")

    rows = coverage["transitions"]
    assert _count(rows, resource="parcel", event="pack", **{"from": "ordered"}, to="packed") == [1]
    assert _count(rows, event="release") == [1]
    assert _count(rows, event="lose") == [1]
    assert _count(rows, event="hold") == [0]
    assert _count(rows, event="cancel", to=None) == [1, 0]
    assert _count(coverage["events"], provider="parcels", event="parcel.*") == [2]


def test_what_the_seeds_did_was_not_seen_in_the_sandbox(tester: Any) -> None:
    tester.get("state/products")

    assert not any(row["count"] for row in tester.get("coverage")["transitions"])
