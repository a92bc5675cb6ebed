"""HAR: another reader sees every exchange of the result on the page of its item."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

import pytest
from haralyzer import HarParser
from made import AWKWARD, NOW, build, one_of_each, told

from conformance.contract import Contract
from conformance.outcome import Finding
from conformance.reports import FORMATS
from conformance.verdict import Verdict

# What HAR 1.2 demands of an entry and its parts.
ENTRY = ("startedDateTime", "time", "request", "response", "cache", "timings")
MESSAGE = ("httpVersion", "cookies", "headers", "headersSize", "bodySize")
REQUEST, RESPONSE = (*MESSAGE, "method", "url", "queryString"), (*MESSAGE, "status", "statusText", "redirectURL")


def log_of(result: dict[str, Any]) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(FORMATS["har"](result))
    return log


@pytest.fixture(scope="module")
def result(contract: Contract) -> dict[str, Any]:
    return one_of_each(contract)


def one(contract: Contract, exchange: dict[str, Any]) -> dict[str, Any]:
    """Return the only entry of a result that holds one exchange."""
    found = Finding("PR-042", "PR-042:x", Verdict.FAIL, "no", exchanges=[exchange], at_fault=exchange["number"])
    entry: dict[str, Any] = log_of(build(contract, [found]))["log"]["entries"][0]
    return entry


def test_another_reader_finds_the_exchanges_on_the_pages_of_their_items(result: dict[str, Any]) -> None:
    read = HarParser(log_of(result))

    kept = {item["item"]: item for entry in result["requirements"] for item in entry["items"] if item["exchanges"]}
    assert [page.title for page in read.pages] == [f"{item['verdict']} {id}" for id, item in kept.items()]
    for page, item in zip(read.pages, kept.values(), strict=True):
        seen = [(entry.request.method, entry.request.url, entry.response.status) for entry in page.entries]
        assert seen == [
            (one["request"]["method"], one["request"]["url"], one["response"]["status"]) for one in item["exchanges"]
        ]
    assert read.creator["name"] == "Soundcheck conformance"


def test_every_entry_has_what_the_format_demands(result: dict[str, Any]) -> None:
    log = log_of(result)["log"]

    assert log["version"] == "1.2"
    assert len({page["id"] for page in log["pages"]}) == len(log["pages"])
    for entry in log["entries"]:
        assert set(ENTRY) <= entry.keys()
        assert set(REQUEST) <= entry["request"].keys()
        assert set(RESPONSE) <= entry["response"].keys()
        assert {"size", "mimeType"} <= entry["response"]["content"].keys()
        assert entry["time"] == sum(entry["timings"].values())
        assert entry["pageref"] in {page["id"] for page in log["pages"]}


def test_entries_of_a_page_begin_one_after_the_other(result: dict[str, Any]) -> None:
    entries = [entry for entry in log_of(result)["log"]["entries"] if entry["pageref"] == "page_1"]

    began = [datetime.fromisoformat(entry["startedDateTime"]) for entry in entries]
    assert [(moment - NOW).total_seconds() for moment in began] == [0, 0.012]


def test_a_query_and_a_body_are_taken_apart(contract: Contract) -> None:
    url = "http://api.test/x?page%5Bsize%5D=2&filter%5Bname%5D="
    entry = one(contract, told(1, method="POST", url=url, sent=AWKWARD.encode()))

    assert entry["request"]["queryString"] == [
        {"name": "page[size]", "value": "2"},
        {"name": "filter[name]", "value": ""},
    ]
    assert entry["request"]["postData"] == {"mimeType": "application/vnd.api+json", "text": AWKWARD}


def test_an_empty_body_is_told_as_none(contract: Contract) -> None:
    entry = one(contract, told(1, body=None, status=204, headers={}))

    assert "postData" not in entry["request"]
    assert entry["response"]["content"] == {"mimeType": "", "size": 0, "text": ""}


def test_bytes_that_are_no_text_stand_in_base64(contract: Contract) -> None:
    picture = b"\x89PNG\r\n\xff"
    exchange = told(1, method="POST", sent=picture, body=picture, headers={"Content-Type": "image/png"})
    for message in (exchange["request"], exchange["response"]):
        message |= {"bytes": len(picture), "base64": base64.b64encode(picture).decode()}

    entry = one(contract, exchange)

    content = entry["response"]["content"]
    assert (content["encoding"], base64.b64decode(content["text"]), content["size"]) == ("base64", picture, 7)
    assert base64.b64decode(entry["request"]["postData"]["text"]) == picture
    assert entry["request"]["postData"]["_encoding"] == "base64"
    assert entry["response"]["bodySize"] == 7


def test_bytes_that_the_result_does_not_hold_are_counted(contract: Contract) -> None:
    exchange = told(1, body=b"\xff\xd8\xff", headers={"Content-Type": "image/jpeg"})
    for name in ("bytes", "base64"):
        exchange["response"].pop(name, None)

    content = one(contract, exchange)["response"]["content"]

    assert (content["size"], content["text"], content["comment"]) == (3, "", "(3 bytes of image/jpeg)")
