"""The parties and resources of a NewReleaseMessage: one recording per track, the cover."""

from __future__ import annotations

import re

from mockserver.core.ground import Record
from mockserver.providers.tonegrid.ddex.material import Credit, Material
from mockserver.providers.tonegrid.ddex.xml import Element, add, locale

WORLDWIDE = "Worldwide"
HI_RES_HZ, HI_RES_BITS = 88_200, 24


def write_parties(root: Element, material: Material) -> None:
    """Append PartyList: artists, label, everybody credited, with a valid IPI number where there is one (L706)."""
    parties = add(root, "PartyList")
    for reference, name in material.parties.names.items():
        party = add(parties, "Party")
        add(party, "PartyReference", reference)
        add(add(party, "PartyName", ApplicableTerritoryCode=WORLDWIDE), "FullName", name)
        if reference in material.parties.numbers:
            add(add(party, "PartyId"), "IpiNameNumber", material.parties.numbers[reference])


def write_resources(root: Element, material: Material) -> None:
    """Append ResourceList (L707)."""
    resources = add(root, "ResourceList")
    for number, track in enumerate(material.tracks, 1):
        _write_recording(resources, material, track, number)
    _write_cover(resources, material)


def is_hi_res(track: Record) -> bool:
    """Say whether a track's audio is fit for the HiResMusic mark (L713)."""
    return (track["audio_sample_rate"] or 0) >= HI_RES_HZ and (track["audio_bit_depth"] or 0) >= HI_RES_BITS


def duration(seconds: int | None) -> str:
    """Print seconds as PT3M38S."""
    minutes, rest = divmod(seconds or 0, 60)
    return f"PT{minutes}M{rest}S"


def rights_text(line: str | None, mark: str, fallback: str) -> str:
    """Return a rights line without its mark, as messages carry it."""
    return re.sub(rf"^\s*(\({mark}\)|[℗©])\s*", "", line) if line else fallback


def write_titles(parent: Element, title: str, version: str | None, titles: Record, versions: Record, own: str) -> None:
    """Append DisplayTitleText and DisplayTitle: the title itself, then one of each per further locale (L714)."""
    others = {code: text for code, text in titles.items() if code != own}
    add(parent, "DisplayTitleText", title, ApplicableTerritoryCode=WORLDWIDE)
    for code, text in others.items():
        add(parent, "DisplayTitleText", text, LanguageAndScriptCode=locale(code))
    main = add(parent, "DisplayTitle", ApplicableTerritoryCode=WORLDWIDE)
    add(main, "TitleText", title)
    if version:
        add(main, "SubTitle", version, SubTitleType="Version")
    for code, text in others.items():
        translated = add(parent, "DisplayTitle", LanguageAndScriptCode=locale(code))
        add(translated, "TitleText", text)
        if versions.get(code) or version:
            add(translated, "SubTitle", versions.get(code) or version, SubTitleType="Version")


def write_artist(parent: Element, reference: str, name: str) -> None:
    """Append the display artist by name and by reference."""
    add(parent, "DisplayArtistName", name, ApplicableTerritoryCode=WORLDWIDE)
    artist = add(parent, "DisplayArtist", SequenceNumber="1")
    add(artist, "ArtistPartyReference", reference)
    add(artist, "DisplayArtistRole", "MainArtist")


def _write_recording(resources: Element, material: Material, track: Record, number: int) -> None:
    recording = add(resources, "SoundRecording")
    add(recording, "ResourceReference", f"A{number:04d}")
    add(recording, "Type", "MusicalWorkSoundRecording")
    _write_edition(recording, material, track, number)
    if track["dolby_isrc"] and track["dolby_audio_uri"]:
        _write_immersive_edition(recording, material, track, number)
    write_titles(
        recording, track["title"], track["title_version"], track["localized_titles"],
        track["localized_title_versions"], material.release["preferred_locale"],
    )  # fmt: skip
    write_artist(recording, *material.performers[track["id"]])
    for place, credit in enumerate(material.credits[track["id"]], 1):
        _write_contributor(recording, credit, place)
    add(recording, "Duration", duration(track["duration"]))
    warning = "Explicit" if track["explicit"] else "NotExplicit"
    add(recording, "ParentalWarningType", warning, ApplicableTerritoryCode=WORLDWIDE)
    if is_hi_res(track):
        add(recording, "IsHiResMusic", "true")


def _write_contributor(recording: Element, credit: Credit, place: int) -> None:
    contributor = add(recording, "Contributor", SequenceNumber=str(place))
    add(contributor, "ContributorPartyReference", credit.party)
    own = {"Namespace": "tonegrid.pro", "UserDefinedValue": credit.own_words} if credit.own_words else {}
    add(contributor, "Role", credit.role, **own)
    if credit.instrument:
        value = {"Namespace": "tonegrid.pro", "UserDefinedValue": credit.instrument}
        add(contributor, "InstrumentType", "UserDefined", **value)
    if credit.is_featured:
        add(contributor, "HasMadeFeaturedContribution", "true")


