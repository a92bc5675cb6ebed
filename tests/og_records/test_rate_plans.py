"""Rate plans: what a credential may ask in a minute of the sandbox, and what the headers say."""

from __future__ import annotations

from typing import Any

import pytest

PATH = "/api/v1/payouts?limit=1"


def _limits(answer: Any) -> tuple[int, int, int]:
    headers = answer.headers
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "Retry-After")
    return tuple(int(headers[name]) for name in names)  # type: ignore[return-value]


def _use(desk: Any, times: int, **rest: Any) -> list[int]:
    return [desk.get(PATH, **rest).status_code for _ in range(times)]


def test_a_sandbox_key_has_60_requests_a_minute(desk: Any) -> None:
    """OG-030, OG-035"""
    statuses = _use(desk, 61)

    answer = desk.get(PATH)

    assert statuses == [200] * 60 + [429]
    assert answer.json["error"]["code"] == "rate_limit_exceeded"
    assert "60" in answer.json["error"]["message"]
    assert answer.headers["Retry-After"] == "60"


def test_the_limit_of_a_sandbox_key_is_tied_to_the_address(desk: Any) -> None:
    """OG-030"""
    _use(desk, 60)

    elsewhere = desk.get(PATH, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert (desk.get(PATH).status_code, elsewhere.status_code) == (429, 200)
    assert _limits(elsewhere) == (60, 59, 0)


def test_a_production_key_counts_whatever_the_address(desk: Any) -> None:
    """OG-031"""
    desk.get(PATH, key="free")

    elsewhere = desk.get(PATH, key="free", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert _limits(elsewhere) == (120, 118, 0)


def test_free_has_120_and_may_burst_to_240(desk: Any) -> None:
    """OG-031, OG-032"""
    within = _use(desk, 119, key="free")
    last = desk.get(PATH, key="free")
    first_of_burst = desk.get(PATH, key="free")
    burst = _use(desk, 119, key="free")

    beyond = desk.get(PATH, key="free")

    assert set(within + burst) == {200}
    assert (_limits(last), _limits(first_of_burst)) == ((120, 0, 0), (120, 0, 0))
    assert beyond.status_code == 429
    assert _limits(beyond) == (120, 0, 60)


def test_a_burst_is_held_back(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """OG-032"""
    held: list[float] = []
    monkeypatch.setattr("mockserver.providers.og_records.plans.pause", held.append)
    _use(desk, 120, key="free")
    before = len(held)

    _use(desk, 3, key="free")

    assert (before, len(held)) == (0, 3)


def test_business_has_600(desk: Any) -> None:
    """OG-033"""
    statuses = _use(desk, 600, key="business")

    answer = desk.get(PATH, key="business")

    assert set(statuses) == {200}
    assert answer.status_code == 429
    assert _limits(answer) == (600, 0, 60)


def test_every_answer_has_the_headers(desk: Any) -> None:
    """OG-034, OG-036, OG-039: success and refusals count alike."""
    answers = [
        desk.get(PATH),
        desk.post("/api/v1/releases", {}),
        desk.get("/api/v1/releases/nope"),
        desk.post("/api/v1/releases", data=b"{", content_type="application/json"),
        desk.post("/api/v1/payouts/request", data=b"x", content_type="text/plain"),
        desk.post("/api/v1/tracks", {"release_id": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 404, 400, 415, 422]
    assert [_limits(answer) for answer in answers] == [(60, 60 - n, 0) for n in range(1, 7)]


def test_waiting_as_long_as_told_is_enough(desk: Any) -> None:
    """OG-035"""
    desk.advance(seconds=17)
    _use(desk, 60)
    refused = desk.get(PATH)

    desk.advance(seconds=int(refused.headers["Retry-After"]))

    assert refused.headers["Retry-After"] == "43"
    assert _limits(desk.get(PATH)) == (60, 59, 0)


def test_remaining_stays_0_and_refused_requests_extend_nothing(desk: Any) -> None:
    """OG-036"""
    _use(desk, 60)

    assert [_limits(desk.get(PATH))[1] for _ in range(3)] == [0, 0, 0]
    desk.advance(seconds=60)
    assert desk.get(PATH).status_code == 200


def test_keys_do_not_eat_each_others_limit(desk: Any) -> None:
    """OG-037"""
    _use(desk, 61)

    other = desk.mint(kind="api_key", account="nordwind")["value"]

    assert (desk.get(PATH).status_code, desk.get(PATH, key=other).status_code) == (429, 200)


def test_a_rotated_key_shares_the_limit_of_the_new_one(desk: Any) -> None:
    """OG-020"""
    old = desk.credential("free")
    new = desk.post(f"/api/v1/api-keys/{old['id']}/rotate").json["key"]

    left = [_limits(desk.get(PATH, key=key)) for key in (old["value"], new, old["value"])]

    assert left == [(120, 119, 0), (120, 118, 0), (120, 117, 0)]


def test_the_public_view_is_limited_by_address(desk: Any) -> None:
    """OG-038"""
    slug = desk.records("smartlinks")[0]["slug"]
    first = desk.get(f"/api/v1/smartlinks/{slug}", key=None)
    for _ in range(59):
        desk.get(f"/api/v1/smartlinks/{slug}", key="full")

    beyond = desk.get(f"/api/v1/smartlinks/{slug}", key=None)
    elsewhere = desk.get(f"/api/v1/smartlinks/{slug}", key=None, environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert _limits(first) == (60, 59, 0)
    assert (beyond.status_code, elsewhere.status_code) == (429, 200)
    assert desk.get(PATH).status_code == 200


def test_guessing_keys_is_limited_by_address(desk: Any) -> None:
    statuses = _use(desk, 61, key="og_key_guess")

    assert statuses == [401] * 60 + [429]
    assert desk.get(PATH).status_code == 200


def test_calls_without_the_scope_count_too(desk: Any) -> None:
    """OG-034"""
    left = [_limits(desk.get(PATH, key="no-scope")) for _ in range(2)]

    assert left == [(60, 59, 0), (60, 58, 0)]
    assert _use(desk, 59, key="no-scope") == [403] * 58 + [429]


def test_without_limits_nothing_is_counted_and_the_headers_are_there(make_desk: Any) -> None:
    """OG-034"""
    desk = make_desk(limits=False)
    _use(desk, 61)
    answers = [desk.get(PATH), desk.get(PATH, key=None), desk.get(PATH, key="no-scope")]

    assert [answer.status_code for answer in answers] == [200, 401, 403]
    assert {_limits(answer) for answer in answers} == {(60, 60, 0)}


@pytest.mark.parametrize("path", ["/oauth/token", "/webhooks/stripe", "/api/v1/nope"])
def test_what_is_not_counted_has_no_headers(desk: Any, path: str) -> None:
    answer = desk.post(path, {})

    assert "X-RateLimit-Limit" not in answer.headers


def test_an_answer_asked_for_has_the_headers(desk: Any) -> None:
    refused = desk.get(PATH, headers={"Prefer": "code=429"})
    taken = desk.get(PATH, headers={"Prefer": "example=last-page"})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1
    assert taken.json["data"][0]["amount"] == "250.00"
    assert taken.headers["Retry-After"] == "0"
