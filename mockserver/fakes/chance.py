"""Chance that repeats itself: each draw is a function of a seed, a path of names and the draws before it."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import isqrt
from typing import TypeVar

_T = TypeVar("_T")

HEX_DIGITS = "0123456789abcdef"
URL_SAFE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# The two highest bits of a version 4 UUID's fourth group are 1 and 0.
_VARIANTS = {digit: "89ab"[int(digit, 16) % 4] for digit in HEX_DIGITS}


class Chance:
    """A stream of draws that is the same on every machine, in every process and for every Python version.

    The bits come from BLAKE2b in counter mode, keyed by seed and path. Two paths never share a stream, and a
    fork depends on the path alone: what was drawn from the parent before does not change it.
    """

    __slots__ = ("_blocks", "_key", "_path", "_seed", "_words")

    def __init__(self, seed: int, *path: str | int) -> None:
        self._seed = seed
        self._path = path
        self._key = hashlib.blake2b(_spelled(seed, *path), digest_size=32).digest()
        self._blocks = 0
        self._words: list[int] = []

    def fork(self, *path: str | int) -> Chance:
        """The stream below this one; `Chance(1, "a").fork("b")` is `Chance(1, "a", "b")`."""
        return Chance(self._seed, *self._path, *path)

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        if high < low:
            raise ValueError(f"no number lies from {low} to {high}")
        return low + self._below(high - low + 1)

    def fraction(self) -> float:
        """A number from 0.0 up to, but not, 1.0."""
        return (self._word() >> 11) * 2.0**-53

    def happens(self, probability: float) -> bool:
        """True in the given share of draws: 0.0 is never, 1.0 is always."""
        return self.fraction() < probability

    def decimal(self, low: Decimal | int | str, high: Decimal | int | str, places: int = 2) -> Decimal:
        """A decimal with that many places, from low to high, both included."""
        least = int(Decimal(low).scaleb(places).to_integral_value(ROUND_CEILING))
        most = int(Decimal(high).scaleb(places).to_integral_value(ROUND_FLOOR))
        return Decimal(self.number(least, most)).scaleb(-places)

    def day(self, first: date, last: date) -> date:
        """A day from first to last, both included."""
        return first + timedelta(days=self.number(0, (last - first).days))

    def instant(self, first: datetime, last: datetime) -> datetime:
        """An instant from first to last, a whole number of seconds after first."""
        return first + timedelta(seconds=self.number(0, (last - first) // timedelta(seconds=1)))

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of the choices, each as likely as the others."""
        if not choices:
            raise ValueError("nothing to pick from")
        return choices[self._below(len(choices))]

    def weighted(self, weights: Mapping[_T, float]) -> _T:
        """One of the keys, each as likely as its weight says; keys of weight 0 never."""
        possible = [(choice, weight) for choice, weight in weights.items() if weight > 0]
        if not possible:
            raise ValueError("no choice has a weight above 0")
        point = self.fraction() * sum(weight for _, weight in possible)
        for choice, weight in possible:
            point -= weight
            if point < 0:
                return choice
        return possible[-1][0]  # the rounding of floats may leave a point of exactly 0

    def sample(self, choices: Sequence[_T], count: int) -> list[_T]:
        """That many of the choices, none taken twice, in the order drawn."""
        if not 0 <= count <= len(choices):
            raise ValueError(f"cannot take {count} of {len(choices)}")
        left = list(choices)
        for place in range(count):
            drawn = place + self._below(len(left) - place)
            left[place], left[drawn] = left[drawn], left[place]
        return left[:count]

    def shuffle(self, choices: Sequence[_T]) -> list[_T]:
        """A new list of all the choices in another order."""
        return self.sample(choices, len(choices))

    def uuid(self) -> str:
        """A version 4 UUID in lower case."""
        bits = (self._word() << 64 | self._word()) & ~(0xF000 << 64 | 0xC000 << 48)
        text = f"{bits | 0x4000 << 64 | 0x8000 << 48:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def hex(self, length: int) -> str:
        """That many lower-case hexadecimal digits."""
        return self._text(HEX_DIGITS, length)

    def digits(self, length: int) -> str:
        """That many decimal digits; the first may be 0."""
        return self._text("0123456789", length)

    def token(self, length: int) -> str:
        """That many letters and digits, safe in a URL and in a header."""
        return self._text(URL_SAFE, length)

    def permuted(self, sequence: int, size: int) -> int:
        """The number below size that stands for this sequence number and no other. Draws nothing.

        A keyed Feistel network mixes a square of pairs just large enough; a result outside `size` is mixed
        again until it falls inside, which keeps the mapping one to one without remembering anything.
        """
        if not 0 <= sequence < size:
            raise ValueError(f"only {size} different values exist, sequence {sequence} is beyond them")
        side = isqrt(size - 1) + 1
        mixed = self._mixed(sequence, side)
        while mixed >= size:
            mixed = self._mixed(mixed, side)
        return mixed

    def _mixed(self, value: int, side: int) -> int:
        left, right = divmod(value, side)
        for turn in range(4):
            salt = hashlib.blake2b(b"%d:%d:%d" % (turn, side, right), digest_size=32, key=self._key).digest()
            left, right = right, (left + int.from_bytes(salt, "big")) % side
        return left * side + right

    def _text(self, alphabet: str, length: int) -> str:
        return "".join([alphabet[self._below(len(alphabet))] for _ in range(length)])

    def _below(self, size: int) -> int:
        # At least 32 bits more than the answer needs, so that no value is favoured by more than one in 2**32.
        words = 1 + (size.bit_length() + 31) // 64
        drawn = 0
        for _ in range(words):
            drawn = drawn << 64 | self._word()
        return drawn * size >> 64 * words

    def _word(self) -> int:
        if not self._words:
            block = hashlib.blake2b(self._blocks.to_bytes(8, "big"), key=self._key).digest()
            self._words = list(struct.unpack(">8Q", block))
            self._blocks += 1
        return self._words.pop()


