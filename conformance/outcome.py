"""What one item found, in plain values that can cross a process border."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conformance.pointer import MISSING
from conformance.verdict import Verdict


@dataclass
class Finding:
    """Something seen about a rule: verdict, sentence, expected and received, and the exchanges that show it.

    An expected or received value of `...` was not told, which is another thing than null. `exchanges` are redacted and
    in order; `at_fault` is the number of the one that shows the fault.
    """

    rule: str
    item: str
    verdict: Verdict
    text: str = ""
    expected: Any = ...
    received: Any = ...
    exchanges: list[dict[str, Any]] = field(default_factory=list)
    at_fault: int | None = None
    required: bool = True
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object."""
        values = {"expected": self.expected, "received": self.received}
        return {
            "rule": self.rule,
            "item": self.item,
            "verdict": self.verdict.value,
            "text": self.text,
            **{name: showable(value) for name, value in values.items() if value is not ...},
            "exchanges": self.exchanges,
            "at_fault": self.at_fault,
            "required": self.required,
            "seconds": round(self.seconds, 3),
        }


def from_json(raw: dict[str, Any]) -> Finding:
    """Read a finding back."""
    return Finding(**{**raw, "verdict": Verdict(raw["verdict"])})


@dataclass
class Outcome:
    """The finding of an item's own rule, and those about other rules that its answers broke in passing."""

    own: Finding
    others: list[Finding] = field(default_factory=list)
    lost: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object."""
        return {"own": self.own.as_json(), "others": [finding.as_json() for finding in self.others], "lost": self.lost}


def outcome_from_json(raw: dict[str, Any]) -> Outcome:
    """Read an outcome back."""
    return Outcome(from_json(raw["own"]), [from_json(entry) for entry in raw["others"]], raw["lost"])


def showable(value: Any) -> Any:
    """Return a value that JSON can hold, MISSING and other objects as text."""
    if value is MISSING:
        return "(absent)"
    if isinstance(value, dict):
        return {str(key): showable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [showable(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
