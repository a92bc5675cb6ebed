"""Examples and samples: every documented one is valid, and one can be made for everything that has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from specs import PROVIDERS, Book, Media, open_book
from specs.example import NoSample, sample, sample_headers, sample_schema


def bodies(book: Book) -> Iterator[tuple[str, Media]]:
    """Yield every documented request and response body with a name for people."""
    for operation in (*book.operations.values(), *book.webhooks.values()):
        for media in operation.body.values():
            yield f"{operation.id} request", media
        for promise in operation.promises.values():
            for media in promise.content.values():
                yield f"{operation.id} {promise.status}", media


def _is_structured(media: Media) -> bool:
    return "json" in media.name or "form" in media.name


@pytest.mark.parametrize("provider", [*PROVIDERS, "control"])
def test_every_documented_example_is_valid(provider: str) -> None:
    book = open_book(provider)
    wrong = [
        f"{name} {label}: {problem.pointer}: {problem.text}"
        for name, media in bodies(book)
        if _is_structured(media)
        for label, value in media.examples.items()
        for problem in book.schemas.validator(media.schema).find_problems(value, "example")
    ]

    assert not wrong


@pytest.mark.parametrize("provider", [*PROVIDERS, "control"])
def test_a_valid_sample_can_be_made_of_every_documented_body(provider: str) -> None:
    book = open_book(provider)
    wrong = []
    for name, media in bodies(book):
        try:
            value = sample(book, media)
        except NoSample as error:
            wrong.append(f"{name}: {error}")
            continue
        if _is_structured(media) and not book.schemas.validator(media.schema).holds(value):
            wrong.append(f"{name}: {value!r}")

    assert not wrong


@pytest.mark.parametrize("provider", [*PROVIDERS, "control"])
def test_a_valid_sample_can_be_made_of_every_named_schema(provider: str) -> None:
    """What has an example of its own hides a schema that can have none; this looks at the schemas themselves."""
    book = open_book(provider)
    wrong = []
    for name, media in bodies(book):
        if _is_structured(media):
            try:
                sample_schema(book, media.schema)
            except NoSample as error:
                if not media.examples:
                    wrong.append(f"{name}: {error}")

    assert not wrong


@pytest.mark.parametrize("provider", [*PROVIDERS, "control"])
def test_promised_headers_have_valid_samples(provider: str) -> None:
    book = open_book(provider)

    for operation in book.operations.values():
        for promise in operation.promises.values():
            headers = sample_headers(book, promise)

            assert set(headers) == {name for name, (required, _) in promise.headers.items() if required}
            assert all(isinstance(value, str) for value in headers.values())


@pytest.mark.parametrize("provider", [*PROVIDERS, "control"])
def test_schema_examples_and_defaults_are_valid(provider: str) -> None:
    """`examples` and `default` inside named schemas fit their schema."""
    book = open_book(provider)
    wrong: list[str] = []

    def walk(schema: Any, pointer: str) -> None:
        if not isinstance(schema, dict):
            return
        values = [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]
        wrong.extend(f"{pointer}: {value!r}" for value in values if not book.schemas.validator(schema).holds(value))
        for keyword in ("properties", "patternProperties"):
            for name, inner in schema.get(keyword, {}).items():
                walk(inner, f"{pointer}/{name}")
        for keyword in ("items", "additionalProperties", "not", "if", "then", "else", "contains"):
            walk(schema.get(keyword), f"{pointer}/{keyword}")
        for keyword in ("allOf", "anyOf", "oneOf", "prefixItems"):
            for index, inner in enumerate(schema.get(keyword, [])):
                walk(inner, f"{pointer}/{keyword}/{index}")

    for name, schema in book.document["components"]["schemas"].items():
        walk(schema, name)
    for operation in book.operations.values():
        for parameter in operation.parameters:
            walk(parameter.schema, f"{operation.id} {parameter.name}")

    assert not wrong


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}(a|b)?x+$"},
        {"type": "string", "pattern": r"^\d+\.\w$"},
        {"type": "string", "minLength": 10, "maxLength": 12},
        {"type": "string", "format": "date-time"},
        {"type": "integer", "minimum": 5},
        {"type": "integer", "exclusiveMinimum": 5},
        {"type": ["null", "boolean"]},
        {"type": "array", "minItems": 2, "items": {"type": "integer"}},
        {"oneOf": [{"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}}, {"type": "null"}]},
        {"allOf": [{"required": ["a"]}, {"properties": {"a": {"enum": ["x"]}}}], "type": "object"},
        {"type": "object", "required": ["anything"]},
        {},
    ],
)
def test_samples_are_made_of_small_schemas(schema: dict[str, Any]) -> None:
    book = open_book("products")

    assert book.schemas.validator(schema).holds(sample_schema(book, schema))


def test_a_schema_that_nothing_fits_is_told() -> None:
    with pytest.raises(NoSample):
        sample_schema(open_book("products"), {"type": "string", "minLength": 3, "maxLength": 2})
