"""The keywords that this house understands, object by object; a document with any other is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# A value says what stands below a keyword: "" anything, "kind" one object, "[kind]" a list, "{kind}" a mapping of them.
_OWN = {"x-basis": "", "x-source": "", "x-rule": "", "x-not-asserted": ""}
_SCHEMA = {
    **dict.fromkeys(
        (
            "$ref type enum const format pattern minLength maxLength minimum maximum exclusiveMinimum exclusiveMaximum"
            " multipleOf minItems maxItems uniqueItems required minProperties maxProperties dependentRequired title"
            " description default examples deprecated readOnly writeOnly contentEncoding contentMediaType"
        ).split(),
        "",
    ),
    **_OWN,
    "items": "schema",
    "prefixItems": "[schema]",
    "contains": "schema",
    "properties": "{schema}",
    "additionalProperties": "schema",
    "patternProperties": "{schema}",
    "propertyNames": "schema",
    "allOf": "[schema]",
    "anyOf": "[schema]",
    "oneOf": "[schema]",
    "not": "schema",
    "if": "schema",
    "then": "schema",
    "else": "schema",
}
_OPERATION = {
    **dict.fromkeys(("operationId", "summary", "description", "tags", "security", "deprecated"), ""),
    **_OWN,
    **dict.fromkeys(("x-rate-limit", "x-idempotent", "x-max-bytes", "x-event", "x-scope"), ""),
    "parameters": "[parameter]",
    "requestBody": "body",
    "responses": "{response}",
}
GRAMMAR: dict[str, dict[str, str]] = {
    "root": {
        **dict.fromkeys(("openapi", "info", "servers", "tags", "security", "x-hosts", "externalDocs"), ""),
        "paths": "{path}",
        "webhooks": "{path}",
        "components": "components",
    },
    "components": {
        "schemas": "{schema}",
        "parameters": "{parameter}",
        "responses": "{response}",
        "headers": "{header}",
        "requestBodies": "{body}",
        "examples": "{example}",
        "securitySchemes": "{security}",
    },
    "path": {
        **dict.fromkeys(("summary", "description"), ""),
        **_OWN,
        **dict.fromkeys(("get", "put", "post", "delete", "patch", "head", "options"), "operation"),
        "parameters": "[parameter]",
    },
    "operation": _OPERATION,
    "parameter": {
        **dict.fromkeys("$ref name in description required deprecated style explode allowReserved example".split(), ""),
        **_OWN,
        "schema": "schema",
        "examples": "{example}",
    },
    "header": {**dict.fromkeys(("$ref", "description", "required", "example"), ""), **_OWN, "schema": "schema"},
    "body": {**dict.fromkeys(("$ref", "description", "required"), ""), **_OWN, "content": "{media}"},
    "response": {
        **dict.fromkeys(("$ref", "description"), ""),
        **_OWN,
        "headers": "{header}",
        "content": "{media}",
    },
    "media": {"schema": "schema", "example": "", "examples": "{example}", "encoding": "{encoding}"},
    "encoding": dict.fromkeys(("contentType", "style", "explode"), ""),
    "example": dict.fromkeys(("$ref", "summary", "description", "value"), ""),
    "security": dict.fromkeys("type description name in scheme bearerFormat flows openIdConnectUrl".split(), ""),
    "schema": _SCHEMA,
}


# What an object must hold to be of use; one that is a reference holds it elsewhere.
_NEEDED: dict[str, tuple[str, ...]] = {
    "root": ("openapi", "info"),
    "operation": ("operationId", "responses"),
    "parameter": ("name", "in", "schema"),
    "header": ("schema",),
    "body": ("content",),
    "response": ("description",),
    "security": ("type",),
}


def find_mistakes(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield (pointer, keyword, what is wrong) for unknown and missing keywords and for values of a wrong shape."""
    yield from _walk(document, "root", "#")


def find_schemas(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (pointer, schema) for every schema that stands in no other."""
    yield from _schemas(document, "root", "#")


def _walk(node: Any, kind: str, pointer: str) -> Iterator[tuple[str, str, str]]:
    if not isinstance(node, dict):
        if kind != "schema":  # booleans are schemas too, and what else is none the meta-schema tells
            yield pointer, "", f"expected a mapping, found {type(node).__name__}"
        return
    known = GRAMMAR[kind]
    for keyword in _NEEDED.get(kind, ()):
        if keyword not in node and "$ref" not in node:
            yield pointer, "", f"{keyword} is missing"
    for keyword, value in node.items():
        if keyword not in known:
            yield pointer, keyword, f"unknown keyword {keyword!r}; known here: {', '.join(sorted(known))}"
            continue
        wanted = {"[": list, "{": dict}.get(known[keyword][:1])
        if wanted is not None and not isinstance(value, wanted):
            yield pointer, keyword, f"{keyword} must be a {'list' if wanted is list else 'mapping'}"
            continue
        for item, below, place in _below(known[keyword], value, f"{pointer}/{keyword}"):
            yield from _walk(item, below, place)


def _schemas(node: Any, kind: str, pointer: str) -> Iterator[tuple[str, Any]]:
    if kind == "schema":
        yield pointer, node
        return
    for keyword, value in node.items() if isinstance(node, dict) else ():
        for item, below, place in _below(GRAMMAR[kind].get(keyword, ""), value, f"{pointer}/{keyword}"):
            yield from _schemas(item, below, place)


def _below(kind: str, value: Any, pointer: str) -> Iterator[tuple[Any, str, str]]:
    """Yield (object, kind, pointer) of what stands below a keyword."""
    if kind.startswith("["):
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield item, kind[1:-1], f"{pointer}/{index}"
    elif kind.startswith("{"):
        for name, item in value.items() if isinstance(value, dict) else ():
            yield item, kind[1:-1], f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
    elif kind:
        yield value, kind, pointer
