"""Analytics, royalties and finance: one ledger, and every figure a sum over it."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.providers.tonegrid.money.statements import allocate, parts_of

LAST_MONTH = {"from": "2026-10-01", "to": "2026-10-31"}
KEYS = ("full", "second-account", "client-tenant", "platform")


def cents(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest)


def pages(room: Any, path: str, key: str = "full", **query: Any) -> list[dict[str, Any]]:
    """Return all rows of a list by its cursor."""
    found, cursor = [], ""
    while True:
        answer = room.get(path, key, cursor=cursor, **query).json
        found += answer["data"]
        if not answer["meta"]["has_more"]:
            return found
        cursor = answer["meta"]["next_cursor"]


def summary(room: Any, key: str = "full", **query: str) -> dict[str, Any]:
    return dict(room.get("/analytics/summary", key, **query).json)


# analytics


@pytest.mark.parametrize("key", KEYS)
def test_every_breakdown_adds_up_to_the_summary(unlimited: Any, key: str) -> None:
    """TG-088, TG-089, TG-090, TG-092: ranked, complete, by display names."""
    room = unlimited
    whole = summary(room, key, **LAST_MONTH)

    lists = {
        name: room.get(f"/analytics/{name}", key, **LAST_MONTH).json["data"]
        for name in ("releases", "territories", "dsps")
    }

    for rows in lists.values():
        streams = [row["streams"] for row in rows]
        assert sum(streams) == whole["total_streams"] > 0
        assert streams == sorted(streams, reverse=True)
    assert whole["top_dsp"] == lists["dsps"][0]["dsp"]
    assert whole["top_territory"] == lists["territories"][0]["territory"]
    assert whole["top_release"]["uuid"] == lists["releases"][0]["release_uuid"]
    assert lists["territories"][0]["country_name"] == "Nigeria"


def test_ranges_default_to_thirty_days_and_have_an_order(room: Any) -> None:
    """TG-087, TG-091."""
    default = summary(room)
    half = room.get("/analytics/releases", **{"from": "2026-11-01"}).json

    wrong = room.get("/analytics/dsps", **{"from": "2026-11-02", "to": "2026-11-01"})
    unread = room.get("/analytics/dsps", **{"from": "yesterday"})
    empty = summary(room, **{"from": "2019-01-01", "to": "2019-01-31"})

    assert (default["from"], default["to"]) == ("2026-10-29", "2026-11-28")
    assert (half["from"], half["to"]) == ("2026-11-01", "2026-11-28")
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["to"])
    assert unread.status_code == 400
    assert (empty["total_streams"], empty["total_revenue_usd"], empty["top_release"]) == (0, "0.00", None)


def test_a_territory_report_can_be_of_one_release(room: Any) -> None:
    """TG-088, TG-027."""
    top = summary(room, **LAST_MONTH)["top_release"]

    rows = room.get("/analytics/territories", release_uuid=top["uuid"], **LAST_MONTH).json["data"]

    assert sum(row["streams"] for row in rows) == top["streams"]
    assert room.get("/analytics/territories", "second-account", release_uuid=top["uuid"]).status_code == 404


# reconciliation


@pytest.mark.parametrize("key", ["full", "second-account"])
def test_analytics_royalties_sales_and_statements_tell_one_amount(unlimited: Any, key: str) -> None:
    """C-43, TG-094, TG-223: month by month, five views of the same money, to the cent and to the stream."""
    room = unlimited
    royalties = room.get("/royalties/statements", key).json["statements"]
    statements = {one["period"]: one for one in pages(room, "/finance/statements", key)}

    assert [one["period"] for one in royalties] == ["2026-10", "2026-09", "2026-08"]
    for one in royalties:
        month, last = one["period"], {"2026-08": 31, "2026-09": 30, "2026-10": 31}[one["period"]]
        detail = room.get(f"/royalties/statements/{one['id']}", key).json["statement"]
        sales = room.get("/finance/sales-reports", key, period=month).json["totals"]
        figures = summary(room, key, **{"from": f"{month}-01", "to": f"{month}-{last}"})
        total = cents(one["total_usd"])
        assert total == sum(cents(line["revenue_usd"]) for line in detail["breakdown"])
        assert total == sales["gross_usd_minor"] == cents(figures["total_revenue_usd"])
        assert total == statements[month]["gross_minor"]
        streams = sum(line["streams"] for line in detail["breakdown"])
        assert streams == sales["streams"] == figures["total_streams"] == statements[month]["total_streams"] > 0


@pytest.mark.parametrize("key", ["full", "second-account"])
def test_statements_are_what_their_payees_get(unlimited: Any, key: str) -> None:
    """TG-218, TG-223: net = gross - commission - withholding, and the payees' parts are together just that."""
    parts = {one["uuid"]: one for one in pages(unlimited, "/finance/payee-statements", key)}

    for one in pages(unlimited, "/finance/statements", key):
        own = one["payee_statements"]
        names = ("gross_minor", "withholding_tax_minor", "net_payable_minor")
        gross, withheld, net = (sum(part[name] for part in own) for name in names)
        assert (
            one["net_payable_minor"] == one["gross_minor"] - one["commission_minor"] - one["withholding_minor"] == net
        )
        assert (gross, withheld) == (one["gross_minor"] - one["commission_minor"], one["withholding_minor"])
        assert sum(part["split_share"] for part in own) == 100
        assert all(parts[part["uuid"]] == part for part in own)
        assert all(type(part[name]) is int for part in own for name in names)


