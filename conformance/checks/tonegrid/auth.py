"""TG-014 to TG-022, TG-024, TG-025, TG-027: who comes in, with which token, for how long, what of others is seen."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import Check, check
from conformance.checks.tonegrid import samples, tokens, wares
from conformance.contract import Contract
from conformance.pointer import MISSING, without
from conformance.properties import access, isolation

MISSING_CREDENTIALS = "Authentication token is missing."
DEAD_SESSION = "Invalid or expired token. Please log in again."
BAD_KEY = "Invalid, expired, or revoked API key."


def _matrix() -> list[Check]:
    """Every protected operation against no token, a token that is none, and an expired key."""
    rows = []
    for place, (rule, error) in enumerate(
        (("TG-014", MISSING_CREDENTIALS), ("TG-015", DEAD_SESSION), ("TG-016", BAD_KEY))
    ):

        def told(answer: Answer, error: str = error) -> None:
            wares.refused(answer, 401, error)

        gate = access.Gate(samples.shared, samples.body, samples.show, judge=told, place="")
        rows.append(access.matrix(rule, gate)[place])
    return rows


def tampered_token_is_refused(case: Case, part: str) -> None:
    """A token whose claims or signature were changed is refused."""
    token = tokens.access_token(case)
    judge.status(tokens.works(case, token), 200)
    judge.equal("the number of parts of the token", 3, len(token.split(".")))
    head, claims, signature = token.split(".")
    if part == "claims":
        read = json.loads(base64.urlsafe_b64decode(claims + "=="))
        changed = json.dumps({**read, "scope": "releases:read releases:write", "exp": 4102444800})
        claims = base64.urlsafe_b64encode(changed.encode()).rstrip(b"=").decode()
    else:
        signature = ("B" if signature[0] == "A" else "A") + signature[1:]
    wares.refused(tokens.works(case, f"{head}.{claims}.{signature}"), 401, DEAD_SESSION)


def past_token_is_refused(case: Case) -> None:
    """A token that has expired is refused with its own words."""
    with case.own_sandbox(world="empty") as inside:
        token = tokens.access_token(inside)
        inside.control.advance("PT1H1S")
        wares.refused(tokens.works(inside, token), 401, DEAD_SESSION)


def unknown_key_is_refused(case: Case) -> None:
    """A key that nobody minted is refused."""
    wares.refused(tokens.works(case, "tgk_conformance_nope"), 401, BAD_KEY)


def dead_key_is_refused(case: Case, principal: str) -> None:
    """A key that is expired, revoked, or of a suspended tenant is refused."""
    if principal not in case.session.client.wire.credentials:
        raise judge.NotTested(f"no credentials of a principal {principal!r} are configured")
    wares.refused(case.call("listSupplyChainDsps", principal=principal), 401, BAD_KEY)


def token_is_issued(case: Case) -> None:
    """Client credentials buy a Bearer token of 3600 seconds, which works."""
    answer = case.call("issueAccessToken", json=tokens.body(case), principal=None)
    judge.status(answer, 200)
    tokens.remember(case, answer)
    judge.equal("token_type", "Bearer", answer.at("/token_type"), answer)
    judge.equal("expires_in", 3600, answer.at("/expires_in"), answer)
    judge.that(answer.at("/refresh_token"), "there is no refresh token", answer)
    judge.status(tokens.works(case, str(answer.at("/access_token"))), 200)


def token_request_needs(case: Case, member: str) -> None:
    """A token request without one of its members is refused and names it."""
    answer = case.call("issueAccessToken", json=without(tokens.body(case), f"/{member}"), principal=None)
    wares.invalid(answer, member)


def other_grant_is_refused(case: Case, grant: str) -> None:
    """Another grant_type is refused and named."""
    answer = case.call("issueAccessToken", json=tokens.body(case, grant_type=grant), principal=None)
    wares.invalid(answer, "grant_type")


def wrong_secret_buys_nothing(case: Case, member: str) -> None:
    """Wrong client credentials buy no token."""
    answer = case.call("issueAccessToken", json=tokens.body(case, **{member: "conformance-nope"}), principal=None)
    judge.status(answer, 401)
    judge.that(answer.at("/access_token") is MISSING, "a token was issued", answer)


def token_is_refreshed(case: Case) -> None:
    """A refresh token buys a new pair of tokens, without a scope."""
    first = tokens.issue(case)
    answer = tokens.refresh(case, str(first.at("/refresh_token")))
    judge.status(answer, 200)
    judge.equal("token_type", "Bearer", answer.at("/token_type"), answer)
    judge.equal("expires_in", 3600, answer.at("/expires_in"), answer)
    for member in ("refresh_token", "access_token"):
        new = answer.at(f"/{member}")
        judge.that(isinstance(new, str) and new != first.at(f"/{member}"), f"{member} is not new", answer)
    judge.that(answer.at("/scope") is MISSING, "the answer has a scope", answer, expected="none")
    judge.status(tokens.works(case, str(answer.at("/access_token"))), 200)


def refresh_request_needs(case: Case, member: str) -> None:
    """A refresh without one of its members is refused and names it."""
    sent = {"grant_type": "refresh_token", "refresh_token": str(tokens.issue(case).at("/refresh_token"))}
    del sent[member]
    wares.invalid(case.call("refreshAccessToken", json=sent, principal=None), member)


def refresh_takes_its_own_grant(case: Case) -> None:
    """A refresh with another grant_type is refused."""
    sent = {"grant_type": "client_credentials", "refresh_token": str(tokens.issue(case).at("/refresh_token"))}
    wares.invalid(case.call("refreshAccessToken", json=sent, principal=None), "grant_type")


def refresh_token_is_used_up(case: Case) -> None:
    """A refresh token serves once."""
    token = str(tokens.issue(case).at("/refresh_token"))
    case.given(tokens.refresh(case, token), 200)
    judge.status(tokens.refresh(case, token), 401)


def _revoked(case: Case, token: str) -> Answer:
    answer = case.call("revokeToken", json={"token": token})
    judge.status(answer, 200)
    judge.equal("message", "Token revoked successfully.", answer.at("/message"), answer)
    return answer


def access_token_is_revoked(case: Case) -> None:
    """A revoked access token is refused at once; others live on."""
    token, other = tokens.access_token(case), tokens.access_token(case)
    _revoked(case, token)
    wares.refused(tokens.works(case, token), 401)
    judge.status(tokens.works(case, other), 200)


def refresh_token_is_revoked(case: Case) -> None:
    """A revoked refresh token buys nothing any more."""
    token = str(tokens.issue(case).at("/refresh_token"))
    _revoked(case, token)
    wares.refused(tokens.refresh(case, token), 401)


def token_lives_one_hour(case: Case, kind: str) -> None:
    """A token works until its hour is over, and no longer."""
    with case.own_sandbox(world="empty") as inside:
        answer = tokens.issue(inside) if kind == "client" else tokens.log_in(inside)
        token = wares.identity(answer, "/access_token")
        inside.control.advance("PT59M58S")
        judge.status(tokens.works(inside, token), 200)
        inside.control.advance("PT3S")
        wares.refused(tokens.works(inside, token), 401)


def key_outlives_the_hour(case: Case) -> None:
    """An API key without an expiry is still good after an hour and after a year."""
    with case.own_sandbox(world="empty") as inside:
        for by in ("PT1H1S", "P365D"):
            inside.control.advance(by)
            judge.status(inside.call("listReleases"), 200)


def unknown_tenant_is_404(case: Case) -> None:
    """A login at a tenant that does not exist is 404 `Tenant not found.`."""
    sent = {"email": "label@example.com", "password": "correct-horse", "tenant_slug": f"nope-{case.ledger.digits(9)}"}
    wares.refused(case.call("login", json=sent, principal=None), 404, "Tenant not found.")


def unknown_domain_is_404(case: Case, operation: str) -> None:
    """A call in the name of a domain that no tenant has is 404 `Tenant not found.`."""
    headers = {"X-Tenant-Domain": "nope.example"}
    body = wares.release_body(case) if operation == "createRelease" else None
    wares.refused(case.call(operation, json=body, headers=headers), 404, "Tenant not found.")


def both_credentials_open_sensitive_calls(case: Case, kind: str) -> None:
    """Approve, deliver and takedown work with a user's token and with an API key."""
    with case.own_sandbox(world="empty") as inside:
        token = wares.identity(tokens.log_in(inside), "/access_token") if kind == "user" else ""
        who: dict[str, Any] = {"headers": tokens.bearer(token), "principal": None} if token else {}
        release = wares.make_complete(inside, "spotify")
        wares.submit(inside, release)
        for operation in ("approveRelease", "deliverRelease", "takedownRelease"):
            answer = inside.call(operation, path={"uuid": release}, **who)
            judge.that(answer.is_success, f"{operation} is refused", answer, expected="2xx", received=answer.status)


