"""Fixtures for tests of code that talks to these APIs; light to import, everything heavy waits for its first use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.testing.client import MockServer, Sandbox
    from mockserver.testing.sink import WebhookSink

_STATE: pytest.StashKey[Sandbox] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --mock-server-url."""
    group = parser.getgroup("soundcheck")
    group.addoption(
        "--mock-server-url",
        metavar="URL",
        default=None,
        help="use the mock server at URL instead of one in this process",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", "sandbox(world, seed, now, progression, limits, clock): what the `sandbox` fixture starts from"
    )


@pytest.fixture(scope="session")
def mock_server(request: pytest.FixtureRequest) -> Iterator[MockServer]:
    """A mock server: the one at --mock-server-url, or one in this process on a free loopback port."""
    from mockserver.testing.client import MockServer, serve_in_process

    url = request.config.getoption("--mock-server-url")
    if url:
        yield MockServer(str(url).rstrip("/"))
        return
    with serve_in_process() as server:
        yield server


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, mock_server: MockServer) -> Iterator[Sandbox]:
    """A fresh sandbox with a name of its own, dropped after the test; its own-reply violations fail the test."""
    marker = request.node.get_closest_marker("sandbox")
    options: dict[str, Any] = dict(marker.kwargs) if marker else {}
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    box = mock_server.sandbox(f"{worker}-{_slug(request.node.nodeid)}", **options)
    request.node.stash[_STATE] = box
    yield box
    violations = box.violations()
    box.drop()
    if violations:
        pytest.fail(f"the mock server broke its own spec: {violations}", pytrace=False)


@pytest.fixture
def webhook_sink() -> Iterator[WebhookSink]:
    """A real local receiver of webhooks with answers that can be programmed."""
    from mockserver.testing.sink import WebhookSink

    sink = WebhookSink()
    yield sink
    sink.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Attach journal, clock, seed and changed records to the report of a failed test that used `sandbox`."""
    report = yield
    box = item.stash.get(_STATE, None)
    if box is not None and call.when == "call" and report.failed:
        report.sections.append(("mock server", box.describe()))
    return report


def _slug(nodeid: str) -> str:
    from hashlib import blake2b

    tail = "".join(letter if letter.isalnum() else "-" for letter in nodeid.rpartition("::")[2].lower())[:30]
    return f"{tail.strip('-')}-{blake2b(nodeid.encode(), digest_size=4).hexdigest()}"
