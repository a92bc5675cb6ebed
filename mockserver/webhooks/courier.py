"""Carries one delivery over real HTTP; requests leave the house from here and from fetcher.py alone."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mockserver.clock import monotonic_seconds
from mockserver.core.ground import Record
from mockserver.webhooks.outbox import Attempt, WebhookPlan
from mockserver.webhooks.targets import Target, TargetRefused, resolve

_MOST_ANSWER_BYTES = 65_536


class Courier:
    """Sends signed bodies to allowed networks; follows no redirect, waits no longer than the plan says."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = allowed

    def carry(self, plan: WebhookPlan, delivery: Record, headers: dict[str, str]) -> Attempt:
        """Attempt a delivery with these headers (outbox.headers_of makes them)."""
        start = monotonic_seconds()
        try:
            target = resolve(delivery["url"], self._allowed)
            status, answer = _post(target, delivery["body"].encode(), headers, plan.timeout_seconds)
        except TargetRefused as refusal:
            return Attempt(None, str(refusal), headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Attempt(None, f"{type(error).__name__}: {error}", headers, None, _since(start))
        return Attempt(status, None, headers, answer, _since(start))


def _since(start: float) -> int:
    return round((monotonic_seconds() - start) * 1000)


def _post(target: Target, body: bytes, headers: dict[str, str], timeout: float) -> tuple[int, str]:
    with connect(target, timeout) as connection, _within(timeout, connection.sock):
        connection.request("POST", target.path, body, headers)
        response = connection.getresponse()
        answer = response.read(_MOST_ANSWER_BYTES)
        return response.status, answer.decode("utf-8", "replace")


@contextmanager
def _within(seconds: float, sock: socket.socket) -> Iterator[None]:
    """Cut the connection when a block takes longer: whoever sends byte by byte stays below any socket timeout."""
    is_late = threading.Event()

    def cut() -> None:
        is_late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    except (OSError, http.client.HTTPException):
        if not is_late.is_set():
            raise
    finally:
        watch.cancel()
    if is_late.is_set():  # also where what came before the cut looks like a whole answer
        raise TimeoutError(f"no whole answer within {seconds:g} seconds")


@contextmanager
def connect(target: Target, timeout: float) -> Iterator[http.client.HTTPConnection]:
    """Open a connection to the address that was checked, whatever its name resolves to by now."""
    connection = http.client.HTTPConnection(target.host, target.port, timeout=timeout)
    sock: socket.socket = socket.create_connection((target.address, target.port), timeout)
    try:
        if target.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=target.host)
        connection.sock = sock
        yield connection
    finally:
        connection.close()
        sock.close()