def balances(room: Any, key: str = "full") -> tuple[int, ...]:
    """Return available, pending, in flight, paid, gross; royalties and finance must agree on what both show."""
    royalty = room.get("/royalties/balance", key).json["balance"]
    finance = room.get("/finance/balance", key).json["data"]
    assert cents(royalty["available_usd"]) == finance["available_usd_minor"]
    return (
        finance["available_usd_minor"], cents(royalty["pending_usd"]), finance["in_flight_usd_minor"],
        finance["lifetime_paid_usd_minor"], finance["lifetime_gross_usd_minor"],
    )  # fmt: skip


def test_the_balance_is_what_statements_payouts_and_withdrawals_leave(unlimited: Any) -> None:
    """C-43, TG-093: every cent of the net of approved statements is available, under way or paid."""
    room = unlimited
    room.post("/royalties/withdrawals", {"amount_usd": 25.5})
    available, pending, in_flight, paid, gross = balances(room)

    statements = pages(room, "/finance/statements")
    approved = sum(one["net_payable_minor"] for one in statements if one["state"] == "approved")
    payouts = pages(room, "/finance/payouts")
    sales = room.get("/finance/sales-reports").json["totals"]["gross_usd_minor"]

    assert available + in_flight + paid == approved
    assert in_flight == 2550 + sum(one["amount_minor"] for one in payouts if one["state"] in ("pending", "sent"))
    assert paid == sum(one["amount_minor"] for one in payouts if one["state"] == "succeeded")
    assert gross == sales
    drafts = sum(one["net_payable_minor"] for one in statements if one["state"] == "draft")
    rest = gross - sum(one["gross_minor"] for one in statements)
    assert pending == drafts + parts_of(rest)[2]
    assert available > 10_000


def test_a_parent_accounts_for_all_below_it(unlimited: Any) -> None:
    """TG-239: the platform's gross is that of everybody; a client's money is in its parent's."""
    room = unlimited
    gross = {key: balances(room, key)[4] for key in KEYS}

    own = pages(room, "/finance/sales-reports", per_page=500)
    releases = {release["id"]: release["tenant"] for release in room.find("releases")}

    assert gross["platform"] == gross["full"] + gross["second-account"]
    childs = [row["gross_usd_minor"] for row in own if releases[row["release_id"]] == room.account("client-tenant")]
    assert sum(childs) == gross["client-tenant"] > 0


def test_sales_rows_convert_to_the_cent_and_totals_are_over_all_pages(unlimited: Any) -> None:
    """TG-222, TG-051."""
    first = unlimited.get("/finance/sales-reports", per_page=7).json
    rows = pages(unlimited, "/finance/sales-reports", per_page=200)

    assert len(first["data"]) == 7
    assert len(rows) == first["meta"]["total"]
    for name in ("streams", "downloads", "gross_usd_minor"):
        assert sum(row[name] for row in rows) == first["totals"][name]
    assert all(round(row["gross_revenue_minor"] * row["fx_rate"], 6) == row["gross_usd_minor"] for row in rows)
    keys = {(row["period"], row["dsp"], row["release_id"], row["track_id"], row["country"]) for row in rows}
    assert len(keys) == len(rows)


