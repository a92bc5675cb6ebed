"""The shape of our ERN 4.3 messages as a table: which elements, in which order, how often, with which values.

Written from the document's samples and from what messages of this version consist of; it covers what is generated here
and no more. The official schema, where a directory with it is set, judges instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

# A rule for a text: its name as XML Schema has it, and a pattern or a set of values.
_PATTERNS = {
    "string": r"(?s).*",
    "year": r"-?\d{4,}(Z|[+-]\d{2}:\d{2})?",
    "date": r"\d{4}(-\d{2}){0,2}",
    "dateTime": r"-?\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?",
    "duration": r"P(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?",
    "decimal": r"[+-]?(\d+(\.\d*)?|\.\d+)",
    "integer": r"[+-]?\d+",
    "boolean": r"true|false|1|0",
    "party": r"P[\d\-_a-zA-Z]+",
    "resource": r"A[\d\-_a-zA-Z]+",
    "technical": r"T[\d\-_a-zA-Z]+",
    "release": r"R[\d\-_a-zA-Z]+",
    "dpid": r"PADPIDA[a-zA-Z0-9]+",
    "ipi": r"[0-9]{11}",
    "locale": r"[a-zA-Z]{2,3}(-[a-zA-Z]+)?(-[a-zA-Z]{2}|-[0-9]{3})?(-[a-zA-Z][a-zA-Z0-9]{4}[a-zA-Z0-9]*)?",
    "territory": r"Worldwide|[A-Z]{2}",
    "currency": r"[A-Z]{3}",
    "role": r"[A-Z][A-Za-z]+",
}
_XSD_NAMES = {"year": "xs:gYear", "dateTime": "xs:dateTime", "duration": "xs:duration", "decimal": "xs:decimal",
              "integer": "xs:integer", "boolean": "xs:boolean"}  # fmt: skip
_SETS = {
    "control": "LiveMessage TestMessage",
    "recording": "MusicalWorkSoundRecording NonMusicalWorkSoundRecording SpokenWordSoundRecording Clip Unknown",
    "edition": "ImmersiveEdition NonImmersiveEdition",
    "mode": "BinauralAudio ImmersiveAudio LCR Mono MultichannelAudio MultiTrack Quad Stems Stereo SurroundSound"
    " Unknown",
    "file": "AudioFile",
    "codec": "PCM FLAC DolbyAtmosMasterADM AAC MP3 Unknown",
    "bitrate": "bps Gbps kbps Mbps",
    "frequency": "GHz Hz kHz MHz",
    "extent": "cm Inch mm PercentOfScreen Pixel",
    "image": "FrontCoverImage BackCoverImage BookletFrontImage Unknown",
    "picture": "GIF JPEG JPEG2000 PNG TIFF Unknown",
    "sum": "MD5 SHA1 SHA-256 SHA-512 UserDefined",
    "artist": "Artist Composer FeaturedArtist MainArtist",
    "warning": "Explicit ExplicitContentEdited NoAdviceAvailable NotExplicit Unknown",
    "subtitle": "Location Version",
    "type": "Album EP Single ClassicalAlbum DjMix VideoAlbum VideoSingle UserDefined",
    "model": "AdvertisementSupportedModel AsPerContract DeviceFeeModel FreeOfChargeModel PayAsYouGoModel"
    " PerformanceRoyaltiesModel RightsClaimModel SubscriptionModel Unknown UserDefined",
    "use": "ConditionalDownload NonInteractiveStream OnDemandStream PermanentDownload Stream UseAsRingbackTone"
    " UseAsRingtone UserMakeAvailableLabelProvided UserMakeAvailableUserProvided",
    "price": "StandardRetailPrice PreOrderPrice UserDefined",
    "profile": "Audio DjMix LongFormMusicalWorkVideo MixedMedia Ringtone SimpleAudioSingle SimpleVideoSingle Video",
}
_WHERE = "ApplicableTerritoryCode=territory LanguageAndScriptCode=locale"

# name: content | attributes. Content is a list of `element:kind` with ? * + for how often, or `=rule` for a text;
# kind is another line of this table, or a rule. A ! marks an attribute that must stand.
_TABLE = """
NewReleaseMessage: MessageHeader PartyList ResourceList ReleaseList DealList? | AvsVersionId=string! LanguageAndScriptCode=locale! ReleaseProfileVersionId=profile
PurgeReleaseMessage: MessageHeader PurgedRelease | AvsVersionId=string! LanguageAndScriptCode=locale!
MessageHeader: MessageThreadId:string? MessageId:string MessageFileName:string? MessageSender:Sender SentOnBehalfOf:Sender? MessageRecipient:Sender+ MessageCreatedDateTime:dateTime MessageControlType:control?
Sender: PartyId:dpid PartyName:SenderName?
SenderName: FullName:string
PartyList: Party+
Party: PartyReference:party PartyName+ PartyId*
PartyName: FullName:string | WHERE
PartyId: IpiNameNumber:ipi?
ResourceList: SoundRecording* Image*
SoundRecording: ResourceReference:resource Type:recording SoundRecordingEdition+ DisplayTitleText+ DisplayTitle+ DisplayArtistName+ DisplayArtist+ Contributor* Duration:duration ParentalWarningType:Warning+ IsHiResMusic:boolean?
SoundRecordingEdition: Type:edition? ResourceId:RecordingId+ PLine* RecordingMode:mode? TechnicalDetails*
RecordingId: ISRC:string?
PLine: Year:year? PLineText:string | WHERE
CLine: Year:year? CLineText:string | WHERE
TechnicalDetails: TechnicalResourceDetailsReference:technical DeliveryFile* HasImmersiveAudioMetadata:boolean?
DeliveryFile: Type:file AudioCodecType:codec? BitRate? NumberOfChannels:string? SamplingRate? BitsPerSample:integer? Duration:duration? File? IsProvidedInDelivery:boolean?
BitRate: =decimal | UnitOfMeasure=bitrate
SamplingRate: =decimal | UnitOfMeasure=frequency
File: URI:string HashSum? FileSize:decimal?
HashSum: Algorithm:sum HashSumValue:string
DisplayTitleText: =string | WHERE
DisplayTitle: TitleText:string SubTitle* | WHERE
SubTitle: =string | SubTitleType=subtitle
DisplayArtistName: =string | WHERE
DisplayArtist: ArtistPartyReference:party DisplayArtistRole:artist | SequenceNumber=integer
Contributor: ContributorPartyReference:party Role* InstrumentType:Role* HasMadeFeaturedContribution:boolean? | SequenceNumber=integer
Role: =role | Namespace=string UserDefinedValue=string
Warning: =warning | ApplicableTerritoryCode=territory
Image: ResourceReference:resource Type:image ResourceId:ImageId+ ParentalWarningType:Warning* TechnicalDetails:Picture*
ImageId: ProprietaryId+
ProprietaryId: =string | Namespace=string!
Picture: TechnicalResourceDetailsReference:technical ImageCodecType:picture? ImageHeight:Extent? ImageWidth:Extent? File?
Extent: =decimal | UnitOfMeasure=extent
ReleaseList: Release?
Release: ReleaseReference:release ReleaseType:type+ ReleaseId DisplayTitleText+ DisplayTitle+ DisplayArtistName+ DisplayArtist+ ReleaseLabelReference:party+ PLine* CLine* Duration:duration? Genre+ ReleaseDate:Day* OriginalReleaseDate:Day* ParentalWarningType:Warning+ ResourceGroup IsHiResMusic:boolean? | LanguageAndScriptCode=locale
ReleaseId: GRid:string? ICPN:string? ProprietaryId*
Genre: GenreText:string SubGenre:string? | WHERE
Day: =date | ApplicableTerritoryCode=territory
ResourceGroup: SequenceNumber:integer? ResourceGroupContentItem* LinkedReleaseResourceReference:resource*
ResourceGroupContentItem: SequenceNumber:integer? ReleaseResourceReference:resource
DealList: ReleaseDeal+
ReleaseDeal: DealReleaseReference:release+ Deal+
Deal: DealTerms?
DealTerms: TerritoryCode:territory* ExcludedTerritoryCode:territory* ValidityPeriod+ CommercialModelType:model* UseType:use* PriceInformation*
ValidityPeriod: StartDateTime:dateTime EndDateTime:dateTime?
PriceInformation: WholesalePricePerUnit:Price? | PriceType=price
Price: =decimal | CurrencyCode=currency!
PurgedRelease: ReleaseId? Title*
Title: TitleText:string SubTitle:string?
"""  # noqa: E501 - one line for one element reads best


@dataclass(frozen=True, slots=True)
class Part:
    """A child: its name, the shape or rule it has, how often it stands (most 0: any number)."""

    name: str
    kind: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What an element holds: children in order or a text by a rule, and attributes (rule, must it stand)."""

    parts: tuple[Part, ...]
    rule: str | None
    attributes: dict[str, tuple[str, bool]]


