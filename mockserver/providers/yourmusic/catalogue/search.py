"""Searches a sandbox's catalogue: the shelves of its seed, and what was edited since."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.core.ground import Record
from mockserver.paging import PageNumbers
from mockserver.providers.yourmusic.catalogue.edits import catalogue_in, edited
from mockserver.providers.yourmusic.catalogue.folding import folded
from mockserver.providers.yourmusic.catalogue.lookup import find_item
from mockserver.providers.yourmusic.catalogue.matching import ANY_WORTH, ARTIST_WORTH, TITLE_WORTH, grade
from mockserver.providers.yourmusic.catalogue.shelves import Shelf, letter_key
from mockserver.world import World


@dataclass(frozen=True, slots=True)
class Wish:
    """What a search asks for; `terms` as they came."""

    terms: str
    use: str | None = None
    is_clean: bool = False
    artist_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A found record with its score."""

    record: Record
    score: float


def search(world: World, kind: str, wish: Wish, number: int, size: int) -> tuple[int, list[Hit]]:
    """Return how many items fit and one page of them, best score first.

    An item fits where its title, or its artist's name, contains the terms in a row. Where no item does, it is enough
    that title, version and artist together contain every term: `silver fire léonie` finds the track by its artist.
    """
    terms = folded(wish.terms)
    if not terms:
        return 0, []
    shelf = catalogue_in(world).shelves[kind]
    changed = edited(world, kind)
    for in_a_row in (True, False):
        if changed:
            found = _with_edits(world, kind, shelf, wish, terms, changed, in_a_row)
        else:
            ranking = shelf.ranked(terms, wish.use, wish.is_clean, wish.artist_id, in_a_row)
            found = _Found(ranking.numbers, ranking.worths)
        if found.numbers:
            page = PageNumbers(number, size, len(found.numbers))
            return page.total, _hits(world, kind, shelf, found, page)
    return 0, []


@dataclass(frozen=True, slots=True)
class _Found:
    """Numbers of shelved items, or below zero the places of edited ones in `others`, with what each is worth."""

    numbers: list[int]
    worths: list[float]
    others: tuple[Record, ...] = ()


def _hits(world: World, kind: str, shelf: Shelf, found: _Found, page: PageNumbers) -> list[Hit]:
    hits = []
    for number, worth in zip(page.cut(found.numbers), page.cut(found.worths), strict=True):
        record = find_item(world, kind, shelf.ids[number]) if number >= 0 else found.others[-number - 1]
        if record is not None:
            hits.append(Hit(record, round(worth + _liked(record), 4)))
    return hits


def _with_edits(
    world: World, kind: str, shelf: Shelf, wish: Wish, terms: str, changed: list[str], in_a_row: bool
) -> _Found:
    """Return the shelves' ranking with edited items judged by what they are now."""
    ranking = shelf.ranked(terms, wish.use, wish.is_clean, wish.artist_id, in_a_row)
    gone = set(changed)
    entries = [
        (-worth, -shelf.popularities[number], int(shelf.ids[number]), number)
        for number, worth in zip(ranking.numbers, ranking.worths, strict=True)
        if shelf.ids[number] not in gone
    ]
    others: list[Record] = []
    for id in changed:
        record = find_item(world, kind, id)
        worth = _worth(world, kind, record, wish, terms, in_a_row) if record is not None else None
        if record is not None and worth is not None:
            others.append(record)
            entries.append((-worth, -_liked(record), int(id) if id.isdigit() else 0, -len(others)))
    entries.sort()
    return _Found([entry[3] for entry in entries], [-entry[0] for entry in entries], tuple(others))


def _worth(world: World, kind: str, record: Record, wish: Wish, terms: str, in_a_row: bool) -> float | None:
    if kind == "artists":
        titles, artist = folded(record["name"]), ""
    else:
        if not _is_wanted(record, wish):
            return None
        titles = folded(record["title"])
        artist = folded((find_item(world, "artists", record["artist_id"]) or {}).get("name", ""))
    if in_a_row:
        graded = [
            worths[how]
            for text, worths in ((titles, TITLE_WORTH), (artist, ARTIST_WORTH))
            if (how := grade(text, terms)) is not None
        ]
        return max(graded, default=None)
    whole = f"{titles} {artist} {folded(record.get('version', ''))}"
    return ANY_WORTH if all(term in whole for term in terms.split()) else None


def _is_wanted(record: Record, wish: Wish) -> bool:
    if wish.artist_id is not None and record["artist_id"] != wish.artist_id:
        return False
    if wish.use is not None and wish.use not in record["uses"]:
        return False
    return not (wish.is_clean and record["is_explicit"])


def _liked(record: Record) -> float:
    # A tester may write any popularity; beyond 1 it would outweigh what is found where.
    return max(0.0, min(0.9999, float(record["popularity"])))


def browse(world: World, letter: str, number: int, size: int) -> tuple[int, list[Record]]:
    """Return how many artists' sort names begin with a letter (or more), and one page of them in order."""
    start = letter_key(letter)
    if not start:
        return 0, []
    letters = catalogue_in(world).letters
    first, end = letters.beginning_with(start)
    changed = set(edited(world, "artists"))
    if not changed:
        page = PageNumbers(number, size, end - first)
        ids = letters.slice(first + page.start, min(end, first + page.start + size))
        return page.total, [record for id in ids if (record := find_item(world, "artists", id)) is not None]
    entries = [entry for entry in letters.entries(first, end) if entry[1] not in changed]
    for id in changed:
        record = find_item(world, "artists", id)
        if record is not None and letter_key(record["sort_name"]).startswith(start):
            entries.append((letter_key(record["sort_name"]), id))
    page = PageNumbers(number, size, len(entries))
    cut = page.cut(sorted(entries))
    return page.total, [record for _, id in cut if (record := find_item(world, "artists", id)) is not None]
