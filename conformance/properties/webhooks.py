"""A receiver of outgoing webhooks on loopback: answers as it is told to and keeps what came, byte for byte."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Parcel:
    """One request that came in; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """What came in so far. `statuses` are the answers in order; the last one stands for all that follow."""

    url: str
    statuses: list[int] = field(default_factory=lambda: [200])
    parcels: list[Parcel] = field(default_factory=list)

    def take(self, parcel: Parcel) -> int:
        """Keep a parcel and return the status to answer with."""
        place = min(len(self.parcels), len(self.statuses) - 1)
        self.parcels.append(parcel)
        return self.statuses[place]


@contextmanager
def receiving(statuses: Sequence[int] = (200,)) -> Iterator[Receiver]:
    """Open a receiver on a free port for the time of the block; targets elsewhere cannot reach it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}/hook", list(statuses))
    server.RequestHandlerClass = _door(receiver)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def _door(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(Parcel(self.path, headers, body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay silent."""

    return Door


def hex_hmac(secret: str, signed: bytes) -> str:
    """Return the HMAC-SHA256 of some bytes in hexadecimal digits."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
