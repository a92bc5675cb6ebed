"""Every row of the lifecycles, and every pair of state and event that none of them allows."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.core.failure import Failure
from specs import Lifecycle, open_book

BOOK = open_book("gard")
PAIRS = [
    (machine.name, state, event)
    for machine in BOOK.lifecycles.values()
    for state in machine.states
    for event in sorted(machine.events())
]
# Events that lead from the initial state to another one.
WAYS = {
    "submission": {
        "submitted": (), "under_review": ("start_review",), "rejected": ("reject",), "sent_to_stores": ("approve",),
        "live": ("approve", "go_live"),
    },
    "delete_request": {"pending": (), "completed": ("complete",), "rejected": ("reject",)},
    "pitch": {"pending": (), "in_progress": ("start",), "completed": ("complete",), "rejected": ("reject",)},
    "withdrawal": {"pending": (), "completed": ("complete",)},
}  # fmt: skip


def _made(desk: Any, machine: str) -> str:
    """Make a resource of a machine; returns the id that the API shows."""
    if machine == "submission":
        return str(desk.submitted().mdr)
    if machine == "pitch":
        return str(desk.pitch(desk.submitted().request).json["id"])
    if machine == "withdrawal":
        body = {"amount_cents": 100, "currency": "USD"}
        return str(desk.post("/payout/withdrawals/request", body).json["withdrawal_id"])
    return str(desk.post("/delete-requests/", {"release_id": desk.at("live").rel}).json["id"])


def _state(desk: Any, machine: Lifecycle, id: str) -> str:
    return str(desk.world.require(machine.collection, id)[machine.field])


@pytest.mark.parametrize(("name", "state", "event"), PAIRS)
def test_an_event_leads_where_the_table_says_or_is_refused(desk: Any, name: str, state: str, event: str) -> None:
    """GARD-029, GARD-034 to GARD-037, GARD-141, GARD-152, GARD-159"""
    machine = BOOK.lifecycles[name]
    id = _made(desk, name)
    for step in WAYS[name][state]:
        desk.fire(name, id, step)
    assert _state(desk, machine, id) == state
    row = machine.find(state, event)

    if row is not None:
        fired = desk.fire(name, id, event)
        assert (fired.source, fired.target) == (state, row.target)
        assert _state(desk, machine, id) == row.target
        return

    with pytest.raises(Failure) as refusal:
        desk.fire(name, id, event)
    documented = machine.refusal(state, event)
    assert refusal.value.kind == (documented.kind if documented else "illegal_transition")
    assert refusal.value.facts["legal_events"] == machine.legal_events(state)
    assert _state(desk, machine, id) == state


def test_a_journey_on_disk_is_the_same(build_desk: Any, tmp_path: Any) -> None:
    """GARD-030, GARD-105"""
    desk = build_desk(world="demo", store=f"sqlite:{tmp_path / 'gard.db'}")

    case = desk.at("live")
    desk.set_account(credits=0)

    assert case.get("/status").json["status"] == "live"
    assert desk.get("/releases/all").json[0]["id"] == case.rel
    assert desk.submit().status_code == 402
    assert desk.report("summary/stats").status_code == 200
    assert desk.report("summary/stats", {"release_public_ids": [case.rel]}).status_code == 503
    assert desk.report("summary/stats", {"release_public_ids": [case.rel]}).status_code == 200
