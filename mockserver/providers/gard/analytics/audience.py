"""Who listens: for every stream of a track its store, country, device, system, age, gender, and whether it is paid.

A track's streams are numbered from the first one on. The nth stream is heard by the listener at place n of a long
round of listeners, which is drawn once from the seed. So every stream has all its properties at once; how many of the
streams a to b have a property is a difference of two prefix sums, whatever the length of the window; and every
breakdown of any window adds up to the window's total, because all of them count the same streams.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from mockserver.fakes import Chance
from mockserver.providers.gard.reference import reference

Key = TypeVar("Key")
Prefix = Sequence[int]
ROUND = 840  # listeners in a round
VARIANTS = 8  # different rounds of a seed


class Counts(NamedTuple):
    """Streams, and the part of them that is paid for."""

    streams: int
    paid: int


@dataclass(frozen=True, slots=True)
class Store:
    """A store of the daily report: its key in report paths, its name in batch answers, the code that sends a release
    there, whether it lives in the Russian-speaking countries, and what percentage of its streams is paid."""

    key: str
    name: str
    code: str
    is_eastern: bool
    paid_percent: int


STORES = (
    Store("spotify", "Spotify", "spotify", False, 45),
    Store("applemusic", "Apple Music", "apple_music", False, 100),
    Store("vkclips", "VK Clips", "vk_video", True, 0),
    Store("yandex", "Yandex Music", "yandex_music", True, 60),
    Store("umavk", "VKontakte", "vk_music", True, 50),
    Store("mts", "MTS Music", "mts_ringbacktone", True, 55),
    Store("zvooq", "Zvuk", "zvuk_wink_music", True, 70),
    Store("deezer", "Deezer", "deezer", False, 50),
    Store("youtubemusic", "YouTube Music", "youtube_music", False, 20),
    Store("amazonmusic", "Amazon Music", "amazon_music", False, 90),
    Store("tidal", "Tidal", "tidal", False, 100),
)
STORE_NAMES = {store.key: store.name for store in STORES}
# Weight of each store, in the order above, for audiences from mostly eastern to mostly western.
_STORE_WEIGHTS = (
    (6, 3, 6, 14, 58, 6, 8, 1, 1, 0, 0),
    (14, 8, 5, 18, 38, 4, 6, 2, 3, 1, 1),
    (30, 16, 4, 12, 18, 2, 4, 3, 6, 3, 2),
    (46, 20, 1, 4, 6, 1, 1, 5, 9, 5, 2),
)
_EASTERN = {"ru": 78, "by": 8, "kz": 7, "uz": 3, "am": 1, "ge": 1, "kg": 1, "az": 1}
_WESTERN = {
    "us": 28, "gb": 11, "de": 11, "br": 9, "fr": 7, "es": 5, "it": 5, "pl": 4, "nl": 3, "se": 3, "mx": 4, "ca": 3,
    "tr": 3, "in": 2, "jp": 2,
}  # fmt: skip
_CIS = ("ru", "by", "kz", "uz", "am", "kg", "az", "md", "tj")
_DEVICES = {
    ("mobile", "Android"): 40, ("mobile", "iOS"): 33, ("desktop", "Windows"): 12, ("desktop", "macOS"): 5,
    ("desktop", "Linux"): 1, ("tablet", "iOS"): 3, ("tablet", "Android"): 2, ("tv", "Other"): 2,
    ("smart_speaker", "Other"): 2,
}  # fmt: skip
_AGES = {"13-17": 12, "18-24": 33, "25-34": 28, "35-44": 15, "45-54": 8, "55+": 4}
_GENDERS = {"female": 48, "male": 49, "unknown": 3}
# Names that the batch prints otherwise than the code list (C25).
_SHORT_NAMES = {"ru": "Russia", "us": "United States", "gb": "United Kingdom"}


class Listener(NamedTuple):
    """The properties of one stream."""

    store: str
    country: str
    device: str
    os: str
    age: str
    gender: str
    is_paid: bool
    lyrics: bool
    canvas: bool
    unique: bool


class Audience:
    """A round of listeners with prefix sums per store and property, made when they are first asked for."""

    def __init__(self, listeners: tuple[Listener, ...]) -> None:
        self.listeners = listeners
        self._sums: dict[tuple[str | None, str | None], dict[object, tuple[Prefix, Prefix]]] = {}

    def tally(self, start: int, end: int, store: str | None = None, by: str | None = None) -> dict[object, Counts]:
        """Count the streams from number `start` up to, not including, `end`, per value of the property `by`."""
        if end <= start or not self.listeners:
            return {}
        found = {}
        for value, (streams, paid) in self._prefixes(store, by).items():
            counts = Counts(_between(streams, start, end), _between(paid, start, end))
            if counts.streams:
                found[value] = counts
        return found

    def _prefixes(self, store: str | None, by: str | None) -> dict[object, tuple[Prefix, Prefix]]:
        key = (store, by)
        if key not in self._sums:
            chosen = [store is None or one.store == store for one in self.listeners]
            values = [getattr(one, by) if by else "" for one in self.listeners]
            self._sums[key] = {
                value: self._prefix([inside and found == value for inside, found in zip(chosen, values, strict=True)])
                for value in dict.fromkeys(values)
            }
        return self._sums[key]

    def _prefix(self, hits: list[bool]) -> tuple[Prefix, Prefix]:
        paid = [hit and one.is_paid for hit, one in zip(hits, self.listeners, strict=True)]
        return array("H", accumulate(hits, initial=0)), array("H", accumulate(paid, initial=0))


def _between(prefix: Prefix, start: int, end: int) -> int:
    return _until(prefix, end) - _until(prefix, start)


def _until(prefix: Prefix, number: int) -> int:
    laps, rest = divmod(number, ROUND)
    return laps * prefix[ROUND] + prefix[rest]


@lru_cache(maxsize=64)
def audience(seed: int, variant: int, platforms: tuple[str, ...], countries: tuple[str, ...]) -> Audience:
    """Return the round of a seed and variant among the stores and territories of a release; empty means all."""
    chance = Chance(seed, "audience", variant)
    weights = _STORE_WEIGHTS[variant % len(_STORE_WEIGHTS)]
    stores = {store: weight for store, weight in zip(STORES, weights, strict=True) if weight}
    if platforms:
        stores = {store: max(1, stores.get(store, 0)) for store in STORES if store.code in platforms}
    if not stores:
        return Audience(())
    draw_store = _Wheel(stores)
    lands = {is_eastern: _Wheel(_lands(is_eastern, countries)) for is_eastern in (True, False)}
    devices, ages, genders = _Wheel(_DEVICES), _Wheel(_AGES), _Wheel(_GENDERS)
    found = []
    for _ in range(ROUND):
        store = draw_store.pick(chance)
        device, system = devices.pick(chance)
        luck = chance.number(0, 999_999)
        found.append(
            Listener(
                store.key,
                lands[store.is_eastern].pick(chance),
                device,
                system,
                ages.pick(chance),
                genders.pick(chance),
                is_paid=luck % 100 < store.paid_percent,
                lyrics=luck // 100 % 100 < 2,
                canvas=luck // 10_000 < 3,
                unique=luck // 1_000 % 10 < 6,
            )
        )
    return Audience(tuple(found))


def _lands(is_eastern: bool, countries: tuple[str, ...]) -> dict[str, int]:
    usual = _EASTERN if is_eastern else _WESTERN
    if not countries:
        return usual
    allowed = [code for name in countries for code in (_CIS if name == "cis" else (name,))]
    return {code: usual[code] for code in usual if code in allowed} or dict.fromkeys(allowed, 1)


class _Wheel(Generic[Key]):
    """Draws keys by their weights."""

    def __init__(self, weights: dict[Key, int]) -> None:
        self._keys = list(weights)
        self._ends = list(accumulate(weights.values()))

    def pick(self, chance: Chance) -> Key:
        return self._keys[bisect_right(self._ends, chance.number(0, self._ends[-1] - 1))]


def country_name(code: str) -> str:
    """Return a country's display name in batch answers."""
    row = reference().countries.find(code)
    return _SHORT_NAMES.get(code) or (row["name"].strip() if row else code.upper())
