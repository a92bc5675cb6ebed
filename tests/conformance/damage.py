"""Good answers of a document and what can be wrong with them, one damage at a time, the same ones each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from answers import exchange

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.pointer import join, read, replaced, without
from specs import Operation, open_book
from specs.example import sample_headers

_FOREIGN: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1.0, 10**30, "", "x", "é" * 300, "2023-02-30", "2026-01-31T12:00:00"),
    *("not/a/uri", [], {}, [1, 1], {"type": "x"}, ["x", None]),
)
_BODIES = (b"", b"null", b"[]", b'{"data": ', b"\xff\xfe{}", b'"text"')
_TYPES = ("text/plain", "application/json; charset=utf-8", "Application/JSON", "")
_TEXTS = ("", "x", "-1", "1.5", "true", "99999999999")


def find_good(contract: Contract) -> Iterator[Exchange]:
    """Yield an answer for each documented status and media type: its first example, with the headers always sent."""
    book = open_book(contract.provider)
    for operation in contract.operations.values():
        for promise in operation.promises.values():
            for media in promise.content.values():
                headers = {**sample_headers(book, promise), "Content-Type": media.name}
                body = next(iter(media.examples.values()), b"file")
                yield _answer(operation, promise.status, headers, body)


def find_damaged(good: list[Exchange], each: int) -> Iterator[Exchange]:
    """Yield answers with one thing wrong, so many for each good one; the damage moves on from one to the next."""
    turn = count()
    for answer in good:
        for _ in range(each):
            yield _damaged(answer, next(turn))


def _answer(operation: Operation, status: int, headers: dict[str, str], body: Any) -> Exchange:
    url = "http://api.test" + operation.path.replace("{", "").replace("}", "")
    return exchange(body, status=status, operation=operation.id, method=operation.method, url=url, headers=headers)


def _damaged(answer: Exchange, turn: int) -> Exchange:
    if turn % 9 == 0:
        return replace(answer, body=_BODIES[turn // 9 % len(_BODIES)])
    if turn % 9 == 1:
        return replace(answer, headers={**answer.headers, "Content-Type": _TYPES[turn // 9 % len(_TYPES)]})
    if turn % 9 < 4:
        return replace(answer, headers=_damaged_headers(answer.headers, turn))
    try:
        value = json.loads(answer.body)
    except ValueError:
        return replace(answer, body=b"")
    return replace(answer, body=json.dumps(_damaged_value(value, turn)).encode())


def _damaged_headers(headers: dict[str, str], turn: int) -> dict[str, str]:
    name = list(headers)[turn // 9 % len(headers)]
    left = {key: value for key, value in headers.items() if key != name}
    return left if turn % 9 == 2 else {**left, name: _TEXTS[turn // 9 % len(_TEXTS)]}


def _damaged_value(value: Any, turn: int) -> Any:
    """Return a copy with a place missing, of another value, with a member or an item more, or with a longer text."""
    places = list(_places(value))
    place = places[turn * 7 % len(places)]
    there, foreign = read(value, place), _FOREIGN[turn % len(_FOREIGN)]
    if turn % 3 == 0 and place:
        return without(value, place)
    if turn % 3 == 1 and isinstance(there, dict):
        return replaced(value, place + "/conformance-unknown", foreign)
    if turn % 3 == 1 and isinstance(there, list):
        return replaced(value, place, [*there, *there, foreign])
    if turn % 3 == 1 and isinstance(there, str):
        return replaced(value, place, there + "!")
    return replaced(value, place, foreign)


def _places(value: Any, place: str = "") -> Iterator[str]:
    yield place
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield from _places(inner, place + join(name))
