"""YM-055 to YM-069: onboarding, refresh and the end of a session."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people, signing
from conformance.checks.yourmusic.codes import judge_session
from conformance.checks.yourmusic.refusing import refused
from conformance.pointer import MISSING

_REQUIRED_TEXT = {
    "message": "The given data was invalid.",
    "errors": {"refresh_token": ["The refresh token field is required."]},
}


def onboarding_token_is_spent(case: Case) -> None:
    """A second completion with one onboarding token is refused and makes no second user."""
    email = people.new_email(case)
    token = signing.onboarding_token(case, email)
    first = case.given(signing.complete(case, token), 200)
    again = signing.complete(case, token, first_name="Second")
    refused(again)
    judge.equal("the tokens in the refusal", [], people.present(again, "access_token", "refresh_token"), again)
    judge.equal("the users with the address", 1, people.email_count(case, email))
    read = people.read(case, str(first.at("/user/id")))
    judge.equal("first_name after the refusal", signing.NAMES["first_name"], read.at("/first_name"), read)


def refused_completion_spends_nothing(case: Case) -> None:
    """A completion that is refused for its fields leaves the token good."""
    token = signing.onboarding_token(case)
    refused(signing.complete(case, token, date_of_birth="15-01-1990"), "date_of_birth")
    judge.status(signing.complete(case, token), 200)


def completion_creates_the_user(case: Case) -> None:
    """Completion makes the user with the names sent, opens its session, and the next code opens one too."""
    email = people.new_email(case)
    answer = signing.complete(case, signing.onboarding_token(case, email))
    judge_session(answer)
    read = people.profile(case, signing.caller(case, answer))
    judge.status(read, 200)
    for name, value in signing.NAMES.items():
        judge.equal(name, value, read.at(f"/{name}"), read)
    stored = people.read(case, str(answer.at("/user/id")))
    judge.equal("the user as administration reads it", read.json, stored.json, stored)
    later = signing.session(case, email)
    judge.equal("the user of the next session", answer.at("/user/id"), later.at("/user/id"), later)


def completion_reuses_the_user(case: Case) -> None:
    """A user who has come to exist since the code was tried is reused, and there is no second one."""
    email = people.new_email(case)
    token = signing.onboarding_token(case, email)
    made = people.made(case, email=email)
    answer = signing.complete(case, token)
    judge_session(answer)
    judge.equal("the user of the session", made.at("/id"), answer.at("/user/id"), answer)
    judge.equal("the users with the address", 1, people.email_count(case, email))


def reuse_keeps_the_names(case: Case) -> None:
    """A reused user keeps the names that it has."""
    email = people.new_email(case)
    token = signing.onboarding_token(case, email)
    made = people.made(case, email=email)
    answer = case.given(signing.complete(case, token), 200)
    for name in signing.NAMES:
        judge.equal(name, made.at(f"/{name}"), answer.at(f"/user/{name}"), answer)


_BAD_COMPLETIONS: tuple[tuple[str, str, Any], ...] = (
    ("no-token", "onboarding_token", MISSING),
    ("no-first-name", "first_name", MISSING),
    ("no-last-name", "last_name", MISSING),
    ("no-date", "date_of_birth", MISSING),
    ("long-first-name", "first_name", "n" * 256),
    ("long-last-name", "last_name", "n" * 256),
    ("date-other-order", "date_of_birth", "15-01-1990"),
)


def completion_fields_are_required(case: Case, name: str) -> None:
    """The token, both names of at most 255 characters and a date of birth are required to complete."""
    field, value = next((field, value) for label, field, value in _BAD_COMPLETIONS if label == name)
    token = signing.onboarding_token(case) if case.session.target.control else "conformance-no-such-token"
    sent = {"onboarding_token": token, **signing.NAMES, field: value}
    body = {key: given for key, given in sent.items() if given is not MISSING}
    refused(case.call("completeOnboarding", json=body, principal=None), field)


def longest_names_pass(case: Case) -> None:
    """Names of exactly 255 characters are taken as they are."""
    answer = signing.complete(case, signing.onboarding_token(case), first_name="f" * 255, last_name="l" * 255)
    judge.status(answer, 200)
    judge.equal("first_name", "f" * 255, answer.at("/user/first_name"), answer)
    judge.equal("last_name", "l" * 255, answer.at("/user/last_name"), answer)


def address_comes_from_the_token(case: Case) -> None:
    """The new user has the address of the code and the tenant of the code, whatever the request says."""
    email, other = people.new_email(case), people.new_email(case)
    answer = case.given(signing.complete(case, signing.onboarding_token(case, email), email=other), 200)
    judge.equal("the address", email, answer.at("/user/email"), answer)
    judge.status(people.read(case, str(answer.at("/user/id"))), 200)


def refresh_gives_new_tokens(case: Case) -> None:
    """A refresh answers with a session of the same user whose two tokens are new and work."""
    opened = signing.session(case)
    answer = signing.refresh(case, opened.at("/refresh_token"))
    judge_session(answer)
    for name in ("access_token", "refresh_token"):
        judge.that(answer.at(f"/{name}") != opened.at(f"/{name}"), f"{name} is the one from before", answer)
    judge.equal("the user", opened.at("/user"), answer.at("/user"), answer)
    judge.status(people.profile(case, signing.caller(case, answer)), 200)


def used_refresh_token_is_refused(case: Case) -> None:
    """A refresh token works once; the one that it was traded for still works afterwards."""
    opened = signing.session(case)
    newer = case.given(signing.refresh(case, opened.at("/refresh_token")), 200)
    again = signing.refresh(case, opened.at("/refresh_token"))
    refused(again)
    judge.equal("the tokens in the refusal", [], people.present(again, "access_token", "refresh_token"), again)
    judge.status(signing.refresh(case, newer.at("/refresh_token")), 200)


def refresh_token_is_required(case: Case, wanted: tuple[str, str]) -> None:
    """refresh_token, of at most 512 characters, is required on refresh and on logout."""
    operation, fault = wanted
    sent = {} if fault == "missing" else {"refresh_token": "r" * 513}
    refused(case.call(operation, json=sent, principal=None), "refresh_token")


def token_of_512_characters_is_well_formed(case: Case) -> None:
    """512 characters are not too long: logout takes them, and refresh does not call them malformed."""
    judge.status(signing.log_out(case, "r" * 512), 204)
    answer = signing.refresh(case, "r" * 512)
    refused(answer)
    judge.that("refresh_token" not in (answer.at("/errors") or {}), "512 characters are refused as malformed", answer)


def ended_session_cannot_be_refreshed(case: Case) -> None:
    """After logout the refresh token is refused, while another session of the user goes on."""
    email = str(people.made(case).at("/email"))
    opened, other = signing.session(case, email), signing.session(case, email)
    case.given(signing.log_out(case, opened.at("/refresh_token")), 204)
    answer = signing.refresh(case, opened.at("/refresh_token"))
    refused(answer)
    judge.equal("the tokens in the refusal", [], people.present(answer, "access_token", "refresh_token"), answer)
    judge.status(signing.refresh(case, other.at("/refresh_token")), 200)


def logout_is_always_204(case: Case) -> None:
    """Logout is 204 without a body for a good token, for the same one again, and for one that never was."""
    token = signing.session(case).at("/refresh_token")
    for sent in (token, token, "conformance-no-such-token"):
        answer = signing.log_out(case, sent)
        judge.status(answer, 204)
        judge.equal("the body", "", answer.content.decode("latin-1"), answer)


def logout_without_a_token(case: Case) -> None:
    """Logout without refresh_token is 422 with the documented body, word for word."""
    answer = case.call("logout", json={}, principal=None)
    judge.status(answer, 422)
    judge.equal("the body", _REQUIRED_TEXT, answer.json, answer)


def access_token_ends_with_its_session(case: Case) -> None:
    """After logout the access token of the session is refused."""
    opened = signing.session(case)
    caller = signing.caller(case, opened)
    case.given(people.profile(case, caller), 200)
    case.given(signing.log_out(case, opened.at("/refresh_token")), 204)
    judge.status(people.profile(case, caller), 401)


_OPEN_CALLS: dict[str, dict[str, Any]] = {
    "sendOtp": {},
    "authenticateOtp": {"code": "12345", "device_id": "conformance"},
    "completeOnboarding": {"onboarding_token": "conformance", **signing.NAMES, "first_name": ""},
    "refreshSession": {},
    "logout": {"refresh_token": "conformance-no-such-token"},
}


def needs_no_credentials(case: Case, operation: str) -> None:
    """The five session calls are never refused for want of a bearer token."""
    answer = case.call(operation, json=_OPEN_CALLS[operation], principal=None)
    judge.that(answer.status not in (401, 403), "a call without a token is refused for it", answer)


def refresh_token_expires(case: Case) -> None:
    """A refresh token works until its thirty days are over, and not after."""
    for by, status in (("P29DT23H59M59S", 200), ("P30DT1S", 401)):
        with case.own_sandbox(world="empty") as inside:
            token = signing.session(inside).at("/refresh_token")
            inside.control.advance(by)
            judge.status(signing.refresh(inside, token), status)


def access_token_expires(case: Case) -> None:
    """An access token works for its hour and not after, while the session can still be refreshed."""
    with case.own_sandbox(world="empty") as inside:
        opened = signing.session(inside)
        caller = signing.caller(inside, opened)
        inside.control.advance("PT3599S")
        judge.status(people.profile(inside, caller), 200)
        inside.control.advance("PT2S")
        judge.status(people.profile(inside, caller), 401)
        judge.status(signing.refresh(inside, opened.at("/refresh_token")), 200)


CHECKS = (
    check("YM-055", onboarding_token_is_spent),
    check("YM-055", refused_completion_spends_nothing),
    check("YM-056", completion_creates_the_user),
    check("YM-056", completion_reuses_the_user),
    check("YM-057", completion_fields_are_required, each=[label for label, _, _ in _BAD_COMPLETIONS]),
    check("YM-057", longest_names_pass, needs=("inbox",), required=False),
    check("YM-058", address_comes_from_the_token),
    check("YM-059", reuse_keeps_the_names),
    check("YM-060", refresh_gives_new_tokens),
    check("YM-061", used_refresh_token_is_refused),
    check(
        "YM-062",
        refresh_token_is_required,
        each=[(operation, fault) for operation in ("refreshSession", "logout") for fault in ("missing", "long")],
    ),
    check("YM-062", token_of_512_characters_is_well_formed),
    check("YM-063", ended_session_cannot_be_refreshed),
    check("YM-064", logout_is_always_204),
    check("YM-065", logout_without_a_token),
    check("YM-066", access_token_ends_with_its_session),
    check("YM-067", needs_no_credentials, each=tuple(_OPEN_CALLS)),
    check("YM-068", refresh_token_expires),
    check("YM-069", access_token_expires),
)
