"""How a check says what it saw: each sentence either holds or ends the check with expected and received."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from conformance.answer import Answer
from conformance.pointer import MISSING


class Broken(Exception):
    """The requirement is not kept: a sentence, what was expected and received (`...`: not told), in which answer."""

    def __init__(self, text: str, *, expected: Any, received: Any, answer: Answer | None) -> None:
        super().__init__(text)
        self.text = text
        self.expected = expected
        self.received = received
        self.answer = answer


class NotTested(Exception):
    """The requirement could not be put to this target; the reason says why."""


class NotApplicable(Exception):
    """The requirement does not concern this target; the reason says why."""


def that(holds: object, text: str, answer: Answer | None = None, *, expected: Any = ..., received: Any = ...) -> None:
    """Judge a sentence."""
    if not holds:
        raise Broken(text, expected=expected, received=received, answer=answer)


def equal(what: str, expected: Any, received: Any, answer: Answer | None = None) -> None:
    """Judge that a value is exactly the expected one; 1 and true, 1 and 1.0 are different values."""
    if not same(expected, received):
        raise Broken(f"{what} is not what was expected", expected=expected, received=received, answer=answer)


def same(left: Any, right: Any) -> bool:
    """Say whether two JSON values are the same; member order does not count, types do."""
    if left is MISSING or right is MISSING:
        return left is right
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def among(what: str, allowed: Collection[Any], received: Any, answer: Answer | None = None) -> None:
    """Judge that a value is one of several."""
    if not any(same(choice, received) for choice in allowed):
        choices = " or ".join(json.dumps(choice, ensure_ascii=False) for choice in allowed)
        raise Broken(f"{what} is not one of the allowed values", expected=choices, received=received, answer=answer)


def status(answer: Answer, *allowed: int) -> None:
    """Judge the status code."""
    if answer.status not in allowed:
        expected = " or ".join(str(code) for code in allowed)
        text = f"{answer.label} is not answered with {expected}"
        raise Broken(text, expected=expected, received=answer.status, answer=answer)


def header(answer: Answer, name: str, expected: str) -> None:
    """Judge a response header's whole value."""
    equal(f"header {name}", expected, answer.header(name), answer)


def members(what: str, names: Collection[str], value: Any, answer: Answer | None = None) -> None:
    """Judge that an object has these members; it may have more, as the documents leave most objects open."""
    there = set(value) if isinstance(value, dict) else set()
    that(set(names) <= there, f"{what} lacks a member", answer, expected=sorted(names), received=value)


def holds(what: str, expected: Mapping[str, Any], value: Any, answer: Answer | None = None) -> None:
    """Judge that an object has these members with these values; it may have more."""
    members(what, expected, value, answer)
    equal(what, dict(expected), {name: value[name] for name in expected}, answer)
