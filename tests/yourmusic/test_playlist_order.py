"""The order of a playlist held against a model: a list, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mockserver.app import App

from .conftest import Room

TRACKS = st.integers(300_001, 300_030).map(str)
PLACES = st.integers(0, 40)


class PlaylistOrder(RuleBasedStateMachine):
    """Adds, replaces and moves; after every step the server lists what the model holds (YM-123 to YM-132)."""

    app: App
    rooms = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).rooms += 1
        self.room = Room(self.app, f"ym-order-{type(self).rooms}")
        self.path = f"/playlists/{self.room.playlist()}/tracks"
        self.model: list[tuple[str, str]] = []

    def teardown(self) -> None:
        violations = self.room.violations
        self.app.sandboxes.drop(self.room.name)
        assert not violations

    @rule(track=TRACKS)
    def add(self, track: str) -> None:
        row = self.room.post(self.path, {"track_id": track}).json

        self.model.append((row["id"], row["track_id"]))
        assert (row["track_id"], row["order"]) == (track, len(self.model))

    @rule(wanted=st.lists(st.tuples(TRACKS, st.integers(-3, 9)), max_size=8))
    def replace_by_order_values(self, wanted: list[tuple[str, int]]) -> None:
        body = [{"track_id": track, "order": order} for track, order in wanted]

        rows = self.room.put(self.path, {"tracks": body}).json

        stable = [track for track, _ in sorted(wanted, key=lambda pair: pair[1])]
        assert [row["track_id"] for row in rows] == stable
        self.model = [(row["id"], row["track_id"]) for row in rows]

    @rule(wanted=st.lists(TRACKS, max_size=8))
    def replace_as_sent(self, wanted: list[str]) -> None:
        rows = self.room.put(self.path, {"tracks": [{"track_id": track} for track in wanted]}).json

        assert [row["track_id"] for row in rows] == wanted
        self.model = [(row["id"], row["track_id"]) for row in rows]

    @precondition(lambda self: bool(self.model))
    @rule(which=PLACES, position=st.integers(1, 40))
    def move(self, which: int, position: int) -> None:
        moved = self.model.pop(which % len(self.model))
        self.model.insert(position - 1, moved)

        row = self.room.patch(f"{self.path}/{moved[0]}", {"order": position}).json

        assert row["order"] == min(position, len(self.model))

    @precondition(lambda self: bool(self.model))
    @rule(which=PLACES, position=st.integers(-5, 0))
    def move_nowhere(self, which: int, position: int) -> None:
        answer = self.room.patch(f"{self.path}/{self.model[which % len(self.model)][0]}", {"order": position})

        assert answer.status_code == 422

    @rule(track=TRACKS)
    def replace_by_something_unknown(self, track: str) -> None:
        body: list[dict[str, Any]] = [{"track_id": track}, {"track_id": "999999999"}]

        assert self.room.put(self.path, {"tracks": body}).status_code == 422

    @invariant()
    def the_server_lists_the_model(self) -> None:
        rows = self.room.get(self.path).json
        assert [(row["id"], row["track_id"]) for row in rows] == self.model
        assert [row["order"] for row in rows] == list(range(1, len(self.model) + 1))


@pytest.mark.slow
def test_a_playlist_is_a_list(app: App) -> None:
    """YM-123, YM-124, YM-126, YM-128, YM-130, YM-131, YM-132, YM-134"""
    PlaylistOrder.app = app

    run_state_machine_as_test(
        PlaylistOrder,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
