"""A room in which one sandbox of tonegrid is played with: calls, time, transitions, what subscribers were sent."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from werkzeug.test import Client, TestResponse

from mockserver.app import App, build
from mockserver.clock import now_of
from mockserver.core.ground import Record
from mockserver.media.sounds import wav
from mockserver.settings import read_settings
from mockserver.webhooks.outbox import OUTBOX
from mockserver.world import World

START = "2026-11-28T12:00:00Z"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
SINK = "http://127.0.0.1:9/hook"  # nobody listens there
_NUMBERS = itertools.count(1)


class Room:
    """One sandbox and a client of it; what the server breaks of its own promise fails the test."""

    def __init__(self, app: App, name: str, **options: Any) -> None:
        self.app, self.name = app, name
        app.sandboxes.start_over(name, {"now": START, "clock": "frozen", "progression": "manual", "seed": 7, **options})
        self._client = Client(app.wsgi, use_cookies=False)

    # calls

    def ask(self, method: str, path: str, key: str | None = "full", **parts: Any) -> TestResponse:
        """Send a request with the key of a named credential, with a token itself, or with none."""
        headers = {"X-Sandbox": self.name, **(parts.pop("headers", None) or {})}
        if key is not None:
            headers.setdefault("Authorization", f"Bearer {self.values.get(key, key)}")
        prefix = parts.pop("prefix", "/tonegrid")
        environ = {"REMOTE_ADDR": "127.0.0.1"}
        return self._client.open(f"{prefix}{path}", method=method, headers=headers, environ_overrides=environ, **parts)

    def get(self, path: str, key: str | None = "full", **query: Any) -> TestResponse:
        return self.ask("GET", path, key, **({"query_string": query} if query else {}))

    def post(self, path: str, body: Any = None, key: str | None = "full", **parts: Any) -> TestResponse:
        return self.ask("POST", path, key, **({} if body is None else {"json": body}), **parts)

    def put(self, path: str, body: Any, key: str | None = "full", **parts: Any) -> TestResponse:
        return self.ask("PUT", path, key, json=body, **parts)

    def patch(self, path: str, body: Any, key: str | None = "full") -> TestResponse:
        return self.ask("PATCH", path, key, json=body)

    def delete(self, path: str, key: str | None = "full") -> TestResponse:
        return self.ask("DELETE", path, key)

    def upload(
        self, path: str, field: str, data: bytes, name: str, kind: str = "application/octet-stream", **parts: Any
    ) -> TestResponse:
        """Send one file in a form."""
        return self.ask("POST", path, data={field: (BytesIO(data), name, kind)}, **parts)

    # the sandbox

    @property
    def now(self) -> datetime:
        return now_of(self.app.sandboxes.meta(self.name)["clock"])

    def advance(self, **by: float) -> None:
        """Let sandbox time pass."""
        self.app.timeline.advance(self.name, self.now + timedelta(**by))

    def world(self) -> World:
        meta = self.app.sandboxes.open(self.name, "tonegrid")
        return self.app.sandboxes.world(meta, "tonegrid")

    def find(self, collection: str, **members: Any) -> list[Record]:
        """Return the records with these members."""
        fits = lambda record: all(record.get(name) == value for name, value in members.items())  # noqa: E731
        return list(self.world().find(collection, fits))

    def fire(self, machine: str, id: str, event: str, **data: Any) -> Record:
        """Let an event happen as the control API does; returns the record."""
        world = self.world()
        flat = self.app.flats["tonegrid"]
        with self.app.sandboxes.store.transaction(world.space):
            fired = world.fire(machine, flat.locate(world, machine, id) or id, event, **data)
        self.app.timeline.news.spread(world)  # holds what was queued for subscribers against its promise
        return fired.record

    def change(self, collection: str, id: str, **members: Any) -> None:
        """Write into a record, as the control API may."""
        world = self.world()
        with self.app.sandboxes.store.transaction(world.space):
            world.put(collection, {**world.require(collection, id), **members})

    def credential(self, name: str) -> Record:
        return next(entry for entry in self.find("credentials") if entry["name"] == name)

    @property
    def values(self) -> dict[str, str]:
        return {entry["name"]: entry["value"] for entry in self.find("credentials") if entry["kind"] == "api_key"}

    def account(self, name: str) -> str:
        """Return the tenant of a credential."""
        return str(self.credential(name)["account"])

    # what stories begin with

    def create(self, key: str = "full", **members: Any) -> str:
        """Create a draft and return its UUID."""
        body = {"title": "Eclipse", "type": "single", "release_date": "2027-01-15", "genre": "Afrobeats", **members}
        answer = self.post("/releases", body, key)
        assert answer.status_code == 201, answer.text
        return str(answer.json["release"]["uuid"])

    def add_track(self, release: str, key: str = "full", **members: Any) -> str:
        body = {"title": "Eclipse", "position": 1, "explicit": False, **members}
        answer = self.post(f"/releases/{release}/tracks", body, key)
        assert answer.status_code == 201, answer.text
        return str(answer.json["track"]["uuid"])

    def add_audio(self, track: str, **sound: Any) -> None:
        """Upload a short WAV and let the transcoding end."""
        data = wav(1, **{"bits": 24, "sample_rate_hz": 44_100, **sound})
        assert self.upload(f"/tracks/{track}/audio", "audio", data, "a.wav", "audio/wav").status_code == 202
        self.fire("track", track, "finish")

    def attach(self, release: str, *slugs: str, key: str = "full") -> None:
        answer = self.post(f"/releases/{release}/dsps", {"dsps": list(slugs)}, key)
        assert answer.status_code == 200, answer.text

    def ready(self, *slugs: str, key: str = "full", **members: Any) -> str:
        """Create a release that can be submitted."""
        release = self.create(key, **members)
        self.add_track(release, key)
        self.attach(release, *(slugs or ("spotify", "apple-music", "tidal")), key=key)
        return release

    def approved(self, *slugs: str, key: str = "full", **members: Any) -> str:
        release = self.ready(*slugs, key=key, **members)
        assert self.post(f"/releases/{release}/submit", key=key).status_code == 200
        assert self.post(f"/releases/{release}/approve", key=key).status_code == 200
        return release

    def live(self, *slugs: str, key: str = "full", **members: Any) -> str:
        release = self.approved(*slugs, key=key, **members)
        assert self.post(f"/releases/{release}/ddex/deliver", key=key).status_code == 202
        for row in self.rows(release, key):
            self.fire("delivery", row["uuid"], "accept")
            self.fire("delivery", row["uuid"], "go_live")
        return release

    def rows(self, release: str, key: str = "full") -> list[dict[str, Any]]:
        return list(self.get(f"/releases/{release}/ddex/deliveries", key).json["data"]["deliveries"])

    def states(self, release: str, key: str = "full") -> dict[str, str]:
        return {row["dsp"]: row["status"] for row in self.rows(release, key)}

    def status(self, release: str, key: str = "full") -> str:
        return str(self.get(f"/releases/{release}", key).json["release"]["status"])

    def message(self, release: str, slug: str = "spotify", infix: str = "") -> Any:
        """Return a rendered message as XML."""
        answer = self.get(f"/releases/{release}/ddex/{infix}preview/{slug}.xml")
        assert answer.status_code == 200, answer.text
        return etree.fromstring(answer.data)

    def subscribe(self, *patterns: str, key: str = "full", url: str = SINK) -> dict[str, Any]:
        answer = self.post("/webhooks", {"name": "hook", "url": url, "events": list(patterns or ("*",))}, key)
        assert answer.status_code == 201, answer.text
        return dict(answer.json["data"])

    def sent(self, *events: str) -> list[Record]:
        """Return what was queued for subscribers, in order."""
        return [entry for entry in self.find(OUTBOX) if not events or entry["event"] in events]


@pytest.fixture(scope="session")
def app() -> Iterator[App]:
    built = build(read_settings({"providers": ("tonegrid",)}, {}))
    yield built
    built.close()


@pytest.fixture(scope="session")
def observed_app() -> Iterator[App]:
    """A house that serves what others observed on the real sandbox."""
    built = build(read_settings({"providers": ("tonegrid",), "overlay": "tonegrid=observed"}, {}))
    yield built
    built.close()


def _play(app: App, **options: Any) -> Iterator[Room]:
    room = Room(app, f"tonegrid-{next(_NUMBERS)}", **options)
    yield room
    broken = app.recipe.violations.list(room.name)
    app.sandboxes.drop(room.name)
    assert broken == []


@pytest.fixture
def room(app: App) -> Iterator[Room]:
    """The demo world; reviewers and workers act when they are told."""
    yield from _play(app)


@pytest.fixture
def timed(app: App) -> Iterator[Room]:
    """The demo world; reviewers and workers act by themselves after their delays."""
    yield from _play(app, progression="timed")


@pytest.fixture
def quick(app: App) -> Iterator[Room]:
    """The demo world; reviewers and workers act at once."""
    yield from _play(app, progression="immediate")


@pytest.fixture
def unlimited(app: App) -> Iterator[Room]:
    """The demo world without rate limits."""
    yield from _play(app, limits=False)


@pytest.fixture
def in_april(app: App) -> Iterator[Room]:
    """The demo world on the day on which the document's samples were made."""
    yield from _play(app, now="2026-04-26T11:00:00Z")


