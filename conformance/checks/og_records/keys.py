"""OG-013 to OG-022: API keys, their scopes and their rotation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import samples, wares
from conformance.checks.og_records.refusing import refused
from conformance.properties import access

# Whatever the credential was refused for, it was not for its scope: the call got past that door.
_DENIED = (401, 403)


def key_alone_opens(case: Case, operation: str) -> None:
    """A call works with an API key alone."""
    answer = samples.call(case, operation)
    judge.that(answer.status not in _DENIED, "the key does not open it", answer, received=answer.status)
    if operation != "submitRelease":  # a fresh draft cannot be handed in
        judge.that(answer.is_success, "the call is refused", answer, expected="2xx", received=answer.status)


def key_is_taken_as_bearer(case: Case) -> None:
    """A key in the header Authorization opens what it opens in X-API-Key."""
    entry = wares.mint(case, ["payouts:read"])
    judge.status(case.call("listPayouts", principal=wares.admit(case, entry["value"])), 200)


def scope_opens_its_operation(case: Case, operation: str) -> None:
    """A key with exactly the scope of an operation is let in; one with every other scope is not, and does nothing."""
    needed = sorted(case.contract.operations[operation].scopes)
    others = [scope for scope in wares.scopes_of_full(case) if scope not in needed]
    narrow, rest = wares.mint(case, needed), wares.mint(case, others)
    path = samples.sample(case, operation)
    body = samples.body(case, operation, path)
    denied = case.call(operation, path=path, json=body, principal=rest["name"])
    judge.among("the status without the scope", _DENIED, denied.status, denied)
    allowed = case.call(operation, path=path, json=body, principal=narrow["name"])
    judge.that(allowed.status not in _DENIED, "the scope does not open it", allowed, received=allowed.status)


def narrow_key_writes_nothing(case: Case) -> None:
    """A key that may only read earnings reads them; what it tries to write is not there afterwards."""
    reader = wares.mint(case, ["earnings:read"])["name"]
    judge.status(case.call("listEarnings", principal=reader), 200)
    id = wares.release(case)
    before = wares.read(case, id)
    for answer in (
        case.call("createRelease", json=wares.new_release(case), principal=reader),
        wares.patch(case, id, "rights", wares.RIGHTS, principal=reader),
        case.call("createTrack", json={"release_id": id, "title": "No"}, principal=reader),
    ):
        judge.among("the status", _DENIED, answer.status, answer)
        judge.that(answer.at("/id") == "" or not answer.at("/id"), "a refusal shows an id", answer)
    after = wares.read(case, id)
    judge.equal("the release", before.json, after.json, after)


def missing_credential_is_unauthorized(case: Case, operation: str) -> None:
    """Without any credential it is 401."""
    refused(samples.call(case, operation, principal=None), 401)


def altered_key_is_unknown(case: Case) -> None:
    """A key of which one letter is another, or is missing, is 401."""
    name, key = next(iter(case.session.client.wire.credentials["full"].items()))
    for altered in (key[:-1] + ("a" if key[-1] != "a" else "b"), key[:-1], key.swapcase()):
        refused(case.call("listPayouts", headers={name: altered}, principal=None), 401)


def missing_scope_is_named(case: Case, operation: str) -> None:
    """Without the scope it is 403, and the refusal says which scope is missing."""
    path = samples.sample(case, operation)
    answer = case.call(operation, path=path, json=samples.body(case, operation, path), principal="no-scope")
    refused(answer, 403)
    text = answer.content.decode("utf-8", "replace")
    needed = sorted(case.contract.operations[operation].scopes)
    judge.that(any(scope in text for scope in needed), "no scope is named", answer, expected=needed)


def _key(case: Case, id: str) -> dict[str, Any]:
    answer = case.given(case.call("listApiKeys"), 200)
    found = [entry for entry in answer.items("/data") if entry.get("id") == id]
    judge.that(len(found) == 1, f"the list shows the key {id} {len(found)} times", answer)
    return dict(found[0])


def rotate(case: Case, id: str, principal: str = "full") -> Answer:
    """Rotate a key."""
    return case.call("rotateApiKey", path={"keyId": id}, principal=principal)


def rotated(case: Case, entry: dict[str, Any]) -> str:
    """Rotate a key as a precondition and return the principal that has the new one."""
    return wares.admit(case, str(case.given(rotate(case, entry["key_id"]), 200).at("/key")))


def opens(case: Case, principal: str) -> Answer:
    """Send a harmless call."""
    return case.call("listPayouts", query={"limit": 1}, principal=principal)


def each_integration_has_its_key(case: Case) -> None:
    """Two integrations have two keys in the list; rotating one leaves the other as it was."""
    first, second = (wares.mint(case, wares.scopes_of_full(case)) for _ in range(2))
    judge.that(first["value"] != second["value"], "two integrations have the same key")
    before = _key(case, second["key_id"])
    judge.status(rotate(case, first["key_id"]), 200)
    judge.equal("the other key in the list", before, _key(case, second["key_id"]))
    judge.status(opens(case, second["name"]), 200)


def list_hides_the_keys(case: Case) -> None:
    """The list of keys shows none of them, and none of another account."""
    entry = wares.mint(case, ["payouts:read"])
    answer = case.call("listApiKeys")
    judge.status(answer, 200)
    judge.that(entry["value"] not in answer.content.decode(), "the list shows a key itself", answer)
    ids = [row.get("id") for row in answer.items("/data")]
    judge.that(entry["key_id"] in ids, "the list does not show a key of the account", answer)
    judge.that(case.account("second-account")["key_id"] not in ids, "it shows a key of another account", answer)
    theirs = case.call("listApiKeys", principal="second-account")
    judge.that(entry["key_id"] not in theirs.content.decode(), "a stranger's list shows the key", theirs)


def stranger_rotates_nothing(case: Case) -> None:
    """A key of another account cannot be rotated, and still works."""
    entry = wares.mint(case, ["payouts:read"])
    refused(rotate(case, entry["key_id"], principal="second-account"), 404)
    judge.status(opens(case, entry["name"]), 200)
    judge.equal("the key in the list", None, _key(case, entry["key_id"]).get("previous_key_valid_until"))


def narrow_key_rotates_no_wider_one(case: Case) -> None:
    """A key that lacks a scope of another one does not rotate it: that is 403, and the other key is as it was."""
    wide, narrow = wares.mint(case, ["payouts:read", "payouts:write"]), wares.mint(case, ["payouts:read"])
    before = _key(case, wide["key_id"])
    denied = rotate(case, wide["key_id"], principal=narrow["name"])
    refused(denied, 403)
    judge.that("payouts:write" in denied.content.decode("utf-8", "replace"), "the scope is not named", denied)
    judge.equal("the key in the list", before, _key(case, wide["key_id"]))
    judge.status(opens(case, wide["name"]), 200)


def rotation_gives_a_new_key(case: Case) -> None:
    """Rotating gives another key that works at once, as often as one likes, by anybody who holds its scopes."""
    entry = wares.mint(case, ["payouts:read", "releases:read"])
    seen = {entry["value"]}
    for _ in range(2):
        answer = rotate(case, entry["key_id"])
        judge.status(answer, 200)
        key = str(answer.at("/key"))
        judge.that(key not in seen, "the new key is an old one", answer)
        seen.add(key)
        judge.status(opens(case, wares.admit(case, key)), 200)
    own = wares.mint(case, ["payouts:read"])
    judge.status(rotate(case, own["key_id"], principal=own["name"]), 200)


def old_key_has_seven_days(case: Case) -> None:
    """Six days and 23 hours after a rotation both keys work."""
    with case.own_sandbox(world="empty") as inside:
        entry = wares.mint(inside, ["payouts:read"])
        new = rotated(inside, entry)
        for by in ("PT0S", "P6DT23H"):
            inside.control.advance(by)
            for principal in (entry["name"], new):
                judge.status(opens(inside, principal), 200)


def _instant(answer: Answer, place: str) -> datetime:
    told = answer.at(place)
    try:
        return datetime.fromisoformat(str(told)).astimezone(UTC)
    except ValueError:
        raise judge.Broken(f"{place} is no instant", expected="RFC 3339", received=told, answer=answer) from None


def old_key_ends_after_seven_days(case: Case) -> None:
    """Seven days and a second after a rotation the old key is 401 and the new one works."""
    with case.own_sandbox(world="empty") as inside:
        entry = wares.mint(inside, ["payouts:read"])
        answer = inside.given(rotate(inside, entry["key_id"]), 200)
        new = wares.admit(inside, str(answer.at("/key")))
        now = datetime.fromisoformat(inside.control.get("/clock")["now"])
        until = _instant(answer, "/previous_key_valid_until")
        apart = abs(until - now - timedelta(days=7))
        judge.that(apart < timedelta(seconds=1), "the old key does not live seven days", answer, received=str(until))
        inside.control.advance("P7DT1S")
        refused(opens(inside, entry["name"]), 401)
        judge.status(opens(inside, new), 200)


def new_key_is_the_old_one_anew(case: Case) -> None:
    """The new key has the id, scopes and plan of the old one, and may no more."""
    entry = wares.mint(case, ["payouts:read", "splits:read"], plan="business")
    before = _key(case, entry["key_id"])
    answer = rotate(case, entry["key_id"])
    judge.equal("the scopes", sorted(entry["scopes"]), sorted(answer.items("/scopes")), answer)
    after = _key(case, entry["key_id"])
    for member in ("id", "name", "scopes", "plan"):
        judge.equal(member, before.get(member), after.get(member))
    new = wares.admit(case, str(answer.at("/key")))
    judge.status(opens(case, new), 200)
    refused(case.call("createRelease", json=wares.new_release(case), principal=new), 403)


def both_keys_count_together(case: Case) -> None:
    """Calls with the old and the new key count against one limit."""
    with case.own_sandbox(world="empty", limits=True) as inside:
        entry = wares.mint(inside, ["payouts:read"])
        new = rotated(inside, entry)
        left = [opens(inside, principal).header("X-RateLimit-Remaining") for principal in (new, entry["name"], new)]
        judge.equal("what is left after each call", ["59", "58", "57"], left)


def three_keys_work_after_two_rotations(case: Case) -> None:
    """A second rotation within the seven days leaves all three keys working, each for seven days of its own."""
    with case.own_sandbox(world="empty") as inside:
        entry = wares.mint(inside, ["payouts:read"])
        second = rotated(inside, entry)
        inside.control.advance("P3D")
        third = rotated(inside, entry)
        for principal in (entry["name"], second, third):
            judge.status(opens(inside, principal), 200)
        inside.control.advance("P4DT1S")
        refused(opens(inside, entry["name"]), 401)
        judge.status(opens(inside, second), 200)
        inside.control.advance("P3D")
        refused(opens(inside, second), 401)
        judge.status(opens(inside, third), 200)


def public_view_is_open(case: Case) -> None:
    """The public view of a smart link needs no credential."""
    judge.status(wares.view(case, wares.smartlink(case).at("/slug")), 200)


def _gate(*statuses: int) -> access.Gate:
    return access.Gate(
        samples.sample, samples.body, samples.read, statuses=statuses, judge=lambda answer: refused(answer), place=""
    )


CHECKS = (
    check("OG-013", key_alone_opens, each=samples.CALLS),
    check("OG-013", key_is_taken_as_bearer, needs=("control",), required=False),
    check("OG-014", scope_opens_its_operation, each=samples.SCOPED),
    check("OG-014", narrow_key_writes_nothing),
    check("OG-015", missing_credential_is_unauthorized, each=samples.KEYED, needs=()),
    check("OG-015", altered_key_is_unknown, needs=()),
    check("OG-015", missing_scope_is_named, each=samples.SCOPED),
    check("OG-015", narrow_key_rotates_no_wider_one, needs=("control",), required=False),
    *access.matrix("OG-015", _gate(401))[1:],
    check("OG-016", each_integration_has_its_key),
    check("OG-016", list_hides_the_keys),
    check("OG-016", stranger_rotates_nothing),
    check("OG-017", rotation_gives_a_new_key),
    check("OG-018", old_key_has_seven_days),
    check("OG-019", old_key_ends_after_seven_days),
    check("OG-020", new_key_is_the_old_one_anew),
    check("OG-020", both_keys_count_together),
    check("OG-021", three_keys_work_after_two_rotations),
    check("OG-022", public_view_is_open),
    access.matrix("OG-022", _gate(401, 403))[0],
)
