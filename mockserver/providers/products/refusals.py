"""Reads broken request schemas as laravel-json-api would have told them."""

from __future__ import annotations

from typing import Any

from specs import Problem

Error = dict[str, Any]
_KNOWN_TYPES = ("products", "companies", "labels", "product-types", "languages", "offers", "tracks", "rights")


def _error(status: int, title: str, detail: str, **source: str) -> Error:
    whole = {"detail": detail, "source": source, "status": str(status), "title": title}
    return {name: value for name, value in whole.items() if value}


def _non_compliant(detail: str, pointer: str) -> Error:
    return _error(400, "Non-Compliant JSON:API Document", detail, pointer=pointer)


def _unprocessable(detail: str, pointer: str) -> Error:
    return _error(422, "Unprocessable Entity", detail, pointer=pointer)


def explain_body(problems: list[Problem]) -> list[Error]:
    """Return one error for each failing place; what breaks JSON:API itself is told before any field is looked at."""
    found: dict[str, Error] = {}
    for problem in problems:
        for entry in _explain(problem):
            pointer = entry.get("source", {}).get("pointer", "")
            key = pointer + ("" if entry["status"] == "422" else entry["detail"])
            found.setdefault(key, entry)
    first = [entry for entry in found.values() if entry["status"] != "422"]
    return first or list(found.values())


def _explain(problem: Problem) -> list[Error]:
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in problem.pointer.split("/")[1:]]
    match tokens:
        case []:
            return [_error(400, "Invalid JSON", "Expecting JSON to decode to an object.")]
        case ["data"]:
            if problem.rule == "required":
                return [_non_compliant("The member data is required.", "/")]
            return [_non_compliant("The member data must be an object.", "/data")]
        case ["data", "type"]:
            return [_resource_type(problem)]
        case ["data", "id"]:
            return [_resource_id(problem)]
        case ["data", "attributes"]:
            return _whole(problem, "attributes")
        case ["data", "attributes", name, *rest]:
            return [_attribute(problem, name, rest)]
        case ["data", "relationships"]:
            return _whole(problem, "relationships")
        case ["data", "relationships", name, *rest]:
            return [_relationship(problem, name, rest)]
    return [_non_compliant(problem.text, problem.pointer)]


def _resource_type(problem: Problem) -> Error:
    if problem.rule == "required":
        return _non_compliant("The member type is required.", "/data")
    if not isinstance(problem.got, str):
        return _non_compliant("The member type must be a string.", "/data/type")
    text = f"Resource type {problem.got} is not supported by this endpoint."
    return _error(409, "Not Supported", text, pointer="/data/type")


def _resource_id(problem: Problem) -> Error:
    if problem.rule == "required":
        return _non_compliant("The member id is required.", "/data")
    if problem.rule == "type":
        return _non_compliant("The member id must be a string.", "/data/id")
    text = "Resource type products does not support client-generated IDs."
    return _error(403, "Not Supported", text, pointer="/data/id")


_REQUIRED = {
    "attributes": (
        "name", "upc-code", "copyright-line", "production-line", "production-year", "status", "artist",
    ),
    "relationships": ("label", "language"),
}  # fmt: skip


def _whole(problem: Problem, member: str) -> list[Error]:
    """A member `attributes` or `relationships` that is not there lacks every required field."""
    if problem.rule == "required":
        return [
            _unprocessable(f"The {name} field is required.", f"/data/{member}/{name}") for name in _REQUIRED[member]
        ]
    return [_non_compliant(f"The member {member} must be an object.", f"/data/{member}")]


_BY_TYPE = {
    "string": "must be a string",
    "array": "must be an array",
    "integer": "must be an integer",
    "boolean": "must be true or false",
}


def _attribute(problem: Problem, name: str, rest: list[str]) -> Error:
    if problem.rule == "additionalProperties":
        return _non_compliant(f"The field {name} is not a supported attribute.", "/data/attributes")
    field = ".".join([name, *rest])
    return _unprocessable(_attribute_text(problem, name, field), problem.pointer)