@pytest.fixture
def observed(observed_app: App) -> Iterator[Room]:
    """The demo world under the overlay, without rate limits."""
    yield from _play(observed_app, limits=False)


@pytest.fixture
def bare(app: App) -> Iterator[Room]:
    """The empty world."""
    yield from _play(app, world="empty")


def _official_folder() -> Path | None:
    named = os.environ.get("SOUNDCHECK_DDEX")  # noqa: TID251 - where a tester keeps DDEX's files
    folder = Path(named) if named else Path(__file__).parents[3] / "shared" / "ddex"
    return folder if (folder / "ern43" / "release-notification.xsd").is_file() else None


@pytest.fixture(scope="session")
def ddex_folder() -> Path:
    """The folder with DDEX's own schemas and samples."""
    folder = _official_folder()
    if folder is None:
        pytest.skip("DDEX's schemas are not on this machine; name their folder in SOUNDCHECK_DDEX")
    return folder


@pytest.fixture(scope="session")
def official_schema(ddex_folder: Path) -> Any:
    return etree.XMLSchema(etree.parse(str(ddex_folder / "ern43" / "release-notification.xsd")))


@pytest.fixture
def full(room: Any) -> str:
    """A release with everything that a message can say."""
    release = room.create(
        title="Midnight in Lagos", type="ep", subgenre="Alté", label="ToneGrid Records", artist_name="Ada Okafor",
        copyright_holder="Okafor Ltd", original_release_date="2020-01-01", localized_titles={"en": "x", "fr": "Minuit"},
    )  # fmt: skip
    first = room.add_track(release, title="Lagos Skyline", title_version="Radio Edit", audio_md5=hi_res_md5())
    room.upload(f"/tracks/{first}/audio", "audio", hi_res_sound(), "a.wav")
    room.fire("track", first, "finish")
    second = room.add_track(
        release, title="Itọju Eko", position=2, explicit=True, dolby_isrc="NGTON2600002",
        dolby_audio_uri="s3://bucket/atmos.wav",
    )  # fmt: skip
    room.upload(f"/tracks/{second}/audio", "audio", hi_res_sound(), "b.wav")
    room.fire("track", second, "finish")
    credits_of(room, first)
    room.put(f"/tracks/{first}/localizations", {"localized_titles": {"fr": "Horizon", "zh-Hans-CN-x-a": "天"}})
    room.put(f"/releases/{release}/rights", {"p_line": "(P) 2024 Lagos Sound", "copyright_year": 2024})
    room.attach(release, "spotify", "apple-music")
    return str(release)


