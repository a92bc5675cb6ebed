"""The log of what was done, by whom, and on whose behalf (L1304, L1363)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.call import Call
from mockserver.clock import instant
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.world import World

AUDIT = "audit_log"
# Every operation that changes something, by what the log calls it.
ACTIONS = {
    "createRelease": "release.create",
    "updateRelease": "release.update",
    "deleteRelease": "release.delete",
    "submitRelease": "release.submit",
    "attachReleaseDsps": "release.attach_dsps",
    "replaceReleaseDsps": "release.replace_dsps",
    "approveRelease": "release.approve",
    "uploadReleaseArtwork": "release.upload_artwork",
    "createTrack": "track.create",
    "updateTrack": "track.update",
    "deleteTrack": "track.delete",
    "uploadTrackAudio": "track.upload_audio",
    "createArtist": "artist.create",
    "updateArtist": "artist.update",
    "requestWithdrawal": "withdrawal.request",
    "distributeRelease": "release.distribute",
    "updateDistributionTerritories": "release.change_territories",
    "takedownRelease": "release.takedown",
    "deliverRelease": "release.deliver",
    "deliverReleaseToDsp": "release.deliver",
    "redeliverRelease": "release.redeliver",
    "purgeRelease": "release.purge",
    "purgeReleaseFromDsp": "release.purge",
    "createTransfer": "transfer.create",
    "acceptTransfer": "transfer.accept",
    "declineTransfer": "transfer.decline",
    "createWebhook": "webhook.create",
    "updateWebhook": "webhook.update",
    "rotateWebhookSecret": "webhook.rotate_secret",
    "testWebhook": "webhook.test",
    "ingestJson": "ingestion.json",
    "ingestBulk": "ingestion.bulk",
    "ingestDdex": "ingestion.ddex",
    "ingestCsv": "ingestion.csv",
    "updateReleaseSupplyChainConfig": "supply_chain.update",
    "setReleaseMonetization": "supply_chain.set_monetization",
    "setReleasePricingTier": "supply_chain.set_pricing_tier",
    "setReleaseTerritories": "supply_chain.set_territories",
    "setReleaseDspOverride": "supply_chain.set_override",
    "clearReleaseDspOverride": "supply_chain.clear_override",
    "updateTenantSupplyChainConfig": "supply_chain.update_tenant",
    "setReleaseRights": "rights.set",
    "uploadAnimatedArtwork": "animated_artwork.upload",
    "createFinancePeriod": "finance_period.create",
    "approveTenantStatement": "finance_statement.approve",
    "createWriter": "writer.create",
    "createPublisher": "publisher.create",
    "replaceTrackWriters": "track.set_writers",
    "replaceTrackPublishers": "track.set_publishers",
    "replaceTrackCollaborators": "track.set_collaborators",
    "setReleaseLocalizations": "release.set_localizations",
    "setTrackLocalizations": "track.set_localizations",
    "createClientTenant": "tenant.create",
    "impersonateTenant": "tenant.impersonate",
    "updateApiKey": "api_key.update",
}


def logged(operations: Mapping[str, OperationFunction]) -> dict[str, OperationFunction]:
    """Return the table of operations, each writing its line after it succeeded; a refused call changes nothing."""
    return {id: _logging(id, function) for id, function in operations.items()}


def _logging(id: str, function: OperationFunction) -> OperationFunction:
    def carried_out(call: Call, world: World) -> Reply:
        reply = function(call, world)
        if id in ACTIONS or call.caller.facts.get("acting_as"):
            _write(call, world, ACTIONS.get(id) or f"call.{id}")
        return reply

    return carried_out


def _write(call: Call, world: World, action: str) -> None:
    facts = call.caller.facts
    world.put(
        AUDIT,
        {
            "id": world.uuid("audit"),
            "number": world.next_number("audit"),
            "tenant": call.account,
            "actor": facts.get("actor") or "system",
            "action_type": action,
            "target": next(iter(call.path.values()), None),
            "acting_as": facts.get("acting_as"),
            "on_behalf_of": facts.get("on_behalf_of"),
            "created_at": instant(world.now),
        },
    )


def entries_of(world: World, tenant: str) -> list[Record]:
    """Return what a tenant may see: its own log, and what was done elsewhere on its behalf."""
    own = world.slice_by(AUDIT, "tenant", tenant)
    elsewhere = world.slice_by(AUDIT, "on_behalf_of", tenant)
    return [*own, *(entry for entry in elsewhere if entry["tenant"] != tenant)]


def print_entry(entry: Record) -> dict[str, Any]:
    """Return a line as GET /audit-log shows it."""
    return {
        "uuid": entry["id"],
        "actor": entry["actor"],
        "action_type": entry["action_type"],
        "target": entry["target"],
        "acting_as": entry["acting_as"],
        "on_behalf_of": entry["on_behalf_of"],
        "created_at": entry["created_at"][:19] + "Z",
    }
