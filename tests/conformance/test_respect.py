"""An outside runner, `redocly respect`, plays the same scenario files against the mock, where it is installed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conformance.config import Settings
from conformance.scenarios.arazzo import read_scenario
from conformance.scenarios.stage import Stage, set_stage
from mockserver.testing.client import MockServer
from specs import PROVIDERS

HOME = Path(__file__).parents[2]
REDOCLY = shutil.which("redocly")
# The runner takes bytes for an object, and says that it is no text.
BYTES = {
    ("tonegrid", "month-end-finance", "pdf", "schema check"),
    ("yourmusic", "first-sign-in-to-first-stream", "segment", "schema check"),
}
Check = tuple[str, str, str, str]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(REDOCLY is None, reason="redocly is not installed (npm install -g @redocly/cli)"),
]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent to anybody else: neither what was played nor whether there is a newer version."""
    monkeypatch.setenv("REDOCLY_TELEMETRY", "off")
    monkeypatch.setenv("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")


def copied(provider: str, folder: Path, server: MockServer) -> Iterator[Path]:
    """Copy a provider's scenarios, each with a fresh sandbox of its own for its default, and yield them.

    One process plays all of them with the same inputs, as the runner takes seconds to start; that works because the
    credentials of a seed hold in every sandbox.
    """
    for number, file in enumerate(sorted((HOME / "fixtures" / provider / "scenarios").glob("*.arazzo.yaml"))):
        name = f"respect-{provider.replace('_', '-')}-{number}"
        server.sandbox(name, world="demo", progression="manual", limits=False)
        text = file.read_text("utf-8").replace("../../../specs/", f"{HOME}/specs/")
        text, count = re.subn(r"(sandbox: \{type: string, default: )[^}]*\}", rf"\g<1>{name}}}", text)
        assert count
        copy = folder / file.name
        copy.write_text(text, "utf-8")
        yield copy


def played(files: list[Path], stage: Stage, control: str, folder: Path) -> dict[str, Any]:
    """Let the runner play files; its result."""
    inputs = {name: value for name, value in stage.inputs.items() if name != "sandbox"}
    servers = {api.name: api.base_url for api in stage.apis.values()} | {"control": control}
    result = folder / "result.json"
    command = [str(REDOCLY), "respect", *map(str, files), "--json-output", str(result), "--input", json.dumps(inputs)]
    command += ["--severity", "SCHEMA_CHECK=warn"]
    command += [word for name, url in servers.items() for word in ("--server", f"{name}={url}")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert result.exists(), done.stdout + done.stderr
    return {"exit": done.returncode, "told": done.stdout + done.stderr, **json.loads(result.read_text("utf-8"))}


def steps_of(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for file, entry in result["files"].items():
        waiting = list(entry["executedWorkflows"])
        while waiting:
            played = waiting.pop(0)
            # Where a step leads to another one, what follows is told as a workflow among the steps.
            waiting += played.get("executedSteps", [])
            if "checks" in played:
                yield name_of(Path(file)), played


def steps_in(file: Path) -> Iterator[dict[str, Any]]:
    for workflow in read_scenario(file).workflows.values():
        yield from workflow["steps"]


def name_of(file: Path) -> str:
    return file.name.removesuffix(".arazzo.yaml")


def broken(provider: str, result: dict[str, Any]) -> set[Check]:
    return {
        (provider, file, step["stepId"], check["name"])
        for file, step in steps_of(result)
        for check in step["checks"]
        if not check["passed"]
    }


def staged(provider: str, server: MockServer) -> Stage:
    """Return the inputs and addresses that our own executor would use."""
    file = min((HOME / "fixtures" / provider / "scenarios").glob("*.arazzo.yaml"))
    return set_stage(read_scenario(file), lambda name: Settings(name, f"{server.url}/{name}"))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_outside_runner_plays_all_scenarios(provider: str, mock_server: MockServer, tmp_path: Path) -> None:
    files = list(copied(provider, tmp_path, mock_server))

    with closing(staged(provider, mock_server)) as stage:
        result = played(files, stage, mock_server.url, tmp_path)

    assert broken(provider, result) == {check for check in BYTES if check[0] == provider}, result["told"]
    assert result["exit"] == 0, result["told"]
    written = {(name_of(file), step["stepId"]) for file in files for step in steps_in(file)}
    assert {(file, step["stepId"]) for file, step in steps_of(result)} == written


def test_the_outside_runner_tells_where_a_scenario_goes_otherwise(mock_server: MockServer, tmp_path: Path) -> None:
    file = next(file for file in copied("products", tmp_path, mock_server) if file.name.startswith("refused-delete"))
    text = file.read_text("utf-8")
    file.write_text(text.replace("$statusCode == 422", "$statusCode == 204"), "utf-8")

    with closing(staged("products", mock_server)) as stage:
        result = played([file], stage, mock_server.url, tmp_path)

    where = ("products", "refused-delete-of-active", "deleteIsRefused", "success criteria check")
    assert broken("products", result) == {where}
    assert result["exit"] != 0
