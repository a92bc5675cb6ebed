"""Credentials: minted, found by their value alone, and alive only until their end on the sandbox's clock."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from mockserver.auth.credentials import caller_of, find_by_value, is_alive, mint
from mockserver.auth.headers import api_key_of, basic_of, bearer_of
from mockserver.core.message import Body, Request


def request(**headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("1", "GET", "/", "", named, Body(None, 0), "", "default", "toy", "")


def test_a_credential_is_found_by_its_value(toy: Any) -> None:
    world = toy.world
    record = mint(world, kind="api_key", value="key-é-1", account="7", name="mine", scopes=["b", "a"], client_id="c")

    found = find_by_value(world, "key-é-1")

    assert found == record
    assert (record["scopes"], record["client_id"], record["expires_at"]) == (["a", "b"], "c", None)
    caller = caller_of(record)
    assert (caller.name, caller.kind, caller.account, caller.scopes) == ("mine", "api_key", "7", {"a", "b"})


@pytest.mark.parametrize("value", ["", "nobody", "KEY", "key ", "key\x00", "\ud800", "x" * 100_000])
def test_another_value_finds_nothing(toy: Any, value: str) -> None:
    mint(toy.world, kind="api_key", value="key", account="1")

    assert find_by_value(toy.world, value) is None


def test_unnamed_credentials_are_numbered(toy: Any) -> None:
    names = [mint(toy.world, kind="bearer", value=f"v{number}", account="1")["name"] for number in range(2)]

    assert names == ["minted-4", "minted-5"]


def test_a_credential_lives_until_its_end(toy: Any) -> None:
    end = toy.now + timedelta(hours=1)
    record = mint(toy.world, kind="bearer", value="v", account="1", expires_at=end)

    assert is_alive(toy.world, record)
    toy.advance(end - timedelta(microseconds=1))
    assert is_alive(toy.world, record)
    toy.advance(end)
    assert not is_alive(toy.world, record)


def test_a_revoked_credential_is_dead_from_then_on(toy: Any) -> None:
    record = mint(toy.world, kind="bearer", value="v", account="1")
    record["revoked_at"] = "2026-03-01T10:00:00.000000Z"

    assert not is_alive(toy.world, record)


def test_a_deleted_credential_finds_nothing(toy: Any) -> None:
    record = mint(toy.world, kind="bearer", value="v", account="1")
    toy.world.delete("credentials", record["id"])

    assert find_by_value(toy.world, "v") is None


def test_a_credential_opens_its_own_sandbox_alone(toy: Any, toy_house: Any, make_box: Any) -> None:
    other = make_box(toy_house, "toy", seed=8)
    value = toy.credential("full")["value"]

    assert toy.ask("GET", "/things", token=None, headers={"Authorization": f"Bearer {value}"}).status_code == 200
    assert other.ask("GET", "/things", token=None, headers={"Authorization": f"Bearer {value}"}).status_code == 401


def test_an_expiry_is_seen_by_the_next_request(toy: Any) -> None:
    value = mint(toy.world, kind="bearer", value="v", account="1", expires_at=toy.now + timedelta(hours=1))["value"]
    headers = {"Authorization": f"Bearer {value}"}

    assert toy.ask("GET", "/things", token=None, headers=headers).status_code == 200
    toy.advance(toy.now + timedelta(hours=1))
    assert toy.ask("GET", "/things", token=None, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer abc", "abc"), ("bearer abc", "abc"), ("  BEARER   a b ", "a b"), ("Bearer", None), ("Bearer ", None),
        ("Basic abc", None), ("abc", None), ("", None), ("Bearerabc", None),
    ],
)  # fmt: skip
def test_a_bearer_token_is_read_from_its_header(header: str, token: str | None) -> None:
    assert bearer_of(request(authorization=header)) == token


def test_an_api_key_is_read_from_its_header() -> None:
    assert api_key_of(request(x_api_key=" k "), "X-Api-Key") == "k"
    assert api_key_of(request(x_api_key="  "), "X-Api-Key") is None
    assert api_key_of(request(), "X-Api-Key") is None


def basic(text: bytes) -> str:
    return "Basic " + base64.b64encode(text).decode()


@pytest.mark.parametrize(
    ("header", "pair"),
    [
        (basic(b"user:word"), ("user", "word")),
        (basic("é:ü:x".encode()), ("é", "ü:x")),
        (basic(b":"), ("", "")),
        (basic(b"user"), None),
        (basic(b"\xff:x"), None),
        ("Basic !!!", None),
        ("Basic ", None),
        ("Bearer dTpw", None),
    ],
)
def test_user_and_password_are_read_from_a_basic_header(header: str, pair: tuple[str, str] | None) -> None:
    assert basic_of(request(authorization=header)) == pair
