"""OG-095 to OG-102: earnings, payouts, and what Wise says of them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import hooks, machines, signing, wares
from conformance.checks.og_records.refusing import refused
from conformance.judge import NotTested
from conformance.properties import lifecycle, paging
from conformance.properties.staffing import staff_cannot, staff_moves

_MONEY = re.compile(r"-?\d+\.\d{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_STYLE = paging.Cursors(next="/meta/next_cursor")
# A row of earnings has no id: the whole row is what must not come twice.
EARNINGS = paging.Listing("listEarnings", _STYLE, identity="")
PAYOUTS = paging.Listing("listPayouts", _STYLE)
Row = dict[str, Any]
_FILTERS = (
    ("release_id",),
    ("track_id",),
    ("period",),
    ("track_id", "period"),
    ("release_id", "track_id", "period"),
)


def rows(case: Case, **query: str) -> list[Row]:
    """Return every row of the earnings that a query finds."""
    return [dict(row) for row in paging.walk(case, EARNINGS, 100, query).ids]


def total(found: list[Row]) -> Decimal:
    """Return the sum of some rows' amounts."""
    amounts = [str(row.get("amount")) for row in found]
    judge.equal("the amounts that are none", [], [text for text in amounts if not _MONEY.fullmatch(text)])
    return sum(map(Decimal, amounts), Decimal())


def _any_row(case: Case) -> Row:
    answer = case.given(case.call("listEarnings", query={"limit": 1}), 200)
    if not answer.items("/data"):
        raise NotTested("there are no earnings")
    return dict(answer.items("/data")[0])


def filters_find_their_rows(case: Case) -> None:
    """Filtered by release, track, period or several, exactly the matching rows come, and their sum agrees."""
    row, everything = _any_row(case), rows(case)
    for names in _FILTERS:
        query = {name: str(row.get(name)) for name in names}
        found = rows(case, **query)
        judge.that(row in found, f"the filter {query} does not find its row", expected=row)
        strange = [row for row in found if not _fits(row, query)]
        judge.equal(f"the rows that do not match {query}", [], strange)
        expected = [row for row in everything if _fits(row, query)]
        judge.equal(f"the number of rows of {query}", len(expected), len(found))
        judge.equal(f"the sum of the amounts of {query}", str(total(expected)), str(total(found)))


def _fits(row: Row, query: dict[str, str]) -> bool:
    return all(row.get(name) == value for name, value in query.items())


def unknown_filter_value_finds_nothing(case: Case, query: tuple[str, str]) -> None:
    """A release, track or period without earnings gives an empty list."""
    answer = case.call("listEarnings", query=[query])
    judge.status(answer, 200)
    judge.equal("the rows", [], answer.at("/data"), answer)


def foreign_earnings_are_hidden(case: Case) -> None:
    """The rows of one account are not found by another."""
    row = _any_row(case)
    answer = case.call("listEarnings", query={"release_id": row.get("release_id")}, principal="second-account")
    judge.that(not answer.items("/data"), "a stranger sees the rows", answer, expected=[])


def iterator_visits_every_earning(case: Case, size: int) -> None:
    """Following the cursor with any page size visits every row once, in one order, and ends with null."""
    row = _any_row(case)
    query = {"release_id": str(row.get("release_id")), "period": str(row.get("period"))}
    whole = paging.visits_everything_once(case, EARNINGS, 100, [row], query)
    walk = paging.visits_everything_once(case, EARNINGS, size, [row], query)
    judge.equal("the rows of the walk", whole.ids, walk.ids, walk.pages[-1])
    _ends(walk, size)


def _ends(walk: paging.Walk, size: int) -> None:
    last = walk.pages[-1]
    judge.equal("next_cursor of the last page", None, last.at("/meta/next_cursor"), last)
    for page in walk.pages:
        judge.equal("limit", size, page.at("/meta/limit"), page)


def whole_list_can_be_walked(case: Case) -> None:
    """All earnings can be walked: no row is lost or doubled."""
    _ends(paging.visits_everything_once(case, EARNINGS, 100, [_any_row(case)]), 100)


def iterator_visits_every_payout(case: Case, size: int) -> None:
    """Following the cursor visits every payout once and ends with null."""
    mine = [] if case.is_read_only else [wares.id_of(wares.payout(case)) for _ in range(3)]
    _ends(paging.visits_everything_once(case, PAYOUTS, size, mine), size)


def new_rows_disturb_no_walk(case: Case) -> None:
    """A payout that is requested during a walk neither hides nor repeats another."""
    mine = [wares.id_of(wares.payout(case)) for _ in range(4)]
    first = case.given(case.call("listPayouts", query={"limit": 2}), 200)
    wares.payout(case)
    query = {"limit": 100, "cursor": first.at("/meta/next_cursor")}
    rest = case.given(case.call("listPayouts", query=query), 200)
    seen = [entry.get("id") for answer in (first, rest) for entry in answer.items("/data")]
    judge.equal("how often each was seen", [1] * 4, [seen.count(id) for id in mine], rest)


