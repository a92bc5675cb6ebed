"""The command line: help for everything, clear refusals, and servers that start, answer and stop."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from mockserver import __version__
from mockserver.app import FLATS
from mockserver.cli import main
from mockserver.clock import monotonic_seconds
from specs import PROVIDERS

ROOT = Path(__file__).parents[2]
COMMANDS = ("serve", "exec", "env", "census", "doctor")


def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "mockserver", *arguments],
        capture_output=True, text=True, timeout=60, check=False, cwd=options.pop("cwd", ROOT), **options,
    )  # fmt: skip


@pytest.fixture
def outcome(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command line in this process; returns exit code, output and errors."""

    def run_here(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return run_here


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory and no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("PORT", "WORLD", "PROVIDERS", "STORE", "SEED"):
        monkeypatch.delenv(f"MOCKSERVER_{name}", raising=False)
    return tmp_path


# help


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(outcome: Any, command: str) -> None:
    code, out, err = outcome(command, "--help")

    assert (code, err) == (0, "")
    assert out.startswith(f"usage: mockserver {command} ")
    for flag in ("--port", "--host", "--world", "--seed", "--store", "--progression", "--no-limits", "--control-token"):
        assert flag in out


def test_the_whole_explains_itself_with_examples(outcome: Any) -> None:
    code, out, _ = outcome("--help")

    assert code == 0
    assert all(command in out for command in COMMANDS)
    assert "mockserver serve products --port 0 --print-url" in out
    assert outcome("--version") == (0, f"mockserver {__version__}\n", "")


# refusals


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ((), "COMMAND"),
        (("dance",), "choose from"),
        (("serve", "--prot", "1"), "--prot"),
        (("serve", "--port"), "--port"),
        (("serve", "--port", "x"), "valid: whole numbers from 0 to 65535"),
        (("serve", "--progression", "fast"), "valid: manual, timed, immediate"),
        (("serve", "--store", "redis://x"), "valid: memory, sqlite:PATH"),
        (("serve", "--server", "apache"), "valid: granian, waitress"),
        (("serve", "spotify"), f"valid: {', '.join(PROVIDERS)}"),
        (("serve", "--host", "0.0.0.0"), "--control-token"),
        (("serve", "--workers", "2"), "add --store sqlite:PATH"),
        (("serve", "products", "--port", "0", "--world", "nowhere"), "there are: demo, empty"),
        (("env", "products", "--world", "nowhere"), "there are: demo, empty"),
        (("exec",), "name a command after --"),
        (("exec", "--port", "0", "--"), "name a command after --"),
        (("census", "spotify"), f"valid: {', '.join(PROVIDERS)}"),
    ],
)
def test_what_cannot_be_used_exits_2_with_the_valid_ones_on_stderr(
    outcome: Any, elsewhere: Path, arguments: tuple[str, ...], what: str
) -> None:
    code, out, err = outcome(*arguments)

    assert (code, out) == (2, "")
    assert what in err
    assert "Traceback" not in err