def test_sales_filter_by_every_dimension(unlimited: Any) -> None:
    """TG-222: each filter alone parts the whole; an unknown value leaves nothing."""
    rows = pages(unlimited, "/finance/sales-reports", per_page=500)

    for query, member in (
        ("period", "period"), ("dsp", "dsp"), ("release", "release_id"), ("track", "track_id"), ("isrc", "isrc"),
        ("country", "country"),
    ):  # fmt: skip
        value = rows[0][member]
        answer = unlimited.get("/finance/sales-reports", **{query: value, "per_page": 500}).json
        assert answer["totals"]["streams"] == sum(row["streams"] for row in rows if row[member] == value)
        assert {row[member] for row in answer["data"]} == {value}
        assert unlimited.get("/finance/sales-reports", **{query: "nothing"}).json["totals"]["streams"] == 0
    spelled = unlimited.get("/finance/sales-reports", dsp="apple-music").json["totals"]
    assert spelled == unlimited.get("/finance/sales-reports", dsp="applemusic").json["totals"]


def test_quarters_hold_their_months(unlimited: Any) -> None:
    """TG-222: a period code of a quarter counts its months' sales."""
    quarter = unlimited.get("/finance/sales-reports", period="2026-Q3").json["totals"]
    months = [unlimited.get("/finance/sales-reports", period=f"2026-{month}").json["totals"] for month in ("08", "09")]

    assert quarter["gross_usd_minor"] == sum(month["gross_usd_minor"] for month in months)


# withdrawals


def test_a_withdrawal_lowers_the_balance_until_it_comes_back(room: Any) -> None:
    """TG-096, TG-097, TG-098."""
    before = balances(room)

    answer = room.post("/royalties/withdrawals", {"amount_usd": 500.25, "note": "rent"})
    during = balances(room)
    made = answer.json["withdrawal"]
    room.fire("withdrawal", made["id"], "fail")

    assert answer.status_code == 201
    assert (made["amount_usd"], made["status"], made["estimated_arrival"]) == ("500.25", "processing", "2026-11-30")
    assert made["id"].startswith("wth_")
    assert (during[0], during[2]) == (before[0] - 50_025, before[2] + 50_025)
    assert balances(room) == before


def test_a_withdrawal_arrives_after_two_days(timed: Any) -> None:
    before = balances(timed)
    timed.post("/royalties/withdrawals", {"amount_usd": 10})

    timed.advance(days=2)

    after = balances(timed)
    assert (after[0], after[3]) == (before[0] - 1000, before[3] + 1000)


@pytest.mark.parametrize("amount", [9.99, 10_000_000, 10.001, "20", None])
def test_withdrawals_have_limits(room: Any, amount: Any) -> None:
    """TG-096, TG-098."""
    answer = room.post("/royalties/withdrawals", {"amount_usd": amount})

    assert answer.status_code == 422
    if amount == 10_000_000:
        assert answer.json["error"] == "Insufficient available balance."


# statements and periods


def test_the_month_end(room: Any) -> None:
    """TG-220, TG-221, TG-188, TG-224: close, draw, approve, pay; pending becomes available, under way and paid."""
    room.subscribe("royalty_statement.ready")
    room.advance(days=3)
    before = balances(room)
    room.fire("finance_period", period(room, "2026-11"), "begin_closing")
    room.fire("finance_period", period(room, "2026-11"), "close")
    drawn = room.get("/finance/statements").json["data"][0]
    assert balances(room) == before

    approved = room.post(f"/finance/statements/{drawn['uuid']}/approve")
    again = room.post(f"/finance/statements/{drawn['uuid']}/approve")

    assert (drawn["period"], drawn["state"]) == ("2026-11", "draft")
    assert approved.json["data"]["state"] == "approved"
    assert (again.status_code, again.json["error"]) == (409, "Only draft statements can be approved.")
    after = balances(room)
    net = drawn["net_payable_minor"]
    payouts = [one for one in pages(room, "/finance/payouts") if one["period"] == "2026-11"]
    assert len(payouts) == 3
    assert after[2] - before[2] == sum(one["amount_minor"] for one in payouts)
    assert after[0] + after[2] - before[0] - before[2] == net
    assert before[1] - after[1] in (net - 1, net, net + 1)  # pending is an estimate of one sum, statements are several
    import json

    body = json.loads(room.sent()[0]["body"])["data"]
    assert body["statement_id"] == "stmt_202611"
    assert cents(body["total_usd"]) == drawn["gross_minor"]
    assert room.get("/royalties/statements").json["statements"][0]["status"] == "finalized"
    for payout in payouts:
        room.fire("payout", payout["uuid"], "send")
    sent = [one for one in pages(room, "/finance/payouts") if one["period"] == "2026-11"]
    assert all(one["sent_at"] and one["external_reference"] for one in sent)
    room.fire("payout", sent[0]["uuid"], "succeed")
    room.fire("payout", sent[1]["uuid"], "fail", reason="Closed account.")
    done = balances(room)
    assert done[3] - after[3] == sent[0]["amount_minor"]
    assert done[0] - after[0] == sent[1]["amount_minor"]
    room.fire("finance_period", period(room, "2026-11"), "settle")
    assert {one["code"]: one["state"] for one in pages(room, "/finance/periods")}["2026-11"] == "paid"


