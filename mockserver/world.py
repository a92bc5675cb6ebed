"""One provider's records in one sandbox at one instant: all that an operation may read or change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from mockserver.clock import instant
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.fakes import Chance, hex_for, token_for, uuid_for
from mockserver.store.contract import Store
from mockserver.webhooks import outbox
from mockserver.workflow import timers
from mockserver.workflow.machine import Bindings, Fired, begin, fire
from specs import Book

INBOX = "inbox"


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Record:
    record: Record = orjson.loads(text)
    return record

# Told of every write to a collection, whoever writes: the old record and the new one, None where there is none.
Watch = Callable[[Any, Record | None, Record | None], None]


class World:
    """Lives for one transaction. Records are plain objects with an `id`; changes are noted for the journal."""

    __slots__ = (
        "_indexes", "_store", "_watches", "bindings", "book", "changes", "deliveries", "facts", "has_limits", "notes",
        "now", "progression", "provider", "sandbox", "seed", "space",
    )  # fmt: skip

    def __init__(
        self,
        store: Store,
        book: Book,
        bindings: Bindings,
        *,
        space: str,
        sandbox: str,
        now: datetime,
        seed: int,
        progression: str,
        has_limits: bool = True,
        facts: dict[str, Any] | None = None,
        indexes: Mapping[str, Sequence[str]] | None = None,
        watches: Mapping[str, Watch] | None = None,
    ) -> None:
        self._store = store
        self._indexes = indexes or {}
        self._watches = watches or {}
        self.book = book
        self.bindings = bindings
        self.provider = book.provider
        self.space = space
        self.sandbox = sandbox
        self.now = now
        self.seed = seed
        self.progression = progression
        self.has_limits = has_limits
        self.facts = facts or {}  # settings that a flat may read, such as strict_identifiers
        self.changes: list[tuple[str, str, str]] = []
        self.notes: list[Record] = []
        self.deliveries: list[str] = []

    # records

    def get(self, collection: str, id: str) -> Record | None:
        """Return a record, or None."""
        text = self._store.get(self.space, collection, id)
        return None if text is None else orjson.loads(text)

    def look(self, collection: str, id: str) -> Record | None:
        """Return a record to read and never to change: it is parsed once per text and shared."""
        text = self._store.get(self.space, collection, id)
        return None if text is None else _parsed(text)

    def require(self, collection: str, id: str, kind: str = "not_found", **facts: Any) -> Record:
        """Return a record; `Failure(kind)` where there is none."""
        record = self.get(collection, id)
        if record is None:
            raise Failure(kind, f"There is no {id!r} in {collection}.", what=collection, id=id, **facts)
        return record

    def put(self, collection: str, record: Record) -> None:
        """Write a record under its `id`."""
        id = record["id"]
        watch = self._watches.get(collection)
        old = self.get(collection, id) if watch or collection in self._indexes else None
        if collection in self._indexes:
            self._index(collection, old, record)
        self._store.put(self.space, collection, id, orjson.dumps(record).decode())
        self.changes.append(("put", collection, id))
        if watch:
            watch(self, old, record)

    def plant(self, collection: str, texts: Iterable[tuple[str, str]]) -> None:
        """Write many records of a seed as (id, JSON text); neither indexes nor watches hear of them."""
        for id, text in texts:
            self._store.put(self.space, collection, id, text)

    def delete(self, collection: str, id: str) -> bool:
        """Remove a record; say whether it was there."""
        watch = self._watches.get(collection)
        old = self.get(collection, id) if watch or collection in self._indexes else None
        if collection in self._indexes:
            self._index(collection, old, None)
        gone = self._store.delete(self.space, collection, id)
        if gone:
            self.changes.append(("delete", collection, id))
            if watch:
                watch(self, old, None)
        return gone

    def find(self, collection: str, where: Callable[[Record], bool] | None = None) -> Iterator[Record]:
        """Yield records in order of first writing."""
        for _, text in self._store.list(self.space, collection):
            record = orjson.loads(text)
            if where is None or where(record):
                yield record

    def slice(self, collection: str, offset: int, limit: int, reverse: bool = False) -> list[Record]:
        """Return a piece of a collection in order of first writing; its cost does not grow with the collection's."""
        return [orjson.loads(text) for _, text in self._store.list(self.space, collection, offset, limit, reverse)]

    def count(self, collection: str) -> int:
        """Return how many records a collection holds."""
        return self._store.count(self.space, collection)

    # records by the value of an indexed member, in order of first writing

    def _index(self, collection: str, old: Record | None, new: Record | None) -> None:
        id = str((new or old or {}).get("id"))
        for member in self._indexes[collection]:
            before = old.get(member) if old else None
            after = new.get(member) if new else None
            if before == after:
                continue
            if before is not None:
                self._store.delete(self.space, index_name(collection, member, before), id)
            if after is not None:
                self._store.put(self.space, index_name(collection, member, after), id, "1")

    def count_by(self, collection: str, member: str, value: Any) -> int:
        """Return how many records have this value of an indexed member."""
        return self._store.count(self.space, index_name(collection, member, value))

    def slice_by(
        self, collection: str, member: str, value: Any, offset: int = 0, limit: int | None = None, reverse: bool = False
    ) -> list[Record]:
        """Return a piece of the records with this value; its cost does not grow with the collection's size."""
        ids = self._store.list(self.space, index_name(collection, member, value), offset, limit, reverse)
        texts = (self._store.get(self.space, collection, id) for id, _ in ids)
        return [orjson.loads(text) for text in texts if text is not None]

    def texts_by(self, collection: str, member: str, value: Any, offset: int, limit: int) -> list[str]:
        """Return a piece of the records with this value as JSON texts, for what can be made of a text once and kept."""
        ids = self._store.list(self.space, index_name(collection, member, value), offset, limit)
        texts = (self._store.get(self.space, collection, id) for id, _ in ids)
        return [text for text in texts if text is not None]

    # numbers and ids, functions of seed, kind and sequence

    def next_number(self, kind: str) -> int:
        """Return the next number of a sequence, from 1."""
        text = self._store.get(self.space, "counters", kind)
        number = 1 + (int(text) if text else 0)
        self._store.put(self.space, "counters", kind, str(number))
        return number

    def uuid(self, kind: str) -> str:
        """Return the next UUID of a kind."""
        return uuid_for(self.seed, kind, self.next_number(f"uuid:{kind}"))

    def hex(self, kind: str, length: int) -> str:
        """Return the next hexadecimal id of a kind."""
        return hex_for(self.seed, kind, self.next_number(f"hex:{kind}"), length)

    def token(self, kind: str, length: int) -> str:
        """Return the next token of letters and digits of a kind."""
        return token_for(self.seed, kind, self.next_number(f"token:{kind}"), length)

    def chance(self, *path: str | int) -> Chance:
        """Return a source of chance that depends on the seed and a path of names alone."""
        return Chance(self.seed, *path)

    # what happens

    def begin(self, machine: str, record: Record) -> Record:
        """Store a new record in its machine's initial state; returns the stored record."""
        return begin(self, self.bindings, machine, record)

    def fire(self, machine: str, id: str, event: str, **data: Any) -> Fired:
        """Let an event happen to a record; the machine's refusals are `Failure`s."""
        return fire(self, self.bindings, machine, id, event, data)

    def schedule(self, due: datetime, kind: str, data: Record) -> None:
        """Let a transition happen at an instant of the sandbox's clock."""
        timers.schedule(self, due, kind, data)

    def later(self, due: datetime, task: str, **data: Any) -> None:
        """Let one of the flat's tasks run at an instant of the sandbox's clock."""
        timers.schedule(self, due, "task", {"task": task, **data})

    def queue(self, event: str, url: str, body: str, secret: str, **facts: Any) -> Record:
        """Queue a webhook of exact body text, due at once."""
        record = outbox.queue(self, event, url, body, secret, **facts)
        self.deliveries.append(record["id"])
        self.note("webhook", event, record["id"], "queued")
        return record

    def send_message(self, to: str, channel: str, subject: str, text: str, **facts: Any) -> Record:
        """Put a mail or message that the provider would send into the inbox."""
        number = self.next_number("message")
        record = {
            "id": f"{number}",
            "to": to,
            "channel": channel,
            "subject": subject,
            "text": text,
            "at": instant(self.now),
            **facts,
        }
        self.put(INBOX, record)
        return record

    def note(self, kind: str, resource: str, id: str, detail: str, **facts: Any) -> None:
        """Tell the journal, the coverage and the clock's effects what happened."""
        self.notes.append(
            {
                "at": instant(self.now),
                "kind": kind,
                "provider": self.provider,
                "resource": resource,
                "id": id,
                "detail": detail,
                **facts,
            }
        )


def index_name(collection: str, member: str, value: Any) -> str:
    """Return the collection that holds the ids of an index's value; `@` marks it as the house's own."""
    return f"@{collection}/{member}={value}"
