"""The doctor: says what is missing on this machine, and what to do."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from mockserver import doctor
from mockserver.doctor import examine
from mockserver.settings import Settings
from specs import SpecError


def findings(**settings: Any) -> dict[bool, str]:
    """Return what is fine and what is not, as text."""
    lines: dict[bool, list[str]] = {True: [], False: []}
    for finding in examine(Settings(providers=("products",), port=0, **settings)):
        lines[finding.is_fine].append(finding.line())
    return {fine: "\n".join(found) for fine, found in lines.items()}


def test_a_machine_that_has_everything_is_fine() -> None:
    found = findings()

    assert found[False] == ""
    for part in (
        "Python 3.",
        "granian",
        "products 20/20 operations",
        "world demo",
        "127.0.0.1:0 is free",
        "store memory",
    ):
        assert part in found[True]


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        lines = [finding.line() for finding in examine(Settings(providers=("products",), port=port))]

    assert any(line.startswith(f"FAIL cannot listen on 127.0.0.1:{port}") for line in lines)


def test_an_unknown_world_is_told_with_the_known_ones() -> None:
    assert "no world 'nowhere'" in findings(world="nowhere")[False]


def test_a_store_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database, " * 100)

    assert "file is not a database" in findings(store=f"sqlite:{tmp_path}/file")[False]


def test_a_broken_spec_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from mockserver import census

    def fail(flats: Any) -> Any:
        raise SpecError(Path("specs/products/openapi.yaml"), 7, "unknown keyword 'colour'")

    monkeypatch.setattr(census, "take", fail)

    assert "specs/products/openapi.yaml:7: unknown keyword 'colour'" in findings()[False]


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_NEEDED", (*doctor._NEEDED, "no_such_library"))

    assert "libraries missing: no_such_library" in findings()[False]


def test_a_home_without_a_cache_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HOME", str(tmp_path / "file"))
    assert "each start parses the specs anew" in findings()[True]

    def nowhere() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", nowhere)
    assert "no home for a spec cache" in findings()[True]


def test_node_is_nice_to_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)

    found = findings()

    assert "node is not here" in found[True]
    assert found[False] == ""
