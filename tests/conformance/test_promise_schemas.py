"""Validators that remember say what jsonschema says: each keyword, each error, down to the branches of unions."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema_path import SchemaPath
from openapi_core.validation.schemas import oas31_schema_validators_factory

from conformance.promise_schemas import Schemas
from specs.grammar import GRAMMAR

SCHEMAS: dict[str, Any] = {
    "text": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]*$", "description": "x", "title": "x"},
    "number": {"type": "number", "minimum": 1, "maximum": 9, "multipleOf": 0.5},
    "integer": {"type": ["integer", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 9},
    "flag": {"type": "boolean"},
    "date": {"format": "date"},
    "one": {"enum": ["a", 1, None, {"a": 1}]},
    "same": {"const": 1},
    "things": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/thing"},
        "minItems": 1,
        "maxItems": 2,
        "uniqueItems": True,
    },
    "row": {"prefixItems": [{"type": "string"}, {"$ref": "#/components/schemas/number"}], "items": False},
    "some": {"contains": {"$ref": "#/components/schemas/flag"}},
    "thing": {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"$ref": "#/components/schemas/text"},
            "parent": {"$ref": "#/components/schemas/thing"},
            "never": False,
            "any": True,
        },
        "additionalProperties": {"$ref": "#/components/schemas/number"},
        "minProperties": 1,
        "maxProperties": 3,
        "dependentRequired": {"parent": ["any"]},
    },
    "closed": {"properties": {"a": {}}, "additionalProperties": False},
    "named": {"propertyNames": {"$ref": "#/components/schemas/text"}, "patternProperties": {"^a": {"type": "string"}}},
    "either": {"anyOf": [{"$ref": "#/components/schemas/text"}, {"$ref": "#/components/schemas/thing"}]},
    "only": {"oneOf": [{"type": "number"}, {"$ref": "#/components/schemas/same"}, {"type": "array"}]},
    "all": {"allOf": [{"$ref": "#/components/schemas/thing"}, {"not": {"required": ["any"]}}], "readOnly": True},
    "cases": {
        "if": {"$ref": "#/components/schemas/text"},
        "then": {"const": "abc"},
        "else": {"$ref": "#/components/schemas/only"},
    },
}
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, 1.0, 1.5, 1.25, 9, 99, -1, "", "a", "abc", "abcde", "A1", "2026-01-31", "2026-02-31"),
    *([], [1], ["a", 1], ["a", 99, 3], [True], [{"name": "ab"}], [{"name": "ab"}, {"name": "ab"}], [{"x": "y"}, 1, 2]),
    *(
        {},
        {"a": 1},
        {"a": "b", "ABCDEF": 1},
        {"name": "ab", "parent": {"name": 1, "never": 0}},
        {"name": "ab", "any": 1},
    ),
)
# Keywords that say nothing of whether a value is valid.
SILENT = "title description default examples deprecated readOnly writeOnly contentEncoding contentMediaType".split()


@pytest.fixture(scope="module")
def document() -> SchemaPath:
    return SchemaPath.from_dict({"openapi": "3.1.0", "components": {"schemas": SCHEMAS}})


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas()


def told(error: Any) -> tuple[Any, ...]:
    place, rule = tuple(error.absolute_path), tuple(error.absolute_schema_path)
    inner = [told(each) for each in error.context]
    return error.message, place, rule, error.validator, error.validator_value, error.instance, error.schema, inner


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_error_is_told_as_jsonschema_tells_it(document: SchemaPath, schemas: Schemas, name: str) -> None:
    place = document / "components" / "schemas" / name
    plain = oas31_schema_validators_factory.create(document, place).validator

    found = [
        [told(error) for error in schemas.create(document, place).validator.iter_errors(value)] for value in VALUES
    ]

    assert found == [[told(error) for error in plain.iter_errors(value)] for value in VALUES]
    assert any(found)


def test_the_schemas_above_have_every_keyword_that_judges() -> None:
    used = {keyword for schema in _nested(SCHEMAS) for keyword in schema}

    missing = {
        keyword for keyword in GRAMMAR["schema"] if not keyword.startswith("x-") and keyword not in (*used, *SILENT)
    }

    assert not missing


def _nested(node: Any) -> list[dict[str, Any]]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [*([node] if isinstance(node, dict) else []), *(found for each in inner for found in _nested(each))]


def test_a_schema_of_another_document_is_not_taken_for_this_ones(document: SchemaPath, schemas: Schemas) -> None:
    either = {"anyOf": [{"$ref": "#/components/schemas/text"}]}
    other = SchemaPath.from_dict({"components": {"schemas": {"text": {"type": "number"}, "either": either}}})
    assert not schemas.create(document, document / "components" / "schemas" / "either").validator.is_valid(1)

    found = schemas.create(document, other / "components" / "schemas" / "either").validator

    assert found.is_valid(1)
    assert not found.is_valid("ab")
