"""OG-060 to OG-069: the release wizard and handing in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import machines, samples, wares
from conformance.checks.og_records.refusing import named_fields, refused
from conformance.properties import echo, isolation, lifecycle
from conformance.properties.echo import Field
from conformance.properties.readback import unchanged
from conformance.properties.staffing import staff_cannot, staff_moves

# What follows from any step, and what follows from a cover.
_FREE = ("updated_at", "completed_steps", "current_step")
_CHECKED = ("tracks", "qc_status")
_FIELDS: dict[str, dict[str, Any]] = {
    "basics": {"title": "Changed", "genre": "Indie Pop", "language": "de", "release_type": "ep"},
    "artwork": {"cover_url": "https://covers.example.com/another.jpg"},
    "rights": {
        "copyright_line": "2026 Other",
        "production_line": "2026 Another",
        "label": "Conformance",
        "explicit": True,
    },
    "distribution": {"dsps": ["deezer", "tidal"], "territories": ["FR"], "release_date": "2027-01-15"},
}


def creating_is_step_one(case: Case) -> None:
    """A new release has an id, shows what was sent, is found again and has its first step done."""
    body = wares.new_release(case, release_date="2026-12-24")
    answer = case.call("createRelease", json=body)
    judge.that(answer.is_success, "the release is refused", answer, expected="2xx", received=answer.status)
    id = answer.at("/id")
    judge.that(isinstance(id, str) and id, "the release has no id", answer, received=id)
    echo.shows(answer, [Field(name, value) for name, value in body.items()], "")
    found = wares.read(case, str(id))
    judge.status(found, 200)
    for name in body:
        judge.equal(f"{name} when read back", body[name], found.at(f"/{name}"), found)
    judge.that("basics" in found.items("/completed_steps"), "step 1 is not done", found)


def two_releases_are_two(case: Case) -> None:
    """The same body sent twice makes two releases."""
    body = wares.new_release(case)
    first, second = case.call("createRelease", json=body), case.call("createRelease", json=body)
    judge.that(first.is_success and second.is_success, "a release is refused", second, received=second.status)
    judge.that(first.at("/id") != second.at("/id"), "both have the same id", second, received=second.at("/id"))


def detail_has_tracks_and_checks(case: Case) -> None:
    """The detail has both checks from the start, and the tracks with theirs as soon as there are some."""
    id = wares.release(case)
    before = wares.read(case, id)
    judge.status(before, 200)
    judge.equal("the tracks of a new release", [], before.at("/tracks"), before)
    _has_checks(before, "/qc_status")
    first, second = wares.track(case, id), wares.track(case, id)
    after = wares.read(case, id)
    shown = [entry.get("id") for entry in after.items("/tracks")]
    judge.equal("the tracks", sorted((first, second)), sorted(map(str, shown)), after)
    for place in ("/qc_status", "/tracks/0", "/tracks/1"):
        _has_checks(after, place)


def _has_checks(answer: Any, place: str) -> None:
    for check_name in ("audio_qc", "cover_qc"):
        state = answer.at(f"{place}/{check_name}/status")
        judge.that(isinstance(state, str), f"there is no {place}/{check_name}", answer, received=state)


def step_changes_its_own_fields(case: Case, where: tuple[str, str]) -> None:
    """A step's fields are changed and read back, and everything else stays, set already or not."""
    step, kind = where
    # What a step does beside its own fields shows only where it has not been done before.
    id = wares.complete(case)[0] if kind == "complete" else wares.release(case)
    before = wares.read(case, id)
    fields = [Field(name, value) for name, value in _FIELDS[step].items()]
    answer = wares.patch(case, id, step, _FIELDS[step])
    judge.status(answer, 200)
    echo.shows(answer, fields, "")
    after = wares.read(case, id)
    echo.shows(after, fields, "")
    free = (*_FREE, *_CHECKED) if step == "artwork" else _FREE
    echo.changed_only(before.json, after.json, fields, free, after)


