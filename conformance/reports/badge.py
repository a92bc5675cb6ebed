"""The figures of the MUST requirements as a badge: an SVG of its own, and the JSON of a shields.io endpoint."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from conformance.reports.text import figures

# By exit code: conforms, does not, (usage: no result), not testable, no judgement. White reads well on each.
_COLOURS = {0: "1a7f37", 1: "cf222e", 3: "57606a", 4: "8a5a00"}
# Widths of characters in DejaVu Sans at 11 pixels; a text is fitted to their sum, whatever font draws it.
_WIDTHS = {
    character: width
    for characters, width in (
        ("ijl", 3.1),
        (" ,", 3.5),
        ("/f", 3.8),
        ("t", 4.3),
        ("r", 4.5),
        ("_", 5.5),
        ("sz", 5.8),
        ("c", 6.1),
        ("kvxy", 6.5),
        ("aeo", 6.8),
        ("w", 9.0),
        ("m", 10.7),
    )
    for character in characters
}
_ROOM = 6

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" viewBox="0 0 {width} 20" role="img"
 aria-label="{title}">
 <title>{title}</title>
 <clipPath id="edge"><rect width="{width}" height="20" rx="3"/></clipPath>
 <g clip-path="url(#edge)">
  <rect width="{left}" height="20" fill="#444c56"/>
  <rect x="{left}" width="{right}" height="20" fill="#{colour}"/>
 </g>
 <g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" aria-hidden="true">
  <text x="{room}" y="14" textLength="{label_width}" lengthAdjust="spacingAndGlyphs">{label}</text>
  <text x="{message_x}" y="14" textLength="{message_width}" lengthAdjust="spacingAndGlyphs">{message}</text>
 </g>
</svg>
"""


def as_badge(result: dict[str, Any]) -> str:
    """Return the badge as SVG. It tells two numbers, what was tested and what of that was kept, never one score."""
    label, message, colour = _told(result)
    label_width, message_width = _width(label), _width(message)
    left, right = label_width + 2 * _ROOM, message_width + 2 * _ROOM
    return _SVG.format(
        title=escape(f"{result['title']}, MUST requirements: {message}; {result['summary']['says']}"),
        label=escape(label),
        message=escape(message),
        colour=colour,
        room=_ROOM,
        left=left,
        right=right,
        width=left + right,
        label_width=label_width,
        message_x=left + _ROOM,
        message_width=message_width,
    )


def as_badge_json(result: dict[str, Any]) -> str:
    """Return what a shields.io endpoint answers, for whoever wants that service to draw the badge."""
    label, message, colour = _told(result)
    is_error = result["summary"]["exit_code"] not in (0, 1)
    told = {"schemaVersion": 1, "label": label, "message": message, "color": colour, "isError": is_error}
    return json.dumps(told) + "\n"


def _told(result: dict[str, Any]) -> tuple[str, str, str]:
    summary = result["summary"]
    return f"{result['provider']} core", figures(summary["must"]), _COLOURS[summary["exit_code"]]


def _width(text: str) -> int:
    return round(sum(_WIDTHS.get(character, 7.0) for character in text))
