"""TG-093 to TG-098: balance, monthly statements and withdrawals in decimal dollars."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.properties.readback import unchanged

_MONEY = re.compile(r"-?\d+\.\d\d")


def _is_money(answer: Answer, place: str) -> None:
    shown = answer.at(place)
    holds = isinstance(shown, str) and _MONEY.fullmatch(shown)
    judge.that(holds, f"{place} is no two-decimal string", answer, expected="19821.50", received=shown)


def _balance(case: Case) -> Answer:
    return case.given(case.call("getRoyaltyBalance"), 200)


def _available(case: Case, at_least: str = "0") -> Decimal:
    shown = _balance(case).at("/balance/available_usd")
    if not isinstance(shown, str) or not _MONEY.fullmatch(shown) or Decimal(shown) < Decimal(at_least):
        raise judge.NotTested(f"needs an available balance of {at_least} USD, there is {shown}")
    return Decimal(shown)


def _withdraw(case: Case, amount: Any, **members: Any) -> Answer:
    return case.call("requestWithdrawal", json={"amount_usd": amount, **members})


def _statements(case: Case) -> tuple[Answer, list[dict[str, Any]]]:
    answer = case.given(case.call("listRoyaltyStatements"), 200)
    rows = [row for row in answer.items("/statements") if isinstance(row, dict)]
    if not rows:
        raise judge.NotTested("needs an account with royalty statements")
    return answer, rows


def balance_is_decimal_dollars(case: Case) -> None:
    """The balance is told in two-decimal strings, in USD."""
    answer = _balance(case)
    _is_money(answer, "/balance/available_usd")
    _is_money(answer, "/balance/pending_usd")
    judge.equal("currency", "USD", answer.at("/balance/currency"), answer)


def totals_are_decimal_dollars(case: Case) -> None:
    """The totals of the statements are two-decimal strings."""
    answer, rows = _statements(case)
    for index in range(len(rows)):
        _is_money(answer, f"/statements/{index}/total_usd")


def amount_is_number_in_and_string_out(case: Case, amount: int | float) -> None:
    """An amount goes in as a number and comes out as a two-decimal string."""
    _available(case, "40")
    answer = _withdraw(case, amount)
    judge.status(answer, 201)
    judge.equal("amount_usd", f"{amount:.2f}", answer.at("/withdrawal/amount_usd"), answer)


def amount_as_text_is_refused(case: Case) -> None:
    """An amount that is sent as a text is refused: the request takes a number."""
    with unchanged(lambda: _balance(case), "/balance/available_usd", "the balance"):
        wares.invalid(_withdraw(case, "25.00"), "amount_usd")


def statements_stand_newest_first(case: Case) -> None:
    """There is one statement per calendar month, the newest first."""
    answer, rows = _statements(case)
    periods = [str(row.get("period")) for row in rows]
    judge.equal("the periods", sorted(set(periods), reverse=True), periods, answer)


def statement_is_named_after_its_month(case: Case) -> None:
    """The statement of 2026-03 has the id stmt_202603."""
    answer, rows = _statements(case)
    for row in rows:
        period = str(row.get("period"))
        good = re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period)
        judge.that(good, "a period is no month", answer, expected="YYYY-MM", received=period)
        judge.equal("id", f"stmt_{period.replace('-', '')}", row.get("id"), answer)


def detail_has_a_breakdown(case: Case) -> None:
    """A statement's detail tells what the list tells, and breaks it down by release and DSP."""
    _, rows = _statements(case)
    for row in rows[:3]:
        answer = case.call("getRoyaltyStatement", path={"id": row.get("id")})
        judge.status(answer, 200)
        for name in ("id", "period", "total_usd", "status"):
            judge.equal(name, row.get(name), answer.at(f"/statement/{name}"), answer)
        lines = answer.items("/statement/breakdown")
        judge.that(lines, "the breakdown is empty", answer, expected="lines", received=lines)
        keys = [(line.get("release_title"), line.get("dsp")) for line in lines]
        judge.that(all(all(key) for key in keys), "a line lacks its release or DSP", answer, received=keys)
        for index in range(len(lines)):
            _is_money(answer, f"/statement/breakdown/{index}/revenue_usd")
        _is_money(answer, "/statement/total_usd")
        # The document's own sample lists a part of the whole, so no more than this can be asked for.
        parts, total = sum(Decimal(line["revenue_usd"]) for line in lines), answer.at("/statement/total_usd")
        judge.that(
            parts <= Decimal(str(total)),
            "the parts are more than the whole",
            answer,
            expected=total,
            received=str(parts),
        )


