"""Sounds for seeds: a WAV with a tone or silence in it, the same for the same wishes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from math import gcd
from typing import BinaryIO

_PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")


def wav(
    seconds: float,
    *,
    sample_rate_hz: int = 44_100,
    bits: int = 16,
    channels: int = 2,
    tone_hz: int = 440,
    extensible: bool = False,
) -> bytes:
    """A WAV of that length; `write_wav` describes the rest."""
    file = BytesIO()
    write_wav(
        file, seconds, sample_rate_hz=sample_rate_hz, bits=bits, channels=channels, tone_hz=tone_hz,
        extensible=extensible,
    )  # fmt: skip
    return file.getvalue()


def write_wav(
    file: BinaryIO,
    seconds: float,
    *,
    sample_rate_hz: int = 44_100,
    bits: int = 16,
    channels: int = 2,
    tone_hz: int = 440,
    extensible: bool = False,
) -> None:
    """Write a WAV in pieces, PCM of 16 or 24 bits, with a tone at a quarter of full loudness (0 Hz: silence).

    `extensible` writes the longer description of the format that digital audio workstations write.
    """
    if bits not in {16, 24}:
        raise ValueError(f"samples have 16 or 24 bits, not {bits}")
    frames = round(seconds * sample_rate_hz)
    length = frames * channels * bits // 8
    file.write(_header(length, sample_rate_hz, bits, channels, extensible))
    for piece in _pieces(length, _wave(sample_rate_hz, bits, channels, tone_hz)):
        file.write(piece)
    if length % 2:
        file.write(b"\x00")  # chunks start at even places


def _header(length: int, sample_rate_hz: int, bits: int, channels: int, extensible: bool) -> bytes:
    frame = channels * bits // 8
    layout = struct.pack(
        "<HHIIHH", 0xFFFE if extensible else 1, channels, sample_rate_hz, sample_rate_hz * frame, frame, bits
    )
    if extensible:
        layout += struct.pack("<HHI16s", 22, bits, (1 << channels) - 1, _PCM_GUID)
    riff_length = 4 + 8 + len(layout) + 8 + length + length % 2
    if riff_length > 0xFFFFFFFF:
        raise ValueError("a WAV holds at most 4 GB")
    return b"".join(
        (b"RIFF", struct.pack("<I", riff_length), b"WAVEfmt ", struct.pack("<I", len(layout)), layout,
         b"data", struct.pack("<I", length))
    )  # fmt: skip


def _pieces(length: int, wave: bytes) -> Iterator[bytes]:
    piece = wave * max(1, (1 << 16) // len(wave))
    whole, rest = divmod(length, len(piece))
    for _ in range(whole):
        yield piece
    yield piece[:rest]


def _wave(sample_rate_hz: int, bits: int, channels: int, tone_hz: int) -> bytes:
    """Whole swings of a triangle, in whole numbers: the last digit of a sine differs between machines."""
    swing = sample_rate_hz // gcd(sample_rate_hz, tone_hz) if tone_hz else 1
    loudest = 1 << (bits - 3)
    samples = []
    for place in range(swing):
        height = place * tone_hz * 4 * loudest // sample_rate_hz % (4 * loudest)
        level = abs((height + 3 * loudest) % (4 * loudest) - 2 * loudest) - loudest
        samples.append(level.to_bytes(bits // 8, "little", signed=True) * channels)
    return b"".join(samples)
