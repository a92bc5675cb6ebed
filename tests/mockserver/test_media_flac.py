"""FLAC, whole, cut off and hostile; a real one and some of our own making."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.media import flac
from mockserver.media.audio import inspect_audio
from mockserver.media.facts import AudioFacts, MediaUnreadable

# From libFLAC 1.4.3, to keep our own builder honest: half a second with a click, 24 bits, stereo, 8 kHz.
REAL_FLAC = zlib.decompress(
    base64.b64decode(
        "eNpL80l0ZmBgUBJgEGBgYOIAIsYvzAUMDPwLBGrUft5rOr+z5DJDn/XlOs0WBgYNBaDSotS01KLUvORUhZzMJDcfR2cFQz0TPWMF"
        "IwMjYwMzI2OgEob/P0p6GPjnvxZkYGBh+Pl/FIw0cACUCspdAex0DdQ="
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


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << (bits - 8)
        for _ in range(8):
            crc = (crc << 1 ^ (polynomial if crc >> (bits - 1) & 1 else 0)) & ((1 << bits) - 1)
    return crc


def _coded(number: int) -> bytes:
    """A number as FLAC writes it: UTF-8, carried on to seven bytes."""
    if number < 0x80:
        return bytes([number])
    following = next(n for n in range(1, 7) if number < 1 << (6 * n + (6 - n)))
    lead = (0xFF << (7 - following) & 0xFF) | number >> (6 * following)
    return bytes([lead, *(0x80 | number >> (6 * place) & 0x3F for place in reversed(range(following)))])


def _flac_frame(number: int, block: int, channels: int = 1, *, counts_samples: bool = False, value: int = 0) -> bytes:
    """A frame of constant samples of 16 bits; the block size stands behind the number, in two bytes."""
    head = bytes([0xFF, 0xF9 if counts_samples else 0xF8, 0x70, (channels - 1) << 4 | 4 << 1])
    head += _coded(number) + struct.pack(">H", block - 1)
    head += bytes([_crc(head, 8, 0x07)])
    body = head + b"".join(b"\x00" + struct.pack(">h", value) for _ in range(channels))
    return body + struct.pack(">H", _crc(body, 16, 0x8005))


def _flac_head(samples: int, *, rate: int = 44_100, channels: int = 1, block: int = 4096, blocks: int = 1) -> bytes:
    packed = rate << 44 | (channels - 1) << 41 | 15 << 36 | samples
    info = struct.pack(">HH", block, block) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    padding = [b"\x01\x00\x00\x05" + bytes(5)] * (blocks - 1)
    head = [bytes([0, 0, 0, 34]) + info, *padding]
    head[-1] = bytes([head[-1][0] | 0x80]) + head[-1][1:]
    return b"fLaC" + b"".join(head)


def _flac(blocks: int = 3, last: int = 100, *, samples: int | None = None, counts_samples: bool = False) -> bytes:
    total = blocks * 4096 + last
    frames = [
        _flac_frame(n * (4096 if counts_samples else 1), 4096 if n < blocks else last, counts_samples=counts_samples)
        for n in range(blocks + 1)
    ]
    return _flac_head(total if samples is None else samples, blocks=3) + b"".join(frames)


_APE_HEADER = b"APETAGEX" + struct.pack("<IIII", 2000, 40, 0, 0xA0000000) + bytes(8)


def test_a_real_flac_tells_what_its_header_says() -> None:
    facts = _inspect(REAL_FLAC)

    assert facts == AudioFacts("FLAC", "FLAC", 0.5, 8000, 24, 2, True, 606)


@pytest.mark.parametrize("cut", range(1, 500, 7))
def test_a_real_flac_that_is_cut_off_is_not_complete(cut: int) -> None:
    facts = _inspect(REAL_FLAC[:-cut])

    assert not facts.complete
    assert facts.duration_seconds == 0.5


@pytest.mark.parametrize("place", [120, 300, 605])
def test_a_real_flac_with_a_changed_byte_is_not_complete(place: int) -> None:
    data = bytearray(REAL_FLAC)
    data[place] ^= 1

    assert not _inspect(bytes(data)).complete


@pytest.mark.parametrize("counts_samples", [False, True])
@pytest.mark.parametrize("blocks", [0, 1, 3, 130, 2100])
def test_a_flac_is_complete_when_its_last_frame_ends_at_the_promised_sample(blocks: int, counts_samples: bool) -> None:
    whole = _flac(blocks, counts_samples=counts_samples)

    assert _inspect(whole).complete
    assert _inspect(whole).duration_seconds == (blocks * 4096 + 100) / 44_100
    assert not _inspect(whole[:-1]).complete
    assert not _inspect(_flac(blocks, samples=blocks * 4096 + 101)).complete


def test_a_flac_that_lost_its_last_frames_is_not_complete() -> None:
    whole = _flac(3)
    frame = len(_flac_frame(1, 4096))

    assert not _inspect(whole[:-frame]).complete
    assert not _inspect(whole[: -2 * frame]).complete


def test_a_flac_of_unknown_length_is_measured_by_its_last_frame() -> None:
    facts = _inspect(_flac(3, samples=0))

    assert facts.complete
    assert facts.duration_seconds == (3 * 4096 + 100) / 44_100
    with pytest.raises(MediaUnreadable, match="how long it is"):
        _inspect(_flac(3, samples=0)[:-1])


@pytest.mark.parametrize("footer", [b"", b"3DI\x04\x00\x10\x00\x00\x01\x00"])
@pytest.mark.parametrize("header", [b"", _APE_HEADER])
def test_tags_around_a_flac_are_passed_over(footer: bytes, header: bytes) -> None:
    id3v2 = b"ID3\x04\x00" + (b"\x10" if footer else b"\x00") + b"\x00\x00\x01\x00" + bytes(128) + footer
    ape = header + b"x" * 8 + b"APETAGEX" + struct.pack("<IIII", 2000, 40, 0, 0x80000000 if header else 0) + bytes(8)
    id3v1 = b"TAG" + b" " * 125

    facts = _inspect(id3v2 + _flac() + ape + id3v1)

    assert (facts.format, facts.complete) == ("FLAC", True)


def test_sound_that_looks_like_the_last_header_is_told_from_it() -> None:
    head = _flac_frame(3, 100)[:8]
    likeness = head[:-1] + bytes([head[-1] ^ 1])
    body = head + likeness * 10
    last = body + struct.pack(">H", _crc(body, 16, 0x8005))

    facts = _inspect(_flac_head(3 * 4096 + 100) + b"".join(_flac_frame(n, 4096) for n in range(3)) + last)

    assert facts.complete


@pytest.mark.parametrize(
    "sound", [b"\xff\xf8" * 1_500_000, _flac_frame(0, 100)[:-1] * 1000], ids=["syncs", "frames that fail"]
)
def test_checking_the_end_has_bounds(sound: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    headers, frames = [0], [0]
    read_header, check_frame = flac._samples_up_to_end, flac._crc_16

    def counted_header(head: bytes, stream: Any) -> int | None:
        headers[0] += 1
        return read_header(head, stream)

    def counted_frame(data: bytes) -> int:
        frames[0] += 1
        return check_frame(data)

    monkeypatch.setattr(flac, "_samples_up_to_end", counted_header)
    monkeypatch.setattr(flac, "_crc_16", counted_frame)

    facts = _inspect(_flac_head(100, block=65_535, channels=8) + sound)

    assert not facts.complete
    assert 0 < headers[0] <= 4000
    assert frames[0] <= 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"fLaC", "ends in the middle"),
        (_flac()[:40], "ends in the middle"),
        (b"fLaC" + b"\x81\x00\x00\x00", "does not describe its stream"),
        (b"fLaC" + b"\x01\x00\x00\x00" * 3000, "too many blocks"),
        (_flac_head(1, rate=0), "no sample rate"),
        (_flac_head(1, block=0), "no block size"),
    ],
)
def test_a_broken_flac_is_unreadable_and_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(MediaUnreadable, match=reason):
        _inspect(data)


WHOLE = {
    "own": _flac(2),
    "real": REAL_FLAC,
    "unknown length": _flac(1, samples=0),
}


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_hostile_bytes_never_do_harm(rest: bytes) -> None:
    _survives(b"fLaC" + rest)


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
        b"fLaC" + b"\x01\x00\x00\x00" * 600_000,
        _flac_head(4096, block=65_535, channels=8) + b"\xff\xf8" * 1_500_000,
        _flac_head(100) + _flac_frame(0, 100)[:-1] * 150_000,
    ],
    ids=["blocks", "syncs", "frames that fail"],
)
def test_a_file_made_to_keep_the_reader_busy_is_read_only_in_part(data: bytes) -> None:
    meter = _survives(data)

    assert meter.reads < 20_000
    assert meter.bytes_read < 2_500_000
