"""Generated calls: what the tool is told, how its findings are read, and a short run of the whole."""

from __future__ import annotations

import base64
import dataclasses
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from judging import Opened
from rival import serving
from rival_query import TOKENS

from conformance.config import Settings
from conformance.contract import Contract
from conformance.fuzz.plan import configuration
from conformance.fuzz.play import fuzz
from conformance.fuzz.reading import read_events
from conformance.verdict import Verdict


def test_the_configuration_shuts_every_memory_of_the_tool(contract: Contract) -> None:
    text = configuration(
        contract,
        "http://api.test/products",
        {"Authorization": 'Bearer a"b'},
        {"Accept": "application/vnd.api+json", "X-Sandbox": "s"},
        9,
        {"getProduct": {"id": "7"}},
    )

    read = tomllib.loads(text)
    assert read["cache"]["enabled"] is False
    assert read["generation"]["database"] == "none"
    assert read["phases"]["fuzzing"]["error-feedback"]["enabled"] is False
    assert read["max-time"] == 9
    assert read["auth"]["openapi"]["bearer"]["bearer"] == 'a"b'
    assert "Authorization" not in read["headers"]
    assert read["operations"] == [{"include-operation-id": "getProduct", "parameters": {"path.id": "7"}}]


def event(status: int, *checks: dict[str, Any], method: str = "GET", path: str = "/api/v1/products/7") -> str:
    body = {"$base64": base64.b64encode(b'{"data":{"id":"7"}}').decode()}
    interaction = {
        "request": {
            "method": method,
            "uri": f"http://api.test/products{path}",
            "headers": {"Accept": ["x"]},
            "body": None,
        },
        "response": {
            "status_code": status,
            "headers": {"content-type": ["application/json"]},
            "content": body,
            "elapsed": 0.1,
        },
    }
    recorder = {"label": "x", "cases": {}, "checks": {"c": list(checks)}, "interactions": {"c": interaction}}
    return json.dumps({"ScenarioFinished": {"recorder": recorder}})


def test_events_are_read_into_failures_and_creations(contract: Contract, tmp_path: Path) -> None:
    failed = {"name": "not_a_server_error", "status": "failure", "failure_info": {"failure": {"title": "Server error"}}}
    passed = {"name": "status_code_conformance", "status": "success"}
    file = tmp_path / "events.ndjson"
    lines = [event(500, failed, passed), event(201, passed, method="POST", path="/api/v1/products")]
    file.write_text("\n".join([*lines, '{"EngineFinished": {"stop_reason": "max_time"}}', '{"Scenario']), "utf-8")

    told = read_events(file, contract, "http://api.test/products")

    assert [(failure.check, failure.title, failure.exchange.operation) for failure in told.failures] == [
        ("not_a_server_error", "Server error", "getProduct")
    ]
    assert [exchange.operation for exchange in told.made] == ["createProduct"]
    assert (told.calls, told.stopped) == (2, "max_time")


def test_a_tool_that_wrote_nothing_has_told_nothing(contract: Contract, tmp_path: Path) -> None:
    assert read_events(tmp_path / "none", contract, "http://api.test").calls == 0


@pytest.mark.slow
def test_generated_calls_find_a_fault_and_charge_it(opened: Opened) -> None:
    """PR-011"""
    with serving("R01-required-attribute-missing") as url:
        settings = Settings("products", base_url=url, control_url="none", tokens=TOKENS)
        session = opened(dataclasses.replace(settings, fuzz_seconds=60, fuzz_phases="examples"))
        findings, notes = fuzz(session)
        made = session.ledger.created

    red = {finding.rule for finding in findings if finding.verdict is Verdict.FAIL}
    assert "PR-011" in red, notes
    assert all(finding.exchanges for finding in findings)
    assert TOKENS["full"] not in json.dumps([finding.as_json() for finding in findings])
    assert made
    assert any("generated calls" in note for note in notes)


def test_an_unreachable_target_is_noted_not_judged(opened: Opened) -> None:
    with serving() as url:
        settings = Settings("products", base_url=url, control_url="none", tokens=TOKENS, fuzz_phases="examples")
        session = opened(settings)
        session.suite = dataclasses.replace(session.suite, sample=None)

    findings, notes = fuzz(session)

    assert findings == []
    assert any("nothing can be said" in note for note in notes)
