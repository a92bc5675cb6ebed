"""Explains a journalled request in sentences: what was recognised, checked, refused, changed and sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mockserver.journal import Entry
from mockserver.provider import Provider


def explain(entry: Entry, flat: Provider | None) -> list[str]:
    """Return what happened to a request, step by step."""
    return list(_steps(entry, flat))


def _steps(entry: Entry, flat: Provider | None) -> Iterator[str]:
    yield _recognised(entry, flat)
    if entry.fault is not None:
        yield f"The ordered fault {entry.fault} spoilt the answer" + (", which was lost." if entry.is_lost else ".")
    if entry.caller is not None and entry.caller.kind != "none":
        yield f"The caller was {entry.caller.name} ({entry.caller.kind}) of the account {entry.caller.account}."
    for problem in entry.problems[:10]:
        yield f"Not as the document promises, {problem.place} {problem.pointer or '/'}: {problem.text}."
    if len(entry.problems) > 10:
        yield f"And {len(entry.problems) - 10} more of that kind."
    if entry.failure is not None:
        detail = entry.failure.get("detail")
        yield f"It was refused as {entry.failure['kind']}" + (f": {detail}" if detail else ".")
    elif entry.operation and not entry.problems:
        yield "Path, query, headers and body fit the document, and so did the answer."
    changes = Counter((verb, collection) for verb, collection, _ in entry.changes if not collection.startswith("@"))
    if changes:
        told = ", ".join(f"{verb} {count} in {collection}" for (verb, collection), count in changes.items())
        yield f"Records changed: {told}."
    for note in entry.notes:
        yield f"{note['kind']} of {note['resource']} {note['id']}: {note['detail']}."
    yield f"The answer was {entry.status}." if entry.status is not None else "No answer was sent."


def _recognised(entry: Entry, flat: Provider | None) -> str:
    request = entry.request
    if not entry.operation:
        return f"{request.method} {request.path} is no operation of {request.provider}."
    operation = flat.book.operations.get(entry.operation) if flat else None
    text = f"{request.method} {request.path} is {entry.operation} of {request.provider}"
    if operation is None:
        return f"{text}."
    return f"{text}: {operation.summary} ({operation.basis}; {operation.source})."
