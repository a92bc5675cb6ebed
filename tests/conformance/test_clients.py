"""Principals that have a client id and secret instead of a token: where they are told, and that nobody shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.checks.yourmusic import SUITE
from conformance.config import Settings, read_settings
from conformance.contract import open_contract
from conformance.exchange import Exchange
from conformance.failure import Misconfigured
from conformance.properties.lifecycle import find_steered
from conformance.session import Session
from conformance.target import Target

CLIENT = {"client_id": "backoffice", "client_secret": "tell-nobody"}


def test_a_client_is_read_from_the_file_with_its_secret_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "conformance.toml"
    file.write_text(
        '[yourmusic.principals.full]\nclient_id = "backoffice"\nclient_secret_env = "SECRET"\naccount = "acme"\n'
    )

    settings = read_settings("yourmusic", {}, {"SECRET": "tell-nobody"}, file)

    assert settings.clients == {"full": {**CLIENT, "account": "acme"}}


def test_a_client_without_a_secret_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "conformance.toml"
    file.write_text('[yourmusic.principals.full]\nclient_id = "backoffice"\n')

    with pytest.raises(Misconfigured, match="client_secret"):
        read_settings("yourmusic", {}, {}, file)


def test_the_environment_names_the_client_of_full(tmp_path: Path) -> None:
    told = {"CONFORMANCE_CLIENT_ID": "backoffice", "CONFORMANCE_CLIENT_SECRET": "tell-nobody"}

    settings = read_settings("yourmusic", {}, told, tmp_path / "none.toml")

    assert settings.clients == {"full": CLIENT}


def test_a_client_secret_is_hidden_wherever_it_stands() -> None:
    target = Target("http://127.0.0.1:1", None, {"full": {"Authorization": "Bearer t"}}, {}, Settings("yourmusic"))
    target.add_client("full", CLIENT)
    sent = b'{"client_secret": "tell-nobody"}'
    exchange = Exchange(1, "POST", "http://127.0.0.1:1/oauth/token", {}, sent, 200, {}, b"tell-nobody", 1.0)

    shown = target.redactor().exchange(exchange)

    assert "tell-nobody" not in str(shown)
    assert '"$SECRET_FULL"' in shown["curl"]


def test_a_user_who_comes_to_life_during_the_run_is_hidden_too() -> None:
    target = Target("http://127.0.0.1:1", None, {"full": {"Authorization": "Bearer t"}}, {}, Settings("yourmusic"))
    session = Session(open_contract("yourmusic"), SUITE, target)

    session.admit("user-1", {"Authorization": "Bearer device-token"}, "device-token")

    assert session.client.wire.credentials["user-1"] == {"Authorization": "Bearer device-token"}
    assert session.redactor.text("device-token") == "$TOKEN_USER_1"


def test_the_steered_matrix_has_every_pair_of_state_and_event_once() -> None:
    contract = open_contract("yourmusic")

    legal = {move.label for move in find_steered(contract, "checkout_session", legal=True)}
    illegal = {move.label for move in find_steered(contract, "checkout_session", legal=False)}

    assert legal == {"open-pay", "open-cancel", "open-expire"}
    assert illegal == {
        f"{state}-{event}" for state in ("paid", "cancelled", "expired") for event in ("pay", "cancel", "expire")
    }
