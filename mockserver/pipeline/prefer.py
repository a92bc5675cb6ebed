"""Answers that a client asks for by `Prefer: code=...` or `Prefer: example=...`, Prism's convention."""

from __future__ import annotations

import re

from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from mockserver.provider import Provider
from specs import Media, Operation, Promise
from specs.example import sample, sample_headers

_WISH = re.compile(r'\b(code|example)\s*=\s*"?([^",;\s]+)"?')


def preferred_reply(request: Request, operation: Operation, flat: Provider) -> Reply | None:
    """Return the documented answer that is asked for, or None; `bad_preference` names what there is."""
    wishes = dict(_WISH.findall(request.header("prefer") or ""))
    if not wishes:
        return None
    promise = _promise(operation, wishes)
    media = _media(promise, request)
    headers = sample_headers(flat.book, promise)
    if media is None:
        return Reply(promise.status, None, "", headers)
    label = wishes.get("example")
    if label is not None and label in media.examples:
        return Reply(promise.status, media.examples[label], media.name, headers)
    value = next(iter(media.examples.values())) if media.examples else sample(flat.book, media)
    return Reply(promise.status, value, media.name, headers)


def _promise(operation: Operation, wishes: dict[str, str]) -> Promise:
    if "code" in wishes:
        code = wishes["code"]
        if code.isdigit() and int(code) in operation.promises:
            return operation.promises[int(code)]
        known = ", ".join(str(status) for status in sorted(operation.promises))
        raise Failure("bad_preference", f"{operation.id} documents no status {code}; documented: {known}.")
    label = wishes["example"]
    named: list[str] = []
    for promise in operation.promises.values():
        for media in promise.content.values():
            if label in media.examples:
                return promise
            named += media.examples
    text = f"{operation.id} has no example {label!r}; there are: {', '.join(dict.fromkeys(named)) or 'none'}."
    raise Failure("bad_preference", text)


def _media(promise: Promise, request: Request) -> Media | None:
    accept = request.header("accept") or ""
    wanted = [media for name, media in promise.content.items() if name in accept]
    return next(iter(wanted or promise.content.values()), None)
