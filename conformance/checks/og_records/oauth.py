"""OG-010 to OG-012: the authorization code flow and its refresh tokens."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.og_records import wares
from conformance.pointer import MISSING

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_VERIFIER = "conformance-code-verifier-of-forty-three-characters-or-more"


def _client(case: Case, name: str = "client") -> dict[str, Any]:
    return case.account(name)


def _address(case: Case, name: str = "client") -> str:
    return str(_client(case, name)["redirect_uris"][-1])


def _question(case: Case, name: str = "client", **more: str) -> dict[str, str]:
    basic = {"response_type": "code", "client_id": str(_client(case, name)["client_id"])}
    return {**basic, "redirect_uri": _address(case, name), "state": case.ledger.digits(8), **more}


def _authorize(case: Case, **more: str) -> tuple[Answer, dict[str, str]]:
    """Ask for a code; the answer, and what stands in the query of the address it leads to."""
    asked = _question(case, **more)
    answer = case.call("authorize", query=asked, principal=None)
    return answer, _landed(case, answer, asked)


def _landed(case: Case, answer: Answer, asked: dict[str, str]) -> dict[str, str]:
    judge.status(answer, 302)
    there = answer.header("Location") or ""
    judge.that(there.startswith(asked["redirect_uri"]), "it leads elsewhere", answer, received=there)
    landed = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    judge.equal("state", asked["state"], landed.get("state"), answer)
    return landed


def code(case: Case, **more: str) -> str:
    """Return a fresh code; the flow is broken where there is none."""
    answer, landed = _authorize(case, **more)
    judge.that(landed.get("code"), "the address has no code", answer, received=landed)
    return landed["code"]


def _ask(case: Case, sent: dict[str, str], name: str = "client", basic: bool = False) -> Answer:
    """Send a token request with the client's secret in the form, or in HTTP Basic."""
    id, secret = str(_client(case, name)["client_id"]), str(_client(case, name)["client_secret"])
    headers: dict[str, str | None] = {**_FORM}
    if basic:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()
    else:
        sent = {**sent, "client_id": id, "client_secret": secret}
    return case.call("issueToken", body=urlencode(sent).encode(), headers=headers, principal=None)


def exchange(case: Case, code: str, name: str = "client", **more: str) -> Answer:
    """Exchange a code for tokens."""
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": _address(case), **more}
    return _ask(case, sent, name)


def refresh(case: Case, token: Any, name: str = "client", **more: str) -> Answer:
    """Exchange a refresh token for new tokens."""
    return _ask(case, {"grant_type": "refresh_token", "refresh_token": str(token), **more}, name)


def tokens(case: Case, **more: str) -> Answer:
    """Go through the flow as a precondition."""
    return case.given(exchange(case, code(case, **more)), 200)


def admitted(case: Case, answer: Answer) -> str:
    """Make the access token of an answer a principal."""
    return wares.admit(case, str(answer.at("/access_token")))


def _no_grant(answer: Answer, error: str = "invalid_grant") -> None:
    judge.status(answer, 400)
    judge.equal("error", error, answer.at("/error"), answer)
    judge.that(answer.at("/access_token") is MISSING, "a refusal carries a token", answer)


def _opens(case: Case, principal: str) -> Answer:
    return case.call("listPayouts", query={"limit": 1}, principal=principal)


def code_gets_tokens(case: Case) -> None:
    """A code gets an access token that opens the API, and a refresh token; no cache may keep them."""
    answer = exchange(case, code(case))
    judge.status(answer, 200)
    for name in ("access_token", "refresh_token"):
        value = answer.at(f"/{name}")
        judge.that(isinstance(value, str) and value, f"there is no {name}", answer, received=value)
    judge.that("no-store" in (answer.header("Cache-Control") or ""), "the answer may be kept", answer)
    principal = admitted(case, answer)
    judge.status(_opens(case, principal), 200)
    made = case.call("createRelease", json=wares.new_release(case), principal=principal)
    judge.that(made.is_success, "the token does not write", made, received=made.status)
    found = wares.read(case, str(made.at("/id")))
    judge.status(found, 200)  # the key of the same account sees it


def secret_may_stand_in_basic(case: Case) -> None:
    """The client may show its secret in HTTP Basic instead of the form."""
    sent = {"grant_type": "authorization_code", "code": code(case), "redirect_uri": _address(case)}
    judge.status(_ask(case, sent, basic=True), 200)


def scope_asked_for_is_the_scope_given(case: Case) -> None:
    """A token has the scopes that were asked for and no others."""
    answer = tokens(case, scope="payouts:read releases:read")
    judge.equal("scope", ["payouts:read", "releases:read"], sorted(str(answer.at("/scope")).split()), answer)
    principal = admitted(case, answer)
    judge.status(_opens(case, principal), 200)
    judge.status(case.call("listEarnings", principal=principal), 403)
    judge.status(case.call("createRelease", json=wares.new_release(case), principal=principal), 403)


