"""Getting approved releases to DSPs, changing their territories, taking them down."""

from __future__ import annotations

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog, chain, deliveries, dsps, places
from mockserver.providers.tonegrid.deliveries import Queue
from mockserver.providers.tonegrid.events import shown
from mockserver.providers.tonegrid.finding import deliveries_of, release_of
from mockserver.providers.tonegrid.records import print_distribution
from mockserver.providers.tonegrid.rules import require_state
from mockserver.world import World


def list_distribution_dsps(call: Call, world: World) -> Reply:
    """List the DSPs with their delivery method (L617-629)."""
    found = [
        {
            "id": dsp["number"],
            "name": dsp["name"],
            "slug": dsps.underscored(dsp),
            "delivery_method": "direct_api" if dsp["direct_api"] else "ddex_ern",
            "avg_delivery_days": dsp["days"],
        }
        for dsp in dsps.active(world)
    ]
    return Reply(200, {"dsps": found})


def list_distribution_territories(call: Call, world: World) -> Reply:
    """List the countries and the code for all of them; the total counts countries (C-24)."""
    known = places.countries()
    found = [{"code": code, "name": name} for code, name in {places.WORLDWIDE: "Worldwide", **known}.items()]
    return Reply(200, {"territories": found, "total": len(known)})


def distribute_release(call: Call, world: World) -> Reply:
    """Queue an approved release for DSPs, now or from a day on (L640-659)."""
    release = release_of(call, world)
    require_state(world, release, "distribute")
    body = call.body or {}
    named = "dsps" in body
    chosen = dsps.require_all(world, body["dsps"]) if named else dsps.active(world)
    open_to = [dsp for dsp in chosen if not chain.effective(release, dsp["id"]).is_blocked]
    if named and len(open_to) < len(chosen):
        blocked = next(dsp for dsp in chosen if dsp not in open_to)
        raise Failure("dsp_blocked", name=blocked["name"])
    release["dsps"] = list(dict.fromkeys([*release["dsps"], *(dsp["id"] for dsp in open_to)]))
    world.put("releases", release)
    queued = []
    for dsp in open_to:
        start = deliveries.schedule(world, release, dsp, body.get("scheduled_date"))
        if start is not None:
            queued.append({"dsp": dsp["name"], "status": "queued", "scheduled_at": shown(instant(start))})
    return Reply(202, {"message": "Distribution queued.", "deliveries": queued})


def get_release_distribution(call: Call, world: World) -> Reply:
    """Show where a release is at each DSP."""
    release = release_of(call, world)
    rows = print_distribution(world, release)
    return Reply(200, {"release_uuid": release["id"], "deliveries": rows})


def update_distribution_territories(call: Call, world: World) -> Reply:
    """Change where a distributed release is available; live DSPs get an update (L672-684)."""
    release = release_of(call, world)
    require_state(world, release, "change_territories")
    rows = deliveries_of(world, release["id"])
    if all(row["status"] == "pending" for row in rows):
        raise Failure("not_yet_distributed")
    chain.shift_territories(release, call.body or {})
    catalog.touch(world, "releases", release)
    for row in rows:
        if row["status"] == "live":
            world.fire("delivery", row["id"], "request_update")
    return Reply(202, {"message": "Territory update queued. DSPs will be notified via DDEX within 24 hours."})


def takedown_release(call: Call, world: World) -> Reply:
    """Send takedown notices; the release is taken down when every DSP has confirmed (L685-698)."""
    release = release_of(call, world)
    body = call.body or {}
    named = [deliveries.require_addressed(world, release, slug) for slug in body.get("dsps", [])]
    require_state(world, release, "request_takedown")
    rows = deliveries_of(world, release["id"])
    wanted = {dsp["id"] for dsp in named} or {row["dsp"] for row in rows}
    chosen = [row for row in rows if row["dsp"] in wanted and row["status"] not in deliveries.GONE]
    if not chosen or all(row["status"] == "pending" for row in rows):
        raise Failure("not_distributed")
    queue = Queue()
    for row in chosen:
        deliveries.take_down(world, release, dsps.known(world, row["dsp"]), "NewReleaseMessage", queue)
    _keep_reason(world, release["id"], body)
    due = shown(instant(deliveries.removal_due(world)))
    text = f"Takedown notice sent to {len(queue.queued)} DSP(s)."
    return Reply(202, {"message": text, "estimated_completion": due})


def _keep_reason(world: World, id: str, body: Record) -> None:
    release = world.require("releases", id)  # read anew: the rows may have moved it
    catalog.touch(world, "releases", {**release, "takedown_reason": body.get("reason")})


OPERATIONS = {
    "listDistributionDsps": list_distribution_dsps,
    "listDistributionTerritories": list_distribution_territories,
    "distributeRelease": distribute_release,
    "getReleaseDistribution": get_release_distribution,
    "updateDistributionTerritories": update_distribution_territories,
    "takedownRelease": takedown_release,
}
