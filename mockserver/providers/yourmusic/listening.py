"""What users listen to, and where they stopped: the source of continue-listening."""

from __future__ import annotations

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.world import World

LISTENS = "listens"
MOST_SHOWN = 10


def note_start(world: World, user_id: str, track: Record) -> None:
    """Remember that a user has begun a track, or has come back to it: where it stopped is kept."""
    record = _listen(world, user_id, track)
    _note(world, record, track, 0 if record["is_finished"] else record["position_seconds"])


def note_position(world: World, user_id: str, track: Record, seconds: int) -> None:
    """Remember how far a user has come in a track; whoever has come to its end is done with it."""
    _note(world, _listen(world, user_id, track), track, seconds)


def _listen(world: World, user_id: str, track: Record) -> Record:
    id = f"{user_id}:{track['id']}"
    new = {"id": id, "user_id": user_id, "track_id": track["id"], "position_seconds": 0, "is_finished": False}
    return world.get(LISTENS, id) or new


def _note(world: World, record: Record, track: Record, seconds: int) -> None:
    record["position_seconds"] = min(seconds, track["duration_seconds"])
    record["is_finished"] = seconds >= track["duration_seconds"]
    record["turn"] = world.next_number("listen")  # which came last, also where the clock stands still
    record["listened_at"] = instant(world.now)
    world.put(LISTENS, record)


def unfinished(world: World, user_id: str) -> list[Record]:
    """Return what a user began and has not heard to the end, the latest first."""
    found = [record for record in world.slice_by(LISTENS, "user_id", user_id) if not record["is_finished"]]
    return sorted(found, key=lambda record: -record["turn"])[:MOST_SHOWN]