def _attribute_text(problem: Problem, name: str, field: str) -> str:
    is_nullable = "null" in problem.expected if isinstance(problem.expected, list) else False
    if problem.rule in ("required", "minItems", "minLength") or (problem.got is None and not is_nullable):
        return f"The {field} field is required."
    if name in ("release-date", "original-release-date"):
        return f"The {field} field must be a valid date."
    if name == "front-cover":
        return "The front-cover field must be an image."
    if problem.rule == "enum":
        return f"The selected {field} is invalid."
    if problem.rule == "type":
        kinds = [kind for kind in problem.expected if kind != "null"] if isinstance(problem.expected, list) else []
        if kinds and kinds[0] in _BY_TYPE:
            return f"The {field} field {_BY_TYPE[kinds[0]]}."
    return f"The {field} field format is invalid."


def _relationship(problem: Problem, name: str, rest: list[str]) -> Error:
    at = f"/data/relationships/{name}"
    if problem.rule == "additionalProperties":
        return _non_compliant(f"The field {name} is not a supported relationship.", "/data/relationships")
    match rest:
        case []:
            if problem.rule == "required":
                return _unprocessable(f"The {name} field is required.", at)
            return _non_compliant(f"The member {name} must be an object.", at)
        case ["data"]:
            if problem.rule == "required":
                return _non_compliant("The member data is required.", at)
            if problem.got is None:
                return _unprocessable(f"The {name} field is required.", at)
            return _non_compliant(f"The field {name} must be a to-one relation.", at)
        case ["data", "type"] if problem.rule == "const" and isinstance(problem.got, str):
            if problem.got in _KNOWN_TYPES:
                text = f"The {name} field must be a to-one relationship containing {problem.expected} resources."
                return _unprocessable(text, at)
            text = f"Resource type {problem.got} is not recognised."
            return _error(400, "Not Supported", text, pointer=f"{at}/data/type")
        case ["data", member]:
            if problem.rule == "required":
                return _non_compliant(f"The member {member} is required.", f"{at}/data")
            return _non_compliant(f"The member {member} must be a string.", f"{at}/data/{member}")
    return _non_compliant(problem.text, problem.pointer)


_QUERY_WORDS = {"filter": "Filter parameter", "page": "Page parameter"}


def explain_query(problems: list[Problem]) -> list[Error]:
    """Return one error for each failing parameter; unknown keys of a family are told together."""
    errors: list[Error] = []
    unknown: dict[str, list[str]] = {}
    for problem in problems:
        name = problem.pointer.split("/")[1].replace("~1", "/").replace("~0", "~")
        family, bracket, rest = name.partition("[")
        key = rest.rstrip("]")
        if problem.rule == "unknown" and family in _QUERY_WORDS and bracket:
            unknown.setdefault(family, []).append(key)
        else:
            errors.append(_query_error(problem, name, family, key))
    for family, keys in unknown.items():
        word = _QUERY_WORDS[family] + ("s" if len(keys) > 1 else "")
        text = f"{word} {', '.join(keys)} {'are' if len(keys) > 1 else 'is'} not allowed."
        errors.insert(0, _error(400, "Invalid Query Parameter", text, parameter=family))
    return [entry for index, entry in enumerate(errors) if entry not in errors[:index]]


def _query_error(problem: Problem, name: str, family: str, key: str) -> Error:
    parameter = family
    if problem.rule == "unknown" and family == "fields":
        text = f"Resource type {key} is not recognised."
    elif problem.rule == "unknown":
        parameter = name or "query"  # a field without a name
        text = f"Parameter {parameter} is not allowed."
    elif family == "sort":
        text = f"Sort parameter {str(problem.got).removeprefix('-')} is not allowed."
    elif family == "include":
        text = f"Include path {problem.got} is not allowed."
    elif family == "fields":
        text = f"Sparse field set {key}.{problem.got} is not allowed."
    else:
        parameter = f"{family}.{key}" if key else family
        text = f"The {parameter} {_value_text(problem)}."
        if problem.rule == "enum":
            text = f"The selected {parameter} is invalid."
    return _error(400, "Invalid Query Parameter", text, parameter=parameter)


def _value_text(problem: Problem) -> str:
    if problem.rule == "minimum":
        return f"must be at least {problem.expected}"
    if problem.rule == "maximum":
        return f"must not be greater than {problem.expected}"
    if problem.rule == "format":
        return "is not a valid date"
    kinds = problem.expected if isinstance(problem.expected, list) else [str(problem.expected)]
    return str(_BY_TYPE.get(str(kinds[0]), "format is invalid"))
