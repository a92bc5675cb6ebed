"""Plays scenarios: each workflow step by step, strictly; what cannot be understood fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from conformance import clock, pointer
from conformance.answer import Answer
from conformance.config import Settings
from conformance.exchange import readable_url
from conformance.failure import TransportError
from conformance.multipart import FORM, Form
from conformance.scenarios.arazzo import Scenario, read_scenario
from conformance.scenarios.criteria import CriterionError, holds
from conformance.scenarios.expressions import ExpressionError, Scope, as_text, is_expression, resolve
from conformance.scenarios.stage import Api, Stage, set_stage

_MOST_STEPS = 200


class ScenarioFailed(Exception):
    """A step did not go as the scenario says."""


@dataclass(frozen=True)
class Played:
    """One step that was played: what it did and whether its criteria were met."""

    workflow: str
    step: str
    text: str
    is_met: bool


def replay_files(
    files: Sequence[Path], inputs: dict[str, str], settings_for: Callable[[str], Settings], out: TextIO
) -> int:
    """Play each file in a fresh sandbox, where there is a control API; 0 where all went as written, else 1."""
    scenarios = [read_scenario(file) for file in files]  # all are read before the first is played
    failed = 0
    for scenario in scenarios:
        out.write(f"{scenario.file.name}: {scenario.title}\n")
        stage = set_stage(scenario, settings_for)
        stage.inputs |= inputs
        try:
            for played in Player(scenario, stage).play():
                mark = "ok  " if played.is_met else "not "
                out.write(f"  {mark}{played.workflow}.{played.step}: {stage.redactor.text(played.text)}\n")
            out.write("  played to its end\n")
        except (ScenarioFailed, ExpressionError, CriterionError) as error:
            failed += 1
            out.write(f"  FAILED {stage.redactor.text(str(error))}\n")
        finally:
            stage.close()
    out.write(f"{len(scenarios) - failed} of {len(scenarios)} scenarios went as written\n")
    return 1 if failed else 0


class Player:
    """Plays the workflows of one scenario in order; a workflow that was played as a dependency is not repeated."""

    def __init__(self, scenario: Scenario, stage: Stage) -> None:
        self._scenario = scenario
        self._stage = stage
        self._sources = {api.name: api.base_url for api in stage.apis.values()}
        self._outputs: dict[str, dict[str, Any]] = {}
        self._log: list[Played] = []
        self._count = 0

    def play(self) -> list[Played]:
        """Play everything; the steps in the order in which they were played."""
        for id in self._scenario.workflows:
            if id not in self._outputs:
                self._workflow(id, self._stage.inputs)
        return self._log

    def _workflow(self, id: str, inputs: dict[str, Any]) -> dict[str, Any]:
        workflow = self._scenario.workflows[id]
        for needed in workflow.get("dependsOn") or []:
            if needed not in self._outputs:
                self._workflow(needed, inputs)
        self._demand_inputs(workflow, inputs)
        scope = Scope(inputs=inputs, workflows=self._outputs, sources=self._sources)
        steps = workflow["steps"]
        places = {step["stepId"]: number for number, step in enumerate(steps)}
        place, tries = 0, dict.fromkeys(places, 0)
        while place < len(steps):
            step = steps[place]
            action = self._step(workflow, step, scope, tries)
            kind = action["type"]
            if kind == "end":
                break
            if kind == "goto" and "workflowId" in action:
                self._workflow(action["workflowId"], inputs)
                break
            place = places[action["stepId"]] if "stepId" in action else place if kind == "retry" else place + 1
        outputs = {name: resolve(value, scope) for name, value in (workflow.get("outputs") or {}).items()}
        self._outputs[id] = outputs
        return outputs

    def _demand_inputs(self, workflow: dict[str, Any], inputs: dict[str, Any]) -> None:
        schema = workflow.get("inputs") or {}
        for name, entry in (schema.get("properties") or {}).items():
            if name not in inputs and "default" in entry:
                inputs[name] = entry["default"]
        missing = [name for name in schema.get("required") or [] if name not in inputs]
        if missing:
            offered = ", ".join(sorted(inputs))
            raise ScenarioFailed(f"inputs {missing} are not given; offered: {offered}; give them as --input NAME=VALUE")

    def _step(
        self, workflow: dict[str, Any], step: dict[str, Any], scope: Scope, tries: dict[str, int]
    ) -> dict[str, Any]:
        """Play one step and return what comes next: an action, or `next`."""
        self._count += 1
        if self._count > _MOST_STEPS:
            raise ScenarioFailed(f"more than {_MOST_STEPS} steps were played: the scenario runs in a circle")
        where = f"{workflow['workflowId']}.{step['stepId']}"
        unmet, text = self._perform(workflow, step, scope, where)
        self._log.append(Played(workflow["workflowId"], step["stepId"], text, not unmet))
        if not unmet:
            outputs = step.get("outputs") or {}
            found = {name: self._output(value, scope, where) for name, value in outputs.items()}
            scope.steps[step["stepId"]] = found
            chosen = self._choose([*step["onSuccess"], *workflow["successActions"]], scope)
            return chosen or {"type": "next"}
        action = self._choose([*step["onFailure"], *workflow["failureActions"]], scope)
        if action is None or action["type"] == "end":
            raise ScenarioFailed(f"{where}: {text}: {unmet}{self._shown(scope)}")
        if action["type"] == "retry":
            tries[step["stepId"]] += 1
            if tries[step["stepId"]] > int(action.get("retryLimit", 1)):
                raise ScenarioFailed(f"{where}: {text}: {unmet}, {tries[step['stepId']]} times{self._shown(scope)}")
            clock.rest(float(action.get("retryAfter", 0)))
        return action

    @staticmethod
    def _output(value: Any, scope: Scope, where: str) -> Any:
        try:
            return resolve(value, scope)
        except ExpressionError as error:
            raise ScenarioFailed(f"{where}: output: {error}") from None

    @staticmethod
    def _choose(actions: list[dict[str, Any]], scope: Scope) -> dict[str, Any] | None:
        for action in actions:
            if all(holds(criterion, scope) for criterion in action.get("criteria") or []):
                return action
        return None

    @staticmethod
    def _shown(scope: Scope) -> str:
        if scope.answer is None:
            return ""
        body = scope.answer.content.decode("utf-8", "replace")
        return f"\n         answer {scope.answer.status}: {body[:600]}"

    def _perform(self, workflow: dict[str, Any], step: dict[str, Any], scope: Scope, where: str) -> tuple[str, str]:
        """Carry a step out; what was not met (empty where all was), and a line that tells what was done."""
        if "workflowId" in step:
            values = {item["name"]: resolve(item["value"], scope) for item in step["parameters"]}
            scope.outputs = self._workflow(step["workflowId"], {**self._stage.inputs, **values})
            text = f"workflow {step['workflowId']}"
        else:
            api, answer = self._send(workflow, step, scope, where)
            scope.answer = answer
            text = f"{answer.exchange.method} {readable_url(answer.exchange.url)} -> {answer.status}"
            for breach in api.promises.find_breaches(answer.exchange):
                return f"the answer breaks the document at {breach.pointer or '/'}: {breach.text}", text
        # Without criteria a call is expected to succeed: silence is not the same as "anything goes".
        criteria = step.get("successCriteria") or []
        if not criteria and scope.answer is not None and "operationId" in step:
            return ("" if scope.answer.is_success else "the answer is no success"), text
        for criterion in criteria:
            try:
                met = holds(criterion, scope)
            except (ExpressionError, CriterionError) as error:
                raise ScenarioFailed(f"{where}: {error}") from None
            if not met:
                return f"not met: {criterion['condition']}", text
        return "", text

    def _send(self, workflow: dict[str, Any], step: dict[str, Any], scope: Scope, where: str) -> tuple[Api, Answer]:
        api, operation_id = self._operation(step["operationId"], where)
        operation = api.operations[operation_id]
        sent: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        try:
            for item in [*workflow["parameters"], *step["parameters"]]:
                sent[item.get("in", "query")][item["name"]] = resolve(item["value"], scope)
            body, media = self._body(step.get("requestBody"), scope, next(iter(operation.body), None))
        except ExpressionError as error:
            raise ScenarioFailed(f"{where}: {error}") from None
        missing = [item.name for item in operation.in_place("path") if item.name not in sent["path"]]
        if missing:
            raise ScenarioFailed(f"{where}: path parameters {missing} are not given")
        scope.sent = sent
        headers: dict[str, str] = {name: as_text(value) for name, value in sent["header"].items()}
        if media is not None:
            headers.setdefault("Content-Type", media)
        if sent["cookie"]:
            headers["Cookie"] = "; ".join(f"{name}={as_text(value)}" for name, value in sent["cookie"].items())
        url = api.client.url(operation.path, sent["path"], {name: as_text(v) for name, v in sent["query"].items()})
        try:
            return api, api.client.send(operation.method, url, body, headers, None, operation_id)
        except TransportError as error:
            raise ScenarioFailed(f"{where}: {error}") from None

    def _operation(self, name: str, where: str) -> tuple[Api, str]:
        """Find an operation by `id`, or by `$sourceDescriptions.name.id` where several sources have it."""
        if is_expression(name):
            parts = name.split(".", 2)
            if len(parts) != 3 or parts[0] != "$sourceDescriptions" or parts[1] not in self._stage.apis:
                raise ScenarioFailed(f"{where}: unknown operation {name!r}")
            candidates, id = [self._stage.apis[parts[1]]], parts[2]
        else:
            candidates, id = list(self._stage.apis.values()), name
        found = [api for api in candidates if id in api.operations]
        if len(found) != 1:
            known = "no source has it" if not found else f"several have it: {', '.join(api.name for api in found)}"
            raise ScenarioFailed(f"{where}: unknown operation {name!r}: {known}")
        return found[0], id

    @staticmethod
    def _body(request: Any, scope: Scope, media: str | None) -> tuple[bytes | None, str | None]:
        if not request or "payload" not in request:
            return None, None
        payload = resolve(request["payload"], scope)
        for change in request.get("replacements") or []:
            payload = pointer.replaced(payload, change["target"], resolve(change["value"], scope))
        kind = request.get("contentType") or media or "application/json"
        if isinstance(payload, str):
            return payload.encode(), kind
        if kind == FORM and isinstance(payload, dict):
            form = Form(tuple((name, as_text(value)) for name, value in payload.items()))
            return form.encode(), form.media_type
        if "json" not in kind:
            raise ExpressionError(f"a payload of type {kind} is given as text, not as an object")
        return as_text(payload).encode(), kind
