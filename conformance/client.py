"""The suite's only HTTP: builds requests from operations, sends them, and keeps every exchange."""

from __future__ import annotations

import json as json_text
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from conformance import clock
from conformance.answer import Answer
from conformance.connections import Connections, Unanswered
from conformance.exchange import Exchange
from conformance.failure import Silence, TransportError
from conformance.judge import NotTested
from conformance.multipart import Form
from specs import Operation

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_GATEWAY = (502, 503, 504)
_PATIENCE_SECONDS = 120.0

Query = Mapping[str, Any] | Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Wire:
    """How to reach the target: address, credentials by principal, headers on every request, manners."""

    base_url: str
    credentials: dict[str, dict[str, str]]
    headers: dict[str, str]
    read_only: bool = False
    rate: float | None = None
    verify: bool | str = True
    timeout: float = 30.0


class Client:
    """Sends requests and records them. `default_headers` are what the provider wants on each request."""

    def __init__(self, wire: Wire, operations: dict[str, Operation], default_headers: Mapping[str, str]) -> None:
        self.wire = wire
        self.recorded: list[Exchange] = []
        self._operations = operations
        self._defaults = dict(default_headers)
        self._connections = Connections(wire.verify, wire.timeout)
        self._not_before = 0.0
        self._count = 0
        # Whether a 429 is waited out even where the document lists it.
        self.patient = False

    def close(self) -> None:
        """Give the connections back."""
        self._connections.close()

    def call(
        self,
        operation_id: str,
        *,
        path: Mapping[str, Any] | None = None,
        query: Query = (),
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        principal: str | None = "full",
    ) -> Answer:
        """Send one operation. `json` (or a `Form`) is sent in its own media type; a header of None is left out."""
        operation = self._operations[operation_id]
        url = self.url(operation.path, path, query)
        sent = dict(self._defaults)
        if isinstance(json, Form):
            body, sent["Content-Type"] = json.encode(), json.media_type
        elif json is not None:
            body = json_text.dumps(json, ensure_ascii=False).encode()
            sent["Content-Type"] = next(iter(operation.body), "application/json")
        return self.send(operation.method, url, body, _overridden(sent, headers), principal, operation_id)

    def url(self, template: str, path: Mapping[str, Any] | None = None, query: Query = ()) -> str:
        """Return the whole address of a path of the document."""
        filled = template
        for name, value in (path or {}).items():
            filled = filled.replace(f"{{{name}}}", quote(str(value), safe=""))
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        tail = "?" + urlencode([(key, _text(value)) for key, value in pairs]) if pairs else ""
        return self.wire.base_url.rstrip("/") + filled + tail

    def send(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        principal: str | None = "full",
        operation_id: str | None = None,
    ) -> Answer:
        """Send any request. Credentials go to the target's own origin only."""
        if self.wire.read_only and method not in SAFE_METHODS:
            raise NotTested(f"a read-only run sends no {method}")
        sent = dict(self._defaults) if headers is None else dict(headers)
        if _origin(url) == _origin(self.wire.base_url):
            sent.update(self.wire.headers)
            if principal is not None:
                sent.update(self._credentials(principal))
        return Answer(self._exchange(method, url, body or b"", sent, principal, operation_id))

    def _credentials(self, principal: str) -> dict[str, str]:
        try:
            return self.wire.credentials[principal]
        except KeyError:
            raise NotTested(f"no credentials of a principal {principal!r} are configured") from None

    def _exchange(
        self, method: str, url: str, body: bytes, sent: dict[str, str], principal: str | None, operation_id: str | None
    ) -> Exchange:
        patience = clock.ticks() + _PATIENCE_SECONDS
        while True:
            exchange = self._once(method, url, body, sent, principal, operation_id)
            if not self._should_wait(exchange):
                return exchange
            if clock.ticks() > patience:
                raise TransportError(f"{method} {url} is still answered with 429 after {_PATIENCE_SECONDS:.0f} s")
            clock.rest(_retry_after(exchange))

    def _should_wait(self, exchange: Exchange) -> bool:
        """A 429 that the document does not list is the target's plea for patience, not an answer."""
        operation = self._operations.get(exchange.operation or "")
        return exchange.status == 429 and (self.patient or operation is None or 429 not in operation.promises)

    def _once(
        self, method: str, url: str, body: bytes, sent: dict[str, str], principal: str | None, operation_id: str | None
    ) -> Exchange:
        self._keep_rate()
        began = clock.ticks()
        try:
            received = self._connections.send(method, url, sent, body)
        except Unanswered as reason:
            trouble = Silence if reason.late else TransportError
            raise trouble(f"{method} {url} was not answered: {reason}") from None
        self._count += 1
        exchange = Exchange(
            number=self._count,
            method=method,
            url=received.url,
            sent_headers=received.sent_headers,
            sent_body=body,
            status=received.status,
            headers=received.headers,
            body=received.body,
            milliseconds=(clock.ticks() - began) * 1000,
            operation=operation_id,
            principal=principal,
        )
        self.recorded.append(exchange)
        operation = self._operations.get(operation_id or "")
        if exchange.status in _GATEWAY and (operation is None or exchange.status not in operation.promises):
            raise TransportError(f"{method} {url} was answered with {exchange.status}: the service is not there")
        return exchange

    def _keep_rate(self) -> None:
        if self.wire.rate:
            wait = self._not_before - clock.ticks()
            if wait > 0:
                clock.rest(wait)
            self._not_before = clock.ticks() + 1 / self.wire.rate


def _overridden(headers: dict[str, str], changes: Mapping[str, str | None] | None) -> dict[str, str]:
    built = dict(headers)
    for name, value in (changes or {}).items():
        for known in [key for key in built if key.lower() == name.lower()]:
            del built[known]
        if value is not None:
            built[name] = value
    return built


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _retry_after(exchange: Exchange) -> float:
    text = exchange.header("Retry-After") or ""
    return min(float(text), 60.0) if text.isdigit() else 1.0
