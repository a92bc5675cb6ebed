"""Scenario files: what is refused before anything is played, and how steps are played."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from rival import serving
from rival_query import TOKENS

from conformance.cli import main
from conformance.config import Settings
from conformance.failure import Misconfigured, Untestable
from conformance.scenarios.arazzo import read_scenario
from conformance.scenarios.replay import replay_files

HOME = Path(__file__).parents[2]
SCENARIOS = sorted((HOME / "fixtures" / "products" / "scenarios").glob("*.arazzo.yaml"))
PRODUCTS = HOME / "specs" / "products" / "openapi.yaml"
ACCEPT = {"name": "Accept", "in": "header", "value": "application/vnd.api+json"}
AUTHORIZATION = {"name": "Authorization", "in": "header", "value": "$inputs.token"}


def listing(**more: Any) -> dict[str, Any]:
    return {"stepId": "list", "operationId": "listProducts", "parameters": [ACCEPT, AUTHORIZATION], **more}


def written(folder: Path, *steps: dict[str, Any], **more: Any) -> Path:
    document = {
        "arazzo": "1.0.1",
        "info": {"title": "A test", "version": "1"},
        "sourceDescriptions": [{"name": "products", "url": str(PRODUCTS), "type": "openapi"}],
        "workflows": [{"workflowId": "main", "steps": list(steps), **more}],
    }
    file = folder / "scenario.arazzo.yaml"
    file.write_text(yaml.safe_dump(document), "utf-8")
    return file


def played(file: Path, settings: Settings, **inputs: str) -> tuple[int, str]:
    out = io.StringIO()
    code = replay_files([file], inputs, lambda provider: settings, out)
    return code, out.getvalue()


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.name)
def test_the_scenarios_of_products_go_as_written(file: Path, settings: Settings) -> None:
    code, told = played(file, settings)

    assert code == 0, told


@pytest.mark.parametrize(
    ("defect", "step"),
    [("ST03-transition-not-stored", "findActive"), ("S01-create-answers-200", "createDraft")],
)
def test_a_scenario_fails_on_a_wrong_server_at_the_step_that_shows_it(defect: str, step: str) -> None:
    file = next(file for file in SCENARIOS if file.name.startswith("create-to-active"))
    with serving(defect) as url:
        code, told = played(
            file, Settings("products", base_url=url, control_url="none", tokens={"full": "rival-token-one"})
        )

    assert code == 1
    assert f"FAILED createToActive.{step}" in told


def test_an_answer_that_breaks_the_document_fails_a_step_whose_criteria_are_met(tmp_path: Path) -> None:
    file = written(tmp_path, listing(successCriteria=[{"condition": "$statusCode == 200"}]))
    with serving("R03-year-as-text") as url:
        code, told = played(
            file, Settings("products", base_url=url, control_url="none", tokens={"full": "rival-token-one"})
        )

    assert code == 1
    assert "breaks the document at /data/0/attributes/production-year" in told


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (listing(operationId="inventProducts"), "unknown operation"),
        (listing(operationId="$sourceDescriptions.nobody.listProducts"), "unknown operation"),
        (listing(successCriteria=[{"condition": "$statusCode == 201"}]), "not met"),
        (listing(successCriteria=[{"condition": "$response.cookies == 1"}]), "unknown expression"),
        (listing(successCriteria=[{"condition": "true or false"}]), "cannot be read"),
        (listing(successCriteria=[{"condition": "__import__('os').getpid() > 0"}]), "cannot be read"),
        (listing(successCriteria=[{"condition": "$response.body#/data/99/id != 'x'"}]), "not met"),
        (listing(successCriteria=[{"condition": "$response.body#/data/99/id"}]), "not met"),
        (listing(outputs={"id": "$response.body#/data/999/id"}), "leads nowhere"),
        (listing(parameters=[ACCEPT, {**AUTHORIZATION, "value": "$inputs.nobody"}]), "no input"),
        (listing(parameters=[ACCEPT]), "no success"),
        ({"stepId": "read", "operationId": "getProduct", "parameters": [ACCEPT]}, "path parameters"),
    ],
)
def test_a_step_that_cannot_be_right_fails(tmp_path: Path, settings: Settings, step: dict[str, Any], says: str) -> None:
    code, told = played(written(tmp_path, step), settings)

    assert code == 1
    assert says in told


@pytest.mark.parametrize(
    ("step", "code", "says"),
    [
        (listing(operationId="inventProducts"), 1, "unknown operation"),
        (listing(outputs={"x": "$response.cookies.x"}), 1, "unknown expression"),
        (listing(successCriteria=[{"condition": "$statusCode == 201"}]), 1, "not met"),
        (listing(successCriteria=[{"condition": "__import__('os')"}]), 1, "cannot be read"),
        (listing(surprise=1), 2, "unknown members"),
    ],
)
def test_the_command_replay_refuses_what_it_cannot_vouch_for(
    tmp_path: Path, rival: str, capsys: pytest.CaptureFixture[str], step: dict[str, Any], code: int, says: str
) -> None:
    target = ["--base-url", rival, "--control-url", "none", "--token", TOKENS["full"]]

    assert main(["replay", str(written(tmp_path, step)), *target]) == code

    told = capsys.readouterr()
    assert says in told.out + told.err
    assert "1 of 1" not in told.out


def test_one_broken_scenario_fails_the_whole_command(
    tmp_path: Path, rival: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = written(tmp_path, listing(operationId="inventProducts"))
    target = ["--base-url", rival, "--control-url", "none", "--token", TOKENS["full"]]

    assert main(["replay", str(broken), str(SCENARIOS[0]), *target]) == 1

    assert "1 of 2 scenarios went as written" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (listing(surprise=1), "unknown members"),
        (listing(operationPath="/x"), "operationPath"),
        (listing(onSuccess=[{"name": "a", "type": "jump"}]), "type"),
        (listing(onSuccess=[{"name": "a", "type": "goto", "stepId": "nowhere"}]), "not there"),
        (listing(parameters=[{"name": "x", "in": "body", "value": 1}]), "parameter"),
        (listing(parameters=[{"reference": "$components.parameters.none"}]), "leads nowhere"),
        ({"stepId": "empty"}, "either an operationId or a workflowId"),
        ({"stepId": "sub", "workflowId": "nowhere"}, "not there"),
    ],
)
def test_a_file_that_cannot_be_played_is_refused_before_it_is(tmp_path: Path, step: dict[str, Any], says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        read_scenario(written(tmp_path, step))


def test_a_missing_input_is_named(tmp_path: Path, settings: Settings) -> None:
    inputs = {"type": "object", "required": ["colour"], "properties": {"colour": {"type": "string"}}}

    code, told = played(written(tmp_path, listing(), inputs=inputs), settings)

    assert code == 1
    assert "colour" in told


def test_an_input_of_the_command_line_is_used(tmp_path: Path, settings: Settings) -> None:
    step = listing(successCriteria=[{"condition": "$inputs.colour == 'red'"}])

    code, _ = played(written(tmp_path, step), settings, colour="red")

    assert code == 0


def test_goto_skips_steps_and_end_ends(tmp_path: Path, settings: Settings) -> None:
    first = listing(onSuccess=[{"name": "skip", "type": "goto", "stepId": "third"}])
    second = listing(stepId="second", successCriteria=[{"condition": "$statusCode == 500"}])
    third = listing(stepId="third", onSuccess=[{"name": "stop", "type": "end"}])
    fourth = listing(stepId="fourth", successCriteria=[{"condition": "$statusCode == 500"}])

    code, told = played(written(tmp_path, first, second, third, fourth), settings)

    assert code == 0, told
    assert "main.third" in told
    assert "main.second" not in told
    assert "main.fourth" not in told


def test_a_retry_is_bounded(tmp_path: Path, settings: Settings) -> None:
    step = listing(
        successCriteria=[{"condition": "$statusCode == 500"}],
        onFailure=[{"name": "again", "type": "retry", "retryAfter": 0, "retryLimit": 2}],
    )

    code, told = played(written(tmp_path, step), settings)

    assert code == 1
    assert "3 times" in told


def test_a_circle_is_ended(tmp_path: Path, settings: Settings) -> None:
    step = listing(
        successCriteria=[{"condition": "$statusCode == 401"}],
        parameters=[ACCEPT],
        onSuccess=[{"name": "again", "type": "goto", "stepId": "list"}],
    )

    code, told = played(written(tmp_path, step), settings)

    assert code == 1
    assert "circle" in told


def test_replacements_change_a_payload(tmp_path: Path, settings: Settings) -> None:
    payload = {"data": {"type": "products", "attributes": {"name": "x"}}}
    step = {
        "stepId": "wrong",
        "operationId": "createProduct",
        "parameters": [ACCEPT, AUTHORIZATION],
        "requestBody": {"payload": payload, "replacements": [{"target": "/data/type", "value": "labels"}]},
        "successCriteria": [
            {"condition": "$statusCode == 409"},
            {"condition": "$request.body#/data/type == 'labels'"},
        ],
    }

    code, told = played(written(tmp_path, step), settings)

    assert code == 0, told


def test_workflows_can_be_called_and_give_outputs(tmp_path: Path, settings: Settings) -> None:
    file = written(
        tmp_path, listing(outputs={"first": "$response.body#/data/0/id"}), outputs={"id": "$steps.list.outputs.first"}
    )
    document = yaml.safe_load(file.read_text("utf-8"))
    read = {
        "stepId": "read",
        "operationId": "getProduct",
        "parameters": [ACCEPT, AUTHORIZATION, {"name": "id", "in": "path", "value": "$workflows.main.outputs.id"}],
        "successCriteria": [{"condition": "$response.body#/data/id == $workflows.main.outputs.id"}],
    }
    document["workflows"].append({"workflowId": "second", "dependsOn": ["main"], "steps": [read]})
    document["workflows"].reverse()
    file.write_text(yaml.safe_dump(document), "utf-8")

    code, told = played(file, settings)

    assert code == 0, told
    assert told.count("main.list") == 1


def test_the_token_is_not_printed(tmp_path: Path, settings: Settings) -> None:
    step = listing(successCriteria=[{"condition": "$inputs.token == 'Bearer other'"}])

    _, told = played(written(tmp_path, step), settings)

    assert "rival-token-one" not in told


def test_the_control_api_is_demanded_where_a_scenario_describes_it(tmp_path: Path, settings: Settings) -> None:
    file = written(tmp_path, listing())
    document = yaml.safe_load(file.read_text("utf-8"))
    control = {"name": "control", "url": str(HOME / "specs" / "control" / "openapi.yaml"), "type": "openapi"}
    document["sourceDescriptions"].append(control)
    file.write_text(yaml.safe_dump(document), "utf-8")

    with pytest.raises(Untestable, match="control API"):
        played(file, settings)
