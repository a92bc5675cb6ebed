"""Submissions as the checks send them, find them again and bring them to a stage."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from conformance import clock, judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.control import ControlRefusal
from conformance.judge import NotTested
from conformance.media import pictures, sounds
from conformance.multipart import File, Form, Part

CREDITS = [
    {"name": "Jane Q. Composer", "role": "composer"},
    {"name": "Jane Q. Composer", "role": "songwriter"},
]
COVER = File("cover.jpg", pictures.jpeg(), "image/jpeg")
AUDIO = File("track.wav", sounds.wav(), "audio/wav")
COVER_URL = "https://media.example.com/cover.jpg"
AUDIO_URL = "https://media.example.com/track.wav"
# The events that lead to each stage, as staff and stores would cause them.
_WAY = {
    "submitted": (),
    "under_review": ("start_review",),
    "sent_to_stores": ("start_review", "approve"),
    "live": ("start_review", "approve", "go_live"),
    "rejected": ("start_review", "reject"),
}


@dataclass(frozen=True)
class Sent:
    """A submission that was taken, and its release: `release` is the rel_ id, `row` the number of the catalog row."""

    id: str
    number: int
    name: str
    release: str
    row: int
    receipt: Answer

    @property
    def path(self) -> dict[str, Any]:
        """Return the path values that name the release."""
        return {"release_ref": self.release}


def day(ahead: int = 60) -> str:
    """Return a day this many days from today, as the API writes it."""
    today: date = clock.now().date()
    return (today + timedelta(days=ahead)).isoformat()


def fields(case: Case, **changes: Any) -> dict[str, Any]:
    """Return the fields of a valid Single; a change of None takes a field away."""
    built: dict[str, Any] = {
        "release_name": case.ledger.name("release"),
        "artist_name": "Stage Name",
        "release_date": day(),
        "genre_id": "electronic",
        "artist_roles": CREDITS,
        "cover": COVER,
        "audio_files": [AUDIO],
        **changes,
    }
    return {name: value for name, value in built.items() if value is not None}


def tracks(count: int) -> dict[str, Any]:
    """Return the fields of so many tracks, each with a name."""
    return {
        "audio_files": [AUDIO] * count,
        "tracks_meta": [{"name": f"Track {number + 1}"} for number in range(count)],
    }


def by_url(count: int = 1) -> dict[str, Any]:
    """Return the changes that hand cover and audio in by URL."""
    urls = [AUDIO_URL.replace("track", f"track{number + 1}") for number in range(count)]
    return {"cover": None, "audio_files": None, "cover_url": COVER_URL, "audio_files_urls": urls}


def form(values: Mapping[str, Any]) -> Form:
    """Return the form of some fields: files as parts, lists of files as repeated parts, lists and objects as JSON."""
    parts: list[Part] = []
    for name, value in values.items():
        if isinstance(value, File):
            parts.append((name, value))
        elif isinstance(value, list) and value and isinstance(value[0], File):
            parts += [(name, file) for file in value]
        else:
            parts.append((name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
    return Form(tuple(parts))


def send(case: Case, values: Mapping[str, Any], principal: str | None = "full") -> Answer:
    """Send a submission; one that is taken is noted for removal."""
    answer = case.call("createSubmission", json=form(values), principal=principal)
    if answer.is_success and isinstance(answer.at("/id"), str):
        case.ledger.add(answer.at("/id"))
    return answer


def attempt(case: Case, **changes: Any) -> Answer:
    """Send a valid Single with some changes."""
    return send(case, fields(case, **changes))


def submit(case: Case, principal: str = "full", **changes: Any) -> Sent:
    """Make a submission as a precondition, and find its release; not tested where that fails."""
    values = fields(case, **changes)
    answer = case.given(send(case, values, principal), 200)
    name = str(values["release_name"])
    found = find_release(case, name, principal)
    if not isinstance(answer.at("/moderation_request_id"), int):
        raise NotTested("could not be set up: the answer to a submission tells no moderation_request_id")
    return Sent(
        str(answer.at("/id")),
        answer.at("/moderation_request_id"),
        name,
        found["public_id"],
        found["release_id"],
        answer,
    )


def find_release(case: Case, name: str, principal: str = "full") -> dict[str, Any]:
    """Return the catalog row of a release by its name: by search, else in the whole list."""
    for query in ({"search": name, "limit": 5}, {"limit": 1000}):
        answer = case.given(case.call("listReleases", query=query, principal=principal), 200)
        for row in answer.items(""):
            if isinstance(row, dict) and row.get("name") == name and "public_id" in row and "release_id" in row:
                return row
    raise NotTested(f"could not be set up: the release {name!r} is not in the catalog")


def beside(read: Callable[[], Answer], other: Callable[[], Answer]) -> tuple[Answer, Answer]:
    """Return an answer that is the same before and after another one, and that one; others may change it meanwhile."""
    for _ in range(3):
        before, beside, after = read(), other(), read()
        if judge.same(before.json, after.json):
            return before, beside
    raise NotTested("somebody else changes the list all the time")


def is_listed(case: Case, sent: Sent) -> bool:
    """Say whether the catalog list shows a release."""
    answer = case.given(case.call("listReleases", query={"search": sent.name, "limit": 50}), 200)
    return any(row.get("public_id") == sent.release for row in answer.items("") if isinstance(row, dict))


def submissions(case: Case, principal: str = "full") -> Answer:
    """Read the list of submissions."""
    return case.given(case.call("listSubmissions", principal=principal), 200)


def row_of(case: Case, id: str) -> dict[str, Any] | None:
    """Return the row of a submission by its mdr_ id, None where there is none."""
    rows = [row for row in submissions(case).items("/submissions") if isinstance(row, dict) and row.get("id") == id]
    return rows[0] if rows else None


def named(case: Case, name: str) -> list[dict[str, Any]]:
    """Return the rows of submissions with a release name."""
    rows = submissions(case).items("/submissions")
    return [row for row in rows if isinstance(row, dict) and row.get("release_name") == name]


def status(case: Case, ref: Any, principal: str = "full") -> Answer:
    """Read the stage of a release by any of its references."""
    return case.call("getReleaseStatus", path={"release_ref": ref}, principal=principal)


def stage_of(case: Case, ref: Any) -> str | None:
    """Return the public stage of a release as read anew, None where it is gone."""
    answer = status(case, ref)
    return None if answer.status == 404 else str(answer.at("/status"))


def fire(case: Case, sent: Sent, event: str, **data: Any) -> Any:
    """Let staff or stores act on a submission."""
    return steer(case, "submission", sent.id, event, data or None)


def steer(case: Case, machine: str, id: Any, event: str, data: Any = None) -> Any:
    """Let staff, stores or workers act on what the API names so; not tested where nothing by that name can."""
    try:
        return case.control.fire("gard", machine, str(id), event, data)
    except ControlRefusal as refusal:
        if refusal.status in (404, 409, 422):
            raise NotTested(f"could not be set up: {refusal}") from None
        raise


def bring(case: Case, stage: str, **changes: Any) -> Sent:
    """Make a submission and bring it to a stage; stages after the first need the control API."""
    sent = submit(case, **changes)
    advance(case, sent, stage)
    return sent


def advance(case: Case, sent: Sent, stage: str) -> None:
    """Bring a new submission to a stage."""
    for event in _WAY[stage]:
        fire(case, sent, event)


def credits(case: Case, principal: str = "full") -> int:
    """Return the balance of an account, which only the control API tells."""
    return int(case.control.get(f"/state/gard/accounts/{case.account(principal)['account']}")["credits"])


def set_credits(case: Case, amount: int, principal: str = "full") -> None:
    """Set the balance of an account."""
    case.control.ask("PATCH", f"/state/gard/accounts/{case.account(principal)['account']}", {"credits": amount})


def undo(case: Case, id: str) -> None:
    """Take a release out of the catalog again, by the submission's id; one that is live stays."""
    row = row_of(case, id)
    if row is None or row.get("release_id") is None:
        return
    path = {"release_ref": row["release_id"]}
    if case.call("deleteRelease", path=path).status not in (200, 404):
        case.given(case.call("revokeRelease", path=path), 200, 404)
