"""Reads the tool's event file: the answers it got and the checks that failed on them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from conformance.contract import Contract
from conformance.exchange import Exchange


@dataclass(frozen=True)
class Failure:
    """A failed check on one generated call."""

    check: str
    title: str
    message: str
    exchange: Exchange


@dataclass(frozen=True)
class Told:
    """All that the event file says: failures, the calls that made something, trouble, and why the tool stopped."""

    failures: list[Failure]
    made: list[Exchange]
    errors: list[str]
    calls: int
    stopped: str


def read_events(file: Path, contract: Contract, base_url: str) -> Told:
    """Read an event file; a tool that died before writing one has told nothing."""
    failures: list[Failure] = []
    made: list[Exchange] = []
    errors: list[str] = []
    calls, stopped = 0, ""
    for kind, event in _events(file):
        if kind == "ScenarioFinished":
            for exchange, checks in _calls(event["recorder"], contract, base_url):
                calls += 1
                if exchange.status == 201:
                    made.append(exchange)
                failures += [_failure(check, exchange) for check in checks if check["status"] == "failure"]
        elif kind in ("NonFatalError", "FatalError"):
            errors.append(str(event.get("message") or event)[:300])
        elif kind == "EngineFinished":
            stopped = str(event.get("stop_reason", ""))
    return Told(failures, made, errors, calls, stopped)


def _events(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue  # the last line of a run that was ended
            yield from event.items()


def _calls(
    recorder: dict[str, Any], contract: Contract, base_url: str
) -> Iterator[tuple[Exchange, list[dict[str, Any]]]]:
    for number, (case, interaction) in enumerate((recorder.get("interactions") or {}).items(), 1):
        if interaction.get("response"):
            yield _exchange(number, interaction, contract, base_url), (recorder.get("checks") or {}).get(case, [])


def _exchange(number: int, interaction: dict[str, Any], contract: Contract, base_url: str) -> Exchange:
    request, response = interaction["request"], interaction["response"]
    path = unquote(urlsplit(request["uri"]).path)[len(urlsplit(base_url).path) :]
    match = contract.routes.match(path)
    operation = match.methods.get(request["method"]) if match else None
    return Exchange(
        number=number,
        method=request["method"],
        url=request["uri"],
        sent_headers={name: ", ".join(values) for name, values in request["headers"].items()},
        sent_body=_bytes(request.get("body")),
        status=response["status_code"],
        headers={name.title(): ", ".join(values) for name, values in response["headers"].items()},
        body=_bytes(response.get("content")),
        milliseconds=response.get("elapsed", 0) * 1000,
        operation=operation.id if operation else None,
    )


def _bytes(encoded: dict[str, str] | None) -> bytes:
    return base64.b64decode(encoded["$base64"]) if encoded and "$base64" in encoded else b""


def _failure(check: dict[str, Any], exchange: Exchange) -> Failure:
    told = (check.get("failure_info") or {}).get("failure", {})
    message = str(told.get("message", "")).partition("\n\nSchema")[0]
    return Failure(check["name"], str(told.get("title", check["name"])), message[:600], exchange)
