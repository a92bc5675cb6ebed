"""The door of the control API: a Flask request becomes the house's own and back."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, Response, g, request

from mockserver.control.house import House
from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from mockserver.pipeline.govern import Govern, admit
from mockserver.web.gateway import body_of, headers_of, host_of

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
_ALLOWED = "GET, HEAD, POST, PUT, PATCH, DELETE"


def bind(app: Flask, house: House, govern: Govern) -> None:
    """Let the application answer everything below /_control."""

    def answer(rest: str = "") -> Response:
        asked = asked_of_us()
        if asked.method == "OPTIONS" and "access-control-request-method" in asked.headers:
            return _preflight(asked, house)
        return printed(govern.answer(asked), asked)

    for rule in ("/_control", "/_control/", "/_control/<path:rest>"):
        app.add_url_rule(rule, "control", answer, methods=_METHODS, provide_automatic_options=False)


def asked_of_us(method: str = "", path: str = "", query: str | None = None) -> Request:
    """Return the request at hand as the house speaks of it, or another one by the same caller."""
    environ = request.environ
    own_path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
    return Request(
        id=g.request_id,
        method=method or environ["REQUEST_METHOD"],
        path=path or own_path,
        query=environ.get("QUERY_STRING", "") if query is None else query,
        headers=headers_of(environ),
        body=body_of(environ),
        client=environ.get("REMOTE_ADDR", ""),
        sandbox=g.asked,
        provider="control",
        base_url=root_url(),
    )


def root_url() -> str:
    """Return this server's address as the client called it, with the prefix of the sandbox, without a slash."""
    environ = request.environ
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host_of(environ)}{environ.get('SCRIPT_NAME', '')}"


def printed(reply: Reply, asked: Request) -> Response:
    """Return a reply as Flask sends it; pages of this machine's own origins may read it."""
    response = Response(reply.payload, reply.status, headers=reply.headers, content_type=reply.media_type or None)
    if not reply.media_type:
        response.headers.pop("Content-Type", None)
    origin = asked.header("origin")
    if origin is not None and reply.status not in (401, 403):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "*"
        response.headers["Vary"] = "Origin"
    return response


def _preflight(asked: Request, house: House) -> Response:
    """Answer a browser that asks beforehand. It sends no token with that question, so none is looked for."""
    try:
        admit(asked, replace(house.settings, control_token=""))
    except Failure:
        return Response(status=403)
    response = printed(Reply(204), asked)
    response.headers["Access-Control-Allow-Methods"] = _ALLOWED
    response.headers["Access-Control-Allow-Headers"] = asked.headers.get("access-control-request-headers", "*")[:1000]
    response.headers["Access-Control-Max-Age"] = "600"
    return response
