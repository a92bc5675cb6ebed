"""A provider's promise as a whole: quick to open again, true to its files, and refused where it is broken."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from specs import PROVIDERS, Book, SpecError, open_book
from specs.book import HOME

SMALL = """openapi: 3.1.0
info: {title: Small, version: '1'}
x-hosts: [small.example]
paths:
  /a: {get: {operationId: readA, responses: {'200': {description: Fine.}}}}
webhooks:
  a.made: {post: {operationId: tellA, responses: {'200': {description: Fine.}}}}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, so that its cache is."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(SMALL)
    return folder


def kept_files(home: Path) -> list[Path]:
    return sorted((home / ".cache" / "soundcheck").glob("*"))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_opens(provider: str) -> None:
    book = open_book(provider)

    assert book.title
    assert book.operations
    assert book.rules
    assert all(operation.tag for operation in book.operations.values())


def test_a_book_has_operations_webhooks_and_hosts(folder: Path, home: Path) -> None:
    book = Book("small", folder)

    assert (book.title, book.hosts, list(book.operations), list(book.webhooks)) == (
        "Small", ("small.example",), ["readA"], ["a.made"],
    )  # fmt: skip
    assert book.lifecycles == {}
    assert book.rules == {}


def test_a_changed_file_is_read_anew(folder: Path, home: Path) -> None:
    before = Book("small", folder)
    (folder / "openapi.yaml").write_text(SMALL.replace("Small", "Changed"))

    after = Book("small", folder)

    assert (before.title, after.title) == ("Small", "Changed")


def test_a_new_file_beside_is_read_too(folder: Path, home: Path) -> None:
    Book("small", folder)
    (folder / "rules.yaml").write_text("rules: [{id: A, level: MUST, basis: b, area: a, text: t, source: s}]")

    assert list(Book("small", folder).rules) == ["A"]


def test_what_was_parsed_is_kept_and_used(folder: Path, home: Path) -> None:
    Book("small", folder)
    (file,) = kept_files(home)
    kept = json.loads(file.read_text())
    kept["document"]["info"]["title"] = "From the cache"
    file.write_text(json.dumps(kept))

    assert Book("small", folder).title == "From the cache"


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b"[]", b'{"document": {}}', b"\xff\x00", b'"text"'])
def test_a_damaged_cache_is_built_again(folder: Path, home: Path, damage: bytes) -> None:
    Book("small", folder)
    (file,) = kept_files(home)
    file.write_bytes(damage)

    assert Book("small", folder).title == "Small"
    assert json.loads(file.read_bytes())["document"]["info"]["title"] == "Small"


def test_a_home_that_cannot_be_written_costs_only_time(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("HOME", str(tmp_path / "file"))

    assert Book("small", folder).title == "Small"


def test_an_account_without_a_home_can_start(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nowhere)

    assert Book("small", folder).title == "Small"


def test_a_broken_promise_is_not_kept(folder: Path, home: Path) -> None:
    (folder / "lifecycles.yaml").write_text("lifecycles: {a: {}}\n")

    for _ in range(2):
        with pytest.raises(SpecError, match=r"lifecycles\.yaml:1: a: collection is missing"):
            Book("small", folder)


def test_a_provider_that_is_not_there_is_told() -> None:
    with pytest.raises(SpecError, match=r"nowhere/openapi\.yaml: No such file"):
        open_book("nowhere")


def test_opening_twice_gives_the_same_book() -> None:
    assert open_book("products") is open_book("products")


def test_reading_a_promise_imports_no_room_of_the_house() -> None:
    code = (
        "import sys, specs; [specs.open_book(p).operations for p in specs.PROVIDERS];"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('mockserver', 'conformance', 'flask')))"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=HOME.parent, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
