"""Compares promise and code at start: what one side has and the other has not stops the server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mockserver.provider import Provider, not_offered
from specs import Lifecycle, Refusal, Transition


class CensusFailed(Exception):
    """Promise and code differ; the text lists every difference."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many operations a provider offers of those that its spec promises."""

    provider: str
    offered: int
    promised: int

    def line(self) -> str:
        """Return the count for people and checks: `gard 70/70 operations`."""
        return f"{self.provider} {self.offered}/{self.promised} operations"


def take(flats: Iterable[Provider]) -> list[Count]:
    """Return the counts of all flats; `CensusFailed` lists what is missing or too much."""
    counts, differences = [], []
    for flat in flats:
        differences += [f"{flat.name}: {text}" for text in find_differences(flat)]
        offered = sum(1 for function in flat.operations.values() if function is not not_offered)
        counts.append(Count(flat.name, offered, len(flat.book.operations)))
    if differences:
        raise CensusFailed("promise and code differ:\n  " + "\n  ".join(differences))
    return counts


def find_differences(flat: Provider) -> list[str]:
    """Return every difference between a provider's spec and its code."""
    book = flat.book
    told = _differences("operation", set(book.operations), set(flat.operations), "OPERATIONS")
    machines = book.lifecycles.values()
    for kind, bound in (
        ("guard", flat.bindings.guards),
        ("effect", flat.bindings.effects),
        ("due", flat.bindings.dues),
    ):
        named = {name for machine in machines for row in machine.transitions if (name := getattr(row, kind))}
        told += _differences(kind, named, set(bound), f"{kind}s of workflows.py")
    emitted = {name for machine in machines for row in machine.transitions for name in row.emits}
    told += _differences("webhook", emitted, set(flat.bindings.emitters), "emitters of workflows.py")
    if not flat.overlays:  # an overlay may take away an operation that moves a lifecycle
        told += [text for machine in machines for text in _unknown_operations(machine, set(book.operations))]
    return told


def _differences(kind: str, promised: set[str], built: set[str], where: str) -> list[str]:
    missing = [f"{kind} {name} is promised but not in {where}" for name in sorted(promised - built)]
    surplus = [f"{kind} {name} is in {where} but not promised" for name in sorted(built - promised)]
    return missing + surplus


def _unknown_operations(machine: Lifecycle, known: set[str]) -> list[str]:
    rows: list[Transition | Refusal] = [*machine.transitions, *machine.refusals]
    named = {operation for row in rows for operation in row.operations}
    return [f"lifecycle {machine.name} names the unknown operation {name}" for name in sorted(named - known)]
