"""What was asked and answered, why, and what it changed; secrets are hidden before anybody reads it."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from mockserver.clock import monotonic_seconds
from mockserver.core.message import Body, Caller, Reply, Request
from specs import Problem

HIDDEN = "[hidden]"
_SECRET_HEADERS = {"authorization", "x-api-key", "cookie", "set-cookie", "proxy-authorization", "x-control-token"}
_SECRET_KEYS = re.compile(
    r"(?i)(secret|password|passwd|api[_-]?key|private[_-]?key|(access|refresh|device|onboarding|id)[_-]?token"
    r"|^token$|^otp$|client_assertion|authorization)"
)
_SECRET_TEXT = re.compile(
    r'(?i)("?\b(?:client_secret|secret|password|api_key|(?:access|refresh|device|onboarding)_?token|token|code|otp)"?'
    r'\s*[=:]\s*"?)([^"&\s,}]+)'
)
_MOST_BODY = 65_536


@dataclass(slots=True)
class Entry:
    """One request's way through the house, rendered only when somebody asks."""

    request: Request
    at: str
    operation: str = ""
    caller: Caller | None = None
    reply: Reply | None = None
    problems: list[Problem] = field(default_factory=list)
    failure: dict[str, Any] | None = None
    fault: str | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    is_lost: bool = False

    @property
    def status(self) -> int | None:
        """Return the status that was answered, or None where the answer was lost on purpose."""
        return None if self.reply is None or self.is_lost else self.reply.status

    def head(self) -> dict[str, Any]:
        """Return the entry's line in lists."""
        return {
            "id": self.request.id,
            "at": self.at,
            "provider": self.request.provider,
            "operation": self.operation or None,
            "method": self.request.method,
            "path": self.request.path,
            "query": _SECRET_TEXT.sub(rf"\1{HIDDEN}", self.request.query),
            "status": self.status,
        }

    def whole(self) -> dict[str, Any]:
        """Return everything: request, response and the explanation."""
        reply = self.reply
        return {
            **self.head(),
            "request": {
                "headers": _hide_headers(self.request.headers),
                "body": readable(self.request.body.seen, self.request.media_type),
            },
            "response": None
            if reply is None
            else {
                "headers": _hide_headers(reply.headers),
                "media_type": reply.media_type,
                "body": readable(reply.payload, reply.media_type),
            },
            "caller": None if self.caller is None else {"name": self.caller.name, "account": self.caller.account},
            "validation": [_hide_problem(problem) for problem in self.problems],
            "refusal": self.failure,
            "fault": self.fault,
            "changes": [{"verb": verb, "collection": name, "id": id} for verb, name, id in self.changes],
            "events": self.notes,
            "deliveries": self.deliveries,
        }


