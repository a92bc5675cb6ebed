"""A store in one SQLite file: survives a restart, can be shared by several workers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

_TABLE = """
CREATE TABLE IF NOT EXISTS texts (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    space TEXT NOT NULL, collection TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,
    UNIQUE (space, collection, id)
);
CREATE INDEX IF NOT EXISTS texts_in_order ON texts (space, collection, place);
"""


class SqliteStore:
    """One connection per process in WAL mode; a transaction takes the write lock at once: no race."""

    shared = True

    def __init__(self, path: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_TABLE)

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

    def transaction(self, space: str) -> AbstractContextManager[None]:
        """All or nothing; the write lock covers the whole file, which is more than one space and never less."""
        return self._transaction()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            if self._depth:
                yield
                return
            self._database.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            else:
                self._database.execute("COMMIT")
            finally:
                self._depth -= 1

    def fork(self, source: str, target: str) -> None:
        """Let `target` hold what `source` holds now."""
        with self._transaction():
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
                (space, collection, -1 if limit is None else limit, offset),
            )
            return [(str(id), str(text)) for id, text in rows.fetchall()]
