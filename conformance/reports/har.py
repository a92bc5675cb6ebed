"""The exchanges of a result as HAR 1.2, for the network view of a browser: one page for each item that kept any.

A result holds how long an exchange took, not when it began. An entry's `startedDateTime` is the earliest that it can
have been: the beginning of the run and the exchanges before it on its page. What HAR has no word for begins with `_`.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.reports.broken import standing, suite_version

_COUNTED = re.compile(r"\((\d+) bytes of [^\n]*\)")


def as_har(result: dict[str, Any]) -> str:
    """Return the log. Bodies that are no text stand in base64 where the result holds them, else as a comment."""
    began = datetime.fromisoformat(result["run"]["began"])
    pages: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for requirement in result["requirements"]:
        for item in requirement["items"]:
            if item["exchanges"]:
                pages.append(_page(requirement, item, f"page_{len(pages) + 1}", result["run"]["began"]))
                entries += _entries(item, pages[-1]["id"], began)
    log = {
        "version": "1.2",
        "creator": {"name": "Soundcheck conformance", "version": suite_version()},
        "pages": pages,
        "entries": entries,
        "comment": f"{result['provider']}: {result['summary']['says']}; items without exchanges have no page",
        "_summary": result["summary"],
    }
    return json.dumps({"log": log}, indent=1, ensure_ascii=False) + "\n"


def _page(requirement: dict[str, Any], item: dict[str, Any], id: str, began: str) -> dict[str, Any]:
    return {
        "id": id,
        "title": f"{item['verdict']} {item['item']}",
        "startedDateTime": began,
        "pageTimings": {"onContentLoad": -1, "onLoad": -1},
        "comment": f"{requirement['id']} ({standing(requirement)}): {requirement['text']}",
        "_requirement": requirement["id"],
        "_item": item["item"],
        "_verdict": item["verdict"],
        "_text": item["text"],
        "_accepted": item["accepted"],
    }


def _entries(item: dict[str, Any], page: str, began: datetime) -> list[dict[str, Any]]:
    entries = []
    for exchange in item["exchanges"]:
        took = exchange["milliseconds"]
        entries.append(
            {
                "pageref": page,
                "startedDateTime": began.isoformat(timespec="milliseconds"),
                "time": took,
                "request": _request(exchange["request"]),
                "response": _response(exchange["response"]),
                "cache": {},
                "timings": {"send": 0, "wait": took, "receive": 0},
                "_number": exchange["number"],
                "_operation": exchange["operation"],
                "_principal": exchange["principal"],
                "_breaches": exchange["breaches"],
                "_at_fault": exchange["number"] == item["at_fault"],
            }
        )
        began += timedelta(milliseconds=took)
    return entries


def _request(request: dict[str, Any]) -> dict[str, Any]:
    told = {
        "method": request["method"],
        "url": request["url"],
        "queryString": _pairs(parse_qsl(urlsplit(request["url"]).query, keep_blank_values=True)),
        **_message(request),
    }
    body = _body(request)
    if body["size"]:
        # HAR has an encoding for answers only; the same word with `_` serves here.
        told["postData"] = {"_encoding" if key == "encoding" else key: v for key, v in body.items() if key != "size"}
    return told


def _response(response: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": response["status"],
        "statusText": "",
        "content": _body(response),
        "redirectURL": _header(response, "location") or "",
        **_message(response),
    }


def _message(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "httpVersion": "HTTP/1.1",
        "cookies": [],  # the headers that would carry them are hidden
        "headers": _pairs(message["headers"].items()),
        "headersSize": -1,
        "bodySize": message.get("bytes", -1),
    }


def _body(message: dict[str, Any]) -> dict[str, Any]:
    """Return a body as HAR's `content`; its size is that of the bytes on the wire, where the result tells it."""
    text = message["body"]
    kept = {"mimeType": _header(message, "content-type") or ""}
    counted = _COUNTED.fullmatch(text)
    if "base64" in message:
        return {**kept, "size": message["bytes"], "text": message["base64"], "encoding": "base64"}
    if counted:
        return {**kept, "size": int(counted[1]), "text": "", "comment": text}
    return {**kept, "size": message.get("bytes", len(text.encode("utf-8", "surrogatepass"))), "text": text}


def _header(message: dict[str, Any], name: str) -> str | None:
    return next((value for key, value in message["headers"].items() if key.lower() == name), None)


def _pairs(pairs: Any) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
