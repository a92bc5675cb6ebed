"""Releases: the wizard's steps, the gate before submission, what happens afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.fakes.identifiers import is_valid_upc

STEPS = {
    "basics": {"title": "New", "genre": "Techno", "language": "de"},
    "artwork": {"cover_upload_id": "upl_1"},
    "rights": {"copyright_line": "2026 A", "production_line": "2026 B", "label": "C", "explicit": True},
    "distribution": {"dsps": ["deezer"], "territories": ["AT"], "release_date": "2026-05-01"},
}


def test_creating_a_release_is_step_one(desk: Any) -> None:
    """OG-060"""
    release = desk.release(release_date="2026-04-17")

    found = desk.get(f"/api/v1/releases/{release['id']}").json

    assert release["status"] == "draft"
    assert release["completed_steps"] == ["basics"]
    assert release["current_step"] == "artwork"
    assert release["created_at"] == "2026-03-15T12:00:00.000000Z"
    assert {name: found[name] for name in release} == release


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": ""}, "title", "too_short"),
        ({"title": None}, "title", "wrong_type"),
        ({"release_type": "mixtape"}, "release_type", "not_allowed"),
        ({"release_date": "2026-02-30"}, "release_date", "wrong_format"),
    ],
)
def test_a_wrong_field_is_named(desk: Any, change: dict[str, Any], field: str, code: str) -> None:
    """OG-003"""
    body = {"title": "A", "artist_name": "B", "release_type": "ep", **change}

    answer = desk.post("/api/v1/releases", body)

    assert answer.status_code == 422
    assert answer.json["error"]["code"] == "validation_failed"
    assert [(one["field"], one["code"]) for one in answer.json["error"]["details"]] == [(field, code)]


def test_every_missing_field_is_listed(desk: Any) -> None:
    answer = desk.post("/api/v1/releases", {})

    assert {one["field"] for one in answer.json["error"]["details"]} == {"title", "artist_name", "release_type"}
    assert answer.json["error"]["message"] == "The request has 3 invalid fields."


@pytest.mark.parametrize(
    ("data", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed_body"),
        (b"", "application/json", 400, "malformed_body"),
        (b"\xff", "application/json", 400, "malformed_body"),
        (b"<a/>", "application/xml", 415, "unsupported_media_type"),
        (b'{"title":"' + b"x" * 1_048_577 + b'"}', "application/json", 413, "payload_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    desk: Any, data: bytes, content_type: str, status: int, code: str
) -> None:
    answer = desk.post("/api/v1/releases", data=data, content_type=content_type)

    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_a_query_that_is_no_utf_8_is_refused(desk: Any) -> None:
    release = desk.release()

    answer = desk.get(f"/api/v1/releases/{release['id']}?a=%FF")

    assert (answer.status_code, answer.json["error"]["code"]) == (400, "malformed_body")


def test_the_detail_has_tracks_and_checks_from_the_start(desk: Any) -> None:
    """OG-061"""
    release = desk.release()
    empty = desk.get(f"/api/v1/releases/{release['id']}").json
    track = desk.track(release["id"])

    detail = desk.get(f"/api/v1/releases/{release['id']}").json

    pending = {"status": "pending", "issues": []}
    assert (empty["tracks"], empty["qc_status"]) == ([], {"audio_qc": pending, "cover_qc": pending})
    assert detail["tracks"] == [{**track, "audio_qc": pending, "cover_qc": pending}]


@pytest.mark.parametrize("step", list(STEPS))
def test_a_step_changes_its_own_fields_and_nothing_else(desk: Any, step: str) -> None:
    """OG-062"""
    release = desk.release()
    desk.advance(minutes=1)

    answer = desk.patch(f"/api/v1/releases/{release['id']}/{step}", STEPS[step])

    moving = {"current_step", "completed_steps", "updated_at"}
    changed = {name for name, value in answer.json.items() if value != release[name]} - moving
    assert answer.status_code == 200
    assert changed == set(STEPS[step])
    assert all(answer.json[name] == value for name, value in STEPS[step].items())
    assert answer.json["updated_at"] == "2026-03-15T12:01:00.000000Z"
    assert desk.get(f"/api/v1/releases/{release['id']}").json["genre"] == answer.json["genre"]


def test_steps_can_be_done_backwards_again_and_by_number(desk: Any) -> None:
    """OG-064"""
    release = desk.release()
    path = f"/api/v1/releases/{release['id']}"
    desk.patch(f"{path}/5", {"dsps": ["tidal"], "territories": ["DE"]})
    desk.patch(f"{path}/4", {"copyright_line": "a", "production_line": "b"})
    desk.patch(f"{path}/2", STEPS["artwork"])

    again = desk.patch(f"{path}/distribution", {"territories": ["CH"]})

    assert again.json["completed_steps"] == ["basics", "artwork", "rights", "distribution"]
    assert again.json["current_step"] == "tracks"
    assert (again.json["dsps"], again.json["territories"]) == (["tidal"], ["CH"])


def test_a_step_is_complete_only_with_its_essentials(desk: Any) -> None:
    release = desk.release()

    answer = desk.patch(f"/api/v1/releases/{release['id']}/rights", {"copyright_line": "2026 A"})

    assert answer.json["completed_steps"] == ["basics"]


@pytest.mark.parametrize("step", ["nope", "6", "Basics"])
def test_an_unknown_step_is_not_found(desk: Any, step: str) -> None:
    """OG-063"""
    release = desk.release()

    answer = desk.patch(f"/api/v1/releases/{release['id']}/{step}", {"title": "X"})

    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("segment", ["submit", "splits"])
def test_no_step_is_called_like_another_route(desk: Any, segment: str) -> None:
    """OG-063"""
    release = desk.release()

    answer = desk.patch(f"/api/v1/releases/{release['id']}/{segment}", {"title": "X"})

    assert (answer.status_code, answer.json["error"]["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"] or "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("step", "body", "field", "code"),
    [
        ("basics", {"cover_url": "https://a.example/b.jpg"}, "cover_url", "unknown_field"),
        ("artwork", {"title": "X"}, "title", "unknown_field"),
        ("artwork", {"cover_url": "ftp://a/b"}, "cover_url", "wrong_format"),
        ("artwork", {"cover_url": "https://a.example/b", "cover_upload_id": "c"}, None, "too_many"),
        ("tracks", {}, "track_ids", "required"),
        ("distribution", {"dsps": []}, "dsps", "too_few"),
        ("rights", {}, None, "too_few"),
        ("3", {"track_ids": ["no-uuid"]}, "track_ids[0]", "wrong_format"),
    ],
)
def test_a_step_refuses_what_is_not_its_own(
    desk: Any, step: str, body: dict[str, Any], field: str | None, code: str
) -> None:
    release = desk.release()

    answer = desk.patch(f"/api/v1/releases/{release['id']}/{step}", body)

    assert answer.status_code == 422
    assert (field, code) in [(one.get("field"), one["code"]) for one in answer.json["error"]["details"]]
    assert {k: v for k, v in desk.get(f"/api/v1/releases/{release['id']}").json.items() if k in release} == release


def test_an_upload_id_takes_the_place_of_an_address(desk: Any) -> None:
    release = desk.release()
    path = f"/api/v1/releases/{release['id']}/artwork"
    desk.patch(path, {"cover_url": "https://cdn.example.com/a.jpg"})

    answer = desk.patch(path, {"cover_upload_id": "upl_7"})

    assert (answer.json["cover_url"], answer.json["cover_upload_id"]) == (None, "upl_7")


def test_the_tracks_step_orders_tracks(desk: Any) -> None:
    release = desk.release()
    ids = [desk.track(release["id"], title=title)["id"] for title in "abcd"]

    answer = desk.patch(f"/api/v1/releases/{release['id']}/tracks", {"track_ids": [ids[3], ids[1]]})

    tracks = desk.get(f"/api/v1/releases/{release['id']}").json["tracks"]
    assert answer.json["completed_steps"] == ["basics", "tracks"]
    assert [(track["title"], track["track_number"]) for track in tracks] == [("d", 1), ("b", 2), ("a", 3), ("c", 4)]


def test_a_track_of_another_release_cannot_be_ordered(desk: Any) -> None:
    release, other = desk.release(), desk.release()
    own, strange = desk.track(release["id"]), desk.track(other["id"])

    answer = desk.patch(f"/api/v1/releases/{release['id']}/3", {"track_ids": [own["id"], strange["id"]]})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["error"]["details"]] == ["track_ids[1]"]


def test_an_incomplete_release_cannot_be_submitted(desk: Any) -> None:
    """OG-066"""
    release = desk.release()

    answer = desk.post(f"/api/v1/releases/{release['id']}/submit")

    missing = [(one["code"], one["field"]) for one in answer.json["error"]["details"]]
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "release_incomplete")
    assert missing == [
        *[("step_missing", step) for step in ("artwork", "tracks", "rights", "distribution")],
        ("no_track", "tracks"),
        ("qc_not_passed", "cover_qc"),
    ]
    assert desk.get(f"/api/v1/releases/{release['id']}").json["status"] == "draft"


def test_checks_have_to_pass_before_submitting(manual: Any) -> None:
    """OG-067"""
    release = manual.release()
    track = manual.complete(release["id"])
    manual.fire("audio_qc", track["id"], "fail")
    manual.fire("cover_qc", release["id"], "pass")

    answer = manual.post(f"/api/v1/releases/{release['id']}/submit")

    assert answer.status_code == 422
    assert answer.json["error"]["details"] == [
        {"code": "qc_not_passed", "field": "audio_qc", "message": "The audio check of track 1 has failed."}
    ]


def test_the_gate_on_checks_is_a_setting(manual: Any) -> None:
    """OG-067"""
    release = manual.release()
    manual.complete(release["id"])
    manual.change("settings", "submit", checks_before_submit=False)

    answer = manual.post(f"/api/v1/releases/{release['id']}/submit")

    assert answer.json["status"] == "submitted"


def test_submitting_hands_the_release_in(manual: Any) -> None:
    """OG-065"""
    release_id, _ = manual.ready()

    answer = manual.post(f"/api/v1/releases/{release_id}/submit")

    assert (answer.status_code, answer.json["status"]) == (200, "submitted")
    assert manual.get(f"/api/v1/releases/{release_id}").json["status"] == "submitted"


def test_submitting_twice_is_refused(manual: Any) -> None:
    """OG-068"""
    release_id, _ = manual.submitted()

    answer = manual.post(f"/api/v1/releases/{release_id}/submit")

    assert (answer.status_code, answer.json["error"]["code"]) == (409, "release_locked")


@pytest.mark.parametrize("events", ["", "approve", "approve distribute", "approve distribute take_down"])
def test_a_release_that_was_handed_in_cannot_be_edited(manual: Any, events: str) -> None:
    """OG-068"""
    release_id, track_id = manual.submitted()
    for event in events.split():
        manual.fire("release", release_id, event)

    step = manual.patch(f"/api/v1/releases/{release_id}/basics", {"title": "Late"})
    track = manual.post("/api/v1/tracks", {"release_id": release_id, "title": "Late"})
    file = manual.upload(track_id=track_id)

    assert [answer.status_code for answer in (step, track, file)] == [409, 409, 409]
    assert manual.get(f"/api/v1/releases/{release_id}").json["title"] == "Harbour Lights"
    assert len(manual.get(f"/api/v1/releases/{release_id}").json["tracks"]) == 1


def test_a_rejected_release_can_be_corrected_and_submitted_again(manual: Any) -> None:
    release_id, _ = manual.submitted()
    manual.fire("release", release_id, "reject")

    edited = manual.patch(f"/api/v1/releases/{release_id}/basics", {"title": "Better"})
    again = manual.post(f"/api/v1/releases/{release_id}/submit")

    assert (edited.json["status"], edited.json["title"]) == ("rejected", "Better")
    assert again.json["status"] == "submitted"


def test_a_submitted_release_goes_out_by_simulation_alone(desk: Any) -> None:
    """OG-048"""
    release = desk.release()
    desk.complete(release["id"])
    desk.advance(seconds=30)
    desk.post(f"/api/v1/releases/{release['id']}/submit")

    states = []
    for minutes in (2, 10):
        desk.advance(minutes=minutes)
        states.append(desk.get(f"/api/v1/releases/{release['id']}").json["status"])

    assert states == ["approved", "distributed"]
    assert desk.deliveries() == []


def test_approval_gives_valid_codes(manual: Any) -> None:
    release_id, _ = manual.submitted()

    manual.fire("release", release_id, "approve")

    detail = manual.get(f"/api/v1/releases/{release_id}").json
    assert is_valid_upc(detail["upc"])
    assert len(detail["tracks"][0]["isrc"]) == 12


def test_an_isrc_that_was_sent_is_kept_and_not_given_to_another_track(manual: Any) -> None:
    release = manual.release()
    first = manual.track(release["id"], isrc="DEA622600001")
    manual.change("tracks", first["id"], isrc=_next_isrc(manual))
    manual.complete(release["id"])
    for track in manual.get(f"/api/v1/releases/{release['id']}").json["tracks"]:
        manual.change("tracks", track["id"], audio_qc="passed")
    manual.fire("cover_qc", release["id"], "pass")
    manual.post(f"/api/v1/releases/{release['id']}/submit")

    manual.fire("release", release["id"], "approve")

    codes = [track["isrc"] for track in manual.get(f"/api/v1/releases/{release['id']}").json["tracks"]]
    assert len(set(codes)) == 2


def _next_isrc(desk: Any) -> str:
    from mockserver.fakes import Fakes

    used = desk.world.get("counters", "isrc")
    return Fakes(7).isrc(used + 1, year=2026)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/splits"),
        ("POST", "/submit"),
        ("PATCH", "/basics"),
    ],
)
@pytest.mark.parametrize("whose", ["nobody", "second-account"])
def test_an_unknown_release_and_one_of_another_account_are_the_same(
    desk: Any, method: str, path: str, whose: str
) -> None:
    """OG-069"""
    release = desk.release()
    id, key = ("nope", "full") if whose == "nobody" else (release["id"], whose)
    body = {"json": {"title": "Mine"}} if method == "PATCH" else {}

    answer = desk.call(method, f"/api/v1/releases/{id}{path}", key=key, **body)

    assert answer.status_code == 404
    assert answer.json["error"] == {"code": "not_found", "message": "No release has this id.", "details": []}


def test_an_unknown_release_is_told_before_the_body_is_read(desk: Any) -> None:
    answer = desk.call("PATCH", "/api/v1/releases/nope/basics", data=b"{", content_type="application/json")

    assert answer.status_code == 404


def test_workers_act_at_once_where_the_sandbox_says_so(make_desk: Any) -> None:
    desk = make_desk(progression="immediate")
    release = desk.release()
    desk.complete(release["id"])

    answer = desk.post(f"/api/v1/releases/{release['id']}/submit")

    assert (answer.status_code, answer.json["status"]) == (200, "distributed")
