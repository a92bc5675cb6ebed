"""Translates openapi-core's exceptions into breaches of the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.exchange import Breach
from conformance.pointer import join

_JSON_TYPES = (dict, list, str, int, float, bool, type(None))


def read(error: Any) -> Iterator[Breach]:
    """Yield the breaches that one of openapi-core's exceptions tells of; its cause chain holds the useful part."""
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
            yield Breach("body", "the body is empty" if kind == "MissingData" else _unreadable(cause))
            return
        if kind == "MissingRequiredHeader":
            yield Breach("header", f"header {cause.name} is missing", keyword=cause.name)
            return
        cause = cause.__cause__ or cause.__context__
    yield Breach("schema", str(error.__cause__ or error))


def _unreadable(error: Any) -> str:
    try:
        return f"the body cannot be read: {error}"
    except UnicodeDecodeError:  # the exception prints the bytes, which may be no text at all
        return f"the body cannot be read as {error.mimetype}"


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
