"""The requirement catalogue of a provider: what must hold, who says so, how it can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.load import SpecError, line_at, read_yaml

NEEDS = ("control clock webhooks second-account no-scope expired destructive inbound inbox media").split()
_NEEDED = "id level basis area text source".split()
_KEYS = {*_NEEDED, *"observe operations needs not_tested note".split()}


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
    rules = tuple(_rule(entry, file, index) for index, entry in enumerate(raw["rules"]))
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.id in seen:
            raise SpecError(file, line_at(file, "rules", index), f"rule {rule.id} stands twice")
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


def _rule(raw: Any, file: Path, index: int) -> Rule:
    def fail(text: str, *place: str) -> SpecError:
        name = raw.get("id", "a rule") if isinstance(raw, dict) else "a rule"
        return SpecError(file, line_at(file, "rules", index, *place), f"{name}: {text}")

    if not isinstance(raw, dict):
        raise fail("expected a mapping")
    for key in raw:
        if key not in _KEYS:
            raise fail(f"unknown member {key!r}; known here: {', '.join(sorted(_KEYS))}", key)
    for key in _NEEDED:
        if key not in raw:
            raise fail(f"{key} is missing")
    if raw["level"] not in ("MUST", "SHOULD"):
        raise fail(f"level is MUST or SHOULD, not {raw['level']!r}", "level")
    strange = set(raw.get("needs") or ()) - set(NEEDS)
    if strange:
        raise fail(f"unknown needs {sorted(strange)}; known: {', '.join(NEEDS)}", "needs")
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
