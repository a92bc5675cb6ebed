"""The result as plain text for a terminal: figures, what is broken and how to see it, what was not tested."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from conformance.exchange import pretty, readable_url
from conformance.reports.broken import BROKEN, UNTESTED, broken_items, faulty_exchange, standing

_MOST_BODY_LINES = 30
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")


def as_text(result: dict[str, Any]) -> str:
    """Return the report; what a server says cannot command the terminal."""
    text = "\n".join(_lines(result)) + "\n"
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def figures(level: dict[str, int]) -> str:
    """Return one level's two numbers: completeness and conformance."""
    text = f"{level['tested']}/{level['total']} tested, {level['kept']}/{level['tested']} kept"
    return f"{text}, {level['accepted']} accepted" if level["accepted"] else text


def shown(value: Any) -> str:
    """Return an expected or received value in one line."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + "…"


def _lines(result: dict[str, Any]) -> Iterator[str]:
    target, summary = result["target"], result["summary"]
    yield f"{result['title']} at {target['base_url']}"
    if target["sandbox"]:
        yield f"  in its own sandbox {target['sandbox']}"
    if target["read_only"]:
        yield "  read-only: no writes were sent"
    for capability in result["capabilities"]:
        if capability["state"] in ("broken", "refused"):
            yield f"  {capability['state']}: {capability['name']} {capability['detail']}"
    for requirement in result["requirements"]:
        if requirement["verdict"] in BROKEN:
            yield from _broken(requirement)
    yield from _untested(result)
    yield from _acceptances(result)
    yield ""
    for note in result["run"]["notes"]:
        yield f"note: {note}"
    counts = ", ".join(f"{count} {verdict}" for verdict, count in summary["verdicts"].items() if count)
    yield f"{len(result['requirements'])} requirements: {counts}; {result['run']['seconds']:.1f} s"
    yield f"MUST {figures(summary['must'])} (documented)"
    yield f"SHOULD {figures(summary['should'])} (inferred: our readings)"
    yield f"{result['provider']}: {summary['says']}"


def _broken(requirement: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{requirement['verdict'].upper()}  {requirement['id']} ({standing(requirement)})"
    yield f"  {requirement['text']}"
    yield f"  source: {requirement['source']}"
    bad = broken_items(requirement)
    for item in bad[:5]:
        yield from _item(item)
    if len(bad) > 5:
        yield f"  … and {len(bad) - 5} more items; the JSON and HTML reports have them all"


def _item(item: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"  {item['item']}" + (f"  [accepted: {item['accepted']['reason']}]" if item["accepted"] else "")
    yield f"    {item['text'].replace(chr(10), chr(10) + '    ')}"
    for name in ("expected", "received"):
        if name in item:
            yield f"    {name}: {shown(item[name])}"
    faulty = faulty_exchange(item)
    before = [exchange for exchange in item["exchanges"] if exchange is not faulty]
    if before:
        yield "    before it:"
        for exchange in before:
            yield f"      {one_line(exchange)}"
    if faulty:
        yield from _exchange(faulty)
    if item["baseline_line"] and not item["accepted"]:
        yield f"    to accept it, add to the baseline: {item['baseline_line']}"


def one_line(exchange: dict[str, Any]) -> str:
    """Return an exchange in one line."""
    request, response = exchange["request"], exchange["response"]
    who = f" as {exchange['principal']}" if exchange["principal"] not in ("full", None) else ""
    return f"{request['method']} {readable_url(request['url'])}{who} -> {response['status']}"


def _exchange(exchange: dict[str, Any]) -> Iterator[str]:
    yield f"    sent: {exchange['curl']}"
    if exchange.get("request_faults"):
        yield f"    (the request departs from the document on purpose: {exchange['request_faults'][0]})"
    response = exchange["response"]
    types = [value for name, value in response["headers"].items() if name.lower() == "content-type"]
    yield f"    answer: {response['status']} {types[0] if types else 'without Content-Type'}"
    lines = pretty(response["body"]).splitlines()
    for line in lines[:_MOST_BODY_LINES]:
        yield f"      {line}"
    if len(lines) > _MOST_BODY_LINES:
        yield f"      … {len(lines) - _MOST_BODY_LINES} more lines"


def _untested(result: dict[str, Any]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for requirement in result["requirements"]:
        if requirement["verdict"] in UNTESTED:
            head = f"{requirement['verdict']} ({standing(requirement)}): {requirement['reason']}"
            reasons.setdefault(head, []).append(requirement["id"])
    if reasons:
        yield ""
    for reason, ids in reasons.items():
        yield f"{reason}: {', '.join(ids)}"


def _acceptances(result: dict[str, Any]) -> Iterator[str]:
    for entry in result["baseline"]["expired"]:
        yield f"baseline: the acceptance of {entry['id']} ended on {entry['until']} ({entry['reason']})"
    for entry in result["baseline"]["unneeded"]:
        yield f"baseline: {entry['id']} is kept now, its line can go ({entry['reason']})"
