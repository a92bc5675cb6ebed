"""A second opinion: our validators and independent ones agree on valid and on spoilt messages."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from mockserver.fakes import Chance
from specs import PROVIDERS, Book, Media, Operation, open_book
from specs.example import NoSample, sample_headers, sample_schema

# How many bodies of a provider are looked at, and how many spoilt copies of each.
BODIES, COPIES = 120, 6
ANSWERS = 40
# Formats that the others do not look into.
LAX = {"email", "uri", "uri-reference", "duration"}


def bodies(book: Book) -> list[Media]:
    """Return JSON bodies of a provider, requests and answers, drawn the same way every time."""
    found: list[Media] = []
    for operation in (*book.operations.values(), *book.webhooks.values()):
        found += operation.body.values()
        found += [media for promise in operation.promises.values() for media in promise.content.values()]
    return Chance(1, "bodies", book.provider).shuffle(
        [media for media in found if "json" in media.name and media.schema]
    )


def values(book: Book, media: Media) -> list[Any]:
    made = list(media.examples.values())
    try:
        made.append(sample_schema(book, media.schema))
    except NoSample:
        assert made
    return made


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value inside a value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def spoil(value: Any, chance: Chance) -> Any:
    """Return a copy with one thing changed: dropped, of another kind, too much, doubled, emptied."""
    path = chance.pick(list(places(value)))
    whole = [copy.deepcopy(value)]
    holder: Any = whole
    for key in (0, *path[:-1]) if path else ():
        holder = holder[key]
    key = path[-1] if path else 0
    match chance.number(0, 5):
        case 0:
            holder[key] = chance.pick([None, True, 3, -1, 2.5, "", "text", [], {}, "9" * 50])
        case 1 if isinstance(holder, dict):
            del holder[key]
        case 2 if isinstance(holder[key], dict):
            holder[key]["surprise"] = 1
        case 3 if isinstance(holder[key], list):
            holder[key] += holder[key][:1] or [None]
        case 4 if isinstance(holder[key], str):
            holder[key] += "_x"
        case _:
            holder[key] = chance.pick(["2026-02-30", "2026-02-28", 0, 10**12, [None], {"a": 1}])
    return whole[0]


def cases(book: Book) -> Iterator[tuple[Media, Any]]:
    for index, media in enumerate(bodies(book)[:BODIES]):
        for number, value in enumerate(values(book, media)):
            yield media, value
            for copy_number in range(COPIES):
                yield media, spoil(value, Chance(1, "spoil", book.provider, index, number, copy_number))


class SecondOpinion:
    """jsonschema's pure Python validators over the same document."""

    def __init__(self, book: Book) -> None:
        self._registry = Registry().with_resource("doc:", DRAFT202012.create_resource(book.document))  # type: ignore[var-annotated]
        self._formats = jsonschema.Draft202012Validator.FORMAT_CHECKER

    def holds(self, schema: dict[str, Any], value: Any) -> bool:
        absolute = _absolute(schema)
        validator = jsonschema.Draft202012Validator(absolute, registry=self._registry, format_checker=self._formats)
        return bool(validator.is_valid(value))


def _absolute(node: Any) -> Any:
    if isinstance(node, list):
        return [_absolute(item) for item in node]
    if not isinstance(node, dict):
        return node
    moved = {key: _absolute(value) for key, value in node.items()}
    if isinstance(moved.get("$ref"), str):
        moved["$ref"] = "doc:" + moved["$ref"]
    return moved


def is_lax(book: Book, schema: dict[str, Any], value: Any) -> bool:
    """Say whether only formats are to blame that the others take for mere notes."""
    problems = book.schemas.validator(schema).find_problems(value, "body")
    return all(problem.rule == "format" and problem.expected in LAX for problem in problems)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_jsonschema_agrees(provider: str) -> None:
    book = open_book(provider)
    other = SecondOpinion(book)
    said: dict[bool, int] = {True: 0, False: 0}
    differing = []
    for media, value in cases(book):
        ours = book.schemas.validator(media.schema).holds(value)
        said[ours] += 1
        if ours != other.holds(media.schema, value) and not (not ours and is_lax(book, media.schema, value)):
            differing.append((ours, media.schema, value))

    assert not differing
    assert min(said.values()) >= 50, "the sample holds both kinds"


def answers(book: Book) -> Iterator[tuple[Operation, int, Media, Any]]:
    """Yield documented answers, as they are and spoilt once each."""
    chance = Chance(1, "answers", book.provider)
    known = [
        (operation, status, media)
        for operation in book.operations.values()
        for status, promise in operation.promises.items()
        for media in promise.content.values()
        if "json" in media.name and media.schema
    ]
    for operation, status, media in chance.shuffle(known)[:ANSWERS]:
        value = values(book, media)[0]
        yield operation, status, media, value
        yield operation, status, media, spoil(value, chance)


def holds_for_openapi_core(
    api: OpenAPI, book: Book, operation: Operation, status: int, media: Media, value: Any
) -> bool:
    path = operation.path
    for parameter in operation.in_place("path"):
        path = path.replace(f"{{{parameter.name}}}", "1")
    request = MockRequest("http://localhost", operation.method.lower(), path)
    headers = sample_headers(book, operation.promises[status])
    response = MockResponse(json.dumps(value).encode(), status, headers=headers, content_type=media.name)
    try:
        api.validate_response(request, response)
    except OpenAPIError as error:
        if "header" in type(error).__name__.lower():
            pytest.fail(f"the test's own header is refused: {error}")
        return False
    return True


@pytest.mark.parametrize("provider", PROVIDERS)
def test_openapi_core_agrees_on_answers(provider: str) -> None:
    book = open_book(provider)
    document = {**book.document, "servers": [{"url": "http://localhost"}]}
    api = OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))
    said: dict[bool, int] = {True: 0, False: 0}
    differing = []
    for operation, status, media, value in answers(book):
        ours = book.schemas.validator(media.schema).holds(value)
        said[ours] += 1
        if ours != holds_for_openapi_core(api, book, operation, status, media, value):
            if not ours and is_lax(book, media.schema, value):
                continue
            differing.append((ours, operation.id, status, value))

    assert not differing
    assert min(said.values()) >= 10, "the sample holds both kinds"
