"""TG-087 to TG-092: streams and revenue by release, country and DSP."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from conformance import clock, judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares

ALL = ("getAnalyticsSummary", "getAnalyticsByRelease", "getAnalyticsByTerritory", "getAnalyticsByDsp")
_MONTH = timedelta(days=30)


def _today(case: Case) -> date:
    """Return the target's own day: that of its sandbox, or of the world."""
    if case.session.target.control is not None:
        return date.fromisoformat(str(case.control.get("/clock")["now"])[:10])
    return date.fromisoformat(clock.now().isoformat()[:10])


def _rows(case: Case, operation: str, **query: Any) -> tuple[Answer, list[dict[str, Any]]]:
    """Ask for a breakdown; not tested where the account has no streams at all."""
    answer = case.given(case.call(operation, query=query), 200)
    rows = [row for row in answer.items("/data") if isinstance(row, dict)]
    if not rows:
        raise judge.NotTested("needs an account with streams in the last 30 days")
    return answer, rows


def _total(rows: list[dict[str, Any]]) -> int:
    return sum(int(row.get("streams", 0)) for row in rows)


def default_range_is_thirty_days(case: Case, operation: str) -> None:
    """Without a range the last 30 days until today are meant, and the answer says so."""
    before = _today(case)
    answer = case.call(operation)
    judge.status(answer, 200)
    days = {before, _today(case)}  # the day may have turned in between
    judge.among("from", [str(day - _MONTH) for day in days], answer.at("/from"), answer)
    judge.among("to", [str(day) for day in days], answer.at("/to"), answer)


def given_range_is_echoed(case: Case, operation: str) -> None:
    """A range that is given stands in the answer as it was sent."""
    answer = case.call(operation, query={"from": "2026-04-01", "to": "2026-04-26"})
    judge.status(answer, 200)
    judge.equal("from", "2026-04-01", answer.at("/from"), answer)
    judge.equal("to", "2026-04-26", answer.at("/to"), answer)


def range_narrows(case: Case) -> None:
    """A range decides what is counted: a day has fewer streams than the month, and the first century none."""
    month = case.given(case.call("getAnalyticsSummary"), 200)
    if not month.at("/total_streams"):
        raise judge.NotTested("needs an account with streams in the last 30 days")
    day = case.call("getAnalyticsSummary", query={"from": month.at("/to"), "to": month.at("/to")})
    judge.status(day, 200)
    fewer = day.at("/total_streams") < month.at("/total_streams")
    judge.that(fewer, "one day has as many streams as thirty", day, received=day.at("/total_streams"))
    none = case.call("getAnalyticsSummary", query={"from": "1990-01-01", "to": "1990-12-31"})
    judge.status(none, 200)
    judge.equal("total_streams of 1990", 0, none.at("/total_streams"), none)


def other_dates_are_refused(case: Case, text: str) -> None:
    """A date in another form than YYYY-MM-DD, or one that does not exist, is refused."""
    for name in ("from", "to"):
        judge.status(case.call("getAnalyticsSummary", query={name: text}), 400, 422)


def ranked_by_streams(case: Case, operation: str) -> None:
    """The rows stand by streams, the most first, each thing once."""
    answer, rows = _rows(case, operation)
    streams = [row.get("streams") for row in rows]
    judge.equal("the order of streams", sorted(streams, key=lambda number: -int(number or 0)), streams, answer)
    key = "release_uuid" if operation == "getAnalyticsByRelease" else "territory"
    names = [str(row.get(key)) for row in rows]
    judge.equal(f"the number of rows per {key}", len(set(names)), len(names), answer)


