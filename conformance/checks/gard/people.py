"""GARD-133 to GARD-137: the directory of people and the credits of releases and tracks."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.gard import desk, samples
from conformance.checks.gard.printed import ROLES
from conformance.checks.gard.taking import taken
from conformance.judge import NotTested
from conformance.properties.readback import unchanged


def _person(case: Case, name: str = "") -> int:
    answer = case.given(samples.create_person(case, name or case.ledger.name("Ðóra Þór")), 200)
    number = answer.at("/person/id")
    if type(number) is not int:
        raise NotTested("could not be set up: a new person has no number")
    return number


def new_person_is_found(case: Case) -> None:
    """A new person is found by a piece of the name, with a score; nonsense finds nobody."""
    name = case.ledger.name("Søren Ørsted")
    number = _person(case, name)
    answer = case.call("searchPersons", query={"query": name})
    judge.status(answer, 200)
    rows = [row for row in answer.items("/results") if row.get("id") == number]
    judge.equal("the number of rows for the person", 1, len(rows), answer)
    judge.equal("content_name", name, rows[0].get("content_name"), answer)
    score = rows[0].get("match_score")
    judge.that(isinstance(score, int | float) and not isinstance(score, bool), "there is no match_score", answer)
    for row in answer.items("/results"):
        judge.members("a result", ["content_name", "id", "match_score"], row, answer)
    nonsense = case.call("searchPersons", query={"query": f"qqq{case.ledger.digits(9)}zzz"})
    judge.equal("what nonsense finds", [], nonsense.at("/results"), nonsense)


def person_is_created(case: Case) -> None:
    """A new person answers with number and name; without a name it is refused."""
    name = case.ledger.name("Person")
    answer = samples.create_person(case, name)
    judge.status(answer, 200)
    judge.that(type(answer.at("/person/id")) is int, "id is no integer", answer, received=answer.at("/person"))
    judge.equal("content_name", name, answer.at("/person/content_name"), answer)
    refusal = case.call("createPerson", json={})
    judge.that(400 <= refusal.status < 500, "no name is not refused", refusal, received=refusal.status)


def release_credit_is_listed(case: Case) -> None:
    """A credit of a release is answered as a link and listed with the person's name."""
    sent, name = desk.submit(case), case.ledger.name("Person")
    number = _person(case, name)
    body = {"person_id": number, "order": 3, "role": "featured_artist"}
    answer = case.call("addReleasePerson", path=sent.path, json=body)
    judge.status(answer, 200)
    judge.holds("link", {**body, "release_id": sent.row}, answer.at("/link"), answer)
    listed = case.call("listReleasePersons", path=sent.path)
    judge.status(listed, 200)
    rows = [row for row in listed.items("/persons") if row.get("person_id") == number]
    judge.equal("the number of rows of the person", 1, len(rows), listed)
    judge.holds("the row of the person", {**body, "name": name}, rows[0], listed)


def submitted_credits_are_listed(case: Case) -> None:
    """The credits of the submission are among those of the release."""
    sent = desk.submit(case)
    rows = case.given(case.call("listReleasePersons", path=sent.path), 200).items("/persons")
    pairs = {(row.get("name"), row.get("role")) for row in rows}
    for credit in desk.CREDITS:
        there = (credit["name"], credit["role"]) in pairs
        judge.that(there, "a credit of the form is not listed", expected=credit, received=rows)


def track_credit_is_listed(case: Case) -> None:
    """A credit of a track is answered as a link and listed with the track's number."""
    sent = desk.submit(case, **samples.with_persons())
    tracks = samples.track_numbers(case, sent.release)
    if not tracks:
        raise NotTested("the number of the track shows nowhere")
    for role, order in (("featured_artist", 2), ("songwriter", 7)):
        body = {"track_id": tracks[0], "person_id": _person(case), "order": order, "role": role}
        answer = case.call("addTrackPerson", path=sent.path, json=body)
        judge.status(answer, 200)
        judge.holds("link", body, answer.at("/link"), answer)
        listed = case.call("listTrackPersons", path=sent.path)
        rows = [row for row in listed.items("/track_persons") if row.get("person_id") == body["person_id"]]
        judge.equal("the number of rows of the person", 1, len(rows), listed)
        judge.holds("the row of the person", body, rows[0], listed)


def strangers_cannot_be_credited(case: Case, operation: str) -> None:
    """A person or a track that does not exist is not credited, and the credits stay."""
    sent = desk.submit(case, **samples.with_persons())
    tracks = samples.track_numbers(case, sent.release)
    link: dict[str, Any] = {"person_id": 99999999, "order": 1, "role": "artist"}
    bad = [{**link, "track_id": tracks[0]}, {**link, "person_id": _person(case), "track_id": 99999999}]
    reader = "listReleasePersons" if operation == "addReleasePerson" else "listTrackPersons"
    for body in bad if operation == "addTrackPerson" else [link]:
        with unchanged(lambda: case.call(reader, path=sent.path), "", "the credits"):
            answer = case.call(operation, path=sent.path, json=body)
            judge.that(400 <= answer.status < 500, "it is not refused", answer, expected="4xx", received=answer.status)


def role_is_taken(case: Case, role: str) -> None:
    """The four roles that the document shows are taken in a form and in both kinds of credits."""
    credit = {"name": "Jane Q. Composer", "role": role}
    taken(case, artist_roles=[*desk.CREDITS, credit])
    sent = desk.submit(case, **samples.with_persons())
    body = {"person_id": _person(case), "order": 1, "role": role}
    judge.status(case.call("addReleasePerson", path=sent.path, json=body), 200)
    tracks = samples.track_numbers(case, sent.release)
    if tracks:
        judge.status(case.call("addTrackPerson", path=sent.path, json={**body, "track_id": tracks[0]}), 200)


CHECKS = (
    check("GARD-133", new_person_is_found),
    check("GARD-134", person_is_created),
    check("GARD-135", release_credit_is_listed),
    check("GARD-135", submitted_credits_are_listed, required=False),
    check("GARD-135", strangers_cannot_be_credited, each=("addReleasePerson",)),
    check("GARD-136", track_credit_is_listed),
    check("GARD-136", strangers_cannot_be_credited, each=("addTrackPerson",)),
    check("GARD-137", role_is_taken, each=ROLES),
)
