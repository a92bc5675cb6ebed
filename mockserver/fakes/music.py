"""A provider of music words for Faker; it imports Faker, so nothing else imports it until it is wanted.

Use: `faker.add_provider(MusicProvider)`, then `faker.artist_name()`, `faker.isrc()` ...
"""

from __future__ import annotations

from faker.providers import BaseProvider

from mockserver.fakes import identifiers, words
from mockserver.fakes.catalogue import c_line, p_line
from mockserver.fakes.chance import Chance
from mockserver.fakes.names import ARTISTS, LABELS, TITLES, Pattern, drawn


class MusicProvider(BaseProvider):
    """Artists, titles, labels and valid identifiers, repeatable under `seed_instance` as all of Faker is."""

    def artist_name(self) -> str:
        """A performer or a band."""
        return self._name(ARTISTS)

    def release_title(self) -> str:
        """The title of a release."""
        return self._name(TITLES)

    def track_title(self) -> str:
        """The title of a track, now and then with a version in brackets."""
        title = self._name(TITLES)
        return f"{title} ({self.version()})" if self.random_int(1, 8) == 1 else title

    def version(self) -> str:
        """What stands in brackets after a title: Live, Radio Edit."""
        return self._chance().pick(words.VERSIONS)

    def label_name(self) -> str:
        """A record label."""
        return self._name(LABELS)

    def genre(self) -> str:
        """A genre as people say it."""
        return self._chance().pick(words.GENRES)

    def isrc(self) -> str:
        """An ISRC without hyphens."""
        return identifiers.make_isrc(self.random_int(0, 99_999), self.random_int(2000, 2026))

    def upc(self) -> str:
        """A UPC-A of twelve digits."""
        return identifiers.make_upc(self.random_int(0, 10**10 - 1))

    def ean(self) -> str:
        """An EAN-13."""
        return identifiers.make_ean(self.random_int(0, 10**9 - 1))

    def grid(self) -> str:
        """A GRid without hyphens."""
        return identifiers.make_grid(self.random_int(0, 36**10 - 1))

    def iswc(self) -> str:
        """An ISWC without separators."""
        return identifiers.make_iswc(self.random_int(0, 10**8 - 1))

    def ipi(self) -> str:
        """An IPI name number of eleven digits."""
        return identifiers.make_ipi(self.random_int(0, 10**8 - 1))

    def isni(self) -> str:
        """An ISNI of sixteen characters."""
        return identifiers.make_isni(self.random_int(0, 10**7 - 1))

    def p_line(self, year: int | None = None, label: str | None = None) -> str:
        """Who owns the recording and since when."""
        return p_line(year or self.random_int(1990, 2026), label or self.label_name())

    def c_line(self, year: int | None = None, label: str | None = None) -> str:
        """Who owns the work and since when."""
        return c_line(year or self.random_int(1990, 2026), label or self.label_name())

    def _name(self, patterns: tuple[Pattern, ...]) -> str:
        return drawn(patterns, self._chance())

    def _chance(self) -> Chance:
        return Chance(self.random_int(0, 2**63 - 1), "faker")
