"""YM-040 to YM-053: one-time codes, whom they reach, how often, and what they open."""

from __future__ import annotations

from typing import Any

from conformance import judge
from conformance.answer import Answer
from conformance.case import Case
from conformance.check import check
from conformance.checks.yourmusic import people, signing
from conformance.checks.yourmusic.refusing import refused
from conformance.judge import NotTested
from conformance.pointer import MISSING

# More than any sensible limit of codes for one caller in one minute.
_MOST_SENT = 200
_OWN_HEADERS = ("content-type", "cache-control", "retry-after", "x-ratelimit-limit")
_DUTCH, _FRENCH, _ENGLISH = ("uw", "je", "jouw"), ("votre", "ton", "vous"), ("your", "you")


def answer_is_neutral(case: Case) -> None:
    """Sending is answered alike for a known and an unknown address: status, body and headers."""
    known = signing.send(case, str(people.made(case).at("/email")))
    unknown = signing.send(case, people.new_email(case))
    for answer in (known, unknown):
        judge.status(answer, 200)
        judge.equal("the body", signing.NEUTRAL, answer.json, answer)
    names = [sorted(name.lower() for name in answer.exchange.headers) for answer in (known, unknown)]
    judge.equal("the names of the headers for an unknown address", names[0], names[1], unknown)
    for name in _OWN_HEADERS:
        judge.equal(f"header {name} for an unknown address", known.header(name), unknown.header(name), unknown)


def code_reaches_anybody(case: Case) -> None:
    """A code goes to an address that nobody has registered, and opens an onboarding."""
    email = people.new_email(case)
    judge.status(signing.send(case, email), 200)
    arrived = signing.mails(case, email)
    judge.equal("the number of codes that reached an unknown address", 1, len(arrived))
    answer = signing.authenticate(case, signing.Code(signing.tenant(case), email, str(arrived[0]["code"])))
    judge.status(answer, 200)
    judge.that(isinstance(answer.at("/onboarding_token"), str), "there is no onboarding token", answer)


def code_reaches_a_user(case: Case) -> None:
    """A code goes to the address of an existing user."""
    email = str(people.made(case).at("/email"))
    judge.status(signing.send(case, email), 200)
    judge.equal("the number of codes that reached a user", 1, len(signing.mails(case, email)))


def caller_is_throttled(case: Case) -> None:
    """Sending to ever new addresses is refused at some point, and that address gets no code."""
    with signing.with_limits(case) as inside:
        for _ in range(_MOST_SENT):
            email = people.new_email(inside)
            answer = signing.send(inside, email)
            if not answer.is_success:
                refused(answer)
                judge.equal("the codes that reached the refused address", [], signing.mails(inside, email))
                return
        judge.that(False, f"{_MOST_SENT} codes to {_MOST_SENT} addresses are sent without a pause", answer)


def second_send_comes_too_soon(case: Case) -> None:
    """A second code to one address right after the first is refused, or at least not sent."""
    with signing.with_limits(case) as inside:
        email = people.new_email(inside)
        inside.given(signing.send(inside, email), 200)
        again = signing.send(inside, email)
        if inside.session.target.control is None:
            refused(again)
            return
        judge.equal("the codes that reached the address", 1, len(signing.mails(inside, email)))
        judge.that(again.is_success or 400 <= again.status < 500, "the second send is an error", again)


def interval_ends(case: Case) -> None:
    """A code can be sent again after the interval, which the refusal tells."""
    with signing.with_limits(case) as inside:
        email = people.new_email(inside)
        inside.given(signing.send(inside, email), 200)
        again = signing.send(inside, email)
        seconds = _retry_after(again)
        inside.control.advance(f"PT{seconds}S")
        judge.status(signing.send(inside, email), 200)
        judge.equal("the codes that reached the address", 2, len(signing.mails(inside, email)))


def _retry_after(answer: Answer) -> int:
    text = answer.header("Retry-After") or ""
    if not text.isdigit():
        raise NotTested(f"the refusal tells no time to wait: Retry-After is {text or 'absent'}")
    return int(text)


