"""The result as a short markdown summary, for a pull request or a job page."""

from __future__ import annotations

import re
from typing import Any

from conformance.reports.broken import BROKEN, UNTESTED, broken_items, standing
from conformance.reports.text import figures, shown

# What a server says must not become a link, an image or another cell.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~!$&@]")


def as_markdown(result: dict[str, Any]) -> str:
    """Return the summary: the figures, then a row for each requirement that is broken or has no verdict."""
    summary, target = result["summary"], result["target"]
    lines = [
        f"### {_plain(result['title'])}: {_plain(summary['says'].partition(':')[0])}",
        "",
        "| level | requirements | tested | kept | accepted |",
        "|---|---|---|---|---|",
    ]
    for level, basis in (("must", "documented"), ("should", "inferred")):
        found = summary[level]
        figure = " | ".join(str(found[name]) for name in ("total", "tested", "kept", "accepted"))
        lines.append(f"| {level.upper()}, {basis} | {figure} |")
    lines += [
        "",
        f"{_plain(target['base_url'])}, {result['run']['seconds']:.1f} s, MUST {figures(summary['must'])}",
    ]
    broken = [entry for entry in result["requirements"] if entry["verdict"] in BROKEN]
    if broken:
        lines += ["", "| requirement | level | verdict | what was seen |", "|---|---|---|---|"]
        lines += [_row(entry) for entry in broken]
    untested = [entry for entry in result["requirements"] if entry["verdict"] in UNTESTED]
    if untested:
        lines += ["", f"<details><summary>without a verdict: {len(untested)}</summary>", ""]
        lines += [
            f"- {entry['id']} ({standing(entry)}), {entry['verdict']}: {_cell(entry['reason'])}" for entry in untested
        ]
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def _row(requirement: dict[str, Any]) -> str:
    bad = broken_items(requirement)
    # What counts comes first: the items that nobody accepted, the worst of them.
    first = next((item for item in bad if not item["accepted"] and item["verdict"] == requirement["verdict"]), bad[0])
    seen = first["text"]
    told = [f"{name} {shown(first[name])[:120]}" for name in ("expected", "received") if name in first]
    seen += f": {', '.join(told)}" if told else ""
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    accepted = " (accepted)" if all(item["accepted"] for item in bad) else ""
    title = f"{requirement['id']} {requirement['text']}"
    return f"| {_cell(title)} | {standing(requirement)} | {requirement['verdict']}{accepted} | {_cell(seen)}{more} |"


def _cell(text: str) -> str:
    return _plain(text if len(text) <= 300 else text[:300] + "…")


def _plain(text: str) -> str:
    return _SPECIAL.sub(lambda found: "\\" + found[0], " ".join(text.split()))