def tracks_step_orders(case: Case) -> None:
    """The step tracks puts the tracks in the order sent and changes nothing else."""
    id = wares.release(case)
    tracks = [wares.track(case, id) for _ in range(3)]
    before = wares.read(case, id)
    order = [tracks[2], tracks[0], tracks[1]]
    judge.status(wares.patch(case, id, "tracks", {"track_ids": order}), 200)
    after = wares.read(case, id)
    judge.equal("the order", order, [entry.get("id") for entry in after.items("/tracks")], after)
    echo.changed_only(before.json, after.json, [], (*_FREE, "tracks"), after)


def tracks_left_out_follow(case: Case) -> None:
    """Tracks that the step does not name follow in the order they had."""
    id = wares.release(case)
    tracks = [wares.track(case, id) for _ in range(4)]
    judge.status(wares.patch(case, id, "tracks", {"track_ids": [tracks[2], tracks[1]]}), 200)
    shown = wares.read(case, id)
    order = [tracks[2], tracks[1], tracks[0], tracks[3]]
    judge.equal("the order", order, [entry.get("id") for entry in shown.items("/tracks")], shown)


def foreign_track_is_not_ordered(case: Case) -> None:
    """A track of another release in the step tracks is refused, and nothing changes."""
    id, other = wares.release(case), wares.release(case)
    mine, strange = wares.track(case, id), wares.track(case, other)
    with unchanged(lambda: wares.read(case, id), ""):
        refused(wares.patch(case, id, "tracks", {"track_ids": [strange, mine]}), 422)


def left_out_field_stays(case: Case) -> None:
    """A field of the step that is left out keeps its value."""
    id, _ = wares.complete(case)
    before = wares.read(case, id)
    judge.status(wares.patch(case, id, "rights", {"label": "Only this"}), 200)
    after = wares.read(case, id)
    echo.changed_only(before.json, after.json, [Field("label", "Only this")], _FREE, after)


def step_leaves_other_steps_alone(case: Case, other: tuple[str, str, str]) -> None:
    """A field of another step in the body is not changed."""
    step, name, value = other
    id, _ = wares.complete(case)
    before = wares.read(case, id).at(f"/{name}")
    wares.patch(case, id, step, {**_FIELDS[step], name: value})
    after = wares.read(case, id)
    judge.equal(f"{name} after a PATCH of {step}", before, after.at(f"/{name}"), after)


def other_release_stays(case: Case) -> None:
    """A step of one release leaves another as it was."""
    id, other = wares.release(case), wares.release(case)
    with unchanged(lambda: wares.read(case, other), "", "the other release"):
        judge.status(wares.patch(case, id, "rights", wares.RIGHTS), 200)


def unknown_step_is_not_found(case: Case, step: str) -> None:
    """An unknown step is 404, and nothing changes."""
    id = wares.release(case)
    with unchanged(lambda: wares.read(case, id), ""):
        refused(wares.patch(case, id, step, {"title": "Changed"}), 404)


def literal_segment_is_no_step(case: Case, segment: str) -> None:
    """PATCH of submit and splits is no step."""
    id = wares.release(case)
    url = f"/api/v1/releases/{id}/{segment}"
    with unchanged(lambda: wares.read(case, id), ""):
        answer = case.send("PATCH", url, body=b'{"title": "x"}', headers={"Content-Type": "application/json"})
        judge.status(answer, 404, 405)


def steps_come_in_any_order(case: Case) -> None:
    """The last step may be done before the second, and a step may be done again."""
    id = wares.release(case)
    track_id = wares.track(case, id)
    bodies = wares.step_bodies(track_id)
    for step in ("distribution", "rights", "artwork", "tracks", "distribution", "artwork"):
        judge.status(wares.patch(case, id, step, bodies[step]), 200)
    found = wares.read(case, id)
    judge.equal("the steps done", sorted(wares.STEPS), sorted(found.items("/completed_steps")), found)


