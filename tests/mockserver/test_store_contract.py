"""What every store promises; a new one joins by one line in STORES."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.store.contract import Store
from mockserver.store.memory import MemoryStore
from mockserver.store.sqlite import SqliteStore

STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda folder: MemoryStore(),
    "sqlite": lambda folder: SqliteStore(str(folder / "state.db")),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store = STORES[request.param](tmp_path)
    yield store
    store.close()


def fill(store: Store, *ids: str, space: str = "s", collection: str = "c") -> None:
    for id in ids:
        store.put(space, collection, id, f"text of {id}")


def ids(store: Store, space: str = "s", collection: str = "c", **cut: object) -> list[str]:
    return [id for id, _ in store.list(space, collection, **cut)]  # type: ignore[arg-type]


class Refused(Exception):
    """What ends the transactions of these tests."""


@contextmanager
def refused(store: Store, space: str) -> Iterator[None]:
    """Run a block in a transaction that fails after it."""
    try:
        with store.transaction(space):
            yield
            raise Refused
    except Refused:
        pass


# one text


def test_nothing_is_there_at_first(store: Store) -> None:
    assert store.get("s", "c", "1") is None
    assert store.list("s", "c") == []
    assert store.count("s", "c") == 0
    assert store.collections("s") == []
    assert store.spaces() == []
    assert store.delete("s", "c", "1") is False


def test_a_text_comes_back_as_it_was_put(store: Store) -> None:
    text = '{"a": "é ℗ 😀 \\u0000 \'"}'

    store.put("s", "c", "id with / and 'quotes' %", text)

    assert store.get("s", "c", "id with / and 'quotes' %") == text
    assert store.list("s", "c") == [("id with / and 'quotes' %", text)]


def test_a_later_put_replaces_the_text_and_keeps_its_place(store: Store) -> None:
    fill(store, "b", "a", "c")

    store.put("s", "c", "b", "another")

    assert ids(store) == ["b", "a", "c"]
    assert store.get("s", "c", "b") == "another"
    assert store.count("s", "c") == 3


def test_a_deleted_text_is_gone_and_comes_back_last(store: Store) -> None:
    fill(store, "1", "2", "3")

    assert store.delete("s", "c", "1") is True
    assert store.delete("s", "c", "1") is False
    assert store.get("s", "c", "1") is None
    fill(store, "1")
    assert ids(store) == ["2", "3", "1"]


@pytest.mark.parametrize(
    ("offset", "limit", "reverse", "expected"),
    [
        (0, None, False, "abcde"),
        (1, 2, False, "bc"),
        (0, 2, True, "ed"),
        (3, 10, True, "ba"),
        (4, None, False, "e"),
        (5, 1, False, ""),
        (0, 0, False, ""),
        (10**20, 20, False, ""),
        (10**20, 20, True, ""),
        (2, 10**20, False, "cde"),
    ],
)
def test_pieces_are_cut_in_order_or_backwards(
    store: Store, offset: int, limit: int | None, reverse: bool, expected: str
) -> None:
    fill(store, *"abcde")

    assert "".join(ids(store, offset=offset, limit=limit, reverse=reverse)) == expected


def test_collections_and_spaces_do_not_meet(store: Store) -> None:
    fill(store, "1", space="a", collection="x")
    fill(store, "1", "2", space="a", collection="y")
    fill(store, "3", space="a/b", collection="x")

    assert store.collections("a") == ["x", "y"]
    assert store.spaces() == ["a", "a/b"]
    assert store.spaces("a/") == ["a/b"]
    assert store.count("a", "x") == 1
    assert ids(store, "a/b", "x") == ["3"]


def test_an_emptied_collection_and_an_emptied_space_are_not_told(store: Store) -> None:
    fill(store, "1", collection="x")
    fill(store, "1", collection="y")

    store.delete("s", "x", "1")

    assert store.collections("s") == ["y"]
    store.delete("s", "y", "1")
    assert store.spaces() == []


def test_a_dropped_space_holds_nothing_and_can_be_filled_again(store: Store) -> None:
    fill(store, "1", "2")
    fill(store, "1", space="other")

    store.drop("s")
    store.drop("never there")

    assert store.spaces() == ["other"]
    fill(store, "9")
    assert ids(store) == ["9"]


# transactions


def test_a_transaction_that_ends_well_stays(store: Store) -> None:
    with store.transaction("s"):
        fill(store, "1")

    assert ids(store) == ["1"]


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store) -> None:
    fill(store, "1", "2", "3")
    before = store.list("s", "c")

    with refused(store, "s"):
        store.put("s", "c", "2", "changed")
        fill(store, "4")
        store.delete("s", "c", "1")
        store.put("s", "c", "3", "changed after a deletion")
        fill(store, "1")
        fill(store, "1", collection="new")

    assert store.list("s", "c") == before
    assert store.collections("s") == ["c"]


def test_a_failed_transaction_restores_the_order(store: Store) -> None:
    fill(store, *"abcd")

    with refused(store, "s"):
        store.delete("s", "c", "b")
        fill(store, "b")

    assert ids(store) == list("abcd")


def test_what_a_transaction_wrote_can_be_read_inside_it(store: Store) -> None:
    with store.transaction("s"):
        fill(store, "1")
        store.delete("s", "c", "1")
        fill(store, "2")

        assert ids(store) == ["2"]
        assert store.count("s", "c") == 1


def test_a_nested_transaction_joins_the_outer_one(store: Store) -> None:
    with refused(store, "s"), store.transaction("s"):
        fill(store, "1")

    assert ids(store) == []


def test_an_inner_failure_that_is_caught_does_not_end_the_outer_transaction(store: Store) -> None:
    with store.transaction("s"):
        fill(store, "1")
        with refused(store, "s"):
            pass
        fill(store, "2")

    assert ids(store) == ["1", "2"]


def test_a_failure_in_another_spaces_transaction_undoes_that_space_alone(store: Store) -> None:
    with store.transaction("s"):
        fill(store, "1")
        with refused(store, "other"):
            fill(store, "1", space="other")
        fill(store, "2")

    assert ids(store) == ["1", "2"]
    assert store.spaces() == ["s"]


def test_a_store_works_on_after_a_failed_transaction(store: Store) -> None:
    for _ in range(3):
        with refused(store, "s"):
            fill(store, "1")
    with store.transaction("s"):
        fill(store, "2")

    assert ids(store) == ["2"]


def test_a_drop_inside_a_failed_transaction_did_not_happen(store: Store) -> None:
    fill(store, "1", "2")

    with refused(store, "s"):
        fill(store, "3")
        store.drop("s")
        assert ids(store) == []
        fill(store, "4")

    assert ids(store) == ["1", "2"]


def test_a_drop_inside_a_transaction_happens_with_it(store: Store) -> None:
    fill(store, "1")

    with store.transaction("s"):
        store.drop("s")
        fill(store, "2")

    assert ids(store) == ["2"]


# forks


def test_a_fork_holds_what_its_source_holds_in_order(store: Store) -> None:
    fill(store, *"bac", space="base")
    fill(store, "1", space="base", collection="more")
    fill(store, "gone", space="copy")

    store.fork("base", "copy")

    assert ids(store, "copy") == list("bac")
    assert store.collections("copy") == ["c", "more"]


def test_a_fork_of_nothing_is_empty(store: Store) -> None:
    fill(store, "1")

    store.fork("nowhere", "s")

    assert store.list("s", "c") == []


def test_later_writes_of_source_and_fork_do_not_meet(store: Store) -> None:
    fill(store, "1", "2", space="base")
    store.fork("base", "copy")
    store.fork("copy", "third")

    store.put("base", "c", "1", "changed in base")
    store.delete("copy", "c", "2")
    fill(store, "4", space="third")
    store.drop("base")

    assert store.list("copy", "c") == [("1", "text of 1")]
    assert store.list("third", "c") == [("1", "text of 1"), ("2", "text of 2"), ("4", "text of 4")]
    assert store.list("base", "c") == []


def test_a_failed_transaction_in_a_fork_leaves_both_sides_as_they_were(store: Store) -> None:
    fill(store, "1", "2", space="base")
    store.fork("base", "copy")

    with refused(store, "copy"):
        store.put("copy", "c", "1", "changed")
        store.delete("copy", "c", "2")

    assert ids(store, "base") == ids(store, "copy") == ["1", "2"]
    assert store.get("base", "c", "1") == store.get("copy", "c", "1") == "text of 1"


def test_a_fork_made_inside_a_transaction_of_its_source_outlives_its_failure(store: Store) -> None:
    fill(store, "1", space="base")

    with refused(store, "base"):
        store.put("base", "c", "1", "changed")
        store.fork("base", "copy")
        store.put("copy", "c", "2", "own")

    assert store.get("base", "c", "1") == "text of 1"
    assert store.get("base", "c", "2") is None


def test_a_fork_into_a_space_inside_its_failed_transaction_did_not_happen(store: Store) -> None:
    fill(store, "1", space="base")
    fill(store, "mine")

    with refused(store, "s"):
        store.fork("base", "s")
        assert ids(store) == ["1"]
        fill(store, "2")

    assert ids(store) == ["mine"]
    assert ids(store, "base") == ["1"]


# threads


def test_no_update_is_lost_between_eight_threads(store: Store) -> None:
    store.put("s", "c", "n", "0")

    def count(_: int) -> None:
        for _ in range(25):
            with store.transaction("s"):
                store.put("s", "c", "n", str(int(store.get("s", "c", "n") or 0) + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))

    assert store.get("s", "c", "n") == "200"


def test_transactions_on_one_space_are_serial(store: Store) -> None:
    """Each writes its name, reads it back and takes it away; nobody ever sees another's."""
    seen: list[list[str]] = []

    def alone(number: int) -> None:
        for _ in range(10):
            with store.transaction("s"):
                fill(store, f"mine-{number}")
                seen.append(ids(store))
                store.delete("s", "c", f"mine-{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(alone, range(8)))

    assert len(seen) == 80
    assert all(len(found) == 1 for found in seen)


def test_a_drop_waits_for_the_transaction_that_is_under_way(store: Store) -> None:
    """What was written in it goes with the space; nothing of it appears in the space that comes after."""
    entered, dropped = threading.Event(), threading.Event()

    def drop() -> None:
        entered.wait(5)
        store.drop("s")
        dropped.set()

    thread = threading.Thread(target=drop)
    thread.start()
    with store.transaction("s"):
        fill(store, "1")
        entered.set()
        assert not dropped.wait(0.05)
        fill(store, "2")
    thread.join(5)

    assert dropped.is_set()
    assert store.spaces() == []


def test_readers_are_not_disturbed_by_writers(store: Store) -> None:
    errors: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                store.spaces()
                store.collections("s")
                store.list("s", "c5")
            except Exception as error:
                errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(300):
        fill(store, str(number), collection=f"c{number}")
        fill(store, str(number), space=f"s{number}")
    done.set()
    reader.join(5)

    assert errors == []


# anything at all

_IDS = st.sampled_from("abcd")
_STEPS = st.one_of(
    st.tuples(st.just("put"), _IDS, st.sampled_from("xy")),
    st.tuples(st.just("delete"), _IDS, st.none()),
    st.tuples(st.just("fork"), st.none(), st.none()),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(_STEPS, max_size=8),
    inside=st.lists(_STEPS.filter(lambda step: step[0] != "fork"), max_size=8),
    fails=st.booleans(),
    after=st.lists(_STEPS, max_size=8),
)
def test_any_run_of_writes_gives_what_a_plain_dictionary_would(
    store: Store, before: list, inside: list, fails: bool, after: list
) -> None:  # type: ignore[type-arg]
    for space in store.spaces():
        store.drop(space)
    model: dict[str, str] = {}

    def play(steps: list) -> None:  # type: ignore[type-arg]
        for verb, id, text in steps:
            if verb == "put":
                store.put("s", "c", id, text)
                model[id] = text
            elif verb == "delete":
                assert store.delete("s", "c", id) is (model.pop(id, None) is not None)
            else:
                store.fork("s", "copy")
                store.put("copy", "c", "only here", "x")

    play(before)
    kept = dict(model)
    try:
        with store.transaction("s"):
            play(inside)
            if fails:
                raise Refused
    except Refused:
        model = kept
    play(after)

    assert store.list("s", "c") == list(model.items())
    assert store.list("s", "c", reverse=True) == list(reversed(model.items()))
    assert store.count("s", "c") == len(model)
