"""GARD-054 to GARD-073: the fields of a submission and what each of them may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk
from conformance.checks.gard.printed import ALBUM_TYPES, TRACK_COUNTS
from conformance.checks.gard.taking import refused, shown, taken
from conformance.judge import NotTested
from conformance.multipart import File

_REQUIRED = (*("release_name", "artist_name", "release_date", "genre_id", "artist_roles", "cover", "audio_files"),)
_DATES = (
    *("release_date", "sales_start_date", "preorder_date", "spotify_startsale_date", "tiktok_startsale_date"),
    *("yandex_startsale_date", "oma_startsale_date", "youtubered_upload_date"),
)
_BAD_DATES = ("21.04.2026", "2026-4-1", "2026-02-30", "2026-04-21T10:00:00Z", "soon")
_COMPOSER = {"name": "Jane Q. Composer", "role": "composer"}
_SONGWRITER = {"name": "Ivan Petrov", "role": "songwriter"}
_META = {
    "name": "Track A",
    "version": "Night Mix",
    "isrc": "QZ-ES5-26-00077",
    "track_po_code": "PO-1",
    "author_rights": "100",
    "related_rights": 50,
    "explicit_content": True,
    "is_cover": False,
    "is_remix": "true",
    "is_instrumental": False,
    "is_focus_track": True,
    "is_live": "false",
    "is_drugs": False,
    "preview_start": 30,
    "meta_lang": "en",
    "lyrics": "La la la",
    "persons": [*desk.CREDITS, {"name": "Stage Name", "role": "artist", "order": 1}],
}


@dataclass(frozen=True)
class Sample:
    """A named set of changes to a valid form."""

    label: str
    changes: dict[str, Any]


def _samples(*pairs: tuple[str, dict[str, Any]]) -> tuple[Sample, ...]:
    return tuple(Sample(label, changes) for label, changes in pairs)


def required_field_is_missed(case: Case, field: str) -> None:
    """Without a required field a submission is refused, charges nothing and is not listed."""
    name, artist = case.ledger.name(f"without {field}"), case.ledger.name("Nobody")
    refused(case, **{"release_name": name, "artist_name": artist, field: None})
    after = desk.submissions(case)
    told = ({row.get("release_name"), row.get("artist_name")} for row in after.items("/submissions"))
    judge.equal("how many submissions it left", 0, sum(bool({name, artist} & names) for names in told), after)


def only_required_fields_are_needed(case: Case) -> None:
    """The required fields are enough."""
    taken(case)


def cover_is_expected(case: Case) -> None:
    """Without a cover file or a cover_url a submission is refused, an empty file included."""
    refused(case, cover=None)
    refused(case, cover=File("cover.jpg", b"", "image/jpeg"))


def bad_date_is_refused(case: Case, field: str) -> None:
    """A date that is not YYYY-MM-DD, or no day at all, is refused."""
    for text in _BAD_DATES:
        refused(case, **{field: text})


def dates_are_taken(case: Case) -> None:
    """All date fields take YYYY-MM-DD, and the release date comes back."""
    days = {name: desk.day(30 + number) for number, name in enumerate(_DATES)}
    answer = shown(case, **days)
    judge.equal("release_date", days["release_date"], answer.at("/release_date"), answer)


def single_by_default(case: Case) -> None:
    """Without album_type a submission is a Single and costs 500."""
    before = desk.credits(case)
    answer = shown(case, album_type=None)
    judge.equal("album_type", "Single", answer.at("/album_type"), answer)
    judge.equal("the charge", 500, before - desk.credits(case))


def album_type_is_kept(case: Case, kind: str) -> None:
    """The four album types are taken and shown."""
    answer = shown(case, album_type=kind, **desk.tracks(TRACK_COUNTS[kind][0]))
    judge.equal("album_type", kind, answer.at("/album_type"), answer)


def unknown_album_type_is_refused(case: Case, kind: str) -> None:
    """Another album type is refused."""
    refused(case, album_type=kind, **desk.tracks(2))


_FITTING = tuple((kind, count) for kind, bounds in TRACK_COUNTS.items() for count in dict.fromkeys(bounds))
_MISFITTING = (
    *(("Single", 2), ("EP", 1), ("EP", 7), ("Album", 6), ("Album", 31), ("Compilation", 6), ("Compilation", 31)),
)


def fitting_count_is_taken(case: Case, pair: tuple[str, int]) -> None:
    """The least and the greatest number of tracks of a type are taken."""
    kind, count = pair
    answer = taken(case, album_type=kind, **desk.tracks(count))
    judge.equal("audio_count", count, answer.at("/audio_count"), answer)


def misfitting_count_is_refused(case: Case, pair: tuple[str, int]) -> None:
    """One track too few or too many for the type is refused; more than 30 are 422."""
    kind, count = pair
    refused(case, *((422,) if count > 30 else ()), album_type=kind, **desk.tracks(count))


def one_entry_per_file(case: Case) -> None:
    """tracks_meta with fewer or more entries than files is refused."""
    two = {"album_type": "EP", "audio_files": [desk.AUDIO] * 2}
    refused(case, **two, tracks_meta=[{"name": "One"}])
    refused(case, **two, tracks_meta=[{"name": "One"}, {"name": "Two"}, {"name": "Three"}])


def order_of_entries_is_kept(case: Case) -> None:
    """The tracks are named as the entries are, in their order."""
    names = ["Zulu", "Alpha", "Mike"]
    files = [File(f"{number}.wav", desk.AUDIO.content, "audio/wav") for number in range(3)]
    answer = shown(case, album_type="EP", audio_files=files, tracks_meta=[{"name": name} for name in names])
    judge.equal("the titles", names, [track.get("title") for track in answer.items("/tracks")], answer)


def every_entry_member_is_taken(case: Case) -> None:
    """An entry with all members is taken, title and ISRC come back."""
    answer = shown(case, tracks_meta=[_META])
    judge.equal("the title", "Track A", answer.at("/tracks/0/title"), answer)
    judge.equal("the ISRC", "QZ-ES5-26-00077", answer.at("/tracks/0/isrc"), answer)


def entry_member_alone_is_taken(case: Case, member: str) -> None:
    """Each member of an entry is taken by itself."""
    taken(case, tracks_meta=[{member: _META[member]}])


def credits_are_complete(case: Case, role: str) -> None:
    """Without a composer or without a songwriter a submission is refused."""
    other = _SONGWRITER if role == "composer" else _COMPOSER
    refused(case, artist_roles=[other, {"name": "Stage Name", "role": "artist"}])


def one_person_may_do_both(case: Case) -> None:
    """One person may be composer and songwriter; nobody at all is refused."""
    taken(case, artist_roles=desk.CREDITS)
    refused(case, artist_roles=[])


def real_names_are_asked_for(case: Case, role: str) -> None:
    """A composer or songwriter of one word is refused, an artist of one word is not."""
    others = [_COMPOSER, _SONGWRITER]
    one_word = {"name": "Madonna", "role": role}
    refused(case, artist_roles=[entry for entry in others if entry["role"] != role] + [one_word])
    taken(case, artist_roles=[*others, {"name": "Madonna", "role": "artist"}])


def order_may_be_missing(case: Case) -> None:
    """A credit is taken with an order and without; without name or role it is refused."""
    taken(case, artist_roles=[_COMPOSER, {**_SONGWRITER, "order": 2}])
    refused(case, artist_roles=[_COMPOSER, _SONGWRITER, {"role": "artist"}])
    refused(case, artist_roles=[_COMPOSER, _SONGWRITER, {"name": "Stage Name"}])


def track_needs_a_songwriter(case: Case) -> None:
    """The persons of a track need a songwriter."""
    artist = {"name": "Stage Name", "role": "artist"}
    refused(case, tracks_meta=[{"name": "Track A", "persons": [artist, _COMPOSER]}])
    taken(case, tracks_meta=[{"name": "Track A", "persons": [artist, _COMPOSER, _SONGWRITER]}])


def label_has_200_characters(case: Case) -> None:
    """A label of 200 characters is taken and shown, one of 201 refused."""
    text = "Ł" + "x" * 199
    answer = shown(case, label=text)
    judge.equal("label", text, answer.at("/label"), answer)
    refused(case, label=text + "x")


def upc_has_14_digits(case: Case) -> None:
    """A UPC of up to 14 digits is taken and shown; 15 digits and letters are refused."""
    upc = "1" + case.ledger.digits(13)
    answer = shown(case, upc=upc)
    judge.equal("upc", upc, answer.at("/upc"), answer)
    for bad in (upc + "0", "12345678901A", "1234 5678"):
        refused(case, upc=bad)


def upc_is_assigned(case: Case, upc: str | None) -> None:
    """Without a UPC the release gets one, at the approval at the latest."""
    sent = desk.bring(case, "sent_to_stores", upc=upc)
    answer = case.given(desk.status(case, sent.release), 200)
    text = answer.at("/upc")
    judge.that(
        isinstance(text, str) and text.isdigit() and len(text) <= 14, "no UPC is assigned", answer, received=text
    )


def share_is_a_percentage(case: Case) -> None:
    """copyright takes 0 to 100 and may be missing; other numbers and texts are refused."""
    for good in ("0", "50", "100", None):
        taken(case, copyright=good)
    for bad in ("101", "-1", "abc", "© 2026 Somebody"):
        refused(case, copyright=bad)


def selection_may_be_open(case: Case, pair: tuple[str, Any]) -> None:
    """Stores and territories may be empty or left out."""
    field, value = pair
    taken(case, **{field: value})


_UNKNOWN = _samples(
    ("platforms", {"platforms": ["nope"]}),
    ("one-of-platforms", {"platforms": ["spotify", "nope"]}),
    ("countries", {"countries": ["zz9"]}),
    ("genre_id", {"genre_id": "nope"}),
    ("meta_lang", {"meta_lang": "klingon"}),
    ("platform-number", {"platforms": [99999999]}),
)


def unknown_code_is_refused(case: Case, sample: Sample) -> None:
    """A code that is in no list is refused and charges nothing."""
    refused(case, 422, **sample.changes)


def legacy_numbers_are_taken(case: Case) -> None:
    """Spotify's number from the list of stores is taken in platforms, beside codes."""
    rows = case.given(case.call("listPlatforms"), 200).items("")
    numbers = [row["id"] for row in rows if row.get("name") == "Spotify"]
    if not numbers:
        raise NotTested("the list of stores has no Spotify")
    taken(case, platforms=[numbers[0]])
    taken(case, platforms=[numbers[0], "apple_music"])


