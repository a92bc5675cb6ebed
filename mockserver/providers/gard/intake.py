"""Turns a draft and its files into a submission with its catalog row, tracks, credits, cover and clips."""

from __future__ import annotations

import base64
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Upload
from mockserver.providers.gard import files, records
from mockserver.providers.gard.credits import Credits
from mockserver.providers.gard.files import MediaFile
from mockserver.providers.gard.form import Draft
from mockserver.providers.gard.refusals import problem
from mockserver.providers.gard.sources import SourceRefused, name_of, open_source
from mockserver.world import World
from specs import Problem

_UPSTREAM_FIRST, _UPSTREAM_SIZE = 30_000_000, 9_000_000


@dataclass(slots=True)
class Cover:
    """A checked cover; `data` None means that the picture is made up when somebody asks for it."""

    media_type: str = "image/jpeg"
    data: bytes | None = None


@dataclass(slots=True)
class Parcel:
    """What the files of a form came to."""

    cover: Cover
    names: list[str]  # of the audio files, without ending
    has_video: bool
    has_booklet: bool


def unpack(form: Record, uploads: dict[str, list[Upload]], allowed: tuple[str, ...]) -> Parcel:
    """Look into every file; `invalid` names all that break a media rule (GARD-083). Nothing is kept but the cover."""
    wrong: list[Problem] = []
    with ExitStack() as stack:
        found = _Files(form, uploads, allowed, stack, wrong)
        covers, audio = found.of("cover", "cover_url"), found.of("audio_files", "audio_files_urls")
        video, booklet = found.of("video", "video_url"), found.of("booklet", "booklet_url")
        cover = Cover()
        if covers and covers[-1] is not None:
            media_type, problems = files.check_cover(covers[-1])
            wrong += problems
            cover = Cover(media_type or "", covers[-1].bytes() if not problems else None)
        for entries, check in ((audio, files.check_audio), (video, files.check_video), (booklet, files.check_booklet)):
            for entry in entries:
                wrong += check(entry) if entry is not None else []
        if wrong:
            raise Failure("invalid", problems=wrong)
        return Parcel(cover, found.names, bool(video), bool(booklet))


class _Files:
    """The files of a form, each uploaded or behind an address."""

    def __init__(
        self,
        form: Record,
        uploads: dict[str, list[Upload]],
        allowed: tuple[str, ...],
        stack: ExitStack,
        wrong: list[Problem],
    ) -> None:
        self.form, self.uploads, self.allowed, self.stack, self.wrong = form, uploads, allowed, stack, wrong
        self.names: list[str] = []

    def of(self, field: str, url_field: str) -> list[MediaFile | None]:
        """Return the files of a field; None stands for one that is made up."""
        sent = self.uploads.get(field, [])
        many = field == "audio_files"
        found: list[MediaFile | None] = []
        for place, upload in enumerate(sent):
            found.append(MediaFile(f"{field}/{place}" if many else field, upload.filename, upload.size, upload.file))
        urls = self.form.get(url_field) or []
        for place, url in enumerate(urls if isinstance(urls, list) else [urls]):
            where = f"{url_field}/{place}" if many else url_field
            try:
                found.append(open_source(where, url, self.allowed, self.stack))
            except SourceRefused as refusal:
                self.wrong.append(problem(where, str(refusal)))
        if many:
            names = [upload.filename for upload in sent] or [name_of(url) for url in urls]
            self.names = [MediaFile(field, name, 0, None).stem for name in names]
        return found


def submit(world: World, account: str, key: str, draft: Draft, parcel: Parcel) -> Record:
    """Charge, and write the submission with all that belongs to it; returns the submission (GARD-104, GARD-121)."""
    records.charge(world, account, draft.price)
    id = "rel_" + world.token("release", 16)
    number = world.next_number("release")
    submission = {
        "id": "mdr_" + world.token("submission", 16),
        "number": world.next_number("submission"),
        "account": account,
        "key_id": key,
        "callback_url": draft.callback_url,
        "release_id": id,
        "release_number": records.FIRST_RELEASE_NUMBER + number,
        "release_name": draft.name,
        "artist_name": draft.artist,
        "release_date": draft.release_date,
        "is_linked": False,
        "is_withdrawn": False,
        "is_removed": False,
        "moderator_notes": None,
        "announced": None,
        "created_at": instant(world.now),
    }
    write_release(world, account, submission, draft)
    write_tracks(world, account, id, draft, parcel.names)
    _write_cover(world, id, parcel.cover)
    if parcel.has_video:
        write_clip(world, id, "Official video", None)
    records.log(world, account, "submit", "release", id, draft.artist)
    return world.begin("submission", submission)


def write_release(world: World, account: str, submission: Record, draft: Draft, **facts: Any) -> Record:
    """Write the catalog row of a submission; `facts` replace what a new one has."""
    number = submission["release_number"] - records.FIRST_RELEASE_NUMBER
    upstream = world.chance("upstream").permuted(number % _UPSTREAM_SIZE, _UPSTREAM_SIZE)
    record = {
        "id": submission["release_id"],
        "number": submission["release_number"],
        "account": account,
        "submission": submission["id"],
        "name": draft.name,
        "artist_name": draft.artist,
        "type": draft.type,
        "genre_name": draft.genre["name"],
        "label": draft.label,
        "upc": draft.upc,
        "release_date": draft.release_date,
        "platforms": draft.platforms,
        "countries": draft.countries,
        "upstream_album_id": _UPSTREAM_FIRST + upstream,
        "has_cover": True,
        "comment": None,
        "metadata": draft.metadata,
        "created_at": submission["created_at"],
        "last_synced_at": submission["created_at"],
        "live_on": None,
        "left_on": None,
        "is_filled": False,
        **facts,
    }
    world.put(records.RELEASES, record)
    return record


def write_tracks(world: World, account: str, release: str, draft: Draft, names: list[str]) -> list[Record]:
    """Write the tracks in the order of the files, and the credits of release and tracks."""
    credits = Credits(world, account)
    credits.put_on_release(release, draft.credits)
    written = []
    for place, entry in enumerate(draft.tracks):
        number = world.next_number("track")
        fallback = draft.name if len(draft.tracks) == 1 else (names[place] if place < len(names) else "")
        track = {
            "id": str(number),
            "number": number,
            "account": account,
            "release": release,
            "track_id": None,
            "position": place + 1,
            "title": entry.title or fallback or f"Track {place + 1}",
            "version": entry.version,
            "isrc": entry.isrc,
            "popularity": world.chance("popularity", number).number(40, 900),
        }
        world.put(records.TRACKS, track)
        credits.put_on_track(release, number, draft.credits if entry.persons is None else entry.persons)
        written.append(track)
    return written


def write_clip(world: World, release: str, title: str, track: int | None) -> None:
    """Write a video clip of a release, or of one of its tracks."""
    number = world.next_number("clip")
    url = f"https://cdn.gard-api.org/clips/{world.token('clip_file', 20)}.mp4"
    clip = {"id": str(number), "number": number, "release": release, "title": title, "url": url, "track": track}
    world.put(records.CLIPS, clip)


def _write_cover(world: World, release: str, cover: Cover) -> None:
    data = base64.b64encode(cover.data).decode() if cover.data is not None else None
    world.put(records.COVERS, {"id": release, "media_type": cover.media_type, "data": data})