def challenge_wants_its_verifier(case: Case) -> None:
    """A code that was asked for with a PKCE challenge needs the right verifier."""
    digest = hashlib.sha256(_VERIFIER.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    for wrong in ({}, {"code_verifier": _VERIFIER[::-1]}):
        _no_grant(exchange(case, code(case, **asked), **wrong))
    judge.status(exchange(case, code(case, **asked), code_verifier=_VERIFIER), 200)


def wrong_secret_gets_nothing(case: Case, way: str) -> None:
    """A client with a wrong secret, in the form or in HTTP Basic, or with none gets no token."""
    sent = {"grant_type": "authorization_code", "code": code(case), "redirect_uri": _address(case)}
    id, headers = str(_client(case)["client_id"]), {**_FORM}
    if way == "basic":
        headers["Authorization"] = "Basic " + base64.b64encode(f"{id}:conformance-wrong".encode()).decode()
    else:
        sent |= {"client_id": id} | ({"client_secret": "conformance-wrong"} if way == "form" else {})
    answer = case.call("issueToken", body=urlencode(sent).encode(), headers=headers, principal=None)
    judge.status(answer, 401)
    judge.equal("error", "invalid_client", answer.at("/error"), answer)
    judge.that(answer.at("/access_token") is MISSING, "a refusal carries a token", answer)


def unknown_address_is_not_led_to(case: Case, fault: tuple[str, str]) -> None:
    """Nobody is led to an address that the client has not registered, nor to any for a client that nobody knows."""
    asked = {**_question(case), fault[0]: fault[1]}
    answer = case.call("authorize", query=asked, principal=None)
    judge.status(answer, 400)
    judge.that(answer.header("Location") is None, "it redirects", answer, received=answer.header("Location"))


def fault_comes_back_by_redirect(case: Case, fault: tuple[str, str, str]) -> None:
    """What is wrong with anything but client and address comes back to the client as an error."""
    name, value, error = fault
    answer, landed = _authorize(case, **{name: value})
    judge.equal("error", error, landed.get("error"), answer)
    judge.that("code" not in landed, "there is a code nevertheless", answer)


def challenge_is_by_s256(case: Case, method: str) -> None:
    """A challenge by another method than S256 comes back as invalid_request, not as a code without any challenge."""
    answer, landed = _authorize(case, code_challenge=_VERIFIER, code_challenge_method=method)
    judge.equal("error", "invalid_request", landed.get("error"), answer)
    judge.that("code" not in landed, "there is a code nevertheless", answer)


def other_grants_get_nothing(case: Case, grant: str) -> None:
    """A grant type other than the two of the flow gets no tokens."""
    sent = {"grant_type": grant, "username": "conformance", "password": "conformance", "scope": "payouts:read"}
    _no_grant(_ask(case, sent), "unsupported_grant_type")


def person_decides(case: Case, decision: str) -> None:
    """Where a person is asked, approving gives a code that works, and refusing gives access_denied."""
    asked = _question(case, "consent-client")
    page = case.call("authorize", query=asked, principal=None)
    judge.status(page, 200)
    sent = urlencode({**asked, "decision": decision}).encode()
    answer = case.call("decideConsent", body=sent, headers=_FORM, principal=None)
    landed = _landed(case, answer, asked)
    if decision == "deny":
        judge.equal("error", "access_denied", landed.get("error"), answer)
        judge.that("code" not in landed, "there is a code nevertheless", answer)
        return
    given = exchange(case, landed.get("code", ""), "consent-client")
    judge.status(given, 200)
    judge.status(_opens(case, admitted(case, given)), 200)


def expired_token_is_refreshed(case: Case) -> None:
    """After expires_in seconds an access token is 401, and the refresh token gets one that works."""
    with case.own_sandbox(world="empty") as inside:
        answer = tokens(inside)
        principal, seconds = admitted(inside, answer), answer.at("/expires_in")
        judge.that(type(seconds) is int, "expires_in is no number of seconds", answer, received=seconds)
        inside.control.advance(f"PT{seconds - 1}S")
        judge.status(_opens(inside, principal), 200)
        inside.control.advance("PT2S")
        judge.status(_opens(inside, principal), 401)
        new = refresh(inside, answer.at("/refresh_token"))
        judge.status(new, 200)
        judge.status(_opens(inside, admitted(inside, new)), 200)


def code_works_once(case: Case) -> None:
    """The second exchange of a code is refused."""
    one = code(case)
    judge.status(exchange(case, one), 200)
    _no_grant(exchange(case, one))


def code_belongs_to_its_address(case: Case) -> None:
    """Another redirect_uri than the one the code was asked for with is refused."""
    _no_grant(exchange(case, code(case), redirect_uri=str(_client(case)["redirect_uris"][0])))


def code_needs_its_address(case: Case) -> None:
    """A code that was asked for with a redirect_uri is not exchanged without it."""
    _no_grant(_ask(case, {"grant_type": "authorization_code", "code": code(case)}))


def code_belongs_to_its_client(case: Case) -> None:
    """Another client cannot exchange the code."""
    _no_grant(exchange(case, code(case), "consent-client"))


def code_expires(case: Case) -> None:
    """A code that is a day old gets no tokens."""
    with case.own_sandbox(world="empty") as inside:
        one = code(inside)
        inside.control.advance("P1D")
        _no_grant(exchange(inside, one))


def unknown_code_gets_nothing(case: Case) -> None:
    """A code that nobody was given gets no tokens."""
    _no_grant(exchange(case, "conformance-no-such-code"))


def refresh_tokens_rotate(case: Case) -> None:
    """Each refresh gives another refresh token and a working access token; the old one is refused."""
    first = tokens(case).at("/refresh_token")
    seen = [first]
    for _ in range(2):
        answer = refresh(case, seen[-1])
        judge.status(answer, 200)
        new = answer.at("/refresh_token")
        judge.that(isinstance(new, str) and new not in seen, "there is no new refresh token", answer)
        seen.append(new)
        judge.status(_opens(case, admitted(case, answer)), 200)
    # Last of all: a token that comes a second time may end the whole family.
    refused = refresh(case, first)
    judge.that(400 <= refused.status < 500, "the old refresh token is taken again", refused, received=refused.status)
    judge.that(refused.at("/access_token") is MISSING, "a refusal carries a token", refused)


def refresh_token_belongs_to_its_client(case: Case) -> None:
    """Another client cannot use a refresh token."""
    answer = refresh(case, tokens(case).at("/refresh_token"), "consent-client")
    judge.that(400 <= answer.status < 500, "another client may refresh", answer, received=answer.status)


def refresh_widens_nothing(case: Case) -> None:
    """A refresh may ask for fewer scopes and never gets more than were given."""
    given = tokens(case, scope="payouts:read releases:read")
    narrow = refresh(case, given.at("/refresh_token"), scope="payouts:read")
    judge.status(narrow, 200)
    judge.equal("scope", "payouts:read", narrow.at("/scope"), narrow)
    principal = admitted(case, narrow)
    judge.status(_opens(case, principal), 200)
    judge.status(wares.read(case, wares.release(case), principal), 403)
    wide = refresh(case, narrow.at("/refresh_token"), scope="payouts:read earnings:read")
    judge.that(400 <= wide.status < 500, "the refresh gets a scope that was not given", wide, received=wide.status)


def reuse_ends_the_family(case: Case) -> None:
    """An old refresh token that comes again is invalid_grant and ends what was issued from it."""
    first = tokens(case).at("/refresh_token")
    second = case.given(refresh(case, first), 200)
    _no_grant(refresh(case, first))
    _no_grant(refresh(case, second.at("/refresh_token")))
    judge.status(_opens(case, admitted(case, second)), 401)


_FAULTS = (
    ("response_type", "token", "unsupported_response_type"),
    ("scope", "releases:read conformance:none", "invalid_scope"),
)
CHECKS = (
    check("OG-010", code_gets_tokens),
    check("OG-010", secret_may_stand_in_basic),
    check("OG-010", scope_asked_for_is_the_scope_given),
    check("OG-010", challenge_wants_its_verifier),
    check("OG-010", wrong_secret_gets_nothing, each=("form", "basic", "none")),
    check(
        "OG-010",
        unknown_address_is_not_led_to,
        each=(("redirect_uri", "https://elsewhere.example.com/callback"), ("client_id", "conformance-nobody")),
    ),
    check("OG-010", fault_comes_back_by_redirect, each=_FAULTS),
    check("OG-010", challenge_is_by_s256, each=("plain", "S512")),
    check("OG-010", other_grants_get_nothing, each=("password", "client_credentials", "conformance")),
    check("OG-010", person_decides, each=("approve", "deny")),
    check("OG-010", expired_token_is_refreshed),
    check("OG-011", code_works_once),
    check("OG-011", code_belongs_to_its_address),
    check("OG-011", code_needs_its_address),
    check("OG-011", code_belongs_to_its_client),
    check("OG-011", code_expires),
    check("OG-011", unknown_code_gets_nothing),
    check("OG-012", refresh_tokens_rotate),
    check("OG-012", refresh_token_belongs_to_its_client),
    check("OG-012", refresh_widens_nothing),
    # That the whole family ends is inferred: the requirement about codes is the SHOULD that stands next to it.
    check("OG-011", reuse_ends_the_family),
)
