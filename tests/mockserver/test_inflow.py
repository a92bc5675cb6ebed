"""A refusal that did not wait for the body leaves the connection usable, or says that it ends."""

from __future__ import annotations

import io
from typing import Any

import pytest

from mockserver.web import inflow
from mockserver.web.inflow import inflow_of


def environ_of(body: bytes, **more: str) -> dict[str, Any]:
    return {"wsgi.input": io.BytesIO(body), **more}


def answered(environ: dict[str, Any], read: int = 0) -> tuple[list[tuple[str, str]], bytes]:
    """Start an answer after some bytes of the body were read; its headers, and what is left of the body then."""
    stream, started = environ["wsgi.input"], []
    body = inflow_of(environ)
    assert body is not None
    environ["wsgi.input"].read(read)
    body.before(lambda status, headers: started.append(headers))("200 OK", [])
    return started[0], stream.read()


@pytest.mark.parametrize("read", [0, 3, 10])
def test_what_was_not_read_is_read_before_the_answer(read: int) -> None:
    headers, left = answered(environ_of(b"0123456789", CONTENT_LENGTH="10"), read)

    assert (headers, left) == ([], b"")


def test_no_byte_of_the_next_request_is_read() -> None:
    headers, left = answered(environ_of(b"0123456789GET / HTTP/1.1", CONTENT_LENGTH="10"), 4)

    assert (headers, left) == ([], b"GET / HTTP/1.1")


def test_a_body_that_is_too_long_to_wait_for_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inflow, "MOST_DRAINED", 5)
    monkeypatch.setattr(inflow, "MOST_UNSTATED", 5)

    stated, left = answered(environ_of(b"0123456789", CONTENT_LENGTH="10"), 2)
    unstated, _ = answered(environ_of(b"0123456789", HTTP_TRANSFER_ENCODING="chunked"))

    assert stated == unstated == [("Connection", "close")]
    assert left == b"23456789"


def test_a_body_of_unknown_length_is_read_to_its_end() -> None:
    headers, left = answered(environ_of(b"0123456789", HTTP_TRANSFER_ENCODING="chunked"))

    assert (headers, left) == ([], b"")


@pytest.mark.parametrize("length", ["", "0", "-1", "x", "9" * 30])
def test_a_request_without_a_body_costs_nothing(length: str) -> None:
    environ = environ_of(b"", CONTENT_LENGTH=length)
    stream = environ["wsgi.input"]

    assert inflow_of(environ) is None
    assert environ["wsgi.input"] is stream
