"""Paths find their operations: static segments first, parameters after, slashes as documented."""

from __future__ import annotations

import pytest

from specs import PROVIDERS, Operation, open_book
from specs.operation import find_operations
from specs.route import Routes


def routes(*paths: str, method: str = "get") -> Routes:
    document = {"paths": {path: {method: {"operationId": path, "responses": {}}} for path in paths}}
    return Routes(find_operations(document))


def found(routes: Routes, path: str) -> tuple[str, dict[str, str]] | None:
    match = routes.match(path)
    return (next(iter(match.methods.values())).id, match.values) if match else None


def test_a_static_segment_wins_over_a_parameter() -> None:
    known = routes("/a/{id}", "/a/count")

    assert found(known, "/a/count") == ("/a/count", {})
    assert found(known, "/a/7") == ("/a/{id}", {"id": "7"})


def test_the_order_of_the_document_does_not_matter() -> None:
    assert found(routes("/a/count", "/a/{id}"), "/a/count") == found(routes("/a/{id}", "/a/count"), "/a/count")


def test_a_dead_end_behind_a_static_segment_goes_back_to_the_parameter() -> None:
    known = routes("/a/count/now", "/a/{id}/tracks", "/{kind}/count/{x}/y")

    assert found(known, "/a/count/tracks") == ("/a/{id}/tracks", {"id": "count"})
    assert found(known, "/a/count/1/y") == ("/{kind}/count/{x}/y", {"kind": "a", "x": "1"})
    assert found(known, "/a/count/1") is None


def test_trailing_slashes_count_as_documented() -> None:
    known = routes("/with/", "/without")

    assert found(known, "/with/") == ("/with/", {})
    assert found(known, "/with") is None
    assert found(known, "/without/") is None


@pytest.mark.parametrize("path", ["", "/", "//", "/a//", "/a", "/a/1/2/3", "a/1", "/A/1"])
def test_other_paths_are_unknown(path: str) -> None:
    assert found(routes("/a/{id}", "/a/{id}/b"), path) is None


def test_a_parameter_takes_no_empty_segment_and_no_slash() -> None:
    known = routes("/a/{id}/b")

    assert found(known, "/a//b") is None
    assert found(known, "/a/1/2/b") is None


def test_a_parameter_may_be_a_part_of_a_segment() -> None:
    known = routes("/files/{name}.{kind}", "/files/{id}", "/files/plan.txt", "/v{major}/x")

    assert found(known, "/files/a.b.xml") == ("/files/{name}.{kind}", {"name": "a", "kind": "b.xml"})
    assert found(known, "/files/a") == ("/files/{id}", {"id": "a"})
    assert found(known, "/files/plan.txt") == ("/files/plan.txt", {})
    assert found(known, "/files/.xml") == ("/files/{id}", {"id": ".xml"})
    assert found(known, "/v2/x") == ("/v{major}/x", {"major": "2"})


def test_letters_that_mean_something_to_patterns_are_plain_in_paths() -> None:
    known = routes("/a+b/{id}.(x)")

    assert found(known, "/a+b/1.(x)") == ("/a+b/{id}.(x)", {"id": "1"})
    assert found(known, "/aab/1.(x)") is None


def test_two_methods_may_name_a_parameter_differently() -> None:
    document = {
        "paths": {
            "/a/{id}": {"get": {"operationId": "one", "responses": {}}},
            "/a/{key}": {"put": {"operationId": "two", "responses": {}}},
        }
    }

    match = Routes(find_operations(document)).match("/a/7")

    assert match is not None
    assert {method: operation.id for method, operation in match.methods.items()} == {"GET": "one", "PUT": "two"}
    assert match.values == {"id": "7", "key": "7"}


def test_values_may_hold_any_letter() -> None:
    assert found(routes("/a/{id}"), "/a/é %2F\n") == ("/a/{id}", {"id": "é %2F\n"})


def _filled(operation: Operation) -> str:
    path = operation.path
    for parameter in operation.in_place("path"):
        path = path.replace(f"{{{parameter.name}}}", "x1")
    return path


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_documented_path_finds_its_own_operation(provider: str) -> None:
    book = open_book(provider)

    for operation in book.operations.values():
        match = book.routes.match(_filled(operation))

        assert match is not None, operation.path
        assert match.methods[operation.method].id == operation.id
