"""The tests' own flat in a house of its own."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from mockserver import app as building
from mockserver.app import App
from mockserver.settings import read_settings

HERE = Path(__file__).parent
NAME = "soundcheck_toy"


def toy_module() -> ModuleType:
    """Return the flat's module, imported once."""
    if NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(NAME, HERE / "toy" / "flat.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[NAME] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[NAME]


@pytest.fixture(scope="session")
def build_toy() -> Iterator[Callable[..., App]]:
    """Build houses that hold the toy flat alone, or several under other names; flags are settings."""
    made: list[App] = []

    def build(*names: str, **flags: Any) -> App:
        provider = toy_module().PROVIDER
        settings = read_settings({"fixtures": str(HERE), **flags}, {})
        made.append(building.build(settings, {name: replace(provider, name=name) for name in names or ("toy",)}))
        return made[-1]

    yield build
    for app in made:
        app.close()


@pytest.fixture(scope="session")
def toy_house(build_toy: Callable[..., App]) -> App:
    """A house with the toy flat, in memory."""
    return build_toy()


@pytest.fixture
def toy(toy_house: App, make_box: Callable[..., Any]) -> Any:
    """A fresh sandbox of the toy flat."""
    return make_box(toy_house, "toy")
