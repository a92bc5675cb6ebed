"""Releases, tracks and artists from draft to review."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.media.pictures import jpeg, png
from mockserver.media.sounds import wav


def detail(room: Any, release: str) -> dict[str, Any]:
    return dict(room.get(f"/releases/{release}").json["release"])


def test_a_new_release_is_a_draft_with_identifiers(room: Any) -> None:
    """TG-061, TG-063, TG-064: minted UPC, current year; a stated UPC is kept."""
    minted = detail(room, room.create(upc=""))
    kept = detail(room, room.create(upc="196922453871", copyright_year=2020))

    assert minted["status"] == "draft"
    assert len(minted["upc"]) == 12
    assert minted["copyright_year"] == 2026
    assert (kept["upc"], kept["copyright_year"]) == ("196922453871", 2020)


@pytest.mark.parametrize("field", ["title", "type", "release_date", "genre"])
def test_four_fields_are_required(room: Any, field: str) -> None:
    """TG-062."""
    body = {"title": "E", "type": "single", "release_date": "2027-01-15", "genre": "Pop"}
    del body[field]

    answer = room.post("/releases", body)

    assert (answer.status_code, answer.json["errors"]) == (422, {field: [f"The {field} field is required."]})


def test_an_update_is_partial_and_moves_the_clock_of_the_release(room: Any) -> None:
    """TG-066, TG-067."""
    release = room.create()
    before = detail(room, release)
    room.advance(seconds=5)

    answer = room.put(f"/releases/{release}", {"genre": "Afropop", "release_date": None, "upc": ""})

    after = answer.json["release"]
    assert (after["title"], after["genre"], after["release_date"]) == (before["title"], "Afropop", None)
    assert after["updated_at"] > before["updated_at"]
    assert after["upc"] != before["upc"]


def test_pending_and_rejected_releases_can_be_updated_and_approved_ones_not(room: Any) -> None:
    """TG-066, C-17."""
    release = room.ready()
    room.post(f"/releases/{release}/submit")

    pending = room.put(f"/releases/{release}", {"genre": "A"})
    room.fire("release", release, "reject", reason="Cover too small.")
    rejected = room.put(f"/releases/{release}", {"genre": "B"})
    approved = room.put(f"/releases/{room.approved()}", {"genre": "C"})

    assert (pending.status_code, rejected.status_code, approved.status_code) == (200, 200, 409)
    assert approved.json["error"] == "Only draft or pending releases can be updated."
    assert detail(room, release)["rejection_reason"] == "Cover too small."


def test_lists_filter_by_status_and_type(room: Any) -> None:
    """TG-065."""
    ep = room.create(type="ep")

    eps = room.get("/releases", type="ep", status="draft").json
    rejected = room.get("/releases", status="rejected").json

    assert ep in [one["uuid"] for one in eps["data"]]
    assert {one["type"] for one in eps["data"]} == {"ep"}
    assert {one["status"] for one in rejected["data"]} == {"rejected"}
    assert room.get("/releases", status="lost").status_code == 400


def test_submission_asks_for_tracks_stores_and_date_in_this_order(room: Any) -> None:
    """TG-069: the three named strings, one after the other; then TG-070."""
    release = room.create()
    room.put(f"/releases/{release}", {"release_date": None})
    path = f"/releases/{release}/submit"

    first = room.post(path)
    room.add_track(release)
    second = room.post(path)
    room.attach(release, "spotify")
    third = room.post(path)
    room.put(f"/releases/{release}", {"release_date": "2027-01-15"})
    done = room.post(path)

    assert [answer.status_code for answer in (first, second, third, done)] == [422, 422, 422, 200]
    assert first.json["error"] == "Please add at least one track before submitting."
    assert second.json["error"] == "Please select at least one store before submitting."
    assert third.json["error"] == "Please set a release date before submitting."
    assert done.json == {"message": "Release submitted for review.", "status": "pending"}
    assert detail(room, release)["review_stage"] == "pending_review"


def test_a_pending_release_is_neither_submitted_nor_deleted_again(room: Any) -> None:
    """TG-068, TG-072, TG-073."""
    pending, live, draft = room.ready(), room.live(), room.ready()
    room.post(f"/releases/{pending}/submit")
    track = room.get(f"/releases/{draft}/tracks").json["tracks"][0]["uuid"]

    again = room.post(f"/releases/{pending}/submit")
    refused = [room.delete(f"/releases/{pending}"), room.delete(f"/releases/{live}")]
    deleted = room.delete(f"/releases/{draft}")

    assert (again.status_code, again.json["error"]) == (409, "Only draft or rejected releases can be submitted.")
    strings = {(answer.status_code, answer.json["error"]) for answer in refused}
    assert strings == {(409, "Only draft or rejected releases can be deleted.")}
    assert deleted.json == {"message": "Release deleted."}
    assert room.get(f"/releases/{draft}").json["error"] == "Release not found."
    assert room.get(f"/tracks/{track}").json["error"] == "Track not found."


def test_a_rejected_release_can_be_mended_and_submitted_again(room: Any) -> None:
    """TG-068: rejection and resubmission; a second approval is refused."""
    release = room.ready()
    room.post(f"/releases/{release}/submit")
    room.fire("release", release, "start_inspection")
    stage = detail(room, release)["review_stage"]
    room.fire("release", release, "reject", reason="Wrong cover.")

    again = room.post(f"/releases/{release}/submit")
    approved = room.post(f"/releases/{release}/approve")
    twice = room.post(f"/releases/{release}/approve")

    assert stage == "qc_inspection"
    assert (again.status_code, approved.json["status"]) == (200, "approved")
    assert (twice.status_code, twice.json["error"]) == (409, "Only pending releases can be approved.")
    assert detail(room, release)["rejection_reason"] is None


def test_the_reviewers_let_a_release_pass_after_ten_minutes(timed: Any, quick: Any) -> None:
    """The sandbox's reviewer, on the clock and at once."""
    release = timed.ready()
    timed.post(f"/releases/{release}/submit")

    timed.advance(minutes=9)
    waiting = timed.status(release)
    timed.advance(minutes=1)
    soon = quick.ready()
    quick.post(f"/releases/{soon}/submit")

    assert (waiting, timed.status(release), quick.status(soon)) == ("pending", "approved", "approved")


