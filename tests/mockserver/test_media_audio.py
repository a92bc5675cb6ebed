"""What is no sound file, and what looking at one costs."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media.audio import inspect_audio
from mockserver.media.facts import AudioFacts, MediaUnreadable
from mockserver.media.sounds import wav


def _inspect(data: bytes) -> AudioFacts:
    return inspect_audio(io.BytesIO(data))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"OggS\x00\x02" + bytes(200),
        b"FORM\x00\x00\x01\x00AIFFCOMM" + bytes(200),
        b"\x00\x00\x00\x20ftypM4A " + bytes(200),
        b"RIFF\x00\x00\x01\x00AVI " + bytes(200),
        b"\xff\xf1\x50\x80" + bytes(500),
        b"\xff\xd8\xff\xe0" + bytes(500),
        b"%PDF-1.7",
        "just text, in a file named song.wav".encode("utf-16"),
        b"\xff" * 100_000,
    ],
    ids=["empty", "ogg", "aiff", "m4a", "avi", "aac", "jpeg", "pdf", "text", "ones"],
)
def test_other_files_are_unreadable_whatever_their_name(data: bytes) -> None:
    """GARD-091, TG-080"""
    with pytest.raises(MediaUnreadable, match="neither WAV, FLAC nor MP3"):
        _inspect(data)


def test_the_file_stands_where_it_stood_before() -> None:
    file = io.BytesIO(wav(1))
    file.seek(17)

    inspect_audio(file)

    assert file.tell() == 17


def test_a_file_of_a_gigabyte_costs_a_few_small_reads(tmp_path: Path) -> None:
    """GARD-093"""
    path = tmp_path / "large.wav"
    size = 1_000_000_000
    with path.open("wb") as file:  # sparse: takes no room on the disk
        file.write(wav(1, channels=1, sample_rate_hz=8000)[:40] + struct.pack("<I", size))
        file.truncate(size + 44)

    with path.open("rb", buffering=0) as file:
        meter = _Counted(file)
        facts = inspect_audio(meter)  # type: ignore[arg-type]

    assert (facts.duration_seconds, facts.complete) == (size / 16_000, True)
    assert meter.bytes_read < 200


class _Counted:
    def __init__(self, file: io.FileIO) -> None:
        self.seek, self.tell, self._read, self.bytes_read = file.seek, file.tell, file.read, 0

    def read(self, size: int) -> bytes:
        taken = self._read(size)
        self.bytes_read += len(taken)
        return taken


@given(st.binary(max_size=400))
def test_any_bytes_are_either_sound_or_unreadable(data: bytes) -> None:
    with pytest.raises(MediaUnreadable, match="neither WAV, FLAC nor MP3"):
        _inspect(b"x" + data)
