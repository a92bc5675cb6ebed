"""Connections to targets, kept open: what is sent is what is written, without proxies, cookies and redirects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH

# An address with nothing to escape, which is nearly every one: origin and what the request line says.
_PLAIN = re.compile(r"(https?://[a-z0-9.-]+(?::[0-9]+)?)((?:/(?!\.)[A-Za-z0-9_.~-]*)+(?:\?[A-Za-z0-9_.~=&-]+)?)")
_AGENT = "conformance"


@dataclass(frozen=True, slots=True)
class Received:
    """An answer, and the request as it went out."""

    url: str
    sent_headers: dict[str, str]
    status: int
    headers: dict[str, str]
    body: bytes


class Connections:
    """Open connections by origin. `verify` says whether certificates are checked, or names the authorities."""

    def __init__(self, verify: bool | str, timeout: float) -> None:
        if verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # that was the user's own choice
        self._verify = verify
        self._timeout = urllib3.Timeout(connect=timeout, read=timeout)
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Received:
        """Send one request; `Unanswered` where no whole answer comes."""
        try:
            origin, target, url, sent = prepared(method, url, headers, body)
            answer = self._pool(origin).urlopen(
                method, target, body or None, sent, retries=False, redirect=False, timeout=self._timeout
            )
        except (urllib3.exceptions.HTTPError, requests.RequestException, ValueError) as error:
            raise Unanswered(_reason(error), isinstance(error, urllib3.exceptions.ReadTimeoutError)) from None
        return Received(url, sent, answer.status, dict(answer.headers), answer.data)

    def close(self) -> None:
        """Give the connections back."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, origin: str) -> urllib3.HTTPConnectionPool:
        if origin not in self._pools:
            trust = self._trust() if origin.startswith("https:") else {}
            self._pools[origin] = urllib3.connection_from_url(origin, **trust)
        return self._pools[origin]

    def _trust(self) -> dict[str, Any]:
        if self._verify is False:
            return {"cert_reqs": "CERT_NONE"}
        authorities = DEFAULT_CA_BUNDLE_PATH if self._verify is True else self._verify
        place = "ca_cert_dir" if Path(authorities).is_dir() else "ca_certs"
        return {"cert_reqs": "CERT_REQUIRED", place: authorities}


class Unanswered(Exception):
    """No whole answer came; the text says why, `late` whether the target took the request and let the time run out."""

    def __init__(self, text: str, late: bool) -> None:
        super().__init__(text)
        self.late = late


def prepared(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str, str, dict[str, str]]:
    """Return origin, target, address and headers of a request as they go out; each header stands once, in any case."""
    named = {"user-agent": ("User-Agent", _AGENT)}
    named.update((name.lower(), (name, value)) for name, value in headers.items())
    if body or (method not in ("GET", "HEAD") and "content-length" not in named):
        named["content-length"] = ("Content-Length", str(len(body)))
    sent = dict(named.values())
    plain = _PLAIN.fullmatch(url)
    if plain:
        return plain[1], plain[2], url, sent
    request = requests.Request(method, url, sent).prepare()
    parts = urlsplit(request.url or url)
    return f"{parts.scheme}://{parts.netloc}", request.path_url, request.url or url, dict(request.headers)


def _reason(error: Exception) -> str:
    """Return the innermost reason of an exception, in one line."""
    inner: Any = error
    while True:
        deeper = getattr(inner, "reason", None) or (inner.args[0] if getattr(inner, "args", None) else None)
        if not isinstance(deeper, BaseException):
            break
        inner = deeper
    return f"{type(error).__name__}: {inner}"
