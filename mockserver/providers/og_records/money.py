"""Money as whole cents: written, read, and shared out without losing any."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import lcm

CURRENCY = "EUR"


def print_money(cents: int) -> str:
    """Return cents as an exact decimal with two places: 25000 is 250.00 (OG-097)."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02d}"


def read_money(text: str) -> int:
    """Return the cents of a decimal with at most two places."""
    whole, _, places = text.partition(".")
    return int(whole) * 100 + int(places.ljust(2, "0"))


def exact(number: float) -> Decimal:
    """Return a JSON number as the decimal that its sender wrote: 33.33, not the binary fraction next to it."""
    return Decimal(str(number))


def apportion(total: int, weights: Sequence[int | Decimal]) -> list[int]:
    """Share a whole number out in proportion to weights; the parts add up to exactly the total.

    Every part is rounded down first. What that leaves goes, one by one, to the parts that lost the most; of equal
    ones the first takes it.
    """
    parts = _whole_numbers(weights)
    whole = sum(parts)
    if not whole:
        raise ValueError("nothing can be shared out by weights that are all 0")
    shares = [total * part // whole for part in parts]
    lost = [total * part % whole for part in parts]
    by_loss = sorted(range(len(parts)), key=lambda place: (-lost[place], place))
    for place in by_loss[: total - sum(shares)]:
        shares[place] += 1
    return shares


def _whole_numbers(weights: Sequence[int | Decimal]) -> list[int]:
    """Return weights in the same proportion without fractions: 33.33 and 66.67 are 3333 and 6667."""
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(below for _, below in ratios))
    return [above * (common // below) for above, below in ratios]
