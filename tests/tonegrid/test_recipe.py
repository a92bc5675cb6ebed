"""Stories from end to end, in the document's own order of calls."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.testing.sink import WebhookSink


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    receiver = WebhookSink()
    yield receiver
    receiver.close()


RELEASE = {
    "title": "Midnight in Lagos", "type": "ep", "genre": "Afrobeats", "release_date": "2027-07-12",
    "upc": "0123456789012", "explicit_content": False,
    "tracks": [
        {"title": "Opening", "track_number": 1, "duration_seconds": 215, "isrc": "USRC12345678"},
        {"title": "Lagos Nights", "track_number": 2, "duration_seconds": 192, "isrc": "USRC12345679"},
    ],
}  # fmt: skip


def test_the_end_to_end_recipe(timed: Any, sink: WebhookSink) -> None:
    """TG-013 (L147-155): below /api, with the approval that the recipe leaves to the reviewers."""
    api = {"prefix": "/tonegrid/api"}
    headers = {"Idempotency-Key": "client-release-001"}
    made = timed.post("/ingestion/json", RELEASE, headers=headers, **api).json["data"]
    release = made["release"]["uuid"]
    hook = {"name": "h", "url": sink.url, "events": ["release.dsp.*.*", "ingestion.*"]}
    assert timed.post("/webhooks", hook, **api).status_code == 201
    chain = f"/supply-chain/releases/{release}"
    codes = {"monetization_policy_codes": ["subscription_streaming", "permanent_download"]}
    assert timed.put(f"{chain}/monetization", codes, **api).status_code == 200
    assert timed.put(f"{chain}/pricing-tier", {"pricing_tier_code": "front_line"}, **api).status_code == 200
    countries = {"territory_mode": "include", "territory_codes": ["NG", "GH", "KE", "ZA"]}
    assert timed.put(f"{chain}/territories", countries, **api).status_code == 200
    bundle = timed.ask("GET", f"/releases/{release}/ddex/preview/spotify.xml", **api)
    timed.post(f"/releases/{release}/submit", **api)
    timed.advance(minutes=10)

    delivered = timed.post(f"/releases/{release}/ddex/deliver", **api)
    timed.advance(minutes=2)
    config = timed.ask("GET", f"{chain}/effective-config", **api).json["data"]["dsps"]

    assert b"<TerritoryCode>KE</TerritoryCode>" in bundle.data
    assert delivered.json["message"] == "24 DSP(s) queued for direct DDEX delivery."
    assert sink.wait_for("release.dsp.spotify.submitted")
    assert sink.wait_for("release.dsp.spotify.live")
    assert len(config) == 24
    assert {tuple(entry["territory_codes"]) for entry in config} == {("NG", "GH", "KE", "ZA")}
    assert timed.status(release) == "live"


def test_a_lost_answer_is_repeated_with_the_same_key(timed: Any) -> None:
    """L65-84: no second release, no second delivery, no second event."""
    body = gzip.compress(json.dumps(RELEASE).encode())
    headers = {"Idempotency-Key": "client-batch-2026-07-12-r0001", "Content-Encoding": "gzip"}
    before = timed.get("/releases").json["total"]

    answers = [
        timed.ask("POST", "/ingestion/json", data=body, content_type="application/json", headers=headers)
        for _ in range(3)
    ]

    assert {answer.data for answer in answers} == {answers[0].data}
    assert timed.get("/releases").json["total"] == before + 1
    assert timed.get("/ingestion/jobs").json["meta"]["total"] == 1
    assert [answer.headers.get("X-ToneGrid-Idempotent-Replay") for answer in answers] == [None, "true", "true"]


def test_uploads_are_remembered_by_their_content(room: Any) -> None:
    """TG-039 of files: another file under the same key is another request."""
    track = room.add_track(room.create())
    from mockserver.media.sounds import wav

    headers = {"Idempotency-Key": "upload-1"}
    path = f"/tracks/{track}/audio"

    first, again, other = (
        room.upload(path, "audio", wav(seconds), "a.wav", headers=headers) for seconds in (0.1, 0.1, 0.2)
    )

    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert again.headers["X-ToneGrid-Idempotent-Replay"] == "true"
