"""The recipe: every step in its order, all or nothing, and never a traceback for an answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import App
from mockserver.store import snapshot


def make(toy: Any, name: str = "First", **more: Any) -> dict[str, Any]:
    reply = toy.send("POST", "/things", {"name": name, **more})
    assert reply.status_code == 201
    return reply.json


def content(toy: Any) -> dict[str, Any]:
    """Return everything that the sandbox holds of the provider."""
    return snapshot.read(toy.house.store, toy.world.space)


# the order of the steps


def test_an_unknown_path_comes_before_everything(toy: Any) -> None:
    reply = toy.ask("POST", "/nowhere", token=None, data=b"{", content_type="text/x")

    assert (reply.status_code, reply.json["error"]) == (404, "route_unknown")


def test_an_unknown_method_comes_before_the_caller(toy: Any) -> None:
    reply = toy.ask("PUT", "/things", token=None)

    assert (reply.status_code, reply.json["error"]) == (405, "method_unknown")
    assert reply.headers["Allow"] == "GET, POST, HEAD"
    assert toy.ask("GET", "/upload", token=None).headers["Allow"] == "POST"


def test_the_caller_comes_before_the_path_is_looked_at(toy: Any) -> None:
    assert toy.ask("GET", "/things/999", token=None).status_code == 401
    assert toy.ask("GET", "/things/999").status_code == 404


def test_what_the_path_names_comes_before_the_body(toy: Any) -> None:
    assert toy.ask("PATCH", "/things/999", data=b"{", content_type="text/x").status_code == 404


def test_the_body_comes_before_the_operation(toy: Any) -> None:
    make(toy)

    assert toy.ask("PATCH", "/things/1", data=b"{", content_type="application/json").status_code == 400
    assert toy.ask("PATCH", "/things/1", data=b"{", content_type="text/x").status_code == 415


def test_path_values_of_a_wrong_form_name_nothing(toy: Any) -> None:
    for path in ("/things/abc", "/things/1234567890", "/things/%20", "/things/1%0A"):
        reply = toy.ask("GET", path)

        assert (reply.status_code, reply.json["error"]) == (404, "not_found")


def test_the_limit_comes_before_the_body_and_after_the_caller(toy: Any) -> None:
    for _ in range(5):
        toy.ask("GET", "/things/count")

    assert toy.ask("GET", "/things/count").status_code == 429
    assert toy.ask("GET", "/things/count", token=None).status_code == 401


def test_expired_credentials_open_nothing(toy: Any) -> None:
    assert toy.ask("GET", "/things", token="expired").status_code == 401


# all or nothing


def test_a_refusal_rolls_back_everything(toy: Any) -> None:
    """The operation stores a record, a timer, a webhook and a message, draws a number, and then refuses."""
    make(toy)
    before = content(toy)

    reply = toy.send("POST", "/things", {"name": "Second", "boom": True})

    assert reply.status_code == 400
    assert content(toy) == before
    assert make(toy, "Third")["id"] == "2"
    assert toy.advance(toy.now + timedelta(days=2)) == []


def test_an_error_of_our_own_rolls_back_everything(toy: Any) -> None:
    make(toy)
    before = content(toy)
    toy.expects_violations = True

    reply = toy.ask("POST", "/things/1/explode")

    assert (reply.status_code, reply.json["error"]) == (500, "internal")
    assert "bug of the mock" not in reply.text
    assert content(toy) == before
    assert [(entry["subject"], entry["what"]) for entry in toy.violations] == [("stepThing", "internal error")]


def test_a_refused_request_changes_nothing_in_the_journal(toy: Any) -> None:
    toy.send("POST", "/things", {"name": "a", "boom": True})

    entry = toy.journal[0]
    assert (entry["status"], entry["changes"], entry["deliveries"]) == (400, [], [])
    assert entry["refusal"]["kind"] == "malformed"


# own broken promises


@pytest.mark.parametrize(
    ("how", "what", "rule"),
    [
        ("body", "200 reply", "const"),
        ("header", "200 reply", "required"),
        ("header-value", "200 reply", "type"),
        ("media", "200 reply", "media"),
        ("status", "418 reply", "status"),
        ("empty", "200 reply", "media"),
        ("too-much", "204 reply", "body"),
        ("refusal", "503 reply", "status"),
    ],
)
def test_a_reply_that_breaks_the_promise_is_a_500_and_a_violation(
    build_toy: Callable[..., App], make_box: Any, tmp_path: Path, how: str, what: str, rule: str
) -> None:
    """And nothing of the operation stays. The record of it survives the rollback in every store."""
    for store in ("memory", f"sqlite:{tmp_path}/{how}.db"):
        toy = make_box(build_toy(store=store), "toy")
        toy.expects_violations = True

        reply = toy.ask("GET", f"/broken/{how}", token=None)

        assert reply.status_code == 503 if how == "refusal" else 500
        (violation,) = toy.violations
        assert (violation["subject"], violation["what"], violation["count"]) == ("breakPromise", what, 1)
        assert violation["problems"][0]["rule"] == rule
        assert toy.world.get("things", "77") is None


def test_a_kept_promise_stays(toy: Any) -> None:
    assert toy.ask("GET", "/broken/not", token=None).json == {"fine": True}
    assert toy.world.get("things", "77") is not None


def test_the_same_violation_is_told_once_with_its_count(toy: Any) -> None:
    toy.expects_violations = True
    for _ in range(3):
        toy.ask("GET", "/broken/body", token=None)

    assert [entry["count"] for entry in toy.violations] == [3]


@pytest.mark.parametrize("how", ["no-json", "refuse"])
def test_even_a_stumbling_flat_gives_an_answer(toy: Any, how: str) -> None:
    """A reply that says it is JSON and is none; a refusal that fails itself."""
    toy.expects_violations = True

    reply = toy.ask("GET", f"/broken/{how}", token=None)

    assert reply.status_code == 500
    assert reply.is_json
    assert "Traceback" not in reply.text
    assert toy.violations


# two at once


def test_no_change_is_lost_between_requests_at_the_same_time(toy: Any) -> None:
    """Each of eight clients changes another thing's member of the same record again and again."""
    make(toy, "First", size=0)
    names = [f"name {number}" for number in range(8)]

    def change(number: int) -> list[int]:
        if number % 2:
            return [toy.send("PATCH", "/things/1", {"size": number}).status_code for _ in range(10)]
        return [toy.send("PATCH", "/things/1", {"name": names[number]}).status_code for _ in range(10)]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for found in pool.map(change, range(8)) for status in found]

    assert set(statuses) == {200}
    thing = toy.ask("GET", "/things/1").json
    assert thing["name"] in names
    assert thing["size"] % 2 == 1


