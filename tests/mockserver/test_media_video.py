"""Films: the size, length and wholeness of MP4 and MOV, and what hostile boxes cannot do."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.media.facts import MediaUnreadable, VideoFacts
from mockserver.media.video import inspect_video


def _inspect(data: bytes) -> VideoFacts:
    return inspect_video(io.BytesIO(data))


def _box(name: bytes, *parts: bytes, length: int | None = None) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8 if length is None else length) + name + body


def _large_box(name: bytes, body: bytes, length: int | None = None) -> bytes:
    return struct.pack(">I4sQ", 1, name, len(body) + 16 if length is None else length) + body


def _mvhd(scale: int = 1000, length: int = 12_500, version: int = 0) -> bytes:
    times = struct.pack(">QQIQ" if version else ">IIII", 1, 2, scale, length)
    return _box(b"mvhd", bytes([version, 0, 0, 0]) + times + bytes(80))


def _trak(width: int, height: int, kind: bytes = b"vide", version: int = 0) -> bytes:
    times = bytes(32 if version else 20)
    tkhd = bytes([version, 0, 0, 7]) + times + bytes(52) + struct.pack(">II", width << 16, height << 16)
    hdlr = bytes(8) + kind + bytes(13)
    return _box(b"trak", _box(b"tkhd", tkhd), _box(b"mdia", _box(b"mdhd", bytes(24)), _box(b"hdlr", hdlr)))


def _film(*moov: bytes, brand: bytes = b"isom", media: bytes = bytes(100)) -> bytes:
    ftyp = _box(b"ftyp", brand, bytes(4), b"mp42")
    return ftyp + _box(b"moov", *moov) + _box(b"mdat", media)


SOUND = _trak(0, 0, b"soun")
FILM = _film(_mvhd(), SOUND, _trak(1920, 1080))


def test_a_film_tells_its_size_and_length() -> None:
    """GARD-094"""
    assert _inspect(FILM) == VideoFacts("MP4", "isom", 1920, 1080, 12.5, True, len(FILM))


@pytest.mark.parametrize(
    ("brand", "form", "name"),
    [(b"isom", "MP4", "isom"), (b"mp42", "MP4", "mp42"), (b"M4V ", "MP4", "M4V"), (b"qt  ", "MOV", "qt"),
     (b"\xff\xff\xff\xff", "MP4", "\ufffd" * 4)],
)  # fmt: skip
def test_the_brand_tells_mp4_from_mov(brand: bytes, form: str, name: str) -> None:
    facts = _inspect(_film(_mvhd(), _trak(640, 360), brand=brand))

    assert (facts.format, facts.brand) == (form, name)


@pytest.mark.parametrize("first", [b"wide", b"free", b"skip", b"mdat"])
def test_a_film_without_a_brand_is_an_old_mov(first: bytes) -> None:
    facts = _inspect(_box(first, b"") + _box(b"moov", _mvhd(), _trak(3840, 2160)))

    assert (facts.format, facts.brand, facts.width, facts.height) == ("MOV", "", 3840, 2160)


def test_long_forms_of_the_headers_are_read() -> None:
    facts = _inspect(_film(_mvhd(600, 600 * 3600 * 24 * 60, 1), _trak(1280, 720, version=1)))

    assert (facts.width, facts.height, facts.duration_seconds) == (1280, 720, 3600 * 24 * 60)


def test_the_description_may_come_after_a_picture_of_many_gigabytes() -> None:
    ftyp, moov = _box(b"ftyp", b"isom", bytes(4)), _box(b"moov", _mvhd(), _trak(1920, 1080))

    facts = _inspect(ftyp + _large_box(b"mdat", bytes(1000)) + moov)

    assert (facts.width, facts.complete) == (1920, True)


def test_a_last_box_without_length_goes_on_to_the_end() -> None:
    facts = _inspect(FILM[: -len(_box(b"mdat", bytes(100)))] + _box(b"mdat", bytes(77), length=0))

    assert facts.complete


@pytest.mark.parametrize("cut", [1, 50, 100])
def test_a_film_that_is_cut_off_is_not_complete(cut: int) -> None:
    facts = _inspect(FILM[:-cut])

    assert (facts.width, facts.complete) == (1920, False)


def test_a_film_that_promises_gigabytes_but_ends_is_not_complete() -> None:
    data = _box(b"ftyp", b"isom", bytes(4)) + _box(b"moov", _mvhd(), _trak(1920, 1080))

    facts = _inspect(data + _large_box(b"mdat", bytes(10), 6_000_000_000))

    assert not facts.complete


def test_a_track_of_subtitles_has_a_size_but_no_picture() -> None:
    facts = _inspect(_film(_mvhd(), _trak(1920, 100, b"sbtl"), _trak(640, 360)))

    assert (facts.width, facts.height) == (640, 360)


def test_the_first_track_with_a_picture_counts() -> None:
    facts = _inspect(_film(_mvhd(), SOUND, _trak(0, 0), _trak(1920, 1080), _trak(64, 64)))

    assert (facts.width, facts.height) == (1920, 1080)


@pytest.mark.parametrize(
    "moov",
    [
        (_trak(640, 360),),
        (_mvhd(scale=0), _trak(640, 360)),
        (_mvhd(length=0), _trak(640, 360)),
        (_mvhd(length=0xFFFFFFFF), _trak(640, 360)),
        (_mvhd(length=2**64 - 1, version=1), _trak(640, 360)),
    ],
)
def test_a_length_that_is_not_known_is_none(moov: tuple[bytes, ...]) -> None:
    assert _inspect(_film(*moov)).duration_seconds is None


@pytest.mark.parametrize("mehd", [bytes(4) + struct.pack(">I", 5000), b"\1\0\0\0" + struct.pack(">Q", 5000)])
def test_a_film_in_fragments_tells_its_length_elsewhere(mehd: bytes) -> None:
    fragments = _box(b"mvex", _box(b"mehd", mehd))

    assert _inspect(_film(_mvhd(length=0), _trak(640, 360), fragments)).duration_seconds == 5.0
    assert _inspect(_film(_mvhd(length=9000), _trak(640, 360), fragments)).duration_seconds == 9.0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither MP4 nor MOV"),
        (b"RIFF\x00\x00\x01\x00AVI LIST", "neither MP4 nor MOV"),
        (b"\x1a\x45\xdf\xa3" + bytes(100), "neither MP4 nor MOV"),
        (_box(b"ftyp", b"heic", bytes(4)) + _box(b"meta", bytes(20)), "no description"),
        (_film(_mvhd()), "no picture"),
        (_film(_mvhd(), SOUND), "no picture"),
        (_film(_mvhd(), _trak(0, 0)), "no picture"),
        (_film(_mvhd(), _trak(640, 360))[:120], "ends in the middle|no picture"),
        (_box(b"ftyp", b"isom") + _box(b"moov", b"", length=7), "shorter than its own header"),
        (_box(b"ftyp", b"isom") + _large_box(b"moov", b"", 15), "shorter than its own header"),
        (_box(b"ftyp", b"isom") + b"\x00\x00\x00\x01mdat\x00", "ends in the middle"),
        (_box(b"ftyp", b"isom") + _box(b"free") * 60_000, "too many parts"),
        (_film(_mvhd(), _box(b"trak") * 60_000), "too many parts"),
        (_film(_mvhd(), *[_trak(0, 0)] * 20_000), "too many parts"),
    ],
    ids=["empty", "avi", "mkv", "heic", "no tracks", "sound", "no size", "cut", "short", "short large", "cut head",
         "many boxes", "many tracks", "many full tracks"],
)  # fmt: skip
def test_a_broken_film_is_unreadable_and_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(MediaUnreadable, match=reason):
        _inspect(data)


def test_the_file_stands_where_it_stood_before() -> None:
    file = io.BytesIO(FILM)
    file.seek(5)

    inspect_video(file)

    assert file.tell() == 5


def test_a_film_of_many_megabytes_costs_a_few_small_reads() -> None:
    read: list[int] = []

    class Meter(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            taken = super().read(size)
            read.append(len(taken))
            return taken

    facts = inspect_video(Meter(_film(_mvhd(), _trak(1920, 1080), media=bytes(30_000_000))))

    assert facts.complete
    assert len(read) < 100
    assert sum(read) < 1000


def _survives(data: bytes) -> None:
    try:
        facts = _inspect(data)
    except MediaUnreadable:
        return
    assert facts.width > 0
    assert facts.height > 0


@given(
    st.sampled_from([b"", b"\0\0\0\x08ftyp", b"\0\0\0\x08ftyp\0\0\0\x00moov", b"\0\0\0\x08wide"]),
    st.binary(max_size=300),
)
@settings(max_examples=300, deadline=None)
def test_hostile_bytes_never_do_harm(beginning: bytes, rest: bytes) -> None:
    _survives(beginning + rest)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_cut_and_changed_films_never_do_harm(data: st.DataObject) -> None:
    changed = bytearray(FILM[: data.draw(st.integers(0, len(FILM)))])
    for _ in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(0, max(0, len(changed) - 1)))
        changed[place : place + 1] = data.draw(st.binary(min_size=1, max_size=4))

    _survives(bytes(changed))
