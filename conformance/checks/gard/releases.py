"""GARD-118 to GARD-132: the catalog list, the shapes of a release, its cover, links, clips and track order."""

from __future__ import annotations

import json
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.printed import PRICES
from conformance.judge import NotTested
from conformance.media import films, pictures
from conformance.multipart import File
from conformance.pointer import MISSING
from conformance.properties.readback import unchanged

_STORES = ("Wink", "MTS", "Yandex Music", "Spotify", "VK Music", "Zvuk")
_TRACK = ("isrc", "position", "title", "track_id")


def listed(case: Case, **query: Any) -> Answer:
    """Read the catalog list."""
    answer = case.call("listReleases", query=query)
    judge.status(answer, 200)
    judge.that(isinstance(answer.json, list), "the list is no bare array", answer, received=answer.json)
    return answer


def _names(answer: Answer) -> list[str]:
    return [str(row.get("name")) for row in answer.items("")]


def _several(case: Case, count: int) -> tuple[str, list[str]]:
    word = case.ledger.name("series").replace(" ", "")
    made = [desk.submit(case, release_name=f"{word} {number}").name for number in range(count)]
    return word, made


def window_moves_over_the_list(case: Case) -> None:
    """limit cuts, offset skips, search narrows; together the windows show everything once."""
    word, made = _several(case, 3)
    whole = _names(listed(case, search=word))
    judge.equal("the releases found", sorted(made), sorted(whole))
    steps = [_names(listed(case, search=word, limit=1, offset=number)) for number in range(4)]
    judge.equal("the rows of each window", [[name] for name in whole] + [[]], steps)
    judge.equal("the rows of a window of two", whole[1:3], _names(listed(case, search=word, limit=2, offset=1)))


def fifty_by_default(case: Case) -> None:
    """Without parameters at most 50 rows are answered, from the first."""
    answer, first = desk.beside(lambda: listed(case), lambda: listed(case, limit=50, offset=0))
    judge.that(len(answer.items("")) <= 50, "the list is longer", answer, received=len(answer.items("")))
    judge.equal("the rows of limit 50 and offset 0", _names(first), _names(answer), answer)


def fifty_of_more(case: Case) -> None:
    """Of 51 releases 50 are answered by default, and the last one by an offset of 50."""
    with case.own_sandbox(world="empty") as inside:
        desk.set_credits(inside, 51 * PRICES["Single"])
        names = sorted(f"Release {number}" for number in range(51))
        for name in names:
            inside.given(desk.attempt(inside, release_name=name), 200)
        first, rest = listed(inside), listed(inside, offset=50)
        judge.equal("the number of rows by default", 50, len(first.items("")), first)
        judge.equal("the releases of both windows", names, sorted([*_names(first), *_names(rest)]), rest)


def search_looks_in_four_members(case: Case, member: str) -> None:
    """The search finds a part of name, artist, label or UPC in any case; nonsense finds nothing."""
    mark = f"Sü{case.ledger.digits(9)}ß"
    text = "8" + case.ledger.digits(11) if member == "upc" else f"Before {mark} After"
    sent = desk.submit(case, **{member: text})
    part = text[2:] if member == "upc" else f"{mark} after"
    found = [row.get("public_id") for row in listed(case, search=part).items("")]
    judge.equal("the releases found", [sent.release], found)
    judge.equal("what nonsense finds", [], listed(case, search=f"{mark}-nonsense").json)


def row_is_there_at_once(case: Case) -> None:
    """Right after the submission the catalog lists the release as submitted."""
    name = case.ledger.name("at once")
    case.given(desk.attempt(case, release_name=name), 200)
    answer = listed(case, search=name)
    rows = [row for row in answer.items("") if row.get("name") == name]
    judge.equal("the number of rows of the release", 1, len(rows), answer)
    judge.equal("status", "submitted", rows[0].get("status"), answer)


def two_shapes_of_a_release(case: Case) -> None:
    """The release has type and metadata; its status has album_type, moderation_request_id and submission_id."""
    path = {"release_ref": case.fact("exhibits")[0]}
    whole, stage = case.call("getRelease", path=path), case.call("getReleaseStatus", path=path)
    for answer, there, absent in (
        (whole, ("type", "metadata"), ("album_type", "moderation_request_id", "submission_id")),
        (stage, ("album_type", "moderation_request_id", "submission_id"), ("type", "metadata")),
    ):
        judge.status(answer, 200)
        for name in there:
            judge.that(answer.at(f"/{name}") is not MISSING, f"{name} is missing", answer)
        for name in absent:
            judge.that(answer.at(f"/{name}") is MISSING, f"{name} stands in the other shape", answer)
    judge.equal("album_type", whole.at("/type"), stage.at("/album_type"), stage)