def test_stores_are_attached_in_any_spelling(room: Any) -> None:
    """TG-076, C-22."""
    release = room.create()

    room.attach(release, "apple_music", "spotify")
    answer = room.post(f"/releases/{release}/dsps", {"dsps": ["applemusic", "YouTube-Music"]})
    unknown = room.post(f"/releases/{release}/dsps", {"dsps": ["spotify", "nope"]})
    inactive = room.post(f"/releases/{release}/dsps", {"dsps": ["sunset-store"]})

    assert [dsp["slug"] for dsp in answer.json["data"]["dsps"]] == ["apple-music", "spotify", "youtube-music"]
    assert (unknown.status_code, unknown.json["error"]) == (404, "DSP 'nope' not found or inactive.")
    assert inactive.json["error"] == "DSP 'sunset-store' not found or inactive."


def test_a_cover_can_be_uploaded_and_seen(room: Any) -> None:
    """L1332: a JPEG or PNG; the address leads to the picture."""
    release = room.create()
    picture = png(80, 60, (10, 90, 200))

    answer = room.upload(f"/releases/{release}/artwork", "artwork", picture, "cover.png")
    wrong = room.upload(f"/releases/{release}/artwork", "artwork", b"not a picture", "cover.jpg")
    url = answer.json["artwork_url"]
    seen = room.ask("GET", url[url.index("/cdn") :], None)

    assert detail(room, release)["artwork_url"] == url
    assert (seen.status_code, seen.data) == (200, picture)
    assert "artwork" in wrong.json["errors"]
    image = room_message(room, release).find(".//Image/TechnicalDetails")
    assert (image.findtext("ImageCodecType"), image.findtext("ImageWidth")) == ("PNG", "80")
    assert room.upload(f"/releases/{release}/artwork", "artwork", jpeg(9, 9, (0, 0, 0)), "a.jpg").status_code == 200


def room_message(room: Any, release: str) -> Any:
    room.attach(release, "spotify")
    return room.message(release)


# tracks


def test_tracks_come_by_position_with_minted_isrcs(room: Any) -> None:
    """TG-077, TG-078, TG-079."""
    release = room.create()
    second = room.add_track(release, position=2)
    first = room.add_track(release, position=1, isrc="NGABC2600001")

    tracks = room.get(f"/releases/{release}/tracks").json["tracks"]

    assert [track["uuid"] for track in tracks] == [first, second]
    assert tracks[0]["isrc"] == "NGABC2600001"
    assert len(tracks[1]["isrc"]) == 12
    assert {track["audio_status"] for track in tracks} == {"pending"}
    assert room.get(f"/tracks/{first}").json["track"]["language"] == "en"


