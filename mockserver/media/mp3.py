"""MP3: frames of MPEG layer III, and the headers that encoders hide in the first of them."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.media.facts import AudioFacts, MediaUnreadable
from mockserver.media.pieces import Pieces
from mockserver.media.tags import start_of_trailing

_BIT_RATES = {  # kbit/s by index; 0 is free format and 15 is not allowed
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES = (44_100, 48_000, 32_000)
_RATE_DIVISORS = {3: 1, 2: 2, 0: 4}  # MPEG 1, 2 and 2.5 by their bits
_LONGEST_FRAME = 1441
_SYNC_LIES_WITHIN = 64 * 1024
_FRAMES_MEASURED = 400


@dataclass(frozen=True, slots=True)
class _Frame:
    is_mpeg_1: bool
    sample_rate: int
    bit_rate: int
    channels: int
    length: int  # bytes

    @property
    def samples(self) -> int:
        return 1152 if self.is_mpeg_1 else 576

    @property
    def side_length(self) -> int:
        """Bytes between the frame's header and its sound, or a hidden header."""
        if self.is_mpeg_1:
            return 32 if self.channels == 2 else 17
        return 17 if self.channels == 2 else 9

    def goes_with(self, other: _Frame | None) -> bool:
        """Whether both can be frames of one stream."""
        if other is None:
            return False
        return (self.is_mpeg_1, self.sample_rate) == (other.is_mpeg_1, other.sample_rate)


@dataclass(frozen=True, slots=True)
class _Promise:
    """What a hidden header (Xing, Info or VBRI) says about the frames; 0 where it says nothing."""

    frames: int
    size_bytes: int
    silent_samples: int  # that the encoder added at both ends


def read(pieces: Pieces, start: int) -> AudioFacts:
    """Facts about the MP3 whose frames begin somewhere after start; MediaUnreadable when there are none."""
    offset, first = _first_frame(pieces, start)
    end = start_of_trailing(pieces)
    promise = _promise(pieces.up_to(offset, _LONGEST_FRAME), first)
    if promise.frames:
        samples = max(0, promise.frames * first.samples - promise.silent_samples)
        duration = samples / first.sample_rate
    else:
        duration = _estimated_duration(pieces, offset, end, first)
    holds_promise = offset + promise.size_bytes <= pieces.size
    return AudioFacts(
        format="MP3",
        codec="MP3",
        duration_seconds=duration,
        sample_rate_hz=first.sample_rate,
        bits_per_sample=None,
        channels=first.channels,
        complete=holds_promise and _ends_with_a_whole_frame(pieces, offset, end, first),
        size_bytes=pieces.size,
    )


def _frame(head: bytes) -> _Frame | None:
    """The frame that begins with these four bytes; None when they are no header of layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2 or head[3] & 3 == 2:
        return None
    version, rate_index, bit_rate_index = head[1] >> 3 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate_index == 3 or bit_rate_index in {0, 15}:
        return None
    is_mpeg_1 = version == 3
    sample_rate = _SAMPLE_RATES[rate_index] // _RATE_DIVISORS[version]
    bit_rate = _BIT_RATES[is_mpeg_1][bit_rate_index] * 1000
    padding = head[2] >> 1 & 1
    length = (144 if is_mpeg_1 else 72) * bit_rate // sample_rate + padding
    return _Frame(is_mpeg_1, sample_rate, bit_rate, 1 if head[3] >> 6 == 3 else 2, length)


def _first_frame(pieces: Pieces, start: int) -> tuple[int, _Frame]:
    """The first frame that another one follows. Sound and tags may hold bytes that look like one frame."""
    window = pieces.up_to(start, _SYNC_LIES_WITHIN)
    place = window.find(b"\xff")
    while place >= 0:
        frame = _frame(window[place : place + 4])
        if frame is not None:
            follower = start + place + frame.length
            is_alone = place == 0 and follower >= start_of_trailing(pieces)
            if is_alone or frame.goes_with(_frame(pieces.up_to(follower, 4))):
                return start + place, frame
        place = window.find(b"\xff", place + 1)
    raise MediaUnreadable("the file is neither WAV, FLAC nor MP3")


def _promise(frame: bytes, layout: _Frame) -> _Promise:
    frame = frame[: layout.length]
    xing = frame[4 + layout.side_length :]
    if xing[:4] in {b"Xing", b"Info"}:
        return _xing_promise(xing)
    vbri = frame[36:]
    if vbri[:4] == b"VBRI" and len(vbri) >= 18:
        return _Promise(int.from_bytes(vbri[14:18], "big"), int.from_bytes(vbri[10:14], "big"), 0)
    return _Promise(0, 0, 0)


def _xing_promise(tag: bytes) -> _Promise:
    """Four flags tell which of the frames, the bytes, a table of 100 bytes and a quality follow."""
    flags = int.from_bytes(tag[4:8], "big")
    place, numbers = 8, [0, 0]
    for bit in (0, 1):
        if flags >> bit & 1:
            numbers[bit] = int.from_bytes(tag[place : place + 4], "big")
            place += 4
    place += 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    encoder = tag[place : place + 24]
    is_known = encoder[:4] in {b"LAME", b"Lavc", b"Lavf"}
    silent = int.from_bytes(encoder[21:24], "big") if is_known else 0
    return _Promise(numbers[0], numbers[1], (silent >> 12) + (silent & 0xFFF))


def _estimated_duration(pieces: Pieces, offset: int, end: int, first: _Frame) -> float:
    """The seconds of a stream that does not tell them, at the mean bit rate of its first frames."""
    begin, bits, frames = offset, 0, 0
    frame: _Frame | None = first
    while frame is not None and frames < _FRAMES_MEASURED and offset + frame.length <= end:
        bits, frames, offset = bits + frame.bit_rate, frames + 1, offset + frame.length
        frame = _frame(pieces.up_to(offset, 4))
    if offset >= end or not frames:  # all frames were counted
        return frames * first.samples / first.sample_rate
    return (end - begin) * 8 * frames / bits


def _ends_with_a_whole_frame(pieces: Pieces, offset: int, end: int, first: _Frame) -> bool:
    """Whether the last frame that begins before the end also ends there.

    Nothing marks the last frame, so every place near the end is tried as the beginning of a row of frames
    that follow each other; the longest is the true one. The lengths of rows are found from the end backwards.
    """
    begin = max(offset, end - 10 * _LONGEST_FRAME)
    window = pieces.up_to(begin, end - begin)
    rows: dict[int, tuple[int, bool]] = {}  # place -> number of frames, whether the last of them is whole
    for place in range(len(window) - 1, -1, -1):
        if window[place] == 0xFF:
            if len(window) - place < 4:
                rows[place] = (0, False)  # a header cut off, if frames lead here
            elif (frame := _frame(window[place : place + 4])) and first.goes_with(frame):
                after = place + frame.length
                count, is_whole = rows.get(after, (0, after <= len(window)))
                rows[place] = (count + 1, is_whole)
    return max(rows.values(), default=(0, False))[1]
