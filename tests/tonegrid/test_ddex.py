"""DDEX ERN 4.3: what the messages say, and that they are what the standard says."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from lxml import etree

from tests.tonegrid.conftest import hi_res_md5, hi_res_sound


def texts(root: Any, path: str) -> list[str]:
    return [element.text for element in root.findall(path)]


# the NewReleaseMessage


def test_a_message_has_its_sections_in_order(room: Any, full: str) -> None:
    """TG-109, TG-241: ERN 4.3, UTF-8 with a declaration, text intact."""
    raw = room.get(f"/releases/{full}/ddex/preview/spotify.xml").data
    root = room.message(full)

    assert raw.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert root.tag == "{http://ddex.net/xml/ern/43}NewReleaseMessage"
    assert dict(root.attrib) == {
        "AvsVersionId": "2022", "LanguageAndScriptCode": "en", "ReleaseProfileVersionId": "Audio",
    }  # fmt: skip
    assert [child.tag for child in root] == ["MessageHeader", "PartyList", "ResourceList", "ReleaseList", "DealList"]
    assert "Itọju Eko".encode() in raw
    assert root.findtext(".//SubGenre") == "Alté"


def test_the_header_names_both_ends(room: Any, full: str) -> None:
    """TG-115, TG-116, TG-118."""
    header = room.message(full).find("MessageHeader")

    assert header.findtext("MessageSender/PartyId") == "PADPIDA2026012301U"
    assert header.findtext("MessageSender/PartyName/FullName") == "ToneGrid"
    assert header.findtext("MessageRecipient/PartyId") == "PADPIDA2014020404J"
    assert header.findtext("MessageControlType") == "LiveMessage"
    assert re.fullmatch("TG-THREAD-[0-9a-f]{24}", header.findtext("MessageThreadId"))
    assert re.fullmatch("TG-[0-9a-f]{32}", header.findtext("MessageId"))
    assert header.findtext("MessageFileName") == f"TG_spotify_{full[:8]}_20261128120000.xml"
    assert header.findtext("MessageCreatedDateTime") == "2026-11-28T12:00:00Z"


def test_every_rendering_has_an_id_and_every_pair_a_thread(room: Any, full: str) -> None:
    """TG-113, TG-138: bodies are equal apart from the header."""
    first, second, other = room.message(full), room.message(full), room.message(full, "apple_music")

    assert first.findtext(".//MessageId") != second.findtext(".//MessageId")
    assert first.findtext(".//MessageThreadId") == second.findtext(".//MessageThreadId")
    assert first.findtext(".//MessageThreadId") != other.findtext(".//MessageThreadId")
    for root in (first, second):
        root.remove(root.find("MessageHeader"))
    assert etree.tostring(first, method="c14n") == etree.tostring(second, method="c14n")


def test_the_json_preview_measures_the_message(room: Any, full: str) -> None:
    """TG-111, TG-112."""
    data = room.get(f"/releases/{full}/ddex/preview/apple_music").json["data"]
    raw = room.get(f"/releases/{full}/ddex/preview/apple_music.xml")

    assert (data["release_id"], data["ern_version"], data["choreography"]) == (full, "4.3", "ERN-Direct")
    assert data["dsp"] == {"slug": "apple-music", "name": "Apple Music"}
    assert data["sha256"] == hashlib.sha256(data["xml"].encode()).hexdigest()
    assert data["size_bytes"] == len(data["xml"].encode())
    assert raw.headers["Content-Disposition"] == f'attachment; filename="{full}-apple-music.xml"'
    assert raw.headers["Content-Type"].startswith("application/xml")


def test_a_preview_needs_a_known_and_attached_dsp(room: Any, full: str) -> None:
    """TG-114."""
    for path in ("preview/{}", "preview/{}.xml", "validate/{}", "purge/preview/{}", "purge/validate/{}"):
        unknown = room.get(f"/releases/{full}/ddex/{path.format('nope')}")
        detached = room.get(f"/releases/{full}/ddex/{path.format('tidal')}")
        assert (unknown.status_code, unknown.json["error"]) == (404, "DSP 'nope' not found or inactive.")
        assert (detached.status_code, detached.json["error"]) == (422, "DSP 'tidal' is not attached to this release.")


def test_recordings_carry_identifiers_files_and_marks(room: Any, full: str) -> None:
    """TG-119, TG-120, TG-121, TG-125, TG-127, TG-128: one recording per track, by position."""
    root = room.message(full)
    first, second = root.findall("ResourceList/SoundRecording")
    file = first.find(".//DeliveryFile")

    assert texts(root, ".//SoundRecording/ResourceReference") == ["A0001", "A0002"]
    assert texts(root, ".//ResourceGroupContentItem/ReleaseResourceReference") == ["A0001", "A0002"]
    assert file.findtext("AudioCodecType") == "PCM"
    assert (file.find("BitRate").text, file.find("BitRate").get("UnitOfMeasure")) == ("4608", "kbps")
    assert [file.findtext(tag) for tag in ("NumberOfChannels", "SamplingRate", "BitsPerSample")] == ["2", "96000", "24"]
    assert file.findtext("File/HashSum/Algorithm") == "MD5"
    assert file.findtext("File/HashSum/HashSumValue") == hi_res_md5()
    assert second.find(".//HashSum") is None
    assert int(file.findtext("File/FileSize")) == -(-len(hi_res_sound()) // 1024)
    assert first.findtext(".//SubTitle[@SubTitleType='Version']") == "Radio Edit"
    assert [one.findtext("ParentalWarningType") for one in (first, second)] == ["NotExplicit", "Explicit"]
    assert root.findtext("ReleaseList/Release/ParentalWarningType") == "Explicit"
    seconds = [int(re.fullmatch(r"PT(\d+)M(\d+)S", one.findtext("Duration"))[2]) for one in (first, second)]  # type: ignore[index]
    assert root.findtext("ReleaseList/Release/Duration") == f"PT0M{sum(seconds)}S"


def test_an_atmos_mix_is_a_second_edition(room: Any, full: str) -> None:
    """TG-122."""
    editions = room.message(full).findall("ResourceList/SoundRecording")[1].findall("SoundRecordingEdition")

    assert len(editions) == 2
    assert editions[1].findtext("Type") == "ImmersiveEdition"
    assert editions[1].findtext("ResourceId/ISRC") == "NGTON2600002"
    assert editions[1].findtext("RecordingMode") == "ImmersiveAudio"
    assert editions[1].findtext(".//AudioCodecType") == "DolbyAtmosMasterADM"
    assert editions[1].findtext(".//URI") == "s3://bucket/atmos.wav"
    assert editions[1].findtext("TechnicalDetails/HasImmersiveAudioMetadata") == "true"


def test_hi_res_marks_need_every_track(room: Any, full: str) -> None:
    """TG-123, C-46."""
    before = room.message(full)
    third = room.add_track(full, position=3)
    room.add_audio(third)
    after = room.message(full)

    assert before.findtext("ReleaseList/Release/IsHiResMusic") == "true"
    assert after.find("ReleaseList/Release/IsHiResMusic") is None
    assert texts(after, ".//SoundRecording/IsHiResMusic") == ["true", "true"]


def test_every_further_locale_has_titles_of_its_own(room: Any, full: str) -> None:
    """TG-124, C-44: on release and track; tags that DDEX cannot carry are shortened."""
    root = room.message(full)

    titles = root.findall("ReleaseList/Release/DisplayTitleText")
    assert [(one.get("LanguageAndScriptCode"), one.text) for one in titles] == [
        (None, "Midnight in Lagos"),
        ("fr", "Minuit"),
    ]
    recording = root.find("ResourceList/SoundRecording")
    codes = [one.get("LanguageAndScriptCode") for one in recording.findall("DisplayTitleText")]
    assert codes == [None, "fr", "zh-Hans-CN"]
    assert [one.get("LanguageAndScriptCode") for one in recording.findall("DisplayTitle")] == codes


def test_the_release_says_who_owns_it_and_when_it_comes_out(room: Any, full: str) -> None:
    """TG-126, TG-133, TG-134, TG-212: rights lines, dates, label, cover, references that lead somewhere."""
    root = room.message(full)
    release = root.find("ReleaseList/Release")

    assert release.findtext("ReleaseType") == "EP"
    assert release.findtext("PLine/PLineText") == "2024 Lagos Sound"
    assert release.findtext("CLine/CLineText") == "2024 Okafor Ltd"
    assert release.findtext("CLine/Year") == "2024"
    assert release.findtext("Genre/GenreText") == "Afrobeats"
    assert release.findtext("ReleaseDate") == "2027-01-15"
    assert release.findtext("OriginalReleaseDate") == "2020-01-01"
    assert release.findtext("ResourceGroup/LinkedReleaseResourceReference") == "A_COVER_1"
    assert root.findtext("ResourceList/Image/Type") == "FrontCoverImage"
    parties = set(texts(root, "PartyList/Party/PartyReference"))
    named = ("ArtistPartyReference", "ReleaseLabelReference", "ContributorPartyReference")
    assert {element.text for tag in named for element in root.iter(tag)} <= parties
    ids = release.find("ReleaseId")
    assert ids.findtext("ProprietaryId") == full
    assert len(ids.findtext("GRid")) == 18


def test_credits_are_parties_and_contributors(room: Any, full: str) -> None:
    """TG-139, TG-228: in liner-note order, an IPI number only where it is a valid one."""
    root = room.message(full)
    names = {party.findtext("PartyReference"): party.findtext("PartyName/FullName") for party in root.iter("Party")}
    credits = [
        (names[one.findtext("ContributorPartyReference")], one.findtext("Role"))
        for one in root.find("ResourceList/SoundRecording").findall("Contributor")
    ]

    assert credits == [
        ("Ayodeji Balogun", "ComposerLyricist"),
        ("Sarz", "StudioProducer"),
        ("Tems", "Artist"),
        ("Drums Ltd", "Musician"),
        ("Ink", "UserDefined"),
        ("Lagos Sound Publishing", "MusicPublisher"),
    ]
    assert root.find(".//InstrumentType").get("UserDefinedValue") == "Drums"
    assert texts(root, ".//PartyId/IpiNameNumber") == ["00014107338"]


def test_the_deal_follows_the_configuration(room: Any, full: str) -> None:
    """TG-129, TG-130, TG-131, TG-132, TG-135: territories, models, uses, price, start."""
    path = f"/supply-chain/releases/{full}"
    price = {"pricing_custom_track_minor": 129, "pricing_custom_album_minor": 999, "pricing_currency": "EUR"}
    room.put(f"{path}/pricing-tier", {"pricing_tier_code": "custom", **price})
    room.put(f"{path}/monetization", {"monetization_policy_codes": ["subscription_streaming", "ringtone"]})
    room.put(f"{path}/territories", {"territory_mode": "include", "territory_codes": ["NG", "GH"]})
    room.put(f"{path}/overrides/apple-music", {"release_date_override": "2027-02-01", "territory_mode": "worldwide"})

    terms, other = (room.message(full, slug).find(".//DealTerms") for slug in ("spotify", "apple-music"))

    assert texts(terms, "TerritoryCode") == ["NG", "GH"]
    assert texts(terms, "CommercialModelType") == ["SubscriptionModel", "PayAsYouGoModel"]
    assert texts(terms, "UseType") == ["OnDemandStream", "NonInteractiveStream", "UseAsRingtone"]
    unit = terms.find("PriceInformation/WholesalePricePerUnit")
    assert (unit.text, unit.get("CurrencyCode")) == ("9.99", "EUR")
    assert terms.findtext("ValidityPeriod/StartDateTime") == "2027-01-15T00:00:00Z"
    assert texts(other, "TerritoryCode") == ["Worldwide"]
    assert other.findtext("ValidityPeriod/StartDateTime") == "2027-02-01T00:00:00Z"
    room.put(f"{path}/territories", {"territory_mode": "exclude", "territory_codes": ["US"]})
    assert texts(room.message(full).find(".//DealTerms"), "ExcludedTerritoryCode") == ["US"]
    room.put(f"{path}/monetization", {"monetization_policy_codes": ["restricted"]})
    assert room.message(full).find(".//UseType") is None


def test_rights_withhold_uses(room: Any, full: str) -> None:
    """TG-212: what may not be streamed or downloaded is not in the deal."""
    room.put(f"/releases/{full}/rights", {"download": False, "ugc": False})

    uses = texts(room.message(full).find(".//DealTerms"), "UseType")

    assert uses == ["OnDemandStream", "NonInteractiveStream"]


def test_switches_make_test_messages_and_name_a_third_party(room: Any, full: str) -> None:
    """TG-116, TG-117, C-51: both members of the party are needed; a release's value wins over the tenant's."""
    room.put("/supply-chain/config", {"is_test_delivery": True, "sobo_party_dpid": "PADPIDA2013042401U"})
    one = room.message(full).find("MessageHeader")
    room.put("/supply-chain/config", {"sobo_party_name": "Under Label"})
    both = room.message(full).find("MessageHeader")
    room.put(f"/supply-chain/releases/{full}", {"is_test_delivery": False, "sobo_party_name": "Own Label"})
    own = room.message(full).find("MessageHeader")

    assert (one.findtext("MessageControlType"), one.find("SentOnBehalfOf")) == ("TestMessage", None)
    assert both.findtext("SentOnBehalfOf/PartyName/FullName") == "Under Label"
    assert [child.tag for child in both][3:6] == ["MessageSender", "SentOnBehalfOf", "MessageRecipient"]
    assert own.findtext("MessageControlType") == "LiveMessage"
    assert own.findtext("SentOnBehalfOf/PartyName/FullName") == "Own Label"


# the PurgeReleaseMessage


def test_a_purge_names_the_release_and_nothing_else(room: Any, full: str) -> None:
    """TG-152, TG-153, TG-154."""
    purge, release = room.message(full, infix="purge/"), room.message(full)

    assert purge.tag == "{http://ddex.net/xml/ern/43}PurgeReleaseMessage"
    assert [child.tag for child in purge] == ["MessageHeader", "PurgedRelease"]
    assert [child.tag for child in purge.find("PurgedRelease")] == ["ReleaseId", "Title"]
    assert purge.findtext(".//MessageThreadId") == release.findtext(".//MessageThreadId")
    assert re.fullmatch("TG-PURGE-[0-9a-f]{28}", purge.findtext(".//MessageId"))
    assert purge.findtext(".//MessageFileName") == f"TG_purge_spotify_{full[:8]}_20261128120000.xml"
    assert purge.findtext(".//TitleText") == "Midnight in Lagos"
    data = room.get(f"/releases/{full}/ddex/purge/validate/spotify").json["data"]
    assert data["validation"]["valid"] is True
