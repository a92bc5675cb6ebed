"""Periods, sales, statements and payouts, in minor units."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import dsps, tenancy
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.finding import statement_of
from mockserver.providers.tonegrid.lists import Indexed, Whole, listed
from mockserver.providers.tonegrid.money import ledger, periods
from mockserver.providers.tonegrid.money.balance import balance_of
from mockserver.providers.tonegrid.money.statements import (
    PAYEE_STATEMENTS,
    PAYOUTS,
    STATEMENTS,
    print_payee_statement,
    print_payout,
    print_statement,
)
from mockserver.providers.tonegrid.money.views import print_sales_row, sales_rows
from mockserver.world import World

_MOST_SALES = 500


def get_finance_balance(call: Call, world: World) -> Reply:
    """Show the balance in cents (L1213-1222)."""
    found = balance_of(world, call.account)
    data = {
        "available_usd_minor": found.available,
        "in_flight_usd_minor": found.in_flight,
        "lifetime_paid_usd_minor": found.paid,
        "lifetime_gross_usd_minor": found.gross,
        "currency": "USD",
    }
    return Reply(200, {"success": True, "data": data})


def list_finance_periods(call: Call, world: World) -> Reply:
    """List the periods, the newest first."""
    return listed(call, Indexed(world, periods.PERIODS, "tenant", call.account), periods.print_period)


def create_finance_period(call: Call, world: World) -> Reply:
    """Open a period; without days they are read from a code such as 2026-04, 2026-Q2 or 2026."""
    body = call.body
    if periods.find_period(world, call.account, body["code"]) is not None:
        raise Failure("period_exists")
    record = periods.period_record(
        world, call.account, body["code"], body["type"], starts_on=body.get("starts_on"), ends_on=body.get("ends_on")
    )
    if record["starts_on"] and record["ends_on"] and record["starts_on"] > record["ends_on"]:
        raise wrong_fields(ends_on="The ends_on must be a date after or equal to starts_on.")
    period = world.begin("finance_period", record)
    data = periods.print_period(period)
    return Reply(201, {"success": True, "message": "Period created.", "data": data})


def list_sales_reports(call: Call, world: World) -> Reply:
    """List sales by period, DSP, release, track and country, with the sums over all that the filters leave."""
    found = ledger.all_entries(world, tenancy.family(world, call.account))
    period = call.query.get("period")
    if period is not None:
        low, high = _days(world, call.account, period)
        found = (entry for entry in found if low <= entry.day <= high)
    rows = [row for row in sales_rows(world, found) if _fits(row, call.query)]
    totals = {name: sum(row[name] for row in rows) for name in ("streams", "downloads", "gross_usd_minor")}
    releases: dict[str, str] = {}
    tracks: dict[str, str] = {}
    return listed(
        call, Whole(rows), lambda row: print_sales_row(world, row, releases, tracks), _MOST_SALES, totals=totals
    )


def _days(world: World, tenant: str, code: str) -> tuple[str, str]:
    """Return first and last day of a period; one that nobody knows holds no day."""
    period = periods.find_period(world, tenant, code)
    span = periods.days_of(period) if period else periods.range_of(code)
    return (span[0].isoformat(), span[1].isoformat()) if span else ("9999", "0000")


def _fits(row: Record, query: Record) -> bool:
    return bool(
        dsps.compact(query.get("dsp") or row["dsp"]) == row["dsp"]
        and (query.get("release") or row["release_id"]) == row["release_id"]
        and (query.get("track") or row["track_id"]) == row["track_id"]
        and (query.get("isrc") or row["isrc"]).replace("-", "").upper() == row["isrc"]
        and (query.get("country") or row["country"]).upper() == row["country"]
    )


def list_tenant_statements(call: Call, world: World) -> Reply:
    """List the statements with their payees' parts."""
    source = Indexed(world, STATEMENTS, "tenant", call.account)
    return listed(call, source, lambda statement: print_statement(world, statement))


def approve_tenant_statement(call: Call, world: World) -> Reply:
    """Make a draft binding; the royalty statement of the month is final and the payouts are written."""
    statement = statement_of(call, world)
    world.fire("finance_statement", statement["id"], "approve")
    data = print_statement(world, world.require(STATEMENTS, statement["id"]))
    return Reply(200, {"success": True, "message": "Statement approved.", "data": data})


def list_payee_statements(call: Call, world: World) -> Reply:
    """List every payee's parts."""
    return listed(call, Indexed(world, PAYEE_STATEMENTS, "tenant", call.account), print_payee_statement)


def list_payouts(call: Call, world: World) -> Reply:
    """List the payouts."""
    return listed(call, Indexed(world, PAYOUTS, "tenant", call.account), print_payout)


OPERATIONS = {
    "getFinanceBalance": get_finance_balance,
    "listFinancePeriods": list_finance_periods,
    "createFinancePeriod": create_finance_period,
    "listSalesReports": list_sales_reports,
    "listTenantStatements": list_tenant_statements,
    "approveTenantStatement": approve_tenant_statement,
    "listPayeeStatements": list_payee_statements,
    "listPayouts": list_payouts,
}
