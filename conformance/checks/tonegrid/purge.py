"""TG-152 to TG-157: the PurgeReleaseMessage and the hard takedown."""

from __future__ import annotations

import re

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ddex, delivery, ern, wares
from conformance.checks.tonegrid.hearing import listening
from conformance.properties.readback import unchanged

BOTH = ("previewPurgeMessage", "downloadPurgeMessage")
_THREAD = "MessageHeader/MessageThreadId"
_EVENT = "release.dsp.{}.{}"


def purge_message_is_minimal(case: Case) -> None:
    """The purge is an ern:PurgeReleaseMessage of a header and the release's ids and title, no more."""
    release = wares.make_complete(case, "spotify")
    shown = case.given(wares.read(case, release), 200)
    message = ern.purge(case, release)
    judge.equal("the root", f"{{{ern.NAMESPACE}}}PurgeReleaseMessage", str(message.tag))
    judge.equal("the sections", ["MessageHeader", "PurgedRelease"], [str(part.tag) for part in message])
    parts = [str(part.tag) for part in message.xpath("PurgedRelease/*")]
    judge.equal("PurgedRelease", ["ReleaseId", "Title"], parts)
    ern.is_text(message, "PurgedRelease/ReleaseId/ICPN", str(shown.at("/release/upc")))
    ern.is_text(message, "PurgedRelease/ReleaseId/ProprietaryId[@Namespace='tonegrid.pro']", release)
    ern.is_text(message, "PurgedRelease/Title/TitleText", str(shown.at("/release/title")))
    ids = {str(part.tag) for part in message.xpath("PurgedRelease/ReleaseId/*")}
    judge.that(ids <= {"GRid", "ICPN", "ProprietaryId"}, "other ids", received=sorted(ids))
    ern.is_text(message, "MessageHeader/MessageSender/PartyId", ern.SENDER)
    ern.is_text(message, "MessageHeader/MessageRecipient/PartyName/FullName", "Spotify")


def grids_agree(case: Case) -> None:
    """The purge names the release by the GRid of its NewReleaseMessage, where that has one."""
    release = wares.make_complete(case, "spotify")
    told = ern.texts(ern.preview(case, release), "ReleaseList/Release/ReleaseId/GRid")
    judge.equal("GRid", told, ern.texts(ern.purge(case, release), "PurgedRelease/ReleaseId/GRid"))


def raw_purge_is_a_file(case: Case) -> None:
    """With .xml behind the slug the purge comes as raw XML, the same message but for the header."""
    release = wares.make_complete(case, "spotify")
    raw = case.call("downloadPurgeMessage", path=ddex.path(release), headers={"Accept": "application/xml"})
    judge.status(raw, 200)
    judge.that(raw.content.startswith(b"<?xml"), "it does not begin with <?xml", raw, expected="<?xml")
    same = ern.without_header(ern.parse(raw.content, raw)) == ern.without_header(ern.purge(case, release))
    judge.that(same, "raw and JSON preview differ below the header", raw)


def other_dsps_have_no_purge(case: Case, operation: str) -> None:
    """An unknown DSP is 404, one that the release is not attached to 422, as for the NewReleaseMessage."""
    release = wares.make_complete(case, "spotify")
    wares.refused(case.call(operation, path=ddex.path(release, "nope")), 404, ddex.UNKNOWN)
    wares.refused(case.call(operation, path=ddex.path(release, "tidal")), 422, ddex.NOT_ATTACHED)


def purge_is_in_the_thread(case: Case) -> None:
    """For each DSP the purge has the thread of the NewReleaseMessage."""
    release = wares.make_complete(case, "spotify", "tidal")
    for dsp in ("spotify", "tidal"):
        ern.is_text(ern.purge(case, release, dsp), _THREAD, ern.text(ern.preview(case, release, dsp), _THREAD))


def purge_has_its_own_names(case: Case) -> None:
    """MessageId begins with TG-PURGE-, and the file is TG_purge_<slug>_<8 characters>_<time>.xml."""
    release = wares.make_complete(case, "spotify")
    message = ern.purge(case, release)
    id, file = ern.text(message, "MessageHeader/MessageId"), ern.text(message, "MessageHeader/MessageFileName")
    judge.that(re.fullmatch(r"TG-PURGE-[0-9a-f]{28}", id), "MessageId", expected="TG-PURGE-<28 digits>", received=id)
    expected = rf"TG_purge_spotify_{release[:8]}_\d{{14}}\.xml"
    judge.that(re.fullmatch(expected, file), "MessageFileName", expected=expected, received=file)


