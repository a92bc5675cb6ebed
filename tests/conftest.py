"""What many tests share: a built house per process, and a sandbox of its own for every test."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from werkzeug.test import Client, TestResponse

from mockserver.app import App, build
from mockserver.clock import instant, now_of
from mockserver.settings import read_settings
from mockserver.world import World

# Speed is a benchmark's business: a busy machine must not turn a property red.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
JSON_API = "application/vnd.api+json"


class Box:
    """A sandbox in a house, asked in process; what the house breaks of its own promise fails the test."""

    def __init__(self, house: App, provider: str, name: str, **options: Any) -> None:
        self.house = house
        self.provider = provider
        self.name = name
        self.expects_violations = False
        self.start_over(**options)

    def start_over(self, **options: Any) -> None:
        """Make the sandbox anew: frozen at START, manual, seed 7, unless told otherwise."""
        wishes = {"now": instant(START), "clock": "frozen", "progression": "manual", "seed": 7, **options}
        self.house.sandboxes.start_over(self.name, wishes)

    def ask(self, method: str, path: str, *, token: str | None = "full", **parts: Any) -> TestResponse:
        """Send a request as the holder of a named credential (None: nobody's)."""
        headers = {"X-Sandbox": self.name, **(parts.pop("headers", None) or {})}
        if token is not None:
            headers.setdefault("Authorization", f"Bearer {self.credential(token)['value']}")
        return Client(self.house.wsgi).open(f"/{self.provider}{path}", method=method, headers=headers, **parts)

    def send(self, method: str, path: str, document: Any, **parts: Any) -> TestResponse:
        """Send a JSON document."""
        kind = parts.pop("content_type", JSON_API if self.provider == "products" else "application/json")
        return self.ask(method, path, data=json.dumps(document).encode(), content_type=kind, **parts)

    def credential(self, name: str) -> dict[str, Any]:
        """Return a credential by its name."""
        return next(record for record in self.world.find("credentials") if record["name"] == name)

    @property
    def meta(self) -> dict[str, Any]:
        """Return the sandbox's own record."""
        return self.house.sandboxes.open(self.name, self.provider)

    @property
    def now(self) -> datetime:
        """Return what the sandbox's clock shows."""
        return now_of(self.meta["clock"])

    @property
    def world(self) -> World:
        """Return the provider's records in this sandbox, now."""
        return self.house.sandboxes.world(self.meta, self.provider)

    def advance(self, to: datetime) -> list[dict[str, Any]]:
        """Move the clock; returns what happened."""
        return self.house.timeline.advance(self.name, to)

    @property
    def violations(self) -> list[dict[str, Any]]:
        """Return where the house broke its own promise in this sandbox."""
        return self.house.recipe.violations.list(self.name)

    @property
    def journal(self) -> list[dict[str, Any]]:
        """Return the journal's whole entries, newest first."""
        return [entry.whole() for entry in self.house.recipe.journal.find(self.name)]


BoxMaker = Callable[..., Box]


@pytest.fixture(scope="session")
def house() -> Iterator[App]:
    """A house with the flat `products`, all in memory."""
    app = build(read_settings({"providers": ("products",)}, {}))
    yield app
    app.close()


@pytest.fixture
def make_box(request: pytest.FixtureRequest) -> Iterator[BoxMaker]:
    """Make sandboxes that are looked through and dropped after the test."""
    made: list[Box] = []
    stem = f"t{abs(hash(request.node.nodeid)):x}"

    def make(house: App, provider: str, name: str = "", **options: Any) -> Box:
        made.append(Box(house, provider, name or f"{stem}-{len(made)}", **options))
        return made[-1]

    yield make
    for box in made:
        broken = [] if box.expects_violations else box.violations
        box.house.sandboxes.drop(box.name)
        box.house.recipe.journal.forget(box.name)
        assert not broken, f"the house broke its own promise: {broken}"


@pytest.fixture
def products(house: App, make_box: BoxMaker) -> Box:
    """A fresh sandbox of products with the empty world."""
    return make_box(house, "products", world="empty")


@pytest.fixture
def demo(house: App, make_box: BoxMaker) -> Box:
    """A fresh sandbox of products with the demo world."""
    return make_box(house, "products")
