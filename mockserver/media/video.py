"""What a film is: the boxes of MP4 and of MOV, which are the same but for their brand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from mockserver.media.facts import MediaUnreadable, VideoFacts
from mockserver.media.pieces import Pieces, in_pieces

_MOST_BOXES = 50_000
_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}  # all but ftyp: old MOV files


@dataclass(frozen=True, slots=True)
class _Box:
    name: bytes
    start: int  # of what it holds
    end: int


@dataclass(slots=True)
class _Film:
    """A file as boxes, with a bound on how many are looked at."""

    pieces: Pieces
    left: int = field(default=_MOST_BOXES)

    def boxes(self, start: int, end: int) -> Iterator[_Box]:
        """The boxes between two places; the last one may claim to end later."""
        while start + 8 <= end:
            self.left -= 1
            if self.left < 0:
                raise MediaUnreadable("the film has too many parts")
            head = self.pieces.at(start, 8)
            length, header = int.from_bytes(head[:4], "big"), 8
            if length == 1:
                length, header = int.from_bytes(self.pieces.at(start + 8, 8), "big"), 16
            elif length == 0:  # up to the end
                length = end - start
            if length < header:
                raise MediaUnreadable("a part of the film is shorter than its own header")
            yield _Box(head[4:], start + header, start + length)
            start += length

    def within(self, box: _Box, *path: bytes) -> Iterator[_Box]:
        """The boxes below one that are reached by these names."""
        for inner in self.boxes(box.start, min(box.end, self.pieces.size)):
            if inner.name == path[0]:
                if len(path) == 1:
                    yield inner
                else:
                    yield from self.within(inner, *path[1:])


def inspect_video(file: BinaryIO) -> VideoFacts:
    """Facts about an MP4 or MOV; MediaUnreadable when it is neither or has no picture."""
    with in_pieces(file) as pieces:
        film = _Film(pieces)
        if pieces.up_to(4, 4) not in _FIRST_BOXES:
            raise MediaUnreadable("the file is neither MP4 nor MOV")
        boxes = _outermost(film)
        header = boxes.get(b"moov")
        if header is None:
            raise MediaUnreadable("the film has no description")
        brand = pieces.at(boxes[b"ftyp"].start, 4) if b"ftyp" in boxes else b""
        width, height = _size(film, header)
        return VideoFacts(
            format="MOV" if brand in {b"", b"qt  "} else "MP4",
            brand=brand.decode("ascii", "replace").strip(),
            width=width,
            height=height,
            duration_seconds=_duration(film, header),
            complete=boxes[b""].end <= pieces.size,
            size_bytes=pieces.size,
        )


def _outermost(film: _Film) -> dict[bytes, _Box]:
    """The first box of each name, and under an empty name the last of all."""
    boxes: dict[bytes, _Box] = {}
    for box in film.boxes(0, film.pieces.size):
        boxes.setdefault(box.name, box)
        boxes[b""] = box
    return boxes


def _size(film: _Film, header: _Box) -> tuple[int, int]:
    """Width and height of the first track with a picture."""
    for track in film.within(header, b"trak"):
        kinds = [film.pieces.at(handler.start + 8, 4) for handler in film.within(track, b"mdia", b"hdlr")]
        if b"vide" not in kinds:
            continue
        for box in film.within(track, b"tkhd"):
            # The last two numbers, each with 16 bits behind the point, after 76 or (version 1) 88 bytes.
            place = box.start + (88 if film.pieces.at(box.start, 1)[0] == 1 else 76)
            numbers = film.pieces.at(place, 8)
            width, height = int.from_bytes(numbers[:2], "big"), int.from_bytes(numbers[4:6], "big")
            if width and height:
                return width, height
    raise MediaUnreadable("the film has no picture")


def _duration(film: _Film, header: _Box) -> float | None:
    """Seconds; a film in fragments tells them in a box of its own, if at all."""
    for box in film.within(header, b"mvhd"):
        is_long = film.pieces.at(box.start, 1)[0] == 1
        scale = int.from_bytes(film.pieces.at(box.start + (20 if is_long else 12), 4), "big")
        length = _number(film.pieces, box.start + (24 if is_long else 16), is_long)
        for fragments in film.within(header, b"mvex", b"mehd"):
            is_long = film.pieces.at(fragments.start, 1)[0] == 1
            length = length or _number(film.pieces, fragments.start + 4, is_long)
        return length / scale if scale and length else None
    return None


def _number(pieces: Pieces, place: int, is_long: bool) -> int | None:
    """A number of eight or four bytes; all bits set mean that it is not known."""
    found = pieces.at(place, 8 if is_long else 4)
    return None if found.strip(b"\xff") == b"" else int.from_bytes(found, "big")
