"""Tracks: metadata, uploads that are looked into, and the checks of audio and cover."""

from __future__ import annotations

import io
from typing import Any

import pytest

from mockserver.media.sounds import wav

# The head of a FLAC of two seconds (44,100 Hz, two channels, 16 bits), its frames lost.
FLAC_HEAD = b"".join(
    (
        b"fLaC\x80\x00\x00\x22",
        (4096).to_bytes(2, "big") * 2 + bytes(6),
        (44_100 << 44 | 1 << 41 | 15 << 36 | 88_200).to_bytes(8, "big") + bytes(16),
    )
)


def sound(seconds: float, **wishes: Any) -> bytes:
    """A small WAV."""
    return wav(seconds, **{"sample_rate_hz": 8000, "channels": 1, **wishes})


def _qc(desk: Any, track_id: str) -> Any:
    return desk.get(f"/api/v1/tracks/{track_id}/qc-status").json


def test_metadata_alone_makes_a_track(desk: Any) -> None:
    """OG-075"""
    release = desk.release()

    track = desk.track(release["id"], title="Song", isrc="DE-A62-26-00001", track_number=4)

    assert track["title"] == "Song"
    assert (track["isrc"], track["track_number"]) == ("DE-A62-26-00001", 4)
    assert (track["audio_file"], track["duration_ms"]) == (None, None)


def test_tracks_are_numbered_behind_the_last_one(desk: Any) -> None:
    release = desk.release()
    desk.track(release["id"], track_number=3)

    assert desk.track(release["id"])["track_number"] == 4


def test_a_number_that_is_taken_is_refused(desk: Any) -> None:
    release = desk.release()
    desk.track(release["id"])

    answer = desk.post("/api/v1/tracks", {"release_id": release["id"], "title": "B", "track_number": 1})

    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["field"] == "track_number"


def test_an_upload_makes_a_track_and_tells_what_the_file_is(desk: Any) -> None:
    """OG-075"""
    release = desk.release()
    file = sound(2.25, bits=24, extensible=True)

    answer = desk.upload(file, "take one.bin", release_id=release["id"], title="Song")

    assert answer.status_code == 201
    assert answer.json["duration_ms"] == 2250
    assert answer.json["audio_file"] == {
        "file_name": "take one.bin",
        "content_type": "audio/wav",
        "size_bytes": len(file),
        "uploaded_at": "2026-03-15T12:00:00.000000Z",
    }


def test_flac_is_told_by_its_bytes(desk: Any) -> None:
    release = desk.release()

    answer = desk.upload(FLAC_HEAD, "song.wav", release_id=release["id"], title="Song")

    assert answer.json["audio_file"]["content_type"] == "audio/flac"
    assert answer.json["duration_ms"] == 2000


def test_a_form_without_a_file_makes_a_track_too(desk: Any) -> None:
    release = desk.release()
    form = {"release_id": release["id"], "title": "Song", "track_number": "2"}

    answer = desk.post("/api/v1/tracks", data=form, content_type="multipart/form-data")

    assert (answer.status_code, answer.json["track_number"], answer.json["audio_file"]) == (201, 2, None)


def test_a_file_can_be_brought_to_a_track_that_exists(desk: Any) -> None:
    """OG-075"""
    release = desk.release()
    track = desk.track(release["id"], title="Song")

    answer = desk.upload(sound(3), track_id=track["id"])

    assert answer.status_code == 201
    assert (answer.json["id"], answer.json["title"], answer.json["duration_ms"]) == (track["id"], "Song", 3000)


@pytest.mark.parametrize("fields", [{"title": "Other"}, {"track_number": 9}, {"isrc": "DEA622600001"}])
def test_a_track_that_exists_keeps_its_metadata(desk: Any, fields: dict[str, Any]) -> None:
    release = desk.release()
    track = desk.track(release["id"])

    answer = desk.upload(track_id=track["id"], **fields)

    assert answer.status_code == 422
    assert answer.json["error"]["details"][0] == {
        "code": "not_with_track_id", "field": next(iter(fields)), "message": "A track that exists keeps its own.",
    }  # fmt: skip
    assert _qc(desk, track["id"])["audio_qc"]["status"] == "pending"


def test_a_track_is_not_brought_to_another_release(desk: Any) -> None:
    release, other = desk.release(), desk.release()
    track = desk.track(release["id"])

    answer = desk.upload(track_id=track["id"], release_id=other["id"])

    assert (answer.status_code, answer.json["error"]["details"][0]["field"]) == (422, "release_id")


def test_naming_a_track_without_a_file_is_refused(desk: Any) -> None:
    release = desk.release()
    track = desk.track(release["id"])

    bare = desk.post("/api/v1/tracks", data={"track_id": track["id"]}, content_type="multipart/form-data")
    form = {"track_id": track["id"], "release_id": release["id"], "title": "T"}
    full = desk.post("/api/v1/tracks", data=form, content_type="multipart/form-data")

    for answer in (bare, full):
        assert (answer.status_code, answer.json["error"]["details"][0]["field"]) == (422, "audio_file")


