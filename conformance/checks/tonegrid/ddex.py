"""TG-109 to TG-118, TG-126 to TG-128, TG-133 to TG-138: the envelope, header and release of a NewReleaseMessage."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ern, wares
from conformance.media import pictures
from conformance.multipart import File, Form

UNKNOWN = "DSP 'nope' not found or inactive."
NOT_ATTACHED = "DSP 'tidal' is not attached to this release."
BOTH = ("previewDdexMessage", "downloadDdexMessage")
_SOBO = {"sobo_party_dpid": "PADPIDA2023110701L", "sobo_party_name": "Lagos Sound Recordings"}


def path(release: str, dsp: str = "spotify") -> dict[str, str]:
    """Return the path values of a message."""
    return {"uuid": release, "dsp_slug": dsp}


def make_whole(case: Case) -> str:
    """Make a release that lacks nothing: audio, a cover, stores, all metadata; needs the control API."""
    release, _ = wares.make_with_audio(case, subgenre="Alté", label="ToneGrid Records")
    cover = Form((("artwork", File("cover.jpg", pictures.jpeg(3000, 3000), "image/jpeg")),))
    case.given(case.call("uploadReleaseArtwork", path={"uuid": release}, json=cover), 200, 201, 202)
    return release


def configure(case: Case, release: str, **members: Any) -> Answer:
    """Set switches of a release's supply-chain configuration as a precondition."""
    return case.given(case.call("updateReleaseSupplyChainConfig", path={"uuid": release}, json=members), 200)


def message_has_its_sections(case: Case) -> None:
    """A preview is an ern:NewReleaseMessage of ERN 4.3 with its five sections in order."""
    message = ern.preview(case, wares.make_complete(case, "spotify"))
    judge.equal("the root", f"{{{ern.NAMESPACE}}}NewReleaseMessage", str(message.tag))
    sections = [str(part.tag) for part in message if isinstance(part.tag, str)]
    judge.equal("the sections", list(ern.SECTIONS), sections)
    judge.equal("LanguageAndScriptCode", "en", message.get("LanguageAndScriptCode"))
    judge.that(message.get("AvsVersionId"), "AvsVersionId is missing", expected="2022", received=None)


def one_message_per_pair(case: Case) -> None:
    """Each DSP has a message of its own, and each release too."""
    release, other = wares.make_complete(case, "spotify", "tidal"), wares.make_complete(case, "spotify")
    found = []
    pairs = ((release, "spotify", "Spotify"), (release, "tidal", "Tidal"), (other, "spotify", "Spotify"))
    for uuid, dsp, name in pairs:
        message = ern.preview(case, uuid, dsp)
        ern.is_text(message, "MessageHeader/MessageRecipient/PartyName/FullName", name)
        ern.is_text(message, "ReleaseList/Release/ReleaseId/ProprietaryId", uuid)
        found.append(ern.text(message, "MessageHeader/MessageThreadId"))
    judge.equal("the number of different threads", 3, len(set(found)))


def whole_message_has_everything(case: Case) -> None:
    """The message of a complete release has every element that the document's sample has."""
    message = ern.preview(case, make_whole(case))
    absent = [place.path for place in ern.WHOLE if not message.xpath(place.path)]
    judge.that(not absent, "the message lacks elements", expected=[], received=absent)
    for place in ern.WHOLE:
        for text in ern.texts(message, place.path):
            judge.that(text.strip(), f"{place.path} is empty", expected=place.value or "a text", received=text)
            if place.value is not None:
                judge.equal(place.path, place.value, text)


def whole_message_fits_the_schema(case: Case) -> None:
    """The message of a complete release is valid by DDEX's own schema, where its folder is configured."""
    schema = ern.schema(case)
    message = ern.preview(case, make_whole(case))
    faults = [] if schema.validate(message) else [f"line {fault.line}: {fault.message}" for fault in schema.error_log]
    judge.that(not faults, "the message breaks the schema", expected=[], received=faults[:5])


