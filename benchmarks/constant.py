"""The floor: a constant of 1.7 KB from the same WSGI server with the same settings."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from mockserver.web.serving import serve_granian

BODY = b'{"data":"' + b"x" * 1700 + b'"}'
HEADERS = [("Content-Type", "application/vnd.api+json"), ("Content-Length", str(len(BODY)))]


def constant(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer the same to everything."""
    start_response("200 OK", HEADERS)
    return [BODY]


if __name__ == "__main__":
    serve_granian(lambda: constant, "127.0.0.1", int(sys.argv[-1]), 1, lambda: None)
