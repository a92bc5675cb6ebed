"""The test cards of the payment page: what kind a number is, and which one no bank honours."""

from __future__ import annotations

import re
from dataclasses import dataclass

USUAL_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
_BEGINNINGS = (("visa", ("4",)), ("mastercard", ("51", "52", "53", "54", "55", "2")), ("amex", ("34", "37")))


@dataclass(frozen=True, slots=True)
class Card:
    """A payment method as a user shows it."""

    type: str
    last_four: str


class CardRefused(Exception):
    """A card that cannot pay; the text tells the payer why."""


def read_card(text: str) -> Card:
    """Return the card of a number typed with or without spaces; `CardRefused` where it cannot pay."""
    number = re.sub(r"[ -]", "", text)
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19 and _is_valid(number)):
        raise CardRefused("This is no card number.")
    if number == DECLINED_CARD:
        raise CardRefused("The card was declined.")
    kind = next((name for name, starts in _BEGINNINGS if number.startswith(starts)), "card")
    return Card(kind, number[-4:])


def _is_valid(number: str) -> bool:
    """Say whether the check digit is right (Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
