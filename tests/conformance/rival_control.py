"""The rival behind a control API as thin as can be: sandboxes with worlds of their own, credentials, a clock."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rival import Rival, _Handler
from rival_query import TOKENS
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class Sandboxed:
    """Serves `/products/...` from the sandbox of the header X-Sandbox, and what the suite needs of `/_control`."""

    def __init__(self) -> None:
        self.worlds: dict[str, Rival] = {"default": Rival()}
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.requests: list[tuple[str, str, str]] = []

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        name = request.headers.get("X-Sandbox", "default")
        self.requests.append((name, request.method, request.path))
        if request.path.startswith("/products/"):
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/products")
            environ["SCRIPT_NAME"] = "/products"
            return self.worlds.setdefault(name, Rival())(environ, start_response)
        status, body = self.control(request, name)
        whole = b"" if body is None else json.dumps(body).encode()
        return Response(whole, status, content_type="application/json")(environ, start_response)

    def control(self, request: Request, name: str) -> tuple[int, Any]:
        place = request.path.removeprefix("/_control")
        if place == "/info":
            return 200, {"providers": ["products"]}
        if place.startswith("/sandboxes/"):
            return self.sandbox(request.method, place.removeprefix("/sandboxes/"))
        if place == "/credentials/products":
            entries = [
                {"name": who, "kind": "bearer", "header": "Authorization", "value": f"Bearer {token}", "account": who}
                for who, token in TOKENS.items()
            ]
            return 200, entries
        if place == "/clock":
            present = datetime.now(UTC)  # noqa: TID251 - it is a server of its own
            return 200, {"now": present.isoformat(), "mode": "running"}
        if place.startswith("/state/products/products/") and request.method == "PATCH":
            product = self.worlds[name].products[place.rpartition("/")[2]]
            product["tasks"] = json.loads(request.get_data())["has_send_tasks"]
            return 200, {}
        return 404, {"title": "Not Found", "status": 404}

    def sandbox(self, method: str, name: str) -> tuple[int, Any]:
        if method == "PUT":
            self.worlds[name] = Rival()
            self.opened.append(name)
            return 200, {"name": name}
        self.worlds.pop(name, None)
        self.closed.append(name)
        return 204, None


@contextmanager
def serving_sandboxes() -> Iterator[tuple[str, Sandboxed]]:
    """Serve on a free port; gives the origin and the application, to look into."""
    application = Sandboxed()
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", application
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
