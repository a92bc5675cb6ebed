"""OpenAPI Overlay 1.0: actions in order, merged as the specification says, and refused where they cannot be meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from specs import Book, SpecError, open_book
from specs.grammar import find_mistakes
from specs.overlay import find_overlay, read_overlay
from specs.soundness import find_unsound

DOCUMENT: dict[str, Any] = {
    "info": {"title": "A", "version": "1"},
    "servers": [{"url": "https://a"}, {"url": "https://b"}],
    "paths": {"/one": {"get": {"operationId": "a"}}, "/two": {"get": {"operationId": "b", "tags": ["x"]}}},
}
SMALL = """openapi: 3.1.0
info: {title: Small, version: '1'}
paths:
  /a: {get: {operationId: readA, responses: {'200': {description: Fine.}}}}
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an overlay with these actions."""

    def written(*actions: Any, name: str = "overlay.yaml") -> Path:
        file = tmp_path / name
        file.write_text(yaml.safe_dump({"overlay": "1.0.0", "actions": list(actions)}, sort_keys=False), "utf-8")
        return file

    return written


@pytest.fixture
def overlaid(write: Write) -> Callable[..., Any]:
    return lambda *actions: read_overlay(write(*actions)).apply(DOCUMENT)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A promise of one operation, and a cache of the test's own."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "openapi.yaml").write_text(SMALL)
    return folder


def refused(write: Write, *actions: Any) -> str:
    with pytest.raises(SpecError) as caught:
        read_overlay(write(*actions)).apply(DOCUMENT)
    return str(caught.value)


def test_an_update_is_merged_into_each_match(overlaid: Any) -> None:
    built = overlaid({"target": "$.paths.*.get", "update": {"deprecated": True}})

    assert [item["get"]["deprecated"] for item in built["paths"].values()] == [True, True]
    assert DOCUMENT["paths"]["/one"] == {"get": {"operationId": "a"}}


def test_objects_merge_member_by_member(overlaid: Any) -> None:
    built = overlaid({"target": "$.info", "update": {"title": "B", "contact": {"name": "n"}}})

    assert built["info"] == {"title": "B", "version": "1", "contact": {"name": "n"}}


def test_arrays_inside_an_update_are_appended(overlaid: Any) -> None:
    built = overlaid({"target": "$.paths['/two'].get", "update": {"tags": ["y"]}})

    assert built["paths"]["/two"]["get"]["tags"] == ["x", "y"]


def test_an_update_of_an_array_is_appended(overlaid: Any) -> None:
    built = overlaid({"target": "$.servers", "update": {"url": "https://c"}})

    assert [server["url"] for server in built["servers"]] == ["https://a", "https://b", "https://c"]


def test_the_document_itself_can_be_a_target(overlaid: Any) -> None:
    assert overlaid({"target": "$", "update": {"info": {"title": "B"}}})["info"] == {"title": "B", "version": "1"}


def test_a_removal_removes_every_match(overlaid: Any) -> None:
    built = overlaid({"target": "$.paths[?@.get.tags]", "remove": True})

    assert list(built["paths"]) == ["/one"]


@pytest.mark.parametrize("target", ["$.servers[*]", "$.servers[0, 1, 0]", "$.servers..*"])
def test_removing_entries_of_an_array_does_not_move_the_next_one_away(overlaid: Any, target: str) -> None:
    assert overlaid({"target": target, "remove": True})["servers"] == []


def test_actions_follow_one_another(overlaid: Any) -> None:
    move = {"/three": {"get": {"operationId": "a"}}}
    built = overlaid(
        {"target": "$.paths['/one']", "remove": True},
        {"target": "$.paths", "update": move},
        {"target": "$.paths['/three'].get", "update": {"summary": "moved"}},
    )

    assert built["paths"]["/three"]["get"] == {"operationId": "a", "summary": "moved"}


def test_members_of_ones_own_are_welcome(overlaid: Any) -> None:
    assert overlaid({"target": "$.info", "update": {"title": "B"}, "x-seen": "here"})["info"]["title"] == "B"


def test_a_refusal_names_file_line_and_action(write: Write) -> None:
    told = refused(
        write, {"target": "$.info", "update": {"title": "B"}}, {"target": "$.paths['/thre']", "remove": True}
    )

    assert told.endswith("overlay.yaml:6: action 2: \"$.paths['/thre']\" matches nothing in the document")


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ({"target": "$.paths[", "remove": True}, "'$.paths[' is no JSONPath: "),
        ({"update": {}}, "it has no `target`"),
        ("$.info", "it has no `target`"),
        ({"target": "$.info", "x": 1, "remove": True}, "unknown members x; known: description, remove, target, update"),
        ({"target": "$.info", "remove": "yes"}, "`remove` is true or false"),
        ({"target": "$.info"}, "it has neither `update` nor `remove: true`"),
        ({"target": "$.info", "remove": False}, "it has neither `update` nor `remove: true`"),
        ({"target": "$", "remove": True}, "it removes the whole document"),
        ({"target": "$", "update": "B"}, "it makes something else of the document than a mapping"),
    ],
)
def test_an_action_that_cannot_be_meant_is_refused(write: Write, action: Any, what: str) -> None:
    assert f"action 1: {what}" in refused(write, action)


@pytest.mark.parametrize(
    "wrong",
    ["", "{}", "- 1", "overlay: 2.0.0\nactions: [{target: $}]", "overlay: 1.0.0", "overlay: 1.0.0\nactions: []", "{"],
)
def test_a_file_that_is_no_overlay_is_refused(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "overlay.yaml"
    file.write_text(wrong, "utf-8")

    with pytest.raises(SpecError, match=r"overlay\.yaml"):
        read_overlay(file)


@pytest.mark.parametrize(
    ("update", "what"),
    [
        ({"/b": {"get": {"$ref": "#/nowhere"}}}, "#/paths/~1b/get: $ref leads nowhere"),
        ({"/b": {"get": {"operationId": "b"}}}, "#/paths/~1b/get: responses is missing"),
        ({"/b": {"get": {"operationId": "readA", "responses": {}}}}, "operationId 'readA' stands twice"),
    ],
)
def test_what_comes_out_is_looked_at_like_any_document(small: Path, write: Write, update: Any, what: str) -> None:
    with pytest.raises(SpecError) as caught:
        Book("small", small, (write({"target": "$.paths", "update": update}),))

    assert what in str(caught.value)


def test_a_book_follows_its_overlays_in_their_order(small: Path, write: Write) -> None:
    first = write({"target": "$.info", "update": {"title": "First"}}, name="1.yaml")
    second = write({"target": "$.info[?@ == 'First']", "update": "Second"}, name="2.yaml")

    assert Book("small", small, (first, second)).title == "Second"
    assert Book("small", small, (first,)).title == "First"
    assert Book("small", small).title == "Small"


def test_a_changed_overlay_is_laid_anew(small: Path, write: Write) -> None:
    before = Book("small", small, (write({"target": "$.info", "update": {"title": "Before"}}),))

    after = Book("small", small, (write({"target": "$.info", "update": {"title": "After"}}),))

    assert (before.title, after.title) == ("Before", "After")


def test_an_overlay_that_is_not_there_is_told(small: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"gone\.yaml: No such file"):
        Book("small", small, (tmp_path / "gone.yaml",))


def test_overlays_are_found_by_name_and_by_path(write: Write) -> None:
    file = write({"target": "$.info", "remove": True})

    assert find_overlay("tonegrid", "observed").name == "observed.overlay.yaml"
    assert find_overlay("gard", str(file)) == file.resolve()


@pytest.mark.parametrize(
    ("provider", "named", "what"),
    [
        ("tonegrid", "nope", "there is no file 'nope'; valid for tonegrid: observed, the path of an OpenAPI Overlay"),
        ("gard", "observed", "there is no file 'observed'; valid for gard: the path of an OpenAPI Overlay"),
        ("tonegrid", "", "there is no file ''"),
        ("tonegrid", "/", "there is no file '/'"),
    ],
)
def test_one_that_is_not_there_is_told_with_what_is(provider: str, named: str, what: str) -> None:
    with pytest.raises(ValueError, match=r"valid for") as caught:
        find_overlay(provider, named)

    assert what in str(caught.value)


@pytest.mark.parametrize("provider", ["tonegrid"])
def test_what_is_shipped_fits_its_document(provider: str) -> None:
    book = open_book(provider, overlays=(find_overlay(provider, "observed"),))

    assert list(find_mistakes(book.document)) == []
    assert list(find_unsound(book.document)) == []
    assert book.operations.keys() > open_book(provider).operations.keys()
