"""A desk at gard: submits releases in process, moves them through the review, and reads what came of it."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from mockserver.app import App, build
from mockserver.clock import parse_instant
from mockserver.media.pictures import jpeg, png
from mockserver.media.sounds import wav
from mockserver.settings import read_settings
from mockserver.world import World

BASE = "/api/v1/music-distributor"
NOW = "2026-05-31T12:00:00Z"
PEOPLE = [
    {"name": "Stage Name", "role": "artist", "order": 1},
    {"name": "Jane Q. Composer", "role": "composer", "order": 1},
    {"name": "Jane Q. Composer", "role": "songwriter", "order": 1},
]


@cache
def cover_bytes(width: int = 1400, height: int = 1400, form: str = "jpeg", **wishes: Any) -> bytes:
    """A cover, drawn once per kind."""
    return (jpeg if form == "jpeg" else png)(width, height, (40, 90, 160), **wishes)


@cache
def wav_bytes(seconds: float = 4.0) -> bytes:
    """A small WAV."""
    return wav(seconds, sample_rate_hz=8000, channels=1)


def mp3_bytes(frames: int = 160) -> bytes:
    """An MP3 of silent frames, 26 ms each."""
    return b"".join((bytes([0xFF, 0xFB, 0x90 | (n % 2) << 1, 0x40])).ljust(417 + n % 2, b"\x00") for n in range(frames))


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << (bits - 8)
        for _ in range(8):
            crc = (crc << 1 ^ (polynomial if crc >> (bits - 1) & 1 else 0)) & ((1 << bits) - 1)
    return crc


def flac_bytes(blocks: int = 50, block: int = 4096, rate: int = 44_100) -> bytes:
    """A FLAC of constant samples, 16 bits, mono."""
    packed = rate << 44 | 15 << 36 | blocks * block
    info = struct.pack(">HH", block, block) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    frames = []
    for number in range(blocks):
        head = bytes([0xFF, 0xF8, 0x70, 4 << 1, number]) + struct.pack(">H", block - 1)
        body = head + bytes([_crc(head, 8, 0x07)]) + b"\x00\x00\x00"
        frames.append(body + struct.pack(">H", _crc(body, 16, 0x8005)))
    return b"fLaC" + bytes([0x80, 0, 0, 34]) + info + b"".join(frames)


def film_bytes(width: int = 1920, height: int = 1080, brand: bytes = b"isom") -> bytes:
    """A film's boxes without a picture in them."""

    def box(name: bytes, *parts: bytes) -> bytes:
        body = b"".join(parts)
        return struct.pack(">I", len(body) + 8) + name + body

    mvhd = box(b"mvhd", bytes(4) + struct.pack(">IIII", 1, 2, 1000, 12_500) + bytes(80))
    tkhd = bytes([0, 0, 0, 7]) + bytes(20) + bytes(52) + struct.pack(">II", width << 16, height << 16)
    mdia = box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(8) + b"vide" + bytes(13)))
    moov = box(b"moov", mvhd, box(b"trak", box(b"tkhd", tkhd), mdia))
    return box(b"ftyp", brand, bytes(4), b"mp42") + moov + box(b"mdat", bytes(100))


def part(data: bytes, name: str) -> FileStorage:
    """A file part of a form."""
    return FileStorage(io.BytesIO(data), filename=name)


def form_of(tracks: int = 1, **changes: Any) -> MultiDict[str, Any]:
    """A form that is taken; `changes` replace fields, None leaves one out, lists of files repeat the field."""
    fields: dict[str, Any] = {
        "release_name": "My Single",
        "artist_name": "Stage Name",
        "release_date": "2026-06-21",
        "genre_id": "electronic",
        "artist_roles": PEOPLE,
        "cover": part(cover_bytes(), "cover.jpg"),
        "audio_files": [part(wav_bytes(), f"track{n + 1}.wav") for n in range(tracks)],
    }
    fields |= changes
    form: MultiDict[str, Any] = MultiDict()
    for name, value in fields.items():
        if value is None:
            continue
        for one in value if name in ("audio_files", "cover") and isinstance(value, list) else [value]:
            form.add(name, one if isinstance(one, str | FileStorage) else json.dumps(one))
    return form


