"""Covers of every format and mode, whole, cut off and hostile; the pictures and sounds for seeds."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import wave
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mockserver.media.cover import inspect_cover
from mockserver.media.facts import CoverFacts, MediaUnreadable
from mockserver.media.pictures import jpeg, png
from mockserver.media.sounds import wav, write_wav

PLUM = (90, 30, 80)


def _inspect(data: bytes) -> CoverFacts:
    return inspect_cover(io.BytesIO(data))


def _saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((width, height), 90).convert(mode)


def test_a_jpeg_tells_what_it_is() -> None:
    data = jpeg(1500, 1400, PLUM, dpi=300)

    assert _inspect(data) == CoverFacts("JPEG", 1500, 1400, 300, "RGB", len(data))


def test_a_png_tells_what_it_is() -> None:
    data = png(64, 64, PLUM, dpi=300)

    assert _inspect(data) == CoverFacts("PNG", 64, 64, 300, "RGB", len(data))


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_other_pictures_are_named_so_that_a_provider_can_refuse_them(form: str) -> None:
    """GARD-084"""
    facts = _inspect(_saved(_noise(32, 16), form))

    assert (facts.format, facts.width, facts.height) == (form, 32, 16)


@pytest.mark.parametrize("form", ["TIFF", "BMP", "EPS", "PPM", "ICO"])
def test_pictures_of_little_used_formats_are_unreadable(form: str) -> None:
    with pytest.raises(MediaUnreadable, match="not a JPEG, PNG, GIF or WEBP"):
        _inspect(_saved(_noise(32, 32), form))


def test_a_jpeg_with_a_second_picture_inside_is_a_jpeg() -> None:
    data = _saved(_noise(32, 32), "MPO", save_all=True, append_images=[_noise(16, 16)])

    assert _inspect(data).format == "JPEG"


@pytest.mark.parametrize("dpi", [71, 72, 96, 300])
@pytest.mark.parametrize("make", [jpeg, png])
def test_the_dpi_mark_is_read_in_whole_numbers_though_png_counts_per_metre(make: Any, dpi: int) -> None:
    """GARD-087"""
    assert _inspect(make(16, 16, PLUM, dpi=dpi)).dpi == dpi


def test_a_picture_without_a_dpi_mark_has_none() -> None:
    assert _inspect(jpeg(16, 16, PLUM, dpi=None)).dpi is None
    assert _inspect(png(16, 16, PLUM, dpi=None)).dpi is None
    assert _inspect(_saved(_noise(16, 16), "PNG", dpi=(0, 0))).dpi is None


def test_the_lower_dpi_of_both_directions_counts() -> None:
    assert _inspect(_saved(_noise(16, 16), "JPEG", dpi=(300, 71))).dpi == 71


def test_the_dpi_mark_may_stand_in_exif() -> None:
    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 150.0, 150.0, 2

    assert _inspect(_saved(_noise(16, 16), "JPEG", exif=exif)).dpi == 150


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_colours_of_a_jpeg_are_told(mode: str) -> None:
    """GARD-089"""
    assert _inspect(jpeg(32, 32, PLUM, mode=mode)).mode == mode


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "LA", "I;16"])
def test_the_colours_of_a_png_are_told(mode: str) -> None:
    assert _inspect(_saved(Image.new(mode, (32, 32)), "PNG")).mode == mode


@pytest.mark.parametrize("side", [1399, 1400, 6000, 6001])
def test_every_side_that_a_provider_judges_can_be_measured(side: int) -> None:
    """GARD-086"""
    facts = _inspect(_saved(Image.new("L", (side, side)), "JPEG", quality=5))

    assert (facts.width, facts.height) == (side, side)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_picture_that_is_cut_off_is_unreadable(form: str, options: dict[str, Any], share: float) -> None:
    data = _saved(_noise(300, 300), form, **options)

    with pytest.raises(MediaUnreadable, match=r"cut off or damaged|not a JPEG"):
        _inspect(data[: int(len(data) * share)])


@pytest.mark.parametrize(
    ("form", "options"),
    [("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True})],
    ids=["png", "jpeg", "progressive"],
)
def test_a_large_picture_that_is_cut_off_is_unreadable(form: str, options: dict[str, Any]) -> None:
    data = _saved(Image.new("L", (4500, 4500), 77), form, **options)

    assert _inspect(data).width == 4500
    with pytest.raises(MediaUnreadable, match="cut off or damaged"):
        _inspect(data[: len(data) * 3 // 4])


def test_a_large_picture_is_not_decoded_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    core: Any = Image.core  # type: ignore[attr-defined]
    load = core.new  # every decoded picture gets its memory here

    def counted(mode: str, size: tuple[int, int]) -> Any:
        decoded.append(size)
        return load(mode, size)

    pictures = [_saved(Image.new("L", (6000, 6000)), form) for form in ("JPEG", "PNG")]
    monkeypatch.setattr(core, "new", counted)

    facts = [_inspect(data) for data in pictures]

    assert [fact.width for fact in facts] == [6000, 6000]
    assert decoded
    assert all(width * height <= 750 * 750 for width, height in decoded)


def _png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(50))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(9000, 9000), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 1000)])
def test_a_small_file_that_claims_a_huge_picture_is_not_decoded(width: int, height: int) -> None:
    with pytest.raises(MediaUnreadable, match=r"too many|not a JPEG"):
        _inspect(_png_claiming(width, height))


def test_a_file_larger_than_any_cover_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "cover.png"
    path.write_bytes(png(16, 16, PLUM))
    os.truncate(path, 1_000_000_000)  # sparse: takes no room on the disk

    with path.open("rb") as file, pytest.raises(MediaUnreadable, match="more than can be looked into"):
        inspect_cover(file)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"<svg/>", wav(0.1)])
def test_other_files_are_unreadable(data: bytes) -> None:
    with pytest.raises(MediaUnreadable, match="not a JPEG, PNG, GIF or WEBP"):
        _inspect(data)


def test_the_file_stands_where_it_stood_before_and_is_still_open() -> None:
    file = io.BytesIO(jpeg(16, 16, PLUM))
    file.seek(3)

    inspect_cover(file)

    assert file.tell() == 3


WHOLE = {
    "jpeg": jpeg(40, 30, PLUM),
    "progressive": _saved(_noise(40, 30), "JPEG", progressive=True),
    "png": png(40, 30, PLUM),
    "gif": _saved(_noise(40, 30), "GIF"),
    "webp": _saved(_noise(40, 30), "WEBP"),
}


@pytest.mark.filterwarnings("ignore")  # Pillow warns of odd EXIF, of large pictures and more
@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
@settings(deadline=None)
def test_cut_and_changed_pictures_never_do_harm(kind: str, data: st.DataObject) -> None:
    changed = bytearray(WHOLE[kind][: data.draw(st.integers(0, len(WHOLE[kind])))])
    for _ in range(data.draw(st.integers(0, 8))):
        place = data.draw(st.integers(0, max(0, len(changed) - 1)))
        changed[place : place + 1] = data.draw(st.binary(min_size=1, max_size=4))

    try:
        facts = _inspect(bytes(changed))
    except MediaUnreadable:
        return
    assert facts.width > 0
    assert facts.height > 0


@given(
    st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\1\0\0WEBP"]),
    st.binary(max_size=300),
)
@settings(deadline=None)
def test_hostile_bytes_never_do_harm(beginning: bytes, rest: bytes) -> None:
    with pytest.raises(MediaUnreadable):
        _inspect(beginning + rest)


# --- pictures and sounds for seeds ---


def test_pictures_for_seeds_are_the_same_for_the_same_wishes() -> None:
    assert jpeg(200, 200, PLUM) == jpeg(200, 200, PLUM)
    assert png(200, 200, PLUM) == png(200, 200, PLUM)
    assert jpeg(200, 200, PLUM) != jpeg(200, 200, (1, 2, 3))


def test_pictures_for_seeds_have_their_colour_and_can_be_decoded() -> None:
    picture = Image.open(io.BytesIO(png(90, 60, PLUM)))

    assert picture.convert("RGB").getpixel((0, 0)) == PLUM
    assert picture.convert("RGB").getpixel((45 + 12, 30)) != PLUM


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 5), (3000, 3)])
def test_the_smallest_pictures_can_be_made_too(width: int, height: int) -> None:
    assert (_inspect(png(width, height, PLUM)).width, _inspect(jpeg(width, height, PLUM)).height) == (
        width,
        height,
    )


@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize(("seconds", "channels", "rate"), [(1.0, 2, 44_100), (0.33, 1, 8000), (0.0001, 1, 10_000)])
def test_sounds_for_seeds_are_what_the_standard_library_reads(
    bits: int, seconds: float, channels: int, rate: int
) -> None:
    data = wav(seconds, bits=bits, channels=channels, sample_rate_hz=rate)

    with wave.open(io.BytesIO(data)) as sound:
        assert sound.getparams()[:4] == (channels, bits // 8, rate, round(seconds * rate))
        frames = sound.readframes(sound.getnframes())
    assert len(frames) == round(seconds * rate) * channels * bits // 8
    assert len(data) % 2 == 0
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8


def test_a_tone_swings_as_often_as_it_should_and_silence_does_not() -> None:
    with wave.open(io.BytesIO(wav(1, channels=1, tone_hz=441))) as sound:
        samples = struct.unpack("<44100h", sound.readframes(44_100))

    risings = sum(before < 0 <= after for before, after in pairwise(samples))
    assert risings in {440, 441}
    assert max(samples) == 8192
    assert min(samples) == -8192
    assert not any(wav(0.1, tone_hz=0)[44:])


def test_a_long_sound_is_written_in_small_pieces(tmp_path: Path) -> None:
    sizes: list[int] = []

    class Sink(io.BytesIO):
        def write(self, data: Any, /) -> int:
            sizes.append(len(data))
            return len(data)

    write_wav(Sink(), 600, bits=24)

    assert sum(sizes) == 44 + 600 * 44_100 * 6
    assert max(sizes) < 200_000


def test_a_sound_that_no_wav_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 4 GB"):
        write_wav(io.BytesIO(), 30_000)
    with pytest.raises(ValueError, match="16 or 24 bits"):
        wav(1, bits=8)


def test_a_server_that_looks_at_no_picture_does_not_load_pillow() -> None:
    code = (
        "import sys, mockserver.media.cover, mockserver.media.pictures, mockserver.media.audio;"
        "sys.exit(any(name.split('.')[0] == 'PIL' for name in sys.modules))"
    )

    finished = subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)})

    assert finished.returncode == 0
