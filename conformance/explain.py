"""The commands `list` and `explain`: what is required, who says so, and which checks see to it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from textwrap import wrap

from conformance.check import Item
from conformance.checks import find_suite, offered
from conformance.contract import Contract, open_contract
from conformance.failure import Misconfigured


def listing(provider: str | None, untested: bool) -> str:
    """Return one line per requirement: id, level, number of items, text."""
    lines: list[str] = []
    for name in [provider] if provider else offered():
        contract = open_contract(name)
        items = _items_by_rule(contract)
        musts = [rule for rule in contract.rules.values() if rule.level == "MUST"]
        covered = sum(rule.id in items for rule in musts)
        lines.append(f"{name}: {contract.title}; MUST {covered}/{len(musts)} have checks, {len(contract.rules)} in all")
        for rule in contract.rules.values():
            count = len(items.get(rule.id, ()))
            if not untested or not count:
                note = f"  (not tested: {rule.not_tested})" if rule.not_tested else ""
                lines.append(f"  {rule.id:9} {rule.level:6} {count:4} {_short(rule.text)}{note}")
    return "\n".join(lines) + "\n"


def explanation(rule_id: str) -> str:
    """Return all that is known of one requirement; `Misconfigured` where no provider has it."""
    wanted = rule_id.upper().partition(":")[0]
    for name in offered():
        contract = open_contract(name)
        if wanted in contract.rules:
            return "\n".join(_explain(contract, wanted)) + "\n"
    raise Misconfigured(f"no requirement {rule_id!r}; `conformance list` shows those of {', '.join(offered())}")


def _explain(contract: Contract, rule_id: str) -> Iterator[str]:
    rule = contract.rules[rule_id]
    yield f"{rule.id}  {rule.level} ({rule.basis}), {contract.provider} / {rule.area}"
    yield from _paragraph("", rule.text)
    yield from _paragraph("source: ", rule.source)
    yield from _paragraph("how it is seen: ", rule.observe)
    if rule.operations:
        yield from _paragraph("operations: ", ", ".join(rule.operations))
    if rule.needs:
        yield from _paragraph("needs: ", ", ".join(rule.needs))
    for note in contract.note_lines(rule_id):
        yield from _paragraph("reading: ", note.lstrip("- "))
    items = _items_by_rule(contract).get(rule_id, [])
    if not items:
        yield from _paragraph("no check: ", rule.not_tested or "nobody has written one")
    seen: dict[str, list[Item]] = {}
    for item in items:
        seen.setdefault(item.check.title, []).append(item)
    for title, group in seen.items():
        module = group[0].check.do.__module__
        says = (inspect.getdoc(group[0].check.do) or "").splitlines()
        needs = f"; needs {', '.join(group[0].needs)}" if group[0].needs else ""
        yield f"  check {title} ({len(group)} items, {module}{needs})"
        yield from _paragraph("    ", says[0] if says else "")


def _items_by_rule(contract: Contract) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in find_suite(contract.provider).items(contract):
        found.setdefault(item.rule, []).append(item)
    return found


def _paragraph(label: str, text: str) -> Iterator[str]:
    yield from wrap(f"{label}{text}", 110, initial_indent="  ", subsequent_indent="    ") if text else ()


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:89] + "…"