def step_number_is_its_name(case: Case, number: int) -> None:
    """A step's number does the same as its name."""
    id = wares.release(case)
    body = {**_FIELDS, "tracks": {"track_ids": [wares.track(case, id)]}}[wares.STEPS[number - 1]]
    judge.status(wares.patch(case, id, str(number), body), 200)
    found = wares.read(case, id)
    judge.that(wares.STEPS[number - 1] in found.items("/completed_steps") or number == 1, "the step is not done", found)


def submit_hands_in(case: Case) -> None:
    """A complete release is handed in: its status changes, is read back, and nothing else does."""
    id = wares.ready(case)
    before = wares.read(case, id)
    answer = wares.submit(case, id)
    judge.status(answer, 200)
    judge.that(answer.at("/status") != "draft", "the status is still draft", answer)
    after = wares.read(case, id)
    judge.equal("the status when read back", answer.at("/status"), after.at("/status"), after)
    echo.changed_only(before.json, after.json, [Field("status", ...)], ("updated_at",), after)


def incomplete_release_stays_a_draft(case: Case) -> None:
    """A fresh draft is not handed in: the refusal lists what is missing, and it stays a draft."""
    id = wares.release(case)
    with unchanged(lambda: wares.read(case, id), ""):
        answer = wares.submit(case, id)
    refused(answer, 422)
    named = named_fields(answer)
    missing = [step for step in wares.STEPS[1:] if step not in named]
    judge.equal("the missing steps that the refusal does not name", [], missing, answer)


def missing_step_is_named(case: Case, step: str) -> None:
    """A release that lacks one step is refused, and the refusal names it and no other."""
    id, track_id = wares.complete(case, leave=(step,))
    wares.fire(case, "audio_qc", track_id, "pass")
    if step != "artwork":
        wares.fire(case, "cover_qc", id, "pass")
    with unchanged(lambda: wares.read(case, id), ""):
        answer = wares.submit(case, id)
    refused(answer, 422)
    named = [name for name in named_fields(answer) if name in wares.STEPS]
    judge.equal("the steps named", [step], named, answer)


def checks_gate_the_submission(case: Case, gate: tuple[str, str]) -> None:
    """While a check is running or has failed, a release is not handed in."""
    machine, event = gate
    id, track_id = wares.complete(case)
    other, thing, mine = ("cover_qc", id, track_id) if machine == "audio_qc" else ("audio_qc", track_id, id)
    wares.fire(case, other, thing, "pass")
    if event:
        wares.fire(case, machine, mine, event)
    with unchanged(lambda: wares.read(case, id), ""):
        answer = wares.submit(case, id)
    refused(answer, 422)
    judge.that(machine in named_fields(answer), f"the refusal does not name {machine}", answer)


def corrected_release_can_be_handed_in(case: Case) -> None:
    """After a failed cover a new one that passes lets the release be handed in."""
    id, track_id = wares.complete(case)
    wares.fire(case, "audio_qc", track_id, "pass")
    wares.fire(case, "cover_qc", id, "fail")
    refused(wares.submit(case, id), 422)
    judge.status(wares.patch(case, id, "artwork", {"cover_upload_id": "upload-0002"}), 200)
    wares.fire(case, "cover_qc", id, "pass")
    judge.status(wares.submit(case, id), 200)


def locked_release_takes_no_tracks(case: Case, state: str) -> None:
    """A release that was handed in takes no new tracks and no files."""
    id = wares.bring(case, state)
    track_id = str(wares.read(case, id).at("/tracks/0/id"))
    with unchanged(lambda: wares.read(case, id), ""):
        refused(case.call("createTrack", json={"release_id": id, "title": "One more"}), 409)
        refused(wares.upload(case, release_id=id, title="One more"), 409)
        refused(wares.upload(case, track_id=track_id), 409)


def unknown_release_is_not_found(case: Case, operation: str) -> None:
    """A release that does not exist is 404."""
    path = {**samples.sample(case, operation)}
    path["releaseId" if "releaseId" in path else "id"] = wares.NO_ID
    refused(case.call(operation, path=path, json=samples.body(case, operation, path)), 404)


