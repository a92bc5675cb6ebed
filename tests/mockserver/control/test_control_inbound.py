"""Webhooks that a tester lets others send."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_message_is_sent_through_the_front_door(tester: Any) -> None:
    told = tester.do("POST", "inbound/parcels/stork")

    assert told["answered"] == {"status": 200, "body": '{"taken":true}'}
    assert told["sent"]["body"] == '{"event":"arrived","baby":"one"}'
    assert told["sent"]["headers"]["X-Stork"].startswith("t=1768467600,v1=")
    assert tester.get("requests")["requests"][0]["operation"] == "takeStorkNews"


def test_a_payload_is_merged_into_a_typical_one(tester: Any) -> None:
    told = tester.do("POST", "inbound/parcels/stork", {"payload": {"baby": "two"}})

    assert told["sent"]["body"] == '{"event":"arrived","baby":"two"}'


@pytest.mark.parametrize("variant", ["bad-signature", "stale"])
def test_a_spoilt_message_is_refused_by_the_provider(tester: Any, variant: str) -> None:
    told = tester.do("POST", "inbound/parcels/stork", {"variant": variant})

    assert told["answered"]["status"] == 400
    assert tester.get("state/parcels") == {"parcels": 12}


def test_a_replay_repeats_the_last_accepted_message_byte_for_byte(tester: Any) -> None:
    first = tester.do("POST", "inbound/parcels/stork", {"payload": {"baby": "two"}})
    tester.do("POST", "inbound/parcels/stork", {"variant": "bad-signature"})

    again = tester.do("POST", "inbound/parcels/stork", {"variant": "replay"})

    assert again["sent"] == first["sent"]
    assert again["answered"]["body"] == '{"taken":false}'


def test_without_an_accepted_message_there_is_nothing_to_replay(tester: Any) -> None:
    answer = tester.control("POST", "inbound/parcels/stork", {"variant": "replay"})

    assert answer.status_code == 409
    assert "stork" in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("parcels/owl", {}, 404),
        ("spotless/stork", {}, 404),
        ("products/stork", {}, 404),
        ("parcels/stork", {"variant": "late"}, 422),
        ("parcels/stork", {"payload": 5}, 422),
        ("parcels/stork", {"payload": "not an object"}, 422),
    ],
)
def test_what_cannot_be_sent_is_refused(tester: Any, path: str, body: dict[str, Any], status: int) -> None:
    assert tester.control("POST", f"inbound/{path}", body).status_code == status


def test_an_answer_that_a_fault_dropped_is_null(tester: Any) -> None:
    tester.do("POST", "faults", {"match": {"operation": "takeStorkNews"}, "effect": {"drop": True}, "phase": "after"})

    told = tester.do("POST", "inbound/parcels/stork")

    assert told["answered"] is None
    assert tester.get("state/parcels")["stork_news"] == 1
