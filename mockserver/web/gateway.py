"""The front door: a WSGI request becomes the house's own, its answer goes back; everything else is Flask's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from mockserver.core.failure import Failure
from mockserver.core.message import Body, Reply, Request
from mockserver.pipeline.answer import LostAnswer, Recipe
from mockserver.provider import Provider
from mockserver.sandbox import DEFAULT, NAME, Sandboxes
from mockserver.web.inflow import inflow_of

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_PHRASES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
# Flask's own rooms below the root, and what it serves below a provider's prefix.
_ROOMS = ("_control", "_docs", "_inspector", "")
_DOCUMENTS = ("/openapi.json", "/openapi.yaml")


class Gateway:
    """Sorts requests: `/~name/` names a sandbox, the first segment a provider, a document's own host needs none."""

    def __init__(self, recipe: Recipe, hosts: Mapping[str, str], otherwise: WsgiApp) -> None:
        self._recipe = recipe
        self._flats: Mapping[str, Provider] = recipe.flats
        self._hosts = hosts
        self._otherwise = otherwise

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one WSGI request."""
        inflow = inflow_of(environ)
        return self._answer(environ, inflow.before(start_response) if inflow else start_response)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO") or "/"
        if not path.isascii():
            path = _raw(path).decode("utf-8", "replace")
        prefix, sandbox = "", None
        if path.startswith("/~"):
            sandbox, _, rest = path[2:].partition("/")
            prefix, path = f"/~{sandbox}", f"/{rest}"
        provider, _, rest = path[1:].partition("/")
        rest = f"/{rest}"
        flat = self._flats.get(provider)
        if flat is None:
            name = self._hosts.get((environ.get("HTTP_HOST") or "").partition(":")[0].lower())
            if name is None or provider in _ROOMS[:-1]:
                return self._to_flask(environ, start_response, prefix, sandbox, path)
            flat, rest = self._flats[name], path
        elif rest in _DOCUMENTS and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._to_flask(environ, start_response, prefix, sandbox, path)
        else:
            prefix = f"{prefix}/{provider}"
        return self._to_provider(environ, start_response, flat, prefix, sandbox, rest)

    def _to_flask(
        self, environ: Environ, start_response: StartResponse, prefix: str, sandbox: str | None, path: str
    ) -> Iterable[bytes]:
        environ["soundcheck.sandbox"] = sandbox or environ.get("HTTP_X_SANDBOX") or DEFAULT
        if prefix:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + _as_wsgi(prefix)
            environ["PATH_INFO"] = _as_wsgi(path)
        return self._otherwise(environ, start_response)

    def _to_provider(
        self,
        environ: Environ,
        start_response: StartResponse,
        flat: Provider,
        prefix: str,
        sandbox: str | None,
        path: str,
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        for base in flat.base_paths:
            if base and path.startswith(f"{base}/"):
                prefix, path = prefix + base, path[len(base) :]
        headers = headers_of(environ)
        if sandbox is None:
            sandbox = headers.get("x-sandbox") or DEFAULT
        id = request_id(headers, self._recipe.sandboxes, sandbox)
        if method == "OPTIONS" and "access-control-request-method" in headers:
            named = [("X-Sandbox", sandbox if NAME.fullmatch(sandbox) else DEFAULT), ("X-Request-Id", id)]
            start_response(_PHRASES[204], [*_preflight(headers), *named])
            return []
        request = Request(
            id=id,
            method=method,
            path=path,
            query=_query_of(environ),
            headers=headers,
            body=body_of(environ),
            client=environ.get("REMOTE_ADDR", ""),
            sandbox=sandbox,
            provider=flat.name,
            base_url=f"{environ.get('wsgi.url_scheme', 'http')}://{host_of(environ)}{prefix}",
        )
        if not NAME.fullmatch(request.sandbox):
            text = f"{request.sandbox[:80]!r} is no sandbox name; valid: lower-case letters, digits, _ and -, e.g. qa1."
            reply = flat.refuse(Failure("bad_sandbox", text), request, None)
            from mockserver.pipeline.encode import write

            write(reply, flat.media_type)
            request.sandbox = DEFAULT
        else:
            try:
                reply = self._recipe.answer(request)
            except LostAnswer:
                return _lost(start_response)
        return _send(reply, request, start_response, method == "HEAD")


def _as_wsgi(text: str) -> str:
    """Return a text in the form of the environment: the bytes of UTF-8, each as one letter."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def headers_of(environ: Environ) -> dict[str, str]:
    """Return the request's headers by lower-case name."""
    headers = {_header_name(key): value for key, value in environ.items() if key[:5] == "HTTP_"}
    content_type = environ.get("CONTENT_TYPE")
    if content_type:
        headers["content-type"] = content_type
    return headers


