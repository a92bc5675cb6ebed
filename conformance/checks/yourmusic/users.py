"""YM-020 to YM-031: a tenant's users as its back office sees them."""

from __future__ import annotations

import re
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.refusing import refused
from conformance.properties.echo import Field, changed_only, shows
from conformance.properties.readback import stored, unchanged

STRANGER = "second-account"
_STATUS = re.compile(r"^[A-Z][A-Z_]*$")
_MOVING = ("updated_at",)


def list_document(case: Case) -> None:
    """The user list is data, links and meta, the first an array and the others objects."""
    answer = case.call("listUsers")
    judge.status(answer, 200)
    judge.equal("what the body lacks", [], people.lacking(answer.json, ("data", "links", "meta")), answer)
    for member, kind in (("data", list), ("links", dict), ("meta", dict)):
        judge.that(isinstance(answer.at(f"/{member}"), kind), f"{member} is of another type", answer, expected=kind)


def list_shows_a_new_user(case: Case) -> None:
    """A new user is in the list of its tenant, as it is read alone."""
    made = people.made(case)
    is_there, page = people.listed(case, str(made.at("/id")))
    judge.that(is_there, "the list does not show a new user", page, expected=made.at("/id"))
    entry = next(entry for entry in page.items("/data") if entry.get("id") == made.at("/id"))
    judge.equal("the user in the list", people.read(case, str(made.at("/id"))).json, entry, page)


def _has_the_members(user: Any, answer: Answer) -> None:
    judge.that(isinstance(user, dict), "there is no user", answer, received=user)
    judge.equal("the members of a user", sorted(people.MEMBERS), sorted(user), answer)


def members(case: Case, source: str) -> None:
    """A user has exactly its eleven members, without a wrapper, wherever it is shown."""
    if source == "list":
        people.made(case)
        answer = case.call("listUsers")
        judge.that(answer.items("/data"), "the list shows no user, though one was made", answer)
        for user in answer.items("/data"):
            _has_the_members(user, answer)
        return
    someone = people.person(case) if source.endswith("Profile") else None
    id = someone.id if someone else people.make(case)
    caller = someone.principal if someone else "full"
    answer = {
        "createUser": lambda: people.create(case, people.details(case)),
        "getUser": lambda: people.read(case, id),
        "updateUser": lambda: people.update(case, id, first_name="Renamed"),
        "getProfile": lambda: people.profile(case, caller),
        "updateProfile": lambda: case.call("updateProfile", json={"first_name": "Renamed"}, principal=caller),
    }[source]()
    judge.that(answer.is_success, f"{source} is refused", answer, expected="2xx", received=answer.status)
    _has_the_members(answer.json, answer)


def each_field_is_required(case: Case, field: str) -> None:
    """A user without one of the four required fields is refused, and the answer names the field."""
    sent = people.details(case)
    del sent[field]
    refused(people.create(case, sent), field)


_MALFORMED: tuple[tuple[str, str, Any], ...] = (
    ("email-without-at", "email", "conformance.example.com"),
    ("email-number", "email", 7),
    ("date-other-order", "date_of_birth", "15-01-1990"),
    ("date-that-is-none", "date_of_birth", "1990-02-30"),
    ("date-with-time", "date_of_birth", "1990-01-15T00:00:00Z"),
)


def malformed_is_refused(case: Case, name: str) -> None:
    """An address that is none and a date that is no YYYY-MM-DD are refused, and make no user."""
    field, value = next((field, value) for label, field, value in _MALFORMED if label == name)
    sent = people.details(case, **{field: value})
    refused(people.create(case, sent), field)
    if field != "email":
        judge.equal("the users with the address of the refused create", 0, people.email_count(case, sent["email"]))


def created_as_sent(case: Case) -> None:
    """A create shows the four fields that were sent, now and when read again."""
    sent = people.details(case)
    answer = people.create(case, sent)
    judge.that(answer.is_success, "a valid create is refused", answer, expected="2xx", received=answer.status)
    shows(answer, [Field(name, value) for name, value in sent.items()], "")
    stored(answer, people.read(case, str(answer.at("/id"))), "")


