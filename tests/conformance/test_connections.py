"""The way to the target: what goes out is what requests would send, and nothing is added, kept or followed."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from conformance.connections import Connections, Unanswered


class Mirror(BaseHTTPRequestHandler):
    """Answers with what it was sent; some paths answer in ways of their own."""

    protocol_version = "HTTP/1.1"
    opened = 0

    def setup(self) -> None:
        super().setup()
        Mirror.opened += 1

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        told = {"line": self.requestline, "headers": sorted(self.headers.items()), "body": sent.decode()}
        body = json.dumps(told).encode()
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("Location", "/elsewhere")
        if self.path == "/cookie":
            self.send_header("Set-Cookie", "session=1")
        if self.path == "/twice":
            self.send_header("Link", "<a>")
            self.send_header("link", "<b>")
        if self.path == "/packed":
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = do_OPTIONS = answer

    def log_message(self, *parts: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def connections() -> Iterator[Connections]:
    opened = Connections(True, 5.0)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", "/products/7?page=2&size=10", {"Accept": "application/json"}, b""),
        ("POST", "/products", {"Content-Type": "application/json"}, b'{"a": 1}'),
        ("POST", "/products", {}, b""),
        ("DELETE", "/products/7", {}, b""),
        ("OPTIONS", "/products", {}, b""),
        ("GET", "/products", {"user-agent": "other", "Accept-Encoding": "gzip"}, b""),
        ("GET", "/products", {"X-A": "1", "x-a": "2"}, b""),
        ("POST", "/products", {"Content-Length": "99"}, b"{}"),
        ("GET", "", {}, b""),
        ("GET", "/products?filter[name]=a b", {}, b""),
        ("GET", "/products?q=%C3%A9%7e&x=é", {}, b""),
        ("GET", "/a/../b/./c", {}, b""),
        ("GET", "/.well-known/x", {}, b""),
        ("GET", "/products/a%2fb;v=1,2", {}, b""),
        ("GET", "/products?", {}, b""),
        ("GET", "/products#part", {}, b""),
    ],
)
def test_what_goes_out_is_what_requests_would_send(
    url: str, connections: Connections, method: str, target: str, headers: dict[str, str], body: bytes
) -> None:
    session = requests.Session()
    session.trust_env = False
    session.headers.clear()
    session.headers["User-Agent"] = "conformance"
    expected = session.request(method, url + target, data=body or None, headers=headers)
    session.close()

    received = connections.send(method, url + target, headers, body)

    assert json.loads(received.body) == expected.json()
    assert received.url == expected.request.url
    assert received.sent_headers == dict(expected.request.headers)
    dated = {"Date": received.headers["Date"]}
    assert received.headers == {**expected.headers, **dated}


def test_a_redirect_is_an_answer(url: str, connections: Connections) -> None:
    assert connections.send("GET", f"{url}/moved", {}, b"").status == 302


def test_a_cookie_is_not_carried_from_one_request_to_the_next(url: str, connections: Connections) -> None:
    assert connections.send("GET", f"{url}/cookie", {}, b"").headers["Set-Cookie"] == "session=1"

    told = json.loads(connections.send("GET", f"{url}/next", {}, b"").body)

    assert "Cookie" not in dict(told["headers"])


def test_a_header_that_comes_twice_is_one_list(url: str, connections: Connections) -> None:
    assert connections.send("GET", f"{url}/twice", {}, b"").headers["Link"] == "<a>, <b>"


def test_a_packed_body_is_unpacked(url: str, connections: Connections) -> None:
    assert json.loads(connections.send("GET", f"{url}/packed", {}, b"").body)["line"] == "GET /packed HTTP/1.1"


def test_a_connection_is_used_again(url: str, connections: Connections) -> None:
    before = Mirror.opened

    for _ in range(3):
        connections.send("POST", f"{url}/products", {}, b"{}")

    assert Mirror.opened == before + 1


def test_nobody_there_is_no_answer(connections: Connections) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(Unanswered, match="refused") as caught:
            connections.send("GET", f"http://127.0.0.1:{taken.getsockname()[1]}/", {}, b"")

    assert not caught.value.late


def test_a_target_that_keeps_silent_is_late() -> None:
    connections = Connections(True, 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unanswered) as caught:
        connections.send("GET", f"http://127.0.0.1:{silent.getsockname()[1]}/", {}, b"")
    connections.close()

    assert caught.value.late


@pytest.mark.parametrize(
    ("address", "headers"), [("nonsense", {}), ("http://", {}), ("http://127.0.0.1:1/", {"X-A": "1\r\nX-B: 2"})]
)
def test_what_cannot_be_sent_is_no_answer(connections: Connections, address: str, headers: dict[str, str]) -> None:
    with pytest.raises(Unanswered):
        connections.send("GET", address, headers, b"")