def preview_is_wrapped(case: Case) -> None:
    """The JSON preview tells release, DSP, version and choreography, and its hash and size are those of its XML."""
    release = wares.make_complete(case, "spotify", title="Itọju Eko")
    answer = case.call("previewDdexMessage", path=path(release))
    judge.status(answer, 200)
    expected = {
        "/data/release_id": release,
        "/data/dsp": {"slug": "spotify", "name": "Spotify"},
        "/data/ern_version": "4.3",
        "/data/choreography": "ERN-Direct",
    }
    for place, value in expected.items():
        judge.equal(place, value, answer.at(place), answer)
    ern.of(answer)
    content = str(answer.at("/data/xml")).encode()
    judge.equal("sha256", hashlib.sha256(content).hexdigest(), answer.at("/data/sha256"), answer)
    judge.equal("size_bytes", len(content), answer.at("/data/size_bytes"), answer)


def raw_message_is_a_file(case: Case) -> None:
    """With .xml behind the slug the XML itself comes, as a file named after release and DSP."""
    release = wares.make_complete(case, "spotify")
    answer = case.call("downloadDdexMessage", path=path(release), headers={"Accept": "application/xml"})
    judge.status(answer, 200)
    judge.that(answer.content.startswith(b"<?xml"), "it does not begin with <?xml", answer, expected="<?xml")
    told = answer.header("Content-Disposition") or ""
    judge.that(told.startswith("attachment"), "it is no attachment", answer, expected="attachment", received=told)
    names = re.search(r'filename="?([^";]+)"?', told)
    judge.equal("the file name", f"{release}-spotify.xml", names[1] if names else None, answer)
    media_type = (answer.header("Content-Type") or "").partition(";")[0]
    judge.among("the media type", ("application/xml", "text/xml"), media_type, answer)
    ern.parse(answer.content, answer)


def both_previews_agree(case: Case) -> None:
    """JSON and raw preview hold the same message, but for the header."""
    release = wares.make_complete(case, "spotify")
    raw = case.call("downloadDdexMessage", path=path(release), headers={"Accept": "application/xml"})
    judge.status(raw, 200)
    same = ern.without_header(ern.parse(raw.content, raw)) == ern.without_header(ern.preview(case, release))
    judge.that(same, "the two messages differ below the header", raw)


def unknown_dsp_is_not_found(case: Case, operation: str) -> None:
    """A DSP that does not exist is 404 with its own words."""
    release = wares.make_complete(case, "spotify")
    wares.refused(case.call(operation, path=path(release, "nope")), 404, UNKNOWN)


def strange_dsp_is_refused(case: Case, operation: str) -> None:
    """A DSP that the release is not attached to is 422 with its own words."""
    release = wares.make_complete(case, "spotify")
    wares.refused(case.call(operation, path=path(release, "tidal")), 422, NOT_ATTACHED)


def parties_of_the_header(case: Case) -> None:
    """ToneGrid sends with its DPID; the DSP receives with its own."""
    release = wares.make_complete(case, "spotify", "apple-music")
    message = ern.preview(case, release)
    ern.is_text(message, "MessageHeader/MessageSender/PartyId", ern.SENDER)
    ern.is_text(message, "MessageHeader/MessageSender/PartyName/FullName", "ToneGrid")
    ern.is_text(message, "MessageHeader/MessageRecipient/PartyId", "PADPIDA2014020404J")
    ern.is_text(message, "MessageHeader/MessageRecipient/PartyName/FullName", "Spotify")
    other = ern.preview(case, release, "apple-music")
    ern.is_text(other, "MessageHeader/MessageRecipient/PartyName/FullName", "Apple Music")
    dpid = ern.text(other, "MessageHeader/MessageRecipient/PartyId")
    is_dpid = re.fullmatch(r"PADPIDA[A-Za-z0-9]+", dpid) and dpid not in (ern.SENDER, "PADPIDA2014020404J")
    judge.that(is_dpid, "the recipient has no DPID of its own", expected="PADPIDA...", received=dpid)


def switch_makes_test_messages(case: Case) -> None:
    """With is_test_delivery the message is a TestMessage, without it a LiveMessage."""
    release, place = wares.make_complete(case, "spotify"), "MessageHeader/MessageControlType"
    ern.is_text(ern.preview(case, release), place, "LiveMessage")
    configure(case, release, is_test_delivery=True)
    ern.is_text(ern.preview(case, release), place, "TestMessage")
    ern.is_text(ern.purge(case, release), place, "TestMessage")
    configure(case, release, is_test_delivery=False)
    ern.is_text(ern.preview(case, release), place, "LiveMessage")


