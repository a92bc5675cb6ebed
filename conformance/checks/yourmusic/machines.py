"""The lifecycles: every state against every event, of users, subscriptions, checkouts, codes and tokens.

Events that an operation fires are sent as that operation; those of workers and timers are fired by the control API. The
state is read where a client sees it, and from the control API where nothing of it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import Check, check
from conformance.checks.yourmusic import checkout, people, signing
from conformance.judge import NotTested
from conformance.properties.lifecycle import Machine, Move, illegal_moves, legal_moves, steered_moves
from conformance.properties.lifecycle import fire as steer

_WRONG_TRIES = 5


def _records(case: Case, machine: str) -> list[dict[str, Any]]:
    """Return the newest records of a machine's collection."""
    collection = case.contract.lifecycles[machine].collection
    where = f"/state/{case.contract.provider}"
    count = int(case.control.get(where).get(collection, 0))
    found: list[dict[str, Any]] = case.control.get(f"{where}/{collection}", offset=max(0, count - 100), limit=100)
    return found


def _record_with(case: Case, machine: str, text: Any) -> dict[str, Any]:
    """Return the newest record that carries a text, such as a token or an address."""
    found = [record for record in _records(case, machine) if text in record.values()]
    if not found:
        raise NotTested(f"could not be set up: the control API shows no {machine} with {text!r}")
    return found[-1]


def _state(case: Case, machine: str, id: str) -> str:
    lifecycle = case.contract.lifecycles[machine]
    record = case.control.get(f"/state/{case.contract.provider}/{lifecycle.collection}/{id}")
    return str(record[lifecycle.field])


def _reader_of(machine: str) -> Callable[[Case, str], str]:
    return lambda case, id: _state(case, machine, id)


def _kept(case: Case) -> dict[str, Any]:
    """Return what this session remembers of the things it made, by their ids."""
    kept: dict[str, Any] = case.session.kept.setdefault("things", {})
    return kept


# --- one-time codes


def _make_code(case: Case, state: str) -> str:
    email = str(people.made(case).at("/email"))
    code = signing.code_for(case, email)
    id = str(_record_with(case, "one_time_code", email)["id"])
    _kept(case)[id] = code
    if state == "used":
        case.given(signing.authenticate(case, code), 200)
    elif state == "superseded":
        case.given(signing.send(case, email), 200)
    elif state == "locked":
        for _ in range(_WRONG_TRIES):
            signing.authenticate(case, signing.wrong(code))
    elif state == "expired":
        steer(case, "one_time_code", id, "expire")
    return _arrived(case, "one_time_code", id, state)


def _arrived(case: Case, machine: str, id: str, state: str) -> str:
    now = _state(case, machine, id)
    if now != state:
        raise NotTested(f"could not be set up: the {machine} is {now} instead of {state}")
    return id


def _fire_code(case: Case, id: str, move: Move) -> Answer:
    code: signing.Code = _kept(case)[id]
    if move.event == "supersede":
        return signing.send(case, code.email)
    if move.event == "verify":
        return signing.authenticate(case, code)
    # Refused tries are what locks a code: the last one is the answer, and the legal row expects no success.
    answer = signing.authenticate(case, signing.wrong(code))
    for _ in range(_WRONG_TRIES - 1):
        answer = signing.authenticate(case, signing.wrong(code))
    return answer


CODE = Machine("one_time_code", _make_code, _fire_code, _reader_of("one_time_code"), events=("verify", "supersede"))


def _supersede_has_no_refusal(state: str, event: str) -> bool:
    """A new code can always be sent: where there is no active one to replace, nothing is refused."""
    return event == "supersede"


REFUSED_CODE = Machine(
    "one_time_code", _make_code, _fire_code, _reader_of("one_time_code"), _supersede_has_no_refusal, events=("verify",)
)


def code_locks(case: Case) -> None:
    """Five wrong tries lock a code: then the right one opens nothing either, until a new one is sent."""
    id = _make_code(case, "locked")
    code: signing.Code = _kept(case)[id]
    answer = signing.authenticate(case, code)
    judge.status(answer, 429)
    judge.equal("the tokens in the refusal", [], people.present(answer, "access_token", "onboarding_token"), answer)
    judge.status(signing.authenticate(case, signing.code_for(case, code.email)), 200)


def fewer_tries_do_not_lock(case: Case) -> None:
    """After fewer wrong tries the right code still works."""
    code = signing.code_for(case, people.new_email(case))
    for _ in range(_WRONG_TRIES - 1):
        judge.status(signing.authenticate(case, signing.wrong(code)), 401)
    judge.status(signing.authenticate(case, code), 200)


