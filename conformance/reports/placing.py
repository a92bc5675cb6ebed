"""Where in the files of the promise a finding belongs: the operation that was asked, the requirement it breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.pointer import join
from specs import open_book
from specs.load import places

_CONTEXT_LINES = 4


class Placing:
    """Finds SARIF locations of operations and requirements; paths are relative to the folder that holds `specs/`."""

    def __init__(self, provider: str) -> None:
        book = open_book(provider)
        self._root = book.folder.resolve().parents[1]
        self._operations = book.operations
        pointers = {id: "/paths" + join(one.path, one.method.lower()) for id, one in book.operations.items()}
        found = places(book.folder / "openapi.yaml", pointers.values())
        self._asked = {id: found[pointer] for id, pointer in pointers.items()}
        rules = {id: join("rules", index) for index, id in enumerate(book.rules)}
        found = places(book.folder / "rules.yaml", rules.values())
        self._required = {id: found[pointer] for id, pointer in rules.items()}

    def of(self, requirement: dict[str, Any], asked: str | None) -> list[dict[str, Any]]:
        """Return the locations of a finding, the best first: the operation asked, else the requirement's first one.

        The requirement itself follows, or stands alone where no operation of the document is concerned.
        """
        operations = [id for id in (asked, *requirement["operations"]) if id in self._asked]
        file, line = self._required[requirement["id"]]
        return [
            *(self._operation(id) for id in operations[:1]),
            _location(self._root, file, line, f"The requirement {requirement['id']}."),
        ]

    def _operation(self, id: str) -> dict[str, Any]:
        operation = self._operations[id]
        location = _location(self._root, *self._asked[id], f"The operation {id}.")
        name = f"{operation.method} {operation.path}"
        location["logicalLocations"] = [{"name": id, "fullyQualifiedName": name, "kind": "function"}]
        return location


def _location(root: Path, file: Path, line: int | None, text: str) -> dict[str, Any]:
    first = line or 1
    lines = file.read_text("utf-8").splitlines(keepends=True)[first - 1 : first - 1 + _CONTEXT_LINES]
    # A reader who judges a server need not have these files beside the report.
    context = {"startLine": first, "endLine": first + len(lines) - 1, "snippet": {"text": "".join(lines)}}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": file.relative_to(root).as_posix(), "uriBaseId": "SRCROOT"},
            "region": {"startLine": first},
            "contextRegion": context,
        },
        "message": {"text": text},
    }