class Desk:
    """One account's view of a sandbox."""

    def __init__(self, box: Any, key: str = "full") -> None:
        self.box = box
        self.key: dict[str, Any] = box.credential(key)

    def as_(self, key: str) -> Desk:
        """Return the desk of another credential in the same sandbox."""
        return Desk(self.box, key)

    def ask(self, method: str, path: str, **parts: Any) -> TestResponse:
        """Send a request with this desk's key; a path from the account's base, or a whole one."""
        headers = {"X-API-Key": self.key["value"], **parts.pop("headers", {})}
        whole = path if path.startswith("/api/") else BASE + path
        answer: TestResponse = self.box.ask(method, whole, token=None, headers=headers, **parts)
        return answer

    def get(self, path: str, **query: Any) -> TestResponse:
        """Read."""
        return self.ask("GET", path, query_string=query)

    def post(self, path: str, body: Any = None) -> TestResponse:
        """Send JSON, or no body at all."""
        return self.ask("POST", path, **({} if body is None else {"json": body}))

    def submit(self, tracks: int = 1, **changes: Any) -> TestResponse:
        """Submit a release."""
        return self.post_form("/moderation/", form_of(tracks, **changes))

    def post_form(self, path: str, fields: Any) -> TestResponse:
        """Send a multipart form, encoded in memory."""
        boundary, data = encode_multipart(fields)
        return self.ask("POST", path, data=data, content_type=f"multipart/form-data; boundary={boundary}")

    def pitch(self, number: int, payload: Any = None, **files: Any) -> TestResponse:
        """Pitch a submission."""
        text = {"release_description": "…", "artist_bio_achievements": "…", "pitch_platforms": ["spotify"]}
        fields = {"moderation_request_id": str(number), "payload_json": json.dumps(payload or text), **files}
        return self.post_form("/pitch/", fields)

    def report(self, path: str, filters: Any = None, **more: Any) -> TestResponse:
        """Ask for a report."""
        return self.post(f"/analytics/{path}", {"filters": filters or {}, **more})

    def submitted(self, tracks: int = 1, **changes: Any) -> Case:
        """Submit a release that must be taken."""
        answer = self.submit(tracks, **changes)
        assert answer.status_code == 200, answer.text
        return Case(self, answer.json["id"])

    def at(self, stage: str, **changes: Any) -> Case:
        """Return a release at a stage."""
        case = self.submitted(**changes)
        steps = {
            "submitted": (),
            "under_review": ("start_review",),
            "rejected": ("start_review", "reject"),
            "sent_to_stores": ("start_review", "approve"),
            "live": ("start_review", "approve", "go_live"),
        }
        for event in steps[stage]:
            case.fire(event)
        return case

    @property
    def world(self) -> World:
        """Return the records of the sandbox."""
        world: World = self.box.world
        return world

    @property
    def account(self) -> dict[str, Any]:
        """Return the account's record."""
        return self.world.require("accounts", self.key["account"])

    def set_account(self, **values: Any) -> None:
        """Change members of the account's record, as a tester does."""
        self.write("accounts", {**self.account, **values})

    def write(self, collection: str, record: dict[str, Any]) -> None:
        """Write a record, as a tester does."""
        world = self.world
        with self.box.house.store.transaction(world.space):
            world.put(collection, record)

    def fire(self, machine: str, id: Any, event: str, **data: Any) -> Any:
        """Let staff or stores act."""
        world = self.world
        flat = self.box.house.flats["gard"]
        with self.box.house.store.transaction(world.space):
            return world.fire(machine, flat.locate(world, machine, str(id)), event, **data)

    def advance(self, to: str | datetime) -> None:
        """Move the clock."""
        self.box.advance(parse_instant(to) if isinstance(to, str) else to)

    @property
    def outbox(self) -> list[dict[str, Any]]:
        """Return the queued webhooks' payloads."""
        return [json.loads(record["body"]) for record in self.world.find("outbox")]


class Case:
    """One release of a desk, by all its ids."""

    def __init__(self, desk: Desk, submission: str) -> None:
        self.desk = desk
        self.mdr = submission
        record = desk.world.require("submissions", submission)
        self.rel: str = record["release_id"]
        self.number: int = record["release_number"]
        self.request: int = record["number"]

    def fire(self, event: str, **data: Any) -> Any:
        """Let staff or stores act on it."""
        return self.desk.fire("submission", self.mdr, event, **data)

    def get(self, what: str = "", ref: Any = None) -> TestResponse:
        """Read something of it."""
        return self.desk.get(f"/releases/{ref or self.rel}{what}")

    @property
    def stage(self) -> str:
        """Return its public stage as the list of submissions shows it."""
        rows = self.desk.get("/moderation/").json["submissions"]
        return str(next(row["status"] for row in rows if row["id"] == self.mdr))

    @property
    def tracks(self) -> list[dict[str, Any]]:
        """Return the stored tracks in their order."""
        found = self.desk.world.slice_by("tracks", "release", self.rel)
        return sorted(found, key=lambda track: int(track["position"]))


DeskMaker = Callable[..., Desk]


@pytest.fixture(scope="session")
def gard_house() -> Iterator[App]:
    """A house with the flat `gard`, all in memory."""
    app = build(read_settings({"providers": ("gard",)}, {}))
    yield app
    app.close()


@pytest.fixture
def make_desk(gard_house: App, make_box: Any) -> DeskMaker:
    """Make desks in fresh sandboxes."""

    def make(**options: Any) -> Desk:
        return Desk(make_box(gard_house, "gard", **{"now": NOW, **options}))

    return make


@pytest.fixture
def own_houses() -> Iterator[list[App]]:
    """Houses that a test builds for itself, closed after all that is in them."""
    houses: list[App] = []
    yield houses
    for house in houses:
        house.close()


@pytest.fixture
def build_desk(own_houses: list[App], make_box: Any) -> DeskMaker:
    """Make desks in houses of their own; the arguments are settings."""

    def make(world: str = "empty", **flags: Any) -> Desk:
        own_houses.append(build(read_settings({"providers": ("gard",), **flags}, {})))
        return Desk(make_box(own_houses[-1], "gard", now=NOW, world=world))

    return make


@pytest.fixture
def desk(make_desk: DeskMaker) -> Desk:
    """The full account of a fresh, empty world."""
    return make_desk(world="empty")


@pytest.fixture
def demo_desk(make_desk: DeskMaker) -> Desk:
    """The full account of a fresh demo world."""
    return make_desk()


@pytest.fixture(name="part")
def part_maker() -> Callable[[bytes, str], FileStorage]:
    """What makes file parts."""
    return part


@pytest.fixture
def cover() -> bytes:
    """A cover that keeps every rule."""
    return cover_bytes()


@pytest.fixture
def sound() -> bytes:
    """A WAV that keeps every rule."""
    return wav_bytes()


@pytest.fixture
def mp3() -> bytes:
    """An MP3 that keeps every rule."""
    return mp3_bytes()


@pytest.fixture
def flac() -> bytes:
    """A FLAC that keeps every rule."""
    return flac_bytes()


@pytest.fixture
def film() -> Callable[..., bytes]:
    """What makes films."""
    return film_bytes
