"""The one receiver of webhooks: keeps every request byte for byte and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

LOCAL = ("127.0.0.1", 0)
_PATH = "/hook"


@dataclass(frozen=True)
class Received:
    """One request that came in; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Listens while the block runs. `statuses` are the answers in order; the last one stands for all that follow.

    It listens on a free port of this machine unless an address is given; `public` is the origin by which senders
    elsewhere reach that address, where it is another one.
    """

    def __init__(
        self, statuses: Sequence[int] = (200,), listen: tuple[str, int] = LOCAL, public: str | None = None
    ) -> None:
        self._statuses = list(statuses)
        self._got: list[Received] = []
        self._news = threading.Condition()
        self._server = ThreadingHTTPServer(listen, self._door())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.origin = public or f"http://{listen[0]}:{self._server.server_port}"

    @property
    def url(self) -> str:
        """Return an address to give to a sender; any other path of the origin is as good."""
        return self.origin + _PATH

    @property
    def received(self) -> list[Received]:
        """Return what has come in so far."""
        with self._news:
            return list(self._got)

    def answer_with(self, *statuses: int) -> None:
        """Answer with these from now on."""
        with self._news:
            self._statuses = list(statuses)

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """Return what has come in as soon as it is so much, or after the time what there is."""
        with self._news:
            self._news.wait_for(lambda: len(self._got) >= count, seconds)
            return list(self._got)

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take(self, request: Received) -> int:
        """Keep a request and return the status to answer with."""
        with self._news:
            self._got.append(request)
            self._news.notify_all()
            return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]

    def _door(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(receiver._take(Received(self.command, self.path, headers, body)))
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_PUT = do_PATCH = do_DELETE = do_POST

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        return Door
