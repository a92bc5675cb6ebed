"""The result of a run, canonical as JSON and told in other forms made from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from conformance.reports.badge import as_badge, as_badge_json
from conformance.reports.canonical import as_text as json_text
from conformance.reports.har import as_har
from conformance.reports.html import as_html
from conformance.reports.junit import as_junit
from conformance.reports.markdown import as_markdown
from conformance.reports.ndjson import as_ndjson
from conformance.reports.sarif import as_sarif
from conformance.reports.text import as_text

Form = Callable[[dict[str, Any]], str]


def _writable(form: Form) -> Form:
    """Write half characters out: a server's JSON may hold `\\ud800` alone, which no file in UTF-8 can."""

    @wraps(form)
    def written(result: dict[str, Any]) -> str:
        return form(result).encode("utf-8", "backslashreplace").decode("utf-8")

    return written


FORMATS: dict[str, Form] = {
    name: _writable(form)
    for name, form in {
        "text": as_text,
        "json": json_text,
        "junit": as_junit,
        "html": as_html,
        "markdown": as_markdown,
        "sarif": as_sarif,
        "ndjson": as_ndjson,
        "har": as_har,
        "badge": as_badge,
        "badge-json": as_badge_json,
    }.items()
}
