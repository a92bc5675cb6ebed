"""The walls: import contracts, sizes, names, types and style."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("specs", "mockserver", "conformance", "fixtures")
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "service", "handler"}
MOST_LINES, MOST_FUNCTION_LINES = 400, 60


def _ids(file: Path) -> str:
    return str(file.relative_to(ROOT))


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_imports_go_one_way() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"

    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_types_hold_strictly() -> None:
    done = _run("mypy")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_style_holds() -> None:
    done = _run("ruff", "check", ".")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", MODULES, ids=_ids)
def test_a_module_is_small_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text("utf-8")

    docstring = ast.get_docstring(ast.parse(text))

    assert docstring, "a module says in one line what it is for"
    assert len(text.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("file", MODULES, ids=_ids)
def test_no_room_has_a_name_that_says_nothing(file: Path) -> None:
    names = {part.removesuffix(".py") for part in file.relative_to(ROOT).parts}

    assert not names & FORBIDDEN_NAMES


@pytest.mark.parametrize("file", MODULES, ids=_ids)
def test_functions_stop_at_sixty_lines(file: Path) -> None:
    long = [f"{name}: {lines} lines" for name, lines in _functions(file) if lines > MOST_FUNCTION_LINES]

    assert not long


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1