def tracks_are_alike(case: Case) -> None:
    """Tracks have the same rows in the release, its status and its track list, counted from 1."""
    sent = desk.submit(case, album_type="EP", **desk.tracks(3))
    views = {name: case.call(name, path=sent.path) for name in ("getRelease", "getReleaseStatus", "listReleaseTracks")}
    first = views["getRelease"].items("/tracks")
    judge.equal("the titles", ["Track 1", "Track 2", "Track 3"], [row.get("title") for row in first])
    for name, answer in views.items():
        judge.status(answer, 200)
        rows = answer.items("/tracks")
        judge.equal("the positions", [1, 2, 3], [row.get("position") for row in rows], answer)
        judge.equal(f"the tracks in {name}", first, rows, answer)
        for row in rows:
            judge.members("a track", _TRACK, row, answer)


def isrcs_stand_apart_too(case: Case) -> None:
    """The status keeps tracks_isrc, the ISRCs of the tracks, for old clients."""
    isrc = "QZ-ES5-26-00123"
    sent = desk.submit(case, tracks_meta=[{"name": "Track A", "isrc": isrc}])
    for operation in ("getReleaseStatus", "syncRelease"):
        answer = case.call(operation, path=sent.path)
        judge.status(answer, 200)
        shown = answer.at("/tracks_isrc")
        judge.that(shown is not MISSING, "tracks_isrc is missing", answer)
        # The document gives the key without a shape: whatever it is, the ISRC has to stand in it.
        told = json.dumps(shown).replace("-", "")
        judge.that(isrc.replace("-", "") in told, "tracks_isrc lacks the ISRC", answer, expected=isrc, received=shown)


def cover_comes_back(case: Case, kind: str) -> None:
    """The cover comes back byte for byte, with its own media type."""
    mark = case.ledger.name()
    content = pictures.jpeg(mark=mark) if kind == "jpeg" else pictures.png(mark=mark)
    sent = desk.submit(case, cover=File(f"cover.{kind}", content, f"image/{kind}"))
    answer = case.call("getReleaseCover", path=sent.path)
    judge.status(answer, 200)
    judge.equal("the media type", f"image/{kind}", answer.exchange.media_type, answer)
    judge.that(answer.content == content, "the bytes are not those of the upload", answer, received=len(answer.content))
    judge.equal("has_cover", True, desk.status(case, sent.release).at("/has_cover"))


def no_cover_is_not_found(case: Case) -> None:
    """A release whose has_cover is false answers 404 for its cover."""
    rows = [row for row in samples.catalog(case) if row.get("has_cover") is False]
    if not rows:
        raise NotTested("every release of the catalog has a cover, and no submission goes without")
    judge.status(case.call("getReleaseCover", path={"release_ref": rows[0]["public_id"]}), 404)


def links_come_with_live(case: Case) -> None:
    """Before live there are no links; afterwards they name the stores of the document and lead somewhere."""
    sent = desk.bring(case, "sent_to_stores")
    before = case.call("getReleasePlatformLinks", path=sent.path)
    judge.status(before, 200)
    judge.equal("the links before live", [], before.at("/platforms"), before)
    desk.fire(case, sent, "go_live")
    answer = case.call("getReleasePlatformLinks", path=sent.path)
    judge.status(answer, 200)
    for name, value in (("id", sent.row), ("public_id", sent.release), ("name", sent.name)):
        judge.equal(name, value, answer.at(f"/{name}"), answer)
    judge.equal("upc", desk.status(case, sent.release).at("/upc"), answer.at("/upc"), answer)
    rows = answer.items("/platforms")
    judge.that(rows, "there are no links at live", answer)
    for row in rows:
        judge.among("platform_name", _STORES, row.get("platform_name"), answer)
        judge.that(str(row.get("link")).startswith("http"), "a link is no address", answer, received=row)
    names = [row.get("platform_name") for row in rows]
    judge.equal("the number of stores", len(set(names)), len(names), answer)


def sale_platforms_follow(case: Case) -> None:
    """sale_platforms is empty before the release is live, and rows of store and link afterwards."""
    sent = desk.submit(case)
    judge.equal("before live", [], desk.status(case, sent.release).at("/sale_platforms"))
    desk.advance(case, sent, "live")
    for operation in ("getRelease", "getReleaseStatus"):
        answer = case.call(operation, path=sent.path)
        for row in answer.items("/sale_platforms"):
            judge.members("a row", ["link", "platform_name"], row, answer)


def clips_are_split(case: Case) -> None:
    """Clips of the release have no track, clips of tracks have one; without a video both lists are empty."""
    sent = desk.submit(case)
    for operation in ("listReleaseVideoClips", "listTrackVideoClips"):
        answer = case.call(operation, path=sent.path)
        judge.status(answer, 200)
        judge.equal("clips", [], answer.at("/clips"), answer)
    film = desk.submit(case, video=File("video.mp4", films.mp4(), "video/mp4"))
    seen = []
    for ref in (film.release, *case.fact("live")[:6]):
        for operation, has_track in (("listReleaseVideoClips", False), ("listTrackVideoClips", True)):
            answer = case.call(operation, path={"release_ref": ref})
            judge.status(answer, 200)
            for clip in answer.items("/clips"):
                seen.append(operation)
                judge.members("a clip", ["id", "title", "track_id", "url"], clip, answer)
                judge.equal("whether it names a track", has_track, clip["track_id"] is not None, answer)
    if not seen:
        raise NotTested("no release at hand has a clip")


