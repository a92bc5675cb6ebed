"""Prints artists, releases and tracks in the shapes that the document shows, references followed."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.addresses import image_url, public_base
from mockserver.providers.yourmusic.catalogue.lookup import find_item
from mockserver.providers.yourmusic.catalogue.search import Hit
from mockserver.world import World

Shown = dict[str, Any]
# Id, name, percent of the item's price, formats.
_PACKAGES = ((2, "Standard", 100, ((17, "MP3 320"), (26, "AAC 320"))), (3, "Lossless", 130, ((41, "FLAC"),)))
_RETAIL = 90  # percent of the recommended price that the retailer asks for
_PREVIEW = timedelta(days=14)


class Views:
    """What one call shows: pictures in the size asked for, each referenced record read once."""

    def __init__(self, call: Call, world: World, use: str | None = None) -> None:
        self._world = world
        self._base = public_base(call.request)
        self._size: int | None = call.query.get("imageSize")
        self._use = use  # the blocks of other uses are left out
        self._seen: dict[tuple[str, str], Shown | None] = {}
        self._days: dict[str, str] = {}

    def artist(self, record: Record) -> Shown:
        """Return an artist in full."""
        return {
            "id": int(record["id"]),
            "name": record["name"],
            "sortName": record["sort_name"],
            "slug": record["slug"],
            "image": image_url(self._base, "artists", record["id"], self._size),
            "bio": {"text": record["bio"]},
        }

    def artist_hit(self, hit: Hit) -> Shown:
        """Return an artist as a search shows it."""
        record = hit.record
        popularity = record["popularity"]
        return {"id": int(record["id"]), "name": record["name"], "popularity": popularity, "score": hit.score}

    def release(self, record: Record) -> Shown | None:
        """Return a release in full; None where its artist is gone."""
        summary = self._summary(record)
        if summary is None:
            return None
        since = _instant(record["released_on"])
        year = int(record["released_on"][:4])
        shown = {**summary, "year": year}
        shown["cline"] = shown["pline"] = f"{year} {shown['label']['name']}"
        if self._shows(record, "download"):
            shown["download"] = {"releaseDate": since, "packages": _packages(record["price_minor"], record["currency"])}
        if self._shows(record, "stream"):
            shown["subscriptionStreaming"] = {"releaseDate": since}
        return shown

    def artist_release(self, record: Record) -> Shown | None:
        """Return a release as its artist's list shows it, the year as a text (YM-167, YM-168)."""
        summary = self._summary(record)
        return None if summary is None else {**summary, "year": record["released_on"][:4]}

    def release_hit(self, hit: Hit) -> Shown | None:
        """Return a release as a search shows it (YM-170)."""
        record = hit.record
        artist = find_item(self._world, "artists", record["artist_id"])
        if artist is None:
            return None
        return {
            "id": int(record["id"]),
            "title": record["title"],
            "subtitle": record["version"],
            "upc": record["barcode"],
            "explicitContent": record["is_explicit"],
            "trackCount": len(record["track_ids"]),
            "year": int(record["released_on"][:4]),
            "type": record["type"],
            "availableFor": record["uses"],
            "artist": {"id": int(artist["id"]), "name": artist["name"]},
            "licensor": self._named("licensors", record["licensor_id"]),
            "label": self._named("labels", record["label_id"]),
            "packages": _search_packages(record["price_minor"], record["currency"])
            if "download" in record["uses"]
            else [],
            "popularity": record["popularity"],
            "score": hit.score,
        }

    def track(self, record: Record) -> Shown | None:
        """Return a track in full; None where its artist or release is gone."""
        artist, release = self._found("artists", record["artist_id"]), self._found("releases", record["release_id"])
        if artist is None or release is None:
            return None
        shown: Shown = {
            "id": int(record["id"]),
            "stream_id": record["stream_id"],
            "payload": record["payload"],
            "title": record["title"],
            "version": record["version"],
            "artist": artist,
            "artist_image": artist["image"],
            "cover_art": release["image"],
            "trackNumber": record["number"],
            "duration": record["duration_seconds"],
            "explicitContent": record["is_explicit"],
            "isrc": record["isrc"],
            "type": record["type"],
            "release": release,
            "discNumber": record["disc"],
            "number": record["number"],
        }
        self._open_uses(shown, record)
        return shown

    def _open_uses(self, shown: Shown, record: Record) -> None:
        day = self._days[record["release_id"]]
        since = _instant(day)
        if self._shows(record, "download"):
            preview = _instant((date.fromisoformat(day) - _PREVIEW).isoformat())
            shown["download"] = {
                "releaseDate": since,
                "previewDate": preview,
                "packages": _packages(record["price_minor"], record["currency"]),
            }
        if self._shows(record, "stream"):
            shown["subscriptionStreaming"] = {"releaseDate": since}
            shown["adSupportedStreaming"] = {"releaseDate": since}

    def _shows(self, record: Record, use: str) -> bool:
        return use in record["uses"] and self._use in (None, use)

    def _summary(self, record: Record) -> Shown | None:
        artist = self._found("artists", record["artist_id"])
        if artist is None:
            return None
        return {
            "id": int(record["id"]),
            "title": record["title"],
            "version": record["version"],
            "type": record["type"],
            "barcode": record["barcode"],
            "explicitContent": record["is_explicit"],
            "artist": artist,
            "slug": record["slug"],
            "image": image_url(self._base, "releases", record["id"], self._size),
            "label": self._named("labels", record["label_id"]),
            "licensor": self._named("licensors", record["licensor_id"]),
            "popularity": record["popularity"],
            "duration": record["duration_seconds"],
            "trackCount": len(record["track_ids"]),
        }

    def _found(self, kind: str, id: Any) -> Shown | None:
        key = (kind, id)
        if key not in self._seen:
            record = find_item(self._world, kind, id)
            if record is None:
                self._seen[key] = None
            elif kind == "artists":
                self._seen[key] = self.artist(record)
            else:
                self._days[id] = record["released_on"]
                self._seen[key] = self.release(record)
        return self._seen[key]

    def _named(self, kind: str, id: str) -> Shown:
        key = (kind, id)
        if key not in self._seen:
            record = self._world.get(kind, id)
            self._seen[key] = {"id": int(id), "name": record["name"] if record else ""}
        return self._seen[key] or {}


def _instant(day: str) -> str:
    return f"{day}T00:00:00Z"


def _share(minor: int, *percents: int) -> str:
    """Print a share of an amount as a text, as the document's prices are (YM-171)."""
    for percent in percents:
        minor = minor * percent // 100
    return f"{minor // 100}.{minor % 100:02d}"


# Few prices are asked for by many items; what is shown of one is made once and never changed.


@lru_cache(maxsize=256)
def _packages(price_minor: int, currency: str) -> list[Shown]:
    return [
        {
            "id": id,
            "description": name,
            "price": {
                "currencyCode": currency,
                "sevendigitalPrice": _share(price_minor, percent, _RETAIL),
                "recommendedRetailPrice": _share(price_minor, percent),
            },
            "formats": [{"id": format_id, "description": label} for format_id, label in formats],
        }
        for id, name, percent, formats in _PACKAGES
    ]


@lru_cache(maxsize=256)
def _search_packages(price_minor: int, currency: str) -> list[Shown]:
    return [
        {
            "id": id,
            "name": name,
            "price": {"currencyCode": currency, "rrp": _share(price_minor, percent)},
            "formats": [{"id": format_id, "name": label} for format_id, label in formats],
        }
        for id, name, percent, formats in _PACKAGES
    ]
