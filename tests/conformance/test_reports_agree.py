"""One result in every form, each read back by a parser that is not ours: all of them tell the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import junitparser
import lxml.html
import pytest
from haralyzer import HarParser
from lxml import etree
from made import one_of_each
from markdown_it import MarkdownIt
from markdown_it.token import Token
from sarif_pydantic import Sarif

from conformance.contract import Contract
from conformance.reports import FORMATS

Told = dict[str, int]
COUNTED = ("fail", "pass", "not tested")


def read_text(text: str) -> Told:
    line = re.search(r"^\d+ requirements: ([^;]+);", text, re.MULTILINE)
    assert line
    counts = {verdict: int(count) for count, verdict in re.findall(r"(\d+) ([a-z ]+)", line[1])}
    untested = [ids for ids in re.findall(r"^not tested .*: (PR-\d+(?:, PR-\d+)*)$", text, re.MULTILINE)]
    assert len(re.findall(r"^FAIL  PR-", text, re.MULTILINE)) == counts["fail"]
    assert sum(len(ids.split(", ")) for ids in untested) == counts["not tested"]
    return counts


def read_json(text: str) -> Told:
    return Counter(entry["verdict"] for entry in json.loads(text)["requirements"])


def read_ndjson(text: str) -> Told:
    events = [json.loads(line) for line in text.splitlines()]
    return Counter(event["verdict"] for event in events if event["type"] == "requirement")


def read_junit(text: str) -> Told:
    """Return the worst of each requirement's cases. An accepted failure is skipped, and its level tells which it is."""
    ranks = ("pass", "not tested", "not applicable", "fail", "error")
    worst: dict[str, int] = {}
    for suite in junitparser.JUnitXml.fromstring(text.encode()):
        for case in suite:
            level = next(entry.value for entry in case.child(junitparser.Properties) if entry.name == "level")
            verdict = _verdict(case, level)
            worst[case.classname] = max(worst.get(case.classname, 0), ranks.index(verdict))
    return Counter(ranks[rank] for rank in worst.values())


def _verdict(case: Any, level: str) -> str:
    if case.is_failure:
        return "fail"
    if case.is_error:
        return "error"
    message = case.result[0].message if case.is_skipped else ""
    if message.startswith("accepted"):
        return "fail" if level == "MUST" else "pass"
    return message.partition(":")[0] or "pass"


def read_html(text: str) -> Told:
    page = lxml.html.document_fromstring(text)
    rows = Counter(row.get("data-verdict") for row in page.xpath("//table[@class='list']/tbody/tr"))
    chips = Counter(chip.get("aria-label").partition(" ")[2] for chip in page.xpath("//table[@class='matrix']//a"))
    assert rows == chips
    return rows


def read_markdown(text: str) -> Told:
    cells = _cells(MarkdownIt("commonmark").enable("table").parse(text))
    figures, broken = cells[:2], cells[2:]
    untested = re.findall(r"^- PR-\d+ \(.*\), not tested: ", text, re.MULTILINE)
    verdicts = [row[2].removesuffix(" (accepted)") for row in broken]
    return {"fail": verdicts.count("fail"), "pass": sum(int(row[3]) for row in figures), "not tested": len(untested)}


def _cells(tokens: list[Token]) -> list[list[str]]:
    rows: list[list[str]] = []
    for before, token in pairwise(tokens):
        if before.type == "tr_open" and token.type == "td_open":
            rows.append([])
        if before.type == "td_open":
            rows[-1].append("".join(child.content for child in token.children or ()))
    return rows


def read_sarif(text: str) -> Told:
    run = Sarif.model_validate_json(text).runs[0]
    rules = {rule.id: (rule.properties or {})["verdict"] for rule in run.tool.driver.rules or ()}
    levels: dict[str, set[str]] = {"error": set(), "warning": set()}
    for found in run.results or ():
        levels[found.level.value].add(found.rule_id)
    assert levels["error"] == {id for id, verdict in rules.items() if verdict == "fail"}
    assert levels["warning"] == {id for id, verdict in rules.items() if verdict == "warn"}
    return Counter(rules.values())


def read_har(text: str) -> Told:
    log = json.loads(text)
    pages = HarParser(log).har_data["pages"]
    told: Told = log["log"]["_summary"]["verdicts"]
    # Only what is broken keeps its exchanges: the others have no page.
    assert len({page["_requirement"] for page in pages if page["_verdict"] == "fail"}) == told["fail"]
    return told


READERS: dict[str, Callable[[str], Told]] = {
    "text": read_text,
    "json": read_json,
    "junit": read_junit,
    "html": read_html,
    "markdown": read_markdown,
    "sarif": read_sarif,
    "ndjson": read_ndjson,
    "har": read_har,
}


@pytest.fixture(scope="module")
def result(contract: Contract) -> dict[str, Any]:
    return one_of_each(contract)


@pytest.mark.parametrize("form", READERS)
def test_every_form_tells_how_many_requirements_failed_passed_and_were_not_tested(
    result: dict[str, Any], form: str
) -> None:
    told = READERS[form](FORMATS[form](result))

    # Two of the 82 requirements only warn; JUnit has no word for that, they pass there.
    passed = 4 if form == "junit" else 2
    assert {name: told[name] for name in COUNTED} == {"fail": 2, "pass": passed, "not tested": 74}


@pytest.mark.parametrize("form", ["badge", "badge-json"])
def test_the_badges_tell_how_many_musts_were_tested_and_kept(result: dict[str, Any], form: str) -> None:
    text = FORMATS[form](result)

    if form == "badge":
        label, message = (node.text for node in etree.fromstring(text.encode()).iter("{*}text"))
    else:
        label, message = (json.loads(text)[name] for name in ("label", "message"))
    must = result["summary"]["must"]
    assert label == "products core"
    assert message == f"{must['tested']}/{must['total']} tested, {must['kept']}/{must['tested']} kept, 1 accepted"


def test_no_form_is_left_out() -> None:
    assert {*READERS, "badge", "badge-json"} == set(FORMATS)


@pytest.mark.parametrize("form", READERS)
def test_every_form_tells_what_is_documented_from_what_is_our_reading(result: dict[str, Any], form: str) -> None:
    text = FORMATS[form](result)

    assert "documented" in text
    assert "inferred" in text


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_tells_a_secret(result: dict[str, Any], form: str) -> None:
    text = FORMATS[form](result)

    assert "s3cret" not in text