def test_what_the_path_named_is_looked_up_again_where_the_body_was_slow(
    toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one client's body is read, another changes and a third removes the record."""
    make(toy, "First", size=1)
    from mockserver.pipeline.kit import Kit

    understand = Kit.understand
    meanwhile: list[Callable[[], Any]] = []

    def slow(kit: Kit, call: Any) -> None:
        understand(kit, call)
        if meanwhile:
            meanwhile.pop()()

    monkeypatch.setattr(Kit, "understand", slow)

    meanwhile.append(lambda: toy.send("PATCH", "/things/1", {"size": 9}))
    assert toy.send("PATCH", "/things/1", {"name": "Second"}).json["size"] == 9
    meanwhile.append(lambda: toy.ask("DELETE", "/things/1"))
    assert toy.send("PATCH", "/things/1", {"name": "Third"}).status_code == 404
    assert toy.world.get("things", "1") is None


def test_ids_are_given_once_to_requests_at_the_same_time(toy: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda number: toy.send("POST", "/things", {"name": f"n{number}"}), range(40)))

    assert sorted(int(reply.json["id"]) for reply in replies) == list(range(1, 41))
    assert len({reply.headers["X-Request-Id"] for reply in replies}) == 40


# the rest of the way


def test_every_answer_names_its_sandbox_and_its_request(toy: Any) -> None:
    replies = [toy.ask("GET", "/things"), toy.ask("GET", "/nowhere"), toy.ask("GET", "/things", token=None)]

    assert {reply.headers["X-Sandbox"] for reply in replies} == {toy.name}
    ids = [reply.headers["X-Request-Id"] for reply in replies]
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id) for id in ids)


def test_the_journal_tells_an_exchange_from_end_to_end(toy: Any) -> None:
    toy.send("POST", "/things?x=1", {"name": "First", "secret": "hush"}, headers={"X-Request-Id": "mine-1"})

    entry = toy.journal[0]
    assert (entry["id"], entry["operation"], entry["status"], entry["path"], entry["query"]) == (
        "mine-1", "createThing", 201, "/things", "x=1",
    )  # fmt: skip
    assert entry["at"] == "2026-03-01T10:00:00.000000Z"
    assert entry["caller"] == {"name": "full", "account": "1"}
    assert {"verb": "put", "collection": "things", "id": "1"} in entry["changes"]
    assert entry["request"]["body"]["secret"] == "[hidden]"
    assert entry["request"]["headers"]["authorization"] == "[hidden]"
    assert entry["response"]["body"]["id"] == "1"


def test_a_head_request_is_answered_as_get_without_a_body(toy: Any) -> None:
    make(toy)

    head, get = toy.ask("HEAD", "/things/1"), toy.ask("GET", "/things/1")

    assert head.data == b""
    assert (head.status_code, head.headers["Content-Length"]) == (200, get.headers["Content-Length"])
    assert toy.ask("HEAD", "/things/9").status_code == 404
    assert toy.ask("HEAD", "/upload", token=None).status_code == 405


def test_what_is_due_happens_before_the_request_is_answered(toy: Any) -> None:
    toy.start_over(clock="running", progression="timed")
    make(toy)
    toy.ask("POST", "/things/1/submit")

    toy.house.sandboxes.change(toy.name, clock={"mode": "frozen", "at": "2026-03-02T10:00:01.000000Z"})

    assert toy.ask("GET", "/things/1").json["status"] == "approved"
