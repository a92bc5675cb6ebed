"""One request and its answer, recorded; secrets are hidden before anything leaves the process."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

_HIDDEN_HEADERS = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"))
_MOST_TEXT = 8_000
_MOST_BYTES = 64_000


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which an answer breaks the provider's document.

    `kind` is status, media type, body (unreadable or out of place), schema or header; `keyword` is that of the schema,
    or the header's name.
    """

    kind: str
    text: str
    pointer: str = ""
    keyword: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the breach as a JSON object."""
        return {"kind": self.kind, "text": self.text, "pointer": self.pointer, "keyword": self.keyword}


@dataclass(slots=True)
class Exchange:
    """What was sent and what came back, byte for byte. `operation` is the operationId, where one was meant."""

    number: int
    method: str
    url: str
    sent_headers: dict[str, str]
    sent_body: bytes
    status: int
    headers: dict[str, str]
    body: bytes
    milliseconds: float
    operation: str | None = None
    principal: str | None = None
    breaches: list[Breach] = field(default_factory=list)

    def header(self, name: str) -> str | None:
        """Return a response header by its name in any case, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)

    @property
    def media_type(self) -> str:
        """Return the media type of the answer without parameters, in lower case."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()


class Redactor:
    """Replaces the values of known secrets by their names wherever they stand."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        # Longest first: a secret may contain another one.
        self.secrets = dict(sorted(secrets.items(), key=lambda pair: -len(pair[0])))

    def text(self, text: str) -> str:
        """Return a text without the known secrets."""
        for secret, name in self.secrets.items():
            if secret:
                text = text.replace(secret, f"${name}")
        return text

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers without the known secrets; those that always carry one are hidden whole."""
        shown = {}
        for name, value in headers.items():
            plain = self.text(value)
            hide = name.lower() in _HIDDEN_HEADERS and plain == value
            shown[name] = "(hidden)" if hide else plain
        return shown

    def body(self, body: bytes, media_type: str | None) -> str:
        """Return a body as text that can be shown, shortened; bytes that are no text are counted only."""
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return f"({len(body)} bytes of {media_type or 'unknown type'})"
        text = self.text(text)
        return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}… ({len(text)} characters)"

    def wire(self, body: bytes) -> dict[str, Any]:
        """Return the number of a body's bytes, and those that are no text in base64 unless they are many."""
        told: dict[str, Any] = {"bytes": len(body)}
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            if len(body) <= _MOST_BYTES:
                for secret, name in self.secrets.items():
                    body = body.replace(secret.encode(), f"${name}".encode()) if secret else body
                told["base64"] = base64.b64encode(body).decode()
        return told

    def value(self, value: Any) -> Any:
        """Return a JSON value without the known secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(inner) for key, inner in value.items()}
        return [self.value(inner) for inner in value] if isinstance(value, list | tuple) else value

    def exchange(self, exchange: Exchange) -> dict[str, Any]:
        """Return an exchange as a JSON object for the report, curl line included."""
        return {
            "number": exchange.number,
            "operation": exchange.operation,
            "principal": exchange.principal,
            "request": {
                "method": exchange.method,
                "url": self.text(exchange.url),
                "headers": self.headers(exchange.sent_headers),
                "body": self.body(exchange.sent_body, exchange.sent_headers.get("Content-Type")),
                **self.wire(exchange.sent_body),
            },
            "response": {
                "status": exchange.status,
                "headers": self.headers(exchange.headers),
                "body": self.body(exchange.body, exchange.media_type),
                **self.wire(exchange.body),
            },
            "milliseconds": round(exchange.milliseconds, 1),
            "breaches": [self.value(breach.as_json()) for breach in exchange.breaches],
            "curl": self.curl(exchange),
        }

    def curl(self, exchange: Exchange) -> str:
        """Return a command line that sends the same request; secrets stand as shell variables."""
        parts = ["curl -i -g"]
        if exchange.method == "HEAD":
            parts.append("--head")  # with -X HEAD curl would wait for a body
        elif exchange.method != "GET" or exchange.sent_body:
            parts.append(f"-X {exchange.method}")
        parts.append(_quoted(self.text(exchange.url)))
        for name, value in self.headers(exchange.sent_headers).items():
            if name.lower() not in ("content-length", "user-agent", "accept-encoding", "connection"):
                parts.append(f"-H {_quoted(f'{name}: {value}' if value else f'{name};')}")
        if exchange.sent_body:
            if not any(name.lower() == "content-type" for name in exchange.sent_headers):
                parts.append("-H 'Content-Type:'")  # curl would name a form
            body = self.body(exchange.sent_body, None)
            whole = len(body) <= _MOST_TEXT and not body.startswith(f"({len(exchange.sent_body)} bytes")
            parts.append(f"--data-raw {_quoted(body)}" if whole else "--data-binary @BODY")
        return " ".join(parts)


def _quoted(text: str) -> str:
    """Quote for a shell: single quotes, except around the named secrets, which the shell is to fill in."""
    pieces = re.split(r"(\$(?:TOKEN|SECRET)_[A-Z0-9_]+)", text)
    shown = [f'"{piece}"' if piece.startswith(("$TOKEN_", "$SECRET_")) else _single(piece) for piece in pieces if piece]
    return "".join(shown) or "''"


def _single(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def readable_url(url: str) -> str:
    """Return an address as a person would write it, with brackets and spaces unescaped."""
    return unquote(url).replace(" ", "+")


def pretty(body: str) -> str:
    """Return a body indented where it is JSON, as it is otherwise."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