def stored_as_answered(case: Case) -> None:
    """What the answer to a new release shows is what the detail shows."""
    answer = wares.made(case, "createRelease", wares.new_release(case))
    found = wares.read(case, str(answer.at("/id")))
    for name in answer.json:
        judge.equal(f"{name} when read back", answer.at(f"/{name}"), found.at(f"/{name}"), found)


def _owned(path: dict[str, str], unknown: dict[str, str]) -> isolation.Property:
    return isolation.Property(
        make=lambda case: {**path, next(iter(unknown)): wares.release(case)},
        read=lambda case, at: wares.read(case, str(at[next(iter(unknown))])),
        body=samples.body,
        unknown={**path, **unknown},
        place="",
    )


def _edits(move: lifecycle.Move) -> bool:
    return move.event == "edit"


def _submits(move: lifecycle.Move) -> bool:
    return move.event == "submit"


_ID = {"id": wares.NO_ID}
_CONTROL = ("control",)
CHECKS = (
    check("OG-060", creating_is_step_one),
    check("OG-060", two_releases_are_two),
    check("OG-060", stored_as_answered),
    check("OG-061", detail_has_tracks_and_checks),
    check(
        "OG-062",
        step_changes_its_own_fields,
        each=tuple((step, kind) for step in _FIELDS for kind in ("complete", "bare")),
    ),
    check("OG-062", tracks_step_orders),
    check("OG-062", left_out_field_stays),
    check(
        "OG-062",
        step_leaves_other_steps_alone,
        each=(
            ("artwork", "title", "Changed"),
            ("rights", "cover_url", "https://covers.example.com/x.jpg"),
            ("distribution", "label", "Changed"),
            ("basics", "copyright_line", "Changed"),
        ),
    ),
    check("OG-062", other_release_stays),
    replace(lifecycle.legal_moves("OG-062", machines.RELEASE, _edits, needs=_CONTROL), required=False),
    check("OG-063", unknown_step_is_not_found, each=("nope", "6", "0", "Basics")),
    check("OG-063", literal_segment_is_no_step, each=("submit", "splits")),
    check("OG-064", steps_come_in_any_order),
    check("OG-064", tracks_left_out_follow),
    check("OG-064", foreign_track_is_not_ordered),
    check("OG-064", step_number_is_its_name, each=(1, 2, 3, 4, 5)),
    check("OG-065", submit_hands_in),
    lifecycle.legal_moves("OG-065", machines.RELEASE, _submits),
    check("OG-066", incomplete_release_stays_a_draft),
    check("OG-066", missing_step_is_named, each=wares.STEPS[1:], needs=_CONTROL, required=False),
    check(
        "OG-067",
        checks_gate_the_submission,
        each=(("audio_qc", ""), ("audio_qc", "fail"), ("cover_qc", ""), ("cover_qc", "fail")),
    ),
    check("OG-067", corrected_release_can_be_handed_in),
    lifecycle.illegal_moves("OG-068", machines.RELEASE, lambda move: _edits(move) or _submits(move)),
    check("OG-068", locked_release_takes_no_tracks, each=("submitted", "approved", "distributed", "taken_down")),
    replace(staff_moves("OG-048", machines.STAFFED_RELEASE), required=False),
    replace(staff_cannot("OG-048", machines.STAFFED_RELEASE), required=False),
    check(
        "OG-069",
        unknown_release_is_not_found,
        each=("getRelease", "updateReleaseStep", "submitRelease", "listReleaseSplits"),
        needs=(),
    ),
    isolation.stranger_finds_nothing("OG-069", ("getRelease", "submitRelease"), _owned({}, _ID)),
    replace(
        isolation.stranger_finds_nothing("OG-069", ("updateReleaseStep",), _owned({"step": "rights"}, _ID)),
        name="stranger_edits_nothing",
    ),
    replace(
        isolation.stranger_finds_nothing("OG-069", ("listReleaseSplits",), _owned({}, {"releaseId": wares.NO_ID})),
        name="stranger_sees_no_splits",
    ),
)
