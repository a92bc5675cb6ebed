"""GARD-083 to GARD-095 and GARD-102: covers, audio, video, booklets and photos, good and bad."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.taking import refused, taken
from conformance.media import films, pictures, sounds
from conformance.multipart import File

_MB, _MILLION = 1024 * 1024, 1_000_000


@dataclass(frozen=True)
class Medium:
    """A file for one field of the form; the bytes are made when they are needed."""

    label: str
    field: str
    name: str
    kind: str
    content: bytes

    @property
    def changes(self) -> dict[str, Any]:
        """Return the change of the form that hands the file in."""
        file = File(self.name, self.content, self.kind)
        return {self.field: [file] if self.field == "audio_files" else file}


def _cover(label: str, content: bytes, name: str = "cover.jpg", kind: str = "image/jpeg") -> Medium:
    return Medium(label, "cover", name, kind, content)


def _audio(label: str, content: bytes, name: str, kind: str) -> Medium:
    return Medium(label, "audio_files", name, kind, content)


_NO_PICTURE = (
    _cover("gif", pictures.gif()),
    _cover("webp", pictures.webp()),
    _cover("text", b"this is no picture " * 100),
    _cover("pdf", films.pdf()),
    _cover("svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="1400" height="1400"/>'),
)
_PICTURES = (
    _cover("jpeg", pictures.jpeg()),
    _cover("png", pictures.png(), "cover.png", "image/png"),
    _cover("png-named-jpg", pictures.png()),
)
_SQUARE_NOT = (
    _cover("1500x1400", pictures.jpeg(1500, 1400)),
    _cover("1400x1401", pictures.jpeg(1400, 1401)),
    _cover("png-1401x1400", pictures.png(1401, 1400), "cover.png", "image/png"),
)
_TOO_SMALL_OR_LARGE = (
    *(_cover(f"{side}", pictures.jpeg(side, side)) for side in (100, 1399, 6001)),
    _cover("png-1399", pictures.png(1399, 1399), "cover.png", "image/png"),
)
_FITTING = tuple(_cover(f"{side}", pictures.jpeg(side, side)) for side in (1400, 6000))
_COARSE = (
    *(_cover(f"{dpi}", pictures.jpeg(dpi=dpi)) for dpi in (1, 71)),
    _cover("png-71", pictures.png(dpi=71), "cover.png", "image/png"),
)
_FINE = (
    *(_cover(f"{dpi}", pictures.jpeg(dpi=dpi)) for dpi in (72, 300)),
    _cover("png-72", pictures.png(dpi=72), "cover.png", "image/png"),
)
_SOUNDS = (
    _audio("wav", sounds.wav(), "track.wav", "audio/wav"),
    _audio("flac", sounds.flac(), "track.flac", "audio/flac"),
    _audio("mp3", sounds.mp3(), "track.mp3", "audio/mpeg"),
)
_NO_SOUNDS = (
    _audio("ogg", sounds.ogg(), "track.ogg", "audio/ogg"),
    _audio("ogg-named-wav", sounds.ogg(), "track.wav", "audio/wav"),
    _audio("picture", pictures.jpeg(), "track.mp3", "audio/mpeg"),
    _audio("text", b"no sound at all " * 1000, "track.flac", "audio/flac"),
    _audio("empty", b"", "track.wav", "audio/wav"),
)


@lru_cache(maxsize=4)
def _heavy(bytes: int) -> File:
    return File("cover.jpg", pictures.jpeg(size=bytes), "image/jpeg")


def bad_file_is_422(case: Case, medium: Medium) -> None:
    """A file that breaks a rule is 422 with a message that names it, charges nothing and leaves no submission."""
    name = case.ledger.name("bad file")
    answer = refused(case, 422, release_name=name, **medium.changes)
    judge.equal("the submissions that it made", [], desk.named(case, name))
    text = answer.content.decode("utf-8", "replace").lower()
    word = {"audio_files": "audio"}.get(medium.field, medium.field)
    judge.that(word in text, "the message does not name the file", answer, expected=word, received=answer.json)


def picture_is_refused(case: Case, medium: Medium) -> None:
    """A cover that breaks the rule is 422."""
    refused(case, 422, **medium.changes)


def file_is_taken(case: Case, medium: Medium) -> None:
    """A file that keeps the rule is taken."""
    taken(case, **medium.changes)


def heavy_cover_is_refused(case: Case) -> None:
    """A cover over 20 MB, by either meaning of MB, is 422 (or 413)."""
    refused(case, 413, 422, cover=_heavy(20 * _MB + 1))


def rgb_is_asked_for(case: Case) -> None:
    """A CMYK cover is 422, an RGB one is taken."""
    refused(case, 422, cover=File("cover.jpg", pictures.jpeg(components=4), "image/jpeg"))
    taken(case)


def audio_is_asked_for(case: Case) -> None:
    """Without any audio a submission is 422."""
    refused(case, 422, audio_files=None)


def four_seconds_are_the_least(case: Case) -> None:
    """A WAV of 3.9 s is 422, one of 4 s is taken; so of FLAC and MP3 with a second to spare."""
    refused(case, 422, audio_files=[File("track.wav", sounds.wav(3.9), "audio/wav")])
    taken(case, audio_files=[File("track.wav", sounds.wav(4.0), "audio/wav")])
    one_short = [desk.AUDIO, File("short.wav", sounds.wav(2.0), "audio/wav")]
    refused(case, 422, album_type="EP", audio_files=one_short)


_FILMS = (
    Medium("mp4-1080", "video", "video.mp4", "video/mp4", films.mp4()),
    Medium("mov-1080", "video", "video.mov", "video/quicktime", films.mp4(brand=b"qt  ")),
    Medium("mp4-2160", "video", "video.mp4", "video/mp4", films.mp4(3840, 2160)),
)
_NO_FILMS = (
    Medium("avi", "video", "video.avi", "video/x-msvideo", films.avi()),
    Medium("avi-named-mp4", "video", "video.mp4", "video/mp4", films.avi()),
    Medium("text", "video", "video.mp4", "video/mp4", b"no film at all " * 100),
)
_OTHER_SIZES = (
    Medium("720", "video", "video.mp4", "video/mp4", films.mp4(1280, 720)),
    Medium("upright", "video", "video.mp4", "video/mp4", films.mp4(1080, 1920)),
)
_NO_BOOKLETS = (
    Medium("text", "booklet", "booklet.pdf", "application/pdf", b"This is a booklet. " * 50),
    Medium("picture", "booklet", "booklet.pdf", "application/pdf", pictures.png(8, 8)),
)
_EVERY_KIND = (_SQUARE_NOT[0], _NO_SOUNDS[0], _NO_FILMS[0], _NO_BOOKLETS[0])


def booklet_has_ten_megabytes(case: Case) -> None:
    """A PDF is taken, one over 10 MB (by either meaning) is 422 (or 413)."""
    taken(case, booklet=File("booklet.pdf", films.pdf(), "application/pdf"))
    heavy = File("booklet.pdf", films.pdf(10 * _MB + 1), "application/pdf")
    refused(case, 413, 422, booklet=heavy)


def big_files_within_bounds_are_taken(case: Case) -> None:
    """A cover of 19 million bytes and a booklet of 9 million are within the bounds, whatever MB means."""
    taken(case, cover=_heavy(19 * _MILLION))
    taken(case, booklet=File("booklet.pdf", films.pdf(9 * _MILLION), "application/pdf"))


_PHOTOS = (
    ("jpg", pictures.jpeg(64, 64), "image/jpeg"),
    ("png", pictures.png(64, 64), "image/png"),
    ("webp", pictures.webp(), "image/webp"),
)
_NO_PHOTOS = (("gif", pictures.gif(64, 64), "image/gif"), ("txt", b"no photo", "text/plain"))


def _pitch(case: Case, ending: str, content: bytes, kind: str) -> Answer:
    sent = desk.submit(case)
    photo = File(f"photo.{ending}", content, kind)
    return case.call("createPitch", json=samples.pitch_form(sent.number, artist_photo=photo))


@dataclass(frozen=True)
class Photo:
    """A photo for a pitch."""

    label: str
    content: bytes
    kind: str


def photo_is_taken(case: Case, photo: Photo) -> None:
    """A jpg, png or webp is taken as photo of a pitch."""
    judge.status(_pitch(case, photo.label, photo.content, photo.kind), 200)


def other_photo_is_refused(case: Case, photo: Photo) -> None:
    """Another picture is refused, also under a good name."""
    for name, kind in ((photo.label, photo.kind), ("jpg", "image/jpeg")):
        answer = _pitch(case, name, photo.content, kind)
        judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def heavy_photo_is_refused(case: Case) -> None:
    """A photo over 15 MB is refused."""
    answer = _pitch(case, "jpg", pictures.jpeg(64, 64, size=15 * _MB + 1), "image/jpeg")
    judge.status(answer, 413, 422)


_GOOD = ("media", "destructive")

CHECKS = (
    check("GARD-083", bad_file_is_422, each=_EVERY_KIND),
    check("GARD-084", picture_is_refused, each=_NO_PICTURE),
    check("GARD-084", file_is_taken, each=_PICTURES, needs=_GOOD, name="picture_is_taken"),
    check("GARD-085", picture_is_refused, each=_SQUARE_NOT),
    check("GARD-086", picture_is_refused, each=_TOO_SMALL_OR_LARGE, needs=("media",)),
    check("GARD-086", file_is_taken, each=_FITTING, name="fitting_picture_is_taken"),
    check("GARD-087", picture_is_refused, each=_COARSE, needs=("media",)),
    check("GARD-087", file_is_taken, each=_FINE, name="fine_picture_is_taken"),
    check("GARD-088", heavy_cover_is_refused),
    check("GARD-088", big_files_within_bounds_are_taken, needs=_GOOD),
    check("GARD-089", rgb_is_asked_for),
    check("GARD-090", audio_is_asked_for),
    check("GARD-091", file_is_taken, each=_SOUNDS, name="sound_is_taken"),
    check("GARD-091", picture_is_refused, each=_NO_SOUNDS, needs=("media",), name="other_sound_is_refused"),
    check("GARD-092", four_seconds_are_the_least),
    check("GARD-094", file_is_taken, each=_FILMS, needs=_GOOD, name="film_is_taken"),
    check("GARD-094", picture_is_refused, each=_NO_FILMS, name="other_film_is_refused"),
    check("GARD-094", picture_is_refused, each=_OTHER_SIZES, required=False, name="other_size_is_refused"),
    check("GARD-095", picture_is_refused, each=_NO_BOOKLETS, name="other_booklet_is_refused"),
    check("GARD-095", booklet_has_ten_megabytes, needs=_GOOD),
    check("GARD-102", photo_is_taken, each=tuple(Photo(*photo) for photo in _PHOTOS)),
    check("GARD-102", other_photo_is_refused, each=tuple(Photo(*photo) for photo in _NO_PHOTOS)),
    check("GARD-102", heavy_photo_is_refused),
)