def new_user(case: Case) -> None:
    """A new user has its own id, created_at equal to updated_at, and no subscription or payment method."""
    first, second = people.made(case), people.made(case)
    judge.that(first.at("/id") != second.at("/id"), "two users have one id", second, received=second.at("/id"))
    judge.equal("updated_at", first.at("/created_at"), first.at("/updated_at"), first)
    for name in ("subscription_ends_at", "pm_type", "pm_last_four"):
        judge.equal(name, None, first.at(f"/{name}"), first)


def address_is_unique(case: Case, way: str) -> None:
    """An address that another user of the tenant has is refused, on create and on update."""
    email = str(people.made(case).at("/email"))
    if way == "create":
        answer = people.create(case, people.details(case, email=email))
    else:
        id = people.make(case)
        with unchanged(lambda: people.read(case, id), place=""):
            answer = people.update(case, id, email=email)
    judge.status(answer, 422)
    judge.that("email" in (answer.at("/errors") or {}), "the refusal does not name email", answer)
    judge.equal("the users with this address", 1, people.email_count(case, email))


def address_is_free_in_another_tenant(case: Case) -> None:
    """The same address may belong to a user of another tenant."""
    email = str(people.made(case).at("/email"))
    answer = people.create(case, people.details(case, email=email), STRANGER)
    judge.that(answer.is_success, "an address of another tenant is refused", answer, received=answer.status)


def read_by_id(case: Case) -> None:
    """A user is read by its id, as it was created."""
    made = people.made(case)
    answer = people.read(case, str(made.at("/id")))
    judge.status(answer, 200)
    stored(made, answer, "")


def unknown_user_is_404(case: Case) -> None:
    """An unknown user is 404 on read and on update."""
    id = people.new_uuid(case)
    judge.status(people.read(case, id), 404)
    judge.status(people.update(case, id, first_name="Nobody"), 404)


_NEW_VALUES = {"first_name": "Altered", "last_name": "Otherwise", "date_of_birth": "1985-12-31"}


def update_is_partial(case: Case, field: str) -> None:
    """An update of one field leaves the others as they were, now and when read again."""
    made = people.made(case)
    id = str(made.at("/id"))
    value = people.new_email(case) if field == "email" else _NEW_VALUES[field]
    answer = people.update(case, id, **{field: value})
    judge.status(answer, 200)
    shows(answer, [Field(field, value)], "")
    changed_only(made.json, answer.json, [Field(field, value)], _MOVING, answer)
    stored(answer, people.read(case, id), "")


def updates_add_up(case: Case) -> None:
    """Of several updates in a row each leaves what the others changed, and a later value replaces an earlier one."""
    id = people.make(case)
    for changes in ({"first_name": "Once"}, {"last_name": "Otherwise"}, {"first_name": "Twice"}):
        answer = people.update(case, id, **changes)
        judge.status(answer, 200)
        stored(answer, people.read(case, id), "")
    shows(answer, [Field("first_name", "Twice"), Field("last_name", "Otherwise")], "")


def empty_update_changes_nothing(case: Case) -> None:
    """An update without any field is accepted and changes nothing."""
    made = people.made(case)
    answer = people.update(case, str(made.at("/id")))
    judge.status(answer, 200)
    changed_only(made.json, answer.json, [], _MOVING, answer)
    stored(answer, people.read(case, str(made.at("/id"))), "")


def refused_update_changes_nothing(case: Case) -> None:
    """An update with one malformed field changes none of its fields."""
    id = people.make(case)
    with unchanged(lambda: people.read(case, id), place=""):
        refused(people.update(case, id, first_name="Altered", date_of_birth="31-12-1985"), "date_of_birth")


