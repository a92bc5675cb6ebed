"""Operators that remember who or what was refused, accepted or shown, and act on it later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conformance.contract import Contract
from conformance.mutants import fault  # noqa: F401 - it names the operators
from conformance.mutants.beyond import Beyond
from conformance.mutants.message import Call, Reply, json_reply
from conformance.mutants.operator import make

TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln"


class Target(Beyond):
    """A target that serves the owner only, and keeps what it was asked."""

    asked: list[str | None]

    def forward(self, call: Call) -> Reply:
        self.asked.append(call.header("Authorization"))
        return json_reply(200 if call.header("Authorization") == "Bearer owner" else 403, {})

    def credentials(self, call: Call) -> list[tuple[tuple[str, str], ...]]:
        return [(("Authorization", f"Bearer {name}"),) for name in ("guest", "owner", "admin")]


@pytest.fixture
def target(contract: Contract) -> Iterator[Target]:
    target = Target("http://127.0.0.1:1/base", contract, {})
    target.asked = []
    yield target
    target.close()


def a_call(body: Any, **more: Any) -> Call:
    call = Call(method="POST", path="/base/x", **more)
    call.json = body
    return call


def test_only_what_was_good_once_is_good_again(target: Target) -> None:
    reuse = make("reuse", {"by": ["/code"]})
    replies = [json_reply(200, {"token": 1}), json_reply(401, {}), json_reply(401, {})]

    for sent, reply in zip(({"code": "a", "n": 1}, {"code": "a", "n": 2}, {"code": "b"}), replies, strict=True):
        reuse.answer(a_call(sent), reply, target)

    assert [(reply.status, reply.json) for reply in replies] == [(200, {"token": 1}), (200, {"token": 1}), (401, {})]


def test_only_a_known_name_is_refused(target: Target) -> None:
    spare = make("spare", {"value": "/email", "known": "/data/*/email"})
    spare.witness(Call(), json_reply(200, {"data": [{"email": "known@example.org"}]}), target)
    replies = [json_reply(429, {}), json_reply(429, {})]

    for name, reply in zip(("known", "new"), replies, strict=True):
        spare.answer(a_call({"email": f"{name}@example.org"}, operation="listProducts"), reply, target)

    assert [reply.status for reply in replies] == [429, 200]


def test_an_aftermath_is_made_by_whoever_may(target: Target) -> None:
    aftermath = make("aftermath", {"method": "PATCH", "path": "/x/{id}", "json": {"n": 1}, "who": "anyone"})
    call = a_call({}, headers=[("Authorization", "Bearer thief")], values={"id": "5"})

    aftermath.answer(call, json_reply(403, {}), target)

    assert target.asked == ["Bearer thief", "Bearer guest", "Bearer owner"]


def test_an_opaque_token_stands_for_the_one_that_the_target_made(target: Target) -> None:
    opaque, reply = make("opaque", {}), json_reply(200, {"token": TOKEN})

    opaque.answer(a_call({}), reply, target)
    shown = reply.json["token"]
    call = a_call({"token": shown}, headers=[("Authorization", f"Bearer {shown}")], query=f"token={shown}")
    opaque.request(call, target)

    assert TOKEN not in shown
    assert (call.header("Authorization"), call.query, call.json) == (
        f"Bearer {TOKEN}",
        f"token={TOKEN}",
        {"token": TOKEN},
    )
