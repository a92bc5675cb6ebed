"""Finds seed worlds: what a world holds is data in fixtures/<provider>/worlds/NAME.yaml."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from mockserver.core.failure import Failure
from mockserver.settings import Settings
from specs.load import SpecError, read_yaml


def read_world(settings: Settings, provider: str, name: str) -> dict[str, Any]:
    """Return the recipe of a world; `unknown_world` names the ones that exist."""
    known = world_names(settings, provider)
    if name in known:  # looked up, never joined to a path unseen: the name may come from a request
        files = [folder / f"{name}.yaml" for folder in _folders(settings, provider)]
        return dict(_read(next(file for file in files if file.is_file())))
    raise Failure("unknown_world", f"There is no world {name!r} for {provider}; there are: {', '.join(known)}.")


def world_names(settings: Settings, provider: str) -> list[str]:
    """Return the names of a provider's worlds."""
    return sorted({name for folder in _folders(settings, provider) for name in _names(folder, _age(folder))})


def _age(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=64)
def _names(folder: Path, age: int) -> list[str]:
    return [file.stem for file in folder.glob("*.yaml")]  # read again when something was added or removed


def _folders(settings: Settings, provider: str) -> list[Path]:
    shipped = Path(str(files("fixtures"))) / provider / "worlds"
    own = [Path(settings.fixtures) / provider / "worlds"] if settings.fixtures else []
    return [*own, shipped]


@lru_cache(maxsize=64)
def _read(file: Path) -> dict[str, Any]:
    recipe = read_yaml(file) or {}
    if not isinstance(recipe, dict):
        raise SpecError(file, 1, "the recipe of a world is a mapping")
    return recipe
