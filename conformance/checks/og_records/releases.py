"""OG-060 to OG-064 and OG-069: the release wizard, and whose a release is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import machines, samples, wares
from conformance.checks.og_records.refusing import refused
from conformance.judge import NotTested
from conformance.properties import echo, isolation, lifecycle
from conformance.properties.echo import Field
from conformance.properties.readback import unchanged

# What follows from any step, and what follows from a cover.
_FREE = ("updated_at", "completed_steps", "current_step")
_CHECKED = ("tracks", "qc_status")
FIELDS: dict[str, dict[str, Any]] = {
    "basics": {
        "title": "Späte Mühle",
        "artist_name": "Žofie & Łukasz",
        "genre": "Indie Pop",
        "language": "de",
        "release_type": "ep",
        "release_date": "2027-01-08",
    },
    "artwork": {"cover_url": "https://covers.example.com/another.jpg"},
    "rights": {
        "copyright_line": "© 2026 Ändere",
        "production_line": "℗ 2026 Another",
        "label": "Conformance",
        "explicit": True,
    },
    "distribution": {"dsps": ["deezer", "tidal"], "territories": ["FR"], "release_date": "2027-01-15"},
}
# All that the steps with several fields can hold, in other values than those above: what is null cannot get lost.
_WHOLE: dict[str, dict[str, Any]] = {
    "basics": {
        "title": "Before",
        "artist_name": "Before",
        "genre": "Jazz",
        "language": "en-GB",
        "release_type": "album",
        "release_date": "2026-12-04",
    },
    "rights": {**wares.RIGHTS, "label": "Before", "explicit": False},
    "distribution": {**wares.DISTRIBUTION, "release_date": "2026-12-11"},
}


def creating_is_step_one(case: Case) -> None:
    """A new release has an id, shows what was sent, is found again and has its first step done."""
    title = case.ledger.name("Späte Mühle 水車")
    body = wares.new_release(case, title=title, artist_name="Žofie & Łukasz", release_date="2026-12-24")
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
    for other, body in _WHOLE.items() if kind == "complete" else ():
        case.given(wares.patch(case, id, other, body), 200)
    before = wares.read(case, id)
    fields = [Field(name, value) for name, value in FIELDS[step].items()]
    answer = wares.patch(case, id, step, FIELDS[step])
    judge.status(answer, 200)
    _shows(answer, fields)
    after = wares.read(case, id)
    _shows(after, fields)
    free = (*_FREE, *_CHECKED) if step == "artwork" else _FREE
    echo.changed_only(before.json, after.json, fields, free, after)


def _shows(answer: Answer, fields: list[Field]) -> None:
    """Judge that a release shows each field; services and territories are sets, whose order nobody promises."""
    for field in fields:
        shown, expected = answer.at(f"/{field.name}"), field.expected
        if isinstance(shown, list) and isinstance(expected, list):
            shown, expected = sorted(map(str, shown)), sorted(map(str, expected))
        judge.equal(f"/{field.name}", expected, shown, answer)


def tracks_step_orders(case: Case) -> None:
    """The step tracks puts the tracks in the order sent and changes nothing else."""
    id = wares.release(case)
    tracks = wares.tracks(case, id, 3)
    before = wares.read(case, id)
    order = [tracks[2], tracks[0], tracks[1]]
    judge.status(wares.patch(case, id, "tracks", {"track_ids": order}), 200)
    after = wares.read(case, id)
    judge.equal("the order", order, [entry.get("id") for entry in after.items("/tracks")], after)
    echo.changed_only(before.json, after.json, [], (*_FREE, "tracks"), after)


def tracks_left_out_follow(case: Case) -> None:
    """Tracks that the step does not name follow in the order they had."""
    id = wares.release(case)
    tracks = wares.tracks(case, id, 4)
    judge.status(wares.patch(case, id, "tracks", {"track_ids": [tracks[2], tracks[1]]}), 200)
    shown = wares.read(case, id)
    order = [tracks[2], tracks[1], tracks[0], tracks[3]]
    judge.equal("the order", order, [entry.get("id") for entry in shown.items("/tracks")], shown)


def foreign_track_is_not_ordered(case: Case) -> None:
    """A track of another release in the step tracks is refused, and nothing changes."""
    id, other = wares.release(case), wares.release(case)
    mine, strange = wares.track(case, id), wares.track(case, other)
    wares.differ("releases", id, other)
    wares.differ("tracks", mine, strange)
    with unchanged(lambda: wares.read(case, id), ""):
        refused(wares.patch(case, id, "tracks", {"track_ids": [strange, mine]}), 422)


def left_out_field_stays(case: Case, step: str) -> None:
    """Each field of a step can be sent alone, and those that are left out keep their values."""
    id = wares.release(case)
    case.given(wares.patch(case, id, step, _WHOLE[step]), 200)
    before = wares.read(case, id)
    for name, value in FIELDS[step].items():
        judge.status(wares.patch(case, id, step, {name: value}), 200)
        after = wares.read(case, id)
        _shows(after, [Field(name, value)])
        echo.changed_only(before.json, after.json, [Field(name, value)], _FREE, after)
        before = after


_EMPTIED = {"basics": ("release_date", "genre", "language"), "rights": ("label",), "distribution": ("release_date",)}


def field_is_emptied(case: Case, step: str) -> None:
    """A field that may be null is emptied by null, and by nothing else."""
    id = wares.release(case)
    case.given(wares.patch(case, id, step, _WHOLE[step]), 200)
    for name in _EMPTIED[step]:
        judge.status(wares.patch(case, id, step, {name: None}), 200)
        found = wares.read(case, id)
        judge.equal(f"{name} after null", None, found.at(f"/{name}"), found)


_PLATFORMS = {
    "id": wares.NO_ID,
    "status": "approved",
    "upc": "4006381333931",
    "completed_steps": list(wares.STEPS),
    "current_step": "distribution",
}


def client_sets_nothing_of_the_platforms(case: Case) -> None:
    """Id, status, UPC and the steps done are the platform's: what a client says of them is refused or not taken."""
    answer = case.call("createRelease", json=wares.new_release(case, **_PLATFORMS))
    if not answer.is_success:
        refused(answer, 422)
        return
    found = wares.read(case, wares.id_of(answer))
    for name, value in _PLATFORMS.items():
        judge.that(found.at(f"/{name}") != value, f"the client's {name} is taken", found, received=value)