def _transfer_to_child(case: Case) -> dict[str, str]:
    body = {"to_account_uuid": case.account("client-tenant")["account"], "releases": [wares.make_release(case)]}
    return {"uuid": wares.identity(case.given(case.call("createTransfer", json=body), 201), "/transfer/uuid")}


def _property(operation: str) -> isolation.Property:
    """A release, track, artist or transfer of one tenant, for the stranger who tries an operation on it."""

    def make(case: Case) -> Mapping[str, Any]:
        return _transfer_to_child(case) if operation == "getTransfer" else samples.shared(case, operation)

    def read(case: Case, path: Mapping[str, Any]) -> Answer:
        return case.call(operation, path=path) if operation in _READS else samples.show(case, path)

    unknown = {"uuid": wares.NO_ID, "dsp_slug": "spotify", "asset_type": "square_motion"}
    return isolation.Property(make, read, samples.body, unknown, place="")


def foreign_release_is_said_not_to_exist(case: Case) -> None:
    """A release of another tenant is answered with the very words for none at all."""
    answer = wares.read(case, wares.make_release(case), principal="second-account")
    wares.refused(answer, 404, "Release not found.")


def _on_things(contract: Contract) -> list[str]:
    """Return the operations on one release, track or artist, but for the plain reads."""
    starts = ("/releases/{uuid}", "/supply-chain/releases/{uuid}", "/tracks/{uuid}", "/artists/{uuid}")
    return [id for id, found in contract.operations.items() if found.path.startswith(starts) and id not in _READS]