def sent_on_behalf_of_needs_both(case: Case) -> None:
    """SentOnBehalfOf stands in the header only when DPID and name are both set, and then with exactly these."""
    place = "MessageHeader/SentOnBehalfOf"
    for name, value in _SOBO.items():
        release = wares.make_complete(case, "spotify")
        configure(case, release, **{name: value})
        judge.equal(f"SentOnBehalfOf with {name} alone", [], ern.texts(ern.preview(case, release), place))
    release = wares.make_complete(case, "spotify")
    judge.equal("SentOnBehalfOf with neither", [], ern.texts(ern.preview(case, release), place))
    configure(case, release, **_SOBO)
    message = ern.preview(case, release)
    ern.is_text(message, f"{place}/PartyId", _SOBO["sobo_party_dpid"])
    ern.is_text(message, f"{place}/PartyName/FullName", _SOBO["sobo_party_name"])


def tenant_speaks_for_its_label(case: Case) -> None:
    """What the tenant sets holds for all its releases."""
    with case.own_sandbox() as inside:
        release = wares.make_complete(inside, "spotify")
        judge.status(inside.call("updateTenantSupplyChainConfig", json=_SOBO), 200)
        message = ern.preview(inside, release)
        ern.is_text(message, "MessageHeader/SentOnBehalfOf/PartyId", _SOBO["sobo_party_dpid"])


def creation_time_is_utc(case: Case) -> None:
    """MessageCreatedDateTime is UTC with Z, and MessageFileName carries the same time."""
    release = wares.make_complete(case, "spotify")
    message = ern.preview(case, release)
    time = ern.text(message, "MessageHeader/MessageCreatedDateTime")
    is_utc = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time)
    judge.that(is_utc, "MessageCreatedDateTime is not in UTC", expected="2026-05-18T11:54:00Z", received=time)
    digits = re.sub(r"\D", "", time)
    ern.is_text(message, "MessageHeader/MessageFileName", f"TG_spotify_{release[:8]}_{digits}.xml")


def release_tells_its_metadata(case: Case) -> None:
    """Genre, lines, date, warning and label of the release stand in the message as they were set."""
    release = wares.make_release(
        case, genre="Afrobeats", subgenre="Alté", label="Lagos Sound", copyright_year=2031, release_date="2031-06-17"
    )
    wares.make_track(case, release, explicit=True)
    wares.attach(case, release, "spotify")
    message = ern.preview(case, release)
    start = "ReleaseList/Release"
    ern.is_text(message, f"{start}/Genre/GenreText", "Afrobeats")
    ern.is_text(message, f"{start}/Genre/SubGenre", "Alté")
    ern.is_text(message, f"{start}/ReleaseDate", "2031-06-17")
    ern.is_text(message, f"{start}/ParentalWarningType", "Explicit")
    for line in ("PLine", "CLine"):
        ern.is_text(message, f"{start}/{line}/Year", "2031")
        judge.that(ern.text(message, f"{start}/{line}/{line}Text"), f"{line}Text is empty")
    reference = ern.text(message, f"{start}/ReleaseLabelReference")
    name = f"PartyList/Party[PartyReference='{reference}']/PartyName/FullName"
    ern.is_text(message, name, "Lagos Sound")


def release_tells_its_type_and_codes(case: Case, kind: str) -> None:
    """ReleaseType, ICPN and title are those of the release."""
    release = wares.make_complete(case, "spotify", type=kind)
    shown = case.given(wares.read(case, release), 200)
    message = ern.preview(case, release)
    expected = {"single": "Single", "ep": "EP", "album": "Album"}[kind]
    ern.is_text(message, "ReleaseList/Release/ReleaseType", expected)
    ern.is_text(message, "ReleaseList/Release/ReleaseId/ICPN", str(shown.at("/release/upc")))
    ern.is_text(message, "ReleaseList/Release/DisplayTitle/TitleText", str(shown.at("/release/title")))


def one_explicit_track_is_enough(case: Case) -> None:
    """The release is Explicit as soon as one of its tracks is, and NotExplicit where none is."""
    release = wares.make_complete(case, "spotify")
    place = "ReleaseList/Release/ParentalWarningType"
    ern.is_text(ern.preview(case, release), place, "NotExplicit")
    wares.make_track(case, release, position=2, explicit=True)
    message = ern.preview(case, release)
    ern.is_text(message, place, "Explicit")
    judge.equal(
        "the warnings of the tracks",
        ["NotExplicit", "Explicit"],
        ern.texts(message, "ResourceList/SoundRecording/ParentalWarningType"),
    )