def _credited_tracks() -> dict[str, Any]:
    meta = [{"name": f"Track {number + 1}", "persons": desk.CREDITS} for number in range(3)]
    return {"album_type": "EP", "audio_files": [desk.AUDIO] * 3, "tracks_meta": meta}


def order_is_set(case: Case) -> None:
    """sort-tracks takes all track numbers in a new order, and every read follows it."""
    sent = desk.submit(case, **_credited_tracks())
    numbers = samples.track_numbers(case, sent.release)
    if len(numbers) != 3:
        raise NotTested("the numbers of the tracks show nowhere")
    # Which number is which title shows nowhere: the first order tells, the second one is judged by it.
    first = _titles_after(case, sent, numbers, "getReleaseStatus")
    judge.equal("the titles", ["Track 1", "Track 2", "Track 3"], sorted(first))
    new, expected = [numbers[2], numbers[0], numbers[1]], [first[2], first[0], first[1]]
    for operation in ("getReleaseStatus", "getRelease", "listReleaseTracks"):
        judge.equal(f"the titles by position in {operation}", expected, _titles_after(case, sent, new, operation))


def _titles_after(case: Case, sent: desk.Sent, numbers: list[int], operation: str) -> list[str]:
    answer = case.call("sortReleaseTracks", path=sent.path, json={"track_ids": numbers})
    judge.status(answer, 200)
    judge.equal("msg", "order updated", answer.at("/msg"), answer)
    shown = case.call(operation, path=sent.path)
    judge.status(shown, 200)
    rows = shown.items("/tracks")
    judge.equal("the positions", list(range(1, len(numbers) + 1)), sorted(row["position"] for row in rows), shown)
    return [str(row["title"]) for row in sorted(rows, key=lambda row: int(row["position"]))]


def other_orders_are_refused(case: Case) -> None:
    """A list that lacks a track, names one twice or a foreign one is refused and changes nothing."""
    sent = desk.submit(case, **_credited_tracks())
    numbers = samples.track_numbers(case, sent.release)
    for bad in (numbers[:2], [*numbers[:2], numbers[0]], [*numbers[:2], 99999999], [], [*numbers, 99999999]):
        with unchanged(lambda: desk.status(case, sent.release), "/tracks", "the tracks"):
            answer = case.call("sortReleaseTracks", path=sent.path, json={"track_ids": bad})
            judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def genre_shows_by_its_name(case: Case) -> None:
    """A release shows the name of its genre, and its type in type or album_type."""
    sent = desk.submit(case, genre_id="hip_hop_rap", album_type="EP", **desk.tracks(2))
    codes = {row["code"]: row["name"] for row in case.call("getReferenceData").items("/genres_root")}
    row = desk.find_release(case, sent.name)
    judge.equal("genre_name in the list", codes["hip_hop_rap"], row["genre_name"])
    judge.equal("type in the list", "EP", row["type"])
    for operation, member in (("getRelease", "type"), ("getReleaseStatus", "album_type")):
        answer = case.call(operation, path=sent.path)
        judge.equal("genre_name", codes["hip_hop_rap"], answer.at("/genre_name"), answer)
        judge.equal(member, "EP", answer.at(f"/{member}"), answer)


def electronic_is_spelled_out(case: Case) -> None:
    """genre_id electronic shows as Electronic."""
    sent = desk.submit(case, genre_id="electronic")
    judge.equal("genre_name", "Electronic", desk.status(case, sent.release).at("/genre_name"))


CHECKS = (
    check("GARD-118", window_moves_over_the_list, needs=("media", "destructive")),
    check("GARD-119", fifty_by_default),
    check("GARD-119", fifty_of_more, needs=("control", "media"), required=False),
    check("GARD-120", search_looks_in_four_members, each=("release_name", "artist_name", "label", "upc")),
    check("GARD-121", row_is_there_at_once),
    check("GARD-122", two_shapes_of_a_release),
    check("GARD-123", tracks_are_alike, needs=("media", "destructive")),
    check("GARD-124", isrcs_stand_apart_too, needs=("media", "destructive")),
    check("GARD-125", cover_comes_back, each=("jpeg", "png")),
    check("GARD-126", no_cover_is_not_found),
    check("GARD-127", links_come_with_live),
    check("GARD-128", clips_are_split),
    check("GARD-129", order_is_set),
    check("GARD-130", other_orders_are_refused),
    check("GARD-131", genre_shows_by_its_name),
    check("GARD-131", electronic_is_spelled_out),
    check("GARD-132", sale_platforms_follow),
)
