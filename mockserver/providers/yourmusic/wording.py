"""Says what is wrong with a value in the sentences of the framework that the document's one sample comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from specs import Problem

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TYPES = {
    "string": "must be a string",
    "integer": "must be an integer",
    "number": "must be a number",
    "array": "must be an array",
    "object": "must be an object",
}
_FORMATS = {
    "email": "must be a valid email address",
    "date": "is not a valid date",
    "uuid": "must be a valid UUID",
    "uri": "must be a valid URL",
}
_BOUNDS = {
    "minimum": "must be at least {}",
    "maximum": "must not be greater than {}",
    "maxLength": "must not be greater than {} characters",
    "maxItems": "must not have more than {} items",
}


def explain(problems: Iterable[Problem]) -> dict[str, list[str]]:
    """Return the sentences about every field at fault, by its dotted name."""
    errors: dict[str, list[str]] = {}
    for problem in problems:
        name = ".".join(token.replace("~1", "/").replace("~0", "~") for token in problem.pointer.split("/")[1:])
        text = sentence(name, problem) if name else "The request body must be an object."
        told = errors.setdefault(name or "body", [])
        if text not in told:
            told.append(text)
    return errors


def sentence(name: str, problem: Problem) -> str:
    """Return the sentence about one broken promise."""
    words = spoken(name)
    if problem.rule in ("required", "minLength") or problem.got is None:
        return f"The {words} field is required."
    if problem.rule in ("enum", "const"):
        return f"The selected {words} is invalid."
    if problem.rule == "type":
        kind = _kind(problem.expected)
        if kind == "boolean":
            return f"The {words} field must be true or false."
        return f"The {words} {_TYPES.get(kind, 'format is invalid')}."
    if problem.rule == "format":
        return f"The {words} {_FORMATS.get(str(problem.expected), 'format is invalid')}."
    if problem.rule in _BOUNDS:
        return f"The {words} {_BOUNDS[problem.rule].format(problem.expected)}."
    return f"The {words} format is invalid."


def spoken(name: str) -> str:
    """Return a field's name as the sentences say it: `deviceId` is `device id`."""
    return name if "." in name else _HUMPS.sub(" ", name).replace("_", " ").lower()


def _kind(expected: Any) -> str:
    kinds = expected if isinstance(expected, list) else [expected]
    named = [str(kind) for kind in kinds if kind != "null"]
    return named[0] if named else ""
