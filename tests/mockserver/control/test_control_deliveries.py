"""Outgoing webhooks against a real receiver, and the inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mockserver.clock import parse_instant
from mockserver.webhooks.signing import Refusal, verify_timestamped

NOW = parse_instant("2026-01-15T09:00:00Z")


def _verdict(received: Any, after: timedelta = timedelta(0)) -> Any:
    return verify_timestamped("s3cret", received.body, received.headers["x-parcel-signature"], NOW + after)


@pytest.fixture
def queued(tester: Any, sink: Any) -> dict[str, Any]:
    """A webhook that waits."""
    code = tester.order(callback_url=sink.url)["code"]
    tester.fire(code, "pack")
    delivery: dict[str, Any] = tester.get("deliveries")[0]
    return delivery


def test_a_queued_webhook_shows_what_it_would_carry(queued: dict[str, Any]) -> None:
    assert queued["state"] == "pending"
    assert queued["event"] == "parcel.moved"
    assert queued["body"] == '{"event":"parcel.moved","code":"PX-13","status":"packed"}'
    assert queued["created_at"] == queued["next_attempt_at"] == "2026-01-15T09:00:00Z"
    assert queued["attempts"] == []
    assert verify_timestamped("s3cret", queued["body"].encode(), queued["headers"]["X-Parcel-Signature"], NOW)
    assert "secret" not in queued


def test_what_is_due_is_carried_on_demand(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    told = tester.do("POST", "deliveries/run")
    after = tester.get(f"deliveries/{queued['id']}")

    assert [(effect["kind"], effect["id"]) for effect in told["effects"]] == [("delivery", queued["id"])]
    assert after["state"] == "delivered"
    assert after["next_attempt_at"] is None
    assert after["attempts"] == [{"at": "2026-01-15T09:00:00Z", "status": 200, "error": None, "answer": ""}]
    assert sink.received[0].body.decode() == queued["body"]
    assert _verdict(sink.received[0])
    assert tester.do("POST", "deliveries/run")["effects"] == []


def test_a_failed_attempt_is_repeated_on_the_sandbox_clock(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    sink.answer_with(500, 503, 404)

    first = tester.do("POST", "deliveries/run")
    waiting = tester.get(f"deliveries/{queued['id']}")
    tester.do("POST", "clock/advance", {"by": "PT1H"})
    after = tester.get(f"deliveries/{queued['id']}")

    assert "HTTP 500; pending" in first["effects"][0]["detail"]
    assert waiting["next_attempt_at"] == "2026-01-15T09:01:00Z"
    assert [(attempt["at"], attempt["status"]) for attempt in after["attempts"]] == [
        ("2026-01-15T09:00:00Z", 500),
        ("2026-01-15T09:01:00Z", 503),
        ("2026-01-15T09:06:00Z", 404),
    ]
    assert after["state"] == "exhausted"
    assert [one.headers["x-parcel-attempt"] for one in sink.received] == ["1", "2", "3"]
    assert _verdict(sink.received[2], timedelta(minutes=6))


def test_where_nobody_answers_the_error_says_so(tester: Any) -> None:
    code = tester.order(callback_url="http://127.0.0.1:9/hook")["code"]
    tester.fire(code, "pack")

    tester.do("POST", "deliveries/run")
    attempt = tester.get("deliveries")[0]["attempts"][0]

    assert attempt["status"] is None
    assert "refused" in attempt["error"]


def test_metadata_addresses_are_never_called(tester: Any) -> None:
    code = tester.order(callback_url="http://169.254.169.254/latest")["code"]
    tester.fire(code, "pack")

    tester.do("POST", "deliveries/run")

    assert "link-local" in tester.get("deliveries")[0]["attempts"][0]["error"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 2), ("?state=pending", 1), ("?state=delivered", 1), ("?state=exhausted", 0), ("?event=parcel.moved", 2),
     ("?event=other", 0), ("?provider=parcels", 2), ("?provider=products", 0)],
)  # fmt: skip
def test_the_list_is_narrowed(tester: Any, queued: dict[str, Any], query: str, found: int) -> None:
    tester.do("POST", "deliveries/run")
    tester.fire(13, "release")

    assert len(tester.get(f"deliveries{query}")) == found


def test_states_have_three_names(tester: Any) -> None:
    answer = tester.control("GET", "deliveries?state=failed")

    assert answer.status_code == 422


def test_while_paused_nothing_is_carried_by_itself(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    paused = tester.do("PUT", "deliveries/policy", {"paused": True})
    advanced = tester.do("POST", "clock/advance", {"by": "PT1H"})
    tester.do("PUT", "deliveries/policy", {"paused": False})
    resumed = tester.do("POST", "clock/advance", {"by": "PT1S"})

    assert paused == {"paused": True}
    assert advanced["effects"] == []
    assert [effect["at"] for effect in resumed["effects"]] == ["2026-01-15T10:00:00Z"]
    assert len(sink.received) == 1


def test_an_order_carries_even_while_paused(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    tester.do("PUT", "deliveries/policy", {"paused": True})

    tester.do("POST", "deliveries/run")

    assert len(sink.received) == 1


def test_the_same_is_sent_again_signed_anew(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    tester.do("POST", "deliveries/run")
    tester.do("POST", "clock/advance", {"by": "PT2H"})

    after = tester.do("POST", f"deliveries/{queued['id']}/redeliver", {})

    assert after["state"] == "delivered"
    assert (after["attempts"][1]["at"], after["attempts"][1]["variant"]) == ("2026-01-15T11:00:00Z", "same")
    assert sink.received[1].body == sink.received[0].body
    assert _verdict(sink.received[1], timedelta(hours=2))


def test_a_redelivery_that_is_accepted_settles_what_was_given_up(
    tester: Any, sink: Any, queued: dict[str, Any]
) -> None:
    sink.answer_with(500, 500, 500)
    tester.do("POST", "deliveries/run")
    tester.do("POST", "clock/advance", {"by": "PT1H"})
    before = tester.get(f"deliveries/{queued['id']}")["state"]

    after = tester.do("POST", f"deliveries/{queued['id']}/redeliver")

    assert (before, after["state"]) == ("exhausted", "delivered")


def test_a_bad_signature_is_well_formed_and_wrong(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    after = tester.do("POST", f"deliveries/{queued['id']}/redeliver", {"variant": "bad-signature"})

    assert _verdict(sink.received[0]).refusal is Refusal.WRONG
    assert sink.received[0].body.decode() == queued["body"]
    assert after["state"] == "pending"
    assert after["next_attempt_at"] == queued["next_attempt_at"]


def test_a_stale_timestamp_is_rightly_signed_and_too_old(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    after = tester.do("POST", f"deliveries/{queued['id']}/redeliver", {"variant": "stale-timestamp"})

    assert _verdict(sink.received[0]).refusal is Refusal.STALE
    assert _verdict(sink.received[0], -timedelta(days=1))
    assert after["attempts"][0]["variant"] == "stale-timestamp"
    assert after["state"] == "pending"


def test_a_duplicate_is_two_identical_copies(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    after = tester.do("POST", f"deliveries/{queued['id']}/redeliver", {"variant": "duplicate"})

    first, second = sink.received
    assert (first.body, first.headers) == (second.body, second.headers)
    assert _verdict(first)
    assert [attempt["variant"] for attempt in after["attempts"]] == ["duplicate", "duplicate"]
    assert after["state"] == "delivered"


def test_attempts_out_of_turn_do_not_count_for_the_retries(tester: Any, sink: Any, queued: dict[str, Any]) -> None:
    sink.answer_with(500, 400, 400, 500)
    tester.do("POST", "deliveries/run")
    for variant in ("bad-signature", "same"):
        tester.do("POST", f"deliveries/{queued['id']}/redeliver", {"variant": variant})
    tester.do("POST", "clock/advance", {"by": "PT1M"})

    after = tester.get(f"deliveries/{queued['id']}")

    assert [attempt["status"] for attempt in after["attempts"]] == [500, 400, 400, 500]
    assert after["state"] == "pending"
    assert after["next_attempt_at"] == "2026-01-15T09:06:00Z"


@pytest.mark.parametrize(("id", "body", "status"), [("none", {}, 404), (None, {"variant": "late"}, 422)])
def test_a_redelivery_that_cannot_be_is_refused(
    tester: Any, queued: dict[str, Any], id: str | None, body: dict[str, Any], status: int
) -> None:
    assert tester.control("POST", f"deliveries/{id or queued['id']}/redeliver", body).status_code == status
    assert tester.control("GET", "deliveries/none").status_code == 404


def test_two_providers_never_give_one_id(tester: Any, house: Any) -> None:
    worlds = [house.house.enter(tester.sandbox, provider) for provider in ("parcels", "products")]
    ids = [world.queue("parcel.moved", "http://127.0.0.1:9/", "{}", "s")["id"] for world in worlds]

    assert len(set(ids)) == 2


def test_messages_are_read_the_newest_first(tester: Any, enter: Callable[..., Any]) -> None:
    tester.order("Ada")
    tester.order("Bea")

    inbox = tester.get("inbox/parcels")

    assert [message["to"] for message in inbox] == ["Bea", "Ada"]
    assert inbox[1] == {
        "id": "1",
        "to": "Ada",
        "channel": "email",
        "subject": "Your parcel",
        "text": "Your code is 100013.",
        "at": "2026-01-15T09:00:00Z",
        "code": "100013",
        "locale": "en",
    }
    assert tester.get("inbox/parcels?to=Ada") == [inbox[1]]
    assert tester.get("inbox/parcels?to=Nobody") == []
    assert tester.control("GET", "inbox/spotless").status_code == 404