@pytest.mark.parametrize("server", ["granian", "waitress"])
def test_a_port_in_use_is_told(outcome: Any, elsewhere: Path, server: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments in (("serve", "products", "--server", server), ("exec", "--", "true")):
            code, out, err = outcome(*arguments[:1], "--port", port, *arguments[1:])

            assert (code, out) == (2, "")
            assert f"cannot listen on 127.0.0.1:{port}" in err
            assert "--port 0" in err


def test_a_file_that_is_no_database_is_told(outcome: Any, elsewhere: Path) -> None:
    (elsewhere / "state.db").write_text("this is no database " * 100)

    code, out, err = outcome("serve", "products", "--port", "0", "--store", "sqlite:state.db")

    assert (code, out) == (2, "")
    assert "state.db: file is not a database" in err


def test_a_broken_spec_stops_the_start_with_file_and_line(tmp_path: Path) -> None:
    """A copy of the specs with one mistake, in place of the real ones."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    file = tmp_path / "specs" / "products" / "paths" / "products.yaml"
    lines = file.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if "operationId: listProducts" in line)
    lines.insert(place + 1, "    colour: red")
    file.write_text("\n".join(lines))
    code = (
        "import sys; sys.path[:0] = [sys.argv.pop(1)]; import specs; from mockserver.cli import main;"
        "sys.exit(main(sys.argv[1:]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), "serve", "products", "--port", "0"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2
    assert f"{file}:{place + 2}: " in done.stderr
    assert "unknown keyword 'colour'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_settings_file_is_told(outcome: Any, elsewhere: Path) -> None:
    (elsewhere / "mockserver.toml").write_text("port = 4010\nprot = 1\n")

    code, _, err = outcome("census")

    assert code == 2
    assert "mockserver.toml: unknown setting 'prot'; valid: " in err


# settings from everywhere


def test_flag_environment_and_file_are_heard_in_this_order(
    outcome: Any, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def url() -> str:
        return str(outcome("env", "products")[1].split()[1])

    assert url() == "MOCKSERVER_URL=http://127.0.0.1:4010"
    (elsewhere / "mockserver.toml").write_text("port = 4011\n")
    assert url() == "MOCKSERVER_URL=http://127.0.0.1:4011"
    monkeypatch.setenv("MOCKSERVER_PORT", "4012")
    assert url() == "MOCKSERVER_URL=http://127.0.0.1:4012"
    assert "MOCKSERVER_URL=http://127.0.0.1:4013" in outcome("env", "products", "--port", "4013")[1]


def test_providers_come_from_the_environment_where_none_is_named(
    outcome: Any, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCKSERVER_PROVIDERS", "products")

    assert outcome("census")[1] == "products 20/20 operations\n"


# census, doctor, env


def test_the_census_prints_one_line_per_provider(outcome: Any, elsewhere: Path) -> None:
    code, out, err = outcome("census")

    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == list(FLATS)
    assert "products 20/20 operations" in out.splitlines()


def test_the_doctor_exits_0_where_all_is_fine_and_1_where_not(outcome: Any, elsewhere: Path) -> None:
    assert outcome("doctor", "products", "--port", "0")[0] == 0
    code, out, _ = outcome("doctor", "products", "--port", "0", "--world", "nowhere")
    assert code == 1
    assert "FAIL" in out


def test_env_can_be_sourced_by_a_shell(elsewhere: Path) -> None:
    script = (
        f'eval "$({sys.executable} -m mockserver env products --seed 7)";'
        'printf "%s\\n" "$MOCKSERVER_URL" "$PRODUCTS_BASE_URL" "$PRODUCTS_TOKEN"'
    )

    done = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)

    url, base, token = done.stdout.split()
    assert (url, base) == ("http://127.0.0.1:4010", "http://127.0.0.1:4010/products")
    assert len(token) == 40


# exec

ASK = """
import os, sys, urllib.request
request = urllib.request.Request(os.environ["PRODUCTS_BASE_URL"] + "/api/v1/products",
                                 headers={"Authorization": "Bearer " + os.environ["PRODUCTS_TOKEN"]})
with urllib.request.urlopen(request) as answer:
    print(answer.status, os.environ["MOCKSERVER_URL"])
sys.exit(7)
"""


def test_exec_runs_a_command_against_a_server_and_passes_its_exit_code_on(elsewhere: Path) -> None:
    done = run("exec", "--port", "0", "--", sys.executable, "-c", ASK, env=environment(MOCKSERVER_PROVIDERS="products"))

    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout.startswith("200 http://127.0.0.1:")


@pytest.mark.parametrize(
    ("command", "code", "what"),
    [
        (["no-such-command-here"], 127, "there is no command 'no-such-command-here'"),
        (["/etc/hostname"], 126, "cannot be run"),
        (["sh", "-c", "kill -9 $$"], 137, ""),
        (["true"], 0, ""),
        (["sh", "-c", "exit 3"], 3, ""),
    ],
)
def test_exec_tells_how_the_command_ended(
    outcome: Any, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], code: int, what: str
) -> None:
    monkeypatch.setenv("MOCKSERVER_PROVIDERS", "products")

    told, _, err = outcome("exec", "--port", "0", "--world", "empty", "--", *command)

    assert told == code
    assert what in err


def environment(**more: str) -> dict[str, str]:
    from mockserver.settings import child_environment

    return child_environment(more)


# serve


@contextmanager
def served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Serve products in a process of its own; yields process, URL and the lines printed before."""
    command = [sys.executable, "-m", "mockserver", "serve", "products", "--port", "0", "--print-url", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith("MOCKSERVER_URL="):
                break
        else:
            raise AssertionError(f"the server did not start: {process.stderr.read()}")
        yield process, lines[-1].partition("=")[2], lines
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its workers too
            process.communicate()
            raise


def ask(url: str, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, named, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status, json.loads(answer.read() or b"null")


def token_of(lines: list[str]) -> str:
    return next(line for line in lines if line.startswith("products ")).split("Bearer ")[1]


PRODUCT = {
    "data": {
        "type": "products",
        "attributes": {
            "name": "Käse", "upc-code": "8088111222333", "copyright-line": "©", "production-line": "℗",
            "production-year": 2026, "status": "draft", "artist": ["A"],
        },
        "relationships": {
            "label": {"data": {"type": "labels", "id": "1"}},
            "language": {"data": {"type": "languages", "id": "1"}},
        },
    }
}  # fmt: skip


@pytest.mark.parametrize("server", ["granian", "waitress"])
def test_serve_answers_over_http_and_stops_within_three_seconds(server: str) -> None:
    with served("--server", server) as (process, url, lines):
        bearer = f"Bearer {token_of(lines)}"
        products = f"{url}/products/api/v1/products"

        assert ask(products, Authorization=bearer)[1]["meta"]["page"]["total"] == 300
        made = ask(products, "POST", PRODUCT, Authorization=bearer, Content_Type="application/vnd.api+json")
        assert (made[0], made[1]["data"]["attributes"]["copyright-line"]) == (201, "©")
        assert made[1]["data"]["links"]["self"] == f"{products}/313"
        # plain UTF-8 as curl sends it, and escaped; waitress refuses the former itself
        for query in ("filter[name]=K%C3%A4se", *(["filter[name]=Käse"] if server == "granian" else [])):
            assert b'"total":1}' in ask_raw(url, f"/products/api/v1/products?{query}", bearer)
        with closing(connection_to(url)) as kept:
            kept.request("HEAD", "/products/api/v1/products/1", headers={"Authorization": bearer})
            head = kept.getresponse()
            assert (head.status, head.read()) == (200, b"")
            assert int(head.headers["Content-Length"]) > 1000
            start = monotonic_seconds()
            process.send_signal(signal.SIGTERM)
            process.wait(10)

            assert monotonic_seconds() - start < 3, "an idle connection keeps nobody up"
        assert process.returncode in (0, -signal.SIGTERM)


@pytest.mark.parametrize("server", ["granian", "waitress"])
def test_bodies_of_all_kinds_reach_the_house_through_a_real_server(server: str) -> None:
    """Chunked, too large, cut off on order and lost on order."""
    with served("--server", server, "--max-body", "4096") as (_, url, lines):
        headers = {"Authorization": f"Bearer {token_of(lines)}", "Content-Type": "application/vnd.api+json"}
        path = "/products/api/v1/products"

        def send(method: str, body: Any = None, chunked: bool = False, **more: str) -> tuple[int, Any]:
            named = {**headers, **{name.replace("_", "-"): value for name, value in more.items()}}
            with closing(connection_to(url)) as connection:
                connection.request(method, path, body, named, encode_chunked=chunked)
                answer = connection.getresponse()
                text = answer.read()
            return answer.status, json.loads(text) if text else None

        whole = json.dumps(PRODUCT).encode()
        pieces = iter([whole[:100], whole[100:]])
        assert send("POST", pieces, chunked=True, Transfer_Encoding="chunked")[0] == 201
        assert (
            send("POST", iter([b"x" * 10]), chunked=True, Transfer_Encoding="chunked", Content_Type="text/x")[0] == 415
        )
        assert send("GET", X_Sandbox="Not A Name")[0] == 400
        assert send("GET", Prefer="code=400")[0] == 400
        order(url, {"truncate": 20})
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            send("GET")
        order(url, {"drop": True})
        with pytest.raises((http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionError)):
            send("GET")
        assert send("GET")[0] == 200


@pytest.mark.parametrize("size", [30, 3_000_000])
def test_a_connection_lives_on_after_a_refusal_that_read_no_body(size: int) -> None:
    """A client that sends head and body apart, as most do, gets its refusal and can go on."""
    with served() as (_, url, _), closing(connection_to(url)) as connection:
        for _ in range(5):
            connection.request("PUT", "/products/api/v1/nowhere", b"x" * size, {"Content-Type": "application/json"})
            answer = connection.getresponse()

            assert (answer.status, answer.will_close) == (404, False)
            answer.read()


def ask_raw(url: str, path: str, bearer: str) -> bytes:
    """Send a path byte for byte and return all that comes back."""
    host = url.removeprefix("http://")
    lines = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {bearer}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(host.rpartition(":")[2])), timeout=20) as connection:
        connection.sendall(lines.encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def connection_to(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(url.removeprefix("http://"), timeout=20)


def order(url: str, effect: dict[str, Any]) -> None:
    """Order one fault over the control API."""
    wish = {"match": {}, "effect": effect, "times": 1}
    assert ask(f"{url}/_control/faults", "POST", wish, Content_Type="application/json")[0] in (200, 201)


def test_state_in_sqlite_survives_a_restart(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path}/state.db"
    with served("--store", store, "--world", "empty") as (process, url, lines):
        bearer = f"Bearer {token_of(lines)}"
        status, document = ask(
            f"{url}/products/api/v1/products", "POST", PRODUCT,
            Authorization=bearer, Content_Type="application/vnd.api+json",
        )  # fmt: skip
        assert status == 201
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    with served("--store", store, "--world", "empty") as (process, url, lines):
        assert f"Bearer {token_of(lines)}" == bearer

        _, again = ask(f"{url}/products/api/v1/products/1", Authorization=bearer)

        assert again["data"]["attributes"] == document["data"]["attributes"]


@pytest.mark.slow
def test_processes_agree_whatever_their_hash_seed(tmp_path: Path) -> None:
    """Same seed, clock and requests: the same bytes from two processes that hash differently."""
    code = """
import hashlib, sys
from werkzeug.test import Client
from mockserver.app import build
from mockserver.settings import read_settings
app = build(read_settings({"providers": tuple(sys.argv[1:])}, {}))
app.sandboxes.start_over("s", {"now": "2026-03-01T10:00:00Z", "clock": "frozen", "seed": 7})
seen = hashlib.sha256()
for name, flat in app.flats.items():
    world = app.sandboxes.world(app.sandboxes.open("s", name), name)
    for collection in app.store.collections(world.space):
        seen.update(repr(app.store.list(world.space, collection)).encode())
world = app.sandboxes.world(app.sandboxes.open("s", "products"), "products")
token = next(one["value"] for one in world.find("credentials"))
for path in ("/products/api/v1/products?include=label,tracks", "/products/api/v1/products/1", "/products/nowhere"):
    reply = Client(app.wsgi).get(path, headers={"X-Sandbox": "s", "Authorization": f"Bearer {token}"})
    seen.update(reply.data + repr(sorted(reply.headers.items())).encode())
print(seen.hexdigest())
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, *FLATS], cwd=ROOT, stdout=subprocess.PIPE, text=True,
            env=environment(PYTHONHASHSEED=seed, HOME=str(tmp_path / seed)),
        )
        for seed in ("0", "4242")
    ]  # fmt: skip
    digests = [process.communicate(timeout=120)[0].strip() for process in running]

    assert len(digests[0]) == 64
    assert digests[0] == digests[1]