def legacy_genre_numbers_are_taken(case: Case) -> None:
    """genre_id takes numbers: one of the first hundred names a genre, which the release then shows by its name."""
    names = {row["name"] for row in case.call("getReferenceData").items("/genres_root")}
    for number in range(1, 101):
        name = case.ledger.name("genre by number")
        answer = desk.attempt(case, release_name=name, genre_id=str(number))
        if answer.is_success:
            row = desk.find_release(case, name)
            judge.that(row["genre_name"] in names, "the number names no genre", answer, received=row["genre_name"])
            return
    raise NotTested("no number of a genre is known: the document prints none")


def subgenre_belongs_to_its_genre(case: Case) -> None:
    """A subgenre of another root is refused, one of its own is taken."""
    taken(case, genre_id="alternative", sub_genre_id="grunge")
    taken(case, genre_id="electronic", sub_genre_id="ambient")
    refused(case, genre_id="electronic", sub_genre_id="grunge")
    refused(case, genre_id="alternative", sub_genre_id="ambient")
    refused(case, genre_id="electronic", sub_genre_id="nope")


def language_by_code_or_name(case: Case, text: str) -> None:
    """meta_lang takes a code, a name or a slug of the list."""
    taken(case, meta_lang=text)


def unknown_language_is_refused(case: Case) -> None:
    """A language that is not in the list is refused."""
    refused(case, meta_lang="klingon")