def page_has_its_default(case: Case) -> None:
    """Without a limit a page has at most 20 rows; 100 are the most, and others are refused."""
    answer = case.call("listEarnings")
    judge.status(answer, 200)
    judge.that(len(answer.items("/data")) <= 20, "the page is longer", answer, received=len(answer.items("/data")))
    for wrong in (0, -1, 101, "many"):
        refused(case.call("listEarnings", query={"limit": wrong}), 422)


def amounts_are_exact(case: Case) -> None:
    """Amounts are texts with two decimals, next to a currency of three letters."""
    for operation in ("listEarnings", "listPayouts"):
        answer = case.given(case.call(operation, query={"limit": 100}), 200)
        for row in answer.items("/data"):
            amount, currency = row.get("amount"), row.get("currency")
            fits = isinstance(amount, str) and _MONEY.fullmatch(amount)
            judge.that(fits, "an amount has another form", answer, expected="12.34", received=amount)
            fits = isinstance(currency, str) and _CURRENCY.fullmatch(currency)
            judge.that(fits, "a currency has another form", answer, expected="EUR", received=currency)


def request_appears_in_the_history(case: Case) -> None:
    """A requested payout stands in the history with the amount asked for, first of all, and in no other account's."""
    answer = wares.payout(case, "2.50")
    id = wares.id_of(answer)
    listed = case.given(case.call("listPayouts", query={"limit": 100}), 200)
    entry = wares.find_payout(case, id)
    judge.that(entry is not None, "the history does not show it", listed, expected=id)
    judge.equal("the payout in the history", answer.json, entry, listed)
    times = [str(row.get("requested_at")) for row in listed.items("/data")]
    judge.equal("the history from new to old", sorted(times, reverse=True), times, listed)


def history_keeps_the_past(case: Case) -> None:
    """A payout stays in the history whatever becomes of it."""
    ids = {state: machines.payout_in(case, state) for state in ("paid", "failed", "cancelled")}
    for state, id in ids.items():
        entry = wares.find_payout(case, id) or {}
        judge.equal("the status in the history", state, entry.get("status"))
        judge.equal("paid_at is told", state == "paid", entry.get("paid_at") is not None)


def strangers_history_is_another(case: Case) -> None:
    """A payout of one account is not in another's history."""
    id = wares.id_of(wares.payout(case))
    answer = case.given(case.call("listPayouts", query={"limit": 100}, principal="second-account"), 200)
    judge.that(id not in [row.get("id") for row in answer.items("/data")], "a stranger sees the payout", answer)


def payout_can_be_requested(case: Case, amount: str) -> None:
    """A payout of a part of the balance is taken, with an id, a status and the amount asked for."""
    answer = case.call("requestPayout", json={"amount": amount, "currency": "EUR"})
    judge.that(answer.is_success, "the payout is refused", answer, expected="2xx", received=answer.status)
    for name in ("id", "status"):
        judge.that(isinstance(answer.at(f"/{name}"), str), f"there is no {name}", answer)
    judge.equal("amount", f"{Decimal(amount):.2f}", answer.at("/amount"), answer)


def whole_balance_goes_once(case: Case) -> None:
    """Without an amount the whole balance is asked for, earnings less payouts; then nothing is left to ask for."""
    with case.own_sandbox() as inside:
        expected = total(rows(inside)) - _taken(inside)
        answer = inside.call("requestPayout")
        judge.status(answer, 201)
        judge.equal("amount", f"{expected:.2f}", answer.at("/amount"), answer)
        refused(inside.call("requestPayout", json={}), 422)
        refused(inside.call("requestPayout", json={"amount": "1.00"}), 422)


def _taken(case: Case) -> Decimal:
    payouts = [entry for page in paging.walk(case, PAYOUTS, 100).pages for entry in page.items("/data")]
    return total([entry for entry in payouts if entry.get("status") not in ("failed", "cancelled")])


def money_comes_back(case: Case, end: str) -> None:
    """A payout that fails or is cancelled puts its amount back into the balance."""
    with case.own_sandbox() as inside:
        answer = inside.given(inside.call("requestPayout"), 201)
        refused(inside.call("requestPayout"), 422)
        state = {"failed": "funds_refunded", "cancelled": "cancelled"}[end]
        inside.given(machines.send_wise(inside, answer.at("/provider_reference"), state), 200)
        again = inside.call("requestPayout")
        judge.status(again, 201)
        judge.equal("amount", answer.at("/amount"), again.at("/amount"), again)


