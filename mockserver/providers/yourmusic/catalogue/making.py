"""Makes up a catalogue from a seed: artists, their releases, the tracks on them, all referring to one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mockserver.core.ground import Record
from mockserver.fakes import Chance, Fakes
from mockserver.providers.yourmusic.catalogue.folding import slug, sort_name

KINDS = ("artists", "releases", "tracks")
FIRST_ARTIST, FIRST_RELEASE, FIRST_TRACK = 1001, 20_001, 300_001
_FIRST_DAY, _DAYS = date(1996, 1, 5), 10_220  # up to the end of 2023: every release is out in any sandbox of today
_USES = {"both": ("download", "stream"), "stream": ("stream",), "download": ("download",)}
_SHARES = {"both": 80, "stream": 12, "download": 8}
_TYPES = {"single": 58, "album": 36, "video": 6}
_TITLES = 900
_STRIDE = 37  # between the titles of one release in the list of all titles, so that none comes twice
_EDITIONS = ("Deluxe Edition", "Remastered", "Live")


@dataclass(frozen=True, slots=True)
class Size:
    """How much a catalogue holds: artists have one to five releases, an album four to eight tracks."""

    artists: int
    labels: int = 40
    licensors: int = 6


@dataclass(frozen=True, slots=True)
class Records:
    """A whole catalogue as records."""

    labels: list[Record]
    licensors: list[Record]
    artists: list[Record]
    releases: list[Record]
    tracks: list[Record]


def make(seed: int, size: Size) -> Records:
    """Return the catalogue of a seed; the same seed and size give the same records on every day."""
    maker = _Maker(seed, size)
    for _ in range(size.artists):
        maker.artist()
    return maker.made


class _Maker:
    def __init__(self, seed: int, size: Size) -> None:
        self.fakes = Fakes(seed)
        self.chance = Chance(seed, "catalogue")
        labels = [{"id": str(11 + n), "name": self.fakes.label()} for n in range(size.labels if size.artists else 0)]
        count = size.licensors if size.artists else 0
        licensors = [{"id": str(3 + n), "name": f"{self.fakes.label().split()[0]} Distribution"} for n in range(count)]
        self.made = Records(labels, licensors, [], [], [])
        # Titles come back on other records, as they do in any large catalogue.
        self.titles = [self.fakes.title() for _ in range(_TITLES if size.artists else 0)]

    def artist(self) -> None:
        name = self.fakes.artist()
        label = self.chance.pick(self.made.labels)
        popularity = round(self.chance.fraction() ** 2, 4)
        record: Record = {
            "id": str(FIRST_ARTIST + len(self.made.artists)),
            "name": name,
            "sort_name": sort_name(name),
            "slug": slug(name),
            "bio": "",
            "popularity": popularity,
            "release_ids": [],
        }
        first = _DAYS
        for _ in range(1 + int(self.chance.fraction() ** 3 * 4 * (1 + popularity))):
            day = int(self.chance.fraction() * _DAYS)
            first = min(first, day)
            record["release_ids"].append(self.release(record, label, _FIRST_DAY + timedelta(days=day)))
        record["bio"] = f"{name} came to {label['name']} in {(_FIRST_DAY + timedelta(days=first)).year}."
        self.made.artists.append(record)

    def release(self, artist: Record, label: Record, day: date) -> str:
        chance = self.chance
        kind = chance.weighted(_TYPES)
        title = chance.pick(self.titles)
        version = chance.pick(_EDITIONS) if chance.happens(0.1) else ""
        record: Record = {
            "id": str(FIRST_RELEASE + len(self.made.releases)),
            "title": title,
            "version": version,
            "type": kind,
            "barcode": self.fakes.ean(),
            "released_on": day.isoformat(),
            "is_explicit": False,
            "artist_id": artist["id"],
            "label_id": label["id"],
            "licensor_id": chance.pick(self.made.licensors)["id"],
            "slug": slug(f"{title} {version}"),
            "popularity": round(artist["popularity"] * (0.4 + 0.6 * chance.fraction()), 4),
            "uses": list(_USES[chance.weighted(_SHARES)]),
            "currency": "EUR",
            "price_minor": 999 if kind == "album" else 199,
            "duration_seconds": 0,
            "track_ids": [],
        }
        self.made.releases.append(record)
        self.tracks(record, day.year)
        return str(record["id"])

    def tracks(self, release: Record, year: int) -> None:
        chance = self.chance
        count = chance.number(4, 8) if release["type"] == "album" else chance.number(1, 2)
        discs = 2 if count > 6 and chance.happens(0.2) else 1
        half = -(-count // discs)
        first = chance.number(0, len(self.titles) - 1)
        for place in range(count):
            title = self.titles[(first + place * _STRIDE) % len(self.titles)]
            track = self.track(release, place, year, title)
            track["disc"], track["number"] = place // half + 1, place % half + 1
            release["track_ids"].append(track["id"])
            release["duration_seconds"] += track["duration_seconds"]
            release["is_explicit"] = release["is_explicit"] or track["is_explicit"]
            self.made.tracks.append(track)

    def track(self, release: Record, place: int, year: int, title: str) -> Record:
        """Return a track; the first is named like its release, the second of a single is a version of the first."""
        chance = self.chance
        draw = int(chance.fraction() * 2**53)  # one draw for several small facts: there are thousands of tracks
        draw, duration = divmod(draw, 211)
        draw, explicit = divmod(draw, 100)
        draw, versioned = divmod(draw, 100)
        draw, liked = divmod(draw, 10_000)
        is_second = place == 1 and release["type"] != "album"
        if place == 0 or is_second:
            title = release["title"]
        number = FIRST_TRACK + len(self.made.tracks)
        return {
            "id": str(number),
            "stream_id": chance.uuid(),
            "payload": f"{number:x}{draw:x}",
            "title": title,
            "version": self.fakes.version() if is_second or versioned < 6 else "",
            "artist_id": release["artist_id"],
            "release_id": release["id"],
            "disc": 1,
            "number": place + 1,
            "duration_seconds": 120 + duration,
            "is_explicit": explicit < 12,
            "isrc": self.fakes.isrc(year=year),
            "type": "video" if release["type"] == "video" else "audio",
            "popularity": round(release["popularity"] * (0.3 + 0.7 * liked / 10_000), 4),
            "uses": release["uses"] if versioned < 97 else release["uses"][:1],
            "currency": "EUR",
            "price_minor": 129,
        }
