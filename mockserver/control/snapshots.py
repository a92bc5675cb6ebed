"""Keeps states of a sandbox under a name: forks for speed, documents for people and repositories."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.clock import clock_at, now_of, parse_instant, short
from mockserver.control.holdings import BASE
from mockserver.control.house import House
from mockserver.control.indexes import mend, prune
from mockserver.control.instants import read_instant, shown
from mockserver.control.orders import read_order
from mockserver.core.failure import Failure
from mockserver.core.ground import Record
from mockserver.sandbox import space_of
from mockserver.store import snapshot
from mockserver.store.contract import Store

_HEADS = "heads"
_KEPT = ("world", "seed", "progression", "limits", "paused", "faults", "fault_number")


def take(house: House, sandbox: str, name: str) -> Record:
    """Keep what a sandbox holds now; returns the snapshot's head."""
    meta = house.sandboxes.meta(sandbox)
    drop(house.store, sandbox, name)
    for provider in meta["providers"]:
        house.store.fork(space_of(sandbox, provider), _space(sandbox, name, provider))
    now = now_of(meta["clock"])
    kept = {member: meta[member] for member in _KEPT}
    rest = {"born": short(meta["born"]), "clock": {"now": shown(now), "mode": meta["clock"]["mode"]}}
    return _put_head(house.store, sandbox, name, shown(now), {**kept, **rest}, meta["providers"])


def find(store: Store, sandbox: str) -> list[Record]:
    """Return the heads of a sandbox's snapshots, by name."""
    return [orjson.loads(text) for _, text in sorted(store.list(_place(sandbox), _HEADS))]


def require(store: Store, sandbox: str, name: str) -> Record:
    """Return the head of a snapshot; `not_found` names those that there are."""
    text = store.get(_place(sandbox), _HEADS, name)
    if text is None:
        known = ", ".join(head["id"] for head in find(store, sandbox)) or "none"
        raise Failure("not_found", f"There is no snapshot {name[:80]!r} of this sandbox; there are: {known}.")
    head: Record = orjson.loads(text)
    return head


def restore(house: House, sandbox: str, name: str) -> Record:
    """Let a sandbox be as it was when a snapshot was taken, its clock included; returns the sandbox's record."""
    head = require(house.store, sandbox, name)
    missing = [provider for provider in head["providers"] if provider not in house.flats]
    if missing:
        raise Failure("invalid", f"The snapshot holds {', '.join(missing)}, which this server does not serve.")
    kept = dict(head["sandbox"])
    clock = kept.pop("clock")
    with house.sandboxes.hold():
        for provider in head["providers"]:
            house.store.fork(_space(sandbox, name, provider), space_of(sandbox, provider))
        with house.sandboxes.edit(sandbox) as meta:
            gone = [provider for provider in meta["providers"] if provider not in head["providers"]]
            meta.update(kept)
            meta["clock"] = clock_at(clock["mode"], parse_instant(clock["now"]))
            meta["providers"] = list(head["providers"])
        for provider in gone:
            house.store.drop(space_of(sandbox, provider))
    house.clockwork.wake(sandbox)
    return meta


def write_out(house: House, sandbox: str, name: str) -> dict[str, Any]:
    """Return a snapshot as a document. Indexes that follow from the records are left out."""
    head = require(house.store, sandbox, name)
    providers = {}
    for provider in head["providers"]:
        content = snapshot.read(house.store, _space(sandbox, name, provider))
        content.pop(BASE, None)
        providers[provider] = (
            prune(content, house.sandboxes.indexes_of(provider)) if provider in house.flats else content
        )
    return {
        "format": snapshot.FORMAT,
        "version": snapshot.VERSION,
        "name": name,
        "taken_at": head["taken_at"],
        "sandbox": head["sandbox"],
        "providers": providers,
    }


def put_in(house: House, sandbox: str, name: str, document: Record) -> Record:
    """Keep a document that was checked before; returns the snapshot's head."""
    drop(house.store, sandbox, name)
    for provider, content in document["providers"].items():
        mended = mend(content, house.sandboxes.indexes_of(provider))
        snapshot.write(house.store, _space(sandbox, name, provider), mended)
    taken_at = shown(parse_instant(document["taken_at"]))
    return _put_head(house.store, sandbox, name, taken_at, _settings(house, document), list(document["providers"]))


def drop(store: Store, sandbox: str, name: str) -> None:
    """Forget a snapshot, if there is one of this name."""
    text = store.get(_place(sandbox), _HEADS, name)
    if text is not None:
        for provider in orjson.loads(text)["providers"]:
            store.drop(_space(sandbox, name, provider))
        store.delete(_place(sandbox), _HEADS, name)


def drop_all(store: Store, sandbox: str) -> None:
    """Forget every snapshot of a sandbox."""
    for head in find(store, sandbox):
        drop(store, sandbox, head["id"])
    store.drop(_place(sandbox))


def _settings(house: House, document: Record) -> Record:
    """Return a document's sandbox settings, what is missing filled in as the server was started."""
    given = document["sandbox"]
    clock = given.get("clock") or {"now": document["taken_at"], "mode": "frozen"}
    now = read_instant(clock["now"], "/sandbox/clock/now")
    faults = [_fault(house, order) for order in given.get("faults", [])]
    return {
        "world": given.get("world", house.settings.world),
        "seed": int(given.get("seed", house.settings.seed)),
        "progression": given.get("progression", house.settings.progression),
        "limits": given.get("limits", house.settings.limits),
        "paused": given.get("paused", False),
        "faults": faults,
        "fault_number": int(given.get("fault_number", len(faults))),
        "born": shown(read_instant(given["born"], "/sandbox/born") if "born" in given else now),
        "clock": {"now": shown(now), "mode": clock["mode"]},
    }


def _fault(house: House, order: Record) -> Record:
    uses = {"until": order.get("until"), "used": int(order.get("used", 0)), "seen": int(order.get("seen", 0))}
    return {"id": order["id"], **read_order(order, house.flats), **uses}


def _put_head(store: Store, sandbox: str, name: str, taken_at: str, settings: Record, providers: list[str]) -> Record:
    head = {"id": name, "taken_at": taken_at, "sandbox": settings, "providers": providers}
    store.put(_place(sandbox), _HEADS, name, orjson.dumps(head).decode())
    return head


def _place(sandbox: str) -> str:
    return f"@snapshot/{sandbox}"


def _space(sandbox: str, name: str, provider: str) -> str:
    return f"{_place(sandbox)}/{name}/{provider}"
