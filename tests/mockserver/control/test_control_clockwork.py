"""Time passes by itself where a clock runs: one thread, woken and never busy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockserver.app import App
from mockserver.clockwork import Clockwork


@pytest.fixture
def alive(build_house: Callable[..., App]) -> Iterator[App]:
    """A house in which time passes by itself."""
    app = build_house()
    app.start()
    yield app
    app.clockwork.stop()


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "soundcheck-clockwork"]


def test_a_running_sandbox_sends_its_webhooks_by_itself(alive: App, enter: Callable[..., Any], sink: Any) -> None:
    tester = enter(alive, clock="running")
    code = tester.order(callback_url=sink.url)["code"]

    tester.fire(code, "pack")

    assert sink.wait_for("parcel.moved")[0].json()["status"] == "packed"


def test_a_frozen_sandbox_waits_to_be_told(alive: App, enter: Callable[..., Any], sink: Any) -> None:
    frozen, running = enter(alive), enter(alive, clock="running")
    for tester in (frozen, running):
        tester.fire(tester.order(callback_url=sink.url)["code"], "pack")

    sink.wait_for("parcel.moved")

    assert [entry["state"] for entry in frozen.get("deliveries")] == ["pending"]
    assert len(sink.received) == 1


def test_reviewers_act_at_their_instant(alive: App, enter: Callable[..., Any], sink: Any) -> None:
    tester = enter(alive, clock="running", progression="timed", world="empty")
    tester.order(callback_url=sink.url)

    tester.do("POST", "clock/advance", {"by": "PT59M59.9S"})

    assert sink.wait_for("parcel.moved")[0].json()["status"] == "packed"


def test_letting_the_clock_run_or_resuming_wakes_it(alive: App, enter: Callable[..., Any], sink: Any) -> None:
    tester = enter(alive)
    code = tester.order(callback_url=sink.url)["code"]
    tester.do("PUT", "deliveries/policy", {"paused": True})
    tester.fire(code, "pack")
    tester.do("PUT", "clock", {"mode": "running"})

    tester.do("PUT", "deliveries/policy", {"paused": False})

    assert len(sink.wait_for("parcel.moved")) == 1


def test_a_restored_sandbox_goes_on(alive: App, enter: Callable[..., Any], sink: Any) -> None:
    tester = enter(alive)
    tester.fire(tester.order(callback_url=sink.url)["code"], "pack")
    tester.do("PUT", "clock", {"mode": "frozen"})
    snapshot = tester.do("POST", "snapshots", {"name": "waiting"}) and tester.get("snapshots/waiting")
    snapshot["sandbox"]["clock"]["mode"] = "running"
    tester.do("PUT", "snapshots/waiting", snapshot)

    tester.do("POST", "snapshots/waiting/restore")

    assert len(sink.wait_for("parcel.moved")) == 1


def test_a_dropped_sandbox_troubles_nobody(alive: App, enter: Callable[..., Any], sink: Any, caplog: Any) -> None:
    gone, other = enter(alive, clock="running", progression="timed"), enter(alive, clock="running")
    gone.order(callback_url=sink.url)
    alive.clockwork.wake(gone.sandbox)
    alive.sandboxes.drop(gone.sandbox)
    alive.clockwork.wake(gone.sandbox)
    alive.clockwork.wake("never-was")

    other.fire(other.order(callback_url=sink.url)["code"], "pack")
    sink.wait_for("parcel.moved")

    assert not alive.sandboxes.exists("never-was")
    assert caplog.records == []


def test_a_flat_that_stumbles_stops_nobody_else(
    alive: App, enter: Callable[..., Any], sink: Any, monkeypatch: Any
) -> None:
    broken, other = enter(alive, clock="running"), enter(alive, clock="running")
    carry = alive.timeline.carry

    def stumble(name: str) -> float | None:
        if name == broken.sandbox:
            raise RuntimeError("oops")
        return carry(name)

    monkeypatch.setattr(alive.timeline, "carry", stumble)
    alive.clockwork.wake(broken.sandbox)
    other.fire(other.order(callback_url=sink.url)["code"], "pack")

    assert sink.wait_for("parcel.moved")


def test_it_sleeps_while_nothing_is_due(enter: Callable[..., Any], build_house: Callable[..., App]) -> None:
    app = build_house()
    looks: list[str] = []
    asleep = threading.Event()
    clockwork = Clockwork(app.sandboxes, app.timeline)
    carry = app.timeline.carry

    def watched(name: str) -> float | None:
        looks.append(name)
        seconds = carry(name)
        asleep.set()
        return seconds

    app.timeline.carry = watched  # type: ignore[method-assign]
    clockwork.start()
    asleep.wait(5)
    clockwork.wake("default")
    clockwork.stop()

    assert len(looks) <= 2


def test_starting_twice_is_one_thread_and_stopping_ends_it(build_house: Callable[..., App]) -> None:
    app = build_house()
    before = len(_threads())

    app.start()
    app.start()
    during = len(_threads())
    app.clockwork.stop()

    assert (during - before, len(_threads()) - before) == (1, 0)


def test_before_the_start_and_after_the_end_waking_is_in_vain(build_house: Callable[..., App]) -> None:
    app = build_house()

    app.clockwork.wake("default")
    app.clockwork.stop()
    app.start()

    assert app.clockwork._due == {}


def test_what_was_left_before_a_restart_is_carried(
    build_house: Callable[..., App], enter: Callable[..., Any], sink: Any, tmp_path: Any
) -> None:
    store = f"sqlite:{tmp_path}/state.db"
    first = build_house(store=store)
    tester = enter(first, name="lasting", clock="running")
    tester.fire(tester.order(callback_url=sink.url)["code"], "pack")
    first.close()

    second = build_house(store=store)
    second.start()
    received = sink.wait_for("parcel.moved")
    second.clockwork.stop()
    tester.app, tester.client = second, type(tester)(second, "lasting").client

    assert len(received) == 1


def test_two_processes_carry_a_delivery_once(
    build_house: Callable[..., App], enter: Callable[..., Any], sink: Any, tmp_path: Any
) -> None:
    store = f"sqlite:{tmp_path}/state.db"
    first, second = build_house(store=store), build_house(store=store)
    tester = enter(first, name="shared")
    tester.fire(tester.order(callback_url=sink.url)["code"], "pack")
    second.timeline._courier = first.timeline._courier = _Meanwhile(first, second)

    first.timeline.run_now("shared")

    assert len(sink.received) == 1
    assert tester.get("deliveries")[0]["state"] == "delivered"


class _Meanwhile:
    """A courier during whose way another process looks for work too."""

    def __init__(self, first: App, second: App) -> None:
        self._courier, self._second = first.timeline._courier, second

    def carry(self, *arguments: Any) -> Any:
        self._second.timeline.run_now("shared")
        return self._courier.carry(*arguments)