def stranger_reaches_nothing(case: Case, operation: str) -> None:
    """Whatever a stranger tries on a release, track or artist, it does not exist for him and stays as it was."""
    isolation.hidden(case, operation, _property(operation))


# What is made for the purpose, and the list that shows it, with the place of its rows.
_LISTS: dict[str, tuple[Callable[[Case], str], str]] = {
    "listReleases": (wares.make_release, "/data"),
    "listTracks": (lambda case: wares.make_track(case, wares.make_release(case)), "/data"),
    "listArtists": (wares.make_artist, "/artists"),
    "listIngestionJobs": (samples.make_job, "/data"),
}


def _list_check(operation: str) -> Check:
    make, place = _LISTS[operation]

    def listed(case: Case, thing: Any, principal: str) -> tuple[list[Any], Answer]:
        # A new artist stands somewhere in the alphabet, everything else among the newest.
        query = {} if operation == "listArtists" else {"per_page": 100}
        answer = case.given(case.call(operation, query=query, principal=principal), 200)
        return [entry.get("uuid") for entry in answer.items(place)], answer

    return isolation.stranger_lists_nothing("TG-027", make, listed, name=f"{operation}_shows_nothing_to_strangers")


_READS = ("getRelease", "getTrack", "getArtist", "getTransfer")
_DOMAIN = ("listReleases", "listSupplyChainDsps", "createRelease")
CHECKS = (
    *_matrix(),
    check("TG-015", tampered_token_is_refused, each=("claims", "signature")),
    check("TG-015", past_token_is_refused),
    check("TG-016", unknown_key_is_refused, needs=()),
    check("TG-016", dead_key_is_refused, each=("expired",)),
    check("TG-016", dead_key_is_refused, each=("revoked", "suspended"), required=False),
    check("TG-018", token_is_issued),
    check("TG-018", token_request_needs, each=("grant_type", "client_id", "client_secret")),
    check("TG-018", other_grant_is_refused, each=("password", "refresh_token", "")),
    check("TG-018", wrong_secret_buys_nothing, each=("client_id", "client_secret")),
    check("TG-019", token_is_refreshed),
    check("TG-019", refresh_request_needs, each=("grant_type", "refresh_token")),
    check("TG-019", refresh_takes_its_own_grant),
    check("TG-020", refresh_token_is_used_up),
    check("TG-021", access_token_is_revoked),
    check("TG-021", refresh_token_is_revoked),
    check("TG-022", token_lives_one_hour, each=("client", "user")),
    check("TG-022", key_outlives_the_hour),
    check("TG-024", unknown_tenant_is_404),
    check("TG-024", unknown_domain_is_404, each=_DOMAIN),
    check("TG-025", both_credentials_open_sensitive_calls, each=("user", "key")),
    *(isolation.stranger_finds_nothing("TG-027", (operation,), _property(operation)) for operation in _READS),
    check("TG-027", foreign_release_is_said_not_to_exist),
    check("TG-027", stranger_reaches_nothing, each=_on_things, required=False),
    *(_list_check(operation) for operation in _LISTS),
)
