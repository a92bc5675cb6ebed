"""Specs as this server hands them out."""

from __future__ import annotations

from typing import Any

from specs import Book

Document = dict[str, Any]


def served(book: Book, url: str) -> Document:
    """Return a bundled document with an address of this server before the document's own."""
    document = book.document
    own = [{"url": url, "description": "This mock server."}]
    known = [server for server in document.get("servers", []) if server.get("url") != url]
    return {**{key: value for key, value in document.items() if key != "x-hosts"}, "servers": own + known}


def annotated(document: Document) -> Document:
    """Return a document whose operations tell in their descriptions what they rest on, for people to read."""
    told = {**document}
    for section in ("paths", "webhooks"):
        if section in document:
            told[section] = {name: _annotated_item(item) for name, item in document[section].items()}
    return told


def _annotated_item(item: Document) -> Document:
    return {key: _annotated(value) if _is_operation(value) else value for key, value in item.items()}


def _is_operation(value: Any) -> bool:
    return isinstance(value, dict) and "responses" in value


def _annotated(operation: Document) -> Document:
    basis, source = operation.get("x-basis"), operation.get("x-source")
    rules = operation.get("x-rule")
    parts = [f"**`{basis}`**" if basis else "", f"*{source}*" if source else ""]
    parts += [", ".join(rules) if isinstance(rules, list) else str(rules)] if rules else []
    badge = " · ".join(part for part in parts if part)
    text = operation.get("description", "")
    return {**operation, "description": f"{badge}\n\n{text}".strip()}
