"""What operators may use of the target behind the door: further calls, known credentials, the document's examples."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from conformance.contract import Contract
from conformance.mutants.message import Call, Reply, json_reply
from conformance.pointer import MISSING
from specs.load import resolve

_OWN = frozenset(("connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection", "upgrade"))
_CREDENTIALS = ("authorization",)

Credential = tuple[tuple[str, str], ...]


class Beyond:
    """The target. `principals` are the credentials that the suite holds, by name; they may grow during a trial."""

    def __init__(self, target_url: str, contract: Contract, principals: Mapping[str, Mapping[str, str]]) -> None:
        parts = urlsplit(target_url)
        self.base = parts.path.rstrip("/")
        self.host = parts.netloc
        self.is_near = parts.hostname in ("127.0.0.1", "localhost", "::1")
        self.principals = principals
        self._scheme = parts.scheme
        self._contract = contract
        self._own = threading.local()
        self._opened: list[http.client.HTTPConnection] = []
        self._worked: dict[str, list[Credential]] = {}
        schemes = contract.document.get("components", {}).get("securitySchemes", {}).values()
        named = [scheme["name"].lower() for scheme in schemes if scheme.get("in") == "header"]
        self._carriers = (*_CREDENTIALS, *named)

    def close(self) -> None:
        """Close what was opened, whichever thread did so."""
        for connection in self._opened:
            connection.close()

    def forward(self, call: Call) -> Reply:
        """Send a call to the target as it is; `OSError` or `HTTPException` where it does not answer."""
        try:
            reply = self._sent(call)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._own.connection = None  # it had grown cold; the same call goes out on a fresh one
            reply = self._sent(call)
        if reply.is_good:
            self._note(call)
        return reply

    def _sent(self, call: Call) -> Reply:
        connection = self._connection()
        try:
            connection.putrequest(call.method, _ascii(call.address), skip_host=True, skip_accept_encoding=True)
            headers = [pair for pair in call.headers if pair[0].lower() not in _OWN]
            if not self.is_near:
                headers = [("Host", self.host), *(pair for pair in headers if pair[0].lower() != "host")]
            for name, value in headers:
                connection.putheader(name, value.encode("latin-1", "replace"))
            if call.body or call.method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(call.body)))
            connection.endheaders(call.body or None)
            response = connection.getresponse()
            body = response.read()
        except BaseException:
            connection.close()
            self._own.connection = None
            raise
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in _OWN]
        return Reply(kept, body, response.status)

    def _connection(self) -> http.client.HTTPConnection:
        known: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if known is None:
            kind = http.client.HTTPSConnection if self._scheme == "https" else http.client.HTTPConnection
            known = self._own.connection = kind(self.host, timeout=60)
            self._opened.append(known)
        return known

    def fetch(self, method: str, path: str, like: Call, sent: Any = MISSING, who: str = "") -> Reply:
        """Make another call with the sandbox and the credential of `like`, or that of a principal by name."""
        kept = ("host", "x-sandbox", "accept", *(() if who else self._carriers))
        other = Call([pair for pair in like.headers if pair[0].lower() in kept], b"", method, path)
        for name, value in self.principals.get(who, {}).items():
            other.set_header(name, value)
        if sent is not MISSING:
            other.json = sent
            other.set_header("Content-Type", self._media_type(method, path))
        return self.forward(other)

    def fetch_by_anyone(self, method: str, path: str, like: Call, sent: Any = MISSING) -> Reply:
        """Make another call with the credential of `like`, or with the first known one that may."""
        reply = self.fetch(method, path, like, sent)
        for credential in self.credentials(like):
            if reply.is_good:
                break
            other = like.copy()
            for name, value in credential:
                other.set_header(name, value)
            reply = self.fetch(method, path, other, sent)
        return reply

    def _media_type(self, method: str, path: str) -> str:
        match = self._contract.routes.match(unquote(path[len(self.base) :]))
        operation = match.methods.get(method) if match else None
        return next(iter(operation.body), "application/json") if operation else "application/json"

    def who(self, call: Call) -> str:
        """Return the principal of a call: by name, `none`, or `unknown`; `other` where it has worked before."""
        own = self._credential(call)
        if not own:
            return "none"
        for name, headers in self.principals.items():
            if headers and all(call.header(key) == value for key, value in headers.items()):
                return name
        return "other" if own in self._worked.get(call.header("X-Sandbox") or "", []) else "unknown"

    def credentials(self, call: Call) -> list[Credential]:
        """Return the credentials that have worked in a call's sandbox, but for its own, oldest first."""
        own = self._credential(call)
        return [known for known in self._worked.get(call.header("X-Sandbox") or "", []) if known != own]

    def _credential(self, call: Call) -> Credential:
        return tuple((name, value) for name, value in call.headers if name.lower() in self._carriers)

    def _note(self, call: Call) -> None:
        operation = self._contract.operations.get(call.operation)
        own = self._credential(call)
        if own and operation is not None and not operation.is_open:
            known = self._worked.setdefault(call.header("X-Sandbox") or "", [])
            if own not in known:
                known.append(own)

    def origin(self, call: Call) -> str:
        """Return scheme and host as the caller knows them."""
        return f"http://{call.header('Host')}"

    def path_of(self, operation: str, values: Mapping[str, str]) -> str:
        """Return the path of an operation with the values of another one of the same family."""
        path = self._contract.operations[operation].path
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        return self.base + path

    def success_status(self, operation: str) -> int:
        """Return the success status that the document gives."""
        return self._contract.operations[operation].success_status()

    def example(self, operation: str, status: int) -> Reply:
        """Return the document's first example of an answer; an empty body where it has none."""
        promise = self._contract.operations[operation].promises.get(status)
        for media in promise.content.values() if promise else ():
            for example in media.examples.values():
                value = example.get("value", example) if isinstance(example, dict) else example
                return json_reply(status, value, media.name)
        return Reply(status=status)

    def is_open(self, call: Call, reply: Reply) -> bool:
        """Say whether the document lets the outermost object of an answer have members that it does not name."""
        operation = self._contract.operations.get(call.operation)
        promise = operation.promises.get(reply.status) if operation else None
        stated = (reply.header("Content-Type") or "").partition(";")[0]
        media = promise.content.get(stated) if promise else None
        return media is not None and self._leaves_open(media.schema)

    def _leaves_open(self, schema: Any) -> bool:
        if not isinstance(schema, dict):
            return True
        if "$ref" in schema and not self._leaves_open(resolve(self._contract.document, schema["$ref"])):
            return False
        parts = [part for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, ())]
        closed = any(schema.get(word) is False for word in ("additionalProperties", "unevaluatedProperties"))
        typed = any(isinstance(schema.get(word), dict) for word in ("additionalProperties", "unevaluatedProperties"))
        return not closed and not typed and all(self._leaves_open(part) for part in parts)


def _ascii(address: str) -> str:
    """Return an address as a request line may hold it, byte for byte the same to whoever decodes it."""
    return "".join(letter if "!" <= letter <= "~" else f"%{ord(letter) & 255:02X}" for letter in address)