def hour_is_limited(case: Case) -> None:
    """One address gets a limited number of codes an hour, however patient the caller, and more later."""
    with signing.with_limits(case) as inside:
        email, sent = people.new_email(inside), 0
        for _ in range(30):
            answer = signing.send(inside, email)
            if not answer.is_success:
                break
            sent += 1
            inside.control.advance("PT110S")
        refused(answer)
        judge.equal("the codes that reached the address", sent, len(signing.mails(inside, email)))
        inside.control.advance("PT1H")
        judge.status(signing.send(inside, email), 200)


def refusal_is_neutral(case: Case) -> None:
    """A refused send is 429 with Retry-After, and the same for a known and an unknown address."""
    with signing.with_limits(case) as inside:
        refusals = []
        for email in (str(people.made(inside).at("/email")), people.new_email(inside)):
            inside.given(signing.send(inside, email), 200)
            refusals.append(signing.send(inside, email))
        for answer in refusals:
            judge.status(answer, 429)
            judge.that((answer.header("Retry-After") or "").isdigit(), "Retry-After is no number of seconds", answer)
        judge.equal("the refusal for an unknown address", refusals[0].json, refusals[1].json, refusals[1])


def other_locales_are_refused(case: Case, locale: str) -> None:
    """A locale other than en, nl and fr is refused and sends nothing."""
    email = people.new_email(case)
    refused(signing.send(case, email, locale=locale), "locale")
    judge.equal("the mails to the address", [], signing.mails(case, email))


def mail_speaks_the_locale(case: Case, locale: str) -> None:
    """The mail is in the language asked for, and in English where none is."""
    email = people.new_email(case)
    more = {} if locale == "default" else {"locale": locale}
    judge.status(signing.send(case, email, **more), 200)
    arrived = signing.mails(case, email)
    judge.equal("the number of mails", 1, len(arrived))
    text = f"{arrived[0].get('subject')} {arrived[0].get('text')}".lower()
    words = {"nl": _DUTCH, "fr": _FRENCH}.get(locale, _ENGLISH)
    found = set(text.replace(".", " ").replace(",", " ").split())
    judge.that(found & set(words), f"the mail does not speak {locale}", expected=words, received=text)
    judge.equal("the mail's locale", "en" if locale == "default" else locale, arrived[0].get("locale"))


def _long_email(length: int) -> str:
    domain = ".".join(("d" * 60, "e" * 60, "f" * 60, "example.com"))
    return "c" * (length - len(domain) - 1) + "@" + domain


