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


def find_unknown(document: dict[str, Any]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield (pointer, keyword, known keywords) for every keyword that the grammar does not hold."""
    yield from _walk(document, "root", "#")


def _walk(node: Any, kind: str, pointer: str) -> Iterator[tuple[str, str, frozenset[str]]]:
    if not isinstance(node, dict):  # booleans are schemas too; a wrong shape is the meta-schema's to report
        return
    known = GRAMMAR[kind]
    for keyword, value in node.items():
        if keyword not in known:
            yield pointer, keyword, frozenset(known)
            continue
        below = known[keyword]
        here = f"{pointer}/{keyword}"
        if below.startswith("[") and isinstance(value, list):
            for index, item in enumerate(value):
                yield from _walk(item, below[1:-1], f"{here}/{index}")
        elif below.startswith("{") and isinstance(value, dict):
            for name, item in value.items():
                yield from _walk(item, below[1:-1], f"{here}/{name.replace('~', '~0').replace('/', '~1')}")
        elif below and below[0] not in "[{":
            yield from _walk(value, below, here)