def purge_is_valid(case: Case) -> None:
    """A purge validates without an error."""
    release = wares.make_complete(case, "spotify")
    answer = case.call("validatePurgeMessage", path=ddex.path(release))
    judge.status(answer, 200)
    judge.equal("valid", True, answer.at("/data/validation/valid"), answer)
    judge.equal("errors", [], answer.at("/data/validation/errors"), answer)
    judge.equal("ern_version", "4.3", answer.at("/data/validation/ern_version"), answer)


def purge_takes_everything_down(case: Case) -> None:
    """Every row is asked to go, with its event; once removed it says so, with the type of the message."""
    with listening(case, "release.dsp.*.*") as heard:
        release = wares.make_live(case, "spotify", "apple-music")
        judge.status(case.call("purgeRelease", path={"uuid": release}), 202, 200)
        gone = dict.fromkeys(("spotify", "apple-music"), "takedown_submitted")
        judge.equal("the rows", gone, delivery.states(case, release))
        for slug in ("spotify", "applemusic"):
            heard.once(_EVENT.format(slug, "takedown_submitted"))
            judge.equal("taken_down, too early", [], heard.data(_EVENT.format(slug, "taken_down")))
        wares.work(case, release, "finish_takedown")
        judge.equal("the rows", dict.fromkeys(gone, "taken_down"), delivery.states(case, release))
        for slug in ("spotify", "applemusic"):
            data = heard.once(_EVENT.format(slug, "taken_down"))
            judge.equal("message_type", "PurgeReleaseMessage", data.get("message_type"))
        judge.equal("the status of the release", "taken_down", wares.status_of(case, release))


def one_dsp_is_purged_alone(case: Case) -> None:
    """A purge from one DSP leaves the release live at the others."""
    release = wares.make_live(case, "spotify", "apple-music")
    judge.status(case.call("purgeReleaseFromDsp", path=ddex.path(release, "apple-music")), 202, 200)
    wares.work(case, release, "finish_takedown", dsp="apple-music")
    expected = {"spotify": "live", "apple-music": "taken_down"}
    judge.equal("the rows", expected, delivery.states(case, release))
    judge.equal("the status of the release", "live", wares.status_of(case, release))


def strange_dsp_is_not_purged(case: Case) -> None:
    """A purge from a DSP that does not exist is 404, from one that is not attached 422; nothing changes."""
    release = wares.make_live(case, "spotify")
    with unchanged(lambda: case.call("listDdexDeliveries", path={"uuid": release})):
        wares.refused(case.call("purgeReleaseFromDsp", path=ddex.path(release, "nope")), 404, ddex.UNKNOWN)
        wares.refused(case.call("purgeReleaseFromDsp", path=ddex.path(release, "tidal")), 422, ddex.NOT_ATTACHED)


_LATE = ("pending", "rejected", "error")  # whether a row that never arrived can be purged is not documented
CHECKS = (
    check("TG-152", purge_message_is_minimal),
    check("TG-152", grids_agree),
    check("TG-152", raw_purge_is_a_file),
    check("TG-152", other_dsps_have_no_purge, each=BOTH, required=False),
    check("TG-153", purge_is_in_the_thread),
    check("TG-154", purge_has_its_own_names),
    check("TG-155", purge_is_valid),
    check("TG-156", purge_takes_everything_down),
    check(
        "TG-156",
        delivery.legal_event_moves_the_row,
        each=delivery.moves_of("request_takedown", *_LATE),
        needs=("control", "destructive"),
        name="purge_works",
    ),
    check(
        "TG-156",
        delivery.taken_down_stays_taken_down,
        each=("deliverReleaseToDsp", "redeliverRelease", "purgeReleaseFromDsp"),
        needs=("control", "destructive"),
        required=False,
    ),
    check("TG-157", one_dsp_is_purged_alone),
    check("TG-157", strange_dsp_is_not_purged),
)
