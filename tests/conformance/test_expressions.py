"""Arazzo's runtime expressions."""

from __future__ import annotations

from typing import Any

import pytest
from answers import answer

from conformance.pointer import MISSING
from conformance.scenarios.expressions import ExpressionError, Scope, evaluate, resolve


@pytest.fixture
def scope() -> Scope:
    sent = {"name": "sent", "list": [{"id": "a"}]}
    return Scope(
        inputs={"token": "Bearer abc", "product": {"name": "Nightbus"}},
        steps={"create": {"id": "7", "whole": {"data": {"id": "7"}}}},
        workflows={"first": {"id": "5"}},
        sources={"products": "http://api.test"},
        sent={"query": {"filter[name]": "x"}, "path": {"id": "7"}},
        answer=answer(
            {"data": {"id": "7", "tags": ["a", "b"], "a/b": 1, "none": None}},
            status=201,
            method="POST",
            headers={"Content-Type": "application/json", "X-Request-Id": "r1"},
            sent_headers={"Authorization": "Bearer abc"},
            sent=str(sent).replace("'", '"').encode(),
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$statusCode", 201),
        ("$method", "POST"),
        ("$url", "http://api.test/api/v1/products/7"),
        ("$inputs.token", "Bearer abc"),
        ("$inputs.product#/name", "Nightbus"),
        ("$steps.create.outputs.id", "7"),
        ("$steps.create.outputs.whole#/data/id", "7"),
        ("$workflows.first.outputs.id", "5"),
        ("$sourceDescriptions.products.url", "http://api.test"),
        ("$response.header.x-request-id", "r1"),
        ("$response.body#/data/id", "7"),
        ("$response.body#/data/tags/1", "b"),
        ("$response.body#/data/a~1b", 1),
        ("$response.body#/data/none", None),
        ("$request.header.authorization", "Bearer abc"),
        ("$request.query.filter[name]", "x"),
        ("$request.path.id", "7"),
        ("$request.body#/list/0/id", "a"),
    ],
)
def test_an_expression_has_its_value(scope: Scope, text: str, expected: Any) -> None:
    assert evaluate(text, scope) == expected


def test_a_whole_body_is_its_json(scope: Scope) -> None:
    assert evaluate("$response.body", scope)["data"]["id"] == "7"


def test_a_pointer_that_leads_nowhere_is_missing_not_null(scope: Scope) -> None:
    assert evaluate("$response.body#/data/nowhere", scope) is MISSING


@pytest.mark.parametrize(
    "text",
    [
        "$inputs.nobody",
        "$steps.never.outputs.id",
        "$steps.create.outputs.other",
        "$workflows.none.outputs.id",
        "$sourceDescriptions.control.url",
        "$sourceDescriptions.products.title",
        "$response.cookies",
        "$statuscode",
        "$response.body#nopointer",
        "__import__('os')",
    ],
)
def test_an_unknown_expression_is_refused(scope: Scope, text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, scope)


def test_a_call_that_was_not_made_has_no_status() -> None:
    with pytest.raises(ExpressionError, match="none has been made"):
        evaluate("$statusCode", Scope(inputs={}))


def test_values_are_filled_in_at_any_depth(scope: Scope) -> None:
    filled = resolve({"a": ["$inputs.token", {"b": "$response.body#/data/tags"}], "c": 3}, scope)

    assert filled == {"a": ["Bearer abc", {"b": ["a", "b"]}], "c": 3}


def test_embedded_expressions_become_text(scope: Scope) -> None:
    assert resolve("id-{$steps.create.outputs.id}-{$statusCode}", scope) == "id-7-201"


def test_filling_in_what_is_not_there_is_refused(scope: Scope) -> None:
    with pytest.raises(ExpressionError, match="leads nowhere"):
        resolve({"id": "$response.body#/data/nowhere"}, scope)
