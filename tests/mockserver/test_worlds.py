"""Seed worlds: found by name, one's own before the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.core.failure import Failure
from mockserver.settings import Settings
from mockserver.worlds import read_world, world_names
from specs.load import SpecError


def own(folder: Path, name: str, text: str, provider: str = "products") -> Settings:
    (folder / provider / "worlds").mkdir(parents=True, exist_ok=True)
    (folder / provider / "worlds" / f"{name}.yaml").write_text(text)
    return Settings(fixtures=str(folder))


@pytest.mark.parametrize("name", ["demo", "empty"])
def test_the_shipped_worlds_are_there(name: str) -> None:
    assert read_world(Settings(), "products", name)["companies"]


def test_ones_own_world_joins_and_hides_the_shipped_ones(tmp_path: Path) -> None:
    own(tmp_path, "mine", "a: 1")
    settings = own(tmp_path, "demo", "b: 2")

    assert world_names(settings, "products") == ["demo", "empty", "mine"]
    assert read_world(settings, "products", "mine") == {"a": 1}
    assert read_world(settings, "products", "demo") == {"b": 2}
    assert "companies" in read_world(settings, "products", "empty")


def test_an_empty_world_is_one_that_asks_for_nothing(tmp_path: Path) -> None:
    assert read_world(own(tmp_path, "none", "# nothing"), "products", "none") == {}


@pytest.mark.parametrize("name", ["nowhere", "", "../products/worlds/demo", "demo.yaml", "DEMO", "a\x00b"])
def test_an_unknown_world_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(Failure, match="there are: demo, empty") as caught:
        read_world(Settings(), "products", name)

    assert caught.value.kind == "unknown_world"


@pytest.mark.parametrize(("text", "line"), [("a: [1", 2), ("- a\n- b", 1), ("a: 1\na: 2", 2)])
def test_a_broken_world_is_refused_with_its_file_and_line(tmp_path: Path, text: str, line: int) -> None:
    settings = own(tmp_path, "broken", text)

    with pytest.raises(SpecError) as caught:
        read_world(settings, "products", "broken")

    assert str(caught.value).startswith(f"{tmp_path}/products/worlds/broken.yaml:{line}: ")


def test_what_a_reader_does_to_a_recipe_is_its_own() -> None:
    read_world(Settings(), "products", "demo")["companies"] = "changed"

    assert read_world(Settings(), "products", "demo")["companies"] != "changed"