def period(room: Any, code: str) -> str:
    return str(room.find("finance_periods", tenant=room.account("full"), code=code)[0]["id"])


def test_no_cent_is_stated_twice(room: Any) -> None:
    """A quarter that is closed after its months has nothing left to state."""
    made = room.post("/finance/periods", {"code": "2026-Q3", "type": "quarterly"}).json["data"]

    room.fire("finance_period", made["uuid"], "begin_closing")
    room.fire("finance_period", made["uuid"], "close")

    quarter = next(one for one in pages(room, "/finance/statements") if one["period"] == "2026-Q3")
    assert (made["starts_on"], made["ends_on"]) == ("2026-07-01", "2026-09-30")
    assert quarter["gross_minor"] == 0
    assert "stmt_2026Q3" not in [one["id"] for one in room.get("/royalties/statements").json["statements"]]


def test_period_codes_are_taken_once_per_tenant(room: Any) -> None:
    """TG-219."""
    body = {"code": "2030-01", "type": "monthly"}

    first = room.post("/finance/periods", body)
    second = room.post("/finance/periods", body)
    other = room.post("/finance/periods", body, "second-account")
    backwards = room.post(
        "/finance/periods", {"code": "x", "type": "adhoc", "starts_on": "2030-02-01", "ends_on": "2030-01-01"}
    )

    assert (first.json["data"]["state"], first.json["data"]["ends_on"]) == ("open", "2030-01-31")
    assert (second.status_code, second.json["error"]) == (409, "Period code already exists.")
    assert (other.status_code, backwards.status_code) == (201, 422)


def test_a_statement_can_be_read_as_a_pdf(room: Any) -> None:
    """TG-095."""
    detail = room.get("/royalties/statements/stmt_202609").json["statement"]
    path = detail["pdf_url"][detail["pdf_url"].index("/royalties") :]

    answer = room.get(path)

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.4")
    assert detail["total_usd"].encode() in answer.data
    assert room.get("/royalties/statements/stmt_199901").json["error"] == "Statement not found."


def test_payouts_show_every_way_to_end(room: Any) -> None:
    """TG-224: the demo world has one under way, one refused, others paid."""
    payouts = pages(room, "/finance/payouts")

    by_state = {one["state"]: one for one in payouts}
    assert set(by_state) == {"sent", "failed", "succeeded"}
    assert by_state["failed"]["error_message"] == "The bank account does not exist."
    assert by_state["succeeded"]["succeeded_at"] > by_state["succeeded"]["created_at"][:10]
    assert all(one["external_reference"] for one in payouts)


def test_what_is_live_goes_on_earning(room: Any) -> None:
    """Each midnight posts the day before: a new release from its first day on, and all views move together."""
    release = room.live("spotify", "apple-music")
    before = balances(room)[4]

    room.advance(days=3)

    rows = room.get("/analytics/releases", **{"from": "2026-11-28"}).json["data"]
    assert next(row for row in rows if row["release_uuid"] == release)["streams"] > 0
    assert balances(room)[4] > before
    figures = summary(room, **{"from": "2026-11-28"})
    assert cents(figures["total_revenue_usd"]) == balances(room)[4] - before
    room.put(f"/supply-chain/releases/{release}/territories", {"territory_mode": "include", "territory_codes": ["GH"]})
    room.advance(days=20)
    late = room.get("/analytics/territories", release_uuid=release, **{"from": "2026-12-01", "to": "2026-12-20"}).json[
        "data"
    ]
    assert {row["territory"] for row in late} == {"GH"}


def test_an_empty_world_begins_to_earn_with_its_first_release(bare: Any) -> None:
    assert balances(bare) == (0, 0, 0, 0, 0)
    bare.live("spotify")

    bare.advance(days=2)

    assert balances(bare)[4] > 0
    assert [one["code"] for one in pages(bare, "/finance/periods")] == ["2026-11"]


@pytest.mark.parametrize("amount", [0, 1, 2, 99, 100, 101, 12_345])
def test_parts_are_never_more_or_less_than_the_whole(amount: int) -> None:
    for shares in ([100], [55, 25, 12, 8], [33, 33, 34], [1] * 100):
        assert sum(allocate(amount, shares)) == amount
    assert sum(parts_of(amount)) == amount
