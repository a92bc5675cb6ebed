"""Where a scenario is played: the described APIs at the target's addresses, one sandbox, ready inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.checks import find_suite, offered
from conformance.client import Client, Wire
from conformance.config import Settings
from conformance.contract import open_contract
from conformance.exchange import Redactor
from conformance.failure import Misconfigured, Untestable
from conformance.judge import NotTested
from conformance.promise import Promises
from conformance.scenarios.arazzo import Scenario, Source
from conformance.session import Session
from conformance.target import Target, find_target
from specs import PROVIDERS, Operation, SpecError, open_book

_CONTROL = "control"


@dataclass
class Api:
    """One described API: its operations, its client and its judge. Credentials come from the scenario alone."""

    name: str
    base_url: str
    operations: dict[str, Operation]
    client: Client
    promises: Promises


@dataclass
class Stage:
    """All APIs of one scenario by source name, and the inputs that the target can offer.

    Offered inputs, besides those of the command line: `sandbox`, the name of the sandbox that the scenario is played
    in (empty without a control API); `token`, `token_second_account`, `token_expired`, ... for each known principal,
    whole header values such as `Bearer abc`; `client_id` and `client_secret` of an OAuth client; and the first known
    fact of each kind, in the singular (`label`, `language`), where the provider's suite can find it out.
    """

    apis: dict[str, Api]
    inputs: dict[str, Any]
    redactor: Redactor
    targets: list[Target]

    def close(self) -> None:
        """Remove the sandboxes."""
        for api in self.apis.values():
            api.client.close()
        for target in self.targets:
            target.close()


def set_stage(scenario: Scenario, settings_for: Callable[[str], Settings]) -> Stage:
    """Resolve every source of a scenario against its target; a fresh sandbox where there is a control API."""
    stage = Stage({}, {"sandbox": ""}, Redactor({}), [])
    secrets: dict[str, str] = {}
    providers = {name: _provider_of(source) for name, source in scenario.sources.items()}
    for name, provider in providers.items():
        if provider != _CONTROL:
            target = _target(provider, settings_for(provider), stage)
            secrets |= {secret: label for label, secret in target.secrets.items()}
            contract = open_contract(provider, target.settings.overlay_file)
            client = Client(target.wire(), contract.operations, find_suite(provider).headers)
            stage.apis[name] = Api(
                name, target.base_url, contract.operations, client, Promises(contract.document, contract.operations)
            )
    for name, provider in providers.items():
        if provider == _CONTROL:
            stage.apis[name] = _control_api(name, scenario.sources[name], stage)
    stage.redactor = Redactor(secrets)
    return stage


def _provider_of(source: Source) -> str:
    """Return the provider whose document a source names: the folder that the file stands in."""
    name = source.file.parent.name
    if name != _CONTROL and name not in PROVIDERS:
        raise Misconfigured(f"source {source.name}: {source.file} is no document of {', '.join(PROVIDERS)} or control")
    if name in PROVIDERS and name not in offered():
        raise Misconfigured(
            f"source {source.name}: there is no suite for {name} yet; there is for {', '.join(offered())}"
        )
    return name


def _target(provider: str, settings: Settings, stage: Stage) -> Target:
    contract = open_contract(provider, settings.overlay_file)
    target = find_target(settings, contract)
    stage.targets.append(target)
    stage.inputs["sandbox"] = target.sandbox or ""
    for principal, headers in target.credentials.items():
        label = "token" if principal == "full" else f"token_{principal.replace('-', '_')}"
        stage.inputs.setdefault(label, next(iter(headers.values()), ""))
    client = target.accounts.get("full", {})
    for label in ("client_id", "client_secret"):
        if client.get(label):
            stage.inputs.setdefault(label, str(client[label]))
    for fact, value in _facts(provider, target).items():
        stage.inputs.setdefault(fact, value)
    return target


def _facts(provider: str, target: Target) -> Mapping[str, str]:
    suite = find_suite(provider)
    session = Session(open_contract(provider, target.settings.overlay_file), suite, target)
    found = {}
    for name in suite.facts:
        try:
            known = session.new_case().fact(name)
        except NotTested:
            continue
        found[name.removesuffix("s").replace("-", "_")] = known[0]
    session.client.close()
    return found


def _control_api(name: str, source: Source, stage: Stage) -> Api:
    target = next((target for target in stage.targets if target.control is not None), None)
    if target is None or target.control is None:
        raise Untestable(f"source {name} is the control API, and the target has none")
    try:
        book = open_book(_CONTROL, _existing(source.file.parent))
        operations = book.operations
    except SpecError as error:
        raise Misconfigured(str(error)) from None
    # The document's paths begin with /_control, the control URL ends with it.
    base_url = target.control.url.removesuffix("/_control")
    headers = {"X-Sandbox": target.sandbox or ""}
    if target.settings.control_token:
        headers["Authorization"] = f"Bearer {target.settings.control_token}"
    wire = Wire(base_url, {}, headers, verify=target.settings.tls, timeout=target.settings.timeout)
    return Api(name, base_url, operations, Client(wire, operations, {}), Promises(book.document, operations))


def _existing(folder: Path) -> Path:
    if not (folder / "openapi.yaml").exists():
        raise Misconfigured(f"{folder} has no openapi.yaml")
    return folder