def detail_leads_to_the_pdf(case: Case) -> None:
    """pdf_url ends with the statement's own path, and a PDF is found there."""
    _, rows = _statements(case)
    id = str(rows[-1].get("id"))
    answer = case.call("getRoyaltyStatement", path={"id": id})
    judge.status(answer, 200)
    path = urlsplit(str(answer.at("/statement/pdf_url"))).path
    ends = path.endswith(f"/royalties/statements/{id}/pdf")
    judge.that(ends, "pdf_url does not lead to the statement", answer, received=answer.at("/statement/pdf_url"))
    pdf = case.call("downloadRoyaltyStatementPdf", path={"id": id}, headers={"Accept": "application/pdf"})
    judge.status(pdf, 200)
    judge.equal("the media type", "application/pdf", (pdf.header("Content-Type") or "").partition(";")[0], pdf)
    judge.that(pdf.content.startswith(b"%PDF-"), "the body is no PDF", pdf, received=pdf.content[:20].decode("latin-1"))


def unknown_statement_is_not_found(case: Case, operation: str) -> None:
    """A month without a statement is 404."""
    wares.refused(case.call(operation, path={"id": "stmt_190001"}), 404)


def too_small_amount_is_refused(case: Case, amount: float) -> None:
    """Less than 10.00 cannot be withdrawn, and the balance stays as it is."""
    with unchanged(lambda: _balance(case), "/balance/available_usd", "the balance"):
        wares.invalid(_withdraw(case, amount), "amount_usd")


def ten_dollars_are_enough(case: Case) -> None:
    """Exactly 10.00 can be withdrawn."""
    _available(case, "10")
    answer = _withdraw(case, 10)
    judge.status(answer, 201)
    judge.equal("amount_usd", "10.00", answer.at("/withdrawal/amount_usd"), answer)


def amount_is_required(case: Case) -> None:
    """A withdrawal without an amount is refused."""
    wares.invalid(case.call("requestWithdrawal", json={"note": "no amount"}), "amount_usd")


def withdrawal_starts_processing(case: Case) -> None:
    """A withdrawal has an id wth_..., is processing, and tells the day on which it should arrive."""
    _available(case, "12.50")
    answer = _withdraw(case, 12.5, note="October")
    judge.status(answer, 201)
    id = answer.at("/withdrawal/id")
    named = isinstance(id, str) and re.fullmatch(r"wth_.+", id)
    judge.that(named, "the id is not wth_...", answer, expected="wth_...", received=id)
    judge.equal("status", "processing", answer.at("/withdrawal/status"), answer)
    arrival, created = str(answer.at("/withdrawal/estimated_arrival")), str(answer.at("/withdrawal/created_at"))
    is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", arrival)
    judge.that(is_day, "estimated_arrival is no date", answer, expected="YYYY-MM-DD", received=arrival)
    judge.that(arrival >= created[:10], "it arrives before it was asked for", answer, received=arrival)


def more_than_available_is_refused(case: Case) -> None:
    """More than what is available cannot be withdrawn, not even a cent."""
    with unchanged(lambda: _balance(case), "/balance/available_usd", "the balance"):
        judge.status(_withdraw(case, float(_available(case, "10") + Decimal("0.01"))), 422)


def withdrawal_lowers_the_balance(case: Case) -> None:
    """What is withdrawn is no longer available, to the cent."""
    before = _available(case, "10.05")
    judge.status(_withdraw(case, 10.05), 201)
    after = _balance(case)
    judge.equal("available_usd", f"{before - Decimal('10.05'):.2f}", after.at("/balance/available_usd"), after)


CHECKS = (
    check("TG-093", balance_is_decimal_dollars, needs=()),
    check("TG-093", totals_are_decimal_dollars, needs=()),
    check("TG-093", amount_is_number_in_and_string_out, each=(11, 12.5, 10.1)),
    check("TG-093", amount_as_text_is_refused),
    check("TG-094", statements_stand_newest_first),
    check("TG-094", statement_is_named_after_its_month),
    check("TG-095", detail_has_a_breakdown),
    check("TG-095", detail_leads_to_the_pdf),
    check("TG-095", unknown_statement_is_not_found, each=("getRoyaltyStatement", "downloadRoyaltyStatementPdf")),
    check("TG-096", too_small_amount_is_refused, each=(9.99, 0, -20)),
    check("TG-096", ten_dollars_are_enough),
    check("TG-096", amount_is_required),
    check("TG-097", withdrawal_starts_processing),
    check("TG-098", more_than_available_is_refused),
    check("TG-098", withdrawal_lowers_the_balance),
)
