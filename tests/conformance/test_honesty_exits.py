"""Misconfiguration and trouble, seen from the command line: exit 2, 3 or 4, and nothing called kept or broken."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from rival import Rival, serving
from rival_query import TOKENS
from test_cli import conformance, flags
from test_honesty import listening
from werkzeug.wrappers import Response

from conformance import clock
from conformance.cli import main
from specs import PROVIDERS

LOGIN = Response("", 302, headers={"Location": "https://login.example.com/"}, content_type="text/html")
PAGE = Response("<!doctype html><title>Log in</title>", 200, content_type="text/html")
GATEWAY = Response("<html><h1>502 Bad Gateway</h1>", 502, content_type="text/html")
CANNED = {
    "an empty object": Response("{}", 200, content_type="application/json"),
    "an empty list": Response("[]", 200, content_type="application/json"),
    "a web page": PAGE,
    "not found": Response('{"message": "not here"}', 404, content_type="application/json"),
    "a crash": Response('{"message": "oops"}', 500, content_type="application/json"),
    "no entry": Response('{"message": "who are you?"}', 401, content_type="application/json"),
    "a login": LOGIN,
    "a gateway": GATEWAY,
    "a bad request": Response('{"message": "what?"}', 400, content_type="application/json"),
    "nothing": Response("", 204),
}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(url: str, *more: str, provider: str = "products", token: str = TOKENS["full"]) -> int:
    """Run the suite from the command line against a target that is not expected to get as far as a check."""
    target = ["--provider", provider, "--base-url", url, "--control-url", "none", "--token", f"full={token}"]
    return main(["run", *target, "--no-fuzz", "-q", *more])


@contextmanager
def silent() -> Iterator[str]:
    """Listen, take connections, and never answer."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("canned", CANNED.values(), ids=CANNED)
def test_a_server_with_one_answer_for_everything_is_not_testable(
    provider: str, canned: Response, capsys: pytest.CaptureFixture[str]
) -> None:
    with listening(canned) as url:
        code = run(url, provider=provider)

    told = capsys.readouterr()
    assert code == 3, told.err
    assert "not testable" in told.err
    assert told.out == ""


@pytest.mark.parametrize("provider", PROVIDERS)
def test_another_api_at_this_address_is_not_testable(provider: str, capsys: pytest.CaptureFixture[str]) -> None:
    def other_api(environ: Any, start_response: Any) -> Any:
        known = "no-such-address" not in environ["PATH_INFO"]
        body = '{"status": "up"}' if known else '{"error": "no such route"}'
        return Response(body, 200 if known else 404, content_type="application/json")(environ, start_response)

    with listening(other_api) as url:
        assert run(url, provider=provider) == 3

    assert "nothing in it that the document tells of" in capsys.readouterr().err


def test_a_redirect_is_told_with_where_it_leads(capsys: pytest.CaptureFixture[str]) -> None:
    with listening(LOGIN) as url:
        assert run(url) == 3

    assert "leads to https://login.example.com/" in capsys.readouterr().err


