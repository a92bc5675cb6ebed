"""TG-129 to TG-132 and TG-135: the deals of a message are the effective configuration of its DSP."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Members
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ern, wares

_TERMS = "DealList/ReleaseDeal/Deal/DealTerms"
_PRICE = f"{_TERMS}/PriceInformation/WholesalePricePerUnit"
_MODEL, _USE = f"{_TERMS}/CommercialModelType", f"{_TERMS}/UseType"
_START = f"{_TERMS}/ValidityPeriod/StartDateTime"
_CUSTOM = {
    "pricing_tier_code": "custom",
    "pricing_custom_track_minor": 129,
    "pricing_custom_album_minor": 999,
    "pricing_currency": "EUR",
}


def _put(case: Case, operation: str, release: str, **body: Any) -> None:
    case.given(case.call(operation, path={"uuid": release}, json=body), 200)


def _override(case: Case, release: str, **body: Any) -> None:
    path = {"uuid": release, "dsp_slug": "spotify"}
    case.given(case.call("setReleaseDspOverride", path=path, json=body), 200)


def _effective(case: Case, release: str) -> dict[str, dict[str, Any]]:
    answer = case.given(case.call("getReleaseEffectiveConfig", path={"uuid": release}), 200)
    return Members((str(entry.get("dsp")), entry) for entry in answer.items("/data/dsps") if isinstance(entry, dict))


def policies_change_the_deal(case: Case) -> None:
    """Other monetization policies make other models and uses: a stream is no download."""
    release = wares.make_complete(case, "spotify")
    _put(case, "setReleaseMonetization", release, monetization_policy_codes=["permanent_download"])
    download = ern.preview(case, release)
    judge.that("PermanentDownload" in ern.texts(download, _USE), "no download", received=ern.texts(download, _USE))
    judge.that("OnDemandStream" not in ern.texts(download, _USE), "a stream", received=ern.texts(download, _USE))
    _put(case, "setReleaseMonetization", release, monetization_policy_codes=["subscription_streaming"])
    stream = ern.preview(case, release)
    judge.equal("the models", ["SubscriptionModel"], sorted(set(ern.texts(stream, _MODEL))))
    judge.that("OnDemandStream" in ern.texts(stream, _USE), "no stream", received=ern.texts(stream, _USE))
    judge.that("PermanentDownload" not in ern.texts(stream, _USE), "a download", received=ern.texts(stream, _USE))
    both = ["ad_supported_streaming", "subscription_streaming"]
    _put(case, "setReleaseMonetization", release, monetization_policy_codes=both)
    models = ["AdvertisementSupportedModel", "SubscriptionModel"]
    judge.equal("the models", models, sorted(set(ern.texts(ern.preview(case, release), _MODEL))))


def tier_changes_the_price(case: Case) -> None:
    """Another pricing tier makes another price: the album amount of the catalogue, in major units."""
    tiers = case.given(case.call("listPricingTiers"), 200).items("/data/tiers")
    amounts = {tier.get("code"): tier.get("default_album_minor") for tier in tiers}
    release = wares.make_complete(case, "spotify", type="album")
    for code in ("budget", "premium"):
        _put(case, "setReleasePricingTier", release, pricing_tier_code=code)
        ern.is_text(ern.preview(case, release), _PRICE, f"{amounts[code] / 100:.2f}")


def date_and_place_are_in_the_deal(case: Case) -> None:
    """Territory and start date of the deal are those of the configuration."""
    release = wares.make_complete(case, "spotify", release_date="2031-06-17")
    _put(case, "setReleaseTerritories", release, territory_mode="include", territory_codes=["NG"])
    message = ern.preview(case, release)
    ern.has_texts(message, f"{_TERMS}/TerritoryCode", ["NG"])
    judge.that(ern.text(message, _START).startswith("2031-06-17"), "another day", received=ern.text(message, _START))


def modes_of_territories(case: Case, mode: str) -> None:
    """worldwide is TerritoryCode Worldwide; include lists its codes so, exclude as ExcludedTerritoryCode."""
    codes = ["GH", "NG", "ZA"]
    release = wares.make_complete(case, "spotify")
    body = {"territory_mode": mode} if mode == "worldwide" else {"territory_mode": mode, "territory_codes": codes}
    _put(case, "setReleaseTerritories", release, **body)
    message = ern.preview(case, release)
    excluded = codes if mode == "exclude" else []
    ern.has_texts(message, f"{_TERMS}/ExcludedTerritoryCode", excluded)
    if mode != "exclude":
        ern.has_texts(message, f"{_TERMS}/TerritoryCode", codes if mode == "include" else ["Worldwide"])


def custom_price_is_in_major_units(case: Case) -> None:
    """An album amount of 999 in euro cents is 9.99 EUR."""
    release = wares.make_complete(case, "spotify", type="album")
    _put(case, "setReleasePricingTier", release, **_CUSTOM)
    ern.is_text(ern.preview(case, release), f"{_PRICE}[@CurrencyCode='EUR']", "9.99")


def deal_begins_with_the_release(case: Case) -> None:
    """The deal begins at midnight of the release date, or of the DSP's own date, which leaves other DSPs alone."""
    release = wares.make_complete(case, "spotify", "tidal", release_date="2031-06-17")
    ern.is_text(ern.preview(case, release), _START, "2031-06-17T00:00:00Z")
    _override(case, release, release_date_override="2031-07-01")
    ern.is_text(ern.preview(case, release), _START, "2031-07-01T00:00:00Z")
    ern.is_text(ern.preview(case, release, "tidal"), _START, "2031-06-17T00:00:00Z")


def effective_config_is_what_is_sent(case: Case) -> None:
    """What effective-config tells of a DSP is what its message says, with an override and without one."""
    release = wares.make_complete(case, "spotify", "tidal", type="album", release_date="2031-06-17")
    _put(case, "setReleaseTerritories", release, territory_mode="include", territory_codes=["NG", "GH"])
    _put(case, "setReleasePricingTier", release, pricing_tier_code="mid")
    _override(
        case,
        release,
        **_CUSTOM,
        territory_mode="exclude",
        territory_codes=["US"],
        monetization_policy_codes=["permanent_download"],
        release_date_override="2031-07-01",
    )
    config = _effective(case, release)
    judge.equal("the DSPs", ["spotify", "tidal"], sorted(config))
    for dsp, told in config.items():
        message = ern.preview(case, release, dsp)
        price = f"{_PRICE}[@CurrencyCode='{told.get('pricing_currency')}']"
        ern.is_text(message, price, f"{told.get('pricing_album_minor', 0) / 100:.2f}")
        ern.is_text(message, _START, f"{told.get('release_date')}T00:00:00Z")
        place = "ExcludedTerritoryCode" if told.get("territory_mode") == "exclude" else "TerritoryCode"
        ern.has_texts(message, f"{_TERMS}/{place}", told.get("territory_codes", []))
    judge.equal("the price of Spotify", 999, config["spotify"].get("pricing_album_minor"))
    judge.equal("the uses of Spotify", ["PermanentDownload"], ern.texts(ern.preview(case, release), _USE))


CHECKS = (
    check("TG-129", policies_change_the_deal),
    check("TG-129", tier_changes_the_price),
    check("TG-129", date_and_place_are_in_the_deal),
    check("TG-130", modes_of_territories, each=("worldwide", "include", "exclude")),
    check("TG-131", custom_price_is_in_major_units),
    check("TG-132", deal_begins_with_the_release),
    check("TG-135", effective_config_is_what_is_sent),
)
