"""A house with the carrier of these tests, asked through the front door."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from mockserver.app import App, build
from mockserver.provider import Provider
from mockserver.settings import read_settings
from mockserver.testing.sink import WebhookSink

HERE = Path(__file__).parent
START = "2026-01-15T09:00:00Z"


def load(name: str) -> ModuleType:
    """Return a module beside this file, imported once."""
    label = f"soundcheck_{name.replace('/', '_')}"
    if label not in sys.modules:
        spec = importlib.util.spec_from_file_location(label, HERE / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[label] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[label])
    return sys.modules[label]


class Tester:
    """Somebody at work in one sandbox, over HTTP alone."""

    def __init__(self, app: App, sandbox: str) -> None:
        self.app = app
        self.sandbox = sandbox
        self.client = Client(app.wsgi)

    def ask(self, method: str, path: str, body: Any = None, **parts: Any) -> TestResponse:
        """Send any request in this sandbox; a body is sent as JSON."""
        headers = {"X-Sandbox": self.sandbox, **parts.pop("headers", {})}
        if body is not None:
            parts["json"] = body
        return self.client.open(path, method=method, headers=headers, buffered=True, **parts)

    def control(self, method: str, path: str, body: Any = None, **parts: Any) -> TestResponse:
        """Send a request to the control API."""
        return self.ask(method, f"/_control/{path}", body, **parts)

    def get(self, path: str) -> Any:
        """Read a place of the control API, which must be there."""
        answer = self.control("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def do(self, method: str, path: str, body: Any = None) -> Any:
        """Let the control API act, which must succeed."""
        answer = self.control(method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json

    def key(self, name: str = "full") -> dict[str, str]:
        """Return the header of a credential."""
        entry = next(entry for entry in self.get("credentials/parcels") if entry["name"] == name)
        return {entry["header"]: entry["value"]}

    def order(self, to: str = "Ada", **members: Any) -> dict[str, Any]:
        """Order a parcel; returns it."""
        answer = self.ask("POST", "/parcels/parcels", {"to": to, **members}, headers=self.key())
        assert answer.status_code == 201, answer.text
        parcel: dict[str, Any] = answer.json
        return parcel

    def fire(self, id: Any, event: str, **data: Any) -> TestResponse:
        """Fire an event of a parcel."""
        return self.control(
            "POST", "transitions", {"provider": "parcels", "resource": "parcel", "id": id, "event": event, "data": data}
        )

    def violations(self) -> list[dict[str, Any]]:
        """Return where the house broke its own promises in this sandbox."""
        return self.app.house.violations.list(self.sandbox)


@pytest.fixture(scope="session")
def build_house() -> Iterator[Callable[..., App]]:
    """Build houses that serve the carrier, and products where asked; flags are settings."""
    made: list[App] = []

    def make(*others: str, **flags: Any) -> App:
        from mockserver.app import load_flats

        carrier: Provider = load("parcels/flat").PROVIDER
        flats = {"parcels": carrier, **(load_flats(others) if others else {})}
        settings = replace(read_settings({"fixtures": str(HERE), **flags}, {}), providers=tuple(flats))
        made.append(build(settings, flats))
        return made[-1]

    yield make
    for app in made:
        app.close()


@pytest.fixture(scope="session")
def house(build_house: Callable[..., App]) -> App:
    """A house with the carrier and products, in memory."""
    return build_house("products")


@pytest.fixture
def enter(house: App, request: pytest.FixtureRequest) -> Iterator[Callable[..., Tester]]:
    """Make testers in fresh sandboxes, frozen at START and manual unless told otherwise."""
    made: list[Tester] = []

    def make(app: App | None = None, name: str = "", **options: Any) -> Tester:
        tester = Tester(app or house, name or f"{abs(hash(request.node.nodeid)):x}-{len(made)}")
        wishes = {"seed": 7, "now": START, "clock": "frozen", "progression": "manual", **options}
        answer = tester.control("PUT", f"sandboxes/{tester.sandbox}", wishes)
        assert answer.status_code in (200, 201), answer.text
        made.append(tester)
        return tester

    yield make
    for tester in made:
        broken = tester.app.house.violations.list(tester.sandbox)
        tester.control("DELETE", f"sandboxes/{tester.sandbox}")
        own = [entry for entry in broken if entry["provider"] == "control"]
        assert not own, f"the control API broke its own promise: {own}"


@pytest.fixture
def tester(enter: Callable[..., Tester]) -> Tester:
    """Somebody at work in a fresh sandbox."""
    return enter()


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    """A real receiver of webhooks on a free loopback port."""
    receiver = WebhookSink()
    yield receiver
    receiver.close()
