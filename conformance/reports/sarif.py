"""The result as SARIF 2.1.0, for code scanning: a result for each broken item, at the line of the promise it breaks.

A broken MUST is an error, a broken SHOULD a warning. A check that could not be carried out found nothing about the
target: it is a notification of the tool (`toolExecutionNotifications`), and the execution counts as unsuccessful.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from conformance.reports.broken import broken_items, faulty_exchange, standing, suite_version
from conformance.reports.placing import Placing
from conformance.reports.text import shown

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"fail": "error", "warn": "warning"}


def as_sarif(result: dict[str, Any]) -> str:
    """Return the log: one run, whose rules are all requirements of the provider."""
    indexes = {requirement["id"]: index for index, requirement in enumerate(result["requirements"])}
    placing = Placing(result["provider"])
    results, notifications = [], _loss(result)
    for requirement in result["requirements"]:
        for item in broken_items(requirement):
            if item["verdict"] == "error":
                notifications.append(_notification(requirement, item, indexes[requirement["id"]]))
            else:
                results.append(_result(result["provider"], requirement, item, indexes[requirement["id"]], placing))
    run = {
        "tool": {"driver": _driver(result)},
        "automationDetails": {"id": f"conformance/{result['provider']}/"},
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository that holds specs/."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(result, notifications)],
        "results": results,
        "properties": {"target": result["target"]["base_url"], "summary": result["summary"]},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _driver(result: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": "Soundcheck conformance",
        "version": suite_version(),
        "shortDescription": {"text": f"Asks a server whether it keeps the documented promise of {result['title']}."},
        "rules": [_rule(requirement) for requirement in result["requirements"]],
    }


def _rule(requirement: dict[str, Any]) -> dict[str, Any]:
    operations = ", ".join(requirement["operations"])
    facts = [
        f"{standing(requirement)}.",
        f"Source: {requirement['source']}.",
        *([f"Operations: {operations}."] if operations else []),
        f"`conformance explain {requirement['id']}` tells our reading and the checks.",
    ]
    return {
        "id": requirement["id"],
        "shortDescription": {"text": requirement["text"]},
        "fullDescription": {"text": f"{requirement['text']} ({standing(requirement)}; {requirement['source']})"},
        "help": {
            "text": "\n".join([requirement["text"], *facts]),
            "markdown": "\n".join([f"**{requirement['id']}** {requirement['text']}", "", *(f"- {f}" for f in facts)]),
        },
        "defaultConfiguration": {"level": "error" if requirement["level"] == "MUST" else "warning"},
        "properties": {
            "tags": [requirement["area"], requirement["basis"]],
            "level": requirement["level"],
            "verdict": requirement["verdict"],
        },
    }


def _result(
    provider: str, requirement: dict[str, Any], item: dict[str, Any], index: int, placing: Placing
) -> dict[str, Any]:
    exchange = faulty_exchange(item)
    asked = exchange["operation"] if exchange else None
    primary, *related = placing.of(requirement, asked)
    fingerprint = hashlib.sha256(f"{provider}\n{requirement['id']}\n{item['item']}".encode()).hexdigest()[:32]
    return {
        "ruleId": requirement["id"],
        "ruleIndex": index,
        "level": _LEVELS[item["verdict"]],
        "message": {"text": _message(requirement, item)},
        "locations": [primary],
        **({"relatedLocations": related} if related else {}),
        # The first is read by code scanning, which would otherwise take all items of one operation for one alert.
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1", "conformanceItem/v1": fingerprint},
        "suppressions": _suppressions(item),
        **_traffic(exchange),
        "properties": {"item": item["item"], "basis": requirement["basis"], **_curl(exchange)},
    }


def _message(requirement: dict[str, Any], item: dict[str, Any]) -> str:
    seen = "".join(f"; {name} {shown(item[name])}" for name in ("expected", "received") if name in item)
    return (
        f"{item['text'] or 'broken'}{seen}. {requirement['id']} ({standing(requirement)}): {requirement['text']}\n"
        f"Item: {item['item']}"
    )


def _suppressions(item: dict[str, Any]) -> list[dict[str, Any]]:
    accepted = item["accepted"]
    if not accepted:
        return []  # said even so: an absent list would mean that suppressions are unknown
    reason = f"{accepted['reason']} (until {accepted['until']})"
    return [{"kind": "external", "status": "accepted", "justification": reason}]


def _traffic(exchange: dict[str, Any] | None) -> dict[str, Any]:
    if exchange is None:
        return {}
    request, response = exchange["request"], exchange["response"]
    address = urlsplit(request["url"])
    asked = {
        "protocol": "HTTP",
        "target": (address.path or "/") + (f"?{address.query}" if address.query else ""),
        "method": request["method"],
        "headers": request["headers"],
    }
    answered = {"protocol": "HTTP", "statusCode": response["status"], "headers": response["headers"]}
    for told, message in ((asked, request), (answered, response)):
        if message["body"]:
            told["body"] = {"text": message["body"]}
    return {"webRequest": asked, "webResponse": answered}


def _curl(exchange: dict[str, Any] | None) -> dict[str, str]:
    return {"curl": exchange["curl"]} if exchange else {}


def _invocation(result: dict[str, Any], notifications: list[dict[str, Any]]) -> dict[str, Any]:
    run, summary = result["run"], result["summary"]
    return {
        "startTimeUtc": _utc(run["began"]),
        "endTimeUtc": _utc(run["ended"]),
        "exitCode": summary["exit_code"],
        "exitCodeDescription": summary["says"],
        "executionSuccessful": summary["exit_code"] in (0, 1),
        "toolExecutionNotifications": notifications,
    }


def _utc(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _notification(requirement: dict[str, Any], item: dict[str, Any], index: int) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": f"{item['item']} could not be carried out: {item['text']}"},
        "associatedRule": {"id": requirement["id"], "index": index},
    }


def _loss(result: dict[str, Any]) -> list[dict[str, Any]]:
    lost = result["summary"]["lost"]
    return [{"level": "error", "message": {"text": f"The target was lost: {lost}"}}] if lost else []
