"""The server under judgement: its address, the principals that may call it, its control API if it has one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from conformance import clock
from conformance.client import Wire
from conformance.config import DEFAULT_SERVER, Settings
from conformance.contract import Contract
from conformance.control import Control, ControlRefusal
from conformance.exchange import Redactor
from conformance.failure import Misconfigured, TransportError, Untestable

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class Target:
    """A resolved target. `accounts` are the control API's credential entries by name, where there is one."""

    base_url: str
    control: Control | None
    credentials: dict[str, dict[str, str]]
    secrets: dict[str, str]
    settings: Settings
    sandbox: str | None = None
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    why_no_control: str = ""

    def wire(self) -> Wire:
        """Return how the client reaches the target."""
        settings = self.settings
        return Wire(
            base_url=self.base_url,
            credentials=self.credentials,
            headers={"X-Sandbox": self.sandbox} if self.sandbox else {},
            read_only=settings.read_only,
            rate=settings.rate,
            verify=settings.tls,
            timeout=settings.timeout,
        )

    def add(self, name: str, headers: dict[str, str], secret: str) -> None:
        """Take in a principal: the headers that it sends, and the secret in them that no report may show."""
        self.credentials[name] = headers
        if secret:
            self.secrets["TOKEN_" + name.upper().replace("-", "_")] = secret

    def add_client(self, name: str, client: dict[str, str]) -> None:
        """Take in a principal that has a client id and secret and must get its token from the target itself."""
        self.accounts[name] = {"name": name, "kind": "client", **client}
        self.secrets["SECRET_" + name.upper().replace("-", "_")] = client["client_secret"]

    def enter(self, control: Control, sandbox: str, **options: Any) -> None:
        """Open a sandbox and move into it, taking over its credentials; options as the control API knows them."""
        control.open_sandbox(sandbox, **options)
        self.control, self.sandbox = control.in_sandbox(sandbox), sandbox
        for entry in self.control.credentials(self.settings.provider):
            self.accounts[entry["name"]] = entry
            if entry.get("client_secret"):
                self.secrets["SECRET_" + entry["name"].upper().replace("-", "_")] = str(entry["client_secret"])
            if entry.get("header") and entry.get("value"):
                value = str(entry["value"])
                # Redaction must know the bare secret too, wherever a server repeats it.
                self.add(entry["name"], {entry["header"]: value}, value.removeprefix("Bearer "))

    def redactor(self) -> Redactor:
        """Return what hides this target's secrets."""
        return Redactor({secret: name for name, secret in self.secrets.items()})

    def close(self) -> None:
        """Remove the sandbox that the run made, if any."""
        if self.control is not None and self.sandbox:
            # A target that is gone or keeps the sandbox does no harm: nothing of the user's was in it.
            with suppress(ControlRefusal, TransportError):
                self.control.close_sandbox(self.sandbox)


def find_target(settings: Settings, contract: Contract) -> Target:
    """Resolve address, control API, sandbox and principals; `Untestable` where no credentials can be had."""
    base_url = (settings.base_url or f"{DEFAULT_SERVER}/{settings.provider}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
        raise Misconfigured(f"base URL {base_url!r} is no http address")
    control, reason = _find_control(settings, base_url)
    target = Target(base_url, control, {}, {}, settings, why_no_control=reason)
    if control is not None:
        try:
            name = f"conformance-{clock.run_name()}"
            target.enter(control, name, world="demo", clock="running", progression="manual", limits=False)
        except ControlRefusal as refusal:
            raise Untestable(str(refusal)) from None
    for name, secret in settings.tokens.items():
        target.add(name, contract.credential_headers(secret), secret)
    for name, headers in settings.principals.items():
        target.add(name, headers, next(iter(headers.values()), ""))
    for name, client in settings.clients.items():
        target.add_client(name, client)
    if "full" not in target.credentials and "full" not in settings.clients:
        why = reason or "the control API offers none named full"
        start = "" if settings.base_url else "is the mock running (`mockserver serve`)? else "
        raise Untestable(
            f"no credentials for {base_url}: {why}; {start}give --token, CONFORMANCE_TOKEN or "
            f"[{settings.provider}.principals.full] in conformance.toml"
        )
    return target


def _find_control(settings: Settings, base_url: str) -> tuple[Control | None, str]:
    if settings.control_url == "none":
        return None, "the control API is switched off"
    if settings.control_url:
        control = Control(settings.control_url, settings.control_token, settings.tls)
        if not control.is_there():
            raise Untestable(f"no control API answers at {settings.control_url}")
        return control, ""
    parts = urlsplit(base_url)
    if settings.base_url and parts.hostname not in _LOOPBACK:
        return None, "no control URL is configured"  # strangers are not probed
    control = Control(f"{parts.scheme}://{parts.netloc}/_control", settings.control_token, settings.tls)
    return (control, "") if control.is_there() else (None, f"no control API answers at {control.url}")
