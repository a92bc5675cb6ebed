"""Fetches one file over real HTTP from an allowed network into a temporary file, within bounds of size and time."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.parse import urljoin

from mockserver.clock import monotonic_seconds
from mockserver.webhooks.courier import connect
from mockserver.webhooks.targets import TargetRefused, resolve

_PIECE = 65_536
_MOST_HOPS = 3
_MOST_IN_MEMORY = 1 << 20
_LONGEST_SECONDS = 60.0  # for the whole of one file; a host that sends drop by drop must not hold up a sandbox
_REDIRECTS = (301, 302, 303, 307, 308)


class FetchFailed(Exception):
    """The file could not be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fetched file; `file` is seekable, stands at its start, and lies on disk when it is large."""

    size: int
    file: IO[bytes]


def fetch(url: str, allowed: tuple[str, ...], most_bytes: int, timeout_seconds: float = 10.0) -> Fetched:
    """Fetch a file; each hop of a redirect is held to the allowed networks anew. `FetchFailed` otherwise."""
    try:
        for _ in range(_MOST_HOPS + 1):
            answer = _get(url, allowed, most_bytes, timeout_seconds)
            if isinstance(answer, Fetched):
                return answer
            url = urljoin(url, answer)
    except TargetRefused as refusal:
        raise FetchFailed(str(refusal)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(f"{type(error).__name__}: {error}") from None
    raise FetchFailed(f"more than {_MOST_HOPS} redirects")


def _get(url: str, allowed: tuple[str, ...], most_bytes: int, timeout: float) -> Fetched | str:
    """Return the file, or where a redirect leads."""
    target = resolve(url, allowed)
    with connect(target, timeout) as connection:
        connection.request("GET", target.path, headers={"User-Agent": "Soundcheck-Media", "Accept": "*/*"})
        response = connection.getresponse()
        place = response.headers.get("Location")
        if response.status in _REDIRECTS and place:
            return place
        if response.status != 200:
            raise FetchFailed(f"the address answers {response.status}")
        return _kept(response, most_bytes)


def _kept(response: http.client.HTTPResponse, most_bytes: int) -> Fetched:
    file: IO[bytes] = SpooledTemporaryFile(max_size=_MOST_IN_MEMORY)  # noqa: SIM115 - its owner closes it
    size, end = 0, monotonic_seconds() + _LONGEST_SECONDS
    try:
        while piece := response.read1(_PIECE):
            size += len(piece)
            if size > most_bytes:
                raise FetchFailed(f"the file has more than {most_bytes} bytes")
            if monotonic_seconds() > end:
                raise FetchFailed(f"the file takes longer than {_LONGEST_SECONDS:g} seconds")
            file.write(piece)
        if response.length:
            raise FetchFailed("the file ends before its stated length")
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Fetched(size, file)
