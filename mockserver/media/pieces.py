"""A binary file read in small pieces, so that a file of a gigabyte costs no more than its headers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END
from typing import BinaryIO

from mockserver.media.facts import MediaUnreadable

LARGEST_PIECE = 1 << 21


class Pieces:
    """Bytes by their place in the file; the position of the file itself means nothing."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0, SEEK_END)
        self.size = file.tell()

    def up_to(self, offset: int, count: int) -> bytes:
        """The bytes from an offset on: as many as asked for, or fewer where the file ends before."""
        if count > LARGEST_PIECE:
            raise ValueError(f"{count} bytes are too many for one piece")
        if count <= 0 or not 0 <= offset < self.size:
            return b""
        self._file.seek(offset)
        taken = self._file.read(count)
        while len(taken) < count and (more := self._file.read(count - len(taken))):
            taken += more
        return taken

    def at(self, offset: int, count: int) -> bytes:
        """Exactly that many bytes, or MediaUnreadable."""
        taken = self.up_to(offset, count)
        if len(taken) < count:
            raise MediaUnreadable("the file ends in the middle of its header")
        return taken


@contextmanager
def in_pieces(file: BinaryIO) -> Iterator[Pieces]:
    """The file in pieces; afterwards the file stands where it stood before."""
    position = file.tell()
    try:
        yield Pieces(file)
    finally:
        file.seek(position)
