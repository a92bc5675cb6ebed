"""Access tokens: bought with client credentials or a login, and carried by a call."""

from __future__ import annotations

from typing import Any

from conformance.answer import Answer
from conformance.case import Case
from conformance.checks.tonegrid import wares
from conformance.judge import NotTested


def bearer(token: str) -> dict[str, str | None]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def client(case: Case, name: str = "client") -> dict[str, str]:
    """Return client id and secret that the target told or the configuration names."""
    entry = case.account(name)
    if not entry.get("client_id"):
        raise NotTested(f"the principal {name!r} has no client id and secret")
    return {"client_id": str(entry["client_id"]), "client_secret": str(entry["client_secret"])}


def body(case: Case, name: str = "client", **members: Any) -> dict[str, Any]:
    """Return a valid body of POST /auth/token."""
    return {"grant_type": "client_credentials", **client(case, name), **members}


def issue(case: Case, name: str = "client", **members: Any) -> Answer:
    """Buy a token as a precondition; it is hidden in reports from now on."""
    answer = case.given(case.call("issueAccessToken", json=body(case, name, **members), principal=None), 200)
    remember(case, answer)
    return answer


def refresh(case: Case, token: str) -> Answer:
    """Send POST /auth/token/refresh."""
    sent = {"grant_type": "refresh_token", "refresh_token": token}
    answer = case.call("refreshAccessToken", json=sent, principal=None)
    remember(case, answer)
    return answer


def access_token(case: Case, name: str = "client", **members: Any) -> str:
    """Buy a token as a precondition and return it."""
    return wares.identity(issue(case, name, **members), "/access_token")


def log_in(case: Case) -> Answer:
    """Log the known user in as a precondition."""
    entry = case.account("user")
    if not entry.get("password"):
        raise NotTested("no user with a password is known")
    sent = {name: str(entry[name]) for name in ("email", "password", "tenant_slug")}
    answer = case.given(case.call("login", json=sent, principal=None), 200)
    remember(case, answer)
    return answer


def remember(case: Case, answer: Answer) -> None:
    """Hide the tokens of an answer in every report."""
    for place in ("/access_token", "/refresh_token", "/data/access_token"):
        token = answer.at(place)
        if isinstance(token, str):
            case.session.admit(f"token-{case.ledger.serial()}", {"Authorization": f"Bearer {token}"}, token)


def works(case: Case, token: str) -> Answer:
    """Make a harmless call with a token."""
    return case.call("listReleases", headers=bearer(token), principal=None)
