"""Arazzo's success criteria."""

from __future__ import annotations

from typing import Any

import pytest
from answers import answer

from conformance.scenarios.criteria import CriterionError, ExpressionError, holds, meets
from conformance.scenarios.expressions import Scope

BODY = {"data": {"id": "7", "status": "Active", "n": 3, "none": None, "ok": True, "tags": ["a", "b"]}}


@pytest.fixture
def scope() -> Scope:
    return Scope(inputs={"name": "it's"}, answer=answer(BODY, status=200))


@pytest.mark.parametrize(
    "condition",
    [
        "$statusCode == 200",
        "$statusCode==200",
        "$statusCode != 404",
        "$statusCode >= 200 && $statusCode < 300",
        "$statusCode == 404 || $statusCode == 200",
        "!($statusCode == 404)",
        "!$response.body#/data/ok == false || $response.body#/data/ok",
        "($statusCode == 404 || $statusCode == 200) && $response.body#/data/n > 2",
        "$response.body#/data/id == '7'",
        "$response.body#/data/status == 'active'",
        "$response.body#/data/none == null",
        "$response.body#/data/ok == true",
        "$response.body#/data/n == 3.0",
        "$inputs.name == 'it''s'",
        "$response.body#/data/ok",
        "$response.body#/data/nowhere == 'live' || $statusCode == 200",
        "!($response.body#/data/nowhere == 'live' && $statusCode == 404)",
    ],
)
def test_a_condition_is_met(scope: Scope, condition: str) -> None:
    assert meets(condition, scope)


@pytest.mark.parametrize(
    "condition",
    [
        "$statusCode == 201",
        "$response.body#/data/id == 7",
        "$response.body#/data/n == '3'",
        "$response.body#/data/ok == 1",
        "$response.body#/data/nowhere == null",
        "$response.body#/data/nowhere == $response.body#/data/nothing",
        "$response.body#/data/nowhere != 'live'",
        "!($response.body#/data/nowhere == 'live')",
        "!(($response.body#/data/nowhere == 'live') && $statusCode == 200)",
        "!($statusCode == 404 || $response.body#/data/nowhere == 'live')",
        "!$response.body#/data/nowhere",
        "$response.body#/data/id > 3",
        "$statusCode == 200 && $statusCode == 201",
        "!($statusCode == 200)",
    ],
)
def test_a_condition_is_not_met(scope: Scope, condition: str) -> None:
    assert not meets(condition, scope)


def test_and_binds_closer_than_or(scope: Scope) -> None:
    assert meets("$statusCode == 200 || $statusCode == 1 && $statusCode == 2", scope)


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "$statusCode",
        "$statusCode ==",
        "$statusCode = 200",
        "$statusCode == 200 &&",
        "($statusCode == 200",
        "$statusCode == 200)",
        "$statusCode == 200 200",
        "$statusCode == two",
        "$statusCode == 'open",
        "200abc == 200",
    ],
)
def test_a_malformed_condition_is_refused(scope: Scope, condition: str) -> None:
    with pytest.raises(CriterionError):
        meets(condition, scope)


def test_an_unknown_expression_is_refused_even_where_it_would_not_matter(scope: Scope) -> None:
    with pytest.raises(ExpressionError):
        meets("$statusCode == 200 || $steps.none.outputs.x == 1", scope)


def criterion(kind: Any, condition: str, context: str = "$response.body") -> dict[str, Any]:
    return {"context": context, "condition": condition, "type": kind}


@pytest.mark.parametrize(
    ("kind", "condition", "context", "expected"),
    [
        ("regex", "^Act", "$response.body#/data/status", True),
        ("regex", "^act", "$response.body#/data/status", False),
        ("regex", "^2..$", "$statusCode", True),
        ("regex", ".*", "$response.body#/data/nowhere", False),
        ("jsonpath", "$.data.tags[?@ == 'b']", "$response.body", True),
        ("jsonpath", "$.data.tags[?@ == 'c']", "$response.body", False),
        ("jsonpath", "$[?@.n > 2]", "$response.body", True),
        ({"type": "jsonpath", "version": "draft-goessner-dispatch-jsonpath-00"}, "$.data.id", "$response.body", True),
    ],
)
def test_other_types_of_criteria(scope: Scope, kind: Any, condition: str, context: str, expected: bool) -> None:
    assert holds(criterion(kind, condition, context), scope) is expected


@pytest.mark.parametrize(
    "wrong",
    [
        criterion("xpath", "//a"),
        criterion("regex", "("),
        criterion("jsonpath", "$.["),
        {"condition": "^a", "type": "regex"},
        {"condition": "$statusCode == 200", "surprise": 1},
        {"context": "$response.body"},
        "$statusCode == 200",
    ],
)
def test_a_malformed_criterion_is_refused(scope: Scope, wrong: Any) -> None:
    with pytest.raises(CriterionError):
        holds(wrong, scope)
