"""YM-080 to YM-085: the checkout of a subscription product."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people
from conformance.checks.yourmusic.refusing import refused
from conformance.judge import NotTested
from conformance.pointer import MISSING

_FIELDS = ("success_url", "cancel_url")
_FOREIGN = "https://conformance.invalid/stolen"
_SESSIONS = "checkout_sessions"


def open_checkout(case: Case, principal: str | None, **changes: Any) -> Answer:
    """Order the known product."""
    sent = {"product_slug": case.fact("products")[0], **changes}
    body = {name: value for name, value in sent.items() if value is not MISSING}
    return case.call("createCheckoutSession", json=body, principal=principal)


def session_id(answer: Answer) -> str:
    """Return the id of a checkout session: the last segment of its payment page's address."""
    url = answer.at("/checkout_url")
    if not isinstance(url, str) or not urlsplit(url).path.strip("/"):
        raise NotTested("could not be set up: the answer names no payment page")
    return urlsplit(url).path.rstrip("/").rpartition("/")[2]


def session_of(case: Case, answer: Answer) -> dict[str, Any]:
    """Return what the control API keeps of a checkout session."""
    found = case.control.get(f"/state/{case.contract.provider}/{_SESSIONS}/{session_id(answer)}")
    return dict(found)


def _is_opened(answer: Answer) -> None:
    judge.that(answer.is_success, "a valid checkout is refused", answer, expected="2xx", received=answer.status)


def product_is_required(case: Case) -> None:
    """A checkout without product_slug is refused."""
    refused(open_checkout(case, people.reader(case), product_slug=MISSING), "product_slug")


def addresses_are_optional(case: Case) -> None:
    """A checkout without redirect addresses is opened."""
    _is_opened(open_checkout(case, people.reader(case)))


def addresses_are_uris(case: Case, field: str) -> None:
    """A redirect address that is no URI is refused."""
    refused(open_checkout(case, people.reader(case), **{field: "no address"}), field)


def _strange(kind: str, allowed: str) -> str:
    """Return an address that no pattern allows, though it looks like an allowed one."""
    host, tail = urlsplit(allowed).netloc, allowed.partition("://")[2]
    return {
        "another-host": _FOREIGN,
        "allowed-in-the-query": f"{_FOREIGN}?next={allowed}",
        "allowed-as-user-name": f"https://{host}@conformance.invalid/",
        "allowed-as-prefix": f"https://{host}.conformance.invalid/",
        "another-scheme": f"javascript://{tail}",
    }[kind]


_DISGUISES = ("allowed-in-the-query", "allowed-as-user-name", "allowed-as-prefix", "another-scheme")


def foreign_address_is_refused(case: Case, wanted: tuple[str, str]) -> None:
    """A redirect address outside the allowed patterns is refused in either field, and no session is given."""
    field, kind = wanted
    allowed = case.fact("redirects")[0] if kind != "another-host" else ""
    answer = open_checkout(case, people.reader(case), **{field: _strange(kind, allowed)})
    refused(answer, field)
    judge.equal("the payment page in the refusal", [], people.present(answer, "checkout_url"), answer)


def one_allowed_address_does_not_help_the_other(case: Case, field: str) -> None:
    """Each redirect address is checked on its own."""
    allowed = case.fact("redirects")[0]
    sent = dict.fromkeys(_FIELDS, allowed) | {field: _FOREIGN}
    refused(open_checkout(case, people.reader(case), **sent), field)


def allowed_address_is_taken(case: Case, field: str) -> None:
    """A redirect address that an allowed pattern matches opens a checkout, and the session keeps it."""
    allowed = case.fact("redirects")[0]
    answer = open_checkout(case, people.reader(case), **{field: allowed})
    _is_opened(answer)
    if case.session.target.control is not None:
        judge.equal(field, allowed, session_of(case, answer).get(field))


def default_address_is_used(case: Case, field: str) -> None:
    """Where an address is not given, the session carries the configured default."""
    about = case.control.get("/info").get("providers", [])
    mine = next(entry for entry in about if entry.get("name") == case.contract.provider)
    default = mine.get(f"default_{field}")
    if not default:
        raise NotTested("the control API does not tell the configured default")
    other = next(name for name in _FIELDS if name != field)
    for sent in ({}, {other: case.fact("redirects")[0]}):
        answer = open_checkout(case, people.reader(case), **sent)
        _is_opened(answer)
        judge.equal(f"{field} of the session", default, session_of(case, answer).get(field))


