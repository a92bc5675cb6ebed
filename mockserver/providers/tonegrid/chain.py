"""What reaches each DSP: a release's configuration, the DSP's override laid over it, the tenant's switches below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockserver.core.ground import Record
from mockserver.providers.tonegrid import places
from mockserver.providers.tonegrid.fieldtexts import wrong_fields
from mockserver.world import World

# Codes and what they are called (L1178).
POLICIES = {
    "ad_supported_streaming": "Ad-supported streaming",
    "subscription_streaming": "Subscription streaming",
    "permanent_download": "Permanent download",
    "conditional_download": "Conditional download",
    "ringtone": "Ringtone",
    "ringback_tone": "Ringback tone",
    "ugc_monetization": "UGC monetization",
    "restricted": "Restricted",
}
# Cents for a track and for an album (L1179 says that there are such amounts, not which).
TIERS: dict[str, tuple[int | None, int | None]] = {
    "back_catalog": (69, 499),
    "budget": (79, 599),
    "mid": (99, 799),
    "front_line": (129, 999),
    "premium": (149, 1299),
    "custom": (None, None),
}
DEFAULTS: Record = {
    "monetization_policy_codes": [
        "ad_supported_streaming", "subscription_streaming", "permanent_download", "ugc_monetization",
    ],
    "pricing_tier_code": "front_line",
    "pricing_custom_track_minor": None,
    "pricing_custom_album_minor": None,
    "pricing_currency": "USD",
    "territory_mode": "worldwide",
    "territory_codes": [],
    "is_test_delivery": None,
    "sobo_party_dpid": None,
    "sobo_party_name": None,
}  # fmt: skip
# Currencies that prices can be in.
CURRENCIES = frozenset(
    (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BZD CAD CDF CHF CLP"
        " CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD"
        " HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL"
        " LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP"
        " PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT"
        " TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
    ).split()
)
SWITCHES = ("is_test_delivery", "sobo_party_dpid", "sobo_party_name")


@dataclass(frozen=True, slots=True)
class Effective:
    """What one DSP's message is made of; amounts in minor units."""

    tier: str
    track_minor: int | None
    album_minor: int | None
    currency: str | None
    territory_mode: str
    territory_codes: list[str]
    policies: list[str]
    rights: Record
    release_date: str | None
    is_blocked: bool
    is_overridden: bool


def config_of(release: Record) -> Record:
    """Return a release's own configuration, the defaults where nothing was set."""
    return {**DEFAULTS, **(release["config"] or {})}


def change(release: Record, values: Record) -> None:
    """Set members of a release's configuration."""
    release["config"] = {**(release["config"] or {}), **values}


def switches_of(world: World, release: Record) -> Record:
    """Return test delivery and sent-on-behalf-of party: the release's where set, else the tenant's (C-51)."""
    tenant = world.get("tenants", release["tenant"]) or {}
    own = config_of(release)
    found = {name: own[name] if own[name] is not None else tenant.get(name) for name in SWITCHES}
    found["is_test_delivery"] = bool(found["is_test_delivery"])
    return found


def print_config(world: World, release: Record) -> dict[str, Any]:
    """Return a release's configuration as the API shows it (L1180)."""
    return {
        "release_id": release["id"],
        **config_of(release),
        **switches_of(world, release),
        "is_default": release["config"] is None,
    }


def pricing(body: Record) -> Record:
    """Return a change of price as it is stored: only the custom tier keeps amounts of its own."""
    if body["pricing_tier_code"] == "custom":
        return dict(body)
    return {
        **body,
        "pricing_custom_track_minor": None,
        "pricing_custom_album_minor": None,
        "pricing_currency": body.get("pricing_currency") or "USD",
    }


def territories(body: Record) -> Record:
    """Return a change of territories as it is stored; a code that is no country is a wrong field."""
    codes = list(body.get("territory_codes") or [])
    check_codes("territory_codes", codes)
    return {**body, "territory_codes": [] if body["territory_mode"] == "worldwide" else codes}


def check_codes(field: str, codes: list[str]) -> None:
    """Refuse codes that name no country."""
    unknown = places.find_unknown(codes)
    if unknown:
        raise wrong_fields(**{field: f"The {field} has unknown country codes: {', '.join(unknown)}."})


def check_currency(code: str) -> None:
    """Refuse a currency that there is not; no message could carry it."""
    if code not in CURRENCIES:
        raise wrong_fields(pricing_currency="The pricing_currency is no known currency.")


def effective(release: Record, dsp: str) -> Effective:
    """Return what reaches a DSP (L1199)."""
    override = release["overrides"].get(dsp, {})
    merged = {**config_of(release), **{name: override[name] for name in DEFAULTS if name in override}}
    track, album = TIERS[merged["pricing_tier_code"]]
    if merged["pricing_tier_code"] == "custom":
        track, album = merged["pricing_custom_track_minor"], merged["pricing_custom_album_minor"]
    return Effective(
        tier=merged["pricing_tier_code"],
        track_minor=track,
        album_minor=album,
        currency=merged["pricing_currency"],
        territory_mode=merged["territory_mode"],
        territory_codes=list(merged["territory_codes"]),
        policies=list(merged["monetization_policy_codes"]),
        rights={**release["rights"], **override.get("rights_override", {})},
        release_date=override.get("release_date_override") or release["release_date"],
        is_blocked=bool(override.get("is_blocked", False)),
        is_overridden=bool(override),
    )


def print_effective(release: Record, dsp: str) -> dict[str, Any]:
    """Return the effective configuration as the API shows it."""
    found = effective(release, dsp)
    return {
        "dsp": dsp,
        "pricing_tier_code": found.tier,
        "pricing_track_minor": found.track_minor,
        "pricing_album_minor": found.album_minor,
        "pricing_currency": found.currency,
        "territory_mode": found.territory_mode,
        "territory_codes": found.territory_codes,
        "monetization_policy_codes": found.policies,
        "rights": found.rights,
        "release_date": found.release_date,
        "is_blocked": found.is_blocked,
        "is_overridden": found.is_overridden,
    }


def shift_territories(release: Record, body: Record) -> None:
    """Apply a change of availability: worldwide first, then what is added, then what is taken out (L672-684)."""
    config = config_of(release)
    mode, codes = config["territory_mode"], set(config["territory_codes"])
    added, removed = set(body.get("include") or []), set(body.get("exclude") or [])
    check_codes("include", sorted(added))
    check_codes("exclude", sorted(removed))
    if body.get("worldwide") is True:
        mode, codes = "worldwide", set()
    elif body.get("worldwide") is False and mode != "include":
        if not added:
            raise wrong_fields(include="The include field is required when worldwide is false.")
        mode, codes = "include", set()
    if mode == "include":
        codes = (codes | added) - removed
        if not codes:
            raise wrong_fields(exclude="The exclude leaves no territory.")
    else:
        codes = (codes - added) | removed
        mode = "exclude" if codes else "worldwide"
    change(release, {"territory_mode": mode, "territory_codes": sorted(codes)})


def reaches(found: Effective, country: str) -> bool:
    """Say whether a country belongs to a DSP's territories."""
    if found.territory_mode == "worldwide":
        return True
    return (country in found.territory_codes) == (found.territory_mode == "include")
