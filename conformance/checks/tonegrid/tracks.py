"""TG-077 to TG-084: tracks and their audio."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.media import sounds
from conformance.multipart import File, Form
from conformance.pointer import MISSING
from conformance.properties import echo
from conformance.properties.readback import unchanged

_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")
_REVIEWED = ("pending", "approved", "live", "taken_down", "rejected")
FIELDS = (
    echo.Field("title", "Eclipse (Radio Edit)"),
    echo.Field("position", 7),
    echo.Field("explicit", True),
    echo.Field("language", "fr"),
)


def _created(case: Case, **members: Any) -> Answer:
    release = wares.make_release(case)
    return case.call("createTrack", path={"uuid": release}, json=wares.track_body(case, **members))


def tracks_are_in_order(case: Case) -> None:
    """The tracks of a release are listed by position, whatever the order in which they were made."""
    release = wares.make_release(case)
    made = {position: wares.make_track(case, release, position=position) for position in (3, 1, 2)}
    answer = case.call("listReleaseTracks", path={"uuid": release})
    judge.status(answer, 200)
    expected = [made[1], made[2], made[3]]
    judge.equal("the order", expected, [track.get("uuid") for track in answer.items("/tracks")], answer)
    shown = [track.get("uuid") for track in wares.read(case, release).items("/release/tracks")]
    judge.equal("the tracks in the release", sorted(expected), sorted(map(str, shown)), answer)


def order_follows_an_update(case: Case) -> None:
    """A track that moves to the end is listed there."""
    release = wares.make_release(case)
    first, second = (wares.make_track(case, release, position=position) for position in (1, 2))
    case.given(case.call("updateTrack", path={"uuid": first}, json={"position": 3}), 200)
    answer = case.call("listReleaseTracks", path={"uuid": release})
    judge.equal("the order", [second, first], [track.get("uuid") for track in answer.items("/tracks")], answer)


def required_member_is_needed(case: Case, name: str) -> None:
    """Without a required member there is no track, and the refusal names it."""
    release = wares.make_release(case)
    body = wares.patched(wares.track_body(case), name)
    wares.invalid(case.call("createTrack", path={"uuid": release}, json=body), name)
    answer = case.call("listReleaseTracks", path={"uuid": release})
    judge.equal("the tracks after the refusal", [], answer.at("/tracks"), answer)


def language_is_english(case: Case) -> None:
    """Without a language a track is in English."""
    answer = _created(case)
    judge.status(answer, 201)
    judge.equal("language", "en", wares.read_track(case, str(answer.at("/track/uuid"))).at("/track/language"))


def what_is_sent_is_kept(case: Case) -> None:
    """What was sent comes back, an ISRC included."""
    isrc = f"NGABC{case.ledger.digits(7)}"
    answer = _created(case, **{field.name: field.sent for field in FIELDS}, isrc=isrc)
    judge.status(answer, 201)
    again = wares.read_track(case, str(answer.at("/track/uuid")))
    echo.shows(again, [*FIELDS, echo.Field("isrc", isrc)], "/track")


def isrc_is_minted(case: Case) -> None:
    """Without an ISRC a track gets one of its own: twelve characters, letters in capitals."""
    found = []
    for _ in range(2):
        answer = _created(case)
        judge.status(answer, 201)
        isrc = wares.read_track(case, str(answer.at("/track/uuid"))).at("/track/isrc")
        proper = isinstance(isrc, str) and _ISRC.fullmatch(isrc)
        judge.that(proper, "the ISRC is no ISRC", answer, expected="CCXXXYYNNNNN", received=isrc)
        judge.equal("the ISRC in the answer", isrc, answer.at("/track/isrc"), answer)
        found.append(isrc)
    judge.that(found[0] != found[1], "two tracks have one ISRC", answer, received=found[0])


def new_track_waits_for_audio(case: Case) -> None:
    """A new track has no audio: its status is pending and nothing is measured."""
    answer = _created(case)
    judge.status(answer, 201)
    judge.equal("audio_status", "pending", answer.at("/track/audio_status"), answer)
    again = wares.read_track(case, str(answer.at("/track/uuid")))
    judge.equal("audio_status", "pending", again.at("/track/audio_status"), again)
    for name in ("audio_format", "audio_bit_depth", "audio_sample_rate"):
        judge.among(name, (None, MISSING), again.at(f"/track/{name}"), again)


def audio_is_processed(case: Case) -> None:
    """Uploaded audio is processing, and once processed its format, bit depth and sample rate are known."""
    track = wares.make_track(case, wares.make_release(case))
    answer = wares.upload(case, track, File("master.wav", wares.wav(case), "audio/wav"))
    judge.status(answer, 202, 200)
    judge.equal("message", "Audio upload received. Processing started.", answer.at("/message"), answer)
    judge.equal("audio_status", "processing", answer.at("/audio_status"), answer)
    judge.equal("audio_status", "processing", wares.read_track(case, track).at("/track/audio_status"))
    case.control.fire("tonegrid", "track", track, "finish")
    again = wares.read_track(case, track)
    measured = {"audio_status": "processed", "audio_format": "WAV", "audio_bit_depth": 24, "audio_sample_rate": 44100}
    for name, value in measured.items():
        judge.equal(name, value, again.at(f"/track/{name}"), again)


def worker_needs_no_push(case: Case) -> None:
    """Processing ends by itself after a while, and a client sees it by polling."""
    with case.own_sandbox(world="empty", progression="timed") as inside:
        track = wares.make_track(inside, wares.make_release(inside))
        inside.given(wares.upload(inside, track, File("master.wav", wares.wav(inside), "audio/wav")), 202, 200)
        judge.equal("audio_status", "processing", wares.read_track(inside, track).at("/track/audio_status"))
        inside.control.advance("PT1H")
        judge.equal("audio_status", "processed", wares.read_track(inside, track).at("/track/audio_status"))


_GOOD = {
    "wav-24-44100": File("a.wav", sounds.pcm(0.1, 44100, 24, 2), "audio/wav"),
    "wav-16-44100": File("a.wav", sounds.pcm(0.1, 44100, 16, 2), "audio/wav"),
    "wav-24-96000": File("a.wav", sounds.pcm(0.1, 96000, 24, 2), "audio/x-wav"),
    "flac": File("a.flac", sounds.flac(0.5), "audio/flac"),
}
_BAD = {
    "text": File("a.txt", b"This is no music.", "text/plain"),
    "text-called-wav": File("a.wav", b"This is no music, whatever it is called.", "audio/wav"),
    "mp3": File("a.mp3", sounds.mp3(0.5), "audio/mpeg"),
    "ogg": File("a.ogg", sounds.ogg(), "audio/ogg"),
    "nothing": File("a.wav", b"", "audio/wav"),
}


def wav_and_flac_are_taken(case: Case, kind: str) -> None:
    """WAV and FLAC are accepted."""
    track = wares.make_track(case, wares.make_release(case))
    judge.status(wares.upload(case, track, _GOOD[kind]), 202, 200)


def other_files_are_refused(case: Case, kind: str) -> None:
    """Anything else is refused, and the track still has no audio."""
    track = wares.make_track(case, wares.make_release(case))
    wares.refused(wares.upload(case, track, _BAD[kind]), 422)
    judge.equal("audio_status", "pending", wares.read_track(case, track).at("/track/audio_status"))


def form_without_audio_is_refused(case: Case) -> None:
    """A form whose file is not called audio is refused."""
    track = wares.make_track(case, wares.make_release(case))
    for form in (Form((("file", _GOOD["flac"]),)), Form((("audio", "not a file"),))):
        wares.refused(case.call("uploadTrackAudio", path={"uuid": track}, json=form), 422)


def _with_track(case: Case, state: str) -> tuple[str, str]:
    release = wares.make_in(case, state, "spotify")
    answer = case.given(case.call("listReleaseTracks", path={"uuid": release}), 200)
    return release, wares.identity(answer, "/tracks/0/uuid")


def draft_tracks_can_change(case: Case) -> None:
    """While the release is a draft, its tracks can be changed and removed."""
    release, track = _with_track(case, "draft")
    answer = case.call("updateTrack", path={"uuid": track}, json={"title": "Eclipse (Radio Edit)"})
    judge.status(answer, 200)
    judge.equal("title", "Eclipse (Radio Edit)", answer.at("/track/title"), answer)
    gone = case.call("deleteTrack", path={"uuid": track})
    judge.status(gone, 200)
    judge.equal("message", "Track deleted.", gone.at("/message"), gone)
    judge.status(wares.read_track(case, track), 404)
    listed = case.call("listReleaseTracks", path={"uuid": release})
    judge.equal("the tracks", [], listed.at("/tracks"), listed)


def later_tracks_stay(case: Case, state: str) -> None:
    """Once the release has left the draft, its tracks are neither changed nor removed."""
    _, track = _with_track(case, state)
    with unchanged(lambda: wares.read_track(case, track), "/track", "the track"):
        wares.refused(case.call("updateTrack", path={"uuid": track}, json={"title": "Changed"}), 409)
        wares.refused(case.call("deleteTrack", path={"uuid": track}), 409)


def one_field_at_a_time(case: Case, field: echo.Field) -> None:
    """An update changes what it sends and leaves the rest, the ISRC above all."""
    track = wares.make_track(case, wares.make_release(case))
    before = wares.read_track(case, track).at("/track")
    judge.status(case.call("updateTrack", path={"uuid": track}, json={field.name: field.sent}), 200)
    after = wares.read_track(case, track)
    echo.shows(after, [field], "/track")
    echo.changed_only(before, after.at("/track"), [field], ("updated_at",), after)


def declared_hash_decides(case: Case, kind: str) -> None:
    """A delivery whose audio has the declared MD5 goes through; with another one the store rejects it."""
    with case.own_sandbox(world="empty", progression="timed") as inside:
        sent = wares.wav(inside)
        declared = hashlib.md5(sent, usedforsecurity=False).hexdigest() if kind == "right" else "0" * 32
        release = wares.make_release(inside)
        track = wares.make_track(inside, release, audio_md5=declared)
        inside.given(wares.upload(inside, track, File("master.wav", sent, "audio/wav")), 202, 200)
        wares.attach(inside, release, "spotify")
        inside.control.advance("PT5M")
        wares.submit(inside, release)
        wares.approve(inside, release)
        path = {"uuid": release, "dsp_slug": "spotify"}
        inside.given(inside.call("deliverReleaseToDsp", path=path), 202, 200)
        inside.control.advance("P1D")
        row = wares.rows(inside, release)["spotify"]
        judge.equal("the delivery's status", "live" if kind == "right" else "rejected", row.get("status"))
        told = isinstance(row.get("error_message"), str)
        judge.equal("whether error_message says why", kind == "wrong", told)


def absent_audio_is_reported(case: Case) -> None:
    """A message for a track without audio does not validate; with audio the complaint is gone."""
    release = wares.make_complete(case, "spotify")
    track = str(wares.read(case, release).at("/release/tracks/0/uuid"))
    path = {"uuid": release, "dsp_slug": "spotify"}
    before = case.call("validateDdexMessage", path=path)
    judge.status(before, 200)
    judge.equal("validation.valid", False, before.at("/data/validation/valid"), before)
    wares.give_audio(case, track)
    after = case.call("validateDdexMessage", path=path)
    judge.status(after, 200)
    first, second = before.items("/data/validation/errors"), after.items("/data/validation/errors")
    judge.that(len(second) < len(first), "the complaint stays", after, expected=f"< {len(first)}", received=second)


def measurements_reach_the_message(case: Case) -> None:
    """Bit depth, sample rate and channels of the audio stand in the message's TechnicalDetails."""
    release, _ = wares.make_with_audio(case, "spotify")
    answer = case.call("downloadDdexMessage", path={"uuid": release, "dsp_slug": "spotify"})
    judge.status(answer, 200)
    text = answer.content.decode("utf-8", "replace")
    for element, value in (("BitsPerSample", "24"), ("NumberOfChannels", "2")):
        judge.that(f"<{element}>{value}</{element}>" in text, f"{element} is not {value}", answer, expected=value)
    judge.that(re.search(r"<SamplingRate[^>]*>44(100|\.1)<", text), "SamplingRate is not 44.1 kHz", answer)


CHECKS = (
    check("TG-077", tracks_are_in_order),
    check("TG-077", order_follows_an_update),
    check("TG-078", required_member_is_needed, each=("title", "position", "explicit")),
    check("TG-078", language_is_english),
    check("TG-078", what_is_sent_is_kept),
    check("TG-078", isrc_is_minted),
    check("TG-079", new_track_waits_for_audio, needs=()),
    check("TG-079", audio_is_processed),
    check("TG-079", worker_needs_no_push),
    check("TG-080", wav_and_flac_are_taken, each=tuple(_GOOD)),
    check("TG-080", other_files_are_refused, each=tuple(_BAD)),
    check("TG-080", form_without_audio_is_refused),
    check("TG-081", draft_tracks_can_change),
    check("TG-081", later_tracks_stay, each=("pending",)),
    check("TG-081", later_tracks_stay, each=_REVIEWED[1:], needs=("control",)),
    check("TG-082", one_field_at_a_time, each=FIELDS),
    check("TG-083", declared_hash_decides, each=("right", "wrong")),
    check("TG-084", absent_audio_is_reported, needs=("media", "control")),
    check("TG-084", measurements_reach_the_message, needs=("media", "control")),
)
