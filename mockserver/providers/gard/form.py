"""Reads the form of a submission: codes, counts, credits and defaults that a schema cannot hold it to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from mockserver.core.failure import Failure
from mockserver.fakes.identifiers import hyphenated_isrc, is_valid_gtin
from mockserver.providers.gard.reference import CodeList, Row, reference
from mockserver.providers.gard.refusals import problem
from mockserver.providers.gard.sources import SourceRefused, check_callback
from mockserver.world import World
from specs import Problem

FLAGS = {
    "itunes_cleared_for_stream": "true",
    "itunes_not_cleared_for_sale": "false",
    "is_single_maxi": "false",
    "is_mixtape": "false",
    "is_audio_book": "false",
    "is_low_itunes_track_price": "false",
    "itunes_has_mfit": "false",
    "tiktok_ev": "false",
}
DATES = (
    "sales_start_date", "preorder_date", "spotify_startsale_date", "tiktok_startsale_date", "yandex_startsale_date",
    "oma_startsale_date", "youtubered_upload_date",
)  # fmt: skip
# Credits and the least and largest number of tracks (L530, L650).
PRICES = {"Single": 500, "EP": 700, "Album": 850, "Compilation": 850}
TRACK_COUNTS = {"Single": (1, 1), "EP": (2, 6), "Album": (7, 30), "Compilation": (7, 30)}
_MOST_TRACKS = 30
_TRUE = ("true", "1", "yes", "on")


@dataclass(slots=True)
class TrackDraft:
    """One track as it was sent; `persons` None means that the credits of the release stand for it."""

    title: str = ""
    version: str | None = None
    isrc: str | None = None
    persons: list[Row] | None = None


@dataclass(slots=True)
class Draft:
    """A submission that keeps every rule of the form; its files are another matter."""

    name: str
    artist: str
    release_date: str
    type: str
    genre: Row
    sub_genre: Row | None
    label: str | None
    upc: str | None
    platforms: list[str]
    countries: list[str]
    credits: list[Row]
    tracks: list[TrackDraft]
    callback_url: str | None
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def price(self) -> int:
        """Return what the submission costs in credits (GARD-103)."""
        return PRICES[self.type]


def is_true(text: Any) -> bool:
    """Say whether a form's text, or a JSON boolean, means true (C40)."""
    return text if isinstance(text, bool) else str(text).strip().lower() in _TRUE


def read_draft(world: World, form: Row) -> Draft:
    """Return the draft of a form that fits its schema; `invalid` names everything else that is wrong."""
    blank = [name for name in ("release_name", "artist_name") if not form[name].strip()]
    wrong: list[Problem] = [problem(name, "Must not be blank.") for name in blank]
    genre, sub_genre = _genre(form, wrong)
    languages = [("meta_lang", form.get("meta_lang"))]
    metas = form.get("tracks_meta")
    languages += [(f"tracks_meta/{place}/meta_lang", meta.get("meta_lang")) for place, meta in enumerate(metas or [])]
    for where, text in languages:
        if text and reference().language(text) is None:
            wrong.append(problem(where, f"{text!r} is no language code or name of the reference data."))
    platforms = _codes(form, "platforms", reference().platforms, wrong)
    countries = _codes(form, "countries", reference().countries, wrong)
    kind = form.get("album_type", "Single")
    wrong += _wrong_counts(kind, count_audio(form), metas)
    upc = form.get("upc") or None
    if upc and world.facts.get("strict_identifiers") and not is_valid_gtin(upc):
        wrong.append(problem("upc", "The check digit is wrong."))
    _check(wrong, "callback_url", form.get("callback_url"), check_callback)
    if wrong or genre is None:
        raise Failure("invalid", problems=wrong)
    return Draft(
        name=form["release_name"].strip(),
        artist=form["artist_name"].strip(),
        release_date=form["release_date"],
        type=kind,
        genre=genre,
        sub_genre=sub_genre,
        label=form.get("label") or None,
        upc=upc,
        platforms=platforms,
        countries=countries,
        credits=form["artist_roles"],
        tracks=[_track(meta) for meta in metas] if metas else [TrackDraft() for _ in range(count_audio(form))],
        callback_url=form.get("callback_url") or None,
        metadata=_metadata(form, platforms, countries, sub_genre),
    )


def count_audio(form: Row) -> int:
    """Return how many audio files a form brings, uploaded or by URL."""
    return len(form.get("audio_files") or form.get("audio_files_urls") or [])


def _genre(form: Row, wrong: list[Problem]) -> tuple[Row | None, Row | None]:
    """Return the root genre and its subgenre; both by code or legacy number (GARD-071, GARD-072)."""
    genre = reference().genres.find(form["genre_id"])
    if genre is None:
        wrong.append(problem("genre_id", f"{form['genre_id']!r} is no root genre of the reference data."))
        return None, None
    text = form.get("sub_genre_id")
    sub_genre = reference().subgenres[genre["code"]].find(text) if text else None
    if text and sub_genre is None:
        wrong.append(problem("sub_genre_id", f"{text!r} is no subgenre of {genre['code']}."))
    return genre, sub_genre


def _codes(form: Row, name: str, known: CodeList, wrong: list[Problem]) -> list[str]:
    """Return the codes of a list field, each once (GARD-070, GARD-071)."""
    codes: dict[str, None] = {}
    for place, value in enumerate(form.get(name) or []):
        row = known.find(value)
        if row is None:
            wrong.append(problem(f"{name}/{place}", f"{value!r} is no entry of the reference data."))
        else:
            codes[row["code"]] = None
    return list(codes)


def _wrong_counts(kind: str, audio: int, metas: list[Row] | None) -> Iterable[Problem]:
    least, most = TRACK_COUNTS[kind]
    if audio > _MOST_TRACKS:
        yield problem("audio_files", f"A release has at most {_MOST_TRACKS} tracks; there are {audio}.")
    elif not least <= audio <= most:
        fits = f"{least} track" if most == 1 else f"{least} to {most} tracks"
        yield problem("audio_files", f"{kind} takes {fits}; there are {audio}.")
    if metas is not None and len(metas) != audio:
        text = f"Must have exactly one entry per audio file: {len(metas)} entries for {audio} files."
        yield problem("tracks_meta", text)


def _check(wrong: list[Problem], name: str, url: str | None, check: Callable[[str], None]) -> None:
    if not url:
        return
    try:
        check(url)
    except SourceRefused as refusal:
        wrong.append(problem(name, str(refusal)))


def _track(meta: Row) -> TrackDraft:
    isrc = (meta.get("isrc") or "").replace("-", "").upper()
    return TrackDraft(
        title=(meta.get("name") or "").strip(),
        version=meta.get("version") or None,
        isrc=hyphenated_isrc(isrc) if isrc else None,
        persons=meta.get("persons"),
    )


def _metadata(form: Row, platforms: list[str], countries: list[str], sub_genre: Row | None) -> dict[str, Any]:
    """Return what else was submitted, defaults in place (GARD-075)."""
    language = reference().language(form["meta_lang"]) if form.get("meta_lang") else None
    return {
        "sub_title": form.get("sub_title") or None,
        "album_annotation": form.get("album_annotation") or None,
        "sub_genre": sub_genre["code"] if sub_genre else None,
        "meta_lang": language["code"] if language else None,
        "copyright": form.get("copyright", "100"),
        "platforms": platforms,
        "countries": countries,
        **{name: form.get(name) for name in DATES},
        **{name: is_true(form.get(name, default)) for name, default in FLAGS.items()},
    }
