"""The messages themselves: NewReleaseMessage and PurgeReleaseMessage in ERN 4.3."""

from __future__ import annotations

from mockserver.core.ground import Record
from mockserver.providers.tonegrid.ddex.header import write_header
from mockserver.providers.tonegrid.ddex.material import Material
from mockserver.providers.tonegrid.ddex.resources import (
    WORLDWIDE,
    duration,
    is_hi_res,
    rights_text,
    write_artist,
    write_parties,
    write_resources,
    write_titles,
)
from mockserver.providers.tonegrid.ddex.xml import Element, add, legal, locale, root_of, write

_RELEASE_TYPES = {"single": "Single", "ep": "EP", "album": "Album"}
AVS_VERSION = "2022"  # as the sample has it (L728)

# Which models and uses a monetization code stands for (the document shows the result only), and the right it needs.
_DEALS: dict[str, tuple[str | None, tuple[str, ...], str | None]] = {
    "ad_supported_streaming": ("AdvertisementSupportedModel", ("OnDemandStream", "NonInteractiveStream"), "streaming"),
    "subscription_streaming": ("SubscriptionModel", ("OnDemandStream", "NonInteractiveStream"), "streaming"),
    "permanent_download": ("PayAsYouGoModel", ("PermanentDownload",), "download"),
    "conditional_download": ("SubscriptionModel", ("ConditionalDownload",), "download"),
    "ringtone": ("PayAsYouGoModel", ("UseAsRingtone",), None),
    "ringback_tone": ("PayAsYouGoModel", ("UseAsRingbackTone",), None),
    "ugc_monetization": (None, ("UserMakeAvailableLabelProvided",), "ugc"),
    "restricted": (None, (), None),
}


def write_new_release(material: Material) -> bytes:
    """Return the NewReleaseMessage for a release and a DSP (L703-875)."""
    language = locale(material.release["preferred_locale"])
    root = root_of(
        "NewReleaseMessage", AvsVersionId=AVS_VERSION, LanguageAndScriptCode=language, ReleaseProfileVersionId="Audio"
    )
    write_header(root, material)
    write_parties(root, material)
    write_resources(root, material)
    _write_release(add(root, "ReleaseList"), material, language)
    _write_deal(add(root, "DealList"), material)
    return write(root)


def write_purge(material: Material) -> bytes:
    """Return the PurgeReleaseMessage for a release and a DSP: header, ids and title (L923-954)."""
    language = locale(material.release["preferred_locale"])
    root = root_of("PurgeReleaseMessage", AvsVersionId=AVS_VERSION, LanguageAndScriptCode=language)
    write_header(root, material, is_purge=True)
    purged = add(root, "PurgedRelease")
    _write_ids(purged, material.release)
    add(add(purged, "Title"), "TitleText", material.release["title"])
    return write(root)


def _write_ids(parent: Element, release: Record) -> None:
    ids = add(parent, "ReleaseId")
    add(ids, "GRid", release["grid"])
    add(ids, "ICPN", release["upc"])
    add(ids, "ProprietaryId", release["id"], Namespace="tonegrid.pro")