_MEDIA = ("media", "destructive")

CHECKS = (
    check("GARD-054", required_field_is_missed, each=_REQUIRED),
    check("GARD-054", only_required_fields_are_needed, needs=_MEDIA),
    check("GARD-055", cover_is_expected),
    check("GARD-056", bad_date_is_refused, each=_DATES),
    check("GARD-056", dates_are_taken, needs=_MEDIA),
    check("GARD-057", single_by_default),
    check("GARD-057", album_type_is_kept, each=ALBUM_TYPES, needs=_MEDIA),
    check("GARD-057", unknown_album_type_is_refused, each=("Mini-Album", "LP"), needs=("media",)),
    check("GARD-058", fitting_count_is_taken, each=_FITTING),
    check("GARD-058", misfitting_count_is_refused, each=_MISFITTING, needs=("media",)),
    check("GARD-059", one_entry_per_file),
    check("GARD-059", order_of_entries_is_kept),
    check("GARD-060", every_entry_member_is_taken),
    check("GARD-060", entry_member_alone_is_taken, each=tuple(_META)),
    check("GARD-061", credits_are_complete, each=("composer", "songwriter")),
    check("GARD-061", one_person_may_do_both),
    check("GARD-062", real_names_are_asked_for, each=("composer", "songwriter")),
    check("GARD-063", order_may_be_missing),
    check("GARD-064", track_needs_a_songwriter),
    check("GARD-065", label_has_200_characters),
    check("GARD-066", upc_has_14_digits, needs=_MEDIA),
    check("GARD-066", upc_is_assigned, each=(None, "")),
    check("GARD-067", share_is_a_percentage),
    check("GARD-068", selection_may_be_open, each=(("platforms", []), ("platforms", None))),
    check("GARD-069", selection_may_be_open, each=(("countries", []), ("countries", None))),
    check("GARD-070", unknown_code_is_refused, each=_UNKNOWN),
    check("GARD-071", legacy_numbers_are_taken),
    check("GARD-071", legacy_genre_numbers_are_taken, required=False),
    check("GARD-072", subgenre_belongs_to_its_genre),
    check("GARD-073", language_by_code_or_name, each=("en", "English", "english", "ru", "Russian")),
    check("GARD-073", unknown_language_is_refused, needs=("media",)),
)
