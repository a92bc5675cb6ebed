"""SARIF: what the official schema asks, at which line of the promise a result lies, and what stays the same."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from made import NOW, build, findings, one_of_each, told
from sarif_kit import validation_errors
from sarif_pydantic import Sarif

from conformance.contract import Contract
from conformance.outcome import Finding
from conformance.reports import FORMATS
from conformance.verdict import Verdict

ROOT = Path(__file__).parents[2]


def run_of(result: dict[str, Any]) -> dict[str, Any]:
    log = json.loads(FORMATS["sarif"](result))
    run: dict[str, Any] = log["runs"][0]
    return run


@pytest.fixture(scope="module")
def run(contract: Contract) -> dict[str, Any]:
    return run_of(one_of_each(contract))


def by_item(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {found["properties"]["item"]: found for found in run["results"]}


def line_of(location: dict[str, Any]) -> tuple[str, list[str]]:
    """Return file and lines, from the one that a location names onwards."""
    place = location["physicalLocation"]
    assert place["artifactLocation"]["uriBaseId"] == "SRCROOT"
    uri = place["artifactLocation"]["uri"]
    return uri, (ROOT / uri).read_text("utf-8").splitlines()[place["region"]["startLine"] - 1 :]


def test_the_log_fits_the_official_schema(contract: Contract) -> None:
    everything = json.loads(FORMATS["sarif"](one_of_each(contract)))
    nothing = json.loads(FORMATS["sarif"](build(contract, [], lost="connection refused")))

    assert validation_errors(everything) == []
    assert validation_errors(nothing) == []


def test_another_reader_finds_a_result_for_each_broken_item(contract: Contract) -> None:
    read = Sarif.model_validate_json(FORMATS["sarif"](one_of_each(contract)))

    found = [(one.rule_id, one.level.value) for one in read.runs[0].results or ()]
    errors, warnings = ("PR-042", "PR-042", "PR-092"), ("PR-044", "PR-094")
    assert found == sorted([*((id, "error") for id in errors), *((id, "warning") for id in warnings)])


def test_a_check_that_could_not_be_carried_out_is_a_notification_of_the_tool(run: dict[str, Any]) -> None:
    invocation = run["invocations"][0]

    assert [note["associatedRule"]["id"] for note in invocation["toolExecutionNotifications"]] == ["PR-093"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 4)
    assert "PR-093" not in {found["ruleId"] for found in run["results"]}


def test_a_lost_target_is_a_notification_too(contract: Contract) -> None:
    run = run_of(build(contract, [], lost="connection refused"))

    assert "connection refused" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_a_result_lies_at_the_line_of_the_operation_that_was_asked(run: dict[str, Any]) -> None:
    results = by_item(run)

    for item, verb, operation in (
        ("PR-042:omitted[name]", "post:", "createProduct"),
        ("PR-092:deleted", "get:", "getProduct"),
        ("PR-094:worded", "delete:", "deleteProduct"),
    ):
        file, lines = line_of(results[item]["locations"][0])
        assert file == "specs/products/paths/products.yaml"
        assert [line.strip() for line in lines[:2]] == [verb, f"operationId: {operation}"]
        assert results[item]["locations"][0]["logicalLocations"][0]["name"] == operation


def test_the_requirement_is_the_related_place(run: dict[str, Any]) -> None:
    for found in run["results"]:
        file, lines = line_of(found["relatedLocations"][0])

        assert file == "specs/products/rules.yaml"
        assert lines[0] == f"- id: {found['ruleId']}"


def test_a_requirement_without_an_operation_is_the_place_itself(contract: Contract) -> None:
    result = build(contract, [Finding("PR-042", "PR-042:x", Verdict.FAIL, "no", exchanges=[told(1, operation=None)])])
    next(entry for entry in result["requirements"] if entry["id"] == "PR-042")["operations"] = []

    found = run_of(result)["results"][0]

    assert line_of(found["locations"][0])[1][0] == "- id: PR-042"
    assert "relatedLocations" not in found


def test_without_an_exchange_the_place_is_the_requirements_first_operation(contract: Contract) -> None:
    found = run_of(build(contract, [Finding("PR-042", "PR-042:x", Verdict.FAIL, "no")]))["results"][0]

    first = contract.rules["PR-042"].operations[0]
    assert line_of(found["locations"][0])[1][1].strip() == f"operationId: {first}"


def test_every_line_of_every_provider_can_be_found() -> None:
    from conformance.reports.placing import Placing
    from specs import PROVIDERS, open_book

    for provider in PROVIDERS:
        book, placing = open_book(provider), Placing(provider)
        for rule in book.rules.values():
            for operation in (*rule.operations, None):
                requirement = {"id": rule.id, "operations": [operation] if operation else []}
                *asked, required = placing.of(requirement, None)
                assert line_of(required)[1][0].split() == ["-", "id:", rule.id]
                assert all(f"operationId: {operation}" in "".join(line_of(place)[1][:12]) for place in asked)
                assert len(asked) == (operation in book.operations)


def test_fingerprints_are_the_same_in_another_run_and_differ_between_items(contract: Contract) -> None:
    other = [*findings()[3:5]]
    other[0].text, other[0].exchanges = "said otherwise", [told(99)]
    later = by_item(run_of(build(contract, other, began=NOW + timedelta(days=1), ended=NOW + timedelta(days=2))))

    first = by_item(run_of(one_of_each(contract)))

    for item in ("PR-042:omitted[name]", "PR-042:omitted[artist]"):
        assert later[item]["partialFingerprints"] == first[item]["partialFingerprints"]
    assert len({json.dumps(found["partialFingerprints"]) for found in first.values()}) == len(first)


def test_an_accepted_failure_is_suppressed_with_its_reason_and_others_are_not(run: dict[str, Any]) -> None:
    suppressed = {item: found["suppressions"] for item, found in by_item(run).items()}

    assert [item for item, entries in suppressed.items() if entries] == ["PR-092:deleted", "PR-094:worded"]
    assert suppressed["PR-092:deleted"] == [
        {"kind": "external", "status": "accepted", "justification": "the vendor knows (until 2026-12-24)"}
    ]


def test_a_rule_carries_text_level_and_help(run: dict[str, Any], contract: Contract) -> None:
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}

    assert list(rules) == list(contract.rules)
    for found in run["results"]:
        assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
    assert rules["PR-042"]["shortDescription"]["text"] == contract.rules["PR-042"].text
    assert (rules["PR-042"]["defaultConfiguration"], rules["PR-044"]["defaultConfiguration"]) == (
        {"level": "error"},
        {"level": "warning"},
    )
    assert "conformance explain PR-042" in rules["PR-042"]["help"]["markdown"]
    assert contract.rules["PR-042"].source in rules["PR-042"]["help"]["text"]


def test_a_result_carries_what_was_sent_and_answered(run: dict[str, Any]) -> None:
    found = by_item(run)["PR-042:omitted[name]"]

    assert (found["webRequest"]["method"], found["webRequest"]["target"]) == ("POST", "/api/v1/products")
    assert found["webRequest"]["headers"]["Authorization"] == "Bearer $TOKEN_FULL"
    assert found["webResponse"]["statusCode"] == 500
    assert by_item(run)["PR-044:worded"]["webRequest"]["target"].endswith("?page%5Bsize%5D=2&filter%5Bname%5D=")


def test_no_path_of_this_machine_is_told(contract: Contract) -> None:
    assert str(ROOT) not in FORMATS["sarif"](one_of_each(contract))
