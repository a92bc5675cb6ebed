"""GARD-074 to GARD-082 and GARD-096 to GARD-099: how the form is written, and media by URL."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.taking import refused, taken
from conformance.media import films
from conformance.multipart import File, Form

_LISTS = ("platforms", "countries", "artist_roles", "tracks_meta")
_FLAGS = (
    *("itunes_cleared_for_stream", "itunes_not_cleared_for_sale", "is_single_maxi", "is_mixtape", "is_audio_book"),
    *("is_low_itunes_track_price", "itunes_has_mfit", "tiktok_ev"),
)
_VIDEO_URL = "https://media.example.com/video.mov"
_BOOKLET_URL = "https://media.example.com/booklet.pdf"
_PDF = File("booklet.pdf", films.pdf(), "application/pdf")
_FILM = File("video.mp4", films.mp4(), "video/mp4")


def receipt_tells_what_was_sent(case: Case) -> None:
    """The receipt repeats the name and tells which files were sent."""
    name = case.ledger.name("Ærø — жизнь")
    plain = taken(case, release_name=name)
    _tells(plain, name, 1, video=False, booklet=False)
    full = taken(case, release_name=name, album_type="EP", video=_FILM, booklet=_PDF, **desk.tracks(2))
    _tells(full, name, 2, video=True, booklet=True)


def _tells(answer: Answer, name: str, count: int, *, video: bool, booklet: bool) -> None:
    judge.equal("release_name", name, answer.at("/release_name"), answer)
    judge.equal("has_cover", True, answer.at("/has_cover"), answer)
    judge.equal("audio_count", count, answer.at("/audio_count"), answer)
    judge.equal("has_video", video, answer.at("/has_video"), answer)
    judge.equal("has_booklet", booklet, answer.at("/has_booklet"), answer)


def flags_may_be_left_out(case: Case) -> None:
    """All flags may be left out, set to their defaults, or turned round."""
    taken(case)
    defaults = {name: "false" for name in _FLAGS} | {"itunes_cleared_for_stream": "true"}
    taken(case, **defaults)
    taken(case, **{name: "false" if value == "true" else "true" for name, value in defaults.items()})


def lists_travel_as_json_text(case: Case) -> None:
    """Lists are taken as JSON text in one field each."""
    taken(case, platforms='["spotify"]', countries='["us","ru"]', tracks_meta='[{"name":"Track A"}]')


def bare_text_is_no_list(case: Case, pair: tuple[str, str]) -> None:
    """A list that is written without JSON, or is no list, is refused."""
    field, text = pair
    refused(case, **{field: text})


def broken_json_is_refused(case: Case, field: str) -> None:
    """Broken JSON in a list field is refused."""
    refused(case, **{field: "[{"})


def broken_payload_is_refused(case: Case, text: str) -> None:
    """payload_json of a pitch that is no JSON object is refused."""
    number = desk.submit(case).number
    answer = case.call("createPitch", json=samples.pitch_form(number, payload_json=text))
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)
    after = case.call("listPitches")
    made = [row for row in after.items("/pitches") if row.get("moderation_request_id") == number]
    judge.equal("the pitches of the submission", [], made, after)


def flag_is_a_text(case: Case, text: str) -> None:
    """true, 1, yes and on are taken as flags, and so is false."""
    taken(case, is_mixtape=text)


def files_are_repeated_parts(case: Case) -> None:
    """Two parts of one name are two tracks, in the order of the parts."""
    files = [File("same.wav", desk.AUDIO.content, "audio/wav")] * 2
    sent = desk.submit(case, album_type="EP", audio_files=files, tracks_meta=[{"name": "First"}, {"name": "Second"}])
    judge.equal("audio_count", 2, sent.receipt.at("/audio_count"), sent.receipt)
    answer = desk.status(case, sent.release)
    rows = [(track.get("position"), track.get("title")) for track in answer.items("/tracks")]
    judge.equal("the tracks", [[1, "First"], [2, "Second"]], [list(row) for row in rows], answer)


def numbers_are_texts(case: Case) -> None:
    """Numbers are taken as form text, in a submission and in a pitch."""
    taken(case, copyright="75")
    sent = desk.submit(case)
    answer = case.call("createPitch", json=samples.pitch_form(str(sent.number)))
    judge.status(answer, 200)
    refusal = case.call("createPitch", json=samples.pitch_form("forty-two"))
    judge.that(400 <= refusal.status < 500, "a word is not refused", refusal, received=refusal.status)


def file_name_is_no_trouble(case: Case) -> None:
    """An ASCII file name is taken; another one is taken or refused with 422."""
    taken(case, audio_files=[File("01 - track_a.wav", desk.AUDIO.content, "audio/wav")])
    answer = desk.attempt(case, audio_files=[File("трек.wav", desk.AUDIO.content, "audio/wav")])
    judge.status(answer, 200, 422)


def all_files_by_url(case: Case) -> None:
    """Cover, audio, video and booklet are taken by URL, and the receipt counts them."""
    name = case.ledger.name("by URL")
    urls = {**desk.by_url(2), "video_url": _VIDEO_URL, "booklet_url": _BOOKLET_URL}
    meta = [{"name": "One"}, {"name": "Two"}]
    answer = taken(case, release_name=name, album_type="EP", tracks_meta=meta, **urls)
    _tells(answer, name, 2, video=True, booklet=True)


_SCHEMES = ("ftp://media.example.com/a", "file:///etc/hosts", "media.example.com/a", "data:image/png;base64,AAAA")


def other_addresses_are_refused(case: Case, field: str) -> None:
    """A URL that is not http or https is refused."""
    for url in _SCHEMES:
        changes: dict[str, Any] = desk.by_url()
        changes[field] = [url] if field == "audio_files_urls" else url
        refused(case, **changes)


def private_addresses_are_refused(case: Case, host: str) -> None:
    """A URL into a private network is no public address and is refused."""
    refused(case, **{**desk.by_url(), "cover_url": f"http://{host}/cover.jpg"})


def thirty_urls_are_the_most(case: Case) -> None:
    """30 audio URLs are taken for an album, 31 refused."""
    answer = taken(case, album_type="Album", **desk.by_url(30))
    judge.equal("audio_count", 30, answer.at("/audio_count"), answer)
    refused(case, album_type="Album", **desk.by_url(31))


_BOTH: dict[str, dict[str, Any]] = {
    "cover": {"cover_url": desk.COVER_URL},
    "audio_files": {"audio_files_urls": [desk.AUDIO_URL]},
    "video": {"video": _FILM, "video_url": _VIDEO_URL},
    "booklet": {"booklet": _PDF, "booklet_url": _BOOKLET_URL},
}


def file_and_url_exclude_each_other(case: Case, field: str) -> None:
    """A file and the URL of the same file together are refused."""
    refused(case, **_BOTH[field])


def files_and_urls_mix(case: Case) -> None:
    """A file for the cover and URLs for the audio, and the other way round, are taken."""
    taken(case, audio_files=None, audio_files_urls=[desk.AUDIO_URL])
    taken(case, cover=None, cover_url=desk.COVER_URL)


def one_url_per_entry(case: Case) -> None:
    """audio_files_urls of another length than tracks_meta are refused."""
    refused(case, album_type="EP", tracks_meta=[{"name": "One"}], **desk.by_url(2))
    refused(case, album_type="EP", tracks_meta=[{"name": "One"}, {"name": "Two"}, {"name": "Three"}], **desk.by_url(2))


def unordered_parts_are_fine(case: Case) -> None:
    """The parts may come in any order, files first."""
    parts = desk.form(desk.fields(case)).parts
    answer = case.call("createSubmission", json=Form(tuple(reversed(parts))))
    judge.status(answer, 200)
    case.ledger.add(str(answer.at("/id")))


_MEDIA = ("media",)
_BARE = (("platforms", "spotify"), ("countries", "us,ru"), ("artist_roles", "Jane"), ("platforms", '{"a":1}'))

CHECKS = (
    check("GARD-074", receipt_tells_what_was_sent),
    check("GARD-075", flags_may_be_left_out),
    check("GARD-077", lists_travel_as_json_text),
    check("GARD-077", bare_text_is_no_list, each=_BARE),
    check("GARD-077", unordered_parts_are_fine),
    check("GARD-078", broken_json_is_refused, each=_LISTS),
    check("GARD-078", broken_payload_is_refused, each=("{", "[]", '"text"', "")),
    check("GARD-079", flag_is_a_text, each=("true", "1", "yes", "on", "false")),
    check("GARD-080", files_are_repeated_parts),
    check("GARD-081", numbers_are_texts),
    check("GARD-082", file_name_is_no_trouble),
    check("GARD-096", all_files_by_url, needs=("destructive",)),
    check(
        "GARD-097",
        other_addresses_are_refused,
        each=("cover_url", "audio_files_urls", "video_url", "booklet_url"),
    ),
    check("GARD-097", private_addresses_are_refused, each=("127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254")),
    check("GARD-097", thirty_urls_are_the_most, needs=("destructive",)),
    check("GARD-098", file_and_url_exclude_each_other, each=tuple(_BOTH), needs=_MEDIA),
    check("GARD-098", files_and_urls_mix),
    check("GARD-099", one_url_per_entry),
)
