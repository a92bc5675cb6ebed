"""What is peculiar to one store: sqlite survives and is shared, memory forks cheaply; spaces as readable JSON."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.store import snapshot
from mockserver.store.contract import Store, StoreUnusable
from mockserver.store.memory import MemoryStore
from mockserver.store.sqlite import SqliteStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "state.db"


def test_sqlite_survives_reopening(file: Path) -> None:
    store = SqliteStore(str(file))
    for id in "bac":
        store.put("s", "c", id, id * 2)
    store.delete("s", "c", "b")
    store.put("s", "c", "b", "again")
    store.close()

    reopened = SqliteStore(str(file))

    assert reopened.list("s", "c") == [("a", "aa"), ("c", "cc"), ("b", "again")]
    reopened.put("s", "c", "d", "last")
    assert reopened.list("s", "c")[-1] == ("d", "last")
    reopened.close()


def test_sqlite_forgets_a_transaction_that_the_process_did_not_live_to_end(file: Path) -> None:
    code = (
        "import os, sys; from mockserver.store.sqlite import SqliteStore; store = SqliteStore(sys.argv[1]);"
        "store.put('s', 'c', '1', 'kept'); held = store.transaction('s'); held.__enter__();"
        "store.put('s', 'c', '2', 'lost'); os._exit(9)"
    )

    done = subprocess.run([sys.executable, "-c", code, str(file)], cwd=Path(__file__).parents[2], check=False)

    store = SqliteStore(str(file))
    assert done.returncode == 9
    assert store.list("s", "c") == [("1", "kept")]
    store.close()


def test_two_processes_see_one_sqlite_file(file: Path) -> None:
    """No update is lost between connections, as between the workers of a server."""
    one, other = SqliteStore(str(file)), SqliteStore(str(file))
    for store in (one, other) * 10:
        with store.transaction("s"):
            store.put("s", "c", "n", str(int(store.get("s", "c", "n") or 0) + 1))

    assert one.get("s", "c", "n") == other.get("s", "c", "n") == "20"
    one.close()
    other.close()


@pytest.mark.parametrize("content", [b"this is a text and no database" * 100, None])
def test_a_file_that_is_no_database_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "state.db"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)

    with pytest.raises(StoreUnusable, match=rf"{file}: "):
        SqliteStore(str(file))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreUnusable):
        SqliteStore(str(tmp_path / "file" / "state.db"))


def test_a_fork_in_memory_shares_until_somebody_writes() -> None:
    store = MemoryStore()
    for number in range(1000):
        store.put("base", "big", str(number), "x")
    store.fork("base", "copy")

    shared = store._spaces["copy"].collections["big"]

    assert shared is store._spaces["base"].collections["big"]
    store.put("copy", "small", "1", "x")
    assert store._spaces["copy"].collections["big"] is shared
    store.put("copy", "big", "1", "y")
    assert store._spaces["copy"].collections["big"] is not shared


def test_memory_lets_go_of_dropped_spaces() -> None:
    store = MemoryStore()
    for number in range(100):
        store.put(f"s{number}", "c", "1", "x")
        store.drop(f"s{number}")

    assert not store._spaces


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return MemoryStore() if request.param == "memory" else SqliteStore(str(tmp_path / "state.db"))


def test_a_space_is_read_as_json_and_written_back_in_order(store: Store) -> None:
    for id in "bac":
        store.put("s", "things", id, f'{{"id": "{id}", "name": "é"}}')
    store.put("s", "counters", "thing", "3")
    store.put("s", "@things/name=é", "b", "1")

    content = snapshot.read(store, "s")
    store.put("other", "old", "1", "{}")
    snapshot.write(store, "other", content)

    assert content["things"] == [{"id": id, "name": "é"} for id in "bac"]
    assert content["counters"] == {"thing": 3}
    assert snapshot.read(store, "other") == content
    assert store.collections("other") == store.collections("s")
    assert [id for id, _ in store.list("other", "things")] == list("bac")
    store.close()