def _write_release(releases: Element, material: Material, language: str) -> None:
    facts = material.release
    release = add(releases, "Release", LanguageAndScriptCode=language)
    add(release, "ReleaseReference", "R0")
    add(release, "ReleaseType", _RELEASE_TYPES[facts["type"]])
    _write_ids(release, facts)
    write_titles(release, facts["title"], None, facts["localized_titles"], {}, facts["preferred_locale"])
    write_artist(release, material.artist, material.artist_name)
    add(release, "ReleaseLabelReference", material.label)
    _write_lines(release, material)
    add(release, "Duration", duration(sum(track["duration"] or 0 for track in material.tracks)))
    genre = add(release, "Genre", ApplicableTerritoryCode=WORLDWIDE)
    add(genre, "GenreText", facts["genre"] or "Unspecified")
    if facts["subgenre"]:
        add(genre, "SubGenre", facts["subgenre"])
    if material.effective.release_date:
        add(release, "ReleaseDate", material.effective.release_date, ApplicableTerritoryCode=WORLDWIDE)
    if facts["original_release_date"]:
        add(release, "OriginalReleaseDate", facts["original_release_date"], ApplicableTerritoryCode=WORLDWIDE)
    is_explicit = facts["explicit_content"] or any(track["explicit"] for track in material.tracks)
    warning = "Explicit" if is_explicit else "NotExplicit"
    add(release, "ParentalWarningType", warning, ApplicableTerritoryCode=WORLDWIDE)
    _write_group(release, material)
    if material.tracks and all(is_hi_res(track) for track in material.tracks):
        add(release, "IsHiResMusic", "true")


def _write_lines(release: Element, material: Material) -> None:
    """Append P- and C-line: those of the rights envelope, else year and label."""
    rights = material.effective.rights
    label = f"{material.year} {material.label_name}"
    holder = f"{material.year} {material.release['copyright_holder'] or material.label_name}"
    produced = add(release, "PLine", ApplicableTerritoryCode=WORLDWIDE)
    add(produced, "Year", material.year)
    add(produced, "PLineText", rights_text(rights.get("p_line"), "P", label))
    owned = add(release, "CLine", ApplicableTerritoryCode=WORLDWIDE)
    add(owned, "Year", material.year)
    add(owned, "CLineText", rights_text(rights.get("c_line"), "C", holder))


def _write_group(release: Element, material: Material) -> None:
    group = add(release, "ResourceGroup")
    add(group, "SequenceNumber", 1)
    for number in range(1, len(material.tracks) + 1):
        item = add(group, "ResourceGroupContentItem")
        add(item, "SequenceNumber", number)
        add(item, "ReleaseResourceReference", f"A{number:04d}")
    add(group, "LinkedReleaseResourceReference", "A_COVER_1")


def _write_deal(deals: Element, material: Material) -> None:
    """Append the deal with the terms that are in effect at the DSP (L709)."""
    found = material.effective
    release_deal = add(deals, "ReleaseDeal")
    add(release_deal, "DealReleaseReference", "R0")
    terms = add(add(release_deal, "Deal"), "DealTerms")
    _write_territories(terms, material)
    period = add(terms, "ValidityPeriod")
    start = found.release_date or material.now.strftime("%Y-%m-%d")
    add(period, "StartDateTime", f"{start}T00:00:00Z")
    if material.ends_at:
        add(period, "EndDateTime", material.ends_at)
    models, uses = _deals(material)
    for model in models:
        add(terms, "CommercialModelType", model)
    for use in uses:
        add(terms, "UseType", use)
    if found.album_minor is not None:
        price = add(terms, "PriceInformation", PriceType="StandardRetailPrice")
        amount = f"{found.album_minor // 100}.{found.album_minor % 100:02d}"
        add(price, "WholesalePricePerUnit", amount, CurrencyCode=legal(found.currency or "USD"))


def _write_territories(terms: Element, material: Material) -> None:
    found = material.effective
    if found.territory_mode == "worldwide" or not found.territory_codes:
        add(terms, "TerritoryCode", WORLDWIDE)
        return
    tag = "TerritoryCode" if found.territory_mode == "include" else "ExcludedTerritoryCode"
    for code in found.territory_codes:
        add(terms, tag, code)


def _deals(material: Material) -> tuple[list[str], list[str]]:
    """Return models and uses, each once, without those that the rights withhold."""
    models: dict[str, None] = {}
    uses: dict[str, None] = {}
    for code in material.effective.policies:
        model, found, right = _DEALS[code]
        if right is not None and material.effective.rights.get(right) is False:
            continue
        models |= dict.fromkeys([model] if model else [])
        uses |= dict.fromkeys(found)
    return list(models), list(uses)
