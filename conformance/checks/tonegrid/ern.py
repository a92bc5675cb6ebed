"""ERN messages as the checks read them: elements by path, and the table of what stands in every complete one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case

Element = Any  # lxml has no types of its own
NAMESPACE = "http://ddex.net/xml/ern/43"
SENDER = "PADPIDA2026012301U"
SECTIONS = ("MessageHeader", "PartyList", "ResourceList", "ReleaseList", "DealList")
_WORLD = "[@ApplicableTerritoryCode='Worldwide']"
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


@dataclass(frozen=True)
class Place:
    """A path that must lead somewhere; `value` is the text that must stand there, where it is fixed."""

    path: str
    value: str | None = None

    @property
    def label(self) -> str:
        """Return the path in item ids, without brackets."""
        return re.sub(r"\[.*?\]", "", self.path)


def _places(start: str, *entries: str | tuple[str, str]) -> tuple[Place, ...]:
    pairs = [entry if isinstance(entry, tuple) else (entry, None) for entry in entries]
    return tuple(Place(f"{start}/{path}", value) for path, value in pairs)


# L726-875: whatever the sample shows without saying that it depends on something.
WHOLE = (
    *_places(
        "MessageHeader",
        *("MessageThreadId", "MessageId", "MessageFileName", "MessageCreatedDateTime", "MessageControlType"),
        *(("MessageSender/PartyId", SENDER), ("MessageSender/PartyName/FullName", "ToneGrid")),
        *("MessageRecipient/PartyId", "MessageRecipient/PartyName/FullName"),
    ),
    *_places("PartyList/Party", "PartyReference", f"PartyName{_WORLD}/FullName"),
    *_places(
        "ResourceList/SoundRecording",
        *("ResourceReference", ("Type", "MusicalWorkSoundRecording"), "Duration"),
        *(f"DisplayTitleText{_WORLD}", f"DisplayTitle{_WORLD}/TitleText"),
        "DisplayArtistName[@ApplicableTerritoryCode]",
        *("DisplayArtist[@SequenceNumber]/ArtistPartyReference", "DisplayArtist/DisplayArtistRole"),
        "ParentalWarningType[@ApplicableTerritoryCode]",
    ),
    *_places(
        "ResourceList/SoundRecording/SoundRecordingEdition",
        *("ResourceId/ISRC", "PLine[@ApplicableTerritoryCode]/Year", "PLine/PLineText", "RecordingMode"),
        *("TechnicalDetails/TechnicalResourceDetailsReference",),
    ),
    *_places(
        "ResourceList/SoundRecording/SoundRecordingEdition/TechnicalDetails/DeliveryFile",
        *(("Type", "AudioFile"), "AudioCodecType", "BitRate[@UnitOfMeasure='kbps']", "NumberOfChannels"),
        *("SamplingRate[@UnitOfMeasure='Hz']", "BitsPerSample", "Duration", "File/URI", "File/FileSize"),
        ("IsProvidedInDelivery", "true"),
    ),
    *_places(
        "ResourceList/Image",
        *(("ResourceReference", "A_COVER_1"), ("Type", "FrontCoverImage")),
        "ResourceId/ProprietaryId[@Namespace='tonegrid.pro']",
        *(("TechnicalDetails/TechnicalResourceDetailsReference", "T_COVER_1"), "TechnicalDetails/ImageCodecType"),
        "TechnicalDetails/ImageHeight[@UnitOfMeasure='Pixel']",
        "TechnicalDetails/ImageWidth[@UnitOfMeasure='Pixel']",
        "TechnicalDetails/File/URI",
    ),
    *_places(
        "ReleaseList/Release[@LanguageAndScriptCode]",
        *(("ReleaseReference", "R0"), "ReleaseType", "ReleaseId/ICPN"),
        "ReleaseId/ProprietaryId[@Namespace='tonegrid.pro']",
        *(f"DisplayTitleText{_WORLD}", "DisplayTitle/TitleText", "DisplayArtistName"),
        *("DisplayArtist[@SequenceNumber]/ArtistPartyReference", "DisplayArtist/DisplayArtistRole"),
        *("ReleaseLabelReference", "PLine/Year", "PLine/PLineText", "CLine/Year", "CLine/CLineText", "Duration"),
        *("Genre/GenreText", "ReleaseDate[@ApplicableTerritoryCode]", "ParentalWarningType"),
        ("ResourceGroup/SequenceNumber", "1"),
        *("ResourceGroup/ResourceGroupContentItem/SequenceNumber",),
        "ResourceGroup/ResourceGroupContentItem/ReleaseResourceReference",
        ("ResourceGroup/LinkedReleaseResourceReference", "A_COVER_1"),
    ),
    *_places("DealList/ReleaseDeal", ("DealReleaseReference", "R0")),
    *_places(
        "DealList/ReleaseDeal/Deal/DealTerms",
        *("TerritoryCode", "ValidityPeriod/StartDateTime", "CommercialModelType", "UseType"),
    ),
)


def parse(content: bytes, answer: Answer) -> Element:
    """Read a message; one that is no well-formed XML is a fault of the answer."""
    try:
        # Comments and the like are nobody's promise: only elements are looked at.
        options = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True}
        return etree.fromstring(content, etree.XMLParser(**options))
    except etree.XMLSyntaxError as error:
        raise judge.Broken(
            "the message is no well-formed XML", expected="XML", received=str(error), answer=answer
        ) from None


def of(answer: Answer) -> Element:
    """Read the message inside a preview's JSON."""
    judge.status(answer, 200)
    xml = answer.at("/data/xml")
    judge.that(isinstance(xml, str), "there is no message at /data/xml", answer, expected="a text", received=xml)
    return parse(str(xml).encode(), answer)


