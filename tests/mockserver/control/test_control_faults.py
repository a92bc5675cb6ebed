"""Trouble made to order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_a_fault_answers_in_place_of_the_provider(tester: Any) -> None:
    fault = tester.do(
        "POST",
        "faults",
        {
            "match": {"provider": "parcels", "operation": "orderParcel", "method": "post", "path": "^/par"},
            "effect": {"status": 503, "headers": {"Retry-After": "5"}, "body": {"oh": "no"}},
            "times": 1,
        },
    )
    first = tester.ask("POST", "/parcels/parcels", {"to": "Ada"}, headers=tester.key())
    second = tester.ask("POST", "/parcels/parcels", {"to": "Ada"}, headers=tester.key())

    assert fault["id"] == "flt_1"
    assert (fault["phase"], fault["times"], fault["used"]) == ("before", 1, 0)
    assert (first.status_code, first.json, first.headers["Retry-After"]) == (503, {"oh": "no"}, "5")
    assert second.status_code == 201
    assert tester.get("state/parcels") == {"parcels": 13}
    assert tester.get("faults") == []


def test_after_means_that_the_deed_is_done(tester: Any) -> None:
    tester.do("POST", "faults", {"effect": {"status": 502, "body": "gone"}, "phase": "after", "times": 1})

    answer = tester.ask("POST", "/parcels/parcels", {"to": "Ada"}, headers=tester.key())

    assert (answer.status_code, answer.text) == (502, "gone")
    assert tester.get("state/parcels") == {"parcels": 13}


def test_a_dropped_answer_is_no_answer(tester: Any) -> None:
    tester.do("POST", "faults", {"match": {"method": "POST"}, "effect": {"drop": True}, "phase": "after"})

    with pytest.raises(ConnectionAbortedError):
        tester.ask("POST", "/parcels/parcels", {"to": "Ada"}, headers=tester.key())
    entry = tester.get("requests")["requests"][0]

    assert entry["status"] is None
    assert tester.get(f"requests/{entry['id']}")["explanation"][-1] == "No answer was sent."
    assert tester.get("state/parcels") == {"parcels": 13}


def test_a_drop_before_leaves_the_deed_undone(tester: Any) -> None:
    tester.do("POST", "faults", {"match": {"method": "POST"}, "effect": {"drop": True}})

    with pytest.raises(ConnectionAbortedError):
        tester.ask("POST", "/parcels/parcels", {"to": "Ada"}, headers=tester.key())

    assert tester.get("state/parcels") == {"parcels": 12}


def test_an_answer_is_cut_short_but_promises_its_whole_length(tester: Any) -> None:
    whole = tester.ask("GET", "/parcels/parcels", headers=tester.key())
    tester.do("POST", "faults", {"effect": {"truncate": 10, "delay_ms": 1}})

    answer = tester.ask("GET", "/parcels/parcels", headers=tester.key())

    assert answer.status_code == 200
    assert answer.data == whole.data[:10]
    assert int(answer.headers["Content-Length"]) == len(whole.data)


def test_refusals_are_spoilt_as_well(tester: Any) -> None:
    tester.do("POST", "faults", {"effect": {"headers": {"X-Odd": "yes"}}, "phase": "after"})

    answer = tester.ask("GET", "/parcels/parcels")

    assert (answer.status_code, answer.headers["X-Odd"]) == (401, "yes")


def test_a_fault_ends_on_the_sandbox_clock(tester: Any) -> None:
    tester.do("POST", "faults", {"effect": {"status": 500}, "ttl_seconds": 60})
    during = tester.ask("GET", "/parcels/parcels").status_code
    shown = tester.get("faults")[0]
    tester.do("POST", "clock/advance", {"by": "PT1M"})
    after = tester.ask("GET", "/parcels/parcels").status_code

    assert (during, after) == (500, 401)
    assert (shown["until"], shown["ttl_seconds"], shown["used"]) == ("2026-01-15T09:01:00Z", 60, 1)
    assert tester.get("faults") == []


def test_chance_is_drawn_anew_for_every_request_and_the_same_for_the_same_seed(enter: Callable[..., Any]) -> None:
    def drawn(seed: int) -> list[int]:
        tester = enter(seed=seed)
        tester.do("POST", "faults", {"effect": {"status": 500}, "probability": 0.5})
        return [tester.ask("GET", "/parcels/parcels").status_code for _ in range(30)]

    first, again, other = drawn(1), drawn(1), drawn(2)

    assert first == again
    assert first != other
    assert set(first) == {401, 500}


def test_faults_are_withdrawn_one_by_one_and_all_at_once(tester: Any) -> None:
    ids = [tester.do("POST", "faults", {"effect": {"status": 500}})["id"] for _ in range(3)]

    tester.do("DELETE", f"faults/{ids[0]}")
    left = [fault["id"] for fault in tester.get("faults")]
    again = tester.control("DELETE", f"faults/{ids[0]}")
    tester.do("DELETE", "faults")

    assert left == ids[1:]
    assert again.status_code == 404
    assert tester.get("faults") == []
    assert tester.do("POST", "faults", {"effect": {"status": 500}})["id"] == "flt_4"


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"match": {"path": "("}, "effect": {"status": 500}}, "/match/path"),
        ({"match": {"path": "a{99999999999}"}, "effect": {"status": 500}}, "/match/path"),
        ({"match": {"provider": "spotless"}, "effect": {"status": 500}}, "/match/provider"),
        ({"match": {"operation": "orderLetter"}, "effect": {"status": 500}}, "/match/operation"),
        (
            {"match": {"provider": "products", "operation": "orderParcel"}, "effect": {"status": 500}},
            "/match/operation",
        ),
        ({"effect": {}}, "/effect"),
        ({"effect": {"status": 199}}, "/effect/status"),
        ({"effect": {"status": 600}}, "/effect/status"),
        ({"effect": {"delay_ms": 60_001}}, "/effect/delay_ms"),
        ({"effect": {"truncate": -1}}, "/effect/truncate"),
        ({"effect": {"headers": {"X": "a\r\nSet-Cookie: b"}}}, "/effect/headers/X"),
        ({"effect": {"headers": {"Transfer-Encoding": "chunked"}}}, "/effect/headers/Transfer-Encoding"),
        ({"effect": {"status": 500}, "ttl_seconds": 0}, "/ttl_seconds"),
        ({"effect": {"status": 500}, "ttl_seconds": 1e300}, "/ttl_seconds"),
        ({"effect": {"status": 500}, "times": 0}, "/times"),
        ({"effect": {"status": 500}, "probability": 1.1}, "/probability"),
        ({"effect": {"status": 500}, "phase": "during"}, "/phase"),
        ({"match": {}}, "/effect"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(tester: Any, order: dict[str, Any], pointer: str) -> None:
    answer = tester.control("POST", "faults", order)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert tester.get("faults") == []


@pytest.mark.parametrize("name", ["a b", "a:b", "", "\u00e9"])
def test_a_header_name_must_be_one(tester: Any, name: str) -> None:
    answer = tester.control("POST", "faults", {"effect": {"headers": {name: "x"}}})

    assert answer.status_code == 422


def test_numbers_with_a_fraction_of_nothing_are_whole(tester: Any) -> None:
    fault = tester.control(
        "POST", "faults", data=b'{"effect": {"status": 503.0}, "times": 2.0}', content_type="application/json"
    )

    answer = tester.ask("GET", "/parcels/parcels")

    assert '"status":503}' in fault.text
    assert answer.status_code == 503
