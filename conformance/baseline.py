"""Failures that somebody has accepted, each with a reason and a day on which the acceptance ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from conformance import clock
from conformance.failure import Misconfigured

_KEYS = {"id", "item", "reason", "until"}


@dataclass(frozen=True)
class Acceptance:
    """One line: a requirement (or one item of it), why its failure is accepted, and the last day of that."""

    id: str
    item: str | None
    reason: str
    until: date

    def covers(self, rule: str, item: str, today: date) -> bool:
        """Say whether a failing item is accepted today."""
        return self.id == rule and (self.item is None or self.item == item) and today <= self.until

    def as_json(self) -> dict[str, Any]:
        """Return the acceptance as a JSON object."""
        return {"id": self.id, "item": self.item, "reason": self.reason, "until": self.until.isoformat()}


def read_baseline(file: Path | None, known: set[str]) -> list[Acceptance]:
    """Read a baseline file: a YAML list of {id, item?, reason, until}; `Misconfigured` names the faulty entry."""
    if file is None:
        return []
    try:
        raw = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"baseline {file}: {error}") from None
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise Misconfigured(f"baseline {file}: it is a list of entries such as {line('PR-042')}")
    return [_acceptance(file, number, entry, known) for number, entry in enumerate(raw, 1)]


def _acceptance(file: Path, number: int, entry: Any, known: set[str]) -> Acceptance:
    where = f"baseline {file}: entry {number}"
    if not isinstance(entry, dict) or set(entry) - _KEYS or not {"id", "reason", "until"} <= set(entry):
        raise Misconfigured(f"{where} has id, reason and until, and may have item: {line('PR-042')}")
    if entry["id"] not in known:
        raise Misconfigured(f"{where} names {entry['id']}, which is no requirement of this provider")
    until = entry["until"]
    try:
        until = until if isinstance(until, date) else date.fromisoformat(str(until))
    except ValueError:
        raise Misconfigured(f"{where}: until is {until!r}; it is a day such as 2027-01-31") from None
    if not str(entry["reason"]).strip():
        raise Misconfigured(f"{where} has an empty reason")
    item = entry.get("item")
    return Acceptance(entry["id"], None if item is None else str(item), str(entry["reason"]), until)


def line(rule: str, item: str | None = None, today: date | None = None) -> str:
    """Return the line that accepts a failure for a month; the reason is left to whoever adds it."""
    until = (today or clock.now().date()) + timedelta(days=30)
    middle = f"item: {_quoted(item)}, " if item else ""
    return f"- {{id: {rule}, {middle}reason: WHY, until: {until.isoformat()}}}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
