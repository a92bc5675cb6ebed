"""Applies an OpenAPI Overlay 1.0 to a document, so that the promise fits a deployment that differs from it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml
from jsonpath_rfc9535 import JSONPathError, find

from conformance import pointer
from conformance.failure import Misconfigured


def read_overlay(file: Path) -> dict[str, Any]:
    """Return a checked overlay document; `Misconfigured` names what is wrong with it."""
    try:
        raw = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"overlay {file}: {error}") from None
    if not isinstance(raw, dict) or not str(raw.get("overlay", "")).startswith("1."):
        raise Misconfigured(f"overlay {file}: its first member is `overlay: 1.0.0`")
    actions = raw.get("actions")
    if not isinstance(actions, list) or not actions:
        raise Misconfigured(f"overlay {file}: it needs a list `actions` with at least one action")
    for number, action in enumerate(actions, 1):
        if not isinstance(action, dict) or not isinstance(action.get("target"), str):
            raise Misconfigured(f"overlay {file}: action {number} has no `target`")
        unknown = set(action) - {"target", "description", "update", "remove"}
        if unknown:
            raise Misconfigured(f"overlay {file}: action {number} has unknown members {sorted(unknown)}")
    return raw


def apply(document: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """Return the document with all actions carried out in order; a target that matches nothing is refused.

    The specification lets such an action pass in silence; here it is a misspelling until proved otherwise.
    """
    built = copy.deepcopy(document)
    for number, action in enumerate(overlay["actions"], 1):
        built = _act(built, action, number)
    return built


def _act(document: dict[str, Any], action: dict[str, Any], number: int) -> dict[str, Any]:
    target = action["target"]
    try:
        places = [[str(part) for part in node.location] for node in find(target, document)]
    except JSONPathError as error:
        raise Misconfigured(f"overlay action {number}: {target!r} is no JSONPath: {error}") from None
    if not places:
        raise Misconfigured(f"overlay action {number}: {target!r} matches nothing in the document")
    if action.get("remove"):
        for place in reversed(places):
            document = pointer.without(document, pointer.join(*place))
        return document
    for place in places:
        here = pointer.join(*place)
        merged = _merged(pointer.read(document, here), action.get("update"))
        document = pointer.replaced(document, here, merged)
    return document


def _merged(old: Any, update: Any) -> Any:
    """Merge as the specification says: objects member by member, an update of an array is appended to it."""
    if isinstance(old, list):
        return [*old, *(update if isinstance(update, list) else [update])]
    if not isinstance(old, dict) or not isinstance(update, dict):
        return copy.deepcopy(update)
    built = dict(old)
    for name, value in update.items():
        fits = name in built and isinstance(built[name], dict | list) and type(built[name]) is type(value)
        built[name] = _merged(built[name], value) if fits else copy.deepcopy(value)
    return built
