"""A store in one SQLite file: survives a restart, can be shared by several workers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockserver.store.contract import StoreUnusable

_BEYOND = 2**62  # no collection is longer; SQLite's own numbers end a little later
_TABLE = """
CREATE TABLE IF NOT EXISTS texts (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,
    UNIQUE (space, collection, id)
);
CREATE INDEX IF NOT EXISTS texts_in_order ON texts (space, collection, place);
"""
# How a transaction begins, ends well and ends badly; one inside another space's is a savepoint of it.
_OUTER = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_INNER = ("SAVEPOINT inside", "RELEASE inside", ("ROLLBACK TO inside", "RELEASE inside"))


class SqliteStore:
    """One connection per process in WAL mode; a transaction takes the write lock at once: no race."""

    shared = True

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._open: list[str] = []  # the spaces whose transactions are under way, outermost first
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        except (OSError, sqlite3.Error) as error:
            raise StoreUnusable(f"{path}: {error}") from None
        try:
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_TABLE)
        except sqlite3.Error as error:
            self._database.close()
            raise StoreUnusable(f"{path}: {error}") from None

    def get(self, space: str, collection: str, id: str) -> str | None:
        """Return the text, or None."""
        with self._lock:
            row = self._database.execute(
                "SELECT text FROM texts WHERE space=? AND collection=? AND id=?", (space, collection, id)
            ).fetchone()
        return str(row[0]) if row else None

    def put(self, space: str, collection: str, id: str, text: str) -> None:
        """Write the text, new or over the old one."""
        with self._lock:
            self._database.execute(
                "INSERT INTO texts (space, collection, id, text) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (space, collection, id) DO UPDATE SET text = excluded.text",
                (space, collection, id, text),
            )

    def delete(self, space: str, collection: str, id: str) -> bool:
        """Remove the text; say whether it was there."""
        with self._lock:
            done = self._database.execute(
                "DELETE FROM texts WHERE space=? AND collection=? AND id=?", (space, collection, id)
            )
            return done.rowcount > 0

    def count(self, space: str, collection: str) -> int:
        """Return how many texts a collection holds."""
        with self._lock:
            row = self._database.execute(
                "SELECT count(*) FROM texts WHERE space=? AND collection=?", (space, collection)
            ).fetchone()
        return int(row[0])

    def sizes(self, space: str) -> dict[str, int]:
        """Return how many texts each collection holds, of those that hold something."""
        query = "SELECT collection, count(*) FROM texts WHERE space=? GROUP BY collection"
        with self._lock:
            return {str(name): int(size) for name, size in self._database.execute(query, (space,)).fetchall()}

    def collections(self, space: str) -> list[str]:
        """Return the names of the collections that hold something, sorted."""
        with self._lock:
            rows = self._database.execute("SELECT DISTINCT collection FROM texts WHERE space=? ORDER BY 1", (space,))
            return [str(row[0]) for row in rows.fetchall()]

    def spaces(self, prefix: str = "") -> list[str]:
        """Return the names of the spaces that hold something, sorted."""
        with self._lock:
            rows = self._database.execute("SELECT DISTINCT space FROM texts ORDER BY 1")
            return [str(row[0]) for row in rows.fetchall() if str(row[0]).startswith(prefix)]

    @contextmanager
    def transaction(self, space: str) -> Iterator[None]:
        """All or nothing; the write lock covers the whole file, which is more than one space and never less."""
        with self._lock:
            if space in self._open:
                yield
                return
            begin, commit, rollback = _OUTER if not self._open else _INNER
            self._database.execute(begin)
            self._open.append(space)
            try:
                yield
                self._database.execute(commit)
            except BaseException:
                for statement in rollback if self._database.in_transaction else ():
                    self._database.execute(statement)
                raise
            finally:
                self._open.pop()

    def fork(self, source: str, target: str) -> None:
        """Let `target` hold what `source` holds now."""
        with self.transaction(target):
            self._database.execute("DELETE FROM texts WHERE space=?", (target,))
            self._database.execute(
                "INSERT INTO texts (space, collection, id, text)"
                " SELECT ?, collection, id, text FROM texts WHERE space=? ORDER BY place",
                (target, source),
            )

    def drop(self, space: str) -> None:
        """Forget a space."""
        with self._lock:
            self._database.execute("DELETE FROM texts WHERE space=?", (space,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    # last in the class: below it, `list` would no longer mean the type

    def list(
        self, space: str, collection: str, offset: int = 0, limit: int | None = None, reverse: bool = False
    ) -> list[tuple[str, str]]:
        """Return (id, text) pairs in order of first writing, or backwards."""
        order = "DESC" if reverse else "ASC"
        with self._lock:
            rows = self._database.execute(
                f"SELECT id, text FROM texts WHERE space=? AND collection=? ORDER BY place {order} LIMIT ? OFFSET ?",  # noqa: S608 - `order` is one of two words
                (space, collection, -1 if limit is None else min(limit, _BEYOND), min(offset, _BEYOND)),
            )
            return [(str(id), str(text)) for id, text in rows.fetchall()]
