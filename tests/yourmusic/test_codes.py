"""One-time codes: neutral answers, mails in three languages, throttles, what a try is worth."""

from __future__ import annotations

import pytest

from .conftest import DEVICE, OTHER_TENANT, TENANT, Room, RoomMaker

SENT = {"message": "If that email address is valid, a verification code has been sent."}
KNOWN, UNKNOWN = "ada@example.com", "nobody@example.com"


def test_the_answer_does_not_tell_whether_an_address_is_known(room: Room) -> None:
    """YM-040, YM-067"""
    known, unknown = room.send_code(KNOWN), room.send_code(UNKNOWN)

    assert (known.status_code, known.json) == (unknown.status_code, unknown.json) == (200, SENT)
    assert [name for name, _ in known.headers] == [name for name, _ in unknown.headers]


def test_a_code_goes_to_any_address(room: Room) -> None:
    """YM-041"""
    answer = room.sign_in(UNKNOWN)

    assert answer["onboarding_token"]


@pytest.mark.parametrize(
    ("locale", "subject"),
    [
        (None, "Your sign-in code"),
        ("en", "Your sign-in code"),
        ("nl", "Je inlogcode"),
        ("fr", "Votre code de connexion"),
    ],
)
def test_the_mail_speaks_the_language_that_was_asked_for(room: Room, locale: str | None, subject: str) -> None:
    """YM-046"""
    room.send_code(KNOWN, **({"locale": locale} if locale else {}))

    mail = room.mail_to(KNOWN)

    assert (mail["subject"], mail["locale"], mail["channel"]) == (subject, locale or "en", "email")
    assert mail["code"] in mail["text"]
    assert "Acme Records" in mail["text"]


def test_another_language_is_refused(room: Room) -> None:
    """YM-046"""
    answer = room.send_code(KNOWN, locale="de")

    assert (answer.status_code, answer.json["errors"]) == (422, {"locale": ["The selected locale is invalid."]})
    assert not room.records("inbox")


def test_two_sends_to_an_address_need_a_minute_between_them(room: Room) -> None:
    """YM-043, YM-045"""
    first = room.send_code(KNOWN)
    room.advance(seconds=20)
    second = room.send_code(KNOWN)
    room.advance(seconds=40)
    third = room.send_code(KNOWN)

    assert [answer.status_code for answer in (first, second, third)] == [200, 429, 200]
    assert second.headers["Retry-After"] == "40"
    assert len(room.records("inbox")) == 2


def test_an_address_gets_five_codes_an_hour(room: Room) -> None:
    """YM-044, YM-045"""
    for _ in range(5):
        assert room.send_code(KNOWN).status_code == 200
        room.advance(minutes=2)

    sixth = room.send_code(KNOWN)
    room.advance(seconds=int(sixth.headers["Retry-After"]) - 1)
    early = room.send_code(KNOWN)
    room.advance(seconds=1)
    later = room.send_code(KNOWN)

    assert (sixth.status_code, early.status_code, later.status_code) == (429, 429, 200)
    assert sixth.headers["Retry-After"] == str(50 * 60)


def test_refused_sends_do_not_tell_whether_an_address_is_known(room: Room) -> None:
    """YM-045"""
    for email in (KNOWN, UNKNOWN):
        room.send_code(email)

    known, unknown = room.send_code(KNOWN), room.send_code(UNKNOWN)

    assert (
        (known.status_code, known.json)
        == (unknown.status_code, unknown.json)
        == (429, {"message": "Too Many Attempts."})
    )
    assert known.headers["Retry-After"] == unknown.headers["Retry-After"]


def test_one_caller_sends_twenty_codes_an_hour(room: Room) -> None:
    """YM-042, YM-045"""
    answers = [room.send_code(f"u{number}@example.com") for number in range(21)]
    room.advance(hours=1)
    later = room.send_code("u21@example.com")

    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert later.status_code == 200


def test_without_limits_codes_are_sent_as_often_as_asked(make_room: RoomMaker) -> None:
    """YM-Q04: the setting governs the throttles of one-time codes too."""
    room = make_room(world="empty", limits=False)

    answers = [room.send_code(KNOWN) for _ in range(25)]

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("field", ["tenant", "email"])
def test_tenant_and_address_are_needed(room: Room, field: str) -> None:
    """YM-047"""
    body = {"tenant": TENANT, "email": KNOWN}
    del body[field]

    answer = room.post("/auth/otp/send", body, None)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_tenant_and_address_have_at_most_255_characters(room: Room) -> None:
    """YM-047"""
    host = ".".join(["d" * 60] * 3) + ".example"
    longest = "a" * (255 - len(host) - 1)
    fits = room.send_code(f"{longest[:64]}@{host}")
    too_long = room.send_code(f"{longest}aaaaaa@{host}")
    tenant = room.send_code(KNOWN, "t" * 256)

    assert fits.status_code == 200
    assert (too_long.status_code, list(too_long.json["errors"])) == (422, ["email"])
    assert (tenant.status_code, tenant.json["errors"]["tenant"]) == (
        422, ["The tenant must not be greater than 255 characters."],
    )  # fmt: skip


