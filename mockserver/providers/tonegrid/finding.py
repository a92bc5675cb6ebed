"""Finds what a call names, as far as its tenant may see it: what belongs to another tenant is not there (L1347)."""

from __future__ import annotations

from typing import Any

from mockserver.auth.credentials import CREDENTIALS
from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.world import World


def owned(world: World, tenant: str, collection: str, id: str, what: str | None = None) -> Record:
    """Return a tenant's record; 404 for what is unknown or another tenant's."""
    record = world.get(collection, id)
    if record is None or record["tenant"] != tenant:
        raise Failure("not_found", what=what or collection)
    return record


def release_of(call: Call, world: World) -> Record:
    """Return the release that the path names."""
    return owned(world, call.account, "releases", call.path["uuid"])


def track_of(call: Call, world: World) -> Record:
    """Return the track that the path names."""
    return owned(world, call.account, "tracks", call.path["uuid"])


def artist_of(call: Call, world: World) -> Record:
    """Return the artist that the path names."""
    return owned(world, call.account, "artists", call.path["uuid"])


def webhook_of(call: Call, world: World) -> Record:
    """Return the subscription that the path names."""
    return owned(world, call.account, "webhooks", call.path["uuid"])


def job_of(call: Call, world: World) -> Record:
    """Return the ingestion job that the path names."""
    return owned(world, call.account, "ingestion_jobs", call.path["uuid"], "jobs")


def transfer_of(call: Call, world: World) -> Record:
    """Return the transfer that the path names: both parties see it."""
    record = world.get("transfers", call.path["uuid"])
    if record is None or call.account not in (record["tenant"], record["receiver"]):
        raise Failure("not_found", what="transfers")
    return record


def statement_of(call: Call, world: World) -> Record:
    """Return the finance statement that the path names by UUID, or by `stmt_` and month as royalties do."""
    if "uuid" in call.path:
        return owned(world, call.account, "finance_statements", call.path["uuid"], "statements")
    for record in world.slice_by("finance_statements", "tenant", call.account):
        if record["royalty_id"] is not None and record["royalty_id"] == call.path["id"]:
            return record
    raise Failure("not_found", what="statements")


def api_key_of(call: Call, world: World) -> Record:
    """Return the API key that the path names by its id."""
    record = world.get(CREDENTIALS, call.path["id"])
    if record is None or record["kind"] != "api_key" or record["account"] != call.account:
        raise Failure("not_found", what="api_keys")
    return record


def tracks_of(world: World, release: str) -> list[Record]:
    """Return a release's tracks by position."""
    tracks = world.slice_by("tracks", "release", release)
    return sorted(tracks, key=lambda track: (track["position"], track["number"]))


def deliveries_of(world: World, release: str) -> list[Record]:
    """Return a release's delivery rows in the order they were prepared."""
    return world.slice_by("deliveries", "release", release)


_FINDERS: tuple[tuple[str, Any], ...] = (
    ("/releases/{uuid}", release_of),
    ("/supply-chain/releases/{uuid}", release_of),
    ("/tracks/{uuid}", track_of),
    ("/artists/{uuid}", artist_of),
    ("/webhooks/{uuid}", webhook_of),
    ("/ingestion/jobs/{uuid}", job_of),
    ("/transfers/{uuid}", transfer_of),
    ("/finance/statements/{uuid}", statement_of),
    ("/royalties/statements/{id}", statement_of),
    ("/api-keys/{id}", api_key_of),
)


def bind(call: Call, world: World) -> None:
    """Answer 404 for what the path names before the body is read."""
    for prefix, find in _FINDERS:
        if call.operation.path.startswith(prefix):
            call.found = find(call, world)
            return
