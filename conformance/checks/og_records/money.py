"""OG-095 to OG-097: earnings, and the lists that an iterator walks."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import wares
from conformance.checks.og_records.refusing import refused
from conformance.judge import NotTested
from conformance.properties import paging

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
    if not case.call("listEarnings").items("/data"):
        raise NotTested("there are no earnings that the filter could leave out")


def unusable_filter_is_refused(case: Case, query: tuple[str, str]) -> None:
    """A filter that is no id or no month is refused; what it cannot mean is not everything."""
    refused(case.call("listEarnings", query=[query]), 422)


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
    wares.differ("payouts", *mine)
    first = case.given(case.call("listPayouts", query={"limit": 2}), 200)
    wares.payout(case)
    cursor = first.at("/meta/next_cursor")
    judge.that(isinstance(cursor, str), "a page of 2 of at least 4 rows has no cursor", first, received=cursor)
    query = {"limit": 100, "cursor": cursor}
    rest = case.given(case.call("listPayouts", query=query), 200)
    seen = [entry.get("id") for answer in (first, rest) for entry in answer.items("/data")]
    judge.equal("how often each was seen", [1] * 4, [seen.count(id) for id in mine], rest)


def made_up_cursor_is_refused(case: Case, operation: str) -> None:
    """A cursor that the list never gave out is refused, and is not taken for the beginning."""
    for cursor in ("conformance", "1", "e30"):
        refused(case.call(operation, query={"cursor": cursor}), 422)


def page_has_its_default(case: Case, operation: str) -> None:
    """Without a limit a page has at most 20 rows; 100 are the most, and others are refused."""
    answer = case.call(operation)
    judge.status(answer, 200)
    judge.that(len(answer.items("/data")) <= 20, "the page is longer", answer, received=len(answer.items("/data")))
    for wrong in (0, -1, 101, "many"):
        refused(case.call(operation, query={"limit": wrong}), 422)


def amounts_are_exact(case: Case) -> None:
    """Amounts are texts with two decimals, next to a currency of three letters."""
    for operation in ("listEarnings", "listPayouts"):
        answer = case.given(case.call(operation, query={"limit": 100}), 200)
        if not answer.items("/data"):
            raise NotTested(f"{operation} shows no row to look at")
        for row in answer.items("/data"):
            amount, currency = row.get("amount"), row.get("currency")
            fits = isinstance(amount, str) and _MONEY.fullmatch(amount)
            judge.that(fits, "an amount has another form", answer, expected="12.34", received=amount)
            fits = isinstance(currency, str) and _CURRENCY.fullmatch(currency)
            judge.that(fits, "a currency has another form", answer, expected="EUR", received=currency)


CHECKS = (
    check("OG-095", filters_find_their_rows),
    check(
        "OG-095",
        unknown_filter_value_finds_nothing,
        each=(("release_id", wares.NO_ID), ("track_id", wares.NO_ID), ("period", "1999-01")),
    ),
    check(
        "OG-095",
        unusable_filter_is_refused,
        each=(("release_id", "conformance"), ("track_id", "1"), ("period", "2026-13"), ("period", "2026")),
    ),
    check("OG-095", foreign_earnings_are_hidden, needs=("second-account",), required=False),
    check("OG-096", iterator_visits_every_earning, each=(1, 2, 7)),
    check("OG-096", whole_list_can_be_walked),
    check("OG-096", iterator_visits_every_payout, each=(1, 3)),
    check("OG-096", new_rows_disturb_no_walk, needs=("destructive",)),
    check("OG-096", page_has_its_default, each=("listEarnings", "listPayouts")),
    check("OG-096", made_up_cursor_is_refused, each=("listEarnings", "listPayouts")),
    check("OG-097", amounts_are_exact),
)
