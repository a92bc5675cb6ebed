"""OG-098 to OG-102: payouts, and what Wise says of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import hooks, machines, signing, wares
from conformance.checks.og_records.money import PAYOUTS, Row, rows, total
from conformance.checks.og_records.refusing import coded, refused
from conformance.judge import NotTested
from conformance.properties import lifecycle, paging
from conformance.properties.staffing import staff_cannot, staff_moves


def payouts(case: Case) -> list[Row]:
    """Return every payout of the history."""
    return [dict(entry) for page in paging.walk(case, PAYOUTS, 100).pages for entry in page.items("/data")]


def balance_of(case: Case) -> Decimal:
    """Return all that was earned less what is paid or on its way."""
    taken = total([entry for entry in payouts(case) if entry.get("status") not in ("failed", "cancelled")])
    return total(rows(case)) - taken


def request_appears_in_the_history(case: Case) -> None:
    """A requested payout stands in the history with the amount asked for, first of all, and in no other account's."""
    answer = wares.payout(case, "2.50")
    id = wares.id_of(answer)
    listed = case.given(case.call("listPayouts", query={"limit": 100}), 200)
    entry = wares.find_payout(case, id)
    judge.that(entry is not None, "the history does not show it", listed, expected=id)
    for name in sorted({*answer.json} & {*(entry or {})}):
        judge.equal(f"{name} in the history", answer.at(f"/{name}"), (entry or {})[name], listed)
    times = [str(row.get("requested_at")) for row in listed.items("/data")]
    judge.equal("the history from new to old", sorted(times, reverse=True), times, listed)


def one_request_is_one_payout(case: Case) -> None:
    """A request makes one payout and takes its amount once; the same request again is another payout."""
    with case.own_sandbox() as inside:
        known, balance = payouts(inside), balance_of(inside)
        ids = [wares.id_of(wares.payout(inside, "1.25")) for _ in range(2)]
        new = [str(entry.get("id")) for entry in payouts(inside) if entry not in known]
        judge.equal("the new payouts in the history", sorted(ids), sorted(new))
        rest = inside.call("requestPayout")
        judge.status(rest, 201)
        judge.equal("the amount of the rest", f"{balance - Decimal('2.50'):.2f}", rest.at("/amount"), rest)


def _is_now(case: Case, name: str, text: Any) -> None:
    try:
        apart = abs(datetime.fromisoformat(str(text)).timestamp() - signing.now(case))
    except ValueError:
        raise judge.Broken(f"{name} is no instant", expected="RFC 3339", received=text, answer=None) from None
    judge.that(apart <= 60, f"{name} is not the present", expected="less than a minute ago", received=text)


def history_keeps_the_past(case: Case) -> None:
    """A payout stays in the history whatever becomes of it."""
    ids = {state: machines.payout_in(case, state) for state in ("paid", "failed", "cancelled")}
    for state, id in ids.items():
        entry = wares.find_payout(case, id) or {}
        judge.equal("the status in the history", state, entry.get("status"))
        judge.equal("paid_at is told", state == "paid", entry.get("paid_at") is not None)
        for name in ("requested_at", "paid_at") if state == "paid" else ("requested_at",):
            _is_now(case, name, entry.get(name))


def strangers_history_is_another(case: Case) -> None:
    """A payout of one account is not in another's history."""
    id = wares.id_of(wares.payout(case))
    answer = case.given(case.call("listPayouts", query={"limit": 100}, principal="second-account"), 200)
    judge.that(id not in [row.get("id") for row in answer.items("/data")], "a stranger sees the payout", answer)
    own = case.call("listPayouts", query={"limit": 100})
    if id not in [row.get("id") for row in own.items("/data")]:
        raise NotTested("could not be set up: the payout is not in its own account's history either")


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
        expected = balance_of(inside)
        answer = inside.call("requestPayout")
        judge.status(answer, 201)
        judge.equal("amount", f"{expected:.2f}", answer.at("/amount"), answer)
        refused(inside.call("requestPayout", json={}), 422)
        refused(inside.call("requestPayout", json={"amount": "1.00"}), 422)


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


