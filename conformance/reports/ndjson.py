"""The result as NDJSON: one JSON object a line, for log pipelines and `jq`; nothing of the canonical result is lost.

Every line has a `type`. In this order:

  run          first line: format, version, provider, title, target, run (began, ended, seconds, selection, strict, ...)
  diagnosis    each thing that the doctor looked at: name, good, vital, detail, advice
  capability   each thing that the target may offer: name, state, detail
  requirement  each requirement: id, level, basis, area, text, source, operations, verdict, reason
    finding      each of its items: requirement, level, basis, item, verdict, text, expected, received, accepted, ...
      exchange     each of those that show it: requirement, item, number, operation, request, response, curl, ...
  acceptance   each line of the baseline that matters: state (used, expired, unneeded), id, item, reason, until
  summary      last line: must, should, verdicts, items, exit_code, says, lost
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def as_ndjson(result: dict[str, Any]) -> str:
    """Return the lines, each ended by a line feed."""
    return "".join(json.dumps({"type": type, **told}, ensure_ascii=False) + "\n" for type, told in _events(result))


def _events(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "run", {name: result[name] for name in ("format", "version", "provider", "title", "target", "run")}
    for diagnosis in result["diagnoses"]:
        yield "diagnosis", diagnosis
    for capability in result["capabilities"]:
        yield "capability", capability
    for requirement in result["requirements"]:
        yield from _requirement(requirement)
    for state, entries in result["baseline"].items():
        for entry in entries:
            yield "acceptance", {"state": state, **entry}
    yield "summary", result["summary"]


def _requirement(requirement: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "requirement", _without(requirement, "items")
    standing = {"requirement": requirement["id"], "level": requirement["level"], "basis": requirement["basis"]}
    for item in requirement["items"]:
        yield "finding", {**standing, **_without(item, "exchanges")}
        for exchange in item["exchanges"]:
            yield "exchange", {"requirement": requirement["id"], "item": item["item"], **exchange}


def _without(told: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != name}
