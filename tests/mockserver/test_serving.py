"""The server in a thread of this process: starts on a free port, answers, stops without a trace."""

from __future__ import annotations

import http.client
import socket
import threading
import urllib.request
from collections.abc import Iterable
from typing import Any

import pytest

from mockserver.clock import monotonic_seconds
from mockserver.web.serving import LocalServer, PortTaken, free_port


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_it_answers_at_its_url(host: str) -> None:
    try:
        port = free_port(host, 0)
    except PortTaken:
        pytest.skip("this machine has no such address")
    server = LocalServer(hello, host, port)
    try:
        with urllib.request.urlopen(server.url, timeout=5) as answer:
            assert answer.read() == b"hello"
    finally:
        server.close()


def test_it_stops_while_connections_are_open() -> None:
    threads = set(threading.enumerate())
    server = LocalServer(hello)
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"hello"
    start = monotonic_seconds()

    server.close()

    assert monotonic_seconds() - start < 3
    connection.close()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=1)
    assert [thread for thread in set(threading.enumerate()) - threads if "soundcheck" in thread.name] == []


def test_many_requests_at_once_are_answered() -> None:
    server = LocalServer(hello)
    seen: list[bytes] = []

    def ask() -> None:
        with urllib.request.urlopen(server.url, timeout=10) as answer:
            seen.append(answer.read())

    threads = [threading.Thread(target=ask) for _ in range(20)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    finally:
        server.close()

    assert seen == [b"hello"] * 20


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"cannot listen on 127\.0\.0\.1:{port}: .*; stop what listens there or"):
            free_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(PortTaken, match=r"cannot listen on 192\.0\.2\.1:0"):
        free_port("192.0.2.1", 0)


def test_a_name_that_is_none_is_told() -> None:
    with pytest.raises(PortTaken, match=r"cannot listen on no\.such\.host\.invalid:0"):
        free_port("no.such.host.invalid", 0)
