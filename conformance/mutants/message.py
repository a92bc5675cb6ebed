"""A request and an answer on their way through the door, both open to editing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from conformance.pointer import MISSING


@dataclass
class Message:
    """Headers in order and a body of bytes; content-length and hop-by-hop headers are the door's affair."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header of a name in any case, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def set_header(self, name: str, value: str | None) -> None:
        """Put a header in place of those of its name; None takes them away."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    @property
    def json(self) -> Any:
        """Return the body read as JSON, or MISSING where it is none."""
        try:
            return json.loads(self.body) if self.body else MISSING
        except ValueError:
            return MISSING

    @json.setter
    def json(self, value: Any) -> None:
        self.body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Call(Message):
    """A request. `operation` is the operationId (`control.` before those of the control API), `values` its path's.

    `who` is the principal: a name that the suite knows, `none` without a credential, `unknown` with another one.
    """

    method: str = "GET"
    path: str = "/"
    query: str = ""
    operation: str = ""
    values: dict[str, str] = field(default_factory=dict)
    who: str = "none"

    @property
    def address(self) -> str:
        """Return path and query as they are sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def asked(self, name: str) -> list[str]:
        """Return the values of a query parameter."""
        return [value for key, value in parse_qsl(self.query, keep_blank_values=True) if key == name]

    def set_asked(self, name: str, value: str | None) -> None:
        """Put a query parameter in place of those of its name; None takes them away."""
        pairs = [pair for pair in parse_qsl(self.query, keep_blank_values=True) if pair[0] != name]
        self.query = urlencode(pairs if value is None else [*pairs, (name, value)])

    def copy(self) -> Call:
        """Return a copy whose headers can be edited on their own."""
        return Call(
            list(self.headers),
            self.body,
            self.method,
            self.path,
            self.query,
            self.operation,
            dict(self.values),
            self.who,
        )


@dataclass
class Reply(Message):
    """An answer."""

    status: int = 200

    @property
    def is_good(self) -> bool:
        """Say whether the server did what was asked."""
        return 200 <= self.status < 300

    def become(self, other: Reply) -> None:
        """Take over another answer."""
        self.status, self.headers, self.body = other.status, list(other.headers), other.body


def json_reply(status: int, value: Any, media_type: str = "application/json") -> Reply:
    """Return an answer with a JSON body."""
    reply = Reply([("Content-Type", media_type)], status=status)
    reply.json = value
    return reply


def places(value: Any, pointer: str) -> list[str]:
    """Return the pointers that a pattern means: `*` stands for every item, `-` for the last one, of an array."""
    found: list[tuple[str, Any]] = [("", value)]
    for token in pointer.split("/")[1:]:
        found = [pair for place, node in found for pair in _steps(place, node, token)]
    return [place for place, _ in found]


def _steps(place: str, node: Any, step: str) -> Iterable[tuple[str, Any]]:
    plain = step.replace("~1", "/").replace("~0", "~")
    if isinstance(node, list):
        numbers = range(len(node)) if step == "*" else [len(node) - 1] if step == "-" else [_number(step)]
        return [(f"{place}/{number}", node[number]) for number in numbers if 0 <= number < len(node)]
    if isinstance(node, dict) and step == "*":
        return [(f"{place}/{_escaped(name)}", item) for name, item in node.items()]
    if isinstance(node, dict) and plain in node:
        return [(f"{place}/{step}", node[plain])]
    return []


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _number(step: str) -> int:
    return int(step) if step.isdigit() else -1
