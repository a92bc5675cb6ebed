"""What a fault does: operators by name, each a dataclass whose fields are the options that a catalogue may give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar

from conformance.mutants.message import Call, Reply

if TYPE_CHECKING:
    from conformance.mutants.beyond import Beyond


@dataclass
class Operator:
    """An operator lives as long as a trial and may remember what passed. Untouched hooks let everything through."""

    def request(self, call: Call, beyond: Beyond) -> Reply | None:
        """Edit a request on its way in; an answer given here is the target's, which is not asked."""

    def answer(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """Edit an answer on its way out."""

    def witness(self, call: Call, reply: Reply, beyond: Beyond) -> None:
        """See every answer of the provider, also of operations that the fault does not name, after all editing."""

    def parcels(self, parcel: Call) -> list[Call]:
        """Return what becomes of a webhook on its way to the receiver: nothing, itself, or several."""
        return [parcel]

    def receipt(self, parcel: Call, reply: Reply) -> None:
        """Edit what the sender of a webhook is told of its receiver's answer."""


OPERATORS: dict[str, type[Operator]] = {}
_T = TypeVar("_T", bound=type[Operator])


def operator(name: str) -> Callable[[_T], _T]:
    """Give an operator the name under which catalogues use it."""

    def keep(kind: _T) -> _T:
        OPERATORS[name] = kind
        return kind

    return keep


def make(name: str, options: dict[str, Any]) -> Operator:
    """Build an operator; `ValueError` names what is unknown, missing, and what is valid."""
    kind = OPERATORS.get(name)
    if kind is None:
        raise ValueError(f"unknown operator {name!r}; valid: {', '.join(sorted(OPERATORS))}")
    known = {field.name: field for field in fields(kind) if field.init}
    unknown = set(options) - set(known)
    if unknown:
        raise ValueError(f"operator {name} has no option {sorted(unknown)}; valid: {', '.join(known) or 'none'}")
    needed = [key for key, entry in known.items() if entry.default is entry.default_factory is NO_DEFAULT]
    missing = [key for key in needed if key not in options]
    if missing:
        raise ValueError(f"operator {name} needs {missing}")
    return kind(**options)
