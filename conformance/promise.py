"""Judges answers against the OpenAPI document with openapi-core, an opinion independent of any server's own."""

from __future__ import annotations

import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from conformance.exchange import Breach, Exchange
from specs import Operation

if TYPE_CHECKING:
    from conformance.promise_core import Core

# A request that is larger carries a file, whose reading would take longer than it tells.
_MOST_JUDGED = 1_000_000


class Promises:
    """The document as openapi-core reads it; loaded at first use, because that takes a second."""

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
        return [*breaches, *self._core.find_breaches(operation, Response(exchange))]

    def find_request_faults(self, exchange: Exchange) -> list[str]:
        """Return how the request itself departs from the document; empty where the suite sent what it allows."""
        operation = self._operations.get(exchange.operation or "")
        if operation is None or len(exchange.sent_body) > _MOST_JUDGED:
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [breach.text for breach in self._core.find_request_breaches(Request(exchange, operation))]

    @cached_property
    def _core(self) -> Core:
        from conformance.promise_core import Core

        return Core(self._document)


class Request:
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


class Response:
    """A recorded answer in openapi-core's protocol."""

    def __init__(self, exchange: Exchange) -> None:
        from werkzeug.datastructures import Headers

        self.status_code = exchange.status
        self.headers = Headers(list(exchange.headers.items()))
        self.content_type = (exchange.header("Content-Type") or "").lower()
        self.data = exchange.body or None
