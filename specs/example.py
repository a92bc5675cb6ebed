"""Makes a valid value for a schema: a documented example where there is one, a small sample otherwise."""

from __future__ import annotations

from typing import Any

from specs.book import Book
from specs.load import resolve
from specs.operation import Media, Promise

_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "uuid": "3f2c8a54-7d1b-4e0f-9c55-6a1b2c3d4e5f",
    "email": "someone@example.com",
    "uri": "https://example.com/a",
    "uri-reference": "/a",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "duration": "PT3M38S",
    "hostname": "example.com",
}


class NoSample(Exception):
    """No valid value could be made: the schema needs an example (`examples`) of its own."""


def sample(book: Book, media: Media) -> Any:
    """Return a valid value of a media type, its first example first."""
    if media.examples:
        return next(iter(media.examples.values()))
    if "json" not in media.name and "form" not in media.name:
        return b""
    return sample_schema(book, media.schema)


def sample_schema(book: Book, schema: dict[str, Any]) -> Any:
    """Return a value that the schema's own validator accepts; `NoSample` where none was found."""
    value = _make(book.document, schema, 0)
    if not book.schemas.validator(schema).holds(value):
        problems = book.schemas.validator(schema).find_problems(value, "sample")
        raise NoSample(f"{problems[0].pointer}: {problems[0].text}" if problems else "no valid value")
    return value


def sample_headers(book: Book, promise: Promise) -> dict[str, str]:
    """Return a value for every header that is always sent."""
    return {
        name: str(_make(book.document, schema, 0)) for name, (required, schema) in promise.headers.items() if required
    }


def _make(document: dict[str, Any], schema: Any, depth: int) -> Any:
    if not isinstance(schema, dict) or depth > 20:
        return None
    if "$ref" in schema:
        schema = {**resolve(document, schema["$ref"]), **{k: v for k, v in schema.items() if k != "$ref"}}
        return _make(document, schema, depth + 1)
    for keyword in ("const", "default"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    if "allOf" in schema:
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            merged = _merge(document, merged, part)
        return _make(document, merged, depth + 1)
    for keyword in ("oneOf", "anyOf"):
        if schema.get(keyword):
            rest = {key: value for key, value in schema.items() if key != keyword}
            return _make(document, _merge(document, rest, schema[keyword][0]), depth + 1)
    return _by_type(document, schema, depth)


def _merge(document: dict[str, Any], left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in right:
        right = resolve(document, right["$ref"])
    merged = {**left, **right}
    merged["properties"] = {**left.get("properties", {}), **right.get("properties", {})}
    merged["required"] = [*left.get("required", []), *right.get("required", [])]
    return {key: value for key, value in merged.items() if key not in ("properties", "required") or value}


def _by_type(document: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = "null" if "null" in kind and depth > 6 else next((one for one in kind if one != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema or "required" in schema else "string"
    if kind == "object":
        wanted = schema.get("required", [])
        properties = schema.get("properties", {})
        return {name: _make(document, properties.get(name, {"type": "string"}), depth + 1) for name in wanted}
    if kind == "array":
        item = schema.get("items", {})
        return [_make(document, item, depth + 1) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        return low + 1 if "exclusiveMinimum" in schema and "minimum" not in schema else low
    if kind == "boolean":
        return False
    return None if kind == "null" else _text(schema)


def _text(schema: dict[str, Any]) -> str:
    known = _FORMATS.get(schema.get("format", ""))
    if known:
        return known
    pattern = schema.get("pattern")
    if pattern:
        return _from_pattern(pattern)
    return "text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 4)]


def _from_pattern(pattern: str) -> str:
    """Return a text for the simple patterns that specs use: classes, escapes, repetitions, groups, alternatives."""
    import re._constants as ops  # type: ignore[import-not-found]
    import re._parser as parser  # type: ignore[import-not-found]

    def build(tokens: Any) -> str:
        made = ""
        for kind, value in tokens:
            if kind is ops.LITERAL:
                made += chr(value)
            elif kind is ops.IN:
                made += member(value)
            elif kind is ops.ANY:
                made += "a"
            elif kind in (ops.MAX_REPEAT, ops.MIN_REPEAT):
                made += build(value[2]) * max(value[0], 1 if value[0] == 0 and value[1] else value[0])
            elif kind is ops.SUBPATTERN:
                made += build(value[3])
            elif kind is ops.BRANCH:
                made += build(value[1][0])
        return made

    def member(choices: Any) -> str:
        for kind, value in choices:
            if kind is ops.LITERAL:
                return chr(value)
            if kind is ops.RANGE:
                return chr(value[0])
            if kind is ops.CATEGORY:
                return {ops.CATEGORY_DIGIT: "1", ops.CATEGORY_SPACE: " "}.get(value, "a")
        return "a"

    return build(parser.parse(pattern))
