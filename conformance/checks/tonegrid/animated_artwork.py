"""TG-214 to TG-217: moving covers."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.media import films, pictures
from conformance.multipart import File, Form

TYPES = {"square_motion": (1080, 1080), "tall_motion": (1080, 1440), "canvas_loop": (1080, 1920)}
TOO_LARGE = "Animated artwork must be ≤50 MB."
# Whether MB means 10^6 or 2^20 bytes is not said: this much fits in either, one byte over the larger in neither.
_FITS, _LIMIT = 50_000_000, 50 * 1024 * 1024
_QUICKTIME = b"qt  "


def _upload(case: Case, release: str, kind: str, file: File) -> Answer:
    path = {"uuid": release, "asset_type": kind}
    return case.call("uploadAnimatedArtwork", path=path, json=Form((("asset", file),)))


def _film(kind: str, name: str = "cover.mp4") -> File:
    return File(name, films.mp4(*TYPES[kind]), "video/mp4")


def _shown(case: Case, release: str) -> list[dict[str, Any]]:
    answer = case.given(wares.read(case, release), 200)
    return [asset for asset in answer.items("/release/animated_artwork") if isinstance(asset, dict)]


def _measured(case: Case, asset: str) -> None:
    case.control.fire("tonegrid", "animated_artwork", asset, "finish")


def three_types_are_taken(case: Case, kind: str) -> None:
    """Square, tall and loop are taken, and the release shows them."""
    release = wares.make_release(case)
    answer = _upload(case, release, kind, _film(kind))
    judge.status(answer, 201)
    judge.equal("asset_type", kind, answer.at("/data/asset_type"), answer)
    judge.equal("the types of the release", [kind], [asset.get("asset_type") for asset in _shown(case, release)])


def other_types_are_refused(case: Case, kind: str) -> None:
    """Another type is refused, and nothing is stored."""
    release = wares.make_release(case)
    judge.status(_upload(case, release, kind, _film("square_motion")), 404, 422)
    judge.equal("the assets", [], _shown(case, release))


def fifty_megabytes_are_enough(case: Case) -> None:
    """More than 50 MB is 413 with its own words, and nothing is stored."""
    release = wares.make_release(case)
    film = films.mp4(*TYPES["square_motion"])
    large = File("large.mp4", film + bytes(_LIMIT + 1 - len(film)), "video/mp4")
    wares.refused(_upload(case, release, "square_motion", large), 413, TOO_LARGE)
    judge.equal("the assets", [], _shown(case, release))


def fifty_megabytes_fit(case: Case) -> None:
    """A file of 50 MB is taken."""
    film = films.mp4(*TYPES["square_motion"])
    file = File("fits.mp4", film + bytes(_FITS - len(film)), "video/mp4")
    judge.status(_upload(case, wares.make_release(case), "square_motion", file), 201)


def four_formats_are_taken(case: Case, name: str) -> None:
    """MP4, MOV, WebM and GIF are taken."""
    square = TYPES["square_motion"]
    files = {
        "mp4": _film("square_motion"),
        "mov": File("cover.mov", films.mp4(*square, brand=_QUICKTIME), "video/quicktime"),
        "webm": File("cover.webm", films.webm(*square), "video/webm"),
        "gif": File("cover.gif", pictures.gif(*square), "image/gif"),
    }
    judge.status(_upload(case, wares.make_release(case), "square_motion", files[name]), 201)


def other_formats_are_refused(case: Case, name: str) -> None:
    """Anything else is refused, also when it calls itself an MP4."""
    files = {
        "text": File("cover.txt", b"a cover that does not move", "text/plain"),
        "jpeg": File("cover.jpg", pictures.jpeg(), "image/jpeg"),
        "avi": File("cover.avi", films.avi(), "video/x-msvideo"),
        "disguised": File("cover.mp4", b"a cover that does not move", "video/mp4"),
        "empty": File("cover.mp4", b"", "video/mp4"),
    }
    release = wares.make_release(case)
    wares.refused(_upload(case, release, "square_motion", files[name]), 422)
    judge.equal("the assets", [], _shown(case, release))


def file_is_required(case: Case) -> None:
    """A form without the file is refused."""
    path = {"uuid": wares.make_release(case), "asset_type": "canvas_loop"}
    wares.invalid(case.call("uploadAnimatedArtwork", path=path, json=Form((("note", "no file"),))), "asset")


def second_replaces_the_first(case: Case) -> None:
    """A second upload of a type replaces the first and leaves the other types alone."""
    release = wares.make_release(case)
    first = wares.identity(case.given(_upload(case, release, "canvas_loop", _film("canvas_loop")), 201), "/data/uuid")
    other = wares.identity(case.given(_upload(case, release, "tall_motion", _film("tall_motion")), 201), "/data/uuid")
    answer = _upload(case, release, "canvas_loop", _film("canvas_loop", "second.mp4"))
    judge.status(answer, 201)
    second = wares.identity(answer, "/data/uuid")
    judge.that(first != second, "the second upload has the first one's id", answer, received=second)
    shown = {asset.get("asset_type"): asset.get("uuid") for asset in _shown(case, release)}
    judge.equal("the assets", {"canvas_loop": second, "tall_motion": other}, shown)
    judge.equal("the number of assets", 2, len(_shown(case, release)))


def measurements_come_later(case: Case) -> None:
    """Width, height, duration and codec are null at first and known after the worker has looked."""
    release = wares.make_release(case)
    answer = case.given(_upload(case, release, "tall_motion", _film("tall_motion")), 201)
    for name in ("width", "height", "duration_seconds", "codec"):
        judge.equal(f"{name} at first", None, answer.at(f"/data/{name}"), answer)
    _measured(case, wares.identity(answer, "/data/uuid"))
    shown = _shown(case, release)
    judge.equal("the number of assets", 1, len(shown))
    asset = shown[0]
    width, height = TYPES["tall_motion"]
    judge.equal("width", width, asset.get("width"))
    judge.equal("height", height, asset.get("height"))
    judge.equal("duration_seconds", 10.0, float(asset.get("duration_seconds") or 0))
    judge.that(asset.get("codec"), "codec is empty", expected="a codec", received=asset.get("codec"))


CHECKS = (
    check("TG-214", three_types_are_taken, each=tuple(TYPES)),
    check("TG-214", other_types_are_refused, each=("banner", "square", "SQUARE_MOTION")),
    check("TG-215", fifty_megabytes_are_enough),
    check("TG-215", fifty_megabytes_fit),
    check("TG-216", four_formats_are_taken, each=("mp4", "mov", "webm", "gif")),
    check("TG-216", other_formats_are_refused, each=("text", "jpeg", "avi", "disguised", "empty")),
    check("TG-216", file_is_required, required=False),
    check("TG-217", second_replaces_the_first, needs=("media",)),
    check("TG-217", measurements_come_later),
)
