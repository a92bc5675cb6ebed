"""Ingestion jobs: one per bundle, from reception to a release or a refusal with reasons (L1163)."""

from __future__ import annotations

import hashlib
from typing import Any

from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.providers.tonegrid import events
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.ingestion.bundles import BUNDLES, make_releases, read_bundle
from mockserver.workflow.machine import Fired
from mockserver.world import World

JOBS = "ingestion_jobs"


def receive(
    world: World,
    tenant: str,
    source: str,
    kind: str,
    content: Any,
    data: bytes,
    file: str,
    media_type: str,
    **more: Any,
) -> Record:
    """Stage a bundle and begin its job; returns the job as it is afterwards."""
    now = instant(world.now)
    staged = {
        "name": file,
        "content_type": media_type,
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "staged_at": shown(now),
    }
    job: Record = {
        "id": world.uuid("job"),
        "number": world.next_number("job"),
        "tenant": tenant,
        "source": source,
        "files": [staged],
        "ddex_message_id": None,
        "ddex_ern_version": None,
        "error_code": None,
        "validation_errors": None,
        "release_id": None,
        "release_ids": [],
        "problems": [],
        "created_at": now,
        "updated_at": now,
        **more,
    }
    world.put(BUNDLES, {"id": job["id"], "kind": kind, "content": content})
    events.notify(world, tenant, "ingestion.received", {**_event_data(job), "state": "received"})
    return world.begin("job", job)


def accept_at_once(world: World, job: Record) -> Record:
    """Make a validated JSON bundle's release now; where the worker was quicker, it has done so already (L1117)."""
    if job["state"] == "received":
        releases, _ = read_bundle(world, job)
        _take_over(world, job, releases)
        world.put(JOBS, job)
        world.fire("job", job["id"], "accept_at_once")
    return world.require(JOBS, job["id"])


def _take_over(world: World, job: Record, releases: list[Record]) -> None:
    made = make_releases(world, job["tenant"], releases)
    job["release_ids"] = [release["id"] for release, _ in made]
    job["release_id"] = next(iter(job["release_ids"]), None)
    job["updated_at"] = instant(world.now)


# effects of the job's machine


def find_problems(world: World, job: Record, data: Record) -> None:
    """Read the bundle and remember what is wrong with it."""
    job |= {"problems": read_bundle(world, job)[1], "updated_at": instant(world.now)}


def create_releases(world: World, job: Record, data: Record) -> None:
    """Make the bundle's releases with all their tracks, or none of them."""
    releases, problems = read_bundle(world, job)
    if problems:  # the tester led it here; what cannot be made is not made
        releases = [release for release in releases if release.get("title") and release.get("tracks")]
    _take_over(world, job, releases)


def record_problems(world: World, job: Record, data: Record) -> None:
    """Say why a bundle is refused; a tester's event may bring reasons of its own."""
    told = data.get("validation_errors") or job["problems"]
    reason = data.get("reason") or data.get("error_message") or "The bundle was refused."
    job |= {
        "error_code": str(data.get("error_code") or "validation_failed"),
        "validation_errors": told or [{"field": "bundle", "message": str(reason)}],
        "updated_at": instant(world.now),
    }


def record_failure(world: World, job: Record, data: Record) -> None:
    """Say that the processing broke."""
    job |= {"error_code": str(data.get("error_code") or "processing_failed"), "updated_at": instant(world.now)}


def tell(world: World, fired: Fired, data: Record) -> None:
    """Tell subscribers what became of a job."""
    event = "ingestion.accepted" if fired.target == "accepted" else "ingestion.rejected"
    events.notify(world, fired.record["tenant"], event, {**_event_data(fired.record), "state": fired.target})


def _event_data(job: Record) -> dict[str, Any]:
    return {
        "ingestion_job_id": job["id"],
        "source": job["source"],
        "release_id": job["release_id"],
        "error_code": job["error_code"],
        "validation_errors": job["validation_errors"],
    }


def print_job(job: Record) -> dict[str, Any]:
    """Return a job as the log shows it."""
    names = (
        "source", "state", "files", "ddex_message_id", "ddex_ern_version", "error_code", "validation_errors",
        "release_id", "release_ids",
    )  # fmt: skip
    return {
        "uuid": job["id"],
        **{name: job[name] for name in names},
        "created_at": shown(job["created_at"]),
        "updated_at": shown(job["updated_at"]),
    }
