"""How often a track is heard: the number of its streams up to a day, a function of seed, track and day alone."""

from __future__ import annotations

import hashlib
import itertools
from array import array
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

_BLOCK_DAYS = 32
_LONGEST_LIFE_DAYS = 3650
_MOST_POPULAR = 10**9  # streams on the best day
# Share of a track's popularity in per mille, by days since its first: a rise, a peak, a long slope.
_CURVE = ((0, 350), (8, 1000), (30, 760), (90, 520), (200, 400), (500, 300), (1500, 150), (_LONGEST_LIFE_DAYS, 20))
_WEEKDAYS = (940, 950, 960, 990, 1090, 1060, 1010)  # per mille, Monday first


def heard_until(seed: int, track: int, popularity: int, first: date, last: date) -> int:
    """Return how many streams a track has had from its first day to `last`, both days counted in."""
    days = min((last - first).days + 1, _LONGEST_LIFE_DAYS)
    if days <= 0 or popularity <= 0:
        return 0
    blocks = -(-days // _BLOCK_DAYS)
    return _sums(seed, track, min(popularity, _MOST_POPULAR), first.weekday(), blocks)[days]


@lru_cache(maxsize=1024)
def _sums(seed: int, track: int, popularity: int, weekday: int, blocks: int) -> Sequence[int]:
    """Return the streams up to each of the first days; all in whole numbers, so that machines agree."""
    total = 0
    sums = [0]
    for block in range(blocks):
        noise = hashlib.blake2b(f"streams/{seed}/{track}/{block}".encode(), digest_size=_BLOCK_DAYS).digest()
        for place in range(_BLOCK_DAYS):
            day = block * _BLOCK_DAYS + place
            daily = popularity * _curve()[min(day, _LONGEST_LIFE_DAYS)] * _WEEKDAYS[(weekday + day) % 7]
            total += daily * (900 + noise[place] * 200 // 255) // 1_000_000_000
            sums.append(total)
    return array("Q", sums)


@lru_cache(maxsize=1)
def _curve() -> tuple[int, ...]:
    """Return the curve's value on each day."""
    values = []
    for (start, high), (end, low) in itertools.pairwise(_CURVE):
        values += [high + (low - high) * (day - start) // (end - start) for day in range(start, end)]
    return (*values, _CURVE[-1][1])
