"""Subscriptions, signatures, retries and the delivery log."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from mockserver.testing.sink import WebhookSink

DELAYS = [1, 5, 15, 60, 180, 480, 1440]


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    receiver = WebhookSink()
    yield receiver
    receiver.close()


def run(room: Any) -> None:
    room.app.timeline.run_now(room.name)


def log(room: Any, hook: dict[str, Any]) -> list[dict[str, Any]]:
    return list(room.get(f"/webhooks/{hook['uuid']}/deliveries").json["data"])


def test_the_secret_is_shown_once(room: Any) -> None:
    """TG-169: with its prefix; no other answer has it."""
    made = room.subscribe("ingestion.*")

    changed = room.put(f"/webhooks/{made['uuid']}", {"name": "other"}).json["data"]

    assert made["secret"].startswith("tgwhsec_")
    assert made["secret_prefix"] == changed["secret_prefix"] == made["secret"][:15]
    assert "secret" not in changed
    assert changed["name"] == "other"


def test_25_active_subscriptions_are_the_most(room: Any) -> None:
    """TG-170: inactive ones do not count, but waking one up does."""
    hooks = [room.subscribe("*") for _ in range(25)]
    body = {"name": "h", "url": "https://example.com", "events": ["*"]}

    refused = room.post("/webhooks", body)
    room.put(f"/webhooks/{hooks[0]['uuid']}", {"is_active": False})
    allowed = room.post("/webhooks", body)
    woken = room.put(f"/webhooks/{hooks[0]['uuid']}", {"is_active": True})

    assert (refused.status_code, refused.json["error"]) == (409, "Webhook subscription limit (25) reached.")
    assert (allowed.status_code, woken.status_code) == (201, 409)


@pytest.mark.parametrize("pattern", ["release.dsp.spotify.totallyfake", "release.*", "nothing.*", "release.dsp.*"])
def test_a_pattern_must_mean_something(room: Any, pattern: str) -> None:
    """TG-171, C-38, C-39: on creation and on change."""
    answer = room.post("/webhooks", {"name": "h", "url": "https://example.com", "events": ["*", pattern]})
    changed = room.put(f"/webhooks/{room.subscribe('*')['uuid']}", {"events": [pattern]})

    if pattern == "release.*":
        assert answer.status_code == 201  # release.created
        return
    assert answer.status_code == changed.status_code == 422
    assert answer.json["error"] == f"Unknown event pattern(s): {pattern}."
    assert answer.json["errors"] == {"events": [f"Unknown event pattern: {pattern}"]}


def test_the_catalogue_holds_every_event_that_can_be_subscribed_to(room: Any) -> None:
    """TG-173, TG-174: the eleven documented events, four wildcards, every stage of every DSP."""
    data = room.get("/webhooks/event-types").json["data"]
    documented = [
        "release.created", "release.submitted", "release.dsp.spotify.submitted", "release.dsp.spotify.accepted",
        "release.dsp.spotify.live", "release.dsp.applemusic.live", "release.dsp.youtubemusic.live",
        "ingestion.received", "ingestion.accepted", "ingestion.rejected", "royalty_statement.ready",
    ]  # fmt: skip

    assert set(documented) <= set(data["events"])
    assert list(data["wildcards"]) == ["*", "release.dsp.*.live", "release.dsp.spotify.*", "ingestion.*"]
    assert len(data["events"]) == len(set(data["events"])) == 24 * 9 + 7
    assert (
        room.post("/webhooks", {"name": "h", "url": "https://x.example", "events": data["events"]}).status_code == 201
    )


def test_a_star_stands_for_one_segment_and_alone_for_everything(room: Any) -> None:
    """TG-075, TG-172, TG-187."""
    live = room.subscribe("release.dsp.*.live")
    room.subscribe("*")
    asleep = room.subscribe("*")
    room.put(f"/webhooks/{asleep['uuid']}", {"is_active": False})

    room.live("spotify")

    own = [entry["event"] for entry in room.sent() if entry["webhook"] == live["uuid"]]
    assert own == ["release.dsp.spotify.live"]
    assert not [entry for entry in room.sent() if entry["webhook"] == asleep["uuid"]]
    everything = [entry["event"] for entry in room.sent() if entry["webhook"] not in (live["uuid"], asleep["uuid"])]
    assert everything == [
        "release.created", "release.submitted", "release.dsp.spotify.submitted", "release.dsp.spotify.accepted",
        "release.dsp.spotify.live",
    ]  # fmt: skip


def test_bodies_fit_the_spec_and_carry_one_id_over_all_receivers(room: Any) -> None:
    """TG-178, C-37: {event_id, event, created_at, data}."""
    room.subscribe("*")
    room.subscribe("*", key="full")
    room.live("spotify")

    bodies = [json.loads(entry["body"]) for entry in room.sent()]

    assert len({body["event_id"] for body in bodies}) == len(bodies) / 2
    assert all(set(body) == {"event_id", "event", "created_at", "data"} for body in bodies)
    assert room.app.recipe.violations.list(room.name) == []  # each body was held against its webhook's schema


def test_every_delivery_is_signed_over_its_exact_bytes(room: Any, sink: WebhookSink) -> None:
    """TG-175, TG-176, TG-177: and Stripe's public verifier, whose scheme it is, agrees."""
    stripe = pytest.importorskip("stripe")
    hook = room.subscribe("release.created", url=sink.url)
    room.create()

    run(room)

    got = sink.wait_for("release.created")[0]
    signature = got.headers["x-tonegrid-signature"]
    stamp = int(room.now.timestamp())
    expected = hmac.new(hook["secret"].encode(), b"%d." % stamp + got.body, hashlib.sha256).hexdigest()
    assert signature == f"t={stamp},v1={expected}"
    assert stripe.WebhookSignature.verify_header(got.body.decode(), signature, hook["secret"], None)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(got.body.decode() + " ", signature, hook["secret"], None)
    assert got.headers["x-tonegrid-event"] == "release.created"
    assert len(got.headers["x-tonegrid-delivery-id"]) == 36


