"""What every exchange has in common: paths, headers, envelopes, limits, lists, remembered answers."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

RELEASE = {"title": "Eclipse", "type": "single", "release_date": "2027-01-15", "genre": "Afrobeats"}


def test_an_unknown_path_or_method_is_no_endpoint(room: Any) -> None:
    """TG-003: one string for both, and no 405."""
    answers = [room.get("/nope"), room.delete("/analytics/summary"), room.get("/releases/x/ddex/preview/a.b")]
    answers.append(room.upload(f"/releases/{room.create()}/animated-artwork/round", "asset", b"x", "a.gif"))

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert {answer.json["error"] for answer in answers} == {"Endpoint not found."}


def test_bodies_and_queries_that_cannot_be_read_are_400(room: Any) -> None:
    """TG-004, TG-028."""
    broken = room.ask("POST", "/releases", data="{", content_type="application/json")
    empty = room.ask("POST", "/releases", data="", content_type="application/json")
    other_type = room.ask("POST", "/releases", data="title=x", content_type="text/plain")
    page = room.get("/releases", page="first")
    encoding = room.ask("GET", "/artists?x=%ff")

    answers = (broken, empty, other_type, page, encoding)
    assert [answer.status_code for answer in answers] == [400] * 5
    assert all(answer.json["success"] is False and isinstance(answer.json["error"], str) for answer in answers)
    assert page.json["error"] == "Malformed query parameter: page."


def test_gzip_bodies_are_read(room: Any) -> None:
    """TG-005."""
    packed = gzip.compress(json.dumps(RELEASE).encode())
    headers = {"Content-Encoding": "gzip"}

    answer = room.ask("POST", "/releases", data=packed, content_type="application/json", headers=headers)
    broken = room.ask("POST", "/releases", data=b"nope", content_type="application/json", headers=headers)

    assert answer.status_code == 201
    assert broken.status_code == 400


def test_both_base_paths_lead_to_the_sandbox(room: Any) -> None:
    """TG-008, TG-009, TG-010: the sandbox's mark stands on every answer, errors included."""
    bare = room.get("/supply-chain/dsps")
    below = room.ask("GET", "/supply-chain/dsps", prefix="/tonegrid/api")
    refused = room.ask("GET", "/supply-chain/dsps", None, prefix="/tonegrid/api")
    answers = [bare, below, refused, room.get("/nope"), room.post("/releases", {})]

    assert [answer.status_code for answer in answers] == [200, 200, 401, 404, 422]
    assert bare.data == below.data
    assert {answer.headers["X-Tonegrid-Env"] for answer in answers} == {"api-sandbox"}
    assert all(answer.headers["X-Request-Id"] for answer in answers)


def test_field_errors_are_sentences_per_field(room: Any) -> None:
    """TG-029, TG-030, TG-062."""
    answer = room.post("/releases", {"type": "mixtape", "release_date": "soon", "genre": ""})

    assert answer.status_code == 422
    assert answer.json["error"] == "Validation failed"
    assert answer.json["errors"]["title"] == ["The title field is required."]
    assert answer.json["errors"]["genre"] == ["The genre field is required."]
    assert answer.json["errors"]["release_date"] == ["The release_date must be a valid date (YYYY-MM-DD)."]
    assert "single, ep, album" in answer.json["errors"]["type"][0]


# idempotency


def test_a_key_replays_the_first_answer_byte_for_byte(room: Any) -> None:
    """TG-036, TG-037, TG-038: one release, two equal answers, the mark on the second only."""
    before = room.get("/releases").json["total"]
    headers = {"Idempotency-Key": "client-release-001"}

    first = room.post("/releases", RELEASE, headers=headers)
    second = room.post("/releases", RELEASE, headers=headers)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert "X-ToneGrid-Idempotent-Replay" not in first.headers
    assert second.headers["X-ToneGrid-Idempotent-Replay"] == "true"
    assert int(second.headers["X-RateLimit-Remaining"]) == int(first.headers["X-RateLimit-Remaining"]) - 1
    assert len(second.headers.getlist("X-Request-Id")) == 1
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert room.get("/releases").json["total"] == before + 1