class Journal:
    """A ring per sandbox of stated size; it says how many entries were dropped."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._rings: dict[str, deque[Entry]] = {}
        self._dropped: dict[str, int] = {}
        self._seen: dict[str, dict[tuple[str, str, int, str], int]] = {}
        self._happened: dict[str, dict[tuple[str | None, ...], int]] = {}
        self._news = threading.Condition()

    def remember(self, entry: Entry) -> None:
        """Add an entry as the newest and wake those who wait."""
        name = entry.request.sandbox
        _shorten(entry)
        with self._news:
            ring = self._rings.get(name)
            if ring is None:
                ring = self._rings[name] = deque(maxlen=self.size)
            if len(ring) == self.size:
                self._dropped[name] = self._dropped.get(name, 0) + 1
            ring.append(entry)
            if entry.operation and entry.status is not None:
                media = entry.reply.media_type if entry.reply else ""
                key = (entry.request.provider, entry.operation, entry.status, media)
                seen = self._seen.setdefault(name, {})
                seen[key] = seen.get(key, 0) + 1
            self._news.notify_all()

    def find(self, sandbox: str, where: Callable[[Entry], bool] = lambda entry: True) -> Iterator[Entry]:
        """Yield the entries of a sandbox, newest first."""
        with self._news:
            entries = list(self._rings.get(sandbox, ()))
        yield from (entry for entry in reversed(entries) if where(entry))

    def dropped(self, sandbox: str) -> int:
        """Return how many entries the ring has lost."""
        return self._dropped.get(sandbox, 0)

    def count(self, sandbox: str, notes: list[dict[str, Any]]) -> None:
        """Count transitions and webhooks that happened, for the coverage."""
        with self._news:
            happened = self._happened.setdefault(sandbox, {})
            for note in notes:
                if note["kind"] in ("transition", "webhook"):
                    step = [note[name] for name in ("event", "from", "to") if name in note]
                    key = (note["kind"], note["provider"], note["resource"], *step)
                    happened[key] = happened.get(key, 0) + 1

    def happened(self, sandbox: str) -> dict[tuple[str | None, ...], int]:
        """Return how often each (transition, provider, machine, event, from, to) or (webhook, provider, event) was."""
        with self._news:
            return dict(self._happened.get(sandbox, {}))

    def seen(self, sandbox: str) -> dict[tuple[str, str, int, str], int]:
        """Return how often each (provider, operation, status, media type) was answered."""
        with self._news:
            return dict(self._seen.get(sandbox, {}))

    def wait(self, sandbox: str, where: Callable[[Entry], bool], count: int, seconds: float) -> list[Entry]:
        """Wait until `count` entries match, at most some real seconds; return those that match, newest first."""
        end = monotonic_seconds() + seconds
        with self._news:
            while True:
                found = [entry for entry in reversed(self._rings.get(sandbox, ())) if where(entry)]
                left = end - monotonic_seconds()
                if len(found) >= count or left <= 0:
                    return found
                self._news.wait(left)

    def clear(self, sandbox: str) -> None:
        """Forget the entries of a sandbox."""
        with self._news:
            self._rings.pop(sandbox, None)
            self._dropped.pop(sandbox, None)

    def forget(self, sandbox: str) -> None:
        """Forget everything about a sandbox, coverage included."""
        self.clear(sandbox)
        with self._news:
            self._seen.pop(sandbox, None)
            self._happened.pop(sandbox, None)


def _shorten(entry: Entry) -> None:
    """Keep of large bodies only how large they were: the journal must not hold on to every upload."""
    request, reply = entry.request, entry.reply
    if len(request.body.seen or b"") > _MOST_BODY:
        request.body = Body(None, request.body.length, _size(request.body.seen or b"", request.media_type).encode())
    if reply is not None and len(reply.payload) > _MOST_BODY:
        entry.reply = replace(reply, payload=_size(reply.payload, reply.media_type).encode())


def _size(body: bytes, media_type: str) -> str:
    return f"[{len(body)} bytes of {media_type or 'unknown type'}]"


def readable(body: bytes | None, media_type: str) -> Any:
    """Return a body as JSON or text with its secrets hidden; what is neither is told by its size."""
    if not body:
        return None
    if "json" in media_type:
        try:
            return hide(orjson.loads(body))
        except orjson.JSONDecodeError:
            pass
    try:
        return _SECRET_TEXT.sub(rf"\1{HIDDEN}", body.decode())
    except UnicodeDecodeError:
        return _size(body, media_type)


def hide(value: Any) -> Any:
    """Return a JSON value with the members that hold secrets replaced."""
    if isinstance(value, dict):
        return {
            key: HIDDEN if isinstance(inner, str) and _is_secret(key, inner) else hide(inner)
            for key, inner in value.items()
        }
    return [hide(item) for item in value] if isinstance(value, list) else value


def _is_secret(key: str, value: str) -> bool:
    if key == "code":  # a one-time code or an authorization code, but not an error's code
        return (value.isdigit() and 4 <= len(value) <= 8) or len(value) >= 32
    if key == "key":  # an API key that was just made, but not the key of a song or of an entry
        return len(value) >= 32 and value.isprintable() and " " not in value
    return bool(_SECRET_KEYS.search(key))


def _hide_headers(headers: dict[str, str]) -> dict[str, str]:
    return {
        name: HIDDEN
        if name.lower() in _SECRET_HEADERS or "secret" in name.lower()
        else _SECRET_TEXT.sub(rf"\1{HIDDEN}", value)
        for name, value in headers.items()
    }


def _hide_problem(problem: Problem) -> dict[str, Any]:
    told = problem.as_json()
    if _SECRET_KEYS.search(problem.pointer.rpartition("/")[2]):
        told["got"] = HIDDEN
        told["detail"] = f"{problem.rule} is not kept"
        return told
    told["got"] = hide(told["got"])
    return told