def answer_names_the_payment_page(case: Case) -> None:
    """The answer has the address of the payment page, https or on this very machine, and each session its own."""
    first, second = (open_checkout(case, people.reader(case)) for _ in range(2))
    for answer in (first, second):
        _is_opened(answer)
        url = answer.at("/checkout_url")
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        fits = parts.scheme == "https" or parts.hostname in ("127.0.0.1", "localhost", "::1")
        judge.that(fits and parts.netloc, "checkout_url is no address to send a user to", answer, received=url)
    judge.that(first.at("/checkout_url") != second.at("/checkout_url"), "two sessions have one payment page", second)


def checkout_changes_nothing_by_itself(case: Case) -> None:
    """An open checkout alone does not subscribe the user."""
    someone = people.person(case)
    before = people.profile(case, someone.principal)
    case.given(open_checkout(case, someone.principal), 200, 201)
    judge.equal("the profile after opening a checkout", before.json, people.profile(case, someone.principal).json)


def paying_subscribes(case: Case) -> None:
    """A paid checkout subscribes the user: status, end of the period and payment method."""
    someone = people.person(case)
    id = session_id(case.given(open_checkout(case, someone.principal), 200, 201))
    case.control.fire(case.contract.provider, "checkout_session", id, "pay")
    answer = people.profile(case, someone.principal)
    judge.equal("status", "SUBSCRIBED", answer.at("/status"), answer)
    for name in ("subscription_ends_at", "pm_type", "pm_last_four"):
        judge.that(answer.at(f"/{name}") is not None, f"{name} is null after the payment", answer)
    judge.equal("the length of pm_last_four", 4, len(str(answer.at("/pm_last_four"))), answer)


def subscription_ends(case: Case) -> None:
    """A subscription ends at subscription_ends_at and its user is no longer subscribed."""
    with case.own_sandbox(world="empty", progression="timed") as inside:
        id = people.make(inside)
        token = inside.given(people.device_token(inside, id), 200).at("/token")
        opened = inside.given(open_checkout(inside, people.admit(inside, token)), 200, 201)
        inside.control.fire(inside.contract.provider, "checkout_session", session_id(opened), "pay")
        ends = people.read(inside, id).at("/subscription_ends_at")
        inside.control.post("/clock/advance", {"to": ends})
        inside.control.advance("PT1S")
        client = inside.account("full")
        renewed = people.client_token(inside, client["client_id"], client["client_secret"]).at("/access_token")
        answer = people.read(inside, id, people.admit(inside, renewed))
        judge.that(answer.at("/status") != "SUBSCRIBED", "the user is subscribed after the end of the period", answer)
        judge.equal("subscription_ends_at", ends, answer.at("/subscription_ends_at"), answer)


def unknown_product_is_422(case: Case) -> None:
    """An unknown product is 422 on product_slug."""
    answer = open_checkout(case, people.reader(case), product_slug="conformance-no-such-product")
    judge.status(answer, 422)
    judge.that("product_slug" in (answer.at("/errors") or {}), "the refusal does not name product_slug", answer)


def user_token_is_needed(case: Case) -> None:
    """A checkout without a token is 401, and with a client token refused."""
    judge.status(open_checkout(case, None), 401)
    judge.status(open_checkout(case, "full"), 401, 403)


CHECKS = (
    check("YM-080", product_is_required),
    check("YM-080", addresses_are_optional),
    check("YM-080", addresses_are_uris, each=_FIELDS),
    check("YM-081", foreign_address_is_refused, each=[(field, "another-host") for field in _FIELDS]),
    check(
        "YM-081",
        foreign_address_is_refused,
        each=[(field, kind) for field in _FIELDS for kind in _DISGUISES],
        required=False,
        name="disguised_address_is_refused",
    ),
    check("YM-081", one_allowed_address_does_not_help_the_other, each=_FIELDS),
    check("YM-081", allowed_address_is_taken, each=_FIELDS),
    check("YM-082", default_address_is_used, each=_FIELDS),
    check("YM-083", answer_names_the_payment_page),
    check("YM-083", checkout_changes_nothing_by_itself),
    check("YM-083", paying_subscribes, needs=("control",), required=False),
    check("YM-083", subscription_ends, needs=("clock",), required=False),
    check("YM-084", unknown_product_is_422),
    check("YM-085", user_token_is_needed),
)