def test_failures_are_retried_by_the_table_until_the_eighth(room: Any, sink: WebhookSink) -> None:
    """TG-179, TG-180, TG-181, C-33: each attempt signed anew; then dead, and no further one."""
    hook = room.subscribe("release.created", url=sink.url)
    sink.answer_with(*[500] * 20)
    start = room.now
    room.create()

    room.advance(days=5)

    times = [int(one.headers["x-tonegrid-signature"].split(",")[0][2:]) for one in sink.received]
    waits = [round((later - earlier) / 60) for earlier, later in itertools.pairwise(times)]
    assert times[0] == int(start.timestamp())
    assert waits == DELAYS
    assert len({one.headers["x-tonegrid-delivery-id"] for one in sink.received}) == 8
    assert len({one.json()["event_id"] for one in sink.received}) == 1
    entries = log(room, hook)
    assert [entry["status"] for entry in entries] == ["dead"] + ["failed"] * 7
    assert [entry["retry_count"] for entry in entries] == list(range(7, -1, -1))
    assert {entry["response_code"] for entry in entries} == {500}
    assert all(isinstance(entry["duration_ms"], int) and entry["response_body"] == "" for entry in entries)


def test_a_success_ends_the_retries(room: Any, sink: WebhookSink) -> None:
    """TG-182, TG-183: the log has one entry per attempt, and what is to come is queued."""
    hook = room.subscribe("release.created", url=sink.url)
    sink.answer_with(500, 503)
    room.create()
    run(room)
    waiting = log(room, hook)

    room.advance(days=1)

    assert [(entry["status"], entry["attempt"]) for entry in waiting] == [("queued", 2), ("failed", 1)]
    assert waiting[0]["scheduled_at"] == "2026-11-28T12:01:00Z"
    assert [entry["status"] for entry in log(room, hook)] == ["succeeded", "failed", "failed"]
    assert len(sink.received) == 3
    ids = [one.headers["x-tonegrid-delivery-id"] for one in sink.received]
    assert [entry["uuid"] for entry in log(room, hook)] == ids[::-1]


