"""TG-202 to TG-211: the catalogues of the supply chain, a release's configuration and its overrides per DSP."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer, Members
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import delivery, wares
from conformance.properties.readback import unchanged

POLICIES = (
    *("ad_supported_streaming", "subscription_streaming", "permanent_download", "conditional_download"),
    *("ringtone", "ringback_tone", "ugc_monetization", "restricted"),
)
TIERS = ("back_catalog", "budget", "mid", "front_line", "premium", "custom")
CUSTOM: dict[str, Any] = {
    "pricing_tier_code": "custom",
    "pricing_custom_track_minor": 129,
    "pricing_custom_album_minor": 999,
    "pricing_currency": "USD",
}
_CHANGES: dict[str, dict[str, Any]] = {
    "setReleaseMonetization": {"monetization_policy_codes": ["subscription_streaming", "permanent_download"]},
    "setReleasePricingTier": {"pricing_tier_code": "budget"},
    "setReleaseTerritories": {"territory_mode": "include", "territory_codes": ["NG", "GH", "KE", "ZA"]},
    "updateReleaseSupplyChainConfig": {"is_test_delivery": True},
}
# What an override sends, and what effective-config must show for that DSP then.
_OVERRIDES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "pricing_tier_code": ({"pricing_tier_code": "premium"}, {"pricing_tier_code": "premium"}),
    "pricing_custom": (
        {**CUSTOM, "pricing_currency": "EUR"},
        {
            "pricing_tier_code": "custom",
            "pricing_track_minor": 129,
            "pricing_album_minor": 999,
            "pricing_currency": "EUR",
        },
    ),
    "territory": (
        {"territory_mode": "exclude", "territory_codes": ["US", "CA"]},
        {"territory_mode": "exclude", "territory_codes": ["US", "CA"]},
    ),
    "monetization_policy_codes": (
        {"monetization_policy_codes": ["ringtone"]},
        {"monetization_policy_codes": ["ringtone"]},
    ),
    "is_blocked": ({"is_blocked": True}, {"is_blocked": True}),
    "release_date_override": ({"release_date_override": "2031-09-01"}, {"release_date": "2031-09-01"}),
}
_BAD_TERRITORIES: dict[str, dict[str, Any]] = {
    "no-codes": {"territory_mode": "include"},
    "empty-codes": {"territory_mode": "exclude", "territory_codes": []},
    "long-code": {"territory_mode": "include", "territory_codes": ["XX1"]},
    "one-of-two": {"territory_mode": "include", "territory_codes": ["NG", "nigeria"]},
    "other-mode": {"territory_mode": "everywhere"},
}
_BAD_OVERRIDES: dict[str, Any] = {
    "pricing_tier_code": "gold",
    "monetization_policy_codes": ["nope"],
    "territory_mode": "everywhere",
    "is_blocked": "yes",
    "release_date_override": "soon",
}


def _path(release: str, dsp: str = "spotify") -> dict[str, str]:
    return {"uuid": release, "dsp_slug": dsp}


def _config(case: Case, release: str) -> Answer:
    answer = case.call("getReleaseSupplyChainConfig", path={"uuid": release})
    judge.status(answer, 200)
    return answer


def _put(case: Case, operation: str, release: str, body: Any) -> Answer:
    return case.call(operation, path={"uuid": release}, json=body)


def override(case: Case, release: str, body: Any, dsp: str = "spotify") -> Answer:
    """Send an override."""
    return case.call("setReleaseDspOverride", path=_path(release, dsp), json=body)


def effective(case: Case, release: str) -> dict[str, dict[str, Any]]:
    """Return the effective configuration by DSP."""
    answer = case.call("getReleaseEffectiveConfig", path={"uuid": release})
    judge.status(answer, 200)
    return Members((str(entry.get("dsp")), entry) for entry in answer.items("/data/dsps") if isinstance(entry, dict))


def _shows(told: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        shown = told.get(name, ...)
        if name == "territory_codes" and isinstance(shown, list):
            shown, value = sorted(shown), sorted(value)
        judge.equal(name, value, shown)


def dsps_are_counted(case: Case) -> None:
    """total_active is the length of the list and the sum of the three ways; each way counts its DSPs."""
    answer = case.call("listSupplyChainDsps")
    judge.status(answer, 200)
    dsps, summary = answer.items("/data/dsps"), answer.at("/data/summary")
    judge.that(isinstance(summary, dict), "there is no summary", answer, received=summary)
    ways = ("direct_ddex_sftp", "direct_ddex_rest", "partner_routed")
    judge.equal("total_active", len(dsps), summary.get("total_active"), answer)
    judge.equal("the sum of the ways", len(dsps), sum(int(summary.get(way, 0)) for way in ways), answer)
    methods = [dsp.get("delivery_method") for dsp in dsps]
    for way, method in (("direct_ddex_sftp", "ddex_sftp_direct"), ("direct_ddex_rest", "ddex_rest_direct")):
        judge.equal(way, methods.count(method), summary.get(way), answer)
    note = answer.at("/data/note")
    judge.that(isinstance(note, str) and note, "there is no note", answer, received=note)


def printed_dsps_are_there(case: Case) -> None:
    """Spotify, Apple Music and YouTube Music are what the document prints of them."""
    answer = case.call("listSupplyChainDsps")
    judge.status(answer, 200)
    found = {dsp.get("slug"): dsp for dsp in answer.items("/data/dsps")}
    printed = {
        "spotify": ("Spotify", "ddex_sftp_direct", "preferred_provider_platinum", True, False),
        "applemusic": ("Apple Music", "ddex_sftp_direct", "certified", True, True),
        "youtubemusic": ("YouTube Music", "ddex_rest_direct", "certified", False, True),
    }
    names = ("name", "delivery_method", "certification_level", "supports_atmos", "supports_video")
    for slug, values in printed.items():
        judge.that(slug in found, f"{slug} is not in the list", answer, expected=slug, received=sorted(map(str, found)))
        _shows(found[slug], dict(zip(names, values, strict=True)))
        _shows(found[slug], {"ddex_ern_version": "4.3", "territory_set": "global"})


def catalogues_are_complete(case: Case, operation: str) -> None:
    """There are exactly eight monetization codes and six pricing tiers, by these names."""
    answer = case.call(operation)
    judge.status(answer, 200)
    place, expected = {
        "listMonetizationPolicies": ("/data/policies", POLICIES),
        "listPricingTiers": ("/data/tiers", TIERS),
    }[operation]
    codes = [str(entry.get("code")) for entry in answer.items(place)]
    judge.equal("the codes", sorted(expected), sorted(codes), answer)


def unknown_policy_is_refused(case: Case, codes: list[Any]) -> None:
    """A code that the catalogue does not have is 422, alone or among good ones, and nothing changes."""
    release = wares.make_release(case)
    with unchanged(lambda: _config(case, release)):
        answer = _put(case, "setReleaseMonetization", release, {"monetization_policy_codes": codes})
        wares.refused(answer, 422)


def known_policies_are_stored(case: Case) -> None:
    """All eight codes are taken and read back."""
    release = wares.make_release(case)
    judge.status(_put(case, "setReleaseMonetization", release, {"monetization_policy_codes": list(POLICIES)}), 200)
    shown = _config(case, release)
    codes = sorted(map(str, shown.items("/data/monetization_policy_codes")))
    judge.equal("the codes", sorted(POLICIES), codes, shown)


def unset_config_is_default(case: Case) -> None:
    """A release for which nothing was set has the default configuration and says so."""
    shown = _config(case, wares.make_release(case))
    judge.equal("is_default", True, shown.at("/data/is_default"), shown)
    judge.among("pricing_tier_code", TIERS, shown.at("/data/pricing_tier_code"), shown)
    judge.equal("territory_mode", "worldwide", shown.at("/data/territory_mode"), shown)


def changed_config_is_none(case: Case, operation: str) -> None:
    """After a PUT the configuration shows what was sent, is_default is false, and nothing else has changed."""
    release = wares.make_release(case)
    before = _config(case, release).at("/data")
    body = _CHANGES[operation]
    judge.status(_put(case, operation, release, body), 200)
    after = _config(case, release)
    _shows(after.at("/data"), {**body, "is_default": False})
    for name in sorted(set(before) - set(body) - {"is_default"}):
        judge.equal(f"{name}, which was not sent,", before[name], after.at(f"/data/{name}"), after)


def custom_needs_its_amounts(case: Case, name: str) -> None:
    """The custom tier without one of its three members is 422, and nothing changes."""
    release = wares.make_release(case)
    with unchanged(lambda: _config(case, release)):
        wares.refused(_put(case, "setReleasePricingTier", release, wares.patched(CUSTOM, name)), 422)


def custom_is_stored(case: Case) -> None:
    """The custom tier with its amounts is taken and read back."""
    release = wares.make_release(case)
    judge.status(_put(case, "setReleasePricingTier", release, CUSTOM), 200)
    _shows(_config(case, release).at("/data"), CUSTOM)


def tiers_have_their_amounts(case: Case) -> None:
    """Every tier but custom has default amounts for track and album, whole numbers of cents."""
    answer = case.call("listPricingTiers")
    judge.status(answer, 200)
    for tier in answer.items("/data/tiers"):
        for name in ("default_track_minor", "default_album_minor"):
            amount = tier.get(name)
            is_good = tier.get("code") == "custom" or (type(amount) is int and amount > 0)
            judge.that(is_good, f"{name} of {tier.get('code')} is no amount", answer, expected=99, received=amount)


def unknown_tier_is_refused(case: Case) -> None:
    """A tier that the catalogue does not have is 422."""
    release = wares.make_release(case)
    wares.refused(_put(case, "setReleasePricingTier", release, {"pricing_tier_code": "gold"}), 422)


def bad_territories_are_refused(case: Case, name: str) -> None:
    """A mode without its codes, another mode, or a code that is no alpha-2 is 422, and nothing changes."""
    release = wares.make_release(case)
    with unchanged(lambda: _config(case, release)):
        wares.refused(_put(case, "setReleaseTerritories", release, _BAD_TERRITORIES[name]), 422)


def modes_are_stored(case: Case, mode: str) -> None:
    """Each mode is taken and read back, with the codes that it needs."""
    release = wares.make_release(case)
    codes = [] if mode == "worldwide" else ["NG", "GH"]
    body = {"territory_mode": mode, **({"territory_codes": codes} if codes else {})}
    judge.status(_put(case, "setReleaseTerritories", release, body), 200)
    _shows(_config(case, release).at("/data"), {"territory_mode": mode, "territory_codes": codes})


def release_config_is_inherited(case: Case) -> None:
    """Without an override every DSP has what the release has, and is not blocked."""
    release = wares.make_complete(case, "spotify", "applemusic", release_date="2031-06-17")
    for operation in ("setReleaseMonetization", "setReleasePricingTier", "setReleaseTerritories"):
        case.given(_put(case, operation, release, _CHANGES[operation]), 200)
    told = effective(case, release)
    judge.equal("the DSPs", ["applemusic", "spotify"], sorted(told))
    for entry in told.values():
        for operation in ("setReleaseMonetization", "setReleasePricingTier", "setReleaseTerritories"):
            _shows(entry, _CHANGES[operation])
        _shows(entry, {"is_blocked": False, "release_date": "2031-06-17"})


def one_override_changes_one_dsp(case: Case) -> None:
    """An override changes what it names for its DSP; everything else, and every other DSP, stays."""
    release = wares.make_complete(case, "spotify", "tidal")
    before = effective(case, release)
    judge.status(override(case, release, {"is_blocked": True, "pricing_tier_code": "premium"}), 200)
    after = effective(case, release)
    for shown in (before, after):
        judge.that({"spotify", "tidal"} <= set(shown), "an attached DSP is not shown", received=sorted(shown))
    judge.equal("the other DSP", before["tidal"], after["tidal"])
    _shows(after["spotify"], {"is_blocked": True, "pricing_tier_code": "premium"})
    for name in ("territory_mode", "territory_codes", "monetization_policy_codes", "release_date", "rights"):
        judge.equal(name, before["spotify"].get(name), after["spotify"].get(name))


def override_goes_and_comes(case: Case, name: str) -> None:
    """A field alone can be overridden; after DELETE the DSP inherits again."""
    sent, expected = _OVERRIDES[name]
    release = wares.make_complete(case, "spotify", "tidal")
    before = effective(case, release)
    judge.status(override(case, release, sent), 200)
    after = effective(case, release)
    _shows(after["spotify"], expected)
    judge.equal("the other DSP", before["tidal"], after["tidal"])
    judge.status(case.call("clearReleaseDspOverride", path=_path(release)), 204, 200)
    judge.equal("the DSP after DELETE", before["spotify"], effective(case, release)["spotify"])


def rights_are_overridden(case: Case) -> None:
    """rights_override changes the rights of its DSP alone."""
    release = wares.make_complete(case, "spotify", "tidal")
    case.given(_put(case, "setReleaseRights", release, {"streaming": True, "download": True}), 200)
    judge.status(override(case, release, {"rights_override": {"download": False}}), 200)
    told = effective(case, release)
    judge.equal("download at Spotify", False, told["spotify"].get("rights", {}).get("download"))
    judge.equal("download at Tidal", True, told["tidal"].get("rights", {}).get("download"))


def bad_override_is_refused(case: Case, name: str) -> None:
    """An override with a wrong value is 422 and changes nothing."""
    release = wares.make_complete(case, "spotify")
    before = effective(case, release)
    wares.refused(override(case, release, {name: _BAD_OVERRIDES[name]}), 422)
    judge.equal("the configuration", before, effective(case, release))


def blocked_dsp_gets_nothing(case: Case) -> None:
    """A blocked DSP is skipped by deliver and refused alone; once the block is cleared it is delivered to."""
    release = wares.make_approved(case, "spotify", "tidal")
    judge.status(override(case, release, {"is_blocked": True}), 200)
    answer = case.call("deliverRelease", path={"uuid": release})
    judge.status(answer, 202)
    queued = [entry.get("dsp") for entry in answer.items("/data/queued")]
    judge.equal("queued", ["tidal"], queued, answer)
    judge.status(delivery.deliver_to(case, release, "spotify"), 409)
    judge.equal("the blocked row", "pending", delivery.states(case, release).get("spotify"))
    judge.status(case.call("clearReleaseDspOverride", path=_path(release)), 204, 200)
    judge.status(delivery.deliver_to(case, release, "spotify"), 202)
    judge.equal("the row", "submitted", delivery.states(case, release).get("spotify"))


def pipeline_shows_every_dsp(case: Case) -> None:
    """The pipeline shows each attached DSP as the catalogue has it, with the current status of its delivery."""
    catalogue = {dsp.get("slug"): dsp for dsp in case.call("listSupplyChainDsps").items("/data/dsps")}
    release = wares.make_approved(case, "spotify", "apple-music")
    for step, expected in (("", "pending"), ("submit", "submitted"), ("accept", "accepted"), ("go_live", "live")):
        if step == "submit":
            wares.deliver(case, release)
        elif step:
            wares.work(case, release, step)
        answer = case.call("getReleaseDeliveryPipeline", path={"uuid": release})
        judge.status(answer, 200)
        rows = {str(row.get("slug")): row for row in answer.items("/data/dsps")}
        judge.equal("the DSPs", ["applemusic", "spotify"], sorted(rows), answer)
        for slug, row in rows.items():
            judge.equal(f"the status of {slug}", expected, row.get("status"), answer)
            for name in ("name", "delivery_method", "ddex_ern_version", "certification_level"):
                judge.equal(f"{name} of {slug}", catalogue.get(slug, {}).get(name), row.get(name), answer)
            judge.that(row.get("ingestion_protocol"), f"{slug} has no ingestion_protocol", answer, received=row)


CHECKS = (
    check("TG-202", dsps_are_counted),
    check("TG-202", printed_dsps_are_there),
    check("TG-203", catalogues_are_complete, each=("listMonetizationPolicies", "listPricingTiers")),
    check("TG-204", unknown_policy_is_refused, each=(["nope"], ["subscription_streaming", "nope"], [7])),
    check("TG-204", known_policies_are_stored),
    check("TG-205", unset_config_is_default),
    check("TG-205", changed_config_is_none, each=tuple(_CHANGES)),
    check(
        "TG-206",
        custom_needs_its_amounts,
        each=("pricing_custom_track_minor", "pricing_custom_album_minor", "pricing_currency"),
    ),
    check("TG-206", custom_is_stored),
    check("TG-206", tiers_have_their_amounts),
    check("TG-206", unknown_tier_is_refused, required=False),
    check("TG-207", bad_territories_are_refused, each=tuple(_BAD_TERRITORIES)),
    check("TG-207", modes_are_stored, each=("worldwide", "include", "exclude")),
    check("TG-208", release_config_is_inherited),
    check("TG-208", one_override_changes_one_dsp),
    check("TG-209", override_goes_and_comes, each=tuple(_OVERRIDES)),
    check("TG-209", rights_are_overridden),
    check("TG-209", bad_override_is_refused, each=tuple(_BAD_OVERRIDES), required=False),
    check("TG-210", blocked_dsp_gets_nothing, needs=()),
    check("TG-211", pipeline_shows_every_dsp),
)
