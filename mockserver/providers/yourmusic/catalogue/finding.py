"""What the operations of the catalogue share: search wishes and envelopes, and batches of ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.providers.yourmusic.catalogue.lookup import find_item
from mockserver.providers.yourmusic.catalogue.search import Wish
from mockserver.world import World

Shown = dict[str, Any]
_NOT_FOUND = 2001


def wish_of(call: Call) -> Wish:
    """Return what a search asks for; terms of nothing but blanks are no terms (YM-150)."""
    terms = call.query["q"]
    if not terms.strip():
        raise Failure("field", field="q", text="The q field is required.")
    query = call.query
    return Wish(terms, query.get("usageTypes"), query.get("excludeExplicitContent", False), query.get("artistId"))


def found_page(call: Call, total: int, results: list[Any]) -> Shown:
    """Return the envelope of a search (YM-159, YM-160)."""
    return {
        "estimatedTotalItems": total,
        "page": call.query["page"],
        "expectedPageSize": call.query["pageSize"],
        "results": results,
    }


def read_batch(
    call: Call, world: World, kind: str, ids: str, show: Callable[[Record], Shown | None]
) -> tuple[list[Shown], list[Shown]]:
    """Return the items of a comma list in the order asked, each once, and an error for every id without one.

    Errors are told only where showErrors asks for them (YM-164).
    """
    items: list[Shown] = []
    errors: list[Shown] = []
    for id in dict.fromkeys(part.strip() for part in ids.split(",")):
        record = find_item(world, kind, id)
        shown = show(record) if record is not None and _is_open(record, call.query) else None
        if shown is not None:
            items.append(shown)
        elif call.query.get("showErrors"):
            errors.append(_error(kind, id, record is not None))
    return items, errors


def _is_open(record: Record, query: dict[str, Any]) -> bool:
    use, kind = query.get("usageTypes"), query.get("type")
    return (use is None or use in record["uses"]) and (kind is None or record["type"] == kind)


def _error(kind: str, id: str, is_known: bool) -> Shown:
    name = kind.removesuffix("s").capitalize()
    number = {"itemId": int(id)} if id.isascii() and id.isdigit() else {}
    text = f"{name} not available" if is_known else f"{name} not found"
    return {**number, "code": _NOT_FOUND, "errorMessage": text if number else f"{text}: {id[:40]}"}
