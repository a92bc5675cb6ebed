"""What is planned happens in order, each at its own instant, and what was overtaken does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mockserver.clock import instant
from mockserver.workflow import timers

Do = Callable[[Callable[[Any], Any]], Any]


@pytest.fixture
def do(toy: Any) -> Do:
    """Do something in a transaction of the sandbox's present world."""

    def act(deed: Callable[[Any], Any]) -> Any:
        world = toy.world
        with toy.house.store.transaction(world.space):
            return deed(world)

    return act


@pytest.fixture
def timed(toy: Any, do: Do) -> Any:
    """A sandbox with one thing in which reviewers act by themselves."""
    toy.start_over(progression="timed")
    do(lambda world: world.begin("thing", {"id": "1", "name": "First", "size": 0}))
    return toy


def planned(toy: Any) -> list[tuple[str, str]]:
    return [(timer["due"], timer["data"].get("event") or timer["data"]["task"]) for timer in toy.world.find("timers")]


def later(do: Do, due: datetime, **data: Any) -> None:
    do(lambda world: world.later(due, "grow", id="1", **data))


def test_what_is_due_happens_in_the_order_of_its_instants(timed: Any, do: Do) -> None:
    start = timed.now
    for hours in (3, 1, 2):
        later(do, start + timedelta(hours=hours))

    effects = timed.advance(start + timedelta(hours=2, minutes=30))

    assert [(effect["at"], effect["detail"]) for effect in effects] == [
        (instant(start + timedelta(hours=1)), "grew to 1"),
        (instant(start + timedelta(hours=2)), "grew to 2"),
    ]
    assert planned(timed) == [(instant(start + timedelta(hours=3)), "grow")]


def test_of_two_at_one_instant_the_first_planned_comes_first(timed: Any, do: Do) -> None:
    due = timed.now + timedelta(hours=24)
    do(lambda world: world.fire("thing", "1", "submit"))
    later(do, due)

    details = [effect["detail"] for effect in timed.advance(due)]

    assert details == ["approve: pending -> approved", "grew to 1"]


def test_a_task_that_plans_itself_again_happens_again_within_the_same_advance(timed: Any, do: Do) -> None:
    later(do, timed.now + timedelta(hours=6), again=6)

    effects = timed.advance(timed.now + timedelta(days=1))

    assert [effect["at"][11:16] for effect in effects] == ["16:00", "22:00", "04:00", "10:00"]
    assert timed.world.require("things", "1")["size"] == 4


def test_several_catch_up_at_once_each_at_its_own_instant(timed: Any, do: Do) -> None:
    """A request that comes late finds everything done as if somebody had waited."""
    start = timed.now
    do(lambda world: world.fire("thing", "1", "submit"))
    later(do, start + timedelta(hours=30))
    timed.house.sandboxes.change(timed.name, clock={"mode": "frozen", "at": instant(start + timedelta(days=60))})

    assert timed.ask("GET", "/things/1").json == {"id": "1", "name": "First", "size": 1, "status": "expired"}
    assert planned(timed) == []


def test_an_effects_time_is_the_instant_it_was_due(timed: Any, do: Do) -> None:
    """The expiry is counted from the approval, not from the instant at which somebody looked."""
    start = timed.now
    do(lambda world: world.fire("thing", "1", "submit"))

    effects = timed.advance(start + timedelta(days=90))

    assert [(effect["at"], effect["detail"]) for effect in effects] == [
        ("2026-03-02T10:00:00.000000Z", "approve: pending -> approved"),
        ("2026-04-01T00:00:00.000000Z", "expire: approved -> expired"),
    ]


def test_what_left_the_state_is_not_moved(timed: Any, do: Do) -> None:
    do(lambda world: world.fire("thing", "1", "submit"))
    do(lambda world: world.fire("thing", "1", "reject"))

    assert timed.advance(timed.now + timedelta(days=2)) == []
    assert timed.world.require("things", "1")["status"] == "rejected"


def test_a_second_stay_in_a_state_has_a_time_of_its_own(timed: Any, do: Do) -> None:
    """Submitted, withdrawn after an hour, submitted again: the 24 hours begin again."""
    start = timed.now
    do(lambda world: world.fire("thing", "1", "submit"))
    timed.advance(start + timedelta(hours=1))
    do(lambda world: world.fire("thing", "1", "withdraw"))
    timed.advance(start + timedelta(hours=2))
    do(lambda world: world.fire("thing", "1", "submit"))

    assert timed.advance(start + timedelta(hours=25)) == []
    assert timed.world.require("things", "1")["status"] == "pending"
    assert [effect["at"] for effect in timed.advance(start + timedelta(hours=26))] == [
        instant(start + timedelta(hours=26))
    ]


def test_what_was_planned_for_a_stay_goes_with_it(timed: Any, do: Do) -> None:
    do(lambda world: world.fire("thing", "1", "submit"))
    later(do, timed.now + timedelta(days=1))
    assert len(planned(timed)) == 2

    do(lambda world: world.fire("thing", "1", "withdraw"))

    assert [what for _, what in planned(timed)] == ["grow"]


def test_a_removed_record_is_left_alone(timed: Any, do: Do) -> None:
    do(lambda world: world.fire("thing", "1", "submit"))
    do(lambda world: world.delete("things", "1"))

    assert timed.advance(timed.now + timedelta(days=2)) == []


def test_a_guards_refusal_on_the_clock_is_told_and_leaves_the_record(timed: Any, do: Do) -> None:
    do(lambda world: world.put("things", {"id": "1", "name": "nameless", "size": 0, "status": "draft"}))
    moment = {"machine": "thing", "id": "1", "event": "submit", "state": "draft"}
    do(lambda world: world.schedule(timed.now + timedelta(hours=1), "transition", moment))

    effects = timed.advance(timed.now + timedelta(hours=2))

    assert [(effect["kind"], effect["id"]) for effect in effects] == [("refused", "1")]
    assert timed.world.require("things", "1")["status"] == "draft"
    assert planned(timed) == []


def test_the_agenda_names_the_earliest(timed: Any, do: Do) -> None:
    start = timed.now
    for hours in (5, 3, 9):
        later(do, start + timedelta(hours=hours))

    assert timers.next_due(timed.world) == start + timedelta(hours=3)
    timed.advance(start + timedelta(hours=4))
    assert timers.next_due(timed.world) == start + timedelta(hours=5)
    timed.advance(start + timedelta(hours=10))
    assert timers.next_due(timed.world) is None


def test_a_failed_request_plans_nothing(timed: Any) -> None:
    timed.send("POST", "/things", {"name": "a", "boom": True})

    assert planned(timed) == []
    assert timers.next_due(timed.world) is None


def test_two_thousand_timers_do_not_take_long(timed: Any, do: Do) -> None:
    """The work grows with their number and not with its square: this took a minute."""
    start = timed.now
    do(lambda world: [world.later(start + timedelta(seconds=n), "grow", id="1") for n in range(2000)])
    timed.house.sandboxes.change(timed.name, clock={"mode": "frozen", "at": instant(start + timedelta(hours=1))})

    timed.ask("GET", "/things/1")

    assert timed.world.require("things", "1")["size"] == 2000
