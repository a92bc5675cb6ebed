"""Keeps what is derived from the catalogue true when its records change, and notes which ones did."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.core.ground import Record
from mockserver.providers.yourmusic.catalogue.making import Size
from mockserver.providers.yourmusic.catalogue.shelves import Catalogue, catalogue_of
from mockserver.world import World

SEAL, EDITS = "catalogue", "catalogue_edits"


def plant(world: World, size: Size) -> Catalogue:
    """Put the catalogue of the world's seed into it, and the seal by which any process finds its shelves again."""
    catalogue = catalogue_of(world.seed, size)
    for kind, texts in catalogue.texts.items():
        world.plant(kind, texts)
    figures = {"artists": size.artists, "labels": size.labels, "licensors": size.licensors}
    world.put(SEAL, {"id": "seal", "seed": world.seed, **figures})
    return catalogue


def catalogue_in(world: World) -> Catalogue:
    """Return the catalogue that a world began with."""
    seal = world.get(SEAL, "seal")
    if seal is None:
        return catalogue_of(0, Size(0))
    return catalogue_of(seal["seed"], Size(seal["artists"], seal["labels"], seal["licensors"]))


def edited(world: World, kind: str) -> list[str]:
    """Return the ids of a kind whose records are not those that the shelves know."""
    if not world.count(EDITS):
        return []
    return [edit["record_id"] for edit in world.find(EDITS, lambda edit: bool(edit["kind"] == kind))]


def watch_artist(world: World, old: Record | None, new: Record | None) -> None:
    """A changed artist is found anew; under another name its releases and tracks are too."""
    artist = new or old or {}
    _note(world, "artists", artist["id"])
    if (old or {}).get("name") == (new or {}).get("name"):
        return
    for release_id in artist.get("release_ids", ()):
        release = world.get("releases", release_id)
        if release is not None:
            _note(world, "releases", release_id)
            for track_id in release.get("track_ids", ()):
                _note(world, "tracks", track_id)


def watch_release(world: World, old: Record | None, new: Record | None) -> None:
    """A changed release is found anew and stands in the list of its artist."""
    _note(world, "releases", (new or old or {})["id"])
    for artist in _holders(world, "artists", "artist_id", "release_ids", old, new):
        world.put("artists", artist)


def watch_track(world: World, old: Record | None, new: Record | None) -> None:
    """A changed track is found anew; its release lists it and is as long and as explicit as its tracks."""
    _note(world, "tracks", (new or old or {})["id"])
    _lead_stream(world, old, new)
    touched = {record["release_id"] for record in (old, new) if record and "release_id" in record}
    for release in _holders(world, "releases", "release_id", "track_ids", old, new):
        _sum_up(world, release)
        touched.discard(release["id"])
    for id in sorted(touched):
        kept = world.get("releases", id)
        if kept is not None:
            _sum_up(world, kept)


def _holders(
    world: World, kind: str, member: str, members: str, old: Record | None, new: Record | None
) -> Iterator[Record]:
    """Yield the records whose lists must lose or gain a record, the lists already put right."""
    before, after = (old or {}).get(member), (new or {}).get(member)
    if before == after:
        return
    id = (new or old or {})["id"]
    for holder_id, gains in ((before, False), (after, True)):
        holder = world.get(kind, str(holder_id)) if holder_id is not None else None
        if holder is None or (id in holder.get(members, ())) == gains:
            continue
        holder[members] = [*holder.get(members, ()), id] if gains else [one for one in holder[members] if one != id]
        yield holder


def _lead_stream(world: World, old: Record | None, new: Record | None) -> None:
    before, after = (old or {}).get("stream_id"), (new or {}).get("stream_id")
    if before != after:
        if before:
            world.delete("streams", before)
        if new is not None and after:
            world.put("streams", {"id": after, "track_id": new["id"]})


def _sum_up(world: World, release: Record) -> None:
    tracks = [track for id in release.get("track_ids", ()) if (track := world.get("tracks", id)) is not None]
    release["duration_seconds"] = sum(track.get("duration_seconds", 0) for track in tracks)
    release["is_explicit"] = any(track.get("is_explicit") for track in tracks)
    world.put("releases", release)


def _note(world: World, kind: str, id: str) -> None:
    if world.get(EDITS, f"{kind}:{id}") is None:
        world.put(EDITS, {"id": f"{kind}:{id}", "kind": kind, "record_id": id})
