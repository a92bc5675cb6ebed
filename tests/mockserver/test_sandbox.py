"""Sandboxes: one name owns everything that changes, and nothing of another's."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import App
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.store import snapshot


def make(box: Any, name: str = "First") -> Any:
    reply = box.send("POST", "/things", {"name": name})
    assert reply.status_code == 201
    return reply


def test_sandboxes_do_not_see_one_another(toy: Any, toy_house: App, make_box: Any) -> None:
    other = make_box(toy_house, "toy")
    make(toy)

    assert other.ask("GET", "/things/1").status_code == 404
    assert make(other, "Other").json["id"] == "1"
    assert toy.ask("GET", "/things/1").json["name"] == "First"


def test_starting_over_throws_away_everything(toy: Any) -> None:
    make(toy)
    toy.advance(toy.now + timedelta(days=3))
    first = toy.credential("full")["value"]

    toy.start_over(seed=9)

    assert toy.world.count("things") == 0
    assert toy.credential("full")["value"] != first
    assert instant(toy.now) == "2026-03-01T10:00:00.000000Z"
    assert make(toy).json["id"] == "1"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"seed": 3}, ("seed", 3)),
        ({"progression": "immediate"}, ("progression", "immediate")),
        ({"limits": False}, ("limits", False)),
        ({"world": "empty"}, ("world", "empty")),
        ({"now": "2030-01-01T00:00:00Z", "clock": "frozen"}, ("born", "2030-01-01T00:00:00.000000Z")),
    ],
)
def test_options_are_kept(toy: Any, options: dict[str, Any], expected: tuple[str, Any]) -> None:
    toy.start_over(**options)

    assert toy.meta[expected[0]] == expected[1]


def test_a_clock_set_to_an_instant_stands_still_unless_told_to_run(toy_house: App) -> None:
    boxes = toy_house.sandboxes

    assert boxes.start_over("c1", {"now": "2030-01-01T00:00:00Z"})["clock"]["mode"] == "frozen"
    assert boxes.start_over("c1", {})["clock"] == {"mode": "running", "shift": 0}
    assert boxes.start_over("c1", {"clock": "frozen"})["clock"]["mode"] == "frozen"
    assert boxes.start_over("c1", {"now": "2030-01-01T00:00:00Z", "clock": "running"})["clock"]["mode"] == "running"
    boxes.drop("c1")


@pytest.mark.parametrize("world", ["nowhere", "../toy/worlds/demo", "", "demo.yaml", "/etc/passwd"])
def test_an_unknown_world_is_refused_before_anything_is_lost(toy: Any, world: str) -> None:
    make(toy)

    with pytest.raises(Failure) as caught:
        toy.start_over(world=world)

    assert caught.value.kind == "unknown_world"
    assert "demo, empty" in caught.value.detail
    assert toy.ask("GET", "/things/1").status_code == 200


@pytest.mark.parametrize("name", ["", "A", "-a", "a/b", "@a", "a" * 64, "ä", "a\n"])
def test_a_bad_name_is_refused(toy_house: App, name: str) -> None:
    with pytest.raises(Failure) as caught:
        toy_house.sandboxes.start_over(name, {})

    assert caught.value.kind == "bad_sandbox"


def test_names_are_those_of_sandboxes_alone(toy: Any, toy_house: App) -> None:
    toy.ask("GET", "/things")

    names = toy_house.sandboxes.names()

    assert toy.name in names
    assert "default" in names
    assert not [name for name in names if "/" in name or name.startswith("@")]


def test_a_dropped_sandbox_is_gone_and_its_name_free(toy: Any, toy_house: App) -> None:
    make(toy)
    toy_house.sandboxes.drop(toy.name)

    assert not toy_house.sandboxes.exists(toy.name)
    assert not [space for space in toy_house.store.spaces() if space.split("/")[0] == toy.name]
    toy.start_over()
    assert toy.world.count("things") == 0


def test_the_base_world_is_shared_and_never_written(toy: Any, toy_house: App, make_box: Any) -> None:
    base = toy_house.sandboxes.base_of(toy.name, "toy")
    before = snapshot.read(toy_house.store, base)
    make(toy)
    toy.world.delete("credentials", toy.credential("expired")["id"])

    assert snapshot.read(toy_house.store, base) == before
    assert make_box(toy_house, "toy").credential("expired")


def test_two_first_requests_at_the_same_time_make_one_sandbox(toy_house: App, make_box: Any) -> None:
    box = make_box(toy_house, "toy")
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda number: make(box, f"n{number}"), range(16)))

    assert sorted(int(reply.json["id"]) for reply in replies) == list(range(1, 17))
    assert box.meta["providers"] == ["toy"]


def test_starting_over_amid_requests_never_leaves_half_a_world(toy_house: App, make_box: Any) -> None:
    """Whatever was under way ends somehow; afterwards the sandbox is whole and works."""
    box = make_box(toy_house, "toy")
    box.expects_violations = True
    token = box.credential("full")["value"]
    headers = {"Authorization": f"Bearer {token}"}

    def work(number: int) -> int:
        if number % 8 == 0:
            box.start_over()
            return 0
        return int(box.send("POST", "/things", {"name": "x"}, token=None, headers=headers).status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(work, range(120)))

    assert statuses <= {0, 201, 401, 404}
    box.start_over()
    assert make(box).json["id"] == "1"
    assert len(list(box.world.find("credentials"))) == 3


# determinism


def story(box: Any) -> list[tuple[int, bytes, dict[str, str]]]:
    """Play requests of all kinds and return all that came back, but for the sandbox's own name."""
    box.start_over(progression="timed", **box.__dict__.get("wishes", {}))
    replies = [
        box.send("POST", "/things", {"name": "First", "size": 3}),
        box.send("POST", "/things", {"name": ""}),
        box.ask("POST", "/things/1/submit"),
        box.ask("GET", "/nowhere"),
        box.ask("GET", "/things", token=None),
    ]
    box.advance(box.now + timedelta(days=2))
    replies += [box.ask("GET", "/things/1"), box.ask("GET", "/things?limit=x"), box.ask("DELETE", "/things/1")]
    return [
        (reply.status_code, reply.data, {k: v for k, v in reply.headers.items() if k != "X-Sandbox"})
        for reply in replies
    ]