def credits_of(room: Any, track: str) -> None:
    writer = room.post("/writers", {"name": "Ayodeji Balogun", "ipi_name_number": "00014107338"}).json["data"]["uuid"]
    publisher = room.post("/publishers", {"name": "Lagos Sound Publishing", "ipi_name_number": "1"}).json["data"][
        "uuid"
    ]
    shares = [{"writer_uuid": writer, "role": "composer_lyricist", "composer_share_percent": 100}]
    room.put(f"/tracks/{track}/writers", {"writers": shares})
    room.put(f"/tracks/{track}/publishers", {"publishers": [{"publisher_uuid": publisher, "share_percent": 100}]})
    people = [
        {"name": "Drums Ltd", "role": "instrumentalist", "role_detail": "Drums", "credit_order": 3},
        {"name": "Sarz", "role": "producer", "credit_order": 1},
        {"name": "Tems", "role": "featured_artist", "credit_order": 2},
        {"name": "Ink", "role": "liner_notes"},
    ]
    room.put(f"/tracks/{track}/collaborators", {"collaborators": people})


def hi_res_sound() -> bytes:
    return wav(0.5, bits=24, sample_rate_hz=96_000)


def hi_res_md5() -> str:
    return hashlib.md5(hi_res_sound(), usedforsecurity=False).hexdigest()
