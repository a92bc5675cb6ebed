"""A desk at which one sandbox of og_records is worked: calls, time, transitions, a receiver of webhooks."""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest
from werkzeug.test import Client, TestResponse

from mockserver.app import App, build
from mockserver.clock import now_of, parse_instant
from mockserver.media.sounds import wav
from mockserver.settings import read_settings

START = "2026-03-15T12:00:00Z"
COVER = "https://cdn.example.com/covers/one.jpg"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def app() -> App:
    """The server with og_records alone."""
    return build(read_settings({"providers": ("og_records",)}, {}))


class Desk:
    """One sandbox and a client of it."""

    def __init__(self, app: App, name: str, **options: Any) -> None:
        self.app, self.name = app, name
        app.sandboxes.start_over(name, {"now": START, "clock": "frozen", "seed": 7, **options})
        self._client = Client(app.wsgi)

    # the world behind the API

    @property
    def meta(self) -> dict[str, Any]:
        return self.app.sandboxes.open(self.name, "og_records")

    @property
    def world(self) -> Any:
        return self.app.sandboxes.world(self.meta, "og_records")

    @property
    def now(self) -> datetime:
        return now_of(self.meta["clock"])

    def records(self, collection: str) -> list[dict[str, Any]]:
        return list(self.world.find(collection))

    def change(self, collection: str, id: str, **members: Any) -> None:
        """Change a record as the control API's PATCH does."""
        world = self.world
        with self.app.store.transaction(world.space):
            world.put(collection, {**world.require(collection, id), **members})

    def fire(self, machine: str, id: str, event: str, **data: Any) -> Any:
        """Fire a transition as the control API does: by any id that the API shows."""
        world = self.world
        with self.app.store.transaction(world.space):
            located = self.app.flats["og_records"].locate(world, machine, id)
            assert located is not None
            return world.fire(machine, located, event, **data)

    def mint(self, **wish: Any) -> dict[str, Any]:
        world = self.world
        with self.app.store.transaction(world.space):
            return self.app.flats["og_records"].mint(world, wish)

    def advance(self, **span: float) -> list[dict[str, Any]]:
        return self.app.timeline.advance(self.name, self.now + timedelta(**span))

    def violations(self) -> list[dict[str, Any]]:
        return self.app.recipe.violations.list(self.name)

    def deliveries(self, event: str | None = None) -> list[dict[str, Any]]:
        return [one for one in self.records("outbox") if event in (None, one["event"])]

    def told(self, event: str) -> list[dict[str, Any]]:
        """The data of the events of a kind that were queued, in order."""
        return [orjson.loads(one["body"])["data"] for one in self.deliveries(event)]

    # the API

    def credential(self, name: str) -> dict[str, Any]:
        return next(one for one in self.records("credentials") if one["name"] == name)

    def call(
        self, method: str, path: str, key: str | None = "full", headers: dict[str, str] | None = None, **rest: Any
    ) -> TestResponse:
        """Send a request; `key` names a credential, is a key's value, or None for no credential."""
        sent = {"X-Sandbox": self.name, **(headers or {})}
        if key is not None:
            known = {one["name"]: one["value"] for one in self.records("credentials")}
            sent["X-API-Key"] = known.get(key, key)
        return self._client.open(f"/og_records{path}", method=method, headers=sent, **rest)

    def get(self, path: str, **rest: Any) -> TestResponse:
        return self.call("GET", path, **rest)

    def post(self, path: str, json: Any = None, **rest: Any) -> TestResponse:
        return self.call("POST", path, **({"json": json} if json is not None else {}), **rest)

    def patch(self, path: str, json: Any, **rest: Any) -> TestResponse:
        return self.call("PATCH", path, json=json, **rest)

    def send(self, hook: str, payload: Any = None, variant: str = "valid", **changes: Any) -> TestResponse:
        """Let a foreign sender send a webhook; `changes` spoil its headers or body."""
        world = self.world
        with self.app.store.transaction(world.space):
            message = self.app.flats["og_records"].inbound[hook](world, {"payload": payload, "variant": variant})
        return self.send_message(message, **changes)

    def send_message(
        self, message: dict[str, Any], headers: dict[str, str] | None = None, body: str | None = None
    ) -> TestResponse:
        sent = message["headers"] if headers is None else headers
        data = message["body"] if body is None else body
        return self.call(message["method"], message["path"], key=None, headers=sent, data=data.encode())

    # stories

    def release(self, **basics: Any) -> dict[str, Any]:
        body = {"title": "Harbour Lights", "artist_name": "Lena Nordwind", "release_type": "single", **basics}
        return created(self.post("/api/v1/releases", body))

    def track(self, release_id: str, **metadata: Any) -> dict[str, Any]:
        return created(self.post("/api/v1/tracks", {"release_id": release_id, "title": "Song", **metadata}))

    def upload(self, audio: bytes | None = None, name: str = "song.wav", **fields: Any) -> TestResponse:
        sound = wav(1.5, sample_rate_hz=8000, channels=1) if audio is None else audio
        form = {**{k: str(v) for k, v in fields.items()}, "audio_file": (io.BytesIO(sound), name)}
        return self.post("/api/v1/tracks", data=form, content_type="multipart/form-data")

    def complete(self, release_id: str, **distribution: Any) -> dict[str, Any]:
        """Do every step, with one uploaded track; checks are running afterwards."""
        track = created(self.upload(release_id=release_id, title="Song"))
        steps = {
            "artwork": {"cover_url": COVER},
            "tracks": {"track_ids": [track["id"]]},
            "rights": {"copyright_line": "2026 Nordwind", "production_line": "2026 Nordwind"},
            "distribution": {"dsps": ["spotify", "tidal"], "territories": ["DE"], **distribution},
        }
        for step, body in steps.items():
            answer = self.patch(f"/api/v1/releases/{release_id}/{step}", body)
            assert answer.status_code == 200, answer.text
        return track

    def ready(self) -> tuple[str, str]:
        """Return release and track whose checks have passed."""
        release = self.release()
        track = self.complete(release["id"])
        self.fire("audio_qc", track["id"], "pass")
        self.fire("cover_qc", release["id"], "pass")
        return release["id"], track["id"]

    def submitted(self) -> tuple[str, str]:
        """Return a release that has been handed in, and its track."""
        ids = self.ready()
        assert self.post(f"/api/v1/releases/{ids[0]}/submit").status_code == 200
        return ids

    def endpoint(self, url: str = "http://127.0.0.1:9/hook", **rest: Any) -> dict[str, Any]:
        return created(self.post("/api/v1/webhook-endpoints", {"url": url, **rest}))


def created(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    return answer.json


@pytest.fixture
def make_desk(app: App) -> Iterator[Callable[..., Desk]]:
    """Open desks with options of their own; at the end no own answer may have broken the spec."""
    opened: list[Desk] = []

    def open_one(**options: Any) -> Desk:
        desk = Desk(app, f"og-{next(_NUMBERS)}", **{"progression": "timed", **options})
        opened.append(desk)
        return desk

    yield open_one
    broken = [one for desk in opened for one in desk.violations()]
    for desk in opened:
        app.sandboxes.drop(desk.name)
    assert not broken


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """The demo world, where workers act by themselves on the clock."""
    return make_desk()


@pytest.fixture
def manual(make_desk: Callable[..., Desk]) -> Desk:
    """The demo world, where nobody acts but by transitions."""
    return make_desk(progression="manual")


class Receiver:
    """A real receiver of webhooks on the loopback address that answers what it is told to."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers), body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *told: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """Listen no more; a second time does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


@pytest.fixture
def start() -> datetime:
    return parse_instant(START)
