"""The tables of checks against the catalogues of rules, and the suite against its own house rules."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest

import conformance
from conformance.checks import find_suite, offered
from conformance.contract import Contract, open_contract

HOME = Path(conformance.__file__).parent
MODULES = sorted(HOME.rglob("*.py"))


@pytest.mark.parametrize("provider", offered())
def test_every_must_has_a_check_or_a_reason(provider: str) -> None:
    contract = open_contract(provider)
    served = {item.rule for item in find_suite(provider).items(contract)}

    forgotten = [rule.id for rule in contract.rules.values() if rule.level == "MUST" and rule.id not in served]

    assert [id for id in forgotten if not contract.rules[id].not_tested] == []


def test_every_should_of_products_has_a_check(contract: Contract) -> None:
    served = {item.rule for item in find_suite("products").items(contract)}

    assert sorted(set(contract.rules) - served) == []


@pytest.mark.parametrize("provider", offered())
def test_every_check_says_in_a_sentence_what_it_demands(provider: str) -> None:
    silent = [row.title for row in find_suite(provider).checks if not (inspect.getdoc(row.do) or "").endswith(".")]

    assert silent == []


@pytest.mark.parametrize("provider", offered())
def test_every_check_has_something_to_do(provider: str) -> None:
    contract = open_contract(provider)

    idle = [row.title for row in find_suite(provider).checks if not list(row.items(contract))]

    assert idle == []


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(HOME)))
def test_the_judge_does_not_know_the_mock(file: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])

    assert "mockserver" not in imported
    assert "flask" not in imported


def test_modules_keep_their_size() -> None:
    sizes = {str(file.relative_to(HOME)): len(file.read_text("utf-8").splitlines()) for file in MODULES}

    assert {name: size for name, size in sizes.items() if size > 400} == {}
