"""The workflow machine: only what the table allows, by guards, with effects, at once where that is the progression."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mockserver.core.failure import Failure
from mockserver.workflow.diagram import draw
from mockserver.workflow.machine import Bindings, Fired


def begin(toy: Any, name: str = "First") -> str:
    world = toy.world
    with toy.house.store.transaction(world.space):
        return str(world.begin("thing", {"id": str(world.next_number("thing")), "name": name, "size": None})["id"])


def fire(toy: Any, event: str, id: str = "1") -> Fired:
    world = toy.world
    with toy.house.store.transaction(world.space):
        return world.fire("thing", id, event)


def status(toy: Any, id: str = "1") -> str | None:
    record = toy.world.get("things", id)
    return record["status"] if record else None


def hooked(toy: Any) -> list[str]:
    """Return the events of the webhooks that were queued."""
    return [delivery["event"] for delivery in toy.world.find("outbox")]


def test_a_record_begins_in_its_initial_state(toy: Any) -> None:
    begin(toy)

    assert status(toy) == "draft"


def test_an_event_moves_a_record_along_the_table(toy: Any) -> None:
    begin(toy)

    fired = fire(toy, "submit")

    assert (fired.source, fired.target, fired.event, fired.id) == ("draft", "pending", "submit", "1")
    assert status(toy) == "pending"


def test_an_effect_may_change_the_record(toy: Any) -> None:
    begin(toy)
    fire(toy, "submit")

    assert toy.world.require("things", "1")["submitted_at"] == toy.now.isoformat()


def test_a_removal_removes(toy: Any) -> None:
    begin(toy)

    assert fire(toy, "remove").target is None
    assert status(toy) is None


def test_an_emitter_queues_a_webhook(toy: Any) -> None:
    toy.world.put("hooks", {"id": "1", "url": "http://127.0.0.1:9/"})
    begin(toy)
    fire(toy, "submit")

    assert hooked(toy) == ["thing.submitted"]


def test_every_pair_of_state_and_event_is_as_the_table_says(toy: Any) -> None:
    machine = toy.world.book.lifecycles["thing"]
    for number, (state, event) in enumerate([(s, e) for s in machine.states for e in sorted(machine.events())]):
        id = f"9{number}"
        toy.world.put("things", {"id": id, "name": "a", "size": None, "status": state})
        row, documented = machine.find(state, event), machine.refusal(state, event)

        outcome, facts = attempt(toy, event, id)

        assert outcome == (row.target if row else documented.kind if documented else "illegal_transition"), (
            state,
            event,
        )
        assert facts is None or facts["legal_events"] == machine.legal_events(state)
        assert facts is None or (facts["state"], facts["event"]) == (state, event)
        assert facts is None or facts["status"] == (documented.status if documented else None)


def attempt(toy: Any, event: str, id: str) -> tuple[str | None, dict[str, Any] | None]:
    """Return the target that an event led to, or the refusal's kind and facts."""
    try:
        return fire(toy, event, id).target, None
    except Failure as failure:
        return failure.kind, failure.facts


def test_a_refusal_names_state_and_legal_events(toy: Any) -> None:
    begin(toy)

    with pytest.raises(Failure, match=r"approve is not possible for a thing that is draft; possible: submit, remove\."):
        fire(toy, "approve")
    assert status(toy) == "draft"


def test_a_guard_refuses_and_nothing_happens(toy: Any) -> None:
    begin(toy, "nameless")

    with pytest.raises(Failure) as caught:
        fire(toy, "submit")

    assert caught.value.kind == "no_name"
    assert status(toy) == "draft"


def test_an_unknown_record_is_not_found(toy: Any) -> None:
    with pytest.raises(Failure) as caught:
        fire(toy, "submit", "404")

    assert caught.value.kind == "not_found"


def test_refusals_reach_the_client_in_the_providers_shape(toy: Any) -> None:
    begin(toy)

    illegal = toy.ask("POST", "/things/1/withdraw")
    assert (illegal.status_code, illegal.json["error"]) == (409, "illegal_transition")
    assert illegal.json["facts"]["legal_events"] == ["submit", "remove"]
    toy.world.put("things", {"id": "2", "name": "a", "size": None, "status": "approved"})
    documented = toy.ask("DELETE", "/things/2")
    assert (documented.status_code, documented.json["error"]) == (409, "thing_is_approved")


# progression


def test_manual_reviewers_act_only_when_told(toy: Any) -> None:
    begin(toy)
    fire(toy, "submit")

    assert toy.advance(toy.now + timedelta(days=400)) == []
    assert status(toy) == "pending"
    fire(toy, "approve")
    assert status(toy) == "approved"


def test_timers_run_whatever_the_progression(toy: Any) -> None:
    """Expiry is no reviewer's act: thirty days after the midnight before approval."""
    begin(toy)
    fire(toy, "submit")
    fire(toy, "approve")

    effects = toy.advance(toy.now + timedelta(days=31))

    assert [(effect["at"], effect["detail"]) for effect in effects] == [
        ("2026-03-31T00:00:00.000000Z", "expire: approved -> expired")
    ]


def test_timed_reviewers_act_after_their_delay(toy: Any) -> None:
    toy.start_over(progression="timed")
    begin(toy)
    fire(toy, "submit")
    start = toy.now

    toy.advance(start + timedelta(hours=24) - timedelta(microseconds=1))
    assert status(toy) == "pending"
    toy.advance(start + timedelta(hours=24))
    assert status(toy) == "approved"


def test_immediate_reviewers_act_at_once(toy: Any) -> None:
    toy.start_over(progression="immediate")
    toy.world.put("hooks", {"id": "1", "url": "http://127.0.0.1:9/"})
    begin(toy)
    fire(toy, "submit")

    assert status(toy) == "approved"
    assert hooked(toy) == ["thing.submitted", "thing.approved"]


def test_a_due_of_never_plans_nothing(toy: Any) -> None:
    begin(toy, "eternal")
    fire(toy, "submit")
    fire(toy, "approve")

    assert toy.advance(toy.now + timedelta(days=4000)) == []
    assert status(toy) == "approved"


def test_a_table_that_turns_in_circles_ends_loudly(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    toy.start_over(progression="immediate")
    machine = toy.world.book.lifecycles["thing"]
    rows = [replace(row, by="worker", after=timedelta(0), guard=None, emits=()) for row in machine.transitions
            if row.event in ("submit", "withdraw")]  # fmt: skip
    monkeypatch.setitem(toy.world.book.lifecycles, "thing", replace(machine, transitions=tuple(rows)))

    with pytest.raises(RuntimeError, match="immediate transitions never end"):
        begin(toy)


def test_a_diagram_shows_every_row(toy: Any) -> None:
    text = draw(toy.world.book.lifecycles["thing"])

    assert text.startswith("stateDiagram-v2\n    [*] --> draft\n")
    assert "    draft --> pending: submit (operation)\n" in text
    assert "    rejected --> [*]: remove (operation)\n" in text


def test_nothing_bound_is_nothing_done() -> None:
    empty = Bindings()

    assert (empty.guards, empty.effects, empty.dues, empty.emitters, empty.tasks) == ({}, {}, {}, {}, {})
