"""The page: self-contained, readable without its script, and its curl lines are commands that a shell understands."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shlex
import subprocess
from html.parser import HTMLParser
from typing import Any

import lxml.html
import pytest
from made import AWKWARD, SECRET, build, one_of_each, told

from conformance.contract import Contract
from conformance.outcome import Finding
from conformance.reports import FORMATS
from conformance.verdict import Verdict

# A shell function in curl's place shows the words that the shell made of the line.
SHOW = 'curl() { for word in "$@"; do printf "%s\\0" "$word"; done; }\n'


@pytest.fixture(scope="module")
def text(contract: Contract) -> str:
    return FORMATS["html"](one_of_each(contract))


@pytest.fixture(scope="module")
def page(text: str) -> Any:
    return lxml.html.document_fromstring(text)


def row(page: Any, id: str) -> Any:
    return page.get_element_by_id(id)


def words_of(line: str) -> list[str]:
    """Return the arguments that `sh` gives to curl; the named secret is filled in from the environment."""
    environment = {**os.environ, "TOKEN_FULL": SECRET}  # noqa: TID251
    done = subprocess.run(["sh", "-c", SHOW + line], capture_output=True, env=environment, check=True)
    return done.stdout.decode().split("\0")[:-1]


class Balance(HTMLParser):
    """Demands that every element that was opened is closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_element_is_closed_in_its_turn(text: str) -> None:
    reader = Balance()

    reader.feed(text)

    assert reader.open == []


def test_nothing_is_fetched(page: Any, text: str) -> None:
    links = [value for _, name, value, _ in page.iterlinks() if name]

    assert all(re.fullmatch(r"#PR-\d+", link) for link in links)
    assert not re.search(r"url\(|@import|\bfetch\(|XMLHttpRequest|\bimport\b", text.split("<body>")[0])
    assert not page.xpath("//link | //img | //iframe | //object | //embed | //script[@src] | //base | //form")


def test_its_own_policy_allows_its_style_and_script_alone(page: Any) -> None:
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]

    for tag in ("style", "script"):
        inside = page.xpath(f"//{tag}")[0].text
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_there_is_a_row_and_a_chip_for_each_requirement(page: Any, contract: Contract) -> None:
    rows = [entry.get("id") for entry in page.xpath("//table[@class='list']/tbody/tr")]
    chips = [link.get("href") for link in page.xpath("//table[@class='matrix']//a")]

    assert sorted(rows) == sorted(contract.rules)
    assert sorted(chips) == sorted(f"#{id}" for id in contract.rules)


def test_documented_and_inferred_stand_in_columns_of_their_own(page: Any, contract: Contract) -> None:
    for level, basis in (("MUST", "documented"), ("SHOULD", "inferred")):
        chips = page.xpath(f"//table[@class='matrix']//td[@data-level='{level}']/a/@href")
        assert set(chips) == {f"#{rule.id}" for rule in contract.rules.values() if rule.basis == basis}
    assert row(page, "PR-044").xpath(".//span[@class='standing']")[0].text == "SHOULD, inferred"


def test_what_is_broken_comes_first(page: Any) -> None:
    verdicts = page.xpath("//table[@class='list']/tbody/tr/@data-verdict")

    assert verdicts[:3] == ["error", "fail", "fail"]
    assert verdicts[-2:] == ["pass", "pass"]


def test_what_needs_the_script_is_not_offered_without_it(page: Any) -> None:
    assert page.xpath("//nav[@hidden]")
    assert page.xpath("//button")
    assert all(button.getparent().tag == "nav" or button.get("hidden") is not None for button in page.xpath("//button"))


def test_the_first_failure_and_the_exchange_that_shows_it_are_open(page: Any) -> None:
    broken = row(page, "PR-042").xpath("./td/details[@class='item']")

    assert [item.get("open") is not None for item in broken] == [True, False]
    exchanges = broken[0].xpath("./details")
    assert [(one.xpath("./summary")[0].text[:4], one.get("open") is not None) for one in exchanges] == [
        ("GET ", False),
        ("POST", True),
    ]


def test_an_accepted_failure_is_told_with_its_reason_and_is_not_open(page: Any) -> None:
    entry = row(page, "PR-092")

    assert "the vendor knows" in entry.text_content()
    assert ", accepted" in entry.xpath("./td")[0].text_content()
    assert not entry.xpath(".//details[@class='item'][@open]")


def test_what_became_of_the_baseline_is_told(page: Any) -> None:
    notes = [note.text_content() for note in page.find_class("note")]

    assert notes[0] == "left on the target: 7"
    assert "The acceptance of PR-042 ended on 2026-11-01: was accepted once" in notes
    assert any(note.startswith("PR-010 is kept now") for note in notes)


def test_the_curl_lines_are_those_of_the_result(page: Any, contract: Contract) -> None:
    result = one_of_each(contract)

    told = [
        exchange["curl"]
        for entry in result["requirements"]
        for item in entry["items"]
        for exchange in item["exchanges"]
    ]
    assert sorted(pre.text for pre in page.find_class("curl")) == sorted(told)


def test_a_copied_line_sends_what_was_sent(page: Any) -> None:
    lines = [pre.text for pre in row(page, "PR-042").find_class("curl")]
    line = next(line for line in lines if "POST" in line)

    words = words_of(line)

    assert ["curl", *words] == [word.replace("$TOKEN_FULL", SECRET) for word in shlex.split(line)]
    assert words[words.index("-X") + 1] == "POST"
    assert "http://api.test/api/v1/products" in words
    assert f"Authorization: Bearer {SECRET}" in words
    assert words[-1] == AWKWARD


@pytest.mark.parametrize(
    "body", ["", "'", "''", "a\nb\n", "a\r\nb", "\\", "$(id)", "`id`", "$TOKEN_FULL!", "--x", "€\u2028"]
)
def test_any_body_survives_page_and_shell(contract: Contract, body: str) -> None:
    exchange = told(1, method="POST", sent=f'"{body}"'.encode())
    found = Finding("PR-042", "PR-042:x", Verdict.FAIL, "no", exchanges=[exchange])

    text = FORMATS["html"](build(contract, [found]))

    line = lxml.html.document_fromstring(text).find_class("curl")[0].text
    assert words_of(line)[-1] == f'"{body}"'.replace("$TOKEN_FULL", SECRET)
    # A browser would read a bare carriage return as a line feed.
    assert "\r" not in text


def test_what_a_server_says_is_text(contract: Contract) -> None:
    bad = "<script>alert(1)</script><img src=//evil.test>"
    exchange = told(1, body={"x": bad}, headers={"Content-Type": bad, "X": '"><script>'}, url=f"http://api.test/{bad}")
    found = Finding("PR-042", f"PR-042:{bad}", Verdict.FAIL, bad, bad, bad, [exchange])

    page = lxml.html.document_fromstring(FORMATS["html"](build(contract, [found], lost=bad, notes=[bad])))

    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//img")
