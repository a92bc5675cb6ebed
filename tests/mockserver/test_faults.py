"""Faults on order: which request they hit, what happens instead, and what stays done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.clock import instant
from mockserver.core.message import Body, Request
from mockserver.pipeline import answer
from mockserver.web import gateway


def order(toy: Any, effect: dict[str, Any], phase: str = "before", **more: Any) -> None:
    """Order one fault in place of all others."""
    entry = {"id": "f1", "match": {}, "effect": effect, "phase": phase, **more}
    toy.house.sandboxes.change(toy.name, faults=[entry])


def create(toy: Any, **parts: Any) -> Any:
    return toy.send("POST", "/things", {"name": "a"}, **parts)


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note answers that are lost in place of breaking a connection."""
    seen: list[str] = []

    def note(start_response: Any) -> list[bytes]:
        seen.append("lost")
        start_response("200 OK", [("Content-Length", "0")])
        return []

    monkeypatch.setattr(gateway, "_lost", note)
    return seen


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note pauses in place of making them."""
    seen: list[float] = []
    monkeypatch.setattr(answer, "pause", seen.append)
    return seen


# what happens


def test_another_answer_before_leaves_everything_undone(toy: Any) -> None:
    order(toy, {"status": 503, "body": {"sorry": True}, "headers": {"Retry-After": "7"}})

    reply = create(toy)

    assert (reply.status_code, reply.json, reply.headers["Retry-After"]) == (503, {"sorry": True}, "7")
    assert toy.world.count("things") == 0


def test_another_answer_after_comes_when_everything_is_done(toy: Any) -> None:
    order(toy, {"status": 502, "body": "Bad gateway"}, "after")

    reply = create(toy)

    assert (reply.status_code, reply.text, reply.mimetype) == (502, "Bad gateway", "text/plain")
    assert toy.world.count("things") == 1


def test_a_status_alone_has_no_body(toy: Any) -> None:
    order(toy, {"status": 500})

    assert create(toy).data == b""


def test_only_the_status_is_another_one_after(toy: Any) -> None:
    order(toy, {"status": 500}, "after")

    reply = create(toy)

    assert (reply.status_code, reply.json["name"]) == (500, "a")


def test_headers_alone_join_the_real_answer(toy: Any) -> None:
    order(toy, {"headers": {"X-Total": "many", "X-New": 3}})

    reply = toy.ask("GET", "/things")

    assert (reply.status_code, reply.headers["X-Total"], reply.headers["X-New"]) == (200, "many", "3")


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_delay_alone_is_followed_by_the_real_answer(toy: Any, pauses: list[float], phase: str) -> None:
    order(toy, {"delay_ms": 1500}, phase)

    assert create(toy).status_code == 201
    assert pauses == [1.5]


def test_a_dropped_answer_before_leaves_everything_undone(toy: Any, lost: list[str]) -> None:
    order(toy, {"drop": True})
    create(toy)

    assert lost == ["lost"]
    assert toy.world.count("things") == 0


def test_a_dropped_answer_after_is_lost_when_everything_is_done(toy: Any, lost: list[str]) -> None:
    """The client cannot know; with the same key it gets the same answer."""
    order(toy, {"drop": True}, "after", times=1)
    create(toy, headers={"X-Toy-Key": "k"})

    again = create(toy, headers={"X-Toy-Key": "k"})

    assert lost == ["lost"]
    assert (again.status_code, again.headers["X-Toy-Replay"], again.json["id"]) == (201, "true", "1")
    assert toy.world.count("things") == 1


def test_a_lost_answer_is_told_so_in_the_journal(toy: Any, lost: list[str]) -> None:
    order(toy, {"drop": True}, "after")
    create(toy)

    entry = toy.journal[0]
    assert (entry["status"], entry["fault"], entry["operation"]) == (None, "f1", "createThing")


def test_a_cut_answer_says_how_long_it_should_have_been(toy: Any) -> None:
    whole = toy.ask("GET", "/things").data
    order(toy, {"truncate": 10})

    status, headers, body = raw(toy, "/things")

    assert status == "200 OK"
    assert (body, headers["Content-Length"]) == (whole[:10], str(len(whole)))


def test_a_cut_answer_may_be_another_one(toy: Any) -> None:
    for phase in ("before", "after"):
        order(toy, {"status": 200, "body": {"a": "bcdef"}, "truncate": 3}, phase)

        _, headers, body = raw(toy, "/things")

        assert (body, headers["Content-Length"]) == (b'{"a', "13")


def raw(toy: Any, path: str) -> tuple[str, dict[str, str], bytes]:
    """Return what the application hands to its server, which a client library would not let through."""
    from werkzeug.test import EnvironBuilder

    token = toy.credential("full")["value"]
    headers = {"X-Sandbox": toy.name, "Authorization": f"Bearer {token}"}
    environ = EnvironBuilder(f"/toy{path}", headers=headers).get_environ()
    told: list[Any] = []
    body = b"".join(toy.house.wsgi(environ, lambda *answer: told.extend(answer)))
    return told[0], dict(told[1]), body


def test_a_refusal_can_be_spoilt_too(toy: Any) -> None:
    order(toy, {"status": 500}, "after")

    reply = toy.send("POST", "/things", {})

    assert (reply.status_code, reply.json["error"]) == (500, "invalid")


def test_a_lost_answer_ends_with_a_broken_connection(toy: Any) -> None:
    """What real servers make of it is tried in test_cli.py."""
    order(toy, {"drop": True})
    reply = create(toy)

    with pytest.raises(ConnectionAbortedError):
        reply.get_data()


# whom it hits


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ({}, True),
        ({"provider": "toy"}, True),
        ({"provider": "gard"}, False),
        ({"operation": "listThings"}, True),
        ({"operation": "createThing"}, False),
        ({"method": "get"}, True),
        ({"method": "POST"}, False),
        ({"path": "^/thi"}, True),
        ({"path": "ings$"}, True),
        ({"path": "^/ings"}, False),
        ({"operation": "listThings", "method": "POST"}, False),
    ],
)
def test_an_order_hits_what_it_names(toy: Any, match: dict[str, str], hit: bool) -> None:
    order(toy, {"status": 503}, match=match)

    assert (toy.ask("GET", "/things").status_code == 503) is hit


def test_an_order_for_some_times_is_used_up(toy: Any) -> None:
    order(toy, {"status": 503}, times=2)

    assert [toy.ask("GET", "/things").status_code for _ in range(4)] == [503, 503, 200, 200]


def test_an_order_ends_at_its_instant_of_the_sandboxs_clock(toy: Any) -> None:
    order(toy, {"status": 503}, until=instant(toy.now + timedelta(minutes=5)))

    assert toy.ask("GET", "/things").status_code == 503
    toy.advance(toy.now + timedelta(minutes=5))
    assert toy.ask("GET", "/things").status_code == 200


def test_the_first_order_that_hits_is_the_one(toy: Any) -> None:
    faults = [
        {"id": "f1", "match": {"operation": "createThing"}, "effect": {"status": 501}},
        {"id": "f2", "match": {}, "effect": {"status": 502}, "times": 1},
        {"id": "f3", "match": {}, "effect": {"status": 503}},
    ]
    toy.house.sandboxes.change(toy.name, faults=faults)

    assert [toy.ask("GET", "/things").status_code for _ in range(2)] == [502, 503]
    assert [entry["fault"] for entry in toy.journal] == ["f3", "f2"]


def statuses(toy: Any, seed: int, count: int = 60) -> list[int]:
    toy.start_over(seed=seed)
    order(toy, {"status": 503}, probability=0.3)
    return [toy.ask("GET", "/things").status_code for _ in range(count)]


def test_chance_is_a_function_of_the_seed(toy: Any) -> None:
    first, again, other = statuses(toy, 1), statuses(toy, 1), statuses(toy, 2)

    assert first == again
    assert first != other
    assert 5 <= first.count(503) <= 35


@pytest.mark.parametrize(("share", "expected"), [(0, {200}), (1, {503})])
def test_certain_chances_are_certain(toy: Any, share: float, expected: set[int]) -> None:
    order(toy, {"status": 503}, probability=share)

    assert {toy.ask("GET", "/things").status_code for _ in range(20)} == expected


def test_other_sandboxes_are_not_hit(toy: Any, toy_house: Any, make_box: Any) -> None:
    other = make_box(toy_house, "toy")
    order(toy, {"status": 503})

    assert other.ask("GET", "/things").status_code == 200


def test_a_dropped_sandbox_does_not_come_back_by_its_orders(toy: Any) -> None:
    order(toy, {"status": 503}, times=5)
    meta = toy.meta
    request = Request("1", "GET", "/things", "", {}, Body(None, 0), "", toy.name, "toy", "")

    toy.house.sandboxes.drop(toy.name)
    toy.house.recipe._ordered(meta, request, None, None)

    assert not toy.house.sandboxes.exists(toy.name)
    toy.start_over()
