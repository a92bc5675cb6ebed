"""One broken keyword at a time, derived from a request schema: what the server must refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance import pointer
from conformance.contract import Contract
from specs.load import resolve


@dataclass(frozen=True)
class Spoiling:
    """A change that breaks one keyword at one place of an otherwise valid body; `remove` takes the member away."""

    place: str
    keyword: str
    value: Any = None
    remove: bool = False

    @property
    def label(self) -> str:
        """Return the change's name in item ids."""
        return f"{'.'.join(pointer.tokens(self.place))}-{self.keyword}"

    def spoil(self, body: Any) -> Any:
        """Return a copy of a valid body with this one fault."""
        return pointer.without(body, self.place) if self.remove else pointer.replaced(body, self.place, self.value)


def find_spoilings(contract: Contract, operation: str, media: str | None = None) -> list[Spoiling]:
    """Return every one-keyword fault of an operation's request body, in the schema's order."""
    body = contract.operations[operation].body
    schema = body[media or next(iter(body))].schema
    found: dict[tuple[str, str], Spoiling] = {}
    for spoiling in _spoilings(contract.document, schema, ""):
        found.setdefault((spoiling.place, spoiling.keyword), spoiling)
    return list(found.values())


def _spoilings(document: Any, schema: Any, place: str) -> Iterator[Spoiling]:
    flat = _flat(document, schema)
    for name in flat.get("required", []):
        yield Spoiling(place + pointer.join(name), "required", remove=True)
    if place:
        yield from _spoilt_values(flat, place)
    for name, inner in flat.get("properties", {}).items():
        if inner not in ({}, True) and "not" not in inner:
            yield from _spoilings(document, inner, place + pointer.join(name))
    if flat.get("additionalProperties") is False and not flat.get("patternProperties"):
        yield Spoiling(f"{place}/conformance-unknown", "additionalProperties", "unknown")


def _flat(document: Any, schema: Any) -> dict[str, Any]:
    """Return a schema with references followed and `allOf` laid together, as far as the keywords used here go."""
    if not isinstance(schema, dict):
        return {}
    if "$ref" in schema:
        return _flat(
            document, {**resolve(document, schema["$ref"]), **{k: v for k, v in schema.items() if k != "$ref"}}
        )
    built = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema.get("allOf", []):
        for key, value in _flat(document, part).items():
            if key == "required":
                built[key] = [*built.get(key, []), *value]
            elif key == "properties":
                known = built.setdefault(key, {})
                built[key] = {**known, **{name: _both(known.get(name), inner) for name, inner in value.items()}}
            else:
                built.setdefault(key, value)
    return built


def _both(first: Any, second: Any) -> Any:
    return second if first is None else {"allOf": [first, second]}


def _spoilt_values(schema: dict[str, Any], place: str) -> Iterator[Spoiling]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds:
        yield Spoiling(place, "type", _of_another_type(kinds))
    if "enum" in schema:
        yield Spoiling(place, "enum", "conformance-no-such-value")
    elif "const" in schema:
        yield Spoiling(place, "const", "conformance-no-such-value")
    yield from _spoilt_texts(schema, place)
    yield from _spoilt_numbers(schema, place)
    yield from _spoilt_lists(schema, place)


def _of_another_type(kinds: list[str]) -> Any:
    """Return a value that no lenient reader takes for one of these types."""
    if "object" not in kinds:
        return {"conformance": "an object"} if "string" in kinds else "conformance text"
    return "conformance text" if "string" not in kinds else [1]


def _spoilt_texts(schema: dict[str, Any], place: str) -> Iterator[Spoiling]:
    if schema.get("minLength", 0) > 0:
        yield Spoiling(place, "minLength", "")
    if "maxLength" in schema:
        yield Spoiling(place, "maxLength", "x" * (schema["maxLength"] + 1))
    if "pattern" in schema and "enum" not in schema:
        text = next((text for text in ("§", "", "x§x") if not re.search(schema["pattern"], text)), None)
        if text is not None:
            yield Spoiling(place, "pattern", text)
    formats = [
        schema.get("format"),
        *(part.get("format") for part in schema.get("anyOf", []) if isinstance(part, dict)),
    ]
    if {"date", "date-time"} & set(formats):
        yield Spoiling(place, "format", "2026-02-30")


def _spoilt_numbers(schema: dict[str, Any], place: str) -> Iterator[Spoiling]:
    for keyword, step in (("minimum", -1), ("exclusiveMinimum", 0), ("maximum", 1), ("exclusiveMaximum", 0)):
        if keyword in schema:
            yield Spoiling(place, keyword, schema[keyword] + step)


def _spoilt_lists(schema: dict[str, Any], place: str) -> Iterator[Spoiling]:
    if schema.get("minItems", 0) > 0:
        yield Spoiling(place, "minItems", [])
    if schema.get("maxItems", 0) and schema["maxItems"] <= 1000:
        yield Spoiling(place, "maxItems", ["conformance"] * (schema["maxItems"] + 1))
    items = schema.get("items")
    if isinstance(items, dict) and items:
        yield Spoiling(place, "items", [{"conformance": "an object"}] if "object" not in str(items) else [1])
