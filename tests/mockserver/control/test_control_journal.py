"""The journal: every request, explained; waited for; cleared."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import App


def test_requests_are_listed_the_newest_first(tester: Any) -> None:
    tester.order("Ada")
    tester.ask("GET", "/parcels/parcels")

    journal = tester.get("requests")

    assert (journal["size"], journal["dropped"]) == (1000, 0)
    assert [(entry["operation"], entry["status"]) for entry in journal["requests"]] == [
        ("listParcels", 401),
        ("orderParcel", 201),
    ]
    assert journal["requests"][1]["at"] == "2026-01-15T09:00:00Z"
    assert journal["requests"][1]["path"] == "/parcels"
    assert journal["requests"][1]["method"] == "POST"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("provider=parcels", 3),
        ("provider=products", 1),
        ("operation=orderParcel", 2),
        ("status=401", 2),
        ("status=401&provider=products", 1),
        ("limit=2", 2),
        ("operation=none", 0),
        ("since=2026-01-15T09:00:00Z", 4),
        ("since=2026-01-15T10:30:00%2B01:00", 2),
        ("since=2026-01-16T00:00:00Z", 0),
    ],
)
def test_the_list_is_narrowed(tester: Any, query: str, found: int) -> None:
    tester.order()
    tester.ask("GET", "/parcels/parcels")
    tester.do("POST", "clock/advance", {"by": "PT1H"})
    tester.order()
    tester.ask("GET", "/products/api/v1/products", headers={"Accept": "application/vnd.api+json"})

    assert len(tester.get(f"requests?{query}")["requests"]) == found


def test_since_a_request_only_what_came_after_it(tester: Any) -> None:
    ids = [tester.ask("GET", "/parcels/parcels").headers["X-Request-Id"] for _ in range(3)]

    later = tester.get(f"requests?since={ids[0]}")["requests"]

    assert [entry["id"] for entry in later] == [ids[2], ids[1]]


@pytest.mark.parametrize("query", ["since=nothing", "status=99", "limit=0", "since="])
def test_a_list_that_cannot_be_is_refused(tester: Any, query: str) -> None:
    assert tester.control("GET", f"requests?{query}").status_code == 422


def test_a_request_is_explained(tester: Any) -> None:
    answer = tester.ask("POST", "/parcels/parcels", {"to": "Ada", "secret_word": "sesame"}, headers=tester.key())

    told = tester.get(f"requests/{answer.headers['X-Request-Id']}")

    assert told["request"]["body"] == {"to": "Ada", "secret_word": "[hidden]"}
    assert told["request"]["headers"]["authorization"] == "[hidden]"
    assert told["response"]["body"] == answer.json
    assert told["caller"] == {"name": "full", "account": "1"}
    assert told["validation"] == []
    assert told["rule"] == ["PA-001"]
    assert told["refusal"] is None
    assert {"verb": "put", "collection": "parcels", "id": "13"} in told["changes"]
    assert told["explanation"][0].startswith("POST /parcels is orderParcel of parcels: Order a parcel (inferred;")
    assert any("put 1 in parcels" in sentence for sentence in told["explanation"])
    assert told["explanation"][-1] == "The answer was 201."


def test_a_refusal_is_explained(tester: Any) -> None:
    answer = tester.ask("POST", "/parcels/parcels", {"from": "x"}, headers=tester.key())

    told = tester.get(f"requests/{answer.headers['X-Request-Id']}")

    assert told["status"] == 422
    assert told["refusal"]["kind"] == "invalid"
    assert {problem["pointer"] for problem in told["validation"]} == {"/to", "/from"}
    assert any("/to: to is required" in sentence for sentence in told["explanation"])


def test_events_and_webhooks_of_a_request_are_told(tester: Any, sink: Any) -> None:
    tester.do("POST", "reset", {"now": "2026-01-15T09:00:00Z", "progression": "immediate"})
    answer = tester.ask("POST", "/parcels/parcels", {"to": "Ada", "callback_url": sink.url}, headers=tester.key())

    told = tester.get(f"requests/{answer.headers['X-Request-Id']}")

    assert [note["kind"] for note in told["events"]] == ["transition", "webhook", "transition", "webhook"]
    assert told["deliveries"] == [entry["id"] for entry in tester.get("deliveries")]


def test_a_path_of_no_operation_is_told_too(tester: Any) -> None:
    answer = tester.ask("GET", "/parcels/nowhere")

    told = tester.get(f"requests/{answer.headers['X-Request-Id']}")

    assert told["operation"] is None
    assert told["explanation"][0] == "GET /nowhere is no operation of parcels."


def test_an_unknown_request_is_not_found(tester: Any) -> None:
    assert tester.control("GET", "requests/none").status_code == 404


def test_the_ring_forgets_and_says_how_many(build_house: Callable[..., App], enter: Callable[..., Any]) -> None:
    tester = enter(build_house(journal_size=10))
    for _ in range(13):
        tester.ask("GET", "/parcels/parcels")

    journal = tester.get("requests")

    assert (journal["size"], journal["dropped"], len(journal["requests"])) == (10, 3, 10)


def test_the_journal_is_cleared_and_the_coverage_stays(tester: Any) -> None:
    tester.order()

    tester.do("DELETE", "requests")

    assert tester.get("requests") == {"size": 1000, "dropped": 0, "requests": []}
    assert any(row["count"] for row in tester.get("coverage")["operations"])


def test_large_bodies_are_told_by_their_size(tester: Any) -> None:
    answer = tester.ask("POST", "/parcels/parcels", {"to": "A" * 70_000}, headers=tester.key())

    told = tester.get(f"requests/{answer.headers['X-Request-Id']}")

    assert told["request"]["body"] == "[70010 bytes of application/json]"
    assert told["response"]["body"].startswith("[70")


def test_waiting_counts_what_was_there_before(tester: Any) -> None:
    tester.order()
    order = {"match": {"operation": "orderParcel", "status": 201}, "timeout_seconds": 0}

    found = tester.do("POST", "requests/wait", order)

    assert [entry["operation"] for entry in found] == ["orderParcel"]


def test_waiting_ends_as_soon_as_enough_have_come(tester: Any) -> None:
    answers: list[Any] = []
    order = {"match": {"provider": "parcels"}, "count": 2, "timeout_seconds": 30}
    thread = threading.Thread(target=lambda: answers.append(tester.control("POST", "requests/wait", order)))

    thread.start()
    tester.order()
    tester.order()
    thread.join(20)

    assert answers[0].status_code == 200
    assert len(answers[0].json) == 2


def test_waiting_in_vain_is_a_timeout(tester: Any) -> None:
    tester.order()

    answer = tester.control("POST", "requests/wait", {"match": {}, "count": 2, "timeout_seconds": 0.01})

    assert answer.status_code == 408
    assert answer.json["detail"] == "1 of 2 requests came within 0.01 seconds."


@pytest.mark.parametrize(
    "order", [{}, {"match": {}}, {"match": {}, "timeout_seconds": 301}, {"match": {"path": "/"}, "timeout_seconds": 1},
              {"match": {}, "timeout_seconds": -1}, {"match": {}, "timeout_seconds": 1, "count": 0}]
)  # fmt: skip
def test_a_wait_that_cannot_be_is_refused(tester: Any, order: dict[str, Any]) -> None:
    assert tester.control("POST", "requests/wait", order).status_code == 422


def test_a_webhook_that_breaks_the_spec_is_a_violation(tester: Any, sink: Any) -> None:
    code = tester.order(callback_url=sink.url)["code"]
    tester.fire(code, "pack", spoil=True)
    tester.fire(code, "release", spoil=True)

    violations = tester.get("violations")

    assert [(entry["operation"], entry["kind"], entry["count"]) for entry in violations] == [
        ("parcel.moved", "webhook", 2)
    ]
    assert "code is required" in violations[0]["detail"]
    assert violations[0]["first_at"] == "2026-01-15T09:00:00Z"


def test_without_a_broken_promise_there_is_no_violation(tester: Any) -> None:
    tester.order()

    assert tester.get("violations") == []
