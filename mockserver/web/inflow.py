"""Request bodies that an answer did not wait for: they are read to their end, or the connection is announced to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

# A server that answers before it has read the body has to close the connection: a client that is still sending sees no
# more than a broken pipe, and one that had finished fails with its next request. So much is read to spare it that,
# piece by piece; the end of the connection is announced where there is more.
MOST_DRAINED = 268_435_456
# A body that does not tell its length may have no end.
MOST_UNSTATED = 1_048_576
_PIECE = 65_536


class Inflow:
    """The body of one request as the application reads it, with the count of what was read."""

    def __init__(self, stream: IO[bytes], length: int | None) -> None:
        self._stream = stream
        self._length = length
        self._count = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, all that is left without one."""
        data = self._stream.read() if size < 0 else self._stream.read(size)
        self._count += len(data)
        return data

    def readline(self, size: int = -1) -> bytes:
        """Return a line."""
        data = self._stream.readline(size)
        self._count += len(data)
        return data

    def drain(self) -> bool:
        """Read what is left, within the bound; whether the end was reached."""
        left = MOST_UNSTATED if self._length is None else self._length - self._count
        if left > MOST_DRAINED:
            return False
        while left > 0:
            piece = self._stream.read(min(left, _PIECE))
            if not piece:
                return True
            left -= len(piece)
        return self._length is not None

    def before(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """Return what starts an answer once the body has been read."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            is_read = self.drain()
            return start_response(status, headers if is_read else [*headers, ("Connection", "close")], *more)

        return start


def inflow_of(environ: dict[str, Any]) -> Inflow | None:
    """Put a counting reader in the place of a request's body; None where it has none."""
    length = environ.get("CONTENT_LENGTH") or ""
    is_stated = length.isascii() and length.isdigit() and len(length) < 19
    if length == "0" or (not is_stated and "HTTP_TRANSFER_ENCODING" not in environ):
        return None
    inflow = Inflow(environ["wsgi.input"], int(length) if is_stated else None)
    environ["wsgi.input"] = inflow
    return inflow
