"""YM-001 to YM-015: client tokens, and the user device tokens that are issued with them."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.refusing import refused
from conformance.judge import NotTested
from conformance.pointer import MISSING

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_FIELDS = ("grant_type", "client_id", "client_secret")


def _client(case: Case) -> dict[str, str]:
    account = case.account("full")
    if not account.get("client_secret"):
        raise NotTested("needs client_id and client_secret of the principal full; give them in conformance.toml")
    id, secret = str(account["client_id"]), str(account["client_secret"])
    return {"grant_type": "client_credentials", "client_id": id, "client_secret": secret}


def _ask(case: Case, sent: dict[str, str], form: bool = False) -> Answer:
    if form:
        return case.call("issueClientToken", body=urlencode(sent).encode(), headers=_FORM, principal=None)
    return case.call("issueClientToken", json=sent, principal=None)


def json_and_form_are_answered_alike(case: Case) -> None:
    """The same three fields get a token as JSON and as a form, with the same members, and both tokens work."""
    sent = _client(case)
    as_json, as_form = _ask(case, sent), _ask(case, sent, form=True)
    for answer in (as_json, as_form):
        judge.status(answer, 200)
        judge.status(case.call("listUsers", principal=people.admit(case, answer.at("/access_token"))), 200)
    judge.equal("the members of the form's answer", sorted(as_json.json), sorted(as_form.json), as_form)


def _gives_no_token(answer: Answer) -> None:
    refused(answer)
    judge.that(answer.at("/access_token") is MISSING, "a refusal carries a token", answer, expected="no access_token")


def each_field_is_required(case: Case, wanted: tuple[str, str]) -> None:
    """A token request without one of its fields is refused and gives no token, as JSON and as a form."""
    field, kind = wanted
    sent = _client(case)
    del sent[field]
    _gives_no_token(_ask(case, sent, kind == "form"))


def other_grant_types_are_refused(case: Case, grant: str) -> None:
    """A grant type other than client_credentials gives no token."""
    _gives_no_token(_ask(case, {**_client(case), "grant_type": grant}))


def wrong_request_is_400(case: Case, field: str) -> None:
    """A missing field or a bad grant type is 400 with an OAuth2 error."""
    sent = {**_client(case), "grant_type": "password"}
    if field != "password":
        sent = _client(case)
        del sent[field]
    answer = _ask(case, sent)
    judge.status(answer, 400)
    wanted = "unsupported_grant_type" if field == "password" else "invalid_request"
    judge.equal("error", wanted, answer.at("/error"), answer)


def wrong_client_is_401(case: Case, field: str) -> None:
    """An unknown client or a wrong secret is 401 with an OAuth2 error."""
    answer = _ask(case, {**_client(case), field: "conformance-no-such"})
    judge.status(answer, 401)
    judge.equal("error", "invalid_client", answer.at("/error"), answer)
    judge.that(answer.at("/access_token") is MISSING, "a refusal carries a token", answer)


def token_answer(case: Case) -> None:
    """A token answer has access_token, token_type Bearer and expires_in in seconds, and no refresh token."""
    answer = _ask(case, _client(case))
    judge.status(answer, 200)
    token, seconds = answer.at("/access_token"), answer.at("/expires_in")
    judge.that(isinstance(token, str) and token, "access_token is no text", answer, received=token)
    judge.equal("token_type", "Bearer", answer.at("/token_type"), answer)
    judge.that(type(seconds) is int and seconds > 0, "expires_in is no number of seconds", answer, received=seconds)
    judge.that(answer.at("/refresh_token") is MISSING, "there is a refresh token", answer, expected="none")


def client_token_expires(case: Case) -> None:
    """A client token works until expires_in seconds have passed, and not after."""
    with case.own_sandbox(world="empty") as inside:
        answer = inside.given(_ask(inside, _client(inside)), 200)
        name, seconds = people.admit(inside, answer.at("/access_token")), answer.at("/expires_in")
        inside.control.advance(f"PT{seconds - 1}S")
        judge.status(inside.call("listUsers", principal=name), 200)
        inside.control.advance("PT2S")
        judge.status(inside.call("listUsers", principal=name), 401)


def only_a_client_issues_device_tokens(case: Case) -> None:
    """A device token is issued to a client token; a user's token and no token get none."""
    someone = people.person(case)
    judge.that(people.device_token(case, someone.id).is_success, "a client token is refused")
    for principal in (None, someone.principal):
        answer = people.device_token(case, someone.id, principal=principal)
        judge.status(answer, *((401,) if principal is None else (401, 403)))
        judge.that(answer.at("/token") is MISSING, "a refusal carries a token", answer, expected="no token")


