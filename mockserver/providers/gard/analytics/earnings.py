"""What an account's streams have earned, and what is left of it."""

from __future__ import annotations

from datetime import date

from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.gard.analytics.facts import Window, facts_of, last_ingested_day, total
from mockserver.providers.gard.records import ACCOUNTS, RELEASES, account_of
from mockserver.world import World

CURRENCY = "USD"
_EVER = date(2, 1, 1)
_CENTS_PER_THOUSAND_PAID = 400


def settle(world: World, account: str) -> Record:
    """Add what has been ingested since the last time to the balance; returns the account's record, written."""
    record = account_of(world, account)
    newest = last_ingested_day(world)
    known = date.fromisoformat(record["earned_until"]) if record["earned_until"] else None
    if known is None or newest > known:
        before = _earned_until(world, account, known) if known else 0
        record["balance_cents"] += _earned_until(world, account, newest) - before
        record["earned_until"] = newest.isoformat()
        world.put(ACCOUNTS, record)
    return record


def _earned_until(world: World, account: str, day: date) -> int:
    """Return the cents earned from the first day on; sums of whole windows, so that settling often loses nothing."""
    releases = world.slice_by(RELEASES, "account", account)
    return total(facts_of(world, releases), Window(_EVER, day)).paid * _CENTS_PER_THOUSAND_PAID // 1000


def withdraw(world: World, account: str, amount_cents: int, currency: str) -> None:
    """Take an amount from the balance; `over_balance` where it holds less, as every other currency's does."""
    record = settle(world, account)
    balance = record["balance_cents"] if currency == CURRENCY else 0
    if amount_cents > balance:
        text = f"The request is for {amount_cents} cents {currency} and the balance is {balance}."
        raise Failure("over_balance", text)
    record["balance_cents"] -= amount_cents
    world.put(ACCOUNTS, record)
