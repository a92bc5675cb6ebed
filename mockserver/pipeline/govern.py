"""The recipe of the control API: the same readers as for providers, behind a guard, without faults, limits, journal."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import re
from dataclasses import replace
from urllib.parse import urlsplit

from mockserver.auth.headers import basic_of, bearer_of
from mockserver.call import Call
from mockserver.clock import instant, real_now
from mockserver.core.failure import Failure
from mockserver.core.message import JSON_TYPE, NOBODY, Reply, Request
from mockserver.pipeline import encode
from mockserver.pipeline.kit import Kit, Kits
from mockserver.provider import Provider
from mockserver.sandbox import DEFAULT, NAME, check_name
from mockserver.settings import Settings
from mockserver.violations import Violations

LOG = logging.getLogger("mockserver")
_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:/@\s]+))(?::[0-9]{1,5})?")
_STATE = "/_control/state/"
_MOST_BODY = 67_108_864  # a snapshot of a full world has its place


class Govern:
    """Answers requests to the control API. `house` is what its operations get beside the call."""

    def __init__(self, desk: Provider, house: object, settings: Settings, violations: Violations) -> None:
        self._desk = desk
        self._house = house
        self._settings = settings
        self._violations = violations
        self._kits = Kits(max(settings.max_body, _MOST_BODY))

    def answer(self, request: Request) -> Reply:
        """Answer one request; never raises."""
        asked = request.sandbox
        if not NAME.fullmatch(asked):
            request.sandbox = DEFAULT  # whatever is answered, it names a sandbox that can be
        try:
            return self._answer(request, asked)
        except Exception:
            LOG.exception("%s %s failed (request %s)", request.method, request.path, request.id)
            broken = Failure("internal", "The mock itself failed; its log says where.")
            return self._finish(request, self._desk.refuse(broken, request, None))

    def _answer(self, request: Request, asked: str) -> Reply:
        kit: Kit | None = None
        try:
            admit(request, self._settings)
            check_name(asked)
            _check_form(request)
            kit, texts = self._recognise(request)
            call = _understand(kit, request, texts)
            return self._keep_promise(request, kit, kit.function(call, self._house))
        except Failure as failure:
            return self._refuse(request, kit, failure)

    def _recognise(self, request: Request) -> tuple[Kit, dict[str, str]]:
        """Return the operation's kit and the path's texts. A record's id is any text, so it may hold slashes."""
        parts = request.path.split("/", 5)
        if not request.path.startswith(_STATE) or len(parts) < 6 or "/" not in parts[5]:
            return self._kits.recognise(self._desk, request)
        plain = replace(request, path="/".join([*parts[:5], "id"]))
        kit, texts = self._kits.recognise(self._desk, plain)
        return kit, {**texts, "id": parts[5]}

    def _refuse(self, request: Request, kit: Kit | None, failure: Failure) -> Reply:
        reply = self._desk.refuse(failure, request, kit.operation if kit else None)
        reply.headers.update(failure.headers)
        return self._keep_promise(request, kit, reply)

    def _keep_promise(self, request: Request, kit: Kit | None, reply: Reply) -> Reply:
        """Write the reply and hold it against the spec; what does not fit is our own 500 and a recorded violation."""
        self._finish(request, reply)
        if kit is None or reply.status >= 500:
            return reply
        broken = encode.find_broken(reply, kit.operation, self._desk.book.schemas)
        if not broken:
            return reply
        what, at = f"{reply.status} reply", instant(real_now())
        LOG.error("violation: %s %s: %s", kit.operation.id, what, "; ".join(one.text for one in broken[:3]))
        self._violations.add(request.sandbox, self._desk.name, kit.operation.id, what, broken, at)
        first = broken[0]
        text = f"The control API's reply broke its own spec at {first.pointer or '/'}: {first.text}"
        return self._finish(request, self._desk.refuse(Failure("internal", text), request, kit.operation))

    def _finish(self, request: Request, reply: Reply) -> Reply:
        reply.headers["X-Sandbox"] = request.sandbox
        reply.headers["X-Request-Id"] = request.id
        encode.write(reply, self._desk.media_type)
        return reply


def admit(request: Request, settings: Settings, by_password: bool = False) -> None:
    """Refuse strangers: a wrong token, a page of another origin, a name that somebody else points at this machine.

    A browser runs pages of the whole world on the machine where this server listens; without these checks any of them
    could move the tester's sandboxes. `by_password` also takes the token as the password that a browser asks for.
    """
    host = request.header("host") or ""
    if settings.control_token:
        given = bearer_of(request)
        if given is None and by_password:
            given = (basic_of(request) or ("", None))[1]
        if given is None or not hmac.compare_digest(given.encode(), settings.control_token.encode()):
            scheme = 'Basic realm="control token as password"' if by_password else "Bearer"
            text = "This server asks for its control token as a bearer token."
            raise Failure("unauthenticated", text, headers={"WWW-Authenticate": scheme})
    elif host and not _is_own(host, settings):
        raise Failure("forbidden", f"Requests to the host {host[:80]!r} are refused; use localhost or 127.0.0.1.")
    origin = request.header("origin")
    if origin is not None and not _is_own_origin(origin, host, settings):
        raise Failure("forbidden", f"Requests from the origin {origin[:80]!r} are refused.")


def _is_own_origin(origin: str, host: str, settings: Settings) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return False
    return _is_own(parts.netloc, settings) or parts.netloc.lower() == host.lower()


def _is_own(host: str, settings: Settings) -> bool:
    """Say whether a host name with or without port is this machine for nobody but itself."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = (found.group(1) or found.group(2)).lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost") or name == settings.host.lower():
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _check_form(request: Request) -> None:
    """Refuse a write that is not sent as JSON: other types are what a foreign page's form could send unasked."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    name = request.media_type
    has_body = bool(request.body.length) or request.body.length is None
    if name != JSON_TYPE and (name or has_body):
        text = f"Send the body as {JSON_TYPE}, not as {name or 'nothing that is named'}."
        raise Failure("unsupported_media", text, got=name, valid=[JSON_TYPE])


def _understand(kit: Kit, request: Request, texts: dict[str, str]) -> Call:
    call = Call(request, kit.operation, NOBODY, real_now(), texts)
    try:
        kit.read_path(call, texts)
    except Failure as failure:  # a name of another form is 422 here, not a thing that could not be found
        raise Failure("invalid", failure.detail, problems=failure.problems) from None
    kit.understand(call)
    return call
