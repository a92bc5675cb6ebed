"""JSON pointers."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.pointer import MISSING, join, read, replaced, without

DOCUMENT = {"a": {"b/c": [1, {"~": None}]}, "": 5}


@pytest.mark.parametrize(
    ("place", "expected"),
    [("", DOCUMENT), ("/a/b~1c/0", 1), ("/a/b~1c/1/~0", None), ("/", 5), ("/a/b~1c/2", MISSING), ("/a/x/y", MISSING)],
)
def test_a_pointer_reads_its_place(place: str, expected: Any) -> None:
    assert read(DOCUMENT, place) == expected


def test_join_escapes_what_read_unescapes() -> None:
    assert read(DOCUMENT, join("a", "b/c", 1, "~")) is None


def test_a_pointer_starts_with_a_slash() -> None:
    with pytest.raises(ValueError, match="JSON pointer"):
        read(DOCUMENT, "a/b")


def test_replacing_makes_a_copy_and_missing_parents() -> None:
    built = replaced({"a": [1]}, "/b/c", 2)

    assert built == {"a": [1], "b": {"c": 2}}


def test_replacing_an_item_or_appending_one() -> None:
    assert replaced({"a": [1, 2]}, "/a/0", 9) == {"a": [9, 2]}
    assert replaced({"a": [1, 2]}, "/a/-", 3) == {"a": [1, 2, 3]}


def test_replacing_where_nothing_can_stand_is_refused() -> None:
    with pytest.raises(ValueError, match="leads nowhere"):
        replaced({"a": [1]}, "/a/7", 2)


def test_removing_leaves_the_original() -> None:
    original = {"a": {"b": 1, "c": [1, 2]}}

    assert without(without(original, "/a/b"), "/a/c/0") == {"a": {"c": [2]}}
    assert original == {"a": {"b": 1, "c": [1, 2]}}
    assert without(original, "/x/y") == original
