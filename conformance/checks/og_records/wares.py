"""Releases, tracks, payees, splits and smart links as the checks make, read and bring along."""

from __future__ import annotations

from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.judge import NotTested
from conformance.media import sounds
from conformance.multipart import File, Form, Part

NO_ID = "00000000-0000-4000-8000-000000000000"
STEPS = ("basics", "artwork", "tracks", "rights", "distribution")
COVER = "https://covers.example.com/conformance.jpg"
RIGHTS = {"copyright_line": "2026 Conformance", "production_line": "2026 Conformance"}
DISTRIBUTION = {"dsps": ["spotify", "apple_music"], "territories": ["DE", "AT"]}
# What reviewers and workers do until a release that was handed in is in a state.
WAYS = {
    "submitted": (),
    "approved": ("approve",),
    "rejected": ("reject",),
    "distributed": ("approve", "distribute"),
    "taken_down": ("approve", "distribute", "take_down"),
}


def made(case: Case, operation: str, body: Any, principal: str = "full", **path: str) -> Answer:
    """Return the answer of a call that makes something as a precondition; not tested where it fails."""
    return case.given(case.call(operation, path=path, json=body, principal=principal), 201, 200)


def id_of(answer: Answer) -> str:
    """Return the id of what was made; not tested where the answer shows none."""
    id = answer.at("/id")
    if not isinstance(id, str):
        raise NotTested(f"could not be set up: the answer to {answer.label} has no id")
    return id


def new_release(case: Case, **changes: Any) -> dict[str, Any]:
    """Return a valid body of a new release."""
    return {"title": case.ledger.name("release"), "artist_name": "Lena Nordwind", "release_type": "single", **changes}


def release(case: Case, principal: str = "full", **changes: Any) -> str:
    """Make a draft and return its id."""
    return id_of(made(case, "createRelease", new_release(case, **changes), principal))


def track(case: Case, release_id: str, principal: str = "full", **changes: Any) -> str:
    """Make a track from metadata and return its id."""
    body = {"release_id": release_id, "title": case.ledger.name("track"), **changes}
    return id_of(made(case, "createTrack", body, principal))


def tracks(case: Case, release_id: str, count: int) -> list[str]:
    """Make some tracks of one release and return their ids, which differ."""
    made = [track(case, release_id) for _ in range(count)]
    differ("tracks", *made)
    return made


def differ(what: str, *made: str) -> None:
    """End the check as not tested where creates gave out an id twice: one thing tells nothing about two."""
    if len(set(made)) < len(made):
        raise NotTested(f"could not be set up: {len(made)} new {what} have the ids {', '.join(sorted(set(made)))}")


def sound(content: bytes | None = None, name: str = "song.wav", type: str = "audio/wav") -> File:
    """Return an audio file, a second of silent WAV where nothing else is given."""
    return File(name, sounds.wav(1.0) if content is None else content, type)


def upload_form(file: File, **fields: str) -> Form:
    """Return a form with an audio file; fields are texts."""
    texts: list[Part] = list(fields.items())
    return Form((*texts, ("audio_file", file)))


def upload(case: Case, file: File | None = None, principal: str = "full", **fields: str) -> Answer:
    """Send an audio file for a track that is new (release_id, title) or exists (track_id)."""
    return case.call("createTrack", json=upload_form(file or sound(), **fields), principal=principal)


def uploaded(case: Case, release_id: str, file: File | None = None) -> str:
    """Make a track with its audio file and return its id."""
    return id_of(case.given(upload(case, file, release_id=release_id, title=case.ledger.name("track")), 201))


def patch(case: Case, release_id: str, step: str, body: Any, principal: str = "full") -> Answer:
    """Send one wizard step."""
    return case.call("updateReleaseStep", path={"id": release_id, "step": step}, json=body, principal=principal)


def read(case: Case, release_id: str, principal: str = "full") -> Answer:
    """Send a read of a release."""
    return case.call("getRelease", path={"id": release_id}, principal=principal)


def checks_of(case: Case, track_id: str) -> Answer:
    """Send a read of a track's checks."""
    return case.call("getTrackQcStatus", path={"id": track_id})


def submit(case: Case, release_id: str, principal: str = "full") -> Answer:
    """Send a submission."""
    return case.call("submitRelease", path={"id": release_id}, principal=principal)


def step_bodies(track_id: str) -> dict[str, dict[str, Any]]:
    """Return a body for each step that needs one before a release can be handed in."""
    return {
        "artwork": {"cover_url": COVER},
        "tracks": {"track_ids": [track_id]},
        "rights": RIGHTS,
        "distribution": DISTRIBUTION,
    }


