"""The journal: what was asked and answered, waited for, explained, cleared; promises broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant, parse_instant, short
from mockserver.control.errors import invalid
from mockserver.control.explanation import explain
from mockserver.control.house import House
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.journal import Entry


def list_requests(call: Call, house: House) -> Reply:
    """List the requests of a sandbox, the newest first."""
    sandbox, query = call.request.sandbox, call.query
    found = list(house.journal.find(sandbox))
    if "since" in query:
        found = _since(found, query["since"])
    fits = _fitting(query)
    found = [entry for entry in found if fits(entry)][: query.get("limit")]
    heads = [_head(entry) for entry in found]
    return Reply(200, {"size": house.journal.size, "dropped": house.journal.dropped(sandbox), "requests": heads})


def get_request(call: Call, house: House) -> Reply:
    """Show one request with its explanation."""
    id = call.path["id"]
    entry = next(house.journal.find(call.request.sandbox, lambda entry: entry.request.id == id), None)
    if entry is None:
        raise Failure("not_found", f"The journal of this sandbox holds no request {id[:80]!r}.")
    flat = house.flats.get(entry.request.provider)
    operation = flat.book.operations.get(entry.operation) if flat else None
    whole = {
        **entry.whole(),
        **_head(entry),
        "explanation": explain(entry, flat),
        "rule": operation.extensions.get("x-rule") if operation else None,
        "events": [{**note, "at": short(note["at"])} for note in entry.notes],
    }
    return Reply(200, whole)


def wait_for_requests(call: Call, house: House) -> Reply:
    """Answer when enough requests have come, or that they have not; no lock is held meanwhile."""
    order = call.body
    count, seconds = int(order.get("count", 1)), order["timeout_seconds"]
    found = house.journal.wait(call.request.sandbox, _fitting(order["match"]), count, seconds)
    if len(found) < count:
        raise Failure("timed_out", f"{len(found)} of {count} requests came within {seconds} seconds.")
    return Reply(200, [_head(entry) for entry in found])


def clear_requests(call: Call, house: House) -> Reply:
    """Forget the requests of a sandbox."""
    house.journal.clear(call.request.sandbox)
    return Reply(204)


def list_violations(call: Call, house: House) -> Reply:
    """List own answers and webhooks that broke the spec."""
    return Reply(200, [_violation(record) for record in house.violations.list(call.request.sandbox)])


def _fitting(match: Record) -> Callable[[Entry], bool]:
    provider, operation, status = match.get("provider"), match.get("operation"), match.get("status")

    def fits(entry: Entry) -> bool:
        return (
            provider in (None, entry.request.provider)
            and operation in (None, entry.operation)
            and status in (None, entry.status)
        )

    return fits


def _since(found: list[Entry], since: str) -> list[Entry]:
    """Return the entries from an instant on, or those after a request."""
    for index, entry in enumerate(found):
        if entry.request.id == since:
            return found[:index]
    try:
        start = instant(parse_instant(since))
    except ValueError:
        text = f"{since[:80]!r} is neither an instant (2026-01-15T09:00:00Z) nor a request that the journal holds."
        raise invalid("/since", text, place="query", got=since) from None
    return [entry for entry in found if entry.at >= start]


def _head(entry: Entry) -> dict[str, Any]:
    return {**entry.head(), "at": short(entry.at)}


def _violation(record: Record) -> dict[str, Any]:
    problems = "; ".join(f"{problem['pointer'] or '/'}: {problem['detail']}" for problem in record["problems"])
    return {
        "provider": record["provider"],
        "operation": record["subject"],
        "kind": "webhook" if record["what"] == "webhook" else "reply",
        "detail": f"{record['what']}: {problems}" if problems else record["what"],
        "count": record["count"],
        "first_at": short(record["first_at"]),
        "last_at": short(record["last_at"]),
        "id": record["id"],
        "problems": record["problems"],
    }


OPERATIONS = {
    "listRequests": list_requests,
    "getRequest": get_request,
    "waitForRequests": wait_for_requests,
    "clearRequests": clear_requests,
    "listViolations": list_violations,
}
