"""A provider's records in a sandbox: read, written, found by index, numbered by seed and sequence."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.failure import Failure
from mockserver.store.memory import MemoryStore
from mockserver.workflow.machine import Bindings
from mockserver.world import World
from specs import open_book

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)


def world(store: MemoryStore | None = None, seed: int = 7, **more: Any) -> World:
    return World(
        store or MemoryStore(), open_book("products"), Bindings(), space="s", sandbox="s", now=NOW, seed=seed,
        progression="manual", indexes={"things": ("kind",)}, **more,
    )  # fmt: skip


def thing(id: str, kind: Any = "a", **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": kind, **more}


def ids(found: Any) -> list[str]:
    return [record["id"] for record in found]


def test_records_come_back_as_they_were_put_and_are_ones_own() -> None:
    here = world()
    record = thing("1", nested={"a": [1, None]}, text="é")
    here.put("things", record)
    record["kind"] = "changed"

    read = here.require("things", "1")
    read["kind"] = "changed too"

    assert here.get("things", "1") == thing("1", nested={"a": [1, None]}, text="é")
    assert here.get("things", "2") is None
    assert here.delete("things", "2") is False


def test_a_missing_record_is_refused_by_name() -> None:
    with pytest.raises(Failure, match=r"There is no '404' in things\.") as caught:
        world().require("things", "404", "no_such_thing", hint="x")

    assert caught.value.kind == "no_such_thing"
    assert caught.value.facts == {"what": "things", "id": "404", "hint": "x"}


def test_records_are_found_in_order_of_first_writing() -> None:
    here = world()
    for id in "312":
        here.put("things", thing(id, kind=id))
    here.put("things", thing("3", kind="late"))

    assert ids(here.find("things")) == ["3", "1", "2"]
    assert ids(here.find("things", lambda record: record["kind"] == "1")) == ["1"]
    assert ids(here.slice("things", 1, 1)) == ["1"]
    assert ids(here.slice("things", 0, 2, reverse=True)) == ["2", "1"]
    assert here.count("things") == 3


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("1234"), st.sampled_from(["a", "b", 3, True, None, "x/y=z", ""]), st.booleans()),
        max_size=15,
    )
)
def test_an_index_always_shows_what_a_search_would(steps: list[tuple[str, Any, bool]]) -> None:
    here = world()
    for id, kind, is_delete in steps:
        if is_delete:
            here.delete("things", id)
        else:
            here.put("things", thing(id, kind))

    for kind in ("a", "b", 3, True, "x/y=z", ""):
        expected = sorted(record["id"] for record in here.find("things") if record["kind"] == kind)
        assert sorted(ids(here.slice_by("things", "kind", kind))) == expected
        assert here.count_by("things", "kind", kind) == len(expected)
    assert here.slice_by("things", "kind", "never") == []


def test_an_index_is_cut_like_a_list() -> None:
    here = world()
    for id in "12345":
        here.put("things", thing(id))

    assert ids(here.slice_by("things", "kind", "a", 1, 2)) == ["2", "3"]
    assert ids(here.slice_by("things", "kind", "a", 0, 2, reverse=True)) == ["5", "4"]
    assert here.slice_by("things", "kind", "a", 10**20, 5) == []


def test_a_watch_hears_of_every_write() -> None:
    heard: list[Any] = []
    here = world(watches={"things": lambda where, old, new: heard.append((old and old["kind"], new and new["kind"]))})

    here.put("things", thing("1", "a"))
    here.put("things", thing("1", "b"))
    here.delete("things", "1")
    here.delete("things", "1")
    here.put("others", thing("1"))

    assert heard == [(None, "a"), ("a", "b"), ("b", None)]


def test_changes_are_noted_in_order() -> None:
    here = world()
    here.put("things", thing("1"))
    here.delete("things", "1")
    here.delete("things", "1")

    assert here.changes == [("put", "things", "1"), ("delete", "things", "1")]


def test_numbers_and_ids_are_functions_of_seed_kind_and_sequence() -> None:
    def drawn(seed: int) -> list[Any]:
        here = world(seed=seed)
        return [
            here.next_number("a"), here.next_number("a"), here.next_number("b"), here.uuid("x"), here.uuid("x"),
            here.uuid("y"), here.hex("x", 8), here.token("x", 12), here.chance("a", 1).number(1, 10**9),
        ]  # fmt: skip

    first, again, other = drawn(7), drawn(7), drawn(8)

    assert first == again
    assert first[:3] == [1, 2, 1]
    assert len({*first[3:6]}) == 3
    assert not {*first[3:]} & {*other[3:]}


def test_messages_go_to_the_inbox() -> None:
    here = world()

    record = here.send_message("a@example.com", "mail", "Hello", "A text", code="1234")

    assert list(here.find("inbox")) == [record]
    assert record == {
        "id": "1", "to": "a@example.com", "channel": "mail", "subject": "Hello", "text": "A text",
        "at": "2026-03-01T10:00:00.000000Z", "code": "1234",
    }  # fmt: skip


def test_a_record_that_no_json_can_hold_is_refused_and_nothing_is_written() -> None:
    here = world()
    for value in (object(), 2**70, {1, 2}):
        with pytest.raises(TypeError):
            here.put("others", {"id": "1", "value": value})

    assert here.count("others") == 0
