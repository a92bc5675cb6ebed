"""What the README says is so."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


def _coverage() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_table", ROOT / "tests" / "coverage_table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_coverage_table_is_up_to_date() -> None:
    coverage = _coverage()

    assert coverage.written() == coverage.table(), "run: python tests/coverage_table.py --write"


def _map() -> dict[str, set[str]]:
    """Return the names that the README's map gives to each package."""
    text = (ROOT / "README.md").read_text("utf-8").partition("## The map")[2].partition("## The path")[0]
    rooms: dict[str, set[str]] = {}
    package = ""
    for line in text.splitlines():
        head, _, rest = line.partition("/ ")
        if head in ("specs", "mockserver", "conformance") and rest:
            package, line = head, rest
        elif not line.startswith("               "):
            continue
        names = line.strip().partition("  ")[0]
        found = (name.strip().removesuffix("/") for name in names.split(","))
        rooms.setdefault(package, set()).update(name for name in found if "<" not in name)
    return rooms


@pytest.mark.parametrize("package", ["specs", "mockserver", "conformance"])
def test_every_room_that_the_map_names_is_there(package: str) -> None:
    named = _map()[package]

    missing = {n for n in named if not ((ROOT / package / n).is_dir() or (ROOT / package / f"{n}.py").is_file())}

    assert named
    assert not missing


def test_every_room_of_the_mock_stands_in_the_map() -> None:
    rooms = {entry.stem for entry in (ROOT / "mockserver").iterdir() if not entry.name.startswith("__")}

    assert rooms - _map()["mockserver"] - {"providers"} == set()


def test_every_file_below_the_top_is_one_of_the_given_frame() -> None:
    given = {
        *"pyproject.toml specs mockserver conformance fixtures tests README.md .ci Makefile benchmarks LICENSE".split(),
        "CHANGELOG.md",
        ".gitignore",
    }
    hidden = {".git", ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"}

    found = {entry.name for entry in ROOT.iterdir()} - hidden

    assert {name for name in found if not name.endswith((".egg-info", "build", "dist"))} <= given
