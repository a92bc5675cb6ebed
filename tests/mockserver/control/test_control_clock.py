"""The clock of a sandbox: forward only, and what happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.clock import parse_instant
from mockserver.control.instants import later_by, print_duration
from mockserver.core.failure import Failure

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)


def test_a_frozen_clock_stands_still(tester: Any) -> None:
    assert tester.get("clock") == {"now": "2026-01-15T09:00:00Z", "mode": "frozen"}
    assert tester.get("clock") == {"now": "2026-01-15T09:00:00Z", "mode": "frozen"}


def test_time_passes_by_a_duration_or_to_an_instant(tester: Any) -> None:
    by = tester.do("POST", "clock/advance", {"by": "PT72H"})
    to = tester.do("POST", "clock/advance", {"to": "2026-02-01T12:00:00+02:00"})

    assert by == {"now": "2026-01-18T09:00:00Z", "effects": []}
    assert to == {"now": "2026-02-01T10:00:00Z", "effects": []}


def test_what_happens_on_the_way_is_told_in_order(enter: Callable[..., Any], sink: Any) -> None:
    tester = enter(progression="timed", world="empty")
    parcel = tester.order(callback_url=sink.url)

    told = tester.do("POST", "clock/advance", {"by": "P40D"})

    steps = [(effect["at"], effect["kind"], effect["resource"]) for effect in told["effects"]]
    assert steps == [
        ("2026-01-15T10:00:00Z", "transition", "parcel"),
        ("2026-01-15T10:00:00Z", "webhook", "parcel.moved"),
        ("2026-01-15T10:00:00Z", "delivery", "parcel.moved"),
        ("2026-01-16T10:00:00Z", "transition", "parcel"),
        ("2026-01-16T10:00:00Z", "webhook", "parcel.moved"),
        ("2026-01-16T10:00:00Z", "delivery", "parcel.moved"),
        ("2026-02-15T10:00:00Z", "transition", "parcel"),
    ]
    assert told["now"] == "2026-02-24T09:00:00Z"
    assert [one.json() for one in sink.received] == [
        {"event": "parcel.moved", "code": parcel["code"], "status": "packed"},
        {"event": "parcel.moved", "code": parcel["code"], "status": "released"},
    ]
    assert tester.get("state/parcels/parcels/1")["status"] == "lost"


def test_setting_the_clock_lets_the_same_happen(enter: Callable[..., Any]) -> None:
    tester = enter(progression="timed", world="empty")
    tester.order()

    clock = tester.do("PUT", "clock", {"now": "2026-01-15T11:00:00Z"})

    assert clock == {"now": "2026-01-15T11:00:00Z", "mode": "frozen"}
    assert tester.get("state/parcels/parcels/1")["status"] == "packed"


def test_reviewers_wait_where_progress_is_manual_but_timers_do_not(tester: Any) -> None:
    code = tester.order()["code"]
    tester.do("POST", "clock/advance", {"by": "P2D"})
    before = tester.get("state/parcels/parcels/13")["status"]
    tester.fire(code, "pack")
    tester.fire(code, "release")
    effects = tester.do("POST", "clock/advance", {"by": "P31D"})["effects"]

    assert before == "ordered"
    assert [effect["event"] for effect in effects] == ["lose"]


def test_a_clock_is_let_run_and_stopped(tester: Any) -> None:
    running = tester.do("PUT", "clock", {"mode": "running"})
    later = parse_instant(tester.get("clock")["now"])
    frozen = tester.do("PUT", "clock", {"mode": "frozen"})

    assert running["mode"] == "running"
    assert timedelta(0) <= later - parse_instant("2026-01-15T09:00:00Z") < timedelta(minutes=1)
    assert tester.get("clock") == frozen


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"to": "2026-01-15T08:59:59Z"}, "/to"),
        ({"to": "tomorrow"}, "/to"),
        ({"to": "9999-01-01T00:00:00Z"}, "/to"),
        ({"by": "72 hours"}, "/by"),
        ({"by": "-PT1H"}, "/by"),
        ({"by": "P"}, "/by"),
        ({"by": "PT"}, "/by"),
        ({"by": "P1DT"}, "/by"),
        ({"by": "P9000Y"}, "/by"),
        ({"by": "PT999999999999H"}, "/by"),
        ({"by": 72}, "/by"),
    ],
)
def test_the_clock_only_moves_forward_and_by_what_it_can_read(tester: Any, body: dict[str, Any], pointer: str) -> None:
    answer = tester.control("POST", "clock/advance", body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert tester.get("clock")["now"] == "2026-01-15T09:00:00Z"


@pytest.mark.parametrize("body", [{}, {"by": "PT1H", "to": "2026-01-16T00:00:00Z"}])
def test_an_advance_is_either_by_or_to(tester: Any, body: dict[str, Any]) -> None:
    answer = tester.control("POST", "clock/advance", body)

    assert answer.status_code == 422


@pytest.mark.parametrize("body", [{}, {"now": "2026-01-15T08:00:00Z"}, {"mode": "slow"}, {"now": "2025"}])
def test_a_clock_cannot_be_set_back_or_to_nonsense(tester: Any, body: dict[str, Any]) -> None:
    answer = tester.control("PUT", "clock", body)

    assert answer.status_code == 422


def test_an_advance_by_nothing_is_no_error(tester: Any) -> None:
    assert tester.do("POST", "clock/advance", {"by": "PT0S"})["now"] == "2026-01-15T09:00:00Z"
    assert tester.do("POST", "clock/advance", {"to": "2026-01-15T09:00:00Z"})["effects"] == []


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("P1M", "2026-02-28T09:00:00Z"),
        ("P1Y", "2027-01-31T09:00:00Z"),
        ("P1Y1M1DT1H", "2027-03-01T10:00:00Z"),
        ("P2W", "2026-02-14T09:00:00Z"),
        ("PT90S", "2026-01-31T09:01:30Z"),
        ("PT0.5S", "2026-01-31T09:00:00.500000Z"),
    ],
)
def test_durations_follow_the_calendar(text: str, after: str) -> None:
    assert later_by(NOW, text, "/by") == parse_instant(after)


@pytest.mark.parametrize("text", ["P1W2D", "1H", "PT1H1D", "", "p1d", "P1.5D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Failure) as refused:
        later_by(NOW, text, "/by")

    assert refused.value.problems[0].pointer == "/by"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=10), "PT10M"),
        (timedelta(days=2), "P2D"),
        (timedelta(days=1, hours=12, seconds=5), "P1DT12H5S"),
        (timedelta(0), "PT0S"),
    ],
)
def test_durations_are_printed_as_they_are_read(length: timedelta, text: str) -> None:
    assert print_duration(length) == text
    assert later_by(NOW, text, "/by") == NOW + length
