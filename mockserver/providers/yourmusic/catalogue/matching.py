"""How well a text fits search terms, and which of many texts do, without looking at each."""

from __future__ import annotations

from collections.abc import Iterable

# What a match is worth; popularity, always below 1, decides among equals.
EQUAL, WORDS, BEGINS, INSIDE = range(4)
TITLE_WORTH = (10.0, 7.0, 5.0, 3.0)
ARTIST_WORTH = (6.0, 4.0, 2.0, 1.0)
ANY_WORTH = 1.0  # every term occurs somewhere, but nowhere all of them in a row


def grade(text: str, terms: str) -> int | None:
    """Say how folded terms occur in a folded text: as the whole, as whole words, at a word's start, inside; or None."""
    if terms not in text:
        return None
    if text == terms:
        return EQUAL
    padded = f" {text} "
    if f" {terms} " in padded:
        return WORDS
    return BEGINS if f" {terms}" in padded else INSIDE


class Column:
    """Many folded texts by their words. The cost of a search grows with what is found and with the vocabulary alone."""

    __slots__ = ("_postings", "_vocabulary", "texts")

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        self._postings: dict[str, list[int]] = {}
        for number, text in enumerate(self.texts):
            for word in set(text.split()):
                self._postings.setdefault(word, []).append(number)
        self._vocabulary = "\n".join(["", *self._postings, ""])

    def find(self, terms: str) -> list[set[int]]:
        """Return the numbers of the texts that contain the terms, by grade; each text once."""
        return self._find_word(terms) if " " not in terms else self._find_phrase(terms)

    def containing(self, part: str) -> set[int]:
        """Return the numbers of the texts with this part of a word."""
        return set().union(*[self._postings[word] for word in self._words_with(part)])

    def _find_word(self, term: str) -> list[set[int]]:
        words, begins, inside = set(self._postings.get(term, ())), set[int](), set[int]()
        for word in self._words_with(term):
            if word.startswith(term):
                begins.update(self._postings[word])
            else:
                inside.update(self._postings[word])
        equal = {number for number in words if self.texts[number] == term}
        begins |= words
        return [equal, words - equal, begins - words, inside - begins]

    def _find_phrase(self, terms: str) -> list[set[int]]:
        first, *middle, last = terms.split()
        candidates = self.containing(first) & self.containing(last)
        for word in middle:
            candidates &= set(self._postings.get(word, ()))
        found: list[set[int]] = [set(), set(), set(), set()]
        for number in candidates:
            how = grade(self.texts[number], terms)
            if how is not None:
                found[how].add(number)
        return found

    def _words_with(self, part: str) -> list[str]:
        """Return the words of the vocabulary that contain a part: one pass over a text of some kilobytes."""
        words, vocabulary = [], self._vocabulary
        at = vocabulary.find(part)
        while at >= 0:
            start, end = vocabulary.rfind("\n", 0, at) + 1, vocabulary.find("\n", at)
            words.append(vocabulary[start:end])
            at = vocabulary.find(part, end)
        return words
