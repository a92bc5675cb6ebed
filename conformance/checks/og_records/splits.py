"""OG-085 to OG-091: payees and who gets which share."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import machines, wares
from conformance.checks.og_records.refusing import refused
from conformance.properties import lifecycle
from conformance.properties.readback import unchanged


def target_gets_its_split(case: Case, kind: str) -> None:
    """A split of a release or of a track is taken and shows target, people and shares."""
    release = wares.release(case)
    track = wares.track(case, release)
    target = {"release_id": release} if kind == "release" else {"track_id": track}
    people = [wares.person(case), wares.person(case)]
    answer = wares.split(case, [(people[0], 60), (people[1], 40)], **target)
    judge.that(answer.is_success, "the split is refused", answer, expected="2xx", received=answer.status)
    for name, value in ({"release_id": None, "track_id": None} | target).items():
        judge.equal(name, value, answer.at(f"/{name}"), answer)
    shares = {entry.get("person_id"): _number(entry) for entry in answer.items("/shares")}
    judge.equal("the shares", {people[0]: 60.0, people[1]: 40.0}, shares, answer)
    listed = wares.splits_of(case, release)
    judge.status(listed, 200)
    ids = [entry.get("id") for entry in listed.items("/data")]
    judge.that(answer.at("/id") in ids, "the release's list does not show it", listed, received=ids)


def _number(share: dict[str, Any]) -> Any:
    part = share.get("percentage")
    return float(part) if isinstance(part, int | float) else part


def both_or_none_is_refused(case: Case, kind: str) -> None:
    """A split with both targets or with none is refused and makes none."""
    release = wares.release(case)
    target = {} if kind == "none" else {"release_id": release, "track_id": wares.track(case, release)}
    with unchanged(lambda: wares.splits_of(case, release), "/data", "the list of splits"):
        refused(wares.split(case, [(wares.person(case), 100)], **target), 422)


def role_is_kept(case: Case) -> None:
    """A share's role is kept."""
    release = wares.release(case)
    body = wares.split_body([(wares.person(case), 100)], release_id=release)
    body["shares"][0]["role"] = "songwriter"
    answer = case.given(case.call("createSplit", json=body), 201, 200)
    judge.equal("role", "songwriter", answer.at("/shares/0/role"), answer)


def newer_split_takes_the_place(case: Case, kind: str) -> None:
    """Of two splits for one target only the newer is listed, and everything listed is active."""
    release = wares.release(case)
    target = {"release_id": release} if kind == "release" else {"track_id": wares.track(case, release)}
    people = [wares.person(case), wares.person(case)]
    first = case.given(wares.split(case, [(people[0], 100)], **target), 201, 200)
    second = case.given(wares.split(case, [(people[1], 100)], **target), 201, 200)
    judge.equal("the active splits", [second.at("/id")], _active(case, release))
    judge.that(first.at("/id") != second.at("/id"), "both splits have one id", second)


def _active(case: Case, release: str) -> list[Any]:
    answer = wares.splits_of(case, release)
    judge.status(answer, 200)
    states = {entry.get("status") for entry in answer.items("/data")}
    judge.that(
        states <= {"active"}, "the list shows others than active ones", answer, received=sorted(map(str, states))
    )
    return [entry.get("id") for entry in answer.items("/data")]


def splits_of_other_targets_stay(case: Case) -> None:
    """A new split of a release leaves those of its tracks and of other releases."""
    release, other = wares.release(case), wares.release(case)
    share = [(wares.person(case), 100.0)]
    track = case.given(wares.split(case, share, track_id=wares.track(case, release)), 201, 200).at("/id")
    case.given(wares.split(case, share, release_id=release), 201, 200)
    far = case.given(wares.split(case, share, release_id=other), 201, 200).at("/id")
    newest = case.given(wares.split(case, share, release_id=release), 201, 200).at("/id")
    active = _active(case, release)
    judge.equal("the active splits", sorted((track, newest)), sorted(map(str, active)))
    judge.equal("the active splits of the other release", [far], _active(case, other))


