"""Deliveries over real HTTP to a real local receiver: exact bytes, no redirect, no longer than the plan says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mockserver.clock import monotonic_seconds
from mockserver.testing.sink import WebhookSink
from mockserver.webhooks.courier import Courier
from mockserver.webhooks.outbox import Attempt, WebhookPlan

BODY = '{"event":"a.made","text":"é ℗"}'


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    sink = WebhookSink()
    yield sink
    sink.close()


def carry(url: str, seconds: float = 2.0, allowed: tuple[str, ...] = ("loopback",), **headers: str) -> Attempt:
    plan = WebhookPlan((), lambda delivery, at, number: {}, timeout_seconds=seconds)
    delivery = {"url": url, "body": BODY, "attempts": []}
    return Courier(allowed).carry(plan, delivery, {"Content-Type": "application/json", **headers})


@contextmanager
def receiver(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Listen for one connection and treat it as told; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join(10)


def test_the_receiver_gets_the_exact_bytes_and_headers(sink: WebhookSink) -> None:
    attempt = carry(sink.url + "?a=1", X_Signature="abc")

    assert (attempt.status, attempt.error, attempt.is_success) == (200, None, True)
    assert attempt.headers == {"Content-Type": "application/json", "X_Signature": "abc"}
    (received,) = sink.received
    assert (received.path, received.body) == ("/hook?a=1", BODY.encode())
    assert received.headers["content-length"] == str(len(BODY.encode()))
    assert received.headers["content-type"] == "application/json"
    assert received.headers["host"] == sink.url.split("/")[2]


@pytest.mark.parametrize(("status", "taken"), [(200, True), (204, True), (299, True), (404, False), (500, False)])
def test_any_2xx_is_taken(sink: WebhookSink, status: int, taken: bool) -> None:
    sink.answer_with(status)

    attempt = carry(sink.url)

    assert (attempt.status, attempt.is_success) == (status, taken)


def test_a_redirect_is_not_followed(sink: WebhookSink) -> None:
    def redirect(connection: socket.socket) -> None:
        text = f"HTTP/1.1 302 Found\r\nLocation: {sink.url}\r\nContent-Length: 0\r\n\r\n"
        connection.sendall(text.encode())

    with receiver(redirect) as url:
        attempt = carry(url)

    assert (attempt.status, attempt.is_success) == (302, False)
    assert sink.received == []


def test_a_refused_connection_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    attempt = carry(f"http://127.0.0.1:{port}/")

    assert attempt.status is None
    assert attempt.error is not None
    assert "refused" in attempt.error


def test_a_forbidden_target_is_told_and_not_called(sink: WebhookSink) -> None:
    attempt = carry(sink.url, allowed=("public",))

    assert attempt.status is None
    assert "allowed networks: public" in str(attempt.error)
    assert sink.received == []


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 2"],
    ids=["nothing", "nonsense", "no status", "cut off"],
)
def test_an_answer_that_is_none_is_told(answer: bytes) -> None:
    with receiver(lambda connection: connection.sendall(answer)) as url:
        attempt = carry(url)

    assert attempt.status is None
    assert attempt.error


def test_a_silent_receiver_is_left_after_the_plans_time() -> None:
    done = threading.Event()
    start = monotonic_seconds()
    with receiver(lambda connection: done.wait(10) and None) as url:
        attempt = carry(url, seconds=0.2)
        done.set()

    assert attempt.status is None
    assert "timed out" in str(attempt.error) or "no whole answer" in str(attempt.error)
    assert monotonic_seconds() - start < 5


def test_a_receiver_that_answers_byte_by_byte_is_left_too() -> None:
    """Each byte comes in time, the answer never ends."""
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not stop.wait(0.02):
            try:
                connection.sendall(b"a")
            except OSError:
                return

    start = monotonic_seconds()
    with receiver(drip) as url:
        attempt = carry(url, seconds=0.3)
        stop.set()

    assert attempt.status is None
    assert "no whole answer within 0.3 seconds" in str(attempt.error)
    assert monotonic_seconds() - start < 5


def test_a_long_answer_is_not_read_to_its_end(sink: WebhookSink) -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        try:
            for _ in range(2000):
                connection.sendall(b"x" * 65_536)
        except OSError:
            return

    with receiver(pour) as url:
        assert carry(url).status == 200


def test_https_is_spoken_with_the_name_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate is checked for the host's name; a receiver without one is told."""
    names: list[Any] = []
    import ssl

    class Context(ssl.SSLContext):
        def wrap_socket(self, sock: Any, *arguments: Any, **facts: Any) -> Any:
            names.append((facts["server_hostname"], self.check_hostname, self.verify_mode))
            sock.close()
            raise ssl.SSLError("no certificate")

    monkeypatch.setattr(ssl, "create_default_context", lambda: Context(ssl.PROTOCOL_TLS_CLIENT))
    with socket.create_server(("127.0.0.1", 0)) as server:
        attempt = carry(f"https://localhost:{server.getsockname()[1]}/")

    assert attempt.status is None
    assert names == [("localhost", True, ssl.CERT_REQUIRED)]
