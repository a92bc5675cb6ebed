"""Makes up an account's catalogue for a seeded world: releases, splits, earnings, payouts, smart links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from mockserver.clock import instant, midnight
from mockserver.core.ground import Record
from mockserver.fakes import Chance, Fakes
from mockserver.fakes.words import GENRES
from mockserver.providers.og_records import ledger
from mockserver.providers.og_records.operations.earnings_and_payouts import new_payout
from mockserver.providers.og_records.operations.releases_and_tracks import new_release, new_track
from mockserver.providers.og_records.operations.royalty_splits import invite, put_split
from mockserver.providers.og_records.operations.smart_links import free_slug, put_smartlink, slug_of
from mockserver.world import World

_DSPS = ("spotify", "apple_music", "youtube_music", "amazon_music", "deezer", "tidal")
_TRACKS = {"single": (1, 2), "ep": (4, 6), "album": (8, 12)}
_SHARES = (
    (("artist", 100),),
    (("artist", 70), ("producer", 30)),
    (("artist", 50), ("songwriter", 30), ("producer", 20)),
    (("artist", 33.34), ("songwriter", 33.33), ("producer", 33.33)),
)
_OUT = ("distributed", "taken_down")


class Catalogue:
    """One account's catalogue in the making; `world.now` is set to the instant of whatever is being written."""

    def __init__(self, world: World, fakes: Fakes, account: str, wish: Record, today: datetime) -> None:
        self.world = world
        self.fakes = fakes
        self.account = account
        self.wish = wish
        self.today = today
        self.chance = world.chance("catalogue", account)
        self.label = fakes.label()
        self.persons: list[Record] = []

    def build(self) -> None:
        self.persons = [self._person(number) for number in range(self.wish["persons"])]
        releases = [self._release(status, number) for number, status in enumerate(self._statuses())]
        self._earnings([release for release in releases if release["status"] in _OUT])
        self._payouts()
        self._smartlinks(releases)
        self.world.now = self.today
        if self.wish.get("invited"):
            self._invited()

    def _statuses(self) -> Iterator[str]:
        for status, count in self.wish["releases"].items():
            yield from [status] * count

    def _person(self, number: int) -> Record:
        self.world.now = self.today - timedelta(days=400 - number)
        return self._put_person("active")

    def _invited(self) -> None:
        self.world.now = self.today - timedelta(minutes=30)
        person = self._put_person("invited")
        self.world.now = self.today
        invite(self.world, person)

    def _put_person(self, status: str) -> Record:
        name = self.fakes.artist()
        email = f"{slug_of(name, 'payee')}@example.com"
        person = {
            "id": self.world.uuid("person"),
            "account": self.account,
            "name": name,
            "email": email,
            "email_key": f"{self.account}/{email}",
            "status": status,
            "created_at": instant(self.world.now),
        }
        self.world.put("persons", person)
        return person

    # releases

    def _release(self, status: str, number: int) -> Record:
        world, chance = self.world, self.chance.fork("release", number)
        kind = chance.weighted({"single": 4, "ep": 3, "album": 2})
        out = midnight(self.today - timedelta(days=chance.number(200, 360)))
        if status not in _OUT:
            out = midnight(self.today + timedelta(days=chance.number(21, 60)))
        world.now = min(out - timedelta(days=30), self.today - timedelta(days=3))
        basics = {
            "title": self.fakes.title(),
            "artist_name": self.persons[number % len(self.persons)]["name"],
            "release_type": kind,
            "release_date": out.date().isoformat(),
        }
        release = new_release(world, self.account, basics)
        self._fill(release, status, chance)
        for _ in range(chance.number(*_TRACKS[kind])):
            self._track(release, status, chance)
        world.put("releases", release)
        self._splits(release, number)
        return release

    def _fill(self, release: Record, status: str, chance: Chance) -> None:
        """Set what the wizard has set by now: all of it, save for drafts, of which every other is a bare one."""
        is_bare = status == "draft" and chance.happens(0.5)
        release["status"] = "draft" if status == "ready" else status
        release.update({"genre": chance.pick(GENRES), "language": "en", "label": self.label, "explicit": False})
        if is_bare:
            return
        line = f"{self.world.now.year} {self.label}"
        release.update(
            cover_url=f"https://cdn.example.com/covers/{slug_of(release['title'])}.jpg",
            cover_qc="passed",
            cover_checked_at=instant(self.world.now + timedelta(seconds=30)),
            copyright_line=line,
            production_line=line,
            dsps=list(_DSPS[: chance.number(3, len(_DSPS))]),
            territories=["WORLD"],
            has_track_list=True,
        )
        if status in _OUT:
            release["upc"] = self.fakes.upc(self.world.next_number("upc"))
            release["distributed_at"] = f"{release['release_date']}T00:00:00.000000Z"
            release["dsp_statuses"] = dict.fromkeys(release["dsps"], "live")
        release["updated_at"] = instant(self.world.now + timedelta(days=1))

    def _track(self, release: Record, status: str, chance: Chance) -> None:
        world = self.world
        track = new_track(world, release, {"title": self.fakes.track()})
        track["audio_qc"] = "pending"
        if release["has_track_list"]:
            seconds = chance.number(140, 290)
            track["audio_file"] = self._audio(track["title"], seconds)
            track["duration_ms"] = seconds * 1000
            track["audio_qc"], track["audio_checked_at"] = "passed", instant(world.now + timedelta(seconds=30))
        if status in _OUT:
            track["isrc"] = self.fakes.isrc(world.next_number("isrc"), year=world.now.year)
        world.put("tracks", track)

    def _audio(self, title: str, seconds: int) -> Record:
        return {
            "file_name": f"{slug_of(title, 'track')}.wav",
            "content_type": "audio/wav",
            "size_bytes": 44 + seconds * 44_100 * 4,
            "uploaded_at": instant(self.world.now),
            "duration_ms": seconds * 1000,
            "codec": "PCM",
            "sample_rate_hz": 44_100,
            "bits_per_sample": 16,
            "channels": 2,
            "damage": [],
        }

    def _splits(self, release: Record, number: int) -> None:
        put_split(self.world, self.account, release["id"], {"shares": self._shares(number)})
        tracks = self.world.slice_by("tracks", "release_id", release["id"])
        if number % 2 == 0:  # every other release shares out its first track in another way
            wish = {"track_id": tracks[0]["id"], "shares": self._shares(number + 1)}
            put_split(self.world, self.account, release["id"], wish)

    def _shares(self, number: int) -> list[Record]:
        shares = _SHARES[number % len(_SHARES)]
        return [
            {"person_id": self.persons[(number + place) % len(self.persons)]["id"], "role": role, "percentage": part}
            for place, (role, part) in enumerate(shares)
        ]

    # money

    def _earnings(self, releases: list[Record]) -> None:
        start = midnight(self.today).replace(day=1)
        for back in range(self.wish["months"], 0, -1):
            month = start
            for _ in range(back):
                month = (month - timedelta(days=1)).replace(day=1)
            for release in releases:
                for track in self.world.slice_by("tracks", "release_id", release["id"]):
                    ledger.book(self.world, release, track, ledger.period_of(month))

    def _payouts(self) -> None:
        """Write a history that never takes more than a fraction of what has been earned."""
        balance = ledger.balance_of(self.world, self.account)
        for number, entry in enumerate(self.wish["payouts"]):
            asked = self.today - timedelta(days=entry["days_ago"]) + timedelta(hours=9, minutes=7 * number)
            self.world.now = asked
            payout = new_payout(self.world, self.account, balance * entry["percent"] // 100)
            payout["status"] = entry["status"]
            payout["paid_at"] = instant(asked + timedelta(hours=1, minutes=5)) if entry["status"] == "paid" else None
            self.world.put("payouts", payout)

    # smart links

    def _smartlinks(self, releases: list[Record]) -> None:
        for number, release in enumerate(releases[:: max(1, len(releases) // self.wish["smartlinks"])]):
            chance = self.chance.fork("smart link", number)
            self.world.now = self.today - timedelta(days=2)
            wish: Record = {
                "destinations": [
                    {"dsp": dsp, "url": f"https://{dsp.replace('_', '-')}.example.com/album/{release['id']}"}
                    for dsp in release["dsps"]
                ]
            }
            if release["status"] not in _OUT:
                wish["presave"] = {"enabled": True}
            link = put_smartlink(self.world, release, free_slug(self.world, release["title"]), wish)
            self.world.put("smartlinks", {**link, **_figures(link, chance)})


def _figures(link: Record, chance: Chance) -> Record:
    """Return clicks and conversions of the days before, by service."""
    by_dsp: dict[str, Any] = {}
    for one in link["destinations"]:
        clicks = chance.number(20, 900)
        by_dsp[one["dsp"]] = {"clicks": clicks, "conversions": clicks * chance.number(25, 60) // 100}
    return {
        "by_dsp": by_dsp,
        "clicks": sum(figures["clicks"] for figures in by_dsp.values()),
        "conversions": sum(figures["conversions"] for figures in by_dsp.values()),
    }