def test_a_malformed_address_is_refused(room: Room) -> None:
    """YM-047"""
    answer = room.send_code("not-an-address")

    assert answer.json["errors"] == {"email": ["The email must be a valid email address."]}


@pytest.mark.parametrize("path", ["/auth/otp/send", "/auth/otp/authenticate"])
def test_an_unknown_tenant_is_a_refused_field(room: Room, path: str) -> None:
    """YM-Q16"""
    answer = room.post(path, {"tenant": "nope", "email": KNOWN, "code": "12345", "device_id": DEVICE}, None)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["tenant"])


def test_a_code_of_one_tenant_is_worthless_in_another(room: Room) -> None:
    """YM-048"""
    code = room.code_for(KNOWN, TENANT)

    elsewhere = room.authenticate(KNOWN, code, OTHER_TENANT)
    at_home = room.authenticate(KNOWN, code, TENANT)

    assert (elsewhere.status_code, at_home.status_code) == (401, 200)


@pytest.mark.parametrize("code", ["1" * 33, 12345, "", None])
def test_a_code_is_a_text_of_at_most_32_characters(room: Room, code: object) -> None:
    """YM-049"""
    body = {"tenant": TENANT, "email": KNOWN, "code": code, "device_id": DEVICE}

    answer = room.post("/auth/otp/authenticate", body, None)

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["code"])


def test_leading_zeros_of_a_code_count(room: Room) -> None:
    """YM-049"""
    room.code_for(KNOWN)
    record = room.records("one_time_codes")[-1]
    room.change("one_time_codes", record["id"], code="01234")

    without = room.authenticate(KNOWN, "1234")
    whole = room.authenticate(KNOWN, "01234")

    assert (without.status_code, whole.status_code) == (401, 200)


def test_a_code_works_once(room: Room) -> None:
    """YM-050"""
    code = room.code_for(KNOWN)

    first, second = room.authenticate(KNOWN, code), room.authenticate(KNOWN, code)

    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json == {"message": "The verification code is invalid or has expired."}


def test_a_code_expires_after_ten_minutes(room: Room) -> None:
    """YM-050"""
    code = room.code_for(KNOWN)

    room.advance(minutes=10)

    assert room.authenticate(KNOWN, code).status_code == 401


def test_a_code_is_good_until_ten_minutes_are_over(room: Room) -> None:
    """YM-050"""
    code = room.code_for(KNOWN)

    room.advance(minutes=9, seconds=59)

    assert room.authenticate(KNOWN, code).status_code == 200


def test_a_newer_code_replaces_the_older_one(room: Room) -> None:
    """YM-Q04"""
    old = room.code_for(KNOWN)
    room.advance(minutes=1)
    new = room.code_for(KNOWN)

    assert old != new
    assert room.authenticate(KNOWN, old).status_code == 401
    assert room.authenticate(KNOWN, new).status_code == 200


def test_no_code_opens_nothing(room: Room) -> None:
    """YM-050"""
    assert room.authenticate(KNOWN, "12345").status_code == 401


def test_the_fifth_wrong_try_locks_a_code(room: Room) -> None:
    """YM-050, YM-Q04"""
    code = room.code_for(KNOWN)
    wrong = "x" + code[1:]
    room.advance(seconds=30)

    tries = [room.authenticate(KNOWN, wrong) for _ in range(5)]
    right = room.authenticate(KNOWN, code)

    assert [answer.status_code for answer in tries] == [401, 401, 401, 401, 429]
    assert (right.status_code, right.headers["Retry-After"]) == (429, "570")


def test_a_new_code_unlocks_an_address(room: Room) -> None:
    """YM-Q04"""
    code = room.code_for(KNOWN)
    for _ in range(5):
        room.authenticate(KNOWN, "x" + code[1:])
    room.advance(minutes=1)

    new = room.code_for(KNOWN)

    assert room.authenticate(KNOWN, new).status_code == 200


def test_four_wrong_tries_leave_a_code_good(room: Room) -> None:
    code = room.code_for(KNOWN)
    for _ in range(4):
        room.authenticate(KNOWN, "x" + code[1:])

    assert room.authenticate(KNOWN, code).status_code == 200
