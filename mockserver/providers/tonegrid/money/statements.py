"""Statements of a period: gross, commission, withholding, net, and every payee's part of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.providers.tonegrid import tenancy
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.money import ledger
from mockserver.providers.tonegrid.money.ledger import Entry
from mockserver.providers.tonegrid.money.periods import days_of
from mockserver.world import World

STATEMENTS, PAYEE_STATEMENTS, PAYEES, PAYOUTS = "finance_statements", "payee_statements", "payees", "payouts"
COMMISSION_PERCENT = 10
WITHHOLDING_PERCENT = 5  # of what is left after the commission


def parts_of(gross: int) -> tuple[int, int, int]:
    """Return commission, withholding and net of a gross amount; the three add up to it."""
    commission = gross * COMMISSION_PERCENT // 100
    withholding = (gross - commission) * WITHHOLDING_PERCENT // 100
    return commission, withholding, gross - commission - withholding


def allocate(amount: int, shares: list[int]) -> list[int]:
    """Part an amount by shares of a hundred without losing a cent: the largest remainders are rounded up."""
    parts = [amount * share // 100 for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (-(amount * shares[place] % 100), place))
    for place in order[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def draw_statements(world: World, period: Record, data: Record) -> None:
    """Draw the tenant's statement of a period that closes, and its payees' ones (L1224-1226)."""
    tenant = period["tenant"]
    days = list(_free_days(world, tenant, period))
    found = ledger.total(entries_of_days(world, tenant, days))
    commission, withholding, net = parts_of(found.usd)
    statement = {
        "id": world.uuid("statement"),
        "number": world.next_number("statement"),
        "tenant": tenant,
        "period": period["code"],
        "royalty_id": f"stmt_{period['code'].replace('-', '')}" if _is_month(period) else None,
        "currency": "USD",
        "total_streams": found.streams,
        "gross_minor": found.usd,
        "commission_minor": commission,
        "withholding_minor": withholding,
        "net_payable_minor": net,
        "days": days,
        "approved_at": None,
        "created_at": instant(world.now),
    }
    world.begin("finance_statement", statement)
    _draw_payees(world, statement)


def _is_month(period: Record) -> bool:
    code = str(period["code"])
    return period["type"] == "monthly" and len(code) == 7 and code[:4].isdigit() and code[5:].isdigit()


def _free_days(world: World, tenant: str, period: Record) -> Iterator[str]:
    """Yield a period's days that no other statement covers, so that no cent is stated twice."""
    span = days_of(period)
    if span is None:
        return
    covered = {day for one in world.slice_by(STATEMENTS, "tenant", tenant) for day in one["days"]}
    for day in ledger.days(*span):
        if day.isoformat() not in covered:
            yield day.isoformat()


def entries_of_days(world: World, tenant: str, days: list[str]) -> Iterator[Entry]:
    """Yield what a tenant and all below it earned on some days."""
    if not days:
        return
    wanted = set(days)
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    for entry in ledger.entries(world, tenancy.family(world, tenant), first, last):
        if entry.day in wanted:
            yield entry


def _draw_payees(world: World, statement: Record) -> None:
    payees = world.slice_by(PAYEES, "tenant", statement["tenant"]) or [_only_payee(world, statement["tenant"])]
    shares = [payee["share"] for payee in payees]
    gross = allocate(statement["gross_minor"] - statement["commission_minor"], shares)
    withheld = allocate(statement["withholding_minor"], shares)
    for payee, amount, tax in zip(payees, gross, withheld, strict=True):
        world.put(
            PAYEE_STATEMENTS,
            {
                "id": world.uuid("payee_statement"),
                "number": world.next_number("payee_statement"),
                "tenant": statement["tenant"],
                "statement": statement["id"],
                "period": statement["period"],
                "payee_name": payee["name"],
                "payee_type": payee["type"],
                "rail": payee["rail"],
                "split_share": payee["share"],
                "gross_minor": amount,
                "withholding_tax_minor": tax,
                "net_payable_minor": amount - tax,
            },
        )


def _only_payee(world: World, tenant: str) -> Record:
    """Without payees of its own a tenant gets everything itself."""
    name = world.require(tenancy.TENANTS, tenant)["name"]
    return {"name": name, "type": "external", "share": 100, "rail": None}


def finalize_statement(world: World, statement: Record, data: Record) -> None:
    """Make a statement binding and write the payouts; a payee without a rail is the tenant itself, who withdraws."""
    statement["approved_at"] = instant(world.now)
    for part in world.slice_by(PAYEE_STATEMENTS, "statement", statement["id"]):
        if part["rail"] is not None and part["net_payable_minor"] > 0:
            world.begin("payout", payout_record(world, part))


def payout_record(world: World, part: Record, **more: Any) -> Record:
    """Return the payout of a payee's statement, not yet stored."""
    return {
        "id": world.uuid("payout"),
        "number": world.next_number("payout"),
        "tenant": part["tenant"],
        "period": part["period"],
        "payee_name": part["payee_name"],
        "rail": part["rail"],
        "amount_minor": part["net_payable_minor"],
        "currency": "USD",
        "external_reference": None,
        "sent_at": None,
        "succeeded_at": None,
        "failed_at": None,
        "error_message": None,
        "created_at": instant(world.now),
        **more,
    }


def stamp_sent(world: World, payout: Record, data: Record) -> None:
    """The payment service has it and knows it by a reference."""
    reference = f"{payout['rail'].upper()}-{world.hex('payout_reference', 12).upper()}"
    payout |= {"sent_at": instant(world.now), "external_reference": reference}


def stamp_succeeded(world: World, payout: Record, data: Record) -> None:
    """It is paid; in the sandbox no money moved (L135)."""
    payout["succeeded_at"] = instant(world.now)


def stamp_failed(world: World, payout: Record, data: Record) -> None:
    """The payment service refused it; the amount is available again."""
    text = data.get("error_message") or data.get("reason") or "The receiving bank refused the payment."
    payout |= {"failed_at": instant(world.now), "error_message": str(text)}


def give_back(world: World, withdrawal: Record, data: Record) -> None:
    """A withdrawal that came back no longer counts, so its amount is available again."""
    withdrawal["failed_at"] = instant(world.now)


def print_statement(world: World, statement: Record) -> dict[str, Any]:
    """Return a tenant's statement with its payees' parts."""
    parts = world.slice_by(PAYEE_STATEMENTS, "statement", statement["id"])
    names = (
        "period", "currency", "total_streams", "gross_minor", "commission_minor", "withholding_minor",
        "net_payable_minor", "state",
    )  # fmt: skip
    return {
        "uuid": statement["id"],
        **{name: statement[name] for name in names},
        "payee_statements": [print_payee_statement(part) for part in parts],
        "created_at": shown(statement["created_at"]),
        "approved_at": shown(statement["approved_at"]),
    }


def print_payee_statement(part: Record) -> dict[str, Any]:
    """Return a payee's part of a statement."""
    names = (
        "period", "payee_name", "payee_type", "split_share", "gross_minor", "withholding_tax_minor",
        "net_payable_minor",
    )  # fmt: skip
    return {"uuid": part["id"], "statement_uuid": part["statement"], **{name: part[name] for name in names}}


def print_payout(payout: Record) -> dict[str, Any]:
    """Return a payout."""
    names = (
        "period", "payee_name", "rail", "amount_minor", "currency", "external_reference", "state", "error_message",
    )  # fmt: skip
    instants = ("sent_at", "succeeded_at", "failed_at", "created_at")
    return {
        "uuid": payout["id"],
        **{name: payout[name] for name in names},
        **{name: shown(payout[name]) for name in instants},
    }
