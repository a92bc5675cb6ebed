"""The result of a run, canonical as JSON and told in other forms made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.reports.canonical import as_text as json_text
from conformance.reports.html import as_html
from conformance.reports.junit import as_junit
from conformance.reports.markdown import as_markdown
from conformance.reports.text import as_text

FORMATS: dict[str, Callable[[dict[str, Any]], str]] = {
    "text": as_text,
    "json": json_text,
    "junit": as_junit,
    "html": as_html,
    "markdown": as_markdown,
}
