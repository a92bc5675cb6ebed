"""Pitches and payouts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from mockserver.core.failure import Failure


@pytest.mark.parametrize("stage", ["submitted", "under_review", "sent_to_stores", "rejected"])
def test_a_pitch_is_taken_until_the_release_is_live(desk: Any, stage: str) -> None:
    """GARD-106, GARD-147, GARD-148, GARD-150, GARD-154, C04, C09"""
    case = desk.at(stage)
    before = desk.account["credits"]

    answer = desk.pitch(case.request)

    assert answer.json == {"code": 200, "id": answer.json["id"], "status": "received"}
    assert desk.account["credits"] == before - 50
    assert case.stage == stage
    listed = desk.get("/pitch/").json
    assert (listed["code"], listed["msg"]) == (200, "OK")
    assert listed["pitches"] == [
        {
            "id": answer.json["id"],
            "moderation_request_id": case.request,
            "status": "pending",
            "pitch_platforms": ["spotify"],
            "created_at": "2026-05-31T12:00:00Z",
            "updated_at": "2026-05-31T12:00:00Z",
            "reviewer_notes": None,
        }
    ]


def test_a_pitch_of_a_live_release_is_400_and_costs_nothing(desk: Any) -> None:
    """GARD-148, C04"""
    case = desk.at("live")
    before = desk.account["credits"]

    answer = desk.pitch(case.request)

    assert (answer.status_code, answer.json["status"]) == (400, "live")
    assert desk.account["credits"] == before


@pytest.mark.parametrize(("credits", "status", "left"), [(49, 402, 49), (50, 200, 0)])
def test_a_pitch_costs_50_credits(desk: Any, credits: int, status: int, left: int) -> None:
    """GARD-106"""
    case = desk.submitted()
    desk.set_account(credits=credits)

    assert desk.pitch(case.request).status_code == status
    assert desk.account["credits"] == left


def test_an_unknown_or_cancelled_submission_is_404_and_costs_nothing(desk: Any) -> None:
    """GARD-155"""
    case = desk.submitted()
    desk.ask("DELETE", f"/releases/{case.rel}")
    before = desk.account["credits"]

    assert desk.pitch(999_999).status_code == 404
    assert desk.pitch(case.request).status_code == 404
    assert desk.account["credits"] == before


@pytest.mark.parametrize("store", ["yandex_music", "vk_music", "zvooq", "amazon_music", "spotify", "apple_music"])
def test_the_six_stores_take_pitches(desk: Any, store: str) -> None:
    """GARD-149, C21"""
    assert desk.pitch(desk.submitted().request, {"pitch_platforms": [store]}).status_code == 200


@pytest.mark.parametrize("store", ["zvuk_wink_music", "deezer", "", 1])
def test_other_stores_take_none(desk: Any, store: Any) -> None:
    """GARD-149, C21"""
    answer = desk.pitch(desk.submitted().request, {"pitch_platforms": [store]})

    assert answer.status_code == 422
    assert answer.json["detail"][0]["field"] == "payload_json.pitch_platforms[0]"


@pytest.mark.parametrize("text", ["{", "[]", "text"])
def test_the_payload_is_a_json_object(desk: Any, text: str) -> None:
    """GARD-077, GARD-147"""
    fields = {"moderation_request_id": str(desk.submitted().request), "payload_json": text}

    assert desk.post_form("/pitch/", fields).status_code == 422


@pytest.mark.parametrize("missing", ["moderation_request_id", "payload_json"])
def test_both_fields_are_required(desk: Any, missing: str) -> None:
    """GARD-147"""
    fields = {"moderation_request_id": str(desk.submitted().request), "payload_json": "{}"}
    del fields[missing]

    answer = desk.post_form("/pitch/", fields)

    assert answer.json["detail"] == [{"field": missing, "problem": "This field is required."}]


def _photo(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48)).save(file, form)
    return file.getvalue()


@pytest.mark.parametrize(("form", "fits"), [("JPEG", True), ("PNG", True), ("WEBP", True), ("GIF", False)])
def test_a_photo_is_jpg_png_or_webp(desk: Any, part: Any, form: str, fits: bool) -> None:
    """GARD-102, GARD-151"""
    answer = desk.pitch(desk.submitted().request, artist_photo=part(_photo(form), "me.jpg"))

    assert answer.status_code == (200 if fits else 422)


def test_a_photo_has_15_mb_at_most(desk: Any, part: Any) -> None:
    """GARD-102"""
    data = _photo("JPEG").ljust((15 << 20) + 1, b"\x00")

    answer = desk.pitch(desk.submitted().request, artist_photo=part(data, "me.jpg"))

    assert answer.status_code == 422
    assert "15 MB" in answer.text


def test_pitches_of_every_status_stay_listed(desk: Any) -> None:
    """GARD-152, GARD-153"""
    case = desk.submitted()
    ids = [desk.pitch(case.request).json["id"] for _ in range(4)]
    desk.advance("2026-05-31T13:00:00Z")

    desk.fire("pitch", ids[1], "start")
    desk.fire("pitch", ids[2], "start")
    desk.fire("pitch", ids[2], "complete", reviewer_notes="Added to two lists.")
    desk.fire("pitch", ids[3], "reject", reviewer_notes="Too late.")

    rows = {row["id"]: row for row in desk.get("/pitch/").json["pitches"]}
    assert [rows[id]["status"] for id in ids] == ["pending", "in_progress", "completed", "rejected"]
    assert [rows[id]["reviewer_notes"] for id in ids] == [None, None, "Added to two lists.", "Too late."]
    assert rows[ids[0]]["updated_at"] == "2026-05-31T12:00:00Z"
    assert rows[ids[2]]["updated_at"] == "2026-05-31T13:00:00Z"
    with pytest.raises(Failure):
        desk.fire("pitch", ids[2], "reject")


def test_staff_act_on_pitches_by_themselves_when_timed(make_desk: Any) -> None:
    """GARD-152"""
    desk = make_desk(world="empty", progression="timed")
    id = desk.pitch(desk.submitted().request).json["id"]

    seen = []
    for instant in ("2026-05-31T12:59:59Z", "2026-05-31T13:00:00Z", "2026-06-01T13:00:00Z"):
        desk.advance(instant)
        seen.append(next(row["status"] for row in desk.get("/pitch/").json["pitches"] if row["id"] == id))

    assert seen == ["pending", "in_progress", "completed"]


def test_a_pitch_may_be_completed_at_once(desk: Any) -> None:
    """GARD-152"""
    id = desk.pitch(desk.submitted().request).json["id"]

    desk.fire("pitch", id, "complete")

    assert desk.get("/pitch/").json["pitches"][0]["status"] == "completed"


# payouts


def test_settings_are_empty_until_they_are_set(desk: Any) -> None:
    """GARD-156, GARD-157"""
    assert desk.get("/payout/settings").json == {"code": 200, "method": None, "details": {}}

    answer = desk.ask("PUT", "/payout/settings", json={"method": "paypal", "details": {"paypal_email": "a@b.example"}})

    assert answer.json == {"code": 200, "msg": "settings saved"}
    details = {"paypal_email": "a@b.example"}
    assert desk.get("/payout/settings").json == {"code": 200, "method": "paypal", "details": details}


@pytest.mark.parametrize("method", ["paypal", "bank_account", "card_swift", "card_ru"])
def test_the_four_methods_are_taken_and_replace_each_other(desk: Any, method: str) -> None:
    """GARD-157"""
    desk.ask("PUT", "/payout/settings", json={"method": "paypal", "details": {"paypal_email": "a@b.example"}})

    assert desk.ask("PUT", "/payout/settings", json={"method": method}).status_code == 200
    assert desk.get("/payout/settings").json == {"code": 200, "method": method, "details": {}}


@pytest.mark.parametrize("body", [{}, {"method": "cash"}, {"method": None}, {"method": "paypal", "details": []}, []])
def test_other_settings_are_422(desk: Any, body: Any) -> None:
    """GARD-157"""
    assert desk.ask("PUT", "/payout/settings", json=body).status_code == 422
    assert desk.get("/payout/settings").json["method"] is None


def test_a_body_that_is_no_json_is_422(desk: Any) -> None:
    answer = desk.ask("PUT", "/payout/settings", data=b"{", content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (422, 422)


def _withdraw(desk: Any, amount: Any, currency: Any = "USD") -> Any:
    return desk.post("/payout/withdrawals/request", {"amount_cents": amount, "currency": currency})


def test_a_withdrawal_is_listed_under_its_id_and_leaves_the_balance(desk: Any) -> None:
    """GARD-008, GARD-158, GARD-159, GARD-160"""
    answer = _withdraw(desk, 5000)

    assert answer.json == {"code": 200, "withdrawal_id": answer.json["withdrawal_id"], "status": "pending"}
    assert desk.get("/payout/withdrawals").json["withdrawals"] == [
        {
            "id": answer.json["withdrawal_id"],
            "amount_cents": 5000,
            "currency": "USD",
            "status": "pending",
            "created_at": "2026-05-31T12:00:00Z",
        }
    ]
    assert desk.account["balance_cents"] == 40_000


@pytest.mark.parametrize(
    ("amount", "status"), [(99, 422), (100, 200), (45_000, 200), (45_001, 400), (-5, 422), ("5", 422)]
)
def test_the_least_is_100_cents_and_the_most_the_balance(desk: Any, amount: Any, status: int) -> None:
    """GARD-159"""
    assert _withdraw(desk, amount).status_code == status


def test_another_currency_has_no_balance(desk: Any) -> None:
    """GARD-159"""
    answer = _withdraw(desk, 100, "EUR")

    assert (answer.status_code, answer.json["msg"]) == (400, "Not enough balance")
    assert _withdraw(desk, 100, "dollars").status_code == 422


def test_withdrawals_are_limited_newest_first(desk: Any) -> None:
    """GARD-158"""
    ids = [_withdraw(desk, 100).json["withdrawal_id"] for _ in range(3)]

    rows = desk.get("/payout/withdrawals", limit=2).json["withdrawals"]

    assert [row["id"] for row in rows] == [ids[2], ids[1]]
    assert desk.get("/payout/withdrawals", limit=0).status_code == 422


def test_a_withdrawal_is_paid_out_after_two_days_when_timed(make_desk: Any) -> None:
    """GARD-159"""
    desk = make_desk(world="empty", progression="timed")
    _withdraw(desk, 100)

    desk.advance("2026-06-02T12:00:00Z")

    assert desk.get("/payout/withdrawals").json["withdrawals"][0]["status"] == "completed"


def test_the_balance_is_fed_by_streams(make_desk: Any) -> None:
    """GARD-159"""
    slow, fast = make_desk(), make_desk()
    for day in range(1, 11):
        slow.advance(f"2026-06-{day:02d}T12:00:00Z")
        _withdraw(slow, 100)
    fast.advance("2026-06-10T12:00:00Z")
    for _ in range(10):
        _withdraw(fast, 100)

    assert slow.account["balance_cents"] == fast.account["balance_cents"] > 45_000


def test_the_demo_account_can_be_paid_out(demo_desk: Any) -> None:
    """GARD-156, GARD-158"""
    assert demo_desk.get("/payout/settings").json["method"] == "paypal"
    assert [row["status"] for row in demo_desk.get("/payout/withdrawals").json["withdrawals"]] == ["completed"] * 2
    assert _withdraw(demo_desk, 20_000).status_code == 200
