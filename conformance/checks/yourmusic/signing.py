"""Signing in by an e-mailed code, as the checks do it; codes are read in the control API's inbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.yourmusic import people
from conformance.judge import NotTested

NEUTRAL = {"message": "If that email address is valid, a verification code has been sent."}
SESSION = ("token_type", "access_token", "expires_in", "refresh_token", "refresh_expires_in", "user")
NAMES = {"first_name": "Nova", "last_name": "Newcomer", "date_of_birth": "1990-01-15"}


@dataclass(frozen=True)
class Code:
    """A code that reached the inbox, and what it was sent for."""

    tenant: str
    email: str
    text: str


def tenant(case: Case, place: int = 0) -> str:
    """Return a tenant's slug: that of the principal full, or of the second account."""
    return case.fact("tenants", at_least=place + 1)[place]


def send(case: Case, email: str, slug: str | None = None, **more: Any) -> Answer:
    """Ask for a code."""
    body = {"tenant": slug or tenant(case), "email": email, **more}
    return case.call("sendOtp", json=body, principal=None)


def mails(case: Case, email: str) -> list[dict[str, Any]]:
    """Return the mails to an address, newest first."""
    found = case.control.get(f"/inbox/{case.contract.provider}", to=email)
    return [entry for entry in found if entry.get("code")]


def code_for(case: Case, email: str, slug: str | None = None) -> Code:
    """Have a code sent as a precondition and read it in the inbox."""
    case.given(send(case, email, slug), 200)
    arrived = mails(case, email)
    if not arrived:
        raise NotTested("could not be set up: no code has reached the inbox")
    return Code(slug or tenant(case), email, str(arrived[0]["code"]))


def wrong(code: Code) -> Code:
    """Return a code of the same form that is not the right one."""
    first = "1" if code.text[:1] != "1" else "2"
    return Code(code.tenant, code.email, first + code.text[1:])


def authenticate(case: Case, proof: Code, device: str | None = None, **changes: Any) -> Answer:
    """Try a code."""
    body = {
        "tenant": proof.tenant,
        "email": proof.email,
        "code": proof.text,
        "device_id": device or people.new_uuid(case),
    }
    return case.call("authenticateOtp", json={**body, **changes}, principal=None)


def session(case: Case, email: str | None = None) -> Answer:
    """Open the session of an existing user as a precondition; a user is made where none is named."""
    wanted = email or str(people.made(case).at("/email"))
    answer = case.given(authenticate(case, code_for(case, wanted)), 200)
    if not isinstance(answer.at("/refresh_token"), str):
        raise NotTested("could not be set up: signing in gives no session")
    return answer


def onboarding_token(case: Case, email: str | None = None) -> str:
    """Get the onboarding token of an unknown address as a precondition."""
    code = code_for(case, email or people.new_email(case))
    token = case.given(authenticate(case, code), 200).at("/onboarding_token")
    if not isinstance(token, str):
        raise NotTested("could not be set up: an unknown address gets no onboarding token")
    return token


def complete(case: Case, token: str, **changes: Any) -> Answer:
    """Complete an onboarding."""
    return case.call("completeOnboarding", json={"onboarding_token": token, **NAMES, **changes}, principal=None)


def refresh(case: Case, token: Any) -> Answer:
    """Trade a refresh token."""
    return case.call("refreshSession", json={"refresh_token": token}, principal=None)


def log_out(case: Case, token: Any) -> Answer:
    """End the session of a refresh token."""
    return case.call("logout", json={"refresh_token": token}, principal=None)


def caller(case: Case, opened: Answer) -> str:
    """Take a session's access token in as a principal; its name."""
    return people.admit(case, opened.at("/access_token"))


@contextmanager
def with_limits(case: Case) -> Iterator[Case]:
    """Give a place where the sending limits hold: a sandbox with limits, or the target as it stands."""
    if case.session.target.control is None:
        yield case
        return
    with case.own_sandbox(world="empty", limits=True) as inside:
        yield inside
