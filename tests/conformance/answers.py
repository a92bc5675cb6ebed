"""Answers made by hand, for tests of what reads them."""

from __future__ import annotations

import json
from typing import Any

from conformance.answer import Answer
from conformance.exchange import Exchange


def exchange(
    body: Any = None,
    *,
    status: int = 200,
    operation: str | None = "getProduct",
    method: str = "GET",
    url: str = "http://api.test/api/v1/products/7",
    headers: dict[str, str] | None = None,
    sent_headers: dict[str, str] | None = None,
    sent: bytes = b"",
) -> Exchange:
    """Return an exchange with a JSON body (or given bytes)."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Exchange(
        number=1,
        method=method,
        url=url,
        sent_headers=sent_headers or {},
        sent_body=sent,
        status=status,
        headers={"Content-Type": "application/vnd.api+json"} if headers is None else headers,
        body=content,
        milliseconds=1.0,
        operation=operation,
        principal="full",
    )


def answer(body: Any = None, **options: Any) -> Answer:
    """Return an answer with a JSON body (or given bytes)."""
    return Answer(exchange(body, **options))
