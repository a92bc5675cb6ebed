"""Answers that a client asks for by `Prefer: code=...` or `Prefer: example=...`, Prism's convention."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mockserver.core.failure import Failure
from mockserver.core.message import Reply, Request
from mockserver.provider import Provider
from specs import Media, Operation, Promise
from specs.example import sample, sample_headers

_WISH = re.compile(r'(?:^|[,;\s])(code|example)\s*=\s*"?([^",;\s]+)"?')


def preferred_reply(request: Request, operation: Operation, flat: Provider) -> Reply | None:
    """Return the documented answer that is asked for, or None; `bad_preference` names what there is."""
    wishes = dict(_WISH.findall(request.header("prefer") or ""))
    if not wishes:
        return None
    promise = _promise(operation, wishes)
    label = wishes.get("example")
    media = _media(promise, request) if label is None else _exemplified(operation, promise, label)
    headers = sample_headers(flat.book, promise)
    if media is None:
        return Reply(promise.status, None, "", headers)
    value = sample(flat.book, media) if label is None else media.examples[label]
    return Reply(promise.status, value, media.name, headers)


def _exemplified(operation: Operation, promise: Promise, label: str) -> Media:
    for media in promise.content.values():
        if label in media.examples:
            return media
    raise _no_example(operation, label, [promise])


def _promise(operation: Operation, wishes: dict[str, str]) -> Promise:
    if "code" in wishes:
        code = wishes["code"]
        for status, promise in operation.promises.items():
            if str(status) == code:
                return promise
        known = ", ".join(str(status) for status in sorted(operation.promises))
        raise Failure("bad_preference", f"{operation.id} documents no status {code}; documented: {known}.")
    label = wishes["example"]
    for promise in operation.promises.values():
        if any(label in media.examples for media in promise.content.values()):
            return promise
    raise _no_example(operation, label, operation.promises.values())


def _no_example(operation: Operation, label: str, promises: Iterable[Promise]) -> Failure:
    named = [name for promise in promises for media in promise.content.values() for name in media.examples]
    there = ", ".join(dict.fromkeys(named)) or "none"
    return Failure("bad_preference", f"{operation.id} has no example {label!r}; there are: {there}.")


def _media(promise: Promise, request: Request) -> Media | None:
    accept = request.header("accept") or ""
    wanted = [media for name, media in promise.content.items() if name in accept]
    return next(iter(wanted or promise.content.values()), None)
