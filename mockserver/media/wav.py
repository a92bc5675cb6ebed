"""WAV: RIFF chunks, also in the forms for many channels (extensible) and for large files (RF64, BW64)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mockserver.media.facts import AudioFacts, MediaUnreadable
from mockserver.media.pieces import Pieces

_EXTENSIBLE = 0xFFFE
_PCM, _FLOAT = 1, 3
_CODECS = {_PCM: "PCM", 2: "ADPCM", _FLOAT: "FLOAT", 6: "A-LAW", 7: "MU-LAW", 0x11: "IMA-ADPCM", 0x55: "MP3"}
_MOST_CHUNKS = 2000
_UNKNOWN = 0xFFFFFFFF  # the length does not fit, or the program that wrote the file could not go back to it


@dataclass(frozen=True, slots=True)
class _Layout:
    codec: int
    channels: int
    sample_rate: int
    bytes_per_second: int
    bytes_per_frame: int
    bits: int


def is_wav(pieces: Pieces) -> bool:
    """Whether the file begins as a WAV does."""
    head = pieces.up_to(0, 12)
    return head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:] == b"WAVE"


def read(pieces: Pieces) -> AudioFacts:
    """Facts about a file that `is_wav`."""
    layout, data = None, None
    large_data_length = 0
    for name, start, length in _chunks(pieces):
        if name == b"ds64" and length >= 16:
            large_data_length = int.from_bytes(pieces.at(start + 8, 8), "little")
        elif name == b"fmt ":
            layout = _layout(pieces.at(start, min(length, 40)))
        elif name == b"data":
            is_large = length == _UNKNOWN and large_data_length > 0
            data = (start, large_data_length if is_large else length)
        if layout and data:
            return _facts(pieces, layout, *data)
    lack = "has no sound in it" if layout else "does not say its format"
    raise MediaUnreadable(f"the WAV file {lack}")


def _chunks(pieces: Pieces) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and length of each chunk that begins within the file; chunks start at even places."""
    offset = 12
    for _ in range(_MOST_CHUNKS):
        head = pieces.up_to(offset, 8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[4:], "little")
        yield head[:4], offset + 8, length
        offset += 8 + length + length % 2
    raise MediaUnreadable("the WAV file has too many chunks")


def _layout(chunk: bytes) -> _Layout:
    if len(chunk) < 16:
        raise MediaUnreadable("the WAV file's description of its format is too short")
    layout = _Layout(*struct.unpack("<HHIIHH", chunk[:16]))
    if layout.codec == _EXTENSIBLE:
        if len(chunk) < 40:
            raise MediaUnreadable("the WAV file's extended description of its format is too short")
        # The first two bytes of the subformat's GUID are the codec that the short form would name.
        codec = int.from_bytes(chunk[24:26], "little")
        valid_bits = int.from_bytes(chunk[18:20], "little")
        layout = replace(layout, codec=codec, bits=valid_bits or layout.bits)
    if not layout.channels or not layout.sample_rate:
        raise MediaUnreadable("the WAV file has no channels or no sample rate")
    if layout.codec in {_PCM, _FLOAT} and layout.bytes_per_frame < layout.channels * ((layout.bits + 7) // 8):
        raise MediaUnreadable("the WAV file's samples are longer than the room they have")
    return layout


def _facts(pieces: Pieces, layout: _Layout, start: int, length: int) -> AudioFacts:
    held = pieces.size - start
    if length == _UNKNOWN or (length == 0 and pieces.at(4, 4) in {b"\x00" * 4, b"\xff" * 4}):
        length = held  # written to a pipe: nobody filled the length in, so the sound goes on to the end
    return AudioFacts(
        format="WAV",
        codec=_CODECS.get(layout.codec, f"0x{layout.codec:04x}"),
        duration_seconds=_duration(layout, length),
        sample_rate_hz=layout.sample_rate,
        bits_per_sample=layout.bits,
        channels=layout.channels,
        complete=length <= held,
        size_bytes=pieces.size,
    )


def _duration(layout: _Layout, length: int) -> float:
    if layout.codec in {_PCM, _FLOAT}:
        if not layout.bytes_per_frame:
            raise MediaUnreadable("the WAV file's samples have no length")
        return length // layout.bytes_per_frame / layout.sample_rate
    if not layout.bytes_per_second:
        raise MediaUnreadable("the WAV file does not say how many bytes make a second")
    return length / layout.bytes_per_second
