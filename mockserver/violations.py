"""Own replies and webhooks that broke the spec, de-duplicated with counts; expected: none."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import orjson

from mockserver.store.contract import Store
from specs import Problem

COLLECTION = "violations"


class Violations:
    """Writes into each sandbox's own space, outside any provider's transaction, so that a rollback keeps them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()

    def add(self, sandbox: str, provider: str, subject: str, what: str, problems: list[Problem], at: str) -> None:
        """Record one broken promise of an operation or webhook."""
        told = [problem.as_json() for problem in problems[:20]]
        key = orjson.dumps([provider, subject, what, [(entry["pointer"], entry["rule"]) for entry in told]])
        id = hashlib.blake2b(key, digest_size=8).hexdigest()
        with self._lock:
            text = self._store.get(sandbox, COLLECTION, id)
            known: dict[str, Any] = orjson.loads(text) if text else {"count": 0, "first_at": at}
            record = {
                "id": id,
                "provider": provider,
                "subject": subject,
                "what": what,
                "problems": told,
                "first_at": known["first_at"],
                "last_at": at,
                "count": known["count"] + 1,
            }
            self._store.put(sandbox, COLLECTION, id, orjson.dumps(record).decode())

    def list(self, sandbox: str) -> list[dict[str, Any]]:
        """Return the violations of a sandbox, oldest first."""
        return [orjson.loads(text) for _, text in self._store.list(sandbox, COLLECTION)]
