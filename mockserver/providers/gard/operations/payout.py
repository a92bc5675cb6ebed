"""Payout method and withdrawals."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.analytics.earnings import withdraw
from mockserver.providers.gard.records import ACCOUNTS, WITHDRAWALS, account_of, log, newest_first
from mockserver.providers.gard.views import utc
from mockserver.world import World


def get_payout_settings(call: Call, world: World) -> Reply:
    """Return method and details as they were set (GARD-156)."""
    record = account_of(world, call.account)
    return Reply(200, {"code": 200, "method": record["payout_method"], "details": record["payout_details"]})


def update_payout_settings(call: Call, world: World) -> Reply:
    """Replace method and details (GARD-157)."""
    record = account_of(world, call.account)
    record["payout_method"] = call.body["method"]
    record["payout_details"] = call.body.get("details", {})
    world.put(ACCOUNTS, record)
    return Reply(200, {"code": 200, "msg": "settings saved"})


def list_withdrawals(call: Call, world: World) -> Reply:
    """List the withdrawals, the newest first (GARD-158)."""
    rows = [
        {
            "id": record["number"],
            "amount_cents": record["amount_cents"],
            "currency": record["currency"],
            "status": record["status"],
            "created_at": utc(record["created_at"]),
        }
        for record in newest_first(world, WITHDRAWALS, call.account, 0, call.query["limit"])
    ]
    return Reply(200, {"code": 200, "withdrawals": rows})


def request_withdrawal(call: Call, world: World) -> Reply:
    """Take an amount from the balance and let it be paid out (GARD-159, GARD-160)."""
    amount, currency = int(call.body["amount_cents"]), call.body["currency"]
    withdraw(world, call.account, amount, currency)
    number = world.next_number("withdrawal")
    record = {
        "id": str(number),
        "number": number,
        "account": call.account,
        "amount_cents": amount,
        "currency": currency,
        "created_at": instant(world.now),
    }
    log(world, call.account, "withdrawal", "withdrawal", record["id"], "")
    world.begin("withdrawal", record)
    return Reply(200, {"code": 200, "withdrawal_id": number, "status": "pending"})


OPERATIONS: dict[str, OperationFunction] = {
    "getPayoutSettings": get_payout_settings,
    "updatePayoutSettings": update_payout_settings,
    "listWithdrawals": list_withdrawals,
    "requestWithdrawal": request_withdrawal,
}
