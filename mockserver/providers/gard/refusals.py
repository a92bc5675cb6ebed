"""Says in words what is wrong with the fields of a request."""

from __future__ import annotations

from collections.abc import Iterable

from specs import Problem

FieldProblem = dict[str, str]

_LONGEST = 300
# Keywords of which a validator says little: there the schema's own description tells more.
_TOLD = ("oneOf", "anyOf", "not", "contains", "pattern")
# The form's rules about pairs of fields have no field of their own; their description begins with one.
_PAIRS = {"cover": "cover", "audio": "audio_files", "video": "video", "booklet": "booklet"}


def problem(field: str, text: str) -> Problem:
    """Return a broken rule of ours in the form in which the schema's are told."""
    return Problem("body", "/" + field, "rule", None, None, text)


def explain(problems: Iterable[Problem]) -> list[FieldProblem]:
    """Return one entry per field and problem, in the order found, never an empty list."""
    found = {(_field(one), _text(one)): None for one in problems}
    return [{"field": field, "problem": text} for field, text in found] or [
        {"field": "body", "problem": "The request is not valid."}
    ]


def _field(one: Problem) -> str:
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in one.pointer.split("/")[1:]]
    if not tokens:
        words = one.told.lower().split()
        return next((field for word, field in _PAIRS.items() if word in words), one.place)
    text = tokens[0]
    for token in tokens[1:]:
        text += f"[{token}]" if token.isdigit() else f".{token}"
    return text or one.place


def _text(one: Problem) -> str:
    if one.rule == "required":
        return "This field is required."
    if one.rule == "json":
        return "Must be JSON text."
    if one.rule == "dependentRequired":
        return "from and to go together."
    if one.rule in _TOLD and one.told:
        return one.told
    text = one.text or "Is not valid."
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