def cover_is_linked(case: Case) -> None:
    """The cover is the Image A_COVER_1 of type FrontCoverImage, and the release links it."""
    message = ern.preview(case, wares.make_complete(case, "spotify"))
    ern.is_text(message, "ResourceList/Image/ResourceReference", "A_COVER_1")
    ern.is_text(message, "ResourceList/Image/Type", "FrontCoverImage")
    ern.is_text(message, "ReleaseList/Release/ResourceGroup/LinkedReleaseResourceReference", "A_COVER_1")


def party_references_resolve(case: Case) -> None:
    """Whoever is referred to stands in the PartyList, once."""
    message = ern.preview(case, wares.make_complete(case, "spotify"))
    known = ern.texts(message, "PartyList/Party/PartyReference")
    judge.equal("the number of different PartyReferences", len(known), len(set(known)))
    names = ("ArtistPartyReference", "ReleaseLabelReference", "ContributorPartyReference")
    for name in names:
        for reference in ern.texts(message, f".//{name}"):
            judge.among(name, known, reference)


def whole_release_is_valid(case: Case) -> None:
    """A complete release validates without an error."""
    answer = case.call("validateDdexMessage", path=path(make_whole(case)))
    judge.status(answer, 200)
    judge.equal("errors", [], answer.at("/data/validation/errors"), answer)
    judge.equal("valid", True, answer.at("/data/validation/valid"), answer)
    judge.equal("ern_version", "4.3", answer.at("/data/validation/ern_version"), answer)
    ern.of(answer)


def broken_release_has_errors(case: Case) -> None:
    """A release without tracks is not valid, and each error tells level, line, column and message."""
    release = wares.make_release(case)
    wares.attach(case, release, "spotify")
    answer = case.call("validateDdexMessage", path=path(release))
    judge.status(answer, 200)
    errors = answer.items("/data/validation/errors")
    judge.equal("valid", False, answer.at("/data/validation/valid"), answer)
    judge.that(errors, "there are no errors", answer, expected="errors", received=errors)
    for error in errors:
        for name, kind in (("level", str), ("line", int), ("column", int), ("message", str)):
            told = type(error.get(name)) is kind
            judge.that(told, f"{name} of an error is no {kind.__name__}", answer, received=error.get(name))


def message_ids_are_new_and_threads_stay(case: Case) -> None:
    """Each rendering has a MessageId of its own; the thread of a release at a DSP stays the same."""
    release = wares.make_complete(case, "spotify")
    first, second = ern.preview(case, release), ern.preview(case, release)
    ids = [ern.text(message, "MessageHeader/MessageId") for message in (first, second)]
    judge.that(ids[0] != ids[1], "two messages have one MessageId", expected="two", received=ids)
    ern.is_text(second, "MessageHeader/MessageThreadId", ern.text(first, "MessageHeader/MessageThreadId"))


CHECKS = (
    check("TG-109", message_has_its_sections),
    check("TG-109", one_message_per_pair),
    check("TG-110", whole_message_has_everything, needs=("media", "control")),
    check("TG-110", whole_message_fits_the_schema, needs=("media", "control"), required=False),
    check("TG-111", preview_is_wrapped),
    check("TG-112", raw_message_is_a_file),
    check("TG-113", both_previews_agree),
    check("TG-114", unknown_dsp_is_not_found, each=BOTH),
    check("TG-114", strange_dsp_is_refused, each=BOTH),
    check("TG-115", parties_of_the_header),
    check("TG-116", switch_makes_test_messages),
    check("TG-117", sent_on_behalf_of_needs_both),
    check("TG-117", tenant_speaks_for_its_label, needs=("control",), required=False),
    check("TG-118", creation_time_is_utc),
    check("TG-126", release_tells_its_metadata),
    check("TG-126", release_tells_its_type_and_codes, each=("single", "ep", "album"), required=False),
    check("TG-127", one_explicit_track_is_enough),
    check("TG-133", cover_is_linked),
    check("TG-134", party_references_resolve),
    check("TG-136", whole_release_is_valid, needs=("media", "control")),
    check("TG-136", broken_release_has_errors),
    check("TG-138", message_ids_are_new_and_threads_stay),
)
