"""Finds what makes a document unusable although every keyword is known: ids, paths and schemas that do not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from specs.grammar import find_schemas
from specs.load import resolve
from specs.operation import METHODS
from specs.schema import Schemas

_STATUS = re.compile("[1-5][0-9][0-9]")
Mistake = tuple[str, str, str]


def find_unsound(document: dict[str, Any]) -> Iterator[Mistake]:
    """Yield (pointer, keyword, what is wrong)."""
    yield from _broken_schemas(document)
    seen: dict[str, str] = {}
    for section in ("paths", "webhooks"):
        for path, item in document.get(section, {}).items():
            pointer = f"#/{section}/{path.replace('~', '~0').replace('/', '~1')}"
            if section == "paths" and not path.startswith("/"):
                yield f"#/{section}", path, f"path {path!r} does not begin with a slash"
            for method in METHODS:
                if method in item:
                    yield from _operation(document, f"{pointer}/{method}", item[method], seen)
                    if section == "paths":
                        yield from _path_parameters(document, f"{pointer}/{method}", path, item, item[method])


def _operation(document: dict[str, Any], pointer: str, raw: dict[str, Any], seen: dict[str, str]) -> Iterator[Mistake]:
    id = raw["operationId"]
    if id in seen:
        yield pointer, "operationId", f"operationId {id!r} stands twice (first at {seen[id]})"
    seen.setdefault(id, pointer)
    for status in raw["responses"]:
        if not _STATUS.fullmatch(status):
            yield f"{pointer}/responses", status, f"{status!r} is no status; every answer is promised by its number"


def _path_parameters(
    document: dict[str, Any], pointer: str, path: str, item: dict[str, Any], raw: dict[str, Any]
) -> Iterator[Mistake]:
    named = re.findall(r"\{([^}]+)\}", path)
    given = []
    for parameter in [*item.get("parameters", []), *raw.get("parameters", [])]:
        while "$ref" in parameter:
            parameter = resolve(document, parameter["$ref"])
        if parameter["in"] == "path":
            given.append(parameter["name"])
    for name in sorted(set(named) ^ set(given)):
        where = "no parameter describes it" if name in named else "the path does not hold it"
        yield pointer, "parameters", f"path parameter {name!r}: {where}"


def _broken_schemas(document: dict[str, Any]) -> Iterator[Mistake]:
    schemas = Schemas("check", document)
    # Named schemas first: a reference to a broken one would be blamed in its place.
    for pointer, schema in sorted(find_schemas(document), key=lambda found: not found[0].startswith("#/components/")):
        if isinstance(schema, bool):
            continue
        try:
            schemas.validator(schema)
        except jsonschema_rs.ValidationError as error:
            tokens = [str(token).replace("~", "~0").replace("/", "~1") for token in error.instance_path]
            place = "/".join([pointer, *tokens])
            above, _, keyword = place.rpartition("/")
            yield above, keyword, f"no valid schema: {error.message}"
        except (TypeError, ValueError) as error:
            yield pointer, "", f"no valid schema: {error}"