@lru_cache(maxsize=512)
def _header_name(key: str) -> str:
    return key[5:].replace("_", "-").lower()


def host_of(environ: Environ) -> str:
    """Return host and port as the client named them, or where we listen if that cannot be a host."""
    host = environ.get("HTTP_HOST", "")
    if _HOST.fullmatch(host):
        return str(host)
    return f"{environ.get('SERVER_NAME', '127.0.0.1')}:{environ.get('SERVER_PORT', '80')}"


def body_of(environ: Environ) -> Body:
    """Return the request's body, unread."""
    length = environ.get("CONTENT_LENGTH")
    if length:
        is_number = length.isascii() and length.isdigit() and len(length) < 19
        return Body(environ["wsgi.input"], int(length)) if is_number else Body(None, 0)
    if "HTTP_TRANSFER_ENCODING" in environ:
        return Body(environ["wsgi.input"], None)
    return Body(None, 0)


def _raw(text: str) -> bytes:
    """Return the bytes behind a WSGI text, whether the server decoded them as Latin-1 (PEP 3333) or as UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _query_of(environ: Environ) -> str:
    """Return the query with every byte beyond ASCII escaped, as clients should have sent it and links repeat it."""
    query: str = environ.get("QUERY_STRING", "")
    return query if query.isascii() else "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in _raw(query))


def request_id(headers: Mapping[str, str], sandboxes: Sandboxes, sandbox: str, kind: str = "request") -> str:
    """Return the id that the client gave, where it can be one, or the sandbox's next."""
    given = headers.get("x-request-id")
    if given and _REQUEST_ID.fullmatch(given):
        return given
    return sandboxes.next_request_id(sandbox, kind)


def _send(reply: Reply, request: Request, start_response: StartResponse, is_head: bool) -> Iterable[bytes]:
    payload = reply.payload
    # what names this exchange is added once, below, also where a provider promises it or a replay remembers another
    headers = [pair for pair in reply.headers.items() if pair[0].lower() not in ("x-sandbox", "x-request-id")]
    if payload or reply.media_type:
        headers.append(("Content-Type", reply.media_type or "application/octet-stream"))
    if "Content-Length" not in reply.headers and reply.status not in (204, 304):
        headers.append(("Content-Length", str(len(payload))))
    headers.append(("X-Sandbox", request.sandbox))
    headers.append(("X-Request-Id", request.id))
    if "origin" in request.headers:
        headers.append(("Access-Control-Allow-Origin", "*"))
        headers.append(("Access-Control-Expose-Headers", "*"))
    start_response(_PHRASES.get(reply.status) or f"{reply.status} Unknown", headers)
    if is_head or reply.status in (204, 304):
        return []
    # granian would wait for the rest of a list that is shorter than it says; an iterator ends the connection
    return iter([payload]) if "Content-Length" in reply.headers else [payload]


def _preflight(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Let browsers call the providers from any page: these are test data, and no cookie is ever honoured."""
    return [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
        ("Access-Control-Allow-Headers", headers.get("access-control-request-headers", "*")[:1000]),
        ("Access-Control-Max-Age", "600"),
    ]


def _lost(start_response: StartResponse) -> Iterable[bytes]:
    """End the exchange without an answer: the promised length never comes, the server closes the connection.

    The one byte is for waitress, which would put an answer of its own in place of one that has not begun.
    """
    start_response(_PHRASES[200], [("Content-Length", "1048576")])
    return _BreakingOff(b" ")


class _BreakingOff:
    """A body that breaks off after its first bytes."""

    def __init__(self, first: bytes) -> None:
        self._first = first

    def __iter__(self) -> _BreakingOff:
        return self

    def __next__(self) -> bytes:
        if not self._first:
            raise ConnectionAbortedError("the answer breaks off on a tester's order")
        first, self._first = self._first, b""
        return first
