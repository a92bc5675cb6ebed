"""Arazzo's runtime expressions: `$inputs.token`, `$steps.create.outputs.id`, `$response.body#/data/id` and the like."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance import pointer
from conformance.answer import Answer

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")
_NAME = r"[A-Za-z0-9_\-]+"
_FORMS = re.compile(
    rf"""
    \$(?:
      (?P<plain>url|method|statusCode)
    | request\.header\.(?P<sent_header>[A-Za-z0-9!#$%&'*+.^_`|~-]+)
    | request\.(?P<sent_place>query|path)\.(?P<sent_name>.+)
    | request\.body(?:\#(?P<sent_body>.*))?(?P<is_sent_body>)
    | response\.header\.(?P<header>[A-Za-z0-9!#$%&'*+.^_`|~-]+)
    | response\.body(?:\#(?P<body>.*))?(?P<is_body>)
    | inputs\.(?P<input>{_NAME})(?:\#(?P<input_pointer>/.*))?
    | outputs\.(?P<output>{_NAME})
    | steps\.(?P<step>{_NAME})\.outputs\.(?P<step_output>{_NAME})(?:\#(?P<step_pointer>/.*))?
    | workflows\.(?P<workflow>{_NAME})\.outputs\.(?P<workflow_output>{_NAME})
    | sourceDescriptions\.(?P<source>{_NAME})\.(?P<source_member>url)
    )""",
    re.VERBOSE,
)


class ExpressionError(Exception):
    """An expression is unknown, or names something that is not there."""


@dataclass
class Scope:
    """What expressions can see: inputs, outputs of steps and workflows, source addresses, the present call."""

    inputs: Mapping[str, Any]
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    workflows: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    sent: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answer: Answer | None = None


def is_expression(value: Any) -> bool:
    """Say whether a value is meant as an expression."""
    return isinstance(value, str) and value.startswith("$")


def evaluate(text: str, scope: Scope) -> Any:
    """Return an expression's value; MISSING only where a pointer into a body or header leads nowhere."""
    found = _FORMS.fullmatch(text)
    if found is None:
        raise ExpressionError(f"unknown expression {text!r}")
    part = found.groupdict()
    if part["input"] is not None:
        return _inside(_named(scope.inputs, part["input"], "input", text), part["input_pointer"])
    if part["step"] is not None:
        outputs = _named(scope.steps, part["step"], "step that has been played", text)
        return _inside(
            _named(outputs, part["step_output"], f"output of step {part['step']}", text), part["step_pointer"]
        )
    if part["workflow"] is not None:
        outputs = _named(scope.workflows, part["workflow"], "workflow that has been played", text)
        return _named(outputs, part["workflow_output"], f"output of workflow {part['workflow']}", text)
    if part["output"] is not None:
        return _named(scope.outputs, part["output"], "output", text)
    if part["source"] is not None:
        return _named(scope.sources, part["source"], "source description", text)
    return _of_call(part, scope, text)


def _of_call(part: dict[str, Any], scope: Scope, text: str) -> Any:
    if scope.answer is None:
        raise ExpressionError(f"{text!r} speaks of a call, and none has been made yet")
    answer, exchange = scope.answer, scope.answer.exchange
    if part["plain"] is not None:
        return {"url": exchange.url, "method": exchange.method, "statusCode": exchange.status}[part["plain"]]
    if part["header"] is not None:
        value = answer.header(part["header"])
        return pointer.MISSING if value is None else value
    if part["sent_header"] is not None:
        wanted = part["sent_header"].lower()
        sent = exchange.sent_headers.items()
        return next((value for name, value in sent if name.lower() == wanted), pointer.MISSING)
    if part["sent_place"] is not None:
        return _named(scope.sent.get(part["sent_place"], {}), part["sent_name"], part["sent_place"], text)
    if part["is_sent_body"] is not None:
        try:
            document = json.loads(exchange.sent_body)
        except ValueError:
            document = exchange.sent_body.decode("utf-8", "replace")
        return _inside(document, part["sent_body"])
    if part["body"]:
        return _inside(answer.json, part["body"])
    return answer.content.decode("utf-8", "replace") if answer.json is pointer.MISSING else answer.json


def _named(values: Mapping[str, Any], name: str, what: str, text: str) -> Any:
    if name not in values:
        known = ", ".join(values) or "none"
        raise ExpressionError(f"{text!r}: there is no {what} {name!r}; known: {known}")
    return values[name]


def _inside(value: Any, place: str | None) -> Any:
    if not place:
        return value
    try:
        return pointer.read(value, place)
    except ValueError as error:
        raise ExpressionError(str(error)) from None


def resolve(value: Any, scope: Scope) -> Any:
    """Return a value with its expressions filled in: whole ones keep their type, embedded `{$...}` become text."""
    if isinstance(value, dict):
        return {name: resolve(item, scope) for name, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, scope) for item in value]
    if not isinstance(value, str):
        return value
    if is_expression(value):
        return _present(value, evaluate(value, scope))
    return _EMBEDDED.sub(lambda hit: as_text(_present(hit[1], evaluate(hit[1], scope))), value)


def _present(text: str, value: Any) -> Any:
    if value is pointer.MISSING:
        raise ExpressionError(f"{text!r} leads nowhere")
    return value


def as_text(value: Any) -> str:
    """Return a value as it stands in an address or a header."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
