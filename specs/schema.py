"""Compiled JSON Schema validators of one document, and problems told with pointer, rule, expected and got."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

_MOST_PROBLEMS = 100
_MOST_KEPT, _LONGEST_KEPT = 64, 65_536


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken promise: where (body, query, path, header, response), at which pointer, which keyword, and values.

    `told` is the description of the schema whose keyword broke, where it has one: fit to show for `oneOf`, `not` and
    the like, of which a validator can say little.
    """

    place: str
    pointer: str
    rule: str
    expected: Any
    got: Any
    text: str
    told: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the problem as a JSON object for journals and problem documents."""
        return {
            "in": self.place,
            "pointer": self.pointer,
            "rule": self.rule,
            "expected": self.expected,
            "got": _short(self.got),
            "detail": self.text,
        }


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > 200:
        return value[:200] + "…"
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False, default=str)
        return value if len(text) <= 400 else text[:400] + "…"
    return value


class Validator:
    """One compiled schema. `holds` is the fast question; `find_problems` explains."""

    __slots__ = ("_compiled", "_document", "_held", "_schema")

    def __init__(
        self, compiled: jsonschema_rs.Draft202012Validator, schema: dict[str, Any], document: dict[str, Any]
    ) -> None:
        self._compiled = compiled
        self._schema = schema
        self._document = document
        self._held: dict[bytes, None] = {}

    def holds(self, value: Any) -> bool:
        """Say whether a JSON value fits the schema."""
        try:
            return bool(self._compiled.is_valid(value))
        except ValueError:  # a lone surrogate or a number that the validator cannot hold
            return False

    def holds_for(self, value: Any, text: bytes) -> bool:
        """Say whether a value fits whose JSON text is at hand: a text that did is not looked at again.

        Whether a text fits depends on nothing else, so remembering is exact; only few and short ones are kept.
        """
        if text in self._held:
            return True
        if not self.holds(value):
            return False
        if len(text) <= _LONGEST_KEPT:
            if len(self._held) >= _MOST_KEPT:
                self._held.clear()
            self._held[text] = None
        return True

    def find_problems(self, value: Any, place: str) -> list[Problem]:
        """Return what is wrong, at most a hundred problems, in the schema's order."""
        found: list[Problem] = []
        try:
            for error in self._compiled.iter_errors(value):
                found.extend(_explain(error, place, self._description(error.schema_path)))
                if len(found) >= _MOST_PROBLEMS:
                    break
        except ValueError as error:
            return [Problem(place, "", "encoding", "valid Unicode text and finite numbers", None, str(error))]
        return found[:_MOST_PROBLEMS]

    def _description(self, path: list[Any]) -> str:
        node: Any = self._document if path[:1] == ["components"] else self._schema
        for token in path[:-1]:
            node = node[token] if isinstance(node, list) else node.get(token) if isinstance(node, dict) else None
        return str(node.get("description", "")) if isinstance(node, dict) else ""


def _explain(error: Any, place: str, told: str) -> list[Problem]:
    pointer = "".join(f"/{_escape(str(token))}" for token in error.instance_path)
    kind = error.kind
    rule = str(kind.name)
    if rule == "required":
        name = str(kind.property)
        return [Problem(place, f"{pointer}/{_escape(name)}", rule, "present", None, f"{name} is required", told)]
    if rule == "additionalProperties":
        return [_unknown_member(place, pointer, str(name), error.instance.get(name), told) for name in kind.unexpected]
    return [Problem(place, pointer, rule, _expected(kind), error.instance, str(error.message), told)]


def _unknown_member(place: str, pointer: str, name: str, got: Any, told: str) -> Problem:
    at = f"{pointer}/{_escape(name)}"
    return Problem(place, at, "additionalProperties", "no such member", got, f"{name} is not known", told)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _expected(kind: Any) -> Any:
    for member in ("options", "types", "format", "pattern", "limit", "expected_value", "multiple_of", "value"):
        value = getattr(kind, member, None)
        if value is not None and _is_plain(value):  # some kinds hold errors or types there instead
            return value
    return str(kind.name)


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_plain(one) for one in value)
    if isinstance(value, dict):
        return all(_is_plain(one) for one in value.values())
    return value is None or isinstance(value, str | int | float)


class Schemas:
    """The schemas of one bundled document, compiled at first use and kept."""

    def __init__(self, provider: str, document: dict[str, Any]) -> None:
        self._base = f"spec:///{provider}"
        self._components = {"components": {"schemas": document.get("components", {}).get("schemas", {})}}
        self._registry: jsonschema_rs.Registry | None = None
        self._compiled: dict[str, Validator] = {}
        self._by_identity: dict[int, tuple[dict[str, Any], Validator]] = {}

    def validator(self, schema: dict[str, Any]) -> Validator:
        """Return the compiled validator of a schema object of this document."""
        known = self._by_identity.get(id(schema))
        if known is not None:
            return known[1]
        key = json.dumps(schema, sort_keys=True)
        if key not in self._compiled:
            self._compiled[key] = self._compile(schema)
        self._by_identity[id(schema)] = (schema, self._compiled[key])  # holds the schema, so the id stays its own
        return self._compiled[key]

    def _compile(self, schema: dict[str, Any]) -> Validator:
        if self._registry is None:
            self._registry = jsonschema_rs.Registry([(self._base, self._components)])
        absolute = self._absolute(schema)
        compiled = jsonschema_rs.Draft202012Validator(absolute, registry=self._registry, validate_formats=True)
        return Validator(compiled, absolute, self._components)

    def _absolute(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._absolute(item) for item in node]
        if not isinstance(node, dict):
            return node
        moved = {key: self._absolute(value) for key, value in node.items()}
        reference = moved.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            moved["$ref"] = self._base + reference
        return moved