def test_same_seed_clock_and_requests_give_the_same_bytes(toy: Any, toy_house: App, make_box: Any) -> None:
    other = make_box(toy_house, "toy")

    first, second = story(toy), story(other)

    assert first == second
    assert toy.credential("full")["value"] == other.credential("full")["value"]
    assert snapshot.read(toy_house.store, toy.world.space) == snapshot.read(toy_house.store, other.world.space)


def test_another_seed_gives_other_ids(toy: Any, toy_house: App, make_box: Any) -> None:
    other = make_box(toy_house, "toy")
    other.wishes = {"seed": 8}

    first, second = story(toy), story(other)

    assert [reply[0] for reply in first] == [reply[0] for reply in second]
    assert {reply[2]["X-Request-Id"] for reply in first}.isdisjoint(reply[2]["X-Request-Id"] for reply in second)
    assert toy.credential("full")["value"] != other.credential("full")["value"]


def test_memory_and_sqlite_give_the_same_bytes(
    toy: Any, build_toy: Callable[..., App], make_box: Any, tmp_path: Path
) -> None:
    other = make_box(build_toy(store=f"sqlite:{tmp_path}/state.db"), "toy")

    assert story(toy) == story(other)


def test_a_sqlite_sandbox_survives_the_house(build_toy: Callable[..., App], make_box: Any, tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path}/state.db"
    first = make_box(build_toy(store=store), "toy", "kept", progression="timed")
    make(first)
    first.ask("POST", "/things/1/submit")
    token = first.credential("full")["value"]

    second = build_toy(store=store)
    second.timeline.advance("kept", first.now + timedelta(days=1))

    record = json.loads(second.store.get("kept/toy", "things", "1") or "")
    assert (record["name"], record["status"]) == ("First", "approved")
    assert first.credential("full")["value"] == token
