"""The scenario files of all providers: they go as written against the mock, and any runner can read them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.config import Settings
from conformance.scenarios import criteria
from conformance.scenarios.replay import replay_files
from mockserver.testing.client import MockServer
from specs import PROVIDERS

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted(FIXTURES.glob("*/scenarios/*.arazzo.yaml"))
NAMES = [f"{file.parts[-3]}/{file.name.removesuffix('.arazzo.yaml')}" for file in FILES]
LIST = FIXTURES / "README.md"

each_file = pytest.mark.parametrize("file", FILES, ids=NAMES)


@cache
def document(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text("utf-8")))


def steps_of(file: Path) -> Iterator[dict[str, Any]]:
    for workflow in document(file)["workflows"]:
        yield from workflow["steps"]


def criteria_of(file: Path) -> Iterator[dict[str, Any]]:
    for step in steps_of(file):
        yield from step.get("successCriteria", [])
        for action in (*step.get("onSuccess", []), *step.get("onFailure", [])):
            yield from action.get("criteria", [])


def exactly(left: Any, right: Any) -> bool:
    """Be as strict about case as outside runners are; the specification is not."""
    return type(left) is type(right) and bool(left == right)


def test_every_provider_has_scenarios() -> None:
    assert {file.parts[-3] for file in FILES} == set(PROVIDERS)


@pytest.mark.slow
@each_file
def test_a_scenario_goes_as_written(file: Path, mock_server: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(criteria, "_equal", exactly)
    out = io.StringIO()

    code = replay_files([file], {}, lambda provider: Settings(provider, f"{mock_server.url}/{provider}"), out)

    told = out.getvalue()
    assert code == 0, told
    played = re.findall(r"^  ok  \w+\.([\w-]+):", told, re.MULTILINE)
    assert set(played) == {step["stepId"] for step in steps_of(file)}, told
    assert "\n  not " not in told


@each_file
def test_a_scenario_asks_for_its_sandbox_by_header(file: Path) -> None:
    """Without that header an outside runner would play in the sandbox that everybody uses."""
    asked = {"name": "X-Sandbox", "in": "header", "value": "$inputs.sandbox"}

    for workflow in document(file)["workflows"]:
        assert asked in workflow["parameters"]
        assert "default" in workflow["inputs"]["properties"]["sandbox"]


@each_file
def test_a_criterion_is_of_a_kind_that_all_runners_read_alike(file: Path) -> None:
    """A JSONPath begins with `$..`, which finds descendants even where a runner puts the context into an array."""
    for criterion in criteria_of(file):
        kind, condition = criterion.get("type", "simple"), criterion["condition"]
        assert kind in ("simple", "regex", "jsonpath"), criterion
        assert set(criterion) == ({"condition"} if kind == "simple" else {"condition", "context", "type"}), criterion
        assert kind != "jsonpath" or condition.startswith("$..[?"), criterion
        assert not criterion.get("context", "").endswith("#"), criterion


@each_file
def test_a_scenario_uses_nothing_of_a_certain_runner(file: Path) -> None:
    """Extensions, such as redocly's `x-security`, and its `$faker` and `$file` are not of the specification."""
    text = file.read_text("utf-8")

    assert "$faker" not in text
    assert "$file(" not in text
    assert not [name for name in members(document(file)) if name.startswith("x-")]


def members(value: Any) -> Iterator[str]:
    """Yield the names of all members, except of what is sent."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from members(inner) if name != "payload" else ()
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner)


def test_the_list_of_scenarios_names_every_file_and_no_other() -> None:
    rows = [line.split("|") for line in LIST.read_text("utf-8").splitlines() if line.startswith("| `")]

    listed = {row[1].strip().strip("`"): row[2].strip() for row in rows if "/" in row[1]}

    assert listed == {name: document(file)["info"]["title"] for name, file in zip(NAMES, FILES, strict=True)}
