"""A film without a picture, but with a head that tells its size; a paper of one empty page."""

from __future__ import annotations

import struct

_UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + kind + content


def mp4(width: int = 1920, height: int = 1080, brand: bytes = b"isom") -> bytes:
    """Return an MP4 (brand isom) or QuickTime film (brand `qt  `) with one video track of ten seconds."""
    head = struct.pack(">IIIII", 0, 0, 0, 1000, 10000)
    movie = _box(
        b"mvhd",
        head,
        struct.pack(">IHHII", 0x10000, 0x0100, 0, 0, 0),
        _UNITY,
        bytes(24),
        struct.pack(">I", 2),
    )
    track = struct.pack(">IIIIII", 7, 0, 0, 1, 0, 10000) + bytes(16) + _UNITY
    track += struct.pack(">II", width << 16, height << 16)
    entry = (
        bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HHIIIH", width, height, 0x480000, 0x480000, 0, 1)
    )
    entry += bytes(32) + struct.pack(">Hh", 24, -1)
    tables = (
        *(_box(b"stsd", struct.pack(">II", 0, 1), _box(b"avc1", entry)),),
        *(_box(name, bytes(8)) for name in (b"stts", b"stsc", b"stco")),
        *(_box(b"stsz", bytes(12)),),
    )
    information = _box(
        b"minf",
        _box(b"vmhd", struct.pack(">IQ", 1, 0)),
        _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1), _box(b"url ", struct.pack(">I", 1)))),
        _box(b"stbl", *tables),
    )
    media = _box(
        b"mdia",
        _box(b"mdhd", head, struct.pack(">HH", 0x55C4, 0)),
        _box(b"hdlr", bytes(8), b"vide", bytes(12), b"video\x00"),
        information,
    )
    moov = _box(b"moov", movie, _box(b"trak", _box(b"tkhd", track), media))
    return _box(b"ftyp", brand, bytes(4), brand) + moov + _box(b"mdat", bytes(64))


def avi() -> bytes:
    """Return the beginning of an AVI."""
    head = b"hdrlavih" + struct.pack("<I", 56) + bytes(32) + struct.pack("<II", 1920, 1080) + bytes(16)
    body = b"AVI LIST" + struct.pack("<I", len(head)) + head
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf(size: int = 0) -> bytes:
    """Return a PDF of one empty page; `size` fills it up with a comment to that many bytes."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    text, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    bare = len(text) + len(table) + len(tail % 0)
    fill = b"%" + b" " * max(0, size - bare - 12) + b"\n" if size > bare else b""
    whole = text + fill + table + tail % (len(text) + len(fill))
    return whole + b" " * (size - len(whole))


def _element(id: bytes, content: bytes) -> bytes:
    return id + (len(content) | 1 << 28).to_bytes(4, "big") + content


def webm(width: int = 1920, height: int = 1080) -> bytes:
    """Return a WebM with the head of one VP9 track of ten seconds, and no picture."""
    versions = b"".join(_element(id, b"\x01") for id in (b"\x42\x86", b"\x42\xf7"))
    limits = _element(b"\x42\xf2", b"\x04") + _element(b"\x42\xf3", b"\x08")
    kind = _element(b"\x42\x82", b"webm") + _element(b"\x42\x87", b"\x04") + _element(b"\x42\x85", b"\x02")
    size = _element(b"\xb0", struct.pack(">H", width)) + _element(b"\xba", struct.pack(">H", height))
    about = _element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(4, "big")) + _element(
        b"\x44\x89", struct.pack(">d", 10000.0)
    )
    names = _element(b"\x4d\x80", b"conformance") + _element(b"\x57\x41", b"conformance")
    numbers = _element(b"\xd7", b"\x01") + _element(b"\x73\xc5", b"\x01") + _element(b"\x83", b"\x01")
    track = _element(b"\xae", numbers + _element(b"\x86", b"V_VP9") + _element(b"\xe0", size))
    parts = _element(b"\x15\x49\xa9\x66", about + names) + _element(b"\x16\x54\xae\x6b", track)
    return _element(b"\x1a\x45\xdf\xa3", versions + limits + kind) + _element(b"\x18\x53\x80\x67", parts)