def complete(case: Case, leave: tuple[str, ...] = ()) -> tuple[str, str]:
    """Make a release with a track and every step but some; its checks are running. Return release and track."""
    id = release(case)
    track_id = uploaded(case, id)
    for step, body in step_bodies(track_id).items():
        if step not in leave:
            case.given(patch(case, id, step, body), 200)
    return id, track_id


def pass_checks(case: Case, release_id: str, track_id: str) -> None:
    """Let both checks pass."""
    fire(case, "audio_qc", track_id, "pass")
    fire(case, "cover_qc", release_id, "pass")


def ready(case: Case) -> str:
    """Make a release that can be handed in, and return its id."""
    id, track_id = complete(case)
    pass_checks(case, id, track_id)
    return id


def bring(case: Case, state: str) -> str:
    """Make a release and bring it into a state; a draft is one that can be handed in."""
    id = ready(case)
    if state == "draft":
        return id
    case.given(submit(case, id), 200)
    for event in WAYS[state]:
        fire(case, "release", id, event)
    return id


def fire(case: Case, machine: str, id: str, event: str, data: Any = None) -> None:
    """Let a reviewer or worker act."""
    case.control.fire("og_records", machine, id, event, data)


def status_of(case: Case, release_id: str) -> str | None:
    """Return the status of a release as read anew."""
    answer = read(case, release_id)
    return None if answer.status == 404 else str(answer.at("/status"))


def person(case: Case, principal: str = "full", **changes: Any) -> str:
    """Make a payee and return its id."""
    return id_of(made(case, "createPerson", {"name": case.ledger.name("payee"), **changes}, principal))


def address(case: Case) -> str:
    """Return an e-mail address that no payee has."""
    return f"payee-{case.ledger.digits(12)}@example.com"


def split_body(shares: list[tuple[str, float]], **target: str) -> dict[str, Any]:
    """Return the body of a split for a target (`release_id` or `track_id`)."""
    return {**target, "shares": [{"person_id": id, "percentage": part} for id, part in shares]}


def split(case: Case, shares: list[tuple[str, float]], **target: str) -> Answer:
    """Send a new split."""
    return case.call("createSplit", json=split_body(shares, **target))


def splits_of(case: Case, release_id: str) -> Answer:
    """Send a read of the active splits of a release."""
    return case.call("listReleaseSplits", path={"releaseId": release_id})


def new_smartlink(case: Case, release_id: str, **changes: Any) -> dict[str, Any]:
    """Return a valid body of a smart link with two destinations."""
    destinations = [
        {"dsp": "spotify", "url": "https://open.spotify.com/album/conformance"},
        {"dsp": "apple_music", "url": "https://music.apple.com/de/album/1"},
    ]
    slug = f"conformance-{case.ledger.digits(12)}"
    return {"release_id": release_id, "slug": slug, "destinations": destinations, **changes}


def smartlink(case: Case, **changes: Any) -> Answer:
    """Make a smart link for a new release and return the answer."""
    return made(case, "createSmartlink", new_smartlink(case, release(case), **changes))


def view(case: Case, slug: Any, principal: str | None = None, **query: str) -> Answer:
    """Visit the public view of a smart link."""
    return case.call("getSmartlinkPublic", path={"slug": slug}, query=query, principal=principal)


def payout(case: Case, amount: str = "1.00") -> Answer:
    """Request a payout as a precondition and return the answer."""
    return made(case, "requestPayout", {"amount": amount})


def find_payout(case: Case, id: str) -> dict[str, Any] | None:
    """Return a payout as the history shows it; it is looked for on every page."""
    query: dict[str, Any] = {"limit": 20}
    while True:
        answer = case.given(case.call("listPayouts", query=query), 200)
        for entry in answer.items("/data"):
            if entry.get("id") == id:
                return dict(entry)
        cursor = answer.at("/meta/next_cursor")
        if not isinstance(cursor, str):
            return None
        query["cursor"] = cursor


def mint(case: Case, scopes: list[str] | str, plan: str = "sandbox", account: str = "") -> dict[str, Any]:
    """Mint an API key by the control API, make it a principal of its own name, and return its entry."""
    account = account or str(case.account("full")["account"])
    order = {"kind": "api_key", "scopes": scopes, "account": account, "plan": plan}
    entry: dict[str, Any] = case.control.post("/credentials/og_records", order)
    case.session.target.accounts[entry["name"]] = entry
    case.session.admit(entry["name"], {entry["header"]: entry["value"]}, entry["value"])
    return entry


def admit(case: Case, secret: str) -> str:
    """Make a bare key or token a principal and return its name."""
    name = f"holder-{case.ledger.serial()}"
    case.session.admit(name, {"Authorization": f"Bearer {secret}"}, secret)
    return name


def scopes_of_full(case: Case) -> list[str]:
    """Return every scope that the first account's key has."""
    return [str(scope) for scope in case.account("full")["scopes"]]
