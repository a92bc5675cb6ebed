"""The result as one self-contained page: figures, the requirement matrix, the exchanges of what is broken."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from conformance.exchange import pretty
from conformance.reports.broken import UNTESTED, broken_items, faulty_exchange, standing
from conformance.reports.text import figures, one_line, shown
from conformance.verdict import Verdict

_HERE = Path(__file__).parent
# What a chip shows beside its colour, for whoever does not see colours.
_MARKS = {"fail": "✗ ", "error": "⚠ ", "warn": "! ", "not tested": "? ", "not applicable": "– "}


def as_html(result: dict[str, Any]) -> str:
    """Return the page. Nothing is fetched: style and script stand in it, and its own policy forbids anything else."""
    style, script = ((_HERE / name).read_text("utf-8") for name in ("page.css", "page.js"))
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{_text(result['title'])} - conformance</title><style>{style}</style></head><body>",
            *_head(result),
            *_matrix(result["requirements"]),
            *_list(result),
            *_about(result),
            f"<script>{script}</script></body></html>\n",
        )
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _text(text: str) -> str:
    """Escape; a bare carriage return would become a line feed, and a copied command would send another body."""
    return escape(text).replace("\r", "&#13;")


def _head(result: dict[str, Any]) -> Iterator[str]:
    target, summary, run = result["target"], result["summary"], result["run"]
    where = [
        target["base_url"],
        *([f"sandbox {target['sandbox']}"] if target["sandbox"] else []),
        *(["read-only"] if target["read_only"] else []),
        *([f"overlay {target['overlay']}"] if target["overlay"] else []),
        *([f"selection {run['selection']}"] if run["selection"] else []),
        *(["strict"] if run["strict"] else []),
        run["began"],
        f"{run['seconds']:.1f} s",
    ]
    yield f'<h1>{_text(result["title"])}</h1><p class="where">{_text(", ".join(where))}</p>'
    ids = {requirement["id"] for requirement in result["requirements"]}
    yield f'<p class="says exit-{summary["exit_code"]}">{_linked(summary["says"], ids)}</p><div class="figures">'
    for level, basis in (("must", "documented"), ("should", "inferred: our readings")):
        found = summary[level]
        yield f'<div class="figure"><span>{level.upper()}, {basis}</span>'
        for told in figures(found).split(", "):
            figure, word = told.split(" ", 1)
            yield f"<span><b>{figure}</b> {word}</span>"
        yield "</div>"
    yield "</div>"
    baseline = result["baseline"]
    notes = [
        *run["notes"],
        *(
            f"The acceptance of {entry['id']} ended on {entry['until']}: {entry['reason']}"
            for entry in baseline["expired"]
        ),
        *(f"{entry['id']} is kept now, its line in the baseline can go." for entry in baseline["unneeded"]),
    ]
    yield from (f'<p class="note">{_text(note)}</p>' for note in notes)


def _linked(text: str, ids: set[str]) -> str:
    def link(found: re.Match[str]) -> str:
        return f'<a href="#{found[0]}">{found[0]}</a>' if found[0] in ids else found[0]

    return re.sub(r"[A-Z]+-[0-9A-Z]+", link, _text(text))


def _matrix(requirements: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a row per area, a column per basis, a chip per requirement that leads to its row below."""
    areas: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for requirement in requirements:
        areas.setdefault(requirement["area"], {}).setdefault(requirement["level"], []).append(requirement)
    yield '<h2>Matrix</h2><table class="matrix"><thead><tr><th scope="col">area</th>'
    yield '<th scope="col">MUST, documented</th><th scope="col">SHOULD, inferred</th></tr></thead><tbody>'
    for area, levels in areas.items():
        yield f'<tr><th scope="row">{_text(area)}</th>'
        for level in ("MUST", "SHOULD"):
            chips = " ".join(_chip(requirement) for requirement in levels.get(level, ()))
            yield f'<td data-level="{level}">{chips}</td>'
        yield "</tr>"
    yield "</tbody></table>"


def _chip(requirement: dict[str, Any]) -> str:
    id, verdict = requirement["id"], requirement["verdict"]
    told = f"{id} {verdict}{_accepted(requirement)}: {requirement['text']}"
    number = id.rpartition("-")[2]
    return (
        f'<a class="v {verdict.replace(" ", "-")}" href="#{_text(id)}" title="{_text(told)}"'
        f' aria-label="{_text(f"{id} {verdict}")}">{_mark(verdict)}{_text(number)}</a>'
    )


def _mark(verdict: str) -> str:
    return _MARKS.get(verdict, "")


def _accepted(requirement: dict[str, Any]) -> str:
    bad = broken_items(requirement)
    return ", accepted" if bad and all(item["accepted"] for item in bad) else ""


