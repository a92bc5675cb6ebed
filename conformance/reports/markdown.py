"""The result as a short markdown summary, for a pull request or a job page."""

from __future__ import annotations

from typing import Any

from conformance.reports.text import figures, shown


def as_markdown(result: dict[str, Any]) -> str:
    """Return the summary: the figures, then a row for each requirement that is broken or has no verdict."""
    summary = result["summary"]
    lines = [
        f"### {result['title']}: {summary['says'].partition(':')[0]}",
        "",
        "| level | requirements | tested | kept | accepted |",
        "|---|---|---|---|---|",
    ]
    for level in ("must", "should"):
        found = summary[level]
        lines.append(
            f"| {level.upper()} | {found['total']} | {found['tested']} | {found['kept']} | {found['accepted']} |"
        )
    lines += [
        "",
        f"`{result['target']['base_url']}`, {result['run']['seconds']:.1f} s, MUST {figures(summary['must'])}",
    ]
    broken = [entry for entry in result["requirements"] if entry["verdict"] in ("fail", "warn", "error")]
    if broken:
        lines += ["", "| requirement | verdict | what was seen |", "|---|---|---|"]
        lines += [_row(entry) for entry in broken]
    untested = [entry for entry in result["requirements"] if entry["verdict"] in ("not tested", "not applicable")]
    if untested:
        lines += ["", "<details><summary>without a verdict</summary>", ""]
        lines += [f"- {entry['id']}: {_cell(entry['reason'])}" for entry in untested]
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def _row(requirement: dict[str, Any]) -> str:
    bad = [item for item in requirement["items"] if item["verdict"] in ("fail", "warn", "error")]
    first = bad[0]
    seen = first["text"]
    told = [f"{name} {shown(first[name])[:120]}" for name in ("expected", "received") if name in first]
    seen += f": {', '.join(told)}" if told else ""
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    accepted = " (accepted)" if first["accepted"] else ""
    title = f"{requirement['id']} {requirement['text']}"
    return f"| {_cell(title)} | {requirement['verdict']}{accepted} | {_cell(seen)}{more} |"


def _cell(text: str) -> str:
    shortened = text if len(text) <= 300 else text[:300] + "…"
    return shortened.replace("\n", " ").replace("|", "\\|").replace("<", "&lt;")
