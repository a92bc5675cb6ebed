"""OpenAPI Overlay 1.0."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance.contract import open_contract
from conformance.failure import Misconfigured
from conformance.overlay import apply, read_overlay

DOCUMENT = {
    "info": {"title": "A", "version": "1"},
    "servers": [{"url": "https://a"}],
    "paths": {"/one": {"get": {"operationId": "a"}}, "/two": {"get": {"operationId": "b", "tags": ["x"]}}},
}


def overlaid(*actions: dict[str, Any]) -> Any:
    return apply(DOCUMENT, {"overlay": "1.0.0", "actions": list(actions)})


def test_an_update_is_merged_into_each_match() -> None:
    built = overlaid({"target": "$.paths.*.get", "update": {"deprecated": True}})

    assert [item["get"]["deprecated"] for item in built["paths"].values()] == [True, True]
    assert DOCUMENT["paths"]["/one"] == {"get": {"operationId": "a"}}  # type: ignore[index]


def test_objects_merge_member_by_member() -> None:
    built = overlaid({"target": "$.info", "update": {"title": "B", "contact": {"name": "n"}}})

    assert built["info"] == {"title": "B", "version": "1", "contact": {"name": "n"}}


def test_an_update_of_an_array_is_appended() -> None:
    built = overlaid({"target": "$.servers", "update": {"url": "https://b"}})

    assert [server["url"] for server in built["servers"]] == ["https://a", "https://b"]


def test_a_removal_removes_every_match() -> None:
    built = overlaid({"target": "$.paths[?@.get.tags]", "remove": True})

    assert list(built["paths"]) == ["/one"]


def test_actions_follow_one_another() -> None:
    move = {"/three": {"get": {"operationId": "a"}}}
    built = overlaid(
        {"target": "$.paths['/one']", "remove": True},
        {"target": "$.paths", "update": move},
        {"target": "$.paths['/three'].get", "update": {"summary": "moved"}},
    )

    assert built["paths"]["/three"]["get"] == {"operationId": "a", "summary": "moved"}


def test_a_target_that_matches_nothing_is_refused() -> None:
    with pytest.raises(Misconfigured, match="matches nothing"):
        overlaid({"target": "$.paths['/thre']", "remove": True})


def test_a_malformed_target_is_refused() -> None:
    with pytest.raises(Misconfigured, match="JSONPath"):
        overlaid({"target": "$.paths[", "remove": True})


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"overlay": "2.0.0", "actions": [{"target": "$"}]},
        {"overlay": "1.0.0", "actions": []},
        {"overlay": "1.0.0"},
        {"overlay": "1.0.0", "actions": [{"update": {}}]},
        {"overlay": "1.0.0", "actions": [{"target": "$", "x": 1}]},
    ],
)
def test_a_file_that_is_no_overlay_is_refused(tmp_path: Path, wrong: Any) -> None:
    file = tmp_path / "overlay.yaml"
    file.write_text(yaml.safe_dump(wrong), "utf-8")

    with pytest.raises(Misconfigured):
        read_overlay(file)


def test_a_contract_follows_its_overlay(tmp_path: Path) -> None:
    file = tmp_path / "overlay.yaml"
    action = {"target": "$.paths['/storage/covers/{file}']", "remove": True}
    file.write_text(yaml.safe_dump({"overlay": "1.0.0", "info": {}, "actions": [action]}), "utf-8")

    changed = open_contract("products", file)

    assert "getCoverFile" not in changed.operations
    assert "getCoverFile" in open_contract("products").operations
