"""OG-075 to OG-079: tracks, their files and their checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import machines, wares
from conformance.checks.og_records.refusing import refused
from conformance.media import sounds
from conformance.multipart import File, Form
from conformance.properties import isolation, lifecycle
from conformance.properties.readback import unchanged
from conformance.properties.staffing import staff_cannot, staff_moves

_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "wav": (lambda: sounds.wav(2.0), "audio/wav"),
    "flac": (lambda: sounds.flac(2.0), "audio/flac"),
    "mp3": (lambda: sounds.mp3(2.0), "audio/mpeg"),
}


def metadata_makes_a_track(case: Case) -> None:
    """JSON makes a track of a release, without a file, with what was sent."""
    release = wares.release(case)
    isrc = f"DEA62{case.ledger.digits(7)}"
    body = {"release_id": release, "title": case.ledger.name("Überraschung"), "track_number": 1, "isrc": isrc}
    answer = case.call("createTrack", json=body)
    judge.that(answer.is_success, "the track is refused", answer, expected="2xx", received=answer.status)
    judge.equal("audio_file", None, answer.at("/audio_file"), answer)
    shown = _shown(case, release, str(answer.at("/id")))
    for name, value in body.items():
        judge.equal(name, value, answer.at(f"/{name}"), answer)
        judge.equal(f"{name} in the release", value, shown.get(name))


def _shown(case: Case, release: str, track: str) -> dict[str, Any]:
    answer = wares.read(case, release)
    found = [entry for entry in answer.items("/tracks") if entry.get("id") == track]
    judge.equal("how often the release shows the track", 1, len(found), answer)
    return dict(found[0])


def file_makes_a_track(case: Case, kind: str) -> None:
    """A form with an audio file makes a track that shows name, kind and size of the file."""
    make, media = _FILES[kind]
    content, release = make(), wares.release(case)
    file = wares.sound(content, f"song.{kind}", "application/octet-stream")
    answer = wares.upload(case, file, release_id=release, title="From a file")
    judge.that(answer.is_success, "the file is refused", answer, expected="2xx", received=answer.status)
    judge.equal("title", "From a file", answer.at("/title"), answer)
    _is_file(answer, file, media)
    judge.equal(
        "the file in the release", answer.at("/audio_file"), _shown(case, release, _id(answer)).get("audio_file")
    )
    length = answer.at("/duration_ms")
    near = isinstance(length, int) and abs(length - 2000) <= 60
    judge.that(near, "the length is not that of the file", answer, expected=2000, received=length)


def _id(answer: Answer) -> str:
    return str(answer.at("/id"))


def _is_file(answer: Answer, file: File, media: str) -> None:
    judge.equal("the file's name", file.name, answer.at("/audio_file/file_name"), answer)
    judge.equal("the file's kind", media, answer.at("/audio_file/content_type"), answer)
    judge.equal("the file's size", len(file.content), answer.at("/audio_file/size_bytes"), answer)


def file_joins_its_track(case: Case) -> None:
    """A file for a track that exists is shown there, and makes no second track."""
    release = wares.release(case)
    track = wares.track(case, release, title="Made before")
    file = wares.sound()
    answer = wares.upload(case, file, track_id=track)
    judge.that(answer.is_success, "the file is refused", answer, expected="2xx", received=answer.status)
    judge.equal("the track", track, _id(answer), answer)
    judge.equal("its title", "Made before", answer.at("/title"), answer)
    _is_file(answer, file, "audio/wav")
    tracks = wares.read(case, release)
    judge.equal("the tracks", [track], [entry.get("id") for entry in tracks.items("/tracks")], tracks)


def form_without_file_makes_a_track(case: Case) -> None:
    """A form without a file makes a track from its metadata."""
    release = wares.release(case)
    answer = case.call("createTrack", json=Form((("release_id", release), ("title", "Form"), ("track_number", "3"))))
    judge.that(answer.is_success, "the form is refused", answer, expected="2xx", received=answer.status)
    judge.equal("track_number", 3, answer.at("/track_number"), answer)
    judge.equal("audio_file", None, answer.at("/audio_file"), answer)


def other_files_are_refused(case: Case, kind: str) -> None:
    """A file that is no WAV, FLAC or MP3 is refused whatever it calls itself, and makes no track."""
    content = {"ogg": sounds.ogg(), "text": b"no sound at all"}[kind]
    release = wares.release(case)
    with unchanged(lambda: wares.read(case, release), ""):
        refused(wares.upload(case, wares.sound(content, "song.wav"), release_id=release, title="No"), 415)


def foreign_release_takes_no_track(case: Case) -> None:
    """A track of a release of another account, or of none, is refused."""
    release = wares.release(case)
    body = {"release_id": release, "title": "Foreign"}
    with unchanged(lambda: wares.read(case, release), ""):
        foreign = case.call("createTrack", json=body, principal="second-account")
    refused(foreign)
    nowhere = case.call("createTrack", json={**body, "release_id": wares.NO_ID}, principal="second-account")
    judge.equal("the status for a foreign release and for none", nowhere.status, foreign.status, foreign)


def foreign_track_takes_no_file(case: Case) -> None:
    """A file for a track of another account, or of none, is refused, and the track stays as it was."""
    release = wares.release(case)
    track = wares.track(case, release)
    with unchanged(lambda: wares.read(case, release), ""):
        foreign = wares.upload(case, track_id=track, principal="second-account")
    refused(foreign)
    nowhere = wares.upload(case, track_id=wares.NO_ID, principal="second-account")
    judge.equal("the status for a foreign track and for none", nowhere.status, foreign.status, foreign)


def _said(value: Any) -> Any:
    """Return what the document knows of a check: a server may say more of it at one place than at another."""
    if not isinstance(value, dict):
        return value
    issues = [issue for issue in value.get("issues") or [] if isinstance(issue, dict)]
    known = [{name: issue.get(name) for name in ("code", "message")} for issue in issues]
    return {"status": value.get("status"), "issues": known}


def both_checks_are_reported(case: Case) -> None:
    """qc-status reports both checks, pending before there is anything to check."""
    track = wares.track(case, wares.release(case))
    answer = wares.checks_of(case, track)
    judge.status(answer, 200)
    judge.equal("the track", track, answer.at("/track_id"), answer)
    for name in ("audio_qc", "cover_qc"):
        judge.equal(name, {"status": "pending", "issues": []}, _said(answer.at(f"/{name}")), answer)


def checks_are_told_apart(case: Case) -> None:
    """The audio check and the cover check are two: each goes its own way."""
    release = wares.release(case)
    track = wares.uploaded(case, release)
    answer = wares.checks_of(case, track)
    judge.that(answer.at("/audio_qc/status") != "pending", "the audio check has not begun", answer)
    judge.equal("the cover check", "pending", answer.at("/cover_qc/status"), answer)
    other = wares.track(case, release)
    case.given(wares.patch(case, release, "artwork", {"cover_url": wares.COVER}), 200)
    answer = wares.checks_of(case, other)
    judge.equal("the audio check", "pending", answer.at("/audio_qc/status"), answer)
    judge.that(answer.at("/cover_qc/status") != "pending", "the cover check has not begun", answer)


def checks_pass_by_themselves(case: Case) -> None:
    """With time the checks of a good file and a cover come to passed, and say when."""
    with case.own_sandbox(world="empty", progression="timed") as inside:
        _, track = wares.complete(inside)
        before = wares.checks_of(inside, track)
        judge.equal("the audio check", "processing", before.at("/audio_qc/status"), before)
        judge.equal("checked_at", None, before.at("/checked_at"), before)
        inside.control.advance("PT5M")
        after = wares.checks_of(inside, track)
        for name in ("audio_qc", "cover_qc"):
            judge.equal(name, {"status": "passed", "issues": []}, _said(after.at(f"/{name}")), after)
        judge.that(isinstance(after.at("/checked_at"), str), "checked_at is not told", after)


def damaged_file_fails(case: Case, fault: tuple[str, str]) -> None:
    """A file that ends too early or holds no sound fails by itself and says why."""
    name, code = fault
    whole = sounds.wav(2.0)
    content = whole[: len(whole) // 2] if name == "truncated" else sounds.wav(0.0)
    with case.own_sandbox(world="empty", progression="timed") as inside:
        track = wares.uploaded(inside, wares.release(inside), wares.sound(content))
        inside.control.advance("PT5M")
        answer = wares.checks_of(inside, track)
        judge.equal("the audio check", "failed", answer.at("/audio_qc/status"), answer)
        codes = [issue.get("code") for issue in answer.items("/audio_qc/issues")]
        judge.that(code in codes, "the issue is not told", answer, expected=code, received=codes)


def failure_shows_its_issues(case: Case, machine: str) -> None:
    """A check that failed shows its issues, and a new file or cover clears them."""
    release, track = wares.complete(case)
    issues = [{"code": "not_good", "message": "It is not good."}]
    wares.fire(case, machine, track if machine == "audio_qc" else release, "fail", {"issues": issues})
    answer = wares.checks_of(case, track)
    judge.equal(machine, {"status": "failed", "issues": issues}, _said(answer.at(f"/{machine}")), answer)
    if machine == "audio_qc":
        case.given(wares.upload(case, track_id=track), 201, 200)
    else:
        case.given(wares.patch(case, release, "artwork", {"cover_upload_id": "upload-0003"}), 200)
    again = wares.checks_of(case, track)
    judge.equal(machine, {"status": "processing", "issues": []}, _said(again.at(f"/{machine}")), again)


def detail_agrees(case: Case, ends: tuple[str, str]) -> None:
    """qc-status and the release's detail say the same, before and after the checks."""
    release, track = wares.complete(case)
    _agree(case, release, track)
    for machine, thing, event in (("audio_qc", track, ends[0]), ("cover_qc", release, ends[1])):
        wares.fire(case, machine, thing, event)
        _agree(case, release, track)


