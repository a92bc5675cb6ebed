"""Time passes for all providers of a sandbox together, in order, and only forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import App
from mockserver.clock import instant


@pytest.fixture
def pair(build_toy: Callable[..., App], make_box: Any, tmp_path: Path) -> tuple[Any, Any]:
    """Two providers in one sandbox."""
    for name in ("one", "two"):
        (tmp_path / name / "worlds").mkdir(parents=True)
        (tmp_path / name / "worlds" / "demo.yaml").write_text("{}")
    house = build_toy("one", "two", fixtures=str(tmp_path))
    first = make_box(house, "one", progression="timed")
    second = type(first).__new__(type(first))
    second.__dict__ = {**first.__dict__, "provider": "two"}
    return first, second


def plan(box: Any, hours: float, id: str = "1") -> None:
    world = box.world
    with box.house.store.transaction(world.space):
        if world.get("things", id) is None:
            world.put("things", {"id": id, "name": "a", "size": 0, "status": "draft"})
        world.later(world.now + timedelta(hours=hours), "grow", id=id)


def test_what_is_due_happens_in_order_across_providers(pair: tuple[Any, Any]) -> None:
    one, two = pair
    for box, hours in ((two, 1), (one, 2), (two, 3), (one, 4), (one, 1), (two, 4)):
        plan(box, hours)

    effects = one.advance(one.now + timedelta(hours=5))

    assert [(effect["at"][11:13], effect["provider"]) for effect in effects] == [
        ("11", "two"), ("11", "one"), ("12", "one"), ("13", "two"), ("14", "two"), ("14", "one"),
    ]  # fmt: skip


def test_the_order_is_the_same_every_time(pair: tuple[Any, Any]) -> None:
    one, two = pair
    runs = []
    for _ in range(2):
        one.start_over(progression="timed")
        for box in (one, two, one, two):
            plan(box, 1)
        runs.append([(e["provider"], e["detail"]) for e in one.advance(one.now + timedelta(hours=1))])

    assert runs[0] == runs[1]
    assert len(runs[0]) == 4


def test_the_clock_shows_the_target_afterwards(toy: Any) -> None:
    plan(toy, 1)
    target = toy.now + timedelta(days=3)

    toy.advance(target)

    assert toy.now == target
    assert toy.meta["clock"]["mode"] == "frozen"


def test_a_running_clock_runs_on_from_the_target(toy: Any) -> None:
    toy.start_over(clock="running")
    target = toy.now + timedelta(days=3)

    toy.advance(target)

    assert timedelta(0) <= toy.now - target < timedelta(seconds=10)
    assert toy.meta["clock"]["mode"] == "running"


def test_nothing_due_is_nothing_done(toy: Any) -> None:
    assert toy.advance(toy.now + timedelta(days=365 * 10)) == []
    assert toy.advance(toy.now) == []


def test_what_is_due_now_happens_without_moving_the_clock(toy: Any) -> None:
    plan(toy, 0)
    start = toy.now

    effects = toy.house.timeline.run_now(toy.name)

    assert [effect["at"] for effect in effects] == [instant(start)]
    assert toy.now == start


def test_other_sandboxes_keep_their_time(toy: Any, toy_house: App, make_box: Any) -> None:
    other = make_box(toy_house, "toy")
    plan(other, 1)

    toy.advance(toy.now + timedelta(days=1))

    assert other.now == toy.now - timedelta(days=1)
    assert other.world.require("things", "1")["size"] == 0


def test_a_frozen_sandbox_is_not_carried(toy: Any) -> None:
    plan(toy, 0)

    assert toy.house.timeline.carry(toy.name) is None
    assert toy.world.require("things", "1")["size"] == 0


def test_a_running_sandbox_is_carried_and_tells_when_more_is_due(toy: Any) -> None:
    toy.start_over(clock="running")
    plan(toy, 0)
    plan(toy, 1)

    seconds = toy.house.timeline.carry(toy.name)

    assert toy.world.require("things", "1")["size"] == 1
    assert seconds is not None
    assert 3500 < seconds <= 3600
