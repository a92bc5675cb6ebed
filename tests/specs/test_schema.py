"""Compiled validators: quick to say no, and able to say why."""

from __future__ import annotations

from typing import Any

import pytest

from specs.schema import Problem, Schemas

DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Name": {"type": "string", "minLength": 2, "pattern": "^[a-z]+$", "description": "Small letters."},
            "Tree": {
                "type": "object",
                "required": ["name", "a/b~c"],
                "properties": {
                    "name": {"$ref": "#/components/schemas/Name"},
                    "a/b~c": {"type": "integer", "minimum": 1},
                    "kind": {"enum": ["leaf", "branch"]},
                    "on": {"type": "string", "format": "date"},
                    "children": {"type": "array", "maxItems": 2, "items": {"$ref": "#/components/schemas/Tree"}},
                    "fixed": {"const": 3},
                },
                "additionalProperties": False,
            },
        }
    }
}
TREE = {"$ref": "#/components/schemas/Tree"}
GOOD = {"name": "ab", "a/b~c": 1}


def problems(value: Any, schema: dict[str, Any] = TREE) -> list[Problem]:
    return Schemas("small", DOCUMENT).validator(schema).find_problems(value, "body")


def test_what_fits_has_no_problems() -> None:
    nested = {**GOOD, "children": [{**GOOD, "kind": "leaf", "on": "2026-02-28", "fixed": 3}]}

    assert Schemas("small", DOCUMENT).validator(TREE).holds(nested)
    assert problems(nested) == []


@pytest.mark.parametrize(
    ("change", "pointer", "rule", "expected", "got"),
    [
        ({"name": "a"}, "/name", "minLength", 2, "a"),
        ({"name": "AB"}, "/name", "pattern", "^[a-z]+$", "AB"),
        ({"name": 3}, "/name", "type", ["string"], 3),
        ({"a/b~c": 0}, "/a~1b~0c", "minimum", 1, 0),
        ({"kind": "root"}, "/kind", "enum", ["leaf", "branch"], "root"),
        ({"on": "2026-02-30"}, "/on", "format", "date", "2026-02-30"),
        ({"fixed": 4}, "/fixed", "const", 3, 4),
        ({"more": 1}, "/more", "additionalProperties", "no such member", 1),
        ({"children": [GOOD] * 3}, "/children", "maxItems", 2, [GOOD] * 3),
        ({"children": [GOOD, {**GOOD, "name": "a"}]}, "/children/1/name", "minLength", 2, "a"),
    ],
)
def test_a_problem_says_where_which_rule_what_was_expected_and_got(
    change: dict[str, Any], pointer: str, rule: str, expected: Any, got: Any
) -> None:
    found = problems({**GOOD, **change})

    assert [(p.place, p.pointer, p.rule, p.expected, p.got) for p in found] == [("body", pointer, rule, expected, got)]
    assert found[0].text


def test_every_missing_member_is_a_problem_of_its_own() -> None:
    found = problems({})

    assert [(p.pointer, p.rule, p.got) for p in found] == [("/name", "required", None), ("/a~1b~0c", "required", None)]


def test_the_schemas_own_words_come_along() -> None:
    assert problems({**GOOD, "name": "A1"})[0].told == "Small letters."
    assert problems("x", DOCUMENT["components"]["schemas"]["Name"])[0].told == "Small letters."


@pytest.mark.parametrize("value", ["\ud800", {"name": "\ud800"}, {1: 2}, {None: 1}])
def test_what_no_json_can_hold_is_refused_and_not_raised(value: Any) -> None:
    schema = {"type": ["string", "object"], "pattern": "a", "properties": {"name": {"pattern": "a"}}}
    validator = Schemas("small", DOCUMENT).validator(schema)

    assert not validator.holds(value)
    assert [p.rule for p in validator.find_problems(value, "body")] == ["encoding"]


def test_at_most_a_hundred_problems_are_told() -> None:
    assert len(problems({f"m{number}": 1 for number in range(5000)})) == 100
    assert len(problems(["x"] * 5000, {"items": {"type": "integer"}})) == 100


def test_a_long_value_is_cut_when_told() -> None:
    text = Problem("body", "", "type", None, "x" * 1000, "").as_json()["got"]
    nested = Problem("body", "", "type", None, ["x" * 1000], "").as_json()["got"]

    assert len(text) == 201
    assert len(nested) == 401


def test_a_schema_is_compiled_once() -> None:
    schemas = Schemas("small", DOCUMENT)

    assert schemas.validator(TREE) is schemas.validator(TREE)
    assert schemas.validator(dict(TREE)) is schemas.validator(TREE)


def test_deep_values_do_not_end_the_process() -> None:
    value: Any = GOOD
    for _ in range(3000):
        value = {**GOOD, "children": [value]}

    assert Schemas("small", DOCUMENT).validator(TREE).holds(value) in (True, False)
