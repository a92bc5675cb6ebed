"""FLAC: the description of the stream, and whether its last frame is really there."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from mockserver.media.facts import AudioFacts, MediaUnreadable
from mockserver.media.pieces import LARGEST_PIECE, Pieces
from mockserver.media.tags import start_of_trailing

_MOST_BLOCKS = 2000
_STREAMINFO = 0
_SYNC = re.compile(rb"\xff[\xf8\xf9]")
_MOST_FRAMES_CHECKED = 2  # the checksum of a whole frame takes time; hostile bytes could ask for thousands
_MOST_FRAMES_TRIED = 4000


@dataclass(frozen=True, slots=True)
class _Stream:
    smallest_block: int
    largest_block: int
    largest_frame: int  # bytes; 0 when unknown
    sample_rate: int
    channels: int
    bits: int
    samples: int  # per channel; 0 when unknown

    def frame_bound(self) -> int:
        """No frame has more bytes than this."""
        raw = self.largest_block * self.channels * (self.bits + 8) // 8 + 64
        return min(self.largest_frame or raw, LARGEST_PIECE // 2)


def is_flac(pieces: Pieces, start: int) -> bool:
    """Whether a FLAC stream begins there."""
    return pieces.up_to(start, 4) == b"fLaC"


def read(pieces: Pieces, start: int) -> AudioFacts:
    """Facts about the FLAC stream that begins there."""
    stream, first_frame = _described(pieces, start + 4)
    end = _end_of_last_frame(pieces, first_frame, stream)
    samples = stream.samples or end
    if not samples:
        raise MediaUnreadable("the FLAC file does not say how long it is, and its end is missing")
    return AudioFacts(
        format="FLAC",
        codec="FLAC",
        duration_seconds=samples / stream.sample_rate,
        sample_rate_hz=stream.sample_rate,
        bits_per_sample=stream.bits,
        channels=stream.channels,
        complete=end == samples,
        size_bytes=pieces.size,
    )


def _described(pieces: Pieces, offset: int) -> tuple[_Stream, int]:
    """The stream's description and where its first frame begins."""
    stream = None
    for _ in range(_MOST_BLOCKS):
        head = pieces.at(offset, 4)
        kind, length = head[0] & 0x7F, int.from_bytes(head[1:], "big")
        if kind == _STREAMINFO and stream is None:
            stream = _stream(pieces.at(offset + 4, 34))
        offset += 4 + length
        if head[0] & 0x80:
            if stream is None:
                raise MediaUnreadable("the FLAC file does not describe its stream")
            return stream, offset
    raise MediaUnreadable("the FLAC file has too many blocks before its sound")


def _stream(block: bytes) -> _Stream:
    packed = int.from_bytes(block[10:18], "big")
    stream = _Stream(
        smallest_block=int.from_bytes(block[0:2], "big"),
        largest_block=int.from_bytes(block[2:4], "big"),
        largest_frame=int.from_bytes(block[7:10], "big"),
        sample_rate=packed >> 44,
        channels=(packed >> 41 & 0x7) + 1,
        bits=(packed >> 36 & 0x1F) + 1,
        samples=packed & 0xFFFFFFFFF,
    )
    if not stream.sample_rate or not stream.largest_block:
        raise MediaUnreadable("the FLAC file has no sample rate or no block size")
    return stream


# A FLAC header promises a number of samples, but frames carry no length, so only the last frame can show
# that the file holds them. It is found by its sync code, looking back from the end of the file; the checksum
# of its header and the one of the whole frame tell it from sound that looks like it.


def _end_of_last_frame(pieces: Pieces, first_frame: int, stream: _Stream) -> int:
    """How many samples there are up to the end of the last frame; 0 when the file does not end in one."""
    end = start_of_trailing(pieces)
    begin = max(first_frame, end - stream.frame_bound())
    window = pieces.up_to(begin, end - begin)
    checked = 0
    for offset, samples in _frames_from_the_end(window, stream):
        if stream.samples in {0, samples}:
            if _crc_16(window[offset:]) == 0:  # the checksum over a frame and its own checksum is 0
                return samples
            checked += 1
            if checked == _MOST_FRAMES_CHECKED:
                break
    return 0


def _frames_from_the_end(window: bytes, stream: _Stream) -> Iterator[tuple[int, int]]:
    """Where frames may begin, last one first, each with the number of samples up to its end."""
    offsets = deque((sync.start() for sync in _SYNC.finditer(window)), maxlen=_MOST_FRAMES_TRIED)
    for offset in reversed(offsets):
        samples = _samples_up_to_end(window[offset : offset + 16], stream)
        if samples is not None:
            yield offset, samples


def _samples_up_to_end(head: bytes, stream: _Stream) -> int | None:
    """The number of samples up to the end of the frame with this header; None when it is no header."""
    if len(head) < 6 or head[1] & 0xFE != 0xF8 or head[3] & 1:
        return None
    block_code, rate_code = head[2] >> 4, head[2] & 0xF
    number, place = _coded_number(head, 4)
    if number is None or not block_code or rate_code == 0xF:
        return None
    extra = {6: 1, 7: 2}.get(block_code, 0)
    block = _block_size(block_code, head[place : place + extra])
    place += extra + {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if place >= len(head) or _crc_8(head[:place]) != head[place]:
        return None
    is_counted_in_samples = head[1] & 1
    return (number if is_counted_in_samples else number * stream.smallest_block) + block


def _block_size(code: int, extra: bytes) -> int:
    if extra:
        return int.from_bytes(extra, "big") + 1
    if code == 1:
        return 192
    return 576 << (code - 2) if code <= 5 else 256 << (code - 8)


def _coded_number(head: bytes, place: int) -> tuple[int | None, int]:
    """A number in the way of UTF-8, of up to seven bytes, and the place after it."""
    first = head[place] if place < len(head) else 0xFF
    if first < 0x80:
        return first, place + 1
    following = 8 - (first ^ 0xFF).bit_length() - 1
    rest = head[place + 1 : place + 1 + following]
    if not 1 <= following <= 6 or len(rest) < following or any(byte & 0xC0 != 0x80 for byte in rest):
        return None, place
    number = first & (0x3F >> following)
    for byte in rest:
        number = number << 6 | byte & 0x3F
    return number, place + 1 + following


def _crc_8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc = _CRC_8[crc ^ byte]
    return crc


def _crc_16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc = (crc << 8 & 0xFFFF) ^ _CRC_16[crc >> 8 ^ byte]
    return crc


def _crc_table(bits: int, polynomial: int) -> list[int]:
    table = []
    for byte in range(256):
        crc = byte << (bits - 8)
        for _ in range(8):
            crc = crc << 1 ^ (polynomial if crc >> (bits - 1) & 1 else 0)
        table.append(crc & ((1 << bits) - 1))
    return table


_CRC_8 = _crc_table(8, 0x07)
_CRC_16 = _crc_table(16, 0x8005)
