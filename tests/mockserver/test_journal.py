"""The journal: a ring of stated size, readable, without secrets, that can be waited for."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from mockserver.core.message import Body, Reply, Request
from mockserver.journal import HIDDEN, Entry, Journal, hide, readable
from specs import Problem


def entry(id: str = "1", sandbox: str = "a", status: int = 200, body: bytes = b"", **headers: str) -> Entry:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(id, "GET", "/x", "", named, Body(None, 0, body), "", sandbox, "toy", "")
    return Entry(request, "2026-03-01T10:00:00.000000Z", "readX", reply=Reply(status, None, "application/json"))


def ids(journal: Journal, sandbox: str = "a") -> list[str]:
    return [one.request.id for one in journal.find(sandbox)]


def test_the_newest_comes_first() -> None:
    journal = Journal(10)
    for id in "123":
        journal.remember(entry(id))

    assert ids(journal) == ["3", "2", "1"]


def test_a_full_ring_loses_the_oldest_and_says_how_many() -> None:
    journal = Journal(3)
    for number in range(5):
        journal.remember(entry(str(number)))

    assert ids(journal) == ["4", "3", "2"]
    assert journal.dropped("a") == 2


def test_sandboxes_have_rings_of_their_own() -> None:
    journal = Journal(3)
    journal.remember(entry("1", "a"))
    journal.remember(entry("2", "b"))

    assert (ids(journal, "a"), ids(journal, "b"), ids(journal, "c")) == (["1"], ["2"], [])


def test_clearing_keeps_the_coverage_and_forgetting_does_not() -> None:
    journal = Journal(3)
    journal.remember(entry())
    key = ("toy", "readX", 200, "application/json")

    journal.clear("a")
    assert ids(journal) == []
    assert journal.seen("a") == {key: 1}
    journal.forget("a")
    assert journal.seen("a") == {}


def test_waiting_ends_when_enough_has_come() -> None:
    journal = Journal(10)
    found: list[Entry] = []

    def wait() -> None:
        found.extend(journal.wait("a", lambda one: one.status == 201, 2, 10))

    thread = threading.Thread(target=wait)
    thread.start()
    for id, status in (("1", 201), ("2", 200), ("3", 201)):
        journal.remember(entry(id, status=status))
    thread.join(5)

    assert [one.request.id for one in found] == ["3", "1"]


def test_waiting_in_vain_gives_what_there_is() -> None:
    journal = Journal(10)
    journal.remember(entry())

    assert len(journal.wait("a", lambda one: True, 2, 0.01)) == 1


def test_large_bodies_are_told_by_their_size() -> None:
    journal = Journal(3)
    large = entry(body=b"x" * 70_000)
    large.reply = Reply(200, None, "image/png", {}, b"y" * 70_000)
    sent = large.reply

    journal.remember(large)

    whole = next(journal.find("a")).whole()
    assert whole["request"]["body"] == "[70000 bytes of unknown type]"
    assert whole["response"]["body"] == "[70000 bytes of image/png]"
    assert len(sent.payload) == 70_000, "what is sent is not touched"
    assert len(next(journal.find("a")).request.body.seen or b"") < 100


@pytest.mark.parametrize(
    ("body", "media_type", "shown"),
    [
        (None, "", None),
        (b"", "application/json", None),
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b'{"a": 1}', "application/vnd.api+json", {"a": 1}),
        (b'{"a": ', "application/json", '{"a": '),
        ("é".encode(), "text/plain", "é"),
        (b"\xff\x00", "image/png", "[2 bytes of image/png]"),
        (b"\xff", "", "[1 bytes of unknown type]"),
    ],
)
def test_bodies_are_shown_as_what_they_are(body: bytes | None, media_type: str, shown: Any) -> None:
    assert readable(body, media_type) == shown


@pytest.mark.parametrize(
    "text",
    [
        "client_secret=hush&a=1", "password: hush", '{"api_key": "hush"', "access_token=hush", "refresh_token=hush",
        "otp=hush", "code=hush", "token=hush",
    ],
)  # fmt: skip
def test_secrets_in_texts_are_hidden(text: str) -> None:
    shown = readable(text.encode(), "text/plain")

    assert "hush" not in shown
    assert HIDDEN in shown


@pytest.mark.parametrize(
    "key",
    [
        "password", "Client_Secret", "apiKey", "api-key", "access_token", "refreshToken", "id_token", "token", "otp",
        "private_key", "client_assertion", "webhook_secret", "Authorization",
    ],
)  # fmt: skip
def test_secrets_in_json_are_hidden_at_any_depth(key: str) -> None:
    shown = hide({"a": [{key: "hush", "b": 1}], "name": "kept"})

    assert shown == {"a": [{key: HIDDEN, "b": 1}], "name": "kept"}


def test_an_errors_code_is_no_secret_but_a_one_time_code_is() -> None:
    assert hide({"code": "not_found"}) == {"code": "not_found"}
    assert hide({"code": "123456"}) == {"code": HIDDEN}
    assert hide({"code": "a" * 40}) == {"code": HIDDEN}


def test_secret_headers_and_query_values_are_hidden() -> None:
    one = entry(authorization="Bearer hush", x_api_key="hush", cookie="a=hush", x_other="fine")
    one.request.query = "code=hush&state=fine"

    text = json.dumps(one.whole())

    assert "hush" not in text
    assert text.count("fine") == 2


def test_a_refused_secret_is_not_repeated_in_the_explanation() -> None:
    one = entry()
    one.problems = [
        Problem("body", "/client_secret", "minLength", 10, "hush", '"hush" is shorter than 10 characters'),
        Problem("body", "/inner", "type", "string", {"password": "hush"}, "not a string"),
    ]

    assert "hush" not in json.dumps(one.whole())


def test_what_was_asked_of_the_house_can_be_read_back(toy: Any) -> None:
    toy.send("POST", "/things", {"name": ""})

    told = toy.journal[0]
    assert told["validation"][0]["rule"] == "minLength"
    assert told["refusal"]["kind"] == "invalid"
    assert told["response"]["body"]["error"] == "invalid"
