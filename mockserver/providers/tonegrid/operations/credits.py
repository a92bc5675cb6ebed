"""Writers, publishers and collaborators."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog, chain
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.providers.tonegrid.finding import track_of
from mockserver.providers.tonegrid.records import sorted_collaborators
from mockserver.world import World

_WRITER = ("name", "legal_name", "iswc", "ipi_name_number", "pro_affiliation", "country")
_PUBLISHER = ("name", "ipi_name_number", "pro_affiliation", "country", "is_controlled", "mech_license_via")


def create_writer(call: Call, world: World) -> Reply:
    """Create a writer (L1230-1241)."""
    return _created(call, world, "writer", _WRITER)


def create_publisher(call: Call, world: World) -> Reply:
    """Create a publisher (L1242-1253)."""
    return _created(call, world, "publisher", _PUBLISHER)


def _created(call: Call, world: World, kind: str, names: tuple[str, ...]) -> Reply:
    record: Record = {
        "id": world.uuid(kind),
        "tenant": call.account,
        **{name: call.body.get(name, False if name == "is_controlled" else None) for name in names},
        "created_at": instant(world.now),
    }
    world.put(f"{kind}s", record)
    data = {
        "uuid": record["id"],
        **{name: record[name] for name in names},
        "created_at": shown(record["created_at"]),
    }
    return Reply(201, {"success": True, "message": f"{kind.capitalize()} created.", "data": data})


def replace_track_writers(call: Call, world: World) -> Reply:
    """Replace the writers; their composer shares are exactly 100 together, or all 0 (L1254)."""
    track = track_of(call, world)
    writers = call.body["writers"]
    for place, share in enumerate(writers):
        _check_known(call, world, "writers", share["writer_uuid"], f"writers.{place}.writer_uuid")
    total = sum((Decimal(str(share["composer_share_percent"])) for share in writers), Decimal(0))
    if total not in (0, 100):
        raise Failure("shares_wrong", total=_plain(total))
    track["writers"] = [{"master_share_percent": 0, **share} for share in writers]
    return _replaced(world, track, "writers", track["writers"])


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _check_known(call: Call, world: World, collection: str, id: str, field: str) -> None:
    record = world.get(collection, id)
    if record is None or record["tenant"] != call.account:
        raise wrong_fields(**{field: f"The selected {field} is invalid."})


def _replaced(world: World, track: Record, name: str, entries: list[dict[str, Any]]) -> Reply:
    catalog.touch(world, "tracks", track)
    text = f"Track {name} replaced."
    return Reply(200, {"success": True, "message": text, "data": {name: entries}})


def replace_track_publishers(call: Call, world: World) -> Reply:
    """Replace the publishers; each may publish one writer's share, worldwide or in some countries (L1270-1286)."""
    track = track_of(call, world)
    stored = []
    for place, share in enumerate(call.body["publishers"]):
        _check_known(call, world, "publishers", share["publisher_uuid"], f"publishers.{place}.publisher_uuid")
        if share.get("for_writer_uuid") is not None:
            _check_known(call, world, "writers", share["for_writer_uuid"], f"publishers.{place}.for_writer_uuid")
        chain.check_codes(f"publishers.{place}.territory_codes", share.get("territory_codes") or [])
        defaults = {
            "for_writer_uuid": None,
            "is_administrator": False,
            "is_original_owner": False,
            "territory_codes": None,
        }
        stored.append({**defaults, **share})
    track["publishers"] = stored
    return _replaced(world, track, "publishers", stored)


def replace_track_collaborators(call: Call, world: World) -> Reply:
    """Replace the collaborators; they come back in liner-note order (L1287-1299)."""
    track = track_of(call, world)
    track["collaborators"] = call.body["collaborators"]
    return _replaced(world, track, "collaborators", sorted_collaborators(track))


OPERATIONS = {
    "createWriter": create_writer,
    "createPublisher": create_publisher,
    "replaceTrackWriters": replace_track_writers,
    "replaceTrackPublishers": replace_track_publishers,
    "replaceTrackCollaborators": replace_track_collaborators,
}