def _read_part(word: str) -> Part:
    least, most = {"?": (0, 1), "*": (0, 0), "+": (1, 0)}.get(word[-1], (1, 1))
    name, _, kind = word.rstrip("?*+").partition(":")
    return Part(name, kind or name, least, most)


def _read_table() -> dict[str, Shape]:
    shapes = {}
    for line in _TABLE.strip().splitlines():
        name, _, rest = line.partition(": ")
        content, _, told = rest.replace("WHERE", _WHERE).partition(" | ")
        words = content.split()
        rule = words[0][1:] if words[0].startswith("=") else None
        attributes = {}
        for word in told.split():
            key, _, kind = word.partition("=")
            attributes[key] = (kind.rstrip("!"), kind.endswith("!"))
        shapes[name] = Shape(() if rule else tuple(map(_read_part, words)), rule, attributes)
    return shapes


SHAPES = _read_table()


def find_wrong_value(rule: str, text: str) -> str | None:
    """Return what is wrong with a text, in libxml2's words, or None."""
    if rule in _SETS:
        values = _SETS[rule].split()
        if text in values:
            return None
        return f"The value '{text}' is not an element of the set {{{', '.join(repr(value) for value in values)}}}."
    holds = re.fullmatch(_PATTERNS[rule], text.strip() if rule != "string" else text) is not None
    if holds and rule == "dateTime":
        holds = _is_instant(text.strip())
    if holds:
        return None
    if rule in _XSD_NAMES:
        return f"'{text}' is not a valid value of the atomic type '{_XSD_NAMES[rule]}'."
    return f"The value '{text}' is not accepted by the pattern '{_PATTERNS[rule]}'."


def _is_instant(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
