"""Everything a made-up catalogue needs, from one seed: names, persons, identifiers, rights lines."""

from __future__ import annotations

from mockserver.fakes import identifiers, people, words
from mockserver.fakes.chance import Chance, hex_for, token_for, uuid_for
from mockserver.fakes.names import ARTISTS, LABELS, TITLES, Names, Pattern
from mockserver.fakes.people import Address


class Fakes:
    """The nth artist, title, UPC ... of a seed.

    Each kind counts on its own from 0. A call without a sequence number takes the next one; a call with one
    gives exactly that one and counts nothing. Artists, titles, tracks, labels, email addresses and
    identifiers never repeat; persons, genres, versions and phone numbers do.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = Chance(seed, "fakes")
        self._next: dict[str, int] = {}
        self._names: dict[str, Names] = {}

    def artist(self, sequence: int | None = None) -> str:
        """A performer or a band."""
        return self._name("artist", ARTISTS, sequence)

    def title(self, sequence: int | None = None) -> str:
        """The title of a release."""
        return self._name("title", TITLES, sequence)

    def track(self, sequence: int | None = None) -> str:
        """The title of a track."""
        return self._name("track", TITLES, sequence)

    def label(self, sequence: int | None = None) -> str:
        """A record label."""
        return self._name("label", LABELS, sequence)

    def genre(self, sequence: int | None = None) -> str:
        """A genre as people say it; the code lists of the providers are theirs."""
        return self._drawn("genre", sequence).pick(words.GENRES)

    def version(self, sequence: int | None = None) -> str:
        """What stands in brackets after a title: Live, Radio Edit."""
        return self._drawn("version", sequence).pick(words.VERSIONS)

    def person(self, sequence: int | None = None) -> str:
        """A given and a family name."""
        return people.person(self._drawn("person", sequence))

    def email(self, sequence: int | None = None) -> str:
        """The address of the person of the same sequence number, at a domain that receives no mail."""
        place = self._place("email", sequence)
        name = people.person(self.chance.fork("person", place))
        return f"{people.mailbox(name)}.{place + 1}@example.com"

    def address(self, sequence: int | None = None) -> Address:
        """Street, postcode, city and country."""
        return people.address(self._drawn("address", sequence))

    def phone(self, sequence: int | None = None) -> str:
        """One of 700 numbers from the range that North America keeps for fiction."""
        area, line = divmod(self._place("phone", sequence) % 700, 100)
        return f"+1{(202, 212, 305, 312, 415, 617, 713)[area]}55501{line:02d}"

    def isrc(self, sequence: int | None = None, *, year: int = 2026) -> str:
        """An ISRC without hyphens."""
        return identifiers.make_isrc(self._place("isrc", sequence), year)

    def upc(self, sequence: int | None = None) -> str:
        """A UPC-A of twelve digits."""
        return identifiers.make_upc(self._place("upc", sequence))

    def ean(self, sequence: int | None = None) -> str:
        """An EAN-13."""
        return identifiers.make_ean(self._place("ean", sequence))

    def grid(self, sequence: int | None = None) -> str:
        """A GRid without hyphens."""
        return identifiers.make_grid(self._place("grid", sequence))

    def dpid(self, sequence: int | None = None) -> str:
        """The DDEX id of a party."""
        return identifiers.make_dpid(self._place("dpid", sequence))

    def iswc(self, sequence: int | None = None) -> str:
        """An ISWC without separators."""
        return identifiers.make_iswc(self._place("iswc", sequence))

    def ipi(self, sequence: int | None = None) -> str:
        """An IPI name number of eleven digits."""
        return identifiers.make_ipi(self._place("ipi", sequence))

    def isni(self, sequence: int | None = None) -> str:
        """An ISNI of sixteen characters."""
        return identifiers.make_isni(self._place("isni", sequence))

    def uuid(self, kind: str, sequence: int | None = None) -> str:
        """The UUID of the nth thing of a kind."""
        return uuid_for(self.seed, kind, self._place(f"uuid {kind}", sequence))

    def hex(self, kind: str, length: int, sequence: int | None = None) -> str:
        """The hexadecimal id of the nth thing of a kind."""
        return hex_for(self.seed, kind, self._place(f"hex {kind}", sequence), length)

    def token(self, kind: str, length: int, sequence: int | None = None) -> str:
        """The id of letters and digits of the nth thing of a kind."""
        return token_for(self.seed, kind, self._place(f"token {kind}", sequence), length)

    def p_line(self, year: int, label: str) -> str:
        """Who owns the recording and since when, as ToneGrid's document prints it."""
        return p_line(year, label)

    def c_line(self, year: int, label: str) -> str:
        """Who owns the work and since when."""
        return c_line(year, label)

    def _name(self, kind: str, patterns: tuple[Pattern, ...], sequence: int | None) -> str:
        if kind not in self._names:
            self._names[kind] = Names(patterns, self.chance.fork(kind))
        return self._names[kind].nth(self._place(kind, sequence))

    def _place(self, kind: str, sequence: int | None) -> int:
        if sequence is not None:
            return sequence
        place = self._next.get(kind, 0)
        self._next[kind] = place + 1
        return place

    def _drawn(self, kind: str, sequence: int | None) -> Chance:
        return self.chance.fork(kind, self._place(kind, sequence))


def p_line(year: int, label: str) -> str:
    """(P) 2026 Lagos Sound Recordings."""
    return f"(P) {year} {label}"


def c_line(year: int, label: str) -> str:
    """(C) 2026 Lagos Sound Recordings."""
    return f"(C) {year} {label}"
