"""One operation of a promise: what it takes, what it may answer, who may call it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from specs.load import resolve

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path, query or header parameter. `kind` is the JSON type that its text is read as."""

    name: str
    place: str
    required: bool
    schema: dict[str, Any]
    kind: str
    item_kind: str
    style: str
    explode: bool
    default: Any


@dataclass(frozen=True, slots=True)
class Media:
    """One media type of a body: its schema and named examples.

    `fields` are the schemas of its members, references followed, for reading forms; `json_fields` carry JSON.
    """

    name: str
    schema: dict[str, Any]
    examples: dict[str, Any]
    fields: dict[str, dict[str, Any]]
    json_fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Promise:
    """One documented answer: its media types and headers (name -> (required, schema))."""

    status: int
    content: dict[str, Media]
    headers: dict[str, tuple[bool, dict[str, Any]]]


@dataclass(frozen=True)
class Operation:
    """One operation. `security` lists alternatives, each a mapping of scheme to scopes; an empty one means no need.

    What it takes and answers is read from the document at first use: a start looks at few of some hundred operations.
    """

    id: str
    method: str
    path: str
    tag: str
    summary: str
    security: tuple[dict[str, tuple[str, ...]], ...]
    basis: str
    source: str
    rate_limit: str | None
    idempotent: bool
    max_bytes: int | None
    extensions: dict[str, Any] = field(default_factory=dict)
    _document: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _shared: list[Any] = field(default_factory=list, repr=False, compare=False)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameters of path, query and headers, the path item's first."""
        entries = [*self._shared, *self._raw.get("parameters", [])]
        return tuple(_parameter(self._document, _follow(self._document, entry)) for entry in entries)

    @cached_property
    def body(self) -> dict[str, Media]:
        """Return the accepted bodies by media type."""
        return _content(self._document, _follow(self._document, self._raw.get("requestBody", {})))

    @cached_property
    def body_required(self) -> bool:
        """Say whether a body must be sent."""
        return bool(_follow(self._document, self._raw.get("requestBody", {})).get("required", False))

    @cached_property
    def promises(self) -> dict[int, Promise]:
        """Return the documented answers by status."""
        return {
            int(status): _promise(self._document, int(status), _follow(self._document, entry))
            for status, entry in self._raw.get("responses", {}).items()
        }

    def in_place(self, place: str) -> tuple[Parameter, ...]:
        """Return the parameters of one place: path, query or header."""
        return tuple(parameter for parameter in self.parameters if parameter.place == place)

    @property
    def is_open(self) -> bool:
        """Say whether the operation can be called without credentials."""
        return not self.security or {} in self.security

    @property
    def scopes(self) -> frozenset[str]:
        """Return every scope that some alternative asks for."""
        return frozenset(scope for choice in self.security for scopes in choice.values() for scope in scopes)

    def success_status(self) -> int:
        """Return the documented success status (the lowest below 400)."""
        return min((status for status in self.promises if status < 400), default=200)


def find_operations(document: dict[str, Any], section: str = "paths") -> Iterator[Operation]:
    """Yield the operations of `paths` or `webhooks` in document order."""
    for path, item in document.get(section, {}).items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                yield _operation(document, path, method, item[method], shared)


def _operation(document: dict[str, Any], path: str, method: str, raw: dict[str, Any], shared: list[Any]) -> Operation:
    security = raw.get("security", document.get("security", []))
    return Operation(
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        tag=(raw.get("tags") or [""])[0],
        summary=raw.get("summary", ""),
        security=tuple({name: tuple(scopes) for name, scopes in choice.items()} for choice in security),
        basis=raw.get("x-basis", ""),
        source=raw.get("x-source", ""),
        rate_limit=raw.get("x-rate-limit"),
        idempotent=bool(raw.get("x-idempotent", False)),
        max_bytes=raw.get("x-max-bytes"),
        extensions={key: value for key, value in raw.items() if key.startswith("x-")},
        _document=document,
        _raw=raw,
        _shared=shared,
    )


def _follow(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = resolve(document, node["$ref"])
    return node


def _parameter(document: dict[str, Any], raw: dict[str, Any]) -> Parameter:
    schema = raw.get("schema", {})
    plain = _follow(document, schema)
    style = raw.get("style", "form" if raw["in"] == "query" else "simple")
    return Parameter(
        name=raw["name"],
        place=raw["in"],
        required=bool(raw.get("required", False)),
        schema=schema,
        kind=json_kind(plain),
        item_kind=json_kind(_follow(document, plain.get("items", {}))),
        style=style,
        explode=bool(raw.get("explode", style == "form")),
        default=plain.get("default"),
    )


def json_kind(schema: dict[str, Any]) -> str:
    """Return the one JSON type that a schema's text form is read as; `string` where it leaves several open."""
    kinds = schema.get("type", "string")
    if isinstance(kinds, str):
        return kinds
    named = [kind for kind in kinds if kind != "null"]
    return named[0] if len(named) == 1 else "string"


def _promise(document: dict[str, Any], status: int, raw: dict[str, Any]) -> Promise:
    headers = {name: _follow(document, header) for name, header in raw.get("headers", {}).items()}
    return Promise(
        status=status,
        content=_content(document, raw),
        headers={name: (bool(h.get("required", False)), h.get("schema", {})) for name, h in headers.items()},
    )


def _content(document: dict[str, Any], raw: dict[str, Any]) -> dict[str, Media]:
    return {name: _media(document, name, media) for name, media in raw.get("content", {}).items()}


def _media(document: dict[str, Any], name: str, raw: dict[str, Any]) -> Media:
    examples = {label: _follow(document, entry).get("value") for label, entry in raw.get("examples", {}).items()}
    if "example" in raw:
        examples.setdefault("example", raw["example"])
    encoding = raw.get("encoding", {})
    json_fields = {label for label, rule in encoding.items() if "json" in rule.get("contentType", "")}
    schema = raw.get("schema", {})
    fields = _fields(document, schema) if "form" in name else {}
    return Media(name, schema, examples, fields, frozenset(json_fields))


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    plain = _follow(document, schema)
    found: dict[str, dict[str, Any]] = {}
    for part in plain.get("allOf", []):
        found |= _fields(document, part)
    for name, entry in plain.get("properties", {}).items():
        entry = _follow(document, entry)
        if isinstance(entry.get("items"), dict):
            entry = {**entry, "items": _follow(document, entry["items"])}
        found[name] = entry
    return found
