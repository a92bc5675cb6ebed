"""Shared by the tests of the suite: the rival on free ports, and runs of chosen items against it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from judging import Judged, Opened
from rival import serving
from rival_query import TOKENS

from conformance.check import Suite
from conformance.checks import find_suite
from conformance.config import Settings
from conformance.contract import Contract, open_contract
from conformance.outcome import Finding
from conformance.promise import Promises
from conformance.session import Session
from conformance.target import find_target
from conformance.verdict import Verdict


@pytest.fixture(scope="session")
def contract() -> Contract:
    return open_contract("products")


@pytest.fixture(scope="session")
def suite() -> Suite:
    return find_suite("products")


@pytest.fixture(scope="session")
def promises(contract: Contract) -> Promises:
    return Promises(contract.document, contract.operations)


@pytest.fixture(scope="session")
def rival() -> Iterator[str]:
    with serving() as url:
        yield url


@pytest.fixture
def settings(rival: str) -> Settings:
    return Settings("products", base_url=rival, control_url="none", tokens=TOKENS)


@pytest.fixture
def opened(contract: Contract, suite: Suite, promises: Promises) -> Iterator[Opened]:
    sessions: list[Session] = []

    def open_session(settings: Settings) -> Session:
        sessions.append(Session(contract, suite, find_target(settings, contract), promises))
        return sessions[-1]

    yield open_session
    for session in sessions:
        session.close()


@pytest.fixture
def judged(opened: Opened, contract: Contract, suite: Suite) -> Judged:
    """Run the items of some rules (all without any) and return what was found, breaches of the document included.

    With `until_red` the run ends at the first item that finds something broken.
    """

    def run(url: str, *rules: str, read_only: bool = False, until_red: bool = False) -> list[Finding]:
        session = opened(Settings("products", base_url=url, control_url="none", tokens=TOKENS, read_only=read_only))
        found: list[Finding] = []
        for item in suite.items(contract):
            if not rules or item.rule in rules:
                outcome = session.perform(item)
                found += [outcome.own, *outcome.others]
                if until_red and any(finding.verdict in (Verdict.FAIL, Verdict.WARN) for finding in found):
                    break
        return found

    return run
