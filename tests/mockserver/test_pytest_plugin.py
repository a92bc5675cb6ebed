"""The pytest plugin: a server, a fresh sandbox for each test, a receiver of webhooks, and a report that helps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
SOME = """
import json, urllib.request, pytest

def products(sandbox, name="full"):
    headers = sandbox.headers("products", name)
    request = urllib.request.Request(sandbox.url("products") + "/api/v1/products", headers=headers)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())["meta"]["page"]["total"]
"""


@pytest.fixture
def outer(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with tests of a user's own that run with the plugin."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p mockserver.pytest_plugin -p no:cacheprovider")
    monkeypatch.setenv("MOCKSERVER_PROVIDERS", "products")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester


def run(outer: pytest.Pytester, text: str, *arguments: str) -> pytest.RunResult:
    outer.makepyfile(SOME + text)
    return outer.runpytest_subprocess(*arguments)


def test_each_test_has_a_sandbox_of_its_own(outer: pytest.Pytester) -> None:
    result = run(
        outer,
        """
names = set()

@pytest.mark.parametrize("number", range(3))
def test_alone(sandbox, number):
    assert sandbox.name not in names
    names.add(sandbox.name)
    assert products(sandbox) == 300
    key = sandbox.headers("products")
    sandbox.control("DELETE", "state/products/products/1")
    assert products(sandbox) == 299

@pytest.mark.sandbox(world="empty", seed=3, now="2030-05-01T12:00:00Z")
def test_marked(sandbox, mock_server):
    assert products(sandbox) == 0
    assert sandbox.control("GET", "clock")["now"].startswith("2030-05-01T12:00:00")
    assert mock_server.url.startswith("http://127.0.0.1:")
    sandbox.advance(by="PT48H")
    assert sandbox.control("GET", "clock")["now"].startswith("2030-05-03T12:00:00")
    assert [entry["operation"] for entry in sandbox.requests()] == ["listProducts"]
    assert sandbox.deliveries() == [] and sandbox.violations() == []
    with pytest.raises(LookupError, match="products has no credential 'nobody'; there are: full"):
        sandbox.credentials("products", "nobody")

def test_webhooks(webhook_sink):
    webhook_sink.answer_with(500)
    for status in (500, 200):
        request = urllib.request.Request(webhook_sink.url, b'{"event": "a.made"}', method="POST")
        try:
            with urllib.request.urlopen(request) as answer:
                assert answer.status == status
        except urllib.error.HTTPError as error:
            with error:
                assert error.code == status
    assert len(webhook_sink.wait_for("a.made", 2)) == 2
    with pytest.raises(TimeoutError, match="waited 0.01 s for 1 x b.made; came: a.made, a.made"):
        webhook_sink.wait_for("b.made", seconds=0.01)
""",
        "-W", "error",
    )  # fmt: skip

    result.assert_outcomes(passed=5)


def test_a_failed_test_shows_what_the_server_saw(outer: pytest.Pytester) -> None:
    result = run(outer, "\ndef test_fails(sandbox):\n    assert products(sandbox) == 1\n")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*mock server*", "sandbox *: clock * (*), seed 1", "* GET products/api/v1/products -> 200*"]
    )


def test_a_broken_promise_of_the_server_fails_the_test(outer: pytest.Pytester) -> None:
    result = run(
        outer,
        """
def test_innocent(sandbox):
    sandbox.control("PATCH", "state/products/products/1", {"name": 5})
    headers = sandbox.headers("products")
    request = urllib.request.Request(sandbox.url("products") + "/api/v1/products/1", headers=headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value:
        assert caught.value.code == 500
""",
    )

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the mock server broke its own spec: *"])


def test_a_server_elsewhere_can_be_used(outer: pytest.Pytester, house: object) -> None:
    from mockserver.web.serving import LocalServer

    server = LocalServer(house.wsgi)  # type: ignore[attr-defined]
    try:
        result = run(
            outer,
            "\ndef test_there(mock_server, sandbox, request):\n"
            "    assert mock_server.url == request.config.getoption('--mock-server-url')\n"
            "    assert products(sandbox) == 300\n",
            "--mock-server-url", server.url,
        )  # fmt: skip
    finally:
        server.close()

    result.assert_outcomes(passed=1)


def test_the_plugin_is_light_to_import() -> None:
    code = (
        "import sys, mockserver.pytest_plugin;"
        "print([m for m in ('flask', 'faker', 'jsonschema_rs', 'yaml', 'PIL', 'mockserver.app') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_distribution_declares_the_plugin() -> None:
    assert 'soundcheck = "mockserver.pytest_plugin"' in (ROOT / "pyproject.toml").read_text("utf-8")
