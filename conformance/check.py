"""How requirements and checks are tied: a check is a function, a table names the rule that it serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.contract import Contract
from conformance.exchange import Breach, Exchange

if TYPE_CHECKING:
    from conformance.case import Case

Do = Callable[..., None]
Each = Iterable[Any] | Callable[[Contract], Iterable[Any]]


@dataclass(frozen=True)
class Check:
    """One row of a table: the rule, the function, the values it is repeated for, and what it needs of the target.

    `needs` of None means what the rule's own entry in rules.yaml says.
    """

    rule: str
    do: Do
    each: Each | None = None
    needs: tuple[str, ...] | None = None
    required: bool = True
    name: str = ""

    @property
    def title(self) -> str:
        """Return the function's name, or the one given in the table."""
        return self.name or self.do.__name__

    def items(self, contract: Contract) -> Iterator[Item]:
        """Yield one item per value."""
        rule = contract.rules[self.rule]
        needs = rule.needs if self.needs is None else self.needs
        if self.each is None:
            yield Item(f"{self.rule}:{self.title}", self, (), needs)
            return
        for value in self.each(contract) if callable(self.each) else self.each:
            yield Item(f"{self.rule}:{self.title}[{label_of(value)}]", self, (value,), needs)


@dataclass(frozen=True)
class Item:
    """One requirement instance, the unit that pytest runs."""

    id: str
    check: Check
    arguments: tuple[Any, ...]
    needs: tuple[str, ...]

    @property
    def rule(self) -> str:
        """Return the rule's id."""
        return self.check.rule


def check(
    rule: str,
    do: Do,
    *,
    each: Each | None = None,
    needs: Iterable[str] | None = None,
    required: bool = True,
    name: str = "",
) -> Check:
    """Tie a function to a rule. `each` repeats it per value (or per value of a function of the contract)."""
    return Check(rule, do, each, None if needs is None else tuple(needs), required, name)


def label_of(value: Any) -> str:
    """Return the short name of a value in an item's id."""
    label = getattr(value, "label", None)
    if isinstance(label, str):
        return label
    if isinstance(value, tuple | list):
        return "-".join(label_of(part) for part in value)
    return str(value)


Blame = Callable[[Breach, Exchange], str | None]


@dataclass(frozen=True)
class Probe:
    """The harmless call by which the doctor meets a target, with the status that each principal should get."""

    operation: str
    query: Mapping[str, Any] = field(default_factory=dict)
    path: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, int] = field(default_factory=lambda: {"full": 200, "second-account": 200})


@dataclass(frozen=True)
class Suite:
    """All that one provider brings: checks, the doctor's probe, facts to find out, and who is to blame for a breach.

    `headers` go with every request. `facts` name what cannot be asked for directly (ids of labels ...) and how it is
    found. `blame` names the rule that a breach of the document breaks. `sample` gives values for the path parameters of
    an operation, of things that exist. `undo` removes one recorded creation, `sweep` what an earlier run left.
    `fuzz_blame` names the rule of a failure that generation found: (check name, operationId, status) -> rule id.
    `identity` is where a 201 shows the id of what was made. `log_in` gets principals their tokens, where the target
    hands them out itself. `principals` find the principal of a security scheme that wants another one than `full`.
    `is_limited` says that any call may be a 429, which is waited out on a target without a control API.
    """

    provider: str
    checks: tuple[Check, ...]
    probe: Probe
    blame: Blame
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Callable[[Case], list[str]]] = field(default_factory=dict)
    sample: Callable[[Case, str], Mapping[str, Any]] | None = None
    undo: Callable[[Case, str], None] | None = None
    sweep: Callable[[Case], None] | None = None
    fuzz_blame: Callable[[str, str, int | None], str | None] | None = None
    identity: str = "/data/id"
    log_in: Callable[[Case], None] | None = None
    principals: Mapping[str, Callable[[Case], str]] = field(default_factory=dict)
    is_limited: bool = False

    def items(self, contract: Contract) -> list[Item]:
        """Return every item in table order; ids are unique and rules exist, or the table itself is wrong."""
        found: dict[str, Item] = {}
        for row in self.checks:
            if row.rule not in contract.rules:
                raise LookupError(f"check {row.title} serves {row.rule}, which rules.yaml does not have")
            for item in row.items(contract):
                if item.id in found:
                    raise LookupError(f"item {item.id} stands twice in the tables of {self.provider}")
                found[item.id] = item
        return list(found.values())
