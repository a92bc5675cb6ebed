"""TG-212 and TG-213: the rights envelope of a release."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import ern, supply_chain, wares
from conformance.properties.readback import unchanged

PRINTED: dict[str, Any] = {
    "streaming": True,
    "download": True,
    "ugc": True,
    "sync": False,
    "p_line": "(P) 2026 Lagos Sound Recordings",
    "c_line": "(C) 2026 Lagos Sound Recordings",
    "copyright_year": 2026,
    "mech_license_held": True,
    "mech_license_provider": "MLC",
    "iswc": "T-123456789-0",
    "ipi_name_number": "123456789",
    "pro_affiliation": "ASCAP",
    "sample_clearance_status": "cleared",
    "ai_disclosure": "none",
}
_WRONG = (
    *(("iswc", value) for value in ("T-123", "123456789")),
    *(("copyright_year", value) for value in ("2026", 20.5)),
    *(("streaming", value) for value in ("yes", 1)),
    ("mech_license_held", "true"),
)


def _put(case: Case, release: str, body: Any) -> Answer:
    return case.call("setReleaseRights", path={"uuid": release}, json=body)


def fourteen_fields_are_stored(case: Case) -> None:
    """The fourteen fields of the document's example are read back, from the release and for each of its DSPs."""
    release = wares.make_complete(case, "spotify")
    judge.status(_put(case, release, PRINTED), 200)
    shown = wares.read(case, release)
    for name, value in PRINTED.items():
        judge.equal(name, value, shown.at(f"/release/rights/{name}"), shown)
    told = supply_chain.effective(case, release)["spotify"].get("rights", {})
    for name, value in PRINTED.items():
        judge.equal(f"{name} in effective-config", value, told.get(name, ...))


def rights_are_replaced(case: Case) -> None:
    """A second PUT changes what it sends."""
    release = wares.make_complete(case, "spotify")
    case.given(_put(case, release, PRINTED), 200)
    judge.status(_put(case, release, {**PRINTED, "sync": True, "pro_affiliation": "PRS"}), 200)
    shown = wares.read(case, release)
    judge.equal("sync", True, shown.at("/release/rights/sync"), shown)
    judge.equal("pro_affiliation", "PRS", shown.at("/release/rights/pro_affiliation"), shown)


def lines_reach_the_message(case: Case) -> None:
    """The copyright lines stand in the message: P line and C line of the release, P line of its recordings."""
    release = wares.make_complete(case, "spotify")
    case.given(_put(case, release, PRINTED), 200)
    message = ern.preview(case, release)
    places = {
        "ReleaseList/Release/PLine/PLineText": "Lagos Sound Recordings",
        "ReleaseList/Release/CLine/CLineText": "Lagos Sound Recordings",
        "ResourceList/SoundRecording/SoundRecordingEdition/PLine/PLineText": "Lagos Sound Recordings",
    }
    for place, line in places.items():
        text = ern.text(message, place)
        judge.that(line in text, f"{place} is another line", expected=line, received=text)
    ern.is_text(message, "ReleaseList/Release/PLine/Year", "2026")


def wrong_types_are_refused(case: Case, wrong: tuple[str, Any]) -> None:
    """An ISWC of another form, a year that is no integer or a flag that is no boolean is 422 and changes nothing."""
    name, value = wrong
    release = wares.make_release(case)
    case.given(_put(case, release, PRINTED), 200)
    with unchanged(lambda: wares.read(case, release), "/release/rights", "the rights"):
        wares.invalid(_put(case, release, {**PRINTED, name: value}), name)


CHECKS = (
    check("TG-212", fourteen_fields_are_stored),
    check("TG-212", rights_are_replaced),
    check("TG-212", lines_reach_the_message, required=False),
    check("TG-213", wrong_types_are_refused, each=_WRONG),
)
