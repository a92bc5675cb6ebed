"""XML without entities, document types or network: how it is read here, and how elements are written."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

NAMESPACE = "http://ddex.net/xml/ern/43"
Element = Any  # lxml has no types of its own

# What XML 1.0 cannot carry at all, not even as a reference.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOCALE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z]+)?(-[a-zA-Z]{2}|-[0-9]{3})?(-[a-zA-Z][a-zA-Z0-9]{4}[a-zA-Z0-9]*)?")


class XmlRefused(Exception):
    """Bytes that are no XML, or XML of a kind that is not read here."""


def parse(data: bytes) -> Element:
    """Return the root of a document; a DOCTYPE, and with it every entity, is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused(str(error)) from None
    if root is None or root.getroottree().docinfo.doctype:
        raise XmlRefused("a document type is not accepted")
    return root


def add(parent: Element, tag: str, text: object = None, **attributes: str | None) -> Element:
    """Append an element; characters that XML cannot carry are left out, an attribute of None is not written."""
    element = etree.SubElement(parent, tag)
    if text is not None:
        element.text = legal(str(text))
    for name, value in attributes.items():
        if value is not None:
            element.set(name, legal(value))
    return element


def legal(text: str) -> str:
    """Return a text without characters that XML cannot carry."""
    return _ILLEGAL.sub("", text)


def locale(tag: str) -> str:
    """Return as much of a BCP-47 tag as DDEX can carry: subtags are dropped from the end."""
    while not _LOCALE.fullmatch(tag):
        tag, separator, _ = tag.rpartition("-")
        if not separator:
            return "und"
    return tag


def write(root: Element) -> bytes:
    """Return a document in UTF-8 with its declaration."""
    text: str = etree.tostring(root, encoding="unicode", pretty_print=True)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode()


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def root_of(name: str, **attributes: str) -> Element:
    """Return the root element of an ERN 4.3 message."""
    root = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"ern": NAMESPACE})
    for key, value in attributes.items():
        root.set(key, value)
    return root
