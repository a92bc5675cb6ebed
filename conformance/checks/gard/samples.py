"""Path values and bodies of things that exist, and one successful call of every operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.gard import desk
from conformance.contract import Contract
from conformance.judge import NotTested
from conformance.multipart import Form

_WITHOUT_QUERY_BODY = ("queryReleaseAnalytics",)
NO_REF = "rel_nope"


def reports(contract: Contract) -> list[str]:
    """Return the operations of the reports: all POSTs of analytics but the batch."""
    found = contract.operations.values()
    return [
        op.id for op in found if "/analytics/" in op.path and op.method == "POST" and op.id not in _WITHOUT_QUERY_BODY
    ]


def filter_reads(contract: Contract) -> list[str]:
    """Return the operations that read the choices of a report."""
    return [op.id for op in contract.operations.values() if op.path.endswith("/filters")]


def analytics(contract: Contract) -> list[str]:
    """Return every operation under /analytics/."""
    return [op.id for op in contract.operations.values() if "/analytics/" in op.path]


def referring(contract: Contract) -> list[str]:
    """Return the operations that name a release in their path."""
    return [op.id for op in contract.operations.values() if "{release_ref}" in op.path]


def exhibit(case: Case) -> list[str]:
    """Make the release that calls are aimed at which must not change it: rel_, number, mdr_ and its number."""
    if case.is_read_only:
        row = catalog(case)[0]
        shown = case.given(desk.status(case, row["public_id"]), 200)
        ids = (
            row["public_id"],
            row["release_id"],
            shown.at("/submission_id"),
            shown.at("/moderation_request_id"),
        )
        return [str(id) for id in ids]
    sent = desk.submit(case, **with_persons())
    return [sent.release, str(sent.row), sent.id, str(sent.number)]


def with_persons() -> dict[str, Any]:
    """Return the field that credits people on the one track."""
    return {"tracks_meta": [{"name": "Track A", "persons": desk.CREDITS}]}


def catalog(case: Case) -> list[dict[str, Any]]:
    """Return all rows of the catalog, not tested where there is none."""
    answer = case.given(case.call("listReleases", query={"limit": 500}), 200)
    rows = [row for row in answer.items("") if isinstance(row, dict) and "public_id" in row]
    if not rows:
        raise NotTested("needs a release in the catalog")
    return rows


def live(case: Case) -> list[str]:
    """Return the rel_ ids of releases that are live and were before this run, as far as can be seen."""
    rows = [row for row in catalog(case) if row.get("status") == "live"]
    return [str(row["public_id"]) for row in rows if case.ledger.MARK not in str(row.get("name"))]


def persons(case: Case) -> list[str]:
    """Make two people of the directory."""
    made = [case.given(create_person(case, case.ledger.name("Person")), 200) for _ in range(2)]
    return [str(answer.at("/person/id")) for answer in made]


def create_person(case: Case, name: str) -> Answer:
    """Add a person to the directory."""
    return case.call("createPerson", json={"content_name": name})


def keys(case: Case) -> list[str]:
    """Return the ids of the account's API keys."""
    answer = case.given(case.call("listApiKeys"), 200)
    return [str(entry["id"]) for entry in answer.items("/keys") if isinstance(entry, dict) and "id" in entry]


def track_numbers(case: Case, ref: str) -> list[int]:
    """Return the numbers of a release's tracks, which the credits of tracks show."""
    answer = case.given(case.call("listTrackPersons", path={"release_ref": ref}), 200)
    rows = answer.items("/track_persons")
    return list(dict.fromkeys(row["track_id"] for row in rows if isinstance(row.get("track_id"), int)))


def live_track(case: Case) -> str:
    """Return the track_ id of a track of a live release."""
    for ref in case.fact("live"):
        for track in case.given(desk.status(case, ref), 200).items("/tracks"):
            if isinstance(track.get("track_id"), str):
                return str(track["track_id"])
    raise NotTested("needs a live release whose tracks show their ids")


def sample(case: Case, operation: str) -> Mapping[str, Any]:
    """Return path values of things that exist; a call with them must not be meant to change them."""
    path = case.contract.operations[operation].path
    if "{release_ref}" in path:
        return {"release_ref": case.fact("exhibits")[0]}
    if "{track_ref}" in path:
        return {"track_ref": live_track(case)}
    if "{ref}" in path:
        return {"ref": case.fact("exhibits")[0]}
    if "{id}" in path:
        return {"id": case.fact("keys")[0]}
    return {}


def pitch_form(number: Any, **changes: Any) -> Form:
    """Return the form of a pitch for a submission, by its number."""
    payload = {
        "release_description": "A short description.",
        "artist_bio_achievements": "Two tours.",
        "pitch_platforms": ["spotify"],
    }
    values = {"moderation_request_id": str(number), "payload_json": payload, **changes}
    return desk.form({name: value for name, value in values.items() if value is not None})


def body(case: Case, operation: str, path: Mapping[str, Any]) -> Any:
    """Return a valid body of an operation, about the exhibit where it is about a release."""
    if operation == "createSubmission":
        return desk.form(desk.fields(case))
    if operation == "createPerson":
        return {"content_name": case.ledger.name("Person")}
    if operation in ("addReleasePerson", "addTrackPerson"):
        link = {"person_id": int(case.fact("persons")[0]), "order": 1, "role": "artist"}
        return {**link, "track_id": _first_track(case)} if operation == "addTrackPerson" else link
    if operation == "sortReleaseTracks":
        return {"track_ids": [_first_track(case)]}
    if operation == "createDeleteRequest":
        return {"release_id": path.get("release_ref", case.fact("exhibits")[0]), "reason": "A test."}
    if operation == "createPitch":
        return pitch_form(path.get("number", case.fact("exhibits")[3]))
    if operation == "updatePayoutSettings":
        return {"method": "paypal", "details": {"paypal_email": "someone@example.com"}}
    if operation == "requestWithdrawal":
        return {"amount_cents": 100, "currency": "USD"}
    if operation == "queryReleaseAnalytics":
        return {"releases": [case.fact("exhibits")[0]]}
    return {"filters": {}}


def _first_track(case: Case) -> int:
    numbers = track_numbers(case, case.fact("exhibits")[0])
    if not numbers:
        raise NotTested("the number of a track shows nowhere")
    return numbers[0]


def _remove(operation: str) -> Callable[[Case], Answer]:
    def act(case: Case) -> Answer:
        return case.call(operation, path=desk.submit(case).path)

    return act


def take_down(case: Case) -> Answer:
    """Ask for the takedown of a release that has just gone live."""
    sent = desk.bring(case, "live")
    return case.call("createDeleteRequest", json={"release_id": sent.release, "reason": "A test."})


_ACTS: dict[str, Callable[[Case], Answer]] = {
    "createSubmission": lambda case: desk.attempt(case),
    "deleteRelease": _remove("deleteRelease"),
    "revokeRelease": _remove("revokeRelease"),
    "createDeleteRequest": take_down,
    "createPitch": lambda case: case.call("createPitch", json=pitch_form(desk.submit(case).number)),
    "searchPersons": lambda case: case.call("searchPersons", query={"query": "conformance"}),
}


def act(case: Case, operation: str) -> Answer:
    """Carry out one call of an operation that should succeed."""
    if operation in _ACTS:
        return _ACTS[operation](case)
    path = sample(case, operation)
    content = body(case, operation, path) if case.contract.operations[operation].body else None
    return case.call(operation, path=path, json=content)
