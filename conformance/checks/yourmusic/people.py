"""Users as the checks make them, and the tokens that speak for them: client token, user device token."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conformance import clock
from conformance.answer import Answer
from conformance.case import Case
from conformance.judge import NotTested
from conformance.pointer import MISSING

MEMBERS = (
    *("id", "first_name", "last_name", "email", "date_of_birth", "status", "subscription_ends_at"),
    *("pm_type", "pm_last_four", "created_at", "updated_at"),
)
REQUIRED = ("first_name", "last_name", "email", "date_of_birth")
_SPACE = uuid.UUID("6f2c3f0e-58a1-4c2b-9d5e-0d6b8a4f7c11")
# A device token lives for 600 seconds; one that is shared by checks is replaced well before.
_KEPT_SECONDS = 400.0


@dataclass(frozen=True)
class Person:
    """A user that the suite made, and the principal that carries its device token."""

    id: str
    email: str
    principal: str
    details: dict[str, Any]


def log_in(case: Case) -> None:
    """Get each configured client its token, where the target was not told one."""
    target = case.session.target
    for name, account in list(target.accounts.items()):
        if name in target.credentials or not account.get("client_secret"):
            continue
        answer = client_token(case, account["client_id"], account["client_secret"])
        token = answer.at("/access_token")
        if isinstance(token, str):
            case.session.admit(name, bearer(token), token)


def client_token(case: Case, client_id: str, client_secret: str) -> Answer:
    """Send the token request of a client, as JSON."""
    sent = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    return case.call("issueClientToken", json=sent, principal=None)


def bearer(token: str) -> dict[str, str]:
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def new_uuid(case: Case) -> str:
    """Return a UUID that nothing else on the target has."""
    return str(uuid.uuid5(_SPACE, case.ledger.name("uuid")))


def new_email(case: Case) -> str:
    """Return a well-formed address that nothing else on the target has."""
    return f"{case.ledger.MARK}-{case.ledger.run}-{case.ledger.serial()}@example.com"


def details(case: Case, **changes: Any) -> dict[str, Any]:
    """Return a valid body for createUser."""
    given = {"first_name": "Confor", "last_name": "Mance", "email": new_email(case), "date_of_birth": "1990-01-15"}
    return {**given, **changes}


def create(case: Case, body: Any, principal: str | None = "full") -> Answer:
    """Send a create."""
    return case.call("createUser", json=body, principal=principal)


def made(case: Case, principal: str = "full", **changes: Any) -> Answer:
    """Return the answer of a create that is a precondition; not tested where it fails."""
    answer = case.given(create(case, details(case, **changes), principal), 201, 200)
    if not isinstance(answer.at("/id"), str):
        raise NotTested("could not be set up: the answer to createUser has no id")
    return answer


def make(case: Case, principal: str = "full", **changes: Any) -> str:
    """Make a user as a precondition and return its id."""
    return str(made(case, principal, **changes).at("/id"))


def read(case: Case, id: str, principal: str | None = "full") -> Answer:
    """Send a read of user management."""
    return case.call("getUser", path={"user_id": id}, principal=principal)


def update(case: Case, id: str, **changes: Any) -> Answer:
    """Send an update of user management."""
    return case.call("updateUser", path={"user_id": id}, json=changes)


def device_token(case: Case, user_id: str, device: str | None = None, principal: str | None = "full") -> Answer:
    """Send a request for a user device token."""
    body = {"deviceId": device or new_uuid(case)}
    return case.call("issueUserDeviceToken", path={"user_id": user_id}, json=body, principal=principal)


def admit(case: Case, token: Any) -> str:
    """Take a token in as a principal of this run; its name."""
    if not isinstance(token, str) or not token:
        raise NotTested(f"could not be set up: there is no token to go on with, but {token!r}")
    name = f"user-{case.ledger.serial()}"
    case.session.admit(name, bearer(token), token)
    return name


def person(case: Case, principal: str = "full", **changes: Any) -> Person:
    """Make a user with a device token of its own."""
    sent = details(case, **changes)
    id = str(case.given(create(case, sent, principal), 201, 200).at("/id"))
    token = case.given(device_token(case, id, principal=principal), 200, 201).at("/token")
    return Person(id, sent["email"], admit(case, token), sent)


def pair(case: Case) -> tuple[Person, Person]:
    """Make two users, as a precondition; not tested where they are one and the same."""
    one, other = person(case), person(case)
    differ("users", one.id, other.id)
    return one, other


def differ(what: str, *made: str) -> None:
    """End the check as not tested where creates gave out an id twice: one thing tells nothing about two."""
    if len(set(made)) < len(made):
        raise NotTested(f"could not be set up: {len(made)} new {what} have the ids {', '.join(sorted(set(made)))}")


def reader(case: Case, tenant: str = "full") -> str:
    """Return a principal that speaks for some user: the configured one, or a user made for the run."""
    configured = "user" if tenant == "full" else f"{tenant}-user"
    if configured in case.session.target.credentials:
        return configured
    known = _shared(case).get(tenant)
    if known is None or clock.ticks() - known[1] > _KEPT_SECONDS:
        known = person(case, tenant).principal, clock.ticks()
        _shared(case)[tenant] = known
    return known[0]


def _shared(case: Case) -> dict[str, tuple[str, float]]:
    """Return the shared readers of a session; a sandbox of its own has its own."""
    found: dict[str, tuple[str, float]] = case.session.kept.setdefault("readers", {})
    return found


def profile(case: Case, principal: str | None) -> Answer:
    """Send a read of the caller's own profile."""
    return case.call("getProfile", principal=principal)


def listed(case: Case, wanted: str, principal: str = "full", most: int = 40) -> tuple[bool, Answer]:
    """Say whether the user list shows an id, walking from its last page towards the first."""
    answer = case.given(case.call("listUsers", principal=principal), 200)
    pages = answer.at("/meta/last_page")
    numbers = range(pages, 0, -1) if isinstance(pages, int) else (1,)
    for number in list(numbers)[:most]:
        answer = case.call("listUsers", query={"page": number}, principal=principal)
        if any(isinstance(entry, dict) and entry.get("id") == wanted for entry in answer.items("/data")):
            return True, answer
    return False, answer


def email_count(case: Case, email: str) -> int:
    """Return how many users of the tenant have an address, over all pages of the list."""
    answer = case.given(case.call("listUsers"), 200)
    pages = answer.at("/meta/last_page")
    count = 0
    for number in range(1, (pages if isinstance(pages, int) else 1) + 1):
        answer = case.call("listUsers", query={"page": number})
        count += sum(entry.get("email") == email for entry in answer.items("/data") if isinstance(entry, dict))
    return count


def lacking(value: Any, members: Iterable[str]) -> list[str]:
    """Return those of some members that an object does not have: one that the document leaves open may have more."""
    return [name for name in members if not isinstance(value, dict) or name not in value]


def present(answer: Answer, *members: str) -> list[str]:
    """Return those of some members that an answer has at its root."""
    return [name for name in members if answer.at(f"/{name}") is not MISSING]
