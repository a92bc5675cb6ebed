"""Repeats a recorded lap of MPEG-TS for as long as a track lasts: time stamps and counters move on, bytes stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

SEGMENT_SECONDS = 6
_PACKET = 188
_TICKS = 90_000  # a second on the clock of MPEG
_LAP_SEGMENTS = 4
_LAP_TICKS = _LAP_SEGMENTS * SEGMENT_SECONDS * _TICKS
_START_TICKS = _TICKS  # the lap's first frame is stamped one second, so that its clock can run ahead of it
_WRAP = 1 << 33


@dataclass(frozen=True, slots=True)
class _Piece:
    """One recorded segment, and how far the packet counters had come before it."""

    data: bytes
    counted: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Lap:
    pieces: list[_Piece]
    counted: dict[int, int]


@lru_cache(maxsize=1)
def _lap() -> _Lap:
    folder = files("fixtures").joinpath("yourmusic", "media")
    pieces: list[_Piece] = []
    counted: Counter[int] = Counter()
    for number in range(_LAP_SEGMENTS):
        data = folder.joinpath(f"segment{number}.ts").read_bytes()
        pieces.append(_Piece(data, dict(counted)))
        counted.update(_pid(data, at) for at in _packets(data) if _has_payload(data, at))
    return _Lap(pieces, dict(counted))


def lengths(duration_seconds: int) -> list[int]:
    """Return how many seconds each segment of a track lasts: six, the last one what is left."""
    whole, rest = divmod(max(1, duration_seconds), SEGMENT_SECONDS)
    return [SEGMENT_SECONDS] * whole + ([rest] if rest else [])


def segment(number: int, duration_seconds: int) -> bytes | None:
    """Return the bytes of a track's segment, or None beyond its end."""
    planned = lengths(duration_seconds)
    if number >= len(planned):
        return None
    lap = _lap()
    laps, place = divmod(number, _LAP_SEGMENTS)
    piece = lap.pieces[place]
    moved = bytearray(piece.data)
    shift = laps * _LAP_TICKS
    for at in _packets(piece.data):
        pid = _pid(piece.data, at)
        _move_counter(moved, at, piece.counted.get(pid, 0) + laps * lap.counted.get(pid, 0))
        _move_clock(moved, at, shift)
        _move_stamp(moved, at, shift)
    if planned[number] < SEGMENT_SECONDS:
        del moved[_end_after(piece.data, place, planned[number]) :]
    return bytes(moved)


def _packets(data: bytes) -> Iterator[int]:
    return iter(range(0, len(data), _PACKET))


def _pid(data: bytes, at: int) -> int:
    return (data[at + 1] & 0x1F) << 8 | data[at + 2]


def _has_payload(data: bytes, at: int) -> bool:
    return bool(data[at + 3] & 0x10)


def _payload(data: bytes | bytearray, at: int) -> int:
    """Return where a packet's payload begins."""
    return at + 5 + data[at + 4] if data[at + 3] & 0x20 else at + 4


def _move_counter(moved: bytearray, at: int, steps: int) -> None:
    head = moved[at + 3]
    moved[at + 3] = head & 0xF0 | (head + steps) & 0x0F


def _move_clock(moved: bytearray, at: int, shift: int) -> None:
    """Move the clock reference, where a packet has one: 33 bits of 90 kHz, then 6 spare and 9 of 27 MHz."""
    if not moved[at + 3] & 0x20 or not moved[at + 4] or not moved[at + 5] & 0x10:
        return
    base = int.from_bytes(moved[at + 6 : at + 10], "big") << 1 | moved[at + 10] >> 7
    base = (base + shift) % _WRAP
    moved[at + 6 : at + 10] = (base >> 1).to_bytes(4, "big")
    moved[at + 10] = moved[at + 10] & 0x7F | (base & 1) << 7


def _stamp_at(data: bytes | bytearray, at: int) -> int | None:
    """Return where the presentation time stamp of a packet stands, or None where no frame begins in it."""
    start = _payload(data, at)
    if not data[at + 1] & 0x40 or data[start : start + 3] != b"\x00\x00\x01" or not data[start + 7] & 0x80:
        return None
    return start + 9


def _read_stamp(data: bytes | bytearray, at: int) -> int:
    """Read a stamp: 33 bits in groups of 3, 15 and 15, each followed by a marker bit."""
    high, middle = data[at] >> 1 & 7, data[at + 1] << 7 | data[at + 2] >> 1
    return high << 30 | middle << 15 | data[at + 3] << 7 | data[at + 4] >> 1


def _move_stamp(moved: bytearray, at: int, shift: int) -> None:
    place = _stamp_at(moved, at)
    if place is None:
        return
    stamp = (_read_stamp(moved, place) + shift) % _WRAP
    moved[place] = moved[place] & 0xF0 | stamp >> 29 & 0x0E | 1
    moved[place + 1] = stamp >> 22 & 0xFF
    moved[place + 2] = stamp >> 14 & 0xFE | 1
    moved[place + 3] = stamp >> 7 & 0xFF
    moved[place + 4] = stamp << 1 & 0xFE | 1


def _end_after(data: bytes, place: int, seconds: int) -> int:
    """Return where the first group of frames begins that would start after so many seconds of a piece."""
    end = _START_TICKS + (place * SEGMENT_SECONDS + seconds) * _TICKS
    for at in _packets(data):
        stamp = _stamp_at(data, at)
        if stamp is not None and _read_stamp(data, stamp) >= end:
            return at
    return len(data)