def test_audio_is_measured_when_the_transcoding_ends(timed: Any) -> None:
    """TG-079: processing at once, processed after two minutes, with what the file is."""
    track = timed.add_track(timed.create())
    data = wav(1, bits=24, sample_rate_hz=96_000, channels=1)

    answer = timed.upload(f"/tracks/{track}/audio", "audio", data, "a.wav", "audio/wav")
    during = timed.get(f"/tracks/{track}").json["track"]
    timed.advance(minutes=2)
    after = timed.get(f"/tracks/{track}").json["track"]

    assert answer.status_code == 202
    assert answer.json == {"message": "Audio upload received. Processing started.", "audio_status": "processing"}
    assert (during["audio_status"], during["audio_format"]) == ("processing", None)
    measured = {name: after[f"audio_{name}"] for name in ("status", "format", "bit_depth", "sample_rate", "channels")}
    assert measured == {"status": "processed", "format": "WAV", "bit_depth": 24, "sample_rate": 96_000, "channels": 1}
    assert after["duration"] == 1


@pytest.mark.parametrize("data", [b"not a sound", b"ID3" + bytes(200), wav(1)[:-500]])
def test_only_whole_wav_and_flac_files_are_audio(room: Any, data: bytes) -> None:
    """TG-080."""
    track = room.add_track(room.create())

    answer = room.upload(f"/tracks/{track}/audio", "audio", data, "a.wav", "audio/wav")

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["audio"])


def test_uploads_have_a_limit_of_ten_a_minute(room: Any) -> None:
    """TG-057."""
    track = room.add_track(room.create())
    data = wav(0.1)

    statuses = [room.upload(f"/tracks/{track}/audio", "audio", data, "a.wav").status_code for _ in range(11)]

    assert statuses == [202] * 10 + [429]


def test_tracks_change_only_while_the_release_is_a_draft(room: Any) -> None:
    """TG-081, TG-082, C-18."""
    release = room.ready()
    track = room.get(f"/releases/{release}/tracks").json["tracks"][0]
    spare = room.add_track(release, position=2)

    updated = room.put(f"/tracks/{track['uuid']}", {"title": "Radio Edit"}).json["track"]
    deleted = room.delete(f"/tracks/{spare}")
    room.post(f"/releases/{release}/submit")
    refused = [room.put(f"/tracks/{track['uuid']}", {"title": "x"}), room.delete(f"/tracks/{track['uuid']}")]

    assert (updated["title"], updated["isrc"]) == ("Radio Edit", track["isrc"])
    assert deleted.json == {"message": "Track deleted."}
    assert [answer.status_code for answer in refused] == [409, 409]
    assert refused[0].json["error"] == "Tracks can only be updated while the release is in draft."
    assert refused[1].json["error"] == "Tracks can only be deleted while the release is in draft."


# artists


def test_artists_are_listed_alphabetically_and_shared_by_releases(room: Any) -> None:
    """TG-085, TG-086."""
    room.post("/artists", {"name": "rema"})
    artist = room.post("/artists", {"name": "Zlatan", "country": "NG"}).json["artist"]

    listed = room.get("/artists").json
    updated = room.put(f"/artists/{artist['uuid']}", {"apple_artist_id": "1109699158"}).json["artist"]
    release = detail(room, room.create(artist_uuid=artist["uuid"]))
    wrong = room.post("/artists", {"name": "x", "country": "Nigeria"})
    foreign = room.post("/releases", {**RELEASE, "artist_uuid": "nobody"})

    names = [one["name"] for one in listed["artists"]]
    assert names == sorted(names, key=str.casefold)
    assert listed["total"] == len(names)
    assert (updated["name"], updated["country"], updated["apple_artist_id"]) == ("Zlatan", "NG", "1109699158")
    assert (release["artist_uuid"], release["artist_name"]) == (artist["uuid"], "Zlatan")
    assert room.post("/artists", {}).json["errors"] == {"name": ["The name field is required."]}
    assert wrong.status_code == foreign.status_code == 422


RELEASE = {"title": "E", "type": "single", "release_date": "2027-01-15", "genre": "Pop"}


def test_check_digits_count_only_where_the_setting_says_so(room: Any) -> None:
    """C-21: the document's own samples fail them."""
    world = room.world()
    world.facts["strict_identifiers"] = True
    from mockserver.core.failure import Failure
    from mockserver.providers.tonegrid.catalog import check_upc

    with pytest.raises(Failure):
        check_upc(world, "196922453871")
    check_upc(world, "0123456789012")
    check_upc(world, None)
