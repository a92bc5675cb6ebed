"""Judges answers against the OpenAPI document with openapi-core, an opinion independent of any server's own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.exchange import Breach, Exchange
from conformance.pointer import join
from specs import Operation

_JSON_TYPES = (dict, list, str, int, float, bool, type(None))

# A request that is larger carries a file, whose reading would take longer than it tells.
_MOST_JUDGED = 1_000_000


class Promises:
    """The document as openapi-core reads it; loaded at first use, because that takes seconds."""

    def __init__(self, document: dict[str, Any], operations: dict[str, Operation]) -> None:
        self._document = document
        self._operations = operations

    def find_breaches(self, exchange: Exchange) -> list[Breach]:
        """Return how an answer breaks the document: status, media type, headers, body."""
        operation = self._operations.get(exchange.operation or "")
        if operation is None:
            return []
        promise = operation.promises.get(exchange.status)
        if promise is None:
            known = ", ".join(str(status) for status in operation.promises)
            return [Breach("status", f"{operation.id} answers {exchange.status}; the document lists {known}")]
        breaches: list[Breach] = []
        if not promise.content and exchange.body:
            breaches.append(Breach("body", f"{exchange.status} has no body in the document, here it has one"))
        for error in self._core.iter_errors(_Request(exchange, operation), _Response(exchange)):
            breaches.extend(_read(error))
        return breaches

    def find_request_faults(self, exchange: Exchange) -> list[str]:
        """Return how the request itself departs from the document; empty where the suite sent what it allows."""
        operation = self._operations.get(exchange.operation or "")
        if operation is None or len(exchange.sent_body) > _MOST_JUDGED:
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            errors = list(self._core_requests.iter_errors(_Request(exchange, operation)))
        return [breach.text for error in errors for breach in _read(error)]

    @cached_property
    def _path(self) -> Any:
        from jsonschema_path import SchemaPath

        # One server, "/": the operation is already known, so the address needs no matching.
        return SchemaPath.from_dict({**self._document, "servers": [{"url": "/"}]})

    @cached_property
    def _core(self) -> Any:
        from openapi_core import V31ResponseValidator

        return V31ResponseValidator(self._path)

    @cached_property
    def _core_requests(self) -> Any:
        from openapi_core import V31RequestValidator

        return V31RequestValidator(self._path)


class _Request:
    """A recorded request in openapi-core's protocol; `path_pattern` spares it the search for the operation."""

    def __init__(self, exchange: Exchange, operation: Operation) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        parts = urlsplit(exchange.url)
        self.host_url = f"{parts.scheme}://{parts.netloc}"
        self.path = parts.path
        self.path_pattern = operation.path
        self.full_url_pattern = self.host_url + operation.path
        self.method = exchange.method.lower()
        media_type, semicolon, parameters = exchange.sent_headers.get("Content-Type", "").partition(";")
        self.content_type = media_type.lower() + semicolon + parameters  # a boundary keeps its capitals
        self.body = exchange.sent_body or None
        query = ImmutableMultiDict(parse_qsl(parts.query, keep_blank_values=True))
        self.parameters = RequestParameters(
            query=query, header=Headers(exchange.sent_headers), path=_path_values(parts.path, operation.path)
        )


def _path_values(path: str, pattern: str) -> dict[str, str]:
    from urllib.parse import unquote

    # The base URL may stand before the operation's own path: compare from the end.
    names, values = pattern.split("/"), path.split("/")
    pairs = zip(reversed(names), reversed(values), strict=False)
    found = ((name[1:].partition("}"), unquote(value)) for name, value in pairs if name.startswith("{"))
    # A parameter may have a fixed ending, as in `{slug}.xml`.
    return {name: value.removesuffix(ending) for (name, _, ending), value in found}


class _Response:
    def __init__(self, exchange: Exchange) -> None:
        from werkzeug.datastructures import Headers

        self.status_code = exchange.status
        self.headers = Headers(list(exchange.headers.items()))
        self.content_type = (exchange.header("Content-Type") or "").lower()
        self.data = exchange.body or None


def _read(error: Any) -> Iterator[Breach]:
    """Translate one of openapi-core's exceptions, whose cause chain holds the useful part."""
    cause: Any = error
    while cause is not None:
        schema_errors = getattr(cause, "schema_errors", None)
        if schema_errors is not None:
            name = getattr(error, "name", "")
            for schema_error in schema_errors:
                if not isinstance(schema_error.instance, _JSON_TYPES):
                    continue  # a file's bytes or a tree of XML under `type: string`: JSON Schema has no word for them
                yield from _flat(schema_error, "header" if name else "schema", name)
            return
        kind = type(cause).__name__
        if kind == "MediaTypeNotFound":
            yield Breach("media type", f"Content-Type is {cause.mimetype!r}; listed are {cause.availableMimetypes}")
            return
        if kind in ("MissingData", "MediaTypeDeserializeError"):
            yield Breach("body", "the body is empty" if kind == "MissingData" else f"the body cannot be read: {cause}")
            return
        if kind == "MissingRequiredHeader":
            yield Breach("header", f"header {cause.name} is missing", keyword=cause.name)
            return
        cause = cause.__cause__ or cause.__context__
    yield Breach("schema", str(error.__cause__ or error))


def _flat(error: Any, kind: str, header: str) -> Iterator[Breach]:
    """Yield the error, or of a union that no branch fits those of the branch that fits best."""
    if not error.context or error.validator not in ("anyOf", "oneOf"):
        yield _breach(error, kind, header, tuple(error.absolute_path))
        return
    branches: dict[Any, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.relative_schema_path[0], []).append(inner)
    # A value of another type altogether fits a branch least; then few errors fit better than many.
    best = min(branches.values(), key=lambda errors: (any(e.validator == "type" for e in errors), len(errors)))
    for inner in best:
        yield from _flat(inner, kind, header)


def _breach(error: Any, kind: str, header: str, path: tuple[Any, ...]) -> Breach:
    message = str(error.message)
    text = message if len(message) <= 300 else message[:300] + "…"
    return Breach(kind, text, join(*path), header or str(error.validator))