def countries_of_one_release(case: Case) -> None:
    """With release_uuid only the streams of that release count, and no more than it has."""
    _, releases = _rows(case, "getAnalyticsByRelease")
    _, everything = _rows(case, "getAnalyticsByTerritory")
    whole = {row.get("territory"): int(row.get("streams", 0)) for row in everything}
    for release in releases[:2]:
        answer, rows = _rows(case, "getAnalyticsByTerritory", release_uuid=release.get("release_uuid"))
        most = int(release.get("streams", 0))
        judge.that(_total(rows) <= most, "more streams than the release has", answer, expected=most, received=rows)
        above = [row for row in rows if int(row.get("streams", 0)) > whole.get(row.get("territory"), 0)]
        judge.that(not above, "a country has more streams of one release than of all", answer, received=above)
        if len(releases) > 1:
            judge.that(_total(rows) < _total(everything), "the filter is not obeyed", answer, received=_total(rows))


def countries_of_no_release(case: Case) -> None:
    """A release that does not exist has no countries: 404, or an empty list."""
    answer = case.call("getAnalyticsByTerritory", query={"release_uuid": wares.NO_ID})
    judge.status(answer, 404, 200)
    judge.equal("the rows", [], answer.items("/data"), answer)


def breakdowns_agree(case: Case) -> None:
    """The streams by DSP and by release both add up to the summary's total."""
    summary = case.given(case.call("getAnalyticsSummary"), 200)
    for operation in ("getAnalyticsByRelease", "getAnalyticsByDsp"):
        answer, rows = _rows(case, operation)
        judge.equal(f"the sum of {operation}", summary.at("/total_streams"), _total(rows), answer)


def top_entries_lead(case: Case) -> None:
    """The summary's top release, DSP and country are the first of their breakdowns, or level with them."""
    summary = case.given(case.call("getAnalyticsSummary"), 200)
    tops = (
        ("getAnalyticsByRelease", "release_uuid", "/top_release/uuid"),
        ("getAnalyticsByDsp", "dsp", "/top_dsp"),
        ("getAnalyticsByTerritory", "territory", "/top_territory"),
    )
    for operation, key, place in tops:
        _, rows = _rows(case, operation)
        most = max(int(row.get("streams", 0)) for row in rows)
        leaders = [row.get(key) for row in rows if row.get("streams") == most]
        judge.among(place, leaders, summary.at(place), summary)


def revenue_is_a_decimal_string(case: Case) -> None:
    """total_revenue_usd is a string with two decimals, also where nothing was earned."""
    for query in ({}, {"from": "1990-01-01", "to": "1990-12-31"}):
        answer = case.call("getAnalyticsSummary", query=query)
        judge.status(answer, 200)
        shown = answer.at("/total_revenue_usd")
        is_money = isinstance(shown, str) and re.fullmatch(r"\d+\.\d\d", shown)
        judge.that(is_money, "total_revenue_usd is no two-decimal string", answer, expected="0.00", received=shown)


def backward_range_is_refused(case: Case, operation: str) -> None:
    """A range that ends before it begins is refused."""
    wares.is_refused(case.call(operation, query={"from": "2026-04-26", "to": "2026-04-01"}))


def dsps_go_by_their_names(case: Case) -> None:
    """DSPs stand under their display names, as the catalogue has them."""
    catalogue = case.given(case.call("listDistributionDsps"), 200)
    names = [dsp.get("name") for dsp in catalogue.items("/dsps") if isinstance(dsp, dict)]
    answer, rows = _rows(case, "getAnalyticsByDsp")
    for row in rows:
        judge.among("dsp", names, row.get("dsp"), answer)
    summary = case.call("getAnalyticsSummary")
    judge.among("top_dsp", names, summary.at("/top_dsp"), summary)


CHECKS = (
    check("TG-087", default_range_is_thirty_days, each=ALL[:2]),
    check("TG-087", given_range_is_echoed, each=ALL[:2]),
    check("TG-087", range_narrows),
    check("TG-087", other_dates_are_refused, each=("01.04.2026", "2026-02-30", "yesterday")),
    check("TG-088", ranked_by_streams, each=ALL[1:3]),
    check("TG-088", countries_of_one_release),
    check("TG-088", countries_of_no_release, required=False),
    check("TG-089", breakdowns_agree),
    check("TG-089", top_entries_lead),
    check("TG-090", revenue_is_a_decimal_string),
    check("TG-091", backward_range_is_refused, each=ALL),
    check("TG-092", dsps_go_by_their_names),
)
