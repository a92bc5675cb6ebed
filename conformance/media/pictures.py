"""Pictures of one grey tone in any size, written without a library: JPEG, PNG, GIF, WebP."""

from __future__ import annotations

import base64
import struct
import zlib
from functools import lru_cache

_CMYK = 4
_WEBP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


@lru_cache(maxsize=64)
def jpeg(
    width: int = 1400,
    height: int = 1400,
    dpi: int | None = 300,
    components: int = 3,
    mark: str = "",
    size: int = 0,
) -> bytes:
    """Return a baseline JPEG: 1 component is grey, 3 are RGB (as YCbCr), 4 are CMYK.

    `mark` is a comment that makes two pictures differ; `size` fills the file up with comments to that many bytes.

    Every coefficient is zero, and each Huffman table has one code, a single 0 bit: so the whole scan is zero bytes.
    """
    frame = struct.pack(">BHHB", 8, height, width, components)
    frame += b"".join(bytes((number + 1, 0x11, 0)) for number in range(components))
    scan = bytes((components,)) + b"".join(bytes((number + 1, 0)) for number in range(components)) + b"\x00\x3f\x00"
    one_code = b"\x01" + bytes(15) + b"\x00"
    blocks = -(-width // 8) * -(-height // 8) * components
    bits = 2 * blocks
    data = bytes(bits // 8) + (bytes((0xFF >> bits % 8,)) if bits % 8 else b"")
    head = b"\xff\xd8"
    # Adobe's marker is what tells CMYK; the density stands in JFIF's, in dots per inch.
    if components == _CMYK:
        head += _segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x00")
    if dpi is not None:
        head += _segment(0xE0, b"JFIF\x00\x01\x01\x01" + struct.pack(">HH", dpi, dpi) + b"\x00\x00")
    if mark:
        head += _segment(0xFE, mark.encode())
    tail = _segment(0xDB, b"\x00" + b"\x01" * 64) + _segment(0xC0, frame)
    tail += _segment(0xC4, b"\x00" + one_code) + _segment(0xC4, b"\x10" + one_code) + _segment(0xDA, scan)
    tail += data + b"\xff\xd9"
    return head + _comments(size - len(head) - len(tail)) + tail


def _comments(size: int) -> bytes:
    """Return comment segments of exactly this many bytes in all, as far as segments can be cut."""
    most, built = 0xFFFF + 2, []
    while size >= 4:
        length = size if size <= most else min(most, size - 4)
        built.append(_segment(0xFE, bytes(length - 4)))
        size -= length
    return b"".join(built)


def _chunk(kind: bytes, content: bytes) -> bytes:
    whole = kind + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))


@lru_cache(maxsize=16)
def png(width: int = 1400, height: int = 1400, dpi: int | None = 300, mark: str = "") -> bytes:
    """Return an RGB PNG; `mark` is a text that makes two pictures differ."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    dots = b"" if dpi is None else _chunk(b"pHYs", struct.pack(">IIB", round(dpi / 0.0254), round(dpi / 0.0254), 1))
    note = _chunk(b"tEXt", b"Comment\x00" + mark.encode("latin-1")) if mark else b""
    pixels = zlib.compress((b"\x00" + bytes((90, 120, 150)) * width) * height, 1)
    chunks = _chunk(b"IHDR", header) + dots + note + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def gif(width: int = 1400, height: int = 1400) -> bytes:
    """Return the head of a GIF with one pixel of data."""
    screen = struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes((0, 0, 0, 255, 255, 255))
    return b"GIF89a" + screen + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00\x3b"


def webp() -> bytes:
    """Return a lossless WebP of one pixel."""
    return base64.b64decode(_WEBP)
