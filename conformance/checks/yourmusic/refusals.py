"""YM-200 to YM-202: validation failures, missing tokens, and how instants are printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import catalogue, entries, home, people, playlists, streaming
from conformance.checks.yourmusic.refusing import invalid
from conformance.properties import access

_INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
_DATE = re.compile(r"^\d{4}-\d\d-\d\d$")

# An invalid body of each operation, and the one field at fault.
_FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "createUser": ({"first_name": "A", "last_name": "B", "date_of_birth": "1990-01-15"}, "email"),
    "updateUser": ({"email": "conformance.example.com"}, "email"),
    "issueUserDeviceToken": ({}, "deviceId"),
    "sendOtp": ({"tenant": "acme"}, "email"),
    "authenticateOtp": ({"tenant": "acme", "email": "a@example.com", "code": "1"}, "device_id"),
    "completeOnboarding": ({"onboarding_token": "x", "first_name": "A", "last_name": "B"}, "date_of_birth"),
    "refreshSession": ({}, "refresh_token"),
    "updateProfile": ({"date_of_birth": "15-01-1990"}, "date_of_birth"),
    "createCheckoutSession": ({}, "product_slug"),
    "createPlaylist": ({"public": True}, "playlist_name"),
    "updatePlaylist": ({"public": "conformance"}, "public"),
    "addPlaylistTrack": ({}, "track_id"),
    "replacePlaylistTracks": ({}, "tracks"),
    "reorderPlaylistTrack": ({"order": 0}, "order"),
}
_BY_CLIENT = ("createUser", "updateUser", "issueUserDeviceToken")


def sample(case: Case, operation: str) -> Mapping[str, Any]:
    """Return path values of things that exist, made for the purpose where the operation writes."""
    path = case.contract.operations[operation].path
    if "{user_id}" in path:
        return {"user_id": people.make(case)}
    if "{playlistTrackId}" in path:
        id, made = entries.filled(case, people.reader(case), 1)
        return {"playlist_id": id, "playlistTrackId": made[0]["id"]}
    if "{playlist_id}" in path:
        return {"playlist_id": playlists.make(case, people.reader(case))}
    if "{stream_id}" in path:
        more = {"segment": "segment0.ts"} if "{segment}" in path else {}
        return {"stream_id": streaming.stream_id(case), **more}
    for kind in ("artist", "release", "track"):
        if f"{{{kind}_id}}" in path:
            return {f"{kind}_id": case.fact(f"{kind}s")[0]}
    return {}


def valid_body(case: Case, operation: str, path: Mapping[str, Any]) -> Any:
    """Return a valid body of a protected operation."""
    if operation == "createUser":
        return people.details(case)
    if operation == "issueUserDeviceToken":
        return {"deviceId": people.new_uuid(case)}
    if operation == "createCheckoutSession":
        return {"product_slug": case.fact("products")[0]}
    if operation == "addPlaylistTrack":
        return {"track_id": case.fact("tracks")[0]}
    if operation == "replacePlaylistTracks":
        return {"tracks": [{"track_id": case.fact("tracks")[0], "order": 1}]}
    if operation == "reorderPlaylistTrack":
        return {"order": 1}
    return {"playlist_name": "Intruder"} if "Playlist" in operation else {"first_name": "Intruder"}


def _read(case: Case, path: Mapping[str, Any]) -> Answer:
    if "user_id" in path:
        return people.read(case, str(path["user_id"]))
    return playlists.read(case, str(path["playlist_id"]), people.reader(case), **{"with": "tracks"})


def failure_has_its_shape(case: Case, operation: str) -> None:
    """A validation failure is 422 with the message and the field at fault."""
    sent, field = _FAULTS[operation]
    open_to_all = case.contract.operations[operation].is_open
    caller = None if open_to_all else "full" if operation in _BY_CLIENT else people.reader(case)
    invalid(case.call(operation, path=sample(case, operation), json=sent, principal=caller), field)


def every_field_at_fault_is_named(case: Case) -> None:
    """Several faults are named together."""
    answer = case.call("createUser", json={"email": "conformance.example.com"})
    judge.status(answer, 422)
    judge.equal("the fields at fault", sorted(people.REQUIRED), sorted(answer.at("/errors") or ()), answer)


def query_failure_has_its_shape(case: Case) -> None:
    """A parameter outside its limits is refused in the same shape."""
    invalid(catalogue.ask(case, "searchTracks", pageSize=9), "pageSize")


def refusal_is_json(answer: Answer) -> None:
    """Judge that a refusal for want of a token is JSON with a message."""
    judge.equal("the media type", "application/json", answer.exchange.media_type, answer)
    judge.that(isinstance(answer.at("/message"), str), "there is no message", answer, received=answer.at("/message"))


def _instants(case: Case, source: str) -> tuple[Answer, list[Any], list[Any]]:
    if source == "user":
        answer = people.made(case)
        return answer, [answer.at(f"/{name}") for name in ("created_at", "updated_at")], [answer.at("/date_of_birth")]
    if source == "playlist":
        answer = playlists.made(case, people.reader(case))
        return answer, [answer.at(f"/{name}") for name in ("created_at", "updated_at")], []
    if source == "entry":
        id, _ = entries.filled(case, people.reader(case), 1)
        answer = entries.listed(case, id, people.reader(case))
        return answer, [answer.at(f"/0/{name}") for name in ("created_at", "updated_at")], []
    if source == "users":
        answer = case.call("listUsers")
        users = [user for user in answer.items("/data") if isinstance(user, dict)]
        ends = [user["subscription_ends_at"] for user in users if user.get("subscription_ends_at") is not None]
        return answer, [user.get("created_at") for user in users] + ends, [user.get("date_of_birth") for user in users]
    answer = home.guest(case)
    return answer, [answer.at("/page/generated_at")], []


def instants_are_utc(case: Case, source: str) -> None:
    """Instants are ISO 8601 in UTC with Z, dates YYYY-MM-DD."""
    answer, instants, dates = _instants(case, source)
    for pattern, values in ((_INSTANT, instants), (_DATE, dates)):
        for value in values:
            fits = isinstance(value, str) and pattern.match(value)
            judge.that(fits, "an instant or date has another form", answer, expected=pattern.pattern, received=value)


GATE = access.Gate(sample, valid_body, _read, judge=refusal_is_json, place="")

CHECKS = (
    check("YM-200", failure_has_its_shape, each=tuple(_FAULTS)),
    check("YM-200", every_field_at_fault_is_named),
    check("YM-200", query_failure_has_its_shape),
    *access.matrix("YM-201", GATE),
    check("YM-202", instants_are_utc, each=("user", "users", "playlist", "entry", "home")),
)