def test_a_file_without_a_release_is_refused(desk: Any) -> None:
    answer = desk.upload()

    assert answer.status_code == 422
    assert {one["field"] for one in answer.json["error"]["details"]} == {"release_id", "title"}


@pytest.mark.parametrize("file", [b"", b"not a sound at all", b"%PDF-1.7 ....", sound(1)[:20]])
def test_what_is_no_sound_is_refused(desk: Any, file: bytes) -> None:
    release = desk.release()

    answer = desk.upload(file, release_id=release["id"], title="Song")

    assert (answer.status_code, answer.json["error"]["code"]) == (415, "unsupported_audio_format")
    assert answer.json["error"]["details"][0]["field"] == "audio_file"
    assert desk.get(f"/api/v1/releases/{release['id']}").json["tracks"] == []


def test_another_media_type_is_refused(desk: Any) -> None:
    answer = desk.post("/api/v1/tracks", data=sound(1), content_type="audio/wav")

    assert (answer.status_code, answer.json["error"]["code"]) == (415, "unsupported_media_type")


def test_a_file_beyond_200_mib_is_refused_unread(desk: Any) -> None:
    told = {"CONTENT_LENGTH": str(200 * 1024 * 1024 + 1), "CONTENT_TYPE": "multipart/form-data; boundary=x"}

    answer = desk.post("/api/v1/tracks", environ_overrides=told, input_stream=io.BytesIO())

    assert (answer.status_code, answer.json["error"]["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("whose", ["nobody", "second-account"])
def test_a_track_needs_a_release_of_its_own_account(desk: Any, whose: str) -> None:
    """OG-069"""
    release = desk.release()
    unknown = "11111111-2222-4333-8444-555555555555"
    id, key = (unknown, "full") if whose == "nobody" else (release["id"], whose)

    track = desk.post("/api/v1/tracks", {"release_id": id, "title": "T"}, key=key)
    status = desk.get(f"/api/v1/tracks/{id}/qc-status", key=key)

    assert (track.status_code, status.status_code) == (404, 404)


def test_both_checks_are_told_before_any_upload(desk: Any) -> None:
    """OG-076"""
    track = desk.track(desk.release()["id"])

    pending = {"status": "pending", "issues": []}

    assert _qc(desk, track["id"]) == {
        "track_id": track["id"], "audio_qc": pending, "cover_qc": pending, "checked_at": None,
    }  # fmt: skip


def test_the_audio_check_runs_and_passes_by_itself(desk: Any) -> None:
    """OG-077"""
    track = desk.upload(release_id=desk.release()["id"], title="Song").json
    states = [_qc(desk, track["id"])["audio_qc"]["status"]]

    for seconds in (29, 1):
        desk.advance(seconds=seconds)
        states.append(_qc(desk, track["id"])["audio_qc"]["status"])

    assert states == ["processing", "processing", "passed"]
    assert _qc(desk, track["id"])["checked_at"] == "2026-03-15T12:00:30.000000Z"


@pytest.mark.parametrize(
    ("file", "code"),
    [(sound(2)[:-4000], "truncated"), (FLAC_HEAD, "truncated"), (sound(0), "no_sound")],
    ids=["cut WAV", "FLAC without frames", "no sound"],
)
def test_a_damaged_file_fails_its_check_by_itself(desk: Any, file: bytes, code: str) -> None:
    """OG-077"""
    track = desk.upload(file, release_id=desk.release()["id"], title="Song").json

    desk.advance(seconds=30)

    check = _qc(desk, track["id"])["audio_qc"]
    assert (check["status"], [issue["code"] for issue in check["issues"]]) == ("failed", [code])


def test_a_damaged_file_fails_at_once_where_workers_do(make_desk: Any) -> None:
    desk = make_desk(progression="immediate")
    release = desk.release()

    whole = desk.upload(release_id=release["id"], title="A").json
    cut = desk.upload(sound(2)[:-4000], release_id=release["id"], title="B").json

    assert [_qc(desk, one["id"])["audio_qc"]["status"] for one in (whole, cut)] == ["passed", "failed"]


def test_nobody_can_pass_a_damaged_file(manual: Any) -> None:
    from mockserver.core.failure import Failure

    track = manual.upload(sound(2)[:-4000], release_id=manual.release()["id"], title="Song").json

    with pytest.raises(Failure):
        manual.fire("audio_qc", track["id"], "pass")

    assert _qc(manual, track["id"])["audio_qc"]["status"] == "processing"


def test_a_good_file_takes_the_place_of_a_damaged_one(desk: Any) -> None:
    track = desk.upload(sound(2)[:-4000], release_id=desk.release()["id"], title="Song").json
    desk.advance(seconds=10)

    desk.upload(sound(4), track_id=track["id"])
    desk.advance(seconds=40)

    assert _qc(desk, track["id"])["audio_qc"] == {"status": "passed", "issues": []}


def test_a_damaged_file_takes_the_place_of_a_good_one(desk: Any) -> None:
    track = desk.upload(sound(4), release_id=desk.release()["id"], title="Song").json
    desk.advance(seconds=10)

    desk.upload(sound(2)[:-4000], track_id=track["id"])
    desk.advance(seconds=40)

    assert _qc(desk, track["id"])["audio_qc"]["status"] == "failed"


def test_a_failure_shows_the_issues_of_its_transition(manual: Any) -> None:
    """OG-077"""
    track = manual.upload(release_id=manual.release()["id"], title="Song").json
    issues = [{"code": "clipping", "message": "The loudest peaks are cut."}]

    manual.fire("audio_qc", track["id"], "fail", issues=issues)

    assert _qc(manual, track["id"])["audio_qc"] == {"status": "failed", "issues": issues}


@pytest.mark.parametrize("issues", [None, [], "loud", [{"code": "Not A Code", "message": "x"}], [{"code": "a"}]])
def test_a_failure_without_usable_issues_says_that_it_failed(manual: Any, issues: Any) -> None:
    track = manual.upload(release_id=manual.release()["id"], title="Song").json

    manual.fire("audio_qc", track["id"], "fail", issues=issues)

    assert _qc(manual, track["id"])["audio_qc"]["issues"][0]["code"] == "check_failed"


def test_a_new_file_is_checked_anew(manual: Any) -> None:
    track = manual.upload(release_id=manual.release()["id"], title="Song").json
    manual.fire("audio_qc", track["id"], "fail")

    manual.upload(sound(5), track_id=track["id"])

    assert _qc(manual, track["id"])["audio_qc"] == {"status": "processing", "issues": []}


def test_the_cover_check_is_that_of_the_release_for_all_its_tracks(desk: Any) -> None:
    """OG-079"""
    release = desk.release()
    tracks = [desk.track(release["id"]) for _ in range(2)]
    desk.patch(f"/api/v1/releases/{release['id']}/artwork", {"cover_url": "https://cdn.example.com/a.jpg"})
    states = [[_qc(desk, track["id"])["cover_qc"]["status"] for track in tracks]]

    desk.advance(seconds=30)

    states.append([_qc(desk, track["id"])["cover_qc"]["status"] for track in tracks])
    assert states == [["processing", "processing"], ["passed", "passed"]]


def test_a_new_cover_is_checked_anew(manual: Any) -> None:
    """OG-079"""
    release = manual.release()
    path = f"/api/v1/releases/{release['id']}/artwork"
    manual.patch(path, {"cover_upload_id": "upl_1"})
    manual.fire("cover_qc", release["id"], "fail", issues=[{"code": "not_square", "message": "3000 by 2400."}])
    failed = manual.get(f"/api/v1/releases/{release['id']}").json["qc_status"]["cover_qc"]

    manual.patch(path, {"cover_upload_id": "upl_2"})

    anew = manual.get(f"/api/v1/releases/{release['id']}").json["qc_status"]["cover_qc"]
    assert failed["issues"] == [{"code": "not_square", "message": "3000 by 2400."}]
    assert anew == {"status": "processing", "issues": []}


def test_qc_status_and_release_agree(manual: Any) -> None:
    """OG-078"""
    release = manual.release()
    one = manual.upload(release_id=release["id"], title="One").json
    two = manual.upload(release_id=release["id"], title="Two").json
    manual.fire("audio_qc", one["id"], "pass")
    manual.fire("audio_qc", two["id"], "fail", issues=[{"code": "clipping", "message": "Loud."}])

    detail = manual.get(f"/api/v1/releases/{release['id']}").json

    for track in detail["tracks"]:
        told = _qc(manual, track["id"])
        assert (track["audio_qc"], track["cover_qc"]) == (told["audio_qc"], told["cover_qc"])
    assert detail["qc_status"]["audio_qc"] == {
        "status": "failed", "issues": [{"code": "clipping", "message": "Loud."}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("events", "joint"),
    [
        ([[], []], "processing"),
        ([["pass"], []], "processing"),
        ([["pass"], ["pass"]], "passed"),
        ([["pass"], ["fail"]], "failed"),
        ([["fail"], []], "failed"),
    ],
)
def test_the_release_tells_the_checks_of_all_tracks_as_one(manual: Any, events: list[list[str]], joint: str) -> None:
    release = manual.release()
    for own in events:
        track = manual.upload(release_id=release["id"], title="Song").json
        for event in own:
            manual.fire("audio_qc", track["id"], event)

    detail = manual.get(f"/api/v1/releases/{release['id']}").json

    assert detail["qc_status"]["audio_qc"]["status"] == joint