def uuid_for(seed: int, kind: str, sequence: int) -> str:
    """The version 4 UUID of the nth thing of a kind."""
    text = hashlib.blake2b(_spelled(seed, "uuid", kind, sequence), digest_size=16).hexdigest()
    variant = _VARIANTS[text[16]]  # every request asks for one: a single hash instead of a stream
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


def hex_for(seed: int, kind: str, sequence: int, length: int) -> str:
    """The lower-case hexadecimal id of the nth thing of a kind; two sequence numbers never share one."""
    return _id_for(Chance(seed, "hex", kind, length), HEX_DIGITS, sequence, length)


def token_for(seed: int, kind: str, sequence: int, length: int) -> str:
    """The id of letters and digits of the nth thing of a kind; two sequence numbers never share one."""
    return _id_for(Chance(seed, "token", kind, length), URL_SAFE, sequence, length)


def _id_for(chance: Chance, alphabet: str, sequence: int, length: int) -> str:
    space: int = len(alphabet) ** length
    if space > 1 << 96:  # too many for two to meet by chance
        return chance.fork(sequence)._text(alphabet, length)
    number = chance.permuted(sequence, space)
    letters = []
    for _ in range(length):
        number, letter = divmod(number, len(alphabet))
        letters.append(alphabet[letter])
    return "".join(letters)


def _spelled(*parts: str | int) -> bytes:
    """The parts as bytes that no other parts have: 1 and "1", and ("a", "b") and ("ab",), differ."""
    spelled = []
    for part in parts:
        if isinstance(part, str):
            text = part.encode("utf-8", "surrogatepass")
            spelled.append(b"s%d:%b" % (len(text), text))
        elif isinstance(part, int):
            spelled.append(b"i%d;" % part)
        else:
            raise TypeError(f"chance is keyed by words and whole numbers, not by {type(part).__name__}")
    return b"".join(spelled)
