"""All configuration, read once: flag, environment, mockserver.toml, default, in this order."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from specs import PROVIDERS
from specs.overlay import find_overlay

WORLDS = ("demo", "empty")
PROGRESSIONS = ("manual", "timed", "immediate")
SERVERS = ("granian", "waitress")


class BadSetting(Exception):
    """A value that cannot be used; the text names the setting and the valid choices."""


def _choice(*valid: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in valid:
            raise ValueError(f"valid: {', '.join(valid)}")
        return text

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(text: Any) -> int:
        try:
            number = int(str(text))
        except ValueError:
            raise ValueError(f"valid: whole numbers from {low} to {high}") from None
        if not low <= number <= high:
            raise ValueError(f"valid: whole numbers from {low} to {high}")
        return number

    return read


def _flag(text: Any) -> bool:
    if isinstance(text, bool):
        return text
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if str(text).lower() not in known:
        raise ValueError("valid: true, false")
    return known[str(text).lower()]


def _providers(value: Any) -> tuple[str, ...]:
    names = (
        value if isinstance(value, list | tuple) else [part for part in str(value).replace(",", " ").split() if part]
    )
    unknown = [name for name in names if name not in PROVIDERS]
    if unknown:
        raise ValueError(f"unknown {', '.join(map(str, unknown))}; valid: {', '.join(PROVIDERS)}")
    return tuple(dict.fromkeys(names))


def _store(value: Any) -> str:
    text = str(value)
    if text == "memory" or (text.startswith("sqlite:") and len(text) > len("sqlite:")):
        return text
    if text.startswith(("postgresql://", "postgres://")):
        raise ValueError("the postgres store is not built yet; valid: memory, sqlite:PATH")
    raise ValueError("valid: memory, sqlite:PATH")


def _world(value: Any) -> str:
    text = str(value)
    if not text.replace("_", "").replace("-", "").isalnum():
        raise ValueError(f"a world is a plain name such as {', '.join(WORLDS)}")
    return text


def _targets(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list | tuple) else str(value).replace(",", " ").split()
    valid = ("loopback", "public", "private")
    unknown = [name for name in names if name not in valid]
    if unknown:
        raise ValueError(f"unknown {', '.join(map(str, unknown))}; valid: {', '.join(valid)}")
    return tuple(names)


def _ddex_folder(text: str) -> str:
    """Return the folder that holds the schema of ERN 4.3: the one named, or its part `ern43`."""
    if not text:
        return ""
    for folder in (Path(text), Path(text) / "ern43"):
        if (folder / "release-notification.xsd").is_file():
            return str(folder.resolve())
    raise ValueError("valid: a folder with release-notification.xsd of ERN 4.3, or one with it in ern43")


def _overlays(value: Any) -> tuple[str, ...]:
    """Return `provider=file` for each overlay, files as absolute paths; between two stands a comma or a space."""
    texts = value if isinstance(value, list | tuple) else re.split(r"[,\s]+(?=\w+=)", str(value).strip(", "))
    read = []
    for text in map(str, texts if value else ()):
        provider, sign, named = text.partition("=")
        if not sign or provider not in PROVIDERS:
            example = "PROVIDER=FILE, or tonegrid=observed for the one that comes with it"
            raise ValueError(f"valid: {example}; providers: {', '.join(PROVIDERS)}")
        read.append(f"{provider}={find_overlay(provider, named)}")
    return tuple(read)


def _setting(default: Any, read: Callable[[Any], Any], text: str) -> Any:
    return field(default=default, metadata={"read": read, "help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. The flag is --NAME, its environment twin MOCKSERVER_NAME."""

    providers: tuple[str, ...] = _setting((), _providers, "APIs to offer; none named means all")
    host: str = _setting("127.0.0.1", str, "address to listen on; other than loopback needs --control-token")
    port: int = _setting(4010, _whole(0, 65535), "port to listen on; 0 picks a free one")
    world: str = _setting(
        "demo", _world, "seed world of new sandboxes: demo (full of data) or empty (credentials only)"
    )
    seed: int = _setting(1, _whole(0, 2**53), "same seed, clock and requests give the same bytes")
    store: str = _setting("memory", _store, "memory, or sqlite:PATH to survive a restart")
    progression: str = _setting(
        "timed", _choice(*PROGRESSIONS), "how reviewers and workers act: manual, timed or immediate"
    )
    limits: bool = _setting(True, _flag, "enforce rate limits")
    workers: int = _setting(1, _whole(1, 64), "processes; more than one needs a shared store")
    control_token: str = _setting("", str, "bearer token that the control API demands")
    server: str = _setting("granian", _choice(*SERVERS), "WSGI server")
    max_body: int = _setting(26_214_400, _whole(1024, 2**40), "largest request body in bytes where the spec names none")
    journal_size: int = _setting(1000, _whole(10, 100_000), "requests that the journal of a sandbox remembers")
    webhook_targets: tuple[str, ...] = _setting(
        ("loopback", "public"), _targets, "networks that webhooks may go to: loopback, public, private"
    )
    media_sources: tuple[str, ...] = _setting(
        (), _targets, "networks that media named by URL are fetched from; none named means that they are made up"
    )
    strict_identifiers: bool = _setting(False, _flag, "refuse UPC, ISRC, GRid with a wrong check digit")
    ddex_schemas: str = _setting(
        "", _ddex_folder, "folder with DDEX's ern43/release-notification.xsd: messages are judged by it"
    )
    keep_worlds: bool = _setting(True, _flag, "keep built worlds in the user's cache folder: true or false")
    overlay: tuple[str, ...] = _setting(
        (),
        _overlays,
        "PROVIDER=FILE: an OpenAPI Overlay 1.0 that tells where a real deployment departs from the document, served so;"
        " tonegrid=observed is the one that comes with it; several with commas between them",
    )
    fixtures: str = _setting("", str, "folder with worlds of your own: <folder>/<provider>/worlds/NAME.yaml")

    @property
    def is_local(self) -> bool:
        """Say whether the server is reachable from this machine only."""
        return self.host in ("127.0.0.1", "localhost", "::1")

    @property
    def overlays(self) -> dict[str, tuple[Path, ...]]:
        """Return the overlay files of each provider that has any, in the order they were named."""
        found: dict[str, tuple[Path, ...]] = {}
        for text in self.overlay:
            provider, _, file = text.partition("=")
            found[provider] = (*found.get(provider, ()), Path(file))
        return found


