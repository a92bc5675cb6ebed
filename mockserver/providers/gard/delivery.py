"""Gives a release what the stores need of it: a UPC, ISRCs, track ids; each only where it is still missing."""

from __future__ import annotations

from mockserver.core.ground import Record
from mockserver.fakes.identifiers import hyphenated_isrc, make_isrc, make_upc
from mockserver.providers.gard.records import TRACKS, tracks_of
from mockserver.world import World


def give_out_ids(world: World, release: Record, year: int) -> None:
    """Fill in a release's UPC (the caller writes the release) and its tracks' ISRCs and ids (GARD-066, GARD-076)."""
    release["upc"] = release["upc"] or make_upc(world.next_number("upc"))
    for track in tracks_of(world, release["id"]):
        if not track["isrc"]:
            serial = world.next_number("isrc")
            track["isrc"] = hyphenated_isrc(make_isrc(serial, year))
        track["track_id"] = track["track_id"] or "track_" + world.token("track", 16)
        world.put(TRACKS, track)
