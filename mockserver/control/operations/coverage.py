"""What has been seen of the promise in a sandbox."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from mockserver.call import Call
from mockserver.control.house import House
from mockserver.core.message import Reply
from mockserver.provider import Provider

Seen = dict[tuple[str, str, int, str], int]
Happened = dict[tuple[str | None, ...], int]


def get_coverage(call: Call, house: House) -> Reply:
    """Count answers, transitions and webhooks, those that were never seen included."""
    seen: Seen = {}
    for (provider, operation, status, media), count in house.journal.seen(call.request.sandbox).items():
        key = (provider, operation, status, media.partition(";")[0])
        seen[key] = seen.get(key, 0) + count
    happened = house.journal.happened(call.request.sandbox)
    flats = list(house.flats.values())
    whole = {
        "operations": [row for flat in flats for row in _operations(flat, seen)],
        "transitions": [row for flat in flats for row in _transitions(flat, happened)],
        "events": [row for flat in flats for row in _events(flat, happened)],
    }
    return Reply(200, whole)


def _operations(flat: Provider, seen: Seen) -> list[dict[str, Any]]:
    promised = [
        (flat.name, operation.id, status, media)
        for operation in flat.book.operations.values()
        for status, promise in operation.promises.items()
        for media in (promise.content or [""])
    ]
    # Answers that no document can promise, such as those of ordered faults, are told beside the others.
    known = set(promised)
    others = [key for key in seen if key[0] == flat.name and key not in known]
    return [
        {
            "provider": key[0],
            "operation": key[1],
            "status": key[2],
            "media_type": key[3] or None,
            "count": seen.get(key, 0),
            "promised": key in known,
        }
        for key in promised + others
    ]


def _transitions(flat: Provider, happened: Happened) -> list[dict[str, Any]]:
    return [
        {
            "provider": flat.name,
            "resource": machine.name,
            "event": row.event,
            "from": source,
            "to": row.target,
            "count": happened.get(("transition", flat.name, machine.name, row.event, source, row.target), 0),
            "by": row.by,
        }
        for machine in flat.book.lifecycles.values()
        for row in machine.transitions
        for source in row.sources
    ]


def _events(flat: Provider, happened: Happened) -> list[dict[str, Any]]:
    """Count by event, or by pattern (`release.dsp.*.live`) where the document promises a family of events."""
    told = set(flat.events.values())
    webhooks = flat.book.webhooks.items()
    promised = [
        *flat.events,
        *(str(hook.extensions.get("x-event", name)) for name, hook in webhooks if name not in told),
    ]
    counts = dict.fromkeys(promised, 0)
    for key, count in happened.items():
        if key[:2] == ("webhook", flat.name):
            event = str(key[2])
            family = next((pattern for pattern in promised if fnmatchcase(event, pattern)), event)
            counts[family] = counts.get(family, 0) + count
    return [{"provider": flat.name, "event": event, "count": count} for event, count in counts.items()]


OPERATIONS = {
    "getCoverage": get_coverage,
}