# --- onboarding tokens


def _make_onboarding(case: Case, state: str) -> str:
    token = signing.onboarding_token(case)
    id = str(_record_with(case, "onboarding_token", token)["id"])
    _kept(case)[id] = token
    if state == "spent":
        case.given(signing.complete(case, token), 200)
    elif state == "expired":
        steer(case, "onboarding_token", id, "expire")
    return _arrived(case, "onboarding_token", id, state)


def _fire_onboarding(case: Case, id: str, move: Move) -> Answer:
    return signing.complete(case, _kept(case)[id])


ONBOARDING = Machine("onboarding_token", _make_onboarding, _fire_onboarding, _reader_of("onboarding_token"))


# --- refresh tokens


def _make_refresh(case: Case, state: str) -> str:
    token = signing.session(case).at("/refresh_token")
    id = str(_record_with(case, "refresh_token", token)["id"])
    _kept(case)[id] = token
    if state == "rotated":
        case.given(signing.refresh(case, token), 200)
    elif state == "revoked":
        case.given(signing.log_out(case, token), 204)
    elif state == "expired":
        steer(case, "refresh_token", id, "expire")
    return _arrived(case, "refresh_token", id, state)


def _fire_refresh(case: Case, id: str, move: Move) -> Answer:
    return (signing.log_out if move.event == "revoke" else signing.refresh)(case, _kept(case)[id])


REFRESH = Machine("refresh_token", _make_refresh, _fire_refresh, _reader_of("refresh_token"))


def _is_rotation(move: Move) -> bool:
    """Logout is 204 in every state; what it must not do is judged by a check of its own."""
    return move.event == "rotate"


def idle_logout_changes_nothing(case: Case, state: str) -> None:
    """Logout with a token that is no longer good is 204 and leaves the token's state."""
    id = _make_refresh(case, state)
    judge.status(signing.log_out(case, _kept(case)[id]), 204)
    judge.equal("the state after the logout", state, _state(case, "refresh_token", id))


def logout_with_a_used_token_keeps_the_session(case: Case) -> None:
    """Logout with a refresh token that was traded in leaves the newest one working."""
    opened = signing.session(case)
    newer = case.given(signing.refresh(case, opened.at("/refresh_token")), 200)
    judge.status(signing.log_out(case, opened.at("/refresh_token")), 204)
    judge.status(signing.refresh(case, newer.at("/refresh_token")), 200)


# --- tokens that only run out, users, subscriptions and checkouts


def _newest(case: Case, machine: str, before: set[str]) -> str:
    """Return the one record that has come to life since."""
    fresh = [str(record["id"]) for record in _records(case, machine) if str(record["id"]) not in before]
    if len(fresh) != 1:
        raise NotTested(f"could not be set up: {len(fresh)} new records of {machine} instead of one")
    return fresh[0]


def _ids(case: Case, machine: str) -> set[str]:
    return {str(record["id"]) for record in _records(case, machine)}


def _make_device_token(case: Case, state: str) -> str:
    before = _ids(case, "device_token")
    someone = people.person(case)
    id = _newest(case, "device_token", before)
    _kept(case)[id] = someone.principal
    if state == "expired":
        steer(case, "device_token", id, "expire")
    return id


def _device_token_state(case: Case, id: str) -> str:
    return "active" if people.profile(case, _kept(case)[id]).status == 200 else "expired"


def _make_client_token(case: Case, state: str) -> str:
    client, before = case.account("full"), _ids(case, "client_token")
    answer = case.given(people.client_token(case, client["client_id"], client["client_secret"]), 200)
    id = _newest(case, "client_token", before)
    _kept(case)[id] = people.admit(case, answer.at("/access_token"))
    if state == "expired":
        steer(case, "client_token", id, "expire")
    return id


def _client_token_state(case: Case, id: str) -> str:
    return "active" if case.call("listUsers", principal=_kept(case)[id]).status == 200 else "expired"


def _make_access_token(case: Case, state: str) -> str:
    before = _ids(case, "access_token")
    opened = signing.session(case)
    id = _newest(case, "access_token", before)
    _kept(case)[id] = signing.caller(case, opened)
    if state == "revoked":
        case.given(signing.log_out(case, opened.at("/refresh_token")), 204)
    elif state == "expired":
        steer(case, "access_token", id, "expire")
    return id