def refused_split_replaces_nothing(case: Case) -> None:
    """A refused split leaves the active one as it was."""
    release = wares.release(case)
    people = [wares.person(case), wares.person(case)]
    case.given(wares.split(case, [(people[0], 100)], release_id=release), 201, 200)
    with unchanged(lambda: wares.splits_of(case, release), "/data", "the list of splits"):
        refused(wares.split(case, [(people[0], 60), (people[1], 30)], release_id=release))


def strangers_target_gets_no_split(case: Case, kind: str) -> None:
    """A release or track of another account, or none, gets no split, and its active one stays."""
    release = wares.release(case)
    target, name = (wares.track(case, release), "track_id") if kind == "track" else (release, "release_id")
    case.given(wares.split(case, [(wares.person(case), 100)], **{name: target}), 201, 200)
    share: list[tuple[str, float]] = [(wares.person(case, principal="second-account"), 100)]
    with unchanged(lambda: wares.splits_of(case, release), "/data", "the list of splits"):
        body = wares.split_body(share, **{name: target})
        foreign = case.call("createSplit", json=body, principal="second-account")
    refused(foreign)
    nowhere = case.call("createSplit", json=wares.split_body(share, **{name: wares.NO_ID}), principal="second-account")
    judge.equal("the status for a foreign target and for none", nowhere.status, foreign.status, foreign)


_BAD = ((60, 30), (60, 41), (99.99,), (100.01,), (33.33, 33.33, 33.33), (100, 0), (120, -20), (0,))
_GOOD = ((100,), (60, 40), (33.33, 33.33, 33.34), (0.01, 99.99), (12.5, 12.5, 25, 50))


def shares_must_be_whole(case: Case, parts: tuple[float, ...]) -> None:
    """Shares that are not positive or do not add up to 100 are refused, and no split is made."""
    release = wares.release(case)
    people = [wares.person(case) for _ in parts]
    with unchanged(lambda: wares.splits_of(case, release), "/data", "the list of splits"):
        refused(wares.split(case, list(zip(people, parts, strict=True)), release_id=release), 422)


def exact_shares_are_taken(case: Case, parts: tuple[float, ...]) -> None:
    """Positive shares that add up to exactly 100 are taken."""
    people = [wares.person(case) for _ in parts]
    answer = wares.split(case, list(zip(people, parts, strict=True)), release_id=wares.release(case))
    judge.that(answer.is_success, "the split is refused", answer, expected="2xx", received=answer.status)
    shown = {entry.get("person_id"): _number(entry) for entry in answer.items("/shares")}
    judge.equal("the shares", {id: float(part) for id, part in zip(people, parts, strict=True)}, shown, answer)


def person_must_exist(case: Case) -> None:
    """A person that does not exist is refused."""
    release = wares.release(case)
    with unchanged(lambda: wares.splits_of(case, release), "/data", "the list of splits"):
        refused(wares.split(case, [(wares.NO_ID, 100)], release_id=release), 404, 422)


def foreign_person_is_unknown(case: Case) -> None:
    """A person of another account is refused as one that does not exist."""
    stranger = wares.person(case, principal="second-account")
    release = wares.release(case)
    foreign = wares.split(case, [(stranger, 100)], release_id=release)
    refused(foreign, 404, 422)
    nobody = wares.split(case, [(wares.NO_ID, 100)], release_id=release)
    judge.equal("the status for a foreign person and for none", nobody.status, foreign.status, foreign)


def person_stands_once(case: Case) -> None:
    """The same person twice is refused."""
    release, id = wares.release(case), wares.person(case)
    with unchanged(lambda: wares.splits_of(case, release), "/data", "the list of splits"):
        refused(wares.split(case, [(id, 60), (id, 40)], release_id=release), 422)


def payee_is_created(case: Case) -> None:
    """A payee with a name alone, or with an address and no invitation, is active at once."""
    name = case.ledger.name("Käthe")
    answer = case.call("createPerson", json={"name": name})
    judge.that(answer.is_success, "the payee is refused", answer, expected="2xx", received=answer.status)
    judge.equal("name", name, answer.at("/name"), answer)
    judge.equal("status", "active", answer.at("/status"), answer)
    address = wares.address(case)
    answer = case.call("createPerson", json={"name": name, "email": address, "invite": False})
    judge.equal("email", address, answer.at("/email"), answer)
    judge.equal("status", "active", answer.at("/status"), answer)


