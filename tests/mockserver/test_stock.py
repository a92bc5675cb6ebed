"""Built worlds kept on disk: used when nothing changed, built anew when anything did, never in the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import App, build, load_flats
from mockserver.settings import read_settings
from mockserver.store import snapshot

Start = Callable[..., tuple[App, list[int]]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def start() -> Start:
    """Start a house that counts how often it builds a world."""

    def begin(**flags: Any) -> tuple[App, list[int]]:
        flat = load_flats(["products"])["products"]
        built: list[int] = []

        def seed(world: Any, recipe: Any) -> None:
            built.append(1)
            flat.seed(world, recipe)

        return build(read_settings(flags, {}), {"products": replace(flat, seed=seed)}), built

    return begin


def world_of(house: App, name: str = "default", **options: Any) -> dict[str, Any]:
    house.sandboxes.start_over(name, {"now": "2026-03-01T10:00:00Z", **options})
    house.sandboxes.open(name, "products")
    return dict(snapshot.read(house.store, f"{name}/products"))


def kept(home: Path) -> list[Path]:
    return sorted((home / ".cache" / "soundcheck" / "worlds").glob("*"))


def test_a_second_start_takes_the_world_that_the_first_one_built(home: Path, start: Start) -> None:
    first, built = start()
    content = world_of(first)
    second, again = start()

    assert world_of(second) == content
    assert (built, again) == ([1], [])
    assert len(kept(home)) == 1


@pytest.mark.parametrize("change", [{"seed": 2}, {"now": "2026-03-02T00:00:00Z"}, {"progression": "manual"}])
def test_another_wish_is_another_world(home: Path, start: Start, change: dict[str, Any]) -> None:
    house, built = start()
    world_of(house)
    world_of(house, **change)

    assert built == [1, 1]


def test_another_recipe_is_another_world(home: Path, start: Start, tmp_path: Path) -> None:
    world_of(start()[0])
    shipped = Path(__file__).parents[2] / "fixtures" / "products" / "worlds" / "demo.yaml"
    (tmp_path / "products" / "worlds").mkdir(parents=True)
    (tmp_path / "products" / "worlds" / "demo.yaml").write_text(shipped.read_text().replace("300", "30"))

    house, built = start(fixtures=str(tmp_path))

    assert len(world_of(house)["products"]) == 42
    assert built == [1]


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b"[]", b'{"a": [1]}', b'{"a": 3}', b"\xff"])
def test_a_damaged_world_is_built_again(home: Path, start: Start, damage: bytes) -> None:
    content = world_of(start()[0])
    (file,) = kept(home)
    file.write_bytes(damage)

    house, built = start()

    assert world_of(house) == content
    assert built == [1]


def test_a_home_that_cannot_be_written_or_is_not_there_costs_only_time(
    home: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_text("no folder")
    assert world_of(start()[0])["products"]

    def nowhere() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", nowhere)
    assert world_of(start()[0])["products"]


def test_it_can_be_switched_off(home: Path, start: Start) -> None:
    for _ in range(2):
        house, built = start(keep_worlds=False)
        world_of(house)

        assert built == [1]
    assert kept(home) == []


def test_old_worlds_make_room(home: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from mockserver import stock

    monkeypatch.setattr(stock, "_MOST_KEPT", 2)
    house, _ = start()
    for seed in range(4):
        world_of(house, seed=seed)

    assert len(kept(home)) == 2