def _agree(case: Case, release: str, track: str) -> None:
    status, detail = wares.checks_of(case, track), wares.read(case, release)
    for name in ("audio_qc", "cover_qc"):
        told = _said(status.at(f"/{name}"))
        judge.equal(f"{name} of the track in the detail", told, _said(detail.at(f"/tracks/0/{name}")), detail)
        judge.equal(f"{name} of the release", told, _said(detail.at(f"/qc_status/{name}")), detail)


def joint_check_is_the_worst(case: Case, ends: tuple[str, str]) -> None:
    """The joint audio check of a release is failed when one track's is, and passed when all are; the detail agrees."""
    release = wares.release(case)
    tracks = [wares.uploaded(case, release) for _ in ends]
    case.given(wares.patch(case, release, "artwork", {"cover_url": wares.COVER}), 200)
    for track, event in zip(tracks, ends, strict=True):
        wares.fire(case, "audio_qc", track, event)
    detail = wares.read(case, release)
    expected = "failed" if "fail" in ends else "passed"
    judge.equal("the joint audio check", expected, detail.at("/qc_status/audio_qc/status"), detail)
    shown = {entry.get("id"): entry for entry in detail.items("/tracks")}
    for track in tracks:
        status = wares.checks_of(case, track)
        for name in ("audio_qc", "cover_qc"):
            told, said = _said(status.at(f"/{name}")), _said(shown.get(track, {}).get(name))
            judge.equal(f"{name} of a track in the detail", told, said, detail)