def test_a_key_with_another_request_is_a_mismatch(room: Any) -> None:
    """TG-039, TG-044, TG-046: another body, or another endpoint."""
    headers = {"Idempotency-Key": "k"}
    room.post("/releases", RELEASE, headers=headers)

    body = room.post("/releases", {**RELEASE, "title": "Moonrise"}, headers=headers)
    path = room.post("/artists", {"name": "Rema"}, headers=headers)

    for answer in (body, path):
        assert answer.status_code == 422
        assert answer.json["error"] == "Idempotency-Key reused with a different request body."
        assert answer.json["error_code"] == "idempotency.key_mismatch"


def test_keys_have_at_most_255_characters(room: Any) -> None:
    """TG-040."""
    longest = room.post("/releases", RELEASE, headers={"Idempotency-Key": "k" * 255})
    longer = room.post("/releases", RELEASE, headers={"Idempotency-Key": "k" * 256})

    assert longest.status_code == 201
    assert longer.status_code == 400
    assert longer.json["error"] == "Idempotency-Key must be ≤255 chars."


def test_a_key_is_free_again_after_a_day_and_belongs_to_one_tenant(room: Any) -> None:
    """TG-041, TG-042."""
    headers = {"Idempotency-Key": "k"}
    room.post("/releases", RELEASE, headers=headers)

    other_tenant = room.post("/releases", {**RELEASE, "title": "B"}, "second-account", headers=headers)
    room.advance(hours=24, seconds=1)
    later = room.post("/releases", {**RELEASE, "title": "C"}, headers=headers)

    assert other_tenant.status_code == later.status_code == 201
    assert "X-ToneGrid-Idempotent-Replay" not in later.headers


def test_refusals_are_not_remembered_and_deletes_ignore_the_key(room: Any) -> None:
    """TG-036, TG-045."""
    release, headers = room.create(), {"Idempotency-Key": "k"}
    refused = room.post(f"/releases/{release}/submit", headers=headers)
    room.add_track(release)
    room.attach(release, "spotify")

    submitted = room.post(f"/releases/{release}/submit", headers=headers)
    drafts = [room.create(), room.create()]
    deleted = [room.ask("DELETE", f"/releases/{id}", headers={"Idempotency-Key": "d"}) for id in drafts]

    assert (refused.status_code, submitted.status_code) == (422, 200)
    assert [answer.status_code for answer in deleted] == [200, 200]


# rate limits


@pytest.mark.parametrize(
    ("path", "limit"),
    [("/artists", 120), ("/analytics/summary", 60), ("/distribution/dsps", 30)],
)
def test_a_category_is_limited_per_minute(room: Any, path: str, limit: int) -> None:
    """TG-057, TG-058, TG-059, TG-060: three headers, Retry-After, other categories and tokens go on."""
    answers = [room.get(path) for _ in range(limit)]
    refused = room.get(path)

    assert {answer.status_code for answer in answers} == {200}
    assert [int(answer.headers["X-RateLimit-Remaining"]) for answer in answers] == list(range(limit - 1, -1, -1))
    assert refused.status_code == 429
    assert refused.json["error"] == "Too many requests."
    assert refused.headers["X-RateLimit-Limit"] == str(limit)
    assert int(refused.headers["X-RateLimit-Reset"]) == int(room.now.timestamp()) + int(refused.headers["Retry-After"])
    other = "/webhooks/event-types" if path != "/artists" else "/analytics/dsps"
    assert room.get(other).status_code == 200
    assert room.get(path, "second-account").status_code == 200
    room.advance(seconds=int(refused.headers["Retry-After"]))
    assert room.get(path).status_code == 200


