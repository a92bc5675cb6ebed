"""The judge remembers what openapi-core builds anew for every answer; what it finds must be the same, word by word."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from answers import exchange
from damage import find_damaged, find_good
from jsonschema_path import SchemaPath
from openapi_core import V31RequestValidator, V31ResponseValidator

from conformance.contract import Contract, open_contract
from conformance.exchange import Breach, Exchange
from conformance.promise import Promises, Request, Response
from conformance.promise_reading import read
from specs import PROVIDERS

# Plain openapi-core takes some milliseconds for an answer, and a document has up to a thousand.
_MOST = 40


class Plain:
    """openapi-core as it comes."""

    def __init__(self, contract: Contract) -> None:
        path = SchemaPath.from_dict({**contract.document, "servers": [{"url": "/"}]})
        self._responses, self._requests = V31ResponseValidator(path), V31RequestValidator(path)
        self._operations = contract.operations

    def find_breaches(self, answered: Exchange) -> list[Breach]:
        request = Request(answered, self._operations[answered.operation or ""])
        return [breach for error in self._responses.iter_errors(request, Response(answered)) for breach in read(error)]

    def find_request_faults(self, sent: Exchange) -> list[str]:
        request = Request(sent, self._operations[sent.operation or ""])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [breach.text for error in self._requests.iter_errors(request) for breach in read(error)]


@pytest.fixture(scope="module", params=PROVIDERS)
def opened(request: pytest.FixtureRequest) -> tuple[Contract, Promises, Plain]:
    contract = open_contract(request.param)
    return contract, Promises(contract.document, contract.operations), Plain(contract)


def some(found: list[Any]) -> list[Any]:
    return found[:: max(1, len(found) // _MOST)]


def test_what_is_found_in_good_answers_is_what_openapi_core_finds(opened: tuple[Contract, Promises, Plain]) -> None:
    contract, promises, plain = opened
    good = some(list(find_good(contract)))

    found = [promises.find_breaches(answered) for answered in good]

    assert found == [plain.find_breaches(answered) for answered in good]
    assert not any(found)


def test_what_is_found_in_damaged_answers_is_what_openapi_core_finds(opened: tuple[Contract, Promises, Plain]) -> None:
    contract, promises, plain = opened
    damaged = list(find_damaged(some(list(find_good(contract))), each=5))

    found = [promises.find_breaches(answered) for answered in damaged]
    again = [promises.find_breaches(answered) for answered in damaged]

    assert found == [plain.find_breaches(answered) for answered in damaged]
    assert again == found
    assert sum(map(bool, found)) > len(found) / 3
    assert {"schema", "media type", "body"} <= {breach.kind for breaches in found for breach in breaches}


def requests(contract: Contract) -> Iterator[Exchange]:
    """Yield a request with the first example of each operation that takes JSON."""
    for operation in contract.operations.values():
        for media in operation.body.values():
            if "json" in media.name and media.examples:
                sent = json.dumps(next(iter(media.examples.values()))).encode()
                headers = {"Content-Type": media.name, "Authorization": "Bearer x"}
                url = "http://api.test" + operation.path.replace("{", "").replace("}", "")
                yield exchange(
                    {}, operation=operation.id, method=operation.method, url=url, sent=sent, sent_headers=headers
                )


def test_the_faults_of_a_request_are_those_that_openapi_core_finds(opened: tuple[Contract, Promises, Plain]) -> None:
    contract, promises, plain = opened
    good = some(list(requests(contract)))
    damaged = [replace(sent, sent_body=sent.sent_body[:-1] + b', "unknown": [1]}') for sent in good]
    emptied = [replace(sent, sent_body=b"{}") for sent in good]

    found = [promises.find_request_faults(sent) for sent in good + damaged + emptied]

    assert found == [plain.find_request_faults(sent) for sent in good + damaged + emptied]
    assert any(found)


def test_a_judgement_is_kept_for_the_very_same_answer_only(promises: Promises, contract: Contract) -> None:
    examples = contract.operations["createProduct"].promises[201].content["application/vnd.api+json"].examples
    good = exchange(examples["minimal"], status=201, operation="createProduct", method="POST")
    assert promises.find_breaches(good) == []

    others = {
        "status": replace(good, status=422),
        "operation": replace(good, operation="getProductLabel", status=200),
        "media type": replace(good, headers={"Content-Type": "text/plain"}),
        "body": replace(good, body=good.body.replace(b'"draft"', b'"Draft"')),
    }

    assert all(promises.find_breaches(other) for other in others.values())
    assert promises.find_breaches(good) == []


def test_a_header_is_judged_by_its_value_and_by_its_absence() -> None:
    contract = open_contract("tonegrid")
    promises = Promises(contract.document, contract.operations)
    good = next(answer for answer in find_good(contract) if "X-RateLimit-Limit" in answer.headers)
    without = {name: value for name, value in good.headers.items() if name != "X-RateLimit-Limit"}

    texts = [
        [breach.text for breach in promises.find_breaches(replace(good, headers=headers))]
        for headers in (good.headers, {**without, "X-RateLimit-Limit": "many"}, without, good.headers)
    ]

    assert texts[0] == texts[3] == []
    assert "many" in texts[1][0]
    assert "missing" in texts[2][0]
