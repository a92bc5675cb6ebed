"""TG-026: what can be set for an API key."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.tonegrid import wares

_PRINCIPAL = "minted-key"
_ELSEWHERE = ["203.0.113.0/24", "2001:db8::/32"]
_LOOPBACK = ["127.0.0.0/8", "::1/128"]


def _mint(case: Case, **members: Any) -> str:
    """Mint a key of the same account for this check and return its id."""
    body = {"kind": "api_key", "account": case.account("full")["account"], **members}
    entry = case.control.post("/credentials/tonegrid", body)
    value = str(entry["value"])
    case.session.admit(_PRINCIPAL, {str(entry["header"]): value}, value.removeprefix("Bearer "))
    return str(entry["id"])


def _allow(case: Case, key: str, networks: list[str]) -> Answer:
    answer = case.call("updateApiKey", path={"id": key}, json={"ip_allowlist": networks})
    judge.status(answer, 200)
    judge.equal("ip_allowlist", networks, answer.at("/data/ip_allowlist"), answer)
    return answer


def _used(case: Case) -> Answer:
    return case.call("listReleases", principal=_PRINCIPAL)


def key_is_bound_to_networks(case: Case) -> None:
    """A key with an allow-list is refused from outside of it and works from inside, for one range of several too."""
    with case.own_sandbox(world="empty") as inside:
        key = _mint(inside)
        judge.status(_used(inside), 200)
        _allow(inside, key, _ELSEWHERE)
        answer = _used(inside)
        judge.that(
            answer.status in (401, 403), "it is not refused", answer, expected="403 or 401", received=answer.status
        )
        wares.refused(answer, answer.status)
        _allow(inside, key, [*_ELSEWHERE, *_LOOPBACK])
        judge.status(_used(inside), 200)
        _allow(inside, key, [])
        judge.status(_used(inside), 200)


def key_expires(case: Case) -> None:
    """A key with an expiry works before it and is refused after it."""
    with case.own_sandbox(world="empty") as inside:
        expiry = str(inside.control.get("/clock")["now"])[:10]
        _mint(inside, expires_at=f"{expiry[:4]}-12-31T23:59:59Z" if expiry[5:] != "12-31" else f"{expiry}T23:59:59Z")
        judge.status(_used(inside), 200)
        inside.control.advance("P366D")
        wares.refused(_used(inside), 401, "Invalid, expired, or revoked API key.")


CHECKS = (
    check("TG-026", key_is_bound_to_networks),
    check("TG-026", key_expires),
)
