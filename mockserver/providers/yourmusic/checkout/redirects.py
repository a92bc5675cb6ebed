"""Where a payment page may send people back to: defaults, and patterns that other addresses must match."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from mockserver.core.failure import Failure

DEFAULTS = {
    "success_url": "https://app.yourmusic.example/checkout/success",
    "cancel_url": "https://app.yourmusic.example/checkout/cancel",
}
# `*` stands for any part of a host's first label, any port, or any end of a path.
ALLOWED = (
    "https://app.yourmusic.example/*",
    "https://*.acme-records.example/*",
    "https://*.northwind-music.example/*",
    "http://localhost:*/*",
    "http://127.0.0.1:*/*",
)


@dataclass(frozen=True, slots=True)
class _Pattern:
    scheme: str
    host: re.Pattern[str]
    any_port: bool
    path: re.Pattern[str]

    def holds(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return False
        if parts.scheme != self.scheme or "@" in parts.netloc or "\\" in url:
            return False
        if port is not None and not self.any_port:
            return False
        return bool(self.host.fullmatch(parts.hostname or "") and self.path.match(parts.path or "/"))


def _read(pattern: str) -> _Pattern:
    scheme, _, rest = pattern.partition("://")
    place, slash, path = rest.partition("/")
    host, colon, _ = place.partition(":")
    return _Pattern(
        scheme,
        re.compile(re.escape(host).replace(r"\*", "[a-z0-9-]+")),
        bool(colon),
        re.compile(re.escape(slash + path).replace(r"\*", ".*") + r"\Z", re.DOTALL),
    )


_PATTERNS = tuple(_read(pattern) for pattern in ALLOWED)


def is_allowed(url: str) -> bool:
    """Say whether an address matches one of the patterns, by its parts and not as a text (YM-081)."""
    return any(pattern.holds(url) for pattern in _PATTERNS)


def redirect_of(order: dict[str, str], member: str) -> str:
    """Return the address that an order names, or the default (YM-082); one of elsewhere is a refused field."""
    url = order.get(member)
    if url is None:
        return DEFAULTS[member]
    if not is_allowed(url):
        words = member.replace("_", " ")
        raise Failure("field", field=member, text=f"The {words} must match an allowed redirect URL pattern.")
    return url
