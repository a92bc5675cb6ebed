"""The directory of people and the credits."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

from mockserver.call import Call
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.core.message import Reply
from mockserver.provider import OperationFunction
from mockserver.providers.gard.credits import add_person, add_release_person, add_track_person
from mockserver.providers.gard.records import PERSONS, RELEASE_PERSONS, TRACK_PERSONS, find_track
from mockserver.providers.gard.refusals import problem
from mockserver.world import World

_LEAST_SCORE = 0.75  # of a name that does not hold the query: a slip of the pen
_MOST_RESULTS = 100


def search_persons(call: Call, world: World) -> Reply:
    """Find people by a piece of their name, the likest first (GARD-133)."""
    query = call.query["query"].strip().casefold()
    scored = [(_score(query, person["content_name"].casefold()), person) for person in _directory(world, call)]
    found = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]["number"]))
    rows = [
        {"id": person["number"], "content_name": person["content_name"], "match_score": score}
        for score, person in found[:_MOST_RESULTS]
    ]
    return Reply(200, {"code": 200, "results": rows})


def _directory(world: World, call: Call) -> list[Record]:
    return world.slice_by(PERSONS, "account", call.account)


def _score(query: str, name: str) -> float:
    """Return the likeness of a name from 0 to 1; 0 is no match."""
    if not query:
        return 0.0
    if query in name:
        return round(0.8 + 0.2 * len(query) / len(name), 2)
    ratio = SequenceMatcher(None, query, name).ratio()
    return round(ratio * 0.8, 2) if ratio >= _LEAST_SCORE else 0.0


def create_person(call: Call, world: World) -> Reply:
    """Add a person to the directory (GARD-134)."""
    name = call.body["content_name"].strip()
    if not name:
        raise Failure("invalid", problems=[problem("content_name", "Must not be blank.")])
    person = add_person(world, call.account, name)
    return Reply(200, {"code": 200, "person": {"id": person["number"], "content_name": name}})


def list_release_persons(call: Call, world: World) -> Reply:
    """List the credits of the release as a whole (GARD-135)."""
    links = world.slice_by(RELEASE_PERSONS, "release", call.found["id"])
    rows = [{**_link(link), "name": link["name"]} for link in links]
    return Reply(200, {"code": 200, "persons": rows})


def add_release_person_link(call: Call, world: World) -> Reply:
    """Credit a person of the directory on the release (GARD-135)."""
    person = _person(call, world)
    link = add_release_person(world, call.found["id"], person, call.body["role"], call.body.get("order"))
    return Reply(200, {"code": 200, "link": {"release_id": call.found["number"], **_link(link)}})


def list_track_persons(call: Call, world: World) -> Reply:
    """List the credits of the tracks (GARD-136)."""
    links = world.slice_by(TRACK_PERSONS, "release", call.found["id"])
    return Reply(200, {"code": 200, "track_persons": [{"track_id": link["track_id"], **_link(link)} for link in links]})


def add_track_person_link(call: Call, world: World) -> Reply:
    """Credit a person of the directory on a track of the release (GARD-136)."""
    track = find_track(world, call.found["id"], call.body["track_id"])
    if track is None:
        text = f"There is no track {call.body['track_id']} on this release."
        raise Failure("not_found", text, msg="Track not found")
    person = _person(call, world)
    role, order = call.body["role"], call.body.get("order")
    link = add_track_person(world, call.found["id"], track["number"], person, role, order)
    return Reply(200, {"code": 200, "link": {"track_id": track["number"], **_link(link)}})


def _person(call: Call, world: World) -> Record:
    person = world.get(PERSONS, str(int(call.body["person_id"])))
    if person is None or person["account"] != call.account:
        text = f"There is no person {call.body['person_id']} in the directory."
        raise Failure("not_found", text, msg="Person not found")
    return person


def _link(link: Record) -> dict[str, Any]:
    return {"person_id": link["person_id"], "role": link["role"], "order": link["order"]}


OPERATIONS: dict[str, OperationFunction] = {
    "searchPersons": search_persons,
    "createPerson": create_person,
    "listReleasePersons": list_release_persons,
    "addReleasePerson": add_release_person_link,
    "listTrackPersons": list_track_persons,
    "addTrackPerson": add_track_person_link,
}
