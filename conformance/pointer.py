"""JSON pointers (RFC 6901): reading, replacing and removing one place of a JSON value."""

from __future__ import annotations

import copy
from typing import Any


class Missing:
    """What stands where a pointer leads nowhere; unlike null it equals nothing but itself."""

    def __repr__(self) -> str:
        return "(absent)"

    def __bool__(self) -> bool:
        return False


MISSING = Missing()


def tokens(pointer: str) -> list[str]:
    """Split a pointer into unescaped tokens; `ValueError` where it neither is empty nor starts with a slash."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON pointer: it starts with a slash or is empty")
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/")]


def join(*names: str | int) -> str:
    """Return the pointer of nested members."""
    return "".join("/" + str(name).replace("~", "~0").replace("/", "~1") for name in names)


def read(document: Any, pointer: str) -> Any:
    """Return the value at a pointer, or MISSING."""
    node = document
    for token in tokens(pointer):
        node = _child(node, token)
        if node is MISSING:
            return MISSING
    return node


def _child(node: Any, token: str) -> Any:
    if isinstance(node, dict):
        return node.get(token, MISSING)
    if isinstance(node, list) and token.isdigit() and int(token) < len(node):
        return node[int(token)]
    return MISSING


def replaced(document: Any, pointer: str, value: Any) -> Any:
    """Return a copy with the value at a pointer set; parents that are absent are made as objects."""
    path = tokens(pointer)
    if not path:
        return copy.deepcopy(value)
    built = copy.deepcopy(document)
    node = built
    for token in path[:-1]:
        child = _child(node, token)
        if child is MISSING and isinstance(node, dict):
            child = node[token] = {}
        node = child
    _set(node, path[-1], value, pointer)
    return built


def _set(node: Any, token: str, value: Any, pointer: str) -> None:
    if isinstance(node, dict):
        node[token] = copy.deepcopy(value)
    elif isinstance(node, list) and token in ("-", str(len(node))):
        node.append(copy.deepcopy(value))
    elif isinstance(node, list) and token.isdigit() and int(token) < len(node):
        node[int(token)] = copy.deepcopy(value)
    else:
        raise ValueError(f"{pointer!r} leads nowhere")


def without(document: Any, pointer: str) -> Any:
    """Return a copy without the member or item at a pointer; a pointer that leads nowhere removes nothing."""
    built = copy.deepcopy(document)
    path = tokens(pointer)
    parent = read(built, join(*path[:-1])) if path else MISSING
    if isinstance(parent, dict):
        parent.pop(path[-1], None)
    elif isinstance(parent, list) and path[-1].isdigit() and int(path[-1]) < len(parent):
        del parent[int(path[-1])]
    return built
