"""Reads the texts of a body as the values that its schema names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from mockserver.core.failure import Failure
from mockserver.core.message import Upload
from mockserver.pipeline.parameters import coerce
from specs import Media, Problem

_DEEPEST = 100


@dataclass(slots=True)
class Decoded:
    """A decoded body: its value (JSON value, form fields, or bytes), its files, and what was wrong inside it."""

    value: Any = None
    files: dict[str, list[Upload]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def parse_json(data: bytes) -> Any:
    """Return the JSON value of some bytes; `malformed` says where it ends to make sense."""
    if not data.strip():
        raise Failure("malformed", "A body is required.", place="body", reason="empty")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        told = error.msg.lower()
        reason = "encoding" if "utf-8" in told else "depth" if "depth" in told else "syntax"
        text = f"The body is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
        raise Failure("malformed", text, place="body", reason=reason) from None
    if data.count(b"[") + data.count(b"{") > _DEEPEST and _is_deeper(value, _DEEPEST):
        raise Failure("malformed", f"The body is nested deeper than {_DEEPEST} levels.", place="body", reason="depth")
    return value


def _is_deeper(value: Any, levels: int) -> bool:
    """Say whether objects and lists nest deeper than so many levels, looking at one level after the other."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        level = [
            inner
            for holder in level
            for inner in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def form_value(media: Media, name: str, texts: list[str]) -> Any:
    """Return the value of a form's field, sent once or several times."""
    schema = media.fields.get(name, {})
    kind = schema.get("type", "string")
    if kind == "array":
        item = schema.get("items", {}).get("type", "string")
        return [coerce(text, item if isinstance(item, str) else "string") for text in texts]
    named = [one for one in kind if one != "null"] if isinstance(kind, list) else [kind]
    return coerce(texts[-1], named[0] if len(named) == 1 else "string")


def not_utf8() -> Failure:
    """Return the refusal of a form whose text cannot be read."""
    return Failure("malformed", "The form is not valid UTF-8.", place="body", reason="encoding")
