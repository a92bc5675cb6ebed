"""Tells whether bytes are a NewReleaseMessage of a version that is read here, and which one."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from mockserver.providers.tonegrid.ddex.xml import Element, XmlRefused, local, parse

# Last segment of the namespace -> version (L47; the prefix may be any).
_VERSIONS = {"382": "3.8.2", "42": "4.2", "43": "4.3"}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A recognised message: its root, id and version."""

    root: Element
    message_id: str
    version: str


def sniff(data: bytes) -> Sniffed | None:
    """Return what a message says of itself, or None where it is no NewReleaseMessage of 3.8.2, 4.2 or 4.3."""
    try:
        root = parse(data)
    except XmlRefused:
        return None
    namespace = etree.QName(root).namespace or ""
    version = _VERSIONS.get(namespace.rstrip("/").rpartition("/")[2])
    if version is None or local(root) != "NewReleaseMessage" or "ddex.net" not in namespace:
        return None
    return Sniffed(root, _message_id(root), version)


def _message_id(root: Element) -> str:
    """Return the MessageId; some messages, DDEX's own samples among them, leave it empty."""
    for wanted in ("MessageId", "MessageThreadId", "MessageFileName"):
        for element in root.iter():
            if local(element) == wanted and (element.text or "").strip():
                return str(element.text).strip()
    return "unknown"
