"""The lifecycles as the checks drive them: release, both checks, payout, invitation."""

from __future__ import annotations

from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.og_records import signing, wares
from conformance.judge import NotTested
from conformance.properties.lifecycle import Machine, Move
from conformance.properties.staffing import Staffed

DSP_STATUS = {
    "dsp_delivered": "delivered",
    "dsp_live": "live",
    "dsp_rejected": "rejected",
    "dsp_taken_down": "taken_down",
}
WISE_STATES = {
    "wise_processing": ("processing", "funds_converted"),
    "wise_sent": ("outgoing_payment_sent",),
    "wise_cancelled": ("cancelled",),
    "wise_returned": ("funds_refunded", "bounced_back", "charged_back"),
}
_MAIL_EVENTS = {"bounce": "failed", "complain": "complained"}


def _move_release(case: Case, id: str, move: Move) -> Answer:
    if move.event == "edit":
        return wares.patch(case, id, "rights", wares.RIGHTS)
    if move.event == "submit":
        return wares.submit(case, id)
    return signing.sign(case, "dsp-sync", signing.dsp_event(case, id, DSP_STATUS[move.event])).send(case)


RELEASE = Machine(name="release", make=wares.bring, fire=_move_release, state=wares.status_of)
STAFFED_RELEASE = Staffed(name="release", make=wares.bring, state=wares.status_of)


def track_in(case: Case, state: str) -> str:
    """Make a track whose audio check is in a state."""
    release = wares.release(case)
    if state == "pending":
        return wares.track(case, release)
    id = wares.uploaded(case, release)
    _decide(case, "audio_qc", id, state)
    return id


def _decide(case: Case, machine: str, id: str, state: str) -> None:
    event = {"processing": "", "passed": "pass", "failed": "fail"}[state]
    if event:
        wares.fire(case, machine, id, event)


def audio_state(case: Case, track_id: str) -> str:
    """Return the state of a track's audio check as read anew."""
    return str(wares.checks_of(case, track_id).at("/audio_qc/status"))


AUDIO = Machine(
    name="audio_qc",
    make=track_in,
    fire=lambda case, id, move: wares.upload(case, track_id=id),
    state=audio_state,
)
STAFFED_AUDIO = Staffed(name="audio_qc", make=track_in, state=audio_state)


def covered_in(case: Case, state: str) -> str:
    """Make a release with a track whose cover check is in a state."""
    id = wares.release(case)
    wares.track(case, id)
    if state != "pending":
        case.given(wares.patch(case, id, "artwork", {"cover_url": wares.COVER}), 200)
        _decide(case, "cover_qc", id, state)
    return id


def cover_state(case: Case, release_id: str) -> str:
    """Return the state of a release's cover check as read anew."""
    return str(wares.read(case, release_id).at("/qc_status/cover_qc/status"))


COVER = Machine(
    name="cover_qc",
    make=covered_in,
    fire=lambda case, id, move: wares.patch(case, id, "artwork", {"cover_upload_id": "upload-0001"}),
    state=cover_state,
)
STAFFED_COVER = Staffed(name="cover_qc", make=covered_in, state=cover_state)


def payout_in(case: Case, state: str) -> str:
    """Request a payout and bring it into a state by what Wise and workers do."""
    answer = wares.payout(case)
    id, reference = wares.id_of(answer), answer.at("/provider_reference")
    if state == "cancelled":
        case.given(send_wise(case, reference, "cancelled"), 200)
        return id
    way = {"requested": (), "processing": ("start",), "paid": ("start", "pay"), "failed": ("start", "fail")}
    for event in way[state]:
        wares.fire(case, "payout", id, event)
    return id


def send_wise(case: Case, reference: Any, state: str) -> Answer:
    """Send Wise's word about a transfer."""
    if not isinstance(reference, str) or not reference.isdigit():
        raise NotTested("the payout does not say which transfer of Wise's it is (provider_reference)")
    return signing.sign(case, "wise", signing.wise_event(reference, state)).send(case)


def payout_state(case: Case, id: str) -> str | None:
    """Return the status of a payout as the history shows it."""
    found = wares.find_payout(case, id)
    return None if found is None else str(found.get("status"))


def move_payout(case: Case, id: str, move: Move) -> Answer:
    """Let Wise send the state that stands behind an event."""
    found = wares.find_payout(case, id) or {}
    return send_wise(case, found.get("provider_reference"), WISE_STATES[move.event][0])


PAYOUT = Machine(name="payout", make=payout_in, fire=move_payout, state=payout_state)
STAFFED_PAYOUT = Staffed(name="payout", make=payout_in, state=payout_state)


def invitation_in(case: Case, state: str) -> str:
    """Invite a payee, bring the invitation into a state, and return the address."""
    address = wares.address(case)
    wares.person(case, email=address, invite=True)
    if state == "accepted":
        wares.fire(case, "invitation", _invitation(case, address)["id"], "accept")
    if state == "undeliverable":
        case.given(_send_mail(case, address, "complained"), 200)
    return address


def _invitation(case: Case, address: str) -> dict[str, Any]:
    # No call shows an invitation; the records of the control API do.
    records: list[dict[str, Any]] = case.control.get("/state/og_records/invitations", limit=1000)
    found = [record for record in records if record.get("email") == address]
    if not found:
        raise NotTested("the control API shows no invitation to the address")
    return found[-1]


def invitation_state(case: Case, address: str) -> str:
    """Return the state of the invitation to an address."""
    return str(_invitation(case, address).get("status"))


def invitation_state_of(case: Case, id: str) -> str:
    """Return the state of an invitation by its id."""
    return str(case.control.get(f"/state/og_records/invitations/{id}").get("status"))


def invitation_id(case: Case, address: str) -> str:
    """Return the id of the invitation to an address."""
    return str(_invitation(case, address)["id"])


def _send_mail(case: Case, address: str, event: str) -> Answer:
    more = {"severity": "permanent"} if event == "failed" else {}
    return signing.sign(case, "mailgun", signing.mail_event(address, event, **more)).send(case)


INVITATION = Machine(
    name="invitation",
    make=invitation_in,
    fire=lambda case, id, move: _send_mail(case, id, _MAIL_EVENTS[move.event]),
    state=invitation_state,
)
