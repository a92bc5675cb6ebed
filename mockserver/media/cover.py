"""What a picture is: read by Pillow, within bounds of memory whatever the file claims."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END
from math import isfinite
from typing import TYPE_CHECKING, BinaryIO

from mockserver.media.facts import CoverFacts, MediaUnreadable
from mockserver.media.pieces import in_pieces

if TYPE_CHECKING:
    from PIL.Image import Image

# No other: some decoders of Pillow start programs or are little tested against hostile files.
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_NAMES = {"MPO": "JPEG"}  # a JPEG with a second picture inside, as telephones write it

# Pillow may hold a whole chunk of a file, and decodes to four bytes a pixel. Both lie well beyond any cover.
_MOST_BYTES = 64 * 1024 * 1024
_MOST_PIXELS = 80_000_000
_MOST_PIXELS_DECODED = 16_000_000
_END_LIES_WITHIN = 64 * 1024
_JPEG_END, _PNG_END = b"\xff\xd9", b"IEND\xaeB`\x82"


def inspect_cover(file: BinaryIO) -> CoverFacts:
    """Facts about a JPEG, PNG, GIF or WEBP; MediaUnreadable when it is none of them, cut off or damaged."""
    with in_pieces(file) as pieces:
        if pieces.size > _MOST_BYTES:
            raise MediaUnreadable(f"the picture has {pieces.size} bytes, more than can be looked into")
        with _complaints("the file is not a JPEG, PNG, GIF or WEBP picture"):
            picture = _opened(file)
        if picture.width * picture.height > _MOST_PIXELS:
            raise MediaUnreadable(f"{picture.width} x {picture.height} pixels are too many to look into")
        facts = CoverFacts(
            format=_NAMES.get(picture.format or "", picture.format or ""),
            width=picture.width,
            height=picture.height,
            dpi=_dpi(picture.info.get("dpi")),
            mode=picture.mode,
            size_bytes=pieces.size,
        )
        with _complaints("the picture is cut off or damaged"):
            _read_to_the_end(picture, file)
        return facts


def _opened(file: BinaryIO) -> Image:
    from PIL import Image  # only whoever looks at a picture pays for Pillow

    file.seek(0)
    try:
        return Image.open(file, formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise MediaUnreadable("the picture has too many pixels to look into") from bomb


def _read_to_the_end(picture: Image, file: BinaryIO) -> None:
    """Raise whatever Pillow raises when the picture cannot be read to its end.

    A JPEG is decoded at an eighth of its size, which reads all of it and keeps little. Two kinds would still
    take much memory when they are large: a PNG, of which the checksums tell as much, and a progressive JPEG,
    of which only the mark at the end is looked for. Large pictures of other formats are taken as they are.
    """
    if picture.width * picture.height <= _MOST_PIXELS_DECODED or _is_baseline_jpeg(picture):
        picture.draft(picture.mode, (max(1, picture.width // 8), max(1, picture.height // 8)))
        picture.load()
        if picture.format == "PNG" and not _has_end(file, _PNG_END):  # Pillow is content once it has the pixels
            raise ValueError("no IEND at the end")
    elif picture.format == "PNG":
        picture.verify()
    elif picture.format == "JPEG" and not _has_end(file, _JPEG_END):
        raise ValueError("no mark at the end")


def _is_baseline_jpeg(picture: Image) -> bool:
    return picture.format == "JPEG" and not picture.info.get("progressive")


def _has_end(file: BinaryIO, mark: bytes) -> bool:
    size = file.seek(0, SEEK_END)
    file.seek(max(0, size - _END_LIES_WITHIN))
    return mark in file.read(_END_LIES_WITHIN)


def _dpi(told: object) -> float | None:
    """The lower dpi of both directions. PNG counts dots per metre, so 72 dpi come back as 71.98 or 72.01."""
    if not isinstance(told, tuple) or len(told) != 2:
        return None
    try:
        lower = round(float(min(told)), 1)
    except (TypeError, ValueError, ArithmeticError):
        return None  # EXIF holds fractions such as 0/0
    return lower if isfinite(lower) and lower > 0 else None


@contextmanager
def _complaints(reason: str) -> Iterator[None]:
    try:
        yield
    except MediaUnreadable:
        raise
    except Exception as complaint:  # a decoder fed with hostile bytes raises whatever it stumbles over
        raise MediaUnreadable(reason) from complaint
