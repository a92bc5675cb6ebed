"""The door: a reverse proxy on loopback that stands before any server and lets one fault act on what passes."""

from __future__ import annotations

import gzip
import http.client
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance.contract import Contract
from conformance.mutants.beyond import Beyond
from conformance.mutants.fault import Fault
from conformance.mutants.message import Call, Reply
from conformance.mutants.operator import Operator
from specs.book import HOME
from specs.load import bundle
from specs.operation import find_operations
from specs.route import Routes

_CONTROL = "/_control"
_HOOK = re.compile(r"http://(?:127\.0\.0\.1|localhost):(\d+)(?=[/\"?\s]|$)")
_OWN = ("connection", "keep-alive", "transfer-encoding", "content-length", "date", "server")


class Door:
    """Passes calls on, and webhooks back, with a fault acting on them."""

    def __init__(self, beyond: Beyond, contract: Contract, fault: Fault | None) -> None:
        self.beyond = beyond
        self.fault = fault
        self.operators: list[Operator] = fault.operators() if fault else []
        self.port = 0
        self.hits = 0
        self.trouble = ""  # what fell over in an operator: a fault of the eye test, not of the target
        self._routes = contract.routes

    @property
    def url(self) -> str:
        """Return the address in place of the target's own, without the path of its base URL."""
        return f"http://127.0.0.1:{self.port}"

    def pass_on(self, call: Call) -> Reply:
        """Bring a call to the target and its answer back."""
        self._find_operation(call)
        call.who = self.beyond.who(call)
        is_meant = self.fault is not None and self.fault.means(call)
        if self.fault is not None and self.fault.is_about_webhooks:
            self._lead_webhooks_here(call)
        reply = self._answer(call, is_meant)
        if call.operation and not call.operation.startswith("control."):
            for operator in self.operators:
                operator.witness(call, reply, self.beyond)
        if self.fault is not None and self.fault.is_about_webhooks:
            home = f"{self.url}/_hook/".encode()
            reply.body = re.sub(re.escape(home) + rb"(\d+)", rb"http://127.0.0.1:\1", reply.body)
        return reply

    def _answer(self, call: Call, is_meant: bool) -> Reply:
        for operator in self.operators if is_meant else ():
            forged = operator.request(call, self.beyond)
            if forged is not None:
                self.hits += 1
                return forged
        reply = self.beyond.forward(call)
        if reply.header("Content-Encoding") == "gzip" and self.operators:
            reply.body = gzip.decompress(reply.body)
            reply.set_header("Content-Encoding", None)
        if not self.beyond.is_near:
            self._rename_host(call, reply)
        if is_meant and self.fault is not None and self.fault.means_answer(reply):
            self.hits += 1
            for operator in self.operators:
                operator.answer(call, reply, self.beyond)
        return reply

    def _find_operation(self, call: Call) -> None:
        path = unquote(call.path)
        routes, name = (self._routes, "") if path.startswith(self.beyond.base) else (None, "")
        start = len(self.beyond.base)
        if path.startswith(_CONTROL + "/"):
            routes, name, start, call.operation = control_routes(), "control.", 0, "control."
        match = routes.match(path[start:]) if routes else None
        operation = match.methods.get(call.method) if match else None
        if match is not None and operation is not None:
            call.operation, call.values = name + operation.id, dict(match.values)

    def _rename_host(self, call: Call, reply: Reply) -> None:
        """Let links to a far target lead through the door."""
        for scheme in ("https", "http"):
            far = f"{scheme}://{self.beyond.host}"
            reply.body = reply.body.replace(far.encode(), self.beyond.origin(call).encode())
            reply.headers = [(name, value.replace(far, self.beyond.origin(call))) for name, value in reply.headers]

    def _lead_webhooks_here(self, call: Call) -> None:
        def led(found: re.Match[str]) -> str:
            is_stranger = int(found[1]) != self.port and not self.beyond.host.endswith(f":{found[1]}")
            return f"{self.url}/_hook/{found[1]}" if is_stranger else found[0]

        call.body = _HOOK.sub(led, call.body.decode("latin-1")).encode("latin-1")

    def deliver(self, parcel: Call) -> Reply:
        """Bring a webhook to its receiver, whose port stands in the path."""
        _, _, port, rest = parcel.path.split("/", 3) if parcel.path.count("/") > 2 else (*parcel.path.split("/"), "")
        parcel.path = f"/{rest}"
        going = [parcel]
        for operator in self.operators:
            going = [after for before in going for after in operator.parcels(before)]
        reply = Reply()
        for one in going:
            reply = _handed_over(one, int(port))
        for operator in self.operators:
            operator.receipt(parcel, reply)
        return reply


def _handed_over(parcel: Call, port: int) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(parcel.method, parcel.address, skip_host=True, skip_accept_encoding=True)
        for name, value in parcel.headers:
            if name.lower() not in _OWN:
                connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(parcel.body)))
        connection.endheaders(parcel.body or None)
        response = connection.getresponse()
        return Reply(response.getheaders(), response.read(), response.status)
    finally:
        connection.close()


@cache
def control_routes() -> Routes:
    """Return the paths of the control API."""
    return Routes(find_operations(bundle(HOME / "control" / "openapi.yaml")))


@contextmanager
def open_door(
    target_url: str, contract: Contract, fault: Fault | None, principals: Mapping[str, Mapping[str, str]] | None = None
) -> Iterator[Door]:
    """Open a door on a free port for the time of the block. `principals` may be filled in later."""
    door = Door(Beyond(target_url, contract, {} if principals is None else principals), contract, fault)
    server = _Server(("127.0.0.1", 0), _handler(door))
    door.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()
        door.beyond.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a caller may keep its connection open
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent: the caller sees a connection that ended."""


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _any(self) -> None:
            parts = urlsplit(f"http://x{self.path}" if self.path.startswith("/") else self.path)
            query = parts.query if "?" in self.path else ""
            call = Call(list(self.headers.items()), self._body(), self.command, parts.path or "/", query)
            is_hook = call.path.startswith("/_hook/")
            try:
                reply = door.deliver(call) if is_hook else door.pass_on(call)
            except (OSError, http.client.HTTPException):
                self.close_connection = True  # nobody answered: nor do we
                return
            except Exception as error:
                door.trouble = door.trouble or f"the fault fell over: {type(error).__name__}: {error}"
                self.close_connection = True
                return
            self._print(reply)

        def _body(self) -> bytes:
            if (self.headers.get("Transfer-Encoding") or "").lower() == "chunked":
                return b"".join(iter(self._chunk, b""))
            length = self.headers.get("Content-Length") or "0"
            return self.rfile.read(int(length)) if length.isdigit() else b""

        def _chunk(self) -> bytes:
            size = int(self.rfile.readline().split(b";")[0] or b"0", 16)
            data = self.rfile.read(size)
            self.rfile.readline()
            return data

        def _print(self, reply: Reply) -> None:
            reason = http.client.responses.get(reply.status, "")
            lines = [f"HTTP/1.1 {reply.status} {reason}"]
            lines += [f"{name}: {value}" for name, value in reply.headers if name.lower() not in _OWN[:4]]
            if reply.status not in (204, 304) and reply.status >= 200:
                lines.append(f"Content-Length: {len(reply.body)}")
            head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
            has_body = self.command != "HEAD" and reply.status not in (204, 304)
            self.wfile.write(head + (reply.body if has_body else b""))

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _any

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay silent."""

    return Handler
