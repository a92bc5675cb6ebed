"""Webhooks from the change that they tell to the receiver, retried by the table on the sandbox's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mockserver.clock import instant
from mockserver.testing.sink import WebhookSink

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    sink = WebhookSink()
    yield sink
    sink.close()


@pytest.fixture
def hooked(toy: Any, sink: WebhookSink) -> Any:
    """A sandbox whose webhooks go to the sink, with one thing."""
    toy.world.put("hooks", {"id": "1", "url": sink.url})
    toy.send("POST", "/things", {"name": "First"})
    return toy


def submit(toy: Any) -> None:
    assert toy.ask("POST", "/things/1/submit").status_code == 200


def delivery(toy: Any) -> dict[str, Any]:
    (only,) = toy.world.find("outbox")
    return dict(only)


def carry(toy: Any) -> list[dict[str, Any]]:
    return toy.house.timeline.run_now(toy.name)  # type: ignore[no-any-return]


def test_a_change_queues_its_webhook_in_the_same_transaction(hooked: Any, sink: WebhookSink) -> None:
    submit(hooked)

    entry = delivery(hooked)
    assert (entry["event"], entry["state"], entry["url"], entry["attempts"]) == (
        "thing.submitted", "pending", sink.url, [],
    )  # fmt: skip
    assert entry["created_at"] == entry["next_attempt_at"] == instant(hooked.now)
    assert sink.received == []
    assert hooked.journal[0]["deliveries"] == [entry["id"]]


def test_a_refused_change_queues_nothing(hooked: Any) -> None:
    hooked.ask("POST", "/things/1/withdraw")

    assert list(hooked.world.find("outbox")) == []


def test_a_delivery_is_carried_with_its_headers_and_settled(hooked: Any, sink: WebhookSink) -> None:
    submit(hooked)

    effects = carry(hooked)

    (received,) = sink.wait_for("thing.submitted")
    assert received.json() == {"event": "thing.submitted", "thing": "1"}
    assert received.headers["x-toy-at"] == hooked.now.isoformat()
    assert received.headers["x-toy-attempt"] == "1"
    entry = delivery(hooked)
    assert (entry["state"], entry["next_attempt_at"]) == ("delivered", None)
    assert entry["attempts"] == [{"at": instant(hooked.now), "status": 200, "error": None}]
    assert entry["headers"]["X-Toy-Event"] == "thing.submitted"
    assert [(effect["kind"], effect["resource"]) for effect in effects] == [("delivery", "thing.submitted")]
    assert carry(hooked) == []


def test_failed_attempts_are_repeated_by_the_table_on_the_sandboxs_clock(hooked: Any, sink: WebhookSink) -> None:
    """After one minute, after five more; the third failure is the last."""
    sink.answer_with(500, 503, 404)
    start = hooked.now
    submit(hooked)

    effects = hooked.advance(start + timedelta(hours=1))

    entry = delivery(hooked)
    assert [(attempt["at"], attempt["status"]) for attempt in entry["attempts"]] == [
        (instant(start), 500),
        (instant(start + MINUTE), 503),
        (instant(start + 6 * MINUTE), 404),
    ]
    assert (entry["state"], entry["next_attempt_at"]) == ("exhausted", None)
    assert [effect["at"] for effect in effects] == [attempt["at"] for attempt in entry["attempts"]]
    assert [one.headers["x-toy-attempt"] for one in sink.received] == ["1", "2", "3"]
    assert [one.headers["x-toy-at"] for one in sink.received] == [
        (start + passed).isoformat() for passed in (timedelta(0), MINUTE, 6 * MINUTE)
    ]


def test_a_receiver_that_recovers_gets_it(hooked: Any, sink: WebhookSink) -> None:
    sink.answer_with(500)
    submit(hooked)

    hooked.advance(hooked.now + timedelta(hours=1))

    assert delivery(hooked)["state"] == "delivered"
    assert len(sink.received) == 2
    assert sink.received[0].body == sink.received[1].body


def test_nothing_is_sent_before_its_instant(hooked: Any, sink: WebhookSink) -> None:
    sink.answer_with(500)
    submit(hooked)
    carry(hooked)

    hooked.advance(hooked.now + MINUTE - timedelta(seconds=1))

    assert len(sink.received) == 1
    assert delivery(hooked)["next_attempt_at"] == instant(hooked.now + timedelta(seconds=1))


def test_a_receiver_that_is_not_there_is_tried_again(hooked: Any) -> None:
    hooked.world.put("hooks", {"id": "1", "url": "http://127.0.0.1:1/"})
    submit(hooked)

    hooked.advance(hooked.now + timedelta(hours=1))

    entry = delivery(hooked)
    assert entry["state"] == "exhausted"
    assert [attempt["status"] for attempt in entry["attempts"]] == [None] * 3
    assert all("refused" in attempt["error"] for attempt in entry["attempts"])


def test_a_forbidden_target_is_told_in_its_attempts(hooked: Any) -> None:
    hooked.world.put("hooks", {"id": "1", "url": "http://169.254.169.254/latest/"})
    submit(hooked)
    carry(hooked)

    assert "metadata" in delivery(hooked)["attempts"][0]["error"]


def test_the_provider_is_told_of_every_attempt(hooked: Any, sink: WebhookSink) -> None:
    sink.answer_with(500)
    submit(hooked)
    hooked.advance(hooked.now + timedelta(hours=1))

    assert [entry["state"] for entry in hooked.world.find("attempts")] == ["pending", "delivered"]


def test_reviewers_and_retries_share_one_time(hooked: Any, sink: WebhookSink) -> None:
    """The approval after a day is told by a webhook of its own, in order after the retries."""
    hooked.start_over(progression="timed")
    hooked.world.put("hooks", {"id": "1", "url": sink.url})
    hooked.send("POST", "/things", {"name": "First"})
    sink.answer_with(500)
    submit(hooked)

    effects = hooked.advance(hooked.now + timedelta(days=2))

    assert [(effect["at"][8:16], effect["kind"], effect["resource"]) for effect in effects] == [
        ("01T10:00", "delivery", "thing.submitted"),
        ("01T10:01", "delivery", "thing.submitted"),
        ("02T10:00", "transition", "thing"),
        ("02T10:00", "webhook", "thing.approved"),
        ("02T10:00", "delivery", "thing.approved"),
    ]


def test_ids_of_deliveries_depend_on_seed_and_sequence(hooked: Any, sink: WebhookSink) -> None:
    submit(hooked)
    first = delivery(hooked)["id"]
    hooked.start_over()
    hooked.world.put("hooks", {"id": "1", "url": sink.url})
    hooked.send("POST", "/things", {"name": "First"})
    submit(hooked)

    assert delivery(hooked)["id"] == first


def test_a_body_that_breaks_its_promise_is_a_violation_and_goes_out_all_the_same(
    hooked: Any, sink: WebhookSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(sys.modules["soundcheck_toy"], "news", lambda event, id: '{"event": 3}')
    hooked.expects_violations = True
    submit(hooked)
    carry(hooked)

    assert [(entry["subject"], entry["what"]) for entry in hooked.violations] == [("thing.submitted", "webhook")]
    assert [one.body for one in sink.received] == [b'{"event": 3}']