def _order(case: Case, operation: str, **changes: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {"tenant": signing.tenant(case), "email": people.new_email(case)}
    if operation == "authenticateOtp":
        sent |= {"code": "12345", "device_id": people.new_uuid(case)}
    sent |= changes
    return {name: value for name, value in sent.items() if value is not MISSING}


_BAD_ORDERS: tuple[tuple[str, str, Any], ...] = (
    ("no-tenant", "tenant", MISSING),
    ("no-email", "email", MISSING),
    ("long-tenant", "tenant", "t" * 256),
    ("long-email", "email", _long_email(256)),
    ("malformed-email", "email", "conformance.example.com"),
)


def tenant_and_email_are_required(case: Case, wanted: tuple[str, str]) -> None:
    """tenant and a well-formed email of at most 255 characters each are required, to send and to authenticate."""
    operation, name = wanted
    field, value = next((field, value) for label, field, value in _BAD_ORDERS if label == name)
    answer = case.call(operation, json=_order(case, operation, **{field: value}), principal=None)
    judge.that(answer.status != 429, "a malformed order is throttled instead of refused", answer)
    refused(answer, field)


def longest_email_passes(case: Case) -> None:
    """An address of exactly 255 characters is not refused for its length."""
    answer = case.call("sendOtp", json=_order(case, "sendOtp", email=_long_email(255)), principal=None)
    judge.status(answer, 200)


def code_is_good_for_its_tenant_only(case: Case) -> None:
    """A code of one tenant opens nothing in another, and still opens its own."""
    email = str(people.made(case).at("/email"))
    people.made(case, "second-account", email=email)
    code = signing.code_for(case, email)
    elsewhere = signing.authenticate(case, code, tenant=signing.tenant(case, 1))
    refused(elsewhere)
    for token in ("access_token", "onboarding_token"):
        judge.that(elsewhere.at(f"/{token}") is MISSING, f"a code of another tenant gives an {token}", elsewhere)
    judge.status(signing.authenticate(case, code), 200)


def code_is_a_short_text(case: Case, value: Any) -> None:
    """A code that is longer than 32 characters, or no text, is refused as malformed."""
    answer = case.call("authenticateOtp", json=_order(case, "authenticateOtp", code=value), principal=None)
    refused(answer, "code")


def code_of_32_characters_is_well_formed(case: Case) -> None:
    """A code of 32 characters is only wrong, not malformed: the answer does not name the field."""
    answer = case.call("authenticateOtp", json=_order(case, "authenticateOtp", code="1" * 32), principal=None)
    refused(answer)
    judge.that("code" not in (answer.at("/errors") or {}), "32 characters are refused as malformed", answer)


def _code_that_a_number_can_say(case: Case) -> signing.Code:
    """Return a code that has no leading zero: only such a one is the same text when it is sent as a number."""
    for _ in range(20):
        code = signing.code_for(case, people.new_email(case))
        if code.text.isdigit() and not code.text.startswith("0"):
            return code
    raise NotTested("could not be set up: no code out of twenty can be said as a number")


def code_is_compared_as_text(case: Case) -> None:
    """A right code with a zero before or behind it, or as a number, is no right code; as it was sent it is."""
    code = _code_that_a_number_can_say(case)
    for text in (f"0{code.text}", f"{code.text}0"):
        refused(signing.authenticate(case, signing.Code(code.tenant, code.email, text)))
    number = signing.authenticate(case, code, code=int(code.text))
    refused(number)
    judge.equal("the tokens for a number", [], people.present(number, "access_token", "onboarding_token"), number)
    judge.status(signing.authenticate(case, code), 200)


def wrong_code_opens_nothing(case: Case) -> None:
    """A wrong code is 401 and gives no token; the right one still works."""
    code = signing.code_for(case, people.new_email(case))
    answer = signing.authenticate(case, signing.wrong(code))
    judge.status(answer, 401)
    judge.equal("the tokens in the refusal", [], people.present(answer, "access_token", "onboarding_token"), answer)
    judge.status(signing.authenticate(case, code), 200)


def code_works_once(case: Case, kind: str) -> None:
    """A code that was used once is refused, for a user and for a newcomer."""
    email = str(people.made(case).at("/email")) if kind == "user" else people.new_email(case)
    code = signing.code_for(case, email)
    case.given(signing.authenticate(case, code), 200)
    again = signing.authenticate(case, code)
    refused(again)
    judge.equal("the tokens in the refusal", [], people.present(again, "access_token", "onboarding_token"), again)


def code_expires(case: Case) -> None:
    """A code is refused after its lifetime, which is no longer than an hour."""
    with case.own_sandbox(world="empty") as inside:
        code = signing.code_for(inside, people.new_email(inside))
        inside.control.advance("PT1H1S")
        refused(signing.authenticate(inside, code))


_BAD_DEVICES: tuple[tuple[str, Any], ...] = (
    ("nothing", {}),
    ("camel-case", {"deviceId": "550e8400-e29b-41d4-a716-446655440000"}),
    ("no-uuid", {"device_id": "conformance"}),
)


def device_is_required(case: Case, name: str) -> None:
    """device_id, a UUID in that spelling, is required."""
    sent = _order(case, "authenticateOtp", device_id=MISSING) | dict(_BAD_DEVICES)[name]
    refused(case.call("authenticateOtp", json=sent, principal=None), "device_id")


def malformed_try_does_not_spend_the_code(case: Case) -> None:
    """A code tried without a device is still good afterwards."""
    code = signing.code_for(case, people.new_email(case))
    refused(signing.authenticate(case, code, device_id="conformance"), "device_id")
    judge.status(signing.authenticate(case, code), 200)


def judge_session(answer: Answer) -> None:
    """Judge the session shape: six members with their documented values."""
    judge.status(answer, 200)
    judge.equal("what a session lacks", [], people.lacking(answer.json, signing.SESSION), answer)
    judge.equal("token_type", "Bearer", answer.at("/token_type"), answer)
    judge.equal("expires_in", 3600, answer.at("/expires_in"), answer)
    judge.equal("refresh_expires_in", 2592000, answer.at("/refresh_expires_in"), answer)
    for name in ("access_token", "refresh_token"):
        token = answer.at(f"/{name}")
        judge.that(isinstance(token, str) and token, f"{name} is no text", answer, received=token)


def existing_user_gets_a_session(case: Case) -> None:
    """The right code of an existing user opens a session of that user, and its access token speaks for it."""
    made = people.made(case)
    answer = signing.authenticate(case, signing.code_for(case, str(made.at("/email"))))
    judge_session(answer)
    judge.equal("the user of the session", made.at("/id"), answer.at("/user/id"), answer)
    judge.equal("the address of the session's user", made.at("/email"), answer.at("/user/email"), answer)


def newcomer_gets_no_session(case: Case) -> None:
    """An unknown address gets an onboarding token and neither tokens nor a user; no user comes to life."""
    email = people.new_email(case)
    answer = signing.authenticate(case, signing.code_for(case, email))
    judge.status(answer, 200)
    token = answer.at("/onboarding_token")
    judge.that(isinstance(token, str) and token, "there is no onboarding token", answer, received=token)
    judge.equal("the members of a session", [], people.present(answer, "access_token", "refresh_token", "user"), answer)
    judge.equal("the users with the address", 0, people.email_count(case, email))


def pair_of_tenant_and_address_counts(case: Case) -> None:
    """Who is a user of another tenant only is a newcomer here."""
    email = str(people.made(case, "second-account").at("/email"))
    answer = signing.authenticate(case, signing.code_for(case, email))
    judge.status(answer, 200)
    judge.equal("the members", ["onboarding_token"], people.present(answer, "onboarding_token", "access_token"), answer)


def session_user_members(case: Case, way: str) -> None:
    """The user in a session has exactly its seven members, with the values that the profile shows."""
    if way == "onboarding":
        answer = signing.complete(case, signing.onboarding_token(case))
    else:
        answer = signing.session(case)
        answer = signing.refresh(case, answer.at("/refresh_token")) if way == "refresh" else answer
    case.given(answer, 200)
    user = answer.at("/user")
    shared = ("id", "email", "first_name", "last_name", "status", "date_of_birth")
    judge.equal("the members of the session's user", sorted((*shared, "tenant_id")), sorted(user or ()), answer)
    profile = people.profile(case, signing.caller(case, answer))
    for name in shared:
        judge.equal(f"{name} in the profile", user[name], profile.at(f"/{name}"), profile)


_SENDING = ("sendOtp", "authenticateOtp")
_SECOND = ("inbox", "second-account")

CHECKS = (
    check("YM-040", answer_is_neutral),
    check("YM-041", code_reaches_anybody),
    check("YM-041", code_reaches_a_user),
    check("YM-042", caller_is_throttled, needs=("destructive", "control")),
    check("YM-043", second_send_comes_too_soon),
    check("YM-043", interval_ends, needs=("clock",), required=False),
    check("YM-044", hour_is_limited),
    check("YM-045", refusal_is_neutral),
    check("YM-046", other_locales_are_refused, each=("de", "EN")),
    check("YM-046", mail_speaks_the_locale, each=("default", "en", "nl", "fr")),
    check(
        "YM-047",
        tenant_and_email_are_required,
        each=[(operation, label) for operation in _SENDING for label, _, _ in _BAD_ORDERS],
    ),
    check("YM-047", longest_email_passes),
    check("YM-048", code_is_good_for_its_tenant_only),
    check("YM-049", code_is_a_short_text, each=("1" * 33, 12345, True)),
    check("YM-049", code_of_32_characters_is_well_formed),
    check("YM-049", code_is_compared_as_text, needs=("inbox",), required=False),
    check("YM-050", wrong_code_opens_nothing, needs=("inbox",)),
    check("YM-050", code_works_once, each=("user", "newcomer"), needs=("inbox",)),
    check("YM-050", code_expires),
    check("YM-051", device_is_required, each=[name for name, _ in _BAD_DEVICES]),
    check("YM-051", malformed_try_does_not_spend_the_code, needs=("inbox",), required=False),
    check("YM-052", existing_user_gets_a_session),
    check("YM-053", newcomer_gets_no_session),
    check("YM-053", pair_of_tenant_and_address_counts, needs=_SECOND, required=False),
    check("YM-054", session_user_members, each=("authenticate", "onboarding", "refresh")),
)
