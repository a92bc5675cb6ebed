"""The untouched catalogue of a seed, indexed once in each process: what searches and lists by letter read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

import orjson

from mockserver.core.ground import Record
from mockserver.providers.yourmusic.catalogue.folding import folded
from mockserver.providers.yourmusic.catalogue.making import KINDS, Records, Size, make
from mockserver.providers.yourmusic.catalogue.matching import ANY_WORTH, ARTIST_WORTH, TITLE_WORTH, Column

_making = Lock()


class Ranking:
    """Numbers of items, best first, with what each is worth."""

    __slots__ = ("numbers", "worths")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.worths: list[float] = []

    def add(self, worth: float, found: set[int]) -> None:
        """Put items behind those that are there; their numbers rise as popularity falls."""
        self.numbers += sorted(found)
        self.worths += [worth] * len(found)


class Shelf:
    """All items of a kind, numbered from the most popular down."""

    def __init__(self, records: Sequence[Record], artists: Shelf | None) -> None:
        ranked = sorted(records, key=lambda record: (-record["popularity"], int(record["id"])))
        self.ids = [record["id"] for record in ranked]
        self.popularities = [record["popularity"] for record in ranked]
        self.titles = Column([folded(record["name" if artists is None else "title"]) for record in ranked])
        self._artists = artists
        self._by_artist: dict[str, list[int]] = {}
        self.uses: dict[str, set[int]] = {"download": set(), "stream": set()}
        self._clean: set[int] = set()
        self._versions = Column([folded(record["version"]) if record.get("version") else "" for record in ranked])
        if artists is not None:
            self._sort(ranked)
        self.ranked = lru_cache(maxsize=32)(self._ranked)  # a page of results is mostly followed by the next one

    def _sort(self, ranked: list[Record]) -> None:
        for number, record in enumerate(ranked):
            self._by_artist.setdefault(record["artist_id"], []).append(number)
            for use in record["uses"]:
                self.uses[use].add(number)
            if not record["is_explicit"]:
                self._clean.add(number)

    def _ranked(self, terms: str, use: str | None, is_clean: bool, artist_id: str | None, in_a_row: bool) -> Ranking:
        """Return what contains the terms in its title or its artist's name, in a row or each one anywhere."""
        allowed = self._allowed(use, is_clean, artist_id)
        ranking, seen = Ranking(), set[int]()
        for worth, found in self._graded(terms) if in_a_row else [(ANY_WORTH, self._anywhere(terms))]:
            fresh = (found if allowed is None else found & allowed) - seen
            seen |= fresh
            ranking.add(worth, fresh)
        return ranking

    def _graded(self, terms: str) -> list[tuple[float, set[int]]]:
        graded = list(zip(TITLE_WORTH, self.titles.find(terms), strict=True))
        if self._artists is not None:
            for worth, found in zip(ARTIST_WORTH, self._artists.titles.find(terms), strict=True):
                graded.append((worth, self._of_artists(found)))
        return sorted(graded, key=lambda entry: -entry[0])

    def _anywhere(self, terms: str) -> set[int]:
        found: set[int] | None = None
        for term in dict.fromkeys(terms.split()):
            here = self.titles.containing(term) | self._versions.containing(term)
            if self._artists is not None:
                here |= self._of_artists(self._artists.titles.containing(term))
            found = here if found is None else found & here
        return found or set()

    def _of_artists(self, numbers: set[int]) -> set[int]:
        if self._artists is None:
            return set()
        return set().union(*[self._by_artist.get(self._artists.ids[number], ()) for number in numbers])

    def _allowed(self, use: str | None, is_clean: bool, artist_id: str | None) -> set[int] | None:
        limits = []
        if artist_id is not None:
            limits.append(set(self._by_artist.get(artist_id, ())))
        if use is not None:
            limits.append(self.uses[use])
        if is_clean:
            limits.append(self._clean)
        return set.intersection(*limits) if limits else None


class Letters:
    """Artists by their sort names."""

    def __init__(self, artists: Sequence[Record]) -> None:
        entries = sorted((letter_key(record["sort_name"]), record["id"]) for record in artists)
        self._keys = [key for key, _ in entries]
        self._ids = [id for _, id in entries]

    def beginning_with(self, start: str) -> tuple[int, int]:
        """Return the places of the first artist whose sort name begins so and of the one after the last."""
        return bisect_left(self._keys, start), bisect_left(self._keys, f"{start}\U0010ffff")

    def slice(self, first: int, last: int) -> list[str]:
        """Return the ids of a stretch of artists in order."""
        return self._ids[first:last]

    def entries(self, first: int, last: int) -> list[tuple[str, str]]:
        """Return the keys and ids of a stretch of artists in order."""
        return list(zip(self._keys[first:last], self._ids[first:last], strict=True))


def letter_key(sort_name: str) -> str:
    """Return what a sort name is ordered by."""
    return folded(sort_name)


class Catalogue:
    """A catalogue as JSON texts to put into a world, with its shelves."""

    def __init__(self, records: Records) -> None:
        self.texts: dict[str, list[tuple[str, str]]] = {
            kind: [(record["id"], orjson.dumps(record).decode()) for record in getattr(records, kind)]
            for kind in ("labels", "licensors", *KINDS)
        }
        self.texts["streams"] = [
            (id, f'{{"id":"{id}","track_id":"{track["id"]}"}}')
            for track in records.tracks
            for id in (track["stream_id"],)
        ]
        artists = Shelf(records.artists, None)
        self.shelves = {
            "artists": artists,
            "releases": Shelf(records.releases, artists),
            "tracks": Shelf(records.tracks, artists),
        }
        self.letters = Letters(records.artists)


@lru_cache(maxsize=4)
def _made(seed: int, size: Size) -> Catalogue:
    return Catalogue(make(seed, size))


def catalogue_of(seed: int, size: Size) -> Catalogue:
    """Return the catalogue of a seed, making it at first use in this process."""
    with _making:
        return _made(seed, size)
