"""Tells people what is wrong with a field, in the sentences of the document's samples (L62-65)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mockserver.core.failure import Failure
from specs import Problem

Errors = dict[str, list[str]]

_TYPES = {
    "string": "must be a string",
    "array": "must be an array",
    "integer": "must be an integer",
    "number": "must be a number",
    "boolean": "must be true or false",
    "object": "must be an object",
}
_FORMATS = {
    "email": "must be a valid email address",
    "date": "must be a valid date (YYYY-MM-DD)",
    "uuid": "must be a valid UUID",
    "uri": "must be a valid URL",
}


def wrong_fields(**errors: str) -> Failure:
    """Return the refusal of fields that the schema could not judge."""
    return Failure("fields", errors={name: [text] for name, text in errors.items()})


def required(field: str) -> str:
    """Return the sentence for a field that is not there."""
    return f"The {field} field is required."


def explain(problems: Iterable[Problem]) -> Errors:
    """Return messages per field, named by its path as in `tracks.0.title`."""
    errors: Errors = {}
    for problem in problems:
        field = _field(problem.pointer)
        texts = errors.setdefault(field, [])
        text = _sentence(field, problem)
        if text not in texts:
            texts.append(text)
    return errors


def _field(pointer: str) -> str:
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    return ".".join(tokens) or "body"


def _sentence(field: str, problem: Problem) -> str:
    blank = problem.rule in ("minLength", "minItems") and problem.got in ("", [])
    if problem.rule in ("required", "file") or blank:
        return required(field)
    return f"The {field} {_clause(problem)}."


def _clause(problem: Problem) -> str:
    expected = problem.expected
    match problem.rule:
        case "type":
            return _TYPES.get(_first_type(expected), "has a wrong type")
        case "format":
            return _FORMATS.get(str(expected), f"must be a valid {expected}")
        case "enum" | "const":
            return "is not one of the possible values" + _choices(expected)
        case "minimum" | "exclusiveMinimum":
            return f"must be at least {expected}"
        case "maximum" | "exclusiveMaximum":
            return f"must not be greater than {expected}"
        case "minLength":
            return f"must have at least {expected} characters"
        case "maxLength":
            return f"must not have more than {expected} characters"
        case "minItems":
            return f"must have at least {expected} items"
        case "maxItems":
            return f"must not have more than {expected} items"
        case "uniqueItems":
            return "has a duplicate value"
        case "pattern" | "propertyNames":
            return "format is invalid"
    return "is invalid"


def _first_type(expected: Any) -> str:
    kinds = expected if isinstance(expected, list) else [expected]
    named = [str(kind) for kind in kinds if str(kind) != "null"]
    return named[0] if named else "null"


def _choices(expected: Any) -> str:
    if not isinstance(expected, list):
        return f": {expected}"
    return ": " + ", ".join("null" if choice is None else str(choice) for choice in expected)
