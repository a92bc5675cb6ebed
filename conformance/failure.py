"""Trouble that is not the target's breach of promise: wrong configuration, or a wire that does not carry."""

from __future__ import annotations


class Misconfigured(Exception):
    """The command line, a file or the environment says something that cannot be used (exit code 2)."""


class Untestable(Exception):
    """The target cannot be judged as it stands: unreachable, refusing our credentials, not this API (exit code 3)."""


class TransportError(Exception):
    """A request was not answered: no connection, TLS, time-out, or a gateway's 502, 503, 504. Never a verdict."""


class Silence(TransportError):
    """A request was taken and not answered in time."""
