"""Arazzo's success criteria: simple conditions, regular expressions, JSONPath queries. Nothing is ever eval'ed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonpath_rfc9535 import JSONPathError, find

from conformance.pointer import MISSING
from conformance.scenarios.expressions import ExpressionError, Scope, as_text, evaluate

_TOKENS = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<operator>&&|\|\||==|!=|<=|>=|<|>|!|\(|\))
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])
    | (?P<word>true|false|null)(?!\w)
    | (?P<expression>\$[^\s()&|=!<>]+)
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("==", "!=", "<", ">", "<=", ">=")


class CriterionError(Exception):
    """A criterion cannot be understood."""


@dataclass(frozen=True)
class Token:
    """One piece of a simple condition."""

    kind: str
    text: str


def holds(criterion: Any, scope: Scope) -> bool:
    """Say whether a criterion of a scenario is met; `CriterionError` or `ExpressionError` where it is malformed."""
    if not isinstance(criterion, dict) or not isinstance(criterion.get("condition"), str):
        raise CriterionError(f"a criterion is an object with a text `condition`, not {criterion!r}")
    unknown = set(criterion) - {"condition", "context", "type"}
    if unknown:
        raise CriterionError(f"a criterion has unknown members {sorted(unknown)}")
    kind, condition = _kind(criterion.get("type", "simple")), criterion["condition"]
    if kind == "simple":
        return meets(condition, scope)
    if "context" not in criterion:
        raise CriterionError(f"a criterion of type {kind} needs a context")
    context = evaluate(criterion["context"], scope)
    if kind == "regex":
        try:
            return context is not MISSING and re.search(condition, as_text(context)) is not None
        except re.error as error:
            raise CriterionError(f"{condition!r} is no regular expression: {error}") from None
    return _selects(condition, context)


def _kind(type: Any) -> str:
    kind = type.get("type") if isinstance(type, dict) else type
    if kind not in ("simple", "regex", "jsonpath"):
        raise CriterionError(f"unknown criterion type {kind!r}; valid: simple, regex, jsonpath")
    return str(kind)


def _selects(query: str, context: Any) -> bool:
    """Say whether a JSONPath finds anything in the context."""
    if not isinstance(context, dict | list):
        return False
    try:
        return any(True for _ in find(query, context))
    except JSONPathError as error:
        raise CriterionError(f"{query!r} is no JSONPath: {error}") from None


def meets(condition: str, scope: Scope) -> bool:
    """Say whether a simple condition is met. Texts compare without regard to case, as the specification says.

    What compares something that is not there is neither met nor, behind a `!` or as `!=`, met by its absence.
    """
    reader = _Reader(list(_tokenize(condition)), condition, scope)
    value = reader.either()
    reader.end()
    return value is True


def _tokenize(condition: str) -> Iterator[Token]:
    place = 0
    while condition[place:].strip():
        found = _TOKENS.match(condition, place)
        if found is None:
            raise CriterionError(f"{condition!r} cannot be read from {condition[place:].strip()[:30]!r} on")
        place = found.end()
        kind = str(found.lastgroup)
        yield Token(kind, found[kind])


class _Reader:
    """Reads `a || b && !(c == d)` from left to right; both sides are always evaluated, so that typos show.

    Values are true, false and, where something is not there, None, which no operator turns into true.
    """

    def __init__(self, tokens: list[Token], condition: str, scope: Scope) -> None:
        self._tokens, self._condition, self._scope = tokens, condition, scope

    def end(self) -> None:
        if self._tokens:
            raise CriterionError(f"{self._condition!r}: {self._tokens[0].text!r} is not expected there")

    def _take(self, *operators: str) -> str | None:
        if self._tokens and self._tokens[0].kind == "operator" and self._tokens[0].text in operators:
            return self._tokens.pop(0).text
        return None

    def either(self) -> bool | None:
        values = [self._both()]
        while self._take("||"):
            values.append(self._both())
        return True if True in values else None if None in values else False

    def _both(self) -> bool | None:
        values = [self._negated()]
        while self._take("&&"):
            values.append(self._negated())
        return False if False in values else None if None in values else True

    def _negated(self) -> bool | None:
        if self._take("!"):
            value = self._negated()
            return None if value is None else not value
        if self._take("("):
            value = self.either()
            if not self._take(")"):
                raise CriterionError(f"{self._condition!r}: a parenthesis is not closed")
            return value
        return self._compared()

    def _compared(self) -> bool | None:
        left = self._value()
        operator = self._take(*_COMPARISONS)
        if operator is None:
            if left is MISSING:
                return None
            if isinstance(left, bool):
                return left
            raise CriterionError(f"{self._condition!r}: a comparison such as == is missing")
        return _compare(left, operator, self._value())

    def _value(self) -> Any:
        if not self._tokens or self._tokens[0].kind == "operator":
            raise CriterionError(f"{self._condition!r}: a value is missing")
        token = self._tokens.pop(0)
        if token.kind == "text":
            return token.text[1:-1].replace("''", "'")
        if token.kind == "expression":
            return evaluate(token.text, self._scope)
        return json.loads(token.text)


def _compare(left: Any, operator: str, right: Any) -> bool | None:
    if left is MISSING or right is MISSING:
        return None
    if operator in ("==", "!="):
        return _equal(left, right) == (operator == "==")
    if not (_is_number(left) and _is_number(right)):
        return False  # order is defined for numbers only; anything else does not meet the condition
    return bool({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator])


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


__all__ = ["CriterionError", "ExpressionError", "holds", "meets"]