def test_refusals_and_unlimited_sandboxes_carry_the_headers_too(room: Any, unlimited: Any) -> None:
    """TG-058."""
    answers = [room.get("/artists", None), room.get("/nope"), unlimited.get("/analytics/dsps")]

    assert [answer.headers["X-RateLimit-Limit"] for answer in answers] == ["120", "120", "60"]
    assert all(int(answer.headers["X-RateLimit-Reset"]) > 0 for answer in answers)


# lists


def test_releases_come_in_numbered_pages(room: Any) -> None:
    """TG-047, TG-052, TG-055, TG-065: the newest first, pages of 20, never more than 100."""
    made = [room.create(title=f"R{number}") for number in range(25)]

    first, second = room.get("/releases").json, room.get("/releases", page=2).json
    wide = room.get("/releases", per_page=1000).json

    assert (first["page"], first["per_page"], len(first["data"])) == (1, 20, 20)
    assert [one["uuid"] for one in first["data"] + second["data"]][:25] == made[::-1]
    assert wide["per_page"] == 100
    assert len({one["uuid"] for one in wide["data"]}) == wide["total"]


def test_jobs_come_by_offset_and_by_cursor(room: Any) -> None:
    """TG-048 to TG-056: both modes are complete, and an insert between pages shifts no cursor."""
    for number in range(7):
        room.post("/ingestion/json", {"title": f"R{number}", "tracks": [{"title": "T"}]})

    offset = room.get("/ingestion/jobs", page=2, per_page=3)
    opening = room.get("/ingestion/jobs", per_page=3)
    seen, cursor = [job["uuid"] for job in opening.json["data"]], opening.json["meta"]["next_cursor"]
    room.post("/ingestion/json", {"title": "Late", "tracks": [{"title": "T"}]})
    while cursor is not None:
        page = room.get("/ingestion/jobs", per_page=3, cursor=cursor)
        seen += [job["uuid"] for job in page.json["data"]]
        cursor = page.json["meta"]["next_cursor"]
        assert ("Link" in page.headers) == page.json["meta"]["has_more"] == (cursor is not None)

    assert offset.json["meta"] == {"mode": "offset", "total": 7, "per_page": 3, "current_page": 2, "last_page": 3}
    assert "Link" not in offset.headers
    assert opening.json["meta"]["has_more"] is True
    assert opening.headers["Link"].endswith('; rel="next"')
    assert len(seen) == len(set(seen)) == 7
    assert room.get("/ingestion/jobs", cursor="nope!").status_code == 400
    assert room.get("/ingestion/jobs", per_page=1000).json["meta"]["per_page"] == 100


def test_a_cursor_walk_starts_empty_and_leads_back(room: Any) -> None:
    """TG-049, C-02, C-03: `cursor=` starts the walk, `cursor.prev` turns back."""
    for number in range(5):
        room.post("/ingestion/json", {"title": f"R{number}", "tracks": [{"title": "T"}]})

    first = room.get("/ingestion/jobs", per_page=2, cursor="").json
    second = room.get("/ingestion/jobs", limit=2, cursor=first["cursor"]["next"]).json
    back = room.get("/ingestion/jobs", per_page=2, cursor=second["cursor"]["prev"]).json

    assert first["meta"]["mode"] == "cursor"
    assert first["cursor"]["prev"] is None
    assert back["data"] == first["data"]
    assert {job["uuid"] for job in first["data"]}.isdisjoint(job["uuid"] for job in second["data"])


def test_tracks_walk_by_cursor_and_sales_reports_have_longer_pages(room: Any) -> None:
    """TG-051."""
    link = room.get("/tracks", per_page=1).headers["Link"]
    path = link[link.index("/tracks") : link.index(">")]

    following = room.get(path).json
    sales = room.get("/finance/sales-reports", per_page=500).json

    assert following["meta"]["mode"] == "cursor"
    assert sales["meta"]["per_page"] == 500
