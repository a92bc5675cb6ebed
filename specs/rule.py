"""The requirement catalogue of a provider: what must hold, who says so, how it can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.load import SpecError, line_of_text, read_yaml

NEEDS = ("control clock webhooks second-account no-scope expired destructive inbound inbox media").split()
_KEYS = set("id level basis area text source observe operations needs not_tested note".split())


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement. `level` is MUST (documented) or SHOULD (our reading); `needs` are capabilities of the target."""

    id: str
    level: str
    basis: str
    area: str
    text: str
    source: str
    observe: str
    operations: tuple[str, ...]
    needs: tuple[str, ...]
    not_tested: str | None


def parse_rules(raw: dict[str, Any], file: Path) -> tuple[Rule, ...]:
    """Build the catalogue of a parsed rules file; ids are unique, levels and needs known."""
    rules = tuple(_rule(entry, file) for entry in raw["rules"])
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise SpecError(file, line_of_text(file, rule.id), f"rule {rule.id} stands twice")
        seen.add(rule.id)
    return rules


def read_rules(file: Path) -> dict[str, Any]:
    """Return the raw content of a rules file, checked."""
    if not file.exists():
        return {"rules": []}
    raw = read_yaml(file)
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise SpecError(file, 1, "a rules file is a mapping with a list `rules`")
    parse_rules(raw, file)
    return raw


def _rule(raw: dict[str, Any], file: Path) -> Rule:
    unknown = set(raw) - _KEYS
    if unknown:
        raise SpecError(file, line_of_text(file, str(raw.get("id"))), f"{raw.get('id')}: unknown member {unknown}")
    if raw.get("level") not in ("MUST", "SHOULD"):
        raise SpecError(file, line_of_text(file, raw["id"]), f"{raw['id']}: level is MUST or SHOULD")
    strange = set(raw.get("needs") or ()) - set(NEEDS)
    if strange:
        raise SpecError(file, line_of_text(file, raw["id"]), f"{raw['id']}: unknown needs {sorted(strange)}")
    return Rule(
        id=raw["id"],
        level=raw["level"],
        basis=raw["basis"],
        area=raw["area"],
        text=raw["text"],
        source=str(raw["source"]),
        observe=raw.get("observe", ""),
        operations=tuple(raw.get("operations") or ()),
        needs=tuple(raw.get("needs") or ()),
        not_tested=raw.get("not_tested"),
    )
