"""What partners push in: releases as JSON, DDEX messages of three versions and CSV, small but whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from conformance.case import Case
from conformance.multipart import File, Form

VERSIONS = ("3.8.2", "4.2", "4.3")
_NAMESPACES = {version: f"http://ddex.net/xml/ern/{version.replace('.', '')}" for version in VERSIONS}
_ROOTS = {
    "3.8.2": 'MessageSchemaVersionId="ern/382" LanguageAndScriptCode="en"',
    "4.2": 'ReleaseProfileVersionId="Audio" LanguageAndScriptCode="en"',
    "4.3": 'ReleaseProfileVersionId="Audio" LanguageAndScriptCode="en" AvsVersionId="2022"',
}
_HEADER = """
  <MessageHeader>
    <MessageThreadId>{id}-THREAD</MessageThreadId>
    <MessageId>{id}</MessageId>
    <MessageSender><PartyId>PADPIDA2023110701L</PartyId></MessageSender>
    <MessageRecipient><PartyId>PADPIDA2026012301U</PartyId></MessageRecipient>
    <MessageCreatedDateTime>2026-07-12T09:00:00Z</MessageCreatedDateTime>
  </MessageHeader>"""

_OLD_TRACK = """
    <SoundRecording>
      <SoundRecordingType>MusicalWorkSoundRecording</SoundRecordingType>
      <SoundRecordingId><ISRC>{isrc}</ISRC></SoundRecordingId>
      <ResourceReference>A{number}</ResourceReference>
      <ReferenceTitle><TitleText>{title}</TitleText></ReferenceTitle>
      <Duration>PT3M35S</Duration>
      <SoundRecordingDetailsByTerritory>
        <TerritoryCode>Worldwide</TerritoryCode>
        <Title TitleType="DisplayTitle"><TitleText>{title}</TitleText></Title>
        <DisplayArtist>
          <PartyName><FullName>Ada Okafor</FullName></PartyName><ArtistRole>MainArtist</ArtistRole>
        </DisplayArtist>
        <ParentalWarningType>NotExplicit</ParentalWarningType>
      </SoundRecordingDetailsByTerritory>
    </SoundRecording>"""
_OLD = """
  <UpdateIndicator>OriginalMessage</UpdateIndicator>
  <ResourceList>{tracks}
  </ResourceList>
  <ReleaseList>
    <Release>
      <ReleaseId><ICPN>{upc}</ICPN></ReleaseId>
      <ReleaseReference>R0</ReleaseReference>
      <ReferenceTitle><TitleText>{title}</TitleText></ReferenceTitle>
      <ReleaseResourceReferenceList>{references}</ReleaseResourceReferenceList>
      <ReleaseType>Single</ReleaseType>
      <ReleaseDetailsByTerritory>
        <TerritoryCode>Worldwide</TerritoryCode>
        <DisplayArtistName>Ada Okafor</DisplayArtistName>
        <LabelName>Lagos Sound</LabelName>
        <Title TitleType="DisplayTitle"><TitleText>{title}</TitleText></Title>
        <DisplayArtist>
          <PartyName><FullName>Ada Okafor</FullName></PartyName><ArtistRole>MainArtist</ArtistRole>
        </DisplayArtist>
        <ParentalWarningType>NotExplicit</ParentalWarningType>
        <Genre><GenreText>Afrobeats</GenreText></Genre>
        <ReleaseDate>2031-07-12</ReleaseDate>
      </ReleaseDetailsByTerritory>
    </Release>
  </ReleaseList>"""

_NEW_TRACK = """
    <SoundRecording>
      <ResourceReference>A{number}</ResourceReference>
      <Type>MusicalWorkSoundRecording</Type>
      {code}
      <DisplayTitleText ApplicableTerritoryCode="Worldwide">{title}</DisplayTitleText>
      <DisplayTitle ApplicableTerritoryCode="Worldwide"><TitleText>{title}</TitleText></DisplayTitle>
      <DisplayArtistName ApplicableTerritoryCode="Worldwide">Ada Okafor</DisplayArtistName>
      <DisplayArtist SequenceNumber="1">
        <ArtistPartyReference>P_ARTIST_1</ArtistPartyReference><DisplayArtistRole>MainArtist</DisplayArtistRole>
      </DisplayArtist>
      <Duration>PT3M35S</Duration>
      <ParentalWarningType ApplicableTerritoryCode="Worldwide">NotExplicit</ParentalWarningType>
    </SoundRecording>"""
_CODES = {
    "4.2": "<ResourceId><ISRC>{isrc}</ISRC></ResourceId>",
    "4.3": "<SoundRecordingEdition><ResourceId><ISRC>{isrc}</ISRC></ResourceId></SoundRecordingEdition>",
}
_NEW = """
  <PartyList>
    <Party>
      <PartyReference>P_ARTIST_1</PartyReference><PartyName><FullName>Ada Okafor</FullName></PartyName>
    </Party>
    <Party>
      <PartyReference>P_LABEL_1</PartyReference><PartyName><FullName>Lagos Sound</FullName></PartyName>
    </Party>
  </PartyList>
  <ResourceList>{tracks}
  </ResourceList>
  <ReleaseList>
    <Release>
      <ReleaseReference>R0</ReleaseReference>
      <ReleaseType>Single</ReleaseType>
      <ReleaseId><ICPN>{upc}</ICPN></ReleaseId>
      <DisplayTitleText ApplicableTerritoryCode="Worldwide">{title}</DisplayTitleText>
      <DisplayTitle ApplicableTerritoryCode="Worldwide"><TitleText>{title}</TitleText></DisplayTitle>
      <DisplayArtistName ApplicableTerritoryCode="Worldwide">Ada Okafor</DisplayArtistName>
      <DisplayArtist SequenceNumber="1">
        <ArtistPartyReference>P_ARTIST_1</ArtistPartyReference><DisplayArtistRole>MainArtist</DisplayArtistRole>
      </DisplayArtist>
      <ReleaseLabelReference>P_LABEL_1</ReleaseLabelReference>
      <Duration>PT3M35S</Duration>
      <Genre ApplicableTerritoryCode="Worldwide"><GenreText>Afrobeats</GenreText></Genre>
      <ReleaseDate ApplicableTerritoryCode="Worldwide">2031-07-12</ReleaseDate>
      <ParentalWarningType ApplicableTerritoryCode="Worldwide">NotExplicit</ParentalWarningType>
      <ResourceGroup>{group}</ResourceGroup>
    </Release>
  </ReleaseList>"""
_ITEM = "<ResourceGroupContentItem><ReleaseResourceReference>A{}</ReleaseResourceReference></ResourceGroupContentItem>"


def release(case: Case, *tracks: dict[str, Any], **members: Any) -> dict[str, Any]:
    """Return a release as JSON channels take it; two tracks, unless others are told."""
    made = list(tracks) or [
        {"title": "Opening", "track_number": 1, "duration_seconds": 215},
        {"title": "Lagos Nights", "track_number": 2, "duration_seconds": 192},
    ]
    known = {"type": "ep", "genre": "Afrobeats", "release_date": "2031-07-12", "explicit_content": False}
    return {"title": case.ledger.name("ingested"), **known, "tracks": made, **members}


def message(version: str, id: str, title: str, tracks: Sequence[str] = ("Opening",), upc: str = "") -> bytes:
    """Return a NewReleaseMessage of an ERN version."""
    is_old = version == "3.8.2"
    track = _OLD_TRACK if is_old else _NEW_TRACK.replace("{code}", _CODES[version])
    numbers = range(1, len(tracks) + 1)
    rows = [
        track.format(number=number, title=escape(name), isrc=f"NGTON31{number:05}")
        for number, name in zip(numbers, tracks, strict=True)
    ]
    body = (_OLD if is_old else _NEW).format(
        tracks="".join(rows),
        title=escape(title),
        upc=upc or "0123456789012",
        references="".join(f"<ReleaseResourceReference>A{number}</ReleaseResourceReference>" for number in numbers),
        group="".join(_ITEM.format(number) for number in numbers),
    )
    root = f'<ern:NewReleaseMessage xmlns:ern="{_NAMESPACES[version]}" {_ROOTS[version]}>'
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{root}{_HEADER.format(id=id)}{body}\n</ern:NewReleaseMessage>\n'
    return text.encode()


def ddex_form(content: bytes) -> Form:
    """Return a message as the form that POST /ingestion/ddex takes as well."""
    return Form((("ddex_xml", File("bundle.xml", content, "application/xml")),))


def csv_form(*lines: str) -> Form:
    """Return a CSV as the form that POST /ingestion/csv takes."""
    return Form((("releases_csv", File("releases.csv", ("\n".join(lines) + "\n").encode(), "text/csv")),))
