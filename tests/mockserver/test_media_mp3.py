"""MP3 of every kind, whole, cut off and hostile; a real one and some of our own making."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.media.audio import inspect_audio
from mockserver.media.facts import AudioFacts, MediaUnreadable

# From LAME 3.100, to keep our own builder honest: a fifth of a second of silence, mono, 8 kHz.
REAL_MP3 = zlib.decompress(
    base64.b64decode(
        "eNr7/9jjCAMMRGTmpQMpfiBmZWBg6mAwxgRpWMBMLOAMFvAfCwDaZePj6OtqrGdoYMCiAXOKKIcK0wFFBsYzIHfs/Z6bzTAw4P9j"
        "CVD4MHuAOHB3huIHWNSBzLGGmRNKPgCZU0YlczZSyZwjVDAHAOM/uaI="
    )
)


def _inspect(data: bytes) -> AudioFacts:
    return inspect_audio(io.BytesIO(data))


class Meter(io.BytesIO):
    """A file that counts how often and how much is read from it."""

    reads = 0
    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        taken = super().read(size)
        self.reads += 1
        self.bytes_read += len(taken)
        return taken


def _survives(data: bytes) -> Meter:
    meter = Meter(data)
    try:
        facts = inspect_audio(meter)
    except MediaUnreadable:
        return meter
    assert facts.duration_seconds >= 0
    assert facts.sample_rate_hz > 0
    assert facts.channels > 0
    return meter


def _mp3_frame(bit_rate: int = 9, padding: int = 0, mode: int = 1, body: bytes = b"") -> bytes:
    """A silent frame of MPEG 1, layer III, 44.1 kHz; bit rate index 9 is 128 kbit/s."""
    length = 144 * (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)[bit_rate] * 1000 // 44_100
    return (bytes([0xFF, 0xFB, bit_rate << 4 | padding << 1, mode << 6]) + body).ljust(length + padding, b"\x00")


def _xing(frames: int, size: int, *, silent: int = 0, name: bytes = b"Info", flags: int = 0xF) -> bytes:
    fields = [(1, struct.pack(">I", frames)), (2, struct.pack(">I", size)), (4, bytes(100)), (8, bytes(4))]
    tag = name + struct.pack(">I", flags) + b"".join(field for flag, field in fields if flags & flag)
    return bytes(32) + tag + b"LAME3.100".ljust(21, b"\x00") + silent.to_bytes(3, "big")


def test_a_real_mp3_tells_its_exact_length() -> None:
    facts = _inspect(REAL_MP3)

    assert facts == AudioFacts("MP3", "MP3", 0.2, 8000, None, 1, True, 648)


@pytest.mark.parametrize("cut", [1, 2, 3, 50, 71, 72, 73, 300, 420])
def test_a_real_mp3_that_is_cut_off_is_not_complete(cut: int) -> None:
    facts = _inspect(REAL_MP3[:-cut])

    assert not facts.complete
    assert facts.duration_seconds == 0.2


def test_an_mp3_of_constant_bit_rate_is_measured_without_a_hidden_header() -> None:
    frames = 200
    data = b"".join(_mp3_frame(padding=n % 2) for n in range(frames))

    facts = _inspect(data)

    assert facts == AudioFacts("MP3", "MP3", frames * 1152 / 44_100, 44_100, None, 2, True, len(data))


def test_a_long_mp3_of_constant_bit_rate_is_estimated_well() -> None:
    frames = 3000
    data = b"".join(_mp3_frame(padding=n * 49 // 50 - (n - 1) * 49 // 50) for n in range(1, frames + 1))

    facts = _inspect(data)

    assert facts.duration_seconds == pytest.approx(frames * 1152 / 44_100, rel=0.001)
    assert facts.complete


def test_an_mp3_of_changing_bit_rate_is_estimated_by_the_mean() -> None:
    frames = 3000
    data = b"".join(_mp3_frame(bit_rate=(5, 9, 14)[n % 3]) for n in range(frames))

    assert _inspect(data).duration_seconds == pytest.approx(frames * 1152 / 44_100, rel=0.01)


def test_a_hidden_header_tells_frames_bytes_and_the_silence_added() -> None:
    frames = [_mp3_frame(bit_rate=(5, 9, 14)[n % 3]) for n in range(50)]
    size = len(_mp3_frame()) + sum(map(len, frames))

    data = _mp3_frame(body=_xing(50, size, silent=576 << 12 | 1000)) + b"".join(frames)

    facts = _inspect(data)
    assert facts.duration_seconds == (50 * 1152 - 1576) / 44_100
    assert facts.complete
    assert not _inspect(data[:-1]).complete
    assert not _inspect(data[: -len(frames[-1])]).complete, "whole frames, but fewer than promised"


@pytest.mark.parametrize("flags", [0x1, 0x3, 0x7, 0x9, 0x5])
def test_a_hidden_header_may_leave_fields_out(flags: int) -> None:
    size = len(_mp3_frame()) * 5

    data = _mp3_frame(body=_xing(4, size, silent=100, name=b"Xing", flags=flags)) + _mp3_frame() * 4

    assert _inspect(data).duration_seconds == (4 * 1152 - 100) / 44_100


def test_a_vbri_header_tells_frames_and_bytes() -> None:
    size = len(_mp3_frame()) * 11
    vbri = bytes(32) + b"VBRI" + struct.pack(">HHHII", 1, 0, 75, size, 10)

    data = _mp3_frame(body=vbri) + _mp3_frame() * 10

    facts = _inspect(data)
    assert (facts.duration_seconds, facts.complete) == (10 * 1152 / 44_100, True)
    assert not _inspect(data[: -len(_mp3_frame())]).complete


@pytest.mark.parametrize(
    ("second", "third", "rate", "samples"),
    [
        (0xFB, 0x90, 44_100, 1152),
        (0xFB, 0x94, 48_000, 1152),
        (0xFB, 0x98, 32_000, 1152),
        (0xF3, 0x90, 22_050, 576),
        (0xE3, 0x98, 8_000, 576),
    ],
)
def test_every_version_of_mpeg_is_read(second: int, third: int, rate: int, samples: int) -> None:
    bit_rate = 128_000 if second == 0xFB else 80_000
    length = samples // 8 * bit_rate // rate

    facts = _inspect(bytes([0xFF, second, third, 0xC0]).ljust(length, b"\x00") * 20)

    assert (facts.sample_rate_hz, facts.channels, facts.complete) == (rate, 1, True)
    assert facts.duration_seconds == 20 * samples / rate


def test_an_mp3_cut_off_within_its_last_frame_is_not_complete() -> None:
    data = _mp3_frame() * 40

    assert all(not _inspect(data[:-cut]).complete for cut in range(1, 415))
    assert _inspect(data[: -len(_mp3_frame())]).complete, "nothing promised the frame that is gone"


def test_an_mp3_of_a_single_frame_is_read_and_told_apart_from_a_part_of_one() -> None:
    assert _inspect(_mp3_frame()).complete
    assert not _inspect(_mp3_frame()[:100]).complete


@pytest.mark.parametrize(
    "trailer",
    [
        b"TAG" + b" " * 125,
        b"APETAGEX" + struct.pack("<IIII", 2000, 40, 0, 0xA0000000) + bytes(8)  # the header of the tag
        + b"x" * 8
        + b"APETAGEX" + struct.pack("<IIII", 2000, 40, 0, 0x80000000) + bytes(8),
        b"\x00" * 500,
        b"junk",
    ],
    ids=["id3v1", "ape", "zeros", "junk"],
)  # fmt: skip
def test_what_follows_the_last_frame_of_an_mp3_does_not_matter(trailer: bytes) -> None:
    facts = _inspect(_mp3_frame() * 40 + trailer)

    assert facts.complete
    assert facts.duration_seconds == pytest.approx(40 * 1152 / 44_100, rel=0.04)


def test_tags_and_junk_before_the_first_frame_are_passed_over() -> None:
    picture = b"\xff\xfb\x90\x00" + b"\xff\xd8\xff\xe0" * 100
    id3 = b"ID3\x04\x00\x10\x00\x00" + bytes([len(picture) >> 7, len(picture) & 0x7F]) + picture + b"3DI" + bytes(7)

    facts = _inspect(id3 + id3 + b"\x00\xff\xfb\x90\x00junk" + _mp3_frame() * 10)

    assert (facts.format, facts.complete, facts.duration_seconds) == ("MP3", True, 10 * 1152 / 44_100)


def test_too_many_tags_are_not_followed() -> None:
    with pytest.raises(MediaUnreadable, match="too many tags"):
        _inspect((b"ID3\x04" + bytes(6)) * 1000)


WHOLE = {
    "own": _mp3_frame() * 5,
    "real": REAL_MP3,
    "tagged": b"ID3\x04\x00\x00\x00\x00\x00\x20" + bytes(32) + _mp3_frame() * 3 + b"APETAGEX" + b"\xff" * 24,
}


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_hostile_bytes_never_do_harm(rest: bytes) -> None:
    _survives(b"\xff\xfb\x90\x00" + rest)


@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
@settings(deadline=None)
def test_cut_and_changed_files_never_do_harm(kind: str, data: st.DataObject) -> None:
    changed = bytearray(WHOLE[kind][: data.draw(st.integers(0, len(WHOLE[kind])))])
    for _ in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(0, max(0, min(len(changed) - 1, 120))))
        changed[place : place + 1] = data.draw(st.binary(min_size=1, max_size=4))

    _survives(bytes(changed))


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfb\x90\x00" * 700_000,
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" * 300_000,
        _mp3_frame(1) * 20_000,
    ],
    ids=["headers", "tags", "frames"],
)
def test_a_file_made_to_keep_the_reader_busy_is_read_only_in_part(data: bytes) -> None:
    meter = _survives(data)

    assert meter.reads < 20_000
    assert meter.bytes_read < 2_500_000
