"""What an inspection tells about a file, or why it cannot tell anything."""

from __future__ import annotations

from dataclasses import dataclass


class MediaUnreadable(Exception):
    """The bytes are not of the kind that was asked for, or too damaged to say anything about them."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """A picture whose pixels can be decoded to the end."""

    format: str  # JPEG, PNG, GIF or WEBP
    width: int  # pixels
    height: int
    dpi: float | None  # the lower one of both directions; None when the file does not say, as is common
    mode: str  # as Pillow names it: RGB, RGBA, L, LA, P, 1, I;16, CMYK
    size_bytes: int


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """A sound file as its header describes it."""

    format: str  # WAV, FLAC or MP3
    codec: str  # PCM, FLOAT, FLAC or MP3; for other contents of a WAV their name or number, such as 0x0161
    duration_seconds: float
    sample_rate_hz: int
    bits_per_sample: int | None  # None for MP3, which has none
    channels: int
    complete: bool  # False when the file ends before what its header promises
    size_bytes: int


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """A film with a picture; width and height are those it is shown with."""

    format: str  # MP4 or MOV
    brand: str  # the major brand, such as isom or qt; empty in old MOV files
    width: int  # pixels
    height: int
    duration_seconds: float | None  # None when the header does not know
    complete: bool  # False when the file ends before what its header promises
    size_bytes: int


@dataclass(frozen=True, slots=True)
class BookletFacts:
    """A file that begins as a PDF does."""

    version: str  # such as 1.7
    complete: bool  # False when the mark at the end is missing
    size_bytes: int
