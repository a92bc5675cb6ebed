"""Lays a lifecycle out as a picture: states in columns by their distance from the first, events as arrows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

_LETTER, _SMALL_LETTER, _LINE, _HEIGHT, _EDGE = 8, 7, 13, 34, 20


@dataclass(frozen=True, slots=True)
class Box:
    """A state: its place and size in pixels. In its `lane` arrows pass below it, each state of a column in its own."""

    name: str
    x: int
    y: int
    width: int
    lane: int
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
    floor = max(box.y + _HEIGHT for box in boxes.values())
    arrows: list[Arrow] = []
    for (source, target), events in pairs.items():
        if boxes[source].x > boxes[target].x:
            floor += _LINE + _LINE * len(events)
        arrows.append(_arrow(boxes[source], boxes[target], events, floor))
    right = [arrow.x + _SMALL_LETTER * max(len(event) for event, _ in arrow.events) // 2 for arrow in arrows]
    width = max(*(box.x + box.width for box in boxes.values()), *right)
    return Drawing(width + _EDGE, floor + _EDGE, list(boxes.values()), arrows)


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
    rows = machine["transitions"]
    leaving = {source for row in rows for source in row["from"] if row["to"] is not None}
    loops = Counter(source for row in rows for source in row["from"] if row["to"] == source)
    above = 34 + _LINE * max(loops.values(), default=0)  # room for what leads from a state to itself
    beside = 90 + _SMALL_LETTER * max((len(row["event"]) for row in rows), default=0)
    tallest = max(len(column) for column in columns)
    boxes: dict[str, Box] = {}
    x = _EDGE
    for column in columns:
        width = max(len(state) for state in column) * _LETTER + 24
        top = above + (tallest - len(column)) * (_HEIGHT + above) // 2
        for index, state in enumerate(column):
            y = top + index * (_HEIGHT + above)
            lane = x + width * (index + 1) // (len(column) + 1)
            boxes[state] = Box(state, x, y, width, lane, state == machine["initial"], state not in leaving)
        x += width + beside
    return boxes


def _arrow(source: Box, target: Box, events: list[tuple[str, str]], floor: int) -> Arrow:
    """Return the arrow of some events: forward ones cross, backward ones go along the floor, others around."""
    if source == target:
        x, y = source.middle[0], source.y
        path = f"M {x - 15} {y} C {x - 25} {y - 30}, {x + 25} {y - 30}, {x + 15} {y}"
        return Arrow(path, x, y - 26 - _LINE * (len(events) - 1), events)
    if source.x < target.x:
        x1, y1, x2, y2 = source.x + source.width, source.middle[1], target.x, target.middle[1]
        bend = (x2 - x1) // 2
        path = f"M {x1} {y1} C {x1 + bend} {y1}, {x2 - bend} {y2}, {x2} {y2}"
        return Arrow(path, (x1 + x2) // 2, (y1 + y2) // 2 - 6, events)
    x1, x2 = source.lane, target.lane
    if source.x == target.x:  # within a column: along its right side, upward ones a little further out
        edge, y1, y2 = source.x + source.width, source.middle[1] + 8, target.middle[1] - 8
        side = edge + 16 + abs(y2 - y1) // 4 + (20 if y2 < y1 else 0)
        path = f"M {edge} {y1} C {side} {y1}, {side} {y2}, {edge} {y2}"
        apart = 9 if y2 < y1 else -4
        return Arrow(path, (edge + 3 * side) // 4 + 6, (y1 + y2) // 2 + apart, events)
    path = f"M {x1} {source.y + _HEIGHT} L {x1} {floor - 12} Q {x1} {floor}, {x1 - 12} {floor}"
    path += f" L {x2 + 12} {floor} Q {x2} {floor}, {x2} {floor - 12} L {x2} {target.y + _HEIGHT}"
    return Arrow(path, (x1 + x2) // 2, floor - 4 - _LINE * (len(events) - 1), events)
