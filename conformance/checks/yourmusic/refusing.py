"""How a refusal is judged: any 4xx where the document prints none, the one shape where a SHOULD wants it."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer

MESSAGE = "The given data was invalid."
_OTHER_REASONS = (401, 429)


def refused(answer: Answer, field: str | None = None) -> None:
    """Judge that a call is refused as the client's fault and, where a field is at fault, that the answer names it."""
    text = f"{answer.label} is not refused"
    judge.that(400 <= answer.status < 500, text, answer, expected="4xx", received=answer.status)
    if field is not None:
        # A wrong secret, or one call too many, is another reason, and its words may hold the field's name by chance.
        text = f"{answer.label} is refused, but not for {field}"
        judge.that(answer.status not in _OTHER_REASONS, text, answer, expected="4xx", received=answer.status)
        errors = answer.at("/errors")
        named = (
            [_root(name) for name in errors] if isinstance(errors, dict) else answer.content.decode("utf-8", "replace")
        )
        judge.that(
            field in named, "the refusal does not name the field at fault", answer, expected=field, received=named
        )


def invalid(answer: Answer, field: str) -> None:
    """Judge a validation failure in its one shape, naming exactly this field."""
    judge.status(answer, 422)
    judge.equal("message", MESSAGE, answer.at("/message"), answer)
    errors = answer.at("/errors")
    judge.that(isinstance(errors, dict), "errors is no object", answer, received=errors)
    judge.equal("the fields at fault", [field], [_root(name) for name in errors], answer)
    for texts in errors.values():
        judge.that(_are_texts(texts), "an error is no list of sentences", answer, received=texts)


def _root(name: str) -> str:
    return name.partition(".")[0]


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text for text in value)
