"""The clock of a sandbox: runs or stands still, prints and reads instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.clock import clock_at, instant, midnight, now_of, parse_instant, real_now, running_clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=3_652_000)).map(
    lambda passed: datetime(1, 1, 2, tzinfo=UTC) + passed
)


def test_a_frozen_clock_stands_still() -> None:
    clock = clock_at("frozen", NOON)

    assert now_of(clock) == now_of(clock) == NOON


def test_a_running_clock_shows_what_it_was_set_to_and_runs() -> None:
    clock = clock_at("running", NOON)

    first, second = now_of(clock), now_of(clock)

    assert timedelta(0) <= first - NOON < timedelta(seconds=5)
    assert first <= second


def test_an_untouched_clock_shows_the_real_time() -> None:
    assert abs(now_of(running_clock()) - real_now()) < timedelta(seconds=5)
    assert real_now().tzinfo is UTC


@given(INSTANTS)
def test_what_is_printed_reads_back(at: datetime) -> None:
    text = instant(at)

    assert len(text) == 27
    assert parse_instant(text) == at


@given(INSTANTS, INSTANTS)
def test_printed_instants_sort_like_instants(one: datetime, other: datetime) -> None:
    assert (instant(one) < instant(other)) == (one < other)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00.5Z", NOON + timedelta(seconds=0.5)),
        ("2026-03-01T14:00:00+02:00", NOON),
        ("2026-02-28T23:30:00-12:30", NOON),
        ("2026-03-01T12:00:00.1234567Z", NOON + timedelta(microseconds=123_456)),
    ],
)
def test_instants_with_any_offset_are_read(text: str, at: datetime) -> None:
    assert parse_instant(text) == at


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2026-03-01", "2026-03-01T12:00:00", "2026-02-30T12:00:00Z", "2026-03-01T25:00:00Z",
        "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00", "12026-03-01T12:00:00Z",
    ],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_instant(text)


def test_midnight_begins_the_day_in_utc() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-2))).astimezone(UTC)

    assert midnight(late) == datetime(2026, 3, 2, tzinfo=UTC)
