"""Every row of every machine, and every documented refusal."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.core.failure import Failure
from specs import open_book

BOOK = open_book("tonegrid")
ROWS = [
    (name, row.event, source)
    for name, machine in BOOK.lifecycles.items()
    for row in machine.transitions
    for source in row.sources
]
DATA: dict[str, dict[str, Any]] = {"upload": {}, "request_takedown": {"message_type": "PurgeReleaseMessage"}}


def make(room: Any, machine: str) -> str:
    """Return the id of a record of a machine's collection."""
    full = room.account("full")
    match machine:
        case "release":
            return str(room.ready())
        case "delivery":
            return str(room.rows(room.approved("spotify"))[0]["uuid"])
        case "track":
            return str(room.add_track(room.create()))
        case "transfer":
            body = {"to_account_uuid": room.account("second-account"), "releases": [room.create()]}
            return str(room.post("/transfers", body).json["transfer"]["uuid"])
        case "job":
            item = [{"title": "Night", "tracks": [{"title": "One"}]}]
            return str(room.post("/ingestion/bulk", item).json["data"]["jobs"][0]["ingestion_job_id"])
        case "finance_period":
            return str(room.post("/finance/periods", {"code": "2031-05", "type": "monthly"}).json["data"]["uuid"])
        case "finance_statement":
            return str(room.find("finance_statements", tenant=full, state="draft")[0]["id"])
        case "payout":
            return str(room.find("payouts", tenant=full)[0]["id"])
        case "withdrawal":
            return str(room.post("/royalties/withdrawals", {"amount_usd": 20}).json["withdrawal"]["id"])
    assert machine == "animated_artwork"
    return make_artwork(room)


def make_artwork(room: Any) -> str:
    from tests.tonegrid.test_walk import _gif  # one maker of a small film is enough

    path = f"/releases/{room.create()}/animated-artwork/canvas_loop"
    return str(room.upload(path, "asset", _gif(), "a.gif").json["data"]["uuid"])


@pytest.mark.parametrize(("machine", "event", "source"), ROWS)
def test_a_row_leads_where_the_table_says(unlimited: Any, machine: str, event: str, source: str) -> None:
    """Each transition of lifecycles.yaml, from each of its states."""
    room = unlimited
    lifecycle = BOOK.lifecycles[machine]
    id = make(room, machine)
    room.change(lifecycle.collection, id, **{lifecycle.field: source})
    prepare(room, machine, event, id)
    row = lifecycle.find(source, event)
    assert row is not None

    record = room.fire(machine, id, event, **DATA.get(event, {}))

    if row.target is None:
        assert room.find(lifecycle.collection, id=id) == []
    else:
        assert record[lifecycle.field] == row.target
    assert all(one["event"].startswith(name.split("<")[0]) for name in row.emits for one in room.sent()[-1:])


def prepare(room: Any, machine: str, event: str, id: str) -> None:
    """Let a row's guard be content."""
    if event == "refuse_bundle":
        room.change("ingestion_jobs", id, problems=[{"field": "title", "message": "Wrong."}])
    if event == "refuse_audio":
        release = room.find("deliveries", id=id)[0]["release"]
        track = room.find("tracks", release=release)[0]["id"]
        room.change("tracks", track, audio={"md5": "0" * 32}, audio_md5="1" * 32)
    if event == "start_inspection":
        room.change("releases", id, review_stage="pending_review")
    if event == "finish" and machine == "track":
        room.fire("track", id, "upload") if room.find("tracks", id=id, audio_status="pending") else None
        room.change("tracks", id, audio_status="processing", staged_audio=STAGED)


STAGED = {
    "format": "WAV",
    "codec": "PCM",
    "bits": 24,
    "rate": 44_100,
    "channels": 2,
    "seconds": 3,
    "size": 9,
    "md5": "0" * 32,
}

REFUSALS = [
    (name, row.event, source, row.status, row.operations)
    for name, machine in BOOK.lifecycles.items()
    for row in machine.refusals
    for source in row.sources
]
PATHS = {
    "submitRelease": ("POST", "/releases/{}/submit"),
    "approveRelease": ("POST", "/releases/{}/approve"),
    "deleteRelease": ("DELETE", "/releases/{}"),
    "updateRelease": ("PUT", "/releases/{}"),
    "distributeRelease": ("POST", "/releases/{}/distribute"),
    "deliverRelease": ("POST", "/releases/{}/ddex/deliver"),
    "deliverReleaseToDsp": ("POST", "/releases/{}/ddex/deliver/spotify"),
    "redeliverRelease": ("POST", "/releases/{}/ddex/redeliver"),
    "updateDistributionTerritories": ("PATCH", "/releases/{}/distribution/territories"),
    "takedownRelease": ("POST", "/releases/{}/takedown"),
    "purgeRelease": ("POST", "/releases/{}/ddex/purge"),
    "purgeReleaseFromDsp": ("POST", "/releases/{}/ddex/purge/spotify"),
    "updateTrack": ("PUT", "/tracks/{}"),
    "deleteTrack": ("DELETE", "/tracks/{}"),
    "acceptTransfer": ("POST", "/transfers/{}/accept"),
    "declineTransfer": ("POST", "/transfers/{}/decline"),
    "approveTenantStatement": ("POST", "/finance/statements/{}/approve"),
}


@pytest.mark.parametrize(("machine", "event", "source", "status", "operations"), REFUSALS)
def test_a_refusal_is_as_documented(
    unlimited: Any, machine: str, event: str, source: str, status: int, operations: tuple[str, ...]
) -> None:
    """Each refusal of lifecycles.yaml, by each operation that meets it."""
    room, lifecycle = unlimited, BOOK.lifecycles[machine]
    id = make(room, machine)
    room.change(lifecycle.collection, id, **{lifecycle.field: source})
    if machine == "release" and event.endswith("_track"):
        id = room.find("tracks", release=id)[0]["id"]

    for operation in operations:
        method, path = PATHS[operation]
        key = "second-account" if machine == "transfer" else "full"
        answer = room.ask(method, path.format(id), key, **({"json": {}} if method != "DELETE" else {}))
        assert answer.status_code == status, (operation, answer.text)


def test_an_event_that_a_state_does_not_know_is_refused(room: Any) -> None:
    """The control API is told which events are legal."""
    release = room.create()

    with pytest.raises(Failure) as refused:
        room.fire("release", release, "go_live")

    assert refused.value.facts["legal_events"] == ["submit", "delete"]


def test_guards_hold_whoever_fires(room: Any) -> None:
    """A bundle without problems is not refused by the worker, nor one with problems staged."""
    job = make(room, "job")
    room.change("ingestion_jobs", job, state="validating")

    with pytest.raises(Failure):
        room.fire("job", job, "refuse_bundle")
    prepare(room, "job", "refuse_bundle", job)
    with pytest.raises(Failure):
        room.fire("job", job, "stage")
    row = make(room, "delivery")
    room.change("deliveries", row, status="submitted")
    with pytest.raises(Failure):
        room.fire("delivery", row, "refuse_audio")
    prepare(room, "delivery", "refuse_audio", row)
    with pytest.raises(Failure):
        room.fire("delivery", row, "accept")
    release = room.ready()
    room.post(f"/releases/{release}/submit")
    room.fire("release", release, "start_inspection")
    with pytest.raises(Failure):
        room.fire("release", release, "start_inspection")
