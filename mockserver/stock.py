"""Keeps built worlds on disk, named by everything they depend on: a start need not build what an earlier one built."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

import fixtures
import mockserver
import specs
from mockserver.store.contract import Store

_MOST_KEPT = 24
_WORTH_KEEPING = 30_000  # bytes; a smaller world is built as fast as it is read


class Stock:
    """A folder of built worlds. Whatever goes wrong with it costs the time of building, nothing else."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def take(self, store: Store, space: str, provider: str, recipe: dict[str, Any], wish: str) -> bool:
        """Fill a space with the world that was built for this wish before; say whether there was one."""
        file = self._file(provider, recipe, wish)
        if file is None:
            return False
        try:
            collections = orjson.loads(file.read_bytes())
            with store.transaction(space):
                for collection, rows in collections.items():
                    for id, text in rows:
                        store.put(space, collection, id, text)
        except (OSError, ValueError, TypeError, AttributeError):
            store.drop(space)
            return False
        return True

    def put(self, store: Store, space: str, provider: str, recipe: dict[str, Any], wish: str) -> None:
        """Keep a world that was just built; the oldest make room."""
        file = self._file(provider, recipe, wish)
        if file is None:
            return
        content = orjson.dumps({name: store.list(space, name) for name in store.collections(space)})
        if len(content) < _WORTH_KEEPING:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{hashlib.blake2b(content, digest_size=4).hexdigest()}.part")
            part.write_bytes(content)
            part.replace(file)
            kept = sorted(file.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
            for old in kept[:-_MOST_KEPT]:
                old.unlink(missing_ok=True)
        except OSError:
            pass  # a read-only home: every start builds its worlds

    def _file(self, provider: str, recipe: dict[str, Any], wish: str) -> Path | None:
        if self._folder is None:
            return None
        digest = hashlib.blake2b(digest_size=16)
        for part in (_stamp(provider), orjson.dumps(recipe, option=orjson.OPT_SORT_KEYS), wish.encode()):
            digest.update(part + b"\0")
        return self._folder / f"{provider}-{digest.hexdigest()}.json"


@lru_cache(maxsize=16)
def _stamp(provider: str) -> bytes:
    """Return a digest of the code and data that build a provider's worlds: names, sizes and times of the files."""
    home = Path(mockserver.__file__).parent
    files = [file for file in home.rglob("*.py") if "providers" not in file.parts or provider in file.parts]
    files += Path(specs.__file__).parent.joinpath(provider).rglob("*.yaml")
    files += (file for file in Path(next(iter(fixtures.__path__)), provider).rglob("*") if file.is_file())
    digest = hashlib.blake2b(mockserver.__version__.encode(), digest_size=16)
    for file in sorted(files):
        facts = file.stat()
        digest.update(f"{file}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return digest.digest()
