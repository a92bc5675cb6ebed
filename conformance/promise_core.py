"""openapi-core as the judge, with a memory: what it builds anew for every call is built once per document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from jsonschema_path import SchemaPath
from openapi_core import V31RequestValidator, V31ResponseValidator
from openapi_core.schema.parameters import get_style_and_explode
from openapi_core.validation.decorators import ValidationErrorWrapper
from openapi_core.validation.response.exceptions import (
    DataValidationError,
    HeaderValidationError,
    InvalidData,
    InvalidHeader,
    MissingData,
    MissingRequiredHeader,
)

from conformance.exchange import Breach
from conformance.promise_reading import read
from conformance.promise_schemas import Schemas
from specs import Operation

# Places of the document whose look-up is kept; no run has come near.
_MOST_PLACES = 100_000
# Judgements that are kept, and the longest body among them: at most forty megabytes of bodies.
_MOST_JUDGEMENTS, _LONGEST_KEPT = 2_000, 20_000

Opened = tuple[Callable[[bytes], Any], Callable[[Any], None] | None]


class Core:
    """One document as openapi-core reads it. Its finders, readers and validators do the work, in its own order."""

    def __init__(self, document: dict[str, Any]) -> None:
        # One server, "/": the operation is already known, so the address needs no matching.
        whole = {**document, "servers": [{"url": "/"}]}
        self._spec = SchemaPath.from_dict(whole, resolved_cache_maxsize=_MOST_PLACES)
        self._schemas = Schemas()
        self._answers: dict[tuple[str, int], _Answer] = {}
        self._same_answers: dict[int, _Answer] = {}
        self._same_headers: dict[tuple[str, int], _Header] = {}
        # A judgement hangs on nothing but what it is asked about and the document, which nobody changes.
        self._judged_body = lru_cache(_MOST_JUDGEMENTS)(_judge_body)
        self._judged_header = lru_cache(_MOST_JUDGEMENTS)(_judge_header)

    def find_breaches(self, operation: Operation, response: Any) -> Iterator[Breach]:
        """Yield how body and headers of an answer break the document, which must list its status."""
        answer = self._answer(operation, response.status_code)
        if answer.has_body:
            is_long = len(response.data or b"") > _LONGEST_KEPT
            judge = _judge_body if is_long else self._judged_body
            yield from judge(answer, response.content_type, response.data)
        for header in answer.headers:
            yield from self._judged_header(header, response.headers.get(header.name))

    def find_request_breaches(self, request: Any) -> Iterator[Breach]:
        """Yield how a request breaks the document."""
        for error in self._requests.iter_errors(request):
            yield from read(error)

    @cached_property
    def _requests(self) -> Any:
        return V31RequestValidator(self._spec, schema_validators_factory=self._schemas)

    @cached_property
    def _responses(self) -> Any:
        return V31ResponseValidator(self._spec, schema_validators_factory=self._schemas)

    def _answer(self, operation: Operation, status: int) -> _Answer:
        known = self._answers.get((operation.id, status))
        if known is None:
            place = self._spec / "paths" / operation.path / operation.method.lower() / "responses" / str(status)
            with place.resolve() as resolved:
                # Many operations refer to the same answer, such as a 404, and many answers to the same header.
                known = self._same_answers.get(id(resolved.contents)) or _Answer(self._responses, place, self._header)
                self._same_answers[id(resolved.contents)] = self._answers[operation.id, status] = known
        return known

    def _header(self, name: str, place: Any) -> _Header:
        with place.resolve() as resolved:
            key = (name, id(resolved.contents))
        if key not in self._same_headers:
            self._same_headers[key] = _Header(self._responses, name, place)
        return self._same_headers[key]


class _Answer:
    """One answer of the document, ready to hold others against."""

    def __init__(self, core: Any, place: Any, open_header: Callable[[str, Any], _Header]) -> None:
        self._core = core
        self._place = place
        self._open_header = open_header
        self._media: dict[str, Opened] = {}
        self.has_body = "content" in place

    @cached_property
    def headers(self) -> list[_Header]:
        named = (self._place / "headers").str_items() if "headers" in self._place else ()
        return [self._open_header(name, place) for name, place in named if name.lower() != "content-type"]

    @ValidationErrorWrapper(DataValidationError, InvalidData)
    def judge(self, content_type: str, data: bytes | None) -> None:
        if not data:
            raise MissingData
        if content_type not in self._media:
            self._media[content_type] = self._open(content_type)
        read_body, check = self._media[content_type]
        value = read_body(data)
        if check is not None:
            check(value)

    def _open(self, content_type: str) -> Opened:
        """Return what reads a body of a media type and what checks it, if it has a schema."""
        core = self._core
        name, parameters, media = core._find_media_type(self._place / "content", content_type)
        schema = media / "schema" if "schema" in media else None
        validator = None if schema is None else core.schema_validators_factory.create(core.spec, schema)
        reader = core.media_type_deserializers_factory.create(
            core.spec,
            name,
            schema=schema,
            schema_validator=validator,
            parameters=parameters,
            encoding=media / "encoding" if "encoding" in media else None,
        )
        return reader.deserialize, None if validator is None else validator.validate


class _Header:
    """One header of a documented answer."""

    def __init__(self, core: Any, name: str, place: Any) -> None:
        self.name = name
        schema = place / "schema"
        self._required = (place / "required").read_bool(default=False)
        self._default = (schema / "default").read_value() if "default" in schema else None
        self._reader = core.style_deserializers_factory.create(core.spec, schema, *get_style_and_explode(place), name)
        self._check = core.schema_validators_factory.create(core.spec, schema).validate

    @ValidationErrorWrapper(HeaderValidationError, InvalidHeader, name="name")
    def judge(self, name: str, text: str | None) -> None:
        if text is not None:
            self._check(self._reader.deserialize({name: text}))
        elif self._default is not None:
            self._check(self._default)
        elif self._required:
            raise MissingRequiredHeader(name)


def _judge_body(answer: _Answer, content_type: str, data: bytes | None) -> tuple[Breach, ...]:
    try:
        answer.judge(content_type, data)
    except DataValidationError as error:
        return tuple(read(error))
    return ()


def _judge_header(header: _Header, text: str | None) -> tuple[Breach, ...]:
    try:
        header.judge(header.name, text)
    except HeaderValidationError as error:
        return tuple(read(error))
    return ()
