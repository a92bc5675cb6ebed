"""What the README says is so."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

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


def test_every_room_that_the_map_names_is_there() -> None:
    text = (ROOT / "README.md").read_text("utf-8")

    for room in ("specs/load.py", "specs/grammar.py", "mockserver/pipeline/answer.py", "mockserver/web/gateway.py"):
        assert room.rpartition("/")[2] in text or room in text
        assert (ROOT / room).exists()


def test_every_file_below_the_top_is_one_of_the_given_frame() -> None:
    given = {
        *"pyproject.toml specs mockserver conformance fixtures tests README.md .ci Makefile benchmarks LICENSE".split(),
        "CHANGELOG.md",
        ".gitignore",
    }
    hidden = {".git", ".venv", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"}

    found = {entry.name for entry in ROOT.iterdir()} - hidden

    assert {name for name in found if not name.endswith((".egg-info", "build", "dist"))} <= given
