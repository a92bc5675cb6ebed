"""YM-070 to YM-074: the caller's own profile."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people, signing
from conformance.checks.yourmusic.refusing import refused
from conformance.judge import NotTested
from conformance.properties.echo import Field, changed_only, shows
from conformance.properties.readback import stored, unchanged

_VALUES = {"first_name": "Altered", "last_name": "Otherwise", "date_of_birth": "1985-12-31"}


def change(case: Case, principal: str | None, sent: dict[str, Any]) -> Answer:
    """Send a change of the caller's own profile."""
    return case.call("updateProfile", json=sent, principal=principal)


def profile_is_the_callers(case: Case) -> None:
    """A device token reads the profile of the user that it was issued for, as administration sees it."""
    first, second = people.pair(case)
    for someone in (first, second):
        answer = people.profile(case, someone.principal)
        judge.status(answer, 200)
        judge.equal("the members", sorted(people.MEMBERS), sorted(answer.json), answer)
        judge.equal("id", someone.id, answer.at("/id"), answer)
        judge.equal("the profile", people.read(case, someone.id).json, answer.json, answer)


def profile_needs_a_token(case: Case) -> None:
    """Without a token there is no profile, and nothing to change."""
    refused(people.profile(case, None))
    refused(change(case, None, {"first_name": "Nobody"}))


def address_is_not_editable(case: Case) -> None:
    """An address sent to the profile leaves the address as it is."""
    someone = people.person(case)
    answer = change(case, someone.principal, {"email": people.new_email(case)})
    judge.that(answer.status < 500, "an address sent is an error", answer)
    read = people.profile(case, someone.principal)
    _tells_what_is_there(answer, read)
    judge.equal("email", someone.email, read.at("/email"), read)
    judge.equal("email in administration", someone.email, people.read(case, someone.id).at("/email"))


def _tells_what_is_there(answer: Answer, read: Answer) -> None:
    """Judge that an update which was taken, whatever it left out, answers as the profile is read."""
    if answer.is_success:
        stored(answer, read, "")


def other_members_are_not_editable(case: Case) -> None:
    """Status, subscription and payment method cannot be written by their owner."""
    someone = people.person(case)
    before = people.profile(case, someone.principal)
    sent = {"status": "CONFORMANCE", "subscription_ends_at": "2099-01-01T00:00:00Z", "pm_type": "visa", "id": "x"}
    answer = change(case, someone.principal, sent)
    judge.that(answer.status < 500, "a read-only member sent is an error", answer)
    after = people.profile(case, someone.principal)
    _tells_what_is_there(answer, after)
    changed_only(before.json, after.json, [], ("updated_at",), after)


def update_is_partial(case: Case, field: str) -> None:
    """A change of one field leaves the others, and administration sees it."""
    someone = people.person(case)
    before = people.profile(case, someone.principal)
    answer = change(case, someone.principal, {field: _VALUES[field]})
    judge.status(answer, 200)
    shows(answer, [Field(field, _VALUES[field])], "")
    changed_only(before.json, answer.json, [Field(field, _VALUES[field])], ("updated_at",), answer)
    stored(answer, people.profile(case, someone.principal), "")
    stored(answer, people.read(case, someone.id), "")


def changes_add_up(case: Case) -> None:
    """Of several changes in a row each one leaves what the others changed, whoever made them."""
    someone = people.person(case)
    for sent in ({"first_name": "Once"}, {"first_name": "Twice"}):
        judge.status(change(case, someone.principal, sent), 200)
    case.given(people.update(case, someone.id, last_name="Elsewhere"), 200)
    answer = change(case, someone.principal, {"date_of_birth": _VALUES["date_of_birth"]})
    judge.status(answer, 200)
    shows(answer, [Field("first_name", "Twice"), Field("last_name", "Elsewhere")], "")
    stored(answer, people.profile(case, someone.principal), "")


def administration_shows_in_the_profile(case: Case) -> None:
    """What administration changes, the profile shows."""
    someone = people.person(case)
    case.given(people.update(case, someone.id, last_name="Elsewhere"), 200)
    judge.equal("last_name", "Elsewhere", people.profile(case, someone.principal).at("/last_name"))


def malformed_change_is_refused(case: Case) -> None:
    """A malformed date is refused and changes nothing, the good fields beside it included."""
    someone = people.person(case)
    with unchanged(lambda: people.profile(case, someone.principal), place=""):
        refused(
            change(case, someone.principal, {"first_name": "Altered", "date_of_birth": "31-12-1985"}), "date_of_birth"
        )


def change_is_the_callers_alone(case: Case) -> None:
    """A change of one user's profile leaves another user's."""
    someone, other = people.pair(case)
    with unchanged(lambda: people.profile(case, other.principal), place=""):
        case.given(change(case, someone.principal, {"first_name": "Altered"}), 200)
    if people.profile(case, someone.principal).at("/first_name") != "Altered":
        raise NotTested("could not be set up: the change does not show in the caller's own profile")


def client_token_is_refused(case: Case) -> None:
    """A client token, which names no user, is refused on the profile."""
    judge.status(people.profile(case, "full"), 401, 403)
    judge.status(change(case, "full", {"first_name": "Nobody"}), 401, 403)


def session_token_is_accepted(case: Case) -> None:
    """A session's access token reads and changes the profile as a device token does."""
    opened = signing.session(case)
    caller = signing.caller(case, opened)
    answer = people.profile(case, caller)
    judge.status(answer, 200)
    judge.equal("id", opened.at("/user/id"), answer.at("/id"), answer)
    judge.status(change(case, caller, {"first_name": "Altered"}), 200)


CHECKS = (
    check("YM-070", profile_is_the_callers),
    check("YM-070", profile_needs_a_token),
    check("YM-071", address_is_not_editable),
    check("YM-071", other_members_are_not_editable),
    check("YM-072", update_is_partial, each=tuple(_VALUES)),
    check("YM-072", changes_add_up),
    check("YM-072", administration_shows_in_the_profile),
    check("YM-072", malformed_change_is_refused),
    check("YM-072", change_is_the_callers_alone),
    check("YM-073", client_token_is_refused),
    check("YM-074", session_token_is_accepted),
)
