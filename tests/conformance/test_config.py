"""Settings and their precedence: flags, environment, file, default."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.config import Settings, parse_token, read_settings
from conformance.failure import Misconfigured

TOML = """
[products]
base_url = "http://file.test"
read_only = true
rate = 5
[products.principals.full]
token_env = "MY_TOKEN"
[products.principals.second-account]
headers = { X-Api-Key = "k2" }
[products.facts]
labels = ["5", 7]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "conformance.toml"
    path.write_text(TOML, "utf-8")
    return path


@pytest.mark.parametrize("told", ["products = 5", "[products]\nprincipals = 5", "[products]\nfacts = []"])
def test_what_should_be_a_table_is_refused_where_it_is_none(told: str, tmp_path: Path) -> None:
    file = tmp_path / "conformance.toml"
    file.write_text(told, "utf-8")

    with pytest.raises(Misconfigured, match="are tables"):
        read_settings("products", {}, {}, file)


def test_addresses_of_receivers_come_from_flags_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "none.toml"
    told = {"CONFORMANCE_WEBHOOK_RECEIVERS": "https://a.example.org 0.0.0.0:9001, https://b.example.org"}

    by_flag = read_settings("products", {"webhook_receivers": ["pull"]}, told, file)
    by_variable = read_settings("products", {}, told, file)

    assert by_flag.facts == {"webhook-receivers": ["pull"]}
    assert by_variable.facts == {"webhook-receivers": ["https://a.example.org 0.0.0.0:9001", "https://b.example.org"]}


def test_a_file_gives_address_principals_and_facts(file: Path) -> None:
    found = read_settings("products", {}, {"MY_TOKEN": "abc"}, file)

    assert found.base_url == "http://file.test"
    assert found.read_only
    assert found.rate == 5.0
    assert found.tokens == {"full": "abc"}
    assert found.principals == {"second-account": {"X-Api-Key": "k2"}}
    assert found.facts == {"labels": ["5", "7"]}


def test_the_environment_wins_over_the_file_and_a_flag_over_both(file: Path) -> None:
    environment = {"MY_TOKEN": "abc", "CONFORMANCE_BASE_URL": "http://env.test", "CONFORMANCE_READ_ONLY": "no"}

    of_environment = read_settings("products", {}, environment, file)
    of_flag = read_settings("products", {"base_url": "http://flag.test"}, environment, file)

    assert (of_environment.base_url, of_environment.read_only) == ("http://env.test", False)
    assert of_flag.base_url == "http://flag.test"


def test_tokens_come_from_the_environment_by_principal(tmp_path: Path) -> None:
    environment = {"CONFORMANCE_TOKEN": "a", "CONFORMANCE_TOKEN_SECOND_ACCOUNT": "b"}

    found = read_settings("products", {"tokens": {"full": "flag"}}, environment, tmp_path / "none.toml")

    assert found.tokens == {"full": "flag", "second-account": "b"}


def test_without_anything_there_are_defaults(tmp_path: Path) -> None:
    assert read_settings("products", {}, {}, tmp_path / "none.toml") == Settings("products")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", ("full", "abc")),
        ("expired=abc", ("expired", "abc")),
        ("second-account=a=b", ("second-account", "a=b")),
        ("cXdlcnR5==", ("full", "cXdlcnR5==")),
    ],
)
def test_a_token_flag_may_name_its_principal(text: str, expected: tuple[str, str]) -> None:
    assert parse_token(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[products]\ncolour = 1\n",
        "[products]\nrate = 'fast'\n",
        "[products]\nread_only = 'perhaps'\n",
        "[products]\nverify = '/no/such/file.pem'\n",
        "[products.principals.full]\nname = 'x'\n",
        "[products\n",
    ],
)
def test_a_faulty_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "conformance.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(Misconfigured):
        read_settings("products", {}, {}, file)


def test_an_unset_variable_is_named(file: Path) -> None:
    with pytest.raises(Misconfigured, match="MY_TOKEN"):
        read_settings("products", {}, {}, file)