@pytest.mark.parametrize("canned", CANNED.values(), ids=CANNED)
def test_a_client_that_is_given_no_token_is_not_testable(
    canned: Response, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFORMANCE_CLIENT_ID", "backoffice")
    monkeypatch.setenv("CONFORMANCE_CLIENT_SECRET", "tell-nobody")

    with listening(canned) as url:
        code = main(["run", "--provider", "yourmusic", "--base-url", url, "--control-url", "none", "-q"])

    told = capsys.readouterr()
    assert code == 3, told.err
    assert told.out == ""


def test_a_host_that_no_name_server_knows_is_not_testable(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("http://products.invalid") == 3
    assert "was not answered" in capsys.readouterr().err


def test_a_wrong_port_is_not_testable(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as url:
        pass  # the port was free a moment ago

    assert run(url) == 3
    assert "is the server running" in capsys.readouterr().err


def test_a_wrong_path_is_not_testable(rival: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"{rival}/elsewhere") == 3
    assert "check the base URL" in capsys.readouterr().err


def test_an_untrusted_certificate_is_not_testable(capsys: pytest.CaptureFixture[str]) -> None:
    with listening(Rival(), "adhoc") as url:
        assert run(url) == 3

    assert "certificate" in capsys.readouterr().err


def test_plain_speech_and_tls_do_not_meet(capsys: pytest.CaptureFixture[str]) -> None:
    with listening(Rival(), "adhoc") as secure, listening(Rival()) as plain:
        assert run(secure.replace("https:", "http:")) == 3
        assert run(plain.replace("http:", "https:")) == 3

    assert "not testable" in capsys.readouterr().err


def test_a_wrong_token_is_not_testable(rival: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(rival, token="wrong") == 3
    assert "check the credential of 'full'" in capsys.readouterr().err


def test_a_wrong_second_token_is_not_testable(rival: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(rival, "--token", "second-account=wrong") == 3
    assert "check the credential of 'second-account'" in capsys.readouterr().err


def test_a_server_that_never_answers_is_not_testable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "conformance.toml").write_text("[products]\ntimeout = 0.2\n")

    with silent() as url:
        assert run(url) == 3

    assert "timed out" in capsys.readouterr().err.lower()


def test_a_server_that_says_429_for_ever_is_not_testable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(clock, "rest", lambda pause: seconds.append(seconds[-1] + pause))
    monkeypatch.setattr(clock, "ticks", lambda: seconds[-1])

    with listening(Response("{}", 429, headers={"Retry-After": "30"}, content_type="application/json")) as url:
        assert run(url) == 3

    assert seconds[-1] >= 120
    assert "429" in capsys.readouterr().err


def test_a_folder_in_place_of_a_settings_file_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "conformance.toml").mkdir()

    assert run("http://127.0.0.1:9") == 2
    assert "conformance.toml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["[products", "[products]\nbase_ulr = 'x'\n", "[products.principals.full]\n", "\xff", "[products]\ntimeout = 0\n"],
    ids=["broken", "unknown key", "principal without secret", "no UTF-8", "no time"],
)
def test_a_settings_file_that_cannot_be_used_is_a_mistake(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "conformance.toml").write_bytes(text.encode("latin-1"))

    assert run("http://127.0.0.1:9") == 2
    assert capsys.readouterr().err.startswith("conformance: ")


def test_an_unknown_provider_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run("http://127.0.0.1:9", provider="nobody")

    assert ended.value.code == 2
    assert "yourmusic" in capsys.readouterr().err


def test_an_unknown_report_is_a_mistake(rival: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(rival, "--report", "pdf=out.pdf") == 2
    assert "valid: text, json" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_told_before_the_run(tmp_path: Path, rival: str) -> None:
    (tmp_path / "out").mkdir()
    asked: list[str] = []
    rival_application = Rival()

    def watched(environ: Any, start_response: Any) -> Any:
        asked.append(environ["PATH_INFO"])
        return rival_application(environ, start_response)

    with listening(watched) as url:
        assert run(url, "--report", "json=out") == 2

    assert asked == []


@pytest.mark.slow
@pytest.mark.parametrize("selection", ["no-such-requirement", "PR-092 or ("])
def test_an_unknown_selection_is_a_mistake(selection: str, rival: str, tmp_path: Path) -> None:
    done = conformance("run", *flags(rival), "-q", "-k", selection, folder=tmp_path)

    assert done.returncode == 2, done.stdout + done.stderr
    assert "selection" in done.stderr
    assert "Traceback" not in done.stderr


class Turning:
    """A right server that after some requests turns to trouble, and after some more is well again, if ever."""

    def __init__(self, well: int, trouble: Callable[[Any, Any], Any] | None, ill: int = 1_000_000) -> None:
        self.rival, self.trouble = Rival(), trouble
        self.well, self.ill, self.count = well, ill, 0
        self.over = threading.Event()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.count += 1
        if not self.well < self.count <= self.well + self.ill:
            return self.rival(environ, start_response)
        if self.trouble is not None:
            return self.trouble(environ, start_response)
        self.over.wait(20)  # it never answers; the test lets go of it at the end
        return Response("", 500)(environ, start_response)


def cut(environ: Any, start_response: Any) -> Any:
    """Drop the connection in place of an answer."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


TROUBLES = {
    "hangs up": cut,
    "says 503": Response("", 503),
    "says 502 in HTML": GATEWAY,
    "crashes": Response("Internal Server Error", 500, content_type="text/plain"),
    "forgets the credentials": Response('{"errors": []}', 401, content_type="application/vnd.api+json"),
    "leads to a login": LOGIN,
    "is a web page": PAGE,
    "is an empty object": Response("{}", 200, content_type="application/vnd.api+json"),
    "is not found": Response('{"errors": []}', 404, content_type="application/vnd.api+json"),
    "falls silent": None,
}


def judged(url: str, folder: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """Run some requirements that write, and return what was said of them."""
    (folder / "conformance.toml").write_text("[products]\ntimeout = 1.0\n")
    arguments = [*flags(url), "-q", "-k", "PR-080 or PR-082 or PR-092 or PR-093 or PR-095", "--report", "json"]
    done = conformance("run", *arguments, folder=folder)
    return done, json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_a_run_whose_server_goes_away_is_not_testable(
    trouble: Callable[[Any, Any], Any] | None, tmp_path: Path
) -> None:
    turning = Turning(60, trouble)
    with listening(turning) as url:
        done, result = judged(url, tmp_path)
        turning.over.set()

    assert done.returncode == 3, done.stdout[:2000] + done.stderr
    assert result["summary"]["lost"]
    assert "fail" not in result["summary"]["items"]
    assert "warn" not in result["summary"]["items"]
    assert result["summary"]["items"]["pass"] > 0
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_short_outage_ends_in_errors_not_in_fails(status: int, tmp_path: Path) -> None:
    with listening(Turning(60, Response("", status), ill=1)) as url:
        done, result = judged(url, tmp_path)

    assert done.returncode == 4, done.stdout[:2000] + done.stderr
    assert result["summary"]["items"]["error"] == 1
    assert set(result["summary"]["items"]) <= {"pass", "error", "not tested"}
    assert "no judgement" in result["summary"]["says"]


@pytest.mark.slow
def test_a_longer_outage_ends_the_run_though_the_server_comes_back(tmp_path: Path) -> None:
    with listening(Turning(60, Response("", 503), ill=5)) as url:
        done, result = judged(url, tmp_path)

    assert done.returncode == 3, done.stdout[:2000] + done.stderr
    assert set(result["summary"]["items"]) <= {"pass", "error", "not tested"}


@pytest.mark.slow
def test_silence_on_one_request_leaves_that_item_untested(tmp_path: Path) -> None:
    turning = Turning(60, None, ill=1)
    with listening(turning) as url:
        done, result = judged(url, tmp_path)
        turning.over.set()

    assert done.returncode == 0, done.stdout[:2000] + done.stderr
    silent_ones = [
        item for entry in result["requirements"] for item in entry["items"] if "timed out" in item["text"].lower()
    ]
    assert [item["verdict"] for item in silent_ones] == ["not tested"]
