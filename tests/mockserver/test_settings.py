"""Settings: flag before environment before file before default, and a clear word for what cannot be used."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mockserver.settings import BadSetting, Settings, help_of, read_settings
from specs.overlay import find_overlay


def read(folder: Path, toml: str = "", environment: dict[str, str] | None = None, **flags: Any) -> Settings:
    file = folder / "mockserver.toml"
    if toml:
        file.write_text(toml)
    return read_settings(flags, environment or {}, file)


def refused(folder: Path, **how: Any) -> str:
    with pytest.raises(BadSetting) as caught:
        read(folder, **how)
    return str(caught.value)


def test_defaults_need_nothing(tmp_path: Path) -> None:
    settings = read(tmp_path)

    assert settings == Settings()
    assert (settings.host, settings.port, settings.world, settings.store) == ("127.0.0.1", 4010, "demo", "memory")
    assert settings.is_local


def test_the_flag_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    toml, environment = 'port = 1\nworld = "empty"\nseed = 1', {"MOCKSERVER_PORT": "2", "MOCKSERVER_WORLD": "demo"}

    settings = read(tmp_path, toml, environment, port="3")

    assert (settings.port, settings.world, settings.seed) == (3, "demo", 1)


def test_providers_follow_the_same_order(tmp_path: Path) -> None:
    """No provider on the command line is no choice made."""
    toml, environment = 'providers = ["gard"]', {"MOCKSERVER_PROVIDERS": "products, tonegrid products"}

    assert read(tmp_path, toml, providers=[]).providers == ("gard",)
    assert read(tmp_path, toml, environment, providers=[]).providers == ("products", "tonegrid")
    assert read(tmp_path, toml, environment, providers=["yourmusic"]).providers == ("yourmusic",)
    assert read(tmp_path, 'providers = "gard,products"').providers == ("gard", "products")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("PORT", "0", 0),
        ("LIMITS", "false", False),
        ("LIMITS", "YES", True),
        ("STRICT_IDENTIFIERS", "1", True),
        ("PROGRESSION", "manual", "manual"),
        ("STORE", "sqlite:a/b.db", "sqlite:a/b.db"),
        ("WEBHOOK_TARGETS", "loopback private", ("loopback", "private")),
        ("WEBHOOK_TARGETS", "", ()),
        ("SEED", "9007199254740992", 2**53),
        ("SERVER", "waitress", "waitress"),
        ("WORLD", "my-own_world", "my-own_world"),
    ],
)
def test_the_environment_is_read_by_kind(tmp_path: Path, name: str, text: str, value: Any) -> None:
    assert getattr(read(tmp_path, environment={f"MOCKSERVER_{name}": text}), name.lower()) == value


def test_the_file_takes_the_flags_names_with_either_dash(tmp_path: Path) -> None:
    settings = read(tmp_path, 'max-body = 5000\njournal_size = 20\nlimits = false\nwebhook-targets = ["public"]')

    assert (settings.max_body, settings.journal_size, settings.limits) == (5000, 20, False)
    assert settings.webhook_targets == ("public",)


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        ({"port": "abc"}, "--port: 'abc' cannot be used; valid: whole numbers from 0 to 65535"),
        ({"port": "65536"}, "whole numbers from 0 to 65535"),
        ({"port": "-1"}, "whole numbers from 0 to 65535"),
        ({"port": "1.5"}, "whole numbers"),
        ({"seed": ""}, "whole numbers from 0 to"),
        ({"seed": "9" * 5000}, "whole numbers from 0 to"),
        ({"progression": "fast"}, "valid: manual, timed, immediate"),
        ({"server": "apache"}, "valid: granian, waitress"),
        ({"store": "redis"}, "valid: memory, sqlite:PATH"),
        ({"store": "sqlite:"}, "valid: memory, sqlite:PATH"),
        ({"store": "postgresql://a"}, "not built yet; valid: memory, sqlite:PATH"),
        ({"world": "../x"}, "plain name such as demo, empty"),
        ({"world": ""}, "plain name"),
        ({"providers": ["gard", "spotify"]}, "unknown spotify; valid: gard, tonegrid, yourmusic, products, og_records"),
        ({"webhook_targets": "moon"}, "unknown moon; valid: loopback, public, private"),
        ({"limits": "maybe"}, "valid: true, false"),
        ({"workers": "2"}, "several processes cannot share the memory store; add --store sqlite:PATH"),
        ({"workers": "0"}, "whole numbers from 1 to 64"),
        ({"host": "0.0.0.0"}, "add --control-token TOKEN"),
        ({"host": ""}, "add --control-token TOKEN"),
        ({"max_body": "10"}, "whole numbers from 1024"),
        ({"journal_size": "1"}, "whole numbers from 10"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_what_can(tmp_path: Path, flags: dict[str, Any], what: str) -> None:
    assert what in refused(tmp_path, **flags)


def test_the_origin_of_a_bad_value_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, environment={"MOCKSERVER_PORT": "x"}).startswith("MOCKSERVER_PORT: 'x'")
    assert refused(tmp_path, toml='port = "x"').startswith("mockserver.toml: port: 'x'")
    assert refused(tmp_path, port="x").startswith("--port: 'x'")


@pytest.mark.parametrize(
    ("toml", "what"),
    [
        ("prot = 1", "unknown setting 'prot'; valid: "),
        ("[serve]\nport = 1", "unknown setting 'serve'"),
        ("port = ", "mockserver.toml: "),
        ("a = \xff", "mockserver.toml: "),
        ("port = [1]", "whole numbers"),
        ("port = true", "whole numbers"),
        ("store = 5", "valid: memory"),
        ("world = [1]", "plain name"),
        ("providers = [1]", "unknown 1; valid"),
        ("webhook_targets = [1]", "unknown 1; valid"),
        ("progression = 3", "valid: manual"),
        ("limits = 3", "valid: true, false"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(tmp_path: Path, toml: str, what: str) -> None:
    (tmp_path / "mockserver.toml").write_bytes(toml.encode("latin-1"))

    assert what in refused(tmp_path)


OBSERVED = find_overlay("tonegrid", "observed")


def test_overlays_are_files_by_provider_in_the_order_named(tmp_path: Path) -> None:
    own, odd = tmp_path / "own.yaml", tmp_path / "a file, of sorts.yaml"
    for file in (own, odd):
        file.touch()
    named = f"tonegrid=observed,gard={own} tonegrid={odd}"

    settings = read(tmp_path, overlay=named)

    assert settings.overlays == {"tonegrid": (OBSERVED, odd), "gard": (own,)}
    assert read(tmp_path, environment={"MOCKSERVER_OVERLAY": named}) == settings
    assert read(tmp_path, f'overlay = ["tonegrid=observed", "gard={own}", "tonegrid={odd}"]') == settings


@pytest.mark.parametrize("nothing", ["", [], ()])
def test_no_overlay_is_the_documents_own_word(tmp_path: Path, nothing: Any) -> None:
    assert read(tmp_path, overlay=nothing).overlays == {}


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("observed", "valid: PROVIDER=FILE, or tonegrid=observed for the one that comes with it; providers: gard, "),
        ("spotify=observed", "valid: PROVIDER=FILE"),
        (["tonegrid=observed", 5], "valid: PROVIDER=FILE"),
        ("tonegrid=nope", "there is no file 'nope'; valid for tonegrid: observed, the path of an OpenAPI Overlay 1.0"),
        ("tonegrid=", "there is no file ''; valid for tonegrid: observed"),
        ("gard=observed", "there is no file 'observed'; valid for gard: the path of an OpenAPI Overlay 1.0"),
    ],
)
def test_an_overlay_that_cannot_be_found_is_told_with_what_can(tmp_path: Path, named: Any, what: str) -> None:
    assert what in refused(tmp_path, overlay=named)


def test_other_machines_may_come_in_with_a_token(tmp_path: Path) -> None:
    settings = read(tmp_path, host="0.0.0.0", control_token="t")

    assert not settings.is_local


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_needs_no_token(tmp_path: Path, host: str) -> None:
    assert read(tmp_path, host=host).is_local


@pytest.mark.parametrize("name", [entry.name for entry in fields(Settings)])
def test_every_setting_says_what_it_is_for(name: str) -> None:
    assert len(help_of(name)) > 10