def updated_at_moves(case: Case) -> None:
    """A change moves updated_at and leaves created_at."""
    with case.own_sandbox(world="empty") as inside:
        made = people.made(inside)
        inside.control.advance("PT5S")
        answer = inside.given(people.update(inside, str(made.at("/id")), first_name="Later"), 200)
        judge.equal("created_at", made.at("/created_at"), answer.at("/created_at"), answer)
        judge.that(answer.at("/updated_at") != made.at("/updated_at"), "updated_at stays after a change", answer)


def address_can_change(case: Case) -> None:
    """Administration can change the address, and it is the new one when read again."""
    id, email = people.make(case), people.new_email(case)
    answer = people.update(case, id, email=email)
    judge.status(answer, 200)
    read = people.read(case, id)
    judge.equal("email", email, read.at("/email"), read)
    stored(answer, read, "")


_CALLS = ("listUsers", "createUser", "getUser", "updateUser")


def needs_a_client_token(case: Case, operation: str) -> None:
    """User management is 401 without a token and 403 with a user's."""
    someone = people.person(case)
    path = {"user_id": someone.id} if operation in ("getUser", "updateUser") else {}
    body = {"createUser": people.details(case), "updateUser": {"first_name": "Intruder"}}.get(operation)
    with unchanged(lambda: people.read(case, someone.id), place=""):
        for principal, status in ((None, 401), (someone.principal, 403)):
            judge.status(case.call(operation, path=path, json=body, principal=principal), status)


def stranger_sees_nothing(case: Case) -> None:
    """A client neither reads, changes nor lists the users of another tenant."""
    id = people.make(case)
    with unchanged(lambda: people.read(case, id), place=""):
        judge.status(people.read(case, id, STRANGER), 404)
        answer = case.call("updateUser", path={"user_id": id}, json={"first_name": "Stranger"}, principal=STRANGER)
        judge.status(answer, 404)
    shown, page = people.listed(case, id, STRANGER)
    judge.that(not shown, "the list of another tenant shows the user", page, expected="absent", received=id)
    shown, page = people.listed(case, id)
    judge.that(shown, "the list of its own tenant does not show the user", page, expected=id)


def status_is_a_word(case: Case) -> None:
    """status is a word in upper case, on create, read and in the list."""
    made = people.made(case)
    read = people.read(case, str(made.at("/id")))
    page = case.call("listUsers")
    found = [(made.at("/status"), made), (read.at("/status"), read)]
    found += [(user.get("status"), page) for user in page.items("/data") if isinstance(user, dict)]
    for status, answer in found:
        fits = isinstance(status, str) and _STATUS.match(status)
        judge.that(fits, "status is no word in upper case", answer, expected="such as SUBSCRIBED", received=status)


CHECKS = (
    check("YM-020", list_document),
    check("YM-020", list_shows_a_new_user, needs=("destructive",)),
    check(
        "YM-021",
        members,
        each=("list", "createUser", "getUser", "updateUser", "getProfile", "updateProfile"),
    ),
    check("YM-022", each_field_is_required, each=people.REQUIRED),
    check("YM-022", malformed_is_refused, each=[label for label, _, _ in _MALFORMED]),
    check("YM-022", created_as_sent),
    check("YM-023", new_user),
    check("YM-024", address_is_unique, each=("create", "update")),
    check("YM-024", address_is_free_in_another_tenant, needs=("second-account",), required=False),
    check("YM-025", read_by_id),
    check("YM-026", update_is_partial, each=people.REQUIRED),
    check("YM-026", updates_add_up),
    check("YM-026", empty_update_changes_nothing),
    check("YM-026", refused_update_changes_nothing),
    check("YM-026", updated_at_moves, needs=("clock",), required=False),
    check("YM-027", address_can_change),
    check("YM-028", needs_a_client_token, each=_CALLS),
    check("YM-029", stranger_sees_nothing),
    check("YM-030", status_is_a_word),
    check("YM-031", unknown_user_is_404),
)
