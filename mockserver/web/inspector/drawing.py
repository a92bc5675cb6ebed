"""Lays a lifecycle out as a picture: states in columns by their distance from the first, events as arrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_LETTER, _HEIGHT, _GAP_X, _GAP_Y, _EDGE = 8, 34, 150, 30, 20


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its place and size in pixels."""

    name: str
    x: int
    y: int
    width: int
    is_first: bool
    is_last: bool

    @property
    def middle(self) -> tuple[int, int]:
        """Return the box's centre."""
        return self.x + self.width // 2, self.y + _HEIGHT // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """What leads from one state to another: an SVG path, and the events beside it, each with its actor."""

    path: str
    x: int
    y: int
    events: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole machine."""

    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]


def draw(machine: dict[str, Any]) -> Drawing:
    """Return the picture of a machine as the control API tells it."""
    columns = _columns(machine)
    boxes = _boxes(machine, columns)
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in machine["transitions"]:
        for source in row["from"]:
            if row["to"] is not None:
                pairs.setdefault((source, row["to"]), []).append((row["event"], row["by"]))
    arrows = [_arrow(boxes[source], boxes[target], events) for (source, target), events in pairs.items()]
    width = max(box.x + box.width for box in boxes.values()) + _EDGE
    lowest = max(max(box.y + _HEIGHT for box in boxes.values()), max((arrow.y for arrow in arrows), default=0))
    return Drawing(width, lowest + 3 * _EDGE, list(boxes.values()), arrows)


def _columns(machine: dict[str, Any]) -> list[list[str]]:
    """Return the states by their distance from the initial one; those that nothing leads to come last."""
    distance = {machine["initial"]: 0}
    waiting = [machine["initial"]]
    while waiting:
        state = waiting.pop(0)
        for row in machine["transitions"]:
            target = row["to"]
            if state in row["from"] and target is not None and target not in distance:
                distance[target] = distance[state] + 1
                waiting.append(target)
    most = max(distance.values())
    columns: list[list[str]] = [[] for _ in range(most + 2)]
    for state in machine["states"]:
        columns[distance.get(state, most + 1)].append(state)
    return [column for column in columns if column]


def _boxes(machine: dict[str, Any], columns: list[list[str]]) -> dict[str, Box]:
    leaving = {source for row in machine["transitions"] for source in row["from"] if row["to"] is not None}
    tallest = max(len(column) for column in columns)
    boxes: dict[str, Box] = {}
    x = _EDGE
    for column in columns:
        width = max(len(state) for state in column) * _LETTER + 24
        top = 2 * _EDGE + (tallest - len(column)) * (_HEIGHT + _GAP_Y) // 2
        for index, state in enumerate(column):
            y = top + index * (_HEIGHT + _GAP_Y)
            boxes[state] = Box(state, x, y, width, state == machine["initial"], state not in leaving)
        x += width + _GAP_X
    return boxes


def _arrow(source: Box, target: Box, events: list[tuple[str, str]]) -> Arrow:
    if source == target:
        x, y = source.middle[0], source.y
        path = f"M {x - 15} {y} C {x - 25} {y - 30}, {x + 25} {y - 30}, {x + 15} {y}"
        return Arrow(path, x, y - 26, events)
    if source.x < target.x:
        x1, y1, x2, y2 = source.x + source.width, source.middle[1], target.x, target.middle[1]
        bend = (x2 - x1) // 2
        path = f"M {x1} {y1} C {x1 + bend} {y1}, {x2 - bend} {y2}, {x2} {y2}"
        return Arrow(path, (x1 + x2) // 2, (y1 + y2) // 2 - 6, events)
    x1, x2 = source.middle[0], target.middle[0]
    if source.x == target.x:  # within a column: along its left side
        y1, y2 = source.middle[1], target.middle[1]
        side = source.x - 12 - abs(y2 - y1) // 6
        path = f"M {source.x} {y1} C {side} {y1}, {side} {y2}, {target.x} {y2}"
        return Arrow(path, side - 4, (y1 + y2) // 2, events)
    y1, y2 = source.y + _HEIGHT, target.y + _HEIGHT
    low = max(y1, y2) + 24 + (x1 - x2) // 14
    path = f"M {x1} {y1} C {x1} {low}, {x2} {low}, {x2} {y2}"
    return Arrow(path, (x1 + x2) // 2, (max(y1, y2) + 3 * low) // 4, events)
