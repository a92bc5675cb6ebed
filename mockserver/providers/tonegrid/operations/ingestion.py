"""Releases coming in as JSON, in bulk, as DDEX or as CSV, and the log of their jobs."""

from __future__ import annotations

from typing import Any

import orjson
from lxml import etree

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog
from mockserver.providers.tonegrid.finding import job_of, tracks_of
from mockserver.providers.tonegrid.ingestion import jobs, sheet
from mockserver.providers.tonegrid.ingestion.sniff import sniff
from mockserver.providers.tonegrid.lists import Indexed, Whole, listed
from mockserver.world import World

MOST_BULK = 200
_MOST_FILE = 52_428_800


def ingest_json(call: Call, world: World) -> Reply:
    """Make a release and all its tracks in one go (L1117-1136)."""
    catalog.check_upc(world, call.body.get("upc"))
    job = jobs.accept_at_once(world, _receive_json(world, call.account, "rest_json", call.body, "release.json"))
    release = world.require("releases", job["release_id"])
    tracks = tracks_of(world, release["id"])
    data = {
        "ingestion_job_id": job["id"],
        "release": {"uuid": release["id"], "title": release["title"], "type": release["type"]},
        "tracks": [{"uuid": track["id"], "title": track["title"]} for track in tracks],
    }
    text = f"Release ingested via rest_json — {len(tracks)} tracks created."
    return Reply(201, {"success": True, "message": text, "data": data})


def _receive_json(world: World, tenant: str, source: str, content: Record, file: str) -> Record:
    return jobs.receive(world, tenant, source, "json", content, orjson.dumps(content), file, "application/json")


def ingest_bulk(call: Call, world: World) -> Reply:
    """Queue up to 200 releases, each as a job of its own (L1137)."""
    items: list[Record] = call.body if isinstance(call.body, list) else call.body["releases"]
    if len(items) > MOST_BULK:
        raise Failure("bulk_too_large")
    tickets = []
    for number, item in enumerate(items, 1):
        job = _receive_json(world, call.account, "rest_bulk", item, f"release-{number:03d}.json")
        tickets.append(_ticket(job))
    text = f"{len(tickets)} release(s) queued for ingestion."
    return Reply(202, {"success": True, "message": text, "data": {"jobs": tickets}})


def _ticket(job: Record) -> dict[str, Any]:
    """Return what is told of a job at its reception, however fast the worker is."""
    return {"ingestion_job_id": job["id"], "state": "received"}


def ingest_ddex(call: Call, world: World) -> Reply:
    """Stage a NewReleaseMessage, sent as the body or as a file (L1138-1161)."""
    data, name = _bundle_of(call)
    sniffed = sniff(data)
    if sniffed is None:
        raise Failure("not_ern")
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError:  # another encoding, as its declaration says
        content = str(etree.tostring(sniffed.root, encoding="unicode"))
    job = jobs.receive(
        world, call.account, "ddex", "ern", content, data, name, "application/xml",
        ddex_message_id=sniffed.message_id, ddex_ern_version=sniffed.version,
    )  # fmt: skip
    ticket = {**_ticket(job), "ddex_message_id": sniffed.message_id, "ddex_ern_version": sniffed.version}
    text = f"DDEX bundle received. Track status via GET /ingestion/jobs/{job['id']}"
    return Reply(202, {"success": True, "message": text, "data": ticket})


def _bundle_of(call: Call) -> tuple[bytes, str]:
    if isinstance(call.body, bytes):
        return call.body, "bundle.xml"
    upload = call.files["ddex_xml"][-1]
    return upload.read(_MOST_FILE), upload.filename or "bundle.xml"


def ingest_csv(call: Call, world: World) -> Reply:
    """Stage a CSV whose rows are tracks (L1162)."""
    upload = call.files["releases_csv"][-1]
    data = upload.read(_MOST_FILE)
    text = sheet.decode(data)
    if not sheet.has_needed_columns(text):
        raise Failure("csv_header")
    name = upload.filename or "releases.csv"
    job = jobs.receive(world, call.account, "csv", "csv", text, data, name, "text/csv")
    message = f"CSV received. Track status via GET /ingestion/jobs/{job['id']}"
    return Reply(202, {"success": True, "message": message, "data": _ticket(job)})


def list_ingestion_jobs(call: Call, world: World) -> Reply:
    """List every job of every channel, the newest first."""
    names = ("source", "state", "date", "date_from", "date_to")
    wanted: Record = {name: call.query[name] for name in names if name in call.query}
    if not wanted:
        return listed(call, Indexed(world, jobs.JOBS, "tenant", call.account), jobs.print_job)
    found = [job for job in world.slice_by(jobs.JOBS, "tenant", call.account) if _fits(job, wanted)]
    return listed(call, Whole(found), jobs.print_job)


def _fits(job: Record, wanted: Record) -> bool:
    day = str(job["created_at"])[:10]
    return bool(
        wanted.get("source", job["source"]) == job["source"]
        and wanted.get("state", job["state"]) == job["state"]
        and wanted.get("date", day) == day
        and wanted.get("date_from", day) <= day <= wanted.get("date_to", day)
    )


def get_ingestion_job(call: Call, world: World) -> Reply:
    """Show a job."""
    return Reply(200, {"success": True, "data": jobs.print_job(job_of(call, world))})


OPERATIONS = {
    "ingestJson": ingest_json,
    "ingestBulk": ingest_bulk,
    "ingestDdex": ingest_ddex,
    "ingestCsv": ingest_csv,
    "listIngestionJobs": list_ingestion_jobs,
    "getIngestionJob": get_ingestion_job,
}
