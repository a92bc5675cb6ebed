"""Replies as bytes, and what they break of their promise."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.core.message import Reply
from mockserver.pipeline.encode import find_broken, write


def written(body: Any, media_type: str = "", usual: str = "application/json") -> Reply:
    reply = Reply(200, body, media_type)
    write(reply, usual)
    return reply


@pytest.mark.parametrize(
    ("body", "media_type", "payload", "sent_as"),
    [
        (None, "", b"", ""),
        ({"a": [1, None, True], "b": "é"}, "", '{"a":[1,null,true],"b":"é"}'.encode(), "application/json"),
        ({1: 2}, "", b'{"1":2}', "application/json"),
        ([], "", b"[]", "application/json"),
        ("text", "", b'"text"', "application/json"),
        ("é", "text/plain", "é".encode(), "text/plain"),
        ("a", "application/problem+json", b'"a"', "application/problem+json"),
        (b"\x00\xff", "image/png", b"\x00\xff", "image/png"),
        (b"", "image/png", b"", "image/png"),
        (0, "", b"0", "application/json"),
        (False, "", b"false", "application/json"),
    ],
)
def test_a_body_is_written_by_its_kind(body: Any, media_type: str, payload: bytes, sent_as: str) -> None:
    reply = written(body, media_type)

    assert (reply.payload, reply.media_type) == (payload, sent_as)


@pytest.fixture
def broken(toy: Any) -> Any:
    """Say what a reply to `breakPromise` breaks."""
    book = toy.world.book

    def find(status: int, body: Any, media_type: str = "", **headers: str) -> list[tuple[str, str]]:
        reply = Reply(status, body, media_type, {name.replace("_", "-"): value for name, value in headers.items()})
        write(reply, "application/json")
        problems = find_broken(reply, book.operations["breakPromise"], book.schemas)
        assert all(problem.place == "response" for problem in problems)
        return [(problem.pointer, problem.rule) for problem in problems]

    return find


def test_a_kept_promise_breaks_nothing(broken: Any) -> None:
    assert broken(200, {"fine": True}, X_Total="3") == []
    assert broken(200, {"fine": True}, "application/json; charset=utf-8", x_total="3") == []
    assert broken(200, b'{"fine": true}', "application/json", X_Total="3") == []
    assert broken(204, None) == []


@pytest.mark.parametrize(
    ("arguments", "headers", "expected"),
    [
        ((418, {}), {}, [("", "status")]),
        ((200, {"fine": True}), {}, [("/headers/X-Total", "required")]),
        ((200, {"fine": True}), {"X_Total": "x"}, [("/headers/X-Total", "type")]),
        ((200, {"fine": False}), {"X_Total": "1"}, [("/fine", "const")]),
        ((200, {}), {"X_Total": "1"}, [("/fine", "required")]),
        ((200, "a", "text/plain"), {"X_Total": "1"}, [("", "media")]),
        ((200, None), {"X_Total": "1"}, [("", "media")]),
        ((204, {}), {}, [("", "body")]),
    ],
)
def test_every_way_to_break_it_is_seen(
    broken: Any, arguments: tuple[Any, ...], headers: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    assert broken(*arguments, **headers) == expected
