"""Looks into the files of a submission and holds them to the media requirements (L24-L51)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar, cast

from mockserver.media.audio import inspect_audio
from mockserver.media.booklet import inspect_booklet
from mockserver.media.cover import inspect_cover
from mockserver.media.facts import MediaUnreadable
from mockserver.media.video import inspect_video
from mockserver.providers.gard.refusals import problem
from specs import Problem

MB, GB = 1 << 20, 1 << 30
Facts = TypeVar("Facts")
BY_URL = 50 * MB
_LEAST_PIXELS, _MOST_PIXELS = 1400, 6000
_LEAST_DPI = 72
_LEAST_SECONDS = 4
_COLOURS = ("RGB", "RGBA", "P")  # the palette of P is RGB
_RESOLUTIONS = ((1920, 1080), (3840, 2160))
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file, uploaded or downloaded: the form field to blame, its name, its size in bytes, its seekable bytes."""

    field: str
    name: str
    size: int
    file: Any

    @property
    def stem(self) -> str:
        """Return the file's name without folders and ending."""
        plain = self.name.replace("\\", "/").rpartition("/")[2]
        return (plain.rpartition(".")[0] or plain).strip()

    def bytes(self) -> bytes:
        """Return all bytes; only for files whose size was checked."""
        self.file.seek(0)
        return bytes(self.file.read())


def check_cover(cover: MediaFile) -> tuple[str | None, list[Problem]]:
    """Return the cover's media type and what is wrong with it (GARD-084 to GARD-089)."""
    facts, wrong = _looked_into(cover, 20 * MB, inspect_cover)
    if facts is None:
        return None, wrong
    if facts.format not in ("JPEG", "PNG"):
        wrong.append(problem(cover.field, f"Must be JPEG or PNG; it is {facts.format}."))
    if facts.width != facts.height:
        text = f"Must be square: width is {facts.width} px and height {facts.height} px."
        wrong.append(problem(cover.field, text))
    if min(facts.width, facts.height) < _LEAST_PIXELS or max(facts.width, facts.height) > _MOST_PIXELS:
        text = f"Must have 1400 to 6000 px per side; it has {facts.width} x {facts.height}."
        wrong.append(problem(cover.field, text))
    if facts.dpi is not None and facts.dpi < _LEAST_DPI:
        wrong.append(problem(cover.field, f"Must have at least 72 dpi; it has {facts.dpi:g}."))
    if facts.mode not in _COLOURS:
        wrong.append(problem(cover.field, f"Must be RGB; it is {facts.mode}."))
    return _TYPES.get(facts.format), wrong


def check_audio(audio: MediaFile) -> list[Problem]:
    """Return what is wrong with one audio file (GARD-091 to GARD-093)."""
    facts, wrong = _looked_into(audio, GB, inspect_audio)
    if facts is None:
        return wrong
    if not facts.complete:
        wrong.append(problem(audio.field, "The audio is cut off: the file ends before its header says."))
    elif facts.duration_seconds < _LEAST_SECONDS:
        text = f"Each track must last at least 4 seconds; this one lasts {facts.duration_seconds:.2f}."
        wrong.append(problem(audio.field, text))
    return wrong


def check_video(video: MediaFile) -> list[Problem]:
    """Return what is wrong with the video (GARD-094)."""
    facts, wrong = _looked_into(video, 6 * GB, inspect_video)
    if facts is None:
        return wrong
    if (facts.width, facts.height) not in _RESOLUTIONS:
        text = f"Must be 1920x1080 or 3840x2160; it is {facts.width}x{facts.height}."
        wrong.append(problem(video.field, text))
    if not facts.complete:
        wrong.append(problem(video.field, "The video is cut off: the file ends before its header says."))
    return wrong


def check_booklet(booklet: MediaFile) -> list[Problem]:
    """Return what is wrong with the booklet (GARD-095)."""
    return _looked_into(booklet, 10 * MB, inspect_booklet)[1]


def check_photo(photo: MediaFile) -> list[Problem]:
    """Return what is wrong with the artist's photo of a pitch (GARD-102)."""
    facts, wrong = _looked_into(photo, 15 * MB, inspect_cover)
    if facts is not None and facts.format not in _TYPES:
        wrong.append(problem(photo.field, f"Must be JPG, PNG or WebP; it is {facts.format}."))
    return wrong


def _looked_into(
    file: MediaFile, limit: int, inspect: Callable[[BinaryIO], Facts]
) -> tuple[Facts | None, list[Problem]]:
    if file.size > limit:
        text = f"May have at most {limit} bytes ({_spoken(limit)}); it has {file.size}."
        return None, [problem(file.field, text)]
    try:
        return inspect(cast(BinaryIO, file.file)), []
    except MediaUnreadable as refusal:
        return None, [problem(file.field, f"Cannot be used: {refusal.reason}.")]


def _spoken(limit: int) -> str:
    return f"{limit // GB} GB" if limit >= GB else f"{limit // MB} MB"
