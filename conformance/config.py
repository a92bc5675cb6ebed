"""Where a run's settings come from: flags, then CONFORMANCE_* variables, then conformance.toml, then defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from conformance.failure import Misconfigured

DEFAULT_SERVER = "http://127.0.0.1:4010"
_FILE = Path("conformance.toml")
_KEYS = (
    *("base_url", "control_url", "control_token", "read_only", "rate"),
    *("overlay", "baseline", "verify", "timeout", "fuzz_seconds", "fuzz_phases"),
)
_TABLES = ("principals", "facts")
_PREFIX = "CONFORMANCE_"


@dataclass(frozen=True)
class Settings:
    """All that a run needs to know.

    `tokens` are bare secrets by principal, `principals` whole headers by principal, `clients` the client_id and
    client_secret of principals that have to get their token first.
    """

    provider: str
    base_url: str = ""
    control_url: str = ""
    control_token: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    principals: dict[str, dict[str, str]] = field(default_factory=dict)
    facts: dict[str, list[str]] = field(default_factory=dict)
    clients: dict[str, dict[str, str]] = field(default_factory=dict)
    read_only: bool = False
    rate: float | None = None
    overlay: str = ""
    baseline: str = ""
    verify: str = "yes"
    timeout: float = 30.0
    fuzz: bool = True
    fuzz_seconds: int = 25
    fuzz_phases: str = "examples,coverage,fuzzing,stateful"

    def as_json(self) -> dict[str, Any]:
        """Return plain values, for handing a run over to another process."""
        return asdict(self)

    @property
    def overlay_file(self) -> Path | None:
        """Return the overlay file, or None."""
        return Path(self.overlay) if self.overlay else None

    @property
    def tls(self) -> bool | str:
        """Return what the HTTP library wants: verify, do not, or a bundle of authorities."""
        return {"yes": True, "no": False}.get(self.verify, self.verify)


def read_settings(
    provider: str, flags: Mapping[str, Any], environment: Mapping[str, str] | None = None, file: Path = _FILE
) -> Settings:
    """Build the settings of a run; `flags` holds only what was given on the command line."""
    environment = os.environ if environment is None else environment  # noqa: TID251 - the suite's one reader
    told = _file_section(file, provider)
    values: dict[str, Any] = {key: told[key] for key in _KEYS if key in told}
    values |= {key: environment[_PREFIX + key.upper()] for key in _KEYS if environment.get(_PREFIX + key.upper())}
    values |= {key: value for key, value in flags.items() if key in _KEYS and value is not None}
    tokens = {**_file_tokens(told, environment), **_environment_tokens(environment), **(flags.get("tokens") or {})}
    principals = {name: {str(k): str(v) for k, v in entry["headers"].items()} for name, entry in _whole(told).items()}
    return Settings(
        provider=provider,
        base_url=str(values.get("base_url", "")),
        control_url=str(values.get("control_url", "")),
        control_token=str(values.get("control_token", "")),
        tokens=tokens,
        principals=principals,
        clients={**_file_clients(told, environment), **_environment_client(environment)},
        facts={name: [str(item) for item in items] for name, items in told.get("facts", {}).items()}
        | _receivers(flags.get("webhook_receivers"), environment),
        read_only=_truth("read_only", values.get("read_only", False)),
        rate=_number("rate", values["rate"]) if values.get("rate") else None,
        overlay=str(values.get("overlay", "")),
        baseline=str(values.get("baseline", "")),
        verify=_verify(values.get("verify", "yes")),
        timeout=_number("timeout", values.get("timeout", 30)),
        fuzz=bool(flags.get("fuzz", True)),
        fuzz_seconds=int(_number("fuzz_seconds", values.get("fuzz_seconds", 25))),
        fuzz_phases=_phases(values.get("fuzz_phases", Settings.fuzz_phases)),
    )


def _file_section(file: Path, provider: str) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Misconfigured(f"{file}: {error}") from None
    section = raw.get(provider, {})
    if not isinstance(section, dict) or not all(isinstance(section.get(name, {}), dict) for name in _TABLES):
        raise Misconfigured(f"{file}: [{provider}] and its {' and '.join(_TABLES)} are tables")
    unknown = set(section) - {*_KEYS, "principals", "facts"}
    if unknown:
        valid = ", ".join((*_KEYS, "principals", "facts"))
        raise Misconfigured(f"{file}: [{provider}] has unknown keys {sorted(unknown)}; valid: {valid}")
    for name, entry in section.get("principals", {}).items():
        if not isinstance(entry, dict) or not {"token", "token_env", "headers", "client_id"} & set(entry):
            raise Misconfigured(f"{file}: [{provider}.principals.{name}] needs token, token_env, headers or client_id")
    return dict(section)


def _file_tokens(told: dict[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, entry in told.get("principals", {}).items():
        if "token" in entry:
            found[name] = str(entry["token"])
        elif "token_env" in entry:
            if entry["token_env"] not in environment:
                raise Misconfigured(f"principal {name}: environment variable {entry['token_env']} is not set")
            found[name] = environment[entry["token_env"]]
    return found


def _file_clients(told: dict[str, Any], environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found = {}
    for name, entry in told.get("principals", {}).items():
        if "client_id" in entry:
            secret = entry.get("client_secret") or environment.get(entry.get("client_secret_env", ""))
            if not secret:
                raise Misconfigured(f"principal {name}: client_secret or the variable of client_secret_env is not set")
            account = {"account": str(entry["account"])} if "account" in entry else {}
            found[name] = {"client_id": str(entry["client_id"]), "client_secret": str(secret), **account}
    return found


def _environment_client(environment: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Read CONFORMANCE_CLIENT_ID and CONFORMANCE_CLIENT_SECRET, the client of the principal `full`."""
    id, secret = environment.get(f"{_PREFIX}CLIENT_ID"), environment.get(f"{_PREFIX}CLIENT_SECRET")
    return {"full": {"client_id": id, "client_secret": secret}} if id and secret else {}