def preview(case: Case, release: str, dsp: str = "spotify") -> Element:
    """Ask for the NewReleaseMessage of a release for one DSP and read it."""
    return of(case.call("previewDdexMessage", path={"uuid": release, "dsp_slug": dsp}))


def purge(case: Case, release: str, dsp: str = "spotify") -> Element:
    """Ask for the PurgeReleaseMessage of a release for one DSP and read it."""
    return of(case.call("previewPurgeMessage", path={"uuid": release, "dsp_slug": dsp}))


def texts(element: Element, path: str) -> list[str]:
    """Return the texts of all elements at a path, in document order."""
    return [str(found.text or "") for found in element.xpath(path)]


def text(element: Element, path: str) -> str:
    """Return the text of the one element at a path; none, or several, is a fault."""
    found = texts(element, path)
    judge.equal(f"the number of {path} in the message", 1, len(found))
    return found[0]


def is_text(element: Element, path: str, expected: str) -> None:
    """Judge the text of the one element at a path."""
    judge.equal(path, expected, text(element, path))


def has_texts(element: Element, path: str, expected: Iterable[str]) -> None:
    """Judge the texts of all elements at a path, whatever their order."""
    judge.equal(path, sorted(expected), sorted(texts(element, path)))


def seconds(duration: str) -> float:
    """Return an ISO 8601 duration of hours, minutes and seconds in seconds."""
    found = _DURATION.fullmatch(duration)
    judge.that(found, "a Duration is not of the form PT3M38S", expected="PT..M..S", received=duration)
    hours, minutes, rest = (float(part or 0) for part in found.groups()) if found else (0.0, 0.0, 0.0)
    return hours * 3600 + minutes * 60 + rest


def without_header(message: Element) -> str:
    """Return the message but for its header, in canonical form."""
    parts = [part for part in message if etree.QName(part).localname != "MessageHeader"]
    return "\n".join(etree.tostring(part, method="c14n2", strip_text=True).decode() for part in parts)


def schema(case: Case) -> Any:
    """Return DDEX's own schema, where conformance.toml tells its folder: `facts.ddex-schemas = ["/where/it/is"]`."""
    folders = case.session.target.settings.facts.get("ddex-schemas", [])
    if not folders:
        raise judge.NotTested('needs the DDEX schemas; give their folder as facts.ddex-schemas = ["..."]')
    file = Path(folders[0]) / "release-notification.xsd"
    try:
        return etree.XMLSchema(etree.parse(str(file), etree.XMLParser(no_network=True)))
    except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise judge.NotTested(f"{file} cannot be read: {error}") from None
