"""What a moving cover is: MP4, MOV, WebM or animated GIF, with its size, length and codec."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from mockserver.core.ground import Record
from mockserver.media.cover import inspect_cover
from mockserver.media.facts import MediaUnreadable
from mockserver.media.video import inspect_video

_EBML = b"\x1a\x45\xdf\xa3"
_MOST_HEAD = 1024 * 1024  # of a WebM; its description stands at the start
_MOST_FRAMES = 2000
# Sample descriptions in MP4 and MOV, and what they are called.
_CODECS = {
    **dict.fromkeys((b"avc1", b"avc3"), "H.264"),
    **dict.fromkeys((b"apcn", b"apch", b"apcs", b"apco", b"ap4h"), "ProRes"),
    **dict.fromkeys((b"hvc1", b"hev1"), "HEVC"),
    b"mp4v": "MPEG-4",
}
# The EBML elements that are opened, and those that are read.
_MASTERS = {0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0}
_SCALE, _DURATION, _CODEC, _WIDTH, _HEIGHT = 0x2AD7B1, 0x4489, 0x86, 0xB0, 0xBA


def inspect_film(file: BinaryIO) -> Record:
    """Return media type, width, height, seconds and codec; `MediaUnreadable` for anything else."""
    file.seek(0)
    head = file.read(6)
    if head[:4] == _EBML:
        return _webm(file)
    if head in (b"GIF87a", b"GIF89a"):
        return _gif(file)
    facts = inspect_video(file)
    if not facts.complete:
        raise MediaUnreadable("the film ends too early")
    media_type = "video/quicktime" if facts.format == "MOV" else "video/mp4"
    return _facts(media_type, facts.width, facts.height, facts.duration_seconds, _codec(file))


def _facts(media_type: str, width: int, height: int, seconds: float | None, codec: str | None) -> Record:
    return {
        "content_type": media_type,
        "width": width,
        "height": height,
        "duration_seconds": None if seconds is None else round(seconds, 3),
        "codec": codec,
    }


def _codec(file: BinaryIO) -> str | None:
    """Return the codec by the code in the sample description, which follows the box's own header of 16 bytes."""
    file.seek(0)
    data = file.read()
    at = data.find(b"stsd")
    return _CODECS.get(data[at + 16 : at + 20]) if at >= 0 else None


def _gif(file: BinaryIO) -> Record:
    cover = inspect_cover(file)
    from PIL import Image

    file.seek(0)
    milliseconds = 0
    with Image.open(file, formats=("GIF",)) as picture:
        for number in range(min(getattr(picture, "n_frames", 1), _MOST_FRAMES)):
            picture.seek(number)
            milliseconds += int(picture.info.get("duration", 0))
    return _facts("image/gif", cover.width, cover.height, milliseconds / 1000, "GIF")


def _webm(file: BinaryIO) -> Record:
    file.seek(0)
    found = dict(_elements(file.read(_MOST_HEAD)))
    width, height = found.get(_WIDTH), found.get(_HEIGHT)
    if not width or not height:
        raise MediaUnreadable("the film has no picture")
    codec = found.get(_CODEC, "").removeprefix("V_")
    length, scale = found.get(_DURATION), found.get(_SCALE, 1_000_000)
    return _facts("video/webm", width, height, length * scale / 1e9 if length else None, codec or None)


def _elements(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Any]]:
    """Yield the EBML elements that are read, by their ids; what is cut off ends the walk."""
    place, end = start, len(data) if end is None else min(end, len(data))
    while place < end:
        id, place = _number(data, place, keep_mark=True)
        size, place = _number(data, place, keep_mark=False)
        if id is None or size is None:
            return
        if id in _MASTERS:
            yield from _elements(data, place, place + size)
        elif id in (_SCALE, _WIDTH, _HEIGHT):
            yield id, int.from_bytes(data[place : place + size], "big")
        elif id == _DURATION and size in (4, 8):
            yield id, struct.unpack(">f" if size == 4 else ">d", data[place : place + size].ljust(size, b"\0"))[0]
        elif id == _CODEC:
            yield id, data[place : place + size].decode("ascii", "replace").rstrip("\0")
        place += size


def _number(data: bytes, place: int, *, keep_mark: bool) -> tuple[int | None, int]:
    """Return an EBML number of variable length and the place after it; None where there is none."""
    if place >= len(data) or data[place] == 0:
        return None, place
    length = 9 - data[place].bit_length()
    value = int.from_bytes(data[place : place + length], "big")
    if not keep_mark:
        value &= (1 << 7 * length) - 1
    return value, place + length
