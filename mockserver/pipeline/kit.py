"""What the recipe needs to know of one operation, put together at its first call and kept."""

from __future__ import annotations

import hashlib

import orjson

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.message import Request
from mockserver.pipeline.decode import decode
from mockserver.pipeline.parameters import ParameterReader
from mockserver.provider import OperationFunction, Provider
from specs import Operation


class Kit:
    """One operation with its function and its readers."""

    __slots__ = (
        "_headers", "_max_body", "_path", "_query", "_reads_query", "_refuses_unknown", "_schemas", "flat", "function",
        "operation",
    )  # fmt: skip

    def __init__(self, flat: Provider, operation: Operation, max_body: int) -> None:
        schemas = flat.book.schemas
        self.flat = flat
        self.operation = operation
        self.function: OperationFunction = flat.operations[operation.id]
        self._schemas = schemas
        self._max_body = max_body
        self._path = ParameterReader(operation, "path", schemas)
        self._query = ParameterReader(operation, "query", schemas)
        self._headers = ParameterReader(operation, "header", schemas)
        # Where an unknown query has a status, an operation that does not promise it has no answer to any bad query.
        status = flat.unknown_query_status
        self._refuses_unknown = status in operation.promises
        self._reads_query = bool(self._query.parameters) or not status or self._refuses_unknown

    def read_path(self, call: Call, texts: dict[str, str]) -> None:
        """Read the path's values; one that cannot name anything is `not_found`."""
        if not texts:
            return
        call.path, problems = self._path.read_path(texts)
        if problems:
            raise Failure("not_found", f"{problems[0].got!r} names nothing here.", problems=problems, what="path")

    def understand(self, call: Call) -> None:
        """Decode the body, read query and headers, validate all three; `invalid` carries every problem found."""
        request = call.request
        problems = []
        if self.operation.body:
            decoded, media = decode(request, self.operation, self._max_body)
            call.body, call.files = decoded.value, decoded.files
            problems += decoded.problems
            if media is not None and media.schema and not isinstance(decoded.value, bytes):
                validator = self._schemas.validator(media.schema)
                if not validator.holds(decoded.value):
                    spoken_for = {problem.pointer for problem in problems}
                    found = validator.find_problems(decoded.value, "body")
                    problems += [problem for problem in found if problem.pointer not in spoken_for]
        if self._reads_query and (request.query or self._query.parameters):
            call.query, wrong = self._query.read_query(request.query, self._refuses_unknown)
            problems += wrong
        if self._headers.parameters:
            call.headers, wrong = self._headers.read_headers(request)
            problems += wrong
        if problems:
            raise Failure("invalid", problems[0].text, problems=problems)


def content_of(call: Call) -> bytes:
    """Return bytes that tell one body from another: those sent, or what a form that was read in pieces holds.

    The boundary of a form is another one at each attempt, so the same form sent again is told by its parts.
    """
    if call.request.body.seen is not None:
        return call.request.body.seen
    seen = hashlib.sha256(orjson.dumps(call.body, option=orjson.OPT_SORT_KEYS))
    for name, uploads in sorted(call.files.items()):
        for upload in uploads:
            seen.update(f"\0{name}\0{upload.filename}\0{upload.media_type}\0{upload.size}\0".encode())
            for piece in upload.pieces():
                seen.update(piece)
    return seen.digest()


class Kits:
    """All kits of a server by provider and operation."""

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._kits: dict[tuple[str, str], Kit] = {}

    def recognise(self, flat: Provider, request: Request) -> tuple[Kit, dict[str, str]]:
        """Return the operation's kit and the path's texts; `route_unknown` or `method_unknown` otherwise."""
        match = flat.book.routes.match(request.path)
        if match is None:
            raise Failure("route_unknown", f"{flat.name} has no path {request.path}.", path=request.path)
        operation = match.methods.get(request.method)
        if operation is None and request.method == "HEAD":
            operation = match.methods.get("GET")
        if operation is None:
            allowed = sorted(match.methods)
            text = f"{request.method} is not possible on {request.path}; possible: {', '.join(allowed)}."
            allow = ", ".join(allowed + (["HEAD"] if "GET" in allowed else []))
            raise Failure("method_unknown", text, allowed=allowed, headers={"Allow": allow}, path=request.path)
        key = (flat.name, operation.id)
        kit = self._kits.get(key)
        if kit is None:
            kit = self._kits[key] = Kit(flat, operation, self._max_body)
        return kit, match.values