def _receivers(flags: list[str] | None, environment: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the fact of the addresses at which a target elsewhere can reach us; the variable parts them by commas."""
    stated = [part.strip() for part in environment.get(f"{_PREFIX}WEBHOOK_RECEIVERS", "").split(",") if part.strip()]
    found = flags or stated
    return {"webhook-receivers": found} if found else {}


def _whole(told: dict[str, Any]) -> dict[str, Any]:
    return {name: entry for name, entry in told.get("principals", {}).items() if "headers" in entry}


def _environment_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """Read CONFORMANCE_TOKEN (the principal `full`) and CONFORMANCE_TOKEN_SECOND_ACCOUNT and the like."""
    found = {}
    for key, value in environment.items():
        if key == f"{_PREFIX}TOKEN":
            found["full"] = value
        elif key.startswith(f"{_PREFIX}TOKEN_"):
            found[key.removeprefix(f"{_PREFIX}TOKEN_").lower().replace("_", "-")] = value
    return found


def parse_token(text: str) -> tuple[str, str]:
    """Read a --token value: `SECRET` for the principal full, or `PRINCIPAL=SECRET`."""
    name, equals, secret = text.partition("=")
    known = ("full", "second-account", "expired", "no-scope")
    if equals and (name in known or (name.replace("-", "").isalpha() and secret)):
        return name, secret
    return "full", text


def _truth(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("1", "true", "yes", "on"):
        return True
    if str(value).lower() in ("0", "false", "no", "off", ""):
        return False
    raise Misconfigured(f"{key} is {value!r}; valid: true, false")


def _number(key: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Misconfigured(f"{key} is {value!r}; it is a positive number") from None
    if not number > 0:
        raise Misconfigured(f"{key} is {value!r}; it is a positive number")
    return number


def _phases(value: Any) -> str:
    names = [name.strip() for name in str(value).split(",")]
    if not set(names) <= set(Settings.fuzz_phases.split(",")):
        raise Misconfigured(f"fuzz_phases is {value!r}; valid: some of {Settings.fuzz_phases}")
    return ",".join(names)


def _verify(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if text not in ("yes", "no") and not Path(text).exists():
        raise Misconfigured(f"verify is {text!r}; valid: yes, no, or a file of certificate authorities")
    return text
