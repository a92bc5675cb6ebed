"""WAV in every form, whole, cut off and hostile."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.media.audio import inspect_audio
from mockserver.media.facts import AudioFacts, MediaUnreadable
from mockserver.media.sounds import wav


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


def _chunk(name: bytes, body: bytes, length: int | None = None) -> bytes:
    return name + struct.pack("<I", len(body) if length is None else length) + body + b"\x00" * (len(body) % 2)


def _fmt(codec: int = 1, channels: int = 2, rate: int = 8000, bits: int = 16, frame: int | None = None) -> bytes:
    frame = channels * bits // 8 if frame is None else frame
    return _chunk(b"fmt ", struct.pack("<HHIIHH", codec, channels, rate, rate * frame, frame, bits))


def _riff(*chunks: bytes, kind: bytes = b"RIFF", length: int | None = None) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return kind + struct.pack("<I", len(body) if length is None else length) + body


def test_a_wav_tells_what_its_header_says() -> None:
    facts = _inspect(wav(4, sample_rate_hz=48_000, bits=24, channels=2))

    assert facts == AudioFacts("WAV", "PCM", 4.0, 48_000, 24, 2, True, 44 + 4 * 48_000 * 6)


@pytest.mark.parametrize("seconds", [0.5, 3.9, 4.0, 5.25])
def test_the_length_of_a_wav_is_exact(seconds: float) -> None:
    """GARD-092"""
    assert _inspect(wav(seconds)).duration_seconds == seconds


@pytest.mark.parametrize("bits", [16, 24])
def test_an_extensible_wav_is_read_like_a_plain_one(bits: int) -> None:
    facts = _inspect(wav(1, bits=bits, channels=1, extensible=True))

    assert (facts.codec, facts.bits_per_sample, facts.channels, facts.complete) == ("PCM", bits, 1, True)
    assert facts.duration_seconds == 1.0


def test_an_extensible_wav_tells_its_valid_bits_and_its_true_codec() -> None:
    extension = struct.pack("<HHI", 22, 20, 3) + b"\x03\x00" + bytes(14)
    layout = struct.pack("<HHIIHH", 0xFFFE, 2, 96_000, 96_000 * 8, 8, 32) + extension

    facts = _inspect(_riff(_chunk(b"fmt ", layout), _chunk(b"data", bytes(8 * 96))))

    assert (facts.codec, facts.bits_per_sample, facts.duration_seconds) == ("FLOAT", 20, 0.001)


@pytest.mark.parametrize(
    ("codec", "name"),
    [(1, "PCM"), (3, "FLOAT"), (6, "A-LAW"), (7, "MU-LAW"), (0x55, "MP3"), (0x161, "0x0161")],
)
def test_a_wav_names_what_is_in_it(codec: int, name: str) -> None:
    facts = _inspect(_riff(_fmt(codec, 1, 8000, 8), _chunk(b"data", bytes(4000))))

    assert (facts.codec, facts.duration_seconds) == (name, 0.5)


def test_other_chunks_of_a_wav_are_passed_over() -> None:
    data = _riff(
        _chunk(b"JUNK", bytes(27)), _chunk(b"bext", bytes(602)), _fmt(), _chunk(b"LIST", b"INFO"),
        _chunk(b"data", bytes(32_000)), _chunk(b"id3 ", bytes(11)),
    )  # fmt: skip

    assert _inspect(data).duration_seconds == 1.0


@pytest.mark.parametrize("cut", [1, 4, 1000, 31_999])
def test_a_wav_that_is_cut_off_is_not_complete(cut: int) -> None:
    data = _riff(_fmt(), _chunk(b"data", bytes(32_000)))

    facts = _inspect(data[:-cut])

    assert not facts.complete
    assert facts.duration_seconds == 1.0


@pytest.mark.parametrize(("length", "riff_length"), [(0xFFFFFFFF, 0xFFFFFFFF), (0, 0), (0, 0xFFFFFFFF)])
def test_a_wav_written_to_a_pipe_goes_on_to_the_end_of_the_file(length: int, riff_length: int) -> None:
    data = _riff(_fmt(), _chunk(b"data", bytes(16_000), length), length=riff_length)

    facts = _inspect(data)

    assert (facts.duration_seconds, facts.complete) == (0.5, True)


def test_an_empty_wav_lasts_no_time() -> None:
    facts = _inspect(_riff(_fmt(), _chunk(b"data", b"")))

    assert (facts.duration_seconds, facts.complete) == (0.0, True)


@pytest.mark.parametrize("kind", [b"RF64", b"BW64"])
def test_a_large_wav_tells_its_length_in_a_chunk_of_its_own(kind: bytes) -> None:
    sizes = struct.pack("<QQQI", 0, 32_000, 8000, 0)
    data = _riff(
        _chunk(b"ds64", sizes), _fmt(), _chunk(b"data", bytes(32_000), 0xFFFFFFFF),
        kind=kind, length=0xFFFFFFFF,
    )  # fmt: skip

    whole, cut = _inspect(data), _inspect(data[:-1])

    assert (whole.duration_seconds, whole.complete) == (1.0, True)
    assert (cut.duration_seconds, cut.complete) == (1.0, False)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_riff(), "does not say its format"),
        (_riff(_fmt()), "no sound"),
        (_riff(_chunk(b"data", bytes(100))), "does not say its format"),
        (_riff(_chunk(b"fmt ", bytes(15)), _chunk(b"data", b"")), "too short"),
        (_riff(_fmt(0xFFFE), _chunk(b"data", b"")), "too short"),
        (_riff(_fmt(rate=0), _chunk(b"data", b"")), "no sample rate"),
        (_riff(_fmt(channels=0), _chunk(b"data", b"")), "no channels"),
        (_riff(_fmt(frame=3), _chunk(b"data", b"")), "longer than the room"),
        (_riff(_fmt(bits=0, frame=0), _chunk(b"data", b"")), "no length"),
        (_riff(_fmt(codec=2, frame=0), _chunk(b"data", b"")), "bytes make a second"),
        (_riff(*[_chunk(b"JUNK", b"")] * 3000), "too many chunks"),
        (_riff(_fmt())[:30], "ends in the middle"),
    ],
)
def test_a_broken_wav_is_unreadable_and_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(MediaUnreadable, match=reason) as caught:
        _inspect(data)

    assert reason in caught.value.reason


WHOLE = {
    "plain": wav(0.2, sample_rate_hz=8000),
    "extensible": wav(0.02, bits=24, extensible=True),
    "large": _riff(_chunk(b"ds64", bytes(28)), _fmt(), _chunk(b"data", bytes(99)), kind=b"RF64"),
}


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_hostile_bytes_never_do_harm(rest: bytes) -> None:
    _survives(b"RIFF\x00\x00\x00\x00WAVE" + rest)


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
        b"RIFF\xff\xff\xff\xffWAVE" + b"junk\x00\x00\x00\x00" * 300_000,
        _riff(*[_fmt()] * 100_000),
    ],
    ids=["empty chunks", "descriptions"],
)
def test_a_file_made_to_keep_the_reader_busy_is_read_only_in_part(data: bytes) -> None:
    meter = _survives(data)

    assert meter.reads < 20_000
    assert meter.bytes_read < 2_500_000
