"""Money: what tracks earn, who gets which cent of it, what is paid out."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from mockserver.providers.og_records.money import apportion, print_money, read_money


def _walk(desk: Any, path: str, limit: int = 100, key: str = "full") -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    mark = "&" if "?" in path else "?"
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = desk.get(f"{path}{mark}limit={limit}{more}", key=key).json
        assert len(page["data"]) <= limit == page["meta"]["limit"]
        rows += page["data"]
        cursor = page["meta"]["next_cursor"]
    return rows


def _sum(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["amount"]) for row in rows), Decimal())


def _balance(desk: Any, account: str = "nordwind", key: str = "full") -> Decimal:
    """What the account has earned less what it was paid, from what the API shows."""
    payouts = [one for one in _walk(desk, "/api/v1/payouts", key=key) if one["status"] not in ("failed", "cancelled")]
    return _sum(_walk(desk, "/api/v1/earnings", key=key)) - _sum(payouts)


# earnings


def test_a_sandbox_key_sees_earnings_and_payouts(desk: Any) -> None:
    """OG-046"""
    earnings = desk.get("/api/v1/earnings").json
    payouts = desk.get("/api/v1/payouts").json

    assert len(earnings["data"]) == 20 == earnings["meta"]["limit"]
    assert {one["status"] for one in payouts["data"]} == {"paid", "failed", "cancelled"}


def test_amounts_are_exact_decimals_in_euros(desk: Any) -> None:
    """OG-097"""
    rows = _walk(desk, "/api/v1/earnings")

    assert {row["currency"] for row in rows} == {"EUR"}
    assert all(print_money(read_money(row["amount"])) == row["amount"] for row in rows)


@pytest.mark.parametrize("name", ["release_id", "track_id", "period"])
def test_earnings_can_be_seen_per_release_track_and_period(desk: Any, name: str) -> None:
    """OG-095"""
    everything = _walk(desk, "/api/v1/earnings")
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in everything:
        groups[row[name]].append(row)

    for value, rows in list(groups.items())[:5]:
        assert _walk(desk, f"/api/v1/earnings?{name}={value}") == rows
    assert sum(map(_sum, groups.values())) == _sum(everything)


def test_filters_hold_together(desk: Any) -> None:
    """OG-095"""
    row = desk.get("/api/v1/earnings?limit=1").json["data"][0]
    other = next(one for one in _walk(desk, "/api/v1/earnings") if one["release_id"] != row["release_id"])
    chosen = f"release_id={row['release_id']}&track_id={row['track_id']}&period={row['period']}"

    rows = _walk(desk, f"/api/v1/earnings?{chosen}")
    none = _walk(desk, f"/api/v1/earnings?release_id={other['release_id']}&track_id={row['track_id']}")

    assert row in rows
    assert {(one["release_id"], one["track_id"], one["period"]) for one in rows} == {
        (row["release_id"], row["track_id"], row["period"])
    }
    assert none == []


def test_rows_stand_newest_period_first_then_by_release_track_and_service(desk: Any) -> None:
    rows = _walk(desk, "/api/v1/earnings")

    for before, after in pairwise(rows):
        assert before["period"] >= after["period"]
        if before["period"] == after["period"]:
            names = ("release_id", "track_id", "dsp")
            assert [before[name] for name in names] < [after[name] for name in names]


@pytest.mark.parametrize("path", ["/api/v1/earnings", "/api/v1/payouts", "/api/v1/earnings?period=2026-01"])
def test_a_walk_by_single_rows_visits_each_once(make_desk: Any, path: str) -> None:
    """OG-096"""
    desk = make_desk(limits=False)

    rows = _walk(desk, path, limit=1)

    assert len(rows) > 3
    assert rows == _walk(desk, path)


def test_payouts_that_arrive_during_a_walk_neither_hide_nor_repeat_any(desk: Any) -> None:
    """OG-096"""
    everything = _walk(desk, "/api/v1/payouts")
    first = desk.get("/api/v1/payouts?limit=2").json
    desk.post("/api/v1/payouts/request", {"amount": "1.00"})

    second = desk.get(f"/api/v1/payouts?limit=2&cursor={first['meta']['next_cursor']}").json

    assert first["data"] + second["data"] == everything[:4]


def test_earnings_that_arrive_during_a_walk_neither_hide_nor_repeat_any(desk: Any) -> None:
    """OG-096"""
    everything = _walk(desk, "/api/v1/earnings")
    first = desk.get("/api/v1/earnings?limit=50").json
    desk.advance(days=20)

    rest = _walk(desk, f"/api/v1/earnings?cursor={first['meta']['next_cursor']}")

    assert first["data"] + rest == everything
    assert len(_walk(desk, "/api/v1/earnings")) > len(everything)


@pytest.mark.parametrize("path", ["/api/v1/earnings", "/api/v1/payouts"])
@pytest.mark.parametrize("cursor", ["x", "e30", "eyJhZnRlciI6WzFdfQ", "eyJsZWZ0IjotMX0", "eyJsZWZ0Ijo5OTk5OX0"])
def test_a_made_up_cursor_is_refused(desk: Any, path: str, cursor: str) -> None:
    answer = desk.get(f"{path}?cursor={cursor}")

    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("period=2026-13", "period"),
        ("release_id=nope", "release_id"),
        ("track_id=nope", "track_id"),
        ("cursor=", "cursor"),
    ],
)
def test_a_wrong_filter_is_named(desk: Any, query: str, field: str) -> None:
    answer = desk.get(f"/api/v1/earnings?{query}")

    assert (answer.status_code, answer.json["error"]["details"][0]["field"]) == (422, field)


def test_what_another_account_earns_is_not_shown(desk: Any) -> None:
    """OG-069"""
    own = {row["release_id"] for row in _walk(desk, "/api/v1/earnings")}
    foreign = desk.get("/api/v1/earnings?limit=1", key="second-account").json["data"][0]

    rows = _walk(desk, f"/api/v1/earnings?release_id={foreign['release_id']}")

    assert foreign["release_id"] not in own
    assert rows == []


def test_every_cent_of_a_row_is_somebodys_part(desk: Any) -> None:
    """OG-087, OG-095: the parts follow the split of the track, else that of the release."""
    splits = {one["active_target"]: one for one in desk.records("splits") if one["active_target"]}

    for row in desk.records("earnings"):
        shares = splits.get(row["track_id"], splits[row["release_id"]])["shares"]
        assert sum(part["amount"] for part in row["parts"]) == row["amount"]
        assert [part["person_id"] for part in row["parts"]] == [share["person_id"] for share in shares]
        for part, share in zip(row["parts"], shares, strict=True):
            assert abs(part["amount"] - row["amount"] * share["percentage"] / 100) < 1


def test_a_release_earns_from_the_month_it_is_out_in(desk: Any) -> None:
    """OG-095: a month is booked when it has ended, for the days that the release was out."""
    release_id, track_id = desk.submitted()
    desk.advance(minutes=12)
    before = _balance(desk)

    desk.advance(days=17)

    rows = _walk(desk, f"/api/v1/earnings?track_id={track_id}")
    booked = [row for row in desk.records("earnings") if row["track_id"] == track_id]
    assert {(row["period"], row["release_id"]) for row in rows} == {("2026-03", release_id)}
    assert {row["dsp"] for row in rows} <= {"spotify", "tidal"}
    assert all(row["parts"] == [{"person_id": None, "amount": row["amount"]}] for row in booked)
    assert _balance(desk) > before


def test_a_new_split_holds_for_what_is_booked_from_then_on(desk: Any) -> None:
    """OG-086"""
    release = next(one for one in desk.records("releases") if one["status"] == "distributed")
    person = desk.post("/api/v1/persons", {"name": "New"}).json["id"]
    track = next(one for one in desk.records("tracks") if one["release_id"] == release["id"])
    body = {"track_id": track["id"], "shares": [{"person_id": person, "percentage": 100}]}
    desk.post("/api/v1/splits", body)

    desk.advance(days=20)

    of_track = [row for row in desk.records("earnings") if row["track_id"] == track["id"]]
    assert {part["person_id"] for row in of_track if row["period"] == "2026-03" for part in row["parts"]} == {person}
    assert person not in {part["person_id"] for row in of_track if row["period"] < "2026-03" for part in row["parts"]}


def test_what_is_withdrawn_earns_no_more(manual: Any) -> None:
    out = next(one for one in manual.records("releases") if one["status"] == "distributed")
    manual.fire("release", out["id"], "take_down")

    manual.advance(days=20)

    assert _walk(manual, f"/api/v1/earnings?release_id={out['id']}&period=2026-03") == []
    assert _walk(manual, "/api/v1/earnings?period=2026-03") != []


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (1, [1, 1], [1, 0]),
        (0, [5, 5], [0, 0]),
        (10, [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")], [3, 3, 4]),
        (7, [0, 1], [0, 7]),
    ],
)
def test_sharing_out_loses_nothing(total: int, weights: list[Any], parts: list[int]) -> None:
    assert apportion(total, weights) == parts


def test_nothing_can_be_shared_out_among_nobody() -> None:
    with pytest.raises(ValueError, match="weights"):
        apportion(5, [0, 0])


def test_money_below_nothing_is_printed_too() -> None:
    assert (print_money(-5), print_money(-1234), read_money("7"), read_money("0.5")) == ("-0.05", "-12.34", 700, 50)


# payouts


def test_a_payout_can_be_requested_by_hand(manual: Any) -> None:
    """OG-099, OG-098, OG-047"""
    before = _balance(manual)

    answer = manual.post("/api/v1/payouts/request", {"amount": "250.5", "currency": "EUR"})

    payout = answer.json
    assert (answer.status_code, payout["status"], payout["amount"]) == (201, "requested", "250.50")
    assert (payout["requested_at"], payout["paid_at"]) == ("2026-03-15T12:00:00.000000Z", None)
    assert payout["provider_reference"].isdigit()
    assert _walk(manual, "/api/v1/payouts")[0] == payout
    assert before - _balance(manual) == Decimal("250.50")


@pytest.mark.parametrize("body", [None, {}])
def test_without_an_amount_the_whole_balance_is_paid(manual: Any, body: Any) -> None:
    """OG-099"""
    balance = _balance(manual)

    answer = manual.post("/api/v1/payouts/request", body)

    assert Decimal(answer.json["amount"]) == balance
    assert _balance(manual) == 0


def test_an_empty_balance_cannot_be_paid(manual: Any) -> None:
    """OG-100"""
    manual.post("/api/v1/payouts/request")

    answer = manual.post("/api/v1/payouts/request")

    assert (answer.status_code, answer.json["error"]["details"][0]["code"]) == (422, "not_positive")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"amount": "999999999"}, "amount", "above_balance"),
        ({"amount": "0"}, "amount", "not_positive"),
        ({"amount": "0.00"}, "amount", "not_positive"),
        ({"amount": "0.99"}, "amount", "below_minimum"),
        ({"amount": "-5"}, "amount", "wrong_format"),
        ({"amount": "1.005"}, "amount", "wrong_format"),
        ({"amount": 5}, "amount", "wrong_type"),
        ({"amount": "9" * 40}, "amount", "too_long"),
        ({"currency": "USD"}, "currency", "wrong_currency"),
    ],
)
def test_an_amount_that_cannot_be_paid_is_refused(desk: Any, body: dict[str, Any], field: str, code: str) -> None:
    """OG-100"""
    before = len(_walk(desk, "/api/v1/payouts"))

    answer = desk.post("/api/v1/payouts/request", body)

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json["error"]["details"]] == [(field, code)]
    assert len(_walk(desk, "/api/v1/payouts")) == before


def test_one_cent_more_than_the_balance_is_refused_and_the_balance_itself_is_paid(manual: Any) -> None:
    """OG-100"""
    balance = _balance(manual)

    more = manual.post("/api/v1/payouts/request", {"amount": f"{balance + Decimal('0.01')}"})
    all_of_it = manual.post("/api/v1/payouts/request", {"amount": f"{balance}"})

    assert more.json["error"]["details"][0]["message"] == f"At most {balance} EUR can be paid out."
    assert all_of_it.status_code == 201


def test_a_payout_is_paid_by_itself(desk: Any) -> None:
    desk.post("/api/v1/payouts/request", {"amount": "5"})
    states = []

    for minutes in (5, 60):
        desk.advance(minutes=minutes)
        payout = desk.get("/api/v1/payouts?limit=1").json["data"][0]
        states.append((payout["status"], payout["paid_at"]))

    assert states == [("processing", None), ("paid", "2026-03-15T13:05:00.000000Z")]


@pytest.mark.parametrize(("events", "status"), [(("start", "fail"), "failed"), (("wise_cancelled",), "cancelled")])
def test_what_was_not_paid_is_in_the_balance_again(manual: Any, events: tuple[str, ...], status: str) -> None:
    before = _balance(manual)
    payout = manual.post("/api/v1/payouts/request", {"amount": "100"}).json
    for event in events:
        manual.fire("payout", payout["provider_reference"], event)

    assert _walk(manual, "/api/v1/payouts")[0]["status"] == status
    assert _balance(manual) == before


@pytest.mark.parametrize("key", ["free", "business"])
def test_production_asks_for_kyc(manual: Any, key: str) -> None:
    """OG-102"""
    answer = manual.post("/api/v1/payouts/request", {"amount": "5"}, key=key)

    assert (answer.status_code, answer.json["error"]["code"]) == (403, "kyc_required")


def test_a_verified_account_is_paid_in_production(manual: Any) -> None:
    """OG-102"""
    key = manual.mint(kind="api_key", plan="business", account="hafenkante")["value"]

    verified = manual.post("/api/v1/payouts/request", {"amount": "5"}, key=key)
    manual.change("accounts", "nordwind", kyc_verified=True)
    later = manual.post("/api/v1/payouts/request", {"amount": "5"}, key="free")

    assert (verified.status_code, later.status_code) == (201, 201)


def test_the_sandbox_never_asks_for_kyc(manual: Any) -> None:
    """OG-047"""
    assert manual.world.require("accounts", "nordwind")["kyc_verified"] is False

    assert manual.post("/api/v1/payouts/request", {"amount": "5"}).status_code == 201


def test_the_balance_follows_whatever_a_tester_does_to_the_records(manual: Any) -> None:
    """OG-100: what is derived from rows and payouts is never stale."""
    before = _balance(manual)
    row = next(one for one in manual.records("earnings") if one["account"] == "nordwind")
    payout = next(one for one in manual.records("payouts") if one["status"] == "paid")
    world = manual.world
    with manual.app.store.transaction(world.space):
        world.put("earnings", {**row, "amount": row["amount"] + 12_345})
        world.delete("payouts", payout["id"])

    answer = manual.post("/api/v1/payouts/request")

    assert Decimal(answer.json["amount"]) == before + Decimal("123.45") + Decimal(print_money(payout["amount"]))
    assert _balance(manual) == 0
