"""Requests counted per window of the sandbox's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.traffic.limits import LimitPlan, count

# START is 2026-03-01T10:00:00Z, the first instant of a minute.
MINUTE_END = 1772359260


def test_requests_up_to_the_limit_are_served_and_told(toy: Any) -> None:
    replies = [toy.ask("GET", "/things/count") for _ in range(6)]

    assert [reply.status_code for reply in replies] == [200] * 5 + [429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["4", "3", "2", "1", "0", "0"]
    assert {reply.headers["X-RateLimit-Limit"] for reply in replies} == {"5"}
    assert {reply.headers["X-RateLimit-Reset"] for reply in replies} == {str(MINUTE_END)}
    assert replies[-1].headers["Retry-After"] == "60"


def test_the_window_ends_on_the_sandboxs_clock(toy: Any) -> None:
    start = toy.now
    for _ in range(6):
        toy.ask("GET", "/things/count")

    toy.advance(start + timedelta(seconds=59, microseconds=999_999))
    late = toy.ask("GET", "/things/count")
    assert (late.status_code, late.headers["Retry-After"]) == (429, "1")
    toy.advance(start + timedelta(seconds=60))
    fresh = toy.ask("GET", "/things/count")
    assert (fresh.status_code, fresh.headers["X-RateLimit-Remaining"]) == (200, "4")


def test_accounts_and_sandboxes_are_counted_apart(toy: Any, toy_house: Any, make_box: Any) -> None:
    for _ in range(6):
        toy.ask("GET", "/things/count")

    assert toy.ask("GET", "/things/count", token="second-account").status_code == 200
    assert make_box(toy_house, "toy").ask("GET", "/things/count").status_code == 200


def test_a_refused_request_counts_like_any_other(toy: Any) -> None:
    """A client that sends nonsense is slowed down too; one without credentials is nobody's."""
    for _ in range(5):
        assert toy.ask("GET", "/things/count", token=None).status_code == 401

    assert toy.ask("GET", "/things/count").headers["X-RateLimit-Remaining"] == "4"


def test_limits_can_be_switched_off(toy: Any) -> None:
    toy.start_over(limits=False)

    replies = [toy.ask("GET", "/things/count") for _ in range(10)]

    assert {reply.status_code for reply in replies} == {200}
    assert "X-RateLimit-Limit" not in replies[0].headers


def test_other_operations_are_not_counted(toy: Any) -> None:
    assert "X-RateLimit-Limit" not in toy.ask("GET", "/things").headers


@pytest.mark.parametrize(("burst", "served"), [(None, 3), (6, 6)])
def test_a_burst_beyond_the_limit_is_served_and_marked(toy: Any, burst: int | None, served: int) -> None:
    world = toy.world
    windows = [count(world, LimitPlan("k", 3, timedelta(minutes=1), burst)) for _ in range(8)]

    assert [window.is_exceeded for window in windows] == [False] * served + [True] * (8 - served)
    assert [window.is_over_limit for window in windows] == [False] * 3 + [True] * 5
    assert [window.remaining for window in windows[:4]] == [2, 1, 0, 0]


@pytest.mark.parametrize("length", [timedelta(seconds=10), timedelta(hours=1), timedelta(days=1)])
def test_windows_of_other_lengths_begin_at_their_multiples(toy: Any, length: timedelta) -> None:
    window = count(toy.world, LimitPlan("k", 3, length))

    assert window.reset % int(length.total_seconds()) == 0
    assert 0 < window.retry_after <= length.total_seconds()
