"""What reaches each DSP: monetization, price, territories, overrides."""

from __future__ import annotations

from collections import Counter

from mockserver.call import Call
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.providers.tonegrid import catalog, chain, dsps
from mockserver.providers.tonegrid.fieldtexts import required, wrong_fields
from mockserver.providers.tonegrid.finding import deliveries_of, release_of
from mockserver.world import World

_NOTE = (
    "Every DSP is delivered via DDEX ERN."
    " Direct = bundle is pushed straight to the DSP's ingestion endpoint by ToneGrid."
)
_CUSTOM = ("pricing_custom_track_minor", "pricing_custom_album_minor", "pricing_currency")


def list_supply_chain_dsps(call: Call, world: World) -> Reply:
    """List the active DSPs with their way of delivery (L1168-1177)."""
    found = dsps.active(world)
    methods = Counter(dsp["ern_method"] for dsp in found)
    data = {
        "dsps": [
            {
                **_pipeline(dsp),
                "supports_atmos": dsp["atmos"],
                "supports_video": dsp["video"],
                "territory_set": dsp["territories"],
            }
            for dsp in found
        ],
        "summary": {
            "total_active": len(found),
            "direct_ddex_sftp": methods["ddex_sftp_direct"],
            "direct_ddex_rest": methods["ddex_rest_direct"],
            "partner_routed": methods["partner_routed"],
        },
        "note": _NOTE,
    }
    return Reply(200, {"success": True, "data": data})


def _pipeline(dsp: Record) -> Record:
    return {
        "slug": dsp["id"],
        "name": dsp["name"],
        "delivery_method": dsp["ern_method"],
        "ddex_ern_version": "4.3",
        "ingestion_protocol": dsps.protocol(dsp),
        "certification_level": dsp["level"],
    }


def list_monetization_policies(call: Call, world: World) -> Reply:
    """List the eight codes."""
    policies = [{"code": code, "name": name} for code, name in chain.POLICIES.items()]
    return Reply(200, {"success": True, "data": {"policies": policies}})


def list_pricing_tiers(call: Call, world: World) -> Reply:
    """List the six tiers."""
    tiers = [
        {
            "code": code,
            "default_track_minor": track,
            "default_album_minor": album,
            "currency": None if track is None else "USD",
        }
        for code, (track, album) in chain.TIERS.items()
    ]
    return Reply(200, {"success": True, "data": {"tiers": tiers}})


def get_release_supply_chain_config(call: Call, world: World) -> Reply:
    """Show a release's configuration."""
    return Reply(200, {"success": True, "data": chain.print_config(world, release_of(call, world))})


def update_release_supply_chain_config(call: Call, world: World) -> Reply:
    """Set test delivery and sent-on-behalf-of party for one release."""
    return _changed(call, world, {name: call.body[name] for name in chain.SWITCHES if name in call.body})


def set_release_monetization(call: Call, world: World) -> Reply:
    """Set the monetization codes."""
    return _changed(call, world, _of_body(call, "monetization_policy_codes"))


def set_release_pricing_tier(call: Call, world: World) -> Reply:
    """Set the price, by tier or of its own."""
    if "pricing_currency" in call.body:
        chain.check_currency(call.body["pricing_currency"])
    return _changed(call, world, chain.pricing(_of_body(call, "pricing_tier_code", *_CUSTOM)))


def set_release_territories(call: Call, world: World) -> Reply:
    """Set where the release is available."""
    return _changed(call, world, chain.territories(_of_body(call, "territory_mode", "territory_codes")))


def _of_body(call: Call, *names: str) -> Record:
    return {name: call.body[name] for name in (*names, "is_test_delivery") if name in call.body}


def _changed(call: Call, world: World, values: Record) -> Reply:
    release = release_of(call, world)
    chain.change(release, values)
    catalog.touch(world, "releases", release)
    data = chain.print_config(world, release)
    return Reply(200, {"success": True, "message": "Supply-chain configuration updated.", "data": data})


def get_release_delivery_pipeline(call: Call, world: World) -> Reply:
    """Show by which way a release reaches each attached DSP, and where it is (L1198)."""
    release = release_of(call, world)
    states = {row["dsp"]: row["status"] for row in deliveries_of(world, release["id"])}
    found = [{**_pipeline(dsps.known(world, id)), "status": states.get(id)} for id in release["dsps"]]
    return Reply(200, {"success": True, "data": {"release_id": release["id"], "dsps": found}})


def get_release_effective_config(call: Call, world: World) -> Reply:
    """Show the final configuration per attached DSP (L1199)."""
    release = release_of(call, world)
    found = [chain.print_effective(release, id) for id in release["dsps"]]
    return Reply(200, {"success": True, "data": {"release_id": release["id"], "dsps": found}})


def set_release_dsp_override(call: Call, world: World) -> Reply:
    """Lay members over the release's configuration for one DSP; those that are not sent stay (L1200)."""
    release = release_of(call, world)
    dsp = dsps.require_attached(world, release, call.path["dsp_slug"])
    override = {**release["overrides"].get(dsp["id"], {}), **call.body}
    _check_override(override)
    release["overrides"] = {**release["overrides"], dsp["id"]: override}
    catalog.touch(world, "releases", release)
    data = {"dsp": dsp["id"], **override}
    return Reply(200, {"success": True, "message": f"Override for {dsp['name']} saved.", "data": data})


def _check_override(override: Record) -> None:
    if override.get("pricing_tier_code") == "custom":
        missing = [name for name in _CUSTOM if name not in override]
        if missing:
            raise wrong_fields(**{name: required(name) for name in missing})
    if "pricing_currency" in override:
        chain.check_currency(override["pricing_currency"])
    codes = override.get("territory_codes", [])
    chain.check_codes("territory_codes", codes)
    if override.get("territory_mode") in ("include", "exclude") and not codes:
        raise wrong_fields(territory_codes=required("territory_codes"))


def clear_release_dsp_override(call: Call, world: World) -> Reply:
    """Let a DSP inherit the release's configuration again."""
    release = release_of(call, world)
    dsp = dsps.require(world, call.path["dsp_slug"])
    release["overrides"] = {id: value for id, value in release["overrides"].items() if id != dsp["id"]}
    catalog.touch(world, "releases", release)
    return Reply(204)


def update_tenant_supply_chain_config(call: Call, world: World) -> Reply:
    """Set test delivery and sent-on-behalf-of party for all releases of the tenant that set none (L716)."""
    tenant = world.require("tenants", call.account)
    tenant |= {name: call.body[name] for name in chain.SWITCHES if name in call.body}
    world.put("tenants", tenant)
    data = {name: tenant[name] for name in chain.SWITCHES}
    return Reply(200, {"success": True, "message": "Supply-chain configuration updated.", "data": data})


OPERATIONS = {
    "listSupplyChainDsps": list_supply_chain_dsps,
    "listMonetizationPolicies": list_monetization_policies,
    "listPricingTiers": list_pricing_tiers,
    "getReleaseSupplyChainConfig": get_release_supply_chain_config,
    "updateReleaseSupplyChainConfig": update_release_supply_chain_config,
    "setReleaseMonetization": set_release_monetization,
    "setReleasePricingTier": set_release_pricing_tier,
    "setReleaseTerritories": set_release_territories,
    "getReleaseDeliveryPipeline": get_release_delivery_pipeline,
    "getReleaseEffectiveConfig": get_release_effective_config,
    "setReleaseDspOverride": set_release_dsp_override,
    "clearReleaseDspOverride": clear_release_dsp_override,
    "updateTenantSupplyChainConfig": update_tenant_supply_chain_config,
}
