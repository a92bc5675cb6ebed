"""A real local receiver of webhooks: remembers what came, answers as programmed, verifies signatures."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mockserver.clock import monotonic_seconds


@dataclass(frozen=True, slots=True)
class Received:
    """One request that arrived. Header names are lower case; `body` are the exact bytes."""

    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    @property
    def event(self) -> str:
        """Return the event's name: from a header `X-...-Event`, or the body's member event or type."""
        for name, value in self.headers.items():
            if name.endswith("-event"):
                return value
        try:
            content = self.json()
        except ValueError:
            return ""
        return str(content.get("event") or content.get("type") or "") if isinstance(content, dict) else ""


class WebhookSink:
    """Listens on a free loopback port. Without programmed answers it says 200."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._answers: deque[int] = deque()
        self._news = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _receiver(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the address to register."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def answer_with(self, *statuses: int) -> None:
        """Answer the next requests with these statuses, one each; afterwards 200 again."""
        self._answers.extend(statuses)

    def wait_for(self, event: str, count: int = 1, seconds: float = 5.0) -> list[Received]:
        """Wait until an event came `count` times; `TimeoutError` tells what came instead."""
        end = monotonic_seconds() + seconds
        with self._news:
            while True:
                found = [one for one in self.received if one.event == event]
                left = end - monotonic_seconds()
                if len(found) >= count:
                    return found
                if left <= 0:
                    seen = ", ".join(one.event or one.path for one in self.received) or "nothing"
                    raise TimeoutError(f"waited {seconds} s for {count} x {event}; came: {seen}")
                self._news.wait(left)

    def verified(self, verify: Callable[[Received], bool]) -> list[Received]:
        """Return what arrived with a signature that `verify` accepts."""
        return [one for one in self.received if verify(one)]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def take(self, received: Received) -> int:
        """Remember a request and return the status to answer with."""
        with self._news:
            self.received.append(received)
            self._news.notify_all()
            return self._answers.popleft() if self._answers else 200


def _receiver(sink: WebhookSink) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = sink.take(Received(self.path, headers, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            """Stay silent: tests print what matters."""

    return Receiver