def wrong_amount_is_refused(case: Case, amount: str) -> None:
    """More than the balance, or not more than 0, is refused and asks for nothing."""
    before = case.given(case.call("listPayouts", query={"limit": 1}), 200)
    refused(case.call("requestPayout", json={"amount": amount}), 422)
    after = case.call("listPayouts", query={"limit": 1})
    judge.equal("the newest payout", before.at("/data"), after.at("/data"), after)


def event_names_its_payout(case: Case, word: str) -> None:
    """Wise's event moves the payout that it names and no other, and one webhook tells of it."""
    target = next(event for event, words in machines.WISE_STATES.items() if word in words)
    expected = {
        "wise_processing": "processing",
        "wise_sent": "paid",
        "wise_cancelled": "cancelled",
        "wise_returned": "failed",
    }
    with hooks.listening(case, "payout.status_changed", world="demo") as line:
        inside = line.case
        answer, other = wares.payout(inside), wares.id_of(wares.payout(inside))
        judge.status(machines.send_wise(inside, answer.at("/provider_reference"), word), 200)
        id = wares.id_of(answer)
        judge.equal("the status", expected[target], machines.payout_state(inside, id))
        judge.equal("the status of another payout", "requested", machines.payout_state(inside, other))
        told = {"payout_id": id, "old_status": "requested", "new_status": expected[target]}
        judge.equal("what the webhooks tell", [told], line.told())


def event_that_does_not_fit_changes_nothing(case: Case, move: lifecycle.Move) -> None:
    """A state of Wise's that the payout cannot follow is acknowledged and changes nothing."""
    id = machines.payout_in(case, move.state)
    judge.status(machines.move_payout(case, id, move), 200)
    judge.equal("the status", move.state, machines.payout_state(case, id))


def unknown_transfer_is_acknowledged(case: Case) -> None:
    """An event about a transfer that belongs to no payout is acknowledged."""
    event = signing.wise_event("999999999999", "outgoing_payment_sent")
    judge.status(signing.sign(case, "wise", event).send(case), 200)


def production_asks_for_kyc(case: Case, plan: str) -> None:
    """With a production key a payout of an account without verified identity is 403; with one it is taken."""
    key = wares.mint(case, ["payouts:write", "payouts:read"], plan=plan)["name"]
    refused(case.call("requestPayout", json={"amount": "1.00"}, principal=key), 403)
    account = str(case.account("second-account")["account"])
    verified = wares.mint(case, ["payouts:write"], plan=plan, account=account)["name"]
    answer = case.call("requestPayout", json={"amount": "1.00"}, principal=verified)
    judge.status(answer, 201)


CHECKS = (
    check("OG-095", filters_find_their_rows),
    check(
        "OG-095",
        unknown_filter_value_finds_nothing,
        each=(("release_id", wares.NO_ID), ("track_id", wares.NO_ID), ("period", "1999-01")),
    ),
    check("OG-095", foreign_earnings_are_hidden, needs=("second-account",), required=False),
    check("OG-096", iterator_visits_every_earning, each=(1, 2, 7)),
    check("OG-096", whole_list_can_be_walked),
    check("OG-096", iterator_visits_every_payout, each=(1, 3)),
    check("OG-096", new_rows_disturb_no_walk, needs=("destructive",)),
    check("OG-096", page_has_its_default),
    check("OG-097", amounts_are_exact),
    check("OG-098", request_appears_in_the_history),
    check("OG-098", history_keeps_the_past, needs=("control", "inbound", "destructive"), required=False),
    check("OG-098", strangers_history_is_another, needs=("second-account", "destructive"), required=False),
    replace(staff_moves("OG-098", machines.STAFFED_PAYOUT), required=False),
    replace(staff_cannot("OG-098", machines.STAFFED_PAYOUT), required=False),
    check("OG-099", payout_can_be_requested, each=("1.00", "3.5", "12")),
    check("OG-099", whole_balance_goes_once, needs=("control", "destructive"), required=False),
    check("OG-099", money_comes_back, each=("failed", "cancelled"), needs=("control", "inbound"), required=False),
    check("OG-100", wrong_amount_is_refused, each=("999999999.00", "0", "0.00", "0.99", "-5.00")),
    lifecycle.legal_moves("OG-101", machines.PAYOUT),
    check(
        "OG-101",
        event_names_its_payout,
        each=tuple(word for words in machines.WISE_STATES.values() for word in words),
        needs=("inbound", "destructive", "webhooks"),
    ),
    check(
        "OG-128",
        event_that_does_not_fit_changes_nothing,
        each=lambda contract: lifecycle.find_moves(contract, machines.PAYOUT, False),
        needs=("control", "inbound", "destructive"),
        name="wise_event_that_does_not_fit_changes_nothing",
    ),
    check("OG-128", unknown_transfer_is_acknowledged),
    check("OG-102", production_asks_for_kyc, each=("free", "business")),
)
