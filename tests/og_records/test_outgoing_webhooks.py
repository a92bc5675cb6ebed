"""Status changes are told: signed, protected against replay, tried again, given up in the open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest

from mockserver.clock import parse_instant
from mockserver.webhooks.signing import Refusal, verify_timestamped

COVER = "https://cdn.example.com/covers/one.jpg"


def _verdict(endpoint: dict[str, Any], sent: tuple[dict[str, str], bytes], now: datetime, secret: str = "") -> Any:
    headers, body = sent
    return verify_timestamped(secret or endpoint["secret"], body, headers["X-Og-Signature"], now)


def _headers(sent: tuple[dict[str, str], bytes]) -> dict[str, str]:
    return {name.title(): value for name, value in sent[0].items()}


def _deliver(desk: Any, receiver: Any) -> list[tuple[dict[str, str], bytes]]:
    desk.advance(seconds=0)
    return [(_headers(sent), sent[1]) for sent in receiver.received]


# endpoints


def test_registering_gives_a_secret_once(desk: Any) -> None:
    """OG-148"""
    one, other = desk.endpoint("https://hooks.example.com/og"), desk.endpoint("https://hooks.example.com/og")

    assert one["events"] == ["release.status_changed", "track.qc_status_changed", "payout.status_changed"]
    assert one["id"] != other["id"]
    assert one["secret"] != other["secret"]
    assert one["secret"] not in desk.get("/api/v1/api-keys").text


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com/a?b=c", "http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:8/x"]
)
def test_an_address_is_https_or_this_machine(desk: Any, url: str) -> None:
    assert desk.endpoint(url)["url"] == url


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://hooks.example.com/"}, "url"),
        ({"url": "http://192.168.1.4/"}, "url"),
        ({"url": "https://169.254.169.254/latest"}, "url"),
        ({"url": "ftp://hooks.example.com/"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://hooks.example.com:99999/"}, "url"),
        ({}, "url"),
        ({"url": "https://hooks.example.com/", "events": []}, "events"),
        ({"url": "https://hooks.example.com/", "events": ["release.deleted"]}, "events[0]"),
        ({"url": "https://hooks.example.com/", "events": ["payout.status_changed"] * 2}, "events"),
    ],
)
def test_a_wrong_endpoint_is_refused(desk: Any, body: dict[str, Any], field: str) -> None:
    answer = desk.post("/api/v1/webhook-endpoints", body)

    assert answer.status_code == 422
    assert field in {one["field"] for one in answer.json["error"]["details"]}


# what is told


def test_every_change_of_a_release_is_told_once(manual: Any) -> None:
    """OG-140"""
    manual.endpoint(events=["release.status_changed"])
    release_id, _ = manual.submitted()
    for event in ("reject", "submit", "approve", "distribute", "take_down"):
        manual.fire("release", release_id, event)

    told = [(one["release_id"], one["old_status"], one["new_status"]) for one in manual.told("release.status_changed")]

    states = ["draft", "submitted", "rejected", "submitted", "approved", "distributed", "taken_down"]
    assert told == [(release_id, *pair) for pair in pairwise(states)]
    assert len({one["event_id"] for one in manual.deliveries()}) == len(told)


def test_the_checks_of_a_track_are_told_with_both_statuses(manual: Any) -> None:
    """OG-140"""
    manual.endpoint()
    release = manual.release()
    tracks = [manual.track(release["id"]) for _ in range(2)]
    manual.upload(track_id=tracks[0]["id"])
    manual.fire("audio_qc", tracks[0]["id"], "pass")
    manual.patch(f"/api/v1/releases/{release['id']}/artwork", {"cover_url": COVER})
    manual.fire("cover_qc", release["id"], "fail")

    told = [(one["track_id"], one["audio_qc"], one["cover_qc"]) for one in manual.told("track.qc_status_changed")]

    first, second = (track["id"] for track in tracks)
    assert told == [
        (first, "processing", "pending"),
        (first, "passed", "pending"),
        (first, "passed", "processing"),
        (second, "pending", "processing"),
        (first, "passed", "failed"),
        (second, "pending", "failed"),
    ]


def test_every_change_of_a_payout_is_told_and_its_request_is_none(desk: Any) -> None:
    """OG-140, OG-101"""
    desk.endpoint()
    payout = desk.post("/api/v1/payouts/request", {"amount": "5"}).json
    before = desk.told("payout.status_changed")

    desk.advance(hours=2)

    told = desk.told("payout.status_changed")
    assert before == []
    assert told == [
        {"payout_id": payout["id"], "old_status": "requested", "new_status": "processing"},
        {"payout_id": payout["id"], "old_status": "processing", "new_status": "paid"},
    ]


def test_nothing_is_told_when_no_status_changed(manual: Any) -> None:
    """OG-146"""
    manual.endpoint()
    release = manual.release()
    path = f"/api/v1/releases/{release['id']}"
    manual.patch(f"{path}/basics", {"title": "New"})
    manual.patch(f"{path}/artwork", {"cover_url": COVER})
    track = manual.upload(release_id=release["id"], title="Song").json
    before = len(manual.deliveries())

    manual.patch(f"{path}/artwork", {"cover_url": COVER})
    manual.upload(track_id=track["id"])
    manual.post(f"{path}/submit")

    assert (before, len(manual.deliveries())) == (1, 1)


def test_an_event_tells_the_state_that_a_reader_then_sees(manual: Any) -> None:
    """OG-140"""
    manual.endpoint()
    release_id, _ = manual.submitted()

    event = orjson.loads(manual.deliveries("release.status_changed")[-1]["body"])

    assert event["type"] == "release.status_changed"
    assert event["created_at"] == "2026-03-15T12:00:00.000000Z"
    assert manual.get(f"/api/v1/releases/{release_id}").json["status"] == event["data"]["new_status"]


def test_only_the_account_and_only_who_asked_is_told(manual: Any) -> None:
    """OG-140"""
    manual.endpoint("http://127.0.0.1:9/payouts", events=["payout.status_changed"])
    manual.endpoint("http://127.0.0.1:9/all")
    manual.post("/api/v1/webhook-endpoints", {"url": "http://127.0.0.1:9/other"}, key="second-account")

    manual.submitted()

    assert {one["url"] for one in manual.deliveries()} == {"http://127.0.0.1:9/all"}


def test_a_refused_change_tells_nothing(manual: Any) -> None:
    """OG-146"""
    manual.endpoint()
    release = manual.release()

    manual.post(f"/api/v1/releases/{release['id']}/submit")

    assert manual.deliveries() == []


# how it is sent


def test_a_delivery_is_signed_with_the_endpoints_secret(manual: Any, receiver: Any) -> None:
    """OG-141, OG-142"""
    endpoint = manual.endpoint(receiver.url, events=["release.status_changed"])
    manual.submitted()

    [sent] = _deliver(manual, receiver)

    event = orjson.loads(sent[1])
    assert sent[0]["X-Og-Event-Id"] == event["id"]
    assert sent[0]["X-Og-Timestamp"] == sent[0]["X-Og-Signature"][2:].split(",")[0]
    assert _verdict(endpoint, sent, manual.now)
    assert _verdict(endpoint, sent, manual.now, "another secret").refusal is Refusal.WRONG
    assert _verdict(endpoint, (sent[0], sent[1] + b" "), manual.now).refusal is Refusal.WRONG
    assert _verdict(endpoint, sent, manual.now + timedelta(seconds=301)).refusal is Refusal.STALE


def test_a_failed_delivery_is_tried_again_after_growing_waits(manual: Any, receiver: Any, start: datetime) -> None:
    """OG-143, OG-144"""
    endpoint = manual.endpoint(receiver.url, events=["release.status_changed"])
    receiver.answers = [500, 500, 500, 200]
    manual.submitted()

    manual.advance(hours=2)

    sent = [(_headers(one), one[1]) for one in receiver.received]
    stamps = [datetime.fromtimestamp(int(headers["X-Og-Timestamp"]), UTC) for headers, _ in sent]
    assert [(stamp - start) // timedelta(minutes=1) for stamp in stamps] == [0, 1, 3, 7]
    assert len({body for _, body in sent}) == len({headers["X-Og-Event-Id"] for headers, _ in sent}) == 1
    assert all(_verdict(endpoint, one, stamp) for one, stamp in zip(sent, stamps, strict=True))
    assert manual.deliveries()[0]["state"] == "delivered"


@pytest.mark.parametrize("status", [302, 400, 404, 503])
def test_anything_but_success_is_a_failure_and_tries_are_limited(
    manual: Any, receiver: Any, start: datetime, status: int
) -> None:
    """OG-145"""
    endpoint = manual.endpoint(receiver.url, events=["release.status_changed"])
    receiver.answers = [status] * 10
    manual.submitted()

    effects = manual.advance(days=1)

    [delivery] = manual.deliveries()
    waits = [(parse_instant(one["at"]) - start) // timedelta(minutes=1) for one in delivery["attempts"]]
    assert (delivery["state"], delivery["next_attempt_at"]) == ("exhausted", None)
    assert waits == [0, 1, 3, 7, 15, 31]
    assert {one["status"] for one in delivery["attempts"]} == {status}
    assert manual.world.require("webhook_endpoints", endpoint["id"])["given_up"] == 1
    given_up = [one["detail"] for one in effects if one["kind"] == "exhausted"]
    assert len(given_up) == 1
    assert given_up[0].endswith("given up after 6 tries")


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_success_ends_it(manual: Any, receiver: Any, status: int) -> None:
    """OG-145"""
    manual.endpoint(receiver.url, events=["release.status_changed"])
    receiver.answers = [status]
    manual.submitted()

    manual.advance(hours=1)

    assert len(receiver.received) == 1
    assert manual.deliveries()[0]["state"] == "delivered"


def test_nobody_listening_is_a_failure_too(manual: Any, receiver: Any) -> None:
    """OG-145"""
    manual.endpoint(receiver.url, events=["release.status_changed"])
    receiver.close()
    manual.submitted()

    manual.advance(minutes=1)

    attempts = manual.deliveries()[0]["attempts"]
    assert [one["status"] for one in attempts] == [None, None]