def help_of(name: str) -> str:
    """Return a setting's text for people."""
    return next(str(entry.metadata["help"]) for entry in fields(Settings) if entry.name == name)


def read_settings(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> Settings:
    """Merge flags (None means not given), environment and file; `BadSetting` for a value that cannot be used.

    `defaults` are a command's own, in place of the general ones.
    """
    environment = os.environ if environment is None else environment
    stated = _read_file(file or Path("mockserver.toml"))
    values: dict[str, Any] = dict(defaults or {})
    for entry in fields(Settings):
        twin = f"MOCKSERVER_{entry.name.upper()}"
        for origin, raw in (
            (f"--{entry.name.replace('_', '-')}", flags.get(entry.name)),
            (twin, environment.get(twin)),
            (f"mockserver.toml: {entry.name}", stated.get(entry.name)),
        ):
            if raw is not None and raw not in ((), []):  # no provider named is no choice made
                values[entry.name] = _read_value(origin, raw, entry.metadata["read"])
                break
    settings = Settings(**values)
    _check_together(settings)
    return settings


def _read_value(origin: str, raw: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(raw)
    except ValueError as error:
        raise BadSetting(f"{origin}: {raw!r} cannot be used; {error}") from None


def _read_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        stated = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadSetting(f"{file}: {error}") from None
    stated = {key.replace("-", "_"): value for key, value in stated.items()}
    known = {entry.name for entry in fields(Settings)}
    for key in stated:
        if key not in known:
            raise BadSetting(f"{file}: unknown setting {key!r}; valid: {', '.join(sorted(known))}")
    return stated


def _check_together(settings: Settings) -> None:
    if settings.workers > 1 and settings.store == "memory":
        raise BadSetting("--workers: several processes cannot share the memory store; add --store sqlite:PATH")
    if not settings.is_local and not settings.control_token:
        raise BadSetting(
            f"--host {settings.host}: other machines could reach the control API; add --control-token TOKEN"
        )


def hide_request_like_variables() -> None:
    """granian merges the process environment into every request's; a variable HTTP_PROXY would read as a header."""
    for name in list(os.environ):
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            del os.environ[name]


def child_environment(exports: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a command that is to see the exports."""
    return {**os.environ, **exports}