def step_leaves_other_steps_alone(case: Case, other: tuple[str, str, str]) -> None:
    """A field of another step in the body is not changed."""
    step, name, value = other
    id, _ = wares.complete(case)
    before = wares.read(case, id).at(f"/{name}")
    wares.patch(case, id, step, {**FIELDS[step], name: value})
    after = wares.read(case, id)
    judge.equal(f"{name} after a PATCH of {step}", before, after.at(f"/{name}"), after)


def other_release_stays(case: Case) -> None:
    """A step of one release leaves another as it was."""
    id, other = wares.release(case), wares.release(case)
    wares.differ("releases", id, other)
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


def require_undone(case: Case, id: str, *steps: str) -> None:
    """End the check as not tested where a new release says that it has done these steps."""
    done = sorted(set(steps) & {str(step) for step in wares.read(case, id).items("/completed_steps")})
    if done:
        raise NotTested(f"could not be set up: a new release has done {', '.join(done)} already")


def steps_come_in_any_order(case: Case) -> None:
    """The last step may be done before the second, and a step may be done again."""
    id = wares.release(case)
    track_id = wares.track(case, id)
    bodies = wares.step_bodies(track_id)
    require_undone(case, id, "artwork", "rights", "distribution")
    for step in ("distribution", "rights", "artwork", "tracks", "distribution", "artwork"):
        judge.status(wares.patch(case, id, step, bodies[step]), 200)
        found = wares.read(case, id)
        missing = [name for name in wares.STEPS if name not in found.items("/completed_steps")]
        judge.equal("current_step", (missing or wares.STEPS[-1:])[0], found.at("/current_step"), found)
    judge.equal("the steps done", sorted(wares.STEPS), sorted(found.items("/completed_steps")), found)


def step_number_is_its_name(case: Case, number: int) -> None:
    """A step's number does the same as its name."""
    id = wares.release(case)
    step = wares.STEPS[number - 1]
    body = {**FIELDS, "tracks": {"track_ids": [wares.track(case, id)]}}[step]
    if step in FIELDS and number > 1:
        require_undone(case, id, step)
    judge.status(wares.patch(case, id, str(number), body), 200)
    found = wares.read(case, id)
    if number == 1:  # a new release has it behind itself: what it says must have changed
        judge.equal("title", body["title"], found.at("/title"), found)
    else:
        judge.that(step in found.items("/completed_steps"), "the step is not done", found)


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


def edits(move: lifecycle.Move) -> bool:
    """Say whether a move is an edit by a step or a track."""
    return move.event == "edit"


_ID = {"id": wares.NO_ID}
_CONTROL = ("control",)
CHECKS = (
    check("OG-060", creating_is_step_one),
    check("OG-060", two_releases_are_two),
    check("OG-060", stored_as_answered),
    check("OG-060", client_sets_nothing_of_the_platforms),
    check("OG-061", detail_has_tracks_and_checks),
    check(
        "OG-062",
        step_changes_its_own_fields,
        each=tuple((step, kind) for step in FIELDS for kind in ("complete", "bare")),
    ),
    check("OG-062", tracks_step_orders),
    check("OG-062", left_out_field_stays, each=tuple(_WHOLE)),
    check("OG-062", field_is_emptied, each=tuple(_EMPTIED)),
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
    replace(lifecycle.legal_moves("OG-062", machines.RELEASE, edits, needs=_CONTROL), required=False),
    check("OG-063", unknown_step_is_not_found, each=("nope", "6", "0", "Basics")),
    check("OG-063", literal_segment_is_no_step, each=("submit", "splits")),
    check("OG-064", steps_come_in_any_order),
    check("OG-064", tracks_left_out_follow),
    check("OG-064", foreign_track_is_not_ordered),
    check("OG-064", step_number_is_its_name, each=(1, 2, 3, 4, 5)),
    check(
        "OG-069",
        unknown_release_is_not_found,
        each=("getRelease", "updateReleaseStep", "submitRelease", "listReleaseSplits"),
        needs=(),
    ),
    isolation.stranger_finds_nothing("OG-069", ("getRelease", "submitRelease"), _owned({}, _ID)),
    replace(
        isolation.stranger_finds_nothing("OG-069", ("updateReleaseStep",), _owned({"step": "rights"}, _ID)),
        name="strangeredits_nothing",
    ),
    replace(
        isolation.stranger_finds_nothing("OG-069", ("listReleaseSplits",), _owned({}, {"releaseId": wares.NO_ID})),
        name="stranger_sees_no_splits",
    ),
)