def payee_is_invited(case: Case) -> None:
    """A payee with an address can be invited and is invited then."""
    address = wares.address(case)
    answer = case.call("createPerson", json={"name": "Jonas Abendrot", "email": address, "invite": True})
    judge.that(answer.is_success, "the invitation is refused", answer, expected="2xx", received=answer.status)
    judge.equal("status", "invited", answer.at("/status"), answer)
    judge.equal("email", address, answer.at("/email"), answer)


def invitation_goes_out(case: Case) -> None:
    """An invitation sends one mail to its address, and a payee without one gets none."""
    invited, silent = wares.address(case), wares.address(case)
    wares.person(case, email=invited, invite=True)
    wares.person(case, email=silent)
    judge.equal("the mails to the invited", 1, len(case.control.get("/inbox/og_records", to=invited)))
    judge.equal("the mails to the other", 0, len(case.control.get("/inbox/og_records", to=silent)))


def invitation_is_accepted(case: Case) -> None:
    """A day later the invitation is accepted."""
    with case.own_sandbox(world="empty", progression="timed") as inside:
        address = machines.invitation_in(inside, "sent")
        judge.equal("the invitation", "sent", machines.invitation_state(inside, address))
        inside.control.advance("PT25H")
        judge.equal("the invitation", "accepted", machines.invitation_state(inside, address))


def invitation_needs_an_address(case: Case) -> None:
    """An invitation without an address is refused."""
    refused(case.call("createPerson", json={"name": "Nobody", "invite": True}), 422)


def address_is_a_payee_once(case: Case) -> None:
    """An address that a payee of the account has already is refused, whatever its letters' case."""
    address = wares.address(case)
    wares.person(case, email=address)
    for again in (address, address.upper()):
        refused(case.call("createPerson", json={"name": "Again", "email": again}), 409)


def address_is_free_in_other_accounts(case: Case) -> None:
    """An address that is a payee of another account can be one of this account."""
    address = wares.address(case)
    wares.person(case, email=address)
    body = {"name": "Elsewhere", "email": address}
    answer = case.call("createPerson", json=body, principal="second-account")
    judge.that(answer.is_success, "the payee is refused", answer, expected="2xx", received=answer.status)


def invited_person_has_a_share(case: Case) -> None:
    """An invited person can stand in a split."""
    id = wares.person(case, email=wares.address(case), invite=True)
    release = wares.release(case)
    answer = wares.split(case, [(id, 100)], release_id=release)
    judge.that(answer.is_success, "the split is refused", answer, expected="2xx", received=answer.status)
    judge.equal("the active splits", [answer.at("/id")], _active(case, release))


CHECKS = (
    check("OG-085", target_gets_its_split, each=("release", "track")),
    check("OG-085", both_or_none_is_refused, each=("both", "none")),
    check("OG-085", role_is_kept),
    check(
        "OG-085",
        strangers_target_gets_no_split,
        each=("release", "track"),
        needs=("second-account",),
        required=False,
    ),
    check("OG-086", newer_split_takes_the_place, each=("release", "track")),
    check("OG-086", splits_of_other_targets_stay),
    check("OG-086", refused_split_replaces_nothing),
    check("OG-087", shares_must_be_whole, each=_BAD),
    check("OG-087", exact_shares_are_taken, each=_GOOD),
    check("OG-088", person_must_exist),
    check("OG-088", foreign_person_is_unknown, needs=("second-account",), required=False),
    check("OG-088", person_stands_once),
    check("OG-089", payee_is_created),
    check("OG-089", payee_is_invited),
    check("OG-089", address_is_free_in_other_accounts, needs=("second-account",), required=False),
    check("OG-089", invitation_goes_out, needs=("inbox",), required=False),
    check("OG-089", invitation_is_accepted, needs=("control", "clock"), required=False),
    *lifecycle.steered_moves(
        "OG-091",
        "invitation",
        lambda case, state: machines.invitation_id(case, machines.invitation_in(case, state)),
        machines.invitation_state_of,
    ),
    check("OG-090", invitation_needs_an_address),
    check("OG-090", address_is_a_payee_once),
    check("OG-091", invited_person_has_a_share),
)
