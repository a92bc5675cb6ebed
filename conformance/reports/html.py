"""The result as one self-contained page: figures, the requirement matrix, the exchanges of what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from conformance.exchange import pretty
from conformance.reports.text import figures, one_line, shown

_HERE = Path(__file__).parent


def as_html(result: dict[str, Any]) -> str:
    """Return the page. Nothing is fetched: style and script stand in it."""
    title = f"{result['title']} - conformance"
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{(_HERE / 'page.css').read_text('utf-8')}</style></head><body>",
            *_head(result),
            *_matrix(result),
            *_about(result),
            f"<script>{(_HERE / 'page.js').read_text('utf-8')}</script></body></html>\n",
        )
    )


def _head(result: dict[str, Any]) -> Iterator[str]:
    target, summary, run = result["target"], result["summary"], result["run"]
    yield f"<h1>{escape(result['title'])}</h1>"
    where = f"{target['base_url']}, {run['began']}, {run['seconds']:.1f} s"
    yield f'<p class="where">{escape(where)}{", read-only" if target["read_only"] else ""}</p>'
    yield f"<p><strong>{escape(summary['says'])}</strong></p>"
    yield '<div class="figures">'
    for level in ("must", "should"):
        found = summary[level]
        yield f"<div><b>{found['kept']}/{found['tested']}</b>{level.upper()} {escape(figures(found))}</div>"
    yield "</div>"


def _matrix(result: dict[str, Any]) -> Iterator[str]:
    verdicts = result["summary"]["verdicts"]
    yield '<nav aria-label="filter"><button data-verdict="all" aria-pressed="true">all</button>'
    for verdict, count in verdicts.items():
        if count:
            yield f'<button data-verdict="{verdict}" aria-pressed="false">{verdict} {count}</button>'
    yield "</nav><table><thead><tr><th>requirement</th><th>verdict</th><th>what it says</th></tr></thead><tbody>"
    for requirement in result["requirements"]:
        yield from _row(requirement)
    yield "</tbody></table>"


def _row(requirement: dict[str, Any]) -> Iterator[str]:
    verdict = requirement["verdict"]
    yield f'<tr data-verdict="{verdict}" id="{escape(requirement["id"])}"><td class="id">{escape(requirement["id"])}'
    yield f'<br><span class="level">{requirement["level"]}, {escape(requirement["basis"])}</span></td>'
    yield f'<td><span class="v {verdict.split()[0]}">{verdict}</span></td><td>{escape(requirement["text"])}'
    yield f'<div class="source">{escape(requirement["source"])}</div>'
    if requirement["reason"]:
        yield f'<div class="reason">{escape(requirement["reason"])}</div>'
    bad = [item for item in requirement["items"] if item["verdict"] in ("fail", "warn", "error")]
    for number, item in enumerate(bad):
        yield from _item(item, is_open=number == 0)
    if requirement["items"]:
        yield f"<details><summary>{len(requirement['items'])} items</summary><ul>"
        for item in requirement["items"]:
            yield f"<li>{escape(item['item'])}: {item['verdict']}, {item['seconds']:.2f} s</li>"
        yield "</ul></details>"
    yield "</td></tr>"


def _item(item: dict[str, Any], is_open: bool) -> Iterator[str]:
    accepted = f" [accepted: {item['accepted']['reason']}]" if item["accepted"] else ""
    yield f"<details{' open' if is_open else ''}><summary>{escape(item['item'] + accepted)}</summary>"
    yield f"<p>{escape(item['text'])}</p><dl>"
    for name in ("expected", "received"):
        if name in item:
            yield f"<dt>{name}</dt><dd>{escape(shown(item[name]))}</dd>"
    yield "</dl>"
    for exchange in item["exchanges"]:
        yield from _exchange(exchange, is_open=exchange["number"] == item["at_fault"])
    if item["baseline_line"] and not item["accepted"]:
        yield f"<p>To accept it, add to the baseline: <code>{escape(item['baseline_line'])}</code></p>"
    yield "</details>"


def _exchange(exchange: dict[str, Any], is_open: bool) -> Iterator[str]:
    request, response = exchange["request"], exchange["response"]
    yield f"<details{' open' if is_open else ''}><summary>{escape(one_line(exchange))}</summary>"
    yield f'<button class="copy">copy as curl</button><pre>{escape(exchange["curl"])}</pre>'
    if request["body"]:
        yield f"<pre>{escape(pretty(request['body']))}</pre>"
    headers = "\n".join(f"{name}: {value}" for name, value in response["headers"].items())
    yield f"<pre>{response['status']}\n{escape(headers)}\n\n{escape(pretty(response['body']))}</pre>"
    for breach in exchange["breaches"]:
        text = f"breaks the document at {breach['pointer'] or '/'}: {breach['text']}"
        yield f'<p class="reason">{escape(text)}</p>'
    yield "</details>"


def _about(result: dict[str, Any]) -> Iterator[str]:
    yield "<h2>Target</h2><dl>"
    for diagnosis in result["diagnoses"]:
        mark = "good" if diagnosis["good"] else "trouble" if diagnosis["vital"] else "absent"
        yield f"<dt>{escape(diagnosis['name'])}</dt><dd>{mark}: {escape(diagnosis['detail'])}</dd>"
    for capability in result["capabilities"]:
        text = f"{capability['state']}: {capability['detail']}" if capability["detail"] else capability["state"]
        yield f"<dt>{escape(capability['name'])}</dt><dd>{escape(text)}</dd>"
    yield "</dl>"
