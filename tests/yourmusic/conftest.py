"""A room in which one sandbox of yourmusic is played with: calls, codes from the inbox, time, transitions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import Client, TestResponse

from mockserver.app import App, build
from mockserver.clock import now_of, parse_instant
from mockserver.core.ground import Record
from mockserver.settings import read_settings
from mockserver.world import World

START = "2026-03-10T12:00:00Z"
TENANT, OTHER_TENANT = "acme-records", "northwind-music"
DEVICE = "550e8400-e29b-41d4-a716-446655440000"
UNKNOWN_UUID = str(UUID(int=1 << 77))
_NUMBERS = itertools.count(1)


class Room:
    """One sandbox and a client of it; what the server breaks of its own promise fails the test."""

    def __init__(self, app: App, name: str, **options: Any) -> None:
        self.app, self.name = app, name
        app.sandboxes.start_over(name, {"now": START, "clock": "frozen", "progression": "manual", "seed": 7, **options})
        self._client = Client(app.wsgi)

    # calls

    def ask(self, method: str, path: str, token: str | None = "user", **parts: Any) -> TestResponse:
        """Send a request with the token of a named credential, with a token itself, or with none."""
        headers = {"X-Sandbox": self.name, **(parts.pop("headers", None) or {})}
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {self.tokens.get(token, token)}")
        return self._client.open(f"/yourmusic{path}", method=method, headers=headers, **parts)

    def get(self, path: str, token: str | None = "user", **query: Any) -> TestResponse:
        return self.ask("GET", path, token, **({"query_string": query} if query else {}))

    def post(self, path: str, body: Any, token: str | None = "user") -> TestResponse:
        return self.ask("POST", path, token, json=body)

    def patch(self, path: str, body: Any, token: str | None = "user") -> TestResponse:
        return self.ask("PATCH", path, token, json=body)

    def put(self, path: str, body: Any, token: str | None = "user") -> TestResponse:
        return self.ask("PUT", path, token, json=body)

    def open(self, url: str, method: str = "GET", **parts: Any) -> TestResponse:
        """Follow an address that the API gave out, as a browser would: without a header of ours."""
        return self._client.open(url.removeprefix("http://localhost"), method=method, **parts)

    # what stories begin with

    def send_code(self, email: str, tenant: str = TENANT, **more: Any) -> TestResponse:
        return self.post("/auth/otp/send", {"tenant": tenant, "email": email, **more}, None)

    def code_for(self, email: str, tenant: str = TENANT) -> str:
        """Send a code and read it out of the inbox."""
        assert self.send_code(email, tenant).status_code == 200
        return str(self.mail_to(email)["code"])

    def authenticate(self, email: str, code: str, tenant: str = TENANT) -> TestResponse:
        body = {"tenant": tenant, "email": email, "code": code, "device_id": DEVICE}
        return self.post("/auth/otp/authenticate", body, None)

    def sign_in(self, email: str, tenant: str = TENANT) -> dict[str, Any]:
        """Return the session, or the onboarding answer, of an address."""
        answer = self.authenticate(email, self.code_for(email, tenant), tenant)
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def client_token(self, name: str = "full") -> str:
        """Return a fresh client token of a named client."""
        client = self.credential(name)
        body = {"grant_type": "client_credentials", **{part: client[part] for part in ("client_id", "client_secret")}}
        return str(self.post("/oauth/token", body, None).json["access_token"])

    def device_token(self, user_id: str, device: str = DEVICE, client: str = "full") -> str:
        answer = self.post(f"/users/{user_id}/udt", {"deviceId": device}, client)
        assert answer.status_code == 200, answer.text
        return str(answer.json["token"])

    def playlist(self, name: str = "Mine", token: str = "user", **more: Any) -> str:
        return str(self.post("/playlists", {"playlist_name": name, **more}, token).json["id"])

    # the world behind the API

    @property
    def meta(self) -> Record:
        return self.app.sandboxes.open(self.name, "yourmusic")

    @property
    def world(self) -> World:
        return self.app.sandboxes.world(self.meta, "yourmusic")

    @property
    def now(self) -> datetime:
        return now_of(self.meta["clock"])

    @property
    def tokens(self) -> dict[str, str]:
        return {record["name"]: record["value"] for record in self.records("credentials")}

    def credential(self, name: str) -> Record:
        return next(record for record in self.records("credentials") if record["name"] == name)

    def user_id(self, name: str = "user") -> str:
        return str(self.credential(name)["id"])

    def records(self, collection: str) -> list[Record]:
        return list(self.world.find(collection))

    def mail_to(self, email: str) -> Record:
        return [mail for mail in self.records("inbox") if mail["to"] == email][-1]

    def change(self, collection: str, id: str, **members: Any) -> None:
        """Change a record as the control API's PATCH does."""
        world = self.world
        with self.app.store.transaction(world.space):
            world.put(collection, {**world.require(collection, id), **members})

    def remove(self, collection: str, id: str) -> None:
        """Remove a record as the control API's DELETE does."""
        world = self.world
        with self.app.store.transaction(world.space):
            assert world.delete(collection, id)

    def fire(self, machine: str, id: str, event: str, **data: Any) -> Any:
        """Fire a transition as the control API does: by any id that the API shows."""
        world = self.world
        locate = self.app.flats["yourmusic"].locate
        assert locate is not None
        with self.app.store.transaction(world.space):
            located = locate(world, machine, id)
            assert located is not None
            return world.fire(machine, located, event, **data)

    def advance(self, **by: float) -> list[dict[str, Any]]:
        """Move the clock by a timedelta's parts; returns what happened."""
        return self.app.timeline.advance(self.name, self.now + timedelta(**by))

    def advance_to(self, at: str) -> list[dict[str, Any]]:
        return self.app.timeline.advance(self.name, parse_instant(at))

    @property
    def violations(self) -> list[dict[str, Any]]:
        return self.app.recipe.violations.list(self.name)


RoomMaker = Callable[..., Room]


@pytest.fixture(scope="session")
def app() -> Iterator[App]:
    """A house with yourmusic alone, all in memory."""
    built = build(read_settings({"providers": ("yourmusic",)}, {}))
    yield built
    built.close()


@pytest.fixture
def make_room(app: App) -> Iterator[RoomMaker]:
    """Make sandboxes that are looked through and dropped after the test."""
    made: list[Room] = []

    def make(house: App = app, **options: Any) -> Room:
        made.append(Room(house, f"ym-{next(_NUMBERS)}", **options))
        return made[-1]

    yield make
    for room in made:
        broken = room.violations
        room.app.sandboxes.drop(room.name)
        assert not broken, f"the server broke its own promise: {broken}"


@pytest.fixture
def room(make_room: RoomMaker) -> Room:
    """A fresh sandbox with the demo world."""
    return make_room()


@pytest.fixture
def empty(make_room: RoomMaker) -> Room:
    """A fresh sandbox with the empty world."""
    return make_room(world="empty")
