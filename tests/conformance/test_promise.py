"""The judgement of single answers by openapi-core: which breaches, and whom they are charged to."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from answers import exchange

from conformance.checks.products.blame import of_breach
from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.pointer import replaced, without
from conformance.promise import Promises

ATTRIBUTES = "/data/attributes"


@pytest.fixture(scope="module")
def document(contract: Contract) -> Any:
    examples = contract.operations["createProduct"].promises[201].content["application/vnd.api+json"].examples
    return copy.deepcopy(examples["minimal"])


def created(body: Any, **options: Any) -> Exchange:
    return exchange(body, status=201, operation="createProduct", method="POST", **options)


def test_the_documents_own_example_breaks_nothing(promises: Promises, document: Any) -> None:
    assert promises.find_breaches(created(document)) == []


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        ("/data/attributes/subtitle", None, "PR-011"),
        ("/data/attributes/production-year", "2023", "PR-018"),
        ("/data/attributes/createdAt", "2023-08-12T16:06:21Z", "PR-013"),
        ("/data/attributes/status", "Draft", "PR-011"),
        ("/data/attributes/internal", "x", "PR-011"),
        ("/data/attributes/cover-url", "ftp://x/storage/covers/a.gif", "PR-071"),
        ("/data/relationships/label", None, "PR-016"),
        ("/data/links", {}, "PR-017"),
        ("/data/id", 7, "PR-010"),
        ("/jsonapi/version", "1.1", "PR-006"),
    ],
)
def test_a_breach_is_charged_to_its_requirement(
    promises: Promises, document: Any, place: str, value: Any, rule: str
) -> None:
    spoilt = without(document, place) if value is None else replaced(document, place, value)
    answered = created(spoilt)

    breaches = promises.find_breaches(answered)

    assert breaches
    assert {of_breach(breach, answered) for breach in breaches} == {rule}


@pytest.mark.parametrize(
    ("answered", "kind"),
    [
        (created({"message": "crash"}, headers={"Content-Type": "application/json"}), "media type"),
        (exchange({}, status=500, operation="createProduct"), "status"),
        (created(b'{"data": '), "body"),
        (created(b"\xff{}"), "body"),
        (created(b""), "body"),
        (exchange(b"text", status=204, operation="deleteProduct", method="DELETE"), "body"),
    ],
)
def test_other_breaches_have_their_kinds(promises: Promises, answered: Exchange, kind: str) -> None:
    assert [breach.kind for breach in promises.find_breaches(answered)] == [kind]


def test_an_empty_204_breaks_nothing(promises: Promises) -> None:
    gone = exchange(None, status=204, operation="deleteProduct", method="DELETE", headers={})

    assert promises.find_breaches(gone) == []


def test_a_file_is_no_text_and_breaks_nothing(promises: Promises) -> None:
    image = exchange(b"\xff\xd8\xff", operation="getCoverFile", headers={"Content-Type": "image/jpeg"})

    assert promises.find_breaches(image) == []


def test_a_request_of_the_suite_is_compared_with_the_document(promises: Promises, contract: Contract) -> None:
    body = contract.operations["createProduct"].body["application/vnd.api+json"].examples["minimal"]
    good, bad = copy.deepcopy(body), without(body, f"{ATTRIBUTES}/name")
    headers = {"Content-Type": "application/vnd.api+json", "Authorization": "Bearer x"}

    faults = [
        promises.find_request_faults(
            created({}, sent=json.dumps(sent).encode(), sent_headers=headers, url="http://api.test/api/v1/products")
        )
        for sent in (good, bad)
    ]

    assert faults[0] == []
    assert any("name" in fault for fault in faults[1])