def _access_token_state(case: Case, id: str) -> str:
    """Return the state as kept, provided that the API agrees whether the token still speaks."""
    kept = _state(case, "access_token", id)
    answer = people.profile(case, _kept(case)[id])
    judge.equal("whether the token is accepted", kept == "active", answer.status == 200, answer)
    return kept


def _make_user(case: Case, state: str) -> str:
    id = people.make(case)
    if state == "SUBSCRIBED":
        steer(case, "user", id, "subscribe")
    return id


def _user_state(case: Case, id: str) -> str:
    return str(people.read(case, id).at("/status"))


def _make_checkout(case: Case, state: str) -> str:
    someone = people.person(case)
    id = checkout.session_id(case.given(checkout.open_checkout(case, someone.principal), 200, 201))
    _kept(case)[id] = someone
    events = {"paid": "pay", "cancelled": "cancel", "expired": "expire"}
    if state in events:
        steer(case, "checkout_session", id, events[state])
    return id


def _checkout_state(case: Case, id: str) -> str:
    """Return the state as kept, provided that the user is subscribed exactly when it is paid."""
    kept = _state(case, "checkout_session", id)
    answer = people.read(case, _kept(case)[id].id)
    judge.equal("whether the user is subscribed", kept == "paid", answer.at("/status") == "SUBSCRIBED", answer)
    return kept


def _make_subscription(case: Case, state: str) -> str:
    before = _ids(case, "subscription")
    paid = _make_checkout(case, "paid")
    id = _newest(case, "subscription", before)
    _kept(case)[id] = _kept(case)[paid]
    if state == "ended":
        steer(case, "subscription", id, "end")
    return id


def _subscription_state(case: Case, id: str) -> str:
    is_running = people.read(case, _kept(case)[id].id).at("/status") == "SUBSCRIBED"
    return "active" if is_running else "ended"


def renewal_adds_a_period(case: Case) -> None:
    """A renewal moves the end of the subscription by as long as the first period was."""
    id = _make_subscription(case, "active")
    user = _kept(case)[id].id
    before = people.read(case, user).at("/subscription_ends_at")
    steer(case, "subscription", id, "renew")
    answer = people.read(case, user)
    judge.that(str(answer.at("/subscription_ends_at")) > str(before), "the end does not move", answer, received=before)
    judge.equal("status", "SUBSCRIBED", answer.at("/status"), answer)


def _optional(found: Check) -> Check:
    """Return a row that may stay untested without harm: the rule's own text does not ask for it."""
    return Check(found.rule, found.do, found.each, found.needs, False, found.name)


_CONTROL = ("control",)
_STEERED = (
    ("YM-005", "client_token", _make_client_token, _client_token_state),
    ("YM-014", "device_token", _make_device_token, _device_token_state),
    ("YM-066", "access_token", _make_access_token, _access_token_state),
    ("YM-030", "user", _make_user, _user_state),
    ("YM-083", "checkout_session", _make_checkout, _checkout_state),
    ("YM-083", "subscription", _make_subscription, _subscription_state),
    ("YM-050", "one_time_code", _make_code, _reader_of("one_time_code")),
    ("YM-055", "onboarding_token", _make_onboarding, _reader_of("onboarding_token")),
    ("YM-068", "refresh_token", _make_refresh, _reader_of("refresh_token")),
)

CHECKS = (
    _optional(legal_moves("YM-050", CODE, needs=_CONTROL)),
    _optional(illegal_moves("YM-050", REFUSED_CODE, needs=_CONTROL)),
    check("YM-050", code_locks, needs=("inbox",), required=False),
    check("YM-050", fewer_tries_do_not_lock, needs=("inbox",), required=False),
    _optional(legal_moves("YM-055", ONBOARDING, needs=_CONTROL)),
    _optional(illegal_moves("YM-055", ONBOARDING, needs=_CONTROL)),
    _optional(legal_moves("YM-061", REFRESH, needs=_CONTROL)),
    _optional(illegal_moves("YM-061", REFRESH, _is_rotation, needs=_CONTROL)),
    check(
        "YM-064", idle_logout_changes_nothing, each=("rotated", "revoked", "expired"), needs=_CONTROL, required=False
    ),
    check("YM-063", logout_with_a_used_token_keeps_the_session, needs=("inbox",), required=False),
    *(row for rule, name, make, state in _STEERED for row in steered_moves(rule, name, make, state)),
    check("YM-083", renewal_adds_a_period, needs=_CONTROL, required=False),
)
