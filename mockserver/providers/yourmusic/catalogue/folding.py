"""Texts as a search sees them: no case, no accents, no punctuation."""

from __future__ import annotations

import re
import unicodedata

# Letters that do not come apart into a plain one and a mark.
_PLAIN = str.maketrans(
    {
        "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ı": "i", "ß": "ss",
        "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th", "’": None, "'": None,
    }
)  # fmt: skip
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_GAPS = re.compile(r"[\W_]+")


def unaccented(text: str) -> str:
    """Return a text in plain letters, in the same case: Adébáyọ̀ is Adebayo."""
    if text.isascii():
        return text.replace("'", "")
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_PLAIN)))


def folded(text: str) -> str:
    """Return the words of a text for comparison: `Léonie & the Migrants` is `leonie the migrants`."""
    return _GAPS.sub(" ", unaccented(text).casefold()).strip()


def slug(text: str) -> str:
    """Return a text as a part of an address."""
    return folded(text).replace(" ", "-")


def sort_name(name: str) -> str:
    """Return the name to sort by: plain letters, the article last."""
    plain = unaccented(name)
    return f"{plain[4:]}, The" if plain.startswith("The ") else plain
