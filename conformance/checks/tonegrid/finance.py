"""TG-218 to TG-224: periods, sales, statements and payouts in whole cents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from conformance import judge
from conformance.answer import Answer, Members
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares
from conformance.control import ControlRefusal
from conformance.properties.paging import Listing, PageNumbers, walk

LISTS = ("listSalesReports", "listTenantStatements", "listPayeeStatements", "listPayouts")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_FILTERS = {
    "period": "period",
    "dsp": "dsp",
    "release": "release_id",
    "track": "track_id",
    "isrc": "isrc",
    "country": "country",
}
_SALES = Listing("listSalesReports", PageNumbers("page", "per_page", "/meta/last_page"), identity="")
_PERIODS = Listing("listFinancePeriods", PageNumbers("page", "per_page", "/meta/last_page"), identity="/code")


def _rows(case: Case, operation: str, **query: Any) -> tuple[Answer, list[dict[str, Any]]]:
    answer = case.call(operation, query=query)
    judge.status(answer, 200)
    rows = [row for row in answer.items("/data") if isinstance(row, dict)]
    if not rows:
        raise judge.NotTested(f"needs an account for which {operation} has something to show")
    return answer, rows


@contextmanager
def _apart(case: Case) -> Iterator[Case]:
    """Give a sandbox of its own, where there are any: what is approved or paid cannot be taken back."""
    if case.session.target.control is None:
        yield case
    else:
        with case.own_sandbox() as inside:
            yield inside


def _minor_members(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every member whose name says that it is an amount in minor units, with its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name.endswith("_minor"):
                yield f"{place}/{name}", inner
            else:
                yield from _minor_members(inner, f"{place}/{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _minor_members(inner, f"{place}/{index}")


def _are_integers(answer: Answer) -> None:
    found = list(_minor_members(answer.json))
    judge.that(found, "there is no amount in minor units", answer, expected="*_minor", received=answer.json)
    odd = {place: value for place, value in found if type(value) is not int}
    judge.that(not odd, "some amounts are no integers", answer, expected="integers", received=odd)


def balance_is_in_cents(case: Case) -> None:
    """The balance has its four amounts in whole cents of a US dollar."""
    answer = case.call("getFinanceBalance")
    judge.status(answer, 200)
    _are_integers(answer)
    names = ("available_usd_minor", "in_flight_usd_minor", "lifetime_paid_usd_minor", "lifetime_gross_usd_minor")
    for name in names:
        judge.that(type(answer.at(f"/data/{name}")) is int, f"{name} is no integer", answer)
    judge.equal("currency", "USD", answer.at("/data/currency"), answer)


def lists_are_in_cents(case: Case, operation: str) -> None:
    """Every amount of the list is a whole number of cents."""
    _are_integers(_rows(case, operation, per_page=20)[0])


def balances_agree(case: Case) -> None:
    """What is available is the same in the royalty balance, in dollars, and in the finance balance, in cents."""
    royalties = case.given(case.call("getRoyaltyBalance"), 200).at("/balance/available_usd")
    answer = case.given(case.call("getFinanceBalance"), 200)
    cents = int(str(royalties).replace(".", ""))
    judge.equal("available_usd_minor", cents, answer.at("/data/available_usd_minor"), answer)


def _new_period(case: Case) -> dict[str, str]:
    return {"code": f"conformance-{case.ledger.digits(12)}", "type": "adhoc"}


def _period(case: Case, code: str) -> dict[str, Any]:
    for page in walk(case, _PERIODS, 100).pages:
        for row in page.items("/data"):
            if row.get("code") == code:
                return dict(row)
    raise judge.Broken("a period is not in the list", expected=code, received=None, answer=None)


def code_is_taken_once(case: Case) -> None:
    """A period whose code exists is 409 with its own words; the first one stays."""
    body = _new_period(case)
    first = case.call("createFinancePeriod", json=body)
    judge.status(first, 201)
    judge.equal("state", "open", first.at("/data/state"), first)
    wares.refused(case.call("createFinancePeriod", json=body), 409, "Period code already exists.")
    other = {**body, "type": "monthly"}
    wares.refused(case.call("createFinancePeriod", json=other), 409, "Period code already exists.")
    judge.equal("type", "adhoc", _period(case, body["code"]).get("type"))


def four_types_of_periods(case: Case, kind: str) -> None:
    """Periods are monthly, quarterly, annual or adhoc, and begin open."""
    body = {**_new_period(case), "type": kind}
    judge.status(case.call("createFinancePeriod", json=body), 201)
    shown = _period(case, body["code"])
    judge.equal("type", kind, shown.get("type"))
    judge.equal("state", "open", shown.get("state"))


def other_types_are_refused(case: Case) -> None:
    """Another type of period, or one without a code, is refused."""
    wares.invalid(case.call("createFinancePeriod", json={**_new_period(case), "type": "weekly"}), "type")
    wares.invalid(case.call("createFinancePeriod", json={"type": "adhoc"}), "code")


def periods_go_forward(case: Case) -> None:
    """A period goes from open through closing and closed to paid; no step can be left out, none repeated."""
    with _apart(case) as inside:
        body = _new_period(inside)
        answer = inside.given(inside.call("createFinancePeriod", json=body), 201)
        id = str(answer.at("/data/uuid")) if isinstance(answer.at("/data/uuid"), str) else body["code"]
        steps = (("begin_closing", "closing"), ("close", "closed"), ("settle", "paid"))
        for place, (event, state) in enumerate(steps):
            before = _period(inside, body["code"]).get("state")
            for wrong, _ in (*steps[:place], *steps[place + 1 :]):
                _is_illegal(inside, id, wrong)
            judge.equal("the state after the refusals", before, _period(inside, body["code"]).get("state"))
            inside.control.fire("tonegrid", "finance_period", id, event)
            judge.equal(f"the state after {event}", state, _period(inside, body["code"]).get("state"))
        for event, _ in steps:
            _is_illegal(inside, id, event)


def _is_illegal(case: Case, id: str, event: str) -> None:
    try:
        case.control.fire("tonegrid", "finance_period", id, event)
    except ControlRefusal as refusal:
        judge.equal(f"the refusal of {event}", 409, refusal.status)
        return
    raise judge.Broken(f"{event} is allowed where it is not next", expected=409, received="done", answer=None)


def _draft(case: Case) -> str:
    _, rows = _rows(case, "listTenantStatements", per_page=100)
    drafts = [str(row.get("uuid")) for row in rows if row.get("state") == "draft"]
    if not drafts:
        raise judge.NotTested("needs a tenant statement in draft")
    return drafts[0]


def only_drafts_are_approved(case: Case) -> None:
    """A draft is approved once; the second time is 409 with its own words, and the statement stays approved."""
    with _apart(case) as inside:
        path = {"uuid": _draft(inside)}
        answer = inside.call("approveTenantStatement", path=path)
        judge.status(answer, 200)
        judge.equal("state", "approved", answer.at("/data/state"), answer)
        again = inside.call("approveTenantStatement", path=path)
        wares.refused(again, 409, "Only draft statements can be approved.")
        _, rows = _rows(inside, "listTenantStatements", per_page=100)
        states = {row.get("uuid"): row.get("state") for row in rows}
        judge.equal("the state as listed", "approved", states.get(path["uuid"]))


def unknown_statement_is_not_found(case: Case) -> None:
    """A statement that does not exist cannot be approved: 404."""
    wares.refused(case.call("approveTenantStatement", path={"uuid": wares.NO_ID}), 404)


def filter_leaves_what_fits(case: Case, name: str) -> None:
    """Each filter leaves exactly the rows with that value, and fewer than all."""
    whole, rows = _rows(case, "listSalesReports", per_page=50)
    member = _FILTERS[name]
    value = rows[0].get(member)
    answer, found = _rows(case, "listSalesReports", per_page=50, **{name: value})
    odd = [row.get(member) for row in found if row.get(member) != value]
    judge.that(not odd, f"{name} is not obeyed", answer, expected=value, received=odd[:3])
    fewer = answer.at("/meta/total") <= whole.at("/meta/total")
    judge.that(fewer, "a filter leaves more than there is", answer, received=answer.at("/meta/total"))
    missing = [row for row in rows if row.get(member) == value]
    judge.that(answer.at("/meta/total") >= len(missing), "rows are lost", answer, expected=len(missing))


def nothing_fits(case: Case, name: str) -> None:
    """A value that no row has leaves nothing, and totals of zero."""
    value = {"release": wares.NO_ID, "track": wares.NO_ID, "period": "1990-01", "country": "AQ"}.get(name, "nosuch")
    answer = case.call("listSalesReports", query={name: value})
    judge.status(answer, 200)
    judge.equal("the rows", [], answer.items("/data"), answer)
    for total in ("streams", "downloads", "gross_usd_minor"):
        judge.equal(f"total {total}", 0, answer.at(f"/totals/{total}"), answer)


def totals_are_sums_over_all_pages(case: Case) -> None:
    """The totals are the sums over every page, whatever page is looked at."""
    _, rows = _rows(case, "listSalesReports", per_page=1)
    query = {"period": rows[0].get("period"), "release": rows[0].get("release_id"), "dsp": rows[0].get("dsp")}
    found = walk(case, _SALES, 7, query)
    everything = [row for page in found.pages for row in page.items("/data")]
    for name in ("streams", "downloads", "gross_usd_minor"):
        total = sum(int(row.get(name, 0)) for row in everything)
        for page in (found.pages[0], found.pages[-1]):
            judge.equal(f"total {name}", total, page.at(f"/totals/{name}"), page)
    judge.equal("the total of rows", len(everything), found.pages[0].at("/meta/total"), found.pages[0])


def dollars_follow_the_rate(case: Case) -> None:
    """Revenue in dollars is revenue times the rate, to the cent; in dollars the rate is 1."""
    answer, rows = _rows(case, "listSalesReports", per_page=50)
    for row in rows:
        gross, rate, dollars = row.get("gross_revenue_minor", 0), row.get("fx_rate", 0), row.get("gross_usd_minor", 0)
        close = abs(gross * rate - dollars) <= 1
        judge.that(close, "the rate does not lead to the dollars", answer, expected=gross * rate, received=row)


def one_statement_per_period(case: Case) -> None:
    """There is one statement per period, with streams, gross, commission, withholding, net and its payees."""
    answer, rows = _rows(case, "listTenantStatements", per_page=100)
    periods = [str(row.get("period")) for row in rows]
    judge.equal("the number of statements per period", len(periods), len(set(periods)), answer)
    names = ("total_streams", "gross_minor", "commission_minor", "withholding_minor", "net_payable_minor")
    for row in rows:
        for name in names:
            judge.that(type(row.get(name)) is int, f"{name} is no integer", answer, received=row.get(name))
        payees = row.get("payee_statements")
        judge.that(isinstance(payees, list) and payees, "there is no breakdown by payee", answer, received=payees)


def net_is_what_is_left(case: Case) -> None:
    """Net is gross without commission and withholding."""
    answer, rows = _rows(case, "listTenantStatements", per_page=100)
    for row in rows:
        left = row.get("gross_minor", 0) - row.get("commission_minor", 0) - row.get("withholding_minor", 0)
        judge.equal(f"net_payable_minor of {row.get('period')}", left, row.get("net_payable_minor"), answer)


def breakdown_is_the_payees_list(case: Case) -> None:
    """The breakdown of a statement shows what the list of payee statements shows for its period."""
    _, statements = _rows(case, "listTenantStatements", per_page=100)
    _, payees = _rows(case, "listPayeeStatements", per_page=100)
    listed = {str(row.get("uuid")): row for row in payees}
    for part in statements[0].get("payee_statements", []):
        row = listed.get(str(part.get("uuid")))
        judge.that(row is not None, "a payee's statement is not listed", expected=part.get("uuid"), received=None)
        for name in ("period", "payee_name", "payee_type", "split_share", "net_payable_minor"):
            judge.equal(name, part.get(name), (row or {}).get(name))


def payees_add_up(case: Case) -> None:
    """What the payees of a statement get is together what is payable, and their shares are the whole."""
    answer, rows = _rows(case, "listTenantStatements", per_page=100)
    for row in rows:
        parts = row.get("payee_statements") or [{}]
        nets = [int(part.get("net_payable_minor", 0)) for part in parts]
        judge.equal("the sum of the nets", row.get("net_payable_minor"), sum(nets), answer)
        shares = sum(float(part.get("split_share", 0)) for part in parts)
        judge.equal("the sum of the shares", 100.0, round(shares, 6), answer)


def payouts_tell_their_way(case: Case) -> None:
    """A payout tells reference, state, the three instants and the error; the instants fit the state."""
    answer, rows = _rows(case, "listPayouts", per_page=100)
    for row in rows:
        for name in ("external_reference", "state", "sent_at", "succeeded_at", "failed_at", "error_message"):
            judge.that(name in row, f"{name} is missing", answer, expected=name, received=row)
        stamps = {name: row.get(name) for name in ("sent_at", "succeeded_at", "failed_at")}
        odd = [name for name, stamp in stamps.items() if stamp is not None and not _INSTANT.fullmatch(str(stamp))]
        judge.that(not odd, "some instants are none", answer, received=stamps)
        state = row.get("state")
        judge.equal(f"succeeded_at is set in state {state}", state == "succeeded", stamps["succeeded_at"] is not None)
        judge.equal(f"failed_at is set in state {state}", state == "failed", stamps["failed_at"] is not None)
        judge.equal(f"error_message is set in state {state}", state == "failed", bool(row.get("error_message")))


def payouts_go_their_way(case: Case) -> None:
    """An approved statement writes payouts; one is sent and succeeds, or fails and says why."""
    with _apart(case) as inside:
        known = {row.get("uuid") for row in _rows(inside, "listPayouts", per_page=100)[1]}
        inside.given(inside.call("approveTenantStatement", path={"uuid": _draft(inside)}), 200)
        fresh = [row for row in _rows(inside, "listPayouts", per_page=100)[1] if row.get("uuid") not in known]
        judge.that(len(fresh) >= 2, "the approval wrote no payouts", expected="payouts", received=len(fresh))
        good, bad = str(fresh[0]["uuid"]), str(fresh[1]["uuid"])
        for id, event in ((good, "send"), (good, "succeed"), (bad, "send"), (bad, "fail")):
            inside.control.fire("tonegrid", "payout", id, event)
        rows = Members((str(row.get("uuid")), row) for row in _rows(inside, "listPayouts", per_page=100)[1])
        judge.equal("the states", ["succeeded", "failed"], [rows[id].get("state") for id in (good, bad)])
        judge.that(rows[good].get("sent_at") and rows[good].get("external_reference"), "not sent", received=rows[good])
        judge.that(rows[bad].get("error_message"), "it does not say why", received=rows[bad])
        payouts_tell_their_way(inside)


CHECKS = (
    check("TG-218", balance_is_in_cents),
    check("TG-218", lists_are_in_cents, each=LISTS),
    check("TG-218", balances_agree, required=False),
    check("TG-219", code_is_taken_once),
    check("TG-219", four_types_of_periods, each=("monthly", "quarterly", "annual", "adhoc"), required=False),
    check("TG-219", other_types_are_refused, required=False),
    check("TG-220", periods_go_forward),
    check("TG-221", only_drafts_are_approved),
    check("TG-221", unknown_statement_is_not_found),
    check("TG-222", filter_leaves_what_fits, each=tuple(_FILTERS)),
    check("TG-222", nothing_fits, each=tuple(_FILTERS)),
    check("TG-222", totals_are_sums_over_all_pages),
    check("TG-222", dollars_follow_the_rate, required=False),
    check("TG-223", one_statement_per_period),
    check("TG-223", net_is_what_is_left, required=False),
    check("TG-223", breakdown_is_the_payees_list),
    check("TG-223", payees_add_up, required=False),
    check("TG-224", payouts_tell_their_way),
    check("TG-224", payouts_go_their_way, needs=("control",), required=False),
)
