"""Chance: the same everywhere, evenly spread, and one to one where ids are made of it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.fakes import Chance, hex_for, token_for, uuid_for

SEEDS = st.integers(-(2**70), 2**70)


def test_draws_are_the_same_on_every_machine_and_python() -> None:
    chance = Chance(7, "a", 1)

    assert [chance.number(1, 100) for _ in range(5)] == [34, 15, 23, 21, 46]
    assert chance.uuid() == "9e4a1565-4e77-4995-97f6-f5bb6d5d5e4f"
    assert chance.hex(8) == "2ff1de6d"
    assert chance.token(10) == "dog2ZJlfFW"
    assert chance.decimal(1, 2, 3) == Decimal("1.286")
    assert chance.pick("xyz") == "z"
    assert chance.shuffle([1, 2, 3, 4, 5]) == [4, 5, 2, 1, 3]


def test_ids_are_the_same_on_every_machine_and_python() -> None:
    assert uuid_for(1, "release", 0) == "cbce8df8-6cd8-41b2-92b4-1633a05e4259"
    assert hex_for(1, "release", 0, 8) == "68a62804"
    assert hex_for(1, "thread", 0, 32) == "895aef23af13ef9f237da15610c4e5d5"
    assert token_for(1, "key", 0, 10) == "OsmlrXfvbv"
    assert token_for(1, "key", 0, 40) == "2sXWr3zKgbA3jh4Jv0g03LaoeIUkZW4zF3nR9qMg"


def test_a_fork_depends_on_its_path_and_not_on_what_was_drawn_before() -> None:
    fresh, used = Chance(1, "a"), Chance(1, "a")
    used.token(100)

    assert used.fork("b", 2).token(20) == fresh.fork("b").fork(2).token(20) == Chance(1, "a", "b", 2).token(20)


def test_different_seeds_and_paths_never_share_a_stream() -> None:
    paths: list[tuple[str | int, ...]] = [
        (),
        ("a",),
        ("ab",),
        ("a", "b"),
        ("b", "a"),
        (1,),
        ("1",),
        ("i1;",),
        ("",),
    ]

    streams = {Chance(seed, *path).hex(32) for seed in (0, 1, -1) for path in paths}

    assert len(streams) == 3 * len(paths)


def test_a_path_of_anything_but_words_and_whole_numbers_is_refused() -> None:
    with pytest.raises(TypeError, match="not by float"):
        Chance(1, 1.5)  # type: ignore[arg-type]


@given(SEEDS, st.integers(-(2**80), 2**80), st.integers(0, 2**80))
def test_a_number_lies_between_its_bounds(seed: int, low: int, width: int) -> None:
    assert low <= Chance(seed).number(low, low + width) <= low + width


def test_numbers_are_spread_evenly() -> None:
    chance = Chance(3)

    counts = Counter(chance.number(1, 6) for _ in range(6000))

    assert sorted(counts) == [1, 2, 3, 4, 5, 6]
    assert all(900 < count < 1100 for count in counts.values())


def test_large_numbers_use_all_their_digits() -> None:
    chance = Chance(3)

    numbers = [chance.number(0, 2**200 - 1) for _ in range(50)]

    assert len({number % 2**32 for number in numbers}) == 50
    assert max(numbers) > 2**199


def test_weights_are_followed() -> None:
    chance = Chance(3)

    counts = Counter(chance.weighted({"often": 3, "seldom": 1.0, "never": 0}) for _ in range(4000))

    assert counts["never"] == 0
    assert 2850 < counts["often"] < 3150


def test_a_probability_is_followed_and_its_ends_are_certain() -> None:
    chance = Chance(3)

    happened = sum(chance.happens(0.2) for _ in range(5000))

    assert 900 < happened < 1100
    assert not any(chance.happens(0.0) for _ in range(100))
    assert all(chance.happens(1.0) for _ in range(100))


@given(SEEDS, st.lists(st.integers(), max_size=30), st.data())
def test_a_sample_takes_nothing_twice(seed: int, choices: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(choices)))
    before = list(choices)

    taken = Chance(seed).sample(choices, count)

    assert len(taken) == count
    assert not Counter(taken) - Counter(choices)
    assert choices == before


@given(SEEDS, st.lists(st.integers(), max_size=30))
def test_shuffling_keeps_everything(seed: int, choices: list[int]) -> None:
    assert Counter(Chance(seed).shuffle(choices)) == Counter(choices)


@given(SEEDS, st.integers(-1000, 1000), st.integers(1, 1000), st.integers(0, 4))
def test_a_decimal_has_its_places_and_lies_between_its_bounds(seed: int, low: int, width: int, places: int) -> None:
    drawn = Chance(seed).decimal(low, low + width, places)

    assert low <= drawn <= low + width
    assert drawn.as_tuple().exponent == -places


def test_bounds_of_a_decimal_are_rounded_inwards() -> None:
    chance = Chance(1)

    drawn = {chance.decimal("0.009", "0.021", 2) for _ in range(50)}

    assert drawn == {Decimal("0.01"), Decimal("0.02")}


def test_days_and_instants_lie_between_their_bounds() -> None:
    chance, first = Chance(1), datetime(2026, 1, 1, tzinfo=UTC)

    days = {chance.day(date(2026, 1, 30), date(2026, 2, 2)) for _ in range(60)}
    instants = {chance.instant(first, first + timedelta(seconds=2, microseconds=5)) for _ in range(60)}

    assert days == {date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2)}
    assert instants == {first + timedelta(seconds=n) for n in range(3)}


def test_what_cannot_be_drawn_is_refused() -> None:
    chance = Chance(1)

    with pytest.raises(ValueError, match="nothing to pick from"):
        chance.pick([])
    with pytest.raises(ValueError, match="no choice has a weight"):
        chance.weighted({"a": 0})
    with pytest.raises(ValueError, match="cannot take 3 of 2"):
        chance.sample("ab", 3)
    with pytest.raises(ValueError, match="no number lies from 2 to 1"):
        chance.number(2, 1)


@given(SEEDS)
def test_uuids_are_of_version_4(seed: int) -> None:
    text = uuid_for(seed, "release", 3)

    assert str(UUID(text)) == text
    assert UUID(text).version == 4
    assert UUID(text).variant == "specified in RFC 4122"


@given(SEEDS, st.integers(1, 3000))
def test_a_permutation_reaches_every_place_once(seed: int, size: int) -> None:
    chance = Chance(seed, "permuted")

    assert sorted(chance.permuted(n, size) for n in range(size)) == list(range(size))


def test_even_the_shortest_ids_never_repeat_until_all_are_used() -> None:
    assert len({hex_for(5, "row", n, 2) for n in range(256)}) == 256
    assert len({token_for(5, "row", n, 2) for n in range(62 * 62)}) == 62 * 62
    with pytest.raises(ValueError, match="only 256 different values exist"):
        hex_for(5, "row", 256, 2)


@pytest.mark.parametrize("length", [1, 8, 24, 25, 32, 40, 100])
def test_ids_have_the_asked_length_and_alphabet(length: int) -> None:
    assert re.fullmatch(f"[0-9a-f]{{{length}}}", hex_for(1, "a", 1, length))
    assert re.fullmatch(f"[0-9A-Za-z]{{{length}}}", token_for(1, "a", 1, length))
