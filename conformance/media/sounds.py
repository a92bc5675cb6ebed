"""Silence of any length, written without a library: WAV, FLAC, MP3, and an Ogg that nobody asked for."""

from __future__ import annotations

import struct
from functools import lru_cache

_FLAC_RATE, _FLAC_BLOCK = 8000, 4096
_MP3_RATE, _MP3_SAMPLES, _MP3_FRAME = 48000, 1152, 96


@lru_cache(maxsize=16)
def wav(seconds: float = 4.0, rate: int = 8000) -> bytes:
    """Return mono PCM of 16 bits."""
    return pcm(seconds, rate)


def pcm(seconds: float = 4.0, rate: int = 8000, bits: int = 16, channels: int = 1, mark: bytes = b"") -> bytes:
    """Return a WAV of any form; `mark` are the first bytes of sound, which make two of them differ."""
    frame = channels * bits // 8
    data = mark + bytes(frame * round(seconds * rate) - len(mark))
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * frame, frame, bits)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@lru_cache(maxsize=16)
def mp3(seconds: float = 5.0) -> bytes:
    """Return MPEG-1 layer III, mono, 32 kbit/s: frames whose side information is all zeros are silent."""
    frames = -(-round(seconds * _MP3_RATE) // _MP3_SAMPLES)
    return (b"\xff\xfb\x14\xc0" + bytes(_MP3_FRAME - 4)) * frames


@lru_cache(maxsize=16)
def flac(seconds: float = 5.0) -> bytes:
    """Return mono FLAC of 16 bits in frames of one constant subframe each."""
    total = round(seconds * _FLAC_RATE)
    packed = _FLAC_RATE << 44 | 0 << 41 | 15 << 36 | total
    about = struct.pack(">HH", _FLAC_BLOCK, _FLAC_BLOCK) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    frames, place, number = [], 0, 0
    while place < total:
        length = min(_FLAC_BLOCK, total - place)
        frames.append(_flac_frame(number, length))
        place, number = place + length, number + 1
    return b"fLaC\x80" + len(about).to_bytes(3, "big") + about + b"".join(frames)


def _flac_frame(number: int, length: int) -> bytes:
    # Block size in 16 bits at the end of the header, rate from the stream's head, mono, 16 bits per sample.
    header = b"\xff\xf8\x70\x08" + bytes((number,)) + struct.pack(">H", length - 1)
    frame = header + bytes((_crc(header, 8, 0x07),)) + b"\x00" + b"\x00\x00"
    return frame + struct.pack(">H", _crc(frame, 16, 0x8005))


def _crc(data: bytes, width: int, polynomial: int) -> int:
    value, top, mask = 0, 1 << (width - 1), (1 << width) - 1
    for byte in data:
        value ^= byte << (width - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
    return value


def ogg() -> bytes:
    """Return the beginning of an Ogg stream, as files named .ogg have it."""
    page = b"OggS\x00\x02" + bytes(8) + b"\x01\x00\x00\x00" + bytes(8) + b"\x01\x1e"
    return page + b"\x01vorbis" + bytes(4) + b"\x02\x44\xac\x00\x00" + bytes(14) + bytes(4000)