def _list(result: dict[str, Any]) -> Iterator[str]:
    verdicts = result["summary"]["verdicts"]
    yield '<h2>Requirements</h2><nav aria-label="filter" hidden>'
    yield '<button data-verdict="all" aria-pressed="true">all</button>'
    for verdict in reversed(Verdict):
        if verdicts[verdict.value]:
            label = f"{_mark(verdict.value)}{verdict.value} {verdicts[verdict.value]}"
            yield f'<button data-verdict="{verdict.value}" aria-pressed="false">{label}</button>'
    yield '</nav><table class="list"><thead><tr><th scope="col">requirement</th><th scope="col">verdict</th>'
    yield '<th scope="col">what it says</th></tr></thead><tbody>'
    # What is broken comes first; within a verdict the order of the catalogue stays.
    for requirement in sorted(result["requirements"], key=lambda entry: -Verdict(entry["verdict"]).rank):
        yield from _row(requirement)
    yield "</tbody></table>"


def _row(requirement: dict[str, Any]) -> Iterator[str]:
    verdict, id = requirement["verdict"], _text(requirement["id"])
    yield f'<tr data-verdict="{verdict}" id="{id}"><th scope="row">{id}'
    yield f'<span class="standing">{_text(standing(requirement))}</span></th>'
    yield f'<td><span class="v {verdict.replace(" ", "-")}">{_mark(verdict)}{verdict}</span>'
    yield f"{_text(_accepted(requirement))}</td><td><p>{_text(requirement['text'])}</p>"
    yield f'<p class="source">{_text(requirement["source"])}</p>'
    if verdict in UNTESTED:
        yield f'<p class="reason">{_text(requirement["reason"])}</p>'
    unaccepted = True
    for item in broken_items(requirement):
        yield from _item(item, is_open=unaccepted and not item["accepted"])
        unaccepted = unaccepted and bool(item["accepted"])
    if requirement["items"]:
        count = len(requirement["items"])
        yield f"<details><summary>{count} {'item' if count == 1 else 'items'}</summary><ul>"
        for item in requirement["items"]:
            reason = f": {item['text']}" if item["verdict"] in UNTESTED else ""
            yield f"<li>{_text(item['item'])}, {item['verdict']}{_text(reason)}, {item['seconds']:.2f} s</li>"
        yield "</ul></details>"
    yield "</td></tr>"


def _item(item: dict[str, Any], is_open: bool) -> Iterator[str]:
    accepted = (
        f" (accepted until {item['accepted']['until']}: {item['accepted']['reason']})" if item["accepted"] else ""
    )
    yield f'<details{" open" if is_open else ""} class="item"><summary>{_text(item["item"] + accepted)}</summary>'
    yield f'<p class="seen">{_text(item["text"])}</p><dl>'
    for name in ("expected", "received"):
        if name in item:
            yield f"<dt>{name}</dt><dd><code>{_text(shown(item[name]))}</code></dd>"
    yield "</dl>"
    faulty = faulty_exchange(item)
    for exchange in item["exchanges"]:
        yield from _exchange(exchange, is_open=exchange is faulty)
    if item["baseline_line"] and not item["accepted"]:
        yield f"<p>To accept it, add to the baseline: <code>{_text(item['baseline_line'])}</code></p>"
    yield "</details>"


def _exchange(exchange: dict[str, Any], is_open: bool) -> Iterator[str]:
    request, response = exchange["request"], exchange["response"]
    line = one_line(exchange).replace(" -> ", " → ")
    yield f"<details{' open' if is_open else ''}><summary>{_text(line)}</summary>"
    yield '<div class="part"><span>sent</span><button class="copy" hidden>copy as curl</button></div>'
    yield f'<pre class="curl">{_text(exchange["curl"])}</pre>'
    if request["body"]:
        yield f'<div class="part"><span>body sent</span></div><pre>{_text(pretty(request["body"]))}</pre>'
    for fault in exchange.get("request_faults") or ():
        yield f'<p class="reason">The request departs from the document on purpose: {_text(fault)}</p>'
    headers = "\n".join(f"{name}: {value}" for name, value in response["headers"].items())
    answer = f"{response['status']}\n{headers}\n\n{pretty(response['body'])}".rstrip("\n")
    yield f'<div class="part"><span>received</span></div><pre class="answer">{_text(answer)}</pre>'
    for breach in exchange["breaches"]:
        text = f"The answer breaks the document at {breach['pointer'] or '/'}: {breach['text']}"
        yield f'<p class="reason">{_text(text)}</p>'
    yield "</details>"


def _about(result: dict[str, Any]) -> Iterator[str]:
    yield "<h2>Target</h2><dl>"
    for diagnosis in result["diagnoses"]:
        mark = "good" if diagnosis["good"] else "trouble" if diagnosis["vital"] else "absent"
        advice = f" - {diagnosis['advice']}" if diagnosis["advice"] else ""
        yield f"<dt>{_text(diagnosis['name'])}</dt><dd>{mark}: {_text(diagnosis['detail'] + advice)}</dd>"
    yield f"</dl><details><summary>{len(result['capabilities'])} capabilities</summary><dl>"
    for capability in result["capabilities"]:
        text = f"{capability['state']}: {capability['detail']}" if capability["detail"] else capability["state"]
        yield f"<dt>{_text(capability['name'])}</dt><dd>{_text(text)}</dd>"
    yield "</dl></details>"