def test_a_refused_connection_is_a_failure(room: Any) -> None:
    """TG-179."""
    hook = room.subscribe("release.created")
    room.create()

    run(room)

    failed = log(room, hook)[1]
    assert (failed["status"], failed["response_code"]) == ("failed", None)
    assert failed["error_message"]


def test_a_test_event_goes_only_to_whom_it_is_wanted_by(room: Any, sink: WebhookSink) -> None:
    """TG-184."""
    wants = room.subscribe("webhook.test", url=sink.url)
    does_not = room.subscribe("ingestion.*", url=sink.url)

    yes = room.post(f"/webhooks/{wants['uuid']}/test").json["data"]
    no = room.post(f"/webhooks/{does_not['uuid']}/test").json["data"]
    run(room)

    assert (yes["queued"], no["queued"]) == (True, False)
    assert sink.wait_for("webhook.test")[0].json()["event_id"] == yes["event_id"]
    assert len(sink.received) == 1


def test_a_rotated_secret_is_dead_at_once(room: Any, sink: WebhookSink) -> None:
    """TG-185, C-35: what was waiting is signed with the new one too."""
    stripe = pytest.importorskip("stripe")
    hook = room.subscribe("release.created", url=sink.url)
    room.create()

    rotated = room.post(f"/webhooks/{hook['uuid']}/rotate-secret").json["data"]
    run(room)

    got = sink.wait_for("release.created")[0]
    signature, body = got.headers["x-tonegrid-signature"], got.body.decode()
    assert rotated["secret"] != hook["secret"]
    assert rotated["secret_prefix"] == rotated["secret"][:15]
    assert stripe.WebhookSignature.verify_header(body, signature, rotated["secret"], None)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body, signature, hook["secret"], None)


def test_a_previous_secret_adds_a_second_signature(room: Any, sink: WebhookSink) -> None:
    """TG-186: either secret verifies during the overlap; null ends it."""
    stripe = pytest.importorskip("stripe")
    hook = room.subscribe("release.created", url=sink.url)
    rotated = room.post(f"/webhooks/{hook['uuid']}/rotate-secret").json["data"]
    room.put(f"/webhooks/{hook['uuid']}", {"previous_secret": hook["secret"]})
    room.create()
    run(room)
    room.put(f"/webhooks/{hook['uuid']}", {"previous_secret": None})
    room.create()
    run(room)

    both, one = sink.wait_for("release.created", 2)
    for secret in (hook["secret"], rotated["secret"]):
        signature = both.headers["x-tonegrid-signature"]
        assert stripe.WebhookSignature.verify_header(both.body.decode(), signature, secret, None)
    assert one.headers["x-tonegrid-signature"].count("v1=") == 1


def test_events_belong_to_the_tenant(room: Any) -> None:
    """TG-027."""
    room.subscribe("*", key="second-account")

    room.create()

    assert room.sent() == []


def test_an_endpoint_that_fails_for_two_days_gets_its_event_in_the_end(room: Any, sink: WebhookSink) -> None:
    """Issue 4: a scenario of its own; the eighth attempt comes a day and a half later."""
    room.subscribe("release.created", url=sink.url)
    sink.answer_with(*[502] * 7)
    room.create()

    room.advance(days=2)

    assert len(sink.received) == 8
    end = room.now - timedelta(days=2) + timedelta(minutes=sum(DELAYS))
    assert int(sink.received[-1].headers["x-tonegrid-signature"].split(",")[0][2:]) == int(end.timestamp())
