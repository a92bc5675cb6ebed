"""The result and the forms made from it, each read back by a parser that is not ours."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from judging import Judged
from lxml import etree
from markdown_it import MarkdownIt
from rival import serving
from rival_query import TOKENS

import conformance.reports.canonical as canonical
from conformance.baseline import Acceptance
from conformance.check import Suite
from conformance.compare import differences
from conformance.config import Settings
from conformance.contract import Contract
from conformance.failure import Misconfigured
from conformance.outcome import Finding
from conformance.reports import FORMATS
from conformance.run import write_reports
from conformance.target import Target
from conformance.verdict import Verdict

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
RULES = ("PR-010", "PR-028", "PR-033", "PR-042", "PR-044", "PR-092")


@pytest.fixture(scope="module")
def findings_of() -> dict[str, list[Finding]]:
    return {}


@pytest.fixture
def findings(judged: Judged, findings_of: dict[str, list[Finding]]) -> list[Finding]:
    if not findings_of:
        with serving("S03-invalid-is-400") as url:
            findings_of["all"] = judged(url, *RULES)
    return findings_of["all"]


class Made:
    """Builds results of the same findings."""

    def __init__(self, contract: Contract, suite: Suite, findings: list[Finding]) -> None:
        self.contract, self.suite, self.findings = contract, suite, findings

    def __call__(self, *extra: Finding, accepted: list[Acceptance] | None = None, **more: Any) -> dict[str, Any]:
        settings = Settings("products", base_url="http://api.test", tokens=TOKENS)
        items = [(item.id, item.rule) for item in self.suite.items(self.contract)]
        return canonical.build(
            self.contract,
            Target("http://api.test", None, {}, {}, settings),
            [*self.findings, *extra],
            items=items,
            began=NOW,
            ended=NOW,
            accepted=accepted or [],
            **more,
        )


@pytest.fixture
def made(contract: Contract, suite: Suite, findings: list[Finding]) -> Made:
    return Made(contract, suite, findings)


def by_id(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in result["requirements"]}


def test_the_result_fits_its_schema_in_another_validators_eyes(made: Made) -> None:
    schema = json.loads(Path(canonical.__file__).with_name("result.schema.json").read_text("utf-8"))
    read = json.loads(FORMATS["json"](made()))

    jsonschema.Draft202012Validator(schema).validate(read)


def test_the_figures_count_requirements(made: Made, contract: Contract) -> None:
    result = made()

    verdicts = Counter(entry["verdict"] for entry in result["requirements"])
    assert result["summary"]["verdicts"] == {verdict.value: verdicts[verdict.value] for verdict in Verdict}
    musts = [entry for entry in result["requirements"] if entry["level"] == "MUST"]
    assert result["summary"]["must"] == {"total": 43, "tested": 5, "kept": 4, "accepted": 0}
    assert len(musts) == sum(rule.level == "MUST" for rule in contract.rules.values())


def test_a_broken_must_does_not_conform_and_a_broken_should_warns(made: Made) -> None:
    result = made()

    assert (result["summary"]["exit_code"], result["summary"]["says"]) == (1, "does not conform: PR-042")
    assert by_id(result)["PR-044"]["verdict"] == "warn"
    assert made(strict=True)["summary"]["says"] == "does not conform: PR-042, PR-044"


def test_a_failure_shows_what_a_reader_needs(made: Made) -> None:
    broken = by_id(made())["PR-042"]
    item = next(item for item in broken["items"] if item["verdict"] == "fail")

    assert broken["source"].startswith("003_7910ae3934c2e567.txt")
    assert (item["expected"], item["received"]) == ("422", 400)
    assert item["exchanges"][-1]["number"] == item["at_fault"]
    assert item["exchanges"][-1]["curl"].startswith("curl -i -g -X POST")
    assert item["exchanges"][-1]["request_fits_document"] is False
    assert item["baseline_line"].startswith("- {id: PR-042, item: ")
    assert TOKENS["full"] not in json.dumps(broken)


def test_an_accepted_failure_conforms_and_is_counted(made: Made) -> None:
    accepted = [Acceptance("PR-042", None, "vendor knows", date(2026, 12, 1))]

    result = made(accepted=accepted)

    assert result["summary"]["exit_code"] == 0
    assert result["summary"]["must"]["accepted"] == 1
    assert [entry["id"] for entry in result["baseline"]["used"]] == ["PR-042"]


def test_an_acceptance_that_ended_or_is_not_needed_is_told(made: Made) -> None:
    ended = Acceptance("PR-042", None, "r", date(2026, 11, 1))
    unneeded = Acceptance("PR-092", None, "r", date(2026, 12, 1))

    result = made(accepted=[ended, unneeded])

    assert result["summary"]["exit_code"] == 1
    assert [entry["id"] for entry in result["baseline"]["expired"]] == ["PR-042"]
    assert [entry["id"] for entry in result["baseline"]["unneeded"]] == ["PR-092"]
    assert "its line can go" in FORMATS["text"](result)


def test_an_error_gives_no_judgement(made: Made) -> None:
    result = made(Finding("PR-020", "PR-020:x", Verdict.ERROR, "boom"))

    assert result["summary"]["exit_code"] == 4


def test_a_lost_target_is_not_testable(made: Made) -> None:
    assert made(lost="connection refused")["summary"]["exit_code"] == 3


def test_a_run_that_tested_nothing_is_not_testable(contract: Contract, suite: Suite) -> None:
    nothing = [Finding("PR-020", "PR-020:x", Verdict.NOT_TESTED, "needs more")]

    assert Made(contract, suite, nothing)()["summary"]["exit_code"] == 3


def test_the_text_report_tells_figures_failures_and_reasons(made: Made) -> None:
    text = FORMATS["text"](made())

    assert "MUST 5/43 tested, 4/5 kept" in text
    assert "FAIL  PR-042 (MUST, documented)" in text
    assert "WARN  PR-044 (SHOULD, inferred)" in text
    assert re.search(r"expected: 422\n\s+received: 400", text)
    assert "to accept it, add to the baseline: - {id: PR-042" in text
    assert "not tested (MUST, documented): not selected in this run: PR-001, " in text


def test_junit_counts_what_the_result_counts(made: Made) -> None:
    result = made()
    root = etree.fromstring(FORMATS["junit"](result).encode())

    items = [item for entry in result["requirements"] for item in entry["items"]]
    untested = [entry for entry in result["requirements"] if not entry["items"]]
    failed = sum(item["verdict"] == "fail" for item in items)
    assert len(root.findall(".//testcase")) == int(root.get("tests", "")) == len(items) + len(untested)
    assert len(root.findall(".//failure")) == int(root.get("failures", "")) == failed > 0
    assert len(root.findall(".//skipped")) == int(root.get("skipped", ""))
    assert "curl -i -g" in (root.findtext(".//failure") or "")


def test_junit_survives_characters_that_xml_does_not(made: Made) -> None:
    result = made(Finding("PR-020", "PR-020:x", Verdict.FAIL, "a\x00b\x1b]]>&<\ud800"))

    root = etree.fromstring(FORMATS["junit"](result).encode("utf-8", "surrogatepass"))

    assert any("a\ufffdb" in (failure.get("message") or "") for failure in root.iter("failure"))


def test_the_summary_has_a_row_per_broken_requirement(made: Made) -> None:
    rows = [line for line in FORMATS["markdown"](made()).splitlines() if line.startswith("| PR-")]

    assert [row.split()[1] for row in rows] == ["PR-042", "PR-044"]


def test_the_summary_shows_what_a_server_says_as_text(made: Made) -> None:
    bad = "![x](http://evil.test/x.png) <img src=x> | `a` *b* [c](d)\n\n# e"

    text = FORMATS["markdown"](made(Finding("PR-020", "PR-020:x", Verdict.FAIL, bad)))

    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inner} <= {"text", "text_special"}
    assert any(" ".join(bad.split()) in "".join(child.content for child in token.children or ()) for token in tokens)
    assert sum(token.type == "heading_open" for token in tokens) == 1


def test_the_text_report_lets_no_server_command_the_terminal(made: Made) -> None:
    text = FORMATS["text"](made(Finding("PR-020", "PR-020:x", Verdict.FAIL, "a\x1b[2Jb\rc\x07")))

    assert "a\\x1b[2Jb\\x0dc\\x07" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_can_be_written_even_with_half_a_character(made: Made, form: str, tmp_path: Path) -> None:
    result = made(Finding("PR-020", "PR-020:x", Verdict.FAIL, "a\ud800b", "\ud800", "\udfff"))

    write_reports(result, [(form, str(tmp_path / "new" / "report"))])

    text = (tmp_path / "new" / "report").read_text("utf-8")
    assert text.endswith("\n")
    if form == "json":
        assert by_id(json.loads(text))["PR-020"]["items"][-1]["expected"] == "\ud800"


def test_every_form_is_offered_and_offering_them_needs_no_test_runner() -> None:
    code = "import sys, conformance.cli as cli; print(*cli._FORMS); assert 'pytest' not in sys.modules"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == list(FORMATS)


def test_a_result_can_be_read_back_and_another_file_cannot(made: Made, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(FORMATS["json"](made()), "utf-8")
    bad.write_text('{"format": "something else"}', "utf-8")

    assert canonical.read(good)["provider"] == "products"
    with pytest.raises(Misconfigured):
        canonical.read(bad)


def test_two_results_are_compared_requirement_by_requirement(made: Made) -> None:
    old = made()
    new = copy.deepcopy(old)
    by_id(new)["PR-042"]["verdict"] = "pass"
    by_id(new)["PR-092"]["verdict"] = "fail"

    text, is_worse = differences(old, new)

    assert is_worse
    assert "better   PR-042 fail -> pass" in text
    assert "worse    PR-092 pass -> fail" in text
    assert differences(old, old)[1] is False