_WRONG_AMOUNTS = ("999999999.00", "0", "0.00", "0.99", "-5.00")


def wrong_amount_is_refused(case: Case, amount: str) -> None:
    """More than the balance, or not more than 0, is refused."""
    refused(case.call("requestPayout", json={"amount": amount}), 422)


def refused_request_pays_nothing(case: Case) -> None:
    """What is refused stands in no history and leaves the balance as it was."""
    with case.own_sandbox() as inside:
        known, balance = payouts(inside), balance_of(inside)
        for amount in _WRONG_AMOUNTS:
            refused(inside.call("requestPayout", json={"amount": amount}), 422)
        judge.equal("the history", known, payouts(inside))
        rest = inside.call("requestPayout")
        judge.status(rest, 201)
        judge.equal("the balance", f"{balance:.2f}", rest.at("/amount"), rest)


def balance_is_the_border(case: Case) -> None:
    """A cent more than the balance is refused, the balance to the cent is taken."""
    with case.own_sandbox() as inside:
        balance = balance_of(inside)
        refused(inside.call("requestPayout", json={"amount": f"{balance + Decimal('0.01'):.2f}"}), 422)
        judge.status(inside.call("requestPayout", json={"amount": f"{balance:.2f}"}), 201)


def other_currency_is_refused(case: Case) -> None:
    """A payout in another currency than the balance's is refused."""
    refused(case.call("requestPayout", json={"amount": "1.00", "currency": "USD"}), 422)


_PLATFORMS = {"id": wares.NO_ID, "status": "paid", "paid_at": "2020-01-01T00:00:00Z", "provider_reference": "1"}


def client_sets_nothing_of_the_platforms(case: Case) -> None:
    """Id, status and transfer are the platform's: what a client says of them is refused or not taken."""
    answer = case.call("requestPayout", json={"amount": "1.00", **_PLATFORMS})
    if not answer.is_success:
        refused(answer, 422)
        return
    shown = wares.find_payout(case, wares.id_of(answer)) or {}
    for name, value in _PLATFORMS.items():
        taken = value in (answer.at(f"/{name}"), shown.get(name))
        judge.that(not taken, f"the client's {name} is taken", answer, received=value)


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
    denied = case.call("requestPayout", json={"amount": "1.00"}, principal=key)
    refused(denied, 403)
    scopeless = wares.mint(case, ["payouts:read"], plan=plan)["name"]
    other = case.call("requestPayout", json={"amount": "1.00"}, principal=scopeless)
    judge.that(coded(denied) != coded(other), "it has the code of a missing scope", denied, received=coded(denied))
    account = str(case.account("second-account")["account"])
    verified = wares.mint(case, ["payouts:write"], plan=plan, account=account)["name"]
    answer = case.call("requestPayout", json={"amount": "1.00"}, principal=verified)
    judge.status(answer, 201)


CHECKS = (
    check("OG-098", request_appears_in_the_history),
    check("OG-098", history_keeps_the_past, needs=("control", "inbound", "destructive"), required=False),
    check("OG-098", strangers_history_is_another, needs=("second-account", "destructive"), required=False),
    replace(staff_moves("OG-098", machines.STAFFED_PAYOUT), required=False),
    replace(staff_cannot("OG-098", machines.STAFFED_PAYOUT), required=False),
    check("OG-099", payout_can_be_requested, each=("1.00", "3.5", "12")),
    check("OG-099", client_sets_nothing_of_the_platforms, name="client_sets_nothing_of_a_payout"),
    check("OG-099", one_request_is_one_payout, needs=("control", "destructive"), required=False),
    check("OG-099", whole_balance_goes_once, needs=("control", "destructive"), required=False),
    check("OG-099", money_comes_back, each=("failed", "cancelled"), needs=("control", "inbound"), required=False),
    check("OG-100", wrong_amount_is_refused, each=_WRONG_AMOUNTS),
    check("OG-100", refused_request_pays_nothing, needs=("control", "destructive"), required=False),
    check("OG-100", balance_is_the_border, needs=("control", "destructive"), required=False),
    check("OG-100", other_currency_is_refused),
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
