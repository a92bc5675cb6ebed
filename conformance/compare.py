"""The command `diff`: what changed between two results."""

from __future__ import annotations

from typing import Any

from conformance.failure import Misconfigured
from conformance.verdict import Verdict


def differences(old: dict[str, Any], new: dict[str, Any]) -> tuple[str, bool]:
    """Return the changes as text, and whether any requirement got worse."""
    if old["provider"] != new["provider"]:
        raise Misconfigured(f"the results are of two providers: {old['provider']} and {new['provider']}")
    before = {entry["id"]: entry for entry in old["requirements"]}
    after = {entry["id"]: entry for entry in new["requirements"]}
    lines, is_worse = [], False
    for id in [*before, *(id for id in after if id not in before)]:
        was, now = before.get(id), after.get(id)
        if was is None or now is None:
            lines.append(f"{'added' if was is None else 'removed':8} {id}")
            continue
        if was["verdict"] == now["verdict"]:
            continue
        worse = Verdict(now["verdict"]).rank > Verdict(was["verdict"]).rank
        is_worse = is_worse or worse
        lines.append(f"{'worse' if worse else 'better':8} {id} {was['verdict']} -> {now['verdict']}{_why(now)}")
    for level in ("must", "should"):
        a, b = old["summary"][level], new["summary"][level]
        lines.append(f"{level.upper()} tested {a['tested']} -> {b['tested']}, kept {a['kept']} -> {b['kept']}")
    return "\n".join(lines) + "\n", is_worse


def _why(requirement: dict[str, Any]) -> str:
    bad = next((item for item in requirement["items"] if item["verdict"] == requirement["verdict"]), None)
    text = requirement["reason"] or (bad["text"] if bad else "")
    return f": {text.splitlines()[0][:160]}" if text and requirement["verdict"] != "pass" else ""
