"""Judges messages: by the official schema where a directory with it is set, by our own table otherwise."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from mockserver.core.ground import Record
from mockserver.providers.tonegrid.ddex.grammar import SHAPES, Shape, find_wrong_value
from mockserver.providers.tonegrid.ddex.material import Material
from mockserver.providers.tonegrid.ddex.xml import NAMESPACE, Element, local, parse
from mockserver.world import World

SCHEMA_FILE = "release-notification.xsd"
BUILT_IN = "built-in/ern43"
_FACET = re.compile(r"\[facet '[^']+'\] ")
_PREFIX = f"{{{NAMESPACE}}}"


def validate(world: World, message: bytes, material: Material | None = None) -> dict[str, Any]:
    """Return the report of a message in the documented form (L885-903).

    `material` adds what no schema can see: tracks without audio, a release without a date.
    """
    folder = str(world.facts.get("ddex_schemas") or "")
    root = parse(message)
    path = str(Path(folder) / SCHEMA_FILE) if folder else BUILT_IN
    errors = _by_schema(path, message) if folder else find_structural(root)
    if material is not None:
        errors += _find_incomplete(root, material)
    errors.sort(key=lambda error: error["line"])
    return {"valid": not errors, "errors": errors, "xsd_path": path, "ern_version": "4.3"}


def error_at(line: int | None, message: str, level: str = "error") -> Record:
    """Return one finding; like libxml2 for schemas we know no column, it is always 0."""
    return {"level": level, "severity": level, "line": line or 0, "column": 0, "message": message}


@lru_cache(maxsize=8)
def _schema(path: str) -> Any:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(path, parser))


def _by_schema(path: str, message: bytes) -> list[Record]:
    schema = _schema(path)
    schema.validate(parse(message))
    return [
        error_at(entry.line, _FACET.sub("", entry.message), str(entry.level_name).lower()) for entry in schema.error_log
    ]


def find_structural(root: Element) -> list[Record]:
    """Return what a message's structure breaks of the table, in libxml2's words."""
    name = local(root)
    if root.tag != f"{_PREFIX}{name}" or name not in ("NewReleaseMessage", "PurgeReleaseMessage"):
        return [error_at(root.sourceline, f"Element '{root.tag}': No matching global declaration available.")]
    found: list[Record] = []
    _check(root, root.tag, SHAPES[name], found)
    return found


def _check(element: Element, shown: str, shape: Shape, found: list[Record]) -> None:
    _check_attributes(element, shown, shape, found)
    if shape.rule is not None:
        wrong = find_wrong_value(shape.rule, element.text or "")
        if wrong:
            found.append(error_at(element.sourceline, f"Element '{shown}': {wrong}"))
        return
    _check_children(element, shown, shape, found)


def _check_attributes(element: Element, shown: str, shape: Shape, found: list[Record]) -> None:
    for name, value in element.attrib.items():
        at = f"Element '{shown}', attribute '{name}': "
        if name.startswith("{"):
            continue  # xsi:schemaLocation and the like
        if name not in shape.attributes:
            found.append(error_at(element.sourceline, f"{at}The attribute '{name}' is not allowed."))
            continue
        wrong = find_wrong_value(shape.attributes[name][0], value)
        if wrong:
            found.append(error_at(element.sourceline, at + wrong))
    for name, (_, must) in shape.attributes.items():
        if must and name not in element.attrib:
            text = f"Element '{shown}': The attribute '{name}' is required but missing."
            found.append(error_at(element.sourceline, text))


def _check_children(element: Element, shown: str, shape: Shape, found: list[Record]) -> None:
    children = list(element)
    place = 0
    for number, part in enumerate(shape.parts):
        count = 0
        while place < len(children) and children[place].tag == part.name and (part.most == 0 or count < part.most):
            _check_part(children[place], part.kind, found)
            place, count = place + 1, count + 1
        if count < part.least:
            expected = _expected(shape, number)
            if place < len(children):
                found.append(_unexpected(children[place], expected))
            else:
                text = f"Element '{shown}': Missing child element(s). Expected is {expected}."
                found.append(error_at(element.sourceline, text))
            return
    if place < len(children):
        found.append(_unexpected(children[place], None))


def _check_part(child: Element, kind: str, found: list[Record]) -> None:
    if kind in SHAPES:
        _check(child, child.tag, SHAPES[kind], found)
        return
    for name in child.attrib:
        text = f"Element '{child.tag}', attribute '{name}': The attribute '{name}' is not allowed."
        found.append(error_at(child.sourceline, text))
    wrong = find_wrong_value(kind, child.text or "")
    if wrong:
        found.append(error_at(child.sourceline, f"Element '{child.tag}': {wrong}"))


def _unexpected(child: Element, expected: str | None) -> Record:
    tail = f" Expected is {expected}." if expected else ""
    return error_at(child.sourceline, f"Element '{child.tag}': This element is not expected.{tail}")


def _expected(shape: Shape, number: int) -> str:
    """Return what may stand at a place: the part itself, and optional ones before it."""
    first = number
    while first > 0 and shape.parts[first - 1].least == 0:
        first -= 1
    names = [part.name for part in shape.parts[first : number + 1]]
    return f"( {names[0]} )" if len(names) == 1 else f"one of ( {', '.join(names)} )"


def _find_incomplete(root: Element, material: Material) -> list[Record]:
    """Return what a DSP would miss though the schema allows it (C-57)."""
    found = []
    if material.effective.release_date is None:
        found.append(error_at(_line(root, "ReleaseList/Release"), "Element 'Release': The release has no date."))
    if not material.tracks:
        found.append(error_at(_line(root, "ResourceList"), "Element 'ResourceList': The release has no track."))
    recordings = root.findall("ResourceList/SoundRecording")
    for track, recording in zip(material.tracks, recordings, strict=True):
        if not track["audio"] and not track["audio_url"]:
            text = f"Element 'SoundRecording': The track '{track['title']}' has no audio file."
            found.append(error_at(recording.sourceline, text))
    return found


def _line(root: Element, path: str) -> int | None:
    element = root.find(path)
    return None if element is None else element.sourceline
