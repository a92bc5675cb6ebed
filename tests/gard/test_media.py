"""The files of a submission: every documented limit, judged by the bytes."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from PIL import Image

from mockserver.media.pictures import jpeg, png
from mockserver.media.sounds import wav
from mockserver.providers.gard.files import MediaFile, check_audio, check_cover, check_video


def _refused(answer: Any, field: str, *words: str) -> None:
    assert answer.status_code == 422, answer.text
    told = [entry["problem"] for entry in answer.json["detail"] if entry["field"] == field]
    assert told, answer.text
    assert all(word in told[0] for word in words), told
    assert answer.json["msg"] == f"{field}: {told[0]}"


@pytest.mark.parametrize(("width", "height", "fits"), [(1400, 1400, True), (1399, 1399, False), (1500, 1400, False)])
@pytest.mark.parametrize("draw", [jpeg, png])
def test_a_cover_is_square_and_has_1400_px_at_least(
    desk: Any, part: Any, draw: Any, width: int, height: int, fits: bool
) -> None:
    """GARD-083, GARD-084, GARD-085, GARD-086"""
    answer = desk.submit(cover=part(draw(width, height, (1, 2, 3)), "cover.bin"))

    if fits:
        assert answer.status_code == 200
    else:
        _refused(answer, "cover", "square" if width != height else "1400 to 6000")


@pytest.mark.parametrize(("side", "fits"), [(6000, True), (6001, False)])
def test_a_cover_has_6000_px_at_most(desk: Any, part: Any, side: int, fits: bool) -> None:
    """GARD-086"""
    answer = desk.submit(cover=part(jpeg(side, side, (1, 2, 3)), "cover.jpg"))

    assert answer.status_code == (200 if fits else 422)


@pytest.mark.parametrize(("dpi", "fits"), [(71, False), (72, True), (300, True), (None, True)])
def test_a_cover_has_72_dpi_unless_it_says_nothing(desk: Any, part: Any, dpi: int | None, fits: bool) -> None:
    """GARD-087"""
    answer = desk.submit(cover=part(jpeg(1400, 1400, (1, 2, 3), dpi=dpi), "cover.jpg"))

    if fits:
        assert answer.status_code == 200
    else:
        _refused(answer, "cover", "72 dpi", "71")


def test_a_cmyk_cover_is_refused(desk: Any, part: Any) -> None:
    """GARD-089"""
    _refused(desk.submit(cover=part(jpeg(1400, 1400, (1, 2, 3), mode="CMYK"), "c.jpg")), "cover", "RGB", "CMYK")


def test_a_png_with_transparency_is_taken(desk: Any, part: Any) -> None:
    """GARD-084, GARD-089"""
    assert desk.submit(cover=part(png(1400, 1400, (1, 2, 3), mode="RGBA"), "c.png")).status_code == 200


@pytest.mark.parametrize(
    "data", [b"GIF89a" + bytes(50), b"", b"hello", jpeg(1400, 1400, (1, 2, 3))[:-2000]], ids=["gif", "0", "text", "cut"]
)
def test_a_cover_that_is_no_whole_picture_is_refused(desk: Any, part: Any, data: bytes) -> None:
    """GARD-083, GARD-084"""
    before = desk.account["credits"]

    _refused(desk.submit(cover=part(data, "cover.jpg")), "cover", "Cannot be used")
    assert desk.account["credits"] == before
    assert desk.get("/releases/all").json == []


def test_a_real_gif_is_refused_whatever_its_name(desk: Any, part: Any) -> None:
    """GARD-084"""
    file = io.BytesIO()
    Image.new("RGB", (1400, 1400)).save(file, "GIF")

    _refused(desk.submit(cover=part(file.getvalue(), "cover.jpg")), "cover", "JPEG or PNG", "GIF")


@pytest.mark.parametrize(("extra", "fits"), [(0, True), (1, False)])
def test_a_cover_has_20_mb_at_most(desk: Any, part: Any, cover: bytes, extra: int, fits: bool) -> None:
    """GARD-088"""
    comment = 65_533
    marks, size = [], len(cover)
    while size < (20 << 20) + extra:  # comments of a JPEG fill it up to the byte
        length = min(comment, (20 << 20) + extra - size - 4)
        marks.append(b"\xff\xfe" + struct.pack(">H", length + 2) + bytes(length))
        size += length + 4
    data = cover[:2] + b"".join(marks) + cover[2:]
    assert len(data) == (20 << 20) + extra

    answer = desk.submit(cover=part(data, "cover.jpg"))

    if fits:
        assert answer.status_code == 200, answer.text
    else:
        _refused(answer, "cover", "20 MB")


def test_wav_mp3_and_extensible_wav_are_taken(desk: Any, part: Any, mp3: bytes) -> None:
    """GARD-091, GARD-092"""
    long_form = wav(4, sample_rate_hz=8000, bits=24, extensible=True)

    case = desk.submitted(2, album_type="EP", audio_files=[part(long_form, "a.wav"), part(mp3, "b.mp3")])

    assert len(case.tracks) == 2


def test_flac_is_taken(desk: Any, part: Any, flac: bytes) -> None:
    """GARD-091"""
    assert desk.submit(audio_files=[part(flac, "a.flac")]).status_code == 200


@pytest.mark.parametrize(("seconds", "fits"), [(3.9, False), (4.0, True)])
def test_a_track_lasts_four_seconds_at_least(desk: Any, part: Any, seconds: float, fits: bool) -> None:
    """GARD-092"""
    answer = desk.submit(audio_files=[part(wav(seconds, sample_rate_hz=8000, channels=1), "a.wav")])

    if fits:
        assert answer.status_code == 200
    else:
        _refused(answer, "audio_files[0]", "4 seconds", "3.90")


def test_the_audio_file_at_fault_is_named(desk: Any, part: Any, sound: bytes) -> None:
    """GARD-083, GARD-091"""
    files = [part(sound, "a.wav"), part(b"OggS" + bytes(100), "b.wav")]

    _refused(desk.submit(2, album_type="EP", audio_files=files), "audio_files[1]", "neither WAV, FLAC nor MP3")


def test_audio_that_is_cut_off_is_refused(desk: Any, part: Any, sound: bytes) -> None:
    """GARD-083"""
    _refused(desk.submit(audio_files=[part(sound[:-1000], "a.wav")]), "audio_files[0]", "cut off")


@pytest.mark.parametrize("name", ["Ünïcode – 曲.wav", "a b.wav", "C:\\music\\track.wav"])
def test_any_audio_file_name_is_taken(desk: Any, part: Any, sound: bytes, name: str) -> None:
    """GARD-082"""
    assert desk.submit(audio_files=[part(sound, name)]).status_code == 200


@pytest.mark.parametrize(
    ("width", "height", "brand", "fits"),
    [
        (1920, 1080, b"isom", True),
        (3840, 2160, b"qt  ", True),
        (1280, 720, b"isom", False),
        (1080, 1920, b"qt  ", False),
    ],
)
def test_a_video_has_one_of_two_sizes(
    desk: Any, part: Any, film: Any, width: int, height: int, brand: bytes, fits: bool
) -> None:
    """GARD-094, GARD-128"""
    answer = desk.submit(video=part(film(width, height, brand), "clip.mp4"))

    if fits:
        assert answer.json["has_video"] is True
    else:
        _refused(answer, "video", "1920x1080", f"{width}x{height}")


@pytest.mark.parametrize("data", [b"RIFF\x00\x00\x00\x00AVI " + bytes(100), b"x"])
def test_a_video_that_is_no_mov_or_mp4_is_refused(desk: Any, part: Any, data: bytes) -> None:
    """GARD-094"""
    _refused(desk.submit(video=part(data, "clip.mp4")), "video", "Cannot be used")


def test_a_video_that_is_cut_off_is_refused(desk: Any, part: Any, film: Any) -> None:
    """GARD-083"""
    _refused(desk.submit(video=part(film()[:-10], "clip.mp4")), "video", "cut off")


@pytest.mark.parametrize(("size", "fits"), [(100, True), (10 << 20, True), ((10 << 20) + 1, False)])
def test_a_booklet_is_a_pdf_of_10_mb_at_most(desk: Any, part: Any, size: int, fits: bool) -> None:
    """GARD-095"""
    answer = desk.submit(booklet=part(b"%PDF-1.7\n".ljust(size, b" "), "booklet.pdf"))

    if fits:
        assert answer.json["has_booklet"] is True
    else:
        _refused(answer, "booklet", "10 MB")


def test_a_text_named_pdf_is_no_booklet(desk: Any, part: Any) -> None:
    """GARD-095"""
    _refused(desk.submit(booklet=part(b"hello", "booklet.pdf")), "booklet", "%PDF-")


def test_all_files_at_fault_are_told_at_once(desk: Any, part: Any) -> None:
    """GARD-083"""
    files = {name: part(b"x", name) for name in ("cover", "video", "booklet")}

    answer = desk.submit(audio_files=[part(b"x", "a")], **files)

    assert [entry["field"] for entry in answer.json["detail"]] == ["cover", "audio_files[0]", "video", "booklet"]


@pytest.mark.parametrize("draw", [jpeg, png])
def test_the_cover_comes_back_byte_for_byte(desk: Any, part: Any, draw: Any) -> None:
    """GARD-017, GARD-125"""
    data = draw(1500, 1500, (200, 10, 20))
    case = desk.submitted(cover=part(data, "cover.bin"))

    answer = case.get("/cover")

    assert answer.data == data
    assert answer.content_type == f"image/{draw.__name__}"
    assert case.get("/cover", case.number).data == data


def test_a_release_without_a_cover_is_404(desk: Any) -> None:
    """GARD-126"""
    case = desk.submitted()
    desk.write("releases", {**desk.world.require("releases", case.rel), "has_cover": False})

    assert case.get("/cover").status_code == 404
    assert case.get().json["has_cover"] is False


@pytest.mark.parametrize(
    ("check", "limit", "spoken"),
    [(check_audio, 1 << 30, "1 GB"), (check_video, 6 << 30, "6 GB"), (check_cover, 20 << 20, "20 MB")],
)
def test_a_file_beyond_its_limit_is_refused_before_it_is_read(check: Any, limit: int, spoken: str) -> None:
    """GARD-088, GARD-093, GARD-094"""
    wrong = check(MediaFile("field", "file", limit + 1, None))

    told = wrong[1] if isinstance(wrong, tuple) else wrong
    assert [spoken in one.text for one in told] == [True]


def test_a_grey_cover_is_refused(desk: Any, part: Any) -> None:
    """GARD-089"""
    _refused(desk.submit(cover=part(jpeg(1400, 1400, (1, 2, 3), mode="L"), "c.jpg")), "cover", "RGB")
