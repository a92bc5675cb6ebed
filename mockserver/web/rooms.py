"""The Flask application behind the front door: control API, documents, reference pages, inspector."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, abort, g, request
from werkzeug.exceptions import HTTPException

from mockserver.control.house import House
from mockserver.pipeline.govern import Govern
from mockserver.sandbox import DEFAULT, NAME
from mockserver.web import control, documents, inspector
from mockserver.web.gateway import headers_of, request_id

# What a page may load: its own scripts, styles and data, nothing from anywhere else.
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def open_rooms(house: House, govern: Govern) -> Flask:
    """Return the application; the front door names sandbox and prefix in the WSGI environment."""
    app = Flask("mockserver.web", static_folder="static", static_url_path="/_docs/static")
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    control.bind(app, house, govern)
    documents.bind(app, house)
    inspector.bind(app, house, govern)

    @app.before_request
    def enter() -> None:
        asked = request.environ.get("soundcheck.sandbox", DEFAULT)
        g.asked = asked
        g.sandbox = asked if NAME.fullmatch(asked) else DEFAULT
        is_control = request.path.startswith("/_control")
        kind = "control" if is_control else "page"  # looking at pages shifts no other ids
        g.request_id = request_id(headers_of(request.environ), house.sandboxes, g.sandbox, kind)
        if g.asked != g.sandbox and not is_control:
            abort(422, f"{asked[:80]!r} is no sandbox name; valid: lower-case letters, digits, _ and -, e.g. qa1.")

    @app.after_request
    def leave(response: Response) -> Response:
        response.headers.setdefault("X-Sandbox", g.sandbox)
        response.headers.setdefault("X-Request-Id", g.request_id)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY)
            response.headers.setdefault("Referrer-Policy", "no-referrer")
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        return problem(error, house)

    return app


def problem(error: HTTPException, house: House) -> Response:
    """Return what Flask itself refuses as a problem document that says where to go instead."""
    status = error.code or 500
    known = ", ".join(f"/{name}/" for name in house.flats)
    text = error.description or "Refused."
    if status == HTTPStatus.NOT_FOUND:
        text = f"There is nothing at {request.path}; there are {known}, /_control/, /_docs/ and /_inspector/."
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": text}
    response = Response(orjson.dumps(body), status, content_type="application/problem+json")
    for name, value in error.get_headers():
        if name.lower() in ("allow", "location"):
            response.headers[name] = value
    return response