_BAD_DEVICES: tuple[tuple[str, Any], ...] = (
    ("nothing", {}),
    ("no-uuid", {"deviceId": "conformance"}),
    ("a-number", {"deviceId": 7}),
    ("snake-case", {"device_id": "a9b66a51-3cb6-4e66-bb94-675e83380fe5"}),
)


def device_is_required(case: Case, name: str) -> None:
    """deviceId, a UUID in that spelling, is required."""
    answer = case.call("issueUserDeviceToken", path={"user_id": people.make(case)}, json=dict(_BAD_DEVICES)[name])
    refused(answer, "deviceId")
    judge.that(answer.at("/token") is MISSING, "a refusal carries a token", answer, expected="no token")


def user_is_a_uuid(case: Case) -> None:
    """A user_id that is no UUID is refused."""
    refused(people.device_token(case, "not-a-uuid"))


def device_token_answer(case: Case) -> None:
    """A device token answer is token_type Bearer, expires_in 600 and token."""
    answer = people.device_token(case, people.make(case))
    judge.that(answer.is_success, "a device token is not issued", answer, expected="2xx", received=answer.status)
    judge.equal("token_type", "Bearer", answer.at("/token_type"), answer)
    judge.equal("expires_in", 600, answer.at("/expires_in"), answer)
    token = answer.at("/token")
    judge.that(isinstance(token, str) and token, "token is no text", answer, received=token)
    judge.that(answer.at("/access_token") is MISSING, "the token stands in access_token too", answer)


def _claims(token: str) -> dict[str, Any]:
    """Return what a JWT says; nothing where a token is opaque."""
    parts = token.split(".")
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def each_device_has_its_token(case: Case) -> None:
    """Two devices of one user get two tokens that both work; one that can be read names its own device."""
    id = people.make(case)
    tokens = {}
    for device in (people.new_uuid(case), people.new_uuid(case)):
        answer = case.given(people.device_token(case, id, device), 200, 201)
        tokens[device] = str(answer.at("/token"))
        claims = _claims(tokens[device])
        named = claims.get("deviceId", claims.get("device_id", device))
        judge.equal("the device that the token names", device, named, answer)
        read = people.profile(case, people.admit(case, tokens[device]))
        judge.equal("the user that the token speaks for", id, read.at("/id"), read)
    judge.equal("the number of different tokens for two devices", 2, len(set(tokens.values())))


def device_token_expires(case: Case) -> None:
    """A device token works for 600 seconds, and not after."""
    with case.own_sandbox(world="empty") as inside:
        someone = people.person(inside)
        inside.control.advance("PT599S")
        judge.status(people.profile(inside, someone.principal), 200)
        inside.control.advance("PT2S")
        judge.status(people.profile(inside, someone.principal), 401)


def unknown_user_is_404(case: Case) -> None:
    """A device token for an unknown user is 404."""
    judge.status(people.device_token(case, people.new_uuid(case)), 404)


def foreign_user_is_404(case: Case) -> None:
    """A device token for a user of another tenant is 404: no client speaks for a stranger's users."""
    judge.status(people.device_token(case, people.make(case, "second-account")), 404)


CHECKS = (
    check("YM-001", json_and_form_are_answered_alike),
    check("YM-002", each_field_is_required, each=[(field, kind) for field in _FIELDS for kind in ("json", "form")]),
    check("YM-002", other_grant_types_are_refused, each=("password", "refresh_token", "")),
    check("YM-003", wrong_request_is_400, each=("password", *_FIELDS)),
    check("YM-003", wrong_client_is_401, each=("client_id", "client_secret")),
    check("YM-004", token_answer),
    check("YM-005", client_token_expires),
    check("YM-010", only_a_client_issues_device_tokens),
    check("YM-011", device_is_required, each=[name for name, _ in _BAD_DEVICES]),
    check("YM-011", user_is_a_uuid),
    check("YM-012", device_token_answer),
    check("YM-013", each_device_has_its_token),
    check("YM-014", device_token_expires),
    check("YM-015", unknown_user_is_404),
    check("YM-015", foreign_user_is_404, needs=("second-account",), required=False),
)
