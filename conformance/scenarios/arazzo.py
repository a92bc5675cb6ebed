"""Reads Arazzo 1.0.1 files, refusing every member that the executor does not carry out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from conformance.failure import Misconfigured

_ROOT = {"arazzo", "info", "sourceDescriptions", "workflows", "components"}
_WORKFLOW = {"workflowId", "summary", "description", "inputs", "dependsOn", "steps", "outputs", "parameters"}
_WORKFLOW |= {"successActions", "failureActions"}
_STEP = {"stepId", "description", "operationId", "operationPath", "workflowId", "parameters", "requestBody"}
_STEP |= {"successCriteria", "onSuccess", "onFailure", "outputs"}
_ACTION = {"name", "type", "stepId", "workflowId", "criteria", "retryAfter", "retryLimit"}
_PLACES = ("path", "query", "header", "cookie")
_ID = re.compile(r"[A-Za-z0-9_\-]+")


@dataclass(frozen=True)
class Source:
    """A described API: its name in the scenario and the file of its document."""

    name: str
    file: Path


@dataclass(frozen=True)
class Scenario:
    """A checked file: its sources by name and its workflows by id, as plain values."""

    file: Path
    title: str
    sources: dict[str, Source]
    workflows: dict[str, dict[str, Any]]


def read_scenario(file: Path) -> Scenario:
    """Read a file; `Misconfigured` says what in it cannot be carried out."""
    try:
        raw = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"{file}: {error}") from None
    reader = _Reader(file)
    if not isinstance(raw, dict) or not str(raw.get("arazzo", "")).startswith("1.0."):
        raise Misconfigured(f"{file}: it is no Arazzo 1.0 file (`arazzo: 1.0.1` is its first member)")
    reader.known(raw, _ROOT, "the file")
    reader.parts = raw.get("components") or {}
    sources = {entry["name"]: reader.source(entry) for entry in raw.get("sourceDescriptions") or []}
    workflows = {entry["workflowId"]: reader.workflow(entry) for entry in raw.get("workflows") or []}
    if not workflows or not sources:
        raise Misconfigured(f"{file}: it needs sourceDescriptions and workflows")
    for workflow in workflows.values():
        reader.check_targets(workflow, workflows)
    return Scenario(file, str(raw["info"]["title"]), sources, workflows)


class _Reader:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.parts: dict[str, Any] = {}

    def fail(self, text: str) -> Misconfigured:
        return Misconfigured(f"{self.file}: {text}")

    def known(self, entry: dict[str, Any], members: set[str], where: str) -> None:
        unknown = sorted(name for name in set(entry) - members if not str(name).startswith("x-"))
        if unknown:
            raise self.fail(f"{where} has unknown members {unknown}; known: {', '.join(sorted(members))}")

    def source(self, entry: dict[str, Any]) -> Source:
        self.known(entry, {"name", "url", "type"}, f"source {entry.get('name')}")
        if entry.get("type", "openapi") != "openapi":
            raise self.fail(f"source {entry['name']} is of type {entry['type']}; only openapi is played")
        return Source(entry["name"], (self.file.parent / entry["url"]).resolve())

    def workflow(self, entry: dict[str, Any]) -> dict[str, Any]:
        where = f"workflow {entry.get('workflowId')}"
        self.known(entry, _WORKFLOW, where)
        built = dict(entry)
        built["steps"] = [self.step(step, where) for step in entry.get("steps") or []]
        ids = [step["stepId"] for step in built["steps"]]
        if not ids or len(set(ids)) != len(ids):
            raise self.fail(f"{where} needs steps, each with an id of its own; it has {ids}")
        for name, kind in (("successActions", ("end", "goto")), ("failureActions", ("end", "goto", "retry"))):
            built[name] = [self.action(action, kind, where) for action in entry.get(name) or []]
        built["parameters"] = [self.parameter(item, where) for item in entry.get("parameters") or []]
        return built

    def step(self, entry: dict[str, Any], workflow: str) -> dict[str, Any]:
        where = f"{workflow}, step {entry.get('stepId')}"
        self.known(entry, _STEP, where)
        if not _ID.fullmatch(str(entry.get("stepId", ""))):
            raise self.fail(f"{where}: stepId has letters, digits, _ and -")
        if "operationPath" in entry:
            raise self.fail(f"{where}: operationPath is not played; name the operation by operationId")
        if ("operationId" in entry) == ("workflowId" in entry):
            raise self.fail(f"{where}: it names either an operationId or a workflowId")
        body = entry.get("requestBody") or {}
        self.known(body, {"contentType", "payload", "replacements"}, f"{where}, requestBody")
        for change in body.get("replacements") or []:
            self.known(change, {"target", "value"}, f"{where}, replacement")
        built = dict(entry)
        built["parameters"] = [self.parameter(item, where) for item in entry.get("parameters") or []]
        built["onSuccess"] = [self.action(item, ("end", "goto"), where) for item in entry.get("onSuccess") or []]
        built["onFailure"] = [
            self.action(item, ("end", "goto", "retry"), where) for item in entry.get("onFailure") or []
        ]
        return built

    def reusable(self, entry: dict[str, Any], where: str) -> dict[str, Any]:
        """Follow a reference into the file's components, with its value laid over."""
        reference = entry.get("reference")
        if reference is None:
            return entry
        found: Any = {"components": self.parts}
        for token in str(reference).removeprefix("$").split("."):
            found = found.get(token) if isinstance(found, dict) else None
        if not isinstance(found, dict):
            raise self.fail(f"{where}: reference {reference!r} leads nowhere")
        return {**found, **({"value": entry["value"]} if "value" in entry else {})}

    def parameter(self, entry: dict[str, Any], where: str) -> dict[str, Any]:
        built = self.reusable(entry, where)
        self.known(built, {"name", "in", "value"}, f"{where}, parameter")
        if built.get("in", "query") not in _PLACES or "name" not in built or "value" not in built:
            raise self.fail(f"{where}: a parameter has name, in ({', '.join(_PLACES)}) and value, not {built}")
        return built

    def action(self, entry: dict[str, Any], kinds: tuple[str, ...], where: str) -> dict[str, Any]:
        built = self.reusable(entry, where)
        self.known(built, _ACTION, f"{where}, action")
        if built.get("type") not in kinds:
            raise self.fail(f"{where}: action {built.get('name')} is of type {built.get('type')!r}; valid: {kinds}")
        if built["type"] == "goto" and ("stepId" in built) == ("workflowId" in built):
            raise self.fail(f"{where}: a goto names either a stepId or a workflowId")
        return built

    def check_targets(self, workflow: dict[str, Any], workflows: dict[str, Any]) -> None:
        steps = {step["stepId"] for step in workflow["steps"]}
        actions = [*workflow["successActions"], *workflow["failureActions"]]
        actions += [action for step in workflow["steps"] for action in (*step["onSuccess"], *step["onFailure"])]
        wanted_steps = [action["stepId"] for action in actions if "stepId" in action]
        wanted_workflows = [action["workflowId"] for action in actions if "workflowId" in action]
        wanted_workflows += [step["workflowId"] for step in workflow["steps"] if "workflowId" in step]
        wanted_workflows += workflow.get("dependsOn") or []
        for name, known in ((wanted_steps, steps), (wanted_workflows, set(workflows))):
            for target in name:
                if target not in known:
                    raise self.fail(f"workflow {workflow['workflowId']} leads to {target!r}, which is not there")
