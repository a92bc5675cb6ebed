"""What leaves the process: secrets are hidden, and a curl line sends the same request."""

from __future__ import annotations

import base64
import json
import shlex
from typing import Any

import pytest
from answers import exchange

from conformance.exchange import Breach, Redactor

SECRET = "s3cret-token"
REDACTOR = Redactor({SECRET: "TOKEN_FULL"})


def test_a_known_secret_is_named_wherever_it_stands() -> None:
    told = REDACTOR.exchange(
        exchange(
            {"echo": SECRET},
            url=f"http://api.test/x?token={SECRET}",
            sent_headers={"Authorization": f"Bearer {SECRET}", "X-Api-Key": SECRET},
            sent=json.dumps({"token": SECRET}).encode(),
        )
    )

    assert SECRET not in json.dumps(told)
    assert told["request"]["headers"]["Authorization"] == "Bearer $TOKEN_FULL"


def test_an_unknown_secret_in_a_telling_header_is_hidden() -> None:
    told = REDACTOR.exchange(
        exchange({}, headers={"Set-Cookie": "session=abc"}, sent_headers={"Cookie": "session=abc"})
    )

    assert told["request"]["headers"]["Cookie"] == "(hidden)"
    assert told["response"]["headers"]["Set-Cookie"] == "(hidden)"


def test_bytes_that_are_no_text_are_counted_only() -> None:
    told = REDACTOR.exchange(exchange(b"\xff\xd8\xff", headers={"Content-Type": "image/jpeg"}))

    assert told["response"]["body"] == "(3 bytes of image/jpeg)"


def test_a_long_body_is_shortened() -> None:
    told = REDACTOR.exchange(exchange(b"x" * 20_000, headers={"Content-Type": "text/plain"}))

    assert len(told["response"]["body"]) < 9_000


def test_curl_sends_the_same_request_with_the_secret_as_a_variable() -> None:
    body = '{"name": "it\'s © $5"}'
    line = REDACTOR.curl(
        exchange(
            {},
            method="POST",
            url="http://api.test/products?filter%5Bname%5D=a",
            sent_headers={"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json", "User-Agent": "x"},
            sent=body.encode(),
        )
    )

    words = shlex.split(line.replace('"$TOKEN_FULL"', SECRET))
    assert words[:4] == ["curl", "-i", "-g", "-X"]
    assert words[4:6] == ["POST", "http://api.test/products?filter%5Bname%5D=a"]
    assert f"Authorization: Bearer {SECRET}" in words
    assert words[words.index("--data-raw") + 1] == body
    assert not any(word.startswith("User-Agent") for word in words)


def test_bytes_that_are_no_text_are_kept_in_base64_without_secrets() -> None:
    told = REDACTOR.exchange(exchange(b"\xff" + SECRET.encode(), headers={"Content-Type": "image/jpeg"}))

    assert base64.b64decode(told["response"]["base64"]) == b"\xff$TOKEN_FULL"
    assert told["response"]["bytes"] == 1 + len(SECRET)


def test_a_secret_in_a_breach_is_named_too() -> None:
    made = exchange({})
    made.breaches = [Breach("schema", f"'{SECRET}' is too short", "/token", "minLength")]

    assert REDACTOR.exchange(made)["breaches"][0]["text"] == "'$TOKEN_FULL' is too short"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "HEAD"}, ["--head"]),
        ({"method": "GET", "sent": b"{}"}, ["-X", "GET"]),
        ({"method": "POST", "sent": b"@file"}, ["--data-raw", "@file"]),
        ({"method": "POST", "sent": b"x"}, ["-H", "Content-Type:"]),
        ({"sent_headers": {"X-Empty": ""}}, ["-H", "X-Empty;"]),
    ],
)
def test_curl_adds_and_drops_nothing(options: dict[str, Any], words: list[str]) -> None:
    line = shlex.split(REDACTOR.curl(exchange({}, **options)))

    assert any(line[index : index + len(words)] == words for index in range(len(line)))
