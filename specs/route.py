"""Finds the operation of a path: static segments win over parameters, trailing slashes count as documented."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from specs.operation import Operation

_MOST_KNOWN = 4096


@dataclass(slots=True)
class _Node:
    static: dict[str, _Node] = field(default_factory=dict)
    partial: list[tuple[re.Pattern[str], _Node]] = field(default_factory=list)
    free: tuple[str, _Node] | None = None
    methods: dict[str, tuple[Operation, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A path that the promise knows: its operations by method and the path's values."""

    methods: dict[str, Operation]
    values: dict[str, str]


class Routes:
    """The paths of one document as a tree of segments; parameters match one non-empty segment or a part of it."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        self._static: dict[str, Match] = {}
        self._known: dict[str, Match | None] = {}  # paths seen lately; emptied when it has grown large
        for operation in operations:
            self._add(operation)

    def _add(self, operation: Operation) -> None:
        node, names = self._root, []
        for segment in operation.path.split("/"):
            found = re.findall(r"\{([^}]+)\}", segment)
            names += found
            if not found:
                node = node.static.setdefault(segment, _Node())
            elif segment == f"{{{found[0]}}}":
                if node.free is None:
                    node.free = (found[0], _Node())
                node = node.free[1]
            else:
                node = self._partial(node, segment)
        node.methods[operation.method] = (operation, tuple(names))
        if not names:
            methods = {method: entry[0] for method, entry in node.methods.items()}
            self._static[operation.path] = Match(methods, {})

    @staticmethod
    def _partial(node: _Node, segment: str) -> _Node:
        parts = re.split(r"\{[^}]+\}", segment)
        pattern = re.compile("(.+?)".join(re.escape(part) for part in parts))
        for known, child in node.partial:
            if known.pattern == pattern.pattern:
                return child
        child = _Node()
        node.partial.append((pattern, child))
        return child

    def match(self, path: str) -> Match | None:
        """Return the operations at a decoded path, or None where the promise has no such path."""
        known = self._static.get(path)
        if known is not None:
            return known
        if path in self._known:
            return self._known[path]
        if len(self._known) >= _MOST_KNOWN:
            self._known = {}
        found = self._known[path] = self._descend(self._root, path.split("/"), 0, [])
        return found

    def _descend(self, node: _Node, segments: list[str], index: int, values: list[str]) -> Match | None:
        if index == len(segments):
            return _found(node, values) if node.methods else None
        segment = segments[index]
        child = node.static.get(segment)
        if child is not None:
            found = self._descend(child, segments, index + 1, values)
            if found is not None:
                return found
        for pattern, child in node.partial:
            hit = pattern.fullmatch(segment)
            if hit:
                found = self._descend(child, segments, index + 1, [*values, *hit.groups()])
                if found is not None:
                    return found
        if node.free is not None and segment:
            return self._descend(node.free[1], segments, index + 1, [*values, segment])
        return None


def _found(node: _Node, values: list[str]) -> Match:
    # Two methods of one path may name its parameter differently; every name gets the value.
    named = {name: value for _, names in node.methods.values() for name, value in zip(names, values, strict=True)}
    return Match({method: entry[0] for method, entry in node.methods.items()}, named)
