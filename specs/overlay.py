"""Applies OpenAPI Overlays 1.0 to a document, so that the promise fits a deployment that departs from it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.load import Check, SpecError, find_dead_references, line_at, read_yaml

_SUFFIX = ".overlay.yaml"
_MEMBERS = {"target", "description", "update", "remove"}
_HOME = Path(__file__).parent
# The names and indexes that lead from the document to a place in it.
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """A checked overlay: its actions in order, and the file that refusals name."""

    file: Path
    actions: tuple[dict[str, Any], ...]

    def apply(self, document: dict[str, Any], *checks: Check) -> dict[str, Any]:
        """Return a copy of a bundled document with all actions carried out.

        `SpecError` for a target that matches nothing (the specification lets it pass in silence; here it is a
        misspelling until proved otherwise) and for the first mistake that the checks find in what came out.
        """
        built = copy.deepcopy(document)
        for number, action in enumerate(self.actions, 1):
            built = self._act(built, action, number)
        for pointer, text in _mistakes(built, checks):
            raise SpecError(self.file, None, f"the document that comes out is wrong at {pointer}: {text}")
        return built

    def _act(self, document: dict[str, Any], action: dict[str, Any], number: int) -> dict[str, Any]:
        places = self._places(document, action["target"], number)
        removes = bool(action.get("remove"))
        if removes and () in places:
            raise self.mistake(number, "it removes the whole document")
        above: dict[str, Any] = {"document": document}  # so that the document itself stands in something, too
        # From the end, and what is inner before what it stands in: no change moves a place that is still to come.
        for *way, last in (("document", *place) for place in sorted(places, reverse=True)):
            holder: Any = above
            for step in way:
                holder = holder[step]
            if removes:
                del holder[last]
            else:
                holder[last] = _merged(holder[last], action["update"])
        built = above["document"]
        if not isinstance(built, dict):
            raise self.mistake(number, "it makes something else of the document than a mapping")
        return built

    def _places(self, document: dict[str, Any], target: str, number: int) -> set[Place]:
        # A twentieth of a second that nobody needs who lays no overlay over anything.
        from jsonpath_rfc9535 import JSONPathError, find

        try:
            places: set[Place] = {tuple(node.location) for node in find(target, document)}
        except JSONPathError as error:
            raise self.mistake(number, f"{target!r} is no JSONPath: {error}") from None
        if not places:
            raise self.mistake(number, f"{target!r} matches nothing in the document")
        return places

    def mistake(self, number: int, text: str) -> SpecError:
        """Return the refusal of one action, counted from 1."""
        return SpecError(self.file, line_at(self.file, "actions", number - 1), f"action {number}: {text}")


def read_overlay(file: Path) -> Overlay:
    """Return a checked overlay; `SpecError` names file, line and what is wrong."""
    raw = read_yaml(file)
    if not isinstance(raw, dict) or not str(raw.get("overlay", "")).startswith("1."):
        raise SpecError(file, 1, "this is no overlay: its first member is `overlay: 1.0.0`")
    actions = raw.get("actions")
    if not isinstance(actions, list) or not actions:
        raise SpecError(file, 1, "an overlay needs a list `actions` with at least one action")
    overlay = Overlay(file, tuple(actions))
    for number, action in enumerate(actions, 1):
        for text in _faults(action):
            raise overlay.mistake(number, text)
    return overlay


def find_overlay(provider: str, named: str) -> Path:
    """Return the file of an overlay: one that comes with a provider's spec, by its name, or the one at a path.

    `ValueError` says what could have been named.
    """
    shipped = {file.name.removesuffix(_SUFFIX): file for file in sorted((_HOME / provider).glob(f"*{_SUFFIX}"))}
    file = shipped.get(named) or Path(named)
    if not named or not file.is_file():
        valid = [*shipped, "the path of an OpenAPI Overlay 1.0"]
        raise ValueError(f"there is no file {named!r}; valid for {provider}: {', '.join(valid)}")
    return file.resolve()


def _faults(action: Any) -> Iterator[str]:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        yield "it has no `target`"
        return
    unknown = sorted(name for name in action.keys() - _MEMBERS if not name.startswith("x-"))
    if unknown:
        yield f"unknown members {', '.join(unknown)}; known: {', '.join(sorted(_MEMBERS))}"
    if not isinstance(action.get("remove", False), bool):
        yield "`remove` is true or false"
    if "update" not in action and not action.get("remove"):
        yield "it has neither `update` nor `remove: true`"


def _mistakes(document: dict[str, Any], checks: tuple[Check, ...]) -> Iterator[tuple[str, str]]:
    for pointer in find_dead_references(document):
        yield pointer, "$ref leads nowhere"
    for check in checks:
        for pointer, _, text in check(document):
            yield pointer, text


def _merged(old: Any, update: Any) -> Any:
    """Merge as the specification says: objects member by member, an update of an array is appended to it."""
    if isinstance(old, list):
        return [*old, *copy.deepcopy(update if isinstance(update, list) else [update])]
    if not isinstance(old, dict) or not isinstance(update, dict):
        return copy.deepcopy(update)
    built = dict(old)
    for name, value in update.items():
        fits = isinstance(built.get(name), dict | list) and type(built[name]) is type(value)
        built[name] = _merged(built[name], value) if fits else copy.deepcopy(value)
    return built
