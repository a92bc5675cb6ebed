"""GARD-156 to GARD-160: payout settings and withdrawals."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, machines
from conformance.judge import NotTested
from conformance.properties import staffing
from conformance.properties.readback import unchanged

_METHODS = ("paypal", "bank_account", "card_swift", "card_ru")


def settings(case: Case) -> Answer:
    """Read the payout settings."""
    answer = case.call("getPayoutSettings")
    judge.status(answer, 200)
    return answer


def save(case: Case, body: Any) -> Answer:
    """Send payout settings."""
    return case.call("updatePayoutSettings", json=body)


def ask(case: Case, amount: Any, currency: Any = "USD") -> Answer:
    """Ask for a withdrawal."""
    return case.call("requestWithdrawal", json={"amount_cents": amount, "currency": currency})


def withdrawals(case: Case, **query: Any) -> Answer:
    """Read the withdrawals."""
    answer = case.call("listWithdrawals", query=query)
    judge.status(answer, 200)
    return answer


def settings_come_back(case: Case, method: str) -> None:
    """What was saved is read back, method and details."""
    details = {"paypal_email": "someone@example.com", "holder": "Jane Ø", "bank": {"bic": "ABCDEF12"}}
    answer = save(case, {"method": method, "details": details})
    judge.status(answer, 200)
    judge.equal("msg", "settings saved", answer.at("/msg"), answer)
    shown = settings(case)
    judge.equal("method", method, shown.at("/method"), shown)
    judge.equal("details", details, shown.at("/details"), shown)


def details_may_be_left_out(case: Case) -> None:
    """The method alone is enough."""
    judge.status(save(case, {"method": "bank_account"}), 200)
    judge.equal("method", "bank_account", settings(case).at("/method"))


_BAD_SETTINGS: tuple[Any, ...] = (
    {"method": "cheque"},
    {"method": None},
    {"details": {}},
    {"method": "paypal", "details": "text"},
    [],
)


def other_settings_are_refused(case: Case, body: Any) -> None:
    """Another method, or none, is refused and changes nothing."""
    case.given(save(case, {"method": "card_swift", "details": {"holder": "Jane Ø"}}), 200)
    with unchanged(lambda: settings(case), "", "the settings"):
        answer = save(case, body)
        judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def limit_cuts_the_list(case: Case) -> None:
    """limit=1 gives the first row of the list, which holds the printed members."""
    if not case.is_read_only and len(withdrawals(case).items("/withdrawals")) < 2:
        case.given(ask(case, 100), 200)
        case.given(ask(case, 101), 200)
    whole = withdrawals(case)
    for row in whole.items("/withdrawals"):
        judge.members("a row", ["amount_cents", "created_at", "currency", "id", "status"], row, whole)
    if len(whole.items("/withdrawals")) < 2:
        raise NotTested("could not be set up: the list has fewer than two withdrawals to cut")
    whole, one = desk.beside(lambda: withdrawals(case), lambda: withdrawals(case, limit=1))
    judge.equal("the rows of limit=1", whole.items("/withdrawals")[:1], one.items("/withdrawals"), one)


def hundred_cents_are_the_least(case: Case) -> None:
    """100 cents are taken as pending and listed, 99 and less are refused."""
    answer = ask(case, 100)
    judge.status(answer, 200)
    judge.equal("status", "pending", answer.at("/status"), answer)
    for amount in (99, 0, -100, "many", 163.5, None):
        before = withdrawals(case).items("/withdrawals")
        refusal = ask(case, amount)
        text = f"{amount!r} is not refused"
        judge.that(400 <= refusal.status < 500, text, refusal, expected="4xx", received=refusal.status)
        if not isinstance(amount, int | float):
            continue
        after = withdrawals(case)
        new = [row for row in after.items("/withdrawals") if row not in before]
        made = [row for row in new if abs(row.get("amount_cents", 0) - amount) < 1]
        judge.equal("the withdrawals that the refusal made", [], made, after)


def currency_is_asked_for(case: Case) -> None:
    """Without a currency a withdrawal is refused."""
    answer = case.call("requestWithdrawal", json={"amount_cents": 100})
    judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def currency_is_kept(case: Case, currency: str) -> None:
    """A request in another currency is listed in that one, or refused: no sum changes its currency."""
    answer = ask(case, 137, currency)
    if 400 <= answer.status < 500:
        return
    judge.status(answer, 200)
    listed = withdrawals(case)
    rows = [row for row in listed.items("/withdrawals") if row.get("id") == answer.at("/withdrawal_id")]
    shown = [(row.get("amount_cents"), row.get("currency")) for row in rows]
    judge.equal("amount and currency", [(137, currency)], shown, listed)


def request_is_listed(case: Case) -> None:
    """A request is listed with the withdrawal_id as its id, amount, currency and pending."""
    answer = case.given(ask(case, 123), 200)
    listed = withdrawals(case)
    rows = [row for row in listed.items("/withdrawals") if row.get("id") == answer.at("/withdrawal_id")]
    judge.equal("the number of rows", 1, len(rows), listed)
    shown = {name: rows[0].get(name) for name in ("amount_cents", "currency", "status")}
    judge.equal("the row", {"amount_cents": 123, "currency": "USD", "status": "pending"}, shown, listed)


CHECKS = (
    check("GARD-156", settings_come_back, each=_METHODS),
    check("GARD-157", details_may_be_left_out),
    check("GARD-157", other_settings_are_refused, each=_BAD_SETTINGS),
    check("GARD-158", limit_cuts_the_list),
    check("GARD-159", hundred_cents_are_the_least),
    check("GARD-159", currency_is_asked_for),
    staffing.staff_moves("GARD-159", machines.WITHDRAWAL),
    staffing.staff_cannot("GARD-159", machines.WITHDRAWAL),
    check("GARD-159", currency_is_kept, each=("EUR", "JPY"), required=False),
    check("GARD-160", request_is_listed),
)
