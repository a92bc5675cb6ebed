"""Requests and replies as the house speaks of them, free of any web framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from mockserver.core.failure import Failure

JSON_TYPE = "application/json"


class Body:
    """The bytes that a client sends: read at most once into memory, and never beyond a limit."""

    __slots__ = ("_data", "_stream", "length")

    def __init__(self, stream: IO[bytes] | None, length: int | None, data: bytes | None = None) -> None:
        self._stream = stream
        self._data = data
        self.length = length

    def read(self, limit: int) -> bytes:
        """Return the whole body; `too_large` where it is longer than `limit` bytes, before reading it."""
        if self._data is None:
            if self.length is not None and self.length > limit:
                raise Failure(
                    "too_large", f"The body has {self.length} bytes; at most {limit} are accepted.", limit=limit
                )
            self._data = self._drain(limit)
        elif len(self._data) > limit:
            raise Failure("too_large", f"The body has more than {limit} bytes.", limit=limit)
        return self._data

    def _drain(self, limit: int) -> bytes:
        if self._stream is None:
            return b""
        pieces, size = [], 0
        wanted = limit + 1 if self.length is None else self.length
        while size < wanted:
            piece = self._stream.read(min(65536, wanted - size))
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
        if size > limit:
            raise Failure("too_large", f"The body has more than {limit} bytes.", limit=limit)
        return b"".join(pieces)

    @property
    def stream(self) -> IO[bytes] | None:
        """Return the raw stream, for bodies that are parsed piece by piece."""
        return self._stream

    @property
    def seen(self) -> bytes | None:
        """Return the bytes where they were read into memory, for the journal."""
        return self._data


@dataclass(slots=True)
class Upload:
    """One file of a multipart body. `file` is seekable and may lie on disk; `size` in bytes."""

    field: str
    filename: str
    media_type: str
    size: int
    file: IO[bytes]

    def pieces(self, size: int = 65536) -> Iterator[bytes]:
        """Yield the bytes piece by piece, from the start."""
        self.file.seek(0)
        while piece := self.file.read(size):
            yield piece

    def read(self, limit: int) -> bytes:
        """Return the bytes, which must not be more than `limit`."""
        if self.size > limit:
            raise Failure(
                "too_large", f"{self.field} has {self.size} bytes; at most {limit} are accepted.", limit=limit
            )
        self.file.seek(0)
        return self.file.read()


@dataclass(slots=True)
class Request:
    """One request. `path` is the provider's own path, decoded; header names are lower case."""

    id: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Body
    client: str
    sandbox: str
    provider: str
    base_url: str

    def header(self, name: str) -> str | None:
        """Return a header by its lower-case name."""
        return self.headers.get(name)

    @property
    def media_type(self) -> str:
        """Return the content type without parameters, lower case; empty when none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(slots=True)
class Reply:
    """One answer. `body` is a JSON value, bytes or None; `media_type` empty means the provider's usual one."""

    status: int
    body: Any = None
    media_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: the credential's name and kind, the account it belongs to, and what it may do."""

    name: str
    kind: str
    account: str
    scopes: frozenset[str] = frozenset()
    facts: dict[str, Any] = field(default_factory=dict, hash=False)


NOBODY = Caller(name="", kind="none", account="")
