"""What tracks earn, and the payouts of the balance."""

from __future__ import annotations

from itertools import islice
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.paging import BadCursor, read_cursor, write_cursor
from mockserver.provider import OperationFunction
from mockserver.providers.og_records.explain import refuse_field
from mockserver.providers.og_records.ledger import balance_of, find_rows, position_of
from mockserver.providers.og_records.money import CURRENCY, print_money, read_money
from mockserver.providers.og_records.plans import PRODUCTION
from mockserver.providers.og_records.records import print_earning, print_page, print_payout
from mockserver.world import World

LEAST_PAYOUT = 100
_FIRST_TRANSFER = 50_418_873


def list_earnings(call: Call, world: World) -> Reply:
    """Answer one page of earnings, filtered by release, track and period (OG-095)."""
    limit = call.query["limit"]
    after = _earnings_cursor(call.query.get("cursor"))
    rows = list(islice(find_rows(world, call.account, call.query, after), limit + 1))
    more = write_cursor({"after": position_of(rows[limit - 1])}) if len(rows) > limit else None
    return Reply(200, print_page([print_earning(row) for row in rows[:limit]], more, limit))


def _earnings_cursor(cursor: str | None) -> tuple[str, ...] | None:
    after = _read(cursor, "after")
    if after is None:
        return None
    if not (isinstance(after, list) and len(after) == 4 and all(isinstance(part, str) for part in after)):
        raise _unknown_cursor()
    return tuple(after)


def list_payouts(call: Call, world: World) -> Reply:
    """Answer one page of the account's payouts, newest first (OG-098).

    The cursor says how many older payouts are left, so that new ones neither hide nor repeat any.
    """
    limit = call.query["limit"]
    total = world.count_by("payouts", "account", call.account)
    left = _payouts_cursor(call.query.get("cursor"), total)
    rows = world.slice_by("payouts", "account", call.account, total - left, limit, reverse=True)
    more = write_cursor({"left": left - limit}) if left > limit else None
    return Reply(200, print_page([print_payout(row) for row in rows], more, limit))


def _payouts_cursor(cursor: str | None, total: int) -> int:
    left = _read(cursor, "left")
    if left is None:
        return total
    if not isinstance(left, int) or isinstance(left, bool) or not 0 < left <= total:
        raise _unknown_cursor()
    return left


def _read(cursor: str | None, member: str) -> Any:
    if cursor is None:
        return None
    try:
        position = read_cursor(cursor)
    except BadCursor:
        raise _unknown_cursor() from None
    if position.get(member) is None:
        raise _unknown_cursor()
    return position[member]


def _unknown_cursor() -> Failure:
    return refuse_field("unknown_cursor", "cursor", "This list gave out no such cursor.")


def request_payout(call: Call, world: World) -> Reply:
    """Take an amount, or the whole balance, out of the balance and have it paid (OG-099, OG-100, OG-102)."""
    wish: Record = call.body or {}
    account = world.require("accounts", call.account)
    if call.caller.facts["plan"] in PRODUCTION and not account["kyc_verified"]:
        raise Failure("kyc_required", "Verify the account's identity before requesting a payout.")
    balance = balance_of(world, call.account)
    if wish.get("currency", CURRENCY) != CURRENCY:
        raise refuse_field("wrong_currency", "currency", f"The balance is in {CURRENCY}.")
    amount = read_money(wish["amount"]) if "amount" in wish else balance
    _check_amount(amount, balance)
    payout = world.begin("payout", new_payout(world, call.account, amount))
    return Reply(201, print_payout(payout))


def _check_amount(amount: int, balance: int) -> None:
    if amount > balance:
        at_most = f"At most {print_money(max(balance, 0))} {CURRENCY} can be paid out."
        raise refuse_field("above_balance", "amount", at_most, "The amount is above the balance.")
    if amount <= 0:
        raise refuse_field("not_positive", "amount", "There is nothing to pay out.")
    if amount < LEAST_PAYOUT:
        least = f"At least {print_money(LEAST_PAYOUT)} {CURRENCY} is paid out."
        raise refuse_field("below_minimum", "amount", least, "The amount is too small.")


def new_payout(world: World, account: str, amount: int) -> Record:
    """Return the record of a payout; its Wise transfer is named at once, so that Wise's events can name it."""
    return {
        "id": world.uuid("payout"),
        "account": account,
        "amount": amount,
        "currency": CURRENCY,
        "provider_reference": str(_FIRST_TRANSFER + 7 * world.next_number("wise transfer")),
        "requested_at": instant(world.now),
        "paid_at": None,
    }


OPERATIONS: dict[str, OperationFunction] = {
    "listEarnings": list_earnings,
    "listPayouts": list_payouts,
    "requestPayout": request_payout,
}
