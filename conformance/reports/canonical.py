"""The canonical result: one JSON document of a versioned schema, from which every other report is made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from conformance.baseline import Acceptance, line
from conformance.capabilities import Capability
from conformance.contract import Contract
from conformance.doctor import Diagnosis
from conformance.failure import Misconfigured
from conformance.outcome import Finding
from conformance.target import Target
from conformance.verdict import Verdict, of_children
from specs import Rule

VERSION = 1
_SCHEMA = Path(__file__).with_name("result.schema.json")


def build(
    contract: Contract,
    target: Target,
    findings: Iterable[Finding],
    *,
    items: Iterable[tuple[str, str]],
    began: datetime,
    ended: datetime,
    capabilities: Iterable[Capability] = (),
    diagnoses: Iterable[Diagnosis] = (),
    accepted: Iterable[Acceptance] = (),
    lost: str = "",
    selection: str = "",
    notes: Iterable[str] = (),
    strict: bool = False,
) -> dict[str, Any]:
    """Return the result. `items` are (item id, rule) of everything that the tables hold, selected or not."""
    by_rule: dict[str, dict[str, Finding]] = {rule: {} for rule in contract.rules}
    for finding in findings:
        # One breach of the document is seen by many items; the first one tells it all.
        by_rule[finding.rule].setdefault(finding.item, finding)
    tabled: dict[str, list[str]] = {rule: [] for rule in contract.rules}
    for item, rule in items:
        tabled[rule].append(item)
    acceptances = list(accepted)
    requirements = [
        _requirement(rule, list(by_rule[rule.id].values()), tabled[rule.id], acceptances, ended)
        for rule in contract.rules.values()
    ]
    settings = target.settings
    return {
        "format": "conformance-result",
        "version": VERSION,
        "provider": contract.provider,
        "title": contract.title,
        "target": {
            "base_url": target.base_url,
            "control_url": target.control.url if target.control else None,
            "sandbox": target.sandbox,
            "read_only": settings.read_only,
            "overlay": settings.overlay or None,
        },
        "run": {
            "began": began.isoformat(timespec="milliseconds"),
            "ended": ended.isoformat(timespec="milliseconds"),
            "seconds": round((ended - began).total_seconds(), 3),
            "selection": selection,
            "strict": strict,
            "notes": list(notes),
        },
        "summary": _summary(requirements, lost, strict),
        "diagnoses": [diagnosis.as_json() for diagnosis in diagnoses],
        "capabilities": [capability.as_json() for capability in capabilities],
        "baseline": _baseline(requirements, acceptances, ended),
        "requirements": requirements,
    }


def _requirement(
    rule: Rule, findings: list[Finding], tabled: list[str], accepted: list[Acceptance], now: datetime
) -> dict[str, Any]:
    if not findings:
        verdict = Verdict.NOT_TESTED
        reason = rule.not_tested or ("not selected in this run" if tabled else "nobody has written a check")
    else:
        verdict = of_children((finding.verdict, finding.required) for finding in findings)
        reason = next((f.text for f in findings if f.verdict is verdict), "") if not verdict.is_tested else ""
    return {
        "id": rule.id,
        "level": rule.level,
        "basis": rule.basis,
        "area": rule.area,
        "text": rule.text,
        "source": rule.source,
        "operations": list(rule.operations),
        "verdict": verdict.value,
        "reason": reason,
        "items": [_item(finding, accepted, now) for finding in findings],
    }


def _item(finding: Finding, accepted: list[Acceptance], now: datetime) -> dict[str, Any]:
    told = finding.as_json()
    del told["rule"]
    bad = finding.verdict in (Verdict.FAIL, Verdict.WARN)
    hit = next((entry for entry in accepted if entry.covers(finding.rule, finding.item, now.date())), None)
    told["accepted"] = hit.as_json() if hit and bad else None
    told["baseline_line"] = line(finding.rule, finding.item, now.date()) if bad else None
    return told


def _is_accepted(requirement: dict[str, Any]) -> bool:
    bad = [item for item in requirement["items"] if item["verdict"] in ("fail", "warn")]
    return bool(bad) and all(item["accepted"] for item in bad)


def _summary(requirements: list[dict[str, Any]], lost: str, strict: bool) -> dict[str, Any]:
    levels = {
        level: _level([entry for entry in requirements if entry["level"] == level]) for level in ("MUST", "SHOULD")
    }
    exit_code, says = _exit(requirements, levels, lost, strict)
    return {
        "must": levels["MUST"],
        "should": levels["SHOULD"],
        "verdicts": {v.value: sum(entry["verdict"] == v.value for entry in requirements) for v in Verdict},
        "items": dict(Counter(item["verdict"] for entry in requirements for item in entry["items"])),
        "exit_code": exit_code,
        "says": says,
        "lost": lost,
    }


def _level(requirements: list[dict[str, Any]]) -> dict[str, int]:
    tested = [entry for entry in requirements if Verdict(entry["verdict"]).is_tested]
    return {
        "total": len(requirements),
        "tested": len(tested),
        "kept": sum(entry["verdict"] == "pass" for entry in tested),
        "accepted": sum(_is_accepted(entry) for entry in tested),
    }


def _exit(
    requirements: list[dict[str, Any]], levels: dict[str, dict[str, int]], lost: str, strict: bool
) -> tuple[int, str]:
    """Return the exit code and its meaning; trouble of the run wins over what it found, since it may have caused it."""
    if lost:
        return 3, f"not testable: the target was lost on the way ({lost})"
    if any(entry["verdict"] == "error" for entry in requirements):
        return 4, "no judgement: a check could not be carried out"
    if not sum(level["tested"] for level in levels.values()):
        return 3, "not testable: nothing could be tested"
    counted = ("fail", "warn") if strict else ("fail",)
    broken = [entry["id"] for entry in requirements if entry["verdict"] in counted and not _is_accepted(entry)]
    if broken:
        return 1, f"does not conform: {', '.join(broken)}"
    return 0, "conforms, as far as it was tested"


def _baseline(requirements: list[dict[str, Any]], accepted: list[Acceptance], now: datetime) -> dict[str, Any]:
    """Tell what became of each acceptance: still needed, past its day, or no longer needed."""
    verdicts = {entry["id"]: entry for entry in requirements}
    told: dict[str, list[dict[str, Any]]] = {"used": [], "expired": [], "unneeded": []}
    for entry in accepted:
        items = [item for item in verdicts[entry.id]["items"] if entry.item is None or item["item"] == entry.item]
        bad = any(item["verdict"] in ("fail", "warn") for item in items)
        if bad:
            told["used" if now.date() <= entry.until else "expired"].append(entry.as_json())
        elif items and all(item["verdict"] == "pass" for item in items):
            told["unneeded"].append(entry.as_json())
    return told


def as_text(result: dict[str, Any]) -> str:
    """Return the result as JSON text; it always fits its own schema."""
    check(result)
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"


@lru_cache(maxsize=1)
def _validator() -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")))


def check(result: Any) -> None:
    """Raise `ValueError` where a value is no result of this version."""
    error = next(iter(_validator().iter_errors(result)), None)
    if error is not None:
        raise ValueError(f"/{'/'.join(map(str, error.instance_path))}: {error.message[:300]}")


def read(file: Path) -> dict[str, Any]:
    """Read a result file back; `Misconfigured` where it is none."""
    try:
        result: dict[str, Any] = json.loads(file.read_text("utf-8"))
        check(result)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{file} is no result of this suite (version {VERSION}): {error}") from None
    return result
