"""A run judges against the document with the user's overlay laid over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.contract import open_contract
from conformance.failure import Misconfigured


def overlay(folder: Path, *actions: dict[str, Any]) -> Path:
    file = folder / "overlay.yaml"
    file.write_text(yaml.safe_dump({"overlay": "1.0.0", "info": {}, "actions": list(actions)}), "utf-8")
    return file


def test_a_contract_follows_its_overlay(tmp_path: Path) -> None:
    file = overlay(tmp_path, {"target": "$.paths['/storage/covers/{file}']", "remove": True})

    changed = open_contract("products", file)

    assert "getCoverFile" not in changed.operations
    assert "getCoverFile" in open_contract("products").operations


def test_an_overlay_that_is_shipped_is_known_by_its_name() -> None:
    assert open_contract("tonegrid", Path("observed")).operations["updateRelease"].method == "PATCH"
    assert open_contract("tonegrid").operations["updateRelease"].method == "PUT"


def test_a_contract_is_its_own_copy(tmp_path: Path) -> None:
    file = overlay(tmp_path, {"target": "$.info", "update": {"title": "Changed"}})
    open_contract("products", file).document["info"]["title"] = "Scribbled on"

    assert open_contract("products", file).title == "Changed"


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ({"target": "$.paths['/nope']", "remove": True}, "matches nothing in the document"),
        ({"target": "$.paths[", "remove": True}, "is no JSONPath"),
        ({"target": "$.paths", "update": {"/a": {"get": {"responses": {}}}}}, "operationId is missing"),
    ],
)
def test_one_that_cannot_be_laid_is_a_misconfiguration(tmp_path: Path, action: dict[str, Any], what: str) -> None:
    with pytest.raises(Misconfigured, match=what):
        open_contract("products", overlay(tmp_path, action))


def test_one_that_is_not_there_is_a_misconfiguration(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="valid for tonegrid: observed, the path"):
        open_contract("tonegrid", tmp_path / "gone.yaml")