def fresh_track_agrees(case: Case) -> None:
    """qc-status and the release's detail say the same of a track without a file."""
    release = wares.release(case)
    _agree(case, release, wares.track(case, release))


def cover_is_that_of_the_release(case: Case) -> None:
    """A cover moves the cover check of every track of its release alike, and of no other release."""
    release, other = wares.release(case), wares.release(case)
    tracks, stranger = [wares.track(case, release) for _ in range(3)], wares.track(case, other)
    case.given(wares.patch(case, release, "artwork", {"cover_url": wares.COVER}), 200)
    for track in tracks:
        answer = wares.checks_of(case, track)
        judge.that(answer.at("/cover_qc/status") != "pending", "the cover check has not begun", answer)
    answer = wares.checks_of(case, stranger)
    judge.equal("the cover check of another release", "pending", answer.at("/cover_qc/status"), answer)


# The checks of a track are part of its release, for strangers too.
_CHECKS = isolation.Property(
    make=lambda case: {"id": wares.track(case, wares.release(case))},
    read=lambda case, at: wares.checks_of(case, str(at["id"])),
    body=lambda case, operation, at: None,
    unknown={"id": wares.NO_ID},
    place="",
)


def _has_own_check(turn: Any) -> bool:
    # Which of the two ends a file by itself comes to lies in the file; damaged ones have a check of their own.
    return bool(turn.event != "find_damage")


CHECKS = (
    check("OG-075", metadata_makes_a_track),
    check("OG-075", file_makes_a_track, each=tuple(_FILES)),
    check("OG-075", file_joins_its_track),
    check("OG-075", form_without_file_makes_a_track),
    check("OG-075", foreign_release_takes_no_track, needs=("second-account",), required=False),
    check("OG-075", foreign_track_takes_no_file, needs=("second-account", "media"), required=False),
    check("OG-076", both_checks_are_reported),
    check("OG-076", checks_are_told_apart),
    check("OG-077", checks_pass_by_themselves),
    check("OG-077", damaged_file_fails, each=(("truncated", "truncated"), ("silent", "no_sound"))),
    check("OG-077", failure_shows_its_issues, each=("audio_qc", "cover_qc")),
    check("OG-077", other_files_are_refused, each=("ogg", "text")),
    lifecycle.legal_moves("OG-077", machines.AUDIO),
    staff_moves("OG-077", machines.STAFFED_AUDIO, _has_own_check),
    staff_cannot("OG-077", machines.STAFFED_AUDIO),
    check("OG-078", fresh_track_agrees),
    check(
        "OG-078",
        joint_check_is_the_worst,
        each=(("pass", "pass"), ("pass", "fail"), ("fail", "pass")),
        needs=("control",),
        required=False,
    ),
    replace(
        isolation.stranger_finds_nothing("OG-069", ("getTrackQcStatus",), _CHECKS),
        name="stranger_sees_no_checks",
    ),
    check(
        "OG-078",
        detail_agrees,
        each=(("pass", "pass"), ("fail", "pass"), ("pass", "fail")),
        needs=("control",),
        required=False,
    ),
    check("OG-079", cover_is_that_of_the_release),
    replace(lifecycle.legal_moves("OG-079", machines.COVER, needs=("control",)), required=False),
    replace(staff_moves("OG-079", machines.STAFFED_COVER), required=False),
    replace(staff_cannot("OG-079", machines.STAFFED_COVER), required=False),
)
