"""The result as JUnit XML: one suite per area, one case per item."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

from conformance.reports.broken import faulty_exchange, standing
from conformance.reports.text import one_line, shown

# What XML 1.0 cannot hold, not even escaped.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(result: dict[str, Any]) -> str:
    """Return the report; a failure is a failure, trouble of the run an error, an untested or accepted item skipped."""
    root = ElementTree.Element("testsuites", name=f"conformance {result['provider']}")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    areas: dict[str, list[dict[str, Any]]] = {}
    for requirement in result["requirements"]:
        areas.setdefault(requirement["area"], []).append(requirement)
    for area, requirements in areas.items():
        suite = ElementTree.SubElement(root, "testsuite", name=f"{result['provider']}.{area}")
        counts = dict.fromkeys(totals, 0)
        for requirement in requirements:
            for item in requirement["items"] or [_untested(requirement)]:
                _case(suite, result["provider"], requirement, item, counts)
        for name, count in counts.items():
            suite.set(name, str(count))
            totals[name] += count
    for name, count in totals.items():
        root.set(name, str(count))
    root.set("time", f"{result['run']['seconds']:.3f}")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _untested(requirement: dict[str, Any]) -> dict[str, Any]:
    return {
        "item": requirement["id"],
        "verdict": "not tested",
        "text": requirement["reason"],
        "seconds": 0.0,
        "accepted": None,
    }


def _case(
    suite: ElementTree.Element, provider: str, requirement: dict[str, Any], item: dict[str, Any], counts: dict[str, int]
) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{provider}.{requirement['id']}",
        name=_clean(item["item"]),
        time=f"{item['seconds']:.3f}",
    )
    properties = ElementTree.SubElement(case, "properties")
    for name in ("level", "basis"):
        ElementTree.SubElement(properties, "property", name=name, value=requirement[name])
    counts["tests"] += 1
    verdict, text = item["verdict"], _clean(item["text"])
    if verdict == "fail" and not item["accepted"]:
        counts["failures"] += 1
        ElementTree.SubElement(case, "failure", message=text, type=requirement["level"]).text = _story(
            requirement, item
        )
    elif verdict == "error":
        counts["errors"] += 1
        ElementTree.SubElement(case, "error", message=text, type="error").text = _story(requirement, item)
    elif verdict in ("not tested", "not applicable"):
        counts["skipped"] += 1
        ElementTree.SubElement(case, "skipped", message=f"{verdict}: {text}")
    elif item["accepted"]:
        counts["skipped"] += 1
        ElementTree.SubElement(case, "skipped", message=f"accepted: {_clean(item['accepted']['reason'])}")
    elif verdict == "warn":
        ElementTree.SubElement(case, "system-out").text = "WARN " + _story(requirement, item)


def _story(requirement: dict[str, Any], item: dict[str, Any]) -> str:
    lines = [
        f"{requirement['id']} ({standing(requirement)}): {requirement['text']}",
        f"source: {requirement['source']}",
        item["text"],
        *(f"{name}: {shown(item[name])}" for name in ("expected", "received") if name in item),
        *(one_line(exchange) for exchange in item["exchanges"]),
    ]
    faulty = faulty_exchange(item)
    if faulty:
        lines.append(faulty["curl"])
    return _clean("\n".join(lines))


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text)