def _write_rights(edition: Element, material: Material) -> None:
    line = add(edition, "PLine", ApplicableTerritoryCode=WORLDWIDE)
    add(line, "Year", material.year)
    fallback = f"{material.year} {material.label_name}"
    add(line, "PLineText", rights_text(material.effective.rights.get("p_line"), "P", fallback))


def _write_edition(recording: Element, material: Material, track: Record, number: int) -> None:
    edition = add(recording, "SoundRecordingEdition")
    add(add(edition, "ResourceId"), "ISRC", track["isrc"])
    _write_rights(edition, material)
    channels = track["audio_channels"] or 2
    add(edition, "RecordingMode", {1: "Mono", 2: "Stereo"}.get(channels, "MultichannelAudio"))
    details = add(edition, "TechnicalDetails")
    add(details, "TechnicalResourceDetailsReference", f"T{number:04d}")
    _write_file(details, track, channels)


def _write_file(details: Element, track: Record, channels: int) -> None:
    audio = track["audio"] or {}
    rate, bits = track["audio_sample_rate"], track["audio_bit_depth"]
    file = add(details, "DeliveryFile")
    add(file, "Type", "AudioFile")
    add(file, "AudioCodecType", "FLAC" if audio.get("codec") == "FLAC" else "PCM")
    if rate and bits:
        add(file, "BitRate", _bit_rate(audio, rate, bits, channels), UnitOfMeasure="kbps")
    add(file, "NumberOfChannels", channels)
    if rate:
        add(file, "SamplingRate", rate, UnitOfMeasure="Hz")
    if bits:
        add(file, "BitsPerSample", bits)
    add(file, "Duration", duration(track["duration"]))
    uri = _uri(track)
    if uri:
        content = add(file, "File")
        add(content, "URI", uri)
        if track["audio_md5"]:
            sum_ = add(content, "HashSum")
            add(sum_, "Algorithm", "MD5")
            add(sum_, "HashSumValue", track["audio_md5"])
        if audio:
            add(content, "FileSize", -(-audio["size"] // 1024))  # kilobytes, as the sample's figure must be
    add(file, "IsProvidedInDelivery", "true" if uri else "false")


def _bit_rate(audio: Record, rate: int, bits: int, channels: int) -> int:
    """Return kilobits a second: of the samples for PCM, of the file for FLAC."""
    if audio.get("codec") == "FLAC" and audio["seconds"]:
        return int(max(1, round(audio["size"] * 8 / audio["seconds"] / 1000)))
    return int(max(1, rate * bits * channels // 1000))


def _uri(track: Record) -> str | None:
    if track["audio"]:
        ending = "flac" if track["audio"]["codec"] == "FLAC" else "wav"
        return f"s3://tonegrid-sandbox/audio/{track['id']}.{ending}"
    return str(track["audio_url"]) if track["audio_url"] else None


def _write_immersive_edition(recording: Element, material: Material, track: Record, number: int) -> None:
    """Append the Dolby Atmos edition (L715)."""
    edition = add(recording, "SoundRecordingEdition")
    add(edition, "Type", "ImmersiveEdition")
    add(add(edition, "ResourceId"), "ISRC", track["dolby_isrc"])
    _write_rights(edition, material)
    add(edition, "RecordingMode", "ImmersiveAudio")
    details = add(edition, "TechnicalDetails")
    add(details, "TechnicalResourceDetailsReference", f"T{number:04d}_IMMERSIVE")
    file = add(details, "DeliveryFile")
    add(file, "Type", "AudioFile")
    add(file, "AudioCodecType", "DolbyAtmosMasterADM")
    add(file, "Duration", duration(track["duration"]))
    add(add(file, "File"), "URI", track["dolby_audio_uri"])
    add(file, "IsProvidedInDelivery", "true")
    add(details, "HasImmersiveAudioMetadata", "true")


def _write_cover(resources: Element, material: Material) -> None:
    release = material.release
    artwork = release["artwork"] or {"file": "cover.jpg", "codec": "JPEG", "width": 3000, "height": 3000}
    image = add(resources, "Image")
    add(image, "ResourceReference", "A_COVER_1")
    add(image, "Type", "FrontCoverImage")
    add(add(image, "ResourceId"), "ProprietaryId", f"{release['id']}-cover", Namespace="tonegrid.pro")
    warning = "Explicit" if release["explicit_content"] else "NotExplicit"
    add(image, "ParentalWarningType", warning, ApplicableTerritoryCode=WORLDWIDE)
    details = add(image, "TechnicalDetails")
    add(details, "TechnicalResourceDetailsReference", "T_COVER_1")
    add(details, "ImageCodecType", artwork["codec"])
    add(details, "ImageHeight", artwork["height"], UnitOfMeasure="Pixel")
    add(details, "ImageWidth", artwork["width"], UnitOfMeasure="Pixel")
    add(add(details, "File"), "URI", f"s3://tonegrid-sandbox/artwork/{release['id']}/{artwork['file']}")
