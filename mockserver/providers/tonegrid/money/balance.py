"""What a tenant can draw, what is on its way, what was paid: sums over statements, payouts and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.core.ground import Record
from mockserver.providers.tonegrid import tenancy
from mockserver.providers.tonegrid.money import ledger
from mockserver.providers.tonegrid.money.statements import PAYOUTS, STATEMENTS, parts_of
from mockserver.world import World

WITHDRAWALS = "withdrawals"
_IN_FLIGHT = {"pending", "sent", "processing"}
_PAID = {"succeeded", "completed"}


@dataclass(frozen=True, slots=True)
class Balance:
    """Amounts in cents. Available, in flight and paid are together the net of all approved statements."""

    available: int
    in_flight: int
    paid: int
    pending: int
    gross: int
    last_updated: str


def balance_of(world: World, tenant: str) -> Balance:
    """Return a tenant's balance; the same for royalties and for finance."""
    statements = world.slice_by(STATEMENTS, "tenant", tenant)
    approved = [one for one in statements if one["state"] == "approved"]
    moved = [(one["state"], one["amount_minor"]) for one in world.slice_by(PAYOUTS, "tenant", tenant)]
    moved += [(one["status"], one["amount_minor"]) for one in world.slice_by(WITHDRAWALS, "tenant", tenant)]
    in_flight = sum(amount for state, amount in moved if state in _IN_FLIGHT)
    paid = sum(amount for state, amount in moved if state in _PAID)
    net = sum(one["net_payable_minor"] for one in approved)
    gross = ledger.lifetime(world, tenancy.family(world, tenant)).usd
    return Balance(
        available=net - in_flight - paid,
        in_flight=in_flight,
        paid=paid,
        pending=_pending(statements, gross),
        gross=gross,
        last_updated=_last_change(world, tenant, statements),
    )


def _pending(statements: list[Record], gross: int) -> int:
    """Return the net of draft statements and of what no statement covers yet."""
    drafts = sum(one["net_payable_minor"] for one in statements if one["state"] == "draft")
    open_gross = gross - sum(one["gross_minor"] for one in statements)
    return int(drafts) + parts_of(max(0, open_gross))[2]


def _last_change(world: World, tenant: str, statements: list[Record]) -> str:
    instants = [one["approved_at"] or one["created_at"] for one in statements]
    return str(max(instants, default=world.require(tenancy.TENANTS, tenant)["created_at"]))
