"""A release on its way: stages, refs, and the ways it leaves the catalog, stage by stage."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.core.failure import Failure

STAGES = ("submitted", "under_review", "sent_to_stores", "live", "rejected")
MESSAGES = {
    "submitted": "Release submitted",
    "under_review": "Under moderation review",
    "sent_to_stores": "Sent to stores",
    "live": "Live",
    "rejected": "Needs edits",
}
PATHS = ("", "/status", "/tracks", "/cover", "/video-clips", "/track-video-clips", "/persons", "/track-persons",
         "/platform-links")  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_shown_alike_everywhere(desk: Any, stage: str) -> None:
    """GARD-029, GARD-030, GARD-031, GARD-032"""
    case = desk.at(stage)

    shown = [
        desk.get("/moderation/").json["submissions"][0],
        desk.get("/releases/all").json[0],
        case.get().json,
        case.get("/status").json,
        desk.post(f"/releases/{case.rel}/sync").json,
        desk.get("/panel/scope").json["releases"][0],
    ]

    assert [(one["status"], one["message"]) for one in shown] == [(stage, MESSAGES[stage])] * 6


@pytest.mark.parametrize("path", PATHS)
def test_number_and_rel_id_serve_at_every_stage_and_mdr_once_linked(desk: Any, path: str) -> None:
    """GARD-017, GARD-018, GARD-019, GARD-020, GARD-021, GARD-039"""
    cases = {stage: desk.at(stage) for stage in STAGES}

    for stage, case in cases.items():
        by_rel, by_number = case.get(path), case.get(path, case.number)
        by_mdr = case.get(path, case.mdr)
        assert by_rel.status_code == 200
        assert by_number.data == by_rel.data
        linked = stage in ("sent_to_stores", "live")
        assert by_mdr.status_code == (200 if linked else 404)
        if linked:
            assert by_mdr.data == by_rel.data


def test_an_unlinked_mdr_id_says_what_to_use(desk: Any) -> None:
    """GARD-019, GARD-225"""
    case = desk.submitted()

    answer = case.get("/status", case.mdr)

    assert answer.json["code"] == 404
    assert "not approved yet" in answer.json["detail"]


@pytest.mark.parametrize("ref", ["rel_nope", "mdr_nope", "99999999", "abc", "0", "-1", "007", "%20", "9" * 30])
@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_ref_is_404(desk: Any, ref: str, path: str) -> None:
    """GARD-027"""
    assert desk.get(f"/releases/{ref}{path}").status_code == 404


def test_ids_are_typed_as_each_place_prints_them(desk: Any) -> None:
    """GARD-022, GARD-023, GARD-122, C07"""
    case = desk.at("live")

    row, scope = desk.get("/releases/all").json[0], desk.get("/panel/scope").json["releases"][0]
    single, status = case.get().json, case.get("/status").json
    assert row["id"] == row["public_id"] == scope["id"] == case.rel
    assert row["release_id"] == scope["release_id"] == single["id"] == status["id"] == case.number
    assert case.get("/platform-links").json["id"] == case.number
    assert "type" in single
    assert "metadata" in single
    assert "album_type" not in single
    assert "album_type" in status
    assert "submission_id" in status
    assert "type" not in status


def test_admin_fields_are_never_sent(desk: Any) -> None:
    """GARD-014, C16"""
    case = desk.at("live")

    bodies = [
        case.get(), case.get("/status"), desk.post(f"/releases/{case.rel}/sync"), desk.get("/releases/all"),
        desk.get("/panel/scope"),
    ]  # fmt: skip

    for name in ("upstream_album_id", "internal_catalog_status", "upstream_status_data"):
        assert all(name not in body.text for body in bodies)


def test_upc_isrc_and_track_ids_appear_on_approval(desk: Any) -> None:
    """GARD-028, GARD-066, GARD-076"""
    case = desk.at("under_review", tracks=2, album_type="EP")

    before = case.get("/status").json
    case.fire("approve")
    after = case.get("/status").json

    assert before["upc"] is None
    assert [(track["track_id"], track["isrc"]) for track in before["tracks"]] == [(None, None)] * 2
    assert before["tracks_isrc"] == []
    assert after["upc"].isdigit()
    assert len({track["track_id"] for track in after["tracks"]}) == 2
    assert after["tracks_isrc"] == [track["isrc"] for track in after["tracks"]]
    assert all(len(isrc) == 15 for isrc in after["tracks_isrc"])


def test_the_release_day_opens_the_stores(desk: Any) -> None:
    """GARD-037, GARD-127, GARD-132"""
    case = desk.at("sent_to_stores", release_date="2026-06-03")
    assert case.get("/platform-links").json["platforms"] == []

    desk.advance("2026-06-02T23:59:59Z")
    still = case.stage
    desk.advance("2026-06-03T00:00:00Z")

    assert (still, case.stage) == ("sent_to_stores", "live")
    links = case.get("/platform-links").json["platforms"]
    names = ["Wink", "Yandex Music", "Spotify", "MTS", "VK Music", "Zvuk"]
    assert [link["platform_name"] for link in links] == names
    assert case.get().json["sale_platforms"] == links == desk.get("/releases/all").json[0]["sale_platforms"]


def test_links_are_those_of_the_chosen_stores(desk: Any) -> None:
    """GARD-127"""
    case = desk.at("live", platforms=["spotify", "vk_music"])

    links = case.get("/platform-links").json["platforms"]

    assert [link["platform_name"] for link in links] == ["Spotify", "VK Music"]


def test_a_release_day_in_the_past_opens_the_stores_at_once(desk: Any) -> None:
    """GARD-037"""
    case = desk.at("sent_to_stores", release_date="2026-01-01")

    desk.advance("2026-05-31T12:00:01Z")

    assert case.stage == "live"


def test_reviewers_act_by_themselves_when_timed(make_desk: Any) -> None:
    """GARD-034, GARD-035"""
    desk = make_desk(world="empty", progression="timed")
    case = desk.submitted(release_date="2026-06-01")

    stages = []
    for instant in ("12:01:59", "12:02:00", "12:11:59", "12:12:00"):
        desk.advance(f"2026-05-31T{instant}Z")
        stages.append(case.stage)
    desk.advance("2026-06-01T00:00:00Z")

    assert [*stages, case.stage] == ["submitted", "under_review", "under_review", "sent_to_stores", "live"]


def test_reviewers_act_at_once_when_immediate(make_desk: Any) -> None:
    """GARD-033"""
    desk = make_desk(world="empty", progression="immediate")

    answer = desk.submit()

    assert answer.json["status"] == "submitted"
    assert desk.get("/moderation/").json["submissions"][0]["status"] == "sent_to_stores"


def test_a_rejection_keeps_its_reason_and_the_way_on_is_a_new_submission(desk: Any) -> None:
    """GARD-036, GARD-038, GARD-042"""
    case = desk.at("under_review")

    case.fire("reject", moderator_notes="The cover names another artist.")
    again = desk.submitted()

    assert case.get("/status").json["comment"] == "The cover names another artist."
    assert (case.stage, again.stage) == ("rejected", "submitted")
    assert desk.ask("PUT", f"/releases/{case.rel}", json={}).status_code == 405
    assert desk.ask("PATCH", f"/moderation/{case.mdr}", json={}).status_code == 404


@pytest.mark.parametrize("event", ["approve", "reject"])
def test_staff_may_decide_without_a_visible_review(desk: Any, event: str) -> None:
    """GARD-035, GARD-036"""
    case = desk.submitted()

    case.fire(event)

    assert case.stage == ("sent_to_stores" if event == "approve" else "rejected")


@pytest.mark.parametrize("stage", ["sent_to_stores", "live", "rejected"])
@pytest.mark.parametrize("event", ["start_review", "approve", "reject"])
def test_a_decision_is_final(desk: Any, stage: str, event: str) -> None:
    """GARD-029"""
    case = desk.at(stage)

    with pytest.raises(Failure) as refusal:
        case.fire(event)

    assert refusal.value.kind == "illegal_transition"
    assert refusal.value.facts["state"] == stage


def test_sync_answers_like_status_and_moves_the_time(desk: Any) -> None:
    """GARD-040, GARD-041, C11, C36, C43"""
    case = desk.submitted()
    desk.advance("2026-05-31T12:30:00Z")

    before = case.get("/status").json
    synced = desk.post(f"/releases/{case.number}/sync").json
    after = case.get("/status").json

    assert (before["last_synced_at"], synced["last_synced_at"]) == ("2026-05-31T12:00:00", "2026-05-31T12:30:00")
    assert after == synced == {**before, "last_synced_at": "2026-05-31T12:30:00"}


@pytest.mark.parametrize("stage", ["submitted", "rejected"])
def test_delete_cancels_what_is_submitted_or_rejected(desk: Any, stage: str) -> None:
    """GARD-043, GARD-051, GARD-052, GARD-053, C03"""
    case = desk.at(stage)
    credits = desk.account["credits"]

    answer = desk.ask("DELETE", f"/releases/{case.rel}")

    assert answer.json["status"] == "deleted"
    assert answer.json["release_id"] == case.number
    assert isinstance(answer.json["upstream_album_id"], int)
    assert desk.get("/releases/all").json == []
    assert case.get("/status").status_code == case.get("/cover", case.number).status_code == 404
    assert desk.ask("DELETE", f"/releases/{case.rel}").status_code == 404
    assert desk.post(f"/releases/{case.rel}/revoke").status_code == 404
    assert case.stage == stage
    assert desk.account["credits"] == credits


@pytest.mark.parametrize(
    ("stage", "hint"), [("under_review", "revoke"), ("sent_to_stores", "revoke"), ("live", "delete-requests")]
)
def test_delete_at_another_stage_names_the_call_that_serves(desk: Any, stage: str, hint: str) -> None:
    """GARD-047, GARD-225, C03"""
    case = desk.at(stage)

    answer = desk.ask("DELETE", f"/releases/{case.rel}")

    assert (answer.status_code, answer.json["status"]) == (400, stage)
    assert hint in answer.json["hint"]
    assert case.stage == stage


def test_revoke_under_review_withdraws_and_keeps_the_row(desk: Any) -> None:
    """GARD-031, GARD-044, GARD-050, C33"""
    case = desk.at("under_review")

    answer = desk.post(f"/releases/{case.rel}/revoke")

    assert (answer.json["status"], answer.json["release_id"]) == ("revoked", case.number)
    assert case.get("/status").json["status"] == "submitted"
    assert case.stage == "submitted"
    assert desk.ask("DELETE", f"/releases/{case.rel}").json["status"] == "deleted"


@pytest.mark.parametrize("stage", ["submitted", "sent_to_stores", "rejected"])
def test_revoke_before_live_takes_the_row_out(desk: Any, stage: str) -> None:
    """GARD-045, GARD-053, C02"""
    case = desk.at(stage)

    answer = desk.post(f"/releases/{case.rel}/revoke")

    assert answer.json["status"] == "deleted"
    assert case.get().status_code == 404
    assert desk.post(f"/releases/{case.rel}/revoke").status_code == 404
    assert case.stage == stage


def test_revoke_of_a_live_release_names_the_takedown(desk: Any) -> None:
    """GARD-046"""
    case = desk.at("live")

    answer = desk.post(f"/releases/{case.rel}/revoke")

    assert (answer.status_code, answer.json["status"]) == (400, "live")
    assert "delete-requests" in answer.json["hint"]


@pytest.mark.parametrize("call", ["cancel", "revoke", "revoke twice"])
def test_what_was_withdrawn_is_out_of_the_reviewers_reach(make_desk: Any, call: str) -> None:
    """GARD-044, GARD-052"""
    desk = make_desk(world="empty", progression="timed")
    case = desk.submitted()
    if call == "cancel":
        desk.ask("DELETE", f"/releases/{case.rel}")
    else:
        desk.advance("2026-05-31T12:05:00Z")
        desk.post(f"/releases/{case.rel}/revoke")
    if call == "revoke twice":
        desk.post(f"/releases/{case.rel}/revoke")

    desk.advance("2026-07-31T12:00:00Z")

    assert case.stage == "submitted"
    for event in ("start_review", "approve", "reject"):
        with pytest.raises(Failure) as refusal:
            case.fire(event)
        assert refusal.value.kind == "illegal_transition"


def test_a_revoked_delivery_never_goes_live(desk: Any) -> None:
    """GARD-045"""
    case = desk.at("sent_to_stores", release_date="2026-06-03")
    desk.post(f"/releases/{case.rel}/revoke")

    desk.advance("2026-06-05T00:00:00Z")

    assert case.stage == "sent_to_stores"
    for event in ("go_live", "revoke", "pitch"):
        with pytest.raises(Failure):
            case.fire(event)


def test_every_id_that_the_api_shows_finds_the_submission(desk: Any) -> None:
    """GARD-022, GARD-024"""
    case = desk.submitted()
    flat = desk.box.house.flats["gard"]

    found = [flat.locate(desk.world, "submission", str(id)) for id in (case.mdr, case.rel, case.number, case.request)]

    assert found == [case.mdr] * 4
    assert flat.locate(desk.world, "submission", "rel_nope") is None


# takedowns


@pytest.mark.parametrize(
    ("stage", "hint"),
    [("submitted", "DELETE"), ("under_review", "revoke"), ("sent_to_stores", "revoke"), ("rejected", "DELETE")],
)
def test_a_takedown_before_live_is_400_with_the_stage(desk: Any, stage: str, hint: str) -> None:
    """GARD-048, GARD-049, GARD-225, C01"""
    case = desk.at(stage)

    answer = desk.post("/delete-requests/", {"release_id": case.rel})

    assert (answer.status_code, answer.json["status"]) == (400, stage)
    assert hint in answer.json["hint"]
    assert desk.get("/delete-requests/").json == {"code": 200, "requests": []}


def test_a_takedown_waits_for_staff(desk: Any) -> None:
    """GARD-005, GARD-008, GARD-138, GARD-139, GARD-140"""
    case = desk.at("live")
    body = {"release_id": case.rel, "release_name": "n", "artist_name": "a", "upc": "1", "isrc": "i", "reason": "Why"}

    answer = desk.post("/delete-requests/", body)

    assert answer.json == {"code": 200, "id": answer.json["id"], "status": "pending"}
    assert desk.get("/delete-requests/").json["requests"] == [
        {
            "id": answer.json["id"],
            "release_id": case.rel,
            "status": "pending",
            "reason": "Why",
            "created_at": "2026-05-31T12:00:00Z",
        }
    ]
    assert case.stage == "live"
    assert len(case.get("/platform-links").json["platforms"]) == 6


def test_a_completed_takedown_empties_the_links_and_is_final(desk: Any) -> None:
    """GARD-141, GARD-142, C10"""
    case = desk.at("live")
    first = desk.post("/delete-requests/", {"release_id": case.rel}).json["id"]
    second = desk.post("/delete-requests/", {"release_id": case.rel}).json["id"]

    desk.fire("delete_request", first, "complete")
    desk.fire("delete_request", second, "reject")

    assert [row["status"] for row in desk.get("/delete-requests/").json["requests"]] == ["rejected", "completed"]
    assert case.get("/platform-links").json["platforms"] == case.get().json["sale_platforms"] == []
    assert case.stage == "live"
    refused = desk.post("/delete-requests/", {"release_id": case.rel})
    assert (refused.status_code, refused.json["status"]) == (400, "live")
    assert "delete-requests" in refused.json["hint"]
    with pytest.raises(Failure):
        desk.fire("delete_request", first, "reject")


def test_staff_complete_a_takedown_after_a_day_when_timed(make_desk: Any) -> None:
    """GARD-141"""
    desk = make_desk(progression="timed")
    release = next(row for row in desk.get("/releases/all").json if row["sale_platforms"])

    desk.post("/delete-requests/", {"release_id": release["id"]})
    desk.advance("2026-06-01T12:00:00Z")

    assert desk.get("/delete-requests/").json["requests"][0]["status"] == "completed"


@pytest.mark.parametrize(("id", "status"), [("rel_nope", 404), ("mdr_nope", 404), (20001, 422), (None, 422), ("", 422)])
def test_a_takedown_names_the_rel_id(desk: Any, id: Any, status: int) -> None:
    """GARD-025, GARD-138, C08"""
    assert desk.post("/delete-requests/", {"release_id": id} if id is not None else {}).status_code == status


def test_a_form_is_no_takedown(desk: Any) -> None:
    """GARD-004"""
    answer = desk.ask("POST", "/delete-requests/", data={"release_id": "rel_x"})

    assert answer.status_code == 422
