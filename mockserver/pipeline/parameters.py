"""Reads query, path and header texts as the typed values that the spec promises."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import parse_qsl

from mockserver.core.failure import Failure
from mockserver.core.message import Request
from specs import Operation, Parameter, Problem, Schemas, Validator
from specs.operation import json_kind

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_MOST_FIELDS = 1000


def coerce(text: str, kind: str) -> Any:
    """Return a text as its JSON type; a text that is none of that type stays text, for the validator to refuse."""
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        number = float(text)
        whole = _INTEGER.fullmatch(text)
        return int(text) if whole else number if math.isfinite(number) else text
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


class ParameterReader:
    """The parameters of one place of one operation, with one compiled validator for all of them."""

    def __init__(self, operation: Operation, place: str, schemas: Schemas) -> None:
        self.place = place
        self.parameters = operation.in_place(place)
        self.known = {parameter.name: parameter for parameter in self.parameters}
        self.defaults = {p.name: p.default for p in self.parameters if p.default is not None}
        self._validator: Validator | None = None
        self._schemas = schemas

    @property
    def validator(self) -> Validator:
        """Return the validator of the object that all values of this place form."""
        if self._validator is None:
            schema = {
                "type": "object",
                "properties": {parameter.name: parameter.schema for parameter in self.parameters},
                "required": [parameter.name for parameter in self.parameters if parameter.required],
            }
            self._validator = self._schemas.validator(schema)
        return self._validator

    def check(self, values: dict[str, Any]) -> list[Problem]:
        """Return what is wrong with the values of this place."""
        if not self.parameters or self.validator.holds(values):
            return []
        return self.validator.find_problems(values, self.place)

    def read_path(self, texts: dict[str, str]) -> tuple[dict[str, Any], list[Problem]]:
        """Return typed path values and what is wrong with them."""
        values = {name: coerce(text, self.known[name].kind) for name, text in texts.items() if name in self.known}
        return values, self.check(values)

    def read_headers(self, request: Request) -> tuple[dict[str, Any], list[Problem]]:
        """Return typed header values by their names in the spec."""
        values: dict[str, Any] = {}
        for parameter in self.parameters:
            text = request.headers.get(parameter.name.lower())
            if text is not None:
                values[parameter.name] = _one(parameter, [text])
        return values, self.check(values)

    def read_query(self, query: str, refuses_unknown: bool) -> tuple[dict[str, Any], list[Problem]]:
        """Return typed query values, defaults in place; unknown names are problems where the provider refuses them."""
        if not query:
            return dict(self.defaults), [] if not self._requires else self.check(self.defaults)
        texts = split_query(query)
        values: dict[str, Any] = dict(self.defaults)
        unknown: list[Problem] = []
        for name, found in texts.items():
            if name in self.known:
                values[name] = _one(self.known[name], found)
            elif not self._deep(name, found, values) and refuses_unknown:
                text = f"{name} is not known; known: {', '.join(self.known) or 'none'}"
                pointer = f"/{name.replace('~', '~0').replace('/', '~1')}"
                unknown.append(Problem("query", pointer, "unknown", list(self.known), found[0], text))
        return values, unknown + self.check(values)

    @property
    def _requires(self) -> bool:
        return any(parameter.required for parameter in self.parameters)

    def _deep(self, name: str, found: list[str], values: dict[str, Any]) -> bool:
        """Read `filter[x]=1` into the deepObject parameter `filter`, where there is one."""
        outer, bracket, rest = name.partition("[")
        parameter = self.known.get(outer)
        if not bracket or parameter is None or parameter.style != "deepObject" or not rest.endswith("]"):
            return False
        inner = rest[:-1]
        schema = parameter.schema.get("properties", {}).get(inner, {})
        holder = values.get(outer, {})
        if isinstance(holder, dict):  # a plain `filter=x` beside is the validator's to refuse
            values[outer] = {**holder, inner: coerce(found[-1], json_kind(schema))}
        return True


def _one(parameter: Parameter, found: list[str]) -> Any:
    if parameter.kind == "array":
        texts = found if parameter.explode else [part for text in found if text for part in text.split(",")]
        return [coerce(text, parameter.item_kind) for text in texts]
    return coerce(found[-1], parameter.kind)


def split_query(query: str, place: str = "query") -> dict[str, list[str]]:
    """Return the fields of a query string or form in order; `malformed` for bad UTF-8 or far too many fields."""
    what = "query" if place == "query" else "form"
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        raise Failure("malformed", f"The {what} is not valid UTF-8.", place=place, reason="encoding") from None
    except ValueError:
        text = f"The {what} has more than {_MOST_FIELDS} fields."
        raise Failure("malformed", text, place=place, reason="fields") from None
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields
