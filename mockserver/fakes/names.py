"""Names put together from words: any number of artists, titles and labels, no two of a kind alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

from mockserver.fakes import words
from mockserver.fakes.chance import Chance


@dataclass(frozen=True, eq=False)  # told apart by identity: hashing all the words would be slow
class Pattern:
    """A form with a list of words for each {} in it, and how often it is used."""

    weight: int
    form: str
    lists: tuple[tuple[str, ...], ...]

    @cached_property
    def size(self) -> int:
        """How many different names it can give."""
        return prod(len(choices) for choices in self.lists)

    def filled(self, number: int) -> str:
        """The name of that number, from 0 up to, but not, the size."""
        chosen = []
        for choices in self.lists:
            number, place = divmod(number, len(choices))
            chosen.append(choices[place])
        return self.form.format(*chosen)


# The last pattern of each kind, of weight 0, is the reserve for when the words of another are used up.

ARTISTS = (
    Pattern(5, "{}", (words.GIVEN_NAMES,)),
    Pattern(38, "{} {}", (words.GIVEN_NAMES, words.FAMILY_NAMES)),
    Pattern(16, "The {} {}", (words.ADJECTIVES, words.PLURALS)),
    Pattern(14, "{} {}", (words.ADJECTIVES, words.NOUNS)),
    Pattern(10, "{} & the {}", (words.GIVEN_NAMES, words.PLURALS)),
    Pattern(6, "{} of {}", (words.PLURALS, words.PLACES)),
    Pattern(4, "DJ {}", (words.GIVEN_NAMES,)),
    Pattern(5, "{} {}", (words.NOUNS, words.BANDS)),
    Pattern(2, "{} {}", words.TURKISH),
    Pattern(0, "The {} {} {}", (words.ADJECTIVES, words.NOUNS, words.BANDS)),
)

TITLES = (
    Pattern(5, "{}", (words.NOUNS,)),
    Pattern(24, "{} {}", (words.ADJECTIVES, words.NOUNS)),
    Pattern(8, "{} in {}", (words.PLURALS, words.PLACES)),
    Pattern(8, "{} in the {}", (words.GERUNDS, words.NOUNS)),
    Pattern(8, "{} for {} {}", (words.GERUNDS, words.ADJECTIVES, words.PLURALS)),
    Pattern(6, "{} of the {}", (words.NOUNS, words.PLURALS)),
    Pattern(4, "{} to {}", (words.GERUNDS, words.PLACES)),
    Pattern(4, "No More {}", (words.PLURALS,)),
    Pattern(7, "{} {}", words.FRENCH),
    Pattern(7, "{} {}", words.SPANISH),
    Pattern(7, "{} {}", words.GERMAN),
    Pattern(4, "{} {}", words.PORTUGUESE),
    Pattern(4, "{} {}", words.YORUBA),
    Pattern(4, "{} {}", words.TURKISH),
    Pattern(0, "{} {} in {}", (words.ADJECTIVES, words.PLURALS, words.PLACES)),
)

LABELS = (
    Pattern(12, "{} {}", (words.LABEL_STEMS, words.LABEL_ENDINGS)),
    Pattern(4, "{} {}", (words.PLACES, words.LABEL_ENDINGS)),
    Pattern(0, "{} {} {}", (words.ADJECTIVES, words.LABEL_STEMS, words.LABEL_ENDINGS)),
)


class Names:
    """The nth name of one kind: a function of the chance and of n, whatever was asked before.

    The sequence numbers fall into blocks as long as the sum of the weights. Within a block each pattern has
    as many turns as it weighs, in shuffled order, so its turns can be numbered without counting: turn by turn
    a pattern walks through a permutation of all its names. That is why no name comes twice.
    """

    def __init__(self, patterns: tuple[Pattern, ...], chance: Chance) -> None:
        self._reserve = patterns[-1]
        self._chance = chance
        self._walks = {pattern: chance.fork("pattern", n) for n, pattern in enumerate(patterns)}
        self._turns = [(pattern, turn) for pattern in patterns for turn in range(pattern.weight)]
        self._latest: tuple[int, list[tuple[Pattern, int]]] = (-1, [])  # names are mostly asked for in order

    def nth(self, sequence: int) -> str:
        """A name that no other sequence number has; once all words are used up, names get a number."""
        block, slot = divmod(sequence, len(self._turns))
        pattern, turn = self._shuffled(block)[slot]
        place = block * pattern.weight + turn
        if place < pattern.size:
            return self._walked(pattern, place)
        lap, place = divmod(sequence, self._reserve.size)
        name = self._walked(self._reserve, place)
        return f"{name} No. {lap + 1}" if lap else name

    def _shuffled(self, block: int) -> list[tuple[Pattern, int]]:
        latest, turns = self._latest
        if latest != block:
            turns = self._chance.fork(block).shuffle(self._turns)
            self._latest = (block, turns)
        return turns

    def _walked(self, pattern: Pattern, place: int) -> str:
        return pattern.filled(self._walks[pattern].permuted(place, pattern.size))


def drawn(patterns: tuple[Pattern, ...], chance: Chance) -> str:
    """Any name of the kind; the same one may be drawn again."""
    pattern = chance.weighted({pattern: pattern.weight for pattern in patterns})
    return pattern.filled(chance.number(0, pattern.size - 1))
