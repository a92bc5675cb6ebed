"""Balance, monthly statements and withdrawals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.finding import statement_of
from mockserver.providers.tonegrid.money.balance import balance_of
from mockserver.providers.tonegrid.money.ledger import dollars
from mockserver.providers.tonegrid.money.pdf import write_pdf
from mockserver.providers.tonegrid.money.statements import STATEMENTS
from mockserver.providers.tonegrid.money.views import royalty_breakdown, royalty_summary
from mockserver.world import World

_ARRIVAL = timedelta(days=2)


def get_royalty_balance(call: Call, world: World) -> Reply:
    """Show what can be withdrawn and what is to come (L545-558)."""
    found = balance_of(world, call.account)
    balance = {
        "available_usd": dollars(found.available),
        "pending_usd": dollars(found.pending),
        "currency": "USD",
        "last_updated": shown(found.last_updated),
    }
    return Reply(200, {"balance": balance})


def list_royalty_statements(call: Call, world: World) -> Reply:
    """List the monthly statements, the newest first."""
    found = [one for one in world.slice_by(STATEMENTS, "tenant", call.account) if one["royalty_id"] is not None]
    found.sort(key=lambda one: one["period"], reverse=True)
    return Reply(200, {"statements": [royalty_summary(one) for one in found]})


def get_royalty_statement(call: Call, world: World) -> Reply:
    """Show a statement by release and DSP."""
    statement = statement_of(call, world)
    detail = {
        **royalty_summary(statement),
        "pdf_url": f"{call.base_url}/royalties/statements/{statement['royalty_id']}/pdf",
        "breakdown": royalty_breakdown(world, statement),
    }
    return Reply(200, {"statement": detail})


def download_royalty_statement_pdf(call: Call, world: World) -> Reply:
    """Return the statement as a PDF."""
    statement = statement_of(call, world)
    lines = [f"Royalty statement {statement['period']}", f"Total USD {dollars(statement['gross_minor'])}", ""]
    for line in royalty_breakdown(world, statement):
        title, dsp = line["release_title"][:38], line["dsp"][:16]
        lines.append(f"{title:<40}{dsp:<18}{line['streams']:>10}{line['revenue_usd']:>12}")
    return Reply(200, write_pdf(lines), "application/pdf")


def request_withdrawal(call: Call, world: World) -> Reply:
    """Withdraw from the available balance, at least ten dollars (L591-611)."""
    amount = _cents(call.body["amount_usd"])
    if amount > balance_of(world, call.account).available:
        raise Failure("balance_too_low")
    withdrawal: Record = {
        "id": f"wth_{world.hex('withdrawal', 8)}",
        "number": world.next_number("withdrawal"),
        "tenant": call.account,
        "amount_minor": amount,
        "note": call.body.get("note"),
        "estimated_arrival": (world.now + _ARRIVAL).date().isoformat(),
        "failed_at": None,
        "created_at": instant(world.now),
    }
    world.begin("withdrawal", withdrawal)
    shown_withdrawal = {
        "id": withdrawal["id"],
        "amount_usd": dollars(amount),
        "status": "processing",
        "estimated_arrival": withdrawal["estimated_arrival"],
        "note": withdrawal["note"],
        "created_at": shown(withdrawal["created_at"]),
    }
    return Reply(201, {"withdrawal": shown_withdrawal})


def _cents(dollars_: float) -> int:
    amount = Decimal(str(dollars_)) * 100
    if amount != amount.to_integral_value():
        raise wrong_fields(amount_usd="The amount_usd must not have more than two decimals.")
    return int(amount)


OPERATIONS = {
    "getRoyaltyBalance": get_royalty_balance,
    "listRoyaltyStatements": list_royalty_statements,
    "getRoyaltyStatement": get_royalty_statement,
    "downloadRoyaltyStatementPdf": download_royalty_statement_pdf,
    "requestWithdrawal": request_withdrawal,
}
