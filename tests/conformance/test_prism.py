"""A server that is not ours: Prism answers with the documents' examples and remembers nothing; the suite says so."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3
from test_cli import conformance

from specs import open_book

PRISM = shutil.which("prism")


@dataclass(frozen=True)
class Expected:
    """What a run against Prism must find: requirements kept and broken, broken items at the least, an item untested.

    `silent` is an item that sends broken JSON, which Prism never answers.
    """

    kept: tuple[str, ...]
    broken: tuple[str, ...]
    fails: int
    silent: str


EXPECTED = {
    # The list and its resources have the documented shape; nothing that is written is there when read again.
    "products": Expected(
        kept=("PR-011", "PR-012", "PR-020"),
        broken=("PR-021", "PR-041", "PR-080", "PR-082", "PR-092", "PR-095"),
        fails=8,
        silent="PR-046:broken_json_is_refused",
    ),
    "gard": Expected(
        kept=("GARD-109", "GARD-193", "GARD-203"),
        broken=("GARD-112", "GARD-133", "GARD-134", "GARD-156", "GARD-205"),
        fails=10,
        silent="GARD-226:error_body_is_uniform[broken JSON]",
    ),
    "tonegrid": Expected(
        kept=("TG-010", "TG-107", "TG-108"),
        broken=("TG-039", "TG-047", "TG-061", "TG-069", "TG-076"),
        fails=8,
        silent="TG-004:broken_json_of_an_update_is_400",
    ),
    "yourmusic": Expected(
        kept=("YM-012", "YM-190", "YM-192"),
        broken=("YM-013", "YM-022", "YM-026", "YM-072", "YM-117"),
        fails=12,
        silent="",
    ),
    "og_records": Expected(
        kept=("OG-013", "OG-097"),
        broken=("OG-060", "OG-062", "OG-086", "OG-099", "OG-113"),
        fails=12,
        silent="OG-003:refusal_has_a_code[broken-json]",
    ),
}


@contextmanager
def mocking(provider: str, folder: Path) -> Iterator[str]:
    """Start Prism with a provider's bundled document; its address."""
    file = folder / f"{provider}.json"
    file.write_text(json.dumps(open_book(provider).document), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(PRISM), "mock", str(file), "--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "silent"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        patience = urllib3.Retry(total=None, connect=120, read=0, backoff_factor=0.05, backoff_max=0.5)
        urllib3.PoolManager(retries=patience).request("GET", f"http://127.0.0.1:{port}/", timeout=30)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=EXPECTED)
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def ran(provider: str, tmp_path: Path) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """A run of the rules that are looked at, and its result. One token: to a server without memory two are one."""
    expected = EXPECTED[provider]
    selected = [*expected.kept, *expected.broken]
    if expected.silent:
        rule, _, name = expected.silent.partition("[")[0].partition(":")
        selected.append(f"({rule} and {name})")
    (tmp_path / "conformance.toml").write_text(f"[{provider}]\ntimeout = 3.0\n")
    with mocking(provider, tmp_path) as url:
        done = conformance(
            *("run", "--provider", provider, "--base-url", url, "--control-url", "none", "--token", "full=a-token"),
            *("--no-fuzz", "-q", "-k", " or ".join(selected), "--report", "json=result.json", "text"),
            folder=tmp_path,
        )
    return done, json.loads((tmp_path / "result.json").read_text("utf-8"))


@pytest.mark.slow
@pytest.mark.skipif(PRISM is None, reason="prism is not installed (npm install -g @stoplight/prism-cli)")
def test_prism_does_not_conform_and_every_check_can_say_why(
    provider: str, ran: tuple[subprocess.CompletedProcess[str], dict[str, Any]]
) -> None:
    done, result = ran
    expected = EXPECTED[provider]
    verdicts = {entry["id"]: entry["verdict"] for entry in result["requirements"]}
    items = {item["item"]: item for entry in result["requirements"] for item in entry["items"]}

    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Traceback" not in done.stdout + done.stderr
    assert [name for name, item in items.items() if item["verdict"] == "error"] == []
    assert sum(item["verdict"] == "fail" for item in items.values()) >= expected.fails
    assert {rule: verdicts[rule] for rule in expected.kept} == dict.fromkeys(expected.kept, "pass")
    assert {rule: verdicts[rule] for rule in expected.broken} == dict.fromkeys(expected.broken, "fail")
    if expected.silent:
        assert items[expected.silent]["verdict"] == "not tested"
        assert "was not answered" in items[expected.silent]["text"]
